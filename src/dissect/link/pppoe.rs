//! PPP over Ethernet (RFC 2516).

use super::ppp::Ppp;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static DISCOVERY_LAYER: Field = Field::new("pppoed", "PPP-over-Ethernet Discovery", Kind::Protocol);
static SESSION_LAYER: Field = Field::new("pppoes", "PPP-over-Ethernet Session", Kind::Protocol);

fields! {
    VERSION = "pppoe.version", "Version", U8 mask(0xf0);
    TYPE = "pppoe.type", "Type", U8 mask(0x0f);
    CODE = "pppoe.code", "Code", U8 hex names(CODES);
    SESSION_ID = "pppoe.session_id", "Session ID", U16 hex;
    PAYLOAD_LEN = "pppoe.payload_length", "Payload Length", U16;
    TAGS = "pppoed.tags", "PPPoE Tags", None;
    TAG_TYPE = "pppoed.tag", "Tag", U16 hex names(TAGS_BY_TYPE);
    TAG_LEN = "pppoed.tag_length", "Tag Length", U16;
    SERVICE = "pppoed.tags.service_name", "Service-Name", Str;
    CONCENTRATOR = "pppoed.tags.ac_name", "AC-Name", Str;
    HOST_UNIQ = "pppoed.tags.host_uniq", "Host-Uniq", Bytes;
    COOKIE = "pppoed.tags.ac_cookie", "AC-Cookie", Bytes;
    VENDOR = "pppoed.tags.vendor_id", "Vendor id", U32;
    VENDOR_DATA = "pppoed.tags.vendor_unspecified", "Vendor unspecified", Bytes;
    RELAY = "pppoed.tags.relay_session_id", "Relay-Session-Id", Bytes;
    MAX_PAYLOAD = "pppoed.tags.max_payload", "PPP Max Payload", Bytes;
    SERVICE_ERROR = "pppoed.tags.service_name_error", "Service-Name-Error", Str;
    SYSTEM_ERROR = "pppoed.tags.ac_system_error", "AC-System-Error", Str;
    GENERIC_ERROR = "pppoed.tags.generic_error", "Generic-Error", Str;
    UNKNOWN = "pppoed.tag.unknown_data", "Unknown Data", Bytes;
}

experts! {
    BAD_LEN = "pppoe.payload_length.bad", "Possible bad payload length", Warning, Malformed;
}

names! {
    CODES {
        0x00 = "Session Data",
        0x07 = "Active Discovery Offer (PADO)",
        0x09 = "Active Discovery Initiation (PADI)",
        0x0a = "Active Discovery Session-Grant (PADG)",
        0x0b = "Active Discovery Session-Credit Resp.(PADC)",
        0x0c = "Active Discovery Quality (PADQ)",
        0x19 = "Active Discovery Request (PADR)",
        0x65 = "Active Discovery Session-confirmation (PADS)",
        0xa7 = "Active Discovery Terminate (PADT)",
        0xd3 = "Active Discovery Message (PADM)",
        0xd4 = "Active Discovery Network (PADN)",
    }
    TAGS_BY_TYPE {
        0x0000 = "End-Of-List",
        0x0101 = "Service-Name",
        0x0102 = "AC-Name",
        0x0103 = "Host-Uniq",
        0x0104 = "AC-Cookie",
        0x0105 = "Vendor-Specific",
        0x0106 = "Credits",
        0x0107 = "Metrics",
        0x0108 = "Sequence Number",
        0x0109 = "Credit Scale Factor",
        0x0110 = "Relay-Session-Id",
        0x0111 = "HURL",
        0x0112 = "MOTM",
        0x0120 = "PPP-Max-Payload",
        0x0121 = "IP Route Add",
        0x0201 = "Service-Name-Error",
        0x0202 = "AC-System-Error",
        0x0203 = "Generic-Error",
    }
}

/// The tag that ends the list.
const END_OF_LIST: u16 = 0;
/// The access concentrator's name.
const AC_NAME: u16 = 0x0102;

/// The header of both kinds: the code's name goes to the Info column; gives the payload's length.
fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    c.need(2)?;
    let code = c.peek_u8(1).unwrap_or_default();
    c.claim().str(name_of(CODES, code.into()).unwrap_or("Unknown"));
    let first = c.be::<1>(&VERSION)?;
    c.bits::<1>(&TYPE, first);
    c.u8(&CODE)?;
    c.u16(&SESSION_ID)?;
    c.u16(&PAYLOAD_LEN)
}

/// Discovery: finding an access concentrator.
pub struct Discovery;

impl Protocol for Discovery {
    const LAYER: &'static Field = &DISCOVERY_LAYER;
    const NAME: &'static str = "PPPoED";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8863)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PPPoED");
        c.claim();
        let len = header(c)?;
        c.trim(len.into());
        if len == 0 {
            return Ok(());
        }
        c.group(&TAGS, |c| {
            while c.reported() > 0 {
                if !tag(c)? {
                    break;
                }
            }
            Ok(())
        })
    }
}

/// One tag; says whether the list goes on.
fn tag<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let kind = c.u16(&TAG_TYPE)?;
    let len = usize::from(c.u16(&TAG_LEN)?);
    let field = match kind {
        END_OF_LIST => return Ok(false),
        0x0101 => &SERVICE,
        AC_NAME => &CONCENTRATOR,
        0x0103 => &HOST_UNIQ,
        0x0104 => &COOKIE,
        0x0105 if len >= 4 => {
            c.u32(&VENDOR)?;
            c.bytes(&VENDOR_DATA, len - 4)?;
            return Ok(true);
        }
        0x0110 => &RELAY,
        0x0120 => &MAX_PAYLOAD,
        0x0201 => &SERVICE_ERROR,
        0x0202 => &SYSTEM_ERROR,
        0x0203 => &GENERIC_ERROR,
        _ => &UNKNOWN,
    };
    if len > 0 {
        let value = c.bytes(field, len)?;
        if kind == AC_NAME {
            c.info().str(" AC-Name='").text(value).byte(b'\'');
        }
    }
    Ok(true)
}

/// A session: PPP.
pub struct Session;

impl Protocol for Session {
    const LAYER: &'static Field = &SESSION_LAYER;
    const NAME: &'static str = "PPPoES";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Ether(0x8864), Key::Link(51)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PPPoES");
        c.claim();
        let len = usize::from(header(c)?);
        if len > c.reported() {
            c.expert(&BAD_LEN);
        }
        c.layer_ends();
        // What follows is no trailer of the frame's: its payload goes on to its end.
        c.within(len, |c| c.give_way(Cursor::call::<Ppp>).map(|_taken| ()))
    }
}
