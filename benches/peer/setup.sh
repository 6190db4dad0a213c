#!/usr/bin/env bash
# Makes target/bench/venv with the peer that the benchmark compares with: MediaPipe's own FaceMesh.
# A second run changes nothing and needs no network.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly root
readonly requirements="$root/benches/peer/requirements.txt"
readonly venv="$root/target/bench/venv"

fail() {
    echo "benches/peer/setup.sh: $1" >&2
    exit 1
}

[[ $(uname -m) == x86_64 ]] ||
    fail "MediaPipe 0.10.21 has no wheel for $(uname -m): run the peer on an x86-64 machine"
python3 -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' ||
    fail "$(python3 --version) has no MediaPipe 0.10.21: put Python 3.11 or 3.12 on the PATH as python3"

digest=$(sha256sum "$requirements")
stamp="$venv/.installed-${digest%% *}"
[[ ! -e $stamp ]] || exit 0
mkdir -p "$(dirname "$venv")"
python3 -m venv --clear "$venv" || fail "python3 could not make $venv: see the lines above"
"$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    --requirement "$requirements" || fail "pip could not install $requirements: see the lines above"
touch "$stamp"
