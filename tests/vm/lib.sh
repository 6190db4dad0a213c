# shellcheck shell=bash
# shellcheck disable=SC2034  # the scripts that source this file use the variables
# Paths, pinned versions and small functions that setup.sh and run.sh share. Sourced, never run.

VM_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VM_CHECKOUT=$(cd "$VM_HERE/../.." && pwd)
VM_DIR=${VOUCH_VM_DIR:-$VM_CHECKOUT/target/vm}

# The kernel is Debian's packaged source. 7.3 is the first of Debian's series whose User-Mode Linux
# has several processors and whose tree builds vivid, gpio-sim and v4l2loopback side by side.
KERNEL_PACKAGE=linux-source-7.3
KERNEL_VERSION='7.3.4-1~bpo13+1'
KERNEL_SHA256=703e369ddd4cce971452f5a593ee55df3a5c10c83caf0fa0df039633ed181ee3
LOOPBACK_PACKAGE=v4l2loopback-dkms
LOOPBACK_VERSION='0.15.4-2'
LOOPBACK_SHA256=4505033d032882133951a4ee56c780200477f38e8f0800a51358e96a3ef01da2
# The suite provides the guest's programs and the C library that the kernel binary is linked to.
GUEST_SUITE=trixie
BUILDER_PACKAGES=ca-certificates,make,gcc,binutils,libc6-dev,flex,bison,xz-utils,kmod,bc,perl
GUEST_PACKAGES=jq,kmod,iproute2,procps,v4l-utils,ffmpeg,mosquitto-clients,libslirp-helper,libstdc++6,ca-certificates

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf 'vm: %s\n' "$*" >&2; }
die() { printf 'vm: %s\n' "$*" >&2; exit 1; }

# A key of every input that changes the build, so that a stale cache is never taken for a fresh one.
short_key() { sha256sum | cut -c1-12; }
kernel_key() {
    { echo "$KERNEL_SHA256 $LOOPBACK_SHA256 $GUEST_SUITE"; cat "$VM_HERE/kernel.config" "$VM_HERE/build-kernel.sh"; } | short_key
}
root_key() { { kernel_key; echo "$GUEST_SUITE $GUEST_PACKAGES"; } | short_key; }

KERNEL_DIR=$VM_DIR/kernel-$(kernel_key)
ROOT_DIR=$VM_DIR/root-$(root_key)

# Chroots and mounts need root; a plain user's call restarts under sudo and keeps the variables.
become_root() {
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null || die "needs root (chroot, mount), and there is no sudo"
    exec sudo --preserve-env=VOUCH_BIN,VOUCH_VM_DIR,VOUCH_VM_MIRROR,VOUCH_VM_RECORDING,VOUCH_VM_MODELS,VOUCH_VM_LIMIT,VOUCH_VM_GESTURES -- "$0" "$@"
}

# stoppable COMMAND...: runs it so that a signal to this script stops it too; bash by itself would first wait for
# the command's end, and `timeout` puts it into a group that the terminal's signals do not reach.
CHILD=''
stoppable() {
    local status=0
    "$@" &
    CHILD=$!
    wait "$CHILD" || status=$?
    CHILD=''
    return $status
}

stop_child() {
    [ -z "$CHILD" ] || { kill "$CHILD" && wait "$CHILD"; } 2> /dev/null || true
}

# install_packages NAME...: on the host, by its own apt.
install_packages() {
    local as=()
    [ "$(id -u)" = 0 ] || as=(sudo)
    say "installing on the host: $*"
    "${as[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 update
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" > /dev/null
}

# need COMMAND:PACKAGE...: installs the packages of the commands that are missing.
need() {
    local missing=() pair
    for pair in "$@"; do
        PATH=$PATH:/usr/sbin command -v "${pair%%:*}" > /dev/null || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}

# The Debian mirror the host itself uses, so that a network with its own mirror needs no setting.
debian_mirror() {
    local mirror
    if [ -n "${VOUCH_VM_MIRROR:-}" ]; then echo "$VOUCH_VM_MIRROR"; return; fi
    # shellcheck disable=SC2016  # apt-get itself fills these in
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
        awk '$2 == "Debian" && $3 == "main" && $1 !~ /security/ && !n++ { print $1 }')
    [ -n "$mirror" ] || die "apt names no Debian mirror; set VOUCH_VM_MIRROR"
    echo "$mirror"
}

# download PACKAGE VERSION SHA256 SUITE DIR: into DIR/debs, through apt, whose own state and sources stay untouched.
download() {
    local package=$1 version=$2 sha256=$3 suite=$4 dir=$5 file mirror
    local state=$dir/apt
    file=$dir/debs/${package}_${version}_all.deb
    if [ -e "$file" ] && echo "$sha256  $file" | sha256sum --quiet -c 2>/dev/null; then return; fi
    say "downloading $package $version"
    mirror=$(debian_mirror)
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$dir/debs"
    : > "$state/status"
    printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$mirror" "$suite" > "$state/sources.list"
    cat > "$state/apt.conf" <<APT
Dir::State::Lists "$state/lists";
Dir::State::status "$state/status";
Dir::Cache "$state/cache";
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Architecture "amd64";
APT::Architectures "amd64";
APT::Sandbox::User "root";
APT
    (
        export APT_CONFIG=$state/apt.conf
        cd "$dir/debs" || exit
        apt-get -qq update
        apt-get -qq download "$package=$version"
    )
    echo "$sha256  $file" | sha256sum --quiet -c || die "$package $version is not the pinned file"
}
