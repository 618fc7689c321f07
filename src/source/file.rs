//! Stored captures: a file or standard input, decompressed and told apart by content.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::compress;
use super::error::{Fault, Name, SourceError};
use super::found::{Found, Parts, Section};
use super::interface::Interface;
use super::pcap::Pcap;
use super::pcapng::PcapNg;
use super::sieve::Sieve;
use super::window::{SIZE, Span, Window};
use super::{Frame, Kind, LinkType, Next, Origin, Record, Source};

/// A stored capture, read from front to back.
pub struct CaptureFile {
    name: Name,
    window: Window,
    format: Format,
    number: u64,
    /// The frame found last.
    parts: Parts,
    sieve: Option<Box<Sieve>>,
}

/// The file format, and what it remembers from record to record.
enum Format {
    Pcap(Box<Pcap>),
    PcapNg(Box<PcapNg>),
    /// A file too short to be anything: one frame.
    Scrap(usize),
    /// Nothing more is to come: the capture ended, or broke.
    Ended,
}

impl CaptureFile {
    /// Opens a path, or standard input for `-`; recognises compression, then the format, by content.
    ///
    /// # Errors
    /// Where the file cannot be read, or is no capture.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let (name, file) = if path.as_os_str() == "-" {
            (Name::StandardInput, standard_input())
        } else {
            (Name::File(path.to_string_lossy().into()), open_file(path))
        };
        match file {
            Ok(file) => Self::over(name, Box::new(file)),
            Err(fault) => Err(SourceError { name, fault }),
        }
    }

    /// Reads a capture from any stream.
    ///
    /// # Errors
    /// Where the stream cannot be read, or is no capture.
    pub fn over(name: Name, input: Box<dyn Read + Send>) -> Result<Self, SourceError> {
        match sniff(Window::new(input, SIZE)) {
            Ok((window, format)) => {
                let parts = match &format {
                    Format::Pcap(pcap) => pcap.parts(),
                    _ => Parts::NONE,
                };
                Ok(Self { name, window, format, number: 0, parts, sieve: None })
            }
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
        loop {
            match self.advance(false)? {
                Found::Frame => break,
                Found::Block(_) => {}
                Found::End => return Ok(None),
            }
        }
        Ok(Some(self.parts.frame(self.number, &self.window, self.section())))
    }

    /// The next record of whatever kind, for who copies a capture or wants to know all that is in it.
    ///
    /// # Errors
    /// As [`CaptureFile::next`].
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, SourceError> {
        Ok(match self.advance(true)? {
            Found::Frame => Some(Record::Frame(self.parts.frame(self.number, &self.window, self.section()))),
            Found::Block(kind) => Some(Record::Block(self.section().block(kind, &self.window))),
            Found::End => None,
        })
    }

    /// Passes over all frames but those that a capture filter keeps, as if the others had not been captured.
    ///
    /// # Errors
    /// Where the filter is wrong; as far as the link type has to be known to tell, when its first frame is read.
    pub fn keep_only(&mut self, expression: &str) -> Result<(), SourceError> {
        let mut sieve = Sieve::new(expression);
        let link = self.interfaces().first().map_or(LinkType::ETHERNET, |interface| interface.link);
        match sieve.program(link) {
            Err(fault) => Err(self.fail(fault)),
            Ok(_) => {
                self.sieve = Some(Box::new(sieve));
                Ok(())
            }
        }
    }

    /// The interfaces of the current section, as far as they have been read.
    #[must_use]
    pub fn interfaces(&self) -> &[Interface] {
        self.section().interfaces
    }

    /// Whether this is a pcapng file.
    #[must_use]
    pub fn is_pcapng(&self) -> bool {
        matches!(self.format, Format::PcapNg(_))
    }

    /// Finds the next record that is wanted, and takes it into the window.
    #[inline(always)]
    fn advance(&mut self, all: bool) -> Result<Found, SourceError> {
        loop {
            let found = self.find(all)?;
            let kept = match (&found, &mut self.sieve) {
                (Found::Frame, Some(sieve)) => {
                    let Parts { kind, link, data, wire_len, .. } = self.parts;
                    sieve.keeps(kind, link, self.window.part(data), wire_len)
                }
                _ => Ok(true),
            };
            match kept {
                Ok(true) => {
                    self.number = self.number.wrapping_add(u64::from(matches!(found, Found::Frame)));
                    return Ok(found);
                }
                Ok(false) => {}
                Err(fault) => return Err(self.fail(fault)),
            }
        }
    }

    /// Finds the next record, and takes it into the window.
    #[inline(always)]
    fn find(&mut self, all: bool) -> Result<Found, SourceError> {
        let found = match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.window, &mut self.parts),
            Format::PcapNg(pcapng) => pcapng.next(&mut self.window, all, &mut self.parts),
            Format::Scrap(len) => {
                self.parts = scrap(*len);
                self.window.advance(*len);
                self.format = Format::Ended;
                Ok(Found::Frame)
            }
            Format::Ended => Ok(Found::End),
        };
        found.map_err(|fault| self.fail(fault))
    }

    /// Ends the capture.
    #[cold]
    fn fail(&mut self, fault: Fault) -> SourceError {
        self.format = Format::Ended;
        SourceError { name: self.name.clone(), fault }
    }

    /// What holds for the records read last.
    #[inline]
    fn section(&self) -> Section<'_> {
        match &self.format {
            Format::Pcap(pcap) => pcap.section(),
            Format::PcapNg(pcapng) => pcapng.section(),
            Format::Scrap(_) | Format::Ended => Section { big_endian: false, first_interface: 0, interfaces: &[] },
        }
    }
}

