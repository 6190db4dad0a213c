#!/bin/bash
# The rig itself, without Vouch: checks that this kernel supports what the later scripts need.
# check: vivid-loads
# check: vivid-streams-YUYV
# check: vivid-streams-NV12
# check: vivid-streams-GREY
# check: vivid-streams-RGB3
# check: vivid-padded-lines
# check: vivid-disconnect-breaks-stream
# check: vivid-streams-after-disconnect
# check: vivid-unbind-removes-node
# check: vivid-returns
# check: vivid-multiplanar
# check: loopback-YUYV
# check: loopback-MJPEG
# check: broker-mutual-tls
# check: broker-refuses-no-certificate
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /share/lib.sh

# stream DEVICE FORMAT WIDTH HEIGHT FRAMES: succeeds when that many frames have come.
stream() {
    local file
    file=$(mktemp)
    timeout 30 v4l2-ctl -d "$1" --set-fmt-video="width=$3,height=$4,pixelformat=$2" \
        --stream-mmap=4 --stream-count="$5" --stream-to="$file" || { rm -f "$file"; return 1; }
    local bytes size
    bytes=$(stat -c %s "$file")
    rm -f "$file"
    size=$(v4l2-ctl -d "$1" --get-fmt-video | awk '/Size Image/{print $4}')
    echo "$bytes bytes for $5 frames of at most $size"
    # MJPEG frames differ in size; all other formats must fill theirs.
    if [ "$2" = MJPG ]; then [ "$bytes" -gt 1000 ]; else [ "$bytes" = $(($5 * size)) ]; fi
}

check vivid-loads vivid_load input_types=0
v4l2-ctl -d /dev/video0 -D | head -n 8
for format in YUYV NV12 GREY RGB3; do check "vivid-streams-$format" stream /dev/video0 $format 640 360 30; done

padded() {
    v4l2-ctl -d /dev/video0 --set-fmt-video=width=640,height=360,pixelformat=YUYV,bytesperline=1408
    v4l2-ctl -d /dev/video0 --get-fmt-video | grep -E 'Bytes per Line *: 1408'
}
check vivid-padded-lines padded

disconnect() {
    timeout 20 v4l2-ctl -d /dev/video0 --stream-mmap=4 --stream-count=600 > /tmp/stream 2>&1 &
    local pid=$!
    sleep 1
    v4l2-ctl -d /dev/video0 -c disconnect=1
    wait $pid
    local status=$?
    tail -c 200 /tmp/stream
    # 124 is the time-out: the stream went on as if nothing had happened. v4l2-ctl itself ends with 0 either way.
    [ $status != 124 ] && grep -qE 'error|No such device' /tmp/stream
}
check vivid-disconnect-breaks-stream disconnect
check vivid-streams-after-disconnect stream /dev/video0 YUYV 640 360 10

# Taking the device from its driver while it streams is what unplugging does; rmmod refuses a device in use.
unbind() {
    timeout 20 v4l2-ctl -d /dev/video0 --stream-mmap=4 --stream-count=600 > /tmp/stream 2>&1 &
    local pid=$!
    sleep 1
    echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind
    wait_for 5 test ! -e /dev/video0 || return 1
    wait $pid
    vivid_unload
}
check vivid-unbind-removes-node unbind
back() { vivid_load input_types=0 && stream /dev/video0 YUYV 640 360 10; }
check vivid-returns back
vivid_unload
multiplanar() {
    vivid_load input_types=0 multiplanar=2 || return 1
    v4l2-ctl -d /dev/video0 -D | grep -i 'Video Capture Multiplanar' &&
        timeout 20 v4l2-ctl -d /dev/video0 --set-fmt-video=width=640,height=360,pixelformat=NM12 --stream-mmap=4 --stream-count=10
}
check vivid-multiplanar multiplanar
vivid_unload

modprobe v4l2loopback devices=1 video_nr=0 card_label="Loopback" exclusive_caps=1
wait_for 5 test -c /dev/video0
# loopback CAPTURE-FORMAT FFMPEG-OPTIONS...: ffmpeg writes, v4l2-ctl captures.
loopback() {
    local format=$1
    shift
    ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=size=640x480:rate=15 -t 8 "$@" -f v4l2 /dev/video0 &
    local feeder=$! status
    wait_for 5 sh -c 'v4l2-ctl -d /dev/video0 -D | grep -q "Video Capture"' || return 1
    sleep 1
    stream /dev/video0 "$format" 640 480 30
    status=$?
    kill $feeder
    wait $feeder
    return $status
}
check loopback-YUYV loopback YUYV -pix_fmt yuyv422
check loopback-MJPEG loopback MJPG -c:v mjpeg -q:v 4 -pix_fmt yuvj420p

publish() {
    timeout 10 mosquitto_pub -h "$BROKER" -p "$BROKER_PORT" -V mqttv5 -q 1 -t rig/hello --cafile /share/tls/ca.pem "$@"
}
check broker-mutual-tls publish -m "from the guest" --cert /share/tls/client.pem --key /share/tls/client.key
refused() { ! publish -m anonymous; }
check broker-refuses-no-certificate refused
