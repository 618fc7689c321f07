#!/usr/bin/env bash
# Writes tests/expected/display_filters.tsv: for each filter in tests/display_filters.txt, the frames of a stored capture
# that tshark 4.0.17 keeps, or its complaint. Run it where tshark is installed; netpeek has no part in it.
set -euo pipefail
cd "$(dirname "$0")/.."
export TZ=UTC LC_ALL=C.UTF-8 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent
ask() {
  filter=$1 capture=dns.pcap
  case $filter in *tcp*|*http*|*tls*|*Host*) capture=http.pcap ;; esac
  errors=$(mktemp)
  if frames=$(tshark -n -r "captures/$capture" -Y "$filter" -T fields -e frame.number 2>"$errors" | tr '\n' ' '); then
    printf '%s\t%s\t%s\n' "$filter" "$capture" "${frames% }"
  else
    printf '%s\t%s\terror: %s\n' "$filter" "$capture" "$(grep '^tshark: ' "$errors" | sed 's/^tshark: //')"
  fi
  rm -f "$errors"
}
export -f ask
set -o pipefail
xargs -d '\n' -P 2 -n 1 bash -c 'set -o pipefail; ask "$0"' <tests/display_filters.txt | LC_ALL=C sort >tests/expected/display_filters.tsv
