//! TCP: headers that are wrong or short, every flag, every option, and conversations that each bring about one remark of
//! the analysis.

use etherparse::TcpHeader;
use pcap_file::DataLink;

use super::build::{cut, header, hex, ipv4, join, pcap, pcap_with, spoil, tcp};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    Ok(vec![
        ("tcp-oddities.pcap", pcap(DataLink::ETHERNET, &tcp_oddities()?)?),
        ("tcp-flags.pcap", pcap(DataLink::ETHERNET, &tcp_flags()?)?),
        ("tcp-options.pcap", pcap(DataLink::ETHERNET, &tcp_options()?)?),
        ("tcp-analysis.pcap", pcap_with(header(DataLink::ETHERNET), &tcp_analysis()?)?),
    ])
}

/// Where the TCP header's fields are in an Ethernet frame.
const DATA_OFFSET: usize = 46;
const FLAGS: usize = 47;
const CHECKSUM: usize = 50;
const URGENT: usize = 52;

fn tcp_oddities() -> Result<Vec<Vec<u8>>> {
    let mut plain = TcpHeader::new(40000, 40001, 1000, 512);
    plain.ack = true;
    plain.acknowledgment_number = 2000;
    let whole = tcp(false, plain, b"hello")?;
    let mut frames: Vec<_> = (34..60).map(|length| cut(whole.clone(), length)).collect();
    // Of the packet, not of the capture: the segment ends within its header.
    let segment: Vec<u8> = whole.iter().copied().skip(34).collect();
    for length in [0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 14, 15, 16, 19, 20] {
        frames.push(ipv4(6, &cut(segment.clone(), length))?);
    }
    // Data offsets: below the header, and up to beyond the packet; the reserved bits.
    for offset in [0x00, 0x10, 0x40, 0x60, 0x70, 0xf0, 0x51, 0x5e, 0x5f, 0x52] {
        frames.push(spoil(whole.clone(), DATA_OFFSET, &[offset]));
    }
    frames.push(spoil(whole.clone(), CHECKSUM, &[0, 0]));
    frames.push(spoil(whole.clone(), CHECKSUM, &[0xff, 0xff]));
    // Urgent pointers with and without their flag; acknowledgements without theirs; ports of zero.
    frames.push(spoil(whole.clone(), URGENT, &[0, 3]));
    frames.push(spoil(spoil(whole.clone(), URGENT, &[0, 3]), FLAGS, &[0x38]));
    frames.push(spoil(spoil(whole.clone(), URGENT, &[0xff, 0xff]), FLAGS, &[0x30]));
    frames.push(spoil(whole.clone(), FLAGS, &[0x00]));
    frames.push(spoil(whole.clone(), FLAGS, &[0x02]));
    frames.push(spoil(whole.clone(), 34, &hex("0000 0000")));
    frames.push(spoil(whole.clone(), 34, &hex("ffff ffff")));
    frames.push(join(&[&whole, &[0; 6]]));
    // To itself.
    frames.push(spoil(whole, 34, &hex("9c41 9c41")));
    Ok(frames)
}

/// Every combination of the eight flags, and the three bits beside them.
fn tcp_flags() -> Result<Vec<Vec<u8>>> {
    let mut frames = Vec::new();
    for flags in 0..=255_u8 {
        let whole = tcp(false, TcpHeader::new(30000 + u16::from(flags), 40001, 1000, 512), b"")?;
        frames.push(spoil(whole, FLAGS, &[flags]));
    }
    for upper in 1..16_u8 {
        let whole = tcp(false, TcpHeader::new(31000 + u16::from(upper), 40001, 1000, 512), b"")?;
        frames.push(spoil(whole, DATA_OFFSET, &[0x50 | upper, 0x10]));
    }
    Ok(frames)
}

