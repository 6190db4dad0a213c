#!/bin/bash
# A whole session from a kernel camera: a recording plays into v4l2loopback at its own speed, Vouch captures it,
# judges the face with the real models, signs the result and sends it to the host's broker over mutual TLS.
# The host receives and verifies it with `vouch-hub receive` and `vouch verify` (run.sh, after_40_session).
# check: runtime-library-loads
# check: recording-streams
# check: session-succeeds
# check: result-names-virtual-camera
# check: hub-acknowledged
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /share/lib.sh

# Longer than any session, whose own limits are far lower; a stuck one must not outlive the guest.
SESSION_LIMIT_S=100
# How much of the recording has played when the session begins: less than its first rest.
CAPTURE_START_S=10

library() {
    local library=$MODELS/cache/lib/libLiteRt.so missing
    [ -e "$library" ] || { echo "no $library"; return 1; }
    missing=$(ldd "$library" | grep 'not found') || return 0
    echo "$missing"
    return 1
}
check runtime-library-loads library

modprobe v4l2loopback devices=1 video_nr=0 card_label="Test Camera" exclusive_caps=1
wait_for 5 test -c /dev/video0
feeder=''
# play: plays the recording in a loop from its start, and returns when the camera shows it.
play() {
    ffmpeg -nostdin -v error -re -stream_loop -1 -i /share/recording.mp4 -t $((SESSION_LIMIT_S + 30)) \
        -vf scale=640:480:force_original_aspect_ratio=increase,crop=640:480 -pix_fmt yuyv422 -f v4l2 /dev/video0 &
    feeder=$!
    wait_for $CAPTURE_START_S sh -c 'v4l2-ctl -d /dev/video0 -D | grep -q "Video Capture"'
}
stop() {
    kill $feeder
    wait $feeder
    wait_for 5 sh -c '! v4l2-ctl -d /dev/video0 -D | grep -q "Video Capture"'
}

streams() {
    [ -e /share/recording.mp4 ] || { echo "no recording"; return 1; }
    play || { echo "the recording does not play"; return 1; }
    timeout 20 v4l2-ctl -d /dev/video0 --stream-mmap=4 --stream-count=30 && stop
}
check recording-streams streams

session() {
    local status=0
    play || return 1
    timeout -k 5 $SESSION_LIMIT_S "$VOUCH" session --config /share/vouch.toml --source /dev/video0 \
        --challenge "$GESTURES" --out /share/session --json > /share/session.json 2> /share/session.stderr || status=$?
    stop
    cat /share/session.stderr
    jq -c . /share/session.json
    [ $status = 0 ] || { echo "exit $status: $(tail -n 1 /share/session.stderr)"; return 1; }
}
check session-succeeds session
# v4l2loopback is not a camera, and the signed result must say so.
check result-names-virtual-camera grep -q virtual-camera /share/session.json
check hub-acknowledged grep 'the hub has stored the result' /share/session.stderr
