# Link layers, and what is carried in other things: tags, tunnels, cooked and raw captures, PPPoE, VXLAN.
# Needs nc, pppoe-server, dnsmasq, dhclient, busybox (pppoe, dnsmasq, isc-dhcp-client).

python=$(command -v python3)

# The same small exchange everywhere: a ping, a datagram, a TCP conversation.
exchange() { # HOST-B'S ADDRESS
    at a ping -c 1 -q "$1" >"$tmp/ping" || :
    echo 'a datagram' | at a nc -u -w 0 -q 0 "$1" 9 || :
    case $1 in
    *:*) start b timeout 3 nc -6 -l -p 5001 ;;
    *) start b timeout 3 nc -l -p 5001 ;;
    esac
    until_true listens b 5001
    echo 'a line' | at a nc -N "$1" 5001 >"$tmp/answer" || :
}

# tagged FILE HEX: what a trunk between two switches carries.
tagged() {
    wire --mirror nptm --push "$2"
    namespace m
    ip link set nptm netns np-m
    at m ip link set nptm up
    record "$1" m nptm
    exchange 192.0.2.2
    recorded
}
tagged vlan.pcap 81000005
tagged vlan-priority.pcap 8100b005
tagged qinq.pcap 88a8006481000005
tagged vlan-three.pcap 810000018100000281000003

# tunnelled FILE KIND: through make/tunnel.py.
tunnelled() {
    pair
    at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
    start a "$python" make/tunnel.py tun0 192.0.2.1 192.0.2.2 "$2"
    start b "$python" make/tunnel.py tun0 192.0.2.2 192.0.2.1 "$2"
    local ns number=0
    for ns in a b; do
        number=$((number + 1))
        until_true at $ns ip link show tun0
        at $ns ip link set tun0 mtu 1400 up
        if [ "$2" = sit ]; then
            at $ns sysctl -qw net.ipv6.conf.tun0.disable_ipv6=0 net.ipv6.conf.tun0.router_solicitations=0
            address $ns tun0 2001:db8:6::$number/64
        else
            address $ns tun0 198.51.100.$number/24
        fi
    done
    record "$1" a eth0
    if [ "$2" = sit ]; then exchange 2001:db8:6::2; else exchange 198.51.100.2; fi
    recorded
}
tunnelled gre.pcap gre
tunnelled gre-key.pcap gre-key
tunnelled ipip.pcap ipip
tunnelled 6in4.pcap sit
tunnelled esp-null.pcap esp
tunnelled ah.pcap ah

# The tunnel from inside: packets without a link layer.
pair
start a "$python" make/tunnel.py tun0 192.0.2.1 192.0.2.2 gre
start b "$python" make/tunnel.py tun0 192.0.2.2 192.0.2.1 gre
for ns in a b; do
    until_true at $ns ip link show tun0
    at $ns ip link set tun0 mtu 1400 up
    at $ns sysctl -qw net.ipv6.conf.tun0.disable_ipv6=0 net.ipv6.conf.tun0.router_solicitations=0
done
address a tun0 198.51.100.1/24 2001:db8:6::1/64
address b tun0 198.51.100.2/24 2001:db8:6::2/64
record raw-ip.pcap a tun0
exchange 198.51.100.2
exchange 2001:db8:6::2
recorded

# Several interfaces at once, in both forms of Linux's cooked header, and the loopback interface.
pair 6
record cooked.pcap a any -y LINUX_SLL
record cooked2.pcap a any -y LINUX_SLL2
exchange 192.0.2.2
at a ping -c 1 -q 127.0.0.1 >"$tmp/ping"
at a ping -c 1 -q 2001:db8::2 >"$tmp/ping"
recorded

pair 6
record loopback.pcap a lo
at a ping -c 1 -q 127.0.0.1 >"$tmp/ping"
at a ping -c 1 -q ::1 >"$tmp/ping"
start a timeout 3 nc -l -p 5001
until_true listens a 5001
echo 'to myself' | at a nc -N 127.0.0.1 5001 >"$tmp/answer" || :
recorded

# UDP-Lite (RFC 3828): the checksum covers the header and eight bytes.
pair
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
record udplite.pcap a eth0
at a "$python" - <<'END'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136)
s.setsockopt(136, 10, 16)  # UDPLITE_SEND_CSCOV
s.sendto(b"the rest is not covered", ("192.0.2.2", 9))
s.setsockopt(136, 10, 0)
s.sendto(b"all of it is covered", ("192.0.2.2", 53))
END
recorded

