//! The record layer of SSLv3 and TLS (RFC 5246, 6; RFC 8446, 5).

use super::handshake_record;
use super::names::handshake::{ALERT_LEVELS, ALERTS, CONTENT_TYPES, HEARTBEATS, VERSIONS};
use super::session::{Agreed, Version};
use super::{say, unfinished};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{experts, fields};

fields! {
    RECORD = "tls.record", "Record Layer", None;
    UNKNOWN = "", "Ignored Unknown Record", None;
    CONTENT_TYPE = "tls.record.content_type", "Content Type", U8 names(CONTENT_TYPES);
    OPAQUE_TYPE = "tls.record.opaque_type", "Opaque Type", U8 names(CONTENT_TYPES);
    VERSION = "tls.record.version", "Version", U16 hex names(VERSIONS);
    LENGTH = "tls.record.length", "Length", U16;
    CHANGE_CIPHER_SPEC = "tls.change_cipher_spec", "Change Cipher Spec Message", None;
    ALERT_MESSAGE = "tls.alert_message", "Alert Message", None;
    ALERT_LEVEL = "tls.alert_message.level", "Level", U8 names(ALERT_LEVELS);
    ALERT_DESC = "tls.alert_message.desc", "Description", U8 names(ALERTS);
    APP_DATA = "tls.app_data", "Encrypted Application Data", Bytes;
    APP_DATA_PROTO = "tls.app_data_proto", "Application Data Protocol", Str;
    HEARTBEAT = "tls.heartbeat_message", "Heartbeat Message", None;
    HEARTBEAT_TYPE = "tls.heartbeat_message.type", "Type", U8 names(HEARTBEATS);
    HEARTBEAT_LEN = "tls.heartbeat_message.payload_length", "Payload Length", U16;
    HEARTBEAT_PAYLOAD = "tls.heartbeat_message.payload", "Payload Length", Bytes;
    HEARTBEAT_PADDING = "tls.heartbeat_message.padding", "Payload Length", Bytes;
}

experts! {
    RESUMED = "tls.resumed", "This session reuses previously negotiated keys (Session resumption)", Note, Sequence;
    IGNORED = "tls.ignored_unknown_record", "Ignored Unknown Record", Warning, Protocol;
    HEARTBEAT_TOO_LONG = "tls.heartbeat_message.payload_length.invalid", "Invalid heartbeat payload length", Error, Malformed;
}

/// The title of a record with an alert that is not encrypted.
const ALERT_WORDS: &str = "Alert";
/// Bytes of a record's header.
pub(super) const HEADER_LEN: usize = 5;

const CHANGE: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const DATA: u8 = 23;
const BEAT: u8 = 24;
const CONNECTION_ID: u8 = 25;

/// A record's header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    /// What the record carries.
    content: u8,
    /// The record's version.
    version: u16,
    /// Bytes behind the header.
    len: usize,
}

impl Header {
    /// The header as it stands on the wire.
    pub(super) fn of([content, major, minor, high, low]: [u8; 5]) -> Self {
        let (version, len) = (u16::from_be_bytes([major, minor]), u16::from_be_bytes([high, low]));
        Self { content, version, len: len.into() }
    }
}

/// Whether bytes on any port can only be TLS: a handshake or data record of a known version and a likely length.
pub(super) fn unmistakable(header: Header) -> bool {
    matches!(header.content, HANDSHAKE | DATA) && plain(header.version) && (1..MOST_LEN).contains(&header.len)
}

/// Record lengths stay below this: 2^14, and what compression and encryption may add (RFC 5246, 6.2.3).
const MOST_LEN: usize = (1 << 14) + 2048;

/// Whether a version may stand in a record before another was agreed upon.
fn plain(version: u16) -> bool {
    (0x0300..=0x0303).contains(&version)
}

/// Whether there are records of this type.
pub(super) fn is_content(kind: u8) -> bool {
    (CHANGE..=CONNECTION_ID).contains(&kind)
}

/// Whether a record begins here.
pub(super) fn begins<S: Sink>(c: &Cursor<'_, S>, agreed: Version) -> bool {
    c.peek_u8(0).is_some_and(|content| (CHANGE..=CONNECTION_ID).contains(&content))
        && (agreed.is_settled() || c.peek_u16(1).is_some_and(plain))
}

