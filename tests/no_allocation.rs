//! The summary path is free: once warm, a row allocates nothing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    unsafe_code,
    reason = "a test may, and counting needs it"
)]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use netpeek::dissect::sink::Quiet;
use netpeek::present::View;
use netpeek::present::summary::Summary;

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Frames without a message that spans several of them: what is kept of such messages until they are complete is
/// memory that has to come from somewhere.
const CAPTURES: &[&str] =
    &["knockknock.pcapng", "dns.pcap", "arp.pcap", "ping.pcap", "udp.pcap", "http.pcap", "vlan.pcap", "tcp-plain.pcap"];

#[test]
fn a_warm_summary_allocates_nothing() {
    let named = |path: &std::path::PathBuf| CAPTURES.iter().any(|name| path.ends_with(name));
    let captures = common::captures().into_iter().filter(named);
    let frames: Vec<_> = captures.flat_map(|path| common::frames(&path)).collect();
    assert!(frames.len() >= 300, "{} frames", frames.len());
    let (mut worker, mut view) = (common::worker::<Quiet>(), Summary::default());
    let mut out = Vec::with_capacity(1 << 22);
    let mut allocated = Vec::new();
    for _round in 0..6 {
        out.clear();
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        for kept in &frames {
            worker.dissect(&kept.frame());
            view.frame(&kept.frame(), &mut worker, &mut out);
        }
        allocated.push(ALLOCATIONS.load(Ordering::Relaxed) - before);
    }
    // Each round opens the same connections anew, which are then new conversations: now and then their table doubles.
    let warm = &allocated[2..];
    assert!(warm.contains(&0), "no round without allocations over {} frames: {allocated:?}", frames.len());
    assert!(warm.iter().sum::<u64>() <= 4, "allocations in each round over {} frames: {allocated:?}", frames.len());
}
