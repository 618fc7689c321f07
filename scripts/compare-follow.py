#!/usr/bin/env python3
"""Follow every conversation of many captures with netpeek and with tshark, and compare what they print.

    compare-follow.py NETPEEK CAPTURES                     every TCP stream of every capture below CAPTURES, raw
    compare-follow.py NETPEEK CAPTURES --what udp,hex      another protocol, another mode
    compare-follow.py NETPEEK CAPTURES --show 5            the first differences
    compare-follow.py NETPEEK CAPTURES --match dns         captures whose path contains this

A stream counts as identical only where every byte is. Exit status: 0, or 1 where a stream differs.
"""
import argparse
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

ENV = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", HOME="/nonexistent", XDG_CONFIG_HOME="/nonexistent")
RULE = "=" * 67 + "\n"


def run(command, timeout=120):
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, env=ENV, timeout=timeout)
    except subprocess.TimeoutExpired:
        return "timeout"
    return done.stdout.decode("latin1")


def streams_of(capture, transport, most):
    text = run(["tshark", "-n", "-r", capture, "-T", "fields", "-e", f"{transport}.stream"])
    numbers = {int(word) for word in re.findall(r"\d+", text)}
    return sorted(numbers)[:most]


def follow(program, capture, what, numbers):
    """What the program prints of each stream, asked for all at once."""
    asked = [word for number in numbers for word in ("-z", f"follow,{what},{number}")]
    return run([*program, "-n", "-r", capture, "-q", *asked])


def parts(text, what):
    """Stream number → its text."""
    if what.endswith("yaml"):
        return dict(enumerate(text.split("peers:\n")[1:]))
    found = {}
    for part in text.split("\n" + RULE)[1:]:
        number = re.search(r"Filter: \w+\.stream eq (\d+)", part)
        found[int(number.group(1)) if number else len(found)] = part
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("netpeek")
    parser.add_argument("captures", type=Path)
    parser.add_argument("--what", default="tcp,raw", help="what to follow, and how to show it")
    parser.add_argument("--match", default="", help="only captures whose path contains this")
    parser.add_argument("--captures-at-most", type=int, default=10**9)
    parser.add_argument("--streams-at-most", type=int, default=50, help="of each capture")
    parser.add_argument("--size-at-most", type=int, default=4 << 20, help="bytes of a capture")
    parser.add_argument("--show", type=int, default=0, help="differences to show")
    options = parser.parse_args()
    transport = "udp" if options.what.startswith("udp") else "tcp"
    files = sorted(path for path in options.captures.rglob("*") if path.is_file())
    files = [path for path in files if options.match in str(path) and path.stat().st_size <= options.size_at_most]
    captures = whole = streams = same = shown = 0
    for path in files:
        if captures >= options.captures_at_most:
            break
        numbers = streams_of(path, transport, options.streams_at_most)
        if not numbers:
            continue
        theirs = parts(follow(["tshark"], path, options.what, numbers), options.what)
        ours = parts(follow([options.netpeek], path, options.what, numbers), options.what)
        different = [number for number in theirs if ours.get(number) != theirs[number]]
        captures, streams = captures + 1, streams + len(theirs)
        whole, same = whole + (not different), same + len(theirs) - len(different)
        if different:
            print(f"{path.relative_to(options.captures)}: {len(different)} of {len(theirs)}: {different[:8]}", flush=True)
        for number in different[: max(0, options.show - shown)]:
            shown += 1
            pair = [text.get(number, "").split("\n") for text in (theirs, ours)]
            for line in list(difflib.unified_diff(*pair, "tshark", "netpeek", n=1, lineterm=""))[:20]:
                print("   ", line[:160])
    print(f"{options.what}: {same} of {streams} streams identical, {whole} of {captures} captures wholly")
    sys.exit(same != streams)


if __name__ == "__main__":
    main()
