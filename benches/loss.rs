//! Frames lost, and the time spent on each, while a paced sender sends over a pair of virtual interfaces.
//!
//! `sudo cargo bench --bench loss` makes two network namespaces of its own, captures with netpeek and with tcpdump beside
//! each other's runs, and prints a table. Without the privileges it says so and ends. Set `LOSS_SECONDS` for longer runs.
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

/// What receives, and how many frames a second it is sent; 0 for as many as can be.
const RUNS: [(Receiver, &[u64]); 4] = [
    (Receiver::Tcpdump, &[100_000, 400_000, 800_000, 0]),
    (Receiver::Write, &[100_000, 400_000, 800_000, 0]),
    (Receiver::WriteMessages, &[100_000, 400_000]),
    (Receiver::Rows, &[100_000, 300_000]),
];

#[derive(Clone, Copy)]
enum Receiver {
    Tcpdump,
    Write,
    WriteMessages,
    Rows,
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
    let seconds = env::var("LOSS_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let mut table = Table::new();
    table.set_header(["receiver", "asked/s", "sent/s", "sent", "kept", "lost", "ns/frame"]);
    for (receiver, rates) in RUNS {
        for &rate in rates {
            table.add_row(run(receiver, rate, seconds));
        }
    }
    println!("{table}");
    drop_spaces();
}

/// One run, as a row of the table.
fn run(receiver: Receiver, rate: u64, seconds: u64) -> Vec<String> {
    let file = env::temp_dir().join("netpeek-loss.out");
    let mut child = receiver.start(&file);
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
    let kept = receiver.count(&file);
    fs::remove_file(&file).unwrap();
    vec![
        receiver.name().to_owned(),
        if rate == 0 { "all".to_owned() } else { rate.to_string() },
        (sent / seconds).to_string(),
        sent.to_string(),
        kept.to_string(),
        (sent - kept).to_string(),
        spent.checked_div(kept).unwrap_or(0).to_string(),
    ]
}

impl Receiver {
    fn name(self) -> &'static str {
        match self {
            Self::Tcpdump => "tcpdump -w FILE",
            Self::Write => "netpeek -w FILE",
            Self::WriteMessages => "netpeek -w FILE, messages",
            Self::Rows => "netpeek > FILE",
        }
    }

    fn start(self, file: &Path) -> Child {
        let netpeek = env!("CARGO_BIN_EXE_netpeek");
        let program = if matches!(self, Self::Tcpdump) { "tcpdump" } else { netpeek };
        let mut command = within(SPACES[1], program);
        command.args(["-i", "loss1"]);
        match self {
            Self::Tcpdump => command.args(["-Z", "root", "-B", "65536", "-w"]).arg(file).arg(FILTER),
            Self::Write => command.arg("-w").arg(file).args(["-f", FILTER]),
            Self::WriteMessages => command.args(["--capture-method", "messages", "-w"]).arg(file).args(["-f", FILTER]),
            Self::Rows => command.args(["-f", FILTER]).stdout(fs::File::create(file).unwrap()),
        };
        command.stderr(Stdio::null()).spawn().unwrap()
    }

    /// Frames in what was written.
    fn count(self, file: &Path) -> u64 {
        if matches!(self, Self::Rows) {
            let text = fs::read(file).unwrap();
            return text.iter().filter(|&&byte| byte == b'\n').count() as u64;
        }
        let mut capture = netpeek::source::CaptureFile::open(file).unwrap();
        let mut count = 0;
        while capture.next().unwrap().is_some() {
            count += 1;
        }
        count
    }
}

/// Sends frames of 60 bytes at a steady rate; returns how many.
fn send(interface: &str, rate: u64, seconds: u64) -> u64 {
    let socket = socket(AddressFamily::Packet, SockType::Raw, SockFlag::empty(), None::<SockProtocol>).unwrap();
    let address = getifaddrs().unwrap().find(|found| found.interface_name == interface).unwrap().address.unwrap();
    bind(socket.as_raw_fd(), address.as_link_addr().unwrap()).unwrap();
    let mut frame = [0_u8; 60];
    frame[..14].copy_from_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5]);
    let slices: Vec<[IoSlice<'_>; 1]> = (0..BATCH).map(|_| [IoSlice::new(&frame)]).collect();
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
