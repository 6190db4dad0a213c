# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Hủy
next = Tiếp tục
done = Xong
back = Quay lại
try-again = Thử lại
time-left = { $seconds ->
   *[other] Còn { $seconds } giây
}
step-of = Bước { $step } trên { $steps }
camera-picture = Hình từ camera
offline = Màn hình mất kết nối với máy. Vui lòng chờ một chút.

## Idle
idle-title = Kính chào quý khách
idle-touch = Chạm vào màn hình để bắt đầu
idle-presence = Vui lòng nhìn vào camera
idle-partner = Vui lòng bắt đầu tại quầy
begin = Bắt đầu
change-language = Ngôn ngữ
operator = Dành cho nhân viên

## Starting
starting-title = Vui lòng chờ một chút
starting-text = Máy đang chuẩn bị.
trouble-no-camera = Camera không trả lời. Vui lòng hỏi nhân viên.
trouble-no-model = Máy chưa được cài đặt xong. Vui lòng hỏi nhân viên.
trouble-storage = Máy không lưu thêm kết quả được nữa. Vui lòng hỏi nhân viên.
trouble-not-ready = Máy chưa sẵn sàng. Vui lòng hỏi nhân viên.

## Language
language-title = Vui lòng chọn ngôn ngữ

## Guide
guide-title = Các bước thực hiện
guide-document = Đưa giấy tờ của quý khách
guide-typing = Nhập họ tên và số căn cước
guide-face = Nhìn vào camera và làm theo hướng dẫn

## Consent
consent-title = Quý khách có đồng ý cho kiểm tra danh tính?
consent-text = Chúng tôi chụp khuôn mặt và giấy tờ của quý khách. Hình chụp dùng để kiểm tra đúng là quý khách. Kết quả được ký số và gửi đến nơi yêu cầu kiểm tra.
consent-partner = { $partner } yêu cầu kiểm tra này.
consent-rights = Quý khách có thể từ chối. Khi đó, vui lòng hỏi nhân viên về cách khác.
consent-version = Văn bản { $version }
consent-enrol-title = Chúng tôi ghi nhớ khuôn mặt bạn được không?
consent-enrol-text = Thiết bị này giữ một mô tả khuôn mặt bạn dưới dạng các con số, cùng với tên và số của bạn. Nó chỉ dùng để nhận ra bạn. Nó được xóa sau một thời gian, hoặc sớm hơn nếu bạn yêu cầu.
consent-enrol-rights = Bạn có thể từ chối. Bạn cũng có thể đổi ý sau này: hãy nói với nhân viên.
agree = Tôi đồng ý
decline = Tôi không đồng ý

## Choice of document
documents-title = Quý khách có giấy tờ nào?
document-id-card = Thẻ căn cước (CCCD)
document-residence-permit = Thẻ tạm trú, thường trú
document-passport = Hộ chiếu

## Typing
typing-title = Nhập họ tên và số căn cước
typing-name = Họ tên, như trên giấy tờ
typing-number = Số căn cước (CCCD)
typing-fault-name = Vui lòng nhập họ tên bằng chữ.
typing-fault-number = Vui lòng kiểm tra lại số.
enrol-title = Đăng ký cho ai?
key-delete = Xóa
key-space = Dấu cách
key-shift = Chữ hoa
key-letters = Chữ
key-digits = Số
key-alphabet = Đổi bảng chữ cái
keyboard = Bàn phím

## Scanning
document-title = Vui lòng đưa giấy tờ
document-front = Mặt trước
document-back = Mặt sau
document-page = Trang có ảnh

## Confirming
confirm-title = Thông tin này có đúng không?
confirm-doubtful = Vui lòng kiểm tra các ô được đánh dấu.
confirm-yes = Đúng
confirm-wrong = Không đúng, quét lại
confirm-change = Sửa
field-document-type = Loại giấy tờ
field-country = Nước cấp
field-document-number = Số giấy tờ
field-first-name = Tên
field-last-name = Họ
field-patronymic = Tên theo cha
field-gender = Giới tính
field-date-of-birth = Ngày sinh
field-place-of-birth = Nơi sinh
field-nationality = Quốc tịch
field-issue-date = Ngày cấp
field-expire-date = Có giá trị đến
field-authority = Nơi cấp
field-identification-number = Số căn cước (CCCD)

## Face
face-title = Vui lòng nhìn vào camera
gesture-of = Động tác { $gesture } trên { $gestures }

## Light
light-title = Vui lòng nhìn vào màn hình

