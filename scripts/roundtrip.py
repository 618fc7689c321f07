#!/usr/bin/env python3
"""Reads captures with netpeek, writes them with `-w`, and has tshark compare copy and original.

    scripts/roundtrip.py [--netpeek PATH] [--format pcapng|pcap|nsecpcap] [--jobs N] [--show N] PATH...

A copy must have the same frames: number, time, lengths, link type, interface and its name and description, packet
comments and flags, and every byte. capinfos must see the same packets, interfaces, names and comments, and tcpdump must
read the copy if it reads the original (pcapng with several link types it never reads). A capture that tshark cannot
read to its end must be copied as far as tshark reads it.

Times that do not fit their record (a fraction beyond a second, a year beyond the format's) are judged by tshark's own
copy: where its times differ from the original's in the same way, the captures are counted apart.

With a pcap format, captures that pcap cannot hold are counted apart: tshark refuses those too.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ENVIRONMENT = dict(os.environ, TZ="UTC", HOME="/nonexistent", XDG_CONFIG_HOME="/nonexistent")
# What a frame is, apart from its bytes; the second list is known to pcapng alone.
FIELDS = ["frame.time_epoch", "frame.number", "frame.len", "frame.cap_len", "frame.encap_type"]
PCAPNG_FIELDS = [
    "frame.interface_id", "frame.interface_name", "frame.interface_description", "frame.section_number",
    "frame.comment", "frame.packet_flags", "frame.packet_id", "frame.interface_queue", "frame.verdict",
    "frame.drop_count",
]
# Lines of capinfos that must agree in copies from pcapng to pcapng.
CAPINFOS = (
    "Number of packets", "Data size", "Capture duration", "First packet time", "Last packet time", "Capture comment",
    "Number of interfaces", "Name =", "Description =", "Encapsulation =", "Filter string =", "Operating system =",
    "Hardware =", "Comment =", "Time precision", "Number of stat entries", "Number of resolved", "Capture hardware",
    "Capture oper-sys", "Capture application", "Number of decryption secrets",
)


def call(*command):
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, timeout=300)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def complaints(errors):
    """What a program said of a file, without what it always says, and says of itself."""
    return [line for line in errors.splitlines() if line and "Running as user" not in line and " ** (" not in line]


def frames(path, pcapng, factor):
    """Rows of fields and the bytes of each frame, as tshark prints them; what it said, and how it ended.

    Times are in units of the coarser clock, for tshark shows a damaged record's fraction beyond a second in full.
    """
    names = FIELDS + (PCAPNG_FIELDS if pcapng else [])
    columns = ",".join(f'"{name}","%Cus:{name}:0:R"' for name in names)
    status, out, errors = call(
        "tshark", "-n", "-r", str(path), "-P", "-x", "--hexdump", "frames", "-o", f"gui.column.format:{columns}")

    def time(found):
        sign = -1 if found[1].startswith("-") else 1
        return str(sign * (int(found[1].lstrip("-")) * 10**9 + int(found[2])) // factor) + " "
    lines = [re.sub(r"^ *(-?\d+)\.(\d+) ", time, line) for line in out.decode(errors="replace").split("\n")]
    return status, lines, errors


def infos(path):
    lines = call("capinfos", "-M", str(path))[1].decode(errors="replace").splitlines()
    return [" ".join(line.split()) for line in lines if any(start in line for start in CAPINFOS)]


def is_pcapng(path):
    import bz2, gzip, lzma
    with open(path, "rb") as file:
        head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as file:
                head = file.read(4)
        except (OSError, EOFError):
            return False
    if head in (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"):
        tool = "zstd" if head[0] == 0x28 else "lz4"
        head = subprocess.run([tool, "-dc", str(path)], capture_output=True).stdout[:4]
    return head == b"\x0a\x0d\x0d\x0a"


def compare(netpeek, path, form):
    """The differences between a capture and its copy; a word for why there is nothing to compare."""
    pcapng = is_pcapng(path) and form == "pcapng"
    factor = 1000 if form == "pcap" else 1
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy"
        code, out, said = call(netpeek, "-r", str(path), "-F", form, "-w", str(copy))
        if code == 0 and path.read_bytes() == copy.read_bytes():
            return "identical", []
        status, before, errors = frames(path, pcapng, factor)
        if before == [""] and status != 0:
            return "unreadable", []
        if "can't be" in said or "one link type only" in said:
            theirs, _, words = call("tshark", "-r", str(path), "-F", form, "-w", str(copy) + ".theirs")
            return ("not for this format", []) if theirs != 0 else ("differs", [f"refused: {said.strip()}", words])
        wrong = []
        if (code != 0) != (status != 0):
            wrong.append(f"netpeek ended with {code}, tshark with {status}: {said.strip()} / {complaints(errors)}")
        if out:
            wrong.append("something on standard output")
        after_status, after, after_errors = frames(copy, pcapng, factor)
        if after_status != 0 or complaints(after_errors):
            wrong.append(f"tshark on the copy: {complaints(after_errors)}")
        if before != after:
            pairs = [(a, b) for a, b in zip(before, after) if a != b]
            wrong.append(f"{len(before)} lines before, {len(after)} after; the first that differ: {pairs[:1]}")
        if pcapng and status == 0 and infos(path) != infos(copy):
            pairs = [(a, b) for a, b in zip(infos(path), infos(copy)) if a != b]
            wrong.append(f"capinfos: {pairs[:2]}")
        ours = call("capinfos", str(copy))
        if status == 0 and (ours[0] != 0 or complaints(ours[2])):
            theirs = call("capinfos", str(path))
            if theirs[0] == 0 and not complaints(theirs[2]):
                wrong.append(f"capinfos on the copy: {complaints(ours[2])}")
        # tcpdump may read on where tshark stops, in a damaged file.
        wrong += by_tcpdump(path, copy) if status == 0 else []
        if len(wrong) == 1 and before != after and frames(own_copy(path, copy, form), pcapng, factor)[1] == after:
            return "same as tshark's own copy", []
        return ("differs", wrong) if wrong else ("same", [])


def own_copy(path, copy, form):
    """tshark's copy of a capture."""
    theirs = pathlib.Path(str(copy) + ".theirs")
    call("tshark", "-r", str(path), "-F", form, "-w", str(theirs))
    return theirs


def by_tcpdump(path, copy):
    """Whether tcpdump reads fewer frames of the copy than of the original."""
    def read(name):
        status, out, errors = call("tcpdump", "--count", "-n", "-r", str(name))
        return status, out.split(b" ")[0], errors
    before, after = read(path), read(copy)
    if before[0] == 0 and after[:2] != before[:2]:
        return [f"tcpdump: {before[:2]} before, {after} after"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--netpeek", default="target/release/netpeek")
    parser.add_argument("--format", default="pcapng", choices=["pcapng", "pcap", "nsecpcap"])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=20, help="how many captures that differ are named")
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    given = parser.parse_args()
    files = sorted(file for path in given.paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())
    tally, shown = collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for path, (word, wrong) in zip(files, pool.map(lambda path: compare(given.netpeek, path, given.format), files)):
            tally[word] += 1
            if word == "differs" and shown < given.show:
                shown += 1
                print(path, *wrong, sep="\n    ", flush=True)
    print(", ".join(f"{count} {word}" for word, count in sorted(tally.items())))
    sys.exit(tally["differs"] > 0)


if __name__ == "__main__":
    main()
