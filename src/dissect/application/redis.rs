//! RESP, what Redis and its clients speak.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::Need;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("resp", "REdis Serialization Protocol", Kind::Protocol);

fields! {
    STRING = "resp.string", "String", Str;
    ERROR = "resp.error", "Error", Str;
    BULK = "resp.bulk_string", "Bulk String", Bytes;
    BULK_TEXT = "resp.bulk_string.value", "Value", Str;
    INTEGER = "resp.integer", "Integer", Str;
    ARRAY = "resp.array", "Array", None;
    FRAGMENT = "resp.fragment", "Fragment", Bytes;
}

const PORT: u16 = 6379;
/// A text of so many bytes or more is told of by its length alone.
const LONG: usize = 100;
/// Arrays within each other at most.
const DEEPEST: u8 = 32;

/// RESP.
pub struct Resp;

impl Protocol for Resp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RESP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let request = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
        c.protocol("RESP");
        c.claim().str(if request { "Request:" } else { "Response:" });
        while c.remaining() > 0 {
            let from = c.pos();
            if value(c, request, 0)? {
                continue;
            }
            c.info().str(" [continuation]");
            if c.can_desegment() {
                let stop = c.more(from, Need::Segment);
                c.worker.unfinished.shown = true;
                return Err(stop);
            }
            c.seek(c.limit());
        }
        Ok(())
    }
}

/// Reads one line with its end, which takes two bytes whatever it is; `None` where the end is not here but may come.
fn line<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Option<&'p [u8]> {
    let rest = c.rest();
    let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
        let last = !c.can_desegment();
        return last.then(|| {
            c.seek(c.end());
            rest
        });
    };
    let line = rest.get(..end)?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    c.seek((c.pos() + line.len() + 2).min(c.end()));
    Some(line)
}

/// Reads a value; says whether it was whole.
fn value<S: Sink>(c: &mut Cursor<'_, S>, request: bool, depth: u8) -> Result<bool, Stop> {
    let start = c.pos();
    let Some(text) = line(c) else {
        c.seek(start);
        return Ok(false);
    };
    let (kind, rest) = text.split_first().map_or((0, text), |(&kind, rest)| (kind, rest));
    let told = !request && depth == 0;
    match kind {
        b'+' | b':' => {
            c.put(if kind == b'+' { &STRING } else { &INTEGER }, start + 1, start + text.len(), 0);
            if told {
                c.info().byte(b' ').bytes(to_nul(rest));
            }
        }
        b'-' => {
            c.put(&ERROR, start + 1, start + text.len(), 0);
            c.info().str(" Error: ").bytes(to_nul(rest));
        }
        b'$' => return bulk(c, request, depth, number(rest)),
        b'*' => return array(c, request, depth, number(rest)),
        _ if text.is_empty() => {}
        _ => {
            c.put(&FRAGMENT, start, start + text.len(), 0);
            c.info().str(" [fragment]");
        }
    }
    Ok(true)
}

/// A text up to its first NUL.
fn to_nul(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// A length as it is written; below 0 there is nothing.
fn number(text: &[u8]) -> Option<usize> {
    str::from_utf8(text).ok()?.parse().ok()
}

fn bulk<S: Sink>(c: &mut Cursor<'_, S>, request: bool, depth: u8, len: Option<usize>) -> Result<bool, Stop> {
    let Some(len) = len else { return Ok(true) };
    if c.remaining() < len.saturating_add(2) {
        return Ok(false);
    }
    let text = c.bytes(&BULK, len)?;
    c.skip(2)?;
    let plain = len < LONG && text.is_ascii();
    // A request is an array of texts, a response most often one text.
    if plain && depth == u8::from(request) {
        c.info().byte(b' ').bytes(to_nul(text));
    } else if depth == 0 || (request && depth == 1 && len >= LONG) {
        c.info().str(" BulkString(").dec(len as u64).byte(b')');
    }
    Ok(true)
}

fn array<S: Sink>(c: &mut Cursor<'_, S>, request: bool, depth: u8, count: Option<usize>) -> Result<bool, Stop> {
    let Some(count @ 1..) = count else { return Ok(true) };
    if c.reported() == 0 || depth >= DEEPEST {
        return Ok(false);
    }
    if !request && depth == 0 {
        c.info().str(" Array(").dec(count as u64).byte(b')');
    }
    c.group(&ARRAY, |c| {
        for _ in 0..count {
            // Elements that are not here yet are taken for what comes next.
            if c.reported() == 0 {
                break;
            }
            if !value(c, request, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    })
}
