# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Бас тарту
next = Жалғастыру
done = Дайын
back = Артқа
try-again = Қайталап көру
time-left = { $seconds ->
    [one] { $seconds } секунд қалды
   *[other] { $seconds } секунд қалды
}
step-of = { $step }-қадам, барлығы { $steps }
camera-picture = Камера көрінісі
offline = Экранның терминалмен байланысы үзілді. Сәл күте тұрыңыз.

## Idle
idle-title = Қош келдіңіз
idle-touch = Бастау үшін экранды түртіңіз
idle-presence = Камераға қараңыз, өтінеміз
idle-partner = Алдымен терезедегі қызметкерге жүгініңіз
begin = Бастау
change-language = Тіл
operator = Қызметтік мәзір

## Starting
starting-title = Сәл күте тұрыңыз
starting-text = Терминал жұмысқа дайындалып жатыр.
trouble-no-camera = Камера жауап бермейді. Қызметкерге жүгініңіз.
trouble-no-model = Терминал толық бапталмаған. Қызметкерге жүгініңіз.
trouble-storage = Терминал енді нәтижелерді сақтай алмайды. Қызметкерге жүгініңіз.
trouble-not-ready = Терминал дайын емес. Қызметкерге жүгініңіз.

## Language
language-title = Тілді таңдаңыз

## Guide
guide-title = Не істеу керек
guide-document = Құжатыңызды көрсетіңіз
guide-typing = Аты-жөніңіз бен ЖСН-ді теріңіз
guide-face = Камераға қарап, нұсқауларды орындаңыз

## Consent
consent-title = Жеке басыңызды тексеруге келісесіз бе?
consent-text = Біз бетіңізді және құжатыңызды суретке түсіреміз. Суреттер бұл шынымен сіз екеніңізді тексеру үшін керек. Нәтижеге қол қойылып, оны сұраған қызметке жіберіледі.
consent-partner = Тексеруді сұраған: { $partner }.
consent-rights = Келіспеуге болады. Онда қызметкерден басқа тәсілді сұраңыз.
consent-version = Мәтін { $version }
consent-enrol-title = Бетіңізді есте сақтауға бола ма?
consent-enrol-text = Бұл терминал бетіңіздің сандардан тұратын сипаттамасын аты-жөніңізбен және нөміріңізбен бірге сақтайды. Ол тек сізді тану үшін қолданылады. Ол белгілі уақыттан кейін немесе сұрасаңыз, одан ертерек жойылады.
consent-enrol-rights = Бас тартуыңызға болады. Кейін де ойыңызды өзгерте аласыз: қызметкерге айтыңыз.
agree = Келісемін
decline = Келіспеймін

## Choice of document
documents-title = Сізде қандай құжат бар?
document-id-card = Жеке куәлік
document-residence-permit = Тұруға ықтиярхат
document-passport = Паспорт

## Typing
typing-title = Аты-жөніңіз бен ЖСН-ді теріңіз
typing-name = Аты-жөні, құжаттағыдай
typing-number = ЖСН
typing-fault-name = Аты-жөніңізді әріппен жазыңыз.
typing-fault-number = Нөмірді тексеріңіз.
enrol-title = Кімді тіркейміз?
key-delete = Өшіру
key-space = Бос орын
key-shift = Бас әріптер
key-letters = Әріптер
key-digits = Сандар
key-alphabet = Әліпбиді ауыстыру
keyboard = Пернетақта

## Scanning
document-title = Құжатыңызды көрсетіңіз
document-front = Алдыңғы жағы
document-back = Артқы жағы
document-page = Фотосуреті бар бет

## Confirming
confirm-title = Бәрі дұрыс па?
confirm-doubtful = Белгіленген жолдарды тексеріңіз.
confirm-yes = Иә, дұрыс
confirm-wrong = Жоқ, қайта сканерлеу
confirm-change = Өзгерту
field-document-type = Құжат
field-country = Берген ел
field-document-number = Құжат нөмірі
field-first-name = Аты
field-last-name = Тегі
field-patronymic = Әкесінің аты
field-gender = Жынысы
field-date-of-birth = Туған күні
field-place-of-birth = Туған жері
field-nationality = Азаматтығы
field-issue-date = Берілген күні
field-expire-date = Қолданылу мерзімі
field-authority = Берген мекеме
field-identification-number = ЖСН

## Face
face-title = Камераға қараңыз
gesture-of = { $gesture }-қимыл, барлығы { $gestures }

## Light
light-title = Экранға қараңыз, өтінеміз

