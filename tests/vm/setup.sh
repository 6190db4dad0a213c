#!/bin/bash
# Builds, once, what the camera tests boot: a User-Mode Linux kernel with V4L2 and a small Debian root.
# Everything goes to target/vm (VOUCH_VM_DIR), keyed by its inputs; a second call finds it and returns at once.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
become_root "$@"

# The slowest clean kernel build, on two busy cores, took under half an hour.
BUILD_LIMIT_S=3600
CHROOT_LIMIT_S=900

# bootstrap DIR PACKAGES: a Debian tree, put in its place only when it is whole.
bootstrap() {
    local dir=$1 packages=$2 mirror
    mirror=$(debian_mirror)
    rm -rf --one-file-system "$dir.part"
    # In its own mount namespace: mmdebstrap's /proc may outlast it if the mount is busy.
    stoppable timeout --kill-after=10 "$CHROOT_LIMIT_S" unshare --mount --propagation private -- mmdebstrap --quiet --mode=root --variant=minbase --architectures=amd64 \
        --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        --include="$packages" "$GUEST_SUITE" "$dir.part" "deb [signed-by=$KEYRING] $mirror $GUEST_SUITE main" >&2
}

build_kernel() {
    if [ -e "$KERNEL_DIR/linux" ]; then say "kernel $(cat "$KERNEL_DIR/release") is cached"; return; fi
    local builder=$VM_DIR/builder start=$SECONDS work
    download "$KERNEL_PACKAGE" "$KERNEL_VERSION" "$KERNEL_SHA256" trixie-backports "$VM_DIR"
    download "$LOOPBACK_PACKAGE" "$LOOPBACK_VERSION" "$LOOPBACK_SHA256" sid "$VM_DIR"
    if [ ! -d "$builder" ]; then
        say "making the build chroot ($GUEST_SUITE)"
        bootstrap "$builder" "$BUILDER_PACKAGES"
        mv "$builder.part" "$builder"
    fi
    work=$builder/build
    # An interrupted build continues where it stopped, if it was the same one.
    if [ ! -e "$work/unpacked-${KERNEL_DIR##*-}" ]; then
        say "unpacking the kernel's source"
        rm -rf --one-file-system "$work"
        mkdir -p "$work/linux" "$work/loopback"
        dpkg-deb --fsys-tarfile "$VM_DIR/debs/${KERNEL_PACKAGE}_${KERNEL_VERSION}_all.deb" |
            tar -xO "./usr/src/$KERNEL_PACKAGE.tar.xz" | tar -xJ -C "$work/linux" --strip-components=1
        dpkg-deb --fsys-tarfile "$VM_DIR/debs/${LOOPBACK_PACKAGE}_${LOOPBACK_VERSION}_all.deb" |
            tar -x -C "$work/loopback" --strip-components=4 --wildcards './usr/src/v4l2loopback-*/*'
        touch "$work/unpacked-${KERNEL_DIR##*-}"
    fi
    cp "$VM_HERE/kernel.config" "$VM_HERE/build-kernel.sh" "$work/"
    say "building the kernel and its modules: 3 to 25 minutes (log: $VM_DIR/build.log)"
    # In its own mount namespace: /proc, which the build reads, disappears with the last process.
    if ! stoppable nice -n 10 timeout --kill-after=10 "$BUILD_LIMIT_S" unshare --mount --propagation private -- \
        sh -c "mount -t proc proc '$builder/proc' && exec chroot '$builder' bash /build/build-kernel.sh" > "$VM_DIR/build.log" 2>&1; then
        tail -n 20 "$VM_DIR/build.log" >&2
        die "the kernel did not build"
    fi
    rm -rf "$KERNEL_DIR.part"
    mv "$work/out" "$KERNEL_DIR.part"
    mv "$KERNEL_DIR.part" "$KERNEL_DIR"
    rm -rf "$work"   # 2 GB that nothing reads again
    say "kernel $(cat "$KERNEL_DIR/release") built in $((SECONDS - start)) s"
}

build_root() {
    if [ ! -d "$ROOT_DIR" ]; then
        local start=$SECONDS
        say "making the guest's root ($GUEST_SUITE)"
        bootstrap "$ROOT_DIR" "$GUEST_PACKAGES"
        rm -rf "$ROOT_DIR.part/var/cache/apt" "$ROOT_DIR.part/var/lib/apt/lists"
        mkdir -p "$ROOT_DIR.part/usr/lib/modules"
        cp -a "$KERNEL_DIR/root/lib/modules/." "$ROOT_DIR.part/usr/lib/modules/"
        # The kernel binary needs this suite's C library, so it runs from inside this tree.
        cp "$KERNEL_DIR/linux" "$ROOT_DIR.part/usr/local/bin/uml"
        # Mount points: at run time the tree is read-only.
        mkdir -p "$ROOT_DIR.part/share" "$ROOT_DIR.part/dev/shm" "$ROOT_DIR.part$VM_CHECKOUT"
        printf '127.0.0.1 localhost\n10.0.2.2 host\n' > "$ROOT_DIR.part/etc/hosts"
        : > "$ROOT_DIR.part/etc/fstab"
        mv "$ROOT_DIR.part" "$ROOT_DIR"
        say "root made in $((SECONDS - start)) s"
    else
        say "the guest's root is cached"
    fi
    # Not part of the key: it is small, and copying is quicker than a new tree.
    install -m 755 "$VM_HERE/guest/init" "$ROOT_DIR/usr/local/sbin/vm-init"
}

# Older builds of other versions only take up space.
drop_stale() {
    local dir
    for dir in "$VM_DIR"/kernel-* "$VM_DIR"/root-*; do
        [ -d "$dir" ] || continue
        [ "$dir" = "$KERNEL_DIR" ] || [ "$dir" = "$ROOT_DIR" ] || rm -rf --one-file-system "$dir"
    done
}

trap stop_child EXIT
trap 'exit 130' INT TERM
[ "$(uname -m)" = x86_64 ] || die "User-Mode Linux is built for x86_64 hosts only; this is $(uname -m)"
[ -e "$KEYRING" ] || install_packages debian-archive-keyring
need mmdebstrap:mmdebstrap mosquitto:mosquitto mosquitto_sub:mosquitto-clients openssl:openssl \
    python3:python3 xz:xz-utils unshare:util-linux flock:util-linux
mkdir -p "$VM_DIR"
# Two calls at once would build into the same folder.
exec 9> "$VM_DIR/lock"
flock -w "$BUILD_LIMIT_S" 9 || die "another setup holds $VM_DIR/lock"
build_kernel
build_root
drop_stale
say "ready: kernel $(cat "$KERNEL_DIR/release"), root $ROOT_DIR"
