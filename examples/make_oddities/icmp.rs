//! ICMP, ICMPv6 and IGMP: every type, every code of those that have several, messages with too little in them.

use etherparse::PacketBuilder;
use pcap_file::DataLink;

use super::build::{A, A4, A6, B, B4, B6, bare, checksummed, cut, hex, ipv4, ipv6, join, pcap, spoil, tcp, udp};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    Ok(vec![
        ("icmp-types.pcap", pcap(DataLink::ETHERNET, &icmp_types()?)?),
        ("icmp-oddities.pcap", pcap(DataLink::ETHERNET, &icmp_oddities()?)?),
        ("icmpv6-types.pcap", pcap(DataLink::ETHERNET, &icmpv6_types()?)?),
        ("icmpv6-oddities.pcap", pcap(DataLink::ETHERNET, &icmpv6_oddities()?)?),
        ("igmp-types.pcap", pcap(DataLink::ETHERNET, &igmp()?)?),
    ])
}

/// An ICMP message, its checksum right.
fn icmp(kind: u8, code: u8, rest: [u8; 4], payload: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2(A, B).ipv4(A4, B4, 64).icmpv4_raw(kind, code, rest).write(&mut bytes, payload)?;
    Ok(bytes)
}

fn icmpv6(kind: u8, code: u8, rest: [u8; 4], payload: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2(A, B).ipv6(A6, B6, 255).icmpv6_raw(kind, code, rest).write(&mut bytes, payload)?;
    Ok(bytes)
}

/// What an error quotes: the packet that was to blame.
fn blamed() -> Result<Vec<u8>> {
    Ok(bare(&[udp(40000, 40001, b"what went wrong")?]).concat())
}

fn icmp_types() -> Result<Vec<Vec<u8>>> {
    let quoted = blamed()?;
    let mut frames = Vec::new();
    for kind in 0..=255 {
        frames.push(icmp(kind, 0, [0, 1, 0, 2], &quoted)?);
    }
    for (kind, codes) in
        [(3, 0..18), (4, 0..2), (5, 0..6), (9, 15..18), (11, 0..4), (12, 0..4), (40, 0..8), (42, 0..2), (43, 0..6)]
    {
        for code in codes {
            frames.push(icmp(kind, code, [0, 0, 5, 0xdc], &quoted)?);
        }
    }
    frames.push(icmp(9, 16, [2, 2, 7, 8], &hex("c0000201 80000000 c0000202 00000000 10 06 0001 0708 7000 13 01 18"))?);
    frames.push(icmp(13, 0, [0, 1, 0, 2], &hex("00000001 00000000 00000000"))?);
    frames.push(icmp(14, 0, [0, 1, 0, 2], &hex("00000001 00000002 80000003"))?);
    frames.push(icmp(17, 0, [0, 1, 0, 2], &hex("00000000"))?);
    frames.push(icmp(18, 0, [0, 1, 0, 2], &hex("ffffff00"))?);
    frames.push(icmp(37, 0, [0, 1, 0, 2], b"")?);
    Ok(frames)
}

