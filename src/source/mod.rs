//! Where frames come from: stored captures and live interfaces, behind one trait, [`Source`], and one type, [`Frame`].

mod compress;
mod error;
mod file;
mod found;
mod interface;
mod link;
pub mod live;
mod options;
mod pcap;
mod pcapng;
mod pseudo;
#[cfg(target_os = "linux")]
mod ring;
mod sieve;
mod window;

pub use error::{Fault, Name, SourceError};
pub use file::CaptureFile;
pub use interface::{Interface, Ticks};
pub use link::LinkType;
pub use options::{Opt, Options};

/// A moment, as seconds since the Unix epoch and nanoseconds within that second.
///
/// Both are what the record says, in a damaged one too: `nanos` may be a second and more there, and above
/// 2,147,483,647 it stands for a negative number (tshark shows -1.000000001 for -1 and 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// Whole seconds since 1970-01-01 00:00:00 UTC; negative before it.
    pub secs: i64,
    /// Nanoseconds, 0 to 999,999,999 (a damaged record may hold more).
    pub nanos: u32,
}

/// Nanoseconds in a second.
const SECOND: i64 = 1_000_000_000;

impl Time {
    /// The moment this many nanoseconds after 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn from_nanos(nanos: i64) -> Self {
        Self { secs: nanos.div_euclid(SECOND), nanos: u32::try_from(nanos.rem_euclid(SECOND)).unwrap_or(0) }
    }
    /// Nanoseconds since 1970-01-01 00:00:00 UTC, as far as they go: until the year 2262.
    #[must_use]
    #[inline]
    pub fn as_nanos(self) -> i64 {
        self.secs.saturating_mul(SECOND).saturating_add(i64::from(self.nanos))
    }
    /// Nanoseconds from `earlier` until this moment, as far as they go.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.as_nanos().saturating_sub(earlier.as_nanos())
    }
}

/// What sort of record a frame is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A packet of `Frame::link`'s type: nearly all.
    #[default]
    Packet,
    /// A pcapng custom block; `bytes` starts behind the enterprise number given here.
    Custom {
        /// IANA private enterprise number.
        enterprise: u32,
    },
    /// A system call or other event (sysdig); `bytes` starts behind the event's header, which is in `raw`.
    SystemEvent {
        /// The pcapng block type.
        block: u32,
    },
    /// An entry of the systemd journal in its export format.
    Journal,
    /// All of a file of fewer than eight bytes, which cannot be a capture.
    Scrap,
}

/// One captured frame, borrowed from its source until the next is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Position in the capture, from 1.
    pub number: u64,
    /// When it was captured; `None` where the record carries no time (a Simple Packet Block).
    pub time: Option<Time>,
    /// Decimal digits of a second that the record's clock resolves, 0 to 9: what the time column shows.
    pub precision: u8,
    /// Bytes that were on the wire.
    pub wire_len: u32,
    /// What the first byte belongs to.
    pub link: LinkType,
    /// Bytes of frame check sequence at the end, where the capture says so; 0 says that there is none.
    pub fcs_len: Option<u8>,
    /// The interface it was captured on, counted over the whole file from 0.
    pub interface: u32,
    /// The bytes captured, at most `wire_len` of them in a sane capture.
    pub bytes: &'a [u8],
    /// What sort of record this is.
    pub kind: Kind,
    /// The record's pcapng options (comments, flags, drop count), undecoded until asked for.
    pub options: Options<'a>,
    /// What some link types put before the frame (Bluetooth's direction, ERF's header); not part of `bytes`.
    pub pseudo: &'a [u8],
    /// The whole record as it is in the file, header and all: what a copy of the capture takes over.
    pub raw: &'a [u8],
    /// The interface it was captured on; `None` for records of no interface.
    pub origin: Option<&'a Interface>,
}

impl<'a> Frame<'a> {
    /// A whole frame of `link`'s type without a time: what tests build on.
    #[must_use]
    pub fn new(number: u64, link: LinkType, bytes: &'a [u8]) -> Self {
        Self {
            number,
            time: None,
            precision: 6,
            wire_len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            link,
            fcs_len: None,
            interface: 0,
            bytes,
            kind: Kind::Packet,
            options: Options::default(),
            pseudo: &[],
            raw: &[],
            origin: None,
        }
    }

    /// The packet flags of a pcapng record: direction, reception type, link-layer errors.
    #[must_use]
    pub fn flags(&self) -> Option<u32> {
        self.options.u32(2)
    }
}

/// A block of a pcapng file that is no frame.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// What is in it.
    pub kind: BlockKind,
    /// All of it, from its type to its trailing length.
    pub raw: &'a [u8],
    /// Whether its section is big-endian.
    pub big_endian: bool,
}

/// The types of pcapng blocks that are no frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A section begins.
    Section,
    /// An interface is described; it is now the last of [`CaptureFile::interfaces`].
    Interface,
    /// Addresses and their names.
    NameResolution,
    /// Counters of an interface.
    Statistics,
    /// Keys to decrypt with.
    Secrets,
    /// A block of another type, given here.
    Other(u32),
}

/// Any record of a capture.
#[derive(Clone, Copy, Debug)]
pub enum Record<'a> {
    /// A frame.
    Frame(Frame<'a>),
    /// Something else.
    Block(Block<'a>),
}

/// What a source says of itself besides its records: all that a copy of it has to know beforehand.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// A pcapng file: sections and interfaces come as [`Record::Block`]s.
    PcapNg,
    /// A pcap file.
    Pcap {
        /// The file header, where the file is of today's plain layout, so that its records may be copied as they are.
        header: Option<&'a [u8; 24]>,
        /// Bytes before the data of each record in [`Frame::raw`].
        record_header: usize,
        /// Its one interface.
        interface: &'a Interface,
    },
    /// The interfaces of a live capture, which [`Frame::interface`] counts.
    Live(&'a [Interface]),
    /// A file too short to be a capture.
    Scrap,
    /// An empty file.
    Empty,
}

/// What was counted on an interface of a live capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets that the filter let through, dropped ones among them.
    pub received: u64,
    /// Packets lost because they were not taken in time.
    pub dropped: u64,
    /// Packets that the interface itself dropped.
    pub dropped_by_interface: u64,
}

/// What a source has to say when it is asked for its next frame.
#[derive(Clone, Copy, Debug)]
pub enum Next<'a> {
    /// A frame.
    Frame(Frame<'a>),
    /// A block that is no frame: [`Source::next`] says this of secrets only, on which frames depend.
    Block(Block<'a>),
    /// Nothing has come for a while: the moment to write out what waits. Only a live source says this.
    Nothing,
    /// There will be no more frames.
    End,
}

/// Anything that yields frames one after the other.
pub trait Source {
    /// The next frame, borrowed until the next call. A live source waits for one at most 100 ms.
    ///
    /// # Errors
    /// Where the capture is damaged, cut short or not readable. All frames before that have been delivered; further
    /// calls say that it has ended.
    fn next(&mut self) -> Result<Next<'_>, SourceError>;

    /// The next record of whatever kind, for who keeps a capture.
    ///
    /// # Errors
    /// As [`Source::next`].
    fn next_record(&mut self) -> Result<Next<'_>, SourceError> {
        self.next()
    }

    /// What this is, for who keeps a copy.
    fn origin(&self) -> Origin<'_>;

    /// What was counted so far on each interface of [`Origin::Live`], in that order.
    fn counters(&mut self) -> Vec<Counters> {
        Vec::new()
    }
}
