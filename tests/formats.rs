//! Output formats: netpeek prints what tshark prints, and JSON is JSON on every capture.
//!
//! `tests/formats.sh` wrote what is expected, with tshark.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may"
)]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Arguments as a shell takes them apart, double quotes being the only ones used.
fn words(arguments: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (i, part) in arguments.split('"').enumerate() {
        if i % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

fn netpeek(capture: &Path, arguments: &[String]) -> Vec<u8> {
    let answer = Command::new(env!("CARGO_BIN_EXE_netpeek"))
        .arg("-n")
        .arg("-r")
        .arg(capture)
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("captures"))
        .env("TZ", "UTC")
        .output()
        .unwrap();
    answer.stdout
}

/// Lines, without those that say which program made the document and when.
fn lines(text: &[u8]) -> Vec<String> {
    let made = |line: &&str| line.contains("creator=\"") || line.starts_with("<!--");
    String::from_utf8_lossy(text).lines().filter(|line| !made(line)).map(str::to_owned).collect()
}

#[test]
fn formats_are_tsharks() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut failures = String::new();
    for case in fs::read_to_string(tests.join("formats.txt")).unwrap().lines() {
        let [name, capture, arguments] = case.split('\t').collect::<Vec<_>>()[..] else { panic!("{case:?}") };
        let want = lines(&fs::read(tests.join(format!("expected/formats/{name}.txt"))).unwrap());
        let got = lines(&netpeek(Path::new(capture), &words(arguments)));
        if want == got {
            continue;
        }
        let line = (0..want.len().max(got.len())).find(|&line| want.get(line) != got.get(line)).unwrap();
        let show = |lines: &[String]| lines.get(line).cloned().unwrap_or_else(|| "(no line)".to_owned());
        _ = writeln!(failures, "{name}, line {}\n    tshark  {}\n    netpeek {}", line + 1, show(&want), show(&got));
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Walks JSON (RFC 8259); the rest behind a value, or where it is none.
struct Json<'a>(&'a [u8]);

impl Json<'_> {
    fn space(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }
    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let taken = self.0.strip_prefix(&[byte]);
        self.0 = taken.unwrap_or(self.0);
        taken.is_some()
    }
    fn list(&mut self, close: u8, mut member: impl FnMut(&mut Self) -> bool) -> bool {
        if self.take(close) {
            return true;
        }
        loop {
            if !member(self) {
                return false;
            }
            if !self.take(b',') {
                return self.take(close);
            }
        }
    }
    fn string(&mut self) -> bool {
        if !self.take(b'"') {
            return false;
        }
        loop {
            match self.0 {
                [b'"', rest @ ..] => {
                    self.0 = rest;
                    return true;
                }
                [b'\\', b'u', hex @ ..] if hex.len() >= 4 && hex[..4].iter().all(u8::is_ascii_hexdigit) => {
                    self.0 = &hex[4..];
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => self.0 = rest,
                [b'\\', ..] | [..0x20, ..] | [] => return false,
                [_, rest @ ..] => self.0 = rest,
            }
        }
    }
    fn value(&mut self) -> bool {
        self.space();
        match self.0 {
            [b'{', rest @ ..] => {
                self.0 = rest;
                self.list(b'}', |json| json.string() && json.take(b':') && json.value())
            }
            [b'[', rest @ ..] => {
                self.0 = rest;
                self.list(b']', Self::value)
            }
            [b'"', ..] => self.string(),
            _ => {
                let word = self.0.iter().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == &b'-').count();
                let (word, rest) = self.0.split_at(word);
                self.0 = rest;
                matches!(word, b"true" | b"false" | b"null")
                    || std::str::from_utf8(word).unwrap().parse::<i64>().is_ok()
            }
        }
    }
    fn whole(text: &[u8]) -> bool {
        let mut json = Json(text);
        let value = json.value();
        json.space();
        value && json.0.is_empty() && std::str::from_utf8(text).is_ok()
    }
}

#[test]
fn json_is_json_on_every_capture() {
    let options: [&[&str]; 3] = [&["json", "-x"], &["jsonraw", "--no-duplicate-keys"], &["ek", "-x"]];
    for path in common::captures() {
        for option in options {
            let arguments: Vec<String> = ["-T"].iter().chain(option).map(|&word| word.to_owned()).collect();
            let text = netpeek(&path, &arguments);
            let place = || format!("{} {option:?}", path.display());
            if option[0] == "ek" {
                text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).for_each(|line| {
                    assert!(Json::whole(line), "{}: {}", place(), String::from_utf8_lossy(line));
                });
            } else {
                assert!(Json::whole(&text), "{}", place());
            }
        }
    }
}

#[test]
fn what_is_no_json_is_told() {
    for text in ["", "[1,]", "{\"a\" 1}", "\"\u{1}\"", "[1] 2", "{\"a\":\"\\x\"}", "[nul]"] {
        assert!(!Json::whole(text.as_bytes()), "{text}");
    }
    assert!(Json::whole(br#" [ {"a": "\u00e9\n", "b": [true, null, -1, {}]}, [] ] "#));
}

#[test]
fn unknown_fields_are_named_with_known_ones() {
    let answer = Command::new(env!("CARGO_BIN_EXE_netpeek"))
        .args(["-r", "captures/dns.pcap", "-T", "fields", "-e", "ip.scr", "-e", "ip.src", "-e", "no.such.field.at.all"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(answer.status.code(), Some(1));
    let said = String::from_utf8(answer.stderr).unwrap();
    let start = "netpeek: Some fields aren't valid:\n\tno.such.field.at.all\n\tip.scr (known: ip.src";
    assert!(said.starts_with(start), "{said}");
}
