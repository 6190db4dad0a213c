#!/usr/bin/env bash
# Separates a program from its symbols: PROGRAM is stripped, PROGRAM.debug keeps what a debugger needs
# and finds by itself. Fails if the stripped program is larger than a board should carry.
#
#   scripts/strip.sh PROGRAM
set -euo pipefail

# Largest size of a board's program, bytes.
readonly MOST=25000000

program=${1:?name the program}
objcopy --only-keep-debug "$program" "$program.debug"
strip --strip-all "$program"
objcopy --remove-section .gnu_debuglink --add-gnu-debuglink="$program.debug" "$program"
size=$(stat --format %s "$program")
echo "$program: $size bytes, symbols in $program.debug"
if ((size > MOST)); then
    echo "$program has $size bytes, the limit is $MOST; \`cargo bloat\` shows what takes them" >&2
    exit 1
fi
