//! What a summary row costs: `cargo bench`.
//!
//! The frames of the stored captures, in memory; each is dissected and its row printed into a buffer. The items a
//! second are rows.
#![allow(clippy::unwrap_used, reason = "a benchmark may")]

#[path = "../tests/common/mod.rs"]
mod common;

use divan::Bencher;
use divan::counter::ItemsCount;
use netpeek::dissect::sink::Wanted;
use netpeek::present::View;
use netpeek::present::summary::Summary;
use netpeek::present::tree::Tree;

fn main() {
    divan::main();
}

fn rows(bencher: Bencher<'_, '_>, capture: &str, wanted: Wanted, mut view: impl View) {
    let path = common::captures().into_iter().find(|path| path.ends_with(capture)).unwrap();
    let frames = common::frames(&path);
    let mut worker = common::recording(wanted);
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(frames.len())).bench_local(|| {
        out.clear();
        for kept in &frames {
            worker.dissect(&kept.frame());
            view.frame(&kept.frame(), &mut worker, &mut out);
        }
        divan::black_box(out.len())
    });
}

#[divan::bench(args = ["knockknock.pcapng", "dns.pcap", "http-large.pcap", "tls1.3.pcap", "ping.pcap"])]
fn summary(bencher: Bencher<'_, '_>, capture: &str) {
    rows(bencher, capture, Wanted::Nothing, Summary::default());
}

#[divan::bench(args = ["knockknock.pcapng", "dns.pcap", "http-large.pcap", "tls1.3.pcap"])]
fn tree(bencher: Bencher<'_, '_>, capture: &str) {
    rows(bencher, capture, Wanted::Everything, Tree::default());
}
