//! Files that netpeek writes: nothing of what was read is lost, files follow each other without a gap, and a full disk
//! leaves whole frames.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, reason = "a test may")]

use netpeek::source::{CaptureFile, Record};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder for one test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("netpeek-write-{name}-{}", std::process::id()));
        _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The files in it, in the order of their names.
    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures")
}

fn netpeek() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netpeek"));
    command.env("TZ", "UTC");
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a frame is, in any format: time, length on the wire, link type, pseudo-header, bytes, comments.
type Seen = (Option<(i64, u32)>, u32, u16, Vec<u8>, Vec<u8>, Vec<Vec<u8>>);

/// The frames of a capture, and whether it was read to its end.
fn frames(path: &Path) -> (Vec<Seen>, bool) {
    let mut file = CaptureFile::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut frames = Vec::new();
    let whole = loop {
        match file.next() {
            Ok(Some(frame)) => frames.push((
                frame.time.map(|time| (time.secs, time.nanos)),
                frame.wire_len,
                frame.link.0,
                frame.pseudo.to_vec(),
                frame.bytes.to_vec(),
                frame.options.comments().map(<[u8]>::to_vec).collect(),
            )),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    (frames, whole)
}

/// All records of a pcapng file as they are in it, without what its section headers say of their sections' lengths.
fn records(path: &Path) -> Vec<Vec<u8>> {
    let mut file = CaptureFile::open(path).unwrap();
    let mut records = Vec::new();
    while let Ok(Some(record)) = file.next_record() {
        records.push(match record {
            Record::Frame(frame) => frame.raw.to_vec(),
            Record::Block(block) => block.raw.to_vec(),
        });
    }
    for record in records.iter_mut().filter(|record| record.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a])) {
        record[16..24].fill(0xff);
    }
    records
}

/// The captures of the repository that can be opened.
fn readable() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(captures()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().contains(".pcap") && CaptureFile::open(path).is_ok());
    assert!(files.len() > 100, "only {} captures", files.len());
    files
}

#[test]
fn a_copy_has_all_frames_of_every_capture() {
    let folder = Folder::new("copy");
    for path in readable() {
        let copy = folder.join("copy");
        let output = netpeek().arg("-r").arg(&path).arg("-w").arg(&copy).output().unwrap();
        let (before, whole) = frames(&path);
        assert_eq!(output.status.success(), whole, "{}: {}", path.display(), said(&output));
        assert_eq!(output.stdout, b"", "{}", path.display());
        assert_eq!(frames(&copy), (before, true), "{}", path.display());
    }
}

#[test]
fn a_copy_of_pcapng_has_every_block() {
    let folder = Folder::new("blocks");
    let mut copied = 0;
    for path in readable() {
        if !CaptureFile::open(&path).unwrap().is_pcapng() {
            continue;
        }
        let copy = folder.join("copy");
        netpeek().arg("-r").arg(&path).arg("-w").arg(&copy).output().unwrap();
        assert_eq!(records(&copy), records(&path), "{}", path.display());
        copied += 1;
    }
    assert!(copied >= 5);
}

#[test]
fn a_copy_of_plain_pcap_is_the_same_file() {
    let folder = Folder::new("pcap");
    for (name, format) in
        [("arp.pcap", "pcap"), ("big-endian.pcap", "pcap"), ("big-endian-nanoseconds.pcap", "nsecpcap")]
    {
        let (path, copy) = (captures().join(name), folder.join(name));
        let output = netpeek().arg("-r").arg(&path).args(["-F", format, "-w"]).arg(&copy).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(fs::read(&copy).unwrap(), fs::read(&path).unwrap(), "{name}");
    }
}

#[test]
fn formats_convert_into_each_other() {
    let folder = Folder::new("convert");
    let path = captures().join("http.pcap");
    let mut last = path.clone();
    for (step, format) in ["nsecpcap", "pcapng", "pcap", "pcapng", "nsecpcap"].iter().enumerate() {
        let next = folder.join(&step.to_string());
        let output = netpeek().arg("-r").arg(&last).args(["-F", format, "-w"]).arg(&next).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(frames(&next), frames(&path), "{format}");
        last = next;
    }
}

