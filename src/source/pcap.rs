//! The pcap format (draft-ietf-opsawg-pcap): a file header, then records of a 16-byte header and the bytes captured.
//!
//! The variants that tcpdumps of the past wrote are read too: further fields in the record header, lengths in the
//! other order, AIX's nanoseconds and link types, IXIA's longer file header.

use pcap_file::pcap::PcapParser;

use super::error::Fault;
use super::found::{Found, Parts, Section};
use super::interface::{Interface, Ticks};
use super::pseudo::Pseudo;
use super::window::{Span, Window};
use super::{LinkType, Origin, Time};

/// Bytes of a file header, magic number included.
const FILE_HEADER: usize = 24;
/// Bytes of a record header without further fields.
const RECORD_HEADER: usize = 16;
/// How many records are looked at to tell the layout.
const PROBED: usize = 64;

/// A pcap file behind its header.
#[derive(Debug)]
pub(super) struct Pcap {
    /// As it is in the file, where it is of the version that is written today.
    header: Option<[u8; FILE_HEADER]>,
    parser: PcapParser,
    big_endian: bool,
    layout: Layout,
    /// Nanoseconds to one unit of a record's fraction of a second.
    unit: u32,
    max_captured: u32,
    /// The one interface.
    interface: Interface,
}

/// How records are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    /// Bytes between the record header and the data.
    further: usize,
    order: Order,
}

/// In which order a record's two lengths stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Captured, then on the wire.
    Plain,
    /// On the wire, then captured: before version 2.3, and DG/UX's 543.
    Swapped,
    /// Version 2.3, in which the order changed: the smaller one was captured.
    Either,
}

impl Layout {
    const PLAIN: Self = Self { further: 0, order: Order::Plain };

    /// Bytes before the data.
    fn header(self) -> usize {
        RECORD_HEADER.saturating_add(self.further)
    }
}

/// What the magic number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Magic {
    Microseconds,
    Nanoseconds,
    /// Alexey Kuznetsov's patched libpcap, with further fields in each record header.
    Modified,
    /// IXIA's hardware and software captures: the file header goes on for four bytes.
    Ixia,
}

impl Magic {
    /// The magic number in either byte order, and whether it is the big-endian one.
    fn read(bytes: [u8; 4]) -> Option<(Self, bool)> {
        let known = |number| match number {
            0xa1b2_c3d4 => Some(Self::Microseconds),
            0xa1b2_3c4d => Some(Self::Nanoseconds),
            0xa1b2_cd34 => Some(Self::Modified),
            0x1c00_01ac | 0x1c00_01ab => Some(Self::Ixia),
            _ => None,
        };
        let big = known(u32::from_be_bytes(bytes)).map(|magic| (magic, true));
        big.or_else(|| known(u32::from_le_bytes(bytes)).map(|magic| (magic, false)))
    }

    /// How many further bytes a record header may have, the likeliest first. SuSE 6.3, Red Hat 6.1 and Nokia changed
    /// the record header without changing the magic number.
    fn further(self) -> &'static [usize] {
        match self {
            Self::Microseconds => &[0, 8, 4],
            Self::Modified => &[8, 12],
            Self::Nanoseconds | Self::Ixia => &[0],
        }
    }
}

/// A record's header.
#[derive(Clone, Copy, Debug)]
struct Head {
    secs: u32,
    fraction: u32,
    captured: u32,
    wire_len: u32,
}

impl Pcap {
    /// Reads the file header, if it is one.
    pub(super) fn open(window: &mut Window) -> Result<Option<Self>, Fault> {
        let Some((magic, big_endian)) = window.ahead().first_chunk().copied().and_then(Magic::read) else {
            return Ok(None);
        };
        let len = if magic == Magic::Ixia { FILE_HEADER.saturating_add(4) } else { FILE_HEADER };
        if !window.fill(len)? {
            return Err(Fault::ShortHeader);
        }
        let header = window.ahead().first_chunk::<FILE_HEADER>().copied().unwrap_or([0; FILE_HEADER]);
        window.advance(len);
        let mut pcap = Self::from_header(header, magic, big_endian)?;
        pcap.guess_layout(magic, window.ahead());
        Ok(Some(pcap))
    }

