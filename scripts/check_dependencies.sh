#!/usr/bin/env bash
# Holds the dependencies to deny.toml. Licences, bans and sources always; the
# advisories when their database can be fetched or was fetched before. A check
# that did not run is named, never passed over.
set -euo pipefail

# A network that swallows packets must not hold up the rest.
readonly FETCH_LIMIT_S=120

cargo deny --log-level warn check --hide-inclusion-graph --allow duplicate licenses bans sources

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The fetch and the check apart: only a failed fetch may be forgiven.
fetched=0
timeout "$FETCH_LIMIT_S" cargo deny --log-level error fetch db > "$log" 2>&1 || fetched=$?
if ((fetched == 0)); then
    cargo deny --log-level warn check --hide-inclusion-graph --disable-fetch advisories
elif ((fetched == 124)) || grep -qE 'failed to (fetch|clone) ' "$log"; then
    echo "advisories: NOT CHECKED (database unreachable)"
else
    cat "$log" >&2
    echo "advisories: the database could not be had, and not for want of a network" >&2
    exit 1
fi
