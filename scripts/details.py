#!/usr/bin/env python3
"""How many packets' detail trees (-n -V) are tshark's, line for line.

    details.py CAPTURES                   the share of packets, of all and of those that hold core protocols alone
    details.py CAPTURES --list            the captures that count
    details.py CAPTURES --kinds 40        the most frequent kinds of difference
    details.py CAPTURES --kinds 40 --core among packets of core protocols alone

Those captures count whose summary rows are all tshark's: netpeek knows the protocols in them. A packet holds core
protocols alone where the list of protocols in tshark's own tree (frame.protocols) names no others; --all counts them
in every capture. Needs tshark 4.0.17; its answers are kept in --cache.
"""
import argparse, collections, concurrent.futures, difflib, hashlib, os, re, subprocess
from pathlib import Path

CORE = set("eth ethertype vlan arp ip ipv6 icmp icmpv6 tcp udp dns http tls data".split())
ENV = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", HOME="/nonexistent", XDG_CONFIG_HOME="/nonexistent")
PROTOCOLS = re.compile(r"^    \[Protocols in frame: (.*)\]$", re.M)


def run(program, args, capture, timeout):
    try:
        done = subprocess.run([program, *args.split(), "-r", str(capture)], stdin=subprocess.DEVNULL, capture_output=True, env=ENV, timeout=timeout)
        return done.returncode, done.stdout.decode("utf8", "replace")
    except subprocess.TimeoutExpired:
        return "timeout", ""


def tshark(opts, args, capture):
    """What tshark prints, from the cache where it is there."""
    key = hashlib.sha256(f"{args}\0{capture.relative_to(opts.captures)}\0{capture.stat().st_size}".encode()).hexdigest()[:24]
    file = opts.cache / key[:2] / key
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        code, out = run("tshark", args, capture, 120)
        file.write_text(f"{code}\n{out}", "utf8")
    return file.read_text("utf8").partition("\n")[2]


def packets(text):
    return [b.rstrip("\n") for b in re.split(r"\n(?=Frame \d+:)", text) if b.strip()]


def is_core(block):
    found = PROTOCOLS.search(block)
    return bool(found) and bool(found[1]) and set(found[1].split(":")) <= CORE


def masked(line):
    line = re.sub(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", "MAC", line)
    line = re.sub(r"\b\d{1,3}(\.\d{1,3}){3}\b", "IP", line)
    line = re.sub(r"[0-9A-Za-z_+/=%]{24,}…?", "BYTES", line)
    return re.sub(r"\d+", "N", re.sub(r"0x[0-9a-f]+", "HEX", line))[:90]


def kinds(want, got):
    """What differs between two trees, each difference with the line that it stands below."""
    want, got = want.split("\n"), got.split("\n")
    # Large trees take difflib minutes.
    if len(want) + len(got) > 1500:
        return {("(large)", (), ())}
    found = set()
    for what, a, b, c, d in difflib.SequenceMatcher(None, want, got, autojunk=False).get_opcodes():
        if what != "equal":
            before = masked(want[a - 1]) if a else ""
            found.add((before, tuple(map(masked, want[a:b][:3])), tuple(map(masked, got[c:d][:3]))))
    return found


def measure(opts, capture):
    rows = tshark(opts, "-n", capture) if opts.expected is None else ""
    if opts.expected is not None:
        file = opts.expected / f"{capture.relative_to(opts.captures)}.txt"
        rows = file.read_bytes().decode("utf8", "replace") if file.exists() else tshark(opts, "-n", capture)
    known = run(opts.netpeek, "-n", capture, 60)[1] == rows
    args = f"-n -V -c {opts.cap}"
    want = packets(tshark(opts, args, capture))
    got = packets(run(opts.netpeek, args, capture, 60)[1])
    result = {"file": str(capture.relative_to(opts.captures)), "known": known, "all": [0, 0], "core": [0, 0], "kinds": []}
    for i, block in enumerate(want):
        core, same = is_core(block), i < len(got) and got[i] == block
        for name in ["all"] * known + ["core"] * (core and (known or opts.all)):
            result[name][0] += same
            result[name][1] += 1
        counts = known and (core or not opts.core) or core and opts.all
        if opts.kinds and not same and counts:
            result["kinds"].append((i + 1, kinds(block, got[i] if i < len(got) else "")))
    return result


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("captures", type=Path)
    a.add_argument("--netpeek", default="target/release/netpeek")
    a.add_argument("--expected", type=Path, help="folder of tshark's summaries, where they are stored")
    a.add_argument("--cache", type=Path, default=Path("target/conformance"))
    a.add_argument("--cap", type=int, default=300, help="packets counted per capture (default: %(default)s)")
    a.add_argument("--match", default="", help="only captures whose path matches this")
    a.add_argument("--list", action="store_true", help="list the captures that count")
    a.add_argument("--kinds", type=int, default=0, metavar="N", help="the N most frequent kinds of difference")
    a.add_argument("--core", action="store_true", help="kinds of difference among packets of core protocols alone")
    a.add_argument("--all", action="store_true", help="count the packets of core protocols in every capture")
    a.add_argument("--below", help="only differences whose lines match this")
    a.add_argument("--jobs", type=int, default=os.cpu_count())
    opts = a.parse_args()
    opts.captures = opts.captures.resolve()
    captures = [p for p in sorted(opts.captures.rglob("*")) if p.is_file() and re.search(opts.match, str(p.relative_to(opts.captures)))]
    with concurrent.futures.ProcessPoolExecutor(opts.jobs) as pool:
        results = list(pool.map(measure, [opts] * len(captures), captures, chunksize=4))
    if opts.list:
        print("\n".join(r["file"] for r in results if r["known"]))
    if opts.kinds:
        found, alone, files, example = collections.Counter(), collections.Counter(), collections.defaultdict(set), {}
        for r in results:
            for number, all_kinds in r["kinds"]:
                for kind in all_kinds:
                    if opts.below and not re.search(opts.below, "\n".join([kind[0], *kind[1], *kind[2]])):
                        continue
                    found[kind] += 1
                    alone[kind] += len(all_kinds) == 1
                    files[kind].add(r["file"])
                    example.setdefault(kind, (r["file"], number))
        for kind in sorted(found, key=lambda k: -(alone[k] + found[k] / 10))[: opts.kinds]:
            print(f"{found[kind]:6d} packets, {alone[kind]} with it alone, {len(files[kind])} captures, {' frame '.join(map(str, example[kind]))}")
            print("\n".join([f"        {kind[0]}", *(f"      - {l}" for l in kind[1]), *(f"      + {l}" for l in kind[2])]))
    for name, words in [("all", "known captures"), ("core", "core packets")]:
        same, total = (sum(r[name][i] for r in results) for i in (0, 1))
        print(f"{words}: {same} of {total} packets ({100 * same / max(total, 1):.2f}%)")
    print(f"{sum(r['known'] for r in results)} of {len(results)} captures known")


if __name__ == "__main__":
    main()
