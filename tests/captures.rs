//! The captures that a program in this repository writes are what that program writes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

#[path = "../examples/make_knockknock.rs"]
#[allow(dead_code, reason = "its main() is the example's")]
mod make_knockknock;

#[path = "../examples/make_oddities/main.rs"]
#[allow(dead_code, reason = "its main() is the example's")]
mod make_oddities;

use std::fs;
use std::io::Read;
use std::path::Path;

fn stored(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn make_knockknock_writes_the_stored_capture() {
    assert!(make_knockknock::capture().unwrap() == stored("knockknock.pcapng"), "captures/knockknock.pcapng differs");
}

/// What is in a compressed file; others as they are. (How a compressor compresses is its own affair.)
fn unpacked(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    let mut plain = Vec::new();
    match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("gz") => flate2::read::GzDecoder::new(&*bytes).read_to_end(&mut plain).unwrap(),
        Some("zst") => ruzstd::decoding::StreamingDecoder::new(&*bytes).unwrap().read_to_end(&mut plain).unwrap(),
        Some("lz4") => lz4_flex::frame::FrameDecoder::new(&*bytes).read_to_end(&mut plain).unwrap(),
        _ => return bytes,
    };
    plain
}

#[test]
fn make_oddities_writes_the_stored_captures() {
    let differs =
        |(name, bytes): &(&'static str, Vec<u8>)| unpacked(name, bytes.clone()) != unpacked(name, stored(name));
    let differing: Vec<_> =
        make_oddities::captures().unwrap().into_iter().filter(differs).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "these differ in captures/: {differing:?}");
}
