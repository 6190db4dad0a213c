# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Kanselahin
next = Magpatuloy
done = Tapos na
back = Bumalik
try-again = Subukan muli
time-left = { $seconds ->
    [one] { $seconds } segundo na lang
   *[other] { $seconds } segundo na lang
}
step-of = Hakbang { $step } ng { $steps }
camera-picture = Larawan mula sa kamera
offline = Naputol ang koneksyon ng screen sa makina. Sandali lang po.

## Idle
idle-title = Maligayang pagdating po
idle-touch = Pindutin po ang screen para magsimula
idle-presence = Tumingin po sa kamera
idle-partner = Magsimula po sa counter
begin = Magsimula
change-language = Wika
operator = Para sa staff

## Starting
starting-title = Sandali lang po
starting-text = Inihahanda pa ang makina.
trouble-no-camera = Hindi tumutugon ang kamera. Magtanong po sa staff.
trouble-no-model = Hindi pa kumpleto ang pag-setup ng makina. Magtanong po sa staff.
trouble-storage = Hindi na makapag-save ng resulta ang makina. Magtanong po sa staff.
trouble-not-ready = Hindi pa handa ang makina. Magtanong po sa staff.

## Language
language-title = Piliin po ang inyong wika

## Guide
guide-title = Ito po ang mga gagawin
guide-document = Ipakita ang inyong dokumento
guide-typing = I-type ang inyong pangalan at ID number
guide-face = Tumingin sa kamera at sundin ang sasabihin

## Consent
consent-title = Puwede po ba naming suriin kung sino kayo?
consent-text = Kukunan namin ng litrato ang inyong mukha at dokumento. Gagamitin namin ang mga ito para matiyak na kayo nga ito. Pipirmahan ang resulta at ipapadala sa serbisyong humingi nito.
consent-partner = { $partner } ang humihingi ng pagsusuring ito.
consent-rights = Puwede po kayong tumanggi. Magtanong lang po sa staff ng ibang paraan.
consent-version = Teksto { $version }
consent-enrol-title = Puwede ba naming tandaan ang mukha mo?
consent-enrol-text = Itinatago ng terminal na ito ang paglalarawan ng iyong mukha bilang mga numero, kasama ang iyong pangalan at numero. Ginagamit lang ito para makilala ka. Binubura ito pagkaraan ng ilang panahon, o mas maaga kung hihilingin mo.
consent-enrol-rights = Puwede kang tumanggi. Puwede ring magbago ang isip mo mamaya: sabihin sa kawani.
agree = Pumapayag ako
decline = Hindi ako pumapayag

## Choice of document
documents-title = Anong dokumento po ang dala ninyo?
document-id-card = National ID
document-residence-permit = Residence permit
document-passport = Pasaporte

## Typing
typing-title = I-type po ang inyong pangalan at ID number
typing-name = Pangalan, gaya ng nasa dokumento
typing-number = ID number
typing-fault-name = Mga letra po ang gamitin sa pangalan.
typing-fault-number = Pakitingnan po ulit ang numero.
enrol-title = Sino ang irerehistro?
key-delete = Burahin
key-space = Espasyo
key-shift = Malaking letra
key-letters = Mga letra
key-digits = Mga numero
key-alphabet = Palitan ang alpabeto
keyboard = Keyboard

## Scanning
document-title = Ipakita po ang inyong dokumento
document-front = Harap
document-back = Likod
document-page = Pahinang may litrato ninyo

## Confirming
confirm-title = Tama po ba ito?
confirm-doubtful = Pakitingnan po ang mga may marka.
confirm-yes = Opo, tama ito
confirm-wrong = Hindi po, i-scan ulit
confirm-change = Baguhin
field-document-type = Dokumento
field-country = Bansang nagbigay
field-document-number = Numero ng dokumento
field-first-name = Pangalan
field-last-name = Apelyido
field-patronymic = Pangalan mula sa ama
field-gender = Kasarian
field-date-of-birth = Petsa ng kapanganakan
field-place-of-birth = Lugar ng kapanganakan
field-nationality = Nasyonalidad
field-issue-date = Petsa ng pagbigay
field-expire-date = May bisa hanggang
field-authority = Ahensiyang nagbigay
field-identification-number = ID number

## Face
face-title = Tumingin po sa kamera
gesture-of = Galaw { $gesture } ng { $gestures }

## Light
light-title = Tumingin po sa screen

