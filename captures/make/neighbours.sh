# How hosts on one cable find each other: ARP, neighbour discovery, router advertisements (radvd), group membership.
# Needs arping, radvd, rdisc6 and ndisc6 (iputils-arping, radvd, ndisc6).

python=$(command -v python3)

pair
record arp.pcap a eth0 arp
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
# Nobody has that address.
at a ping -c 1 -q -W 3 192.0.2.9 >"$tmp/ping" || :
# Gratuitous, both manners; a probe for an address conflict; an answer nobody asked for.
at a arping -q -c 1 -U -I eth0 192.0.2.1 || :
at a arping -q -c 1 -A -I eth0 192.0.2.1 || :
at a arping -q -c 1 -D -I eth0 192.0.2.2 || :
at a arping -q -c 1 -w 1 -b -I eth0 192.0.2.2 || :
# Two hosts with one address.
address b eth0 192.0.2.7/24
at a ip addr add 192.0.2.7/24 dev eth0
at a arping -q -c 1 -U -I eth0 192.0.2.7 || :
at b arping -q -c 1 -U -I eth0 192.0.2.7 || :
recorded

# From the first moment of an interface: duplicate address detection, router solicitation, group reports.
pair
ipv6 b
address b eth0 2001:db8::2/64
at b sysctl -qw net.ipv6.conf.all.forwarding=1
cat >"$tmp/radvd.conf" <<'END'
interface eth0 {
    AdvSendAdvert on;
    MinRtrAdvInterval 3;
    MaxRtrAdvInterval 4;
    AdvLinkMTU 1480;
    AdvManagedFlag off;
    AdvOtherConfigFlag on;
    AdvDefaultPreference high;
    prefix 2001:db8::/64 { AdvOnLink on; AdvAutonomous on; };
    route 2001:db8:5::/48 { AdvRoutePreference low; };
    RDNSS 2001:db8::2 { };
    DNSSL b.example example { };
};
END
record neighbours6.pcap a eth0
start b radvd -n -C "$tmp/radvd.conf" -p "$tmp/radvd.pid" -m stderr
at a sysctl -qw net.ipv6.conf.all.accept_dad=1 net.ipv6.conf.eth0.accept_dad=1 net.ipv6.conf.default.disable_ipv6=0 \
    net.ipv6.conf.all.disable_ipv6=0
sleep 5
at a ping -c 1 -q 2001:db8::2 >"$tmp/ping" || :
# Nobody there; then an address that is taken.
at a ping -c 1 -q -W 3 2001:db8::9 >"$tmp/ping" || :
at a ip addr add 2001:db8::2/64 dev eth0
at a rdisc6 -1 eth0 >"$tmp/answer" 2>&1 || :
at a ndisc6 -1 2001:db8::2 eth0 >"$tmp/answer" 2>&1 || :
recorded 2
stop_all

# Groups joined and left, by each version of IGMP and MLD, sources named and excluded.
pair 6
record igmp-mld.pcap a eth0 igmp or ip6
for version in 1 2 3; do
    at a sysctl -qw net.ipv4.conf.all.force_igmp_version=$version net.ipv4.conf.eth0.force_igmp_version=$version
    at a "$python" make/groups.py igmp
done
for version in 1 2; do
    at a sysctl -qw net.ipv6.conf.all.force_mld_version=$version net.ipv6.conf.eth0.force_mld_version=$version
    at a "$python" make/groups.py mld
done
recorded 1

# A bridge that asks who listens, and one that looks for loops: spanning tree.
clear_away
namespace a b lan
for ns in a b; do ipv6 $ns; done
at lan ip link add br0 type bridge stp_state 1 forward_delay 200 hello_time 100 mcast_querier 1 mcast_query_interval 300 \
    mcast_startup_query_interval 100
at lan ip link set br0 address 02:00:00:00:00:bb
for ns in a b; do
    link $ns eth0 lan "port-$ns"
    at lan ip link set "port-$ns" master br0
done
address a eth0 192.0.2.1/24
record bridge.pcap a eth0
at lan ip link set br0 up
sleep 6
at lan ip link set port-a down
at lan ip link set port-a up
sleep 1
recorded 2
