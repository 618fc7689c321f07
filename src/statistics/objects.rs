//! `--export-objects http,DIR`: what HTTP carried, each body in a file of its own.
//!
//! A file has the last part of the path that was asked for as its name, made safe: nothing is written outside the
//! directory, and nothing that is there is overwritten.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use hashbrown::HashMap;

use super::{Ending, Made, Needs, Refused, Seen, Statistic};
use crate::dissect::tap::Layers;
use crate::write::give_to_caller;

/// Bytes of a file's name at most.
const LONGEST_NAME: usize = 255;
/// Files of one name at most.
const MOST_NAMESAKES: u32 = 10_000;
/// Connections whose last request is remembered at most; then all are forgotten.
const MOST_STREAMS: usize = 1 << 16;

/// Makes one from `http,DIR`; makes the directory.
///
/// # Errors
/// What is wrong with the argument, or with the directory.
pub fn make(argument: &str) -> Result<Made, Refused> {
    let (protocol, directory) = argument.split_once(',').unwrap_or((argument, ""));
    if protocol != "http" || directory.is_empty() {
        return Err(format!(
            "\"{argument}\": objects are exported with --export-objects PROTOCOL,DIRECTORY; PROTOCOL is one of:\n     http"
        ));
    }
    let directory = PathBuf::from(directory);
    match fs::create_dir(&directory) {
        // Behind sudo a live capture does not go on as root.
        Ok(()) => _ = fs::File::open(&directory).map(|folder| give_to_caller(&folder)),
        Err(error) if !directory.is_dir() => {
            let shown = directory.display();
            return Err(format!("Failed to create export objects output directory \"{shown}\": {error}"));
        }
        Err(_) => {}
    }
    Ok(Made::all(Objects { directory, ..Objects::default() }))
}

/// Writes the bodies as they come.
#[derive(Default)]
struct Objects {
    directory: PathBuf,
    /// What was asked for last over each connection.
    asked: HashMap<u32, Vec<u8>>,
    /// The media type of the message at hand.
    kind: Vec<u8>,
    /// What could not be written.
    failed: Option<(PathBuf, io::Error)>,
}

impl Objects {
    fn head(&mut self, stream: u32, head: &[u8]) {
        let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        if !first.starts_with(b"HTTP/")
            && let Some(uri) = first.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).nth(1)
        {
            if self.asked.len() >= MOST_STREAMS {
                self.asked.clear();
            }
            self.asked.insert(stream, uri.to_vec());
        }
        let kind = lines.find_map(|line| {
            let (name, value) = line.split_at_checked(13)?;
            name.eq_ignore_ascii_case(b"Content-Type:").then_some(value)
        });
        let kind = kind.and_then(|kind| kind.split(|&byte| byte == b';').next()).unwrap_or_default();
        self.kind = kind.trim_ascii().to_ascii_lowercase();
    }

    fn body(&mut self, stream: u32, frame: u64, bytes: &[u8]) {
        if bytes.is_empty() || self.failed.is_some() {
            return;
        }
        let name = match self.asked.get(&stream) {
            Some(uri) => safe(last_part(uri)),
            None => {
                let mut name = format!("object{frame}").into_bytes();
                if !self.kind.is_empty() {
                    name.push(b'.');
                    name.extend_from_slice(&self.kind);
                }
                safe(&name)
            }
        };
        for number in 0..MOST_NAMESAKES {
            let path = self.directory.join(OsStr::from_bytes(&numbered(&name, number)));
            // A new file or none: what is there already, a link too, is left alone.
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    if let Err(error) = file.write_all(bytes) {
                        self.failed = Some((path, error));
                    }
                    return;
                }
                Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::IsADirectory) => {}
                Err(error) => {
                    self.failed = Some((path, error));
                    return;
                }
            }
        }
    }
}

/// The last part of a path that is not empty.
fn last_part(uri: &[u8]) -> &[u8] {
    let end = uri.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
    match uri.get(..end).unwrap_or_default() {
        [] => uri.get(..1).unwrap_or_default(),
        path => path.rsplit(|&byte| byte == b'/').next().unwrap_or_default(),
    }
}

/// A name that is one on any system: what means something elsewhere is written as in URIs.
fn safe(name: &[u8]) -> Vec<u8> {
    let mut safe = Vec::with_capacity(name.len());
    for &byte in name {
        if byte < b' ' || byte == 0x7f || b"/\\:*?\"<>|".contains(&byte) {
            safe.extend_from_slice(format!("%{byte:02x}").as_bytes());
        } else {
            safe.push(byte);
        }
    }
    safe
}

