# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = İptal
next = Devam
done = Bitti
back = Geri
try-again = Tekrar dene
time-left = { $seconds ->
    [one] { $seconds } saniye kaldı
   *[other] { $seconds } saniye kaldı
}
step-of = Adım { $step } / { $steps }
camera-picture = Kamera görüntüsü
offline = Ekranın cihazla bağlantısı koptu. Lütfen biraz bekleyin.

## Idle
idle-title = Hoş geldiniz
idle-touch = Başlamak için ekrana dokunun
idle-presence = Lütfen kameraya bakın
idle-partner = Lütfen önce gişeye başvurun
begin = Başla
change-language = Dil
operator = Görevli girişi

## Starting
starting-title = Lütfen biraz bekleyin
starting-text = Cihaz hazırlanıyor.
trouble-no-camera = Kamera yanıt vermiyor. Lütfen görevliye başvurun.
trouble-no-model = Cihazın kurulumu tamamlanmamış. Lütfen görevliye başvurun.
trouble-storage = Cihaz artık sonuç kaydedemiyor. Lütfen görevliye başvurun.
trouble-not-ready = Cihaz hazır değil. Lütfen görevliye başvurun.

## Language
language-title = Dilinizi seçin

## Guide
guide-title = Yapılacaklar
guide-document = Belgenizi gösterin
guide-typing = Adınızı ve numaranızı yazın
guide-face = Kameraya bakın ve yazılanları yapın

## Consent
consent-title = Kimliğinizi kontrol edebilir miyiz?
consent-text = Yüzünüzün ve belgenizin fotoğrafını çekeriz. Bu fotoğraflarla, gerçekten siz olduğunuzu kontrol ederiz. Sonuç imzalanır ve onu isteyen kuruma gönderilir.
consent-partner = Bu kontrolü isteyen: { $partner }.
consent-rights = Hayır diyebilirsiniz. O zaman görevliden başka bir yol isteyin.
consent-version = Metin { $version }
consent-enrol-title = Yüzünüzü hatırlayabilir miyiz?
consent-enrol-text = Bu terminal, yüzünüzün sayılardan oluşan bir tanımını adınız ve numaranızla birlikte saklar. Yalnızca sizi tanımak için kullanılır. Bir süre sonra ya da isterseniz daha önce silinir.
consent-enrol-rights = Hayır diyebilirsiniz. Sonradan fikrinizi de değiştirebilirsiniz: görevliye söyleyin.
agree = Kabul ediyorum
decline = Kabul etmiyorum

## Choice of document
documents-title = Hangi belgeniz var?
document-id-card = Kimlik kartı
document-residence-permit = İkamet izni
document-passport = Pasaport

## Typing
typing-title = Adınızı ve numaranızı yazın
typing-name = Ad soyad, belgedeki gibi
typing-number = Kimlik numarası
typing-fault-name = Lütfen adınızı harflerle yazın.
typing-fault-number = Lütfen numarayı kontrol edin.
enrol-title = Kim kaydedilecek?
key-delete = Sil
key-space = Boşluk
key-shift = Büyük harf
key-letters = Harfler
key-digits = Rakamlar
key-alphabet = Alfabeyi değiştir
keyboard = Klavye

## Scanning
document-title = Belgenizi gösterin
document-front = Ön yüz
document-back = Arka yüz
document-page = Fotoğraflı sayfa

## Confirming
confirm-title = Bu bilgiler doğru mu?
confirm-doubtful = Lütfen işaretli alanları kontrol edin.
confirm-yes = Evet, doğru
confirm-wrong = Hayır, tekrar tara
confirm-change = Değiştir
field-document-type = Belge
field-country = Veren ülke
field-document-number = Belge numarası
field-first-name = Adı
field-last-name = Soyadı
field-patronymic = Baba adı
field-gender = Cinsiyeti
field-date-of-birth = Doğum tarihi
field-place-of-birth = Doğum yeri
field-nationality = Uyruğu
field-issue-date = Veriliş tarihi
field-expire-date = Son geçerlilik tarihi
field-authority = Veren makam
field-identification-number = Kimlik numarası

## Face
face-title = Kameraya bakın
gesture-of = Hareket { $gesture } / { $gestures }

## Light
light-title = Lütfen ekrana bakın

