#!/usr/bin/env python3
"""More services, made by hand as services.py makes its own: what each protocol can say, one after the other.

    captures/make/apps.py [FOLDER]      writes the captures into FOLDER (default: captures/)

The same bytes each time. Afterwards run expect.sh.
"""
import os
import struct
import sys

from services import CLIENT, SERVER, Capture, le, u16, u32, u64


def text8(word):
    return bytes([len(word)]) + word


def text32(word):
    return u32(len(word)) + word


# ---- message brokers and databases


def amqp_frame(kind, channel, payload):
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def amqp(channel, klass, method, arguments=b""):
    return amqp_frame(1, channel, u16(klass, method) + arguments)


def es(identifier, flags, version, rest):
    body = u64(identifier) + bytes([flags]) + u32(version) + rest
    return b"ES" + text32(body)


def thrift(kind, name, body):
    return bytes([0x80, 1, 0, kind]) + text32(name) + u32(1) + body


def kafka(key, version, number, body=b""):
    return text32(u16(key, version) + u32(number) + u16(3) + b"abc" + body)


def tns(kind, body):
    return u16(8 + len(body), 0) + bytes([kind, 0]) + u16(0) + body


def brokers(capture):
    none = u32(0)
    capture.tcp(
        5672, b"AMQP\1\1\0\x09", (amqp(0, 10, 10, b"\0\x09" + none + text32(b"PLAIN") + text32(b"en_US")),),
        amqp(0, 10, 11, none + text8(b"PLAIN") + text32(b"\0a\0b") + text8(b"en_US")),
        (amqp(0, 10, 30, struct.pack(">HIH", 2047, 131072, 60)),), amqp(0, 10, 31, struct.pack(">HIH", 2047, 131072, 60)),
        amqp(0, 10, 40, text8(b"/vh") + text8(b"") + b"\0"), (amqp(0, 10, 41, text8(b"")),),
        amqp(1, 20, 10, text8(b"")), (amqp(1, 20, 11, none),),
        amqp(1, 40, 10, u16(0) + text8(b"exch") + text8(b"direct") + b"\0" + none), (amqp(1, 40, 11),),
        amqp(1, 50, 10, u16(0) + text8(b"queue") + b"\0" + none), (amqp(1, 50, 11, text8(b"queue") + u32(1, 2)),),
        amqp(1, 50, 20, u16(0) + text8(b"queue") + text8(b"exch") + text8(b"key") + b"\0" + none), (amqp(1, 50, 21),),
        amqp(1, 60, 20, u16(0) + text8(b"queue") + text8(b"tag") + b"\0" + none), (amqp(1, 60, 21, text8(b"tag")),),
        amqp(1, 60, 40, u16(0) + text8(b"exch") + text8(b"key") + b"\0"),
        (amqp(1, 60, 60, text8(b"tag") + u64(7) + b"\0" + text8(b"exch") + text8(b"key")),),
        amqp(1, 60, 80, u64(7) + b"\0"), amqp(1, 90, 10), (amqp(1, 90, 11),), amqp(1, 85, 10, b"\0"), (amqp(1, 85, 11),),
        amqp_frame(8, 0, b""), amqp(1, 20, 40, u16(200) + text8(b"bye") + u16(0, 0)), (amqp(1, 20, 41),),
    )
    action = b"\0\0" + b"\1" + text8(b"x-pack") + text8(b"internal:tcp/handshake")
    capture.tcp(9300, es(1, 8, 6080099, action + b"data"), (es(1, 9, 6080099, b"\0\0data"),),
                es(2, 0, 7060299, u32(2) + action + b"data"), (es(2, 3, 7060299, u32(2) + b"\0\0data"),))
    field = b"\x08\0\1" + u32(5) + b"\x0b\0\2" + text32(b"abc") + b"\x0c\0\3\2\0\1\1\0\x0f\0\4\x08" + u32(1, 9) + b"\0"
    capture.tcp(9090, thrift(1, b"ping", field), (thrift(2, b"ping", b"\0"),), thrift(4, b"tell", b"\0"),
                (thrift(3, b"ping", field),))
    capture.tcp(9092, kafka(18, 0, 1))
    header = b"\1\x3b\1\x2c\x0c\x41\x20\0\xff\xff\x7f\x08\0\0\1\0\0\0\0\x3a" + bytes(32)
    capture.tcp(1521, tns(1, header), (tns(11, b""),), tns(6, b"\0\0\xde\xad\xbe\xef" + bytes(9)))
    wire = u32(20) + b"\1ActiveMQ" + u32(10) + bytes(7)
    capture.tcp(61616, wire, (wire,), u32(2) + b"\x0a\0")
    cql = lambda version, opcode, body=b"": bytes([version, 0, 0, 0, opcode]) + text32(body)
    capture.tcp(9042, cql(4, 5), (cql(0x84, 6, b"\0\0"),), cql(4, 1, b"\0\0"), (cql(0x84, 2),))
    gearman = lambda kind, number, body=b"": b"\0" + kind + u32(number) + text32(body)
    capture.tcp(4730, gearman(b"REQ", 1, b"wc"), gearman(b"REQ", 9), (gearman(b"RES", 10),))


# ---- telephone networks


def diameter(flags, code, application, body=b""):
    head = u32(0x01000000 | 20 + len(body), flags << 24 | code, application, 0x1234, 0x5678)
    return head + body


def smpp(command, status, body=b""):
    return u32(16 + len(body), command, status, 1) + body


