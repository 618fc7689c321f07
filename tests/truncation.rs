//! No capture, cut wherever, makes netpeek panic or go on for ever.
//!
//! Two knives: the file cut short, as a full disk leaves it, and its frames cut short, as a small snaplen does. What the
//! first leaves is whole frames again, so that only the source has to cope with it; what the second leaves goes the whole
//! way, through the source, the dissectors and both views.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

mod common;

use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use std::{fs, thread};

use netpeek::dissect::sink::Wanted;
use netpeek::present::View;
use netpeek::present::summary::Summary;
use netpeek::present::time::{Clock, Format, Seconds};
use netpeek::present::tree::Tree;

use netpeek::source::{CaptureFile, Frame, Name};

/// Up to here a file is cut at every length, beyond it around its records only.
const EVERY_LENGTH: usize = 4096;
/// A file shorter than this is not asked for its format.
const SHORTEST_MAGIC: usize = 8;
/// How far around a record's ends: into its header, and into its last words.
const AROUND: usize = 3;
/// How long all cuts of one capture may take, in a build without optimisation.
const PATIENCE: Duration = Duration::from_secs(300);

/// The lengths at which a file of these bytes is cut.
fn cuts(bytes: &[u8]) -> BTreeSet<usize> {
    let mut cuts: BTreeSet<usize> = (0..bytes.len().min(EVERY_LENGTH)).collect();
    // Of a compressed file the records' places are not known; a stride has to do.
    let ends = record_ends(bytes).unwrap_or_else(|| (EVERY_LENGTH..bytes.len()).step_by(61).collect());
    for end in ends {
        cuts.extend(end.saturating_sub(AROUND)..=end + AROUND);
        // A pcap record's header, and the link and network layers' ends behind it.
        cuts.extend([8, 12, 16, 20, 28, 30, 50, 70].map(|more| end + more));
    }
    cuts.retain(|cut| *cut < bytes.len());
    cuts
}

/// Where the records of an uncompressed capture end, by the lengths that the source reports of them.
fn record_ends(bytes: &[u8]) -> Option<Vec<usize>> {
    let plain = [[0xd4, 0xc3], [0xa1, 0xb2], [0x4d, 0x3c], [0x0a, 0x0d]].iter().any(|magic| bytes.starts_with(magic));
    if !plain {
        return None;
    }
    let (mut ends, mut at) = (Vec::new(), 0);
    let mut source = open(bytes)?;
    while let Ok(Some(frame)) = source.next() {
        // Each record stands behind the one before; pcapng has other blocks between them.
        let place = bytes[at..].windows(frame.raw.len()).position(|window| window == frame.raw)?;
        at += place + frame.raw.len();
        ends.push(at);
    }
    Some(ends)
}

fn open(bytes: &[u8]) -> Option<CaptureFile> {
    CaptureFile::over(Name::StandardInput, Box::new(Cursor::new(bytes.to_vec()))).ok()
}

/// Reads a capture to its end, or to where it breaks off; says how many frames there were.
fn read(bytes: &[u8]) -> u64 {
    let Some(mut source) = open(bytes) else { return 0 };
    let mut frames = 0;
    while let Ok(Some(_)) = source.next() {
        frames += 1;
    }
    assert!(matches!(source.next(), Ok(None)), "a capture that has ended or failed goes on");
    frames
}

/// Shows every frame of a capture, each cut to `snaplen` bytes.
fn show(bytes: &[u8], snaplen: usize, wanted: Wanted, mut view: impl View) {
    let mut source = open(bytes).unwrap();
    let mut worker = common::recording(wanted);
    let mut out = Vec::new();
    view.begin(&mut out);
    while let Ok(Some(frame)) = source.next() {
        let frame = Frame { bytes: frame.bytes.get(..snaplen).unwrap_or(frame.bytes), ..frame };
        worker.dissect(&frame);
        view.frame(&frame, &mut worker, &mut out);
        worker.displayed();
        out.clear();
    }
    view.end(&mut out);
}

fn summary(bytes: &[u8], snaplen: usize) {
    show(bytes, snaplen, Wanted::Nothing, Summary::new(Clock::new(Format::default(), Seconds::default()), false));
}

fn tree(bytes: &[u8], snaplen: usize) {
    show(bytes, snaplen, Wanted::Everything, Tree::new(Vec::new()));
}

/// Runs `job` and puts a panic's place among the failures.
fn attempt(failures: &mut Vec<String>, place: impl Fn() -> String, job: impl FnOnce()) {
    if panic::catch_unwind(AssertUnwindSafe(job)).is_err() {
        failures.push(place());
    }
}

/// Cuts the file at every length that `cuts` names: what is read before the cut is a beginning of the whole, but that a
/// file too short for any format is one frame.
fn cut_file(name: &str, bytes: &[u8], failures: &mut Vec<String>) {
    let whole = read(bytes);
    for cut in cuts(bytes) {
        let place = || format!("{name}, the file cut to {cut} bytes");
        let most = if (1..SHORTEST_MAGIC).contains(&cut) { 1 } else { whole };
        attempt(failures, place, || assert!(read(&bytes[..cut]) <= most));
    }
}

/// Cuts every frame to each length up to the longest frame's, with wider steps where headers are past.
fn cut_frames(name: &str, bytes: &[u8], failures: &mut Vec<String>) {
    let mut longest = 0;
    let mut source = open(bytes).unwrap();
    while let Ok(Some(frame)) = source.next() {
        longest = longest.max(frame.bytes.len());
    }
    for snaplen in (0..longest.min(160)).chain((160..longest).step_by(61)).chain([longest]) {
        attempt(failures, || format!("{name}, frames cut to {snaplen} bytes, tree"), || tree(bytes, snaplen));
        // The summary runs the same dissectors, without keeping fields.
        if snaplen % 3 == 0 {
            attempt(failures, || format!("{name}, frames cut to {snaplen} bytes, summary"), || summary(bytes, snaplen));
        }
    }
}

/// Lets each capture be cut on a thread of its own, one after the other on each core, and waits for none too long.
fn every_capture(knife: fn(&str, &[u8], &mut Vec<String>)) {
    let waiting = Arc::new(Mutex::new(common::captures()));
    let (report, reports) = mpsc::channel();
    let mut left = waiting.lock().unwrap().len();
    for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
        let (waiting, report) = (Arc::clone(&waiting), report.clone());
        thread::spawn(move || {
            while let Some(path) = { waiting.lock().unwrap().pop() } {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let mut failures = Vec::new();
                knife(&name, &fs::read(&path).unwrap(), &mut failures);
                report.send((name, failures)).unwrap();
            }
        });
    }
    let mut failures = Vec::new();
    let mut unheard: BTreeSet<_> =
        common::captures().iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    while left > 0 {
        let Ok((name, failed)) = reports.recv_timeout(PATIENCE) else {
            panic!("nothing heard for {PATIENCE:?}; one of these goes on for ever: {unheard:?}");
        };
        unheard.remove(&name);
        failures.extend(failed);
        left -= 1;
    }
    assert!(
        failures.is_empty(),
        "{} cuts fail, first of all:\n{}",
        failures.len(),
        failures[..failures.len().min(10)].join("\n")
    );
}

#[test]
fn a_file_cut_anywhere_is_read_to_the_cut() {
    every_capture(cut_file);
}

#[test]
fn frames_cut_anywhere_are_dissected_to_the_cut() {
    every_capture(cut_frames);
}
