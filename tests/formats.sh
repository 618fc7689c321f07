#!/usr/bin/env bash
# Writes tests/expected/formats/NAME.txt: what tshark 4.0.17 prints for each line of tests/formats.txt, which is a name,
# a capture of captures/ and arguments. Run it where tshark is installed; netpeek has no part in it.
set -euo pipefail
cd "$(dirname "$0")/../captures"
export TZ=UTC LC_ALL=C.UTF-8 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent
out=../tests/expected/formats
rm -rf "$out"
mkdir -p "$out"
while IFS=$'\t' read -r name capture arguments; do
  eval "tshark -n -r $capture ${arguments//;/\\;}" 2>/dev/null >"$out/$name.txt"
done <../tests/formats.txt
