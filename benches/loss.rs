//! Frames lost, and the time spent on each, while a paced sender sends over a pair of virtual interfaces.
//!
//! `sudo cargo bench --bench loss` makes two network namespaces of its own, captures with netpeek and with tcpdump in
//! turns, and prints a table, then what is promised and whether it was kept; it fails if it was not. Every frame carries
//! its number, so that one that is missing is told from one that came twice. Without the privileges it says so and ends.
//!
//! `LOSS_SECONDS` makes the runs longer (3), `LOSS_TURNS` makes more of each (3, of which the median counts), and
//! `LOSS_NETPEEK` is the program that is measured, instead of the one that was built with the bench.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench may"
)]

use std::io::IoSlice;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use comfy_table::Table;
use nix::ifaddrs::getifaddrs;
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, MultiHeaders, SockFlag, SockProtocol, SockType, bind, sendmmsg, socket,
};

/// The namespaces of sender and receiver.
const SPACES: [&str; 2] = ["netpeek-loss-a", "netpeek-loss-b"];
/// Frames sent by one system call.
const BATCH: usize = 32;
/// An EtherType for experiments (IEEE 802, 88b5), which no host answers.
const FILTER: &str = "ether proto 0x88b5";

/// Files of the ring, and their size in kilobytes.
const RING: (usize, u64) = (24, 1000);
/// Where the experiment's EtherType stands in a frame; a number of eight bytes follows.
const TYPE: usize = 12;

/// What receives, and how many frames a second it is sent; 0 for as many as can be.
const RUNS: [(Receiver, &[u64]); 5] = [
    (Receiver::Tcpdump, &[100_000, 400_000, 800_000, 0]),
    (Receiver::Write, &[100_000, 400_000, 800_000, 0]),
    (Receiver::WriteMessages, &[100_000, 400_000]),
    (Receiver::Rows, &[100_000, 300_000]),
    (Receiver::Ring, &[200_000]),
];

#[derive(Clone, Copy, PartialEq)]
enum Receiver {
    Tcpdump,
    Write,
    WriteMessages,
    Rows,
    Ring,
}

/// What came of a run.
#[derive(Clone, Copy)]
struct Outcome {
    receiver: Receiver,
    /// Frames asked for in a second.
    rate: u64,
    sent: u64,
    seconds: u64,
    /// Different frames that were kept.
    kept: u64,
    /// Frames that should have been kept, and were not.
    lost: u64,
    /// Nanoseconds of processor time for each frame kept.
    cost: u64,
    files: usize,
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, word, interface, rate, seconds] = arguments.as_slice()
        && word == "send"
    {
        println!("{}", send(interface, rate.parse().unwrap(), seconds.parse().unwrap()));
        return;
    }
    if !make_spaces() {
        println!("loss: skipped, for it needs root and ip(8)");
        return;
    }
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let (seconds, turns) = (number("LOSS_SECONDS"), number("LOSS_TURNS"));
    println!("{}, {turns} runs of {seconds} s each", netpeek().display());
    let mut outcomes: Vec<Vec<Outcome>> = Vec::new();
    for turn in 0..turns {
        let runs = RUNS.iter().flat_map(|&(receiver, rates)| rates.iter().map(move |&rate| (receiver, rate)));
        for (at, (receiver, rate)) in runs.enumerate() {
            let outcome = run(receiver, rate, seconds);
            if turn == 0 {
                outcomes.push(Vec::new());
            }
            outcomes[at].push(outcome);
        }
    }
    drop_spaces();
    let medians: Vec<Outcome> = outcomes.into_iter().map(median).collect();
    println!("{}", table(&medians));
    if !judge(&medians) {
        std::process::exit(1);
    }
}

/// The run of the middle loss, with the middle cost.
fn median(mut runs: Vec<Outcome>) -> Outcome {
    runs.sort_by_key(|run| run.cost);
    let cost = runs[runs.len() / 2].cost;
    runs.sort_by_key(|run| run.lost);
    Outcome { cost, ..runs[runs.len() / 2] }
}

fn table(outcomes: &[Outcome]) -> Table {
    let mut table = Table::new();
    table.set_header(["receiver", "asked/s", "sent/s", "sent", "kept", "lost", "ns/frame", "files"]);
    for run in outcomes {
        table.add_row([
            run.receiver.name().to_owned(),
            if run.rate == 0 { "all".to_owned() } else { run.rate.to_string() },
            (run.sent / run.seconds).to_string(),
            run.sent.to_string(),
            run.kept.to_string(),
            run.lost.to_string(),
            run.cost.to_string(),
            run.files.to_string(),
        ]);
    }
    table
}

