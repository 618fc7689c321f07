//! The captures that a program in this repository writes are what that program writes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "../examples/make_knockknock.rs"]
#[allow(dead_code, reason = "its main() is the example's")]
mod make_knockknock;

use std::fs;
use std::path::Path;

fn stored(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn make_knockknock_writes_the_stored_capture() {
    assert!(make_knockknock::capture().unwrap() == stored("knockknock.pcapng"), "captures/knockknock.pcapng differs");
}
