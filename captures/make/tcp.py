"""Two ends of TCP conversations, each showing something that TCP does.

    tcp.py serve|talk CONVERSATION
"""
import socket
import struct
import sys
import time

SERVER, PORT = "192.0.2.2", 5001
NOW = struct.pack("ii", 1, 0)  # SO_LINGER: close by a reset, at once.
TCP_MD5SIG, TCP_FASTOPEN_CONNECT = 14, 30


def listen(port=PORT, backlog=5, protocol=0, **options):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for name, value in options.items():
        level = socket.IPPROTO_TCP if name.startswith("TCP") else socket.SOL_SOCKET
        s.setsockopt(level, getattr(socket, name), value)
    s.bind(("", port))
    s.listen(backlog)
    return s


def connect(port=PORT, source=0, protocol=0, **options):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for name, value in options.items():
        level = socket.IPPROTO_TCP if name.startswith("TCP") else socket.SOL_SOCKET
        s.setsockopt(level, getattr(socket, name), value)
    if source:
        s.bind(("192.0.2.1", source))
    s.connect((SERVER, port))
    return s


def drain(s):
    total = b""
    while piece := s.recv(65536):
        total += piece
    return total


class Bulk:
    """The client sends 36,000 bytes; the server reads them, answers, and closes."""

    def serve(self):
        c, _ = listen().accept()
        c.sendall(b"%d bytes\n" % len(drain(c)))

    def talk(self):
        s = connect()
        s.sendall(bytes(range(33, 93)) * 600)
        s.shutdown(socket.SHUT_WR)
        drain(s)


class Lines:
    """Small messages in turn, each answered."""

    def serve(self):
        c, _ = listen().accept()
        while line := c.recv(100):
            c.sendall(line.upper())

    def talk(self):
        s = connect(TCP_NODELAY=1)
        for number in range(6):
            s.sendall(b"line %d\n" % number)
            s.recv(100)
            time.sleep(0.02)


class Pushes(Lines):
    """Small messages without waiting for answers."""

    def talk(self):
        s = connect(TCP_NODELAY=1)
        for number in range(12):
            s.sendall(b"message %d\n" % number)
            time.sleep(0.005)
        s.shutdown(socket.SHUT_WR)
        drain(s)


class Stuffed:
    """The server does not read for a while: its window fills, the client probes, the window opens again."""

    def serve(self):
        c, _ = listen(SO_RCVBUF=4096).accept()
        time.sleep(3)
        drain(c)

    def talk(self):
        connect(SO_SNDBUF=65536).sendall(b"x" * 20000)


class KeepAlive:
    """Nothing is said for three seconds, and both ends ask whether the other lives."""

    def serve(self):
        c, _ = listen(SO_KEEPALIVE=1, TCP_KEEPIDLE=1, TCP_KEEPINTVL=1).accept()
        drain(c)

    def talk(self):
        s = connect(SO_KEEPALIVE=1, TCP_KEEPIDLE=1, TCP_KEEPINTVL=1)
        s.sendall(b"hello")
        time.sleep(3.3)


