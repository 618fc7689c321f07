//! XMPP (RFC 6120): XML stanzas over TCP.

use super::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("xmpp", "XMPP Protocol", Kind::Protocol);

fields! {
    IQ = "xmpp.iq", "IQ", None;
    MESSAGE = "xmpp.message", "MESSAGE", None;
    PRESENCE = "xmpp.presence", "PRESENCE", None;
    STREAM = "xmpp.stream", "STREAM", None;
    UNKNOWN = "xmpp.unknown", "UNKNOWN", None;
}

const PORT: u16 = 5222;
/// Stanzas beside the three kinds, and what the row says of them.
const STANZAS: [(&[u8], &str); 9] = [
    (b"auth", "AUTH"),
    (b"challenge", "CHALLENGE"),
    (b"response", "RESPONSE"),
    (b"success", "SUCCESS"),
    (b"failure", "FAILURE "),
    (b"features", "FEATURES "),
    (b"starttls", "STARTTLS "),
    (b"proceed", "PROCEED "),
    (b"xml", "XML "),
];
/// What an IQ holds, and what the row says of it.
const CHILDREN: [(&[u8], &str); 16] = [
    (b"query", "QUERY"),
    (b"bind", "BIND "),
    (b"session", "SESSION "),
    (b"vCard", "VCARD "),
    (b"pubsub", "PUBSUB "),
    (b"ping", "PING "),
    (b"command", "COMMAND "),
    (b"blocklist", "BLOCKLIST "),
    (b"block", "BLOCK "),
    (b"unblock", "UNBLOCK "),
    (b"jingle", "JINGLE "),
    (b"services", "SERVICES "),
    (b"si", "SI "),
    (b"close", "IBB-CLOSE "),
    (b"open", "IBB-OPEN "),
    (b"data", "IBB-DATA "),
];
/// Namespaces of queries, and what the row calls them.
const QUERIES: [(&[u8], &str); 6] = [
    (b"http://jabber.org/protocol/disco#items", "disco#items"),
    (b"http://jabber.org/protocol/disco#info", "disco#info"),
    (b"http://jabber.org/protocol/bytestreams", "bytestreams"),
    (b"http://jabber.org/protocol/muc#owner", "muc#owner"),
    (b"http://jabber.org/protocol/muc#admin", "muc#admin"),
    (b"jabber:iq:roster", "jabber:iq:roster"),
];

/// XMPP.
pub struct Xmpp;

/// A tag: its name without prefix, and what stands behind the name.
struct Tag<'p> {
    name: &'p [u8],
    attributes: &'p [u8],
    closes: bool,
}

/// The next tag in `bytes`, and what follows it.
fn tag(bytes: &[u8]) -> Option<(Tag<'_>, &[u8])> {
    let start = memchr::memchr(b'<', bytes)? + 1;
    let inner = bytes.get(start..)?;
    let end = memchr::memchr(b'>', inner).unwrap_or(inner.len());
    let (text, rest) = (inner.get(..end)?, inner.get(end + 1..).unwrap_or_default());
    let closes = text.first() == Some(&b'/');
    let text = text.strip_prefix(b"/").unwrap_or(text);
    let len = text.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(text.len());
    let (name, attributes) = text.split_at(len);
    let prefix = memchr::memchr(b':', name).map_or(0, |colon| colon + 1);
    Some((Tag { name: name.get(prefix..)?, attributes, closes }, rest))
}

impl Tag<'_> {
    /// An attribute's value.
    fn attribute(&self, wanted: &[u8]) -> Option<&[u8]> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_ascii_start();
            let equals = memchr::memchr(b'=', rest)?;
            let name = rest.get(..equals)?.trim_ascii();
            let value = rest.get(equals + 1..)?.trim_ascii_start();
            let (&quote, value) = value.split_first()?;
            let end = memchr::memchr(quote, value)?;
            if name == wanted {
                return value.get(..end);
            }
            rest = value.get(end + 1..)?;
        }
    }
}

impl Protocol for Xmpp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "XMPP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.rest() == b" " {
            c.protocol("XMPP");
            c.claim().str("Whitespace Keepalive");
            return c.skip(1);
        }
        if c.rest().trim_ascii_end().last() != Some(&b'>') && c.can_desegment() {
            return Err(c.more(c.pos(), Need::Segment));
        }
        c.need(c.reported())?;
        let client = lines::from_client(c, &[PORT]);
        c.protocol("XMPP/XML");
        c.claim();
        let bytes = c.rest();
        let field = say(c.info(), bytes, client);
        c.put(field, c.pos(), c.end(), 0);
        if tag(bytes).is_some_and(|(first, _)| first.name == b"proceed") {
            lines::start_tls(c);
        }
        c.skip(c.remaining())
    }
}

/// Writes what stands first in `bytes`, and gives its field.
fn say(info: &mut Line, bytes: &[u8], client: bool) -> &'static Field {
    let mut next = tag(bytes);
    // A declaration does not count where something follows it.
    while let Some((first, rest)) = &next
        && first.name.starts_with(b"?xml")
    {
        if rest.trim_ascii().is_empty() {
            info.str("XML ");
            return &UNKNOWN;
        }
        next = tag(rest);
    }
    let Some((first, rest)) = next else {
        info.str("UNKNOWN PACKET ");
        return &UNKNOWN;
    };
    match first.name {
        b"stream" if first.closes => {
            info.str("STREAM END");
            &STREAM
        }
        b"stream" => {
            party(info.str("STREAM "), &first, client);
            &STREAM
        }
        b"message" if !first.closes => {
            party(info.str("MESSAGE "), &first, client);
            &MESSAGE
        }
        b"presence" if !first.closes => {
            party(info.str("PRESENCE "), &first, client);
            &PRESENCE
        }
        b"iq" if !first.closes => {
            info.str("IQ(").text(first.attribute(b"type").unwrap_or_default()).str(") ");
            if !first.attributes.ends_with(b"/") {
                child(info, rest);
            }
            party(info, &first, client);
            &IQ
        }
        name => {
            let known = STANZAS.iter().find(|(known, _)| *known == name).filter(|_| !first.closes);
            info.str(known.map_or("UNKNOWN PACKET ", |(_, words)| words));
            &UNKNOWN
        }
    }
}

/// Writes whom a stanza goes to, or whom it comes from.
fn party(info: &mut Line, stanza: &Tag<'_>, client: bool) {
    let (sign, name) = if client { ("> ", b"to".as_slice()) } else { ("< ", b"from".as_slice()) };
    if let Some(party) = stanza.attribute(name) {
        info.str(sign).text(party).byte(b' ');
    }
}

/// Writes what an IQ holds.
fn child(info: &mut Line, rest: &[u8]) {
    let Some((child, _)) = tag(rest).filter(|(child, _)| !child.closes) else { return };
    let Some((_, words)) = CHILDREN.iter().find(|(name, _)| *name == child.name) else { return };
    info.str(words);
    if child.name == b"query" {
        let namespace = child.attribute(b"xmlns").unwrap_or_default();
        if let Some((_, name)) = QUERIES.iter().find(|(known, _)| *known == namespace) {
            info.byte(b'(').str(name).byte(b')');
        }
        info.byte(b' ');
    }
}
