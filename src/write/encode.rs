//! How records of a source become records of a file.

use std::time::Duration;

use super::pcapng::{Packet, Section};
use super::{Format, WriteError, pcap, pcapng};
use crate::source::{Block, BlockKind, Counters, Frame, Interface, Kind, LinkType, Origin, Time};

/// The most bytes of blocks that are repeated at the head of each file.
const MAX_HEAD: usize = 64 << 20;

/// Turns records of one source into records of one format.
pub(super) struct Encoder {
    format: Format,
    /// What begins a file, as far as it is known.
    head: Vec<u8>,
    /// Blocks that came before the first file began.
    early: Vec<u8>,
    /// Whether more files are to begin, with the same head.
    repeats: bool,
    way: Way,
    layout: Layout,
    /// Comments for the first section header that is copied.
    comments: Vec<String>,
    limit: Option<Limit>,
}

/// The snaplen that a file's head promises, and where it stands. Frames may be longer, in damaged captures; some
/// programs do not read those.
struct Limit {
    promised: u32,
    longest: u32,
    at: usize,
}

/// How frames are written.
enum Way {
    /// As they are: a record of the format for a record of the format.
    Copy,
    /// As Enhanced Packet Blocks of netpeek's own section.
    Enhanced { section: Section, micros: bool },
    /// As records of pcap, all of one link type, which the first frame decides; without one, the first interface does.
    Pcap { link: Option<LinkType>, first: Option<LinkType> },
}

/// Where the data of a frame's record stands in it.
#[derive(Clone, Copy)]
enum Layout {
    /// The frame's bytes are all there is.
    Bare,
    /// Behind a pcap record header of so many bytes.
    Pcap(usize),
    /// In a block.
    PcapNg,
}

impl Encoder {
    /// An encoder for what `origin` yields; with `repeats`, for several files.
    pub(super) fn new(
        format: Format,
        origin: Origin<'_>,
        comments: &[String],
        repeats: bool,
    ) -> Result<Self, WriteError> {
        let layout = match origin {
            Origin::PcapNg => Layout::PcapNg,
            Origin::Pcap { interface, .. } if interface.is_padded() => Layout::Bare,
            Origin::Pcap { record_header, .. } => Layout::Pcap(record_header),
            Origin::Live(_) | Origin::Empty => Layout::Bare,
            Origin::Scrap => return Err(WriteError::Unwritable { format }),
        };
        let (way, head) = match (format, origin) {
            (Format::PcapNg, Origin::PcapNg) => (Way::Copy, Vec::new()),
            (Format::PcapNg, _) => own_section(origin, comments).ok_or(WriteError::Unwritable { format })?,
            (_, Origin::Pcap { header: Some(header), interface, .. }) if resolves(interface, format) => {
                (Way::Copy, header.to_vec())
            }
            (_, Origin::Pcap { interface, .. } | Origin::Live([interface, ..])) => {
                let head = pcap::header(interface, interface.snaplen, format);
                (Way::Pcap { link: Some(interface.link), first: None }, head)
            }
            _ => (Way::Pcap { link: None, first: None }, Vec::new()),
        };
        let limit = match origin {
            Origin::Pcap { interface, .. } if !matches!(way, Way::Copy) && interface.snaplen > 0 => {
                let at = if let Way::Enhanced { section, .. } = &way { section.snaplen_at } else { 16 };
                Some(Limit { promised: interface.snaplen, longest: 0, at })
            }
            _ => None,
        };
        let comments = comments.to_vec();
        Ok(Self { format, head, early: Vec::new(), repeats, way, layout, comments, limit })
    }

    /// Appends what a file begins with. A pcap file without frames is one of the first interface, or of Ethernet.
    pub(super) fn begin(&mut self, out: &mut Vec<u8>) {
        if let (Way::Pcap { link: None, first }, true) = (&self.way, self.head.is_empty()) {
            let interface = Interface::live(0, first.unwrap_or(LinkType::ETHERNET), 0);
            out.extend(pcap::header(&interface, 0, self.format));
            return;
        }
        if self.early.is_empty() {
            out.extend_from_slice(&self.head);
        } else {
            out.append(&mut self.early);
        }
    }

    /// Whether only the first frame decides what a file begins with.
    pub(super) fn waits(&self) -> bool {
        matches!(self.way, Way::Pcap { link: None, .. })
    }

    /// Looks at a frame before it is written: it may decide, or contradict, what the file is.
    #[inline]
    pub(super) fn admit(&mut self, frame: &Frame<'_>) -> Result<(), WriteError> {
        match &mut self.way {
            Way::Pcap { link: Some(link), .. } if *link == frame.link && frame.kind == Kind::Packet => Ok(()),
            Way::Pcap { link, .. } => {
                let Some(interface) = frame.origin.filter(|_| frame.kind == Kind::Packet) else {
                    return Err(WriteError::Record { number: frame.number, format: self.format });
                };
                if let Some(first) = *link {
                    let (number, other, format) = (frame.number, frame.link, self.format);
                    return Err(WriteError::Mixed { number, first, other, format });
                }
                *link = Some(frame.link);
                self.head = pcap::header(interface, 0, self.format);
                Ok(())
            }
            Way::Copy | Way::Enhanced { .. } => Ok(()),
        }
    }

