//! LDP (RFC 5036).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("ldp", "Label Distribution Protocol", Kind::Protocol);

fields! {
    VERSION = "ldp.hdr.version", "Version", U16;
    LENGTH = "ldp.hdr.pdu_len", "PDU Length", U16;
    ROUTER = "ldp.hdr.ldpid.lsr", "LSR ID", Ipv4;
    SPACE = "ldp.hdr.ldpid.lsid", "Label Space ID", U16;
    MESSAGE = "ldp.msg", "Message", None;
    UNKNOWN_BIT = "ldp.msg.ubit", "U bit", Bool mask(0x80) flag("Unknown bit set", "Unknown bit not set");
    TYPE = "ldp.msg.type", "Message Type", U16 hex mask(0x7fff) names(TYPES);
    MESSAGE_LENGTH = "ldp.msg.len", "Message Length", U16;
    ID = "ldp.msg.id", "Message ID", U32 hex;
    ELEMENT = "ldp.msg.tlv", "TLV", None;
    ELEMENT_UNKNOWN = "ldp.msg.tlv.unknown", "TLV Unknown bits", U8 hex mask(0xc0);
    ELEMENT_TYPE = "ldp.msg.tlv.type", "TLV Type", U16 hex mask(0x3fff);
    ELEMENT_LENGTH = "ldp.msg.tlv.len", "TLV Length", U16;
    HOLD_TIME = "ldp.msg.tlv.hello.hold", "Hold Time", U16;
    TARGETED = "ldp.msg.tlv.hello.targeted", "Targeted Hello", Bool bits(16) mask(0x8000) flag("Targeted Hello", "Link Hello");
    REQUESTED = "ldp.msg.tlv.hello.requested", "Hello Requested", Bool bits(16) mask(0x4000) flag("Source requests periodic hellos", "Source does not request periodic hellos");
    SECURITY = "ldp.msg.tlv.hello.gtsm", "GTSM Flag", Bool bits(16) mask(0x2000) set;
    HELLO_RESERVED = "ldp.msg.tlv.hello.res", "Reserved", U16 hex mask(0x1fff);
    ELEMENT_VALUE = "ldp.msg.tlv.value", "TLV Value", Bytes;
}

experts! {
    NO_GTSM = "ldp.gtsm_not_supported", "GTSM is not supported by the source", Chat, Protocol;
    BAD_LENGTH = "ldp.msg.len.invalid", "Error processing Message Length", Error, Malformed;
}

names! {
    TYPES {
        0x0001 = "Notification Message", 0x0100 = "Hello Message", 0x0200 = "Initialization Message",
        0x0201 = "Keep Alive Message", 0x0202 = "Capability Message", 0x0300 = "Address Message",
        0x0301 = "Address Withdrawal Message", 0x0400 = "Label Mapping Message", 0x0401 = "Label Request Message",
        0x0402 = "Label Withdrawal Message", 0x0403 = "Label Release Message", 0x0404 = "Label Abort Request Message",
        0x0500 = "Call Setup Message", 0x0501 = "Call Release Message", 0x0700 = "RG Connect Message",
        0x0701 = "RG Disconnect Message", 0x0702 = "RG Notification Message", 0x0703 = "RG Application Data Message",
        0x3e00 = "Vendor-Private Message", 0x3e01..=0x3eff = "Vendor-Private Message",
        0x3f00..=0x3fff = "Experimental Message",
    }
}

/// Bytes of version and length, which the length does not count.
const PREFIX_LEN: usize = 4;
/// Bytes of a message identifier, which every message has.
const ID_LEN: usize = 4;

/// LDP.
pub struct Ldp;

impl Protocol for Ldp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(646), Key::Tcp(646)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u16(0).is_some_and(|version| version != 1) {
            return Err(Stop::NotMine);
        }
        c.protocol("LDP");
        c.claim();
        while c.reported() > 0 {
            c.await_header(PREFIX_LEN)?;
            if c.peek_u16(0).is_some_and(|version| version != 1) {
                return Ok(());
            }
            let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(PREFIX_LEN))?);
            let whole = len + PREFIX_LEN;
            c.await_bytes(whole)?;
            c.begin_message(whole);
            // The text tells of the last packet alone.
            c.claim();
            c.within(whole, packet)?;
        }
        Ok(())
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&VERSION, 2), (&LENGTH, 2), (&ROUTER, 4), (&SPACE, 2)])?;
    while c.reported() > 0 {
        let kind = c.peek_u16(0).ok_or_else(|| c.short(2))? & 0x7fff;
        let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(4))?);
        if len < ID_LEN {
            c.generated(&BAD_LENGTH, 0);
            c.label(|l| {
                l.str("Error processing Message Length: length is ").dec(len as u64).str(", should be >= 4");
            });
            c.info().str("Bad Message Length ");
            c.seek(c.limit());
            return Ok(());
        }
        match name_of(TYPES, kind.into()) {
            Some(name) => _ = c.info().str(name).byte(b' '),
            None => _ = c.info().str("Unknown Message type (0x").hex_upper(kind, 4).str(") "),
        }
        message(c, kind, len)?;
    }
    Ok(())
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, len: usize) -> Result<(), Stop> {
    c.group(&MESSAGE, |c| {
        c.label(|l| _ = l.str(name_of(TYPES, kind.into()).unwrap_or("Unknown Message type")));
        let first = c.peek_u8(0).unwrap_or_default();
        c.put(&UNKNOWN_BIT, c.pos(), c.pos() + 1, first.into());
        c.read_all(&[(&TYPE, 2), (&MESSAGE_LENGTH, 2)])?;
        c.within(len, |c| {
            c.u32(&ID)?;
            while c.reported() > 0 {
                c.group(&ELEMENT, element)?;
            }
            Ok(())
        })
    })
}

/// The element that says how a neighbour greets (RFC 5036 section 3.5.2, RFC 6720).
const HELLO_PARAMETERS: u16 = 0x0400;

fn hello<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&HOLD_TIME)?;
    let flags = c.be::<2>(&TARGETED)?;
    for field in [&REQUESTED, &SECURITY, &HELLO_RESERVED] {
        c.bits::<2>(field, flags);
        if std::ptr::eq(field, &SECURITY) && SECURITY.cut(flags) == 0 && TARGETED.cut(flags) == 0 {
            c.below(|c| c.expert(&NO_GTSM));
        }
    }
    Ok(())
}

fn element<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let first = c.peek_u8(0).unwrap_or_default();
    c.put(&ELEMENT_UNKNOWN, c.pos(), c.pos() + 1, first.into());
    let kind = c.u16(&ELEMENT_TYPE)? & 0x3fff;
    let len = usize::from(c.u16(&ELEMENT_LENGTH)?).min(c.reported());
    if kind == HELLO_PARAMETERS && len == 4 {
        return hello(c);
    }
    if len > 0 {
        c.bytes(&ELEMENT_VALUE, len)?;
    }
    Ok(())
}
