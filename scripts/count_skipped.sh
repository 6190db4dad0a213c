#!/usr/bin/env bash
# Reports how many tests could not run and why; under CI=true a single one is a failure.
# VOUCH_SKIPPED names the file in which the tests note it (vouch_testkit::skipped).
set -euo pipefail

log=${VOUCH_SKIPPED:?must name the file in which skipped tests are noted}
if [[ ! -s $log ]]; then
    echo "skipped: 0"
    exit 0
fi
echo "skipped: $(wc -l < "$log")"
sed 's/^/  /' "$log"
if [[ ${CI:-} == true ]]; then
    echo "a test that can't run counts as failed here; provide what its line names" >&2
    exit 1
fi
