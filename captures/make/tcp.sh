# TCP: what it does on a good line (a cable between two namespaces), and on a bad one (make/wire.py).
# Needs editcap (wireshark-common).

python=$(command -v python3)

# converse CONVERSATION: both its ends, one after the other has begun to listen.
converse() {
    local server
    at b timeout 20 "$python" make/tcp.py serve "$1" >"$tmp/serve" 2>&1 &
    server=$!
    case $1 in
    SimultaneousOpen) ;;
    *) until_true listens b 5001 ;;
    esac
    at a timeout 20 "$python" make/tcp.py talk "$1" >"$tmp/talk" 2>&1 || cat "$tmp/talk" >&2
    wait "$server" || cat "$tmp/serve" >&2
}

# shown FILE CONVERSATION [SYSCTL...]: on a good line; settings are for both ends.
shown() {
    pair
    at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
    local ns
    for ns in a b; do
        [ $# -le 2 ] || at $ns sysctl -qw "${@:3}"
    done
    record "$1" a eth0 tcp
    converse "$2"
    recorded
}

shown tcp-lines.pcap Lines
shown tcp-zero-window.pcap Stuffed
shown tcp-keepalive.pcap KeepAlive
shown tcp-resets.pcap Resets
shown tcp-half-close.pcap HalfClose
shown tcp-urgent.pcap Urgent
shown tcp-same-ports.pcap Again net.ipv4.tcp_tw_reuse=1
shown tcp-fastopen.pcap FastOpen net.ipv4.tcp_fastopen=3
shown mptcp.pcap MultiPath net.mptcp.enabled=1
shown tcp-md5.pcap Signed
shown tcp-queue-full.pcap Queue
shown tcp-ecn.pcap Lines net.ipv4.tcp_ecn=1
shown tcp-plain.pcap Bulk net.ipv4.tcp_timestamps=0 net.ipv4.tcp_window_scaling=0 net.ipv4.tcp_sack=0

# Two paths between the hosts, one of them announced.
pair
address a eth0 192.0.2.11/24
address b eth0 192.0.2.12/24
at a ip mptcp limits set subflows 2 add_addr_accepted 2
at b ip mptcp limits set subflows 2 add_addr_accepted 2
at b ip mptcp endpoint add 192.0.2.12 signal
at a ip mptcp endpoint add 192.0.2.11 subflow
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
record mptcp-paths.pcap a eth0 tcp
converse MultiPath
recorded

# tried NAME CONVERSATION RULE...: on a bad line, seen by the client (NAME-a) and by the server (NAME-b).
tried() {
    wire "${@:3}"
    record "$1-a.pcap" a eth0 tcp
    record "$1-b.pcap" b eth0 tcp
    converse "$2"
    recorded
}

tried tcp-loss Bulk --delay 5 a:data:6:drop
tried tcp-loss-many Bulk --delay 5 a:data:4:drop a:data:7-8:drop a:data:15:drop a:data:22:drop
tried tcp-loss-small Pushes --delay 5 a:data:2:drop a:data:9:drop b:data:3:drop
tried tcp-loss-ends Lines --delay 5 a:syn:1:drop b:syn:1:drop a:data:1:drop a:fin:1:drop b:ack:2:drop b:fin:1:drop
tried tcp-timeout Lines --delay 5 a:data:3-5:drop
tried tcp-reorder Bulk --delay 5 a:data:5:late=4 a:data:9-10:late=6 a:data:20:late=30 b:ack:6:late=9
tried tcp-duplicates Bulk --delay 5 a:data:3:twice a:data:8-9:twice a:syn:1:twice b:syn:1:twice b:ack:4:twice b:data:1:twice a:fin:1:twice
tried tcp-lost-acks Lines --delay 5 b:data:2:drop b:data:4:drop b:ack:1-2:drop
tried tcp-simultaneous SimultaneousOpen --delay 100

# Without selective acknowledgements, only duplicate ones tell of a loss.
wire --delay 5 a:data:6:drop a:data:20:drop
for ns in a b; do at $ns sysctl -qw net.ipv4.tcp_sack=0; done
record tcp-loss-no-sack.pcap a eth0 tcp
converse Bulk
recorded

# The recording begins when the conversation is under way, and holds 60 bytes of each frame; another loses frames itself.
pair
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
record tcp-short-frames.pcap a eth0 -s 60 tcp
record whole.pcap a eth0 tcp
converse Bulk
recorded
editcap -F pcap "$out/whole.pcap" "$out/tcp-midstream.pcap" 1-9
editcap -F pcap "$out/whole.pcap" "$out/tcp-gaps.pcap" 7 12-14 20 25-26
rm "$out/whole.pcap"
