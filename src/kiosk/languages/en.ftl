# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Cancel
next = Continue
done = Done
back = Back
try-again = Try again
time-left = { $seconds ->
    [one] { $seconds } second left
   *[other] { $seconds } seconds left
}
step-of = Step { $step } of { $steps }
camera-picture = Camera picture
offline = The screen has lost its terminal. One moment, please.

## Idle
idle-title = Welcome
idle-touch = Touch the screen to begin
idle-presence = Please look into the camera
idle-partner = Please begin at the counter
begin = Begin
change-language = Language
operator = Service

## Starting
starting-title = One moment
starting-text = The terminal is getting ready.
trouble-no-camera = The camera does not answer. Please ask the staff.
trouble-no-model = The terminal is not set up completely. Please ask the staff.
trouble-storage = The terminal can store no more results. Please ask the staff.
trouble-not-ready = The terminal is not ready. Please ask the staff.

## Language
language-title = Choose your language

## Guide
guide-title = This is what happens
guide-document = Show your document
guide-typing = Type your name and number
guide-face = Look into the camera and follow the prompts

## Consent
consent-title = May we check your identity?
consent-text = We take pictures of your face and of your document. We use them to check that you are you. The result is signed and sent to the service that asked for it.
consent-partner = { $partner } asks for this check.
consent-rights = You can say no. Then ask the staff for another way.
consent-version = Text { $version }
consent-enrol-title = May we remember your face?
consent-enrol-text = This terminal keeps a description of your face, made of numbers, with your name and number. It is used only to recognise you. It is deleted after a time, or earlier if you ask.
consent-enrol-rights = You can say no. You can also change your mind later: ask the staff.
agree = I agree
decline = I do not agree

## Choice of document
documents-title = Which document do you have?
document-id-card = Identity card
document-residence-permit = Residence permit
document-passport = Passport

## Typing
typing-title = Type your name and number
typing-name = Name, as in your document
typing-number = Identification number
typing-fault-name = Please type your name with letters.
typing-fault-number = Please check the number.
enrol-title = Who is to be enrolled?
key-delete = Delete
key-space = Space
key-shift = Capital letters
key-letters = Letters
key-digits = Digits
key-alphabet = Change alphabet
keyboard = Keyboard

## Scanning
document-title = Show your document
document-front = Front side
document-back = Back side
document-page = Page with your photo

## Confirming
confirm-title = Is this right?
confirm-doubtful = Please check the marked fields.
confirm-yes = Yes, it is right
confirm-wrong = No, scan again
confirm-change = Change
field-document-type = Document
field-country = Issued by
field-document-number = Document number
field-first-name = First name
field-last-name = Last name
field-patronymic = Patronymic
field-gender = Sex
field-date-of-birth = Date of birth
field-place-of-birth = Place of birth
field-nationality = Nationality
field-issue-date = Issued on
field-expire-date = Valid until
field-authority = Authority
field-identification-number = Identification number

## Face
face-title = Look into the camera
gesture-of = Movement { $gesture } of { $gestures }

## Light
light-title = Please look at the screen

## Prompts
prompt-come-into-view = Stand in front of the camera
prompt-one-person-only = One person only, please
prompt-come-closer = Come closer
prompt-move-back = Move back a little
prompt-move-to-the-middle = Move to the middle
prompt-more-light = It is too dark here
prompt-less-light = It is too bright here
prompt-look-straight = Look straight ahead
prompt-open-eyes = Open your eyes
prompt-uncover-face = Uncover your face
prompt-hold-still = Hold still
prompt-well-done = Well done
prompt-blink = Blink
prompt-open-mouth = Open your mouth
prompt-turn-left = Turn your head to the left
prompt-turn-right = Turn your head to the right
prompt-nod = Nod
prompt-show-document = Hold your document in front of the camera
prompt-show-whole-document = Show the whole document
prompt-document-closer = Hold it closer
prompt-hold-document-flat = Hold it flat
prompt-hold-document-still = Hold it still
prompt-more-light-on-document = It is too dark to read
prompt-tilt-against-glare = Tilt it a little: it shines
prompt-turn-over = Turn it over
prompt-one-document-only = One document only, please
prompt-not-a-document = This is not an identity document
prompt-show-the-original = Show the document itself, not a copy
prompt-looking-up = One moment: we look up your record
prompt-one-moment = One moment, please

## Result
result-passed = Thank you
result-passed-text = The check is complete.
result-enrolled-text = You are enrolled.
result-failed = This did not work
result-review = We will check this
result-review-text = A person looks at your result. You will hear from us.
reason-attack = We could not make sure that a living person is here. Please ask the staff.
reason-no-face = We did not see your face. Stand in front of the camera.
reason-several-faces = More than one person was in the picture. Please come alone.
reason-time-out = The time ran out. Please try again.
reason-person-changed = The person changed during the check. Please begin again.
reason-cancelled = You have cancelled.
reason-no-best-frame = We got no good picture of your face. Stand where it is lighter and look straight ahead.
reason-document-unreadable = We could not read your document. Clean it, hold it flat, and try again.
reason-document-expired = Your document has expired. Please use another one.
reason-document-seen-before = This document was shown with another face before. Please ask the staff.
reason-no-match = Your face and the photo do not match. Please try again or ask the staff.
reason-no-record = We found no record for you. Please check name and number, or ask the staff.
reason-already-enrolled = You seem to be enrolled already. Please ask the staff.
reason-camera = The camera stopped. Please ask the staff.
reason-internal = Something went wrong here. Please ask the staff.
reason-busy = The terminal is in use. Please wait a moment.

## Redirect
redirect-title = Thank you
redirect-text = You are taken back.

## PIN
pin-title = Service PIN
pin-wrong = Wrong PIN
pin-locked = Too many tries. Wait { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}.
pin-digits = { $count ->
    [one] { $count } digit typed
   *[other] { $count } digits typed
}

## Operator
operator-title = Service
operator-doctor = Checks
operator-camera = Camera
operator-results = Last results
operator-network = Network
operator-reboot = Restart the terminal
operator-restart-eye = Restart the camera
operator-show-camera = Show the picture
operator-hide-camera = Hide the picture
operator-enrol = Enrol a person
operator-waiting = Results waiting: { $count }
operator-refused = Results refused: { $count }
operator-no-results = No results yet
operator-version = Version { $version }
operator-device = Terminal { $device }
network-off = No centre is set up
network-connected = Connected
network-disconnected = Not connected
state-ok = Good
state-warning = Look at this
state-failed = Broken
outcome-success = Passed
outcome-failed = Failed
press-again = Press again to confirm
