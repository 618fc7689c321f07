//! Capture filters keep what libpcap's filters keep.
//!
//! What is expected stands in `capture_filters/expected/`, written by `capture_filters/make.py` with tcpdump, never by
//! netpeek. Where tcpdump is there, with the same libpcap, it is asked again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

use netpeek::filter::capture::bpf::{Ancillary, validate};
use netpeek::filter::capture::{CaptureFilter, Target};
use netpeek::source::{CaptureFile, LinkType};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join("tests/capture_filters")
}

/// The expressions by heading.
fn sections() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(folder().join("expressions.txt")).unwrap();
    let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut heading = String::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => heading = name.to_owned(),
            None => sections.entry(heading.clone()).or_default().push(line.to_owned()),
        }
    }
    sections
}

/// The link types that the expressions under a heading make sense for.
fn links(heading: &str) -> &'static [u16] {
    match heading {
        "ethernet" => &[1],
        "802.11" => &[105, 127],
        "radiotap" => &[127],
        "cooked" => &[113, 276],
        "cooked v2" => &[276],
        "none" => &[],
        other => panic!("no such heading: {other}"),
    }
}

fn compile(expression: &str, link: u16, target: Target) -> Result<CaptureFilter, String> {
    CaptureFilter::compile(expression, LinkType(link), 0, target).map_err(|error| error.pointing_into(expression))
}

/// A packet of a capture: its bytes and the length it had.
type Packet = (Vec<u8>, u32);

fn packets(path: &Path) -> Vec<Packet> {
    let mut file = CaptureFile::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut packets = Vec::new();
    while let Some(frame) = file.next().unwrap() {
        packets.push((frame.bytes.to_vec(), frame.wire_len));
    }
    packets
}

/// The packets of a capture that is named in what is expected.
fn named(name: &str) -> Vec<Packet> {
    let own = folder().join(name);
    packets(&if own.exists() { own } else { root().join("captures").join(name) })
}

/// The numbers of the packets kept, as `1-3,5`.
fn runs(numbers: impl Iterator<Item = usize>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let texts: Vec<String> =
        runs.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") }).collect();
    texts.join(",")
}

/// What a filter makes of captures, in the form of the expected files.
fn result(
    filter: Result<CaptureFilter, netpeek::filter::capture::FilterError>,
    captures: &[(String, Vec<Packet>)],
) -> String {
    let filter = match filter {
        Ok(filter) => filter,
        Err(error) => return if error.matches_nothing { "nothing" } else { "refused" }.to_owned(),
    };
    let mut kept = Vec::new();
    for (name, packets) in captures {
        let numbers = (1..).zip(packets).filter(|(_, (bytes, length))| filter.matches(bytes, *length)).map(|(n, _)| n);
        let runs = runs(numbers);
        if !runs.is_empty() {
            kept.push(format!("{name}={runs}"));
        }
    }
    kept.join(" ")
}

