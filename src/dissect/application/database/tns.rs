//! TNS: how Oracle's clients and servers talk to each other.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("tns", "Transparent Network Substrate Protocol", Kind::Protocol);

fields! {
    LENGTH = "tns.length", "Packet Length", U16;
    CHECKSUM = "tns.packet_checksum", "Packet Checksum", U16 hex;
    TYPE = "tns.type", "Packet Type", U8 names(TYPES);
    RESERVED = "tns.reserved_byte", "Reserved Byte", Bytes;
    HEADER_CHECKSUM = "tns.header_checksum", "Header Checksum", U16 hex;
    DATA = "", "Data", None;
    DATA_FLAG = "tns.data_flag", "Data Flag", U16 hex;
    DATA_ID = "tns.data_id", "Data ID", U32 hex names(DATA_IDS);
    DATA_ID_8 = "tns.data_id", "Data ID", U8 hex names(DATA_IDS);
}

names! {
    TYPES {
        1 = "Connect", 2 = "Accept", 3 = "Acknowledge", 4 = "Refuse", 5 = "Redirect", 6 = "Data", 7 = "Null",
        9 = "Abort", 11 = "Resend", 12 = "Marker", 13 = "Attention", 14 = "Control",
    }
    DATA_IDS {
        0x1 = "Set Protocol", 0x2 = "Set Datatypes", 0x3 = "User OCI Functions", 0x4 = "Return Status",
        0x5 = "Access User Address Space", 0x6 = "Row Transfer Header", 0x7 = "Row Transfer Data",
        0x8 = "Return OPI Parameter", 0x9 = "Function Complete", 0xa = "N Error return definitions follow",
        0xb = "Sending I/O Vec only for fast UPI", 0xc = "Sending long for fast UPI", 0xd = "Invoke user callback",
        0xe = "LOB/FILE data follows", 0xf = "Warning messages - may be a set of them",
        0x10 = "Describe Information", 0x11 = "Piggy back function follow",
        0x12 = "Signals special action for untrusted callout support",
        0x13 = "Flush Out Bind data in DML/w RETURN when error",
        0x20 = "External Procedures and Services Registrations",
        0x44 = "External Procedures and Services Registrations", 0xdeadbeef = "Secure Network Services",
    }
}

const PORT: u16 = 1521;
const HEADER_LEN: usize = 8;
const DATA_TYPE: u8 = 6;
/// What begins a negotiation of security.
const SECURE: u32 = 0xdead_beef;

/// TNS.
pub struct Tns;

impl Protocol for Tns {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TNS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // With large packets agreed upon the length takes the checksum's place as well.
        let len = |c: &Cursor<'_, S>| match c.peek_u16(0).unwrap_or_default() {
            0 => c.peek_u32(0).unwrap_or_default() as usize,
            len => usize::from(len),
        };
        messages(c, HEADER_LEN, len, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("TNS");
    let asks = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
    c.claim().str(if asks { "Request" } else { "Response" });
    c.read_all(&[(&LENGTH, 2), (&CHECKSUM, 2)])?;
    let kind = c.u8(&TYPE)?;
    c.info().str(", ").str(name_of(TYPES, kind.into()).unwrap_or("Unknown")).str(" (").dec(kind).byte(b')');
    c.bytes(&RESERVED, 1)?;
    c.u16(&HEADER_CHECKSUM)?;
    if kind != DATA_TYPE {
        return Ok(());
    }
    c.group(&DATA, |c| {
        c.u16(&DATA_FLAG)?;
        let Some(first) = c.peek_u8(0) else { return Ok(()) };
        let id = if c.peek_u32(0) == Some(SECURE) { c.u32(&DATA_ID)? } else { u32::from(first) };
        if id != SECURE {
            c.u8(&DATA_ID_8)?;
        }
        if let Some(name) = name_of(DATA_IDS, id.into()) {
            c.info().str(", ").str(name);
        }
        Ok(())
    })
}