/// Says of each promise whether it was kept; whether all were.
fn judge(outcomes: &[Outcome]) -> bool {
    let of = |receiver, rate| outcomes.iter().find(|run| run.receiver == receiver && run.rate == rate).unwrap();
    let mut all = true;
    let mut say = |kept: bool, promise: String| {
        println!("{} {promise}", if kept { "kept:  " } else { "BROKEN:" });
        all &= kept;
    };
    let no_loss = [
        (Receiver::Write, 100_000),
        (Receiver::Write, 400_000),
        (Receiver::Write, 800_000),
        (Receiver::Rows, 300_000),
        (Receiver::Ring, 200_000),
    ];
    for (receiver, rate) in no_loss {
        let run = of(receiver, rate);
        let sent = run.sent / run.seconds;
        let slow =
            if sent < rate / 100 * 98 { ": SHOWS LITTLE, for this machine was too busy to send so many" } else { "" };
        let promise = format!("no loss at {rate}/s, {}: {} lost, {sent}/s sent{slow}", receiver.name(), run.lost);
        say(run.lost == 0 && run.kept > 0, promise);
    }
    let share = |run: &Outcome| run.lost as f64 * 100.0 / run.sent as f64;
    let (ours, theirs) = (share(of(Receiver::Write, 0)), share(of(Receiver::Tcpdump, 0)));
    say(ours <= theirs, format!("at full rate no more loss than tcpdump: {ours:.3} % and {theirs:.3} %"));
    for &rate in RUNS[1].1 {
        let (ours, theirs) = (of(Receiver::Write, rate).cost, of(Receiver::Tcpdump, rate).cost);
        let name = if rate == 0 { "all".to_owned() } else { rate.to_string() };
        say(ours <= 2 * theirs, format!("at most twice tcpdump's time at {name}/s: {ours} and {theirs} ns/frame"));
    }
    let files = of(Receiver::Ring, 200_000).files;
    say(files == RING.0, format!("a ring of {} files: {files}", RING.0));
    all
}

/// One run.
fn run(receiver: Receiver, rate: u64, seconds: u64) -> Outcome {
    let folder = env::temp_dir().join("netpeek-loss");
    _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let mut child = receiver.start(&folder.join("out"));
    thread::sleep(Duration::from_millis(700));
    let idle = cpu(child.id());
    let own = env::current_exe().unwrap();
    let sender = within(SPACES[0], own.to_str().unwrap())
        .args(["send", "loss0", &rate.to_string(), &seconds.to_string()])
        .output()
        .unwrap();
    let sent: u64 = String::from_utf8_lossy(&sender.stdout).trim().parse().unwrap_or(0);
    // Until nothing is done any more.
    let mut busy = cpu(child.id());
    loop {
        thread::sleep(Duration::from_millis(300));
        let now = cpu(child.id());
        if now - busy < 3_000_000 {
            break;
        }
        busy = now;
    }
    let spent = cpu(child.id()) - idle;
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    child.wait().unwrap();
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (kept, lost) = receiver.count(&files, sent);
    fs::remove_dir_all(&folder).unwrap();
    let cost = spent.checked_div(if receiver == Receiver::Ring { sent } else { kept }).unwrap_or(0);
    Outcome { receiver, rate, sent, seconds, kept, lost, cost, files: files.len() }
}

/// The program that is measured.
fn netpeek() -> PathBuf {
    env::var_os("LOSS_NETPEEK").map_or_else(|| env!("CARGO_BIN_EXE_netpeek").into(), PathBuf::from)
}

