//! Live captures, in network namespaces of their own. Needs root, ip(8), tcpdump and tshark; says so where it skips.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod choices;
#[path = "../common/mod.rs"]
mod common;
mod rights;
mod space;
mod terminal;

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use common::frames;
use space::{Net, Running, assert_same, nanos, rows, tshark, which};

/// What a test that shows frames runs: netpeek's rows, and tcpdump's and netpeek's files of the same traffic.
struct Beside {
    rows: Running,
    file: Running,
    tcpdump: Running,
}

impl Beside {
    fn start(net: &Net, interface: &str, more: &[&str]) -> Self {
        let (ours, theirs) = (net.file("netpeek.pcapng"), net.file("tcpdump.pcap"));
        let (ours, theirs) = (ours.to_str().unwrap(), theirs.to_str().unwrap());
        let with = |words: &[&'static str], more: &[&str]| {
            let words = words.iter().copied().map(str::to_owned).chain(more.iter().map(|&word| word.to_owned()));
            words.collect::<Vec<String>>()
        };
        let run = |words: Vec<String>, file: Option<&str>| {
            let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
            words.extend(file.into_iter().flat_map(|file| ["-w", file]));
            words.extend(["-i", interface]);
            net.left.netpeek(&words)
        };
        let rows = run(with(&["-n"], more), None);
        let file = run(with(&[], more), Some(ours));
        let tcpdump = net.left.tcpdump(&[&["-i", interface, "-w", theirs][..], more].concat());
        Self { rows, file, tcpdump }
    }

    /// Ends all, and compares: the frames with tcpdump's, the rows with tshark's.
    fn end(self, net: &Net, at_least: usize) {
        thread::sleep(Duration::from_millis(400));
        for running in [&self.rows, &self.file, &self.tcpdump] {
            running.signal(Signal::SIGINT);
        }
        let (rows_left, file_left, theirs) = (self.rows.wait(), self.file.wait(), self.tcpdump.wait());
        assert_eq!((rows_left.code, file_left.code, theirs.code), (Some(0), Some(0), Some(0)), "{}", file_left.stderr);
        assert_same(&net.file("netpeek.pcapng"), &net.file("tcpdump.pcap"), at_least);
        let expected = tshark(&net.file("netpeek.pcapng"));
        assert_eq!(rows(&rows_left.stdout), expected);
        assert!(file_left.stderr.contains(&format!("\n{} packets captured\n", expected.len())), "{}", file_left.stderr);
        assert!(file_left.stderr.contains("0 packets dropped by kernel"), "{}", file_left.stderr);
    }
}

/// An Ethernet frame to all, of this type and with this payload.
fn ethernet(kind: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut frame = [&[0xff; 6][..], &[2, 0, 0, 0, 0, 1], kind, payload].concat();
    frame.resize(frame.len().max(60), 0);
    frame
}

/// An IPv4 packet with an empty UDP datagram.
const UDP: [u8; 28] =
    [0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0x66, 0xbd, 10, 9, 0, 1, 10, 9, 0, 255, 0, 1, 0, 2, 0, 8, 0, 0];

#[test]
fn pings_are_shown_as_tshark_shows_them() {
    let Some(net) = Net::new() else { return };
    let echoes = "icmp or (icmp6 and (ip6[40] == 128 or ip6[40] == 129))";
    let beside = Beside::start(&net, "left", &[echoes]);
    net.left.run("ping -c 3 -i 0.1 10.9.0.2");
    net.left.run("ping -c 3 -i 0.1 fd09::2");
    beside.end(&net, 12);
}

