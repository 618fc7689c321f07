//! Handshake messages in records: several in one, one over several, or encrypted.

use super::handshake::fields::TLS;
use super::handshake::{self, Carrier, ENCRYPTED, Talk};
use super::say;
use super::session::{self, Agreed};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    FRAGMENTS = "tls.handshake.fragments", "Reassembled Handshake Fragments", None;
    FRAGMENT = "tls.handshake.fragment", "Handshake Fragment", FrameNum;
    FRAGMENT_COUNT = "tls.handshake.fragment.count", "Handshake Fragment count", U32;
}

/// Bytes of a message's header: its type and its length.
const HEADER_LEN: usize = 4;

/// Records shorter than this are never taken for encrypted ones.
const LEAST_ENCRYPTED: usize = 16;

/// Messages from this length on are not believed in: the record is taken for an encrypted one.
const INCREDIBLE_LEN: usize = 0x1_0000;

/// Pieces of an unfinished message that are listed at most.
const MOST_PARTS: usize = 1 << 12;

/// Bytes kept of an unfinished message at most.
const MOST_KEPT: usize = 1 << 17;

/// The segment's direction, as an index.
pub(super) fn way<S: Sink>(c: &Cursor<'_, S>) -> usize {
    c.worker.state.current.map_or(0, |current| current.way())
}

/// Whether a record that begins with a message of type `kind` settles the conversation's version.
///
/// A Client Hello only proposes, and what is not known settles nothing.
pub(super) fn settles(kind: u8) -> bool {
    handshake::name(kind).is_some()
        && !matches!(kind, handshake::kind::CLIENT_HELLO | handshake::kind::HELLO_VERIFY_REQUEST)
}

/// The type and the length of the message that begins here.
fn header<S: Sink>(c: &Cursor<'_, S>) -> Option<(u8, usize)> {
    let [kind, a, b, c] = c.peek(0)?;
    Some((kind, u32::from_be_bytes([0, a, b, c]) as usize))
}

/// The handshake messages of a record's `len` bytes. Gives the words for the record's line in the tree.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, len: usize, agreed: &mut Agreed) -> Result<&'static str, Stop> {
    c.need(len)?;
    let (end, way) = (c.pos() + len, way(c));
    let continued = session::session(c).and_then(|session| session.unfinished.get(way)).is_some_and(|u| u.have > 0);
    if !continued && looks_encrypted(c, len, agreed.changed.get(way).copied().unwrap_or(false)) {
        say(c, ENCRYPTED);
        c.put(&TLS.handshake, c.pos(), end, 0);
        c.label(|l| _ = l.str("Handshake Protocol: ").str(ENCRYPTED));
        return Ok(ENCRYPTED);
    }
    let mut title = None;
    let mut count = 0;
    if continued {
        let (words, pieces) = go_on(c, way, end, agreed)?;
        title = words;
        count += pieces;
    }
    while c.pos() < end {
        let first = count == 0;
        count += 1;
        let left = end - c.pos();
        let kind = c.peek_u8(0).unwrap_or(0);
        match header(c).filter(|_| left >= HEADER_LEN) {
            Some((kind, len)) if len <= left - HEADER_LEN => {
                let words = message(c, kind, len, first, agreed)?;
                title = title.or(Some(words));
            }
            _ => {
                let words = handshake::name(kind).unwrap_or(ENCRYPTED);
                if first {
                    say(c, "[").str(words).str(" Fragment]");
                }
                fragment(c, words, end);
                keep(c, way, end);
                title = title.or(Some(words));
            }
        }
    }
    Ok(if count == 1 { title.unwrap_or("Multiple Handshake Messages") } else { "Multiple Handshake Messages" })
}

/// Whether a record holds no message that could be read.
fn looks_encrypted<S: Sink>(c: &Cursor<'_, S>, len: usize, changed: bool) -> bool {
    let believable = header(c).is_some_and(|(kind, len)| handshake::name(kind).is_some() && len < INCREDIBLE_LEN);
    len >= LEAST_ENCRYPTED && (changed || !believable)
}

/// One whole message. Gives its name.
fn message<S: Sink>(
    c: &mut Cursor<'_, S>,
    kind: u8,
    len: usize,
    named: bool,
    agreed: &mut Agreed,
) -> Result<&'static str, Stop> {
    let end = c.pos() + HEADER_LEN + len;
    let body = c.whole().get(c.pos() + HEADER_LEN..end).unwrap_or_default();
    let words = handshake::name_with(kind, body);
    if named || words != ENCRYPTED {
        say(c, words);
    }
    c.put(&TLS.handshake, c.pos(), end, 0);
    c.label(|l| _ = l.str("Handshake Protocol: ").str(words));
    let before = agreed.version;
    let outcome = c.below(|c| {
        c.u8(&TLS.kind)?;
        c.u24(&TLS.len)?;
        handshake::body(c, &mut Talk::tls(agreed, Carrier::Tls), kind, end)
    });
    if agreed.version != before && kind != handshake::kind::CLIENT_HELLO {
        c.protocol(agreed.version.column());
    }
    match kind {
        handshake::kind::SERVER_HELLO => (agreed.server, agreed.hello_done) = (Some(way(c)), false),
        handshake::kind::SERVER_HELLO_DONE => agreed.hello_done = true,
        _ => {}
    }
    outcome?;
    c.seek(end);
    Ok(words)
}

