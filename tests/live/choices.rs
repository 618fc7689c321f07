//! What the command line says of each interface, and of the file.

use netpeek::source::{CaptureFile, Record};

use crate::space::{Net, Running};

#[test]
fn options_behind_an_interface_are_its_own() {
    let Some(net) = Net::new() else { return };
    let path = net.file("two.pcapng");
    let words = "-s 100 -f icmp -i left -i lo -f udp -s 60 -i any -y LINUX_SLL2 --capture-comment first \
                 --capture-comment second -w";
    let words: Vec<&str> = words.split_whitespace().chain([path.to_str().unwrap()]).collect();
    let running = net.left.netpeek(&words);
    net.left.run("ping -c 2 -i 0.1 -s 400 10.9.0.2");
    net.left.run("ping -c 2 -i 0.1 -s 400 127.0.0.1");
    let left = running.end();
    assert_eq!(left.code, Some(0), "{}", left.stderr);
    assert!(left.stderr.contains("Capturing on 'left' and 'lo' and 'any'"), "{}", left.stderr);

    let mut file = CaptureFile::open(&path).unwrap();
    let (mut seen, mut comments) = (Vec::new(), Vec::new());
    while let Some(record) = file.next_record().unwrap() {
        match record {
            Record::Frame(frame) => seen.push((frame.interface, frame.link.0, frame.bytes.len())),
            Record::Block(block) => {
                let found = |text: &str| block.raw.windows(text.len()).any(|part| part == text.as_bytes());
                comments.extend(["first", "second"].into_iter().filter(|text| found(text)));
            }
        }
    }
    assert_eq!(comments, ["first", "second"]);
    let said = |interface: &netpeek::source::Interface| {
        let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        (text(interface.name()), text(interface.filter()), interface.snaplen, interface.os().is_some())
    };
    let expected = [("left", "icmp", 100), ("lo", "udp", 60), ("any", "icmp", 100)]
        .map(|(name, filter, snaplen)| (name.to_owned(), filter.to_owned(), snaplen, true));
    assert_eq!(file.interfaces().iter().map(said).collect::<Vec<_>>(), expected);
    let count = |number| seen.iter().filter(|&&(interface, ..)| interface == number).count();
    assert_eq!((count(0), count(1), count(2)), (4, 0, 8), "{seen:?}");
    assert!(seen.iter().all(|&(interface, link, len)| len == 100 && link == [1, 1, 276][interface as usize]));
}

#[test]
fn what_makes_no_sense_together_is_said_before_anything_is_captured() {
    let Some(net) = Net::new() else { return };
    for (arguments, message) in [
        (&["-b", "files:2", "-w", "x"][..], "no maximum capture file size, duration, interval or packets"),
        (&["-b", "packets:2"], "isn't being saved to a file"),
        (&["-w", "-", "-P"], "to the standard output"),
        (&["--capture-comment", "x"], "the capture isn't being saved to a file"),
        (&["--capture-comment", "x", "-F", "pcap", "-w", "x"], "only be written to a pcapng file"),
    ] {
        let mut command = net.left.command(env!("CARGO_BIN_EXE_netpeek"));
        let left = Running::spawn(command.args(["-i", "left"]).args(arguments)).wait();
        assert!(left.stderr.contains(message), "{arguments:?}: {}", left.stderr);
        assert!(!left.stderr.contains("Capturing on"), "{arguments:?}: {}", left.stderr);
        assert_eq!((left.code, left.stdout.as_str()), (Some(1), ""), "{arguments:?}");
    }
}
