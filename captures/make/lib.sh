# What every topic uses: namespaces, links between them, programs in them, and tcpdump beside them.

tmp=$(mktemp -d)
chmod 755 "$tmp"
# An input that says nothing and does not end, for servers that stop when theirs does.
mkfifo "$tmp/silence"
exec {silence}<>"$tmp/silence"
namespaces=()
started=()

# Ends every program that was started here, newest first.
stop_all() {
    local i
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[i]}" 2>/dev/null && wait "${started[i]}" 2>/dev/null || :
    done
    started=()
}

# Takes down programs, namespaces and the links in them.
clear_away() {
    stop_all
    local ns
    for ns in "${namespaces[@]}"; do
        ip netns del "$ns" 2>/dev/null || :
    done
    namespaces=()
}
trap 'status=$?; clear_away; rm -rf "$tmp"; exit $status' EXIT
trap 'echo "make.sh: failed: $BASH_COMMAND (${BASH_SOURCE[0]}, line $LINENO)" >&2' ERR
set -E

# at NS COMMAND...: runs a command in a namespace.
at() { ip netns exec "np-$1" "${@:2}"; }

# start NS COMMAND...: runs a command in a namespace, in the background; its number is then in $!.
start() {
    ip netns exec "np-$1" "${@:2}" >"$tmp/log.$RANDOM" 2>&1 <&"$silence" &
    started+=($!)
}

# until_true COMMAND...: waits, five seconds at most.
until_true() {
    local i
    for ((i = 0; i < 100; i++)); do
        "$@" >"$tmp/waited" 2>&1 && return
        sleep 0.05
    done
    echo "make.sh: waited in vain for: $*" >&2
    return 1
}

listens() { at "$1" ss -Hltnu "sport = :$2" | grep -q .; }

# namespace NAME...: namespaces without IPv6 chatter.
namespace() {
    local ns
    for ns; do
        ip netns add "np-$ns"
        namespaces+=("np-$ns")
        at "$ns" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
            net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1 net.ipv4.ip_local_port_range="49152 65535"
        at "$ns" ip link set lo up
    done
}

# ipv6 NS: IPv6 after all.
ipv6() { at "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0; }

# segments NS IF: frames leave as they will be on a wire, checksums and segment sizes included.
segments() {
    at "$1" ethtool -K "$2" tx off rx off tso off gso off gro off tx-udp-segmentation off >/dev/null 2>&1 || :
}

# link NS1 IF1 NS2 IF2: a cable between two namespaces.
link() {
    local serial=$((++cables))
    ip link add "npx$serial" type veth peer name "npy$serial"
    ip link set "npx$serial" netns "np-$1" name "$2" address "02:00:00:00:$(printf %02x "$serial"):01"
    ip link set "npy$serial" netns "np-$3" name "$4" address "02:00:00:00:$(printf %02x "$serial"):02"
    segments "$1" "$2"
    segments "$3" "$4"
    at "$1" ip link set "$2" up
    at "$3" ip link set "$4" up
}
cables=0

# address NS IF ADDRESS/LENGTH...
address() {
    local a
    for a in "${@:3}"; do
        at "$1" ip addr add "$a" dev "$2"
    done
}

# pair [6]: hosts a and b, 192.0.2.1 and 192.0.2.2, at the two ends of one cable; with 6 also 2001:db8::1 and ::2.
pair() {
    clear_away
    cables=0
    namespace a b
    if [ "${1-}" = 6 ]; then ipv6 a; ipv6 b; fi
    link a eth0 b eth0
    address a eth0 192.0.2.1/24
    address b eth0 192.0.2.2/24
    if [ "${1-}" = 6 ]; then
        address a eth0 2001:db8::1/64
        address b eth0 2001:db8::2/64
        sleep 0.5
    fi
}

# wire RULES...: as pair, but the cable is wire.py, which loses, repeats and delays what the rules say.
wire() {
    clear_away
    namespace a b
    python3 make/wire.py npta nptb "$@" >"$tmp/wire.log" 2>&1 &
    started+=($!)
    until_true test -e /sys/class/net/nptb
    local n
    for n in a b; do
        ip link set "npt$n" netns "np-$n" name eth0 address "02:00:00:00:02:0$n"
        segments $n eth0
        at $n ip link set eth0 up
    done
    address a eth0 192.0.2.1/24
    address b eth0 192.0.2.2/24
    # ARP is told elsewhere.
    at a ip neigh add 192.0.2.2 lladdr 02:00:00:00:02:0b dev eth0 nud permanent
    at b ip neigh add 192.0.2.1 lladdr 02:00:00:00:02:0a dev eth0 nud permanent
}

# record FILE NS IF [TCPDUMP OPTION...]: begins to write FILE. Several may run at once.
record() {
    : >"$tmp/tcpdump.$1"
    ip netns exec "np-$2" tcpdump -Z root -U --immediate-mode -i "$3" -w "$out/$1" "${@:4}" 2>"$tmp/tcpdump.$1" &
    recorders+=($!)
    until_true grep -q 'listening on' "$tmp/tcpdump.$1"
}
recorders=()

# recorded: lets the last packets arrive, then ends the recordings.
recorded() {
    sleep "${1:-0.4}"
    local pid
    for pid in "${recorders[@]}"; do
        kill -INT "$pid"
        wait "$pid" || :
    done
    recorders=()
}