class Resets:
    """Refused; reset by the client; reset for data nobody will read; reset out of the blue."""

    def serve(self):
        server = listen()
        c, _ = server.accept()
        drain_quietly(c)
        c, _ = server.accept()
        time.sleep(0.2)
        c.close()  # Unread data: a reset.
        c, _ = server.accept()
        c.sendall(b"first")
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
        c.close()

    def talk(self):
        try:
            connect(PORT + 1)
        except ConnectionRefusedError:
            pass
        s = connect()
        s.sendall(b"some data")
        time.sleep(0.1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
        s.close()
        s = connect()
        s.sendall(b"data that stays unread")
        drain_quietly(s)
        s = connect()
        time.sleep(0.2)
        try:
            s.sendall(b"anybody?")
        except OSError:
            pass


def drain_quietly(s):
    try:
        drain(s)
    except ConnectionResetError:
        pass


class HalfClose:
    """The client has finished and says so; the server goes on for a while."""

    def serve(self):
        c, _ = listen().accept()
        drain(c)
        for number in range(3):
            time.sleep(0.1)
            c.sendall(b"still here %d\n" % number)

    def talk(self):
        s = connect()
        s.sendall(b"that is all from me\n")
        s.shutdown(socket.SHUT_WR)
        drain(s)


class Urgent:
    """Urgent data."""

    def serve(self):
        c, _ = listen().accept()
        drain(c)

    def talk(self):
        s = connect()
        s.sendall(b"ordinary")
        s.send(b"!", socket.MSG_OOB)
        s.sendall(b"ordinary again")


class SimultaneousOpen:
    """Both call at once (the line delays, so that the SYNs cross)."""

    def serve(self):
        self.cross(("192.0.2.2", 5002), ("192.0.2.1", 5003))

    def talk(self):
        self.cross(("192.0.2.1", 5003), ("192.0.2.2", 5002))

    def cross(self, here, there):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(here)
        # Both wait for the same moment.
        time.sleep(1 - time.time() % 1)
        s.connect(there)
        s.sendall(b"hello")
        s.recv(5)
        time.sleep(1 - time.time() % 1)
        s.close()
        time.sleep(0.5)


class Again:
    """The same ports again, once after a reset and once after an orderly end."""

    def serve(self):
        server = listen()
        for _ in range(3):
            c, _ = server.accept()
            drain_quietly(c)
            c.close()

    def talk(self):
        for orderly in False, True, True:
            s = connect(source=40000)
            s.sendall(b"the same ports\n")
            time.sleep(0.1)
            if not orderly:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
            else:
                s.shutdown(socket.SHUT_WR)
                drain(s)
                # Linux reuses the pair when the timestamps have moved on.
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
            s.close()
            time.sleep(1.1)


class FastOpen:
    """Data in the SYN: first a cookie is asked for, then used (RFC 7413)."""

    def serve(self):
        server = listen(TCP_FASTOPEN=5)
        for _ in range(3):
            c, _ = server.accept()
            c.sendall(c.recv(100).upper())
            c.close()

    def talk(self):
        for _ in range(3):
            s = socket.socket()
            s.sendto(b"early words", socket.MSG_FASTOPEN, (SERVER, PORT))
            drain(s)
            s.close()
            time.sleep(0.1)


class MultiPath(Bulk):
    """Multipath TCP (RFC 8684)."""

    def serve(self):
        c, _ = listen(protocol=262).accept()
        for number in range(4):
            c.sendall(b"%d" % number * 100)
            c.recv(100)
        c.close()

    def talk(self):
        s = connect(protocol=262)
        for number in range(4):
            s.recv(100)
            time.sleep(0.1)
            s.sendall(b"go on")
        s.close()


class Signed(Lines):
    """Every segment signed with MD5 (RFC 2385)."""

    @staticmethod
    def sign(s, peer):
        address = struct.pack("=HH4s", socket.AF_INET, 0, socket.inet_aton(peer)).ljust(128, b"\0")
        s.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, address + struct.pack("=2xH4x80s", 6, b"secret"))

    def serve(self):
        s = listen()
        self.sign(s, "192.0.2.1")
        c, _ = s.accept()
        while line := c.recv(100):
            c.sendall(line.upper())

    def talk(self):
        s = socket.socket()
        self.sign(s, SERVER)
        s.connect((SERVER, PORT))
        s.sendall(b"signed\n")
        s.recv(100)
        s.close()


class Queue:
    """More clients than the server has room for: their SYNs stay unanswered."""

    def serve(self):
        server = listen(backlog=0)
        time.sleep(2.5)
        for _ in range(2):
            server.accept()[0].close()

    def talk(self):
        waiting = []
        for _ in range(3):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex((SERVER, PORT))
            waiting.append(s)
            time.sleep(0.1)
        time.sleep(3)


conversations = {c.__name__: c for c in (Bulk, Lines, Pushes, Stuffed, KeepAlive, Resets, HalfClose, Urgent, SimultaneousOpen, Again,
                                         FastOpen, MultiPath, Signed, Queue)}
getattr(conversations[sys.argv[2]](), sys.argv[1])()
