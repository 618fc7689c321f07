//! What somebody in front of a terminal sees.

use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::ethernet;
use crate::space::{Net, Running, which};

/// How soon a row is to be seen.
const AT_ONCE: Duration = Duration::from_millis(100);

#[test]
fn rows_come_at_once() {
    let Some(net) = Net::new() else { return };
    if which("script").is_none() {
        println!("skipped: there is no script(1) to make a terminal");
        return;
    }
    let line = format!("{} -n -i left 'ether proto 0x88b5'", env!("CARGO_BIN_EXE_netpeek"));
    let running = Running::spawn(net.left.command("script").args(["-qefc", &line, "/dev/null"]));
    let rows = |running: &Running| running.stdout().lines().filter(|line| line.contains("0x88b5")).count();
    let begin = Instant::now();
    while !running.stdout().contains("Capturing on") {
        assert!(begin.elapsed() < Duration::from_secs(20), "{}", running.stdout());
        thread::sleep(Duration::from_millis(5));
    }
    let mut waits = Vec::new();
    for number in 0..9 {
        thread::sleep(Duration::from_millis(150));
        let sent = Instant::now();
        net.right.send("right", &[ethernet(&[0x88, 0xb5], &[])]);
        while rows(&running) <= number {
            assert!(sent.elapsed() < Duration::from_secs(5), "no row came: {}", running.stdout());
            thread::sleep(Duration::from_millis(1));
        }
        waits.push(sent.elapsed());
    }
    running.signal(Signal::SIGTERM);
    running.wait();
    waits.sort();
    println!("rows came after {waits:?}");
    // A machine that tests is busy: it may hold a row up now and then, but not always.
    assert!(waits[waits.len() / 2] < AT_ONCE, "{waits:?}");
}
