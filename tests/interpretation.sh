#!/bin/sh
# Writes what tshark 4.0.17 prints for each line of interpretation.txt, which holds arguments, to
# expected/interpretation.txt: the arguments behind `$`, the output, the first line of what it complains about behind
# `!`, and its exit status behind `=`.
set -eu
tests=$(cd "$(dirname "$0")" && pwd)
cd "$tests/../captures"
case "$(tshark --version 2>/dev/null | head -n 1)" in
*' 4.0.17 '*) ;;
*) echo "interpretation.sh: needs tshark 4.0.17" >&2; exit 1 ;;
esac
said=$(mktemp)
while read -r arguments; do
    echo "\$ $arguments"
    status=0
    # shellcheck disable=SC2086
    env -i PATH="$PATH" TZ=UTC LC_ALL=C.UTF-8 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent \
        tshark $arguments 2>"$said" || status=$?
    grep '^tshark: ' "$said" | head -n 1 | sed 's/^tshark: /! /'
    echo "= $status"
done <"$tests/interpretation.txt" >"$tests/expected/interpretation.txt"
rm "$said"
