"""A cable between two tap interfaces that treats frames as it is told, so that a bad line is bad the same way each time.

    wire.py TAP-A TAP-B [--delay MS] [--mirror TAP --push HEX] [RULE...]

A rule is SENDER:KIND:WHICH:WHAT. SENDER is a or b; KIND is any, syn, data (TCP with data), fin or ack (TCP without data);
WHICH counts frames of that kind from that sender, from 1, and may be a range (3-5); WHAT is drop, twice, or late=MS.

The mirror gets a copy of every frame, with the bytes of --push (in hex) set in before its EtherType: tags, as on a trunk.
"""
import argparse
import fcntl
import heapq
import os
import select
import struct
import time

TUNSETIFF, TAP, NO_HEADER = 0x400454CA, 0x0002, 0x1000


def tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), TAP | NO_HEADER))
    return fd


def kinds(frame):
    """Which kinds of the rules a frame is of."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return ["any"]
    header = 14 + 4 * (frame[14] & 15)
    flags = frame[header + 13]
    data = int.from_bytes(frame[16:18], "big") + 14 - header - 4 * (frame[header + 12] >> 4)
    if flags & 2:
        return ["any", "syn"]
    return ["any"] + (["data"] if data > 0 else []) + (["fin"] if flags & 1 else []) + (["ack"] if data == 0 and not flags & 5 else [])


def rule(text):
    sender, kind, which, what = text.split(":")
    first, _, last = which.partition("-")
    return sender, kind, range(int(first), int(last or first) + 1), what


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tap_a")
    parser.add_argument("tap_b")
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--mirror")
    parser.add_argument("--push", type=bytes.fromhex, default=b"")
    parser.add_argument("rules", nargs="*", type=rule)
    options = parser.parse_intermixed_args()

    a, b = tap(options.tap_a), tap(options.tap_b)
    mirror = tap(options.mirror) if options.mirror else None
    ends = {a: ("a", b), b: ("b", a)}
    seen, waiting, serial = {}, [], 0
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        for fd in select.select(list(ends), [], [], timeout)[0]:
            frame = os.read(fd, 65536)
            sender, other = ends[fd]
            times, late = 1, options.delay
            for kind in kinds(frame):
                seen[sender, kind] = seen.get((sender, kind), 0) + 1
                for who, what_kind, which, what in options.rules:
                    if (who, what_kind) == (sender, kind) and seen[sender, kind] in which:
                        if what == "drop":
                            times = 0
                        elif what == "twice":
                            times = 2
                        else:
                            late += float(what.removeprefix("late="))
            for _ in range(times):
                serial += 1
                heapq.heappush(waiting, (time.monotonic() + late / 1000, serial, other, frame))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, other, frame = heapq.heappop(waiting)
            try:
                os.write(other, frame)
                if mirror is not None:
                    os.write(mirror, frame[:12] + options.push + frame[12:])
            except OSError:
                pass  # An interface that is down takes nothing.


main()
