//! Link layers: Ethernet and what it carries besides IP, LLC and SNAP, ARP and RARP, MPLS, the loopback headers.

use pcap_file::DataLink;

use super::build::{A, A4, B, B4, bare, cut, ethernet, hex, ieee, ipv4, join, pcap, spoil, udp, udp6};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    Ok(vec![
        ("ethernet-oddities.pcap", pcap(DataLink::ETHERNET, &ethernet_oddities()?)?),
        ("ethertypes.pcap", pcap(DataLink::ETHERNET, &ether_types()?)?),
        ("llc.pcap", pcap(DataLink::ETHERNET, &llc()?)?),
        ("arp-oddities.pcap", pcap(DataLink::ETHERNET, &arp())?),
        ("rarp.pcap", pcap(DataLink::ETHERNET, &rarp())?),
        ("mpls.pcap", pcap(DataLink::ETHERNET, &mpls()?)?),
        ("null.pcap", pcap(DataLink::NULL, &null()?)?),
        ("loop.pcap", pcap(DataLink::LOOP, &loopback()?)?),
        ("raw-oddities.pcap", pcap(DataLink::RAW, &raw()?)?),
        ("cooked-oddities.pcap", pcap(DataLink::LINUX_SLL, &cooked()?)?),
    ])
}

/// Frames too short, lengths that are none, tags that break off, padding and what follows it.
fn ethernet_oddities() -> Result<Vec<Vec<u8>>> {
    let whole = udp(40000, 40001, b"hello")?;
    let mut frames: Vec<_> = [0, 1, 6, 7, 12, 13, 14, 15].map(|length| cut(whole.clone(), length)).into();
    // Padded to the least an Ethernet takes, and with a frame check sequence behind that.
    frames.push(join(&[&whole, &[0; 13]]));
    frames.push(join(&[&whole, &[0; 13], &hex("deadbeef")]));
    frames.push(join(&[&whole, b"not zeros, though"]));
    // 1501 to 1535 are neither a length nor a type.
    for field in [1501, 1515, 1535, 1536] {
        frames.push(ethernet(field, &hex("01 02 03 04")));
    }
    // Lengths of more and of less than there is.
    frames.push(ethernet(100, &hex("42 42 03 00 00")));
    frames.push(ethernet(3, &hex("aa aa 03 00 00 00 08 00")));
    frames.push(ethernet(0, &[0; 46]));
    // Tags: cut, nested, of an old type, with a length inside, of priority only.
    for tag in ["", "00", "0005", "0005 08", "0005 0800", "0005 8100", "0005 8100 0006 8100 0007 0800"] {
        frames.push(ethernet(0x8100, &hex(tag)));
    }
    let inside: Vec<u8> = whole.iter().copied().skip(12).collect();
    for ether_type in [0x8100, 0x88a8, 0x9100, 0x9200, 0x9300] {
        frames.push(ethernet(ether_type, &join(&[&hex("e000"), &inside])));
    }
    frames.push(ethernet(0x8100, &hex("0005 0003 42 42 03")));
    // To everybody, to a group, from a group, to oneself, and with all zeros.
    for addresses in [
        "ffffffffffff 02000000000a",
        "01005e010203 02000000000a",
        "02000000000b 03000000000a",
        "02000000000a 02000000000a",
        "000000000000 000000000000",
    ] {
        frames.push(join(&[&hex(addresses), &inside]));
    }
    Ok(frames)
}