## Prompts
prompt-come-into-view = Kameranın önünde durun
prompt-one-person-only = Lütfen yalnızca bir kişi
prompt-come-closer = Biraz yaklaşın
prompt-move-back = Biraz geri çekilin
prompt-move-to-the-middle = Ortaya geçin
prompt-more-light = Burası çok karanlık
prompt-less-light = Burası çok parlak
prompt-look-straight = Tam karşıya bakın
prompt-open-eyes = Gözlerinizi açın
prompt-uncover-face = Yüzünüzü açın
prompt-hold-still = Lütfen kıpırdamayın
prompt-well-done = Çok iyi
prompt-blink = Gözlerinizi kırpın
prompt-open-mouth = Ağzınızı açın
prompt-turn-left = Başınızı sola çevirin
prompt-turn-right = Başınızı sağa çevirin
prompt-nod = Başınızı öne eğip kaldırın
prompt-show-document = Belgenizi kameranın önünde tutun
prompt-show-whole-document = Belgenin tamamını gösterin
prompt-document-closer = Belgeyi yaklaştırın
prompt-hold-document-flat = Belgeyi düz tutun
prompt-hold-document-still = Belgeyi oynatmadan tutun
prompt-more-light-on-document = Çok karanlık, okunmuyor
prompt-tilt-against-glare = Belge parlıyor, biraz eğin
prompt-turn-over = Belgenin öbür yüzünü çevirin
prompt-one-document-only = Lütfen yalnızca bir belge
prompt-not-a-document = Bu bir kimlik belgesi değil
prompt-show-the-original = Kopyasını değil, aslını gösterin
prompt-looking-up = Lütfen bekleyin, kaydınıza bakıyoruz
prompt-one-moment = Lütfen biraz bekleyin

## Result
result-passed = Teşekkür ederiz
result-passed-text = Kontrol tamamlandı.
result-enrolled-text = Kaydedildiniz.
result-failed = Olmadı
result-review = Bunu kontrol edeceğiz
result-review-text = Sonucunuza bir görevli bakacak. Size haber vereceğiz.
reason-attack = Burada gerçek bir kişi olduğundan emin olamadık. Lütfen görevliye başvurun.
reason-no-face = Yüzünüzü göremedik. Kameranın önünde durun.
reason-several-faces = Görüntüde birden fazla kişi vardı. Lütfen tek başınıza gelin.
reason-time-out = Süre doldu. Lütfen tekrar deneyin.
reason-person-changed = Kontrol sırasında kişi değişti. Lütfen baştan başlayın.
reason-cancelled = İşlemi iptal ettiniz.
reason-no-best-frame = Yüzünüzün iyi bir fotoğrafını çekemedik. Daha aydınlık bir yerde durun ve tam karşıya bakın.
reason-document-unreadable = Belgenizi okuyamadık. Belgeyi silin, düz tutun ve tekrar deneyin.
reason-document-expired = Belgenizin süresi dolmuş. Lütfen başka bir belge kullanın.
reason-document-seen-before = Bu belge daha önce başka bir yüzle gösterildi. Lütfen görevliye başvurun.
reason-no-match = Yüzünüz ile fotoğraf uyuşmuyor. Lütfen tekrar deneyin veya görevliye başvurun.
reason-no-record = Kaydınızı bulamadık. Lütfen adı ve numarayı kontrol edin veya görevliye başvurun.
reason-already-enrolled = Zaten kayıtlı görünüyorsunuz. Lütfen görevliye sorun.
reason-camera = Kamera durdu. Lütfen görevliye başvurun.
reason-internal = Cihazda bir sorun oluştu. Lütfen görevliye başvurun.
reason-busy = Cihaz kullanımda. Lütfen biraz bekleyin.

## Redirect
redirect-title = Teşekkür ederiz
redirect-text = Geri yönlendiriliyorsunuz.

## PIN
pin-title = Görevli PIN'i
pin-wrong = PIN yanlış
pin-locked = Çok fazla deneme yapıldı. { $minutes ->
    [one] { $minutes } dakika
   *[other] { $minutes } dakika
} bekleyin.
pin-digits = { $count ->
    [one] { $count } rakam yazıldı
   *[other] { $count } rakam yazıldı
}

## Operator
operator-title = Görevli menüsü
operator-doctor = Cihaz kontrolleri
operator-camera = Kamera
operator-results = Son sonuçlar
operator-network = Ağ
operator-reboot = Cihazı yeniden başlat
operator-restart-eye = Kamerayı yeniden başlat
operator-show-camera = Görüntüyü göster
operator-hide-camera = Görüntüyü gizle
operator-enrol = Kişi kaydet
operator-waiting = Bekleyen sonuçlar: { $count }
operator-refused = Reddedilen sonuçlar: { $count }
operator-no-results = Henüz sonuç yok
operator-version = Sürüm { $version }
operator-device = Cihaz { $device }
network-off = Merkez ayarlanmamış
network-connected = Bağlı
network-disconnected = Bağlı değil
state-ok = İyi
state-warning = Buna bakın
state-failed = Arızalı
outcome-success = Başarılı
outcome-failed = Başarısız
press-again = Onaylamak için tekrar basın
