#!/bin/bash
# Vouch reads every pixel format it claims, at several sizes and line lengths. Each check grabs from one source
# and leaves /share/pictures/NAME/*.png, whose colour bars compare.py then judges on the host.
# Parameters: source (webcam; padded, a webcam whose driver ends each line with 40 idle bytes; hdmi; loopback),
# format, size.
# check: webcam-RGB24-640x360 source=webcam format=RGB24 size=640x360
# check: webcam-YUYV-640x360 source=webcam format=YUYV size=640x360
# check: webcam-NV12-640x360 source=webcam format=NV12 size=640x360
# check: webcam-GREY-640x360 source=webcam format=GREY size=640x360
# check: webcam-YUYV-320x180 source=webcam format=YUYV size=320x180
# check: webcam-YUYV-1280x720 source=webcam format=YUYV size=1280x720
# check: webcam-NV12-1280x720 source=webcam format=NV12 size=1280x720
# check: padded-RGB24-640x360 source=padded format=RGB24 size=640x360
# check: padded-YUYV-640x360 source=padded format=YUYV size=640x360
# check: padded-NV12-640x360 source=padded format=NV12 size=640x360
# check: padded-GREY-640x360 source=padded format=GREY size=640x360
# check: hdmi-RGB24-644x362 source=hdmi format=RGB24 size=644x362
# check: hdmi-YUYV-644x362 source=hdmi format=YUYV size=644x362
# check: hdmi-NV12-652x362 source=hdmi format=NV12 size=652x362
# check: hdmi-GREY-644x362 source=hdmi format=GREY size=644x362
# check: loopback-MJPEG-640x480 source=loopback format=MJPEG size=640x480
# check: loopback-YUYV-640x480 source=loopback format=YUYV size=640x480
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /share/lib.sh

loaded=''
# source_on SOURCE: changes the driver or its mode when the next check needs another.
source_on() {
    [ "$1" != "$loaded" ] || return 0
    [ -z "$loaded" ] || vivid_unload || return 1
    loaded=''
    case $1 in
        webcam) vivid_load input_types=0 ;;
        hdmi) vivid_load input_types=3 ;;
        padded) vivid_load input_types=0 line_padding=40 ;;
        loopback) return 0 ;;
    esac || return 1
    loaded=$1
}

grab() {
    local source=$1 format=$2 size=$3 dir=$4 feeder='' status=0
    mkdir -p "$dir"
    source_on "$source" || { echo "the driver for $source does not load"; return 1; }
    if [ "$source" = loopback ]; then
        modprobe -r v4l2loopback
        modprobe v4l2loopback devices=1 video_nr=0 card_label=Loopback exclusive_caps=1
        wait_for 5 test -c /dev/video0
        local codec=(-pix_fmt yuyv422)
        [ "$format" != MJPEG ] || codec=(-c:v mjpeg -q:v 2 -pix_fmt yuvj420p)
        ffmpeg -nostdin -v error -re -f lavfi -i "pal75bars=size=$size:rate=30" -t 60 "${codec[@]}" -f v4l2 /dev/video0 &
        feeder=$!
        wait_for 10 sh -c 'v4l2-ctl -d /dev/video0 -D | grep -q "Video Capture"'
        sleep 0.5
    fi
    timeout -k 5 30 "$VOUCH" camera grab --source /dev/video0 --format "$format" --size "$size" --frames 30 \
        --out "$dir" --json > "$dir/grab.json" 2> "$dir/stderr" || status=$?
    v4l2-ctl -d /dev/video0 --get-fmt-video | grep -E 'Pixel Format|Bytes per Line|Quantization'
    if [ -n "$feeder" ]; then
        kill $feeder
        wait $feeder
        modprobe -r v4l2loopback
    fi
    cat "$dir/grab.json"
    if [ $status != 0 ]; then
        echo "exit $status: $(tail -n 1 "$dir/stderr")"
        return 1
    fi
    jq -se --argjson w "${size%x*}" --argjson h "${size#*x}" --arg f "$format" \
        'last | .frames >= 30 and .width == $w and .height == $h and .format == $f' "$dir/grab.json" ||
        { echo "grabbed something else: $(tail -n 1 "$dir/grab.json")"; return 1; }
}

# The plan above is also the list to work through; $0 is this file.
while read -r _ _ name parameters; do
    source='' format='' size=''
    for parameter in $parameters; do printf -v "${parameter%%=*}" %s "${parameter#*=}"; done
    check "$name" grab "$source" "$format" "$size" "/share/pictures/$name"
done < <(grep '^# check: ' "$0")
