//! DTLS 1.0 and 1.2 (RFC 4347, 6347): TLS over datagrams.

mod handshake;
mod reassembly;

use super::tls::handshake::extensions::SRTP_FIELDS;
use super::tls::handshake::fields::{DTLS_EXPERTS, DTLS_FIELDS};
use super::tls::names::handshake::{ALERT_LEVELS, ALERTS, CONTENT_TYPES, HEARTBEATS, VERSIONS};
use super::tls::session::{Agreed, Version};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, join, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields};
use reassembly::Reassembly;

static LAYER: Field = Field::new("dtls", "Datagram Transport Layer Security", Kind::Protocol);

fields! {
    RECORD = "dtls.record", "Record Layer", None;
    CONTENT_TYPE = "dtls.record.content_type", "Content Type", U8 names(CONTENT_TYPES);
    VERSION = "dtls.record.version", "Version", U16 hex names(VERSIONS);
    EPOCH = "dtls.record.epoch", "Epoch", U16;
    SEQUENCE = "dtls.record.sequence_number", "Sequence Number", U48;
    LENGTH = "dtls.record.length", "Length", U16;
    CHANGE_CIPHER_SPEC = "dtls.change_cipher_spec", "Change Cipher Spec Message", None;
    ALERT_MESSAGE = "dtls.alert_message", "Alert Message", None;
    ALERT_LEVEL = "dtls.alert_message.level", "Level", U8 names(ALERT_LEVELS);
    ALERT_DESC = "dtls.alert_message.desc", "Description", U8 names(ALERTS);
    APP_DATA = "dtls.app_data", "Encrypted Application Data", Bytes;
    HEARTBEAT = "dtls.heartbeat_message", "Heartbeat Message", None;
    HEARTBEAT_TYPE = "dtls.heartbeat_message.type", "Type", U8 names(HEARTBEATS);
    HEARTBEAT_LEN = "dtls.heartbeat_message.payload_length", "Payload Length", U16;
}

/// DTLS, on the ports that are its own.
pub struct Dtls;

/// DTLS recognised by content on any other port.
pub struct DtlsByContent;

impl Protocol for Dtls {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DTLS";
    const FIELDS: &'static [&'static Field] = &join::<
        { FIELDS.len() + handshake::FIELDS.len() + DTLS_FIELDS.len() + SRTP_FIELDS.len() },
    >(&[FIELDS, handshake::FIELDS, DTLS_FIELDS, SRTP_FIELDS]);
    const EXPERTS: &'static [&'static Field] =
        &join::<{ EXPERTS.len() + DTLS_EXPERTS.len() }>(&[EXPERTS, DTLS_EXPERTS]);
    const KEYS: &'static [Key] = &[Key::Udp(853), Key::Udp(2221), Key::Udp(5684), Key::Udp(5868)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("DTLS");
        c.claim();
        let before = c
            .worker
            .state
            .slots()
            .and_then(|slots| slots.get::<Session>())
            .map_or_else(Agreed::default, |session| session.agreed);
        let mut agreed = before;
        let mut seen = Seen::default();
        let outcome = records(c, &mut agreed, &mut seen);
        if agreed != before
            && let Some(session) = session(c)
        {
            session.agreed = agreed;
        }
        match outcome {
            Err(_) if seen.overlap => {
                c.info().str("[Reassembly error, protocol DTLS: New fragment overlaps old data (retransmission?)]");
                Ok(())
            }
            Err(Stop::Malformed) if seen.fragment => {
                c.info().str("[BoundErrorUnreassembled Packet]");
                Ok(())
            }
            _ => outcome,
        }
    }
}

impl Protocol for DtlsByContent {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DTLS";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !all_records(c) {
            return Err(Stop::NotMine);
        }
        Dtls::dissect(c)
    }
}

experts! {
    RESUMED = "dtls.resumed", "This session reuses previously negotiated keys (Session resumption)", Note, Sequence;
}