#[test]
fn requests_of_curl_and_dig_are_shown_as_tshark_shows_them() {
    let Some(net) = Net::new() else { return };
    if let Some(absent) = ["nginx", "curl", "dnsmasq", "dig"].into_iter().find(|program| which(program).is_none()) {
        println!("skipped: there is no {absent}");
        return;
    }
    let (pages, settings) = (net.file("pages"), net.file("nginx.conf"));
    std::fs::create_dir(&pages).unwrap();
    std::fs::write(pages.join("large"), vec![b'x'; 1_000_000]).unwrap();
    let folder = net.folder.display();
    let text = format!(
        "user root; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}\n\
         http {{ access_log off; server {{ listen 10.9.0.2:80; root {folder}/pages; }} }}\n"
    );
    std::fs::write(&settings, text).unwrap();
    let _nginx = net.right.start(&format!("nginx -c {}", settings.display()));
    let dnsmasq = "dnsmasq -k -C /dev/null -h -R -a 10.9.0.2 -z --user=root --address=/example.test/192.0.2.7 \
                   --pid-file=";
    let _dnsmasq = net.right.start(dnsmasq);
    thread::sleep(Duration::from_millis(700));
    let beside = Beside::start(&net, "left", &["host 10.9.0.2 and not arp"]);
    net.left.run("curl -s -S -o /dev/null http://10.9.0.2/large");
    net.left.run("dig @10.9.0.2 www.example.test");
    net.left.run("dig @10.9.0.2 -t AAAA www.example.test");
    beside.end(&net, 20);
    let longest = frames(&net.file("netpeek.pcapng")).iter().map(|frame| frame.wire_len).max();
    assert!(longest > Some(20_000), "no frame was larger than {longest:?} octets: segments were not kept whole");
}

#[test]
fn segments_that_the_kernel_did_not_cut_yet_are_kept_whole() {
    let Some(net) = Net::new() else { return };
    let beside = Beside::start(&net, "left", &["tcp port 40000"]);
    thread::scope(|scope| {
        let received = net.right.within(scope, || {
            let (mut stream, _) = TcpListener::bind("10.9.0.2:40000").unwrap().accept().unwrap();
            std::io::copy(&mut stream, &mut std::io::sink()).unwrap()
        });
        let sent = net.left.within(scope, || {
            let mut stream = (0..100).find_map(|_| {
                thread::sleep(Duration::from_millis(20));
                TcpStream::connect("10.9.0.2:40000").ok()
            });
            stream.as_mut().unwrap().write_all(&vec![b'x'; 3_000_000]).unwrap();
        });
        sent.join().unwrap();
        assert_eq!(received.join().unwrap(), 3_000_000);
    });
    beside.end(&net, 50);
    let kept = frames(&net.file("netpeek.pcapng"));
    assert!(kept.iter().all(|frame| frame.bytes.len() == frame.wire_len as usize));
    let longest = kept.iter().map(|frame| frame.wire_len).max();
    assert!(longest > Some(60_000), "no frame was larger than {longest:?} octets");
}

#[test]
fn tags_are_put_back_into_frames() {
    let Some(net) = Net::new() else { return };
    let beside = Beside::start(&net, "left", &["not ip6 and not arp"]);
    let tagged = ethernet(&[0x81, 0, 0, 5, 8, 0], &UDP);
    let twice = ethernet(&[0x88, 0xa8, 0, 7, 0x81, 0, 0x20, 9, 8, 0], &UDP);
    let sent = [tagged, twice, ethernet(&[8, 0], &UDP)];
    net.right.send("right", &sent);
    beside.end(&net, 3);
    let kept: Vec<Vec<u8>> = frames(&net.file("netpeek.pcapng")).into_iter().map(|frame| frame.bytes).collect();
    for frame in &sent {
        assert!(kept.contains(frame), "{frame:02x?} came otherwise");
    }
}

#[test]
fn tags_are_found_by_the_filter_in_the_kernel() {
    let Some(net) = Net::new() else { return };
    let beside = Beside::start(&net, "left", &["vlan 5 and udp"]);
    let [five, six] = [5, 6].map(|id| ethernet(&[0x81, 0, 0, id, 8, 0], &UDP));
    net.right.send("right", &[five.clone(), six, ethernet(&[8, 0], &UDP), five]);
    beside.end(&net, 2);
    assert_eq!(frames(&net.file("netpeek.pcapng")).len(), 2);
}

#[test]
fn frames_are_cut_where_it_is_asked_for() {
    let Some(net) = Net::new() else { return };
    let path = net.file("cut.pcapng");
    let running = net.left.netpeek(&["-i", "left", "-s", "60", "-w", path.to_str().unwrap(), "not ip6"]);
    net.right.send("right", &[ethernet(&[0x81, 0, 0, 5, 8, 0], &UDP), ethernet(&[8, 0], &[0x45; 300])]);
    let left = running.end();
    assert_eq!(left.code, Some(0), "{}", left.stderr);
    let kept = frames(&path);
    assert_eq!(kept.len(), 2, "{}", left.stderr);
    assert!(kept.iter().all(|frame| frame.bytes.len() == frame.wire_len.min(60) as usize));
    assert!(kept.iter().any(|frame| frame.wire_len == 314));
}

