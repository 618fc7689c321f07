//! What is said of captures that cannot be read, or not to their end.

use std::fs;
use std::path::Path;

use netpeek::source::CaptureFile;

use crate::make::{
    Big, Little, block, content, enhanced, enhanced_of, failure, frames, interface, open, option, read, section,
    section_with, simple,
};

const DAMAGED: &str = "appears to be damaged or corrupt.\n(pcapng: ";
const UNSUPPORTED: &str = "contains record data that netpeek doesn't support.\n(pcapng: ";
const SHORT: &str = "appears to have been cut short in the middle of a packet.";
const SHORT_HEAD: &str = "appears to have been cut short in the middle of a packet or other data.";

/// A section with one interface and a packet, then `rest`, then a packet that must not be reached.
fn around(rest: &[u8]) -> Vec<u8> {
    let packet = enhanced(Little, 0, 1, &content(60), &[]);
    [&section(Little), &interface(Little, 1, 0, &[]), &packet, rest, &packet].concat()
}

#[track_caller]
fn assert_damaged(rest: &[u8], how: &str) {
    assert_eq!(failure(&around(rest)), (1, format!("{DAMAGED}{how})")));
}

#[test]
fn packets_that_contradict_themselves() {
    let packet = |numbers, options: &[u8]| enhanced_of(numbers, Little, 1, &content(60), options);
    assert_damaged(&packet([5, 60, 60], &[]), "interface index 5 is not less than section interface count 1");
    let small = "total block length 92 of an EPB is too small for 600 bytes of packet data";
    assert_damaged(&packet([5, 600, 600], &[]), small);
    assert_damaged(&packet([0, u32::MAX, 60], &[]), &small.replace("600", "4294967295"));
    let large = enhanced(Little, 0, 1, &content(262_145), &[]);
    assert_damaged(&large, "cap_len 262145 is larger than 262144");
    assert_damaged(
        &simple(Little, 61, &content(60)),
        "total block length 76 of an SPB is too small for 61 bytes of packet data",
    );
    let none = [section(Little), simple(Little, 60, &content(60))].concat();
    assert_eq!(failure(&none), (0, format!("{DAMAGED}SPB appeared before any IDBs in the section)")));
    let second = around(&[section(Big), enhanced(Big, 0, 1, &[], &[])].concat());
    let none = format!("{DAMAGED}interface index 0 is not less than section interface count 0)");
    assert_eq!(failure(&second), (1, none));
}

#[test]
fn block_lengths_that_cannot_be() {
    for (kind, body, how) in [
        (1, 0, "12 of an IDB is less than the minimum IDB size 20"),
        (2, 16, "28 of a PB is less than the minimum PB size 32"),
        (3, 0, "12 of an SPB is less than the minimum SPB size 16"),
        (4, 0, "12 of an NRB is less than the minimum NRB size 16"),
        (5, 8, "20 of an ISB is too small (< 24)"),
        (6, 16, "28 of an EPB is less than the minimum EPB size 32"),
        (9, 12, "24 of a systemd journal export block is too small (< 35)"),
        (0xbad, 0, "12 of a CB is too small (< 16)"),
        (0x204, 20, "32 of a Sysdig event block is too small (< 36)"),
        (0x216, 24, "36 of a Sysdig event block is too small (< 40)"),
    ] {
        assert_damaged(&block(Little, kind, &vec![0; body]), &format!("total block length {how}"));
    }
    let mut unknown = block(Little, 77, &[0; 8]);
    unknown[4] = 8;
    let minimum = "of an unknown block type is less than the minimum block size 12";
    assert_damaged(&unknown, &format!("total block length 8 {minimum}"));
    assert_damaged(&[0; 12], &format!("total block length 0 {minimum}"));
    unknown[4..8].copy_from_slice(&Little.u32(134_348_836));
    assert_damaged(&unknown, "total block length 134348836 is too large (> 134348832)");
    let mut unequal = block(Little, 77, &[0; 8]);
    unequal[16] = 99;
    assert_damaged(&unequal, "total block lengths (first 20 and second 100) don't match");
}

#[test]
fn options_that_do_not_fit() {
    let packet = |options: &[u8]| enhanced(Little, 0, 1, &content(60), options);
    let beyond = [Little.u16(1), Little.u16(500)].concat();
    let missing = "Not enough data to handle option of length 500";
    assert_damaged(&packet(&beyond), missing);
    assert_damaged(&interface(Little, 1, 0, &beyond), missing);
    assert_damaged(&block(Little, 5, &[&[0; 12], &beyond[..]].concat()), missing);
    for (code, len, how) in [
        (2, 2, "packet block flags option length 2 is not 4"),
        (4, 4, "packet block drop count option length 4 is not 8"),
        (5, 9, "packet block packet id option length 9 is not 8"),
        (6, 8, "packet block queue option length 8 is not 4"),
        (7, 0, "packet block verdict option length 0 is < 1"),
        (7, 8, "packet block TC verdict option length 8 is != 9"),
        (2988, 2, "option length (2) too small for custom option"),
        (19373, 3, "option length (3) too small for custom option"),
    ] {
        assert_damaged(&packet(&option(Little, code, &vec![1; len])), how);
    }
    assert_damaged(&packet(&option(Little, 7, &[2; 8])), "packet block XDP verdict option length 8 is != 9");
    let filter = option(Little, 11, &[]);
    assert_damaged(&interface(Little, 1, 0, &filter), "packet block verdict option length 0 is < 1");
    assert_eq!(frames(&around(&packet(&option(Little, 7, &[0; 3])))).len(), 3);
}

