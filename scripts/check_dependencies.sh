#!/usr/bin/env bash
# Checks the dependencies against deny.toml: licences, bans and sources always,
# advisories if their database can be fetched. A check that did not run is
# reported, never silently skipped.
set -euo pipefail

# A network that drops packets must not delay the rest.
readonly FETCH_LIMIT_S=120

cargo deny --log-level warn check --hide-inclusion-graph --allow duplicate licenses bans sources

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Fetch and check are separate: only a failed fetch may be forgiven.
fetched=0
timeout "$FETCH_LIMIT_S" cargo deny --log-level error fetch db > "$log" 2>&1 || fetched=$?
if ((fetched == 0)); then
    cargo deny --log-level warn check --hide-inclusion-graph --disable-fetch advisories
elif ((fetched == 124)) || grep -qE 'failed to (fetch|clone) ' "$log"; then
    echo "advisories: NOT CHECKED (database unreachable)"
else
    cat "$log" >&2
    echo "advisories: the database could not be fetched, and not because of the network" >&2
    exit 1
fi
