//! FINS: OMRON's protocol between controllers of factories, over UDP and TCP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("omron", "OMRON FINS Protocol", Kind::Protocol);

fields! {
    MAGIC = "omron.tcp.magic", "Magic Bytes", U32 hex;
    TCP_LENGTH = "omron.tcp.length", "Length", U32 dec_hex;
    TCP_COMMAND = "omron.tcp.command", "Command", U32 hex names(TCP_COMMANDS);
    TCP_ERROR = "omron.tcp.error_code", "Error Code", U32 hex names(TCP_ERRORS);
    CLIENT_NODE = "omron.tcp.client_node_address", "Client Node Address", U32 dec_hex;
    SERVER_NODE = "omron.tcp.server_node_address", "Server Node Address", U32 dec_hex;
    HEADER = "", "FINS Header", None;
    COMMAND_DATA = "", "Command Data", None;
    RESPONSE_DATA = "", "Response Data", None;
    ICF = "omron.icf", "OMRON ICF Field", U8 hex;
    GATEWAY_BIT = "omron.icf.gwb", "Gateway bit", U8 hex mask(0x80) names(GATEWAY);
    TYPE_BIT = "omron.icf.dtb", "Data Type bit", U8 hex mask(0x40) names(DATA_TYPES);
    BIT_0 = "omron.icf.rb0", "Reserved bit 0", U8 hex mask(0x20);
    BIT_1 = "omron.icf.rb1", "Reserved bit 1", U8 hex mask(0x10);
    BIT_2 = "omron.icf.rb2", "Reserved bit 2", U8 hex mask(0x08);
    BIT_3 = "omron.icf.rb3", "Reserved bit 3", U8 hex mask(0x04);
    BIT_4 = "omron.icf.rb4", "Reserved bit 4", U8 hex mask(0x02);
    RESPONSE_BIT = "omron.icf.rsb", "Response setting bit", U8 hex mask(0x01) names(RESPONSES);
    RESERVED = "omron.rsv", "Reserved", U8 hex;
    GATEWAY_COUNT = "omron.gct", "Gateway Count", U8 hex;
    DST_NETWORK = "omron.dna", "Destination network address", U8 hex names(NETWORKS);
    DST_NODE = "omron.da1", "Destination node number", U8 hex names(NODES);
    DST_UNIT = "omron.da2", "Destination unit address", U8 hex names(UNITS);
    SRC_NETWORK = "omron.sna", "Source network address", U8 hex names(NETWORKS);
    SRC_NODE = "omron.sa1", "Source node number", U8 hex names(NODES);
    SRC_UNIT = "omron.sa2", "Source unit address", U8 hex names(UNITS);
    SERVICE = "omron.sid", "Service ID", U8 hex;
    COMMAND = "omron.command", "Command CODE", U16 hex names(COMMANDS);
    AREA = "omron.memory.area.read", "Memory Area Code", U8 hex names(AREAS);
    ADDRESS = "omron.memory.address", "Beginning address", U16 hex;
    ADDRESS_BITS = "omron.memory.address.bits", "Beginning address bits", U8 hex;
    ITEMS = "omron.memory.numitems", "Number of items", U16;
    RESPONSE_CODE = "omron.response.code", "Response code", U16 hex;
    DATA = "omron.command.data", "Command Data", Bytes;
    ANSWER = "omron.response.data", "Response data", Bytes;
}

