//! Java RMI: the stream protocol in which objects call each other, and the serialized objects it carries.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("rmi", "Java RMI", Kind::Protocol);
static SERIALIZATION_LAYER: Field = Field::new("serialization", "Java Serialization", Kind::Protocol);

fields! {
    MAGIC = "rmi.magic", "Magic", U32 hex;
    VERSION = "rmi.version", "Version", U16;
    PROTOCOL = "rmi.protocol", "Protocol", U8 hex names(PROTOCOLS);
    INPUT = "rmi.inputstream.message", "Input Stream Message", U8 hex names(MESSAGES);
    OUTPUT = "rmi.outputstream.message", "Output Stream Message", U8 hex names(MESSAGES);
    END_POINT = "", "EndPointIdentifier", None;
    LENGTH = "rmi.endpoint_id.length", "Length", U16;
    HOST = "rmi.endpoint_id.hostname", "Hostname", Str;
    PORT = "rmi.endpoint_id.port", "Port", U16;
    SERIALIZED = "", "Serialization Data", None;
    STREAM_MAGIC = "rmi.ser.magic", "Magic", U16 hex;
    STREAM_VERSION = "rmi.ser.version", "Version", U16;
    IDENTIFIER = "rmi.unique_identifier", "UniqueIdentifier", Bytes;
}

names! {
    PROTOCOLS {
        0x4b = "StreamProtocol", 0x4c = "SingleOpProtocol", 0x4d = "MultiPlexProtocol",
    }
    MESSAGES {
        0x4e = "ProtocolAck", 0x4f = "ProtocolNotSupported", 0x50 = "Call", 0x51 = "ReturnData", 0x52 = "Ping",
        0x53 = "PingAck", 0x54 = "DgcAck",
    }
}

/// What a connection begins with.
const JRMI: [u8; 4] = *b"JRMI";
/// What serialized objects begin with.
const STREAM: u16 = 0xaced;
const IDENTIFIER_LEN: usize = 14;

mod message {
    pub(super) const ACCEPTED: u8 = 0x4e;
    pub(super) const CALL: u8 = 0x50;
    pub(super) const RETURN: u8 = 0x51;
    pub(super) const PING: u8 = 0x52;
    pub(super) const RECEIVED: u8 = 0x54;
}

/// Java RMI.
pub struct Rmi;

impl Protocol for Rmi {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RMI";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(1099)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RMI");
        if c.peek::<4>(0) == Some(JRMI) {
            return greeting(c);
        }
        if c.peek_u16(0) == Some(STREAM) {
            let version = c.peek_u16(2).ok_or_else(|| c.short(4))?;
            c.claim().str("Serialization data, Version: ").dec(version);
            return serialized(c);
        }
        let first = c.peek_u8(0).unwrap_or_default();
        let Some(name) = name_of(MESSAGES, first.into()) else {
            c.claim().str("Continuation");
            return Ok(());
        };
        c.claim().str("JRMI, ").str(name);
        said(c, first)
    }
}

fn greeting<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u32(&MAGIC)?;
    let version = c.u16(&VERSION)?;
    let protocol = c.u8(&PROTOCOL)?;
    let name = name_of(PROTOCOLS, protocol.into()).unwrap_or("Unknown protocol");
    c.claim().str("JRMI, Version: ").dec(version).str(", ").str(name);
    if c.remaining() > 0 { c.bytes(&SERIALIZED, c.remaining()).map(|_| ()) } else { Ok(()) }
}

/// What stands behind the byte that names a message.
fn said<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.u8(if matches!(kind, message::CALL | message::PING | message::RECEIVED) { &OUTPUT } else { &INPUT })?;
    match kind {
        message::ACCEPTED => c
            .group(&END_POINT, |c| {
                let len = c.u16(&LENGTH)?;
                c.bytes(&HOST, len.into())?;
                c.skip(2)?;
                c.u16(&PORT).map(|_| ())
            })
            .or(Ok(())),
        message::CALL | message::RETURN => serialized(c),
        message::RECEIVED if c.remaining() >= IDENTIFIER_LEN => c.bytes(&IDENTIFIER, IDENTIFIER_LEN).map(|_| ()),
        _ => Ok(()),
    }
}

fn serialized<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.put(&SERIALIZED, c.pos(), c.end(), 0);
    c.layer_ends();
    if c.peek_u16(0) == Some(STREAM) && c.remaining() >= 4 {
        c.next_layer(&SERIALIZATION_LAYER);
        c.u16(&STREAM_MAGIC)?;
        c.u16(&STREAM_VERSION)?;
        c.skip(c.remaining())?;
    }
    Ok(())
}
