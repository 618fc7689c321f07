//! What a segment means in its conversation: new data, a retransmission, a duplicate acknowledgment and so on.

use super::TcpState;

/// Flags of the TCP header (RFC 9293 section 3.1), as bits of its bytes 12 and 13.
pub mod flag {
    /// The sender has no more data.
    pub const FIN: u16 = 0x001;
    /// Sequence numbers are synchronised: the connection opens.
    pub const SYN: u16 = 0x002;
    /// The connection is reset.
    pub const RST: u16 = 0x004;
    /// The data is to be handed to the application at once.
    pub const PSH: u16 = 0x008;
    /// The acknowledgment number counts.
    pub const ACK: u16 = 0x010;
    /// The urgent pointer counts.
    pub const URG: u16 = 0x020;
    /// Congestion was experienced (RFC 3168).
    pub const ECE: u16 = 0x040;
    /// The congestion window was reduced (RFC 3168).
    pub const CWR: u16 = 0x080;
    /// Accurate ECN (RFC 9768), once the nonce sum.
    pub const AE: u16 = 0x100;
    /// The three reserved bits.
    pub const RESERVED: u16 = 0xe00;
}

/// A segment's header, as the analysis sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Segment {
    /// Sequence number of the first byte.
    pub seq: u32,
    /// Acknowledgment number.
    pub ack: u32,
    /// Bytes of payload.
    pub len: u32,
    /// The flags: see [`flag`].
    pub flags: u16,
    /// The window as it stands in the header.
    pub window: u16,
    /// The shift count of a window scale option.
    pub shift: Option<u8>,
}

impl Segment {
    /// Whether any of `flags` is set.
    pub fn has(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }
}

/// How windows of one direction are scaled (RFC 7323 section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Not known: the handshake was not seen.
    #[default]
    Unknown,
    /// Not at all: the handshake did not agree on it.
    None,
    /// By this shift count.
    By(u8),
}

/// What the analysis keeps of one direction.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow {
    /// The sequence number that relative ones count from.
    pub base: Option<u32>,
    /// The scale that the sender announced in its SYN.
    pub scale: Scale,
}

/// What a segment means in its conversation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verdict {
    /// The sequence number, relative to the first one seen.
    pub seq: u32,
    /// The acknowledgment number, relative to the other direction's first sequence number.
    pub ack: u32,
    /// The window in bytes.
    pub window: u32,
}

impl TcpState {
    /// Judges a segment that goes `way`, and remembers what the next ones need.
    pub fn judge(&mut self, way: usize, segment: &Segment) -> Verdict {
        let [lower, higher] = &mut self.flows;
        let (own, other) = if way == 0 { (lower, higher) } else { (higher, lower) };
        let syn = segment.has(flag::SYN);
        let base = *own.base.get_or_insert(if syn { segment.seq } else { segment.seq.wrapping_sub(1) });
        if segment.has(flag::ACK) {
            other.base.get_or_insert(segment.ack.wrapping_sub(1));
        }
        if syn {
            own.scale = segment.shift.map_or(Scale::None, Scale::By);
        }
        let window = u32::from(segment.window);
        Verdict {
            seq: segment.seq.wrapping_sub(base),
            ack: segment.ack.wrapping_sub(other.base.unwrap_or(0)),
            window: match own.scale {
                Scale::By(shift) if !syn => window << shift,
                _ => window,
            },
        }
    }
}
