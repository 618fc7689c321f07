//! RMCP (ASF 2.0, IPMI 2.0): machines managed while they are off, over UDP; what it carries stands in `asf` and here.

mod asf;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

pub use asf::Asf;

static LAYER: Field = Field::new("rmcp", "Remote Management Control Protocol", Kind::Protocol);
static SECURE_LAYER: Field = Field::new("rsp", "RMCP Security-extensions Protocol", Kind::Protocol);
static SESSION_LAYER: Field = Field::new("ipmi_session", "Intelligent Platform Management Interface", Kind::Protocol);
static BUS_LAYER: Field = Field::new("ipmb", "Intelligent Platform Management Bus", Kind::Protocol);

fields! {
    VERSION = "rmcp.version", "Version", U8 hex;
    RESERVED = "rmcp.reserved", "Reserved", U8 hex;
    SEQUENCE = "rmcp.sequence", "Sequence", U8 hex;
    TYPE_AND_CLASS = "", "Type", None;
    CLASS = "rmcp.class", "Class", U8 hex mask(0x1f) names(CLASSES);
    TYPE = "rmcp.type", "Message Type", U8 hex mask(0x80) names(TYPES);
}

names! {
    CLASSES {
        6 = "ASF", 7 = "IPMI", 8 = "OEM",
    }
    TYPES {
        0 = "Normal RMCP", 1 = "RMCP ACK",
    }
}

/// Bytes of RMCP's header; the last one names the class.
const HEADER_LEN: usize = 4;
const CLASS_AT: usize = 3;
const ACKNOWLEDGEMENT: u8 = 0x80;

mod classes {
    pub(super) const ASF: u8 = 6;
    pub(super) const IPMI: u8 = 7;
}

/// RMCP.
pub struct Rmcp;

impl Protocol for Rmcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RMCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(623)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.peek_u8(CLASS_AT).unwrap_or_default();
        let Some(class) = name_of(CLASSES, (kind & 0x1f).into()) else { return Err(Stop::NotMine) };
        let word = name_of(TYPES, (kind >> 7).into()).unwrap_or_default();
        c.protocol("RMCP");
        c.claim().str(word).str(", Class: ").str(class);
        c.layer_append(|l| _ = l.str(", Class: ").str(class));
        c.read_all(&[(&VERSION, 1), (&RESERVED, 1), (&SEQUENCE, 1)])?;
        c.group(&TYPE_AND_CLASS, |c| {
            c.label(|l| _ = l.str("Type: ").str(word).str(", Class: ").str(class));
            c.u8(&CLASS)?;
            c.bits::<1>(&TYPE, kind.into());
            Ok(())
        })?;
        if kind & ACKNOWLEDGEMENT != 0 {
            return Ok(());
        }
        let taken = match kind & 0x1f {
            classes::ASF => c.call::<Asf>()?,
            classes::IPMI => c.call::<Session>()?,
            _ => false,
        };
        if !taken {
            c.data();
        }
        Ok(())
    }
}

mod secure {
    use crate::fields;

    fields! {
        SESSION = "rsp.session_id", "Session ID", U32 hex;
        SEQUENCE = "rsp.sequence", "Sequence", U32 hex;
    }
}

/// RMCP behind a header that says which session secures it.
pub struct Secure;

impl Protocol for Secure {
    const LAYER: &'static Field = &SECURE_LAYER;
    const NAME: &'static str = "RSP";
    const FIELDS: &'static [&'static Field] = secure::FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(664)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.u32(&secure::SESSION)?;
        c.u32(&secure::SEQUENCE)?;
        if c.peek_u8(HEADER_LEN - 1).is_none() || !c.call::<Rmcp>()? {
            return Err(Stop::NotMine);
        }
        Ok(())
    }
}

mod session {
    use super::{AUTHENTICATIONS, PAYLOADS};
    use crate::fields;

    fields! {
        AUTHENTICATION = "ipmi_session.authtype", "Authentication Type", U8 hex names(AUTHENTICATIONS);
        PAYLOAD = "", "Payload Type", None;
        ENCRYPTED = "ipmi_session.payloadtype.enc", "Encryption", Bool mask(0x80) flag("Payload is encrypted", "Payload is unencrypted");
        AUTHENTICATED = "ipmi_session.payloadtype.auth", "Authenticated", Bool mask(0x40) flag("Payload is authenticated", "Payload is unauthenticated");
        PAYLOAD_TYPE = "ipmi_session.payloadtype", "Payload Type", U8 hex mask(0x3f) names(PAYLOADS);
        OEM_IANA = "ipmi_session.oem.iana", "OEM IANA", Bytes;
        OEM_PAYLOAD = "ipmi_session.oem.payloadid", "OEM Payload ID", Bytes;
        SEQUENCE = "ipmi_session.sequence", "Session Sequence Number", U32 hex;
        ID = "ipmi_session.id", "Session ID", U32 hex;
        CODE = "ipmi_session.authcode", "Authentication Code", Bytes;
        LENGTH = "ipmi_session.msg.len", "Message Length", U8;
        LENGTH_2 = "ipmi_session.msg.len", "Message Length", U16;
        TRAILER = "ipmi_session.trailer", "IPMI Session Wrapper (trailer)", Bytes;
    }
}