    /// Appends a frame.
    #[inline]
    pub(super) fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        let data = self.data(frame);
        if let Some(limit) = &mut self.limit {
            limit.longest = limit.longest.max(u32::try_from(data.len()).unwrap_or(u32::MAX));
        }
        match &self.way {
            Way::Copy if self.format == Format::PcapNg => pcapng::copy(frame.raw, frame.options.big_endian, out),
            Way::Copy => out.extend_from_slice(frame.raw),
            Way::Enhanced { micros, .. } => {
                let nanos = u64::try_from(nanos(frame.time.unwrap_or_default())).unwrap_or(0);
                let native = frame.options.big_endian == cfg!(target_endian = "big");
                let packet = Packet {
                    interface: frame.interface,
                    ticks: if *micros { nanos / 1000 } else { nanos },
                    wire_len: self.wire_len(frame),
                    data,
                    options: if native { frame.options.bytes } else { &[] },
                };
                pcapng::enhanced(&packet, out);
            }
            Way::Pcap { .. } => {
                let time = frame.time.unwrap_or_default();
                pcap::record(time, self.wire_len(frame), data, self.format, out);
            }
        }
    }

    /// Takes a block over, where the format has blocks: into the file if it has begun, and into the head of files to
    /// come.
    pub(super) fn block(&mut self, block: &Block<'_>, out: Option<&mut Vec<u8>>) {
        let Block { kind, raw, big_endian } = *block;
        match &mut self.way {
            Way::Copy if self.format == Format::PcapNg => {}
            Way::Pcap { first, .. } if kind == BlockKind::Interface => {
                let read = if big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
                let link = raw.get(8..10).and_then(|field| field.first_chunk()).map(|field| LinkType(read(*field)));
                *first = first.or(link);
                return;
            }
            _ => return,
        }
        let commented;
        let raw = if kind == BlockKind::Section && !self.comments.is_empty() {
            commented = pcapng::comment(raw, big_endian, &std::mem::take(&mut self.comments));
            &commented
        } else {
            raw
        };
        let copy = if kind == BlockKind::Section { pcapng::copy_section } else { pcapng::copy };
        copy(raw, big_endian, out.unwrap_or(&mut self.early));
        if kind == BlockKind::Section {
            self.head.clear();
        }
        let holds =
            matches!(kind, BlockKind::Section | BlockKind::Interface | BlockKind::NameResolution | BlockKind::Secrets);
        if self.repeats && holds && self.head.len().saturating_add(raw.len()) <= MAX_HEAD {
            copy(raw, big_endian, &mut self.head);
        }
    }

    /// What is to be put right in the head of a file whose frames are longer than it promised: where, and how.
    pub(super) fn amend(&self) -> Option<(usize, [u8; 4])> {
        let limit = self.limit.as_ref().filter(|limit| limit.longest > limit.promised)?;
        Some((limit.at, limit.longest.to_ne_bytes()))
    }

    /// Appends what was counted between two moments since the epoch, where the format has a place for it.
    pub(super) fn counters(&mut self, counters: &[Counters], begun: Duration, ended: Duration, out: &mut Vec<u8>) {
        if let Way::Enhanced { section, .. } = &mut self.way {
            section.counters(counters, begun, ended, out);
        }
    }

    /// All that a record holds of its packet: a pseudo-header, then the frame.
    #[inline]
    fn data<'a>(&self, frame: &Frame<'a>) -> &'a [u8] {
        let whole = frame.pseudo.len().saturating_add(frame.bytes.len());
        let data = match self.layout {
            Layout::Bare => None,
            Layout::Pcap(header) => frame.raw.get(header..),
            Layout::PcapNg => {
                // The data of a Simple Packet Block (type 3) stand behind one field, those of the others behind five.
                let simple = matches!(frame.raw.first_chunk(), Some([3, 0, 0, 0] | [0, 0, 0, 3]));
                let start: usize = if simple { 12 } else { 28 };
                frame.raw.get(start..start.saturating_add(whole))
            }
        };
        data.unwrap_or(frame.bytes)
    }

    /// The length on the wire, pseudo-header included.
    #[inline]
    fn wire_len(&self, frame: &Frame<'_>) -> u32 {
        match self.layout {
            Layout::Bare => frame.wire_len,
            Layout::Pcap(_) | Layout::PcapNg => {
                frame.wire_len.wrapping_add(u32::try_from(frame.pseudo.len()).unwrap_or(0))
            }
        }
    }
}

/// A section of the source's interfaces.
fn own_section(origin: Origin<'_>, comments: &[String]) -> Option<(Way, Vec<u8>)> {
    let section = match origin {
        Origin::Live(interfaces) => Section::new(interfaces, comments, true),
        Origin::Pcap { interface, .. } => Section::new(std::slice::from_ref(interface), comments, false),
        _ => Section::new(&[Interface::live(0, LinkType::ETHERNET, 0)], comments, false),
    }?;
    let micros = matches!(origin, Origin::Pcap { interface, .. } if interface.clock.precision != 9);
    let head = section.head.clone();
    Some((Way::Enhanced { section, micros }, head))
}

/// Whether an interface's clock counts what a format counts.
fn resolves(interface: &Interface, format: Format) -> bool {
    (interface.clock.precision == 9) == (format == Format::NanosecondPcap)
}

/// A time in nanoseconds since the epoch; a fraction beyond 31 bits stands for a negative one.
#[inline]
pub(super) fn nanos(time: Time) -> i64 {
    time.secs.saturating_mul(1_000_000_000).saturating_add(i64::from(time.nanos.cast_signed()))
}