/// A frame of each type that is registered or was once common, with bytes that mean nothing in most.
fn ether_types() -> Result<Vec<Vec<u8>>> {
    const TYPES: &[u16] = &[
        0x0600, 0x0806, 0x0842, 0x22f0, 0x22f3, 0x6000, 0x6002, 0x6003, 0x6004, 0x6005, 0x6007, 0x6558, 0x6559, 0x8035,
        0x809b, 0x80f3, 0x8137, 0x8204, 0x8808, 0x880b, 0x8819, 0x8847, 0x8848, 0x8863, 0x8864, 0x886d, 0x8870, 0x887b,
        0x888e, 0x8892, 0x889a, 0x88a2, 0x88a4, 0x88b5, 0x88b6, 0x88b7, 0x88b8, 0x88ba, 0x88bf, 0x88c7, 0x88cd, 0x88dc,
        0x88e1, 0x88e3, 0x88e5, 0x88e7, 0x88f5, 0x88f6, 0x88f8, 0x88fb, 0x8902, 0x8906, 0x8914, 0x8915, 0x891d, 0x892f,
        0x893f, 0x894f, 0x9000, 0x9003, 0x9998, 0xabcd, 0xfffe, 0xffff,
    ];
    let unknown = hex("ffff ffff ffff ffff ffff ffff ffff ffff ffff ffff");
    let mut frames: Vec<_> = TYPES.iter().map(|ether_type| ethernet(*ether_type, &unknown)).collect();
    // Some with a message of theirs: 802.1X start and success, loopback test, pause, LLDP, LACP, wake on LAN.
    frames.push(ethernet(0x888e, &hex("01 01 0000")));
    frames.push(ethernet(0x888e, &hex("02 00 0005 01 07 0005 01")));
    frames.push(ethernet(0x888e, &hex("02 00 0004 03 07 0004")));
    frames.push(ethernet(0x9000, &hex("0000 0100 0000 0000")));
    frames.push(ethernet(0x8808, &hex("0001 ffff")));
    frames.push(ethernet(0x88cc, &hex("0207 04 02000000000a 0403 05 6531 0602 0078 0000")));
    let lacp = "01 01 01 14 8000 02000000000a 0001 80 0001 01 07 000000 02 14 8000 02000000000b 0001 80 0002 01 07 000000 03 10 0000";
    frames.push(ethernet(0x8809, &join(&[&hex(lacp), &[0; 64]])));
    let magic = join(&[&[0xff; 6], &A.repeat(16)]);
    frames.push(ethernet(0x0842, &magic));
    frames.push(udp(40000, 9, &magic)?);
    Ok(frames)
}

/// LLC by service access point and by kind of control field, and SNAP by organisation.
fn llc() -> Result<Vec<Vec<u8>>> {
    let packet = bare(&[udp(40000, 40001, b"in an envelope")?]).concat();
    let mut payloads = Vec::new();
    for access_point in [
        0x00, 0x02, 0x04, 0x06, 0x08, 0x0e, 0x10, 0x42, 0x7e, 0x80, 0x8e, 0x98, 0xaa, 0xbc, 0xe0, 0xec, 0xf0, 0xf4,
        0xf8, 0xfa, 0xfc, 0xfe, 0xff,
    ] {
        payloads.push(join(&[&[access_point, access_point, 0x03], &hex("0102030405060708")]));
    }
    // Unnumbered, supervisory and information frames; a response; the exchange of identification.
    for control in [
        "bf 81 01 00",
        "af 81 01 00",
        "e3",
        "f3",
        "7f",
        "6f",
        "53",
        "87 000000",
        "0100",
        "0502",
        "0904",
        "0000 6869",
        "0203 6869",
    ] {
        payloads.push(join(&[&hex("f0f0"), &hex(control)]));
        payloads.push(join(&[&hex("04f1"), &hex(control)]));
    }
    payloads.push(join(&[&hex("06 06 03"), &packet]));
    payloads.push(join(&[&hex("aa aa 03 000000 0800"), &packet]));
    payloads.push(hex("aa aa 03 000000 0806 0001 0800 06 04 0001 02000000000a c0000201 000000000000 c0000202"));
    payloads.push(hex("aa aa 03 000000 9999 010203"));
    payloads.push(hex("aa aa 03 0000f8 80f3 010203"));
    payloads.push(hex("aa aa 03 080007 809b 0102030405060708090a0b0c0d"));
    // Cisco's: CDP, VTP, DTP, PAgP, UDLD, PVST+, and one unknown.
    payloads.push(hex("aa aa 03 00000c 2000 02 b4 0000 0001 0006 6161 0003 0006 4561 0004 0008 00000001"));
    payloads.push(hex("aa aa 03 00000c 2003 01 01 00 04 6e616d65"));
    payloads.push(hex("aa aa 03 00000c 2004 01 0001 0008 00000000 0002 0005 03"));
    payloads.push(hex("aa aa 03 00000c 0104 01 00 00000000"));
    payloads.push(hex("aa aa 03 00000c 0111 21 00 0000 0001 0008 61626364"));
    payloads.push(hex("aa aa 03 00000c 010b 0000 00 00 00 8000 02000000000b 00000000 8000 02000000000b 8001 0000 1400 0200 0f00 0000 0002 0005"));
    payloads.push(hex("aa aa 03 00000c 7777 010203"));
    payloads.push(hex("aa aa 03 00a0c9 0001 010203"));
    payloads.push(hex("aa aa 03 0080c2 0007 0000 ffffffffffff 02000000000a 0800"));
    // Cut off, and Novell's frames without LLC.
    payloads.extend([hex("aa aa 03 0000"), hex("aa aa"), hex("aa"), hex("42 42 03"), hex("42 42 03 0000 02 02 3c")]);
    payloads.push(hex("ffff 0026 00 00 00000001 ffffffffffff 0453 00000001 02000000000a 0453 0001 ffffffff ffff ffff"));
    // Spanning tree: rapid, topology change, multiple, and of a version unknown.
    payloads
        .push(hex("42 42 03 0000 02 02 7e 8000 02000000000b 00000004 8000 02000000000a 8001 0100 1400 0200 0f00 00"));
    payloads.push(hex("42 42 03 0000 00 80"));
    payloads.push(hex("42 42 03 0000 09 02 00"));
    payloads.iter().map(|payload| ieee(payload)).collect()
}

