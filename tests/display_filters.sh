#!/usr/bin/env bash
# Writes tests/expected/display_filters.tsv: for each filter in tests/display_filters.txt and each capture named here, the
# frames that tshark 4.0.17 keeps, or its complaint. Run it where tshark is installed; netpeek has no part in it.
set -euo pipefail
cd "$(dirname "$0")/.."
export TZ=UTC LC_ALL=C.UTF-8 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent
captures=(dns.pcap http.pcap)
while IFS= read -r filter; do
  for capture in "${captures[@]}"; do
    errors=$(mktemp)
    if frames=$(tshark -n -r "captures/$capture" -Y "$filter" -T fields -e frame.number 2>"$errors" | tr '\n' ' '); then
      printf '%s\t%s\t%s\n' "$filter" "$capture" "${frames% }"
    else
      printf '%s\t%s\terror: %s\n' "$filter" "$capture" "$(grep '^tshark: ' "$errors" | sed 's/^tshark: //')"
    fi
    rm -f "$errors"
  done
done <tests/display_filters.txt >tests/expected/display_filters.tsv