# Plain datagrams: empty, on ports that are known and not, and as long as they can be.
record udp.pcap a eth0
at a "$python" - <<'END'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("192.0.2.1", 40000))
for port, data in [(40001, b""), (40001, b"one"), (7, b"echo"), (9, b"discard"), (13, b""), (19, b"x" * 72), (40001, bytes(1472))]:
    s.sendto(data, ("192.0.2.2", port))
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.sendto(b"to all", ("192.0.2.255", 40001))
s.sendto(b"to all", ("255.255.255.255", 40001))
s.sendto(b"to a group", ("239.1.2.3", 40001))
END
recorded

# VXLAN: an Ethernet inside UDP.
pair
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
for ns in a b; do
    other=$([ $ns = a ] && echo 2 || echo 1)
    at $ns ip link add vx0 address 02:00:00:00:99:0$other type vxlan id 4242 remote 192.0.2.$other dstport 4789 dev eth0
    segments $ns vx0
    at $ns ip link set vx0 up
done
address a vx0 198.51.100.1/24
address b vx0 198.51.100.2/24
record vxlan.pcap a eth0
exchange 198.51.100.2
recorded

# PPP over Ethernet, as far as it goes without a kernel that knows PPP: the access concentrator is found, and left.
pair
cat >"$tmp/pppoe-options" <<'END'
END
record pppoe-discovery.pcap a eth0
start b pppoe-server -F -I eth0 -C concentrator -S internet -L 198.51.100.1 -R 198.51.100.2 -O "$tmp/pppoe-options"
sleep 0.5
at a timeout 5 pppoe -I eth0 -A >"$tmp/answer" 2>&1 || :
at a timeout 5 pppoe -I eth0 -d -S internet >"$tmp/answer" 2>&1 || :
at a timeout 5 pppoe -I eth0 -d -S telephone -t 1 >"$tmp/answer" 2>&1 || :
recorded

# Addresses leased by DHCP, v4 and v6 (dnsmasq and dhclient), and files by TFTP (dnsmasq and busybox).
pair 6
at a ip -4 addr flush dev eth0
at a ip addr del 2001:db8::1/64 dev eth0
mkdir -p "$tmp/tftp"
seq 1 400 >"$tmp/tftp/long.txt"
: >"$tmp/leases"
chmod -R a+rX "$tmp/tftp"
printf '#!/bin/sh\nexit 0\n' >"$tmp/script"
chmod +x "$tmp/script"
start b dnsmasq -k -C /dev/null --port=0 --user=root --interface=eth0 --bind-interfaces --dhcp-leasefile="$tmp/leases" --pid-file= \
    --dhcp-range=192.0.2.100,192.0.2.110,255.255.255.0,1h --dhcp-range=2001:db8::100,2001:db8::110,64,1h --enable-ra \
    --dhcp-option=option:ntp-server,192.0.2.2 --domain=b.example --enable-tftp --tftp-root="$tmp/tftp" --tftp-no-blocksize
sleep 1
record dhcp.pcap a eth0 udp
at a dhclient -4 -1 -v -sf "$tmp/script" -lf "$tmp/dhclient.leases" -pf "$tmp/dhclient.pid" eth0 >"$tmp/answer" 2>&1 || :
at a dhclient -4 -r -sf "$tmp/script" -lf "$tmp/dhclient.leases" -pf "$tmp/dhclient.pid" eth0 >"$tmp/answer" 2>&1 || :
at a timeout 10 dhclient -6 -1 -v -sf "$tmp/script" -lf "$tmp/dhclient6.leases" -pf "$tmp/dhclient6.pid" eth0 >"$tmp/answer" 2>&1 || :
at a timeout 10 dhclient -6 -r -sf "$tmp/script" -lf "$tmp/dhclient6.leases" -pf "$tmp/dhclient6.pid" eth0 >"$tmp/answer" 2>&1 || :
recorded
# A client that got an address stays behind, were it not told to go.
for ended in "$tmp/dhclient.pid" "$tmp/dhclient6.pid"; do
    [ ! -s "$ended" ] || kill "$(cat "$ended")" 2>"$tmp/answer" || :
done
address a eth0 192.0.2.1/24
record tftp.pcap a eth0 udp
(
    cd "$tmp"
    at a busybox tftp -g -r long.txt -l "$tmp/got" 192.0.2.2 69 >"$tmp/answer" 2>&1 || :
    at a busybox tftp -g -b 1024 -r long.txt -l "$tmp/got" 192.0.2.2 69 >"$tmp/answer" 2>&1 || :
    at a busybox tftp -g -r missing -l "$tmp/got" 192.0.2.2 69 >"$tmp/answer" 2>&1 || :
)
recorded