/// Option kinds in the order of their numbers, whole and in lengths that they must not have.
const OPTIONS: &[&str] = &[
    "00",
    "01",
    "01010101",
    "00 02 04 05b4",
    "0204 05b4",
    "0203 05",
    "0202",
    "0205 05b400",
    "0200 0000",
    "02",
    "0204",
    "02ff 05b4",
    "0303 00",
    "0303 05",
    "0303 0e",
    "0303 0f",
    "0303 ff",
    "0302",
    "0304 0000",
    "0402",
    "0403 00",
    "0401",
    "050a 00000001 00000002",
    "0512 00000001 00000002 00000005 00000009",
    "051a 00000001 00000002 00000005 00000009 0000000b 0000000c",
    "0522 00000001 00000002 00000005 00000009 0000000b 0000000c 0000000e 0000000f",
    "0502",
    "0506 00000001",
    "050b 00000001 00000002 00",
    "0606 01020304",
    "0706 01020304",
    "080a 00000001 00000002",
    "0809 00000001 000000",
    "0802",
    "0902",
    "0a03 80",
    "0a03 40",
    "0b06 00000001",
    "0c06 00000002",
    "0d06 00000003",
    "0e03 01",
    "0f04 1234",
    "1002",
    "1102",
    "1203 01",
    "1204 0102",
    "1312 000102030405060708090a0b0c0d0e0f",
    "1304 0001",
    "1404 8001",
    "1404 ff00",
    "1506 0001 0002",
    "1602",
    "1702",
    "1804 0001",
    "1902",
    "1a04 0001",
    "1b08 0f 00 00000001",
    "1b03 00",
    "1c04 8005",
    "1c04 0005",
    "1c03 00",
    "1d10 01 02 000102030405060708090a0b",
    "1d04 0102",
    "1d03 01",
    "1e04 0081",
    "1e0c 0181 0102030405060708",
    "1e14 0081 0102030405060708 0102030405060708",
    "1e16 0081 0102030405060708 0102030405060708 0005",
    "1e0c 1001 01020304 05060708",
    "1e10 1001 0102030405060708 01020304",
    "1e18 1000 000102030405060708090a0b0c0d0e0f10111213",
    "1e04 2000",
    "1e08 2001 01020304",
    "1e0c 2005 01020304 05060708",
    "1e14 2005 01020304 00000001 00000002 0006 1234",
    "1e1c 201f 0102030405060708 0000000000000001 00000002 0006 1234",
    "1e08 3401 c0000209",
    "1e0a 3401 c0000209 01bb",
    "1e10 3401 c0000209 0102030405060708",
    "1e12 3501 c0000209 01bb 0102030405060708",
    "1e14 3601 20010db8000000000000000000000009",
    "1e04 4001",
    "1e05 4001 02",
    "1e04 5001",
    "1e03 50",
    "1e0c 6000 0102030405060708",
    "1e0c 7000 0102030405060708",
    "1e04 8001",
    "1e04 f000",
    "1e02",
    "1f02",
    "2003 00",
    "2102",
    "2202",
    "220a 0102030405060708",
    "2206 01020304",
    "2203 01",
    "2212 000102030405060708090a0b0c0d0e0f",
    "4502",
    "4503 01",
    "4c0e 01 02 c0000201 c0000202 0050 0051",
    "4c04 0001",
    "4c08 31 00 01020304",
    "4e04 0001",
    "4e06 0001 0203",
    "ac05 000001",
    "ae0b 000001000002000003",
    "fd04 fba6",
    "fd0c f989 0102030405060708",
    "fd04 e2d4",
    "fd03 00",
    "fd02",
    "fe04 f990",
    "fe08 f989 01020304",
    "fe02",
    "ff04 1234",
    "6304 1234",
    "6300",
    "63",
    "63ff 00",
    "2304 0001",
    "0101 080a 00000001 00000002 0101 0402",
];

/// Each of them on a SYN and on an ordinary segment.
fn tcp_options() -> Result<Vec<Vec<u8>>> {
    let mut frames = Vec::new();
    for (number, option) in (0..).zip(OPTIONS) {
        let mut bytes = hex(option);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        for syn in [true, false] {
            let mut header = TcpHeader::new(30000 + number, if syn { 40001 } else { 40002 }, 1000, 512);
            header.syn = syn;
            header.ack = !syn;
            header.set_options_raw(&bytes)?;
            frames.push(tcp(false, header, b"")?);
        }
    }
    Ok(frames)
}

/// A conversation in the making: frames with their times, on ports of its own.
struct Talk {
    port: u16,
    time: u64,
    frames: Vec<(u64, Vec<u8>)>,
}

