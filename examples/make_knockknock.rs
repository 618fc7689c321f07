//! Writes `captures/knockknock.pcapng`: knock-knock jokes told over TCP, 104 frames.
//!
//! The first 32 frames are those that the lecture's slide lists (times, sequence numbers, windows, timestamps and
//! lengths as it shows them). The rest goes on in the same manner.
//!
//!     cargo run --example make_knockknock [FILE]

use std::error::Error;
use std::fs;
use std::time::Duration;

use etherparse::{IpHeaders, IpNumber, Ipv4Header, PacketBuilder, TcpHeader, TcpOptionElement};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionBlock;
use pcap_file::{DataLink, Endianness};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// One of the two ends.
struct Host {
    mac: [u8; 6],
    ip: [u8; 4],
    /// Initial sequence number of its first conversation.
    isn: u32,
}

/// Knocks.
const CLIENT: Host = Host { mac: [0x78, 0x4f, 0x43, 0x68, 0x5f, 0x52], ip: [192, 168, 86, 190], isn: 0x1d3a_77c1 };
/// Asks who is there.
const SERVER: Host = Host { mac: [0x60, 0x03, 0x08, 0x9e, 0x89, 0xa2], ip: [192, 168, 86, 191], isn: 0xb4e9_0286 };
const SERVER_PORT: u16 = 2869;

/// Both ends scale their windows by 2⁵.
const SHIFT: u8 = 5;
/// The receive buffer that the windows are counted down from, in bytes.
const BUFFER: u32 = 131_744;
/// When the first frame was captured: 2017-07-14 02:40:00 UTC.
const START: Duration = Duration::from_secs(1_500_000_000);

/// One conversation: a joke told from SYN to the last ACK.
struct Telling {
    client_port: u16,
    name: &'static str,
    punch_line: &'static str,
    /// Microseconds from the capture's first frame to this conversation's SYN.
    start: u64,
    /// When each of the 19 steps is captured, in microseconds from the SYN.
    at: [u64; 19],
    /// The ends' timestamp clocks (RFC 7323) each time they come to send.
    client_clock: [u32; 5],
    server_clock: [u32; 5],
    /// Steps captured again, and when.
    again: &'static [(usize, u64)],
}

const TELLINGS: [Telling; 5] = [
    Telling {
        client_port: 64997,
        name: "Packet",
        punch_line: "Packet in, it is time for a new joke!",
        start: 0,
        at: [
            0, 148, 5213, 5219, 5296, 5297, 5351, 8182, 8184, 8263, 8943, 15109, 15114, 15187, 15250, 19428, 19433,
            19512, 19575,
        ],
        client_clock: [442_014_388, 442_014_394, 442_014_397, 442_014_403, 442_014_407],
        server_clock: [981_182_342, 981_182_347, 981_182_350, 981_182_356, 981_182_360],
        again: &[(0, 4), (1, 152), (0, 457), (1, 595), (2, 5217), (2, 5218)],
    },
    Telling {
        client_port: 64998,
        name: "Socket",
        punch_line: "Socket to me, I am listening!",
        start: 2_683_992,
        at: [
            0, 171, 5349, 5352, 5472, 5472, 5473, 8310, 8313, 8391, 8977, 14_602, 14_606, 14_688, 14_750, 18_911,
            18_917, 18_995, 19_058,
        ],
        client_clock: [442_016_979, 442_016_984, 442_016_987, 442_016_993, 442_016_997],
        server_clock: [981_184_941, 981_184_946, 981_184_949, 981_184_955, 981_184_959],
        again: &[],
    },
    Telling {
        client_port: 64999,
        name: "Cargo",
        punch_line: "Cargo beep beep! Cars go honk, crates go build.",
        start: 5_120_377,
        at: [
            0, 159, 4988, 4991, 5070, 5071, 5127, 7754, 7757, 7839, 8402, 13_960, 13_966, 14_041, 14_105, 17_830,
            17_834, 17_915, 17_976,
        ],
        client_clock: [442_019_331, 442_019_336, 442_019_339, 442_019_345, 442_019_349],
        server_clock: [981_187_300, 981_187_305, 981_187_308, 981_187_314, 981_187_318],
        again: &[],
    },
    Telling {
        client_port: 65000,
        name: "UDP",
        punch_line: "UDP joke. You may not get it.",
        start: 7_806_015,
        at: [
            0, 163, 5302, 5307, 5384, 5385, 5440, 8276, 8279, 8357, 9011, 15_233, 15_238, 15_310, 15_374, 19_460,
            19_466, 19_541, 19_604,
        ],
        client_clock: [442_021_925, 442_021_930, 442_021_933, 442_021_940, 442_021_944],
        server_clock: [981_189_901, 981_189_906, 981_189_909, 981_189_916, 981_189_920],
        again: &[(0, 4), (1, 167), (2, 5305)],
    },
    Telling {
        client_port: 65001,
        name: "Orange",
        punch_line: "Orange you glad I did not say banana?",
        start: 10_244_680,
        at: [
            0, 152, 5106, 5110, 5188, 5189, 5243, 8011, 8014, 8092, 8711, 14_377, 14_381, 14_459, 14_522, 18_640,
            18_644, 18_725, 18_786,
        ],
        client_clock: [442_024_280, 442_024_285, 442_024_288, 442_024_294, 442_024_298],
        server_clock: [981_192_263, 981_192_268, 981_192_271, 981_192_277, 981_192_281],
        again: &[],
    },
];