/// A piece of a message whose rest is elsewhere.
fn fragment<S: Sink>(c: &mut Cursor<'_, S>, words: &str, end: usize) {
    c.put(&TLS.handshake, c.pos(), end, 0);
    c.label(|l| _ = l.str("Handshake Protocol: ").str(words).str(" (fragment)"));
}

/// Keeps the rest of the record, up to `end`, as part of an unfinished message.
fn keep<S: Sink>(c: &mut Cursor<'_, S>, way: usize, end: usize) {
    let (frame, bytes) = (c.worker.frame.number, c.whole().get(c.pos()..end).unwrap_or_default());
    c.seek(end);
    let Some(session) = session::session(c) else { return };
    let Some(unfinished) = session.unfinished.get_mut(way) else { return };
    if S::DETAIL && unfinished.parts.len() < MOST_PARTS {
        unfinished.parts.push((frame, bytes.len()));
    }
    let room = MOST_KEPT.saturating_sub(unfinished.bytes.len());
    unfinished.bytes.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    unfinished.have = unfinished.have.saturating_add(bytes.len());
}

/// How many bytes of the unfinished message of direction `way` are missing: those of its header first.
fn missing<S: Sink>(c: &mut Cursor<'_, S>, way: usize) -> usize {
    let Some(unfinished) = session::session(c).and_then(|session| session.unfinished.get(way)) else { return 0 };
    match unfinished.bytes.first_chunk() {
        Some(&[_, a, b, c]) => {
            let len = HEADER_LEN + u32::from_be_bytes([0, a, b, c]) as usize;
            len.saturating_sub(unfinished.have)
        }
        None => HEADER_LEN - unfinished.have.min(HEADER_LEN),
    }
}

/// Goes on with the unfinished message of direction `way`. Gives its name if it is finished now, and how many pieces
/// the record's line in the tree counts for it.
fn go_on<S: Sink>(
    c: &mut Cursor<'_, S>,
    way: usize,
    end: usize,
    agreed: &mut Agreed,
) -> Result<(Option<&'static str>, usize), Stop> {
    let from = c.pos();
    while missing(c, way) > 0 && c.pos() < end {
        let stop = end.min(c.pos().saturating_add(missing(c, way)));
        keep(c, way, stop);
    }
    let first = session::session(c).and_then(|session| session.unfinished.get(way)?.bytes.first().copied());
    let kind = first.unwrap_or(0);
    let words = handshake::name(kind).unwrap_or(ENCRYPTED);
    if missing(c, way) > 0 {
        c.seek(from);
        fragment(c, words, end);
        c.seek(end);
        return Ok((None, 1));
    }
    let Some(unfinished) = session::session(c).and_then(|session| session.unfinished.get_mut(way)) else {
        return Ok((None, 1));
    };
    let whole = std::mem::take(unfinished);
    let at = c.pos();
    c.put(&TLS.handshake, from, at, 0);
    c.label(|l| _ = l.str("Handshake Protocol: ").str(words).str(" (last fragment)"));
    let len = whole.have.saturating_sub(HEADER_LEN);
    fragments(c, &whole.parts);
    let mut inner = c.over("Reassembled TLS Handshake", &whole.bytes);
    let words = message(&mut inner, kind, len, true, agreed)?;
    Ok((Some(words), 1))
}

/// Records which frames a message came in.
pub(in crate::dissect::application) fn fragments<S: Sink>(c: &mut Cursor<'_, S>, parts: &[(u64, usize)]) {
    if S::DETAIL {
        c.generated(&FRAGMENTS, 0);
        list(c, parts, " Reassembled Handshake Fragments", (&FRAGMENT, &FRAGMENT_COUNT));
    }
}

/// Gives the item recorded last the list of the frames that it came in for its `words`, and records these below it, and
/// how many they are.
pub(in crate::dissect) fn list<S: Sink>(
    c: &mut Cursor<'_, S>,
    parts: &[(u64, usize)],
    words: &str,
    (fragment, count): (&'static Field, &'static Field),
) {
    let bytes = |l: &mut Line, len: usize| _ = l.dec(len as u64).str(if len == 1 { " byte" } else { " bytes" });
    c.label(|l| {
        l.dec(parts.len() as u64).str(words).str(" (");
        bytes(l, parts.iter().map(|part| part.1).sum());
        l.str("):");
    });
    c.append(|l| {
        for (i, (frame, len)) in parts.iter().enumerate() {
            l.str(if i > 0 { ", #" } else { " #" }).dec(*frame).byte(b'(').dec(*len as u64).byte(b')');
        }
    });
    c.below(|c| {
        let mut at = 0;
        for &(frame, len) in parts {
            c.generated(fragment, frame);
            c.label(|l| {
                l.str("Frame: ").dec(frame).str(", payload: ").dec(at as u64).byte(b'-');
                bytes(l.dec((at + len).saturating_sub(1) as u64).str(" ("), len);
                l.byte(b')');
            });
            at += len;
        }
        c.generated(count, parts.len() as u64);
    });
}
