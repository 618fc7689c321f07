#!/usr/bin/env python3
"""Makes the captures in this folder, one for each link type, and writes what tcpdump keeps of them and of some captures
in captures/ for each expression of expressions.txt: expected/LINKTYPE.txt. Needs tcpdump with libpcap 1.10.

    tests/capture_filters/make.py

The captures are the same bytes each time. Run it again when expressions were added, or a capture that it names was
recorded again."""

import collections
import os
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURES = os.path.join(HERE, "..", "..", "captures")
# Recordings of real programs to filter beside what is made here.
RECORDED = [
    "6in4.pcap", "ah.pcap", "arp.pcap", "bridge.pcap", "cooked.pcap", "cooked2.pcap", "dhcp.pcap", "dns.pcap",
    "fragments.pcap", "fragments6.pcap", "http.pcap", "icmp-errors.pcap", "icmpv6-errors.pcap", "igmp-mld.pcap",
    "loopback.pcap", "pppoe-discovery.pcap", "qinq.pcap", "raw-ip.pcap", "tcp-short-frames.pcap", "vlan-three.pcap",
]  # fmt: skip


def be16(*numbers):
    return struct.pack(f">{len(numbers)}H", *numbers)


def address(text):
    if "." in text:
        return bytes(map(int, text.split(".")))
    left, _, right = text.partition("::")
    left = [int(part, 16) for part in left.split(":") if part]
    right = [int(part, 16) for part in right.split(":") if part]
    return be16(*left, *[0] * (8 - len(left) - len(right)), *right)


def ip4(protocol, payload, source="10.0.0.1", destination="10.0.0.2", fragment=0, options=b"", ttl=64):
    head = struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 1, fragment, ttl,
                       protocol, 0)  # fmt: skip
    return head + address(source) + address(destination) + options + payload


def ip6(following, payload, source="2001:db8::1", destination="2001:db8::2", hops=64):
    head = struct.pack(">IHBB", 6 << 28, len(payload), following, hops)
    return head + address(source) + address(destination) + payload


def ports(source, destination, rest=b"\0" * 4):
    return be16(source, destination) + rest


def tcp(source, destination, flags=0x18, data=b"GET / HTTP/1.1"):
    return ports(source, destination, struct.pack(">IIBBHHH", 1, 2, 0x50, flags, 1024, 0, 0) + data)


def udp(source, destination, data=b"\x12\x34\1\0\0\1\0\0"):
    return ports(source, destination, be16(8 + len(data), 0) + data)