fn icmp_oddities() -> Result<Vec<Vec<u8>>> {
    let quoted = blamed()?;
    let mut frames = Vec::new();
    for length in 0..8 {
        frames.push(ipv4(1, &cut(hex("08 00 f7fc 0001 0002"), length))?);
    }
    // Errors that quote less and less.
    for length in [0, 1, 4, 19, 20, 21, 24, 27, 28, 30] {
        frames.push(icmp(3, 3, [0; 4], &cut(quoted.clone(), length))?);
        frames.push(icmp(11, 0, [0; 4], &cut(quoted.clone(), length))?);
    }
    // What they quote: TCP, a later fragment, ICMP, an error about an error, nonsense, IPv6.
    let segment = bare(&[tcp(false, etherparse::TcpHeader::new(40000, 80, 7, 1024), b"")?]).concat();
    frames.push(icmp(3, 1, [0; 4], &cut(segment, 28))?);
    frames.push(icmp(3, 1, [0; 4], &spoil(quoted.clone(), 6, &hex("00b9")))?);
    frames.push(icmp(3, 1, [0; 4], &bare(&[icmp(8, 0, [0, 1, 0, 1], b"ping")?]).concat())?);
    frames.push(icmp(11, 0, [0; 4], &bare(&[icmp(3, 3, [0; 4], &quoted)?]).concat())?);
    frames.push(icmp(3, 1, [0; 4], b"no packet at all, this")?);
    frames.push(icmp(3, 1, [0; 4], &bare(&[ipv6(17, &hex("9c40 9c41 0008 0000"))?]).concat())?);
    // Extensions (RFC 4884): a label stack, an interface, behind a length and behind 128 bytes without one.
    let mut padded = quoted.clone();
    padded.resize(128, 0);
    let labels = hex("2000 0000 0008 0101 00010140");
    let interface = hex("2000 0000 0010 020d 00000001 0001 0000 c0000209");
    for extension in
        [&labels, &interface, &hex("2000 0000 0004 6301"), &hex("2000 0000 0000 0101"), &hex("2000"), &hex("1000 0000")]
    {
        frames.push(icmp(11, 0, [0, 32, 0, 0], &join(&[&padded, extension]))?);
        frames.push(icmp(11, 0, [0; 4], &join(&[&padded, extension]))?);
    }
    // A wrong checksum; ping with a time in it, of Windows, with nothing; answers without question and twice.
    frames.push(spoil(icmp(8, 0, [0, 1, 0, 1], b"abcdefgh")?, 36, &hex("0000")));
    frames.push(icmp(8, 0, [0, 1, 0, 2], b"abcdefghijklmnopqrstuvwabcdefghi")?);
    frames.push(icmp(0, 0, [0, 9, 0, 9], b"")?);
    frames.push(icmp(8, 0, [0, 3, 0, 3], b"")?);
    let answer = |number: u8| -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        PacketBuilder::ethernet2(B, A)
            .ipv4(B4, A4, 64)
            .icmpv4_raw(0, 0, [0, number, 0, number])
            .write(&mut bytes, b"")?;
        Ok(bytes)
    };
    frames.extend([
        answer(3)?,
        answer(3)?,
        icmp(8, 0, [0, 3, 0, 3], b"")?,
        answer(3)?,
        icmp(8, 1, [0, 4, 0, 4], b"")?,
        answer(4)?,
    ]);
    // Redirects and parameter problems.
    frames.push(icmp(5, 1, [192, 0, 2, 254], &quoted)?);
    frames.push(icmp(12, 0, [20, 0, 0, 0], &quoted)?);
    Ok(frames)
}

fn icmpv6_types() -> Result<Vec<Vec<u8>>> {
    let quoted = bare(&[ipv6(17, &hex("9c40 9c41 0008 0000"))?]).concat();
    let mut frames = Vec::new();
    for kind in 0..=255 {
        frames.push(icmpv6(kind, 0, [0, 1, 0, 2], &quoted)?);
    }
    for (kind, codes) in
        [(1, 0..10), (2, 0..2), (3, 0..3), (4, 0..12), (138, 0..4), (139, 0..4), (140, 0..4), (155, 0..10), (157, 0..2)]
    {
        for code in codes {
            frames.push(icmpv6(kind, code, [0, 0, 5, 0xdc], &quoted)?);
        }
        frames.push(icmpv6(kind, 128, [0, 0, 0, 0], &quoted)?);
        frames.push(icmpv6(kind, 255, [0, 0, 0, 0], &quoted)?);
    }
    Ok(frames)
}

