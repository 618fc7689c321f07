//! What statistics are told of a frame's layers, where they ask for it: addresses and ports, also on the path that
//! records no fields.

use super::row::Address;

/// Kinds of layers, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers(u8);

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
}

/// The taps of a frame, those of outer layers first; only of the kinds that somebody wants.
#[derive(Debug, Default)]
pub struct Taps {
    /// The kinds that are wanted.
    pub wanted: Layers,
    seen: Vec<Tap>,
}

impl Taps {
    /// Forgets the last frame.
    pub fn clear(&mut self) {
        self.seen.clear();
    }
    /// Notes a layer, if its kind is wanted.
    #[inline]
    pub fn note(&mut self, layer: Layers, tap: impl FnOnce() -> Tap) {
        if self.wanted.any(layer) {
            self.seen.push(tap());
        }
    }
    /// The frame's.
    pub fn seen(&self) -> &[Tap] {
        &self.seen
    }
}