#[test]
fn any_interface_is_all_of_them_and_loopback_once() {
    let Some(net) = Net::new() else { return };
    for link in ["LINUX_SLL", "LINUX_SLL2"] {
        let beside = Beside::start(&net, "any", &["-y", link, "not ip6 and not arp"]);
        net.left.run("ping -c 2 -i 0.1 127.0.0.1");
        net.left.run("ping -c 2 -i 0.1 10.9.0.2");
        net.right.send("right", &[ethernet(&[0x81, 0, 0, 5, 8, 0], &UDP)]);
        beside.end(&net, 9);
    }
}

#[test]
fn loopback_shows_each_packet_once() {
    let Some(net) = Net::new() else { return };
    let beside = Beside::start(&net, "lo", &[]);
    net.left.run("ping -c 2 -i 0.1 127.0.0.1");
    beside.end(&net, 4);
    assert_eq!(frames(&net.file("netpeek.pcapng")).len(), 4);
}

#[test]
fn a_tunnel_without_link_layer_is_bare_ip() {
    let Some(net) = Net::new() else { return };
    if which("python3").is_none() {
        println!("skipped: there is no python3 to hold the other end of a tunnel");
        return;
    }
    let program = "import fcntl,os,struct,time;\
                   tun=os.open('/dev/net/tun',os.O_RDWR);\
                   fcntl.ioctl(tun,0x400454ca,struct.pack('16sH',b'tun0',0x1001));\
                   time.sleep(60)";
    let mut holder = net.left.command("python3").args(["-c", program]).spawn().unwrap();
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(100));
        if net.left.command("ip").args(["link", "show", "tun0"]).output().unwrap().status.success() {
            break;
        }
    }
    net.left.ip("addr add 10.8.0.1/24 dev tun0");
    net.left.ip("link set tun0 up");
    let beside = Beside::start(&net, "tun0", &["icmp"]);
    _ = net.left.command("ping").args(["-c", "2", "-i", "0.1", "-W", "0.1", "10.8.0.2"]).output();
    beside.end(&net, 2);
    assert_eq!(frames(&net.file("netpeek.pcapng"))[0].link.0, 101);
    holder.kill().unwrap();
    holder.wait().unwrap();
}

#[test]
fn an_interface_that_goes_ends_the_capture() {
    let Some(net) = Net::new() else { return };
    for (change, message) in [("set left down", "went down"), ("del left", "is gone")] {
        net.left.ip("link set left up");
        net.right.ip("link set right up");
        let running = net.left.netpeek(&["-n", "-i", "left"]);
        net.right.send("right", &[ethernet(&[0x88, 0xb5], &[]), ethernet(&[0x88, 0xb5], &[])]);
        thread::sleep(Duration::from_millis(100));
        net.left.ip(&format!("link {change}"));
        let left = running.wait();
        assert_eq!(left.code, Some(2), "{}", left.stderr);
        assert!(left.stderr.contains(&format!("The interface \"left\" {message}")), "{}", left.stderr);
        assert!(left.stdout.lines().count() >= 2, "what came before is shown: {}", left.stdout);
    }
}

#[test]
fn several_interfaces_are_one_stream_in_time_order() {
    let Some(net) = Net::new() else { return };
    let captured = |path: &Path| {
        let running = net.left.netpeek(&["-i", "left", "-i", "lo", "-w", path.to_str().unwrap(), "icmp"]);
        thread::scope(|scope| {
            scope.spawn(|| net.left.run("ping -c 30 -i 0.01 127.0.0.1"));
            scope.spawn(|| net.left.run("ping -c 30 -i 0.01 10.9.0.2"));
        });
        let left = running.end();
        assert_eq!(left.code, Some(0), "{}", left.stderr);
        let kept = frames(path);
        assert_eq!(kept.len(), 120);
        kept.windows(2).map(|pair| nanos(&pair[0]).saturating_sub(nanos(&pair[1]))).max()
    };
    // On several processors frames of one interface overtake each other in the kernel by microseconds. A frame is held
    // back for 50 ms; where the machine itself stands still for longer, an earlier one can come too late: once.
    let back: Vec<_> = (0..3).map(|turn| captured(&net.file(&format!("both-{turn}.pcapng")))).collect();
    let in_order = back.iter().filter(|&&back| back < Some(200_000)).count();
    assert!(in_order >= 2, "{back:?} ns back in time");
}

