# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Cancelar
next = Continuar
done = Terminar
back = Volver
try-again = Intentar de nuevo
time-left = { $seconds ->
    [one] Queda { $seconds } segundo
   *[other] Quedan { $seconds } segundos
}
step-of = Paso { $step } de { $steps }
camera-picture = Imagen de la cámara
offline = La pantalla perdió la conexión con la máquina. Un momento, por favor.

## Idle
idle-title = Le damos la bienvenida
idle-touch = Toque la pantalla para empezar
idle-presence = Mire a la cámara, por favor
idle-partner = Empiece en el mostrador, por favor
begin = Empezar
change-language = Idioma
operator = Solo personal

## Starting
starting-title = Un momento
starting-text = La máquina se está preparando.
trouble-no-camera = La cámara no responde. Avise al personal, por favor.
trouble-no-model = La máquina no está configurada del todo. Avise al personal, por favor.
trouble-storage = La máquina no puede guardar más resultados. Avise al personal, por favor.
trouble-not-ready = La máquina no está lista. Avise al personal, por favor.

## Language
language-title = Elija su idioma

## Guide
guide-title = Los pasos son estos
guide-document = Muestre su documento
guide-typing = Escriba su nombre y su número
guide-face = Mire a la cámara y siga las indicaciones

## Consent
consent-title = ¿Nos permite comprobar su identidad?
consent-text = Tomamos fotos de su cara y de su documento. Las usamos para comprobar que es usted. El resultado se firma y se envía al servicio que lo pidió.
consent-partner = { $partner } pide esta comprobación.
consent-rights = Puede decir que no. En ese caso, pida otra forma al personal.
consent-version = Texto { $version }
consent-enrol-title = ¿Podemos recordar su cara?
consent-enrol-text = Este terminal guarda una descripción de su cara, hecha de números, con su nombre y su número. Solo se usa para reconocerle. Se borra pasado un tiempo, o antes si lo pide.
consent-enrol-rights = Puede decir que no. También puede cambiar de opinión después: avise al personal.
agree = Acepto
decline = No acepto

## Choice of document
documents-title = ¿Qué documento tiene?
document-id-card = DNI o cédula de identidad
document-residence-permit = Permiso de residencia
document-passport = Pasaporte

## Typing
typing-title = Escriba su nombre y su número
typing-name = Nombre, como en su documento
typing-number = Número de identidad
typing-fault-name = Escriba su nombre con letras, por favor.
typing-fault-number = Revise el número, por favor.
enrol-title = ¿A quién se registra?
key-delete = Borrar
key-space = Espacio
key-shift = Mayúsculas
key-letters = Letras
key-digits = Números
key-alphabet = Cambiar alfabeto
keyboard = Teclado

## Scanning
document-title = Muestre su documento
document-front = Parte de delante
document-back = Parte de atrás
document-page = Página con su foto

## Confirming
confirm-title = ¿Es correcto?
confirm-doubtful = Revise los datos marcados, por favor.
confirm-yes = Sí, es correcto
confirm-wrong = No, escanear otra vez
confirm-change = Cambiar
field-document-type = Documento
field-country = País emisor
field-document-number = Número de documento
field-first-name = Nombre
field-last-name = Apellidos
field-patronymic = Patronímico
field-gender = Sexo
field-date-of-birth = Fecha de nacimiento
field-place-of-birth = Lugar de nacimiento
field-nationality = Nacionalidad
field-issue-date = Fecha de expedición
field-expire-date = Válido hasta
field-authority = Autoridad
field-identification-number = Número de identidad

## Face
face-title = Mire a la cámara
gesture-of = Movimiento { $gesture } de { $gestures }

## Light
light-title = Mire a la pantalla, por favor

