//! Display filters keep exactly the frames that tshark keeps, and what it refuses is refused in its words.
//!
//! `tests/display_filters.sh` wrote what is expected, with tshark.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod common;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use netpeek::filter::display::DisplayFilter;

/// Filters that ask for what netpeek does not have yet. The test fails for one that is listed and passes.
const NOT_YET: &[&str] = &[];

fn kept(filter: &DisplayFilter, frames: &[common::Kept]) -> String {
    let mut worker = common::detailed();
    let mut numbers = Vec::new();
    for kept in frames {
        worker.dissect(&kept.frame());
        if filter.keeps(&worker.sink, &kept.bytes) {
            numbers.push(kept.number.to_string());
        }
    }
    numbers.join(" ")
}

#[test]
fn filters_keep_what_tshark_keeps() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let expected = fs::read_to_string(root.join("tests/expected/display_filters.tsv")).unwrap();
    let mut captures = HashMap::new();
    let (mut wrong, mut asked) = (String::new(), 0);
    for line in expected.lines() {
        let [filter, capture, wanted] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line:?}") };
        let frames = captures.entry(capture).or_insert_with(|| common::frames(&root.join("captures").join(capture)));
        let got = match DisplayFilter::compile(filter) {
            Ok(filter) => kept(&filter, frames),
            Err(error) => format!("error: {}", error.message),
        };
        asked += 1;
        if (got != wanted) != NOT_YET.contains(&filter) {
            writeln!(wrong, "{filter}  ({capture})\n  tshark:  {wanted}\n  netpeek: {got}").unwrap();
        }
    }
    assert!(asked >= 300, "only {asked} filters");
    assert!(wrong.is_empty(), "{wrong}");
}