#[test]
fn expressions_are_accepted_or_refused() {
    let mut wrong = String::new();
    let sections = sections();
    for (heading, expressions) in &sections {
        for expression in expressions {
            for link in links(heading) {
                if let Err(error) = compile(expression, *link, Target::File) {
                    writeln!(wrong, "refused for {link}: {error}").unwrap();
                }
            }
            if heading == "none" && compile(expression, 1, Target::File).is_ok() {
                writeln!(wrong, "accepted: {expression}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let valid: usize = sections.iter().filter(|(heading, _)| *heading != "none").map(|(_, list)| list.len()).sum();
    assert!(valid >= 150 && sections["none"].len() >= 40, "{valid} valid expressions");
}

#[test]
fn filters_keep_what_is_expected() {
    let mut wrong = String::new();
    let mut compared = 0;
    for entry in fs::read_dir(folder().join("expected")).unwrap() {
        let path = entry.unwrap().path();
        let link = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let captures: Vec<(String, Vec<Packet>)> = lines
            .next()
            .and_then(|line| line.strip_prefix("captures\t"))
            .unwrap()
            .split(' ')
            .map(|capture| {
                let (name, count) = capture.split_once('=').unwrap();
                let packets = named(name);
                assert_eq!(packets.len().to_string(), count, "{name} is another one: run capture_filters/make.py");
                (name.to_owned(), packets)
            })
            .collect();
        for line in lines {
            let (expression, expected) = line.split_once('\t').unwrap();
            let filter = CaptureFilter::compile(expression, LinkType(link), 0, Target::File);
            let got = result(filter, &captures);
            // That an expression matches nothing is found out more often here.
            if got != expected && !(got == "nothing" && expected.is_empty()) {
                writeln!(wrong, "{expression} [{link}]\n  expected {expected}\n  got      {got}").unwrap();
            }
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nIf captures were recorded again, run capture_filters/make.py.");
    assert!(compared > 5_000, "only {compared} comparisons were made");
}

/// The version of libpcap that tcpdump uses here.
fn libpcap() -> Option<String> {
    let output = Command::new("tcpdump").arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Some(text.split_once("libpcap version ")?.1.split_whitespace().next()?.to_owned())
}

/// The packets that tcpdump keeps, or why it refuses.
fn tcpdump(path: &Path, expression: &str) -> Result<Vec<u8>, String> {
    let output =
        Command::new("tcpdump").args(["-n", "-r"]).arg(path).args(["-w", "-", "--", expression]).output().unwrap();
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// A pcap file.
fn written<'p>(link: u16, packets: impl Iterator<Item = &'p Packet>) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 262_144, u32::from(link)] {
        file.extend_from_slice(&u32::to_le_bytes(word));
    }
    for (bytes, length) in packets {
        for word in [0, 0, u32::try_from(bytes.len()).unwrap(), *length] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(bytes);
    }
    file
}

/// Compares with tcpdump for the expressions under all headings.
fn compare_here(link: u16) -> String {
    let capture = folder().join(format!("link-{link}.pcap"));
    let packets = packets(&capture);
    let mut wrong = String::new();
    // For Geneve behind 802.11, libpcap's programs read scratch words that they have not written.
    let meant = |expression: &&String| link != 105 || !expression.contains("geneve");
    for expression in sections().values().flatten().filter(meant) {
        let kept = tcpdump(&capture, expression);
        match CaptureFilter::compile(expression, LinkType(link), 0, Target::File) {
            Ok(filter) => {
                let ours = packets.iter().filter(|(bytes, length)| filter.matches(bytes, *length));
                // The times of the packets are left out.
                let kept = kept.map(|kept| without_times(&kept));
                if kept.as_ref() != Ok(&written(link, ours)) {
                    writeln!(wrong, "{expression} [{link}]: other packets than tcpdump's").unwrap();
                }
            }
            Err(error) if error.matches_nothing && kept.as_ref().is_ok_and(|kept| kept.len() == 24) => {}
            Err(error) if kept.is_ok() => {
                writeln!(wrong, "[{link}] {}", error.pointing_into(expression)).unwrap();
            }
            Err(_) => {}
        }
    }
    wrong
}

/// A pcap file with the times of its packets set to 0, and the link type as it was read.
fn without_times(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let mut at = 24;
    while at < file.len() {
        file[at..at + 8].fill(0);
        let length = u32::from_le_bytes(file[at + 8..at + 12].try_into().unwrap());
        at += 16 + usize::try_from(length).unwrap();
    }
    file
}

#[test]
fn filters_keep_what_tcpdump_keeps_here() {
    match libpcap() {
        Some(version) if version.starts_with("1.10.") => {}
        other => {
            println!("skipped: needs tcpdump with libpcap 1.10, here is {other:?}");
            return;
        }
    }
    let threads: Vec<_> = [1, 101, 105, 113].map(|link| std::thread::spawn(move || compare_here(link))).into();
    let wrong: String = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_file_is_read_as_if_captured_with_the_filter() {
    for name in ["blocks.pcapng", "arp.pcap"] {
        let path = root().join("captures").join(name);
        let mut expected = Vec::new();
        let mut file = CaptureFile::open(&path).unwrap();
        while let Some(frame) = file.next().unwrap() {
            let filter = CaptureFilter::compile("greater 60", frame.link, 0, Target::File).unwrap();
            if frame.kind == netpeek::source::Kind::Packet && filter.matches(frame.bytes, frame.wire_len) {
                expected.push((expected.len() as u64 + 1, frame.bytes.to_vec()));
            }
        }
        let mut file = CaptureFile::open(&path).unwrap();
        file.keep_only("greater 60").unwrap();
        let mut kept = Vec::new();
        while let Some(frame) = file.next().unwrap() {
            kept.push((frame.number, frame.bytes.to_vec()));
        }
        assert_eq!(kept, expected, "{name}");
        assert!(CaptureFile::open(&path).unwrap().keep_only("greater than").is_err());
    }
}

#[test]
fn programs_are_what_a_kernel_takes() {
    let links = [0, 1, 6, 9, 10, 101, 105, 107, 108, 113, 127, 192, 228, 229, 276];
    let mut programs = 0;
    for expression in sections().values().flatten() {
        for link in links {
            for target in [Target::File, Target::LinuxLive] {
                let Ok(filter) = compile(expression, link, target) else { continue };
                // An offset in front of the packet is known to be outside of it only where there is no kernel.
                if target == Target::LinuxLive || !expression.contains("[-1]") {
                    assert_eq!(validate(filter.instructions()), Ok(()), "{expression} [{link}]\n{filter}");
                    programs += 1;
                }
            }
        }
    }
    assert!(programs > 5_000, "only {programs} programs were made");
}

#[test]
fn a_tag_that_the_kernel_took_out_is_found() {
    let tagged = {
        let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, 5, 8, 0, 0x45];
        frame.resize(64, 0);
        frame
    };
    let taken: Vec<u8> = [&tagged[..12], &tagged[16..]].concat();
    let known = |vlan| Ancillary { vlan, ..Ancillary::default() };
    for (expression, expected) in [("vlan", true), ("vlan 5", true), ("vlan 6", false), ("vlan and ip", true)] {
        let filter = compile(expression, 1, Target::LinuxLive).unwrap();
        assert_eq!(filter.matches_live(&taken, 60, &known(Some(0x2005))), expected, "{expression}, taken out");
        assert_eq!(filter.matches_live(&tagged, 64, &known(None)), expected, "{expression}, in the frame");
        assert!(!filter.matches_live(&taken, 60, &known(None)), "{expression}, without tag");
    }
    let nested = compile("vlan 5 and vlan 7 and ip", 1, Target::LinuxLive).unwrap();
    let inner = [&tagged[..12], &[0x81, 0, 0, 7], &tagged[16..]].concat();
    assert!(nested.matches_live(&inner, 64, &known(Some(5))));
    assert!(!nested.matches_live(&taken, 60, &known(Some(5))));
}

#[test]
fn any_interface_is_filtered_by_what_the_kernel_knows() {
    let packet = [&[0_u8; 14], &[0x45_u8, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1][..]].concat();
    let packet = [&packet[..], &[0, 1, 0, 53, 0, 8, 0, 0]].concat();
    let known = Ancillary { protocol: 0x800, packet_type: 4, interface: 1, network_offset: 14, ..Ancillary::default() };
    for link in [113, 276] {
        for (expression, expected) in [
            ("udp port 53", true),
            ("host 127.0.0.1 and outbound", true),
            ("inbound", false),
            ("ifindex 1 and ip[9] = 17", true),
            ("ip6 or arp", false),
        ] {
            let filter = compile(expression, link, Target::LinuxLive).unwrap();
            assert_eq!(filter.matches_live(&packet, 42, &known), expected, "{expression} [{link}]");
        }
        assert!(compile("link[0] = 0", link, Target::LinuxLive).is_err());
    }
}

#[test]
fn the_mask_of_the_network_says_what_is_broadcast() {
    let to = |address: [u8; 4]| [&[0_u8; 12], &[8, 0, 0x45][..], &[0; 15], &address[..]].concat();
    let mask = "255.255.255.0".parse().unwrap();
    let filter = CaptureFilter::compile_for_network("ip broadcast", LinkType(1), 0, Target::File, mask).unwrap();
    let keeps = |address| filter.matches(&to(address), 60);
    assert!(keeps([192, 0, 2, 255]) && keeps([192, 0, 2, 0]) && !keeps([192, 0, 2, 1]));
}

#[test]
fn a_program_reads_as_tcpdump_shows_it() {
    let filter = CaptureFilter::compile("vlan 5 and udp[4:2] / 2 > 10 and greater 60", LinkType(1), 96, Target::File);
    let expected = "\
(000) ldh      [12]
(001) jeq      #0x8100          jt 4\tjf 2
(002) jeq      #0x88a8          jt 4\tjf 3
(003) jeq      #0x9100          jt 4\tjf 20
(004) ldh      [14]
(005) and      #0xfff
(006) jeq      #0x5             jt 7\tjf 20
(007) ldh      [16]
(008) jeq      #0x800           jt 9\tjf 20
(009) ldb      [27]
(010) jeq      #0x11            jt 11\tjf 20
(011) ldh      [24]
(012) jset     #0x1fff          jt 20\tjf 13
(013) ldxb     4*([18]&0xf)
(014) ldh      [x + 22]
(015) div      #2
(016) jgt      #0xa             jt 17\tjf 20
(017) ld       #pktlen
(018) jge      #0x3c            jt 19\tjf 20
(019) ret      #96
(020) ret      #0";
    assert_eq!(filter.unwrap().to_string(), expected);
}

/// A generator of numbers that are the same each time (Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn any_row_of_words_compiles_or_is_refused() {
    let text: Vec<String> = sections().into_values().flatten().collect();
    let mut words: Vec<&str> = text.iter().flat_map(|line| line.split(' ')).collect();
    words.extend(["(", ")", "[", "]", "!", "\\", ":", "-", "0xffffffff", "%", "^", "é", "\u{0}"]);
    let mut numbers = Numbers(1);
    let mut compiled = 0;
    for _ in 0..20_000 {
        let count = 1 + numbers.below(9);
        let row: Vec<&str> =
            (0..count).map(|_| words[numbers.below(words.len())]).filter(|w| !w.contains("no-such")).collect();
        // Names would be looked up in the network.
        let row = row.join(if numbers.below(4) == 0 { "" } else { " " }).replace("host ", "net ");
        let link = LinkType([1, 105, 113, 127, 101][numbers.below(5)]);
        match CaptureFilter::compile(&row, link, 0, Target::File) {
            Ok(filter) => {
                _ = filter.matches(&[0x45; 64], 64);
                compiled += 1;
            }
            Err(error) => {
                assert!(error.span.start <= error.span.end && error.span.end <= row.len(), "{row}: {error:?}");
                assert!(row.get(error.span.clone()).is_some(), "{row}: {error:?}");
                let _ = error.pointing_into(&row);
            }
        }
    }
    assert!(compiled > 300, "only {compiled} rows made sense");
}

/// libpcap refuses what no packet of a link type can match, but does not look where it follows a chain of headers.
#[test]
fn a_chain_of_headers_may_match_nothing() {
    let raw_ipv4 = 228;
    assert!(compile("ip6 proto 17", raw_ipv4, Target::File).is_err());
    let filter = compile("ip6 protochain 17", raw_ipv4, Target::File).unwrap();
    let mut packet = [0; 60];
    packet[0] = 0x45;
    packet[9] = 17;
    assert!(!filter.matches(&packet, 60));
}
