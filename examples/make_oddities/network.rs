//! IPv4 and IPv6: headers that are wrong or short, options and extension headers of every kind, fragments that do not
//! fit together.

use etherparse::{IpFragOffset, IpNumber, Ipv4Header, Ipv4Options};
use pcap_file::DataLink;

use super::build::{A4, B4, bare, cut, ethernet, hex, ipv4, ipv4_with, ipv6, join, pcap, spoil, udp, udp6};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    let protocols = |next: fn(u8, &[u8]) -> Result<Vec<u8>>| -> Result<Vec<_>> {
        (0..=255).map(|number| next(number, &hex("01 02 03 04 05 06 07 08"))).collect()
    };
    Ok(vec![
        ("ipv4-oddities.pcap", pcap(DataLink::ETHERNET, &ipv4_oddities()?)?),
        ("ipv4-options.pcap", pcap(DataLink::ETHERNET, &ipv4_options()?)?),
        ("ipv4-protocols.pcap", pcap(DataLink::ETHERNET, &protocols(ipv4)?)?),
        ("ipv4-fragments-odd.pcap", pcap(DataLink::ETHERNET, &ipv4_fragments()?)?),
        ("ipv6-oddities.pcap", pcap(DataLink::ETHERNET, &ipv6_oddities()?)?),
        ("ipv6-extensions.pcap", pcap(DataLink::ETHERNET, &ipv6_extensions()?)?),
        ("ipv6-protocols.pcap", pcap(DataLink::ETHERNET, &protocols(ipv6)?)?),
        ("ipv6-fragments-odd.pcap", pcap(DataLink::ETHERNET, &ipv6_fragments()?)?),
        ("tunnels-odd.pcap", pcap(DataLink::ETHERNET, &tunnels()?)?),
    ])
}

/// Where the IPv4 header's fields are in an Ethernet frame.
const VERSION: usize = 14;
const SERVICE: usize = 15;
const TOTAL_LENGTH: usize = 16;
const FLAGS: usize = 20;
const TIME_TO_LIVE: usize = 22;
const CHECKSUM: usize = 24;
const SOURCE: usize = 26;

fn ipv4_oddities() -> Result<Vec<Vec<u8>>> {
    let whole = udp(40000, 40001, b"hello")?;
    let mut frames = Vec::new();
    // Version and header length: of other versions, below 5, beyond the packet.
    for byte in [0x05, 0x15, 0x55, 0x65, 0xf5, 0x40, 0x41, 0x44, 0x46, 0x4d, 0x4f] {
        frames.push(spoil(whole.clone(), VERSION, &[byte]));
    }
    // Total length: none (segmentation offload), below the header's, below UDP's, less, more, most.
    for length in [0_u16, 1, 19, 20, 24, 27, 28, 30, 34, 200, 65535] {
        frames.push(spoil(whole.clone(), TOTAL_LENGTH, &length.to_be_bytes()));
    }
    frames.extend((14..44).map(|length| cut(whole.clone(), length)));
    frames.push(spoil(whole.clone(), CHECKSUM, &[0, 0]));
    frames.push(spoil(whole.clone(), CHECKSUM, &[0xff, 0xff]));
    for service in [0x02, 0x10, 0x2e, 0x48, 0xb8, 0xe0, 0x01, 0x03, 0xff] {
        frames.push(spoil(whole.clone(), SERVICE, &[service]));
    }
    for time_to_live in [0, 1, 2, 255] {
        frames.push(spoil(whole.clone(), TIME_TO_LIVE, &[time_to_live]));
    }
    // The reserved flag, both others, none.
    for flags in [0x80, 0x60, 0x00, 0xc0] {
        frames.push(spoil(whole.clone(), FLAGS, &[flags]));
    }
    // Sources that no packet should have.
    for source in ["00000000", "ffffffff", "7f000001", "e0000001", "c0000202"] {
        frames.push(spoil(whole.clone(), SOURCE, &hex(source)));
    }
    // Bytes behind the packet, and nothing in it.
    frames.push(join(&[&whole, b"behind"]));
    frames.push(ipv4(17, b"")?);
    frames.push(ipv4(6, b"")?);
    frames.push(ipv4(1, b"")?);
    // To groups below time to live 1, as routing protocols send; and to others.
    frames.push(spoil(spoil(whole.clone(), 30, &hex("e0000009")), TIME_TO_LIVE, &[64]));
    frames.push(spoil(spoil(whole, 30, &hex("e0000001")), TIME_TO_LIVE, &[1]));
    Ok(frames)
}