/// Which flags a segment has besides what follows from its data.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Syn,
    Ack,
    Fin,
}

/// One segment of a conversation; `seq` and `ack` count from the initial sequence numbers.
#[derive(Clone)]
struct Segment {
    at: u64,
    from_client: bool,
    kind: Kind,
    seq: u32,
    ack: u32,
    window: u32,
    data: String,
    tsval: u32,
    tsecr: u32,
}

/// Plays the 19 steps of a joke, and what was captured of them more than once.
fn tell(joke: &Telling) -> Result<Vec<Segment>> {
    use Kind::{Ack, Fin, Syn};
    let name = joke.name.to_owned();
    let who = format!("{name} who?");
    let punch_line = joke.punch_line.to_owned();
    let knock = "Knock knock".to_owned();
    let whos_there = "Who's there?".to_owned();
    let none = String::new;
    let length = |texts: &[&str]| texts.iter().map(|text| text.len() as u32).sum::<u32>() + 1;
    // Where each end stands after what it said.
    let (c1, c2, c3) = (length(&[&knock]), length(&[&knock, &name]), length(&[&knock, &name, &punch_line]));
    let (s1, s2) = (length(&[&whos_there]), length(&[&whos_there, &who]));
    // What the server has not read is missing from its window, which counts in steps of 2⁵ bytes.
    let closing = (BUFFER - joke.punch_line.len() as u32).next_multiple_of(1 << SHIFT);

    // From the client?, kind, sequence number, acknowledgement, window, data, and how often this end's clock
    // has moved on.
    let steps = [
        (true, Syn, 0, 0, 65535, none(), 0),
        (false, Syn, 0, 1, 65535, none(), 0),
        (true, Ack, 1, 1, BUFFER, none(), 1),
        (true, Ack, 1, 1, BUFFER, knock, 1),
        (false, Ack, 1, 1, BUFFER, none(), 1),
        (false, Ack, 1, c1, BUFFER, none(), 1),
        (false, Ack, 1, c1, BUFFER, whos_there, 1),
        (true, Ack, c1, s1, BUFFER, none(), 2),
        (true, Ack, c1, s1, BUFFER, name, 2),
        (false, Ack, s1, c2, BUFFER, none(), 2),
        (false, Ack, s1, c2, BUFFER, who, 2),
        (true, Ack, c2, s2, BUFFER, none(), 3),
        (true, Ack, c2, s2, BUFFER, punch_line, 3),
        (false, Ack, s2, c3, closing, none(), 3),
        (false, Fin, s2, c3, closing, none(), 3),
        (true, Ack, c3, s2 + 1, BUFFER, none(), 4),
        (true, Fin, c3, s2 + 1, BUFFER, none(), 4),
        (false, Ack, s2 + 1, c3, closing, none(), 4),
        (false, Ack, s2 + 1, c3 + 1, closing, none(), 4),
    ];
    let mut heard = [0, 0];
    let mut segments = Vec::new();
    for ((from_client, kind, seq, ack, window, data, clock), at) in steps.into_iter().zip(joke.at) {
        let clocks = if from_client { &joke.client_clock } else { &joke.server_clock };
        let tsval = *clocks.get(clock).ok_or("a clock reading is missing")?;
        let [from_server_heard, from_client_heard] = &mut heard;
        let (tsecr, told) =
            if from_client { (*from_server_heard, from_client_heard) } else { (*from_client_heard, from_server_heard) };
        *told = tsval;
        segments.push(Segment { at, from_client, kind, seq, ack, window, data, tsval, tsecr });
    }
    for &(step, at) in joke.again {
        let segment = segments.get(step).ok_or("no such step")?;
        segments.push(Segment { at, ..segment.clone() });
    }
    segments.sort_by_key(|segment| segment.at);
    Ok(segments)
}

