# shellcheck shell=bash
# What the guest scripts share. A script names each of its checks in a comment `# check: NAME`; run.sh reads
# those names on the host, and a check that leaves no line in /share/checks has failed.
# shellcheck disable=SC2034  # the scripts that source this file use the variables
set -uo pipefail

VOUCH=/share/vouch
BROKER=10.0.2.2
# /share/env comes from run.sh: BROKER_PORT, MODELS, GESTURES.
# shellcheck disable=SC1091
. /share/env

ok() { echo "ok $1" | tee -a /share/checks; }
fail() { echo "FAIL $1 ${*:2}" | tee -a /share/checks; }

# check NAME COMMAND...: one check from one command; its last line is the reason when it fails. No subshell, so
# that a command may keep state between checks.
check() {
    local name=$1
    shift
    if "$@" > /tmp/said 2>&1; then
        cat /tmp/said
        ok "$name"
    else
        cat /tmp/said
        fail "$name" "$(tail -n 1 /tmp/said | cut -c1-200)"
    fi
}

# wait_for SECONDS COMMAND...: polls, for device nodes and files that another process makes.
wait_for() {
    local end=$(($(now_ms) + $1 * 1000))
    shift
    until "$@" > /dev/null 2>&1; do
        [ "$(now_ms)" -lt "$end" ] || return 1
        sleep 0.05
    done
}

now_ms() { date +%s%3N; }

# vivid_load ARGS...: one test camera as /dev/video0. Input type 0 is a webcam (fixed sizes, 5 frames/s unless
# asked for more), 3 is HDMI (any size, through the driver's scaler).
vivid_load() {
    modprobe vivid n_devs=1 node_types=0x1 vid_cap_nr=0 num_inputs=1 "$@" && wait_for 5 test -c /dev/video0 || return 1
    # The overlaid text changes with every frame and would spoil a comparison of pictures.
    v4l2-ctl -d /dev/video0 -c osd_text_mode=2 -c test_pattern=0
    # Only a webcam has a rate to set; HDMI brings its own.
    v4l2-ctl -d /dev/video0 --set-parm=30 > /dev/null 2>&1 || true
}

vivid_unload() { wait_for 5 rmmod vivid; }
