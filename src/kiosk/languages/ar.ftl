# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = إلغاء
next = متابعة
done = إنهاء
back = رجوع
try-again = إعادة المحاولة
time-left = { $seconds ->
    [zero] انتهى الوقت
    [one] بقيت ثانية واحدة
    [two] بقيت ثانيتان
    [few] بقيت { $seconds } ثوانٍ
    [many] بقيت { $seconds } ثانية
   *[other] بقيت { $seconds } ثانية
}
step-of = الخطوة { $step } من { $steps }
camera-picture = صورة الكاميرا
offline = انقطع اتصال الشاشة بالجهاز. لحظة من فضلك.

## Idle
idle-title = أهلاً وسهلاً
idle-touch = يرجى لمس الشاشة للبدء
idle-presence = يرجى النظر إلى الكاميرا
idle-partner = يرجى البدء من عند الموظف
begin = بدء
change-language = اللغة
operator = خاص بالموظفين

## Starting
starting-title = لحظة من فضلك
starting-text = يجري تجهيز الجهاز.
trouble-no-camera = الكاميرا لا تستجيب. يرجى مراجعة الموظف.
trouble-no-model = لم يكتمل إعداد الجهاز. يرجى مراجعة الموظف.
trouble-storage = لا يستطيع الجهاز حفظ نتائج أخرى. يرجى مراجعة الموظف.
trouble-not-ready = الجهاز غير جاهز. يرجى مراجعة الموظف.

## Language
language-title = يرجى اختيار اللغة

## Guide
guide-title = الخطوات
guide-document = إظهار الوثيقة
guide-typing = كتابة الاسم ورقم الهوية
guide-face = النظر إلى الكاميرا واتباع التعليمات

## Consent
consent-title = هل تسمح لنا بالتحقق من هويتك؟
consent-text = نلتقط صوراً لوجهك ولوثيقتك. نستخدمها للتأكد من هويتك. تُوقَّع النتيجة وتُرسَل إلى الجهة التي طلبتها.
consent-partner = الجهة التي تطلب هذا التحقق: { $partner }.
consent-rights = يمكنك الرفض. عندها يرجى سؤال الموظف عن طريقة أخرى.
consent-version = النص { $version }
consent-enrol-title = هل يمكننا أن نتذكر وجهك؟
consent-enrol-text = يحتفظ هذا الجهاز بوصف لوجهك على شكل أرقام مع اسمك ورقمك. يُستعمل فقط للتعرف عليك. يُحذف بعد مدة، أو قبل ذلك إذا طلبت.
consent-enrol-rights = يمكنك أن ترفض. ويمكنك أيضًا تغيير رأيك لاحقًا: أخبر الموظفين.
agree = أوافق
decline = لا أوافق

## Choice of document
documents-title = ما الوثيقة التي معك؟
document-id-card = بطاقة الهوية
document-residence-permit = بطاقة الإقامة
document-passport = جواز السفر

## Typing
typing-title = يرجى كتابة الاسم ورقم الهوية
typing-name = الاسم كما في الوثيقة
typing-number = رقم الهوية
typing-fault-name = يرجى كتابة الاسم بالحروف.
typing-fault-number = يرجى مراجعة الرقم.
enrol-title = من الذي سيُسجَّل؟
key-delete = حذف
key-space = مسافة
key-shift = حروف كبيرة
key-letters = حروف
key-digits = أرقام
key-alphabet = تغيير الأبجدية
keyboard = لوحة المفاتيح

## Scanning
document-title = يرجى إظهار الوثيقة
document-front = الوجه الأمامي
document-back = الوجه الخلفي
document-page = الصفحة التي فيها الصورة

## Confirming
confirm-title = هل هذه البيانات صحيحة؟
confirm-doubtful = يرجى مراجعة الخانات المعلَّمة.
confirm-yes = نعم، صحيحة
confirm-wrong = لا، إعادة المسح
confirm-change = تعديل
field-document-type = نوع الوثيقة
field-country = بلد الإصدار
field-document-number = رقم الوثيقة
field-first-name = الاسم الأول
field-last-name = اسم العائلة
field-patronymic = اسم الأب
field-gender = الجنس
field-date-of-birth = تاريخ الميلاد
field-place-of-birth = مكان الميلاد
field-nationality = الجنسية
field-issue-date = تاريخ الإصدار
field-expire-date = تاريخ الانتهاء
field-authority = جهة الإصدار
field-identification-number = رقم الهوية

## Face
face-title = يرجى النظر إلى الكاميرا
gesture-of = الحركة { $gesture } من { $gestures }

## Light
light-title = يرجى النظر إلى الشاشة