names! {
    COMMANDS {
        0x101 = "Memory Area Read", 0x102 = "Memory Area Write", 0x103 = "Memory Area Fill",
        0x104 = "Multiple Memory Area Read", 0x105 = "Memory Area Transfer", 0x201 = "Parameter Area Read",
        0x202 = "Parameter Area Write", 0x203 = "Parameter Area Clear", 0x220 = "Data Link Table Read",
        0x221 = "Data Link Table Write", 0x304 = "Program Area Protect", 0x305 = "Program Area Protect Clear",
        0x306 = "Program Area Read", 0x307 = "Program Area Write", 0x308 = "Program Area Clear", 0x401 = "Run",
        0x402 = "Stop", 0x403 = "Reset", 0x501 = "Controller Data Read", 0x502 = "Connection Data Read",
        0x601 = "Controller Status Read", 0x602 = "Network Status Read", 0x603 = "Data Link Status Read",
        0x620 = "Cycle Time Read", 0x701 = "Clock Read", 0x702 = "Clock Write", 0x801 = "LOOP-BACK Test",
        0x802 = "Broadcast Test Results Read", 0x803 = "Broadcast Test Data Send",
        0x920 = "Message Read | Message Clear | FAL/FALS Read", 0xc01 = "Access Right Acquire",
        0xc02 = "Access Right Forced Acquire", 0xc03 = "Access Right Release", 0x2101 = "Error Clear",
        0x2102 = "Error Log Read", 0x2103 = "Error Log Clear", 0x2201 = "File Name Read",
        0x2202 = "Single File Read", 0x2203 = "Single File Write", 0x2204 = "Memory Card Format",
        0x2205 = "File Delete", 0x2206 = "Volume Label Create/Delete", 0x2207 = "File Copy",
        0x2208 = "File Name Change", 0x2209 = "File Data Check", 0x220a = "Memory Area File Transfer",
        0x220b = "Parameter Area File Transfer", 0x220c = "Program Area File Transfer",
        0x220f = "File Memory Index Read", 0x2210 = "File Memory Read", 0x2211 = "File Memory Write",
        0x2301 = "Forced Set/Reset", 0x2302 = "Forced Set/Reset Cancel", 0x230a = "Multiple Forced Status Read",
        0x2601 = "Name Set", 0x2602 = "Name Delete", 0x2603 = "Name Read",
    }
    AREAS {
        0x0 = "CIO, TR, CPU Bus Link, and Auxiliary : Bit status", 0x1 = "Timer/Counter : Completion Flag status",
        0x2 = "CS1 mode: DM : Bit contents", 0x3 = "Transition : Flag status", 0x4 = "Step : Flag status",
        0x5 = "Forced status : Bit status", 0x6 = "CS1 mode: Task flag : Bit contents",
        0x7 = "CS1 mode: Clock pulses / Condition flags : Bit contents",
        0x9 = "CS1 mode: Timer/Counter : Completion Flag status", 0x1b = "Action : Flag status",
        0x20 = "CS1 mode: Expansion DM : Bit contents, bank E0",
        0x21 = "CS1 mode: Expansion DM : Bit contents, bank E1",
        0x22 = "CS1 mode: Expansion DM : Bit contents, bank E2",
        0x23 = "CS1 mode: Expansion DM : Bit contents, bank E3",
        0x24 = "CS1 mode: Expansion DM : Bit contents, bank E4",
        0x25 = "CS1 mode: Expansion DM : Bit contents, bank E5",
        0x26 = "CS1 mode: Expansion DM : Bit contents, bank E6",
        0x27 = "CS1 mode: Expansion DM : Bit contents, bank E7",
        0x28 = "CS1 mode: Expansion DM : Bit contents, bank E8",
        0x29 = "CS1 mode: Expansion DM : Bit contents, bank E9",
        0x2a = "CS1 mode: Expansion DM : Bit contents, bank EA",
        0x2b = "CS1 mode: Expansion DM : Bit contents, bank EB",
        0x2c = "CS1 mode: Expansion DM : Bit contents, bank EC", 0x30 = "CS1 mode: CIO Area : Bit status",
        0x31 = "CS1 mode: Work Area : Bit status", 0x32 = "CS1 mode: Holding Bit Area : Bit status",
        0x33 = "CS1 mode: Auxiliary Area : Bit status",
        0x40 = "CIO, TR, CPU Bus Link, and Auxiliary : Bit status (with forced status)",
        0x41 = "Timer/Counter : Completion Flag status (with forced status)",
        0x43 = "Transition : Flag status (with forced status)", 0x44 = "Step : Status",
        0x46 = "CS1 mode: Task flag : Status",
        0x49 = "CS1 mode: Timer/Counter : Completion Flag status (with forced status)",
        0x70 = "CS1 mode: CIO Area : Bit status (with forced status)",
        0x71 = "CS1 mode: Work Area : Bit status (with forced status)",
        0x72 = "CS1 mode: Holding Bit Area : Bit status (with forced status)",
        0x80 = "CIO, TR, CPU Bus Link, and Auxiliary : Word contents", 0x81 = "Timer/Counter : PV",
        0x82 = "DM : Word contents", 0x84 = "Step : Step timer PV", 0x85 = "Forced status : Word contents",
        0x89 = "CS1 mode: Timer/Counter : PV", 0x90 = "Expansion DM : Word contents, bank E0",
        0x91 = "Expansion DM : Word contents, bank E1", 0x92 = "Expansion DM : Word contents, bank E2",
        0x93 = "Expansion DM : Word contents, bank E3", 0x94 = "Expansion DM : Word contents, bank E4",
        0x95 = "Expansion DM : Word contents, bank E5", 0x96 = "Expansion DM : Word contents, bank E6",
        0x97 = "Expansion DM : Word contents, bank E7", 0x98 = "Expansion DM : Word contents, current bank",
        0x9c = "Register : Register contents / Current bank no. of expansion DM",
        0xa0 = "CS1 mode: Expansion DM : Word contents, bank E0",
        0xa1 = "CS1 mode: Expansion DM : Word contents, bank E1",
        0xa2 = "CS1 mode: Expansion DM : Word contents, bank E2",
        0xa3 = "CS1 mode: Expansion DM : Word contents, bank E3",
        0xa4 = "CS1 mode: Expansion DM : Word contents, bank E4",
        0xa5 = "CS1 mode: Expansion DM : Word contents, bank E5",
        0xa6 = "CS1 mode: Expansion DM : Word contents, bank E6",
        0xa7 = "CS1 mode: Expansion DM : Word contents, bank E7",
        0xa8 = "CS1 mode: Expansion DM : Word contents, bank E8",
        0xa9 = "CS1 mode: Expansion DM : Word contents, bank E9",
        0xaa = "CS1 mode: Expansion DM : Word contents, bank EA",
        0xab = "CS1 mode: Expansion DM : Word contents, bank EB",
        0xac = "CS1 mode: Expansion DM : Word contents, bank EC", 0xb0 = "CS1 mode: CIO Area : Word contents",
        0xb1 = "CS1 mode: Work Area : Word contents", 0xb2 = "CS1 mode: Holding Bit Area : Word contents",
        0xb3 = "CS1 mode: Auxiliary Bit Area : Word contents",
        0xbc = "CS1 mode: Register : Register contents / Current bank no. of expansion DM",
        0xc0 = "CIO, TR, CPU Bus Link, and Auxiliary : Word contents (with forced status)",
        0xdc = "CS1 mode: Index register : Register contents",
        0xdd = "Interrupt status : Scheduled interrupt interval",
        0xf0 = "CS1 mode: CIO Area : Word contents (with forced status)",
        0xf1 = "CS1 mode: Work Area : Word contents (with forced status)",
        0xf2 = "CS1 mode: Holding Bit Area : Word contents (with forced status)",
    }
    GATEWAY {
        0x0 = "Don't use Gateway", 0x1 = "Use Gateway",
    }
    DATA_TYPES {
        0x0 = "Command", 0x1 = "Response",
    }
    RESPONSES {
        0x0 = "Response Required", 0x1 = "Response Not Required",
    }
    NETWORKS {
        0x0 = "Local network", 0x1..=0x7f = "Remote network",
    }
    NODES {
        0x0..=0x3e = "SYSMAC NET / LINK", 0x3f..=0x7e = "SYSMAC NET", 0xff = "Broadcast",
    }
    UNITS {
        0x0 = "PC (CPU)", 0x10..=0x1f = "CPU BUS Unit", 0xfe = "SYSMAC NET or LINK Unit connected to network",
    }
    TCP_COMMANDS {
        0x0 = "Node Address Data Send (Client to Server)", 0x1 = "Node Address Data Send (Server to Client)",
        0x2 = "Frame Send", 0x3 = "Frame Send Error Notification", 0x6 = "Connection Confirmation",
    }
    TCP_ERRORS {
        0x0 = "Normal", 0x1 = "The header is not 'FINS' (ASCII code)", 0x2 = "The data length is too long",
        0x3 = "The command is not supported", 0x20 = "All connections are in use",
        0x21 = "The specified node is already connected",
        0x22 = "Attempt to access a protected node from an unspecified IP address",
        0x23 = "The client FINS node address is out of range",
        0x24 = "The same FINS node address is being used by the client and server",
        0x25 = "All the node addresses available for allocation have been used",
    }
}