    /// What the file header says.
    fn from_header(mut header: [u8; FILE_HEADER], magic: Magic, big_endian: bool) -> Result<Self, Fault> {
        let number = |at: usize| {
            let field = header.get(at..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default();
            if big_endian { u32::from_be_bytes(field) } else { u32::from_le_bytes(field) }
        };
        let versions = number(4);
        // Two fields of 16 bits, read at once.
        let (low, high) = (versions & 0xffff, versions >> 16);
        let version = if big_endian { (high, low) } else { (low, high) };
        if version.0 < 2 {
            return Err(unsupported(format!("major version {} unsupported", version.0)));
        }
        let original =
            (version == (2, 4) && matches!(magic, Magic::Microseconds | Magic::Nanoseconds)).then_some(header);
        let network = number(20);
        let old = version.0 == 2 && version.1 < 3;
        let order = if old || version.0 == 543 {
            Order::Swapped
        } else if version == (2, 3) {
            Order::Either
        } else {
            Order::Plain
        };
        let aix = if magic == Magic::Microseconds && version == (2, 2) { Aix::of(network) } else { None };
        let (link, fcs_len) = match &aix {
            Some(aix) => (aix.link, None),
            None => link_of(network)?,
        };
        let nanoseconds = magic == Magic::Nanoseconds || aix.is_some();
        let clock = if nanoseconds { Ticks::NANOSECONDS } else { Ticks::MICROSECONDS };
        let snaplen = number(16);
        // The parser frames records by byte order alone, so any header of that order serves.
        let plain = 0xa1b2_c3d4_u32;
        if let Some(field) = header.first_chunk_mut() {
            *field = if big_endian { plain.to_be_bytes() } else { plain.to_le_bytes() };
        }
        let Ok((_, parser)) = PcapParser::new(&header) else { return Err(Fault::NotACapture) };
        Ok(Self {
            header: original,
            parser,
            big_endian,
            layout: Layout { order, ..Layout::PLAIN },
            unit: if nanoseconds { 1 } else { 1000 },
            max_captured: link.max_captured(),
            interface: Interface {
                id: 0,
                section: 0,
                link,
                snaplen,
                clock,
                fcs_len,
                options: Box::default(),
                big_endian,
                pseudo: aix.map_or_else(|| Pseudo::of(link), |aix| aix.pseudo),
            },
        })
    }

    /// What holds for all records.
    pub(super) fn section(&self) -> Section<'_> {
        Section { big_endian: self.big_endian, first_interface: 0, interfaces: std::slice::from_ref(&self.interface) }
    }

    /// What a copy of the file has to know.
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin::Pcap {
            header: self.header.as_ref().filter(|_| self.layout == Layout::PLAIN),
            record_header: self.layout.header(),
            interface: &self.interface,
        }
    }

    /// What is the same for all frames.
    pub(super) fn parts(&self) -> Parts {
        let Interface { clock, link, fcs_len, .. } = &self.interface;
        Parts { precision: clock.precision, link: *link, fcs_len: *fcs_len, ..Parts::NONE }
    }

    /// The next record; fills in what [`Pcap::parts`] leaves open.
    #[inline(always)]
    pub(super) fn next(&self, window: &mut Window, parts: &mut Parts) -> Result<Found, Fault> {
        let head = loop {
            match self.record(window.ahead()) {
                Some(head) => break head,
                None if self.complete(window)? => {}
                None => return Ok(Found::End),
            }
        };
        if head.captured > self.max_captured {
            return Err(self.too_big(head.captured));
        }
        let header = self.layout.header();
        let data = Span { start: header, len: head.captured as usize };
        let time = Time { secs: i64::from(head.secs), nanos: head.fraction.wrapping_mul(self.unit) };
        parts.time = Some(time);
        parts.wire_len = head.wire_len;
        parts.data = data;
        if let Some(pseudo) = self.interface.pseudo {
            parts.split(pseudo, window.ahead().get(header..header.saturating_add(data.len)).unwrap_or_default())?;
        }
        window.advance(header.saturating_add(data.len));
        Ok(Found::Frame)
    }

    /// The header of the record that `bytes` begin with, if all of the record is there.
    #[inline(always)]
    fn record(&self, bytes: &[u8]) -> Option<Head> {
        if self.layout == Layout::PLAIN {
            let (_, raw) = self.parser.next_raw_packet(bytes).ok()?;
            return Some(Head {
                secs: raw.ts_sec,
                fraction: raw.ts_frac,
                captured: raw.incl_len,
                wire_len: raw.orig_len,
            });
        }
        let head = Head::read(bytes, self.big_endian, self.layout.order)?;
        let len = self.layout.header().saturating_add(head.captured as usize);
        (bytes.len() >= len).then_some(head)
    }

    /// Reads on until the record is whole; says that there is none at the end of the file.
    #[cold]
    fn complete(&self, window: &mut Window) -> Result<bool, Fault> {
        let header = self.layout.header();
        if !window.fill(header)? {
            return if window.ahead().is_empty() { Ok(false) } else { Err(Fault::CutShort) };
        }
        let Some(head) = Head::read(window.ahead(), self.big_endian, self.layout.order) else {
            return Err(Fault::CutShort);
        };
        if head.captured > self.max_captured {
            return Err(self.too_big(head.captured));
        }
        if window.fill(header.saturating_add(head.captured as usize))? { Ok(true) } else { Err(Fault::CutShort) }
    }

    /// A record longer than any of its link type.
    #[cold]
    fn too_big(&self, captured: u32) -> Fault {
        let most = self.max_captured;
        Fault::Damaged(format!("pcap: File has {captured}-byte packet, bigger than maximum of {most}").into())
    }

    /// Chooses another layout where the first records make sense only in that.
    ///
    /// Only what is at hand is looked at, so that a pipe is not waited for.
    fn guess_layout(&mut self, magic: Magic, bytes: &[u8]) {
        let order = self.layout.order;
        let mut layouts = magic.further().iter().map(|&further| Layout { further, order });
        let Some(usual) = layouts.next() else { return };
        self.layout = usual;
        if let Err(Nonsense) = self.walk(bytes, usual) {
            let better = layouts.find(|&layout| self.walk(bytes, layout).is_ok_and(|Sense { strict }| strict));
            self.layout = better.unwrap_or(usual);
        }
    }

    /// Reads the first records in a layout.
    fn walk(&self, mut bytes: &[u8], layout: Layout) -> Result<Sense, Nonsense> {
        let mut strict = true;
        for _ in 0..PROBED {
            let Some(head) = Head::read(bytes, self.big_endian, layout.order) else { break };
            if head.captured > self.max_captured {
                return Err(Nonsense);
            }
            strict &= head.captured <= head.wire_len && head.fraction < 1_000_000;
            let len = layout.header().saturating_add(head.captured as usize);
            bytes = bytes.get(len..).unwrap_or_default();
        }
        Ok(Sense { strict })
    }
}

