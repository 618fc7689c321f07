//! What the captures are built of: bytes from hexadecimal, correct packets to spoil, and the file around them.

use std::time::Duration;

use etherparse::checksum::Sum16BitWords;
use etherparse::{IpNumber, Ipv4Header, Ipv6Header, PacketBuilder, TcpHeader};
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::{DataLink, Endianness};

use super::Result;

pub(crate) const A: [u8; 6] = [0x02, 0, 0, 0, 0, 0x0a];
pub(crate) const B: [u8; 6] = [0x02, 0, 0, 0, 0, 0x0b];
pub(crate) const A4: [u8; 4] = [192, 0, 2, 1];
pub(crate) const B4: [u8; 4] = [192, 0, 2, 2];
/// 2001:db8::1.
pub(crate) const A6: [u8; 16] = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
/// 2001:db8::2.
pub(crate) const B6: [u8; 16] = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

/// When every capture begins: 2024-01-01 00:00:00 UTC.
pub(crate) const START: Duration = Duration::from_secs(1_704_067_200);

/// Bytes from hexadecimal digits; what is not a digit only makes them readable.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut half = None;
    for digit in digits.chars().filter_map(|digit| digit.to_digit(16)) {
        // A digit is below 16, so that two of them are below 256.
        let digit = digit as u8;
        match half.take() {
            None => half = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    bytes
}

/// Several pieces in a row.
pub(crate) fn join(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}

/// `bytes` with `new` written over it from `at` on.
pub(crate) fn spoil(mut bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    bytes.iter_mut().skip(at).zip(new).for_each(|(old, new)| *old = *new);
    bytes
}

/// The first `length` bytes.
pub(crate) fn cut(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.truncate(length);
    bytes
}

/// `bytes` with the Internet checksum (RFC 1071) over all of them written at `at`, if they are so many.
pub(crate) fn checksummed(bytes: Vec<u8>, at: usize) -> Vec<u8> {
    let zeroed = spoil(bytes, at, &[0, 0]);
    let sum = Sum16BitWords::new().add_slice(&zeroed).ones_complement();
    // etherparse adds the words up as they stand in memory.
    spoil(zeroed, at, &sum.to_ne_bytes())
}

/// A frame of Ethernet II.
pub(crate) fn ethernet(ether_type: u16, payload: &[u8]) -> Vec<u8> {
    join(&[&B, &A, &ether_type.to_be_bytes(), payload])
}

/// A frame of IEEE 802.3, its length field as it should be.
pub(crate) fn ieee(payload: &[u8]) -> Result<Vec<u8>> {
    Ok(ethernet(u16::try_from(payload.len())?, payload))
}

/// An IPv4 packet in an Ethernet frame: lengths and checksum right, time to live 64.
pub(crate) fn ipv4(protocol: u8, payload: &[u8]) -> Result<Vec<u8>> {
    let header = Ipv4Header::new(0, 64, IpNumber(protocol), A4, B4)?;
    ipv4_with(header, payload)
}

/// The same with a header of one's own; length and checksum are set here.
pub(crate) fn ipv4_with(mut header: Ipv4Header, payload: &[u8]) -> Result<Vec<u8>> {
    header.total_len = u16::try_from(header.header_len() + payload.len())?;
    header.header_checksum = header.calc_header_checksum();
    Ok(ethernet(0x0800, &join(&[&header.to_bytes(), payload])))
}

/// An IPv6 packet in an Ethernet frame, its length right.
pub(crate) fn ipv6(next_header: u8, payload: &[u8]) -> Result<Vec<u8>> {
    let header = Ipv6Header {
        payload_length: u16::try_from(payload.len())?,
        next_header: IpNumber(next_header),
        hop_limit: 64,
        source: A6,
        destination: B6,
        ..Ipv6Header::default()
    };
    Ok(ethernet(0x86dd, &join(&[&header.to_bytes(), payload])))
}

/// A UDP datagram over IPv4 and Ethernet.
pub(crate) fn udp(source: u16, destination: u16, payload: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2(A, B).ipv4(A4, B4, 64).udp(source, destination).write(&mut bytes, payload)?;
    Ok(bytes)
}

/// A UDP datagram over IPv6 and Ethernet.
pub(crate) fn udp6(source: u16, destination: u16, payload: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2(A, B).ipv6(A6, B6, 64).udp(source, destination).write(&mut bytes, payload)?;
    Ok(bytes)
}

/// A TCP segment over IPv4 and Ethernet, from A to B or, turned, from B to A.
pub(crate) fn tcp(turned: bool, header: TcpHeader, payload: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let builder = if turned {
        PacketBuilder::ethernet2(B, A).ipv4(B4, A4, 64)
    } else {
        PacketBuilder::ethernet2(A, B).ipv4(A4, B4, 64)
    };
    builder.tcp_header(header).write(&mut bytes, payload)?;
    Ok(bytes)
}

/// Packets without their Ethernet headers.
pub(crate) fn bare(frames: &[Vec<u8>]) -> Vec<Vec<u8>> {
    frames.iter().map(|frame| frame.iter().copied().skip(14).collect()).collect()
}

/// The header of a little-endian file in microseconds.
pub(crate) fn header(link: DataLink) -> PcapHeader {
    PcapHeader { datalink: link, snaplen: 262_144, endianness: Endianness::Little, ..PcapHeader::default() }
}

/// A pcap file of these frames, a millisecond apart.
pub(crate) fn pcap(link: DataLink, frames: &[Vec<u8>]) -> Result<Vec<u8>> {
    let frames: Vec<_> = (0..).step_by(1000).zip(frames.iter().cloned()).collect();
    pcap_with(header(link), &frames)
}

/// A pcap file with a header of one's own, and microseconds from its beginning for each frame.
pub(crate) fn pcap_with(header: PcapHeader, frames: &[(u64, Vec<u8>)]) -> Result<Vec<u8>> {
    let mut writer = PcapWriter::with_header(Vec::new(), header)?;
    for (micros, frame) in frames {
        let time = START + Duration::from_micros(*micros);
        writer.write_packet(&PcapPacket::new(time, u32::try_from(frame.len())?, frame)?)?;
    }
    Ok(writer.into_inner())
}
