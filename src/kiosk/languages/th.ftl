# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = ยกเลิก
next = ต่อไป
done = เสร็จสิ้น
back = ย้อนกลับ
try-again = ลองอีกครั้ง
time-left = { $seconds ->
   *[other] เหลือเวลา { $seconds } วินาที
}
step-of = ขั้นตอนที่ { $step } จาก { $steps }
camera-picture = ภาพจากกล้อง
offline = หน้าจอขาดการติดต่อกับเครื่อง กรุณารอสักครู่

## Idle
idle-title = ยินดีต้อนรับ
idle-touch = กรุณาแตะหน้าจอเพื่อเริ่ม
idle-presence = กรุณามองที่กล้อง
idle-partner = กรุณาเริ่มที่เคาน์เตอร์
begin = เริ่ม
change-language = ภาษา
operator = สำหรับเจ้าหน้าที่

## Starting
starting-title = กรุณารอสักครู่
starting-text = กำลังเตรียมเครื่อง
trouble-no-camera = กล้องไม่ตอบสนอง กรุณาแจ้งเจ้าหน้าที่
trouble-no-model = เครื่องยังตั้งค่าไม่ครบ กรุณาแจ้งเจ้าหน้าที่
trouble-storage = เครื่องเก็บผลเพิ่มไม่ได้แล้ว กรุณาแจ้งเจ้าหน้าที่
trouble-not-ready = เครื่องยังไม่พร้อม กรุณาแจ้งเจ้าหน้าที่

## Language
language-title = กรุณาเลือกภาษา

## Guide
guide-title = ขั้นตอนมีดังนี้
guide-document = แสดงเอกสารของท่าน
guide-typing = พิมพ์ชื่อและเลขประจำตัวประชาชน
guide-face = มองที่กล้องและทำตามคำแนะนำ

## Consent
consent-title = ขอตรวจสอบตัวตนของท่านได้หรือไม่
consent-text = เราจะถ่ายภาพใบหน้าและเอกสารของท่าน เพื่อตรวจสอบว่าเป็นตัวท่านจริง ผลการตรวจสอบจะมีลายมือชื่อดิจิทัลและส่งไปยังหน่วยงานที่ขอ
consent-partner = { $partner } ขอให้ตรวจสอบ
consent-rights = ท่านปฏิเสธได้ และสอบถามวิธีอื่นจากเจ้าหน้าที่ได้
consent-version = ข้อความ { $version }
consent-enrol-title = ให้เราจดจำใบหน้าของคุณได้ไหม
consent-enrol-text = เครื่องนี้เก็บคำอธิบายใบหน้าของคุณเป็นตัวเลข พร้อมชื่อและหมายเลขของคุณ ใช้เพื่อจดจำคุณเท่านั้น และจะถูกลบเมื่อครบเวลา หรือเร็วกว่านั้นหากคุณขอ
consent-enrol-rights = คุณปฏิเสธได้ และเปลี่ยนใจภายหลังได้ โปรดแจ้งเจ้าหน้าที่
agree = ยินยอม
decline = ไม่ยินยอม

## Choice of document
documents-title = ท่านมีเอกสารใด
document-id-card = บัตรประชาชน
document-residence-permit = ใบสำคัญถิ่นที่อยู่
document-passport = หนังสือเดินทาง

## Typing
typing-title = พิมพ์ชื่อและเลขประจำตัวประชาชน
typing-name = ชื่อตามเอกสาร
typing-number = เลขประจำตัวประชาชน
typing-fault-name = กรุณาพิมพ์ชื่อเป็นตัวอักษร
typing-fault-number = กรุณาตรวจสอบหมายเลข
enrol-title = จะลงทะเบียนใคร
key-delete = ลบ
key-space = เว้นวรรค
key-shift = ตัวพิมพ์ใหญ่
key-letters = ตัวอักษร
key-digits = ตัวเลข
key-alphabet = เปลี่ยนชุดตัวอักษร
keyboard = แป้นพิมพ์

