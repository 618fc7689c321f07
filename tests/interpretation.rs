//! Names, preferences, decode as: netpeek prints and refuses what tshark prints and refuses.
//!
//! `tests/interpretation.sh` wrote what is expected, with tshark, for the arguments in `tests/interpretation.txt`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Arguments for which netpeek's answer differs, and why. The test fails for one that is listed and passes.
const NOT_YET: &[(&str, &str)] = &[];

/// What netpeek says, in the form of the expected text.
fn answer(arguments: &str) -> String {
    let answer = Command::new(env!("CARGO_BIN_EXE_netpeek"))
        .args(arguments.split(' '))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("captures"))
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let mut text = format!("{arguments}\n{}", String::from_utf8_lossy(&answer.stdout));
    if let Some(complaint) = String::from_utf8_lossy(&answer.stderr).lines().find_map(|l| l.strip_prefix("netpeek: ")) {
        writeln!(text, "! {complaint}").unwrap();
    }
    writeln!(text, "= {}", answer.status.code().unwrap()).unwrap();
    text
}

#[test]
fn arguments_change_what_they_change_in_tshark() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let expected = fs::read_to_string(tests.join("expected/interpretation.txt")).unwrap();
    let cases: Vec<&str> = expected.split("$ ").filter(|case| !case.is_empty()).collect();
    let asked = fs::read_to_string(tests.join("interpretation.txt")).unwrap();
    assert_eq!(asked.lines().count(), cases.len(), "run tests/interpretation.sh");
    let mut wrong = String::new();
    for (arguments, wanted) in asked.lines().zip(cases) {
        let got = answer(arguments);
        let waived = NOT_YET.iter().any(|(known, _)| *known == arguments);
        if (got != wanted) == waived {
            continue;
        }
        writeln!(wrong, "netpeek {arguments}{}", if waived { "  passes; take it from NOT_YET" } else { "" }).unwrap();
        for (want, got) in wanted.lines().zip(got.lines()).filter(|(want, got)| want != got).take(3) {
            writeln!(wrong, "    tshark  {want}\n    netpeek {got}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
