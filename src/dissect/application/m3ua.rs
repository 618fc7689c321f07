//! M3UA (RFC 4666): what the signalling of telephone networks brings over SCTP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("m3ua", "MTP 3 User Adaptation Layer", Kind::Protocol);

fields! {
    VERSION = "m3ua.version", "Version", U8 names(VERSIONS);
    RESERVED = "m3ua.reserved", "Reserved", U8 hex;
    CLASS = "m3ua.message_class", "Message class", U8 names(CLASSES);
    TYPE = "m3ua.message_type", "Message Type", U8;
    LENGTH = "m3ua.message_length", "Message length", U32;
    PARAMETER = "", "Parameter", None;
    TAG = "m3ua.parameter_tag", "Parameter Tag", U16;
    PARAMETER_LEN = "m3ua.parameter_length", "Parameter length", U16;
    VALUE = "m3ua.parameter_value", "Parameter value", Bytes;
    PADDING = "m3ua.parameter_padding", "Padding", Bytes;
}

names! {
    VERSIONS { 1 = "Release 1" }
    CLASSES {
        0 = "Management messages", 1 = "Transfer messages", 2 = "SS7 signalling network management messages",
        3 = "ASP state maintenance messages", 4 = "ASP traffic maintenance messages",
        9 = "Routing key management messages",
    }
    // Class and type together.
    MESSAGES {
        0x0000 = "ERR ", 0x0001 = "NTFY ", 0x0101 = "DATA ", 0x0201 = "DUNA ", 0x0202 = "DAVA ", 0x0203 = "DAUD ",
        0x0204 = "SCON ", 0x0205 = "DUPU ", 0x0206 = "DRST ", 0x0301 = "ASPUP ", 0x0302 = "ASPDN ", 0x0303 = "BEAT ",
        0x0304 = "ASPUP_ACK ", 0x0305 = "ASPDN_ACK ", 0x0306 = "BEAT_ACK ", 0x0401 = "ASPAC ", 0x0402 = "ASPIA ",
        0x0403 = "ASPAC_ACK ", 0x0404 = "ASPIA_ACK ", 0x0901 = "REG_REQ ", 0x0902 = "REG_RSP ", 0x0903 = "DEREG_REQ ",
        0x0904 = "DEREG_RSP ",
    }
}

/// M3UA.
pub struct M3ua;

impl Protocol for M3ua {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "M3UA";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::SctpPayload(3), Key::Sctp(2905)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("M3UA (RFC 4666)");
        c.read_all(&[(&VERSION, 1), (&RESERVED, 1)])?;
        let class = c.u8(&CLASS)?;
        let kind = c.u8(&TYPE)?;
        let message = u64::from(class) << 8 | u64::from(kind);
        c.claim().str(name_of(MESSAGES, message).unwrap_or("reserved "));
        c.u32(&LENGTH)?;
        while S::DETAIL && c.remaining() >= 4 {
            parameter(c)?;
        }
        Ok(())
    }
}

fn parameter<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (tag, len) = (c.peek_u16(0).unwrap_or_default(), usize::from(c.peek_u16(2).unwrap_or_default()));
    c.group(&PARAMETER, |c| {
        let value = len.saturating_sub(4);
        c.label(|l| {
            l.str("Unknown parameter (tag ").dec(tag).str(" and ").dec(value as u64).str(" bytes value)");
        });
        c.read_all(&[(&TAG, 2), (&PARAMETER_LEN, 2)])?;
        c.bytes(&VALUE, value)?;
        let padding = (len.next_multiple_of(4) - len).min(c.remaining());
        if padding > 0 { c.bytes(&PADDING, padding).map(|_| ()) } else { Ok(()) }
    })
}
