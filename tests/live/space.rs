//! Network namespaces, and programs that run in them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sched::{CloneFlags, CpuSet, sched_getaffinity, sched_setaffinity, setns};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pnet::datalink::{self, Channel, Config};

use crate::common::{Kept, frames};

/// Numbers the namespaces of a run.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Two namespaces joined by a pair of interfaces, `left` (10.9.0.1, fd09::1) and `right` (10.9.0.2, fd09::2).
pub(crate) struct Net {
    pub(crate) left: Space,
    pub(crate) right: Space,
    /// A folder for what is written.
    pub(crate) folder: PathBuf,
}

/// A namespace.
pub(crate) struct Space(String);

/// Why these tests cannot run here.
fn missing() -> Option<&'static str> {
    if !nix::unistd::geteuid().is_root() {
        return Some("network namespaces need root");
    }
    ["ip", "tcpdump", "tshark", "ping", "setpriv", "sysctl"].into_iter().find(|program| which(program).is_none())
}

/// Where a program is.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let found = Command::new("which").arg(program).stderr(Stdio::null()).output().ok()?;
    found.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&found.stdout).trim()))
}

/// Has this thread and every program it starts stay on one processor: where two send at once, frames overtake
/// each other on their way to the sockets, and two captures of the same traffic differ in order.
fn stay_on_one_processor(number: usize) {
    let own = Pid::from_raw(0);
    let allowed = sched_getaffinity(own).unwrap();
    let processors: Vec<usize> = (0..CpuSet::count()).filter(|&at| allowed.is_set(at).unwrap()).collect();
    let mut one = CpuSet::new();
    one.set(processors[number % processors.len()]).unwrap();
    sched_setaffinity(own, &one).unwrap();
}

impl Net {
    /// Makes the namespaces; `None`, aloud, where that is not possible.
    pub(crate) fn new() -> Option<Self> {
        if let Some(why) = missing() {
            println!("skipped: {why}");
            return None;
        }
        let count = NEXT.fetch_add(1, Ordering::Relaxed);
        stay_on_one_processor(count as usize);
        let number = format!("{}-{count}", std::process::id());
        let [left, right] = ["l", "r"].map(|side| Space(format!("netpeek-{number}-{side}")));
        let folder = std::env::temp_dir().join(format!("netpeek-live-{number}"));
        fs::create_dir(&folder).unwrap();
        for space in [&left, &right] {
            ip(&format!("netns add {}", space.0));
            space.quieten();
        }
        ip(&format!("link add left netns {} type veth peer name right netns {}", left.0, right.0));
        for (space, name, number) in [(&left, "left", 1), (&right, "right", 2)] {
            space.ip(&format!("addr add 10.9.0.{number}/24 dev {name}"));
            space.ip(&format!("addr add fd09::{number}/64 dev {name} nodad"));
            space.ip(&format!("link set {name} up"));
            space.ip("link set lo up");
        }
        // Until the interfaces have told the network that they are there.
        thread::sleep(Duration::from_millis(500));
        Some(Self { left, right, folder })
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for space in [&self.left, &self.right] {
            _ = Command::new("ip").args(["netns", "del", &space.0]).status();
        }
        _ = fs::remove_dir_all(&self.folder);
    }
}

impl Space {
    /// A command in this namespace.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.0, program]);
        command
    }

    /// Runs `ip` on this namespace.
    pub(crate) fn ip(&self, arguments: &str) {
        ip(&format!("-n {} {arguments}", self.0));
    }

    /// Has interfaces say little of their own, for captures that begin and end at different moments are compared.
    fn quieten(&self) {
        let settings = "addr_gen_mode=1 accept_dad=0 router_solicitations=0 mldv2_unsolicited_report_interval=10";
        let lines = settings.split(' ').map(|setting| format!("net.ipv6.conf.default.{setting}"));
        let output = self.command("sysctl").arg("-q").args(lines).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs a program to its end.
    pub(crate) fn run(&self, line: &str) {
        let mut words = line.split(' ');
        let mut command = self.command(words.next().unwrap());
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts a program that is ended when the value goes.
    pub(crate) fn start(&self, line: &str) -> Server {
        let mut words = line.split(' ');
        let mut command = self.command(words.next().unwrap());
        Server(command.args(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Starts netpeek, and waits until it captures.
    pub(crate) fn netpeek(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(env!("CARGO_BIN_EXE_netpeek")).args(arguments), "Capturing on")
    }

    /// Starts tcpdump, and waits until it captures.
    pub(crate) fn tcpdump(&self, arguments: &[&str]) -> Running {
        // Without immediate mode it would not have seen the frames of the last second when it is told to end.
        // Its buffer has room for but a few of the longest frames then, unless it is larger than usual.
        let always = ["--time-stamp-precision=nano", "--immediate-mode", "-B", "65536", "-Z", "root"];
        Running::start(self.command("tcpdump").args(always).args(arguments), "listening on")
    }

    /// Does something in this namespace, in a thread of its own.
    pub(crate) fn within<'s, T: Send + 's>(
        &self,
        scope: &'s thread::Scope<'s, '_>,
        work: impl FnOnce() -> T + Send + 's,
    ) -> thread::ScopedJoinHandle<'s, T> {
        let space = File::open(format!("/var/run/netns/{}", self.0)).unwrap();
        scope.spawn(move || {
            setns(&space, CloneFlags::CLONE_NEWNET).unwrap();
            work()
        })
    }

    /// Sends frames as they are.
    pub(crate) fn send(&self, interface: &str, frames: &[Vec<u8>]) {
        thread::scope(|scope| {
            self.within(scope, || {
                let interface = datalink::interfaces().into_iter().find(|found| found.name == interface).unwrap();
                let config = Config { write_buffer_size: 1 << 17, ..Config::default() };
                let Ok(Channel::Ethernet(mut sender, _)) = datalink::channel(&interface, config) else {
                    panic!("no channel");
                };
                for frame in frames {
                    sender.send_to(frame, None).unwrap().unwrap();
                }
            });
        });
    }
}

/// A program that runs until the value goes.
pub(crate) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = kill(pid(&self.0), Signal::SIGTERM);
        _ = self.0.wait();
    }
}

