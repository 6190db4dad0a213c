# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = 취소
next = 계속
done = 완료
back = 뒤로
try-again = 다시 하기
time-left = { $seconds ->
   *[other] { $seconds }초 남았습니다
}
step-of = { $steps }단계 중 { $step }단계
camera-picture = 카메라 화면
offline = 화면과 기기의 연결이 끊겼습니다. 잠시만 기다려 주세요.

## Idle
idle-title = 어서 오세요
idle-touch = 시작하려면 화면을 눌러 주세요
idle-presence = 카메라를 봐 주세요
idle-partner = 창구에서 시작해 주세요
begin = 시작
change-language = 언어
operator = 직원용

## Starting
starting-title = 잠시만 기다려 주세요
starting-text = 기기를 준비하고 있습니다.
trouble-no-camera = 카메라가 응답하지 않습니다. 직원에게 말씀해 주세요.
trouble-no-model = 기기 설정이 끝나지 않았습니다. 직원에게 말씀해 주세요.
trouble-storage = 기기에 결과를 더 저장할 수 없습니다. 직원에게 말씀해 주세요.
trouble-not-ready = 기기가 준비되지 않았습니다. 직원에게 말씀해 주세요.

## Language
language-title = 언어를 선택해 주세요

## Guide
guide-title = 진행 순서
guide-document = 신분증을 보여 주세요
guide-typing = 이름과 주민등록번호를 입력해 주세요
guide-face = 카메라를 보고 안내를 따라 주세요

## Consent
consent-title = 본인 확인을 해도 될까요?
consent-text = 얼굴과 신분증을 촬영합니다. 사진은 본인이 맞는지 확인하는 데 사용합니다. 결과는 전자 서명되어 확인을 요청한 곳으로 전송됩니다.
consent-partner = 확인을 요청한 곳: { $partner }
consent-rights = 동의하지 않으셔도 됩니다. 그때는 직원에게 다른 방법을 문의해 주세요.
consent-version = 동의서 { $version }
consent-enrol-title = 얼굴을 기억해도 될까요?
consent-enrol-text = 이 단말기는 숫자로 된 얼굴 정보를 이름과 번호와 함께 보관합니다. 본인을 알아보는 데에만 사용합니다. 일정 기간 뒤에 삭제되며, 요청하면 더 일찍 삭제됩니다.
consent-enrol-rights = 거절할 수 있습니다. 나중에 마음을 바꿔도 됩니다. 직원에게 말씀해 주세요.
agree = 동의합니다
decline = 동의하지 않습니다

## Choice of document
documents-title = 어떤 신분증을 가지고 계신가요?
document-id-card = 주민등록증
document-residence-permit = 외국인등록증
document-passport = 여권

## Typing
typing-title = 이름과 주민등록번호를 입력해 주세요
typing-name = 이름 (신분증과 같게)
typing-number = 주민등록번호
typing-fault-name = 이름을 글자로 입력해 주세요.
typing-fault-number = 번호를 확인해 주세요.
enrol-title = 누구를 등록할까요?
key-delete = 지우기
key-space = 띄어쓰기
key-shift = 대문자
key-letters = 글자
key-digits = 숫자
key-alphabet = 문자 바꾸기
keyboard = 키보드

## Scanning
document-title = 신분증을 보여 주세요
document-front = 앞면
document-back = 뒷면
document-page = 사진이 있는 면

## Confirming
confirm-title = 내용이 맞습니까?
confirm-doubtful = 표시된 항목을 확인해 주세요.
confirm-yes = 네, 맞습니다
confirm-wrong = 아니요, 다시 스캔
confirm-change = 수정
field-document-type = 신분증 종류
field-country = 발급 국가
field-document-number = 신분증 번호
field-first-name = 이름
field-last-name = 성
field-patronymic = 부칭
field-gender = 성별
field-date-of-birth = 생년월일
field-place-of-birth = 출생지
field-nationality = 국적
field-issue-date = 발급일
field-expire-date = 만료일
field-authority = 발급 기관
field-identification-number = 주민등록번호

## Face
face-title = 카메라를 봐 주세요
gesture-of = 동작 { $gestures }개 중 { $gesture }번째

## Light
light-title = 화면을 봐 주세요

