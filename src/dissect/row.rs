//! The summary row of one frame: its addresses, protocol and Info text.

use std::sync::Arc;

use super::line::Line;
use super::protocol::Stop;
use crate::naming::Names;

/// An address as a column shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// Nothing known: an empty column.
    #[default]
    None,
    /// A MAC address.
    Mac([u8; 6]),
    /// A MAC address in a role: `00:0d:93:82:36:3a (RA)`.
    Station([u8; 6], &'static str),
    /// An EUI-64 address.
    Eui64([u8; 8]),
    /// A station on ARCNET: `0xbe`.
    Byte(u8),
    /// A short address of IEEE 802.15.4: `0x0000`.
    Short(u16),
    /// A node of DECnet: `1.1`.
    Decnet(u16),
    /// A network and node of AppleTalk: `03e8.0a`.
    AppleTalk(u16, u8),
    /// An IPX network and node: `000204d2.0050000c0000`.
    Ipx(u32, [u8; 6]),
    /// An IPv4 address.
    Ipv4([u8; 4]),
    /// An IPv6 address.
    Ipv6([u8; 16]),
    /// A number: `4294967295`.
    Number(u64),
    /// A node of TIPC, by zone, cluster and node: `1.1.2`.
    Tipc(u32),
    /// Words: `N/A`.
    Words(&'static str),
}

impl Address {
    /// Writes the address down: by its name, where `line` knows names.
    pub fn write(&self, line: &mut Line) {
        match self {
            Self::None => {}
            Self::Mac(mac) => _ = line.ether(mac),
            Self::Station(mac, role) => _ = line.ether_and_number(mac).str(" (").str(role).byte(b')'),
            Self::Eui64(address) => _ = line.hex_bytes(address, ":"),
            Self::Byte(address) => _ = line.str("0x").hex(*address, 2),
            Self::Short(address) => _ = line.str("0x").hex(*address, 4),
            Self::Decnet(node) => _ = line.dec(*node >> 10).byte(b'.').dec(*node & 0x3ff),
            Self::AppleTalk(network, node) => _ = line.hex(*network, 4).byte(b'.').hex(*node, 2),
            Self::Ipx(network, node) => _ = line.hex(*network, 8).byte(b'.').hex_bytes(node, ""),
            Self::Ipv4(address) => _ = line.host4(address),
            Self::Ipv6(address) => _ = line.host6(address),
            Self::Number(number) => _ = line.dec(*number),
            Self::Tipc(node) => {
                line.dec(node >> 24).byte(b'.').dec(node >> 12 & 0xfff).byte(b'.').dec(node & 0xfff);
            }
            Self::Words(words) => _ = line.str(words),
        }
    }
}

/// The summary row of one frame.
///
/// Layers set the protocol as they are entered, so the innermost stays. The Info text is written innermost first:
/// a layer asks [`Row::claimed`] after its payload was dissected, and writes its own text only if nothing inside did.
#[derive(Default)]
pub struct Row {
    /// The Source column.
    pub src: Address,
    /// The Destination column.
    pub dst: Address,
    protocol: &'static str,
    protocol_text: Line,
    info: Line,
    fence: usize,
    claimed: bool,
    /// Nobody will see the Info text: what takes long to write need not be written.
    pub unseen: bool,
    /// What is being taken apart is a piece of something whose other pieces are not here: where it ends too early,
    /// that is no fault of its own.
    pub fragmented: bool,
}

/// A row's state, to come back to.
#[derive(Clone, Copy)]
pub struct Saved {
    src: Address,
    dst: Address,
    protocol: &'static str,
    info: usize,
    fence: usize,
    claimed: bool,
}

impl Row {
    /// From now on addresses and ports may be written by these names.
    pub fn know(&mut self, names: Option<&Arc<Names>>) {
        self.info.know(names);
        self.protocol_text.know(names);
    }
    /// Forgets the last frame.
    pub fn clear(&mut self) {
        (self.src, self.dst, self.protocol) = (Address::None, Address::None, "");
        self.info.clear();
        self.protocol_text.clear();
        (self.fence, self.claimed, self.fragmented) = (0, false, false);
    }
    /// Sets the Protocol column.
    pub fn protocol(&mut self, name: &'static str) {
        self.protocol = name;
        self.protocol_text.clear();
    }
    /// Sets the Protocol column to a text made up from the packet.
    pub fn protocol_text(&mut self) -> &mut Line {
        self.protocol_text.clear();
        &mut self.protocol_text
    }
    /// Appends to the Protocol column.
    pub fn protocol_append(&mut self, suffix: &str) {
        if self.protocol_text.is_empty() {
            self.protocol_text.str(self.protocol);
        }
        self.protocol_text.str(suffix);
    }
    /// The Protocol column.
    pub fn protocol_column(&self) -> &[u8] {
        if self.protocol_text.is_empty() { self.protocol.as_bytes() } else { self.protocol_text.as_bytes() }
    }
    /// The Info text, to go on writing it: the row is then claimed.
    pub fn info(&mut self) -> &mut Line {
        self.claimed = true;
        &mut self.info
    }
    /// The Info column as it stands.
    pub fn info_column(&self) -> &[u8] {
        self.info.as_bytes()
    }
    /// The Info text begins anew behind what was fenced: a layer that does this claims the row, even if it then
    /// writes nothing.
    pub fn claim(&mut self) -> &mut Line {
        self.claimed = true;
        self.info.truncate(self.fence);
        &mut self.info
    }
    /// Text that stays in front of whatever claims the row later; it does not claim the row itself.
    pub fn prefix(&mut self, write: impl FnOnce(&mut Line)) {
        write(&mut self.info);
        self.fence = self.info.len();
    }
    /// What is written so far stays, whatever a later layer claims.
    pub fn fence(&mut self) {
        self.fence = self.info.len();
    }
    /// The Info text begins anew, but nobody has claimed it yet: a payload may.
    pub fn offer(&mut self) {
        self.info.truncate(self.fence);
        self.claimed = false;
    }
    /// Whether nothing but fenced text stands in the Info column: what tells the first message of a segment from the
    /// next ones.
    pub fn fresh(&self) -> bool {
        self.info.len() == self.fence
    }
    /// Whether nothing more fits into the Info column, whatever is found yet.
    pub fn is_full(&self) -> bool {
        self.info.is_full()
    }
    /// Whether a layer has claimed the row.
    pub fn claimed(&self) -> bool {
        self.claimed
    }
    /// Says whether the row is claimed, for a layer that lends it to several messages in turn.
    pub fn set_claimed(&mut self, claimed: bool) {
        self.claimed = claimed;
    }
    /// Appends why a dissector stopped.
    pub fn remark(&mut self, stop: Stop) {
        let remark = match stop {
            Stop::Snapped => "[Packet size limited during capture]",
            Stop::Overrun => "[Malformed Packet: length of contained item exceeds length of containing item]",
            _ if self.fragmented => "[BoundErrorUnreassembled Packet]",
            _ => "[Malformed Packet]",
        };
        self.info().str(remark);
    }
    /// The state now; text so far is fenced, so that coming back finds it whole.
    pub fn save(&mut self) -> Saved {
        let Self { src, dst, protocol, fence, claimed, .. } = *self;
        self.fence = self.info.len();
        Saved { src, dst, protocol, info: self.info.len(), fence, claimed }
    }
    /// Comes back to `saved`; what was written since is gone.
    pub fn restore(&mut self, saved: Saved) {
        (self.src, self.dst) = (saved.src, saved.dst);
        self.protocol(saved.protocol);
        self.info.truncate(saved.info);
        (self.fence, self.claimed) = (saved.fence, saved.claimed);
    }
    /// Comes back to the addresses of `saved`, for a layer whose payload had others inside.
    pub fn restore_addresses(&mut self, saved: Saved) {
        (self.src, self.dst) = (saved.src, saved.dst);
    }
}
