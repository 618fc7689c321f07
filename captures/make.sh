#!/bin/bash
# Records the captures that real programs make, in network namespaces of their own: nothing leaves this machine, and
# nothing of it is left behind. What is sent is the same each time; ports, sequence numbers, keys and times are not.
#
#   sudo captures/make.sh [TOPIC...]     topics: the files make/TOPIC.sh; all, if none is named
#   sudo OUT=FOLDER captures/make.sh     leaves the stored captures alone and writes to FOLDER
#
# Needs root, Linux, tcpdump, iproute2, ethtool, python3, and what the topics name on their first lines.
# Afterwards run expect.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "${OUT:-$here}" && pwd)
cd "$here"

if [ "$(id -u)" -ne 0 ]; then
    echo "make.sh: needs root, for network namespaces and tcpdump" >&2
    exit 1
fi
. make/lib.sh

topics=("$@")
if [ ${#topics[@]} -eq 0 ]; then
    for file in make/*.sh; do
        topic=$(basename "$file" .sh)
        [ "$topic" = lib ] || topics+=("$topic")
    done
fi
for topic in "${topics[@]}"; do
    . "make/$topic.sh"
done