## Prompts
prompt-come-into-view = Камераның алдына тұрыңыз
prompt-one-person-only = Тек бір адам тұрсын, өтінеміз
prompt-come-closer = Жақынырақ келіңіз
prompt-move-back = Сәл артқа шегініңіз
prompt-move-to-the-middle = Ортаға тұрыңыз
prompt-more-light = Бұл жер тым қараңғы
prompt-less-light = Бұл жер тым жарық
prompt-look-straight = Тура алға қараңыз
prompt-open-eyes = Көзіңізді ашыңыз
prompt-uncover-face = Бетіңізді ашыңыз
prompt-hold-still = Қозғалмай тұрыңыз
prompt-well-done = Өте жақсы
prompt-blink = Көзіңізді жұмып ашыңыз
prompt-open-mouth = Аузыңызды ашыңыз
prompt-turn-left = Басыңызды солға бұрыңыз
prompt-turn-right = Басыңызды оңға бұрыңыз
prompt-nod = Басыңызды изеңіз
prompt-show-document = Құжатты камераның алдында ұстаңыз
prompt-show-whole-document = Құжатты толық көрсетіңіз
prompt-document-closer = Құжатты жақындатыңыз
prompt-hold-document-flat = Құжатты тегіс ұстаңыз
prompt-hold-document-still = Құжатты қозғамай ұстаңыз
prompt-more-light-on-document = Тым қараңғы, оқу мүмкін емес
prompt-tilt-against-glare = Сәл еңкейтіңіз: құжат жылтырап тұр
prompt-turn-over = Құжатты екінші жағына аударыңыз
prompt-one-document-only = Тек бір құжат көрсетіңіз
prompt-not-a-document = Бұл жеке басты куәландыратын құжат емес
prompt-show-the-original = Көшірмесін емес, құжаттың өзін көрсетіңіз
prompt-looking-up = Сәл күтіңіз: деректеріңізді іздеп жатырмыз
prompt-one-moment = Сәл күте тұрыңыз

## Result
result-passed = Рақмет
result-passed-text = Тексеру аяқталды.
result-enrolled-text = Сіз тіркелдіңіз.
result-failed = Тексеру өтпеді
result-review = Біз мұны тексереміз
result-review-text = Нәтижеңізді қызметкер қарайды. Сізге хабарлаймыз.
reason-attack = Бұл жерде тірі адам тұрғанына көз жеткізе алмадық. Қызметкерге жүгініңіз.
reason-no-face = Бетіңізді көре алмадық. Камераның алдына тұрыңыз.
reason-several-faces = Суретте бірнеше адам болды. Жалғыз келіңіз, өтінеміз.
reason-time-out = Уақыт бітті. Қайталап көріңіз.
reason-person-changed = Тексеру кезінде адам ауысты. Басынан бастаңыз.
reason-cancelled = Сіз тексеруден бас тарттыңыз.
reason-no-best-frame = Бетіңіздің жақсы суреті шықпады. Жарығырақ жерге тұрып, тура алға қараңыз.
reason-document-unreadable = Құжатыңызды оқи алмадық. Оны сүртіп, тегіс ұстап, қайталап көріңіз.
reason-document-expired = Құжатыңыздың мерзімі өтіп кеткен. Басқа құжатты көрсетіңіз.
reason-document-seen-before = Бұл құжатты бұрын басқа адам көрсеткен. Қызметкерге жүгініңіз.
reason-no-match = Бетіңіз бен фотосурет сәйкес келмейді. Қайталап көріңіз немесе қызметкерге жүгініңіз.
reason-no-record = Деректеріңіз табылмады. Аты-жөніңіз бен нөмірді тексеріңіз немесе қызметкерге жүгініңіз.
reason-already-enrolled = Сіз бұрын тіркелген сияқтысыз. Қызметкерден сұраңыз.
reason-camera = Камера тоқтап қалды. Қызметкерге жүгініңіз.
reason-internal = Терминалда ақау шықты. Қызметкерге жүгініңіз.
reason-busy = Терминал бос емес. Сәл күте тұрыңыз.

## Redirect
redirect-title = Рақмет
redirect-text = Қазір кері қайтасыз.

## PIN
pin-title = Қызметтік PIN-код
pin-wrong = PIN-код қате
pin-locked = Тым көп әрекет жасалды. { $minutes ->
    [one] { $minutes } минут
   *[other] { $minutes } минут
} күтіңіз.
pin-digits = { $count ->
    [one] { $count } сан терілді
   *[other] { $count } сан терілді
}

## Operator
operator-title = Қызметтік мәзір
operator-doctor = Терминалды тексеру
operator-camera = Камера
operator-results = Соңғы нәтижелер
operator-network = Желі
operator-reboot = Терминалды қайта қосу
operator-restart-eye = Камераны қайта қосу
operator-show-camera = Көріністі көрсету
operator-hide-camera = Көріністі жасыру
operator-enrol = Адамды тіркеу
operator-waiting = Жіберілмеген нәтиже: { $count }
operator-refused = Қабылданбаған нәтиже: { $count }
operator-no-results = Әзірге нәтиже жоқ
operator-version = Нұсқа { $version }
operator-device = Терминал { $device }
network-off = Орталық бапталмаған
network-connected = Байланыс бар
network-disconnected = Байланыс жоқ
state-ok = Жақсы
state-warning = Назар аударыңыз
state-failed = Істен шыққан
outcome-success = Өтті
outcome-failed = Өтпеді
press-again = Растау үшін қайта басыңыз
