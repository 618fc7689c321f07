//! MPLS ping (RFC 8029).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mpls-echo", "Multiprotocol Label Switching Echo", Kind::Protocol);

fields! {
    VERSION = "mpls_echo.version", "Version", U16;
    FLAGS = "mpls_echo.flags", "Global Flags", U16 hex;
    TYPE = "mpls_echo.msg_type", "Message Type", U8 names(TYPES);
    REPLY_MODE = "mpls_echo.reply_mode", "Reply Mode", U8;
    CODE = "mpls_echo.return_code", "Return Code", U8;
    SUBCODE = "mpls_echo.return_subcode", "Return Subcode", U8;
    HANDLE = "mpls_echo.sender_handle", "Sender's Handle", U32 hex;
    SEQUENCE = "mpls_echo.sequence", "Sequence Number", U32;
    SENT = "mpls_echo.timestamp_sent", "Timestamp Sent", Bytes;
    RECEIVED = "mpls_echo.timestamp_rec", "Timestamp Received", Bytes;
    ELEMENT = "mpls_echo.tlv.type", "Type", U16;
    ELEMENT_LENGTH = "mpls_echo.tlv.len", "Length", U16;
    VALUE = "mpls_echo.tlv.value", "Value", Bytes;
}

names! {
    TYPES {
        1 = "MPLS Echo Request", 2 = "MPLS Echo Reply", 3 = "MPLS Data Plane Verification Request",
        4 = "MPLS Data Plane Verification Reply",
    }
}

/// A packet begins with this version, and is no shorter than this.
const VERSION_1: u16 = 1;
const LEAST: usize = 5;
/// Bytes of the header of an echo, and of a verification of the data plane, which has fewer.
const HEADER_LEN: usize = 32;
const VERIFICATION_LEN: usize = 16;

/// MPLS ping.
pub struct MplsEcho;

impl Protocol for MplsEcho {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MPLS Echo";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(3503)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() < LEAST || c.peek_u16(0) != Some(VERSION_1) {
            return Err(Stop::NotMine);
        }
        c.protocol("MPLS ECHO");
        let kind = c.peek_u8(4).ok_or_else(|| c.short(LEAST))?;
        let header = if matches!(kind, 3 | 4) { VERIFICATION_LEN } else { HEADER_LEN };
        if c.reported() < header {
            c.claim().str("Malformed Message");
            return Ok(());
        }
        match TYPE.name(kind.into()) {
            Some(name) => _ = c.claim().str(name),
            None => _ = c.claim().str("Unknown Message Type (0x").hex_upper(kind, 2).byte(b')'),
        }
        c.read_all(&[(&VERSION, 2), (&FLAGS, 2), (&TYPE, 1), (&REPLY_MODE, 1), (&CODE, 1), (&SUBCODE, 1)])?;
        c.read_all(&[(&HANDLE, 4), (&SEQUENCE, 4)])?;
        if header == HEADER_LEN {
            c.read_all(&[(&SENT, 8), (&RECEIVED, 8)])?;
        }
        while S::DETAIL && c.remaining() >= 4 {
            c.u16(&ELEMENT)?;
            let len = usize::from(c.u16(&ELEMENT_LENGTH)?).min(c.remaining());
            c.bytes(&VALUE, len)?;
            c.seek(c.pos() + (len.wrapping_neg() & 3));
        }
        Ok(())
    }
}
