"""Sends what a host sends over multicast DNS (RFC 6762), LLMNR (RFC 4795) and NetBIOS name service (RFC 1002).

    names.py mdns|llmnr|nbns
"""
import socket
import struct
import sys
import time

A, NS, PTR, TXT, AAAA, NB, SRV, NSEC, ANY = 1, 2, 12, 16, 28, 32, 33, 47, 255
FLUSH = 0x8000


def name(text):
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def netbios(text, suffix):
    """A NetBIOS name, each half byte a letter (RFC 1001, 14.1)."""
    padded = text.upper().ljust(15).encode() + bytes([suffix])
    return b"\x20" + bytes(half + 65 for byte in padded for half in (byte >> 4, byte & 15)) + b"\0"


def question(owner, kind, dns_class=1):
    return (owner if isinstance(owner, bytes) else name(owner)) + struct.pack("!HH", kind, dns_class)


def record(owner, kind, data, ttl=120, dns_class=1):
    return question(owner, kind, dns_class) + struct.pack("!IH", ttl, len(data)) + data


def message(number, flags, questions=(), answers=(), authorities=(), additional=()):
    sections = (questions, answers, authorities, additional)
    header = struct.pack("!HHHHHH", number, flags, *(len(section) for section in sections))
    return header + b"".join(item for section in sections for item in section)


def sender(family, source, port):
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if family == socket.AF_INET:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source))
        s.bind((source, port))
    else:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("eth0"))
        s.bind((source, port))
    return s


def both(port, group4, group6):
    four, six = sender(socket.AF_INET, "192.0.2.1", port), sender(socket.AF_INET6, "2001:db8::1", port)

    def send(data):
        four.sendto(data, (group4, port))
        six.sendto(data, (group6, port))
        time.sleep(0.02)

    return send


def mdns():
    send = both(5353, "224.0.0.251", "ff02::fb")
    host, service, kind = "a.local", "A Web Server._http._tcp.local", "_http._tcp.local"
    v4, v6 = socket.inet_aton("192.0.2.1"), socket.inet_pton(socket.AF_INET6, "2001:db8::1")
    srv = struct.pack("!HHH", 0, 0, 80) + name(host)
    # Is the name taken? A probe, whose unicast-response bit is set.
    send(message(0, 0, [question(host, ANY, 0x8001)], authorities=[record(host, A, v4), record(host, AAAA, v6)]))
    # Announced.
    send(message(0, 0x8400, answers=[record(host, A, v4, 120, 1 | FLUSH), record(host, AAAA, v6, 120, 1 | FLUSH),
                                     record(host, NSEC, name(host) + bytes([0, 4, 0x40, 0, 0, 8]), 120, 1 | FLUSH)]))
    send(message(0, 0x8400, answers=[record(kind, PTR, name(service), 4500), record(service, SRV, srv, 120, 1 | FLUSH),
                                     record(service, TXT, b"\x06path=/\x09version=1", 4500, 1 | FLUSH)]))
    # Asked for, with an answer that is known already.
    send(message(0, 0, [question("_services._dns-sd._udp.local", PTR), question(kind, PTR)], [record(kind, PTR, name(service), 4000)]))
    send(message(0, 0, [question("b.local", A, 0x8001), question("b.local", AAAA, 0x8001)]))
    send(message(0, 0x8400, answers=[record("1.2.0.192.in-addr.arpa", PTR, name(host), 120, 1 | FLUSH)]))
    # Good-bye: time to live 0.
    send(message(0, 0x8400, answers=[record(kind, PTR, name(service), 0)]))


def llmnr():
    send = both(5355, "224.0.0.252", "ff02::1:3")
    send(message(0x1414, 0, [question("wpad", A)]))
    send(message(0x1415, 0, [question("fileserver", AAAA)]))
    four = sender(socket.AF_INET, "192.0.2.1", 5355)
    four.sendto(message(0x1414, 0x8000, [question("wpad", A)], [record("wpad", A, socket.inet_aton("192.0.2.1"), 30)]), ("192.0.2.2", 50000))


def nbns():
    s = sender(socket.AF_INET, "192.0.2.1", 137)
    broadcast = ("192.0.2.255", 137)
    here = struct.pack("!H", 0) + socket.inet_aton("192.0.2.1")
    star = b"\x20" + b"CK" + b"A" * 30 + b"\0"
    for data in [
        message(0x0a01, 0x0110, [question(netbios("fileserver", 0x20), NB)]),
        message(0x0a02, 0x2910, [question(netbios("workgroup", 0x00), NB)], additional=[record(b"\xc0\x0c", NB, b"\x80" + here[1:], 0)]),
        message(0x0a03, 0x3010, [question(netbios("a", 0x00), NB)], additional=[record(b"\xc0\x0c", NB, here, 0)]),
        message(0x0a04, 0x0000, [question(star, 33)]),
        message(0x0a01, 0x8500, answers=[record(netbios("fileserver", 0x20), NB, here, 300000)]),
        message(0x0a02, 0xad86, answers=[record(netbios("workgroup", 0x00), NB, here, 0)]),
    ]:
        s.sendto(data, broadcast)
        time.sleep(0.02)


{"mdns": mdns, "llmnr": llmnr, "nbns": nbns}[sys.argv[1]]()
