#!/usr/bin/env python3
"""Packets of many services, made by hand: what each protocol can say, one after the other.

    captures/make/services.py [FOLDER]      writes the captures into FOLDER (default: captures/)

The same bytes each time. Afterwards run expect.sh.
"""
import os
import struct
import sys

CLIENT, SERVER = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
CLIENT6, SERVER6 = (bytes.fromhex("20010db8") + bytes(11) + bytes([n]) for n in (1, 2))


def u16(*numbers):
    return struct.pack(f">{len(numbers)}H", *numbers)


def u32(*numbers):
    return struct.pack(f">{len(numbers)}I", *numbers)


def u64(*numbers):
    return struct.pack(f">{len(numbers)}Q", *numbers)


def le(form, *numbers):
    return struct.pack("<" + form, *numbers)


# ---- frames


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(protocol, payload, src, dst):
    if len(src) == 16:
        return b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + src + dst + payload
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, src, dst)
    return b"\x08\x00" + head[:10] + u16(checksum(head)) + head[12:] + payload


class Capture:
    """Frames, a millisecond apart."""

    def __init__(self):
        self.frames, self.port = [], 40000

    def frame(self, protocol, payload, src=CLIENT, dst=SERVER):
        self.frames.append(bytes.fromhex("020000000002020000000001") + ip(protocol, payload, src, dst))

    def udp(self, port, *messages, client=40000, v6=False):
        """Messages to a server, and those from it: (b"…",)."""
        here, there = (CLIENT6, SERVER6) if v6 else (CLIENT, SERVER)
        for message in messages:
            answer = isinstance(message, tuple)
            data = message[0] if answer else message
            src, dst = (there, here) if answer else (here, there)
            ports = (port, client) if answer else (client, port)
            head = u16(*ports, 8 + len(data))
            total = checksum(src + dst + u16(17, 8 + len(data)) + head + u16(0) + data)
            self.frame(17, head + u16(total) + data, src, dst)

    def tcp(self, port, *messages, v6=False):
        """A connection, and what is said over it."""
        self.port += 1
        here, there = (CLIENT6, SERVER6) if v6 else (CLIENT, SERVER)
        at = {False: 1000, True: 5000}

        def segment(answer, flags, data=b""):
            src, dst = (there, here) if answer else (here, there)
            ports = (port, self.port) if answer else (self.port, port)
            ack = at[not answer] if flags & 16 else 0
            head = struct.pack(">HHIIBBHHH", *ports, at[answer], ack, 5 << 4, flags, 8192, 0, 0)
            total = checksum(src + dst + u16(6, 20 + len(data)) + head + data)
            self.frame(6, head[:16] + u16(total) + head[18:] + data, src, dst)
            at[answer] += len(data) + (flags & 3 != 0)

        segment(False, 2)
        segment(True, 18)
        segment(False, 16)
        for message in messages:
            answer = isinstance(message, tuple)
            segment(answer, 24, message[0] if answer else message)
        segment(False, 17)
        segment(True, 17)
        segment(False, 16)

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            for i, frame in enumerate(self.frames):
                time = (1_700_000_000 + i // 1000, i % 1000 * 1000)
                file.write(struct.pack("<IIII", *time, len(frame), len(frame)) + frame)


# ---- remote procedure calls


def opaque(data):
    data = data.encode() if isinstance(data, str) else data
    return u32(len(data)) + data + bytes(-len(data) % 4)


def call(number, program, version, procedure, arguments=b""):
    user = opaque(u32(7) + opaque("host") + u32(1000, 100, 1, 100))
    return u32(number, 0, 2, program, version, procedure, 1) + user + u32(0, 0) + arguments


def reply(number, results=b"", state=0):
    return u32(number, 1, 0, 0, 0, state) + results


def record(message, last=True):
    return u32(len(message) | (last << 31)) + message


HANDLE = opaque(bytes(range(32)))
ATTRIBUTES = u32(1, 0o644, 1, 1000, 100) + u64(5, 5) + u32(0, 0) + u64(7, 42) + u32(1, 0, 2, 0, 3, 0)
MAYBE = u32(1) + ATTRIBUTES
CHANGES = u32(1) + u64(5) + u32(1, 0, 2, 0) + MAYBE
WANTED = u32(1, 0o755, 1, 0, 1, 0, 1) + u64(5) + u32(1, 1)
FSTAT2 = u32(1, 0o100644, 1, 0, 0, 5, 512, 0, 1, 1, 42, 1, 0, 2, 0, 3, 0)
OK = u32(0)


def entry(name, plus=False):
    extra = MAYBE + u32(1) + HANDLE if plus else b""
    return u32(1) + u64(9) + opaque(name) + u64(9) + extra


NFS3 = [
    (0, b"", b""),
    (1, HANDLE, OK + ATTRIBUTES),
    (1, HANDLE, u32(70)),
    (2, HANDLE + WANTED + u32(0), OK + CHANGES),
    (3, HANDLE + opaque("name"), OK + HANDLE + MAYBE + MAYBE),
    (3, HANDLE + opaque("name"), u32(2) + MAYBE),
    (4, HANDLE + u32(0x3F), OK + MAYBE + u32(0x21)),
    (5, HANDLE, OK + MAYBE + opaque("target")),
    (6, HANDLE + u64(4096) + u32(512), OK + MAYBE + u32(5, 1) + opaque("hello")),
    (7, HANDLE + u64(4096) + u32(5, 2) + opaque("hello"), OK + CHANGES + u32(5, 2) + bytes(8)),
    (8, HANDLE + opaque("new") + u32(0) + WANTED, OK + u32(1) + HANDLE + MAYBE + CHANGES),
    (8, HANDLE + opaque("new") + u32(2) + u64(99), u32(17) + CHANGES),
    (9, HANDLE + opaque("dir") + WANTED, OK + u32(1) + HANDLE + MAYBE + CHANGES),
    (10, HANDLE + opaque("link") + WANTED + opaque("target"), OK + u32(1) + HANDLE + MAYBE + CHANGES),
    (11, HANDLE + opaque("pipe") + u32(7) + WANTED, OK + u32(1) + HANDLE + MAYBE + CHANGES),
    (12, HANDLE + opaque("old"), OK + CHANGES),
    (13, HANDLE + opaque("dir"), u32(66) + CHANGES),
    (14, HANDLE + opaque("a") + HANDLE + opaque("b"), OK + CHANGES + CHANGES),
    (15, HANDLE + HANDLE + opaque("c"), OK + MAYBE + CHANGES),
    (16, HANDLE + u64(0) + bytes(8) + u32(4096), OK + MAYBE + bytes(8) + entry("x") + entry("y") + u32(0, 1)),
    (17, HANDLE + u64(0) + bytes(8) + u32(1, 2), OK + MAYBE + bytes(8) + entry("x", True) + u32(0, 1)),
    (18, HANDLE, OK + MAYBE + u64(1, 2, 3, 4, 5, 6) + u32(0)),
    (19, HANDLE, OK + MAYBE + u32(1, 2, 3, 4, 5, 6, 7) + u64(9) + u32(0, 1, 27)),
    (20, HANDLE, OK + MAYBE + u32(1, 2, 1, 1, 1, 1)),
    (21, HANDLE + u64(4096) + u32(77), OK + CHANGES + bytes(8)),
    (22, b"", b""),
]
PLAIN = bytes(range(32))
SATTR2 = u32(0o644, 0, 0, 5, 1, 2, 3, 4)
NFS2 = [
    (1, PLAIN, OK + FSTAT2),
    (2, PLAIN + SATTR2, OK + FSTAT2),
    (4, PLAIN + opaque("name"), OK + PLAIN + FSTAT2),
    (4, PLAIN + opaque("name"), u32(2)),
    (5, PLAIN, OK + opaque("target")),
    (6, PLAIN + u32(4096, 512, 0), OK + FSTAT2 + opaque("hello")),
    (8, PLAIN + u32(1, 2, 3) + opaque("hello"), OK + FSTAT2),
    (9, PLAIN + opaque("new") + SATTR2, OK + PLAIN + FSTAT2),
    (11, PLAIN + opaque("a") + PLAIN + opaque("b"), OK),
    (12, PLAIN + PLAIN + opaque("c"), OK),
    (13, PLAIN + opaque("link") + opaque("target") + SATTR2, OK),
    (16, PLAIN + u32(0, 4096), OK + u32(1, 5) + opaque("x") + u32(9, 0, 1)),
    (17, PLAIN, OK + u32(8192, 512, 3, 2, 1)),
]
PORTMAP = [
    (2, 3, u32(100003, 3, 6, 0), u32(2049)),
    (2, 3, u32(100099, 3, 17, 0), u32(0)),
    (2, 1, u32(100003, 3, 17, 2049), u32(1)),
    (2, 4, b"", u32(1, 100003, 3, 17, 2049, 0)),
    (3, 3, u32(100003, 3) + opaque("tcp") + opaque("") + opaque(""), opaque("10.0.0.2.8.1")),
    (4, 9, u32(100003, 3) + opaque("tcp") + opaque("") + opaque(""), opaque("10.0.0.2.8.1")),
]
LOCK = opaque("caller") + HANDLE + opaque("owner") + u32(77) + u64(10, 20)
OTHERS = [
    (100005, 3, 1, opaque("/export"), OK + HANDLE + u32(1, 1)),
    (100005, 1, 1, opaque("/export"), u32(13)),
    (100005, 3, 3, opaque("/export"), b""),
    (100021, 4, 2, opaque("k") + u32(1, 1) + LOCK + u32(0, 3), opaque("k") + u32(3)),
    (100021, 4, 4, opaque("k") + LOCK, opaque("k") + u32(0)),
    (100021, 4, 12, opaque("k") + u32(1), b""),
    (100004, 2, 3, opaque("dom") + opaque("map") + opaque("key"), u32(1) + opaque("value")),
    (100004, 2, 10, opaque("dom") + opaque("map"), u32(0xFFFFFFFF)),
    (100024, 1, 2, opaque("me") + opaque("you") + u32(1, 2, 3) + bytes(16), u32(0, 5)),
    (100011, 1, 1, opaque("/home") + u32(5), u32(1) + bytes(40)),
]


def rpc(capture):
    number = 1
    for program, version, procedure, arguments, results in (
        [(100000, *row) for row in PORTMAP]
        + [(100003, 2, *row) for row in NFS2]
        + [(100003, 3, *row) for row in NFS3]
        + OTHERS
    ):
        question, answer = call(number, program, version, procedure, arguments), reply(number, results)
        capture.udp(111 if program == 100000 else 2049, question, (answer,), v6=number % 2 == 0)
        number += 1
    get = call(900, 100003, 3, 1, HANDLE)
    gone = u32(900, 1, 1, 1, 5)
    capture.udp(2049, get, get, (gone,), (gone,))
    capture.udp(2049, call(901, 100003, 3, 1, HANDLE), (reply(901, u32(2, 3), 2),))
    capture.udp(2049, get[:60], (reply(999, OK),))
    capture.udp(111, call(902, 100099, 1, 1), (reply(903),))
    ask = [record(call(n, 100003, 3, 1, HANDLE)) for n in range(1, 8)]
    told = [record(reply(n, OK + ATTRIBUTES)) for n in range(1, 8)]
    pieces = record(call(7, 100003, 3, 1, HANDLE)[:40], False), record(call(7, 100003, 3, 1, HANDLE)[40:])
    capture.tcp(2049, ask[0], (told[0],), ask[1] + ask[2], (told[1] + told[2],), ask[3][:50], ask[3][50:],
                (told[3][:20],), (told[3][20:],), pieces[0] + pieces[1], (told[6],), (record(reply(55)),))
    capture.tcp(2049, record(call(1, 100099, 3, 1)))
    capture.tcp(111, record(call(1, 100000, 2, 3, u32(100003, 3, 6, 0))), (record(reply(1, u32(2049))),), v6=True)


STATE, OTHER_STATE = u32(1) + bytes(range(12)), u32(2) + bytes(range(20, 32))
BITMAP, TYPE_ATTRIBUTE = u32(2, 0x0010011A, 0x00B0A23A), u32(1, 2) + opaque(u32(1))
CHANNEL = u32(0, 1000, 1000, 1000, 8, 8, 0)
SESSION = bytes(range(16))
PUT, NAMED = (22, HANDLE), lambda name: (15, opaque(name))
SEQUENCE = (53, SESSION + u32(5, 0, 0, 1))
OPEN = u32(5, 1, 0) + u64(77) + opaque("owner") + u32(0) + u32(0) + opaque("file")
COMPOUNDS = [
    [(42, bytes(8) + opaque("owner") + u32(0x101, 0, 0))],
    [(43, u64(7) + u32(1, 3) + CHANNEL + CHANNEL + u32(0x40000000, 0))],
    [SEQUENCE, (24, b""), (10, b""), (9, BITMAP)],
    [SEQUENCE, PUT, NAMED("name"), (10, b""), (9, BITMAP)],
    [SEQUENCE, PUT, (3, u32(0x1F)), (9, BITMAP)],
    [SEQUENCE, PUT, (18, OPEN), (10, b""), (9, BITMAP)],
    [SEQUENCE, PUT, (25, STATE + u64(4096) + u32(512))],
    [SEQUENCE, PUT, (38, STATE + u64(4096) + u32(2) + opaque("hello")), (9, BITMAP)],
    [SEQUENCE, PUT, (26, u64(0) + bytes(8) + u32(100, 200) + BITMAP)],
    [SEQUENCE, PUT, (32, b""), PUT, (29, opaque("a") + opaque("b"))],
    [SEQUENCE, PUT, (32, b""), PUT, (31, b""), NAMED("q")],
    [SEQUENCE, PUT, (28, opaque("old"))],
    [SEQUENCE, PUT, (34, STATE + TYPE_ATTRIBUTE)],
    [SEQUENCE, PUT, (12, u32(1, 0) + u64(10, 2**64 - 1) + u32(0) + STATE + u32(6))],
    [SEQUENCE, PUT, (14, u32(1, 5) + STATE + u64(10, 20))],
    [SEQUENCE, PUT, (4, u32(5) + STATE)],
    [SEQUENCE, PUT, (60, STATE + OTHER_STATE + u64(1, 2, 3) + u32(1, 1, 0))],
    [SEQUENCE, PUT, (17, TYPE_ATTRIBUTE), (9, BITMAP)],
    [(35, u64(1) + opaque("client") + u32(0x40000000) + opaque("tcp") + opaque("1.2.3.4.5.6") + u32(1))],
    [(36, u64(5) + bytes(8))],
    [(30, u64(5))],
    [SEQUENCE, (58, u32(0))],
    [(44, SESSION)],
    [SEQUENCE, PUT, (8, STATE[:5])],
]
RESULTS = {
    3: u32(0x1F, 3), 4: STATE, 9: TYPE_ATTRIBUTE, 10: HANDLE, 12: STATE, 14: STATE,
    18: STATE + u32(1) + u64(1, 2) + u32(0) + BITMAP + u32(0), 25: u32(1) + opaque("hello"),
    26: bytes(8) + u32(0, 1), 28: u32(1) + u64(1, 2), 29: (u32(1) + u64(1, 2)) * 2, 34: BITMAP, 35: bytes(16),
    38: u32(5, 2) + bytes(8), 42: u64(7) + u32(1, 0x20003, 0) + u64(1) + opaque("srv") + opaque("scope") + u32(0),
    43: SESSION + u32(1, 3) + CHANNEL + CHANNEL, 53: SESSION + u32(5, 0, 0, 0, 0),
    60: u32(0) + u64(5) + u32(2) + bytes(8) + u32(1, 1),
}


def nfs4(capture):
    messages = []
    for number, operations in enumerate(COMPOUNDS, 1):
        tag = opaque("tag" if number == 3 else "")
        body = tag + u32(1, len(operations)) + b"".join(u32(code) + data for code, data in operations)
        messages.append(record(call(number, 100003, 4, 1, body)))
        results = b"".join(u32(code, 0) + RESULTS.get(code, b"") for code, _ in operations)
        messages.append((record(reply(number, OK + tag + u32(len(operations)) + results)),))
    failed = u32(10052) + opaque("") + u32(1, 53, 10052)
    messages += [record(call(90, 100003, 4, 1, opaque("") + u32(1, 1, 53) + SEQUENCE[1])), (record(reply(90, failed)),)]
    capture.tcp(2049, *messages)


# ---- sessions


HTTP = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HTTP_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def pptp(kind, body=bytes(144)):
    return u16(len(body) + 12, 1) + u32(0x1A2B3C4D) + u16(kind, 0) + body


def sessions(capture):
    five = bytes([5, 1, 0, 3, 11]) + b"example.com" + u16(80)
    four = bytes([4, 1, 0, 80, 1, 2, 3, 4]) + b"user\0"
    granted = bytes([5, 0, 0, 1, 1, 2, 3, 4, 0, 80])
    capture.tcp(1080, b"\5\1\0", (b"\5\0",), five, (granted,), HTTP, (HTTP_OK,))
    capture.tcp(1080, b"\5\2\0\2", (b"\5\2",), b"\1\4user\4pass", (b"\1\0",), five, (granted,), HTTP, v6=True)
    capture.tcp(1080, b"\5\1\0", (b"\5\xff",), five)
    capture.tcp(1080, four, (b"\0\x5a" + bytes(6),), HTTP, (HTTP_OK,))
    capture.tcp(1080, four, (b"\0\x5b" + bytes(6),), HTTP)
    capture.tcp(1080, b"\7\7hello")
    array = b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"
    capture.tcp(6379, b"*1\r\n$4\r\nPING\r\n", (b"+PONG\r\n",), array, (b"$5\r\nvalue\r\n",), (b"$-1\r\n",),
                (b"-ERR unknown\r\n",), (b":1000\r\n",), (b"*2\r\n:1\r\n+a\r\n",), array + array, (b"+A\r\n+B\r\n",),
                array[:12], array[12:], (b"$100\r\n" + b"x" * 100 + b"\r\n",), b"inline\r\n", (b"+OK",), (b"\r\n",))
    capture.tcp(1723, *(pptp(kind) for kind in range(17)), (pptp(2),), pptp(1) + pptp(2), v6=True)
    capture.tcp(119, (b"200 hello\r\n",), b"GROUP a\r\n", (b"211 1\r\n220 2\r\n",), b"A\r\nB\r\n", (b"part",), b"\r\n")
    capture.tcp(513, b"\0", b"user\0remote\0xterm/38400\0", (b"\0",), (b"Password: ",), b"x", b"\r", (b"\r\n",),
                b"\xff\xffss" + u16(24, 80, 0, 0), (b"x" * 300,))
    capture.tcp(873, (b"@RSYNCD: 31.0\n",), b"@RSYNCD: 31.0\n", b"module\n", (b"@RSYNCD: OK\n",), b"--server\n", b".\n")
    capture.tcp(9418, b"0033git-upload-pack /project.git\0host=myserver.com\0", (b"0008NAK\n0000",), (b"0004",))
    version, pixels = b"RFB 003.008\n", bytes(16)
    capture.tcp(5900, (version,), version, (b"\2\1\2",), b"\2", (bytes(16),), bytes(16), (bytes(4),), b"\1",
                (u16(800, 600) + pixels + u32(4) + b"desk",), b"\0" * 4 + pixels, b"\3\0" + u16(0, 0, 800, 600),
                b"\4\1\0\0" + u32(97), b"\5\1" + u16(5, 5), (b"\2",))
    capture.tcp(5901, (version,), version, (b"\1\x0d",), b"\x0d", b"\7abc", b"\5")


# ---- peers


def peer(kind, body=b""):
    return u32(len(body) + 1) + bytes([kind]) + body


def coin(command, body=b""):
    return bytes.fromhex("f9beb4d9") + command.ljust(12, b"\0") + le("II", len(body), 0) + body


def fix(kind):
    body = b"35=" + kind + b"\x0149=S\x0156=T\x01"
    message = b"8=FIX.4.2\x019=%d\x01" % len(body) + body
    return message + b"10=%03d\x01" % (sum(message) % 256)


def peers(capture):
    hello = b"\x13BitTorrent protocol" + bytes(8) + b"h" * 20 + b"-XX0001-abcdefghijkl"
    sizes = {4: 4, 5: 12, 6: 12, 7: 12, 8: 12, 9: 2, 13: 4, 16: 12, 17: 4, 20: 6}
    kinds = [*range(10), *range(13, 18), 20]
    messages = [peer(kind, u32(1, 2, 3)[: sizes.get(kind, 0)]) for kind in kinds]
    capture.tcp(50000, hello, (hello + peer(5, b"abc") + peer(1),), u32(0), *messages, peer(1) + peer(2) + u32(0),
                peer(7, u32(1, 2) + b"x" * 30)[:20], peer(7, u32(1, 2) + b"x" * 30)[20:], b"garbage here")
    capture.tcp(6881, peer(0), peer(1), v6=True)
    capture.tcp(50001, peer(0))
    capture.udp(
        50000, b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe",
        (b"d1:rd2:id20:0123456789abcdefghij5:nodes52:" + bytes(52) + b"e1:t2:aa1:y1:re",),
        (b"d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re",),
        (b"d1:eli201e13:Generic Errore1:t2:aa1:y1:ee",), b"d1:ad2:id20:abc",
    )
    names = b"version addr inv getdata tx block ping pong headers alert reject other".split()
    capture.tcp(8333, *(coin(name, bytes(100)) for name in names), coin(b"verack"),
                coin(b"getaddr") + coin(b"ping", bytes(8)), coin(b"ping", bytes(8))[:20], coin(b"ping", bytes(8))[20:])
    capture.tcp(50002, fix(b"A"), (fix(b"A"),), fix(b"D") + fix(b"8"), fix(b"D")[:20], fix(b"D")[20:], b"x" * 40)


# ---- plants


def dnp3_check(data):
    register = 0
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ 0xA6BC if register & 1 else register >> 1
    return le("H", ~register & 0xFFFF)


def dnp3(control, application=b"", transport=0xC0):
    body = bytes([transport]) + application if application else b""
    head = b"\5\x64" + bytes([5 + len(body), control]) + le("HH", 1, 2)
    chunks = [body[i : i + 16] for i in range(0, len(body), 16)]
    return head + dnp3_check(head) + b"".join(chunk + dnp3_check(chunk) for chunk in chunks)


def asdu(kind, count=1, cause=3, body=b"\5\0\0" + bytes(20), sequence=False):
    return bytes([kind, count | sequence << 7, cause, 0]) + le("H", 1) + body


def apdu(control, unit=b""):
    return b"\x68" + bytes([4 + len(unit)]) + control + unit


def phasor(kind, body=b""):
    head = bytes([0xAA, kind << 4 | 1]) + u16(16 + len(body), 7) + u32(100, 0) + body
    register = 0xFFFF
    for byte in head:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ (0x1021 if register & 0x8000 else 0)) & 0xFFFF
    return head + u16(register)