/// What was seen in a datagram that changes the words for its end.
#[derive(Default)]
struct Seen {
    /// A fragment of a handshake message.
    fragment: bool,
    /// A fragment of a message that was complete before; nothing behind it is looked at.
    overlap: bool,
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    agreed: Agreed,
    /// The fragmented handshake messages of each direction.
    unfinished: [Reassembly; 2],
}

fn session<'a, S: Sink>(c: &'a mut Cursor<'_, S>) -> Option<&'a mut Session> {
    Some(c.worker.state.slots()?.entry::<Session>())
}

/// Bytes of a record's header.
const HEADER_LEN: usize = 13;

const CHANGE: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const DATA: u8 = 23;
const BEAT: u8 = 24;
const CONNECTION_ID: u8 = 25;

/// What the Protocol column says of a version.
fn column(version: Version) -> &'static str {
    match version.0 {
        0xfeff => "DTLSv1.0",
        0xfefd => "DTLSv1.2",
        0x0100 => "DTLS 1.0 (OpenSSL pre 0.9.8f)",
        _ => "DTLS",
    }
}

/// Whether a record of this version may come before another version was agreed upon.
fn plain(version: u16) -> bool {
    matches!(version, 0xfeff | 0xfefd | 0x0100)
}

/// The type, the version and the length of the record at `offset` from here.
fn header<S: Sink>(c: &Cursor<'_, S>, offset: usize) -> Option<(u8, u16, usize)> {
    let [content, major, minor, .., high, low] = c.peek::<HEADER_LEN>(offset)?;
    Some((content, u16::from_be_bytes([major, minor]), u16::from_be_bytes([high, low]).into()))
}

/// Whether the whole datagram consists of records, as far as it was captured: then it is DTLS on any port.
fn all_records<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let mut at = 0;
    while at < c.reported() {
        match header(c, at) {
            Some((CHANGE..=CONNECTION_ID, version, len)) if plain(version) => at += HEADER_LEN + len,
            None if c.remaining() < c.reported() => return at > 0 || begins(c),
            _ => return false,
        }
    }
    at > 0 && at == c.reported()
}

/// Whether the first bytes of a record's header stand here.
fn begins<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.peek_u8(0).is_some_and(|content| (CHANGE..=CONNECTION_ID).contains(&content)) && c.peek_u16(1).is_some_and(plain)
}

/// The records of a datagram, one after the other.
fn records<S: Sink>(c: &mut Cursor<'_, S>, agreed: &mut Agreed, seen: &mut Seen) -> Result<(), Stop> {
    while c.reported() > 0 {
        let known = agreed.version.is_known();
        if !known && !c.peek_u16(1).is_some_and(plain) && c.remaining() >= 3 {
            unknown(c);
            return Ok(());
        }
        c.need(HEADER_LEN)?;
        let Some((content, version, len)) = header(c, 0) else { return Err(c.short(HEADER_LEN)) };
        if !(CHANGE..=CONNECTION_ID).contains(&content) {
            unknown(c);
            return Ok(());
        }
        record(c, (content, Version(version), len), agreed, seen)?;
    }
    Ok(())
}

/// What follows is no record: it is passed over.
fn unknown<S: Sink>(c: &mut Cursor<'_, S>) {
    c.protocol("DTLS");
    say(c, "Continuation Data");
    c.seek(c.end());
}

/// Says in the Info column what was found, behind what was found before.
fn say<'a, S: Sink>(c: &'a mut Cursor<'_, S>, words: &str) -> &'a mut Line {
    let line = c.info();
    if !line.is_empty() {
        line.str(", ");
    }
    line.str(words)
}