## Prompts
prompt-come-into-view = 카메라 앞에 서 주세요
prompt-one-person-only = 한 분만 서 주세요
prompt-come-closer = 더 가까이 와 주세요
prompt-move-back = 조금 뒤로 가 주세요
prompt-move-to-the-middle = 가운데로 와 주세요
prompt-more-light = 이곳이 너무 어둡습니다
prompt-less-light = 이곳이 너무 밝습니다
prompt-look-straight = 정면을 봐 주세요
prompt-open-eyes = 눈을 떠 주세요
prompt-uncover-face = 얼굴을 가리지 말아 주세요
prompt-hold-still = 움직이지 말아 주세요
prompt-well-done = 잘하셨습니다
prompt-blink = 눈을 깜빡여 주세요
prompt-open-mouth = 입을 벌려 주세요
prompt-turn-left = 고개를 왼쪽으로 돌려 주세요
prompt-turn-right = 고개를 오른쪽으로 돌려 주세요
prompt-nod = 고개를 끄덕여 주세요
prompt-show-document = 신분증을 카메라 앞에 들어 주세요
prompt-show-whole-document = 신분증 전체를 보여 주세요
prompt-document-closer = 신분증을 더 가까이 대 주세요
prompt-hold-document-flat = 신분증을 평평하게 들어 주세요
prompt-hold-document-still = 신분증을 움직이지 말아 주세요
prompt-more-light-on-document = 너무 어두워 읽을 수 없습니다
prompt-tilt-against-glare = 빛이 반사됩니다. 조금 기울여 주세요
prompt-turn-over = 신분증을 뒤집어 주세요
prompt-one-document-only = 신분증을 하나만 보여 주세요
prompt-not-a-document = 신분증이 아닙니다
prompt-show-the-original = 사본 말고 원본을 보여 주세요
prompt-looking-up = 잠시만요, 정보를 찾고 있습니다
prompt-one-moment = 잠시만 기다려 주세요

## Result
result-passed = 감사합니다
result-passed-text = 확인이 끝났습니다.
result-enrolled-text = 등록되었습니다.
result-failed = 확인하지 못했습니다
result-review = 다시 검토하겠습니다
result-review-text = 담당자가 결과를 확인합니다. 이후 연락드리겠습니다.
reason-attack = 실제 사람이 있는지 확인하지 못했습니다. 직원에게 말씀해 주세요.
reason-no-face = 얼굴이 보이지 않았습니다. 카메라 앞에 서 주세요.
reason-several-faces = 화면에 여러 사람이 있었습니다. 한 분만 서 주세요.
reason-time-out = 시간이 지났습니다. 다시 해 주세요.
reason-person-changed = 확인하는 동안 사람이 바뀌었습니다. 처음부터 다시 해 주세요.
reason-cancelled = 취소하셨습니다.
reason-no-best-frame = 얼굴이 잘 찍히지 않았습니다. 더 밝은 곳에 서서 정면을 봐 주세요.
reason-document-unreadable = 신분증을 읽지 못했습니다. 닦아서 평평하게 들고 다시 해 주세요.
reason-document-expired = 신분증의 유효 기간이 지났습니다. 다른 신분증을 사용해 주세요.
reason-document-seen-before = 이 신분증은 전에 다른 얼굴과 함께 사용되었습니다. 직원에게 말씀해 주세요.
reason-no-match = 얼굴과 사진이 일치하지 않습니다. 다시 하시거나 직원에게 말씀해 주세요.
reason-no-record = 정보를 찾지 못했습니다. 이름과 번호를 확인하시거나 직원에게 말씀해 주세요.
reason-already-enrolled = 이미 등록된 것 같습니다. 직원에게 문의해 주세요.
reason-camera = 카메라가 멈췄습니다. 직원에게 말씀해 주세요.
reason-internal = 기기에 문제가 생겼습니다. 직원에게 말씀해 주세요.
reason-busy = 기기가 사용 중입니다. 잠시만 기다려 주세요.

## Redirect
redirect-title = 감사합니다
redirect-text = 이전 화면으로 돌아갑니다.

## PIN
pin-title = 직원용 PIN
pin-wrong = PIN이 틀렸습니다
pin-locked = 시도 횟수를 넘었습니다. { $minutes ->
   *[other] { $minutes }분
} 후에 다시 해 주세요.
pin-digits = { $count ->
   *[other] 숫자 { $count }개 입력됨
}

## Operator
operator-title = 직원용
operator-doctor = 기기 점검
operator-camera = 카메라
operator-results = 최근 결과
operator-network = 네트워크
operator-reboot = 기기 다시 시작
operator-restart-eye = 카메라 다시 시작
operator-show-camera = 화면 보기
operator-hide-camera = 화면 숨기기
operator-enrol = 사람 등록
operator-waiting = 대기 중인 결과: { $count }
operator-refused = 거부된 결과: { $count }
operator-no-results = 아직 결과가 없습니다
operator-version = 버전 { $version }
operator-device = 기기 { $device }
network-off = 센터가 설정되지 않음
network-connected = 연결됨
network-disconnected = 연결 안 됨
state-ok = 정상
state-warning = 확인 필요
state-failed = 고장
outcome-success = 통과
outcome-failed = 실패
press-again = 확인하려면 다시 눌러 주세요
