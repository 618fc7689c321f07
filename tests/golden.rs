//! netpeek prints what tshark prints: every capture in `captures/`, line by line.
//!
//! What is expected stands in `captures/expected/`, written by `captures/expect.sh` with tshark 4.0.17, never by netpeek.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Captures that need what netpeek does not know yet, and what that is. Who adds it takes the capture from this list:
/// the test fails for a capture that is listed and passes.
const NOT_YET: &[(&str, &str)] = &[
    ("cooked-oddities.pcap", "?"),
    ("ethernet-oddities.pcap", "IDP"),
    ("ethertypes.pcap", "IDP, IEEE1722, TRILL, LAPB"),
    ("http-keepalive.pcap", "HTTP/XML"),
    ("http2.pcap", "HTTP2, HTTP2/JSON, TCP"),
    ("icmp-oddities.pcap", "ICMP"),
    ("icmpv6-oddities.pcap", "ICMPv6"),
    ("icmpv6-types.pcap", "ICMPv6"),
    ("igmp-types.pcap", "IGMPv0, IGMP, IGMPv1, DVMRP"),
    ("ip-routing.pcap", "OSPF, VRRP, PIMv2, EIGRP"),
    ("ipv4-oddities.pcap", "DAYTIME"),
    ("ipv4-options.pcap", "IPv4"),
    ("ipv4-protocols.pcap", "IGMPv0, IGRP, DCCP, IPv4"),
    ("ipv6-extensions.pcap", "MIPv6, HIP, UDP"),
    ("ipv6-protocols.pcap", "IGMPv0, IGRP, DCCP, ICMP"),
    ("llc.pcap", "SNA, IPX, X.25, 3Com XNS"),
    ("mpls.pcap", "0x0000, MPLS, UDP"),
    ("mptcp-paths.pcap", "MPTCP"),
    ("ppp.pcap", "IPX, PPP BCP"),
    ("sctp.pcap", "SCTP, Generic Data Transfer Protocol, IPv4"),
    ("tcp-options.pcap", "TCP, MPTCP"),
    ("tls-oddities.pcap", "TLSv1"),
    ("tunnels-odd.pcap", "UDP, IPv4, Ethernet, VRRP"),
    ("udp-oddities.pcap", "ECHO, Chargen, DAYTIME, TIME"),
    ("udp.pcap", "ECHO, Chargen"),
];

/// Differing lines shown of each capture.
const SHOWN: usize = 3;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures")
}

/// The names of a folder's files that `keep` keeps, in order.
fn names(folder: &Path, keep: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    entries.map(name).filter(|name| keep(name)).collect()
}

fn captures() -> BTreeSet<String> {
    names(&folder(), |name| name.split('.').any(|part| part == "pcap" || part == "pcapng"))
}

/// The exit statuses that are not 0, by capture.
fn statuses() -> BTreeMap<String, i32> {
    let text = fs::read_to_string(folder().join("expected/status.txt")).unwrap();
    let pair = |line: &str| {
        let (name, status) = line.rsplit_once(' ').unwrap();
        (name.to_owned(), status.parse().unwrap())
    };
    text.lines().map(pair).collect()
}

/// How netpeek's answer differs from the expected one, readably; `None` where it does not.
fn difference(name: &str, want_status: i32) -> Option<String> {
    let want = fs::read(folder().join("expected").join(format!("{name}.txt"))).unwrap();
    let answer = Command::new(env!("CARGO_BIN_EXE_netpeek"))
        .args(["-n", "-r"])
        .arg(name)
        .current_dir(folder())
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let got_status = answer.status.code();
    if answer.stdout == want && got_status == Some(want_status) {
        return None;
    }
    let (want, got) = (String::from_utf8_lossy(&want), String::from_utf8_lossy(&answer.stdout));
    let (want, got): (Vec<_>, Vec<_>) = (want.lines().collect(), got.lines().collect());
    let lines = want.len().max(got.len());
    let differing: Vec<_> = (0..lines).filter(|&line| want.get(line) != got.get(line)).collect();
    let mut text = format!("{name}: {} of {lines} lines differ\n", differing.len());
    for &line in differing.iter().take(SHOWN) {
        let show = |lines: &[&str]| lines.get(line).copied().unwrap_or("(no line)").to_owned();
        _ = writeln!(text, "    tshark  {}\n    netpeek {}", show(&want), show(&got));
    }
    if got_status != Some(want_status) {
        _ = writeln!(text, "    exit status {want_status} expected, found {}", answer.status);
    }
    if !answer.stderr.is_empty() {
        _ = writeln!(text, "    it says: {}", String::from_utf8_lossy(&answer.stderr).trim_end());
    }
    Some(text)
}

#[test]
fn every_capture_prints_as_tshark_prints_it() {
    let statuses = statuses();
    let (mut failures, mut differing) = (String::new(), 0);
    for name in captures() {
        let waived = NOT_YET.iter().find(|(listed, _)| *listed == name);
        match (difference(&name, statuses.get(&name).copied().unwrap_or(0)), waived) {
            (Some(_), Some(_)) | (None, None) => {}
            (Some(text), None) => {
                differing += 1;
                failures += &text;
            }
            (None, Some((_, reason))) => {
                differing += 1;
                _ = writeln!(failures, "{name}: passes; take it from NOT_YET ({reason})");
            }
        }
    }
    assert!(differing == 0, "{differing} captures fail\n{failures}");
}

#[test]
fn every_capture_has_its_expected_text_and_its_row_in_the_readme() {
    let captures = captures();
    let texts = names(&folder().join("expected"), |name| name != "status.txt");
    let wanted: BTreeSet<_> = captures.iter().map(|name| format!("{name}.txt")).collect();
    assert_eq!(texts, wanted, "run captures/expect.sh");

    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    for name in &captures {
        assert!(readme.contains(&format!("| `{name}` |")), "captures/README.md has no row for {name}");
    }
    for (name, _) in NOT_YET {
        assert!(captures.contains(*name), "{name} stands in NOT_YET, but not in captures/");
    }
}
