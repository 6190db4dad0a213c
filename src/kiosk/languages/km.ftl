# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = បោះបង់
next = បន្ត
done = រួចរាល់
back = ត្រឡប់ក្រោយ
try-again = ព្យាយាមម្តងទៀត
time-left = { $seconds ->
   *[other] នៅសល់ { $seconds } វិនាទី
}
step-of = ជំហានទី { $step } នៃ { $steps }
camera-picture = រូបភាពពីកាមេរ៉ា
offline = អេក្រង់ដាច់ការតភ្ជាប់ពីម៉ាស៊ីន។ សូមរង់ចាំបន្តិច។

## Idle
idle-title = សូមស្វាគមន៍
idle-touch = សូមប៉ះអេក្រង់ដើម្បីចាប់ផ្តើម
idle-presence = សូមមើលទៅកាមេរ៉ា
idle-partner = សូមចាប់ផ្តើមនៅបញ្ជរ
begin = ចាប់ផ្តើម
change-language = ភាសា
operator = សម្រាប់បុគ្គលិក

## Starting
starting-title = សូមរង់ចាំបន្តិច
starting-text = ម៉ាស៊ីនកំពុងរៀបចំ។
trouble-no-camera = កាមេរ៉ាមិនឆ្លើយតប។ សូមសួរបុគ្គលិក។
trouble-no-model = ម៉ាស៊ីនមិនទាន់រៀបចំរួចទាំងស្រុងទេ។ សូមសួរបុគ្គលិក។
trouble-storage = ម៉ាស៊ីនមិនអាចរក្សាទុកលទ្ធផលបន្ថែមទៀតបានទេ។ សូមសួរបុគ្គលិក។
trouble-not-ready = ម៉ាស៊ីនមិនទាន់រួចរាល់ទេ។ សូមសួរបុគ្គលិក។

## Language
language-title = សូមជ្រើសរើសភាសា

## Guide
guide-title = អ្វីដែលត្រូវធ្វើ
guide-document = បង្ហាញឯកសាររបស់លោកអ្នក
guide-typing = វាយឈ្មោះ និងលេខអត្តសញ្ញាណ
guide-face = មើលទៅកាមេរ៉ា ហើយធ្វើតាមការណែនាំ

## Consent
consent-title = តើយើងអាចពិនិត្យអត្តសញ្ញាណលោកអ្នកបានទេ?
consent-text = យើងថតរូបមុខ និងឯកសាររបស់លោកអ្នក។ យើងប្រើរូបទាំងនេះដើម្បីពិនិត្យថាពិតជាលោកអ្នកមែន។ លទ្ធផលនឹងមានហត្ថលេខាឌីជីថល ហើយផ្ញើទៅសេវាដែលបានស្នើសុំ។
consent-partner = { $partner } ស្នើសុំការពិនិត្យនេះ។
consent-rights = លោកអ្នកអាចបដិសេធបាន។ បើបដិសេធ សូមសួរបុគ្គលិករកវិធីផ្សេង។
consent-version = អត្ថបទ { $version }
consent-enrol-title = តើយើងអាចចងចាំមុខអ្នកបានទេ?
consent-enrol-text = ម៉ាស៊ីននេះរក្សាការពណ៌នាមុខរបស់អ្នកជាលេខ ជាមួយឈ្មោះ និងលេខរបស់អ្នក។ វាប្រើសម្រាប់តែស្គាល់អ្នកប៉ុណ្ណោះ។ វាត្រូវលុបក្រោយពេលមួយ ឬមុននោះ បើអ្នកស្នើ។
consent-enrol-rights = អ្នកអាចបដិសេធបាន។ អ្នកក៏អាចប្ដូរចិត្តពេលក្រោយដែរ៖ សូមប្រាប់បុគ្គលិក។
agree = ខ្ញុំយល់ព្រម
decline = ខ្ញុំមិនយល់ព្រម

## Choice of document
documents-title = តើលោកអ្នកមានឯកសារអ្វី?
document-id-card = អត្តសញ្ញាណប័ណ្ណ
document-residence-permit = ប័ណ្ណស្នាក់នៅ
document-passport = លិខិតឆ្លងដែន

## Typing
typing-title = សូមវាយឈ្មោះ និងលេខអត្តសញ្ញាណ
typing-name = ឈ្មោះដូចក្នុងឯកសារ
typing-number = លេខអត្តសញ្ញាណ
typing-fault-name = សូមវាយឈ្មោះជាអក្សរ។
typing-fault-number = សូមពិនិត្យលេខម្តងទៀត។
enrol-title = តើចុះឈ្មោះអ្នកណា?
key-delete = លុប
key-space = ដកឃ្លា
key-shift = អក្សរធំ
key-letters = អក្សរ
key-digits = លេខ
key-alphabet = ប្តូរប្រភេទអក្សរ
keyboard = ក្តារចុច

