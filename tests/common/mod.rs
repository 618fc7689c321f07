//! What several tests need: the stored captures, as frames in memory.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test uses some of it"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use netpeek::dissect::Worker;
use netpeek::dissect::registry::Registry;
use netpeek::dissect::sink::{Detail, Wanted};
use netpeek::source::{CaptureFile, Frame, LinkType, Time};

/// A frame in memory.
pub struct Kept {
    pub number: u64,
    pub time: Option<Time>,
    pub wire_len: u32,
    pub link: LinkType,
    pub bytes: Vec<u8>,
}

impl Kept {
    pub fn of(frame: &Frame<'_>) -> Self {
        let Frame { number, time, wire_len, link, bytes, .. } = *frame;
        Self { number, time, wire_len, link, bytes: bytes.to_vec() }
    }
    pub fn frame(&self) -> Frame<'_> {
        let frame = Frame::new(self.number, self.link, &self.bytes);
        Frame { time: self.time, wire_len: self.wire_len, ..frame }
    }
}

/// The stored captures, in the order of their names.
pub fn captures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let capture = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        path.is_file() && ["pcap", "pcapng"].iter().any(|ending| name.contains(&format!(".{ending}")))
    };
    let mut files: Vec<_> = files.filter(capture).collect();
    files.sort();
    assert!(files.len() > 10, "captures/ holds {} captures", files.len());
    files
}

/// The frames of a capture, as far as it can be read.
pub fn frames(path: &Path) -> Vec<Kept> {
    let mut file = CaptureFile::open(path).unwrap();
    let mut kept = Vec::new();
    while let Ok(Some(frame)) = file.next() {
        kept.push(Kept::of(&frame));
    }
    kept
}

/// A worker that has seen nothing yet, and takes frames apart for their rows alone.
pub fn quiet() -> Worker {
    recording(Wanted::Nothing)
}

/// A worker that has seen nothing yet, and records everything.
pub fn detailed() -> Worker {
    recording(Wanted::Everything)
}

/// A worker that has seen nothing yet, and records what is wanted.
pub fn recording(wanted: Wanted) -> Worker {
    Worker::recording(Arc::new(Registry::default()), wanted, Detail::default())
}
