//! Frames as captures keep them: VLAN tags put back, and a header where the link layer's own is not shown.

use std::ops::Range;

use super::chunk::{Chunk, Record};
use crate::source::{LinkType, Options, Time};

/// Octets before an Ethernet frame's type, where a VLAN tag goes.
const ADDRESSES: usize = 12;
/// The packet type of what this host sends.
const OUTGOING: u8 = 4;

/// What is done with the frames of an interface.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    header: Header,
    /// The loopback interface among "any": what it sends comes in again, and is to be seen once.
    loopback: Option<u32>,
    snaplen: usize,
}

/// What is put in front of frames.
#[derive(Clone, Copy, Debug)]
enum Header {
    /// Nothing, but a VLAN tag goes back into frames of Ethernet.
    Ethernet,
    /// Nothing.
    None,
    /// LINKTYPE_LINUX_SLL.
    Cooked,
    /// LINKTYPE_LINUX_SLL2.
    Cooked2,
}

/// A frame that is ready: what is known of it, and where in its chunk it is.
#[derive(Clone, Debug)]
pub(super) struct Shaped {
    pub(super) time: Time,
    pub(super) wire_len: u32,
    pub(super) packet_type: u8,
    pub(super) bytes: Range<usize>,
}

impl Shape {
    pub(super) fn of(link: LinkType, loopback: Option<u32>, snaplen: u32) -> Self {
        let header = match link {
            LinkType::ETHERNET => Header::Ethernet,
            LinkType::LINUX_SLL => Header::Cooked,
            LinkType::LINUX_SLL2 => Header::Cooked2,
            _ => Header::None,
        };
        Self { header, loopback, snaplen: snaplen as usize }
    }

    /// Makes a frame of a record; `None` for one that is not to be seen.
    #[inline]
    pub(super) fn apply(&self, record: &Record, bytes: Range<usize>, chunk: &mut Chunk) -> Option<Shaped> {
        if record.packet_type == OUTGOING && self.loopback == Some(record.interface) {
            return None;
        }
        let captured = bytes.len();
        let mut bytes = match (self.header, record.vlan) {
            (Header::None, _) | (Header::Ethernet, None) => bytes,
            (Header::Ethernet, Some((protocol, control))) => chunk.insert(bytes, ADDRESSES, tag(protocol, control)),
            (Header::Cooked, vlan) => cooked(record, vlan, bytes, chunk),
            (Header::Cooked2, _) => chunk.prepend(bytes, &cooked2(record)),
        };
        let added = bytes.len().saturating_sub(captured);
        bytes.end = bytes.end.min(bytes.start.saturating_add(self.snaplen));
        Some(Shaped {
            time: record.time,
            wire_len: record.wire_len.saturating_add(added as u32),
            packet_type: record.packet_type,
            bytes,
        })
    }
}

/// A VLAN tag (IEEE 802.1Q, section 9.3).
fn tag(protocol: u16, control: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (protocol.to_be_bytes(), control.to_be_bytes());
    [a, b, c, d]
}

/// Puts the header of LINKTYPE_LINUX_SLL in front: packet type, hardware type, address, protocol; a VLAN tag comes before
/// the protocol.
fn cooked(record: &Record, vlan: Option<(u16, u16)>, bytes: Range<usize>, chunk: &mut Chunk) -> Range<usize> {
    let mut header = [0; 16];
    if let ([kind, hardware, len, address @ .., protocol], []) = header.as_chunks_mut::<2>() {
        *kind = u16::from(record.packet_type).to_be_bytes();
        *hardware = record.hardware.to_be_bytes();
        *len = u16::from(record.address_len).to_be_bytes();
        address.as_flattened_mut().copy_from_slice(&record.address);
        *protocol = record.protocol.to_be_bytes();
    }
    let bytes = chunk.prepend(bytes, &header);
    match vlan {
        Some((protocol, control)) => chunk.insert(bytes, 14, tag(protocol, control)),
        None => bytes,
    }
}

/// The header of LINKTYPE_LINUX_SLL2: protocol, interface, hardware type, packet type, address.
fn cooked2(record: &Record) -> [u8; 20] {
    let mut header = [0; 20];
    if let ([protocol, interface, types, address @ ..], []) = header.as_chunks_mut::<4>() {
        let ([a, b], [c, d]) = (record.protocol.to_be_bytes(), record.hardware.to_be_bytes());
        *protocol = [a, b, 0, 0];
        *interface = record.interface.to_be_bytes();
        *types = [c, d, record.packet_type, record.address_len];
        address.as_flattened_mut().copy_from_slice(&record.address);
    }
    header
}

/// The packet flags of a pcapng record: direction and kind of address.
pub(super) fn options(packet_type: u8) -> Options<'static> {
    /// One `epb_flags` option each: inbound to this host, to all, to a group, to another; outbound.
    const FLAGS: [[u8; 8]; 5] = {
        const fn flags(word: u32) -> [u8; 8] {
            let ([a, b], [c, d], [e, f, g, h]) = (2_u16.to_ne_bytes(), 4_u16.to_ne_bytes(), word.to_ne_bytes());
            [a, b, c, d, e, f, g, h]
        }
        [flags(0b0_0101), flags(0b0_1101), flags(0b0_1001), flags(0b1_0001), flags(0b0_0010)]
    };
    let bytes = FLAGS.get(usize::from(packet_type)).map_or(&[][..], |flags| flags);
    Options { bytes, big_endian: cfg!(target_endian = "big") }
}