## Scanning
document-title = សូមបង្ហាញឯកសាររបស់លោកអ្នក
document-front = ផ្នែកខាងមុខ
document-back = ផ្នែកខាងក្រោយ
document-page = ទំព័រដែលមានរូបថត

## Confirming
confirm-title = តើត្រឹមត្រូវទេ?
confirm-doubtful = សូមពិនិត្យកន្លែងដែលមានសញ្ញា។
confirm-yes = ត្រឹមត្រូវ
confirm-wrong = មិនត្រឹមត្រូវ ស្កេនម្តងទៀត
confirm-change = កែប្រែ
field-document-type = ប្រភេទឯកសារ
field-country = ប្រទេសចេញឯកសារ
field-document-number = លេខឯកសារ
field-first-name = នាមខ្លួន
field-last-name = នាមត្រកូល
field-patronymic = ឈ្មោះតាមឪពុក
field-gender = ភេទ
field-date-of-birth = ថ្ងៃខែឆ្នាំកំណើត
field-place-of-birth = ទីកន្លែងកំណើត
field-nationality = សញ្ជាតិ
field-issue-date = ថ្ងៃចេញឯកសារ
field-expire-date = មានសុពលភាពដល់
field-authority = អាជ្ញាធរចេញឯកសារ
field-identification-number = លេខអត្តសញ្ញាណ

## Face
face-title = សូមមើលទៅកាមេរ៉ា
gesture-of = ចលនាទី { $gesture } នៃ { $gestures }

## Light
light-title = សូមមើលទៅអេក្រង់

## Prompts
prompt-come-into-view = សូមឈរនៅមុខកាមេរ៉ា
prompt-one-person-only = សូមឈរតែម្នាក់ប៉ុណ្ណោះ
prompt-come-closer = សូមមកជិតបន្តិចទៀត
prompt-move-back = សូមថយក្រោយបន្តិច
prompt-move-to-the-middle = សូមមកឈរចំកណ្តាល
prompt-more-light = នៅទីនេះងងឹតពេក
prompt-less-light = នៅទីនេះភ្លឺពេក
prompt-look-straight = សូមមើលត្រង់ទៅមុខ
prompt-open-eyes = សូមបើកភ្នែក
prompt-uncover-face = សូមកុំបាំងមុខ
prompt-hold-still = សូមកុំកម្រើក
prompt-well-done = ល្អណាស់
prompt-blink = សូមព្រិចភ្នែក
prompt-open-mouth = សូមបើកមាត់
prompt-turn-left = សូមងាកក្បាលទៅឆ្វេង
prompt-turn-right = សូមងាកក្បាលទៅស្តាំ
prompt-nod = សូមងក់ក្បាល
prompt-show-document = សូមកាន់ឯកសារនៅមុខកាមេរ៉ា
prompt-show-whole-document = សូមបង្ហាញឯកសារទាំងមូល
prompt-document-closer = សូមយកឯកសារមកជិតបន្តិចទៀត
prompt-hold-document-flat = សូមកាន់ឯកសារឲ្យរាបស្មើ
prompt-hold-document-still = សូមកុំកម្រើកឯកសារ
prompt-more-light-on-document = ងងឹតពេក អានមិនបាន
prompt-tilt-against-glare = ចាំងពន្លឺ សូមផ្អៀងឯកសារបន្តិច
prompt-turn-over = សូមបង្ហាញផ្នែកម្ខាងទៀត
prompt-one-document-only = សូមបង្ហាញឯកសារតែមួយ
prompt-not-a-document = នេះមិនមែនជាឯកសារអត្តសញ្ញាណទេ
prompt-show-the-original = សូមបង្ហាញច្បាប់ដើម មិនមែនច្បាប់ចម្លង
prompt-looking-up = សូមរង់ចាំ យើងកំពុងរកទិន្នន័យលោកអ្នក
prompt-one-moment = សូមរង់ចាំបន្តិច

