//! Tabular Data Stream: Microsoft's SQL Server and Sybase.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("tds", "Tabular Data Stream", Kind::Protocol);

fields! {
    TYPE = "tds.type", "Type", U8 names(TYPES);
    STATUS = "tds.status", "Status", U8 hex;
    LENGTH = "tds.length", "Length", U16;
    CHANNEL = "tds.channel", "Channel", U16;
    PACKET = "tds.packet_number", "Packet Number", U8;
    WINDOW = "tds.window", "Window", U8;
}

names! {
    TYPES {
        1 = "SQL batch", 2 = "Pre-TDS7 login", 3 = "Remote Procedure Call", 4 = "Response", 5 = "Unused",
        6 = "Attention request", 7 = "Bulk load data", 14 = "Transaction Manager Request", 15 = "TDS5 query",
        16 = "TDS7 login", 17 = "SSPI message", 18 = "TDS7 pre-login message",
    }
}

/// Bytes of a packet's header.
const HEADER_LEN: usize = 8;

/// TDS.
pub struct Tds;

impl Protocol for Tds {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TDS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(1433), Key::Tcp(2433)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut first = true;
        messages(c, HEADER_LEN, |c| c.peek_u16(2).unwrap_or_default().into(), |c| packet(c, std::mem::take(&mut first)))
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>, first: bool) -> Result<(), Stop> {
    let kind = c.u8(&TYPE)?;
    c.protocol("TDS");
    if first {
        c.claim();
    } else {
        c.info().str(", ");
    }
    match name_of(TYPES, kind.into()) {
        Some(name) => _ = c.info().str(name),
        None => _ = c.info().str("Unknown Packet Type: ").dec(kind),
    }
    c.read_all(&[(&STATUS, 1), (&LENGTH, 2), (&CHANNEL, 2), (&PACKET, 1), (&WINDOW, 1)])?;
    c.skip(c.reported())
}