## Prompts
prompt-come-into-view = Tumayo po sa harap ng kamera
prompt-one-person-only = Isang tao lang po
prompt-come-closer = Lumapit pa po
prompt-move-back = Umatras po nang kaunti
prompt-move-to-the-middle = Pumunta po sa gitna
prompt-more-light = Masyadong madilim dito
prompt-less-light = Masyadong maliwanag dito
prompt-look-straight = Tumingin po nang diretso
prompt-open-eyes = Idilat po ang mga mata
prompt-uncover-face = Alisin po ang takip sa mukha
prompt-hold-still = Huwag po munang gumalaw
prompt-well-done = Magaling po
prompt-blink = Kumurap po
prompt-open-mouth = Ibuka po ang bibig
prompt-turn-left = Ilingon po ang ulo sa kaliwa
prompt-turn-right = Ilingon po ang ulo sa kanan
prompt-nod = Tumango po
prompt-show-document = Itapat po ang dokumento sa kamera
prompt-show-whole-document = Ipakita po ang buong dokumento
prompt-document-closer = Ilapit pa po ang dokumento
prompt-hold-document-flat = Hawakan po nang patag ang dokumento
prompt-hold-document-still = Huwag po munang igalaw ang dokumento
prompt-more-light-on-document = Masyadong madilim, hindi mabasa
prompt-tilt-against-glare = Ikiling po nang kaunti: nasisilaw
prompt-turn-over = Baligtarin po ang dokumento
prompt-one-document-only = Isang dokumento lang po
prompt-not-a-document = Hindi po ito ID
prompt-show-the-original = Ipakita po ang orihinal, hindi kopya
prompt-looking-up = Sandali po, hinahanap ang inyong rekord
prompt-one-moment = Sandali lang po

## Result
result-passed = Salamat po
result-passed-text = Tapos na po ang pagsusuri.
result-enrolled-text = Nakarehistro ka na.
result-failed = Hindi po ito nagtagumpay
result-review = Susuriin po namin ito
result-review-text = May taong titingin sa inyong resulta. Babalitaan po namin kayo.
reason-attack = Hindi namin matiyak na may totoong tao rito. Magtanong po sa staff.
reason-no-face = Hindi namin nakita ang inyong mukha. Tumayo po sa harap ng kamera.
reason-several-faces = Higit sa isang tao ang nasa larawan. Mag-isa lang po sana.
reason-time-out = Naubos ang oras. Subukan po muli.
reason-person-changed = Nagbago ang tao habang nagsusuri. Magsimula po muli.
reason-cancelled = Kinansela po ninyo ito.
reason-no-best-frame = Walang malinaw na larawan ng inyong mukha. Tumayo po sa mas maliwanag at tumingin nang diretso.
reason-document-unreadable = Hindi namin mabasa ang dokumento. Punasan po ito, hawakan nang patag, at subukan muli.
reason-document-expired = Paso na ang inyong dokumento. Gumamit po ng iba.
reason-document-seen-before = Naipakita na ang dokumentong ito na may ibang mukha. Magtanong po sa staff.
reason-no-match = Hindi magkatugma ang inyong mukha at ang litrato. Subukan po muli o magtanong sa staff.
reason-no-record = Wala kaming nakitang rekord ninyo. Pakitingnan po ang pangalan at numero, o magtanong sa staff.
reason-already-enrolled = Mukhang nakarehistro ka na dati. Magtanong sa kawani.
reason-camera = Tumigil ang kamera. Magtanong po sa staff.
reason-internal = Nagkaproblema ang makina. Magtanong po sa staff.
reason-busy = May gumagamit pa ng makina. Maghintay po sandali.

## Redirect
redirect-title = Salamat po
redirect-text = Ibinabalik na po kayo.

## PIN
pin-title = PIN ng staff
pin-wrong = Maling PIN
pin-locked = Masyadong maraming subok. Maghintay po ng { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minuto
}.
pin-digits = { $count ->
    [one] { $count } numero ang na-type
   *[other] { $count } numero ang na-type
}

## Operator
operator-title = Para sa staff
operator-doctor = Mga pagsusuri
operator-camera = Kamera
operator-results = Mga huling resulta
operator-network = Network
operator-reboot = I-restart ang makina
operator-restart-eye = I-restart ang kamera
operator-show-camera = Ipakita ang larawan
operator-hide-camera = Itago ang larawan
operator-enrol = Irehistro ang tao
operator-waiting = Mga resultang naghihintay: { $count }
operator-refused = Mga resultang tinanggihan: { $count }
operator-no-results = Wala pang resulta
operator-version = Bersyon { $version }
operator-device = Makina { $device }
network-off = Walang naka-setup na sentro
network-connected = Konektado
network-disconnected = Hindi konektado
state-ok = Maayos
state-warning = Tingnan ito
state-failed = Sira
outcome-success = Pumasa
outcome-failed = Hindi pumasa
press-again = Pindutin ulit kung sigurado
