#!/usr/bin/env bash
# Changes the code of the critical crates, one place at a time, and checks whether a test notices
# (cargo-mutants). target/mutants.out/missed.txt lists what no test noticed; for each one add a test
# or explain it in docs/TESTING.md. Takes hours, so it is not part of CI.
#
#   scripts/mutants.sh [CRATE...] [-- MORE OPTIONS OF cargo mutants]
#   scripts/mutants.sh session -- --shard 0/8
set -euo pipefail

# Percentage of the mutants that the tests must notice.
readonly LEAST=90

cd "$(dirname "${BASH_SOURCE[0]}")/.."
crates=()
while (($# > 0)) && [[ $1 != -- ]]; do
    crates+=("$1")
    shift
done
(($# == 0)) || shift
((${#crates[@]} > 0)) || crates=(session trust store link)

code=0
# 2: some were missed; 3: some hit the time limit. Both are counted below.
cargo mutants --output target --test-tool nextest --baseline skip --timeout 120 \
    "${crates[@]/#/--package=vouch-}" "$@" || code=$?
((code == 0 || code == 2 || code == 3)) || exit "$code"

count() { wc -l < "target/mutants.out/$1.txt"; }
caught=$(($(count caught) + $(count timeout)))
missed=$(count missed)
((caught + missed > 0)) || { echo "no mutant was tried" >&2; exit 1; }
echo "mutants: $caught noticed, $missed missed"
((100 * caught >= LEAST * (caught + missed))) || {
    echo "fewer than $LEAST % were noticed; see target/mutants.out/missed.txt" >&2
    exit 1
}
