# ICMP and ICMPv6 as hosts and routers send it: ping, traceroute, errors, redirects, path MTU, fragments.
# Needs ping and traceroute (Debian: iputils-ping, traceroute), nc.

# line 4|6 MTU: host a - router r - router s - host b; the cable between r and s carries packets of MTU bytes.
line() {
    clear_away
    cables=0
    namespace a r s b
    link a eth0 r left
    link r right s left
    link s right b eth0
    at r ip link set right mtu "$2"
    at s ip link set left mtu "$2"
    at r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
    at s sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
    if [ "$1" = 6 ]; then
        local ns
        for ns in a r s b; do
            ipv6 $ns
            at $ns sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv6.icmp.ratelimit=0
        done
        address a eth0 2001:db8:1::1/64
        address r left 2001:db8:1::ff/64
        address r right 2001:db8:2::1/64
        address s left 2001:db8:2::2/64
        address s right 2001:db8:3::ff/64
        address b eth0 2001:db8:3::2/64
        at a ip -6 route add default via 2001:db8:1::ff
        at b ip -6 route add default via 2001:db8:3::ff
        at r ip -6 route add 2001:db8:3::/64 via 2001:db8:2::2
        at s ip -6 route add 2001:db8:1::/64 via 2001:db8:2::1
        at r ip -6 route add prohibit 2001:db8:bad::/64
        at r ip -6 route add unreachable 2001:db8:a::/64
        sleep 0.5
    else
        address a eth0 192.0.2.1/25
        address r left 192.0.2.126/25
        address r right 203.0.113.1/24
        address s left 203.0.113.2/24
        address s right 192.0.2.254/25
        address b eth0 192.0.2.129/25
        at a ip route add default via 192.0.2.126
        at b ip route add default via 192.0.2.254
        at r ip route add 192.0.2.128/25 via 203.0.113.2
        at s ip route add 192.0.2.0/25 via 203.0.113.1
        at r ip route add prohibit 198.51.100.0/25
        at r ip route add unreachable 198.51.100.128/25
    fi
}
send() { at a "$@" >"$tmp/answer" 2>&1 || :; }

line 4 1300
record ping.pcap a eth0
send ping -c 3 -i 0.2 192.0.2.129
send ping -c 1 -s 0 192.0.2.129
send ping -c 1 -s 3 -p ff 192.0.2.129
send ping -c 1 -b 192.0.2.127
recorded

record icmp-errors.pcap a eth0
send ping -c 1 -W 1 198.51.100.1
send ping -c 1 -W 1 198.51.100.129
send ping -c 1 -W 1 203.0.114.1
send ping -c 1 -t 1 -W 1 192.0.2.129
# Nobody listens there.
send nc -u -w 1 192.0.2.129 9 <<<discarded
# Nobody speaks that protocol.
send python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 254).sendto(b"what?", ("192.0.2.129", 0))'
# Too large for the middle cable, and not to be fragmented.
send ping -c 2 -i 0.2 -W 1 -M do -s 1400 192.0.2.129
# Routes recorded, times stamped, and a route prescribed.
send ping -c 1 -R 192.0.2.129
send ping -c 1 -T tsandaddr 192.0.2.129
send ping -c 1 -T tsonly 192.0.2.129
recorded

record traceroute.pcap a eth0
send traceroute -n -q 1 -w 1 192.0.2.129
send traceroute -n -q 1 -w 1 -I 192.0.2.129
send traceroute -n -q 1 -w 1 -T -p 80 192.0.2.129
recorded

# Fragments, seen at both sides of the router that makes them.
line 4 1300
send ping -c 1 192.0.2.129
record fragments.pcap a eth0
record fragments-router.pcap s left
send ping -c 1 -M dont -s 1400 192.0.2.129
send ping -c 2 -i 0.2 -M dont -s 4000 192.0.2.129
send nc -u -w 1 192.0.2.129 9 < <(head -c 3000 /dev/zero | tr '\0' x)
recorded

line 6 1400
send ping -c 1 -W 3 2001:db8:3::2
record ping6.pcap a eth0
send ping -c 2 -i 0.2 2001:db8:3::2
send ping -c 1 -s 0 2001:db8:3::2
send ping -c 1 ff02::1%eth0
recorded

record icmpv6-errors.pcap a eth0
send ping -c 1 -W 1 2001:db8:bad::1
send ping -c 1 -W 1 2001:db8:a::1
send ping -c 1 -W 1 2001:db9::1
send ping -c 1 -W 4 2001:db8:3::77
send ping -c 1 -t 1 -W 1 2001:db8:3::2
send nc -u -w 1 2001:db8:3::2 9 <<<discarded
send python3 -c 'import socket; socket.socket(socket.AF_INET6, socket.SOCK_RAW, 254).sendto(b"what?", ("2001:db8:3::2", 0))'
send ping -c 2 -i 0.2 -W 1 -M do -s 1400 2001:db8:3::2
recorded

record traceroute6.pcap a eth0
send traceroute -6 -n -q 1 -w 1 2001:db8:3::2
send traceroute -6 -n -q 1 -w 1 -I 2001:db8:3::2
recorded

record fragments6.pcap a eth0
send ping -c 1 -s 1400 2001:db8:3::2
send ping -c 1 -s 4000 2001:db8:3::2
send nc -u -w 1 2001:db8:3::2 9 < <(head -c 3000 /dev/zero | tr '\0' x)
recorded

# Two routers on one cable: the first knows that the second is nearer, and says so.
clear_away
namespace a r s lan
at lan ip link add br0 type bridge
at lan ip link set br0 up
for ns in a r s; do
    ipv6 $ns
    link $ns eth0 lan "port-$ns"
    at lan ip link set "port-$ns" master br0
done
address a eth0 192.0.2.1/24 2001:db8::1/64
address r eth0 192.0.2.2/24 2001:db8::2/64
address s eth0 192.0.2.3/24 2001:db8::3/64
at s ip addr add 198.51.100.1/32 dev lo
at s ip addr add 2001:db8:5::1/128 dev lo
at a ip route add default via 192.0.2.2
at r ip route add default via 192.0.2.3
at r sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
at a sysctl -qw net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.eth0.accept_redirects=1
sleep 2
at a ip -6 route add default via "$(at r ip -6 addr show eth0 scope link | awk '/inet6/ {sub("/.*", "", $2); print $2}')" dev eth0
at r ip -6 route add default via 2001:db8::3
record redirect.pcap a eth0 icmp or icmp6
send ping -c 2 -i 0.3 198.51.100.1
send ping -c 2 -i 0.3 2001:db8:5::1
recorded