/// What follows is no record: it is passed over.
///
/// # Errors
/// [`Stop::Snapped`] where the capture ends before it does: then nothing is said of it.
pub(super) fn unknown<S: Sink>(c: &mut Cursor<'_, S>, agreed: Version) -> Result<(), Stop> {
    if agreed.is_settled() {
        c.need(c.reported())?;
        c.put(&UNKNOWN, c.pos(), c.end(), 0);
        c.below(|c| c.expert(&IGNORED));
        say(c, "Ignored Unknown Record");
    } else {
        say(c, "Continuation Data");
    }
    c.seek(c.end());
    Ok(())
}

/// Records the line of a record that covers `from..to`.
pub(super) fn branch<S: Sink>(c: &mut Cursor<'_, S>, from: usize, to: usize) {
    c.put(&RECORD, from, to, 0);
}

/// One record.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, agreed: &mut Agreed) -> Result<(), Stop> {
    let from = c.pos();
    let Some(bytes) = c.peek(0) else { return Err(c.short(HEADER_LEN)) };
    let header = Header::of(bytes);
    let len = HEADER_LEN + header.len;
    if c.reported() < len {
        return unfinished(c, from, len);
    }
    let Some(first) = c.peek_u8(HEADER_LEN) else { return Err(c.short(HEADER_LEN + 1)) };
    let mut version = agreed.version;
    if !version.is_known() {
        version = Version(header.version);
        if header.content != HANDSHAKE || handshake_record::settles(first) {
            agreed.version = version;
        }
    }
    c.protocol(version.column());
    let mark = c.mark();
    branch(c, from, from + len);
    let outcome = c.below(|c| {
        // TLS 1.3 hides what an encrypted record holds.
        let opaque = header.content == DATA && agreed.version == Version::TLS13;
        c.u8(if opaque { &OPAQUE_TYPE } else { &CONTENT_TYPE })?;
        c.u16(&VERSION)?;
        c.u16(&LENGTH)?;
        match header.content {
            CHANGE => Ok(change(c, agreed)),
            ALERT => alert(c, header.len),
            HANDSHAKE => handshake_record::dissect(c, header.len, agreed),
            DATA => data(c, header.len, agreed),
            BEAT => heartbeat(c, header.len, agreed),
            _ => c.skip(header.len).map(|()| "Record Layer"),
        }
    });
    let title = *outcome.as_ref().unwrap_or(&"Record Layer");
    if S::DETAIL && header.content != CONNECTION_ID {
        let content = name_of(CONTENT_TYPES, header.content.into()).unwrap_or("Unknown");
        c.label_at(mark, |l| entitle(l, version, content, title));
        if let (ALERT_WORDS, Some([level, description])) =
            (title, c.whole().get(from + HEADER_LEN..).and_then(<[u8]>::first_chunk))
        {
            let (level, description) = (ALERT_LEVEL.name((*level).into()), ALERT_DESC.name((*description).into()));
            let names = (level.unwrap_or("Unknown"), description.unwrap_or("Unknown"));
            c.append_at(mark, |l| _ = l.str(" (Level: ").str(names.0).str(", Description: ").str(names.1).byte(b')'));
        }
    }
    outcome?;
    c.seek(from + len);
    Ok(())
}

/// The words of a record's line in the tree.
fn entitle(line: &mut Line, version: Version, content: &str, title: &str) {
    line.str(version.column()).str(" Record Layer: ");
    match content {
        "Alert" | "Heartbeat" => line.str(title),
        _ => line.str(content).str(" Protocol: ").str(title),
    };
}