impl Talk {
    /// Begins by SYN, SYN-ACK and ACK; windows are not scaled.
    fn open(port: u16, time: u64) -> Result<Self> {
        let mut talk = Self { port, time, frames: Vec::new() };
        talk.say(100, false, "S", 0, 0, 8192, 0)?;
        talk.say(100, true, "SA", 0, 1, 8192, 0)?;
        talk.say(100, false, "A", 1, 1, 8192, 0)?;
        Ok(talk)
    }

    /// One segment `after` microseconds; the numbers count from the initial ones.
    #[expect(clippy::too_many_arguments, reason = "a line of a table")]
    fn say(
        &mut self,
        after: u64,
        server: bool,
        flags: &str,
        seq: u32,
        ack: u32,
        window: u16,
        length: usize,
    ) -> Result<()> {
        const ISN: [u32; 2] = [0xffff_ff00, 0x7fff_ff00];
        let [client_isn, server_isn] = ISN;
        let (from, to) = if server { (server_isn, client_isn) } else { (client_isn, server_isn) };
        let (source, destination) = if server { (40001, self.port) } else { (self.port, 40001) };
        let mut header = TcpHeader::new(source, destination, from.wrapping_add(seq), window);
        header.syn = flags.contains('S');
        header.fin = flags.contains('F');
        header.rst = flags.contains('R');
        header.psh = flags.contains('P');
        header.ack = flags.contains('A');
        if header.ack {
            header.acknowledgment_number = to.wrapping_add(ack);
        }
        self.time += after;
        self.frames.push((self.time, tcp(server, header, &vec![b'.'; length])?));
        Ok(())
    }
}

/// Segments after the handshake: microseconds since the last, whether from the server, flags, relative sequence number
/// and acknowledgement, window, length.
type Scene = &'static [(u64, bool, &'static str, u32, u32, u16, usize)];