def geneve(inner, kind, vni=0xB, options=b""):
    return udp(40000, 6081, bytes([len(options) // 4, 0]) + be16(kind) + struct.pack(">I", vni << 8) + options + inner)


def internet():
    """(EtherType, packet) of IPv4 and IPv6."""
    four = [
        ip4(6, tcp(40000, 80)), ip4(6, tcp(80, 40000, 0x12)), ip4(6, tcp(443, 50000, 0x11)), ip4(6, tcp(22, 1000, 4)),
        ip4(6, tcp(20, 21, 0xC2)), ip4(6, tcp(53, 53, 2, b""), "127.0.0.1", "127.0.0.1"), ip4(6, tcp(179, 179, 0x14)),
        ip4(6, tcp(5001, 8080, 0x29), "192.168.1.1", "10.0.0.1"), ip4(6, tcp(5060, 80), options=b"\1" * 8),
        ip4(6, tcp(80, 80), fragment=0x2000), ip4(6, tcp(80, 80), fragment=0x0010), ip4(6, tcp(1, 65535), ttl=3),
        ip4(17, udp(40000, 53)), ip4(17, udp(53, 40000), "192.168.1.1", "192.168.1.2"), ip4(17, udp(123, 123)),
        ip4(17, udp(68, 67, b"\0" * 300), "0.0.0.0", "255.255.255.255"), ip4(17, udp(33434, 33435), ttl=1),
        ip4(17, udp(5353, 5353), "10.0.0.3", "224.0.0.251"), ip4(17, udp(5060, 0), "172.16.1.1", "192.9.200.1"),
        ip4(132, ports(5060, 53) + b"\0" * 4 + b"\1\0\0\x14" + b"\0" * 16), ip4(132, ports(1, 2) + b"\0" * 8),
        ip4(1, b"\x08\0" + b"\0" * 30), ip4(1, b"\0" * 32), ip4(1, b"\3\3" + b"\0" * 30), ip4(1, b"\3\1" + b"\0" * 30),
        ip4(1, b"\x0b\0" + b"\0" * 30), ip4(1, b"\5\1" + b"\0" * 30), ip4(2, b"\x16\0" + b"\0" * 6, destination="224.0.0.22"),
        ip4(9, b"\0" * 40), ip4(50, b"\0\0\0\1" * 6), ip4(51, b"\6\4\0\0" + b"\0" * 20 + tcp(80, 81)), ip4(47, b"\0\0\x08\0"),
        ip4(103, b"\x20\0\0\0" * 4), ip4(112, b"\x31\1\x64\1" * 4), ip4(89, b"\2\1" + b"\0" * 42), ip4(88, b"\2\5" + b"\0" * 20),
        ip4(41, ip6(58, b"\x80\0\0\0")), ip4(4, ip4(1, b"\x08\0\0\0")), ip4(51, b"\x32\2\0\0" + b"\0" * 12 + b"\0" * 12),
        ip4(17, geneve(ip4(6, tcp(80, 1)), 0x0800)), ip4(17, geneve(ip6(58, b"\x87\0" + b"\0" * 22), 0x86DD, 5)),
        ip4(17, geneve(ethernet(0x0800, ip4(1, b"\x08\0" + b"\0" * 6)), 0x6558)), ip4(17, geneve(ethernet(0x0806, arp(1)), 0x6558)),
        ip4(17, geneve(ethernet(0x8100, be16(5, 0x0800) + ip4(17, udp(1, 2))), 0x6558, options=b"\0" * 8)),
        ip4(17, geneve(ethernet(0x86DD, ip6(6, tcp(80, 2), "::1", "::1"), destination="ff"), 0x6558), options=b"\1" * 4),
        ip4(17, udp(1, 6081, b"\x40" + b"\0" * 20)), ip4(17, geneve(ip4(17, geneve(ip4(1, b"\0" * 8), 0x0800)), 0x0800)),
    ]  # fmt: skip
    six = [
        ip6(6, tcp(40000, 80)), ip6(6, tcp(443, 5000, 2), "::1", "::1"), ip6(17, udp(53, 1)), ip6(17, udp(546, 547), "fe80::1", "ff02::1:2"),
        ip6(132, ports(53, 5060) + b"\0" * 12), ip6(58, b"\x80\0" + b"\0" * 30), ip6(58, b"\x81\0" + b"\0" * 30),
        ip6(58, b"\x87\0" + b"\0" * 22, "fe80::1", "ff02::1:ff00:2", 255), ip6(58, b"\x82\0" + b"\0" * 22), ip6(58, b"\1\4" + b"\0" * 44),
        ip6(44, b"\6\0\0\1\0\0\0\1" + tcp(80, 80)), ip6(44, b"\x11\0\0\x20\0\0\0\1" + b"\0" * 20), ip6(44, b"\x3a\0\0\1\0\0\0\1\x80\0\0\0"),
        ip6(0, b"\x3a\0\5\2\0\0\0\0" + b"\x83\0" + b"\0" * 22, "fe80::2", "ff02::16"), ip6(0, b"\x3c\0" + b"\0" * 6 + b"\x2b\1" + b"\0" * 14 + b"\6\0" + b"\0" * 6 + tcp(1, 80)),
        ip6(60, b"\x11\1" + b"\0" * 14 + udp(53, 53)), ip6(51, b"\x3a\4" + b"\0" * 22 + b"\x80\0" + b"\0" * 20), ip6(59, b""), ip6(50, b"\0" * 30),
        ip6(103, b"\x20\0\0\0" * 4), ip6(0, b"\x3b\0" + b"\0" * 14), ip6(47, b"\0\0\x86\xdd"), ip6(17, geneve(ip4(6, tcp(1, 80)), 0x0800), "fe80::1", "fe80::2"),
        ip6(17, geneve(ethernet(0x0800, ip4(17, udp(9, 9)), destination="01005e000001"), 0x6558, 0xC), "::ffff:10.0.0.1".replace("10.0.0.1", "a00:1")),
    ]  # fmt: skip
    return [(0x0800, packet) for packet in four] + [(0x86DD, packet) for packet in six]


def arp(operation, source="10.0.0.1", target="10.0.0.2"):
    return be16(1, 0x0800, 0x0604, operation) + b"\2" * 6 + address(source) + b"\0" * 6 + address(target)


def other():
    """(EtherType, packet) of everything else."""
    decnet_short = lambda padding: be16(0x2000) + padding + b"\2" + be16(0x0104, 0x7B28) + b"\0" * 10
    decnet_long = lambda padding: be16(0x2000) + padding + b"\6\0\0" + b"\xaa\0\4\0\1\4\0\0" + b"\xaa\0\4\0\x7b\x28" + b"\0" * 12
    found = [
        (0x0806, arp(1)), (0x0806, arp(2, "10.0.0.2", "10.0.0.1")), (0x0806, arp(1, "192.168.1.1", "192.168.1.9")), (0x8035, arp(3, "0.0.0.0", "10.0.0.1")),
        (0x809B, b"\1" + b"\0" * 30), (0x80F3, b"\0" * 28), (0x6001, b"\1" * 46), (0x6002, b"\1" * 46), (0x6004, b"\0" * 46), (0x6007, b"\1" * 46),
        (0x6003, decnet_short(b"")), (0x6003, decnet_short(b"\x81")), (0x6003, decnet_long(b"")), (0x6003, decnet_long(b"\x81")),
        (0x9000, b"\0" * 46), (0x88CC, b"\2\7\4" + b"\0" * 40), (0x8137, b"\xff\xff" + b"\0" * 44), (0x8863, b"\x11\x09\0\0\0\4\1\1\0\0" + b"\0" * 36),
    ]  # fmt: skip
    for session, protocol, packet in [
        (1, 0x0021, ip4(6, tcp(1, 80))), (0x27, 0x0021, ip4(17, udp(1, 53))), (1, 0x0057, ip6(6, tcp(1, 80))), (1, 0xC021, b"\1\1\0\4"),
        (2, 0x0281, struct.pack(">I", 16 << 12 | 0x1FF) + ip4(1, b"\0" * 8)),
    ]:  # fmt: skip
        found.append((0x8864, b"\x11\0" + be16(session, len(packet) + 2, protocol) + packet))
    for labels, packet in [
        ([16], ip4(6, tcp(646, 1))), ([100000, 1024], ip4(1, b"\0" * 8, "192.9.200.1")), ([1, 2, 3], ip6(17, udp(1, 2))),
        ([16], ip4(17, udp(1, 2), options=b"\1" * 4)), ([16, 17], b"\0" * 30),
    ]:  # fmt: skip
        entries = [label << 12 | 0x40 | (0x100 if label is labels[-1] else 0) for label in labels]
        found.append((0x8847, struct.pack(f">{len(entries)}I", *entries) + packet))
    return found


def logical_link():
    """LLC frames: everything behind the length."""
    isis = lambda kind: b"\xfe\xfe\3\x83\x1b\1\0" + bytes([kind]) + b"\1\0\0" + b"\0" * 20
    found = [b"\xfe\xfe\3\x81" + b"\0" * 30, b"\xfe\xfe\3\x82" + b"\0" * 30, b"\x42\x42\3" + b"\0" * 35]
    found += [isis(kind) for kind in (0x0F, 0x10, 0x11, 0x12, 0x14, 0x18, 0x19, 0x1A, 0x1B)]
    found += [b"\xe0\xe0\3\xff\xff" + b"\0" * 30, b"\xff\xff\0\x1e" + b"\0" * 30, b"\xf0\xf0\3" + b"\0" * 30]
    found += [b"\6\6\3" + ip4(1, b"\0" * 8), b"\xf0\xf0" + b"\0\0" + b"\0" * 20, b"\4\4\1\2" + b"\0" * 20]
    found += [b"\4\4" + bytes([control]) + b"\0" * 20 for control in (5, 9, 0x63, 0x43, 0x6F, 0xE3, 0xAF, 0xBF, 0x87, 0x13)]
    for organization, kind, packet in [
        (0x080007, 0x809B, b"\1" * 30), (0, 0x80F3, b"\0" * 28), (0, 0x8137, b"\xff" * 30), (0, 0x0800, ip4(6, tcp(1, 80))),
        (0, 0x86DD, ip6(58, b"\x80\0\0\0")), (0x00000C, 0x2000, b"\2" * 30), (0, 0x0806, arp(1)), (0, 0x8100, be16(5, 0x0800) + ip4(17, udp(1, 53))),
    ]:  # fmt: skip
        found.append(b"\xaa\xaa\3" + struct.pack(">I", organization)[1:] + be16(kind) + packet)
    return found


def ethernet(kind, packet, source="020000000001", destination="020000000002"):
    return bytes.fromhex(destination.ljust(12, destination[-1])) + bytes.fromhex(source) + be16(kind) + packet


def ethernet_frames():
    targets = ["020000000002", "ffffffffffff", "01005e0000fb", "0180c2000000", "000000000000"]
    carried = internet() + other()
    frames = [ethernet(kind, packet, destination=targets[i % 5]) for i, (kind, packet) in enumerate(carried)]
    frames += [ethernet(len(packet), packet, "000000000000", targets[i % 5]) for i, packet in enumerate(logical_link())]
    tags = [[(0x8100, 5)], [(0x8100, 100), (0x8100, 200)], [(0x88A8, 1), (0x8100, 300)], [(0x9100, 0x2064)], [(0x8100, 0)], [(0x8100, 1)] * 3]
    for i, (kind, packet) in enumerate(carried[::3] + [(len(p), p) for p in logical_link()[::4]]):
        chain = tags[i % len(tags)]
        inner = b"".join(be16(tag, number) for tag, number in chain)
        # A tag's EtherType stands in front of it, the packet's behind the last one.
        frames.append(ethernet(0, b"")[:12] + inner + be16(kind) + packet)
    return frames


def cut(frames):
    """The frames whole, and some of them cut off at every length."""
    found = [(frame, len(frame)) for frame in frames]
    for frame in frames[::9]:
        found += [(frame[:length], len(frame)) for length in range(0, min(len(frame), 76), 3)]
    return found


def wlan_frames():
    address = lambda i: [b"\xff" * 6, b"\0" * 6, b"\2\0\0\0\0\1", b"\1\0\x5e\0\0\1"][i % 4]
    frames = []
    for i, first in enumerate(range(0, 256, 4)):
        short = first in (0xC4, 0xD4)
        frames.append(bytes([first, i % 4]) + b"\0\0" + address(i) + (b"" if short else address(i // 4) + address(i // 2) + b"\0\0") + b"\0" * 12)
    data = [b"\xaa\xaa\3\0\0\0" + be16(kind) + packet for kind, packet in internet()[::2] + other()[::3]] + logical_link()[::2]
    for i, packet in enumerate(data):
        head = bytes([0x88 if i % 3 else 0x08, i % 3]) + b"\0\0" + address(i) + address(i + 1) + address(i // 2) + b"\0\0"
        frames.append(head + (b"\0\0" if i % 3 else b"") + packet)
    return frames


def radiotap_frames():
    frames = []
    for i, frame in enumerate(wlan_frames()):
        quality = frame[0] & 0x8C == 0x88
        head = [
            struct.pack("<BBHI", 0, 0, 8, 0),
            struct.pack("<BBHIBB", 0, 0, 10, 2, 0x20 if quality else 0, 0),
            struct.pack("<BBHIQB", 0, 0, 17, 3, 0, 0x20 if quality else 0),
            struct.pack("<BBHII", 0, 0, 12, 0x80000002, 0),
        ][i % 4]
        if quality and i % 4 in (1, 2):
            frame = frame[:26] + b"\0\0" + frame[26:]
        frames.append(head + frame)
    return frames


def per_packet_frames():
    """802.11 behind headers of two lengths, and now and then something else than 802.11."""
    heads = [struct.pack("<BBHI", 0, 0, 8, 105), struct.pack("<BBHI", 0, 0, 16, 105) + b"\2\0\4\0abcd", struct.pack("<BBHI", 0, 0, 8, 1)]
    return [heads[2 if i % 7 == 6 else i % 2] + frame for i, frame in enumerate(wlan_frames())]


def made():
    """(link type, frames) of the captures made here."""
    inner = internet()
    everything = inner + other()
    family = {0x0800: 2, 0x86DD: 30}
    ppp = {0x0800: 0x21, 0x86DD: 0x57, 0x809B: 0x29, 0x6003: 0x27, 0x8137: 0x2B, 0x8847: 0x281}
    cooked = [(i % 5, kind, packet) for i, (kind, packet) in enumerate(everything)]
    cooked += [(1, 4, packet) for packet in logical_link()] + [(0, 1, b"\xff\xff" + b"\0" * 30)]
    snap = [b"\xaa\xaa\3\0\0\0" + be16(kind) + packet for kind, packet in everything] + logical_link()
    stations = b"\2\0\0\0\0\2" + b"\2\0\0\0\0\1"
    relay = {0x0800: 0x03CC, 0x86DD: 0x038E}
    return {
        0: [struct.pack("<I", (family[kind], 24, 28)[i % 3 if kind != 0x0800 else 0]) + p for i, (kind, p) in enumerate(inner)],
        1: ethernet_frames(),
        6: [b"\x10\x40" + stations + packet for packet in snap],
        9: [b"\xff\3" + be16(ppp.get(kind, kind)) + packet for kind, packet in everything] + [b"\xff\3\0\x23" + p[3:] for p in logical_link()[:12]],
        10: [b"\x50" + stations + packet for packet in snap],
        101: [packet for _, packet in inner] + [b"\x50\0\0\0"],
        104: [b"\x0f\0" + be16(kind) + packet for kind, packet in everything] + [b"\x8f\0\xfe\xfe\0" + p[3:] for p in logical_link()[:12]],
        105: wlan_frames(),
        107: [b"\x18\x41" + be16(relay[kind]) + packet for kind, packet in inner] + [b"\x18\x41\3" + p[3:] for p in logical_link()[:12]],
        108: [struct.pack(">I", family[kind]) + packet for kind, packet in inner],
        113: [be16(how, 1, 6) + b"\2\0\0\0\0\1\0\0" + be16(kind) + packet for how, kind, packet in cooked],
        127: radiotap_frames(),
        192: per_packet_frames(),
        228: [packet for kind, packet in inner if kind == 0x0800],
        229: [packet for kind, packet in inner if kind == 0x86DD],
        276: [be16(kind, 0) + struct.pack(">IHBB", i % 3, 1, how, 6) + b"\2\0\0\0\0\1\0\0" + packet for i, (how, kind, packet) in enumerate(cooked)],
    }  # fmt: skip


def written(link, frames):
    """A pcap file whose packets have their number as time."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
    record = lambda number, frame, length: struct.pack("<IIII", number, 0, len(frame), length) + frame
    return head + b"".join(record(i + 1, frame, length) for i, (frame, length) in enumerate(frames))


def read(data):
    """The link type of a pcap file, and its packets' bytes, lengths and whole seconds."""
    link = struct.unpack("<I", data[20:24])[0]
    at, packets = 24, []
    while at < len(data):
        seconds, _, captured, length = struct.unpack("<IIII", data[at : at + 16])
        packets.append((data[at + 16 : at + 16 + captured], length, seconds))
        at += 16 + captured
    return link, packets


def tcpdump(path, expression):
    return subprocess.run(["tcpdump", "-n", "-r", path, "-w", "-", "--", expression], capture_output=True)


def runs(numbers):
    """1,2,3,5 as 1-3,5."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def expressions(link):
    """The expressions that libpcap compiles as they are meant. Behind 802.11, its programs for what moves the offsets to
    a header of its own read scratch words that they have not written."""
    unmeant = {105: ["geneve"], 127: ["geneve", "pppoes"], 192: ["geneve", "pppoes"]}.get(link, [])
    with open(os.path.join(HERE, "expressions.txt")) as lines:
        found = [line for line in lines.read().splitlines() if line and line[0] not in "#["]
    return [line for line in found if not any(word in line for word in unmeant)]


def main():
    version = subprocess.run(["tcpdump", "--version"], capture_output=True, text=True)
    version = (version.stdout + version.stderr).split("libpcap version ")[1].split()[0]
    if not version.startswith("1.10."):
        sys.exit(f"libpcap is {version}, not 1.10")
    # Only for the link types that are named, if any are.
    wanted = [int(word) for word in sys.argv[1:]]
    # By link type: names of captures, and their packets.
    captures = collections.defaultdict(list)
    for link, frames in made().items():
        if wanted and link not in wanted:
            continue
        name = f"link-{link}.pcap"
        data = written(link, cut(frames))
        with open(os.path.join(HERE, name), "wb") as file:
            file.write(data)
        captures[link].append((name, read(data)[1]))
    for name in RECORDED:
        link, packets = read(tcpdump(os.path.join(CAPTURES, name), "greater 0").stdout)
        captures[{12: 101}.get(link, link)].append((name, packets))
    os.makedirs(os.path.join(HERE, "expected"), exist_ok=True)
    for link, named in sorted(captures.items()):
        if wanted and link not in wanted:
            continue
        expect(link, named, version)


def expect(link, named, version):
    """Writes what tcpdump keeps of the captures of one link type, which it filters as one."""
    owners = [(name, i + 1) for name, packets in named for i in range(len(packets))]
    lines = [f"# Frames that tcpdump with libpcap {version} keeps, by capture, for link type {link}; made by make.py"]
    lines.append("captures\t" + " ".join(f"{name}={len(packets)}" for name, packets in named))
    with tempfile.NamedTemporaryFile(suffix=".pcap") as merged:
        merged.write(written(link, [packet[:2] for _, packets in named for packet in packets]))
        merged.flush()
        for expression in expressions(link):
            result = tcpdump(merged.name, expression)
            if result.returncode != 0:
                nothing = b"rejects all packets" in result.stderr
                lines.append(f"{expression}\t{'nothing' if nothing else 'refused'}")
                continue
            kept = collections.defaultdict(list)
            for _, _, number in read(result.stdout)[1]:
                name, own = owners[number - 1]
                kept[name].append(own)
            lines.append(expression + "\t" + " ".join(f"{name}={runs(numbers)}" for name, numbers in kept.items()))
    with open(os.path.join(HERE, "expected", f"{link}.txt"), "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