## Scanning
document-title = กรุณาแสดงเอกสารของท่าน
document-front = ด้านหน้า
document-back = ด้านหลัง
document-page = หน้าที่มีรูปถ่าย

## Confirming
confirm-title = ข้อมูลนี้ถูกต้องหรือไม่
confirm-doubtful = กรุณาตรวจสอบช่องที่มีเครื่องหมาย
confirm-yes = ถูกต้อง
confirm-wrong = ไม่ถูกต้อง สแกนใหม่
confirm-change = แก้ไข
field-document-type = ประเภทเอกสาร
field-country = ประเทศที่ออกเอกสาร
field-document-number = เลขที่เอกสาร
field-first-name = ชื่อ
field-last-name = นามสกุล
field-patronymic = ชื่อตามบิดา
field-gender = เพศ
field-date-of-birth = วันเดือนปีเกิด
field-place-of-birth = สถานที่เกิด
field-nationality = สัญชาติ
field-issue-date = วันออกเอกสาร
field-expire-date = วันหมดอายุ
field-authority = หน่วยงานที่ออกเอกสาร
field-identification-number = เลขประจำตัวประชาชน

## Face
face-title = กรุณามองที่กล้อง
gesture-of = ท่าที่ { $gesture } จาก { $gestures }

## Light
light-title = กรุณามองที่หน้าจอ

## Prompts
prompt-come-into-view = กรุณายืนหน้ากล้อง
prompt-one-person-only = กรุณายืนเพียงคนเดียว
prompt-come-closer = กรุณาเข้ามาใกล้อีกนิด
prompt-move-back = กรุณาถอยหลังเล็กน้อย
prompt-move-to-the-middle = กรุณาขยับมาตรงกลาง
prompt-more-light = ที่นี่มืดเกินไป
prompt-less-light = ที่นี่สว่างเกินไป
prompt-look-straight = กรุณามองตรง
prompt-open-eyes = กรุณาลืมตา
prompt-uncover-face = กรุณาอย่าให้มีสิ่งใดบังใบหน้า
prompt-hold-still = กรุณาอยู่นิ่ง ๆ
prompt-well-done = ดีมาก
prompt-blink = กรุณากะพริบตา
prompt-open-mouth = กรุณาอ้าปาก
prompt-turn-left = กรุณาหันหน้าไปทางซ้าย
prompt-turn-right = กรุณาหันหน้าไปทางขวา
prompt-nod = กรุณาพยักหน้า
prompt-show-document = กรุณาถือเอกสารไว้หน้ากล้อง
prompt-show-whole-document = กรุณาให้เห็นเอกสารทั้งใบ
prompt-document-closer = กรุณาถือเอกสารใกล้กล้องอีกนิด
prompt-hold-document-flat = กรุณาถือเอกสารให้เรียบ
prompt-hold-document-still = กรุณาถือเอกสารนิ่ง ๆ
prompt-more-light-on-document = มืดเกินไป อ่านไม่ได้
prompt-tilt-against-glare = มีแสงสะท้อน กรุณาเอียงเล็กน้อย
prompt-turn-over = กรุณาพลิกเอกสาร
prompt-one-document-only = กรุณาแสดงเอกสารเพียงใบเดียว
prompt-not-a-document = นี่ไม่ใช่เอกสารแสดงตัวตน
prompt-show-the-original = กรุณาแสดงตัวจริง ไม่ใช่สำเนา
prompt-looking-up = รอสักครู่ กำลังค้นหาข้อมูลของท่าน
prompt-one-moment = กรุณารอสักครู่

