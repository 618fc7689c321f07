#!/bin/sh
# Writes what tshark 4.0.17 prints for each capture to expected/NAME.txt, and to expected/status.txt the exit status
# where it is not 0. The golden tests compare netpeek with these files; nothing else may write them.
#
#   captures/expect.sh [NAME...]    (all captures, if none is named)
set -eu
cd "$(dirname "$0")"

case "$(tshark --version 2>/dev/null | head -n 1)" in
*' 4.0.17 '*) ;;
*) echo "expect.sh: needs tshark 4.0.17" >&2; exit 1 ;;
esac

mkdir -p expected
touch expected/status.txt
if [ $# -eq 0 ]; then
    set -- *.pcap *.pcapng *.pcap.* *.pcapng.*
    rm -f expected/*.txt
    touch expected/status.txt
fi
for name; do
    [ -e "$name" ] || continue
    status=0
    # A home that is not there: no preferences, no profile.
    env -i PATH="$PATH" TZ=UTC LC_ALL=C.UTF-8 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent \
        tshark -n -r "$name" >"expected/$name.txt" 2>/dev/null || status=$?
    grep -v "^$name " expected/status.txt >expected/status.new || :
    [ "$status" -eq 0 ] || echo "$name $status" >>expected/status.new
    sort expected/status.new >expected/status.txt
    rm expected/status.new
done
