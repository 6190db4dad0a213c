#!/bin/bash
# Tests Vouch's camera path on a real kernel's V4L2, in User-Mode Linux guests.
# Usage: run.sh [--kernel-only | NAME...], NAME being a guest script without its ending; all of them by default.
# --kernel-only tests only the rig (kernel, drivers, feeder, broker) and needs no built Vouch.
# VOUCH_BIN, VOUCH_VM_MODELS, VOUCH_VM_GESTURES (what the recording shows), VOUCH_VM_RECORDING, VOUCH_VM_LIMIT (s for one guest) and VOUCH_VM_DIR override.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
become_root "$@"

# One guest's work takes well under a minute on an idle machine; the rest is for a busy one.
LIMIT_S=${VOUCH_VM_LIMIT:-180}
VOUCH_BIN=$(realpath -m "${VOUCH_BIN:-$VM_CHECKOUT/target/release/vouch}")
HUB_BIN=$(dirname "$VOUCH_BIN")/vouch-hub
GESTURES=${VOUCH_VM_GESTURES:-blink,open-mouth,turn-left}
RECORDING=$(realpath -m "${VOUCH_VM_RECORDING:-$VM_DIR/recording-${GESTURES//,/-}.mp4}")
MODELS=$(realpath -m "${VOUCH_VM_MODELS:-$VM_CHECKOUT/models}")
RUN=$VM_DIR/run
# Planned and seen checks; every planned one must end as exactly one line.
PASSED=0 FAILED=0
# Processes that must not outlive this script.
BACKGROUND=()

tidy() {
    local pid
    stop_child
    for pid in "${BACKGROUND[@]}"; do kill "$pid" 2> /dev/null || true; done
}
trap tidy EXIT
trap 'exit 130' INT TERM

ok() { PASSED=$((PASSED + 1)); echo "ok $1"; }
fail() { FAILED=$((FAILED + 1)); echo "FAIL $1 ${*:2}"; }

