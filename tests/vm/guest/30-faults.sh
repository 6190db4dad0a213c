#!/bin/bash
# The camera fails while Vouch uses it and comes back: an error while streaming, unplugging, a feeder that stops.
# check: disconnect-survived
# check: disconnect-back-within-3s
# check: unplug-survived
# check: unplug-back-within-3s
# check: absent-camera-refused
# check: multi-planar-camera-refused
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /share/lib.sh

# Longest that a person at the terminal waits for a camera that is plugged in again.
BACK_LIMIT_MS=3000

# grab_while NAME FRAMES COMMAND: grabs that many frames while COMMAND does its harm after 2 s of streaming.
# COMMAND sets absent_ms, the time for which there was no device.
grab_while() {
    local dir=/tmp/$1 status=0 grab
    mkdir -p "$dir"
    timeout -k 5 45 "$VOUCH" camera grab --source /dev/video0 --format YUYV --size 640x360 --frames "$2" \
        --limit-s 40 --out "$dir" --json > "$dir/grab.json" 2> "$dir/stderr" &
    grab=$!
    sleep 2
    absent_ms=0
    if ! kill -0 $grab; then
        fail "$1-survived" "the grab ended before the fault: $(tail -n 1 "$dir/stderr")"
        fail "$1-back-within-3s" "no outage"
        return
    fi
    "$3"
    wait $grab || status=$?
    cat "$dir/grab.json" "$dir/stderr"
    if [ $status != 0 ]; then
        fail "$1-survived" "exit $status: $(tail -n 1 "$dir/stderr")"
    elif jq -se --argjson n "$2" 'last | .frames >= $n' "$dir/grab.json"; then
        ok "$1-survived"
    else
        fail "$1-survived" "frames are missing: $(tail -n 1 "$dir/grab.json")"
    fi
    # The fault must have been seen, or the check has tested nothing. recovered_ms runs from the camera's return,
    # outage_ms from its loss.
    if jq -se --argjson back $BACK_LIMIT_MS --argjson all $((absent_ms + BACK_LIMIT_MS)) \
        'last | (.recovered_ms | length > 0 and max <= $back) and (.outage_ms | max <= $all)' "$dir/grab.json"; then
        ok "$1-back-within-3s"
    else
        fail "$1-back-within-3s" "absent $absent_ms ms: $(jq -sc 'last | [.recovered_ms, .outage_ms]' "$dir/grab.json")"
    fi
}

vivid_load input_types=0

disconnect() { v4l2-ctl -d /dev/video0 -c disconnect=1; }
grab_while disconnect 150 disconnect

# A driver in use cannot be removed; taking the device away from it first is what a pulled plug does.
unplug() {
    local since
    since=$(now_ms)
    echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind
    wait_for 5 test ! -e /dev/video0
    vivid_unload || echo "vivid stays: something still holds the lost device"
    sleep 2
    vivid_load input_types=0
    absent_ms=$(($(now_ms) - since))
}
grab_while unplug 150 unplug
vivid_unload

# refused DEVICE WORDS: refused with a message, neither hanging (124) nor crashing (above 128), and not "no such command" (127).
refused() {
    local status=0
    timeout -k 5 30 "$VOUCH" camera grab --source "$1" --frames 1 --json > /tmp/refused.out 2> /tmp/refused.err || status=$?
    cat /tmp/refused.err
    [ $status != 0 ] && [ $status -lt 124 ] && grep -q "$1.*$2" /tmp/refused.err
}
check absent-camera-refused refused /dev/video9 "no such camera"
vivid_load input_types=0 multiplanar=2
check multi-planar-camera-refused refused /dev/video0 multi-planar
