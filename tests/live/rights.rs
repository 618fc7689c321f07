//! What netpeek may do, before and after it has opened an interface.

use std::fs;
use std::process::Command;

use crate::space::{Net, Running};

/// A line of what the kernel tells of a process.
fn status(running: &Running, key: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{}/status", running.pid())).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn root_is_given_up_behind_sudo() {
    let Some(net) = Net::new() else { return };
    let folder = net.file("theirs");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::chown(&folder, Some(4321), Some(4321)).unwrap();
    // Others may pass through.
    let file = folder.join("kept.pcapng");
    let mut command = net.left.command(env!("CARGO_BIN_EXE_netpeek"));
    command.args(["-i", "left", "-w", file.to_str().unwrap()]).env("SUDO_UID", "4321").env("SUDO_GID", "4321");
    let running = Running::start(&mut command, "Capturing on");
    assert_eq!(status(&running, "Uid:"), "4321 4321 4321 4321");
    assert_eq!(status(&running, "Gid:"), "4321 4321 4321 4321");
    assert_eq!(status(&running, "Groups:"), "4321");
    assert_eq!(status(&running, "CapPrm:"), "0000000000000000");
    assert_eq!(status(&running, "NoNewPrivs:"), "1");
    net.left.run("ping -c 1 10.9.0.2");
    let left = running.end();
    assert_eq!(left.code, Some(0), "{}", left.stderr);
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(&file).unwrap());
    assert_eq!(owner, 4321);
}

#[test]
fn one_capability_is_enough_and_without_it_help_is_given() {
    let Some(net) = Net::new() else { return };
    // The program where anybody may run it.
    let program = net.file("netpeek");
    fs::copy(env!("CARGO_BIN_EXE_netpeek"), &program).unwrap();
    let run = |more: &[&str]| {
        let mut command: Command = net.left.command("setpriv");
        command.args(["--reuid", "4321", "--regid", "4321", "--clear-groups"]).args(more).arg(&program);
        command.args(["-n", "-i", "left", "-c", "1"]);
        command
    };
    let refused = Running::spawn(&mut run(&[])).wait();
    assert_eq!(refused.code, Some(1));
    let expected = format!("sudo setcap cap_net_raw=ep {}", program.display());
    assert!(refused.stderr.contains("\"left\"") && refused.stderr.contains(&expected), "{}", refused.stderr);

    let with = ["--inh-caps", "+net_raw", "--ambient-caps", "+net_raw", "--bounding-set", "-all,+net_raw"];
    let running = Running::start(&mut run(&with), "Capturing on");
    assert_eq!(status(&running, "CapEff:"), "0000000000000000");
    net.left.run("ping -c 1 10.9.0.2");
    let left = running.wait();
    assert_eq!((left.code, left.stdout.lines().count()), (Some(0), 1), "{}", left.stderr);
}

#[test]
fn what_cannot_be_captured_is_said() {
    let Some(net) = Net::new() else { return };
    net.left.ip("link add idle0 type veth peer name idle1");
    for (arguments, message) in [
        (&["-i", "none0"][..], "There is no interface \"none0\""),
        (&["-i", "idle0"], "The interface \"idle0\" is not up"),
        (&["-i", "left", "-y", "RAW"], "does not have that link type, but EN10MB DOCSIS."),
        (&["-i", "left", "-y", "NONE"], "The link type \"NONE\" is not known"),
        (&["-i", "left", "-I"], "Monitor mode is not set here"),
        (&["-i", "left", "-f", "tcp port htpp"], "\n    tcp port htpp\n             ^^^^\n"),
        (&["-i", "left", "-f", "tcp", "udp"], "given both with -f and behind the options"),
        (&["-i", "left", "-Z", "nobody-of-that-name"], "There is no user \"nobody-of-that-name\"."),
    ] {
        let left = Running::spawn(net.left.command(env!("CARGO_BIN_EXE_netpeek")).args(arguments)).wait();
        assert!(left.stderr.contains(message), "{arguments:?}: {}", left.stderr);
        assert_eq!((left.code, left.stdout.as_str()), (Some(1), ""), "{arguments:?}");
    }
}
