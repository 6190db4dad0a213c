# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = 取消
next = 继续
done = 完成
back = 返回
try-again = 再试一次
time-left = { $seconds ->
   *[other] 还剩 { $seconds } 秒
}
step-of = 第 { $step } 步，共 { $steps } 步
camera-picture = 摄像头画面
offline = 屏幕与设备的连接已断开，请稍候。

## Idle
idle-title = 欢迎您
idle-touch = 请点击屏幕开始
idle-presence = 请看摄像头
idle-partner = 请先到柜台办理
begin = 开始
change-language = 语言
operator = 工作人员专用

## Starting
starting-title = 请稍候
starting-text = 设备正在准备。
trouble-no-camera = 摄像头没有反应，请找工作人员。
trouble-no-model = 设备还没有设置完成，请找工作人员。
trouble-storage = 设备无法再保存结果，请找工作人员。
trouble-not-ready = 设备还没有准备好，请找工作人员。

## Language
language-title = 请选择语言

## Guide
guide-title = 办理步骤
guide-document = 出示您的证件
guide-typing = 输入姓名和身份证号
guide-face = 看摄像头，按提示做动作

## Consent
consent-title = 可以核验您的身份吗？
consent-text = 我们会拍摄您的面部和证件，用来确认是您本人。结果会经过电子签名，并发送给要求核验的机构。
consent-partner = { $partner } 要求进行这次核验。
consent-rights = 您可以不同意，并向工作人员询问其他办法。
consent-version = 文本 { $version }
consent-enrol-title = 可以记住您的面部吗？
consent-enrol-text = 本终端会保存由数字组成的面部描述，以及您的姓名和号码。它只用于认出您。到期后会删除，您要求时会更早删除。
consent-enrol-rights = 您可以拒绝，以后也可以改变主意：请告诉工作人员。
agree = 同意
decline = 不同意

## Choice of document
documents-title = 您带了哪种证件？
document-id-card = 身份证
document-residence-permit = 居留证
document-passport = 护照

## Typing
typing-title = 请输入姓名和身份证号
typing-name = 姓名（与证件一致）
typing-number = 身份证号
typing-fault-name = 请用字母输入姓名。
typing-fault-number = 请检查号码。
enrol-title = 要登记谁？
key-delete = 删除
key-space = 空格
key-shift = 大写
key-letters = 字母
key-digits = 数字
key-alphabet = 切换字母表
keyboard = 键盘

## Scanning
document-title = 请出示您的证件
document-front = 正面
document-back = 背面
document-page = 有照片的一页

## Confirming
confirm-title = 信息正确吗？
confirm-doubtful = 请检查有标记的内容。
confirm-yes = 正确
confirm-wrong = 不正确，重新扫描
confirm-change = 修改
field-document-type = 证件类型
field-country = 签发国家
field-document-number = 证件号码
field-first-name = 名
field-last-name = 姓
field-patronymic = 父名
field-gender = 性别
field-date-of-birth = 出生日期
field-place-of-birth = 出生地点
field-nationality = 国籍
field-issue-date = 签发日期
field-expire-date = 有效期至
field-authority = 签发机关
field-identification-number = 身份证号

## Face
face-title = 请看摄像头
gesture-of = 第 { $gesture } 个动作，共 { $gestures } 个

## Light
light-title = 请看屏幕

## Prompts
prompt-come-into-view = 请站到摄像头前
prompt-one-person-only = 请只留一个人
prompt-come-closer = 请靠近一点
prompt-move-back = 请后退一点
prompt-move-to-the-middle = 请站到中间
prompt-more-light = 这里太暗了
prompt-less-light = 这里太亮了
prompt-look-straight = 请看正前方
prompt-open-eyes = 请睁开眼睛
prompt-uncover-face = 请不要遮住脸
prompt-hold-still = 请不要动
prompt-well-done = 很好
prompt-blink = 请眨眨眼
prompt-open-mouth = 请张开嘴
prompt-turn-left = 请向左转头
prompt-turn-right = 请向右转头
prompt-nod = 请点点头
prompt-show-document = 请把证件放在摄像头前
prompt-show-whole-document = 请露出整张证件
prompt-document-closer = 请把证件拿近一点
prompt-hold-document-flat = 请把证件放平
prompt-hold-document-still = 请拿稳证件
prompt-more-light-on-document = 太暗了，看不清
prompt-tilt-against-glare = 有反光，请稍微倾斜证件
prompt-turn-over = 请把证件翻过来
prompt-one-document-only = 请只出示一张证件
prompt-not-a-document = 这不是身份证件
prompt-show-the-original = 请出示原件，不要用复印件
prompt-looking-up = 请稍候，正在查找您的信息
prompt-one-moment = 请稍候

## Result
result-passed = 谢谢您
result-passed-text = 核验已完成。
result-enrolled-text = 您已登记。
result-failed = 没有成功
result-review = 我们会再核查
result-review-text = 工作人员会查看您的结果，之后会通知您。
reason-attack = 我们无法确认这里是真人，请找工作人员。
reason-no-face = 没有看到您的脸，请站到摄像头前。
reason-several-faces = 画面里不止一个人，请您一个人来。
reason-time-out = 时间到了，请再试一次。
reason-person-changed = 核验过程中换了人，请重新开始。
reason-cancelled = 您已取消。
reason-no-best-frame = 没有拍清您的脸。请站到亮一点的地方，看正前方。
reason-document-unreadable = 证件看不清。请擦干净、放平，再试一次。
reason-document-expired = 您的证件已过期，请换一张。
reason-document-seen-before = 这张证件以前被另一个人出示过，请找工作人员。
reason-no-match = 您的脸和照片不一致。请再试一次，或找工作人员。
reason-no-record = 没有找到您的信息。请检查姓名和号码，或找工作人员。
reason-already-enrolled = 您似乎已经登记过。请咨询工作人员。
reason-camera = 摄像头停止了工作，请找工作人员。
reason-internal = 设备出了问题，请找工作人员。
reason-busy = 设备正在使用，请稍等。

## Redirect
redirect-title = 谢谢您
redirect-text = 正在返回。

## PIN
pin-title = 工作人员密码
pin-wrong = 密码错误
pin-locked = 尝试次数太多，请等 { $minutes ->
   *[other] { $minutes } 分钟
}。
pin-digits = { $count ->
   *[other] 已输入 { $count } 位
}

## Operator
operator-title = 工作人员专用
operator-doctor = 设备检查
operator-camera = 摄像头
operator-results = 最近结果
operator-network = 网络
operator-reboot = 重启设备
operator-restart-eye = 重启摄像头
operator-show-camera = 显示画面
operator-hide-camera = 隐藏画面
operator-enrol = 登记人员
operator-waiting = 等待发送的结果：{ $count }
operator-refused = 被拒绝的结果：{ $count }
operator-no-results = 还没有结果
operator-version = 版本 { $version }
operator-device = 设备 { $device }
network-off = 没有设置中心
network-connected = 已连接
network-disconnected = 未连接
state-ok = 正常
state-warning = 需要注意
state-failed = 故障
outcome-success = 通过
outcome-failed = 未通过
press-again = 请再按一次确认
