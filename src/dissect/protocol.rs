//! What a protocol is to the machinery.

use super::cursor::Cursor;
use super::field::Field;
use super::sink::Sink;

/// Why a dissector stopped before its work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// These bytes are another protocol's; nothing was said about them.
    NotMine,
    /// The capture ends before the packet does: `[Packet size limited during capture]`.
    Snapped,
    /// The packet itself ends too early, or contradicts itself: `[Malformed Packet]`.
    Malformed,
    /// Something within claims to be longer than what it is in:
    /// `[Malformed Packet: length of contained item exceeds length of containing item]`.
    Overrun,
    /// A message over a stream goes on in later segments: [`Cursor::more`] says which, and makes this.
    More,
}

/// A message over a stream that goes on in later segments.
#[derive(Clone, Copy, Debug)]
pub struct Unfinished {
    /// Where it starts, as [`Cursor::pos`] counts. Messages before it have been dissected.
    pub from: usize,
    /// How much is missing.
    pub need: Need,
    /// How many of its first bytes will tell all that is asked of it then.
    pub wanted: usize,
    /// The tree shows the message's layer although nothing is known of it yet.
    pub shown: bool,
}

impl Default for Unfinished {
    fn default() -> Self {
        Self { from: 0, need: Need::Segment, wanted: usize::MAX, shown: false }
    }
}

/// What an unfinished message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// This many bytes beyond those that are here.
    Bytes(usize),
    /// The next segment, then ask again: the length is not known yet.
    Segment,
    /// All that comes until the sender closes.
    Close,
}

/// A dissector's function for one kind of sink.
pub type Run<S> = fn(&mut Cursor<'_, S>) -> Result<(), Stop>;

/// Says whether bytes look like a protocol's.
pub type Look<S> = fn(&Cursor<'_, S>) -> bool;

/// Where a protocol is to be found: each key names a table of the layer below and the value there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Link-layer header type of the capture.
    Link(u16),
    /// EtherType.
    Ether(u16),
    /// IEEE 802.2 service access point.
    Sap(u8),
    /// SNAP: organisation code and protocol.
    Snap(u32, u16),
    /// IP protocol number, or IPv6 next header.
    Ip(u8),
    /// PPP protocol number.
    Ppp(u16),
    /// UDP port.
    Udp(u16),
    /// TCP port.
    Tcp(u16),
    /// SCTP payload protocol identifier.
    SctpPayload(u32),
    /// SCTP port.
    Sctp(u16),
    /// DCCP port.
    Dccp(u16),
    /// Program that is called with RPC.
    Rpc(u32),
    /// Recognised by content over UDP, asked in the order of [`Registry::by_content`](super::registry::Registry::by_content).
    UdpContent,
    /// Recognised by content over TCP, asked in the order of [`Registry::by_content`](super::registry::Registry::by_content).
    TcpContent,
    /// Recognised by content in an Ethernet frame's payload of unknown type.
    EtherContent,
    /// Media type of a body: `application/json`.
    Media(&'static str),
    /// Application protocol negotiated in TLS: `h2`.
    Alpn(&'static str),
}

/// One protocol: its declaration and its dissector, in one file.
pub trait Protocol: 'static {
    /// The layer itself: its key (`udp`) and its full name (`User Datagram Protocol`).
    const LAYER: &'static Field;
    /// The short name, as Wireshark's list of protocols has it (`UDP`).
    const NAME: &'static str;
    /// Every field it may record.
    const FIELDS: &'static [&'static Field];
    /// Further fields, declared in the other files of its folder.
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[];
    /// Every expert remark it may make.
    const EXPERTS: &'static [&'static Field] = &[];
    /// Whether it records no fields but those declared here, and hands the same on to the same protocols whether or not
    /// it is recorded. Where none of its fields are wanted, it need then not be.
    const SELF_CONTAINED: bool = false;
    /// Where it is to be found.
    const KEYS: &'static [Key];
    /// Whether the bytes under the cursor look like this protocol's. Asked only where it is found by content; where it
    /// is found under the key of a table, the bytes are its own as long as [`dissect`](Self::dissect) does not object.
    fn recognise<S: Sink>(_: &Cursor<'_, S>) -> bool {
        true
    }
    /// Takes the bytes under the cursor apart: reads fields (which records them), hands the payload on, and claims
    /// the row if nothing in the payload did.
    ///
    /// # Errors
    /// [`Stop::NotMine`] before anything was written; [`Stop::Snapped`] and [`Stop::Malformed`] where bytes run out,
    /// after which what was read and written stands; [`Stop::More`] over a stream.
    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop>;
}