#[test]
fn names_and_secrets_that_do_not_fit() {
    let names = |records: &[u8]| block(Little, 4, records);
    let record = |kind, value: &[u8]| names(&option(Little, kind, value));
    assert_damaged(&record(1, &[1, 2]), "NRB record length for IPv4 record 2 < minimum length 4");
    assert_damaged(&record(2, &[1; 15]), "NRB record length for IPv6 record 15 < minimum length 16");
    assert_damaged(&record(1, b"\x01\x02\x03\x04abc"), "NRB record has non-null-terminated host name");
    let beyond = [&Little.u16(1)[..], &Little.u16(9), &[1; 8]].concat();
    assert_damaged(&names(&beyond), "8 bytes left in the block < NRB record length + padding 12");
    assert_eq!(frames(&around(&record(9, &[1; 3]))).len(), 2, "records of other kinds say what they like");
    let secrets = |len| block(Little, 10, &Little.u32s(&[0, len, 0]));
    assert_damaged(&secrets(1 << 30 | 1), "secrets block is too large: 1073741825");
    assert_eq!(failure(&around(&secrets(5))), (1, SHORT.to_owned()));
}

#[test]
fn section_headers_that_cannot_be() {
    for version in [(2, 0), (1, 1), (0, 0)] {
        let bytes = [section_with(Little, version, &[]), interface(Little, 1, 0, &[])].concat();
        let how = format!("{UNSUPPORTED}unknown SHB version {}.{})", version.0, version.1);
        assert_eq!(failure(&bytes), (0, how.clone()));
        assert_eq!(failure(&around(&section_with(Big, version, &[]))), (1, how));
    }
    let mut wrong = section(Little);
    wrong[8] = 0x4e;
    assert_damaged(&wrong, "unknown byte-order magic number 0x1a2b3c4e");
    assert_eq!(failure(&wrong), (0, "isn't a capture file in a format netpeek understands.".to_owned()));
}

#[test]
fn an_early_end_among_the_first_interfaces_is_one_of_the_head() {
    let head = [section(Little), interface(Little, 1, 0, &[])].concat();
    assert_eq!(failure(&head[..head.len() - 2]), (0, SHORT_HEAD.to_owned()));
    assert_eq!(failure(&[&head[..], &[6, 0, 0]].concat()), (0, SHORT_HEAD.to_owned()));
    assert_eq!(failure(&[&head[..], &[6, 0, 0, 0, 92, 0, 0, 0]].concat()), (0, SHORT.to_owned()));
    assert_eq!(failure(&section(Big)[..20]), (0, SHORT_HEAD.to_owned()));
}

#[test]
fn what_is_wrong_before_the_end_is_told_before_it() {
    let packet = enhanced_of([3, 60, 60], Little, 1, &content(60), &[]);
    let bytes = [section(Little), interface(Little, 1, 0, &[]), packet[..40].to_vec()].concat();
    let how = format!("{DAMAGED}interface index 3 is not less than section interface count 1)");
    assert_eq!(failure(&bytes), (0, how));
}

#[test]
fn files_too_short_to_be_captures() {
    assert_eq!(read(&[]), (Vec::new(), Ok(())));
    for len in 1..=7 {
        let seen = frames(&content(len));
        assert_eq!((seen.len(), seen[0].bytes.len(), seen[0].time), (1, len, None));
    }
    assert!(open(&content(8)).is_err());
}

#[test]
fn files_that_cannot_be_opened() {
    let message = |path: &Path| CaptureFile::open(path).err().unwrap().to_string();
    let folder = std::env::temp_dir().join(format!("netpeek-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    let shown = folder.display();
    assert_eq!(message(&folder), format!("\"{shown}\" is a directory (folder), not a file."));
    assert_eq!(message(&folder.join("x")), format!("The file \"{shown}/x\" doesn't exist."));
    assert_eq!(message(Path::new("")), "The file \"\" doesn't exist.");
    let text = folder.join("text");
    fs::write(&text, "no capture at all").unwrap();
    assert_eq!(
        message(&text),
        format!("The file \"{shown}/text\" isn't a capture file in a format netpeek understands.")
    );
    assert_eq!(message(&text.join("x")), format!("The file \"{shown}/text/x\" could not be opened: Not a directory."));
    fs::remove_dir_all(&folder).unwrap();
    let special = "is a \"special file\" or socket or other non-regular file.";
    assert_eq!(message(Path::new("/dev/null")), format!("The file \"/dev/null\" {special}"));
}