/// A Change Cipher Spec: until TLS 1.3, what its sender's handshake has to say from here on is encrypted.
fn change<S: Sink>(c: &mut Cursor<'_, S>, agreed: &mut Agreed) -> &'static str {
    let words = "Change Cipher Spec";
    say(c, words);
    c.put(&CHANGE_CIPHER_SPEC, c.pos(), c.pos() + 1, 0);
    let way = handshake_record::way(c);
    if agreed.version != Version::TLS13 && agreed.server == Some(way) && !agreed.hello_done {
        c.below(|c| c.expert(&RESUMED));
    }
    if agreed.version != Version::TLS13
        && let Some(changed) = agreed.changed.get_mut(way)
    {
        *changed = true;
    }
    words
}

/// An alert (RFC 8446, 6), recognised as not encrypted by its length and level.
fn alert<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<&'static str, Stop> {
    c.need(len)?;
    let start = c.pos();
    c.put(&ALERT_MESSAGE, start, start + len, 0);
    if len != 2 {
        let words = "Encrypted Alert";
        say(c, words);
        c.append(|l| _ = l.str(": ").str(words));
        return Ok(words);
    }
    c.below(|c| {
        let level = c.u8(&ALERT_LEVEL)?;
        let description = c.u8(&ALERT_DESC)?;
        let level = name_of(ALERT_LEVELS, level.into()).unwrap_or("Unknown");
        let description = name_of(ALERTS, description.into()).unwrap_or("Unknown");
        say(c, "Alert (Level: ").str(level).str(", Description: ").str(description).byte(b')');
        Ok(ALERT_WORDS)
    })
}

/// Application data: encrypted, so all there is to say is that it is there.
fn data<S: Sink>(c: &mut Cursor<'_, S>, len: usize, agreed: &Agreed) -> Result<&'static str, Stop> {
    c.bytes(&APP_DATA, len)?;
    say(c, "Application Data");
    let Some(application) = agreed.application.or_else(|| by_port(c)) else { return Ok("Application Data") };
    c.generated(&APP_DATA_PROTO, 0);
    c.set_text(|l| _ = l.str(application));
    Ok(application)
}

/// The application protocol that is usual over TLS at one of the conversation's ports.
fn by_port<S: Sink>(c: &Cursor<'_, S>) -> Option<&'static str> {
    let current = c.worker.state.current?;
    [current.src_port, current.dst_port].into_iter().find_map(|port| match port {
        443 => Some("Hypertext Transfer Protocol"),
        21 | 989 | 990 => Some("File Transfer Protocol (FTP)"),
        25 | 465 | 587 => Some("Simple Mail Transfer Protocol"),
        110 | 995 => Some("Post Office Protocol"),
        143 | 993 => Some("Internet Message Access Protocol"),
        636 => Some("Lightweight Directory Access Protocol"),
        853 => Some("Domain Name System"),
        3306 => Some("MySQL Protocol"),
        _ => None,
    })
}

/// A heartbeat (RFC 6520).
fn heartbeat<S: Sink>(c: &mut Cursor<'_, S>, len: usize, agreed: &Agreed) -> Result<&'static str, Stop> {
    c.need(len)?;
    let start = c.pos();
    let kind = c.peek_u8(0).unwrap_or(0);
    let Some(payload) = c.peek_u16(1) else { return Err(c.short(3)) };
    let words = match kind {
        _ if agreed.version == Version::TLS13 => return Ok("Record Layer"),
        1 => "Heartbeat Request",
        2 => "Heartbeat Response",
        _ => "Encrypted Heartbeat",
    };
    say(c, words);
    c.put(&HEARTBEAT, start, start + len, 0);
    if !matches!(kind, 1 | 2) {
        c.label(|l| _ = l.str("Encrypted Heartbeat Message"));
        return Ok(words);
    }
    c.below(|c| {
        c.u8(&HEARTBEAT_TYPE)?;
        c.u16(&HEARTBEAT_LEN)?;
        let room = len.saturating_sub(3);
        let mut payload = usize::from(payload);
        if payload + PADDING_LEN > room && len >= 3 {
            let right = room.min(payload);
            c.expert(&HEARTBEAT_TOO_LONG);
            payload = right;
        }
        c.bytes(&HEARTBEAT_PAYLOAD, payload)?;
        if room > payload {
            c.bytes(&HEARTBEAT_PADDING, room - payload)?;
        }
        Ok(words)
    })
}

/// Bytes of padding that a heartbeat has at least (RFC 6520, 4).
const PADDING_LEN: usize = 16;