names! {
    AUTHENTICATIONS {
        0 = "NONE", 1 = "MD2", 2 = "MD5", 4 = "PASSWORD", 5 = "OEM", 6 = "RMCP+",
    }
    PAYLOADS {
        0x00 = "IPMI Message", 0x01 = "SOL (serial over LAN)", 0x02 = "OEM Explicit",
        0x10 = "RMCP+ Open Session Request", 0x11 = "RMCP+ Open Session Response", 0x12 = "RAKP Message 1",
        0x13 = "RAKP Message 2", 0x14 = "RAKP Message 3", 0x15 = "RAKP Message 4", 0x20 = "OEM0 (OEM Payload)",
        0x21 = "OEM1 (OEM Payload)", 0x22 = "OEM2 (OEM Payload)", 0x23 = "OEM3 (OEM Payload)",
        0x24 = "OEM4 (OEM Payload)", 0x25 = "OEM5 (OEM Payload)", 0x26 = "OEM6 (OEM Payload)",
        0x27 = "OEM7 (OEM Payload)",
    }
}

const RMCP_PLUS: u8 = 6;
const OEM_EXPLICIT: u8 = 2;
const CODE_LEN: usize = 16;
const ENCRYPTED: u8 = 0x80;

/// The wrapper of an IPMI session, versions 1.5 and 2.0 (RMCP+).
pub struct Session;

impl Protocol for Session {
    const LAYER: &'static Field = &SESSION_LAYER;
    const NAME: &'static str = "IPMI_SESSION";
    const FIELDS: &'static [&'static Field] = session::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let authentication = c.u8(&session::AUTHENTICATION)?;
        let (payload, id, len) =
            if authentication == RMCP_PLUS { version_2(c)? } else { version_1(c, authentication)? };
        let inner = payload & 0x3f;
        c.protocol(if authentication == RMCP_PLUS { "RMCP+" } else { "IPMI" });
        let info = c.claim().str("Session ID 0x").hex(id, 1);
        if authentication == RMCP_PLUS {
            info.str(", payload type: ").str(name_of(PAYLOADS, inner.into()).unwrap_or("Unknown"));
        }
        let version = if authentication == RMCP_PLUS { "IPMI v2.0+" } else { "IPMI v1.5" };
        c.layer_label(|l| _ = l.str(version).str(" Session Wrapper, session ID 0x").hex(id, 1));
        c.layer_ends();
        if len > c.reported() {
            return Err(Stop::Malformed);
        }
        c.within(len, |c| {
            if payload & ENCRYPTED == 0 && inner == 0 {
                c.call::<Bus>()?;
            }
            c.data();
            Ok(())
        })?;
        if c.remaining() > 0 { c.bytes(&session::TRAILER, c.remaining()).map(|_| ()) } else { Ok(()) }
    }
}

/// The rest of a header of version 1.5: the session's number and the message's length.
fn version_1<S: Sink>(c: &mut Cursor<'_, S>, authentication: u8) -> Result<(u8, u32, usize), Stop> {
    c.u32_le(&session::SEQUENCE)?;
    let id = c.u32_le(&session::ID)?;
    if authentication != 0 {
        c.bytes(&session::CODE, CODE_LEN)?;
    }
    let len = c.u8(&session::LENGTH)?;
    Ok((0, id, len.into()))
}

/// The rest of a header of version 2.0: what it carries, the session's number and the message's length.
fn version_2<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(u8, u32, usize), Stop> {
    let payload = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    c.group(&session::PAYLOAD, |c| {
        c.label(|l| {
            l.str("Payload Type: ");
            l.str(name_of(PAYLOADS, (payload & 0x3f).into()).unwrap_or("Unknown"));
            if payload & 0xc0 != 0 {
                l.str(if payload & ENCRYPTED == 0 { ", unencrypted" } else { ", encrypted" });
                l.str(if payload & 0x40 == 0 { ", not authenticated" } else { ", authenticated" });
            }
        });
        c.u8(&session::ENCRYPTED)?;
        c.bits::<1>(&session::AUTHENTICATED, payload.into());
        c.bits::<1>(&session::PAYLOAD_TYPE, payload.into());
        Ok(())
    })?;
    if payload & 0x3f == OEM_EXPLICIT {
        c.bytes(&session::OEM_IANA, 4)?;
        c.bytes(&session::OEM_PAYLOAD, 2)?;
    }
    let id = c.u32_le(&session::ID)?;
    c.u32_le(&session::SEQUENCE)?;
    let len = c.u16_le(&session::LENGTH_2)?;
    Ok((payload, id, len.into()))
}

mod bus {
    use crate::fields;

    fields! {
        COMMAND = "", "Bus command data", None;
    }
}

/// A message for the management bus, whose bytes are not told apart.
pub struct Bus;

impl Protocol for Bus {
    const LAYER: &'static Field = &BUS_LAYER;
    const NAME: &'static str = "IPMB";
    const FIELDS: &'static [&'static Field] = bus::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IPMB");
        let (start, bytes) = (c.pos(), c.rest());
        c.put(&bus::COMMAND, start, c.end(), 0);
        c.label(|l| _ = l.str("Bus command data: ").hex_bytes(bytes, ""));
        Ok(())
    }
}