def opc(kind, body, chunk=b"F"):
    return kind + chunk + le("I", 8 + len(body)) + body


def opc_service(service, number=1, chunk=b"F", kind=b"MSG"):
    identifier = b"\1\0" + le("H", service) if service else b""
    return opc(kind, le("IIII", 1, 2, number, 1) + identifier + bytes(60), chunk)


def plants(capture):
    capture.tcp(20000, *(dnp3(0xC4, bytes([0xC0, code])) for code in (0, 13, 14, 23, 24)),
                dnp3(0xC4, b"\xc0\1\x3c\2\6\x3c\3\6\x3c\4\6\x3c\1\6"), dnp3(0xC4, b"\xc0\1\x01\0\6\x1e\0\6"),
                dnp3(0xC4, b"\xc0\2\x32\1\7\1" + bytes(6)), dnp3(0xC0), dnp3(0xC9), (dnp3(0x8B),),
                (dnp3(0x44, b"\xc0\x81\0\0"),), (dnp3(0x44, b"\xc0\x82\0\0"),), dnp3(0xC4, b"\xc0\1\x3c\2\6")[:11],
                dnp3(0xC4, b"\xc0\1\x3c\2\6")[11:])
    capture.udp(20000, dnp3(0xC4, b"\xc0\1\x3c\2\6"), (dnp3(0x44, b"\xc0\x81\0\0"),), v6=True)
    number = le("HH", 14, 18)
    units = [asdu(kind, cause=kind % 64) for kind in (1, 3, 9, 13, 30, 36, 45, 58, 70, 100, 103, 131)]
    capture.tcp(2404, *(apdu(bytes([code, 0, 0, 0])) for code in (7, 0x0B, 0x13, 0x23, 0x43, 0x83)), apdu(b"\1\0\4\0"),
                *(apdu(number, unit) for unit in units), (apdu(number, asdu(100, cause=0x47)),),
                (apdu(number, asdu(1, 3, body=b"\5\0\0\1\0\1", sequence=True)) + apdu(b"\1\0\4\0"),),
                apdu(number, asdu(1, 2, body=b"\5\0\0\1\6\0\0\1")), apdu(number, asdu(13, body=b"\5\0\0\1")),
                b"abc" + apdu(b"\1\0\4\0"), apdu(b"\1\0\4\0")[:3], apdu(b"\1\0\4\0")[3:], v6=True)
    commands = [phasor(4, u16(command)) for command in (0, 1, 2, 3, 5, 7, 8, 0x100)]
    capture.tcp(4712, (phasor(0, bytes(20)),), (phasor(1, b"text"),), *commands, commands[0] + commands[1])
    capture.udp(4713, commands[0], (phasor(0, bytes(20)),))
    hart = lambda kind, code, body=b"": bytes([1, kind, code, 0]) + u16(3, 8 + len(body)) + body
    capture.udp(5094, hart(0, 0, b"\1" + bytes(4)), (hart(1, 0, b"\1" + bytes(4)),), hart(0, 2), (hart(1, 1),), hart(0, 9))
    capture.tcp(5094, hart(0, 2), (hart(1, 2),), hart(0, 2) + hart(0, 1), hart(0, 2)[:5], hart(0, 2)[5:])
    ams = b"\0\0" + le("I", 36) + bytes(16) + le("HHIII", 2, 4, 4, 0, 7) + bytes(4)
    capture.tcp(48898, ams, (ams,))
    capture.tcp(4840, opc(b"HEL", le("5Ii", 0, 1, 2, 3, 4, 3) + b"abc"), (opc(b"ACK", le("5I", 0, 1, 2, 3, 4)),),
                opc(b"OPN", le("Iiii", 1, -1, -1, -1) + le("II", 1, 1) + b"\1\0" + le("H", 446) + bytes(60)),
                opc_service(631), (opc_service(634),), opc_service(9999), opc_service(631, 5, b"C"),
                opc_service(0, 6, b"F"), opc_service(452, kind=b"CLO"), opc(b"ERR", le("Ii", 5, 3) + b"abc"), v6=True)


