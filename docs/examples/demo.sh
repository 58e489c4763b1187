#!/usr/bin/env bash
# Makes images through the whole path, against the emulator, in a throw-away home.
# Usage: demo.sh PATH_OF_PATCHBAY
set -euo pipefail

patchbay=$(realpath "$1")
# Nothing of the caller's own Patchbay plays a part here.
for name in ${!PATCHBAY_@} CREDENTIALS_DIRECTORY; do unset "$name"; done
folder=$(mktemp -d "${TMPDIR:-/tmp}/patchbay-demo.XXXXXX")
export PATCHBAY_HOME=$folder/home
emulator=
finish() {
  [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true
  rm -rf "$folder/home" "$folder/emulator" "$folder/key"
}
trap finish EXIT

step() { printf '\n$ %s\n' "$*" | sed "s|$patchbay|patchbay|g"; "$@"; }

"$patchbay" emulate --json >"$folder/emulator" &
emulator=$!
for _ in $(seq 200); do
  [ -s "$folder/emulator" ] && break
  kill -0 "$emulator"
  sleep 0.05
done
read_access() { tr -d '\n' <"$folder/emulator" | sed -E "s/.*\"provider\": *\"gemini\"[^}]*\"$1\": *\"([^\"]*)\".*/\1/"; }
(umask 077 && read_access key >"$folder/key")

step "$patchbay" init --no-recovery
step "$patchbay" provider set gemini --endpoint "$(read_access base_url)" --allow-private
step "$patchbay" configure --provider gemini --non-interactive --api-key-file "$folder/key"
step "$patchbay" generate "a ripe banana on a marble table" --out "$folder/banana.png" --model gemini-2.5-flash-image
step "$patchbay" generate "the same at sunset" --input "$folder/banana.png" --aspect-ratio 16:9 --out "$folder/sunset.jpg"
step "$patchbay" key list

printf '\nThe images:\n  %s\n  %s\n' "$folder/banana.png" "$folder/sunset.jpg"
cat <<TEXT

The same with a real key (it is asked for, and not shown):
  $patchbay init
  $patchbay configure --provider gemini
  $patchbay generate "a ripe banana on a marble table" --out banana.png
TEXT
