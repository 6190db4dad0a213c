#!/usr/bin/env bash
# Runs one target with a stable toolchain: libFuzzer's counters come from LLVM
# alone; only the sanitizers need nightly.
#
#   fuzz/stable.sh TARGET [options of libFuzzer]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
target=${1:?name a target: one of $(cd targets && printf '%s ' *.rs | sed 's/\.rs//g')}
shift
host=$(rustc --print host-tuple)
# Named by --target, so that build scripts and macros stay as they are.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table"
cargo build --release --target "$host" --bin "$target"
python3 seeds.py
mkdir -p "artifacts/$target"
folder=${CARGO_TARGET_DIR:-target}
exec "$folder/$host/release/$target" -artifact_prefix="artifacts/$target/" -max_len=65536 "$@" "corpus/$target"
