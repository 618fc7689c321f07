//! The other transports: UDP and UDP-Lite that are wrong, an SCTP association, DCCP, AH and ESP in short, routing
//! protocols directly over IP.

use etherparse::{IpNumber, Ipv4Header};
use pcap_file::DataLink;

use super::build::{A4, B4, checksummed, cut, hex, ipv4, ipv4_with, ipv6, join, pcap, spoil, udp};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    Ok(vec![
        ("udp-oddities.pcap", pcap(DataLink::ETHERNET, &udp_oddities()?)?),
        ("udplite-oddities.pcap", pcap(DataLink::ETHERNET, &udplite()?)?),
        ("sctp.pcap", pcap(DataLink::ETHERNET, &sctp()?)?),
        ("ip-routing.pcap", pcap(DataLink::ETHERNET, &routing()?)?),
    ])
}

/// Where UDP's length is in an Ethernet frame.
const LENGTH: usize = 38;

fn udp_oddities() -> Result<Vec<Vec<u8>>> {
    let whole = udp(40000, 40001, b"hello")?;
    let mut frames = Vec::new();
    for length in [0_u16, 1, 7, 8, 9, 12, 14, 100, 65535] {
        frames.push(spoil(whole.clone(), LENGTH, &length.to_be_bytes()));
    }
    frames.extend((34..47).map(|length| cut(whole.clone(), length)));
    let datagram: Vec<u8> = whole.iter().copied().skip(34).collect();
    for length in 0..9 {
        frames.push(ipv4(17, &cut(datagram.clone(), length))?);
    }
    frames.push(spoil(whole.clone(), 40, &[0, 0]));
    frames.push(spoil(whole.clone(), 40, &[0xff, 0xff]));
    frames.push(ipv6(17, &spoil(datagram.clone(), 6, &[0, 0]))?);
    frames.push(ipv6(17, &spoil(datagram, 4, &[0, 0]))?);
    frames.push(udp(0, 0, b"hello")?);
    frames.push(udp(65535, 65535, b"hello")?);
    frames.push(udp(40000, 40001, b"")?);
    frames.push(udp(7, 40001, b"hello")?);
    frames.push(udp(19, 40001, b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFG\r\n")?);
    frames.push(udp(13, 40001, b"Mon Jan  1 00:00:00 2024\r\n")?);
    frames.push(udp(37, 40001, &hex("e93c7f00"))?);
    frames.push(join(&[&whole, &[0; 13]]));
    Ok(frames)
}

/// UDP-Lite: coverage of all, of the header, of less than that, of more than there is.
fn udplite() -> Result<Vec<Vec<u8>>> {
    let mut frames = Vec::new();
    for coverage in [0_u16, 1, 7, 8, 10, 13, 14, 65535] {
        frames.push(ipv4(136, &join(&[&hex("9c40 9c41"), &coverage.to_be_bytes(), &hex("0000"), b"hello"]))?);
    }
    for length in 0..9 {
        frames.push(ipv4(136, &cut(hex("9c40 9c41 0008 0000 00"), length))?);
    }
    frames.push(ipv6(136, &hex("9c40 9c41 0008 1234 68656c6c6f"))?);
    Ok(frames)
}

/// CRC32c (RFC 9260, appendix A), bit by bit.
fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (0x82f6_3b78 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// An SCTP packet of these chunks, its checksum right.
fn packet(turned: bool, tag: u32, chunks: &str) -> Result<Vec<u8>> {
    let ports = hex(if turned { "9c41 9c40" } else { "9c40 9c41" });
    let zeroed = join(&[&ports, &tag.to_be_bytes(), &[0; 4], &hex(chunks)]);
    let (from, to) = if turned { (B4, A4) } else { (A4, B4) };
    let header = Ipv4Header::new(0, 64, IpNumber::SCTP, from, to)?;
    ipv4_with(header, &spoil(zeroed.clone(), 8, &crc32c(&zeroed).to_le_bytes()))
}

fn sctp() -> Result<Vec<Vec<u8>>> {
    const CLIENT: u32 = 0x0000_1414;
    const SERVER: u32 = 0x0000_2869;
    const DIALOGUE: &[(bool, u32, &str)] = &[
        (false, 0, "01 00 0024 00001414 00010000 000a 0800 00000001 0005 0008 c0000201 000c 0006 0005 0000"),
        (true, CLIENT, "02 00 0020 00002869 00010000 000a 0800 00000065 0007 000c 0102030405060708"),
        (false, SERVER, "0a 00 000c 0102030405060708"),
        (true, CLIENT, "0b 00 0004"),
        (false, SERVER, "00 03 0015 00000001 0001 0000 00000000 68656c6c6f 000000"),
        (true, CLIENT, "03 00 0010 00000001 00010000 0000 0000"),
        (
            false,
            SERVER,
            "00 02 0014 00000002 0001 0001 00000000 66697273 00 00 0014 00000003 0001 0001 00000000 7365636f 00 01 0014 00000004 0001 0001 00000000 6e640a0a",
        ),
        (true, CLIENT, "03 00 0018 00000002 00010000 0001 0001 0002 0002 00000002"),
        (true, CLIENT, "00 07 0014 00000065 0002 0000 00000031 61736b21 03 00 0010 00000004 00010000 0000 0000"),
        (false, SERVER, "03 00 0010 00000065 00010000 0000 0000"),
        (false, SERVER, "00 03 0014 00000002 0001 0001 00000000 61676169"),
        (false, SERVER, "04 00 000c 0001 0008 00000001"),
        (true, CLIENT, "05 00 000c 0001 0008 00000001"),
        (false, SERVER, "c0 00 0010 00000005 0001 0002 00000000"),
        (false, SERVER, "09 00 000c 0001 0008 0001 0002"),
        (true, CLIENT, "c1 00 0020 00000001 0005 0008 c0000202 c001 0010 00000007 0005 0008 c0000203"),
        (false, SERVER, "80 00 0010 00000001 c0000201 00000000"),
        (false, SERVER, "0c 00 0008 00000001 0d 00 0004"),
        (false, SERVER, "84 00 0008 01020304"),
        (false, SERVER, "40 00 001c 00000006 0001 0000 00000000 00000000 68656c6c 6f000000"),
        (false, SERVER, "07 00 0008 00000065"),
        (true, CLIENT, "08 00 0004"),
        (false, SERVER, "0e 00 0004"),
        // Another association is broken off, its tag reflected.
        (true, CLIENT, "06 01 000c 0003 0008 00000001"),
        // Unknown, too short, too long, none, more than one that must be alone.
        (false, SERVER, "3f 00 0008 01020304"),
        (false, SERVER, "ff 00 0008 01020304"),
        (false, SERVER, "00 03 0003 00000001"),
        (false, SERVER, "00 03 00ff 00000007 0001 0000 00000000 68"),
        (false, SERVER, "00 03 0000"),
        (false, SERVER, ""),
        (
            false,
            SERVER,
            "0b 00 0004 0b 00 0004 03 00 0010 00000065 00010000 0000 0000 00 03 0011 00000008 0001 0003 00000000 21 000000",
        ),
    ];
    let mut frames: Vec<_> =
        DIALOGUE.iter().map(|(turned, tag, chunks)| packet(*turned, *tag, chunks)).collect::<Result<_>>()?;
    for length in [0, 3, 4, 8, 11, 12, 13, 15] {
        frames.push(ipv4(132, &cut(hex("9c40 9c41 00001414 00000000 0b000004"), length))?);
    }
    Ok(frames)
}

/// Protocols that routers speak to each other, directly over IP: a message or two of each.
fn routing() -> Result<Vec<Vec<u8>>> {
    const MESSAGES: &[(u8, usize, &str)] = &[
        // OSPF version 2: hello, database description, request, update, acknowledgement.
        (
            89,
            12,
            "02 01 0030 c0000201 00000000 0000 0000 0000000000000000 ffffff00 000a 12 01 00000028 c0000201 c0000202 c0000202",
        ),
        (89, 12, "02 02 0020 c0000201 00000000 0000 0000 0000000000000000 05dc 02 07 00000001"),
        (89, 12, "02 03 0024 c0000201 00000000 0000 0000 0000000000000000 00000001 c0000202 c0000202"),
        (
            89,
            12,
            "02 05 002c c0000201 00000000 0000 0000 0000000000000000 0001 02 01 c0000202 c0000202 80000001 1234 0030",
        ),
        (89, 12, "02 09 0018 c0000201 00000000 0000 0000 0000000000000000"),
        // VRRP versions 2 and 3.
        (112, 6, "21 01 64 01 00 01 0000 c00002fe 0000000000000000"),
        (112, 6, "31 01 64 01 0064 0000 c00002fe"),
        // PIM: hello, join/prune, register, assert, bootstrap.
        (103, 2, "20 00 0000 0001 0002 0069 0013 0004 00000001 0014 0004 01020304"),
        (103, 2, "23 00 0000 0100 c0000202 00 01 00d2 0100 0020 e1020304 0001 0000 0100 0720 c0000201"),
        (103, 2, "21 00 0000 00000000 4500 0014 0000 4000 4011 0000 c0000201 e1020304"),
        (103, 2, "25 00 0000 0100 0020 e1020304 0100 c0000201 00000065 00000001"),
        (103, 2, "2f 00 0000"),
        // EIGRP hello, EGP, RSVP path, L2TP version 3, IPComp, GGP.
        (88, 2, "02 05 0000 00000000 00000000 00000000 00000064 0001 000c 0100 0100 0000 000f"),
        (8, 4, "02 05 00 00 0000 0064 0001 003c 0078"),
        (46, 2, "10 01 0000 ff 00 0014 000c 0101 c0000202 11 00 9c41"),
        (115, 99, "00000001 01020304"),
        (108, 99, "11 00 0002 0102030405"),
        (3, 99, "09 00 0001"),
        // DCCP: request, response, data, acknowledgement, reset.
        (33, 99, "9c40 9c41 07 00 0000 01 000000 00000001 00001414"),
        (33, 99, "9c41 9c40 08 00 0000 03 000000 00000001 00000000 00000001 00001414"),
        (33, 99, "9c40 9c41 04 00 0000 05 000001 68656c6c6f000000"),
        (33, 99, "9c40 9c41 06 00 0000 07 000000 00000002 00000000 00000001"),
        (33, 99, "9c41 9c40 07 00 0000 0f 000000 00000002 00000000 00000002 01 000000"),
    ];
    let mut frames = Vec::new();
    for (number, checksum, message) in MESSAGES {
        let message = checksummed(hex(message), *checksum);
        frames.push(ipv4(*number, &message)?);
        frames.push(ipv4(*number, &cut(message, 6))?);
    }
    Ok(frames)
}
