#!/usr/bin/env python3
"""Compares the frames that `netpeek -r FILE -f EXPRESSION` keeps with those that `tcpdump -r FILE EXPRESSION` keeps.

    scripts/capture_filters.py [--netpeek PATH] [--expressions N] [--captures N] [--jobs N] [--show N] PATH...

The expressions are those of tests/capture_filters/expressions.txt, the invalid ones among them: what one refuses, the
other must refuse. With N fewer of them, or of the captures, are taken, spread evenly. Captures that tcpdump cannot read
to their end, or that hold more than packets, are left out.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import struct
import subprocess
import sys

ENVIRONMENT = dict(os.environ, TZ="UTC")


def records(bytes):
    """Length on the wire and bytes of each packet of a pcap file; None where it is none."""
    if len(bytes) < 24:
        return None
    order = "<" if bytes[:1] in b"\xd4\x4d" else ">"
    found, at = [], 24
    while at + 16 <= len(bytes):
        captured, wire_len = struct.unpack_from(order + "II", bytes, at + 8)
        found.append((wire_len, bytes[at + 16:at + 16 + captured]))
        at += 16 + captured
    return found


def call(*command):
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, timeout=120)
    return done.returncode, records(done.stdout), done.stderr.decode(errors="replace").strip()


def tcpdump(path, expression):
    return call("tcpdump", "-n", "-r", str(path), "-w", "-", "--", *expression)


def netpeek(program, path, expression):
    return call(program, "-r", str(path), "-F", "pcap", "-w", "-", *(["-f", *expression] if expression else []))


def compare(program, path, expressions):
    """How many expressions agree, and what of the others differs; None for captures that are left out."""
    theirs, ours = tcpdump(path, []), netpeek(program, path, [])
    if theirs[0] != 0 or ours[0] != 0 or theirs[1] != ours[1] or not ours[1]:
        return None
    tally, wrong = collections.Counter(), []
    for expression in expressions:
        theirs, ours = tcpdump(path, [expression]), netpeek(program, path, [expression])
        if theirs[0] != 0 and ours[0] != 0:
            tally["refused by both"] += 1
        elif theirs[:2] == ours[:2]:
            tally["some frames kept" if ours[1] else "no frame kept"] += 1
        else:
            tally["DIFFERENT"] += 1
            kept = [f"refused: {one[2].splitlines()[-1:]}" if one[0] else f"{len(one[1])} frames" for one in (theirs, ours)]
            wrong.append(f"{path}: {expression}\n    tcpdump: {kept[0]}\n    netpeek: {kept[1]}")
    return tally, wrong


def spread(things, count):
    """So many of them, evenly."""
    return things if not count or count >= len(things) else [things[i * len(things) // count] for i in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--netpeek", default="target/release/netpeek")
    parser.add_argument("--expressions", type=int, default=0)
    parser.add_argument("--captures", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=20, help="how many differences are shown")
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    given = parser.parse_args()
    text = (pathlib.Path(__file__).parent.parent / "tests/capture_filters/expressions.txt").read_text()
    expressions = [line for line in text.splitlines() if line and line[0] not in "#["]
    expressions = spread(list(dict.fromkeys(expressions)), given.expressions)
    files = sorted(file for path in given.paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())
    files = spread(files, given.captures)
    total, shown, compared = collections.Counter(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for outcome in pool.map(lambda path: compare(given.netpeek, path, expressions), files):
            if outcome is None:
                continue
            compared += 1
            total += outcome[0]
            for line in outcome[1]:
                shown += 1
                if shown <= given.show:
                    print(line, flush=True)
    print(f"{len(expressions)} expressions on {compared} captures: " + ", ".join(f"{n} {w}" for w, n in sorted(total.items())))
    sys.exit(total["DIFFERENT"] > 0)


if __name__ == "__main__":
    main()