# A throw-away authority, the broker's certificate for the address the guest knows the host by, and a client's.
certificates() {
    local dir=$1
    mkdir -p "$dir"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=vm test authority" \
        -keyout "$dir/ca.key" -out "$dir/ca.pem" -addext "keyUsage=critical,keyCertSign,cRLSign" 2> /dev/null
    issue "$dir" broker "subjectAltName=IP:10.0.2.2,IP:127.0.0.1,DNS:localhost" serverAuth
    issue "$dir" client "subjectAltName=DNS:client" clientAuth
    # Mosquitto drops root and must still read these.
    chmod 644 "$dir"/*
}

issue() {
    local dir=$1 name=$2 alt=$3 use=$4
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
        -keyout "$dir/$name.key" -out "$dir/$name.csr" 2> /dev/null
    printf '%s\nextendedKeyUsage=%s\nbasicConstraints=critical,CA:FALSE\n' "$alt" "$use" > "$dir/$name.ext"
    openssl x509 -req -in "$dir/$name.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 2 \
        -extfile "$dir/$name.ext" -out "$dir/$name.pem" 2> /dev/null
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_broker DIR [ROOT]: a broker on a free loopback port, into BROKER and BROKER_PORT, that lets in clients with
# our certificate and, with ROOT, those that this authority vouches for.
start_broker() {
    BROKER=$1
    mkdir -p "$BROKER"
    certificates "$BROKER/tls"
    cat "$BROKER/tls/ca.pem" ${2:+"$2"} > "$BROKER/tls/clients.pem"
    BROKER_PORT=$(free_port)
    cat > "$BROKER/mosquitto.conf" <<CONF
listener $BROKER_PORT 127.0.0.1
cafile $BROKER/tls/clients.pem
certfile $BROKER/tls/broker.pem
keyfile $BROKER/tls/broker.key
require_certificate true
use_identity_as_username true
user root
CONF
    PATH=$PATH:/usr/sbin mosquitto -c "$BROKER/mosquitto.conf" > "$BROKER/mosquitto.log" 2>&1 &
    BACKGROUND+=($!)
    local tries=0 us=(--cafile "$BROKER/tls/ca.pem" --cert "$BROKER/tls/client.pem" --key "$BROKER/tls/client.key")
    until timeout 5 mosquitto_pub -h 127.0.0.1 -p "$BROKER_PORT" "${us[@]}" -t rig/up -m up 2> /dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 25 ] || die "the broker did not start; see $BROKER/mosquitto.log"
        sleep 0.2
    done
    # The host sees what arrives at the broker, whatever the guest reports.
    timeout 3600 mosquitto_sub -h 127.0.0.1 -p "$BROKER_PORT" -V mqttv5 -q 1 "${us[@]}" -t '#' -F '%U %t %p' \
        > "$BROKER/messages.log" 2> "$BROKER/listener.log" &
    BACKGROUND+=($!)
    sleep 0.5
}

# tally GROUP FILE ABSENCE NAME...: each planned name must have exactly one line in the file, `ok NAME ...` or
# `FAIL NAME reason`; ABSENCE is the reason given for a name without one.
tally() {
    local group=$1 file=$2 absence=$3 name line
    shift 3
    for name in "$@"; do
        line=$(awk -v n="$name" '$2 == n' "$file")
        case $line in
            '') fail "$group/$name" "$absence" ;;
            *$'\n'*) fail "$group/$name" "more than one result" ;;
            "ok $name"*) ok "$group/$name${line#"ok $name"}" ;;
            *) fail "$group/$name" "${line#"FAIL $name "}" ;;
        esac
    done
}

# guest SCRIPT: boots a guest with that script, then turns its check lines into ours.
guest() {
    local script=$1 name share planned
    name=$(basename "$script" .sh)
    share=$RUN/$name
    rm -rf --one-file-system "$share"
    mkdir -p "$share/tls"
    cp "$script" "$share/guest.sh"
    cp "$VM_HERE/guest/lib.sh" "$share/"
    : > "$share/checks"
    BROKER=$RUN/broker BROKER_PORT=$KERNEL_BROKER_PORT
    if declare -F "before_${name//-/_}" > /dev/null; then "before_${name//-/_}" "$share"; fi
    cp "$BROKER/tls/ca.pem" "$BROKER/tls/client.pem" "$BROKER/tls/client.key" "$share/tls/"
    [ ! -e "$VOUCH_BIN" ] || cp "$VOUCH_BIN" "$share/vouch"
    printf '%s=%q\n' BROKER_PORT "$BROKER_PORT" MODELS /share/models GESTURES "$GESTURES" > "$share/env"
    say "guest $name"
    local ended=0
    stoppable python3 "$VM_HERE/boot.py" "$ROOT_DIR" "$share" "$VM_CHECKOUT" "$LIMIT_S" || ended=$?
    mapfile -t planned < <(sed -n 's/^# check: \([^ ]*\).*/\1/p' "$script")
    [ ${#planned[@]} -gt 0 ] || fail "$name" "plans no check"
    tally "$name" "$share/checks" "not run: guest ended with $ended; see $share/guest.log and console.log" "${planned[@]}"
    if [ "$ended" != 0 ]; then fail "$name/power-off" "guest ended with $ended"; fi
    if declare -F "after_${name//-/_}" > /dev/null; then "after_${name//-/_}" "$share"; fi
}

after_10_kernel() {
    local count
    count=$(grep -c 'rig/hello from the guest$' "$RUN/broker/messages.log" || true)
    if [ "$count" = 1 ]; then ok 10-kernel/message-arrived; else fail 10-kernel/message-arrived "$count messages at the broker"; fi
    if grep -q anonymous "$RUN/broker/messages.log"; then fail 10-kernel/no-anonymous-message; else ok 10-kernel/no-anonymous-message; fi
}

# The pictures that Vouch decoded are compared on the host, independently of the code that made them.
after_20_formats() {
    local planned
    mapfile -t planned < <(sed -n 's/^# check: \([^ ]*\).*/picture-\1/p' "$VM_HERE/guest/20-formats.sh")
    python3 "$VM_HERE/compare.py" "$VM_HERE/guest/20-formats.sh" "$1/pictures" > "$1/comparison" 2>&1 || true
    tally 20-formats "$1/comparison" "not compared: see $1/comparison" "${planned[@]}"
}

# Without a recording from the user, the checkout's own script makes one.
make_recording() {
    local python=$VM_CHECKOUT/.venv/bin/python script=$VM_CHECKOUT/scripts/demo_recording.py
    if [ ! -e "$RECORDING" ] && [ -z "${VOUCH_VM_RECORDING:-}" ] && [ -x "$python" ] && [ -e "$script" ]; then
        say "making the recording ($GESTURES)"
        stoppable timeout 600 "$python" "$script" --gestures "$GESTURES" --out "$RECORDING" >&2 || rm -f "$RECORDING"
    fi
    [ ! -e "$RECORDING" ] || cp "$RECORDING" "$1/recording.mp4"
}

# The hub's side runs on the host: it receives and verifies what the broker got from the guest.
before_40_session() {
    local share=$1 state=$1/state
    make_recording "$share"
    # Copied, not read in place: the guest's own /tmp hides a checkout under /tmp.
    mkdir -p "$share/models/cache"
    cp -r "$MODELS/manifest.toml" "$MODELS/golden" "$MODELS/own" "$share/models/"
    cp -r "$MODELS/cache/int8" "$MODELS/cache/lib" "$share/models/cache/"
    cat > "$share/vouch.toml" <<TOML
[device]
mode = "development"  # a virtual camera never passes in production
state_dir = "/share/state"
[runtime]
models_dir = "/share/models"
# The recording plays in a loop and reacts to no prompt: a gesture that passed
# before it was asked for comes again in the next round, with the others in between.
[session.policy.limits]
gesture_ms = 25000
session_ms = 90000
[session.policy.gestures]
wrong_allowed = 20
[fleet]
enabled = true
host = "10.0.2.2"
ca = "/share/tls/ca.pem"
TOML
    [ -x "$VOUCH_BIN" ] || return 0
    # The terminal makes its identity at its first start, before it looks for its camera: the broker must know
    # the root of that identity when it starts.
    sed "s|/share/models|$MODELS|" "$share/vouch.toml" > "$share/host.toml"
    timeout 30 "$VOUCH_BIN" session --config "$share/host.toml" --state "$state" --source "$share/no-camera" \
        > /dev/null 2> "$share/first-start.stderr" || true
    [ -e "$state/trust.pem" ] || return 0
    start_broker "$RUN/session-broker" "$state/trust.pem"
    echo "port = $BROKER_PORT" >> "$share/vouch.toml"
    timeout "$LIMIT_S" "$HUB_BIN" receive --host 127.0.0.1 --port "$BROKER_PORT" --tenant default \
        --ca "$BROKER/tls/ca.pem" --cert "$BROKER/tls/client.pem" --key "$BROKER/tls/client.key" \
        --trust "$state/trust.pem" --out "$share/received" --count 1 --json \
        > "$share/receive.json" 2> "$share/receive.stderr" &
    RECEIVER=$!
    BACKGROUND+=("$RECEIVER")
}

after_40_session() {
    local share=$1 tries=0 results status=0
    if [ -z "${RECEIVER:-}" ]; then
        fail 40-session/hub "no receiver: $(tail -n 1 "$share/first-start.stderr" 2> /dev/null || true)"
        return
    fi
    # It ends by itself after the one result.
    while kill -0 "$RECEIVER" 2> /dev/null && [ $tries -lt 50 ]; do
        tries=$((tries + 1))
        sleep 0.2
    done
    kill "$RECEIVER" 2> /dev/null || true
    wait "$RECEIVER" || status=$?
    if grep -q ' vouch/v1/default/[^ /]*/result ' "$BROKER/messages.log"; then ok 40-session/result-at-broker
    else fail 40-session/result-at-broker "no message on vouch/v1/default/+/result"; fi
    if [ $status = 0 ]; then ok 40-session/received-and-verified
    else fail 40-session/received-and-verified "receive ended with $status: $(tail -n 1 "$share/receive.stderr")"; fi
    mapfile -t results < <(find "$share/received" -name '*.jws' 2> /dev/null)
    if [ ${#results[@]} = 1 ] && "$VOUCH_BIN" verify "${results[0]}" --trust "$share/state/trust.pem" > "$share/verify.out" 2>&1 &&
        [ "$(tr -d '[:space:]' < "${results[0]}")" = "$(tr -d '[:space:]' < "$share/session/result.jws")" ]; then ok 40-session/stored-is-what-was-signed
    else fail 40-session/stored-is-what-was-signed "${#results[@]} results; see $share/verify.out"; fi
}

scripts=()
case ${1:-} in
    '') scripts=("$VM_HERE"/guest/[0-9]*.sh) ;;
    --kernel-only) scripts=("$VM_HERE/guest/10-kernel.sh") ;;
    -*) die "usage: run.sh [--kernel-only | NAME...]" ;;
    *) for name in "$@"; do scripts+=("$VM_HERE/guest/$name.sh"); done ;;
esac
for script in "${scripts[@]}"; do [ -e "$script" ] || die "no $script"; done
started=$SECONDS
stoppable "$VM_HERE/setup.sh"
rm -rf --one-file-system "$RUN"
mkdir -p "$RUN"
start_broker "$RUN/broker"
KERNEL_BROKER_PORT=$BROKER_PORT
# A missing binary, like a missing recording, fails its checks; it never shortens the plan.
if [ "${1:-}" != --kernel-only ]; then
    [ -x "$VOUCH_BIN" ] || say "no $VOUCH_BIN: build it with cargo build --release --workspace"
fi
for script in "${scripts[@]}"; do guest "$script"; done
say "took $((SECONDS - started)) s; logs in $RUN"
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