#[test]
fn messages_and_the_ring_tell_the_same() {
    let Some(net) = Net::new() else { return };
    let quiet = "not ip6 and not arp";
    let beside = Beside::start(&net, "left", &[quiet]);
    let path = net.file("messages.pcapng");
    let kept = path.to_str().unwrap();
    let messages = net.left.netpeek(&["--capture-method", "messages", "-i", "left", "-w", kept, quiet]);
    let frames_only = net.left.netpeek(&["--capture-method", "frames", "-i", "left", "-n", "-f", "icmp"]);
    net.left.run("ping -c 3 -i 0.1 10.9.0.2");
    net.right.send("right", &[ethernet(&[0x88, 0xa8, 0, 5, 8, 0], &UDP), ethernet(&[8, 0], &[0x45; 300])]);
    thread::sleep(Duration::from_millis(300));
    for running in [&messages, &frames_only] {
        running.signal(Signal::SIGINT);
    }
    beside.end(&net, 8);
    let (messages, frames_only) = (messages.wait(), frames_only.wait());
    assert_eq!((messages.code, frames_only.code), (Some(0), Some(0)));
    assert_same(&path, &net.file("tcpdump.pcap"), 8);
    assert!(frames_only.stderr.contains("Times are those of reading"), "{}", frames_only.stderr);
    assert_eq!(frames_only.stdout.lines().count(), 6, "{}", frames_only.stdout);
}

#[test]
fn signals_ask_end_and_leave() {
    let Some(net) = Net::new() else { return };
    let running = net.left.netpeek(&["-i", "left", "not ip6 and not arp"]);
    net.right.send("right", &[ethernet(&[0x88, 0xb5], &[])]);
    thread::sleep(Duration::from_millis(200));
    running.signal(Signal::SIGUSR1);
    thread::sleep(Duration::from_millis(400));
    let told = running.stderr();
    assert!(told.contains("1 packet captured\n1 packet received by filter\n0 packets dropped by kernel\n"), "{told}");
    running.signal(Signal::SIGTERM);
    assert_eq!(running.wait().code, Some(0));

    // What nohup(1) starts goes on when the terminal goes.
    let line = format!("trap '' HUP; exec {} -q -i left", env!("CARGO_BIN_EXE_netpeek"));
    let lasting = Running::start(net.left.command("sh").args(["-c", &line]), "Capturing on");
    lasting.signal(Signal::SIGHUP);
    thread::sleep(Duration::from_millis(400));
    assert!(lasting.is_running(), "it did not outlive its terminal");
    assert_eq!(lasting.end().code, Some(0));

    // One that cannot write its rows cannot end either, but for a second SIGINT.
    let mut command = net.left.command(env!("CARGO_BIN_EXE_netpeek"));
    let mut stuck = command.args(["-n", "-i", "left"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(700));
    net.right.send("right", &vec![ethernet(&[0x88, 0xb5], &[]); 5000]);
    thread::sleep(Duration::from_millis(500));
    let pid = Pid::from_raw(stuck.id().cast_signed());
    kill(pid, Signal::SIGINT).unwrap();
    thread::sleep(Duration::from_millis(500));
    assert!(stuck.try_wait().unwrap().is_none(), "it did not wait for its rows to be read");
    kill(pid, Signal::SIGINT).unwrap();
    assert_eq!(stuck.wait().unwrap().code(), Some(130));
}

#[test]
fn a_capture_ends_when_it_is_to() {
    let Some(net) = Net::new() else { return };
    let begin = Instant::now();
    let left = net.left.netpeek(&["-i", "left", "-a", "duration:1"]).wait();
    assert_eq!(left.code, Some(0));
    assert!(begin.elapsed() >= Duration::from_secs(1));
    let running = net.left.netpeek(&["-n", "-c", "2"]);
    net.right.send("right", &vec![ethernet(&[0x88, 0xb5], &[]); 5]);
    let left = running.wait();
    assert_eq!((left.code, left.stdout.lines().count()), (Some(0), 2));
    assert!(left.stderr.starts_with("No interface is named: capturing on the first that is up, left."));
}