/// The name with a number before its last dot, where the number is not 0, and not too long.
fn numbered(name: &[u8], number: u32) -> Vec<u8> {
    let dot = name.iter().rposition(|&byte| byte == b'.').unwrap_or(name.len());
    let (stem, ending) = name.split_at(dot);
    let ending = ending.get(..LONGEST_NAME / 2).unwrap_or(ending);
    let number = if number == 0 { String::new() } else { format!("({number})") };
    let room = LONGEST_NAME.saturating_sub(ending.len() + number.len());
    let stem = stem.get(..room).unwrap_or(stem);
    let whole = [stem, number.as_bytes(), ending].concat();
    // The directory itself and the one above it are there already.
    if whole.is_empty() { b"object".to_vec() } else { whole }
}

impl Statistic for Objects {
    fn needs(&self) -> Needs {
        Needs::taps(Layers::HTTP_HEADS.and(Layers::HTTP_BODIES))
    }
    fn frame(&mut self, seen: &Seen<'_>) {
        for told in seen.tapped.told() {
            let bytes = seen.tapped.bytes(told);
            match told.tap.layer {
                Layers::HTTP_HEADS => self.head(told.tap.stream, bytes),
                Layers::HTTP_BODIES => self.body(told.tap.stream, seen.frame.number, bytes),
                _ => {}
            }
        }
    }
    fn end(&mut self, _: &mut Ending<'_>, out: &mut Vec<u8>) {
        if let Some((path, error)) = &self.failed {
            _ = writeln!(out, "Objects were not all exported: {}: {error}", path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Objects, last_part, numbered, safe};

    #[test]
    fn names_as_tshark_makes_them() {
        for (uri, name) in [
            ("/a/b.txt?x=/y&z", "y&z"),
            ("/../../etc/passwd", "passwd"),
            ("/a/", "a"),
            ("/", "%2f"),
            ("//", "%2f"),
            ("*", "%2a"),
            ("/%2e%2e%2fx", "%2e%2e%2fx"),
            ("/a:b*c\"d<e>f|g\\h", "a%3ab%2ac%22d%3ce%3ef%7cg%5ch"),
            ("/tab\tx", "tab%09x"),
            ("/q?", "q%3f"),
            ("http://host", "host"),
        ] {
            assert_eq!(safe(last_part(uri.as_bytes())), name.as_bytes(), "{uri}");
        }
    }

    #[test]
    fn numbers_stand_before_the_last_dot() {
        for (name, number, expected) in
            [("data.json", 1, "data(1).json"), ("up", 2, "up(2)"), ("..", 1, ".(1)."), ("a.b.", 1, "a.b(1).")]
        {
            assert_eq!(numbered(name.as_bytes(), number), expected.as_bytes());
        }
        let long = [&[b'n'; 300], &b".html"[..]].concat();
        assert_eq!(numbered(&long, 12).len(), 255);
        assert!(numbered(&long, 12).ends_with(b"n(12).html"));
        assert!(numbered(&[b'.'; 400], 1).len() <= 255);
    }

    #[test]
    fn nothing_is_overwritten_and_nothing_leaves_the_directory() {
        let above = std::env::temp_dir().join(format!("netpeek-objects-{}", std::process::id()));
        let directory = above.join("inner");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(above.join("outside"), "outside").unwrap();
        std::fs::write(directory.join("there"), "there").unwrap();
        std::os::unix::fs::symlink(above.join("outside"), directory.join("link")).unwrap();
        let mut objects = Objects { directory: directory.clone(), ..Objects::default() };
        for uri in ["/there", "/..", "/../outside", "/link", "/."] {
            objects.head(1, format!("GET {uri} HTTP/1.1\r\n\r\n").as_bytes());
            objects.body(1, 7, b"body");
        }
        objects.head(2, b"HTTP/1.1 200 OK\r\nContent-type: text/html; charset=x\r\n\r\n");
        objects.body(2, 9, b"body");
        assert!(objects.failed.is_none());
        let mut names: Vec<_> = std::fs::read_dir(&directory)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected = ["(1).", ".(1).", "link", "link(1)", "object9.text%2fhtml", "outside", "there", "there(1)"];
        assert_eq!(names, expected);
        assert_eq!(std::fs::read(directory.join("there")).unwrap(), b"there");
        assert_eq!(std::fs::read(above.join("outside")).unwrap(), b"outside");
        assert_eq!(std::fs::read_dir(&above).unwrap().count(), 2);
        std::fs::remove_dir_all(&above).unwrap();
    }
}
