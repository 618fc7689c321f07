# DNS: bind9 with a zone of every record type it can write, dig, nsupdate; mDNS, LLMNR and NBNS by make/names.py.
# Needs bind9 with its tools and dig (bind9, bind9-utils, bind9-dnsutils).

zones=$tmp/zones
mkdir -p "$zones"
cp make/example.zone "$zones/b.example"
cat >"$zones/2.0.192.in-addr.arpa" <<'END'
$TTL 300
@ SOA ns.b.example. admin.b.example. 1 3600 600 86400 60
@ NS ns.b.example.
1 PTR a.example.
2 PTR b.example.
END
cat >"$zones/signed.example" <<'END'
$TTL 300
@ SOA ns.b.example. admin.b.example. 1 3600 600 86400 60
@ NS ns.b.example.
www A 192.0.2.80
*.wild TXT "anything"
sub NS ns.sub
sub DS 12345 13 2 9E9D5A5C4F6D7A0B1C2D3E4F5061728394A5B6C7D8E9FA0B1C2D3E4F50617283
ns.sub A 192.0.2.81
END
(cd "$zones" && dnssec-keygen -q -a ECDSAP256SHA256 signed.example >/dev/null && dnssec-keygen -q -a ECDSAP256SHA256 -f KSK signed.example >/dev/null &&
    dnssec-signzone -q -S -3 c0ffee -A -o signed.example -s 20200101000000 -e 20400101000000 signed.example) >"$tmp/log" 2>&1
tsig-keygen -a hmac-sha256 key.example >"$zones/key"
cat >"$tmp/named.conf" <<END
options {
    directory "$zones";
    pid-file none;
    session-keyfile none;
    listen-on { any; };
    listen-on-v6 { none; };
    recursion no;
    dnssec-validation no;
    allow-transfer { any; };
    server-id "b";
    cookie-secret "000102030405060708090a0b0c0d0e0f";
    ixfr-from-differences yes;
    notify explicit;
};
controls { };
include "$zones/key";
zone "b.example" { type primary; file "b.example"; allow-update { any; }; also-notify { 192.0.2.1; }; };
zone "2.0.192.in-addr.arpa" { type primary; file "2.0.192.in-addr.arpa"; };
zone "signed.example" { type primary; file "signed.example.signed"; };
END

# ask NAME TYPE [OPTION...]: one question, without EDNS where no option asks for it.
ask() { at a dig @192.0.2.2 +noedns +tries=1 +time=2 +nocookie +noall "$@" >"$tmp/answer" || :; }

pair
start b named -g -c "$tmp/named.conf"
until_true listens b 53
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"
sleep 1

record dns.pcap a eth0 port 53
ask www.b.example A
ask www.b.example AAAA
ask alias.b.example A
ask b.example MX
ask b.example NS
ask b.example SOA
ask b.example TXT
ask -x 192.0.2.1
ask _http._tcp.b.example SRV
ask nothing.b.example A
ask www.b.example MX
ask www.elsewhere.example A
ask +opcode=STATUS b.example A
ask many.b.example A
ask b.example ANY
ask version.bind TXT -c CH
ask +norecurse +adflag +cdflag www.b.example A
ask . NS
ask WwW.b.ExAmPlE A
recorded

record dns-types.pcap a eth0 port 53
for type in A AAAA AFSDB APL AVC CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DLV DNAME DNSKEY DS EID EUI48 EUI64 GPOS HINFO HIP HTTPS IPSECKEY ISDN \
    KEY KX L32 L64 LOC LP MB MG MINFO MR MX NAPTR NID NIMLOC NINFO NSAP NULL OPENPGPKEY PX RKEY RP RT SMIMEA SPF SSHFP SVCB TA TALINK TLSA TXT \
    UID GID URI WKS X25 ZONEMD TYPE65280 AMTRELAY NSAP-PTR SINK A6; do
    name=$(echo "$type" | tr A-Z a-z).types.b.example
    ask +ignore "$name" "$type"
done
recorded

record dns-tcp.pcap a eth0 port 53
ask +tcp www.b.example A
# Too long for 512 bytes: asked again over TCP.
ask big.b.example TXT
ask +tcp +keepopen www.b.example A mail.b.example A nothing.b.example TXT
ask b.example AXFR
ask b.example IXFR=0
ask elsewhere.example AXFR
recorded

record dns-edns.pcap a eth0 port 53
edns() { at a dig @192.0.2.2 +tries=1 +time=2 +noall "$@" >"$tmp/answer" || :; }
edns www.b.example A
edns +nocookie +nsid www.b.example A
edns +nocookie +subnet=198.51.100.0/24 www.b.example A
edns +nocookie +subnet=2001:db8::/56 www.b.example AAAA
edns +nocookie +padding=128 www.b.example A
edns +nocookie +bufsize=1232 +dnssec big.b.example TXT
edns +nocookie +edns=1 +noednsneg www.b.example A
edns +nocookie +ednsopt=65001:01020304 +ednsopt=15:0012 www.b.example A
edns +nocookie +tcp +keepalive +expire b.example SOA
edns +cookie=0102030405060708 www.b.example A
edns +nocookie +ednsflags=0x4000 www.b.example A
recorded

record dnssec.pcap a eth0 port 53
for question in 'signed.example DNSKEY' 'www.signed.example A' 'signed.example NSEC3PARAM' 'none.signed.example A' 'sub.signed.example DS' \
    'x.wild.signed.example TXT' 'www.sub.signed.example A' 'signed.example ANY' 'www.signed.example RRSIG'; do
    edns +nocookie +dnssec $question
done
recorded

record dns-update.pcap a eth0 port 53
# The secondary is told of every change: NOTIFY.
printf '%s\n' 'server 192.0.2.2' 'zone b.example' 'prereq nxdomain new.b.example' 'update add new.b.example 60 A 192.0.2.77' send \
    'prereq yxrrset new.b.example A' 'update delete new.b.example A' 'update add new.b.example 60 TXT "changed"' send \
    'prereq nxdomain www.b.example' 'update add www.b.example 60 A 192.0.2.78' send \
    'prereq nxrrset new.b.example TXT' 'update delete new.b.example' send | at a nsupdate >"$tmp/answer" 2>&1 || :
printf '%s\n' 'server 192.0.2.2' 'zone b.example' 'update add signed.b.example 60 A 192.0.2.77' send |
    at a nsupdate -k "$zones/key" >"$tmp/answer" 2>&1 || :
edns -k "$zones/key" +nocookie www.b.example A
edns -y hmac-sha256:unknown.example:c2VjcmV0 +nocookie www.b.example A
recorded 1

# A server that is not there, and one that answers late: retransmitted questions.
record dns-unanswered.pcap a eth0
at a dig @192.0.2.2 -p 5300 +tries=1 +time=1 +noedns www.b.example >"$tmp/answer" || :
at a ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:99 dev eth0 nud permanent
at a dig @192.0.2.3 +tries=2 +time=1 +noedns www.b.example >"$tmp/answer" || :
recorded

pair 6
record mdns.pcap a eth0 udp
python=$(command -v python3)
at a "$python" make/names.py mdns
recorded
record llmnr-nbns.pcap a eth0 udp
at a "$python" make/names.py llmnr
at a "$python" make/names.py nbns
recorded
