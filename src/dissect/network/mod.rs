//! What carries a packet from host to host.

pub mod appletalk;
pub mod arp;
pub mod checksum;
pub mod decnet;
pub mod dsfield;
pub mod fragments;
pub mod icmp;
pub mod icmpv6;
pub mod igmp;
pub mod ip;
pub mod ip_protocols;
pub mod ipsec;
pub mod ipv4;
pub mod ipv6;
pub mod ipx;
pub mod isakmp;
pub mod routing;
pub mod sixlowpan;
pub mod tipc;
pub mod tunnel;
pub mod zigbee;

use super::cursor::Cursor;
use super::protocol::{Key, Stop};
use super::sink::Sink;

/// What the layers above IP ask about the header below them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IpHeader {
    /// 4 or 6; 0 where the packet has no IP header.
    pub version: u8,
    /// Hops left, where the header stands directly below: not behind an authentication header.
    pub ttl: Option<u8>,
    /// The protocol that the packet carries, as the header or the last of its extensions says.
    pub protocol: u8,
    /// Whether the packet is a fragment, the others of which are not here.
    pub fragment: bool,
    /// Whether extension headers stand in the header's own branch of the tree.
    pub branch: bool,
}

/// Hands an IP packet's payload to its protocol; says whether one took it.
///
/// # Errors
/// Those of the payload.
pub fn payload<S: Sink>(c: &mut Cursor<'_, S>, protocol: u8) -> Result<bool, Stop> {
    c.worker.state.ip.protocol = protocol;
    c.next(Key::Ip(protocol))
}

/// Writes milliseconds, given as the bits of an `f64`, to the microsecond.
fn write_millis(bits: u64, line: &mut super::line::Line) {
    let micros = (f64::from_bits(bits) * 1000.0).round() as u64;
    line.dec(micros / 1000).byte(b'.').dec_wide(micros % 1000, 3).str(" ms");
}