/// Every option, whole, too short, too long, and repeated.
fn ipv4_options() -> Result<Vec<Vec<u8>>> {
    const OPTIONS: &[&str] = &[
        "00000000",
        "01010101",
        "07070400 000000 00",
        "070b08 c0000209 00000000 00",
        "070708 c0000209 00",
        "070308 00",
        "830704 c0000209 00",
        "830b08 c0000209 c0000208 00",
        "890704 c0000209 00",
        "4404 0500",
        "440c 0500 01020304 00000000",
        "440c 0d01 c0000209 01020304",
        "4414 0d03 c0000209 01020304 c0000208 00000000",
        "4404 f500",
        "94040000",
        "94040001",
        "9404 1234",
        "8204 0000",
        "820b 0000 0000 0000 000000 00",
        "8818 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000",
        "8804 1234",
        "850400ab",
        "8606 00000001 0000",
        "860c 00000001 0106 0001 0002",
        "0b0405dc",
        "0c0405dc",
        "520c 0001 0002 0003 c0000209",
        "1904 000a 00000000",
        "190800 00 00000001",
        "95 06 0000 c0000209 0000 00",
        "99990000",
        "9900 0000",
        "9901 0000",
        "99",
        "44",
        "4403 05",
        "4400 0000",
        "0700 0000",
        "0702 0000",
        "83ff 0000",
        "ff040000",
        "1e04 0000",
        "5e04 0000",
        "9e04 0000",
        "de04 0000",
    ];
    let mut frames = Vec::new();
    for option in OPTIONS {
        let mut bytes = hex(option);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let mut header = Ipv4Header::new(0, 64, IpNumber::UDP, A4, B4)?;
        header.options = Ipv4Options::try_from(bytes.as_slice())?;
        frames.push(ipv4_with(header, &hex("9c40 9c41 000d 0000 68656c6c6f"))?);
    }
    Ok(frames)
}

/// A fragment: its place in units of eight bytes, whether more follow, identification, payload.
fn fragment(offset: u16, more: bool, identification: u16, payload: &[u8]) -> Result<Vec<u8>> {
    let mut header = Ipv4Header::new(0, 64, IpNumber::UDP, A4, B4)?;
    header.dont_fragment = false;
    header.more_fragments = more;
    header.fragment_offset = IpFragOffset::try_new(offset)?;
    header.identification = identification;
    ipv4_with(header, payload)
}

fn ipv4_fragments() -> Result<Vec<Vec<u8>>> {
    let head = hex("9c40 9c41 0028 0000 6162636465666768");
    let body = b"ijklmnopqrstuvwx";
    let tail = b"last one";
    Ok(vec![
        // Backwards.
        fragment(4, false, 1, tail)?,
        fragment(2, true, 1, body)?,
        fragment(0, true, 1, &head)?,
        // The middle twice, once with other bytes, then the rest.
        fragment(0, true, 2, &head)?,
        fragment(2, true, 2, body)?,
        fragment(2, true, 2, body)?,
        fragment(2, true, 2, b"IJKLMNOPQRSTUVWX")?,
        fragment(4, false, 2, tail)?,
        // Overlapping.
        fragment(0, true, 3, &head)?,
        fragment(1, true, 3, &join(&[b"ABCDEFGH", body]))?,
        fragment(4, false, 3, tail)?,
        // The middle never comes.
        fragment(0, true, 4, &head)?,
        fragment(4, false, 4, tail)?,
        // Two ends of different lengths.
        fragment(0, true, 5, &head)?,
        fragment(2, false, 5, body)?,
        fragment(4, false, 5, tail)?,
        // The first is too short for a UDP header, one is of no multiple of eight, one goes beyond 65535 bytes.
        fragment(0, true, 6, &hex("9c40 9c41"))?,
        fragment(1, false, 6, body)?,
        fragment(0, true, 7, &hex("9c40 9c41 0028 0000 61"))?,
        fragment(2, false, 7, tail)?,
        fragment(8189, false, 8, body)?,
        // Empty, and a first that is the last.
        fragment(0, true, 9, b"")?,
        fragment(0, false, 9, &head)?,
        fragment(2, true, 9, b"")?,
        // Whole, then after a while again with the same number.
        fragment(0, true, 1, &head)?,
        fragment(2, true, 1, body)?,
        fragment(4, false, 1, tail)?,
        fragment(4, false, 1, tail)?,
        // Captured in part.
        cut(fragment(0, true, 10, &head)?, 40),
        fragment(2, true, 10, body)?,
        fragment(4, false, 10, tail)?,
    ])
}

