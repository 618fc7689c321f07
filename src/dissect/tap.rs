//! What statistics are told of a frame's layers, where they ask for it: addresses and ports, also on the path that
//! records no fields.

use super::row::Address;
use super::sink::Span;
use crate::conversation::tcp::analysis::{Remarks, Segment};

/// Kinds of layers, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers(u16);

impl Layers {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// IPv4.
    pub const IPV4: Self = Self(1 << 1);
    /// IPv6.
    pub const IPV6: Self = Self(1 << 2);
    /// TCP.
    pub const TCP: Self = Self(1 << 3);
    /// UDP.
    pub const UDP: Self = Self(1 << 4);
    /// TCP segments with what the analysis makes of them: each is told of as a [`Told`].
    pub const SEGMENTS: Self = Self(1 << 5);
    /// The bytes of segments' payload, too.
    pub const SEGMENT_BYTES: Self = Self(1 << 6);
    /// Payload of UDP, with its bytes.
    pub const DATAGRAMS: Self = Self(1 << 7);
    /// A head of HTTP, with its bytes.
    pub const HTTP_HEADS: Self = Self(1 << 8);
    /// A body of HTTP, its transfer and content codings undone, with its bytes.
    pub const HTTP_BODIES: Self = Self(1 << 9);
    /// Names of the servers that clients ask for: TLS's Server Name Indication and HTTP's Host.
    pub const NAMES: Self = Self(1 << 10);
    /// The ports of TCP, UDP and others, told of as soon as they are read; the stream is the IP protocol's number.
    pub const PORTS: Self = Self(1 << 11);

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// Whether some of `other` are among them.
    #[must_use]
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A layer as statistics see it.
#[derive(Clone, Copy, Debug)]
pub struct Tap {
    /// What it is: one kind.
    pub layer: Layers,
    /// The sender's address.
    pub src: Address,
    /// The receiver's address.
    pub dst: Address,
    /// The sender's port, where the layer has ports; the payload's protocol, where it is IP.
    pub src_port: u16,
    /// The receiver's port, where the layer has ports.
    pub dst_port: u16,
    /// The conversation's place in its table, where the layer has conversations: Wireshark's stream index.
    pub stream: u32,
    /// Whether another packet quotes it: it does not happen, it is told of.
    pub quoted: bool,
}

/// A layer with more to it than its addresses: a segment, bytes of a payload, a name.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// The layer and its addresses.
    pub tap: Tap,
    /// Whether it goes from the lower endpoint to the higher one (0) or the other way (1).
    pub way: usize,
    /// The segment, where the layer is TCP.
    pub segment: Segment,
    /// What is remarked on the segment.
    pub remarks: Remarks,
    /// Its bytes, for [`Taps::bytes`].
    pub bytes: Span,
}

/// The taps of a frame, those of outer layers first; only of the kinds that somebody wants.
#[derive(Debug, Default)]
pub struct Taps {
    /// The kinds that are wanted.
    pub wanted: Layers,
    seen: Vec<Tap>,
    told: Vec<Told>,
    bytes: Vec<u8>,
}

impl Taps {
    /// Forgets the last frame.
    pub fn clear(&mut self) {
        self.seen.clear();
        self.told.clear();
        self.bytes.clear();
    }
    /// Notes a layer, if its kind is wanted.
    #[inline]
    pub fn note(&mut self, layer: Layers, tap: impl FnOnce() -> Tap) {
        if self.wanted.any(layer) {
            self.seen.push(tap());
        }
    }
    /// Notes a layer and these bytes of it.
    pub fn tell(&mut self, told: Told, bytes: &[u8]) {
        let span = Span { start: self.bytes.len() as u32, len: bytes.len() as u32 };
        self.bytes.extend_from_slice(bytes);
        self.told.push(Told { bytes: span, ..told });
    }
    /// What was told of the frame's layers beyond their addresses, in the order in which they were dissected.
    pub fn told(&self) -> &[Told] {
        &self.told
    }
    /// The bytes that were told of.
    pub fn bytes(&self, told: &Told) -> &[u8] {
        let start = told.bytes.start as usize;
        self.bytes.get(start..start.saturating_add(told.bytes.len as usize)).unwrap_or_default()
    }
    /// Takes back the layer of this kind that was noted last.
    pub fn retract(&mut self, layer: Layers) {
        if let Some(last) = self.seen.iter().rposition(|tap| tap.layer == layer) {
            self.seen.remove(last);
        }
    }
    /// The frame's.
    pub fn seen(&self) -> &[Tap] {
        &self.seen
    }
}