# ---- routers


def babel(*kinds):
    sizes = {2: 6, 3: 2, 4: 6, 5: 6, 6: 10, 8: 10}
    body = b"".join(bytes([kind]) + (bytes([sizes.get(kind, 8)]) + bytes(sizes.get(kind, 8)) if kind else b"") for kind in kinds)
    return b"\x2a\2" + u16(len(body)) + body


def rpki(kind, body=b"", version=1):
    return bytes([version, kind]) + u16(5) + u32(8 + len(body)) + body


def slp(function, body, language=b"en"):
    length = (14 + len(language) + len(body)).to_bytes(3, "big")
    return bytes([2, function]) + length + bytes(5) + u16(0x4400, len(language)) + language + body


def dccp(kind, number, ack=0, extra=b"", back=False, body=b""):
    ports = (5001, 40000) if back else (40000, 5001)
    acked = b"" if kind in (0, 2) else bytes(2) + ack.to_bytes(6, "big")
    offset = (16 + len(acked) + len(extra)) // 4
    return u16(*ports) + bytes([offset, 0, 0, 0, kind << 1 | 1, 0]) + number.to_bytes(6, "big") + acked + extra + body


def routers(capture):
    capture.udp(6696, *(babel(kind) for kind in range(20)), babel(4, 5, 6, 8, 8), babel(200), b"\x2a\3\0\0", client=6696)
    capture.udp(6696, babel(4, 5), client=6696, v6=True)
    sizes = {0: 4, 1: 4, 4: 12, 6: 24, 7: 16, 10: 8}
    units = [rpki(kind, bytes(sizes.get(kind, 0))) for kind in (0, 1, 2, 3, 4, 6, 7, 8, 10, 11)]
    capture.tcp(323, *units, units[1] + units[2], (rpki(7, bytes(4), 0),), units[4][:10], units[4][10:])
    echo = lambda kind: u16(1, 0) + bytes([kind, 1, 0, 0]) + bytes(24)
    capture.udp(3503, *(echo(kind) for kind in range(6)), u16(2, 0) + bytes(28), echo(1)[:18])
    four, six = u16(1) + bytes([10, 0, 0, 2]), u16(2) + SERVER6
    instance = u16(16387) + bytes([0, 0, 2, 24]) + u16(10) + u32(100) + four
    request = lambda flags, *eids: u32(1 << 28 | flags | len(eids)) + bytes(8) + four + four + b"".join(b"\0\x20" + eid for eid in eids)
    mapping = lambda eid: u32(1440) + bytes([1, 32, 16, 0]) + u16(0) + eid + bytes([1, 100, 255, 0]) + u16(4) + four
    answer = lambda kind, flags, *eids: u32(kind << 28 | flags | len(eids)) + bytes(8) + (b"\0\1\0\0" if kind > 2 else b"") + b"".join(map(mapping, eids))
    capture.udp(4342, request(0, four), request(0x2000000, six), request(0x1000000, instance), request(0, four, six),
                (answer(2, 0, four),), (answer(2, 0x8000000, six),), answer(3, 0, instance), (answer(4, 0, four),),
                answer(3, 0, four, six), u32(9 << 28) + bytes(8))
    notice = lambda kind, number, body=b"": u16(kind, 12 + len(body)) + u32(number) + body + u32(0x9FACADE9)
    capture.tcp(4342, (notice(20, 0, bytes(4)),), notice(17, 0, answer(3, 0, four)), (notice(18, 1, bytes(8)),))
    capture.udp(4341, bytes(8) + ip(17, u16(5, 6, 8, 0), CLIENT, SERVER)[2:])
    text = lambda word: u16(len(word)) + word
    capture.udp(427, slp(1, text(b"") + text(b"service:x") + text(b"default") * 3), (slp(2, u16(0, 0)),),
                slp(9, text(b"") + u16(0xFFFF) + text(b"default")), (slp(5, u16(0)),), slp(1, b"abc"))
    capture.tcp(427, slp(5, u16(0)), (slp(5, u16(0))[:9],), (slp(5, u16(0))[9:],))
    capture.udp(5351, b"\0\0", (b"\0\x80" + bytes(10),), b"\0\1" + bytes(10), (b"\0\x82" + bytes(14),), b"\2\0" + bytes(22),
                b"\2\1" + bytes(34) + b"\6\0\0\0" + u16(80, 8080) + bytes(16), b"\0\x09")
    service = u32(0x6E706D70)
    for kind, number, ack, extra, back, body in [
        (0, 1000, 0, service, False, b""), (1, 5000, 1000, service, True, b""), (3, 1001, 5000, b"", False, b""),
        (4, 1002, 5000, b"", False, b"hello"), (2, 1003, 0, b"", False, b"world"), (3, 5001, 1003, b"", True, b""),
        (8, 5002, 1003, b"", True, b""), (9, 1004, 5002, b"", False, b""), (5, 5003, 1004, b"", True, b""),
        (6, 1005, 5003, b"", False, b""), (7, 5004, 1005, b"\1\0\0\0", True, b""), (10, 1006, 0, b"", False, b""),
    ]:
        src, dst = (SERVER, CLIENT) if back else (CLIENT, SERVER)
        capture.frame(33, dccp(kind, number, ack, extra, back, body), src, dst)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    for topic in (rpc, nfs4, sessions, peers, plants, routers):
        capture = Capture()
        topic(capture)
        capture.write(os.path.join(folder, f"{topic.__name__}.pcap"))


if __name__ == "__main__":
    main()
