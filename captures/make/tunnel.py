"""One end of a tunnel: what a tun interface sends goes to the other end in packets of another protocol, and back.

    tunnel.py TUN HERE THERE gre|gre-key|ipip|sit|esp|ah

ESP has no encryption (RFC 2410) and is authenticated by HMAC-SHA1-96 (RFC 2404), and so is AH.
"""
import fcntl
import hashlib
import hmac
import os
import select
import socket
import struct
import sys

TUNSETIFF, TUN, NO_HEADER = 0x400454CA, 0x0001, 0x1000
IPIP, SIT, GRE, ESP, AH = 4, 41, 47, 50, 51
ETHERTYPES = {4: 0x0800, 6: 0x86DD}


def digest(data):
    return hmac.new(b"netpeek", data, hashlib.sha1).digest()[:12]


def inner_protocol(packet):
    return IPIP if packet[0] >> 4 == 4 else SIT


class Tunnel:
    def __init__(self, kind, here, there):
        self.kind, self.here, self.there, self.sequence = kind, here, there, 0
        self.number = {"gre": GRE, "gre-key": GRE, "ipip": IPIP, "sit": SIT, "esp": ESP, "ah": AH}[kind]
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, self.number)
        self.socket.bind((here, 0))

    def wrap(self, packet):
        self.sequence += 1
        version = packet[0] >> 4
        match self.kind:
            case "gre":
                return struct.pack("!HH", 0, ETHERTYPES[version]) + packet
            case "gre-key":  # Key and sequence number (RFC 2890).
                return struct.pack("!HHII", 0x3000, ETHERTYPES[version], 1414, self.sequence) + packet
            case "esp":
                padding = -(len(packet) + 2) % 4
                body = struct.pack("!II", 0x1414, self.sequence) + packet + bytes(range(1, padding + 1))
                body += bytes([padding, inner_protocol(packet)])
                return body + digest(body)
            case "ah":
                header = struct.pack("!BBHII", inner_protocol(packet), 4, 0, 0x1515, self.sequence)
                return header + digest(header + packet) + packet
        return packet

    def unwrap(self, data):
        match self.kind:
            case "gre":
                return data[4:]
            case "gre-key":
                return data[12:]
            case "esp":
                return data[8 : len(data) - 14 - data[-14]]
            case "ah":
                return data[24:]
        return data


def main():
    name, here, there, kind = sys.argv[1:]
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), TUN | NO_HEADER))
    tunnel = Tunnel(kind, here, there)
    while True:
        for ready in select.select([tun, tunnel.socket], [], [])[0]:
            if ready == tun:
                tunnel.socket.sendto(tunnel.wrap(os.read(tun, 65536)), (there, 0))
            else:
                packet = tunnel.socket.recv(65536)
                try:
                    os.write(tun, tunnel.unwrap(packet[4 * (packet[0] & 15) :]))
                except OSError:
                    pass  # The interface is not up yet.


main()