## Prompts
prompt-come-into-view = Póngase delante de la cámara
prompt-one-person-only = Una sola persona, por favor
prompt-come-closer = Acérquese
prompt-move-back = Aléjese un poco
prompt-move-to-the-middle = Póngase en el centro
prompt-more-light = Aquí hay muy poca luz
prompt-less-light = Aquí hay demasiada luz
prompt-look-straight = Mire al frente
prompt-open-eyes = Abra los ojos
prompt-uncover-face = Descúbrase la cara
prompt-hold-still = No se mueva
prompt-well-done = Muy bien
prompt-blink = Parpadee
prompt-open-mouth = Abra la boca
prompt-turn-left = Gire la cabeza a la izquierda
prompt-turn-right = Gire la cabeza a la derecha
prompt-nod = Diga que sí con la cabeza
prompt-show-document = Ponga su documento delante de la cámara
prompt-show-whole-document = Muestre el documento entero
prompt-document-closer = Acerque el documento
prompt-hold-document-flat = Mantenga plano el documento
prompt-hold-document-still = No mueva el documento
prompt-more-light-on-document = Falta luz para leerlo
prompt-tilt-against-glare = Inclínelo un poco: hay un reflejo
prompt-turn-over = Dele la vuelta al documento
prompt-one-document-only = Un solo documento, por favor
prompt-not-a-document = Esto no es un documento de identidad
prompt-show-the-original = Muestre el original, no una copia
prompt-looking-up = Un momento: buscamos sus datos
prompt-one-moment = Un momento, por favor

## Result
result-passed = Gracias
result-passed-text = La comprobación ha terminado.
result-enrolled-text = Ya está registrado.
result-failed = No ha funcionado
result-review = Lo vamos a revisar
result-review-text = Una persona revisará su resultado. Le avisaremos.
reason-attack = No pudimos comprobar que hay una persona real aquí. Avise al personal, por favor.
reason-no-face = No vimos su cara. Póngase delante de la cámara.
reason-several-faces = Había más de una persona en la imagen. Por favor, una sola persona.
reason-time-out = Se acabó el tiempo. Inténtelo de nuevo, por favor.
reason-person-changed = La persona cambió durante la comprobación. Empiece de nuevo, por favor.
reason-cancelled = Usted ha cancelado.
reason-no-best-frame = No obtuvimos una buena foto de su cara. Póngase donde haya más luz y mire al frente.
reason-document-unreadable = No pudimos leer su documento. Límpielo, manténgalo plano e inténtelo de nuevo.
reason-document-expired = Su documento está vencido. Use otro, por favor.
reason-document-seen-before = Este documento ya se mostró antes con otra cara. Avise al personal, por favor.
reason-no-match = Su cara y la foto no coinciden. Inténtelo de nuevo o avise al personal, por favor.
reason-no-record = No encontramos sus datos. Revise el nombre y el número, o avise al personal, por favor.
reason-already-enrolled = Parece que ya está registrado. Pregunte al personal.
reason-camera = La cámara se detuvo. Avise al personal, por favor.
reason-internal = Algo falló en la máquina. Avise al personal, por favor.
reason-busy = La máquina está en uso. Espere un momento, por favor.

## Redirect
redirect-title = Gracias
redirect-text = Ahora vuelve a la página anterior.

## PIN
pin-title = PIN del personal
pin-wrong = PIN incorrecto
pin-locked = Demasiados intentos. Espere { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
}.
pin-digits = { $count ->
    [one] { $count } cifra escrita
   *[other] { $count } cifras escritas
}

## Operator
operator-title = Menú del personal
operator-doctor = Comprobaciones
operator-camera = Cámara
operator-results = Últimos resultados
operator-network = Red
operator-reboot = Reiniciar la máquina
operator-restart-eye = Reiniciar la cámara
operator-show-camera = Mostrar la imagen
operator-hide-camera = Ocultar la imagen
operator-enrol = Registrar a una persona
operator-waiting = Resultados pendientes: { $count }
operator-refused = Resultados rechazados: { $count }
operator-no-results = Aún no hay resultados
operator-version = Versión { $version }
operator-device = Máquina { $device }
network-off = No hay ninguna central configurada
network-connected = Con conexión
network-disconnected = Sin conexión
state-ok = Bien
state-warning = Revisar
state-failed = Averiado
outcome-success = Aprobado
outcome-failed = No aprobado
press-again = Pulse otra vez para seguir
