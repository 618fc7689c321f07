#!/usr/bin/env bash
# Writes tests/expected/statistics/NAME.txt: what tshark 4.0.17 prints for each line of tests/statistics.txt, which is a
# name, a capture of captures/ and the argument of -z. Run it where tshark is installed; netpeek has no part in it.
set -euo pipefail
cd "$(dirname "$0")/../captures"
export TZ=UTC LC_ALL=C.UTF-8 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent
out=../tests/expected/statistics
rm -rf "$out"
mkdir -p "$out"
while IFS=$'\t' read -r name capture argument; do
  tshark -q -n -r "$capture" -z "$argument" 2>/dev/null >"$out/$name.txt"
done <../tests/statistics.txt