## Result
result-passed = សូមអរគុណ
result-passed-text = ការពិនិត្យបានបញ្ចប់ហើយ។
result-enrolled-text = អ្នកបានចុះឈ្មោះហើយ។
result-failed = មិនបានជោគជ័យទេ
result-review = យើងនឹងពិនិត្យមើល
result-review-text = បុគ្គលិកនឹងពិនិត្យលទ្ធផលរបស់លោកអ្នក។ យើងនឹងជូនដំណឹងលោកអ្នក។
reason-attack = យើងមិនអាចដឹងច្បាស់ថាមានមនុស្សពិតនៅទីនេះទេ។ សូមសួរបុគ្គលិក។
reason-no-face = យើងមើលមិនឃើញមុខលោកអ្នកទេ។ សូមឈរនៅមុខកាមេរ៉ា។
reason-several-faces = មានមនុស្សលើសពីម្នាក់ក្នុងរូប។ សូមមកតែម្នាក់ឯង។
reason-time-out = អស់ពេលហើយ។ សូមព្យាយាមម្តងទៀត។
reason-person-changed = មានការប្តូរមនុស្សពេលកំពុងពិនិត្យ។ សូមចាប់ផ្តើមម្តងទៀត។
reason-cancelled = លោកអ្នកបានបោះបង់។
reason-no-best-frame = យើងមិនបានរូបមុខច្បាស់ទេ។ សូមឈរកន្លែងភ្លឺជាងនេះ ហើយមើលត្រង់ទៅមុខ។
reason-document-unreadable = យើងអានឯកសារមិនបានទេ។ សូមជូតឲ្យស្អាត កាន់ឲ្យរាបស្មើ ហើយព្យាយាមម្តងទៀត។
reason-document-expired = ឯកសាររបស់លោកអ្នកផុតកំណត់ហើយ។ សូមប្រើឯកសារផ្សេង។
reason-document-seen-before = ឯកសារនេះធ្លាប់បង្ហាញជាមួយមុខផ្សេង។ សូមសួរបុគ្គលិក។
reason-no-match = មុខលោកអ្នកមិនដូចរូបថតទេ។ សូមព្យាយាមម្តងទៀត ឬសួរបុគ្គលិក។
reason-no-record = យើងរកមិនឃើញទិន្នន័យលោកអ្នកទេ។ សូមពិនិត្យឈ្មោះ និងលេខ ឬសួរបុគ្គលិក។
reason-already-enrolled = អ្នកហាក់ដូចជាបានចុះឈ្មោះរួចហើយ។ សូមសួរបុគ្គលិក។
reason-camera = កាមេរ៉ាឈប់ដំណើរការ។ សូមសួរបុគ្គលិក។
reason-internal = ម៉ាស៊ីនមានបញ្ហា។ សូមសួរបុគ្គលិក។
reason-busy = ម៉ាស៊ីនកំពុងមានគេប្រើ។ សូមរង់ចាំបន្តិច។

## Redirect
redirect-title = សូមអរគុណ
redirect-text = លោកអ្នកកំពុងត្រឡប់ទៅវិញ។

## PIN
pin-title = លេខសម្ងាត់ PIN បុគ្គលិក
pin-wrong = លេខ PIN មិនត្រឹមត្រូវ
pin-locked = ព្យាយាមច្រើនដងពេក។ សូមរង់ចាំ { $minutes ->
   *[other] { $minutes } នាទី
}។
pin-digits = { $count ->
   *[other] បានវាយលេខ { $count } ខ្ទង់
}

## Operator
operator-title = សម្រាប់បុគ្គលិក
operator-doctor = ពិនិត្យម៉ាស៊ីន
operator-camera = កាមេរ៉ា
operator-results = លទ្ធផលចុងក្រោយ
operator-network = បណ្តាញ
operator-reboot = បើកម៉ាស៊ីនឡើងវិញ
operator-restart-eye = បើកកាមេរ៉ាឡើងវិញ
operator-show-camera = បង្ហាញរូបភាព
operator-hide-camera = លាក់រូបភាព
operator-enrol = ចុះឈ្មោះមនុស្ស
operator-waiting = លទ្ធផលកំពុងរង់ចាំ៖ { $count }
operator-refused = លទ្ធផលត្រូវបានបដិសេធ៖ { $count }
operator-no-results = មិនទាន់មានលទ្ធផល
operator-version = កំណែ { $version }
operator-device = ម៉ាស៊ីន { $device }
network-off = មិនទាន់កំណត់មជ្ឈមណ្ឌល
network-connected = បានតភ្ជាប់
network-disconnected = មិនបានតភ្ជាប់
state-ok = ល្អ
state-warning = សូមពិនិត្យមើល
state-failed = ខូច
outcome-success = ជោគជ័យ
outcome-failed = មិនជោគជ័យ
press-again = សូមចុចម្តងទៀតដើម្បីបញ្ជាក់
