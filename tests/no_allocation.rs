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
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
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
    &["dns.pcap", "arp.pcap", "ping.pcap", "udp.pcap", "http.pcap", "vlan.pcap", "tcp-plain.pcap"];

/// One direction of a connection.
type Way = (Vec<u8>, u16, Vec<u8>, u16);

/// A segment: where its TCP header stands in the frame, which way it goes, and the sequence numbers it covers.
struct Segment {
    header: usize,
    way: Way,
    seq: u32,
    end: u32,
    /// It neither opens nor closes its connection.
    plain: bool,
}

fn segment(bytes: &[u8]) -> Option<Segment> {
    let packet = SlicedPacket::from_ethernet(bytes).ok()?;
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return None };
    let (src, dst) = match packet.net.as_ref()? {
        NetSlice::Ipv4(ip) => (ip.header().source().to_vec(), ip.header().destination().to_vec()),
        NetSlice::Ipv6(ip) => (ip.header().source().to_vec(), ip.header().destination().to_vec()),
        NetSlice::Arp(_) => return None,
    };
    let (seq, len) = (tcp.sequence_number(), tcp.payload().len() as u32);
    Some(Segment {
        header: tcp.slice().as_ptr() as usize - bytes.as_ptr() as usize,
        way: (src, tcp.source_port(), dst, tcp.destination_port()),
        seq,
        end: seq.wrapping_add(len),
        plain: !(tcp.syn() || tcp.fin() || tcp.rst()),
    })
}

/// What every connection sends goes on, round after round: no frame opens or closes one, and none repeats another.
struct Endless {
    frames: Vec<common::Kept>,
    /// How far each direction gets in a round.
    advance: HashMap<Way, u32>,
}

impl Endless {
    fn new(mut frames: Vec<common::Kept>) -> Self {
        let mut spans: HashMap<Way, (u32, u32)> = HashMap::new();
        frames.retain(|frame| {
            let Some(segment) = segment(&frame.bytes) else { return true };
            let (first, end) = spans.entry(segment.way).or_insert((segment.seq, segment.end));
            *first = if segment.seq.wrapping_sub(*first) as i32 >= 0 { *first } else { segment.seq };
            *end = if end.wrapping_sub(segment.end) as i32 >= 0 { *end } else { segment.end };
            segment.plain
        });
        Self { frames, advance: spans.into_iter().map(|(way, (first, end))| (way, end.wrapping_sub(first))).collect() }
    }
    /// Moves every segment on by what its connection sends in a round; frames go on being counted.
    fn next_round(&mut self) {
        let all = self.frames.len() as u64;
        for frame in &mut self.frames {
            frame.number += all;
            let Some(Segment { header, way, .. }) = segment(&frame.bytes) else { continue };
            let back = (way.2.clone(), way.3, way.0.clone(), way.1);
            for (at, way) in [(header + 4, way), (header + 8, back)] {
                let number = frame.bytes[at..].first_chunk_mut::<4>().unwrap();
                let advance = self.advance.get(&way).copied().unwrap_or(0);
                *number = u32::from_be_bytes(*number).wrapping_add(advance).to_be_bytes();
            }
        }
    }
}

#[test]
fn a_warm_summary_allocates_nothing() {
    let named = |path: &std::path::PathBuf| CAPTURES.iter().any(|name| path.ends_with(name));
    let captures = common::captures().into_iter().filter(named);
    let mut traffic = Endless::new(captures.flat_map(|path| common::frames(&path)).collect());
    assert!(traffic.frames.len() >= 100, "{} frames", traffic.frames.len());
    let (mut worker, mut view) = (common::quiet(), Summary::default());
    let mut out = Vec::with_capacity(1 << 22);
    let mut allocated = Vec::new();
    for _round in 0..24 {
        out.clear();
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        for kept in &traffic.frames {
            worker.dissect(&kept.frame());
            view.frame(&kept.frame(), &mut worker, &mut out);
        }
        allocated.push(ALLOCATIONS.load(Ordering::Relaxed) - before);
        traffic.next_round();
    }
    let rows = String::from_utf8_lossy(&out);
    assert!(rows.contains("HTTP/1.1 200 OK"), "the last round still has messages, not retransmissions");
    assert_eq!(
        allocated[12..],
        [0; 12],
        "allocations in each round over {} frames: {allocated:?}",
        traffic.frames.len()
    );
}