fn ipv6_oddities() -> Result<Vec<Vec<u8>>> {
    let whole = udp6(40000, 40001, b"hello")?;
    let mut frames = Vec::new();
    for byte in [0x00, 0x45, 0x50, 0x70, 0xf0, 0x6f] {
        frames.push(spoil(whole.clone(), 14, &[byte]));
    }
    frames.push(spoil(whole.clone(), 14, &hex("6fffffff")));
    frames.push(spoil(whole.clone(), 14, &hex("62300001")));
    // Payload length: none, less, more.
    for length in [0_u16, 1, 7, 8, 12, 14, 100, 65535] {
        frames.push(spoil(whole.clone(), 18, &length.to_be_bytes()));
    }
    frames.extend((14..62).step_by(3).map(|length| cut(whole.clone(), length)));
    frames.push(spoil(whole.clone(), 21, &[0]));
    frames.push(spoil(whole.clone(), 20, &[59]));
    frames.push(spoil(whole.clone(), 20, &[59, 0]));
    for source in [
        "00000000000000000000000000000000",
        "00000000000000000000000000000001",
        "ff020000000000000000000000000001",
        "00000000000000000000ffffc0000201",
        "0064ff9b0000000000000000c0000201",
        "2002c00002010000000000000000 0001",
        "20010000c000020100000000 3fff fdfd",
        "fe80000000000000 0000 5efe c0000201",
    ] {
        frames.push(spoil(whole.clone(), 22, &hex(source)));
    }
    frames.push(join(&[&whole, b"behind"]));
    frames.push(ipv6(17, b"")?);
    frames.push(ipv6(6, b"")?);
    frames.push(ipv6(58, b"")?);
    Ok(frames)
}

/// Extension headers: each alone before UDP, in and out of order, too short, too long, and chains of many.
fn ipv6_extensions() -> Result<Vec<Vec<u8>>> {
    const HEADERS: &[(u8, &str)] = &[
        // Hop-by-hop options: padding, router alert, a jumbo length, quick start, an unknown of each action.
        (0, "00 01 04 00000000"),
        (0, "00 00 00 00000000"),
        (0, "00 05 02 0000 01 00"),
        (0, "00 05 02 0001 0100"),
        (0, "00 c2 04 00010000"),
        (0, "01 26 06 010203040506 01 04 00000000"),
        (0, "00 1e 04 01020304"),
        (0, "00 5e 04 01020304"),
        (0, "00 9e 04 01020304"),
        (0, "00 de 04 01020304"),
        (0, "00 05 ff 0000 01 00"),
        (0, "00 01 09 00000000"),
        (0, "ff 01 04 00000000"),
        (0, "00 63 04 00 1e 0100"),
        (0, "01 07 08 00000001 00020000 0102 0000"),
        // Destination options: tunnel limit, home address, padding.
        (60, "00 04 01 04 01 01 00"),
        (60, "02 01 02 0000 c9 10 20010db8000000000000000000000009"),
        (60, "00 01 04 00000000"),
        (60, "00 8b 04 01020304"),
        (60, "01 0f 0a 0102030405060708090a 0100"),
        // Routing: source route, unknown, mobile, RPL, segment routing, with nothing left and too much.
        (43, "02 00 01 00000000 20010db8000000000000000000000009"),
        (43, "02 00 00 00000000 20010db8000000000000000000000009"),
        (43, "00 01 00 00000000"),
        (43, "02 02 01 00000000 20010db8000000000000000000000009"),
        (43, "01 03 01 00 00 0000 0000000000000009"),
        (43, "02 04 00 00 00 0000 20010db8000000000000000000000009"),
        (43, "04 04 01 01 00 0000 20010db8000000000000000000000009 20010db800000000000000000000000a"),
        (43, "00 63 05 00000000"),
        (43, "02 00 09 00000000 20010db8000000000000000000000009"),
        (43, "01 00 01 00000000 0102030405060708"),
        // Fragment (whole in itself), authentication, mobility, host identity, shim, experiments.
        (44, "00 0000 01020304"),
        (51, "04 0000 00001515 00000001 000102030405060708090a0b"),
        (51, "00 0000 00001515 00000001"),
        (135, "00 00 00 0000 0000"),
        (139, "00 01 11 0000 0000"),
        (140, "00 80 00 0000 0000"),
        (253, "00 000000000000"),
        (254, "00 000000000000"),
    ];
    let datagram: Vec<u8> = udp6(40000, 40001, b"hello")?.into_iter().skip(54).collect();
    let mut frames = Vec::new();
    for (number, header) in HEADERS {
        frames.push(ipv6(*number, &join(&[&[17], &hex(header), &datagram]))?);
    }
    // In order; the hop-by-hop header not first; the same header twice; one that the capture or the packet cuts.
    let padding = |next: u8| join(&[&[next], &hex("00 01 04 00000000")]);
    let (fragment, route) = (hex("11 00 0000 01020304"), hex("2c 00 01 00 00000000"));
    frames.push(ipv6(0, &join(&[&padding(60), &padding(43), &route, &fragment, &datagram]))?);
    frames.push(ipv6(60, &join(&[&padding(0), &padding(17), &datagram]))?);
    frames.push(ipv6(0, &join(&[&padding(0), &padding(17), &datagram]))?);
    frames.push(ipv6(60, &join(&[&padding(60).repeat(40), &padding(17), &datagram]))?);
    frames.push(ipv6(0, &padding(59))?);
    frames.push(ipv6(0, &padding(17))?);
    for length in [54, 55, 56, 58, 61, 62] {
        frames.push(cut(ipv6(0, &join(&[&padding(17), &datagram]))?, length));
    }
    // A jumbogram, as far as it was captured.
    let jumbo = ipv6(0, &join(&[&hex("11 00 c2 04 00011170"), &hex("9c40 9c41 0000 0000"), &[b'j'; 40]]))?;
    frames.push(spoil(jumbo, 18, &[0, 0]));
    Ok(frames)
}

