# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Batal
next = Lanjut
done = Selesai
back = Kembali
try-again = Coba lagi
time-left = { $seconds ->
   *[other] Sisa { $seconds } detik
}
step-of = Langkah { $step } dari { $steps }
camera-picture = Gambar kamera
offline = Layar terputus dari mesin. Mohon tunggu sebentar.

## Idle
idle-title = Selamat datang
idle-touch = Sentuh layar untuk mulai
idle-presence = Silakan lihat ke kamera
idle-partner = Silakan mulai di loket
begin = Mulai
change-language = Bahasa
operator = Khusus petugas

## Starting
starting-title = Mohon tunggu sebentar
starting-text = Mesin sedang disiapkan.
trouble-no-camera = Kamera tidak merespons. Silakan hubungi petugas.
trouble-no-model = Pengaturan mesin belum lengkap. Silakan hubungi petugas.
trouble-storage = Mesin tidak dapat menyimpan hasil lagi. Silakan hubungi petugas.
trouble-not-ready = Mesin belum siap. Silakan hubungi petugas.

## Language
language-title = Pilih bahasa Anda

## Guide
guide-title = Langkah-langkahnya
guide-document = Tunjukkan dokumen Anda
guide-typing = Ketik nama dan NIK Anda
guide-face = Lihat ke kamera dan ikuti petunjuk

## Consent
consent-title = Bolehkah kami memeriksa identitas Anda?
consent-text = Kami mengambil foto wajah dan dokumen Anda. Foto itu kami gunakan untuk memastikan bahwa ini benar Anda. Hasilnya ditandatangani secara digital dan dikirim ke layanan yang memintanya.
consent-partner = Pemeriksaan ini diminta oleh { $partner }.
consent-rights = Anda boleh menolak. Silakan tanyakan cara lain kepada petugas.
consent-version = Teks { $version }
consent-enrol-title = Bolehkah kami mengingat wajah Anda?
consent-enrol-text = Terminal ini menyimpan gambaran wajah Anda dalam bentuk angka, bersama nama dan nomor Anda. Ini hanya dipakai untuk mengenali Anda. Ini dihapus setelah beberapa waktu, atau lebih cepat jika Anda minta.
consent-enrol-rights = Anda boleh menolak. Anda juga boleh berubah pikiran nanti: beri tahu petugas.
agree = Saya setuju
decline = Saya tidak setuju

## Choice of document
documents-title = Dokumen apa yang Anda bawa?
document-id-card = Kartu identitas (KTP)
document-residence-permit = Izin tinggal (KITAS/KITAP)
document-passport = Paspor

## Typing
typing-title = Ketik nama dan NIK Anda
typing-name = Nama sesuai dokumen
typing-number = Nomor identitas (NIK)
typing-fault-name = Silakan ketik nama dengan huruf.
typing-fault-number = Silakan periksa nomornya.
enrol-title = Siapa yang didaftarkan?
key-delete = Hapus
key-space = Spasi
key-shift = Huruf besar
key-letters = Huruf
key-digits = Angka
key-alphabet = Ganti abjad
keyboard = Papan ketik

## Scanning
document-title = Tunjukkan dokumen Anda
document-front = Sisi depan
document-back = Sisi belakang
document-page = Halaman dengan foto Anda

## Confirming
confirm-title = Apakah ini benar?
confirm-doubtful = Silakan periksa bagian yang ditandai.
confirm-yes = Ya, benar
confirm-wrong = Tidak, pindai lagi
confirm-change = Ubah
field-document-type = Jenis dokumen
field-country = Negara penerbit
field-document-number = Nomor dokumen
field-first-name = Nama depan
field-last-name = Nama belakang
field-patronymic = Nama ayah
field-gender = Jenis kelamin
field-date-of-birth = Tanggal lahir
field-place-of-birth = Tempat lahir
field-nationality = Kewarganegaraan
field-issue-date = Tanggal terbit
field-expire-date = Berlaku hingga
field-authority = Instansi penerbit
field-identification-number = Nomor identitas (NIK)

## Face
face-title = Lihat ke kamera
gesture-of = Gerakan { $gesture } dari { $gestures }

## Light
light-title = Silakan lihat ke layar