impl Receiver {
    fn name(self) -> &'static str {
        match self {
            Self::Tcpdump => "tcpdump -w FILE",
            Self::Write => "netpeek -w FILE",
            Self::WriteMessages => "netpeek -w FILE, messages",
            Self::Rows => "netpeek > FILE",
            Self::Ring => "netpeek -b filesize -b files",
        }
    }

    fn start(self, file: &Path) -> Child {
        let netpeek = netpeek();
        let program = if self == Self::Tcpdump { "tcpdump" } else { netpeek.to_str().unwrap() };
        let mut command = within(SPACES[1], program);
        command.args(["-i", "loss1"]);
        match self {
            Self::Tcpdump => command.args(["-Z", "root", "-B", "65536", "-w"]).arg(file).arg(FILTER),
            Self::Write => command.arg("-w").arg(file).args(["-f", FILTER]),
            Self::WriteMessages => command.args(["--capture-method", "messages", "-w"]).arg(file).args(["-f", FILTER]),
            Self::Rows => command.args(["-f", FILTER]).stdout(fs::File::create(file).unwrap()),
            Self::Ring => {
                let (files, size) = (format!("files:{}", RING.0), format!("filesize:{}", RING.1));
                command.args(["-b", &size, "-b", &files, "-w"]).arg(file).args(["-f", FILTER])
            }
        };
        command.stderr(Stdio::null()).spawn().unwrap()
    }

    /// Different frames in what was written, and frames that should be there and are not. A ring has to have all from
    /// the first that it still has.
    fn count(self, files: &[PathBuf], sent: u64) -> (u64, u64) {
        if self == Self::Rows {
            let text = fs::read(&files[0]).unwrap();
            let rows = text.iter().filter(|&&byte| byte == b'\n').count() as u64;
            return (rows, sent.abs_diff(rows));
        }
        let mut seen = vec![false; usize::try_from(sent).unwrap()];
        for file in files {
            let mut capture = netpeek::source::CaptureFile::open(file).unwrap();
            while let Some(frame) = capture.next().unwrap() {
                let number = u64::from_be_bytes(frame.bytes[TYPE + 2..TYPE + 10].try_into().unwrap());
                let seen = &mut seen[usize::try_from(number).unwrap()];
                assert!(!*seen, "frame {number} came twice");
                *seen = true;
            }
        }
        let first = if self == Self::Ring { seen.iter().position(|&seen| seen).unwrap_or(0) } else { 0 };
        let kept = seen.iter().filter(|&&seen| seen).count() as u64;
        (kept, seen[first..].iter().filter(|&&seen| !seen).count() as u64)
    }
}

/// Sends frames of 60 bytes at a steady rate; returns how many.
fn send(interface: &str, rate: u64, seconds: u64) -> u64 {
    let socket = socket(AddressFamily::Packet, SockType::Raw, SockFlag::empty(), None::<SockProtocol>).unwrap();
    let address = getifaddrs().unwrap().find(|found| found.interface_name == interface).unwrap().address.unwrap();
    bind(socket.as_raw_fd(), address.as_link_addr().unwrap()).unwrap();
    let mut frames = [[0_u8; 60]; BATCH];
    for frame in &mut frames {
        frame[..TYPE + 2].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5]);
    }
    let nobody: [Option<LinkAddr>; BATCH] = [None; BATCH];
    let mut headers = MultiHeaders::preallocate(BATCH, None);
    let (begin, mut sent) = (Instant::now(), 0_u64);
    let span = Duration::from_secs(seconds);
    while begin.elapsed() < span {
        let due = begin.elapsed().as_nanos() * u128::from(rate) / 1_000_000_000;
        if rate != 0 && u128::from(sent) > due {
            std::hint::spin_loop();
            continue;
        }
        for (number, frame) in (sent..).zip(&mut frames) {
            frame[TYPE + 2..TYPE + 10].copy_from_slice(&number.to_be_bytes());
        }
        let slices = frames.each_ref().map(|frame| [IoSlice::new(frame)]);
        if let Ok(results) = sendmmsg(socket.as_raw_fd(), &mut headers, &slices, nobody, [], MsgFlags::empty()) {
            sent += results.count() as u64;
        }
    }
    sent
}

/// A command within a namespace.
fn within(space: &str, program: &str) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", space, program]);
    command
}

/// Makes the namespaces, joined by a pair of interfaces.
fn make_spaces() -> bool {
    drop_spaces();
    let [a, b] = SPACES;
    let pair = format!("link add loss0 netns {a} type veth peer name loss1 netns {b}");
    let steps = [format!("netns add {a}"), format!("netns add {b}"), pair];
    let up = SPACES.iter().zip(["loss0", "loss1"]).map(|(space, name)| format!("-n {space} link set {name} up"));
    steps.into_iter().chain(up).all(|step| ip(&step))
}

fn drop_spaces() {
    for space in SPACES {
        ip(&format!("netns del {space}"));
    }
}

fn ip(arguments: &str) -> bool {
    let mut command = Command::new("ip");
    command.args(arguments.split(' ')).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Nanoseconds of processor time that all threads of a process have had.
fn cpu(process: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let spent = |path: PathBuf| fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok();
    threads.filter_map(|thread| spent(thread.path())).sum()
}