fn ipv6_fragments() -> Result<Vec<Vec<u8>>> {
    let fragment = |offset: u16, more: bool, identification: u32, payload: &[u8]| {
        let place = offset << 3 | u16::from(more);
        ipv6(44, &join(&[&[17, 0], &place.to_be_bytes(), &identification.to_be_bytes(), payload]))
    };
    let head = hex("9c40 9c41 0028 0000 6162636465666768");
    let body = b"ijklmnopqrstuvwx";
    let tail = b"last one";
    Ok(vec![
        fragment(0, true, 1, &head)?,
        fragment(2, true, 1, body)?,
        fragment(4, false, 1, tail)?,
        fragment(4, false, 2, tail)?,
        fragment(0, true, 2, &head)?,
        fragment(2, true, 2, body)?,
        fragment(0, true, 3, &head)?,
        fragment(1, true, 3, &join(&[b"ABCDEFGH", body]))?,
        fragment(4, false, 3, tail)?,
        fragment(0, false, 4, &head)?,
        fragment(0, true, 5, b"")?,
        fragment(0, true, 6, b"12345")?,
        fragment(4, false, 7, tail)?,
        spoil(fragment(0, true, 8, &head)?, 55, &hex("ff 0007")),
        cut(fragment(0, true, 9, &head)?, 60),
        cut(fragment(0, true, 9, &head)?, 57),
    ])
}

/// IP in IP in IP …, GRE with every flag, and tunnels that end in nothing.
fn tunnels() -> Result<Vec<Vec<u8>>> {
    let inner = bare(&[udp(40000, 40001, b"deep inside")?]).concat();
    let mut frames = Vec::new();
    for depth in [1, 2, 5, 20, 60] {
        let mut packet = inner.clone();
        for _ in 0..depth {
            packet = bare(&[ipv4(4, &packet)?]).concat();
        }
        frames.push(ethernet(0x0800, &packet));
    }
    frames.push(ipv4(41, &bare(&[ipv6(4, &inner)?]).concat())?);
    for number in [4, 41, 47, 50, 51, 97, 98, 112, 115, 137] {
        frames.push(ipv4(number, b"")?);
        frames.push(ipv4(number, &hex("0102"))?);
    }
    for header in [
        "0000 0800",
        "8000 0800 1234 0000",
        "2000 0800 00000001",
        "1000 0800 00000002",
        "b000 0800 1234 0000 00000001 00000002",
        "0001 0800",
        "3001 880b 0020 0001 00000001",
        "2001 880b 0000 0001",
        "3081 880b 0020 0001 00000001 00000002",
        "4000 0800 0000 0000 0000 00 00",
        "4000 0800 0000 0000 0002 04 04 c0000209 0000 00 00",
        "0000 6558",
        "0000 86dd",
        "0000 9999",
        "0000 88be",
        "1000 88be 00000001 1001 0000 00000000",
        "0000 8847 00010140",
        "0000",
        "8000 0800",
        "0000 0000",
    ] {
        frames.push(ipv4(47, &join(&[&hex(header), &inner]))?);
    }
    Ok(frames)
}
