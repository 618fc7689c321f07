//! RPKI to router (RFC 8210): which origins of routes are valid.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("rpkirtr", "RPKI-Router Protocol", Kind::Protocol);
static PDU: Field = Field::new("", "PDU", Kind::None);

fields! {
    VERSION = "rpki-rtr.version", "Version", U8;
    TYPE = "rpki-rtr.pdu_type", "PDU Type", U8 names(TYPES);
    SESSION = "rpki-rtr.session_id", "Session ID", U16;
    LENGTH = "rpki-rtr.length", "Length", U32;
    SERIAL = "rpki-rtr.serial_number", "Serial Number", U32;
    FLAGS = "rpki-rtr.flags", "Flags", U8 hex;
    PREFIX_LENGTH = "rpki-rtr.prefix_length", "Prefix Length", U8;
    MAX_LENGTH = "rpki-rtr.max_length", "Max Length", U8;
    RESERVED = "rpki-rtr.reserved", "Reserved", U8 hex;
    IPV4 = "rpki-rtr.ipv4_prefix", "IPv4 Prefix", Ipv4;
    IPV6 = "rpki-rtr.ipv6_prefix", "IPv6 Prefix", Ipv6;
    ORIGIN = "rpki-rtr.as_number", "AS Number", U32;
    REFRESH = "rpki-rtr.refresh_interval", "Refresh Interval", U32;
    RETRY = "rpki-rtr.retry_interval", "Retry Interval", U32;
    EXPIRE = "rpki-rtr.expire_interval", "Expire Interval", U32;
    KEY_ID = "rpki-rtr.subject_key_identifier", "Subject Key Identifier", Bytes;
    KEY_INFO = "rpki-rtr.subject_public_key_info", "Subject Public Key Info", Bytes;
    ERROR_LENGTH = "rpki-rtr.length_pdu", "Length of Encapsulated PDU", U32;
    TEXT_LENGTH = "rpki-rtr.length_text", "Length of text", U32;
    TEXT = "rpki-rtr.error_text", "Error text", Str;
}

experts! {
    BAD_LENGTH = "rpkirtr.bad_length", "Invalid length field", Error, Malformed;
}

names! {
    TYPES {
        0 = "Serial Notify", 1 = "Serial Query", 2 = "Reset Query", 3 = "Cache Response", 4 = "IPv4 Prefix",
        6 = "IPv6 Prefix", 7 = "End of Data", 8 = "Cache Reset", 9 = "Router Key", 10 = "Error Report",
    }
}

/// Bytes of a header, which the length counts.
const HEADER_LEN: usize = 8;
/// Bytes of a router's key.
const KEY_INFO_LEN: usize = 91;

/// RPKI to router.
pub struct RpkiRouter;

impl Protocol for RpkiRouter {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RPKI-Router Protocol";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Tcp(323)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RPKI-RTR");
        c.claim();
        let mut first = true;
        while c.reported() > 0 {
            c.await_header(HEADER_LEN)?;
            let len = c.peek_u32(4).ok_or_else(|| c.short(HEADER_LEN))? as usize;
            if len < HEADER_LEN {
                c.row().fragmented = false;
                return Err(Stop::Malformed);
            }
            c.await_bytes(len)?;
            if !std::mem::take(&mut first) {
                c.info().str(", ");
            }
            c.begin_message(len);
            c.message(len, |c| c.group(&PDU, |c| one(c)))?;
        }
        Ok(())
    }
}

fn one<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let version = c.u8(&VERSION)?;
    let kind = c.u8(&TYPE)?;
    c.info().named(TYPE.name(kind.into()), kind);
    if TYPE.name(kind.into()).is_none() {
        c.below(|c| c.expert(&BAD_LENGTH));
        return Ok(());
    }
    c.read_all(&[(&SESSION, 2), (&LENGTH, 4)])?;
    let prefix = [(&FLAGS, 1), (&PREFIX_LENGTH, 1), (&MAX_LENGTH, 1), (&RESERVED, 1)];
    match kind {
        0 | 1 => c.read_all(&[(&SERIAL, 4)]),
        4 | 6 => {
            c.read_all(&prefix)?;
            if kind == 4 {
                c.fixed::<4>(&IPV4)?;
            } else {
                c.fixed::<16>(&IPV6)?;
            }
            c.read_all(&[(&ORIGIN, 4)])
        }
        7 if version == 0 => c.read_all(&[(&SERIAL, 4)]),
        7 => c.read_all(&[(&SERIAL, 4), (&REFRESH, 4), (&RETRY, 4), (&EXPIRE, 4)]),
        9 => c.read_all(&[(&KEY_ID, 20), (&ORIGIN, 4), (&KEY_INFO, KEY_INFO_LEN)]),
        10 => {
            let len = c.u32(&ERROR_LENGTH)? as usize;
            c.skip(len)?;
            let len = c.u32(&TEXT_LENGTH)? as usize;
            c.bytes(&TEXT, len).map(|_| ())
        }
        _ => Ok(()),
    }
}
