//! Bencode (BEP 3): the strings, numbers, lists and dictionaries in which BitTorrent speaks.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields};

static LAYER: Field = Field::new("bencode", "Bencode", Kind::Protocol);

fields! {
    LENGTH = "bencode.str.length", "String Length", U32;
    STRING = "bencode.str", "String", Str;
    INTEGER = "bencode.int", "Integer", I32;
    DICTIONARY = "bencode.dict", "Dictionary", None;
    ENTRY = "bencode.dict.entry", "Entry", None;
    LIST = "bencode.list", "List", None;
    TRUNCATED = "bencode.truncated_data", "Truncated Data", Bytes;
}

experts! {
    BAD_STRING = "bencode.str.invalid", "Decode Aborted: Invalid String", Error, Protocol;
    BAD_INTEGER = "bencode.int.invalid", "Decode Aborted: Invalid Integer", Error, Protocol;
    TOO_DEEP = "bencode.nest", "Decode Aborted: Nested Too Deep", Error, Protocol;
    BAD_KEY = "bencode.dict.key_invalid", "Decode Aborted: Invalid Dictionary Key", Error, Protocol;
    BAD_VALUE = "bencode.dict.value_invalid", "Decode Aborted: Invalid Dictionary Value", Error, Protocol;
    INVALID = "bencode.invalid", "Invalid Bencoding", Error, Protocol;
}

/// Lists and dictionaries within each other at most.
const DEEPEST: u8 = 10;

/// Bencode, which stands within other protocols' messages and has no line of its own.
pub struct Bencode;

impl Protocol for Bencode {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Bencode";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.layer_hide();
        c.above(|c| _ = value(c, 0));
        c.seek(c.end());
        Ok(())
    }
}

/// Records the value that the window holds.
///
/// # Errors
/// None: what is wrong is remarked upon.
pub fn record<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.below(Cursor::call::<Bencode>)?;
    c.skip(c.remaining())
}

/// What a value says, for the dictionary's line.
enum Said<'p> {
    String(&'p [u8]),
    Integer(i64),
    Nothing,
}

/// Records a value; `None` where it is broken.
fn value<'p, S: Sink>(c: &mut Cursor<'p, S>, depth: u8) -> Option<Said<'p>> {
    if depth > DEEPEST {
        c.expert(&TOO_DEEP);
        return None;
    }
    match c.peek_u8(0)? {
        b'0'..=b'9' => string(c).map(Said::String),
        b'i' => integer(c).map(Said::Integer),
        b'l' => list(c, &LIST, |c| value(c, depth + 1).map(|_said| ())),
        b'd' => list(c, &DICTIONARY, |c| entry(c, depth + 1)),
        _ => {
            c.expert(&INVALID);
            None
        }
    }
}

fn list<'p, S: Sink>(
    c: &mut Cursor<'p, S>,
    field: &'static Field,
    mut element: impl FnMut(&mut Cursor<'p, S>) -> Option<()>,
) -> Option<Said<'p>> {
    let all = c.group(field, |c| {
        c.skip(1)?;
        while c.peek_u8(0).ok_or(Stop::Malformed)? != b'e' {
            element(c).ok_or(Stop::Malformed)?;
        }
        c.skip(1)
    });
    all.ok().map(|()| Said::Nothing)
}

fn entry<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Option<()> {
    let (mark, start) = (c.mark(), c.pos());
    c.put(&ENTRY, start, start, 0);
    c.below(|c| {
        let Some(key) = string(c) else {
            c.expert(&BAD_KEY);
            return None;
        };
        let said = value(c, depth);
        c.label_at(mark, |l| {
            l.str("Entry Key: ").text(key);
            match said {
                Some(Said::String(text)) => _ = l.str("  Value: ").text(text),
                Some(Said::Integer(num)) => _ = l.str("  Value: ").int(num),
                Some(Said::Nothing) | None => {}
            }
        });
        c.close_at(mark);
        if said.is_none() {
            c.expert(&BAD_VALUE);
        }
        said.map(|_said| ())
    })
}

fn string<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Option<&'p [u8]> {
    let start = c.pos();
    let digits = c.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
    let len = number(c.rest().get(..digits)?).and_then(|len| usize::try_from(len).ok());
    if c.peek_u8(digits) != Some(b':') || len.is_none_or(|len| len > c.remaining().saturating_sub(digits + 1)) {
        c.expert(&BAD_STRING);
        return None;
    }
    let len = len?;
    c.put(&LENGTH, start, start + digits + 1, len as u64);
    c.seek(start + digits + 1);
    let text = c.rest().get(..len)?;
    c.ascii(&STRING, len).ok()?;
    Some(text)
}

fn integer<S: Sink>(c: &mut Cursor<'_, S>) -> Option<i64> {
    let start = c.pos();
    let len = memchr::memchr(b'e', c.rest());
    let num = len.and_then(|len| number(c.rest().get(1..len)?));
    let (Some(len), Some(num)) = (len, num) else {
        c.expert(&BAD_INTEGER);
        return None;
    };
    c.put(&INTEGER, start, start + len + 1, num as u64);
    c.seek(start + len + 1);
    Some(num)
}

/// A decimal number.
fn number(digits: &[u8]) -> Option<i64> {
    str::from_utf8(digits).ok()?.parse().ok()
}