/// Records that could be meant as they were read; `strict` where nothing in them is odd.
struct Sense {
    strict: bool,
}

/// A record that cannot be.
struct Nonsense;

impl Head {
    /// Reads a record header.
    #[inline]
    fn read(bytes: &[u8], big_endian: bool, order: Order) -> Option<Self> {
        let (fields, _) = bytes.first_chunk::<RECORD_HEADER>()?.as_chunks::<4>();
        let [secs, fraction, first, second] = *fields.first_chunk()?;
        let number = if big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
        let (first, second) = (number(first), number(second));
        let swap = match order {
            Order::Plain => false,
            Order::Swapped => true,
            Order::Either => first > second,
        };
        let (captured, wire_len) = if swap { (second, first) } else { (first, second) };
        Some(Self { secs: number(secs), fraction: number(fraction), captured, wire_len })
    }
}

/// What AIX's tcpdump means by a link type: the interface type of RFC 1573.
struct Aix {
    link: LinkType,
    pseudo: Option<Pseudo>,
}

impl Aix {
    fn of(network: u32) -> Option<Self> {
        let plain = |link| Some(Self { link, pseudo: None });
        match network {
            6 => plain(LinkType::ETHERNET),
            9 => plain(LinkType::TOKEN_RING),
            // Three bytes of padding come first.
            15 => Some(Self { link: LinkType::FDDI, pseudo: Some(Pseudo::Padding { len: 3 }) }),
            _ => None,
        }
    }
}

/// The link type and the length of the frame check sequence, from the header's last field.
fn link_of(network: u32) -> Result<(LinkType, Option<u8>), Fault> {
    /// Set where the length of the frame check sequence is given.
    const FCS_PRESENT: u32 = 0x0400_0000;
    let reserved = network & 0x03ff_0000;
    if reserved != 0 {
        return Err(unsupported(format!("network type reserved field not zero (0x{reserved:08x})")));
    }
    let link = LinkType(u16::try_from(network & 0xffff).unwrap_or(0));
    if !link.is_known() {
        return Err(unsupported(format!("network type {network} unknown or unsupported")));
    }
    // It is given in units of 16 bits.
    let fcs_len = u8::try_from((network >> 28).wrapping_mul(2)).ok().filter(|_| network & FCS_PRESENT != 0);
    Ok((link, fcs_len))
}

fn unsupported(what: String) -> Fault {
    Fault::Unsupported(format!("pcap: {what}").into())
}