/// An ARP message: types, lengths, operation, addresses.
fn message(fixed: &str, addresses: &str) -> Vec<u8> {
    ethernet(0x0806, &join(&[&hex(fixed), &hex(addresses)]))
}

/// ARP: every operation, other hardware and protocols, address lengths that do not fit, messages cut short.
fn arp() -> Vec<Vec<u8>> {
    const PAIR: &str = "02000000000a c0000201 02000000000b c0000202";
    let mut frames: Vec<_> =
        (0..=26).map(|operation| message(&format!("0001 0800 06 04 {operation:04x}"), PAIR)).collect();
    for fixed in [
        "0006 0800 06 04 0001",
        "0018 0800 06 04 0001",
        "0001 1234 06 04 0001",
        "ffff 0800 06 04 0002",
        "0001 0800 00 04 0001",
        "0001 0800 06 00 0001",
        "0001 0800 08 04 0001",
        "0001 0800 06 10 0001",
        "0001 0800 ff ff 0001",
    ] {
        frames.push(message(fixed, PAIR));
    }
    let whole = message("0001 0800 06 04 0001", PAIR);
    frames.extend([14, 15, 16, 20, 21, 22, 28, 32, 38, 41].map(|length| cut(whole.clone(), length)));
    // Gratuitous, a probe, an announcement from nowhere, somebody else's sender address, unicast.
    for addresses in [
        "02000000000a c0000201 000000000000 c0000201",
        "02000000000a c0000201 ffffffffffff c0000201",
        "02000000000a 00000000 000000000000 c0000202",
        "000000000000 c0000201 000000000000 c0000202",
        "02000000000c c0000203 000000000000 c0000202",
        "02000000000a ffffffff 000000000000 c0000202",
    ] {
        frames.push(message("0001 0800 06 04 0001", addresses));
        frames.push(message("0001 0800 06 04 0002", addresses));
    }
    frames
}

/// A host without a disk asks for its own address, and is told.
fn rarp() -> Vec<Vec<u8>> {
    let (broadcast, here, there) = ([0xff; 6], A, B);
    let ask = join(&[&hex("0001 0800 06 04 0003"), &here, &[0; 4], &here, &[0; 4], &[0; 18]]);
    let tell = join(&[&hex("0001 0800 06 04 0004"), &there, &B4, &here, &A4, &[0; 18]]);
    let frame = |to: &[u8], from: &[u8], payload: &[u8]| join(&[to, from, &hex("8035"), payload]);
    vec![
        frame(&broadcast, &here, &ask),
        frame(&here, &there, &tell),
        // Of no operation that RARP has.
        frame(&here, &there, &spoil(tell, 6, &hex("0009"))),
    ]
}

