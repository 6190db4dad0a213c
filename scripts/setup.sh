#!/usr/bin/env bash
# Brings a machine to the point where `make demo`, `make test` or `make lint` runs.
#
#   scripts/setup.sh demo    packages, .venv, models, runtime and the demo's portrait
#   scripts/setup.sh test    the same, and the tools of the test target
#   scripts/setup.sh lint    the tools of the lint target; no models
#
# Needs git, make, curl, python3 (3.11 or later), npm and a Rust toolchain. Installs only what is
# missing, so a second run changes nothing and needs no network. Outside the checkout it
# touches only Debian packages.
set -euo pipefail

readonly NEXTEST_VERSION=0.9.143
readonly DENY_VERSION=0.20.2
# Fluent for the page (Apache-2.0). It is compiled in.
readonly FLUENT_PACKAGE=@fluent/bundle@0.19.1
readonly FLUENT_SHA256=8af8e91a347fa98a9f2469cab95096ac113eff165c82231033a0f98e10d49a2c
# Rules of accessibility (MPL-2.0), to test the page with. No program contains it.
readonly AXE_PACKAGE=axe-core@4.14.1
readonly AXE_SHA256=e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
# A TensorFlow Lite C library (Apache-2.0), to test the runtime that boards with a delegate use.
readonly CLASSIC_PACKAGE=tfjs-tflite-node@0.0.2
readonly CLASSIC_SHA256=3be1632328a76a2475e5b6833253763c802c859433becb4d879ee1860e3b5284

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly venv="$root/.venv"
readonly tools="$root/target/tools"
# Debian keeps mosquitto where only root's PATH looks.
export PATH="$tools/bin:$PATH:/usr/sbin"

main() {
    local mode=${1:-}
    case "$mode" in
        demo | test | lint) ;;
        *) fail "unknown mode '${mode}': say 'scripts/setup.sh demo', '… test' or '… lint'" ;;
    esac
    require_commands git make curl python3 npm cargo
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$(python3 --version) is too old: models/build.py needs Python 3.11 or later"
    install_packages "$mode"
    fetch_fluent
    install_python models/requirements.txt
    if [[ $mode == lint ]]; then
        install_cargo_tool cargo-deny "$DENY_VERSION"
    else
        install_python scripts/requirements.txt
        "$venv/bin/python" "$root/models/build.py"
        "$venv/bin/python" "$root/scripts/demo_recording.py" --fetch
        install_python scripts/requirements-test.txt
    fi
    if [[ $mode == test ]]; then
        fetch_tflite_c_library
        fetch_axe
        install_cargo_tool cargo-nextest "$NEXTEST_VERSION"
    fi
    echo "setup: ready for 'make $mode'"
}

fail() {
    echo "scripts/setup.sh: $1" >&2
    exit 1
}

require_commands() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null ||
            fail "'$command' is not on the PATH: install it and run this again"
    done
}

# Whether a package's purpose is met, wherever it came from: checks its command or its files.
# Asking dpkg would reinstall what a machine has from elsewhere.
has_package() {
    case "$1" in
        build-essential) command -v cc c++ make >/dev/null ;;
        pkg-config) command -v pkg-config >/dev/null ;;
        libclang-dev) compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null ||
            compgen -G '/usr/lib/*/libclang*.so*' >/dev/null ;;
        python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        fonts-ocr-b) [[ -e /usr/share/fonts/opentype/ocr-b/OCRB.otf ]] ;;
        fonts-noto-core) [[ -e /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf ]] ;;
        fonts-noto-cjk) [[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ]] ;;
        python3-pip) python3 -c 'import pip' 2>/dev/null ;;
        libtesseract5) compgen -G '/usr/lib/*/libtesseract.so.5' >/dev/null ;;
        tesseract-ocr-*) has_language "${1#tesseract-ocr-}" ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# Whether Tesseract would find a language: checks the file that it opens.
has_language() {
    local folder
    for folder in "${TESSDATA_PREFIX:-/usr/share/tesseract-ocr/5/tessdata}" /usr/share/tessdata; do
        [[ ! -e $folder/$1.traineddata ]] || return 0
    done
    return 1
}