## Result
result-passed = ขอบคุณ
result-passed-text = การตรวจสอบเสร็จสิ้นแล้ว
result-enrolled-text = ลงทะเบียนแล้ว
result-failed = ไม่สำเร็จ
result-review = เราจะตรวจสอบให้
result-review-text = เจ้าหน้าที่จะดูผลของท่าน แล้วเราจะแจ้งให้ทราบ
reason-attack = เราไม่สามารถยืนยันได้ว่ามีบุคคลจริงอยู่ที่นี่ กรุณาแจ้งเจ้าหน้าที่
reason-no-face = เราไม่เห็นใบหน้าของท่าน กรุณายืนหน้ากล้อง
reason-several-faces = ในภาพมีมากกว่าหนึ่งคน กรุณายืนเพียงคนเดียว
reason-time-out = หมดเวลาแล้ว กรุณาลองอีกครั้ง
reason-person-changed = มีการเปลี่ยนคนระหว่างตรวจสอบ กรุณาเริ่มใหม่
reason-cancelled = ท่านได้ยกเลิกแล้ว
reason-no-best-frame = ภาพใบหน้าของท่านไม่ชัด กรุณายืนในที่สว่างขึ้นและมองตรง
reason-document-unreadable = อ่านเอกสารของท่านไม่ได้ กรุณาเช็ดให้สะอาด ถือให้เรียบ แล้วลองอีกครั้ง
reason-document-expired = เอกสารของท่านหมดอายุแล้ว กรุณาใช้เอกสารอื่น
reason-document-seen-before = เอกสารนี้เคยใช้กับใบหน้าอื่นมาก่อน กรุณาแจ้งเจ้าหน้าที่
reason-no-match = ใบหน้าของท่านไม่ตรงกับรูปถ่าย กรุณาลองอีกครั้งหรือแจ้งเจ้าหน้าที่
reason-no-record = ไม่พบข้อมูลของท่าน กรุณาตรวจสอบชื่อและหมายเลข หรือแจ้งเจ้าหน้าที่
reason-already-enrolled = ดูเหมือนว่าคุณลงทะเบียนไว้แล้ว โปรดสอบถามเจ้าหน้าที่
reason-camera = กล้องหยุดทำงาน กรุณาแจ้งเจ้าหน้าที่
reason-internal = เครื่องขัดข้อง กรุณาแจ้งเจ้าหน้าที่
reason-busy = เครื่องกำลังใช้งานอยู่ กรุณารอสักครู่

## Redirect
redirect-title = ขอบคุณ
redirect-text = กำลังพาท่านกลับไป

## PIN
pin-title = รหัส PIN เจ้าหน้าที่
pin-wrong = รหัส PIN ไม่ถูกต้อง
pin-locked = ลองหลายครั้งเกินไป กรุณารอ { $minutes ->
   *[other] { $minutes } นาที
}
pin-digits = { $count ->
   *[other] พิมพ์แล้ว { $count } หลัก
}

## Operator
operator-title = สำหรับเจ้าหน้าที่
operator-doctor = ตรวจสอบเครื่อง
operator-camera = กล้อง
operator-results = ผลล่าสุด
operator-network = เครือข่าย
operator-reboot = เริ่มเครื่องใหม่
operator-restart-eye = เริ่มกล้องใหม่
operator-show-camera = แสดงภาพ
operator-hide-camera = ซ่อนภาพ
operator-enrol = ลงทะเบียนบุคคล
operator-waiting = ผลที่รอส่ง: { $count }
operator-refused = ผลที่ถูกปฏิเสธ: { $count }
operator-no-results = ยังไม่มีผล
operator-version = เวอร์ชัน { $version }
operator-device = เครื่อง { $device }
network-off = ยังไม่ได้ตั้งค่าศูนย์
network-connected = เชื่อมต่อแล้ว
network-disconnected = ไม่ได้เชื่อมต่อ
state-ok = ปกติ
state-warning = ควรตรวจสอบ
state-failed = เสีย
outcome-success = ผ่าน
outcome-failed = ไม่ผ่าน
press-again = กดอีกครั้งเพื่อยืนยัน
