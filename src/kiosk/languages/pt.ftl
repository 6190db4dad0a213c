# What the screen says. Short sentences, for a person in a hurry.

## Everywhere
app-name = Vouch
cancel = Cancelar
next = Continuar
done = Concluir
back = Voltar
try-again = Tentar de novo
time-left = { $seconds ->
    [one] Falta { $seconds } segundo
   *[other] Faltam { $seconds } segundos
}
step-of = Etapa { $step } de { $steps }
camera-picture = Imagem da câmera
offline = A tela perdeu a conexão com o terminal. Um momento, por favor.

## Idle
idle-title = Boas-vindas
idle-touch = Toque na tela para começar
idle-presence = Olhe para a câmera, por favor
idle-partner = Comece no balcão, por favor
begin = Começar
change-language = Idioma
operator = Só funcionários

## Starting
starting-title = Um momento
starting-text = O terminal está se preparando.
trouble-no-camera = A câmera não responde. Fale com um atendente, por favor.
trouble-no-model = A configuração do terminal está incompleta. Fale com um atendente, por favor.
trouble-storage = O terminal não pode guardar mais resultados. Fale com um atendente, por favor.
trouble-not-ready = O terminal não está pronto. Fale com um atendente, por favor.

## Language
language-title = Escolha seu idioma

## Guide
guide-title = Veja como funciona
guide-document = Mostre seu documento
guide-typing = Digite seu nome e número
guide-face = Olhe para a câmera e siga as instruções

## Consent
consent-title = Podemos verificar sua identidade?
consent-text = Tiramos fotos do seu rosto e do seu documento. Usamos essas fotos para confirmar que é você. O resultado é assinado e enviado ao serviço que o pediu.
consent-partner = { $partner } pede esta verificação.
consent-rights = Você pode dizer não. Nesse caso, peça outra forma a um atendente.
consent-version = Texto { $version }
consent-enrol-title = Podemos lembrar-nos do seu rosto?
consent-enrol-text = Este terminal guarda uma descrição do seu rosto, feita de números, com o seu nome e número. Serve apenas para o reconhecer. É apagada ao fim de algum tempo, ou antes, se pedir.
consent-enrol-rights = Pode recusar. Também pode mudar de ideias mais tarde: fale com os funcionários.
agree = Concordo
decline = Não concordo

## Choice of document
documents-title = Qual documento você tem?
document-id-card = Carteira de identidade
document-residence-permit = Autorização de residência
document-passport = Passaporte

## Typing
typing-title = Digite seu nome e número
typing-name = Nome, como no documento
typing-number = Número de identificação (CPF)
typing-fault-name = Digite seu nome com letras, por favor.
typing-fault-number = Confira o número, por favor.
enrol-title = Quem vai ser registado?
key-delete = Apagar
key-space = Espaço
key-shift = Maiúsculas
key-letters = Letras
key-digits = Números
key-alphabet = Mudar alfabeto
keyboard = Teclado

## Scanning
document-title = Mostre seu documento
document-front = Frente
document-back = Verso
document-page = Página com sua foto

## Confirming
confirm-title = Está correto?
confirm-doubtful = Confira os campos marcados, por favor.
confirm-yes = Sim, está correto
confirm-wrong = Não, escanear de novo
confirm-change = Alterar
field-document-type = Documento
field-country = País emissor
field-document-number = Número do documento
field-first-name = Nome
field-last-name = Sobrenome
field-patronymic = Patronímico
field-gender = Sexo
field-date-of-birth = Data de nascimento
field-place-of-birth = Local de nascimento
field-nationality = Nacionalidade
field-issue-date = Data de emissão
field-expire-date = Válido até
field-authority = Órgão emissor
field-identification-number = Número de identificação (CPF)

## Face
face-title = Olhe para a câmera
gesture-of = Movimento { $gesture } de { $gestures }

## Light
light-title = Olhe para a tela, por favor