/// Labels: one, several, the reserved ones, over IPv4, IPv6 and a pseudo-wire, and a stack without bottom.
fn mpls() -> Result<Vec<Vec<u8>>> {
    let v4 = bare(&[udp(40000, 40001, b"labelled")?]).concat();
    let v6 = bare(&[udp6(40000, 40001, b"hello")?]).concat();
    let inner = udp(40000, 40001, b"a frame")?;
    let label = |number: u32, bottom: u32| (number << 12 | bottom << 8 | 64).to_be_bytes();
    let mut frames = vec![
        ethernet(0x8847, &join(&[&label(16, 1), &v4])),
        ethernet(0x8847, &join(&[&label(100, 0), &label(200, 0), &label(300, 1), &v4])),
        ethernet(0x8847, &join(&[&label(0, 1), &v4])),
        ethernet(0x8847, &join(&[&label(2, 1), &v6])),
        ethernet(0x8847, &join(&[&label(500, 1), &v6])),
        ethernet(0x8848, &join(&[&label(16, 1), &v4])),
        // A pseudo-wire with and without its control word.
        ethernet(0x8847, &join(&[&label(700, 1), &[0; 4], &inner])),
        ethernet(0x8847, &join(&[&label(701, 1), &inner])),
        ethernet(0x8847, &join(&[&label(702, 1), &hex("1000 0021"), &v4])),
    ];
    frames.extend((1..16).map(|reserved| ethernet(0x8847, &join(&[&label(reserved, 1), &hex("01020304")]))));
    frames.push(ethernet(0x8847, &label(16, 0).repeat(3)));
    frames.push(ethernet(0x8847, &hex("0001")));
    frames.push(ethernet(0x8847, &label(16, 1)));
    frames.push(ipv4(137, &join(&[&label(16, 1), &v4]))?);
    Ok(frames)
}

/// BSD's loopback: the address family in the order of some machine or other.
fn null() -> Result<Vec<Vec<u8>>> {
    let v4 = bare(&[udp(40000, 40001, b"to myself")?]).concat();
    let v6 = bare(&[udp6(40000, 40001, b"hello")?]).concat();
    let mut frames = Vec::new();
    for (family, packet) in [
        ("02000000", &v4),
        ("00000002", &v4),
        ("18000000", &v6),
        ("1c000000", &v6),
        ("1e000000", &v6),
        ("0a000000", &v6),
        ("63000000", &v4),
        ("00000800", &v4),
        ("08000000", &v4),
    ] {
        frames.push(join(&[&hex(family), packet]));
    }
    frames.extend([hex(""), hex("02"), hex("0200"), hex("02000000")]);
    Ok(frames)
}

/// OpenBSD's: always big-endian.
fn loopback() -> Result<Vec<Vec<u8>>> {
    let v4 = bare(&[udp(40000, 40001, b"to myself")?]).concat();
    let v6 = bare(&[udp6(40000, 40001, b"hello")?]).concat();
    Ok(vec![
        join(&[&hex("00000002"), &v4]),
        join(&[&hex("00000018"), &v6]),
        join(&[&hex("02000000"), &v4]),
        hex("0000"),
    ])
}

/// No link layer: the version says what it is.
fn raw() -> Result<Vec<Vec<u8>>> {
    let v4 = bare(&[udp(40000, 40001, b"raw")?]).concat();
    let v6 = bare(&[udp6(40000, 40001, b"hello")?]).concat();
    Ok(vec![
        v4.clone(),
        v6,
        spoil(v4.clone(), 0, &[0x55]),
        spoil(v4.clone(), 0, &[0x05]),
        cut(v4.clone(), 10),
        cut(v4, 1),
        Vec::new(),
    ])
}

/// Linux's cooked header: each packet type, other hardware, addresses of other lengths, protocols that are none.
fn cooked() -> Result<Vec<Vec<u8>>> {
    let v4 = bare(&[udp(40000, 40001, b"cooked")?]).concat();
    let header = |kind: u16, hardware: u16, length: u16, protocol: u16| {
        let address = hex("02000000000a 0000");
        join(&[&kind.to_be_bytes(), &hardware.to_be_bytes(), &length.to_be_bytes(), &address, &protocol.to_be_bytes()])
    };
    let mut frames: Vec<_> = (0..8).map(|kind| join(&[&header(kind, 1, 6, 0x0800), &v4])).collect();
    for (hardware, length) in
        [(1, 0), (1, 4), (1, 8), (1, 99), (772, 6), (512, 0), (778, 4), (65534, 0), (824, 6), (803, 6)]
    {
        frames.push(join(&[&header(0, hardware, length, 0x0800), &v4]));
    }
    for protocol in [0x0001, 0x0003, 0x0004, 0x0060, 0x8100, 0x86dd, 0x9999] {
        frames.push(join(&[&header(0, 1, 6, protocol), &hex("42 42 03 0000 00 80 0000")]));
    }
    frames.extend([0, 1, 5, 15, 16].map(|length| cut(header(0, 1, 6, 0x0800), length)));
    Ok(frames)
}