impl Source for CaptureFile {
    #[inline]
    fn next(&mut self) -> Result<Next<'_>, SourceError> {
        // Put together where it is to stand: a frame is too large to be moved for nothing.
        Ok(match self.advance(false)? {
            Found::Frame => Next::Frame(self.parts.frame(self.number, &self.window, self.section())),
            Found::Block(kind) => Next::Block(self.section().block(kind, &self.window)),
            Found::End => Next::End,
        })
    }

    #[inline]
    fn next_record(&mut self) -> Result<Next<'_>, SourceError> {
        Ok(match CaptureFile::next_record(self)? {
            Some(Record::Frame(frame)) => Next::Frame(frame),
            Some(Record::Block(block)) => Next::Block(block),
            None => Next::End,
        })
    }

    fn origin(&self) -> Origin<'_> {
        match &self.format {
            Format::Pcap(pcap) => pcap.origin(),
            Format::PcapNg(_) => Origin::PcapNg,
            Format::Scrap(_) => Origin::Scrap,
            Format::Ended => Origin::Empty,
        }
    }
}

/// Standard input without the buffer that the library keeps for it.
fn standard_input() -> Result<File, Fault> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned().map_err(Fault::Unopened)?);
    if file.metadata().is_ok_and(|meta| meta.is_dir()) { Err(Fault::Directory) } else { Ok(file) }
}

/// Opens a regular file or a named pipe.
fn open_file(path: &Path) -> Result<File, Fault> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Fault::Missing,
        io::ErrorKind::PermissionDenied => Fault::Permission,
        _ => Fault::Unopened(error),
    };
    // Asked before it is opened, for opening a device may do something.
    let kind = path.metadata().map_err(fault)?.file_type();
    if kind.is_dir() {
        Err(Fault::Directory)
    } else if kind.is_file() || kind.is_fifo() {
        File::open(path).map_err(fault)
    } else {
        Err(Fault::Special)
    }
}

/// Tells the format by the first bytes, and reads its file header.
fn sniff(input: Window) -> Result<(Window, Format), Fault> {
    let head = |error: io::Error| Fault::from(error).at_open();
    let mut window = compress::open(input).map_err(head)?;
    window.fill(8).map_err(head)?;
    let format = if let Some(pcap) = Pcap::open(&mut window)? {
        Format::Pcap(Box::new(pcap))
    } else if let Some(pcapng) = PcapNg::open(&mut window)? {
        Format::PcapNg(Box::new(pcapng))
    } else {
        // What is too short to be any format, tshark shows as a frame of no protocol.
        match window.ahead().len() {
            0 => Format::Ended,
            len @ 1..=7 => Format::Scrap(len),
            _ => return Err(Fault::NotACapture),
        }
    };
    Ok((window, format))
}

/// All of a file that is too short to be a capture.
fn scrap(len: usize) -> Parts {
    Parts {
        wire_len: u32::try_from(len).unwrap_or(u32::MAX),
        kind: Kind::Scrap,
        data: Span { start: 0, len },
        ..Parts::NONE
    }
}