## Prompts
prompt-come-into-view = Vui lòng đứng trước camera
prompt-one-person-only = Vui lòng chỉ một người
prompt-come-closer = Vui lòng lại gần hơn
prompt-move-back = Vui lòng lùi lại một chút
prompt-move-to-the-middle = Vui lòng đứng vào giữa
prompt-more-light = Ở đây tối quá
prompt-less-light = Ở đây sáng quá
prompt-look-straight = Vui lòng nhìn thẳng
prompt-open-eyes = Vui lòng mở mắt
prompt-uncover-face = Vui lòng không che mặt
prompt-hold-still = Vui lòng đứng yên
prompt-well-done = Tốt lắm
prompt-blink = Vui lòng chớp mắt
prompt-open-mouth = Vui lòng há miệng
prompt-turn-left = Vui lòng quay đầu sang trái
prompt-turn-right = Vui lòng quay đầu sang phải
prompt-nod = Vui lòng gật đầu
prompt-show-document = Vui lòng đưa giấy tờ trước camera
prompt-show-whole-document = Vui lòng đưa cả giấy tờ vào hình
prompt-document-closer = Vui lòng đưa giấy tờ lại gần hơn
prompt-hold-document-flat = Vui lòng giữ giấy tờ cho phẳng
prompt-hold-document-still = Vui lòng giữ yên giấy tờ
prompt-more-light-on-document = Tối quá, không đọc được
prompt-tilt-against-glare = Bị lóa, vui lòng nghiêng giấy tờ một chút
prompt-turn-over = Vui lòng lật mặt kia của giấy tờ
prompt-one-document-only = Vui lòng chỉ đưa một giấy tờ
prompt-not-a-document = Đây không phải giấy tờ tùy thân
prompt-show-the-original = Vui lòng đưa bản gốc, không đưa bản sao
prompt-looking-up = Vui lòng chờ, đang tìm hồ sơ của quý khách
prompt-one-moment = Vui lòng chờ một chút

## Result
result-passed = Cảm ơn quý khách
result-passed-text = Việc kiểm tra đã hoàn tất.
result-enrolled-text = Bạn đã được đăng ký.
result-failed = Chưa thành công
result-review = Chúng tôi sẽ kiểm tra lại
result-review-text = Nhân viên sẽ xem kết quả của quý khách. Chúng tôi sẽ báo cho quý khách.
reason-attack = Chúng tôi không chắc ở đây có người thật. Vui lòng hỏi nhân viên.
reason-no-face = Không thấy khuôn mặt của quý khách. Vui lòng đứng trước camera.
reason-several-faces = Có hơn một người trong hình. Vui lòng đến một mình.
reason-time-out = Đã hết thời gian. Vui lòng thử lại.
reason-person-changed = Đã đổi người trong lúc kiểm tra. Vui lòng bắt đầu lại.
reason-cancelled = Quý khách đã hủy.
reason-no-best-frame = Ảnh khuôn mặt chưa rõ. Vui lòng đứng chỗ sáng hơn và nhìn thẳng.
reason-document-unreadable = Không đọc được giấy tờ. Vui lòng lau sạch, giữ cho phẳng và thử lại.
reason-document-expired = Giấy tờ đã hết hạn. Vui lòng dùng giấy tờ khác.
reason-document-seen-before = Giấy tờ này đã được dùng với khuôn mặt khác. Vui lòng hỏi nhân viên.
reason-no-match = Khuôn mặt và ảnh không khớp. Vui lòng thử lại hoặc hỏi nhân viên.
reason-no-record = Không tìm thấy hồ sơ của quý khách. Vui lòng kiểm tra họ tên và số, hoặc hỏi nhân viên.
reason-already-enrolled = Có vẻ bạn đã đăng ký rồi. Vui lòng hỏi nhân viên.
reason-camera = Camera đã dừng. Vui lòng hỏi nhân viên.
reason-internal = Máy gặp lỗi. Vui lòng hỏi nhân viên.
reason-busy = Máy đang có người dùng. Vui lòng chờ một chút.

## Redirect
redirect-title = Cảm ơn quý khách
redirect-text = Đang quay lại trang trước.

## PIN
pin-title = Mã PIN nhân viên
pin-wrong = Sai mã PIN
pin-locked = Thử quá nhiều lần. Vui lòng chờ { $minutes ->
   *[other] { $minutes } phút
}.
pin-digits = { $count ->
   *[other] Đã nhập { $count } chữ số
}

## Operator
operator-title = Dành cho nhân viên
operator-doctor = Kiểm tra máy
operator-camera = Camera
operator-results = Kết quả gần đây
operator-network = Mạng
operator-reboot = Khởi động lại máy
operator-restart-eye = Khởi động lại camera
operator-show-camera = Hiện hình
operator-hide-camera = Ẩn hình
operator-enrol = Đăng ký một người
operator-waiting = Kết quả đang chờ: { $count }
operator-refused = Kết quả bị từ chối: { $count }
operator-no-results = Chưa có kết quả
operator-version = Phiên bản { $version }
operator-device = Máy { $device }
network-off = Chưa cài đặt trung tâm
network-connected = Đã kết nối
network-disconnected = Chưa kết nối
state-ok = Tốt
state-warning = Cần xem lại
state-failed = Hỏng
outcome-success = Đạt
outcome-failed = Không đạt
press-again = Nhấn lần nữa để xác nhận
