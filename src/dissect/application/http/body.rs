//! Where a message's body ends (RFC 9112 section 6), and its bytes as they were before transfer.

use super::head::{Head, Start, line};
use super::{CHUNK, CHUNK_BOUNDARY, CHUNK_DATA, CHUNK_END, CHUNK_SIZE, CHUNKED, LAST_CHUNK, Session, session};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::{Need, Stop};
use crate::dissect::sink::Sink;

/// How the end of a body is found.
#[derive(Clone, Copy, Default)]
pub(super) enum Framing {
    /// There is no body.
    #[default]
    Empty,
    /// It has this many bytes.
    Length(usize),
    /// Chunks, the last of them empty.
    Chunked,
    /// It ends where the sender closes.
    Close,
}

impl Framing {
    pub(super) fn of(start: &Start<'_>, head: &Head<'_>, session: &Session) -> Self {
        let response = match start {
            Start::Response { status } => {
                if matches!(status, 100..200 | 204 | 304) || session.head {
                    return Self::Empty;
                }
                true
            }
            _ => false,
        };
        match head.content_length {
            _ if head.chunked => Self::Chunked,
            Some(len) => Self::Length(usize::try_from(len).unwrap_or(usize::MAX)),
            None if response && session.connect.is_some() => Self::Empty,
            None if response => Self::Close,
            None => Self::Empty,
        }
    }
}

/// A body as it stands in the buffer.
#[derive(Clone, Copy, Default)]
pub(super) struct Body {
    /// Its length in bytes, chunk headers included.
    pub(super) len: usize,
    /// It stands in chunks that are whole.
    pub(super) chunked: bool,
    /// The chunks contradict themselves: what they hold cannot be told.
    pub(super) broken: bool,
}

/// How far the chunks of an unfinished body have been walked, in bytes from the body's start.
pub(super) type Progress = usize;

/// Measures the body that starts `at` bytes from here, or says what is missing.
pub(super) fn measure<S: Sink>(c: &mut Cursor<'_, S>, at: usize, framing: Framing) -> Result<Body, Need> {
    let have = c.at_hand().saturating_sub(at);
    let whole = |len| Ok(Body { len, ..Body::default() });
    match framing {
        Framing::Empty => whole(0),
        Framing::Length(len) if len > have && c.can_desegment() => Err(Need::Bytes(len - have)),
        Framing::Length(len) => whole(len.min(have)),
        Framing::Close if c.can_desegment() && !c.worker.closes => Err(Need::Close),
        Framing::Close => whole(have),
        Framing::Chunked => {
            let from = session(c, |s| s.chunks.take()).unwrap_or(0);
            let bytes = c.rest().get(at..).unwrap_or_default();
            match walk(bytes, from) {
                Walk::Done(len) => Ok(Body { len, chunked: true, broken: false }),
                Walk::Broken => Ok(Body { len: have, chunked: true, broken: true }),
                Walk::More(_) if !c.can_desegment() => Ok(Body { len: have, chunked: true, broken: false }),
                Walk::More(progress) => {
                    session(c, |s| s.chunks = Some(progress));
                    Err(Need::Segment)
                }
            }
        }
    }
}

enum Walk {
    Done(usize),
    Broken,
    More(Progress),
}

/// Walks chunks from the one that starts at `at` (RFC 9112 section 7.1).
fn walk(bytes: &[u8], mut at: usize) -> Walk {
    loop {
        let Some(header) = bytes.get(at..).and_then(line) else { return Walk::More(at) };
        let Some(size) = chunk_size(header.text) else { return Walk::Broken };
        if size == 0 {
            return trailer(bytes, at + header.len).map_or(Walk::More(at), Walk::Done);
        }
        let end = size.saturating_add(at + header.len);
        if bytes.len() < end {
            return Walk::More(at);
        }
        let line_end = match bytes.get(end..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([b'\n', ..]) => 1,
            Some([] | [b'\r']) | None => return Walk::More(at),
            Some(_) => return Walk::Broken,
        };
        at = end + line_end;
    }
}

/// Where the trailer section that starts at `at` ends.
fn trailer(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let field = line(bytes.get(at..)?)?;
        at += field.len;
        if field.text.is_empty() {
            return Some(at);
        }
    }
}

fn chunk_size(text: &[u8]) -> Option<usize> {
    let digits = text.split(|&b| b == b';').next()?.trim_ascii();
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Records the chunks of the body of `len` bytes that is next, and passes over it.
pub(super) fn record_chunks<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    let end = c.pos() + len;
    c.group(&CHUNKED, |c| {
        while c.pos() < end {
            let Some(header) = line(c.rest()) else { break };
            let Some(size) = chunk_size(header.text) else { break };
            if size == 0 {
                last_chunk(c, header.len, end)?;
                break;
            }
            let whole = header.len.saturating_add(size).saturating_add(2).min(end - c.pos());
            c.group(&CHUNK, |c| {
                c.label(|l| _ = l.str("Data chunk (").dec(size as u64).str(" octets)"));
                let data = size.min(whole.saturating_sub(header.len));
                let start = c.pos();
                c.skip(header.len)?;
                c.put(&CHUNK_SIZE, start, start + header.len, size as u64);
                c.bytes(&CHUNK_DATA, data)?;
                if whole > header.len + data {
                    c.bytes(&CHUNK_BOUNDARY, whole - header.len - data)?;
                }
                Ok(())
            })?;
        }
        c.seek(end);
        Ok(())
    })
}

/// Records the empty chunk, whose header has `header` bytes, and the trailer section that follows it.
fn last_chunk<S: Sink>(c: &mut Cursor<'_, S>, header: usize, end: usize) -> Result<(), Stop> {
    c.group(&LAST_CHUNK, |c| {
        let start = c.pos();
        c.skip(header)?;
        c.put(&CHUNK_SIZE, start, start + header, 0);
        c.seek(end);
        Ok(())
    })?;
    let start = c.pos();
    let trailer = c.whole().get(..start).map_or(0, |bytes| if bytes.ends_with(b"\r\n") { 2 } else { 1 });
    c.put(&CHUNK_END, start - trailer.min(start), start, 0);
    Ok(())
}

/// Appends the bytes that the chunks in `bytes` hold.
pub(super) fn join_chunks(bytes: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(header) = bytes.get(at..).and_then(line) {
        let Some(size) = chunk_size(header.text).filter(|&size| size > 0) else { return };
        let start = at + header.len;
        let end = start.saturating_add(size).min(bytes.len());
        out.extend_from_slice(bytes.get(start..end).unwrap_or_default());
        at = end + 2;
    }
}