## Prompts
prompt-come-into-view = Fique em frente à câmera
prompt-one-person-only = Só uma pessoa, por favor
prompt-come-closer = Chegue mais perto
prompt-move-back = Afaste-se um pouco
prompt-move-to-the-middle = Fique no centro
prompt-more-light = Aqui está muito escuro
prompt-less-light = Aqui está muito claro
prompt-look-straight = Olhe para a frente
prompt-open-eyes = Abra os olhos
prompt-uncover-face = Descubra o rosto
prompt-hold-still = Não se mexa
prompt-well-done = Muito bem
prompt-blink = Pisque os olhos
prompt-open-mouth = Abra a boca
prompt-turn-left = Vire a cabeça para a esquerda
prompt-turn-right = Vire a cabeça para a direita
prompt-nod = Faça que sim com a cabeça
prompt-show-document = Segure seu documento em frente à câmera
prompt-show-whole-document = Mostre o documento inteiro
prompt-document-closer = Aproxime o documento
prompt-hold-document-flat = Mantenha o documento plano
prompt-hold-document-still = Não mexa o documento
prompt-more-light-on-document = Está escuro demais para ler
prompt-tilt-against-glare = Incline um pouco: há reflexo
prompt-turn-over = Vire o documento
prompt-one-document-only = Só um documento, por favor
prompt-not-a-document = Isto não é um documento de identidade
prompt-show-the-original = Mostre o original, não uma cópia
prompt-looking-up = Um momento: buscamos seus dados
prompt-one-moment = Um momento, por favor

## Result
result-passed = Obrigado
result-passed-text = A verificação está concluída.
result-enrolled-text = Está registado.
result-failed = Não deu certo
result-review = Vamos verificar
result-review-text = Uma pessoa vai analisar seu resultado. Avisaremos você.
reason-attack = Não conseguimos confirmar que há uma pessoa real aqui. Fale com um atendente, por favor.
reason-no-face = Não vimos seu rosto. Fique em frente à câmera.
reason-several-faces = Havia mais de uma pessoa na imagem. Uma pessoa por vez, por favor.
reason-time-out = O tempo acabou. Tente de novo, por favor.
reason-person-changed = A pessoa mudou durante a verificação. Comece de novo, por favor.
reason-cancelled = Você cancelou.
reason-no-best-frame = Não conseguimos uma boa foto do seu rosto. Fique onde há mais luz e olhe para a frente.
reason-document-unreadable = Não conseguimos ler seu documento. Limpe-o, mantenha-o plano e tente de novo.
reason-document-expired = Seu documento está vencido. Use outro, por favor.
reason-document-seen-before = Este documento já foi mostrado com outro rosto. Fale com um atendente, por favor.
reason-no-match = Seu rosto e a foto não coincidem. Tente de novo ou fale com um atendente, por favor.
reason-no-record = Não encontramos seus dados. Confira o nome e o número, ou fale com um atendente, por favor.
reason-already-enrolled = Parece que já está registado. Fale com os funcionários.
reason-camera = A câmera parou. Fale com um atendente, por favor.
reason-internal = Algo deu errado no terminal. Fale com um atendente, por favor.
reason-busy = O terminal está em uso. Aguarde um momento, por favor.

## Redirect
redirect-title = Obrigado
redirect-text = Você vai voltar à página anterior.

## PIN
pin-title = PIN do funcionário
pin-wrong = PIN incorreto
pin-locked = Muitas tentativas. Aguarde { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
}.
pin-digits = { $count ->
    [one] { $count } dígito digitado
   *[other] { $count } dígitos digitados
}

## Operator
operator-title = Menu do funcionário
operator-doctor = Verificações
operator-camera = Câmera
operator-results = Últimos resultados
operator-network = Rede
operator-reboot = Reiniciar o terminal
operator-restart-eye = Reiniciar a câmera
operator-show-camera = Mostrar a imagem
operator-hide-camera = Ocultar a imagem
operator-enrol = Registar uma pessoa
operator-waiting = Resultados pendentes: { $count }
operator-refused = Resultados recusados: { $count }
operator-no-results = Ainda não há resultados
operator-version = Versão { $version }
operator-device = Terminal { $device }
network-off = Nenhuma central configurada
network-connected = Conectado
network-disconnected = Sem conexão
state-ok = Bom
state-warning = Verificar
state-failed = Com defeito
outcome-success = Aprovado
outcome-failed = Não aprovado
press-again = Toque de novo para confirmar