/// Neighbour discovery and listener messages with options of every kind, and cut.
fn icmpv6_oddities() -> Result<Vec<Vec<u8>>> {
    const OPTIONS: &[&str] = &[
        "01 01 02000000000a",
        "02 01 02000000000b",
        "03 04 40 c0 00000e10 00000708 00000000 20010db8000000000000000000000000",
        "04 01 000000000000",
        "05 01 0000 000005dc",
        "07 01 0000 00007530",
        "08 01 0000 0708 0001",
        "0e 01 010203040506",
        "18 02 30 08 00000708 20010db800050000",
        "19 03 0000 00000708 20010db8000000000000000000000002",
        "1f 03 0000 00000708 01 62 07 6578616d706c65 00 00000000",
        "1a 01 ff00 00000000",
        "22 01 0000 0000 0000",
        "25 03 68747470733a2f2f622e6578616d706c652f000000",
        "26 02 0708 0064ff9b00000000 00000000",
        "01 00",
        "01 02 0200",
        "01",
        "63 01 010203040506",
        "ff 01 000000000000",
        "03 01 40c00000 0000",
    ];
    let target = B6;
    let mut frames = Vec::new();
    for option in OPTIONS {
        let option = hex(option);
        frames.push(icmpv6(133, 0, [0; 4], &option)?);
        frames.push(icmpv6(134, 0, hex_four("40 c0 0708"), &join(&[&[0; 8], &option]))?);
        frames.push(icmpv6(135, 0, [0; 4], &join(&[&target, &option]))?);
        frames.push(icmpv6(136, 0, hex_four("60000000"), &join(&[&target, &option]))?);
    }
    for flags in [0x00, 0x20, 0x40, 0x80, 0xa0, 0xc0, 0xe0, 0xff] {
        frames.push(icmpv6(136, 0, [flags, 0, 0, 0], &target)?);
    }
    frames.push(icmpv6(137, 0, [0; 4], &join(&[&B6, &target, &hex("02 01 02000000000b")]))?);
    // Listener queries and reports: general, of a group, of sources; more sources than there are.
    let group = hex("ff150000000000000000000000001234");
    frames.push(icmpv6(130, 0, hex_four("03e80000"), &[0; 16])?);
    frames.push(icmpv6(130, 0, hex_four("03e80000"), &group)?);
    frames.push(icmpv6(130, 0, hex_four("03e80000"), &join(&[&group, &hex("0a 7d 0001"), &A6]))?);
    frames.push(icmpv6(130, 0, hex_four("ffff0000"), &join(&[&group, &hex("0f ff 0009"), &A6]))?);
    for record in 0..8 {
        frames.push(icmpv6(143, 0, hex_four("00000001"), &join(&[&[record], &hex("00 0001"), &group, &A6]))?);
    }
    frames.push(icmpv6(143, 0, hex_four("00000009"), &join(&[&hex("04 00 0000"), &group]))?);
    for length in 0..12 {
        frames.push(ipv6(58, &cut(hex("80 00 0000 0001 0002 01020304"), length))?);
    }
    for length in [4, 8, 12, 23, 24, 25, 31] {
        frames.push(ipv6(58, &cut(join(&[&hex("87 00 0000 00000000"), &target, &hex("01 01 02000000000a")]), length))?);
    }
    frames.push(spoil(icmpv6(128, 0, [0, 1, 0, 1], b"abcdefgh")?, 56, &hex("0000")));
    Ok(frames)
}

/// The first four bytes of some hexadecimal.
fn hex_four(digits: &str) -> [u8; 4] {
    let mut four = [0; 4];
    four.iter_mut().zip(hex(digits)).for_each(|(to, from)| *to = from);
    four
}

/// IGMP: every type, queries of each version, reports with records of every kind, and cut.
fn igmp() -> Result<Vec<Vec<u8>>> {
    let mut messages: Vec<Vec<u8>> = (0..=0x40).map(|kind: u8| join(&[&[kind], &hex("00 0000 e1020304")])).collect();
    for message in [
        "11 00 0000 00000000",
        "11 64 0000 00000000",
        "11 64 0000 e1020304",
        "11 64 0000 00000000 02 7d 0000",
        "11 64 0000 e1020304 0a 7d 0002 c0000201 c0000203",
        "11 ff 0000 e1020304 0f ff 0009 c0000201",
        "11 64 0000 e1020304 02 7d",
        "12 00 0000 e1020304",
        "16 00 0000 e1020304",
        "17 00 0000 e1020304",
        "22 00 0000 0000 0000",
        "22 00 0000 0000 0001 04 00 0000 e1020304",
        "22 00 0000 0000 0001 03 00 0000 e1020304",
        "22 00 0000 0000 0009 04 00 0000 e1020304",
        "22 00 0000 0000 0001 06 01 0001 e1020304 c0000201 01020304",
        "22 00 0000 0000 0003 01 00 0001 e1020304 c0000201 02 00 0001 e1020305 c0000201 05 00 0001 e1020306 c0000201",
        "22 00 0000 0000 0001 63 00 0000 e1020304",
        "13 01 0000 00 0e 03ff 00000001",
        "13 02 0000 00 0e 03ff",
        "13 07 0000 00 0e 03ff ffffffff 00000000",
        "14 00 0000 10000000",
        "1f 00 0000 e1020304 c0000201 c0000202 c0000203 20 000001",
        "30 14 0000 0000 0002",
        "31 00 0000",
        "32 00 0000",
    ] {
        messages.push(hex(message));
    }
    let query = hex("11 64 ee9b 00000000");
    messages.extend((0..8).map(|length| cut(query.clone(), length)));
    messages.into_iter().map(|message| ipv4(2, &checksummed(message, 2))).collect()
}