const PORT: u16 = 9600;
const MEMORY_AREA_READ: u16 = 0x0101;
/// Data memory, and the banks of expansion data memory, word by word.
const DATA_MEMORY: u8 = 0x82;
const FIRST_BANK: u8 = 0x90;
const LAST_BANK: u8 = 0x97;
/// Bytes before every message over TCP up to its length, which does not count them.
const TCP_PREFIX_LEN: usize = 8;
const FINS_FRAME: u32 = 2;

/// FINS.
pub struct Fins;

impl Protocol for Fins {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OMRON";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek::<4>(0) != Some(*b"FINS") {
            c.protocol("OMRON");
            return frame(c);
        }
        if !c.in_stream() {
            return with_prefix(c);
        }
        messages(c, TCP_PREFIX_LEN, |c| c.peek_u32(4).unwrap_or_default() as usize + TCP_PREFIX_LEN, with_prefix)
    }
}

/// A message with the header that it has over TCP.
fn with_prefix<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("OMRON");
    c.read_all(&[(&MAGIC, 4), (&TCP_LENGTH, 4)])?;
    let command = c.u32(&TCP_COMMAND)?;
    c.u32(&TCP_ERROR)?;
    if command == FINS_FRAME {
        return frame(c);
    }
    c.claim().str("FINS/TCP : ").str(name_of(TCP_COMMANDS, command.into()).unwrap_or("Unknown"));
    match command {
        0 => c.u32(&CLIENT_NODE).map(|_| ()),
        1 => c.read_all(&[(&CLIENT_NODE, 4), (&SERVER_NODE, 4)]),
        _ => Ok(()),
    }
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (mut response, mut command) = (false, 0);
    c.group(&HEADER, |c| {
        let mark = c.mark();
        let icf = c.be::<1>(&ICF)?;
        response = icf & 0x40 != 0;
        c.below(|c| {
            for part in [&GATEWAY_BIT, &TYPE_BIT, &BIT_0, &BIT_1, &BIT_2, &BIT_3, &BIT_4, &RESPONSE_BIT] {
                c.bits::<1>(part, icf);
            }
        });
        let of = |names, bit: u64| name_of(names, u64::from(icf & bit != 0)).unwrap_or_default();
        c.append_at(mark, |l: &mut Line| {
            l.str(", Gateway bit: ").str(of(GATEWAY, 0x80)).str(", Data Type bit: ").str(of(DATA_TYPES, 0x40));
            l.str(", Response setting bit: ").str(of(RESPONSES, 0x01));
        });
        c.read_all(&[(&RESERVED, 1), (&GATEWAY_COUNT, 1), (&DST_NETWORK, 1), (&DST_NODE, 1), (&DST_UNIT, 1)])?;
        c.read_all(&[(&SRC_NETWORK, 1), (&SRC_NODE, 1), (&SRC_UNIT, 1), (&SERVICE, 1)])?;
        command = c.u16(&COMMAND)?;
        Ok(())
    })?;
    let words = if response { "Response : " } else { "Command  : " };
    c.claim().str(words).str(name_of(COMMANDS, command.into()).unwrap_or("Unknown"));
    if c.remaining() == 0 {
        return Ok(());
    }
    c.group(if response { &RESPONSE_DATA } else { &COMMAND_DATA }, |c| {
        if response {
            c.u16(&RESPONSE_CODE)?;
            if c.remaining() > 0 {
                c.bytes(&ANSWER, c.remaining())?;
            }
            return Ok(());
        }
        if command != MEMORY_AREA_READ {
            return c.bytes(&DATA, c.remaining()).map(|_| ());
        }
        let area = c.u8(&AREA)?;
        let address = c.u16(&ADDRESS)?;
        match area {
            DATA_MEMORY => _ = c.info().str(" (D").dec(address).byte(b')'),
            FIRST_BANK..=LAST_BANK => {
                c.info().str(" (E").dec(area - FIRST_BANK).byte(b'_').dec(address).byte(b')');
            }
            _ => {}
        }
        c.read_all(&[(&ADDRESS_BITS, 1), (&ITEMS, 2)])
    })
}