## Prompts
prompt-come-into-view = Silakan berdiri di depan kamera
prompt-one-person-only = Mohon satu orang saja
prompt-come-closer = Silakan mendekat
prompt-move-back = Silakan mundur sedikit
prompt-move-to-the-middle = Silakan bergeser ke tengah
prompt-more-light = Di sini terlalu gelap
prompt-less-light = Di sini terlalu terang
prompt-look-straight = Lihat lurus ke depan
prompt-open-eyes = Buka mata Anda
prompt-uncover-face = Buka penutup wajah Anda
prompt-hold-still = Mohon jangan bergerak
prompt-well-done = Bagus
prompt-blink = Kedipkan mata Anda
prompt-open-mouth = Buka mulut Anda
prompt-turn-left = Tengok ke kiri
prompt-turn-right = Tengok ke kanan
prompt-nod = Anggukkan kepala Anda
prompt-show-document = Pegang dokumen Anda di depan kamera
prompt-show-whole-document = Tunjukkan seluruh dokumen
prompt-document-closer = Dekatkan dokumen Anda
prompt-hold-document-flat = Pegang dokumen dengan rata
prompt-hold-document-still = Mohon jangan gerakkan dokumen
prompt-more-light-on-document = Terlalu gelap untuk dibaca
prompt-tilt-against-glare = Miringkan sedikit agar tidak silau
prompt-turn-over = Balikkan dokumen Anda
prompt-one-document-only = Mohon satu dokumen saja
prompt-not-a-document = Ini bukan dokumen identitas
prompt-show-the-original = Tunjukkan dokumen asli, bukan salinan
prompt-looking-up = Mohon tunggu, data Anda sedang dicari
prompt-one-moment = Mohon tunggu sebentar

## Result
result-passed = Terima kasih
result-passed-text = Pemeriksaan sudah selesai.
result-enrolled-text = Anda sudah terdaftar.
result-failed = Belum berhasil
result-review = Kami akan memeriksanya
result-review-text = Petugas akan memeriksa hasil Anda. Kami akan memberi kabar kepada Anda.
reason-attack = Kami tidak dapat memastikan bahwa ada orang sungguhan di sini. Silakan hubungi petugas.
reason-no-face = Wajah Anda tidak terlihat. Silakan berdiri di depan kamera.
reason-several-faces = Ada lebih dari satu orang di gambar. Silakan datang sendiri.
reason-time-out = Waktu habis. Silakan coba lagi.
reason-person-changed = Orangnya berganti saat pemeriksaan. Silakan mulai lagi.
reason-cancelled = Anda telah membatalkan.
reason-no-best-frame = Foto wajah Anda kurang jelas. Silakan berdiri di tempat yang lebih terang dan lihat lurus ke depan.
reason-document-unreadable = Dokumen Anda tidak terbaca. Bersihkan, pegang dengan rata, lalu coba lagi.
reason-document-expired = Masa berlaku dokumen Anda sudah habis. Silakan gunakan dokumen lain.
reason-document-seen-before = Dokumen ini pernah ditunjukkan dengan wajah lain. Silakan hubungi petugas.
reason-no-match = Wajah Anda dan foto tidak cocok. Silakan coba lagi atau hubungi petugas.
reason-no-record = Data Anda tidak ditemukan. Silakan periksa nama dan nomor, atau hubungi petugas.
reason-already-enrolled = Anda tampaknya sudah terdaftar. Silakan tanya petugas.
reason-camera = Kamera berhenti. Silakan hubungi petugas.
reason-internal = Terjadi gangguan pada mesin. Silakan hubungi petugas.
reason-busy = Mesin sedang digunakan. Mohon tunggu sebentar.

## Redirect
redirect-title = Terima kasih
redirect-text = Anda akan diarahkan kembali.

## PIN
pin-title = PIN petugas
pin-wrong = PIN salah
pin-locked = Terlalu banyak percobaan. Tunggu { $minutes ->
   *[other] { $minutes } menit
}.
pin-digits = { $count ->
   *[other] { $count } angka diketik
}

## Operator
operator-title = Menu petugas
operator-doctor = Pemeriksaan mesin
operator-camera = Kamera
operator-results = Hasil terakhir
operator-network = Jaringan
operator-reboot = Mulai ulang mesin
operator-restart-eye = Mulai ulang kamera
operator-show-camera = Tampilkan gambar
operator-hide-camera = Sembunyikan gambar
operator-enrol = Daftarkan orang
operator-waiting = Hasil menunggu: { $count }
operator-refused = Hasil ditolak: { $count }
operator-no-results = Belum ada hasil
operator-version = Versi { $version }
operator-device = Mesin { $device }
network-off = Pusat belum diatur
network-connected = Terhubung
network-disconnected = Tidak terhubung
state-ok = Baik
state-warning = Perlu dilihat
state-failed = Rusak
outcome-success = Berhasil
outcome-failed = Tidak berhasil
press-again = Tekan lagi untuk memastikan
