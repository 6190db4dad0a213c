#!/bin/bash
# The pictures change while they stream: an HDMI source is switched to another mode. And the 4:2:0 formats.
# check: source-change-followed
# check: source-change-pictures-right
# check: planar-formats-right
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /share/lib.sh

# grab_while NAME FRAMES COMMAND: grabs that many frames while COMMAND changes something after 2 s of streaming.
grab_while() {
    local dir=/tmp/$1 status=0 grab
    mkdir -p "$dir"
    timeout -k 5 45 "$VOUCH" camera grab --source /dev/video0 --format YUYV --size 640x360 --frames "$2" \
        --limit-s 40 --out "$dir" --json > "$dir/grab.json" 2> "$dir/stderr" &
    grab=$!
    sleep 2
    kill -0 $grab || { echo "the grab ended before the change: $(tail -n 1 "$dir/stderr")"; return 1; }
    "$3" || { echo "the change was refused"; kill $grab; return 1; }
    wait $grab || status=$?
    cat "$dir/grab.json" "$dir/stderr"
    [ $status = 0 ] || { echo "exit $status: $(tail -n 1 "$dir/stderr")"; return 1; }
}

# HDMI (input type 3) reports another mode by an event; the driver continues with the old one until a program sets the
# new. Signal mode 4 is "selected timings"; 1280x720 and 1920x1080 are among them.
vivid_load input_types=3
other_mode() {
    local at
    v4l2-ctl -d /dev/video0 -c dv_timings_signal_mode=4 || return 1
    at=$(v4l2-ctl -d /dev/video0 --list-ctrls-menus | sed -n '/ dv_timings /,/^ *[a-z_]* 0x/s/^[[:space:]]*\([0-9]*\): 1920x1080p60.*/\1/p' | head -n 1)
    [ -n "$at" ] && v4l2-ctl -d /dev/video0 -c dv_timings="$at"
}
source_change() {
    grab_while source-change 400 other_mode &&
        jq -se 'last | .frames >= 400 and .reopened >= 1' /tmp/source-change/grab.json
}
check source-change-followed source_change
# The last frame is from after the change: 75 % colour bars have a mean far from black, and red, green and blue alike.
pictures_right() {
    jq -se 'last | .mean_rgb | (min > 60) and (max - min < 30)' /tmp/source-change/grab.json
}
check source-change-pictures-right pictures_right
vivid_unload

# The same camera in each 4:2:0 format gives the same mean colour.
vivid_load input_types=0
planar_formats() {
    local format
    for format in NV12 NV21 YUV420; do
        timeout -k 5 30 "$VOUCH" camera grab --source /dev/video0 --format $format --size 640x360 --frames 5 --json \
            > "/tmp/$format.json" || { echo "$format was not read"; return 1; }
    done
    jq -se '[.[] | .mean_rgb] | . as [$a, $b, $c] | [range(3) | ($a[.] - $b[.] | fabs), ($a[.] - $c[.] | fabs)] | max < 3' \
        /tmp/NV12.json /tmp/NV21.json /tmp/YUV420.json
}
check planar-formats-right planar_formats
