#!/bin/bash
# Builds the User-Mode Linux kernel and its modules. Runs INSIDE the builder chroot, started by setup.sh:
# /build holds linux/ (source), loopback/ (v4l2loopback's source) and kernel.config; results go to /build/out.
set -euo pipefail
cd /build/linux

# Many camera drivers pad their lines; vivid does so only when asked. The module parameter added here
# (line_padding, in bytes) makes it pad by itself too.
vivid=drivers/media/test-drivers/vivid/vivid-vid-cap.c
if ! grep -q line_padding $vivid; then
    sed -i -e '0,/^static const/s//static unsigned int line_padding;\nmodule_param(line_padding, uint, 0444);\n\n&/' \
        -e 's/bytesperline = (mp->width \* fmt->bit_depth\[p\]) >> 3;/bytesperline = ((mp->width * fmt->bit_depth[p]) >> 3) + line_padding;/' $vivid
fi
[ "$(grep -c line_padding $vivid)" = 3 ] || { echo "vivid's source has changed: no place for line_padding" >&2; exit 1; }

make -s ARCH=um defconfig
grep -v '^#' /build/kernel.config | while read -r line; do
    # shellcheck disable=SC2086  # each line is a list of arguments
    ./scripts/config $line
done
make -s ARCH=um olddefconfig
# olddefconfig silently drops options with a missing dependency; the build must not continue without these.
for option in VIDEO_DEV=y VIDEO_VIVID=m GPIO_SIM=m UML_NET_VECTOR=y HOSTFS=y SMP=y; do
    grep -qx "CONFIG_$option" .config || { echo "kernel configuration lost $option" >&2; exit 1; }
done
make -s ARCH=um -j2 linux modules
make -s ARCH=um M=/build/loopback modules
rm -rf /build/out
mkdir -p /build/out/root
make -s ARCH=um INSTALL_MOD_PATH=/build/out/root modules_install
release=$(make -s ARCH=um kernelrelease)
mkdir -p "/build/out/root/lib/modules/$release/extra"
cp /build/loopback/v4l2loopback.ko "/build/out/root/lib/modules/$release/extra/"
rm -f "/build/out/root/lib/modules/$release/build" "/build/out/root/lib/modules/$release/source"
depmod -b /build/out/root "$release"
cp linux .config /build/out/
mv /build/out/.config /build/out/config
echo "$release" > /build/out/release
