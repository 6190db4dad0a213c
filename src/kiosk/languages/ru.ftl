# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Отмена
next = Продолжить
done = Готово
back = Назад
try-again = Попробовать ещё раз
time-left = { $seconds ->
    [one] Осталась { $seconds } секунда
    [few] Осталось { $seconds } секунды
    [many] Осталось { $seconds } секунд
   *[other] Осталось { $seconds } секунды
}
step-of = Шаг { $step } из { $steps }
camera-picture = Изображение с камеры
offline = Экран потерял связь с терминалом. Подождите, пожалуйста.

## Idle
idle-title = Добро пожаловать
idle-touch = Коснитесь экрана, чтобы начать
idle-presence = Пожалуйста, посмотрите в камеру
idle-partner = Пожалуйста, сначала подойдите к стойке
begin = Начать
change-language = Язык
operator = Служебное меню

## Starting
starting-title = Одну минуту
starting-text = Терминал готовится к работе.
trouble-no-camera = Камера не отвечает. Пожалуйста, обратитесь к сотруднику.
trouble-no-model = Терминал настроен не полностью. Пожалуйста, обратитесь к сотруднику.
trouble-storage = Терминал больше не может сохранять результаты. Пожалуйста, обратитесь к сотруднику.
trouble-not-ready = Терминал не готов. Пожалуйста, обратитесь к сотруднику.

## Language
language-title = Выберите язык

## Guide
guide-title = Что нужно сделать
guide-document = Покажите документ
guide-typing = Введите имя и ИИН
guide-face = Смотрите в камеру и следуйте подсказкам

## Consent
consent-title = Можно проверить вашу личность?
consent-text = Мы снимем ваше лицо и ваш документ. Снимки нужны, чтобы проверить, что вы — это вы. Результат подписывается и отправляется службе, которая его запросила.
consent-partner = Проверку запрашивает { $partner }.
consent-rights = Вы можете отказаться. Тогда спросите у сотрудника про другой способ.
consent-version = Текст { $version }
consent-enrol-title = Можно запомнить ваше лицо?
consent-enrol-text = Терминал хранит описание вашего лица в виде чисел вместе с вашим именем и номером. Оно нужно только для того, чтобы узнавать вас. Оно удаляется через некоторое время или раньше, если вы попросите.
consent-enrol-rights = Вы можете отказаться. Передумать можно и позже: скажите сотруднику.
agree = Даю согласие
decline = Не даю согласия

## Choice of document
documents-title = Какой у вас документ?
document-id-card = Удостоверение личности
document-residence-permit = Вид на жительство
document-passport = Паспорт

## Typing
typing-title = Введите имя и ИИН
typing-name = Имя и фамилия, как в документе
typing-number = ИИН
typing-fault-name = Пожалуйста, введите имя буквами.
typing-fault-number = Пожалуйста, проверьте номер.
enrol-title = Кого внести?
key-delete = Удалить
key-space = Пробел
key-shift = Заглавные буквы
key-letters = Буквы
key-digits = Цифры
key-alphabet = Сменить алфавит
keyboard = Клавиатура

## Scanning
document-title = Покажите документ
document-front = Лицевая сторона
document-back = Обратная сторона
document-page = Страница с фотографией

## Confirming
confirm-title = Всё верно?
confirm-doubtful = Пожалуйста, проверьте отмеченные поля.
confirm-yes = Да, всё верно
confirm-wrong = Нет, сканировать снова
confirm-change = Изменить
field-document-type = Документ
field-country = Страна выдачи
field-document-number = Номер документа
field-first-name = Имя
field-last-name = Фамилия
field-patronymic = Отчество
field-gender = Пол
field-date-of-birth = Дата рождения
field-place-of-birth = Место рождения
field-nationality = Гражданство
field-issue-date = Дата выдачи
field-expire-date = Действителен до
field-authority = Орган выдачи
field-identification-number = ИИН

## Face
face-title = Смотрите в камеру
gesture-of = Движение { $gesture } из { $gestures }

## Light
light-title = Пожалуйста, смотрите на экран