/// One record.
fn record<S: Sink>(
    c: &mut Cursor<'_, S>,
    (content, version, len): (u8, Version, usize),
    agreed: &mut Agreed,
    seen: &mut Seen,
) -> Result<(), Stop> {
    let from = c.pos();
    let Some(first) = c.peek_u8(HEADER_LEN) else { return Err(c.short(HEADER_LEN + 1)) };
    if !agreed.version.is_known() && (content != HANDSHAKE || handshake::settles(first)) {
        agreed.version = version;
    }
    if agreed.version.is_known() {
        c.protocol(column(agreed.version));
    }
    let end = from + HEADER_LEN + len;
    let mark = c.mark();
    c.put(&RECORD, from, end, 0);
    let outcome = c.below(|c| {
        c.u8(&CONTENT_TYPE)?;
        c.u16(&VERSION)?;
        c.u16(&EPOCH)?;
        c.be::<6>(&SEQUENCE)?;
        c.u16(&LENGTH)?;
        match content {
            CHANGE => {
                c.put(&CHANGE_CIPHER_SPEC, c.pos(), c.pos() + 1, 0);
                let resumed = agreed.server == Some(handshake::way(c)) && !agreed.hello_done;
                if resumed {
                    c.below(|c| c.expert(&RESUMED));
                }
                say(c, "Change Cipher Spec");
                Ok("Change Cipher Spec")
            }
            ALERT => alert(c, len),
            HANDSHAKE => handshake::dissect(c, end, agreed, seen),
            DATA => {
                say(c, "Application Data");
                c.bytes(&APP_DATA, len)?;
                Ok("Application Data")
            }
            BEAT => heartbeat(c, len),
            _ => {
                say(c, "Connection ID");
                Ok("Connection ID")
            }
        }
    });
    if S::DETAIL {
        let title = *outcome.as_ref().unwrap_or(&"Record Layer");
        let content = name_of(CONTENT_TYPES, content.into()).unwrap_or("Unknown");
        let version = column(agreed.version);
        c.label_at(mark, |l| {
            l.str(version).str(" Record Layer: ");
            match content {
                "Alert" | "Heartbeat" => l.str(title),
                _ => l.str(content).str(" Protocol: ").str(title),
            };
        });
    }
    outcome?;
    c.seek(end);
    if c.pos() > c.end() { Err(c.short(0)) } else { Ok(()) }
}

/// An alert, recognised as not encrypted by its level and description.
fn alert<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<&'static str, Stop> {
    let start = c.pos();
    let Some([level, description]) = c.peek(0) else { return Err(c.short(2)) };
    let names = (name_of(ALERT_LEVELS, level.into()), name_of(ALERTS, description.into()));
    c.put(&ALERT_MESSAGE, start, start + len, 0);
    let (Some(level), Some(description)) = names else {
        let words = "Encrypted Alert";
        say(c, words);
        c.append(|l| _ = l.str(": ").str(words));
        return Ok(words);
    };
    say(c, "Alert (Level: ").str(level).str(", Description: ").str(description).byte(b')');
    c.below(|c| {
        c.u8(&ALERT_LEVEL)?;
        c.u8(&ALERT_DESC)?;
        Ok("Alert")
    })
}

/// A heartbeat (RFC 6520), which has 16 bytes of padding at least.
fn heartbeat<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<&'static str, Stop> {
    let start = c.pos();
    let Some([kind, high, low]) = c.peek(0) else { return Err(c.short(3)) };
    let payload = usize::from(u16::from_be_bytes([high, low]));
    let fits = len.checked_sub(19).is_none_or(|room| payload <= room);
    let words = match kind {
        1 if fits => "Heartbeat Request",
        2 if fits => "Heartbeat Response",
        _ => "Encrypted Heartbeat",
    };
    say(c, words);
    c.put(&HEARTBEAT, start, start + len, 0);
    if words == "Encrypted Heartbeat" {
        c.label(|l| _ = l.str("Encrypted Heartbeat Message"));
        return Ok(words);
    }
    c.below(|c| {
        c.u8(&HEARTBEAT_TYPE)?;
        c.u16(&HEARTBEAT_LEN)?;
        Ok(words)
    })
}