def carriers(capture):
    session = u32(263, 0x40000000 | 24) + b"session;of;a;day"
    capture.tcp(3868, diameter(0x80, 257, 0, session), (diameter(0, 257, 0, session),), diameter(0xD0, 272, 4, session), diameter(0x20, 280, 0, session),
                diameter(0x0F, 280, 0, session))
    capture.udp(8805, struct.pack(">BBH", 0x20, 1, 12) + u32(0x100) + u16(96, 4) + u32(1),
                (struct.pack(">BBH", 0x20, 2, 12) + u32(0x100) + u16(96, 4) + u32(1),),
                struct.pack(">BBH", 0x21, 54, 12) + u64(7) + u32(0x200))
    capture.tcp(2775, smpp(2, 0, b"id\0pw\0t\0\x34\0\0\0"), (smpp(0x80000002, 0, b"id\0"),), smpp(0x15, 0),
                (smpp(0x80000015, 0),), smpp(6, 0), (smpp(0x80000006, 0x0D),))


# ---- factories, vehicles, laboratories


def hislip(kind, control, parameter, payload=b""):
    return b"HS" + bytes([kind, control]) + u32(parameter) + u64(len(payload)) + payload


def doip(kind, body=b""):
    return b"\2\xfd" + u16(kind) + text32(body)


def machines(capture):
    fins = lambda icf, command, body=b"": bytes([icf, 0, 2, 0, 0, 0, 0, 0, 0, 1]) + u16(command) + body
    capture.udp(9600, fins(0x80, 0x0101, b"\x82" + u16(100) + b"\0" + u16(2)), (fins(0xC0, 0x0101, u16(0, 7, 8)),),
                fins(0x80, 0x0101, b"\x93" + u16(5) + b"\0" + u16(1)), fins(0x80, 0x0401, u16(0xFFFF)), (fins(0xC0, 0x0401, u16(0)),))
    capture.tcp(9600, b"FINS" + u32(12, 0, 0, 0), (b"FINS" + u32(16, 1, 0, 1, 2),))
    capture.tcp(4880, hislip(0, 0, 0x01005253, b"hislip0"), (hislip(1, 0, 0x01000001),), hislip(7, 0, 0xFFFFFF00, b"*IDN?\n"),
                (hislip(7, 0, 0xFFFFFF00, b"me,1,2,3\n"),), hislip(12, 0, 0xFFFFFF02))
    capture.tcp(4880, hislip(17, 0, 1), (hislip(18, 0, 0x474B),), hislip(15, 0, 0, u64(1 << 20)), (hislip(16, 0, 0, u64(100000000)),),
                hislip(4, 1, 0), (hislip(5, 1, 0),), hislip(4, 0, 0), (hislip(5, 1, 0),), hislip(21, 0, 0), (hislip(22, 16, 0),))
    capture.udp(13400, doip(1), (doip(4, b"V" * 17 + u16(1) + bytes(12) + b"\0"),), doip(2, bytes(6)), doip(0x4001),
                (doip(0x4002, b"\0\1\0" + u32(4095)),), doip(0x7777))
    capture.udp(18246, b"\x0d\1" + le("H", 7) + CLIENT + le("I", 123) + le("IIIII", 1000, 5, 0, 0, 0) + b"data")
    capture.udp(6060, b"ESIO" + u16(1, 0, 33, 7) + u32(1, 13) + b"\1\0" + u32(92, 1) + u16(2) + b"\0\1",
                b"ESIO" + u16(2, 0, 24, 8) + u32(2, 13) + u16(0, 0))
    capture.udp(11898, b"ISO11898\1\0")
    collectd = lambda kind, body: u16(kind, 4 + len(body)) + body
    values = collectd(6, u16(1) + b"\1" + bytes(8))
    capture.udp(25826, collectd(0, b"host\0") + collectd(1, u64(1000)) + collectd(2, b"cpu\0") + values + values,
                collectd(0, b"host\0") + collectd(2, b"cpu\0") + values + collectd(2, b"load\0") + values)


# ---- at home and in the office


def homes(capture):
    bjnp = lambda kind, code, body=b"": b"BJNP" + bytes([kind, code]) + u32(1) + u16(0) + text32(body)
    capture.udp(8611, bjnp(1, 1), (bjnp(0x81, 1),), bjnp(1, 48))
    capture.udp(177, u16(1, 2, 1) + b"\0", (u16(1, 5, 6, 0, 0, 0),), u16(1, 13, 6, 0) + u32(7), (u16(1, 14, 5) + b"\1" + u32(7),))
    capture.udp(2190, b"tivoconnect=1\nmethod=broadcast\nidentity=uuid:1\nmachine=box\nplatform=pc/x\nservices=a:1/http\n")
    capture.udp(525, b"\x18\1" + u16(5) + b"\x0a" + bytes(7) + b"host\0", b"\x30\1" + u16(5) + bytes(12))
    capture.udp(8000, b"\2" + u16(0x3B0B, 1, 23) + u32(1444875387) + b"\3")
    steam = le("QI", 0xA05F4C21FFFFFFFF, 6) + b"\x08\1\x10\0\x18\2" + le("I", 2) + b"\x08\1"
    capture.udp(27036, steam)
    capture.udp(6771, b"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: abc\r\n\r\n")
    capture.tcp(43, b"example.com\r\n")
    capture.tcp(3724, b"\0\3" + le("H", 4) + b"user", (b"\0\0",), b"\1\0", (b"\x10\4\0abcd",), b"\x31\1")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    for topic in (brokers, carriers, machines, homes):
        capture = Capture()
        topic(capture)
        capture.write(os.path.join(folder, f"{topic.__name__}.pcap"))


if __name__ == "__main__":
    main()