## Prompts
prompt-come-into-view = Встаньте перед камерой
prompt-one-person-only = Пожалуйста, только один человек
prompt-come-closer = Подойдите ближе
prompt-move-back = Отойдите немного назад
prompt-move-to-the-middle = Встаньте посередине
prompt-more-light = Здесь слишком темно
prompt-less-light = Здесь слишком светло
prompt-look-straight = Смотрите прямо
prompt-open-eyes = Откройте глаза
prompt-uncover-face = Откройте лицо
prompt-hold-still = Не двигайтесь
prompt-well-done = Отлично
prompt-blink = Моргните
prompt-open-mouth = Откройте рот
prompt-turn-left = Поверните голову влево
prompt-turn-right = Поверните голову вправо
prompt-nod = Кивните
prompt-show-document = Держите документ перед камерой
prompt-show-whole-document = Покажите документ целиком
prompt-document-closer = Поднесите документ ближе
prompt-hold-document-flat = Держите документ ровно
prompt-hold-document-still = Не двигайте документ
prompt-more-light-on-document = Слишком темно, не прочитать
prompt-tilt-against-glare = Наклоните немного: мешает блик
prompt-turn-over = Переверните документ
prompt-one-document-only = Пожалуйста, только один документ
prompt-not-a-document = Это не удостоверение личности
prompt-show-the-original = Покажите сам документ, а не копию
prompt-looking-up = Одну минуту, ищем ваши данные
prompt-one-moment = Одну минуту, пожалуйста

## Result
result-passed = Спасибо
result-passed-text = Проверка завершена.
result-enrolled-text = Вы внесены.
result-failed = Не получилось
result-review = Мы это проверим
result-review-text = Ваш результат посмотрит сотрудник. Мы вам сообщим.
reason-attack = Не удалось убедиться, что здесь живой человек. Пожалуйста, обратитесь к сотруднику.
reason-no-face = Мы не увидели ваше лицо. Встаньте перед камерой.
reason-several-faces = В кадре было несколько человек. Пожалуйста, подойдите по одному.
reason-time-out = Время вышло. Пожалуйста, попробуйте ещё раз.
reason-person-changed = Во время проверки человек сменился. Пожалуйста, начните сначала.
reason-cancelled = Вы отменили проверку.
reason-no-best-frame = Хорошего снимка лица не получилось. Встаньте там, где светлее, и смотрите прямо.
reason-document-unreadable = Не удалось прочитать документ. Протрите его, держите ровно и попробуйте ещё раз.
reason-document-expired = Срок действия документа истёк. Пожалуйста, возьмите другой.
reason-document-seen-before = Этот документ уже показывал другой человек. Пожалуйста, обратитесь к сотруднику.
reason-no-match = Лицо и фотография не совпадают. Пожалуйста, попробуйте ещё раз или обратитесь к сотруднику.
reason-no-record = Ваши данные не найдены. Пожалуйста, проверьте имя и номер или обратитесь к сотруднику.
reason-already-enrolled = Похоже, вы уже внесены. Обратитесь к сотруднику.
reason-camera = Камера перестала работать. Пожалуйста, обратитесь к сотруднику.
reason-internal = В терминале что-то сломалось. Пожалуйста, обратитесь к сотруднику.
reason-busy = Терминал занят. Пожалуйста, подождите немного.

## Redirect
redirect-title = Спасибо
redirect-text = Сейчас вы вернётесь назад.

## PIN
pin-title = Служебный PIN-код
pin-wrong = Неверный PIN-код
pin-locked = Слишком много попыток. Подождите { $minutes ->
    [one] { $minutes } минуту
    [few] { $minutes } минуты
    [many] { $minutes } минут
   *[other] { $minutes } минуты
}.
pin-digits = { $count ->
    [one] Введена { $count } цифра
    [few] Введено { $count } цифры
    [many] Введено { $count } цифр
   *[other] Введено { $count } цифры
}

## Operator
operator-title = Служебное меню
operator-doctor = Проверка терминала
operator-camera = Камера
operator-results = Последние результаты
operator-network = Сеть
operator-reboot = Перезапустить терминал
operator-restart-eye = Перезапустить камеру
operator-show-camera = Показать картинку
operator-hide-camera = Скрыть картинку
operator-enrol = Внести человека
operator-waiting = Ждут отправки: { $count }
operator-refused = Отклонено результатов: { $count }
operator-no-results = Результатов пока нет
operator-version = Версия { $version }
operator-device = Терминал { $device }
network-off = Центр не настроен
network-connected = Есть связь
network-disconnected = Нет связи
state-ok = Исправно
state-warning = Требует внимания
state-failed = Неисправно
outcome-success = Пройдено
outcome-failed = Не пройдено
press-again = Нажмите ещё раз
