//! Where frames come from: stored captures and live interfaces, behind one type, [`Frame`].

/// A moment, as seconds since the Unix epoch and nanoseconds within that second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// Whole seconds since 1970-01-01 00:00:00 UTC; negative before it.
    pub secs: i64,
    /// Nanoseconds, 0 to 999,999,999 (a damaged record may hold more).
    pub nanos: u32,
}

/// A link-layer header type, by its number in the LINKTYPE_ registry (<https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkType(pub u16);

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
    /// Bytes of frame check sequence at the end, where the capture says so.
    pub fcs_len: Option<u8>,
    /// The interface it was captured on, counted over the whole file from 0.
    pub interface: u32,
    /// The bytes captured, at most `wire_len` of them in a sane capture.
    pub bytes: &'a [u8],
}
