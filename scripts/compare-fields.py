#!/usr/bin/env python3
"""Compare values of fields with tshark's, packet by packet.

    compare-fields.py NETPEEK CAPTURES FIELD...

Counts the packets in which tshark gives the field any value, and those in which netpeek gives the same.
"""
import os
import subprocess
import sys
from pathlib import Path

ENV = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", HOME="/nonexistent", XDG_CONFIG_HOME="/nonexistent")
LARGEST = 4 << 20
MOST_ROWS = 5000


def values(program, capture, fields):
    asked = [word for field in fields for word in ("-e", field)]
    command = [program, "-n", "-r", capture, "-c", str(MOST_ROWS), "-T", "fields", *asked]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, env=ENV, timeout=120)
    except subprocess.TimeoutExpired:
        return []
    return [line.split("\t") for line in done.stdout.decode("latin1").split("\n")[:-1]]


def main():
    netpeek, captures, *fields = sys.argv[1:]
    total, same = dict.fromkeys(fields, 0), dict.fromkeys(fields, 0)
    for path in sorted(Path(captures).rglob("*")):
        if not path.is_file() or path.stat().st_size > LARGEST:
            continue
        theirs, ours = values("tshark", path, fields), values(netpeek, path, fields)
        worst = {}
        for i, row in enumerate(theirs):
            other = ours[i] if i < len(ours) else []
            for at, field in enumerate(fields):
                value = row[at] if at < len(row) else ""
                if value or (at < len(other) and other[at]):
                    total[field] += 1
                    if at < len(other) and other[at] == value:
                        same[field] += 1
                    else:
                        worst.setdefault(field, []).append((i + 1, value, other[at] if at < len(other) else None))
        for field, rows in worst.items():
            print(f"{path}: {field}: {len(rows)} differ: {rows[:3]}", flush=True)
    for field in fields:
        print(f"{field}: {same[field]} of {total[field]} ({100 * same[field] / max(1, total[field]):.2f} %)")


if __name__ == "__main__":
    main()