## Prompts
prompt-come-into-view = يرجى الوقوف أمام الكاميرا
prompt-one-person-only = شخص واحد فقط من فضلك
prompt-come-closer = يرجى الاقتراب أكثر
prompt-move-back = يرجى الرجوع قليلاً إلى الخلف
prompt-move-to-the-middle = يرجى الوقوف في الوسط
prompt-more-light = المكان مظلم جداً
prompt-less-light = الإضاءة قوية جداً
prompt-look-straight = يرجى النظر إلى الأمام
prompt-open-eyes = يرجى فتح العينين
prompt-uncover-face = يرجى كشف الوجه
prompt-hold-still = يرجى عدم الحركة
prompt-well-done = أحسنت
prompt-blink = يرجى إغماض العينين ثم فتحهما
prompt-open-mouth = يرجى فتح الفم
prompt-turn-left = يرجى إدارة الرأس إلى اليسار
prompt-turn-right = يرجى إدارة الرأس إلى اليمين
prompt-nod = يرجى خفض الرأس ثم رفعه
prompt-show-document = يرجى رفع الوثيقة أمام الكاميرا
prompt-show-whole-document = يرجى إظهار الوثيقة كاملة
prompt-document-closer = يرجى تقريب الوثيقة
prompt-hold-document-flat = يرجى إبقاء الوثيقة مستوية
prompt-hold-document-still = يرجى عدم تحريك الوثيقة
prompt-more-light-on-document = الضوء لا يكفي للقراءة
prompt-tilt-against-glare = يرجى إمالة الوثيقة قليلاً: عليها لمعان
prompt-turn-over = يرجى قلب الوثيقة
prompt-one-document-only = وثيقة واحدة فقط من فضلك
prompt-not-a-document = هذه ليست وثيقة هوية
prompt-show-the-original = يرجى إظهار الأصل وليس نسخة
prompt-looking-up = لحظة من فضلك، نبحث عن بياناتك
prompt-one-moment = لحظة من فضلك

## Result
result-passed = شكراً لك
result-passed-text = اكتملت عملية التحقق.
result-enrolled-text = تم تسجيلك.
result-failed = لم تنجح العملية
result-review = سنراجع هذه النتيجة
result-review-text = سيراجع أحد الموظفين نتيجتك. سنتواصل معك.
reason-attack = لم نتمكن من التأكد من وجود شخص حقيقي هنا. يرجى مراجعة الموظف.
reason-no-face = لم نرَ وجهك. يرجى الوقوف أمام الكاميرا.
reason-several-faces = ظهر أكثر من شخص في الصورة. يرجى الوقوف منفرداً أمام الكاميرا.
reason-time-out = انتهى الوقت. يرجى إعادة المحاولة.
reason-person-changed = تغيّر الشخص أثناء التحقق. يرجى البدء من جديد.
reason-cancelled = تم الإلغاء بطلب منك.
reason-no-best-frame = لم نحصل على صورة جيدة لوجهك. يرجى الوقوف في مكان أكثر إضاءة والنظر إلى الأمام.
reason-document-unreadable = لم نتمكن من قراءة الوثيقة. يرجى تنظيفها وإبقاؤها مستوية ثم إعادة المحاولة.
reason-document-expired = انتهت صلاحية الوثيقة. يرجى استخدام وثيقة أخرى.
reason-document-seen-before = سبق إظهار هذه الوثيقة مع وجه آخر. يرجى مراجعة الموظف.
reason-no-match = وجهك لا يطابق الصورة. يرجى إعادة المحاولة أو مراجعة الموظف.
reason-no-record = لم نجد بياناتك. يرجى التأكد من الاسم والرقم، أو مراجعة الموظف.
reason-already-enrolled = يبدو أنك مسجَّل من قبل. من فضلك اسأل الموظفين.
reason-camera = توقفت الكاميرا. يرجى مراجعة الموظف.
reason-internal = حدث خطأ في الجهاز. يرجى مراجعة الموظف.
reason-busy = الجهاز مشغول. يرجى الانتظار قليلاً.

## Redirect
redirect-title = شكراً لك
redirect-text = ستتم إعادتك الآن.

## PIN
pin-title = رمز PIN للموظفين
pin-wrong = رمز PIN غير صحيح
pin-locked = محاولات كثيرة. يرجى الانتظار { $minutes ->
    [zero] قليلاً
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقة
   *[other] { $minutes } دقيقة
}.
pin-digits = { $count ->
    [zero] لم يُكتب أي رقم
    [one] كُتب رقم واحد
    [two] كُتب رقمان
    [few] كُتبت { $count } أرقام
    [many] كُتب { $count } رقماً
   *[other] كُتب { $count } رقم
}

## Operator
operator-title = قائمة الموظفين
operator-doctor = فحص الجهاز
operator-camera = الكاميرا
operator-results = آخر النتائج
operator-network = الشبكة
operator-reboot = إعادة تشغيل الجهاز
operator-restart-eye = إعادة تشغيل الكاميرا
operator-show-camera = إظهار الصورة
operator-hide-camera = إخفاء الصورة
operator-enrol = تسجيل شخص
operator-waiting = نتائج في الانتظار: { $count }
operator-refused = نتائج مرفوضة: { $count }
operator-no-results = لا توجد نتائج بعد
operator-version = الإصدار { $version }
operator-device = الجهاز { $device }
network-off = لم يتم إعداد مركز
network-connected = متصل
network-disconnected = غير متصل
state-ok = سليم
state-warning = يحتاج إلى انتباه
state-failed = معطل
outcome-success = ناجح
outcome-failed = غير ناجح
press-again = يرجى الضغط ثانية للتأكيد
