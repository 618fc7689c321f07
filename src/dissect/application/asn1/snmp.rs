//! SNMP: v1 (RFC 1157), v2c (RFC 1901) and v3 (RFC 3412).

use super::ber::{self, Element, Elements, INTEGER, OCTETS, OID, SEQUENCE};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("snmp", "Simple Network Management Protocol", Kind::Protocol);

fields! {
    VERSION = "snmp.version", "version", I32 names(VERSIONS);
    COMMUNITY = "snmp.community", "community", Str;
    DATA = "snmp.data", "data", U32 names(PDUS);
    NAME = "snmp.name", "Object Name", Oid;
    ENCRYPTED = "snmp.encryptedPDU", "encryptedPDU", Bytes;
}

names! {
    VERSIONS { 0 = "version-1", 1 = "v2c", 2 = "v2u", 3 = "snmpv3" }
    /// Messages by the number of their tag.
    PDUS {
        0 = "get-request", 1 = "get-next-request", 2 = "get-response", 3 = "set-request", 4 = "trap",
        5 = "getBulkRequest", 6 = "informRequest", 7 = "snmpV2-trap", 8 = "report",
    }
}

/// The tag of the first message; the others follow.
const FIRST_PDU: u8 = 0xa0;
const TRAP_V1: u8 = 0xa4;

/// SNMP.
pub struct Snmp;

impl Protocol for Snmp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SNMP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] =
        &[Key::Udp(161), Key::Udp(162), Key::Udp(8161), Key::Tcp(161), Key::Tcp(162), Key::Ether(0x814c)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let stream = c.in_stream();
        let mut first = true;
        while c.remaining() > 0 {
            let from = c.pos();
            let Some(len) = length(c, from)? else {
                return if first { Err(Stop::NotMine) } else { Ok(()) };
            };
            if len > c.remaining() && stream && c.can_desegment() {
                return Err(c.more(from, Need::Bytes(len - c.remaining())));
            }
            if len > c.reported() {
                return if first { Err(Stop::NotMine) } else { Ok(()) };
            }
            c.protocol("SNMP");
            c.need(len)?;
            if c.within(len, |c| message(c))? {
                first = false;
            }
            if !stream {
                break;
            }
        }
        c.seek(c.end());
        Ok(())
    }
}

/// How long the message is that is next: a sequence that begins with a number.
fn length<S: Sink>(c: &mut Cursor<'_, S>, from: usize) -> Result<Option<usize>, Stop> {
    let bytes = c.rest();
    match ber::header(bytes) {
        Some((SEQUENCE, header, Some(len))) => {
            let version = bytes.get(header);
            Ok(version.is_none_or(|&tag| tag == INTEGER).then_some(header + len))
        }
        None if bytes.len() < 6 && c.can_desegment() && bytes.first() == Some(&SEQUENCE) => {
            Err(c.more(from, Need::Segment))
        }
        _ => Ok(None),
    }
}

/// Dissects a message; says whether its version is one that is known.
fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let Some((outer, _)) = Element::first(c.rest()) else { return Err(Stop::Malformed) };
    let mut parts = outer.children();
    let version = parts.next().and_then(|version| version.number());
    let start = c.pos() + outer.header;
    c.put(&VERSION, start, start + 3, version.unwrap_or_default() as u64);
    match version {
        Some(0..=2) => {
            let Some(community) = parts.next() else { return Ok(false) };
            let at = start + 3 + community.header;
            c.put(&COMMUNITY, at, at + community.content.len(), 0);
            let Some(data) = parts.next() else { return Ok(false) };
            pdu(c, &data)?;
        }
        Some(3) => v3(c, parts)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// Version 3: a header, security parameters, and a scoped message that may be encrypted.
fn v3<S: Sink>(c: &mut Cursor<'_, S>, mut parts: Elements<'_>) -> Result<(), Stop> {
    let (_, _) = (parts.next().ok_or(Stop::Malformed)?, parts.next().ok_or(Stop::Malformed)?);
    let scoped = parts.next().ok_or(Stop::Malformed)?;
    if scoped.tag == OCTETS {
        c.put(&ENCRYPTED, c.end().saturating_sub(scoped.content.len()), c.end(), 0);
        c.claim().str("encryptedPDU: privKey Unknown");
        return Ok(());
    }
    let data = scoped.children().nth(2).ok_or(Stop::Malformed)?;
    pdu(c, &data)
}

/// A message: what it is, and the names of its variables.
fn pdu<S: Sink>(c: &mut Cursor<'_, S>, data: &Element<'_>) -> Result<(), Stop> {
    let kind = data.tag.wrapping_sub(FIRST_PDU);
    c.claim();
    let Some(name) = name_of(PDUS, kind.into()) else { return Ok(()) };
    c.info().str(name);
    c.put(&DATA, c.end().saturating_sub(data.content.len()), c.end(), kind.into());
    let mut parts = data.children();
    let variables = if data.tag == TRAP_V1 {
        let Some(enterprise) = parts.next().filter(|part| part.tag == OID) else { return Ok(()) };
        ber::write_named_oid(enterprise.content, c.info().byte(b' '));
        parts.nth(4)
    } else {
        parts.nth(3)
    };
    let Some(variables) = variables else { return Err(Stop::Malformed) };
    if !variables.whole {
        return Err(Stop::Malformed);
    }
    for variable in variables.children() {
        let Some(name) = variable.children().next().filter(|name| name.tag == OID) else { return Err(Stop::Malformed) };
        ber::write_oid(name.content, c.info().byte(b' '));
    }
    Ok(())
}