install_packages() {
    local wanted=(clang libclang-dev pkg-config build-essential ffmpeg mosquitto
        python3-venv python3-pip fonts-ocr-b fonts-noto-core fonts-noto-cjk libtesseract5
        tesseract-ocr-kaz tesseract-ocr-rus tesseract-ocr-eng chromium espeak-ng)
    if [[ $1 == lint ]]; then
        # Fonts, players and languages are needed only to run something, which lint does not.
        wanted=(clang libclang-dev pkg-config build-essential python3-venv python3-pip shellcheck)
    fi
    local missing=() package
    for package in "${wanted[@]}"; do
        has_package "$package" || missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0
    command -v apt-get >/dev/null ||
        fail "missing here: ${missing[*]} (names of Debian's packages); install them and run this again"
    echo "setup: installing ${missing[*]}"
    as_root apt-get update --quiet
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "'$*' needs root and there is no sudo: run it as root, then run this again"
    fi
}

# Installs one pinned requirements file; a stamp named by its digest records that.
install_python() {
    local file=$1 digest stamp
    if [[ ! -x $venv/bin/pip ]] || ! "$venv/bin/python" -c '' 2>/dev/null; then
        python3 -m venv --clear "$venv" || fail "python3 could not make $venv: see the lines above"
    fi
    digest=$(sha256sum "$root/$file")
    stamp="$venv/.installed-$(basename "$file")-${digest%% *}"
    [[ ! -e $stamp ]] || return 0
    echo "setup: installing $file into .venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
        --require-hashes --requirement "$root/$file" ||
        fail "pip could not install $file (see above): check the network, and that there are wheels for $(python3 --version) on $(uname -m)"
    touch "$stamp"
}

# Fetches a pinned npm package into a folder and prints the file's name.
fetch_package() {
    local folder=$1 package=$2 digest=$3 archive
    archive=$(cd "$folder" && npm pack --silent "$package") ||
        fail "npm could not fetch $package: check the network"
    echo "$digest  $folder/$archive" | sha256sum --check --quiet >&2 ||
        fail "$folder/$archive is not the file that was pinned; remove it and run this again"
    echo "$archive"
}

fetch_fluent() {
    local folder="$root/src/kiosk/vendor/fluent" archive
    [[ ! -e $folder/index.js ]] || return 0
    mkdir -p "$folder"
    archive=$(fetch_package "$folder" "$FLUENT_PACKAGE" "$FLUENT_SHA256")
    tar --extract --gzip --file "$folder/$archive" --directory "$folder" --strip-components 2 \
        --wildcards 'package/esm/*.js'
    rm "$folder/$archive"
}

fetch_axe() {
    local folder="$tools/axe" archive
    [[ ! -e $folder/axe.min.js ]] || return 0
    mkdir -p "$folder"
    archive=$(fetch_package "$folder" "$AXE_PACKAGE" "$AXE_SHA256")
    tar --extract --gzip --file "$folder/$archive" --directory "$folder" --strip-components 1 \
        package/axe.min.js
    rm "$folder/$archive"
}

fetch_tflite_c_library() {
    local folder="$root/models/cache/classic" machine archive
    [[ ! -e $folder/libtensorflowlite_c.so ]] || return 0
    case "$(uname -m)" in
        x86_64) machine=linux_amd64 ;;
        aarch64) machine=linux_arm64 ;;
        *) return 0 ;;
    esac
    mkdir -p "$folder"
    archive=$(fetch_package "$folder" "$CLASSIC_PACKAGE" "$CLASSIC_SHA256")
    tar --extract --gzip --file "$folder/$archive" --directory "$folder" --strip-components 3 \
        "package/cc_deps/$machine/libtensorflowlite_c.so"
    rm "$folder/$archive"
}

install_cargo_tool() {
    local tool=$1 version=$2
    ! command -v "$tool" >/dev/null || return 0
    echo "setup: building $tool $version (some minutes, once)"
    # Its own profile optimises for speed, which takes five times as long as this.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --quiet --locked "$tool@$version" --root "$tools" --target-dir "$tools/build" ||
        fail "cargo could not install $tool $version: see the lines above"
    rm -rf "$tools/build"
}

main "$@"
