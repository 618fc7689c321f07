//! Handshake messages in records: several in one, or one in fragments, each of which tells its place.

use super::reassembly::Outcome;
use super::{Seen, say, session};
use crate::dissect::application::tls::handshake::fields::DTLS;
use crate::dissect::application::tls::handshake::{self, ENCRYPTED, Talk};
use crate::dissect::application::tls::session::Agreed;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    SEQ = "dtls.handshake.message_seq", "Message Sequence", U16;
    OFFSET = "dtls.handshake.fragment_offset", "Fragment Offset", U24;
    FRAGMENT_LEN = "dtls.handshake.fragment_length", "Fragment Length", U24;
}

/// Bytes of a message's header.
const HEADER_LEN: usize = 12;

/// A message's header (RFC 6347, 4.2.2).
#[derive(Clone, Copy)]
struct Header {
    kind: u8,
    len: usize,
    seq: u16,
    offset: usize,
    fragment_len: usize,
}

impl Header {
    fn peek<S: Sink>(c: &Cursor<'_, S>) -> Option<Self> {
        let [kind, a, b, c, seq @ .., d, e, f, g, h, i] = c.peek::<HEADER_LEN>(0)?;
        let number = |a, b, c| u32::from_be_bytes([0, a, b, c]) as usize;
        let (len, offset, fragment_len) = (number(a, b, c), number(d, e, f), number(g, h, i));
        Some(Self { kind, len, seq: u16::from_be_bytes(seq), offset, fragment_len })
    }
    /// Whether this is a piece of a message rather than a whole one.
    fn is_fragment(self) -> bool {
        self.fragment_len < self.len && self.offset + self.fragment_len <= self.len
    }
}

/// Whether a record that begins with a message of type `kind` settles the conversation's version.
pub(super) fn settles(kind: u8) -> bool {
    kind != handshake::kind::CLIENT_HELLO && handshake::name(kind).is_some()
}

/// The handshake messages of a record that ends before `end`. Gives the words for the record's line in the tree.
pub(super) fn dissect<S: Sink>(
    c: &mut Cursor<'_, S>,
    end: usize,
    agreed: &mut Agreed,
    seen: &mut Seen,
) -> Result<&'static str, Stop> {
    let mut before = None;
    let mut count = 0;
    while c.pos() < end {
        let Some(header) = Header::peek(c) else { return Err(c.short(HEADER_LEN)) };
        let unknown = handshake::name(header.kind).is_none();
        if unknown || header.fragment_len > end - c.pos() {
            match before {
                None => return Ok(encrypted(c, end)),
                Some(_) if unknown => break,
                // A length that cannot be: the row repeats the message before, and it ends there.
                Some(words) => {
                    say(c, words);
                    return Err(Stop::Malformed);
                }
            }
        }
        before = Some(message(c, header, agreed, seen)?);
        count += 1;
    }
    Ok(if count == 1 { before.unwrap_or(ENCRYPTED) } else { "Multiple Handshake Messages" })
}

/// What cannot be a message is taken for an encrypted one.
fn encrypted<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> &'static str {
    say(c, ENCRYPTED);
    c.put(&DTLS.handshake, c.pos(), end, 0);
    c.label(|l| _ = l.str("Handshake Protocol: ").str(ENCRYPTED));
    ENCRYPTED
}

/// The direction of the datagram at hand.
pub(super) fn way<S: Sink>(c: &Cursor<'_, S>) -> usize {
    c.worker.state.current.map_or(0, |current| current.way())
}

/// One message, or a fragment of one. Gives its name.
fn message<S: Sink>(
    c: &mut Cursor<'_, S>,
    header: Header,
    agreed: &mut Agreed,
    seen: &mut Seen,
) -> Result<&'static str, Stop> {
    match header.kind {
        handshake::kind::SERVER_HELLO => (agreed.server, agreed.hello_done) = (Some(way(c)), false),
        handshake::kind::SERVER_HELLO_DONE => agreed.hello_done = true,
        _ => {}
    }
    let start = c.pos();
    let body = start + HEADER_LEN;
    let after = body + header.fragment_len;
    let words = handshake::name(header.kind).unwrap_or(ENCRYPTED);
    say(c, words);
    seen.fragment |= header.is_fragment();
    c.put(&DTLS.handshake, start, after, 0);
    c.label(|l| _ = l.str("Handshake Protocol: ").str(words));
    c.below(|c| {
        c.u8(&DTLS.kind)?;
        c.u24(&DTLS.len)?;
        c.u16(&SEQ)?;
        c.u24(&OFFSET)?;
        c.u24(&FRAGMENT_LEN)?;
        c.need(header.fragment_len)?;
        if header.is_fragment() {
            return fragment(c, header, agreed, seen);
        }
        content(c, header.kind, body + header.len, agreed)
    })?;
    c.seek(after);
    Ok(words)
}

/// The body of a whole message, which ends before `end`.
fn content<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, end: usize, agreed: &mut Agreed) -> Result<(), Stop> {
    let before = agreed.version;
    let outcome = handshake::body(c, &mut Talk::dtls(agreed), kind, end);
    if agreed.version != before && kind != handshake::kind::CLIENT_HELLO {
        c.protocol(super::column(agreed.version));
    }
    outcome
}

/// A fragment: kept until the message is complete, and then dissected.
fn fragment<S: Sink>(c: &mut Cursor<'_, S>, header: Header, agreed: &mut Agreed, seen: &mut Seen) -> Result<(), Stop> {
    let bytes = c.rest().get(..header.fragment_len).unwrap_or_default();
    let way = c.worker.state.current.map_or(0, |current| current.way());
    let outcome = session(c)
        .and_then(|session| session.unfinished.get_mut(way))
        .map_or(Outcome::Waiting, |messages| messages.add(header.seq, header.len, header.offset, bytes));
    match outcome {
        Outcome::Waiting => {
            c.info().str(" (Fragment)");
            Ok(())
        }
        Outcome::Complete(message) => {
            c.info().str(" (Reassembled)");
            let mut inner = c.over("Reassembled DTLS Handshake", &message);
            inner.need(header.len)?;
            content(&mut inner, header.kind, header.len, agreed)
        }
        Outcome::Overlap => {
            seen.overlap = true;
            Err(Stop::Malformed)
        }
    }
}