const SCENES: &[Scene] = &[
    // Zero window, probes of one byte and their answers, the update.
    &[
        (1000, false, "PA", 1, 1, 8192, 1000),
        (100, true, "A", 1, 1001, 0, 0),
        (200_000, false, "A", 1001, 1, 8192, 1),
        (100, true, "A", 1, 1001, 0, 0),
        (400_000, false, "A", 1001, 1, 8192, 1),
        (100, true, "A", 1, 1001, 0, 0),
        (100_000, true, "A", 1, 1001, 8192, 0),
        (100, false, "PA", 1001, 1, 8192, 500),
        (100, true, "A", 1, 1501, 8192, 0),
    ],
    // Keep-alives without and with a byte, and their answers.
    &[
        (1000, false, "PA", 1, 1, 8192, 10),
        (100, true, "A", 1, 11, 8192, 0),
        (1_000_000, false, "A", 10, 1, 8192, 0),
        (100, true, "A", 1, 11, 8192, 0),
        (1_000_000, false, "A", 10, 1, 8192, 1),
        (100, true, "A", 1, 11, 8192, 0),
        (1_000_000, true, "A", 0, 11, 8192, 0),
        (100, false, "A", 11, 1, 8192, 0),
    ],
    // The window is filled to its last byte.
    &[
        (100, true, "A", 1, 1, 3000, 0),
        (100, false, "A", 1, 1, 8192, 1000),
        (100, false, "A", 1001, 1, 8192, 1000),
        (100, false, "PA", 2001, 1, 8192, 1000),
        (100, true, "A", 1, 3001, 3000, 0),
        (100, false, "PA", 3001, 1, 8192, 3001),
    ],
    // A gap, duplicate acknowledgements, a fast retransmission.
    &[
        (100, false, "A", 1, 1, 8192, 100),
        (100, true, "A", 1, 101, 8192, 0),
        (100, false, "A", 201, 1, 8192, 100),
        (100, true, "A", 1, 101, 8192, 0),
        (100, false, "A", 301, 1, 8192, 100),
        (100, true, "A", 1, 101, 8192, 0),
        (100, false, "A", 401, 1, 8192, 100),
        (100, true, "A", 1, 101, 8192, 0),
        (100, false, "A", 101, 1, 8192, 100),
        (100, true, "A", 1, 501, 8192, 0),
    ],
    // The same gap, filled soon (out of order), filled late (a retransmission), and filled when nobody asked any more.
    &[
        (100, false, "A", 1, 1, 8192, 100),
        (100, false, "A", 201, 1, 8192, 100),
        (500, false, "A", 101, 1, 8192, 100),
        (100, true, "A", 1, 301, 8192, 0),
    ],
    &[
        (100, false, "A", 1, 1, 8192, 100),
        (100, false, "A", 201, 1, 8192, 100),
        (500_000, false, "A", 101, 1, 8192, 100),
        (100, true, "A", 1, 301, 8192, 0),
    ],
    &[
        (100, false, "A", 1, 1, 8192, 100),
        (100, true, "A", 1, 101, 8192, 0),
        (500_000, false, "A", 1, 1, 8192, 100),
        (100, true, "A", 1, 101, 8192, 0),
        (100, false, "A", 1, 1, 8192, 50),
        (100, false, "A", 51, 1, 8192, 100),
    ],
    // Acknowledged, but never seen; a step back; sequence numbers far away.
    &[
        (100, true, "A", 1, 5001, 8192, 0),
        (100, false, "A", 5001, 1, 8192, 10),
        (100, true, "A", 1, 4001, 8192, 0),
        (100, false, "A", 1_000_000, 1, 8192, 10),
        (100, false, "A", 5011, 1, 8192, 10),
    ],
    // Reset: with data, without acknowledgement, and speech after it.
    &[
        (100, false, "PA", 1, 1, 8192, 10),
        (100, true, "RA", 1, 11, 0, 12),
        (100, false, "R", 11, 0, 0, 0),
        (100, false, "PA", 11, 1, 8192, 10),
        (100, true, "R", 1, 0, 0, 0),
    ],
    // Closed by both at once; FINs repeated; data behind a FIN.
    &[
        (100, false, "FA", 1, 1, 8192, 0),
        (10, true, "FA", 1, 1, 8192, 0),
        (100, false, "A", 2, 2, 8192, 0),
        (10, true, "A", 2, 2, 8192, 0),
        (200_000, false, "FA", 1, 1, 8192, 0),
        (100, true, "A", 2, 2, 8192, 0),
        (100, false, "PA", 2, 2, 8192, 10),
    ],
    // SYN again in the midst of it, with the same number and with another; SYN with data, SYN and FIN.
    &[
        (100, false, "S", 0, 0, 8192, 0),
        (100, false, "S", 9999, 0, 8192, 0),
        (100, true, "SA", 0, 10000, 8192, 0),
        (100, false, "S", 5, 0, 8192, 20),
        (100, false, "SF", 77, 0, 8192, 0),
    ],
    // Over the end of the number space (every conversation here begins just below it), by large steps.
    &[
        (100, false, "A", 1, 1, 65535, 1400),
        (100, false, "A", 1401, 1, 65535, 1400),
        (100, true, "A", 1, 2801, 65535, 1400),
        (100, false, "A", 2801, 1401, 65535, 0),
    ],
    // Window updates, to more and to less; an acknowledgement that only repeats.
    &[
        (100, true, "A", 1, 1, 9000, 0),
        (100, true, "A", 1, 1, 4000, 0),
        (100, true, "A", 1, 1, 4000, 0),
        (100, true, "A", 1, 1, 4000, 0),
        (100, false, "A", 1, 1, 8192, 0),
    ],
    // Data again in other portions, partly new.
    &[
        (100, false, "A", 1, 1, 8192, 100),
        (100, false, "A", 101, 1, 8192, 100),
        (300_000, false, "A", 1, 1, 8192, 200),
        (100, false, "A", 101, 1, 8192, 200),
        (100, true, "A", 1, 301, 8192, 0),
    ],
];

fn tcp_analysis() -> Result<Vec<(u64, Vec<u8>)>> {
    let mut frames = Vec::new();
    for (port, scene) in (50000..).zip(SCENES) {
        let begin = u64::from(port - 50000) * 10_000_000;
        let mut talk = Talk::open(port, begin)?;
        for &(after, server, flags, seq, ack, window, length) in *scene {
            talk.say(after, server, flags, seq, ack, window, length)?;
        }
        frames.extend(talk.frames);
    }
    Ok(frames)
}
