#!/usr/bin/env python3
"""How much of what tshark says of packets netpeek says, too: the figures of CONTRIBUTING's promises.

    against_tshark.py fields CAPTURES --keys FILE     the share of packets in which -T fields gives tshark's value, by key
    against_tshark.py json CAPTURES                   the share of packets that are equal as JSON, with their order
    against_tshark.py ek CAPTURES                     the same for -T ek
    against_tshark.py details CAPTURES                the share of packets whose -V is the same text

CAPTURES is a folder; the first --packets of each file count. Except with `fields`, only packets count that hold none
but core protocols. FILE has a key on each line. Needs tshark 4.0.17; its answers are kept in --cache.
"""
import argparse, collections, concurrent.futures, hashlib, json, os, re, subprocess, sys
from pathlib import Path

CORE = set("eth ethertype vlan arp ip ipv6 icmp icmpv6 igmp tcp udp dns http tls data".split())
ENV = dict(os.environ, TZ="UTC", LC_ALL="C.UTF-8", HOME="/nonexistent", XDG_CONFIG_HOME="/nonexistent")
# What depends on a registry of vendors that is not netpeek's is left out.
LEFT_OUT = re.compile(r"oui_resolved$")


def run(program, capture, args, timeout=120):
    command = [program, "-n", "-r", str(capture), *args]
    try:
        return subprocess.run(command, capture_output=True, env=ENV, timeout=timeout).stdout.decode("utf8", "replace")
    except subprocess.TimeoutExpired:
        return ""


def kept(opts, capture, args):
    """tshark's answer, from the cache where it is there."""
    key = hashlib.sha256(f"{args}\0{capture}\0{capture.stat().st_size}".encode()).hexdigest()[:24]
    file = opts.cache / key
    if not file.exists():
        opts.cache.mkdir(parents=True, exist_ok=True)
        file.write_text(run("tshark", capture, args), "utf8")
    return file.read_text("utf8")


def core(opts, capture):
    """For each packet whether it holds core protocols alone."""
    lists = kept(opts, capture, ["-c", str(opts.packets), "-T", "fields", "-e", "frame.protocols"])
    return [bool(l) and set(l.split(":")) <= CORE for l in lists.split("\n")[:-1]]


def pairs(members):
    return [(k, v) for k, v in members if not LEFT_OUT.search(k)]


def packets(text, style):
    if style == "details":
        return [b for b in re.split(r"\n(?=Frame \d+:)", text) if b.strip()]
    try:
        if style == "json":
            return json.loads(text or "[]", object_pairs_hook=pairs)
        return [json.loads(l, object_pairs_hook=pairs) for l in text.split("\n")[1::2]]
    except json.JSONDecodeError as error:
        return [f"no JSON: {error}"]


def formats(opts, capture):
    wanted = core(opts, capture)
    if not any(wanted):
        return 0, 0
    args = ["-c", str(opts.packets), *(["-V"] if opts.what == "details" else ["-T", opts.what])]
    want = packets(kept(opts, capture, args), opts.what)
    got = packets(run(opts.netpeek, capture, args), opts.what)
    rows = [i for i, is_core in enumerate(wanted) if is_core and i < len(want)]
    return len(rows), sum(i < len(got) and want[i] == got[i] for i in rows)


def fields(opts, capture):
    args = ["-c", str(opts.packets), "-T", "fields", "-E", "separator=\x01", *(a for k in opts.keys for a in ("-e", k))]
    want, got = kept(opts, capture, args).split("\n")[:-1], run(opts.netpeek, capture, args).split("\n")[:-1]
    seen, same = collections.Counter(), collections.Counter()
    for i, line in enumerate(want):
        theirs = line.split("\x01")
        ours = got[i].split("\x01") if i < len(got) else []
        for k, key in enumerate(opts.keys):
            mine = ours[k] if k < len(ours) else ""
            if theirs[k] or mine:
                seen[key] += 1
                same[key] += theirs[k] == mine
    return seen, same


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("what", choices=["fields", "json", "ek", "details"])
    a.add_argument("captures", type=Path)
    a.add_argument("--netpeek", default="target/release/netpeek")
    a.add_argument("--keys", type=Path)
    a.add_argument("--packets", type=int, default=100)
    a.add_argument("--match", default="", help="only captures whose path has this in it")
    a.add_argument("--cache", type=Path, default=Path("target/against_tshark"))
    a.add_argument("--jobs", type=int, default=os.cpu_count())
    opts = a.parse_args()
    captures = [p for p in sorted(opts.captures.rglob("*")) if p.is_file() and opts.match in str(p)]
    measure = formats
    if opts.what == "fields":
        measure = fields
        known = {l.split("\t")[2] for l in subprocess.run([opts.netpeek, "-G", "fields"], capture_output=True, text=True).stdout.split("\n") if "\t" in l}
        keys = opts.keys.read_text().split()
        print("unknown:", " ".join(k for k in keys if k not in known))
        opts.keys = [k for k in keys if k in known]
    with concurrent.futures.ThreadPoolExecutor(opts.jobs) as pool:
        results = list(pool.map(lambda c: measure(opts, c), captures))
    if opts.what != "fields":
        total, same = (sum(r[i] for r in results) for i in (0, 1))
        print(f"{same} of {total} packets ({100 * same / max(total, 1):.2f}%)")
        return
    seen, same = (sum((r[i] for r in results), collections.Counter()) for i in (0, 1))
    shares = sorted((100 * same[k] / seen[k], k) for k in opts.keys if seen[k])
    for share, key in shares:
        if share < 99:
            print(f"{share:6.2f}% of {seen[key]:7d}  {key}")
    print(f"{sum(share >= 99 for share, _ in shares)} of {len(shares)} fields in 99 % of packets")


if __name__ == "__main__":
    main()
