#!/usr/bin/env bash
# Parts a program from its symbols: PROGRAM is stripped, PROGRAM.debug keeps what a debugger needs
# and is found by it. Fails when what is left is larger than a board should carry.
#
#   scripts/strip.sh PROGRAM
set -euo pipefail

# The limit of a board's program, bytes.
readonly MOST=25000000

program=${1:?names the program}
objcopy --only-keep-debug "$program" "$program.debug"
strip --strip-all "$program"
objcopy --remove-section .gnu_debuglink --add-gnu-debuglink="$program.debug" "$program"
size=$(stat --format %s "$program")
echo "$program: $size bytes, symbols in $program.debug"
if ((size > MOST)); then
    echo "$program has $size bytes, $MOST are the most; \`cargo bloat\` tells what takes them" >&2
    exit 1
fi