/// A capturing program, whose output goes to files.
pub(crate) struct Running {
    child: Child,
    folder: PathBuf,
}

/// What a program left.
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Running {
    /// Starts a command, and waits until it says on standard error that it is ready.
    pub(crate) fn start(command: &mut Command, ready: &str) -> Self {
        let mut running = Self::spawn(command);
        let begin = Instant::now();
        while !running.stderr().contains(ready) {
            let ended = running.child.try_wait().unwrap();
            assert!(ended.is_none() && begin.elapsed() < Duration::from_secs(20), "{}", running.stderr());
            thread::sleep(Duration::from_millis(20));
        }
        running
    }

    /// Starts a command.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("netpeek-run-{}-{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let file = |name| File::create(folder.join(name)).unwrap();
        let child = command.stdin(Stdio::null()).stdout(file("out")).stderr(file("err")).spawn().unwrap();
        Self { child, folder }
    }

    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(self.folder.join("out")).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.folder.join("err")).unwrap()
    }

    pub(crate) fn pid(&self) -> Pid {
        pid(&self.child)
    }

    pub(crate) fn is_running(&self) -> bool {
        fs::read_to_string(format!("/proc/{}/status", self.pid())).is_ok_and(|status| !status.contains("State:\tZ"))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// Ends it as Control-C does, once all frames so far have come; what it left.
    pub(crate) fn end(self) -> Left {
        thread::sleep(Duration::from_millis(300));
        self.signal(Signal::SIGINT);
        self.wait()
    }

    /// Waits for it to end, by itself or because it was told to.
    pub(crate) fn wait(mut self) -> Left {
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if begin.elapsed() > Duration::from_secs(20) {
                _ = self.child.kill();
                panic!("it does not end: {}", self.stderr());
            }
            thread::sleep(Duration::from_millis(20));
        };
        let left = Left { code: status.code(), stdout: self.stdout(), stderr: self.stderr() };
        fs::remove_dir_all(&self.folder).unwrap();
        left
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status().unwrap();
    assert!(status.success(), "ip {arguments}");
}

/// Compares two captures of the same traffic: the same frames, and times within a millisecond.
pub(crate) fn assert_same(ours: &Path, theirs: &Path, at_least: usize) {
    let (ours, theirs) = (frames(ours), frames(theirs));
    assert_eq!(ours.len(), theirs.len(), "frames");
    assert!(ours.len() >= at_least, "only {} frames", ours.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let number = ours.number;
        assert!(settled(ours) == settled(theirs), "frame {number}: {:02x?} {:02x?}", ours.bytes, theirs.bytes);
        assert_eq!((ours.wire_len, ours.link), (theirs.wire_len, theirs.link), "frame {number}");
        let apart = nanos(ours).abs_diff(nanos(theirs));
        assert!(apart < 1_000_000, "frame {number}: {apart} ns apart");
    }
}

/// A frame's bytes; those of a cooked header that nobody sets are zero.
fn settled(frame: &Kept) -> Vec<u8> {
    let mut bytes = frame.bytes.clone();
    match frame.link.0 {
        113 => bytes[12..14].fill(0),
        276 => bytes[18..20].fill(0),
        _ => {}
    }
    bytes
}

pub(crate) fn nanos(frame: &Kept) -> i128 {
    let time = frame.time.unwrap();
    i128::from(time.secs) * 1_000_000_000 + i128::from(time.nanos)
}

/// Rows without the time, which tshark and netpeek count from the same frame, but for sockets of their own.
pub(crate) fn rows(text: &str) -> Vec<String> {
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        [&words[..1], &words[2..]].concat().join(" ")
    };
    text.lines().map(row).collect()
}

/// tshark's rows for a file.
pub(crate) fn tshark(path: &Path) -> Vec<String> {
    let output = Command::new("tshark")
        .args(["-n", "-r"])
        .arg(path)
        .envs([("HOME", "/nonexistent"), ("XDG_CONFIG_HOME", "/nonexistent"), ("TZ", "UTC")])
        .output()
        .unwrap();
    rows(&String::from_utf8_lossy(&output.stdout))
}
