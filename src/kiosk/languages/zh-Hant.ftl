# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = 取消
next = 繼續
done = 完成
back = 返回
try-again = 再試一次
time-left = { $seconds ->
   *[other] 還剩 { $seconds } 秒
}
step-of = 第 { $step } 步，共 { $steps } 步
camera-picture = 鏡頭畫面
offline = 螢幕與機器的連線中斷，請稍候。

## Idle
idle-title = 歡迎您
idle-touch = 請點一下螢幕開始
idle-presence = 請看鏡頭
idle-partner = 請先到櫃檯辦理
begin = 開始
change-language = 語言
operator = 工作人員專用

## Starting
starting-title = 請稍候
starting-text = 機器正在準備。
trouble-no-camera = 鏡頭沒有反應，請洽工作人員。
trouble-no-model = 機器還沒有設定完成，請洽工作人員。
trouble-storage = 機器無法再儲存結果，請洽工作人員。
trouble-not-ready = 機器還沒有準備好，請洽工作人員。

## Language
language-title = 請選擇語言

## Guide
guide-title = 辦理步驟
guide-document = 出示您的證件
guide-typing = 輸入姓名和身分證字號
guide-face = 看鏡頭，照提示做動作

## Consent
consent-title = 可以核對您的身分嗎？
consent-text = 我們會拍攝您的臉部和證件，用來確認是您本人。結果會加上電子簽章，並傳送給要求核對的機構。
consent-partner = { $partner } 要求進行這次核對。
consent-rights = 您可以不同意，並向工作人員詢問其他方式。
consent-version = 說明文字 { $version }
consent-enrol-title = 可以記住您的臉部嗎？
consent-enrol-text = 本終端機會保存由數字組成的臉部描述，以及您的姓名和號碼。它只用於認出您。到期後會刪除，您要求時會更早刪除。
consent-enrol-rights = 您可以拒絕，以後也可以改變主意：請告訴工作人員。
agree = 同意
decline = 不同意

## Choice of document
documents-title = 您帶了哪一種證件？
document-id-card = 身分證
document-residence-permit = 居留證
document-passport = 護照

## Typing
typing-title = 請輸入姓名和身分證字號
typing-name = 姓名（與證件相同）
typing-number = 身分證字號
typing-fault-name = 請用字母輸入姓名。
typing-fault-number = 請檢查號碼。
enrol-title = 要登記誰？
key-delete = 刪除
key-space = 空格
key-shift = 大寫
key-letters = 字母
key-digits = 數字
key-alphabet = 切換字母表
keyboard = 鍵盤

## Scanning
document-title = 請出示您的證件
document-front = 正面
document-back = 背面
document-page = 有照片的那一頁

## Confirming
confirm-title = 資料正確嗎？
confirm-doubtful = 請檢查有標記的欄位。
confirm-yes = 正確
confirm-wrong = 不正確，重新掃描
confirm-change = 修改
field-document-type = 證件種類
field-country = 核發國家
field-document-number = 證件號碼
field-first-name = 名
field-last-name = 姓
field-patronymic = 父名
field-gender = 性別
field-date-of-birth = 出生日期
field-place-of-birth = 出生地
field-nationality = 國籍
field-issue-date = 核發日期
field-expire-date = 有效期限
field-authority = 核發機關
field-identification-number = 身分證字號

## Face
face-title = 請看鏡頭
gesture-of = 第 { $gesture } 個動作，共 { $gestures } 個

## Light
light-title = 請看螢幕

## Prompts
prompt-come-into-view = 請站到鏡頭前
prompt-one-person-only = 請只留一個人
prompt-come-closer = 請靠近一點
prompt-move-back = 請退後一點
prompt-move-to-the-middle = 請站到中間
prompt-more-light = 這裡太暗了
prompt-less-light = 這裡太亮了
prompt-look-straight = 請看正前方
prompt-open-eyes = 請張開眼睛
prompt-uncover-face = 請不要遮住臉
prompt-hold-still = 請不要動
prompt-well-done = 很好
prompt-blink = 請眨眨眼
prompt-open-mouth = 請張開嘴巴
prompt-turn-left = 請向左轉頭
prompt-turn-right = 請向右轉頭
prompt-nod = 請點點頭
prompt-show-document = 請把證件放在鏡頭前
prompt-show-whole-document = 請露出整張證件
prompt-document-closer = 請把證件拿近一點
prompt-hold-document-flat = 請把證件拿平
prompt-hold-document-still = 請拿穩證件
prompt-more-light-on-document = 太暗了，看不清楚
prompt-tilt-against-glare = 有反光，請稍微傾斜證件
prompt-turn-over = 請把證件翻面
prompt-one-document-only = 請只出示一張證件
prompt-not-a-document = 這不是身分證件
prompt-show-the-original = 請出示正本，不要用影本
prompt-looking-up = 請稍候，正在查詢您的資料
prompt-one-moment = 請稍候

## Result
result-passed = 謝謝您
result-passed-text = 核對已完成。
result-enrolled-text = 您已登記。
result-failed = 沒有成功
result-review = 我們會再核對
result-review-text = 工作人員會查看您的結果，之後會通知您。
reason-attack = 我們無法確認這裡是真人，請洽工作人員。
reason-no-face = 沒有看到您的臉，請站到鏡頭前。
reason-several-faces = 畫面裡不只一個人，請您一個人來。
reason-time-out = 時間到了，請再試一次。
reason-person-changed = 核對過程中換了人，請重新開始。
reason-cancelled = 您已取消。
reason-no-best-frame = 沒有拍清楚您的臉。請站到亮一點的地方，看正前方。
reason-document-unreadable = 證件看不清楚。請擦乾淨、拿平，再試一次。
reason-document-expired = 您的證件已過期，請換一張。
reason-document-seen-before = 這張證件以前由另一個人出示過，請洽工作人員。
reason-no-match = 您的臉和照片不一致。請再試一次，或洽工作人員。
reason-no-record = 找不到您的資料。請檢查姓名和號碼，或洽工作人員。
reason-already-enrolled = 您似乎已經登記過。請詢問工作人員。
reason-camera = 鏡頭停止運作，請洽工作人員。
reason-internal = 機器出了問題，請洽工作人員。
reason-busy = 機器正在使用中，請稍候。

## Redirect
redirect-title = 謝謝您
redirect-text = 正在返回。

## PIN
pin-title = 工作人員密碼
pin-wrong = 密碼錯誤
pin-locked = 嘗試次數太多，請等 { $minutes ->
   *[other] { $minutes } 分鐘
}。
pin-digits = { $count ->
   *[other] 已輸入 { $count } 位
}

## Operator
operator-title = 工作人員專用
operator-doctor = 機器檢查
operator-camera = 鏡頭
operator-results = 最近結果
operator-network = 網路
operator-reboot = 重新啟動機器
operator-restart-eye = 重新啟動鏡頭
operator-show-camera = 顯示畫面
operator-hide-camera = 隱藏畫面
operator-enrol = 登記人員
operator-waiting = 等待傳送的結果：{ $count }
operator-refused = 被拒絕的結果：{ $count }
operator-no-results = 還沒有結果
operator-version = 版本 { $version }
operator-device = 機器 { $device }
network-off = 尚未設定中心
network-connected = 已連線
network-disconnected = 未連線
state-ok = 正常
state-warning = 需要注意
state-failed = 故障
outcome-success = 通過
outcome-failed = 未通過
press-again = 請再按一次確認
