#!/usr/bin/env bash
# Installs the operator-supplied models that models/known.toml lists and that are in
# $VOUCH_OPERATOR_MODELS (default: ../shared/models beside the checkout). It is fine if there are none.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly folder=${VOUCH_OPERATOR_MODELS:-$root/../shared/models}
readonly vouch=${VOUCH:-$root/target/release/vouch}

files=()
while read -r name; do
    [[ -f $folder/$name.tflite ]] && files+=("$folder/$name.tflite")
done < <(sed -n 's/^name = "\(.*\)"$/\1/p' "$root/models/known.toml")

if ((${#files[@]} == 0)); then
    echo "operator models: none of models/known.toml is in $folder"
    exit 0
fi
if [[ ! -x $vouch ]]; then
    echo "operator models: $vouch is missing: run 'cargo build --release' first" >&2
    exit 1
fi
cd "$root"
said=$("$vouch" models add "${files[@]}")
echo "operator models: $(awk '{ print $2 " " $1 }' <<<"$said" | paste -sd, - | sed 's/,/, /g')"