#[test]
fn pcap_refuses_what_it_cannot_hold() {
    let folder = Folder::new("refuse");
    for (name, words) in [("interfaces.pcapng", "link type"), ("blocks.pcapng", "a record type that can't be saved")] {
        let mut command = netpeek();
        command.arg("-r").arg(captures().join(name)).args(["-F", "pcap", "-w"]).arg(folder.join("copy"));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(said(&output).contains(words), "{name}: {}", said(&output));
    }
}

#[test]
fn an_unknown_format_lists_those_that_there_are() {
    let output = netpeek().args(["-r", "any", "-w", "any", "-F", "foo"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    for line in ["\"foo\" isn't a valid capture file type", "    nsecpcap - Wireshark/tcpdump/... - nanosecond pcap"] {
        assert!(said(&output).contains(line), "{}", said(&output));
    }
}

#[test]
fn a_display_filter_decides_what_is_written() {
    let folder = Folder::new("filter");
    let (path, copy) = (captures().join("arp.pcap"), folder.join("copy"));
    let output = netpeek().arg("-r").arg(&path).args(["-Y", "arp.opcode == 2", "-w"]).arg(&copy).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{}", said(&output));
    let replies = |seen: &&Seen| seen.4[20..22] == [0, 2];
    let (all, _) = frames(&path);
    let kept: Vec<Seen> = all.iter().filter(replies).cloned().collect();
    assert!(!kept.is_empty() && kept.len() < all.len());
    assert_eq!(frames(&copy).0, kept);
}

#[test]
fn rows_are_printed_beside_on_request() {
    let folder = Folder::new("rows");
    let path = captures().join("arp.pcap");
    let rows = netpeek().args(["-n", "-r"]).arg(&path).output().unwrap().stdout;
    for flag in ["-P", "--print"] {
        let output = netpeek().args(["-n", flag, "-r"]).arg(&path).arg("-w").arg(folder.join("copy")).output().unwrap();
        assert_eq!(output.stdout, rows, "{flag}");
        assert_eq!(frames(&folder.join("copy")), frames(&path));
    }
    let output = netpeek().args(["-n", "-P", "-w", "-", "-r"]).arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn standard_output_takes_a_capture() {
    let folder = Folder::new("stdout");
    let path = captures().join("blocks.pcapng");
    let output = netpeek().arg("-r").arg(&path).args(["-w", "-"]).output().unwrap();
    fs::write(folder.join("copy"), output.stdout).unwrap();
    assert_eq!(records(&folder.join("copy")), records(&path));
}

#[test]
fn files_follow_each_other_without_a_gap() {
    let path = captures().join("http-large.pcap");
    let (all, _) = frames(&path);
    for (rule, format) in
        [("packets:7", "pcapng"), ("filesize:3", "pcap"), ("duration:0.001", "pcapng"), ("interval:1", "pcap")]
    {
        let folder = Folder::new("ring");
        let mut command = netpeek();
        command.arg("-r").arg(&path).args(["-F", format, "-b", rule, "-w"]).arg(folder.join("a.b.cap"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let files = folder.files();
        let kept: Vec<Seen> = files.iter().flat_map(|file| frames(file).0).collect();
        assert_eq!(kept, all, "{rule}");
        let stem = |number: usize| format!("a.b_{number:05}_20");
        for (file, number) in files.iter().zip(1..) {
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with(&stem(number)) && name.ends_with(".cap") && name.len() == 28, "{name}");
            if rule == "packets:7" && number < files.len() {
                assert_eq!(frames(file).0.len(), 7);
            }
        }
        assert!(files.len() > 1 || rule == "interval:1", "{rule}: {} files", files.len());
    }
}

#[test]
fn every_file_begins_with_its_interfaces_and_names() {
    let folder = Folder::new("heads");
    let path = captures().join("interfaces.pcapng");
    let output = netpeek().arg("-r").arg(&path).args(["-b", "packets:3", "-w"]).arg(folder.join("x")).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let kept: Vec<Seen> = folder.files().iter().flat_map(|file| frames(file).0).collect();
    assert_eq!(kept, frames(&path).0);
}

#[test]
fn a_ring_keeps_its_newest_files_and_tells_their_names() {
    let folder = Folder::new("newest");
    let names = folder.join("names");
    let mut command = netpeek();
    command.arg("-r").arg(captures().join("arp.pcap")).args(["-b", "packets:2", "-b", "files:3", "-b"]);
    let output = command.arg(format!("printname:{}", names.display())).arg("-w").arg(folder.join("r.pcapng")).output();
    assert!(output.as_ref().unwrap().status.success(), "{}", said(&output.unwrap()));
    let told = fs::read_to_string(&names).unwrap();
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told.len(), 8, "15 packets, two to a file");
    let mut left = folder.files();
    left.retain(|path| *path != names);
    assert_eq!(left, told[5..].iter().map(PathBuf::from).collect::<Vec<_>>());
}

#[test]
fn limits_end_the_capture() {
    let path = captures().join("arp.pcap");
    let count = |rules: &[&str]| {
        let folder = Folder::new("limits");
        let output = netpeek().arg("-r").arg(&path).args(rules).arg("-w").arg(folder.join("c")).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        folder.files().iter().map(|file| frames(file).0.len()).collect::<Vec<_>>()
    };
    assert_eq!(count(&["-c", "4"]), [4]);
    assert_eq!(count(&["-a", "packets:4"]), [4]);
    assert_eq!(count(&["-b", "packets:2", "-a", "files:3"]), [2, 2, 2]);
    let (all, _) = frames(&path);
    let nanos = |seen: &Seen| seen.0.map(|(secs, nanos)| secs * 1_000_000_000 + i64::from(nanos)).unwrap();
    let early = all.iter().filter(|seen| nanos(seen) < nanos(&all[0]) + 3_000_000_000).count();
    assert!(early < all.len());
    assert_eq!(count(&["-a", "duration:3"]), [early]);
}

#[test]
fn a_file_ends_with_the_frame_that_fills_it() {
    let (folder, path) = (Folder::new("size"), captures().join("http-large.pcap"));
    let copy = folder.join("copy");
    let mut command = netpeek();
    command.arg("-r").arg(&path).args(["-F", "pcap", "-a", "filesize:4", "-w"]).arg(&copy);
    assert!(command.status().unwrap().success());
    let ((all, _), (kept, whole)) = (frames(&path), frames(&copy));
    // A file header, then records.
    let size = |frames: &[Seen]| 24 + frames.iter().map(|seen| 16 + seen.4.len()).sum::<usize>();
    assert!(whole && kept.len() < all.len() && kept == all[..kept.len()]);
    assert!(size(&kept) >= 4000 && size(&kept[..kept.len() - 1]) < 4000, "{} bytes", size(&kept));
}

#[test]
fn impossible_plans_are_refused() {
    let path = captures().join("arp.pcap");
    for (rules, words) in [
        (&["-b", "files:2", "-w", "x"][..], "no maximum capture file size, duration, interval or packets"),
        (&["-b", "packets:2"], "isn't being saved to a file"),
        (&["-b", "packets:2", "-w", "-"], "written to the standard output"),
        (&["-a", "foo:1", "-w", "x"], "Invalid or unknown -a flag \"foo:1\""),
        (&["-b", "packets:0", "-w", "x"], "is zero"),
    ] {
        let output = netpeek().arg("-r").arg(&path).args(rules).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{rules:?}");
        assert!(said(&output).contains(words), "{rules:?}: {}", said(&output));
    }
}

#[test]
fn the_file_that_is_read_is_not_overwritten() {
    let folder = Folder::new("same");
    let path = folder.join("arp.pcap");
    fs::copy(captures().join("arp.pcap"), &path).unwrap();
    let before = fs::read(&path).unwrap();
    let output = netpeek().arg("-r").arg(&path).arg("-w").arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn files_are_for_their_owner() {
    let folder = Folder::new("mode");
    let path = captures().join("arp.pcap");
    let mode = |flags: &[&str], name: &str| {
        let file = folder.join(name);
        let output = netpeek().arg("-r").arg(&path).args(flags).arg("-w").arg(&file).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        fs::metadata(&file).unwrap()
    };
    assert_eq!(mode(&[], "private").permissions().mode() & 0o777, 0o600);
    assert_eq!(mode(&["-g"], "shared").permissions().mode() & 0o777 & !0o040, 0o600);
    if mode(&[], "whose").uid() != 0 {
        eprintln!("skipped: whose the file is behind sudo, for this is not root");
        return;
    }
    let file = folder.join("given");
    let mut command = netpeek();
    command.env("SUDO_UID", "12345").env("SUDO_GID", "54321").arg("-r").arg(&path).arg("-w").arg(&file);
    assert!(command.status().unwrap().success());
    let owner = fs::metadata(&file).map(|meta| (meta.uid(), meta.gid())).unwrap();
    // Where root may not give files away, it keeps them.
    assert!(owner == (12345, 54321) || owner.0 == 0 && std::os::unix::fs::chown(&file, Some(12345), None).is_err());
}

#[test]
fn a_device_that_is_full_is_an_error() {
    let mut command = netpeek();
    let output = command.arg("-r").arg(captures().join("arp.pcap")).args(["-w", "/dev/full"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let words = "Not all the packets could be written to the file \"/dev/full\" because there is no space left on the \
                 file system.";
    assert!(said(&output).contains(words), "{}", said(&output));
}

#[test]
fn a_full_disk_leaves_whole_frames_and_says_how_many() {
    let folder = Folder::new("disk");
    // Frames of uneven lengths, so that the disk is full within one.
    let large = folder.join("large.pcap");
    let mut bytes = fs::read(captures().join("arp.pcap")).unwrap();
    bytes.truncate(24);
    for number in 0_u32..20_000 {
        let len = 60 + number % 1_361;
        for field in [1_700_000_000 + number, 0, len, len] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.resize(bytes.len() + len as usize, number as u8);
    }
    fs::write(&large, bytes).unwrap();
    // The smaller one is full before anything else has been written.
    for (size, at_least) in [("3m", 1000), ("80k", 100)] {
        let script = format!(
            "cd '{0}' && mkdir -p small && mount -t tmpfs -o size={size} none small && '{1}' -r large.pcap -w small/c; \
             echo $? >status; cp small/c kept",
            folder.0.display(),
            env!("CARGO_BIN_EXE_netpeek"),
        );
        let output = Command::new("unshare").args(["-rm", "sh", "-c", &script]).output();
        let Some(output) = output.ok().filter(|_| folder.join("kept").exists()) else {
            eprintln!("skipped: a small disk takes a mount namespace, which is not to be had here");
            return;
        };
        assert_eq!(fs::read_to_string(folder.join("status")).unwrap(), "2\n");
        let (kept, whole) = frames(&folder.join("kept"));
        assert!(whole, "the file ends within a frame");
        assert!(kept.len() > at_least && kept == frames(&large).0[..kept.len()], "{} frames", kept.len());
        let words = format!("The first {} of its packets were kept", kept.len());
        assert!(said(&output).contains(&words), "{}", said(&output));
    }
}

#[test]
fn comments_are_added_behind_those_that_there_are() {
    let folder = Folder::new("comments");
    let comments = |path: &Path| {
        let output = Command::new("capinfos").arg("-k").arg(path).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = text.lines().filter_map(|line| Some(line.strip_prefix("Capture comment:")?.trim().to_owned()));
        Some(found.collect::<Vec<_>>())
    };
    let copy = |from: &Path, name: &str, comment: &str| {
        let to = folder.join(name);
        let mut command = netpeek();
        let output = command.arg("-r").arg(from).args(["--capture-comment", comment, "-w"]).arg(&to).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(frames(&to), frames(from), "{comment}");
        to
    };
    let once = copy(&captures().join("arp.pcap"), "once", "of a pcap file");
    let twice = copy(&once, "twice", "of its copy");
    let Some(found) = comments(&twice) else {
        eprintln!("skipped: what the file says is read by capinfos, which is not to be had here");
        return;
    };
    assert_eq!(found, ["of a pcap file", "of its copy"]);
    let mut command = netpeek();
    let output = command.arg("-r").arg(&once).args(["--capture-comment", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("you aren't writing a capture file"), "{}", said(&output));
}

#[test]
fn a_named_pipe_is_captured_from() {
    let folder = Folder::new("pipe");
    let pipe = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let rows = |command: &mut Command| command.arg("-n").output().unwrap().stdout;
    let feed = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, fs::read(captures().join("http-large.pcap")).unwrap()).unwrap()
    });
    let piped = rows(netpeek().arg("-i").arg(&pipe).arg("tcp[tcpflags] & tcp-syn != 0"));
    feed.join().unwrap();
    let mut command = netpeek();
    let read = rows(command.arg("-r").arg(captures().join("http-large.pcap")).args(["-f", "tcp[13] & 2 != 0"]));
    assert!(!read.is_empty() && piped == read);
}
