//! Stored captures: a file or standard input, decompressed and told apart by content.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::error::{Fault, Name, SourceError};
use super::pcap::Pcap;
use super::window::Window;
use super::{Frame, Source};

/// A stored capture, read from front to back.
pub struct CaptureFile {
    name: Name,
    window: Window,
    format: Format,
}

/// The file format, and what it remembers from record to record.
enum Format {
    Pcap(Pcap),
    /// Nothing more is to come: the capture ended, or broke.
    Ended,
}

impl CaptureFile {
    /// Opens a path, or standard input for `-`; recognises compression, then the format, by content.
    ///
    /// # Errors
    /// Where the file cannot be read, or is no capture.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        if path.as_os_str() == "-" {
            return Self::over(Name::StandardInput, Box::new(io::stdin()));
        }
        let name = Name::File(path.to_string_lossy().into());
        match open_regular(path) {
            Ok(file) => Self::over(name, Box::new(file)),
            Err(fault) => Err(SourceError { name, fault }),
        }
    }

    /// Reads a capture from any stream.
    ///
    /// # Errors
    /// Where the stream cannot be read, or is no capture.
    pub fn over(name: Name, input: Box<dyn Read + Send>) -> Result<Self, SourceError> {
        let mut window = Window::new(input);
        match sniff(&mut window) {
            Ok(format) => Ok(Self { name, window, format }),
            Err(fault) => Err(SourceError { name, fault }),
        }
    }

    /// The next frame, borrowed until the next call; `None` at the end.
    ///
    /// # Errors
    /// Where the capture is damaged, cut short or not readable. All frames before that have been delivered; further
    /// calls give `None`.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, SourceError> {
        let next = match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.window),
            Format::Ended => Ok(None),
        };
        match next {
            Ok(frame) => Ok(frame),
            Err(fault) => {
                self.format = Format::Ended;
                Err(SourceError { name: self.name.clone(), fault })
            }
        }
    }
}

impl Source for CaptureFile {
    #[inline]
    fn next(&mut self) -> Result<Option<Frame<'_>>, SourceError> {
        CaptureFile::next(self)
    }
}

/// Opens a regular file or a pipe.
fn open_regular(path: &Path) -> Result<File, Fault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Fault::Missing,
        io::ErrorKind::PermissionDenied => Fault::Permission,
        _ => Fault::Io(error),
    };
    let file = File::open(path).map_err(fault)?;
    let meta = file.metadata().map_err(fault)?;
    if meta.is_dir() { Err(Fault::Directory) } else { Ok(file) }
}

/// Tells the format by the first bytes, and reads its file header.
fn sniff(window: &mut Window) -> Result<Format, Fault> {
    if !window.fill(4)? {
        return if window.bytes().is_empty() { Ok(Format::Ended) } else { Err(Fault::NotACapture) };
    }
    match Pcap::open(window)? {
        Some(pcap) => Ok(Format::Pcap(pcap)),
        None => Err(Fault::NotACapture),
    }
}