/// The frame that carries a segment: Ethernet II, IPv4, TCP, checksums and all.
fn frame(joke: &Telling, segment: &Segment) -> Result<Vec<u8>> {
    use TcpOptionElement::{MaximumSegmentSize, Noop, SelectiveAcknowledgementPermitted, Timestamp, WindowScale};
    // Each conversation begins at numbers of its own.
    let turn = u32::from(joke.client_port - 64997);
    let client_isn = CLIENT.isn.wrapping_add(turn.wrapping_mul(0x0f1b_6d35));
    let server_isn = SERVER.isn.wrapping_add(turn.wrapping_mul(0x2c80_93a7));
    let client = (&CLIENT, joke.client_port, client_isn);
    let server = (&SERVER, SERVER_PORT, server_isn);
    let (from, to) = if segment.from_client { (client, server) } else { (server, client) };

    let mut tcp = TcpHeader::new(from.1, to.1, from.2.wrapping_add(segment.seq), 0);
    tcp.fin = segment.kind == Kind::Fin;
    tcp.psh = !segment.data.is_empty();
    tcp.syn = segment.kind == Kind::Syn;
    tcp.ack = segment.ack > 0;
    if tcp.ack {
        tcp.acknowledgment_number = to.2.wrapping_add(segment.ack);
    }
    let timestamp = Timestamp(segment.tsval, segment.tsecr);
    if tcp.syn {
        // A SYN's window is never scaled (RFC 7323, 2.2).
        tcp.window_size = u16::try_from(segment.window)?;
        tcp.set_options(&[
            MaximumSegmentSize(1460),
            Noop,
            WindowScale(SHIFT),
            Noop,
            Noop,
            timestamp,
            SelectiveAcknowledgementPermitted,
        ])?;
    } else {
        tcp.window_size = u16::try_from(segment.window >> SHIFT)?;
        tcp.set_options(&[Noop, Noop, timestamp])?;
    }
    // Ipv4Header::new sets "don't fragment" and identification 0, as RFC 6864 allows with it.
    let ip = Ipv4Header::new(0, 64, IpNumber::TCP, from.0.ip, to.0.ip)?;
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2(from.0.mac, to.0.mac)
        .ip(IpHeaders::Ipv4(ip, Default::default()))
        .tcp_header(tcp)
        .write(&mut bytes, segment.data.as_bytes())?;
    Ok(bytes)
}

/// The whole capture, as the bytes of a pcapng file.
pub(crate) fn capture() -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut writer = PcapNgWriter::with_endianness(&mut file, Endianness::Little)?;
    writer.write_pcapng_block(InterfaceDescriptionBlock::new(DataLink::ETHERNET, 262_144))?;
    for joke in &TELLINGS {
        for segment in tell(joke)? {
            let bytes = frame(joke, &segment)?;
            writer.write_pcapng_block(EnhancedPacketBlock {
                interface_id: 0,
                timestamp: START + Duration::from_micros(joke.start + segment.at),
                original_len: u32::try_from(bytes.len())?,
                data: bytes.into(),
                options: Vec::new(),
            })?;
        }
    }
    Ok(file)
}

fn main() -> Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "captures/knockknock.pcapng".to_owned());
    fs::write(&path, capture()?)?;
    Ok(())
}
