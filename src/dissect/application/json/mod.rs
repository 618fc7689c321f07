//! JSON (RFC 8259): its tree of objects and arrays, and whether bytes are it.

mod syntax;

pub use syntax::{looks_like, measure_all};

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{dissect::unicode, fields};

static LAYER: Field = Field::new("json", "JavaScript Object Notation", Kind::Protocol);

fields! {
    ARRAY = "json.array", "Array", None;
    OBJECT = "json.object", "Object", None;
    MEMBER = "json.member", "Member", Str;
    KEY = "json.key", "Key", Str;
    PATH = "json.path", "Path", Str;
    PATH_WITH_VALUE = "json.path_with_value", "Path with value", Str;
    MEMBER_WITH_VALUE = "json.member_with_value", "Member with value", Str;
    STRING = "json.value.string", "String value", Str;
    NUMBER = "json.value.number", "Number value", Str;
    FALSE = "json.value.false", "False value", None;
    NULL = "json.value.null", "Null value", None;
    TRUE = "json.value.true", "True value", None;
    NAN = "json.value.nan", "NaN value", None;
}

/// What an element of an array has in the place of a member's name.
const ELEMENT: &[u8] = b"[]";
/// Bytes of paths and texts that are written down for one message at most: they grow with the square of its depth.
const MOST_TEXT: usize = 1 << 24;

/// JSON.
pub struct Json;

impl Protocol for Json {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "JSON";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    /// Goes as far as the bytes are objects and arrays; what follows them is the caller's.
    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut walk = Walk { path: Vec::new(), room: MOST_TEXT };
        space(c);
        while let Some(len) = syntax::measure(c.rest()) {
            let end = c.pos().saturating_add(len);
            walk.value(c, None);
            c.seek(end);
            space(c);
        }
        Ok(())
    }
}

/// Passes over white space.
fn space<S: Sink>(c: &mut Cursor<'_, S>) {
    let len = c.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    c.seek(c.pos().saturating_add(len));
}

/// A walk through a value whose syntax is known to be right.
struct Walk {
    /// The names on the way to this place.
    path: Vec<u8>,
    /// Bytes of text that may still be written down.
    room: usize,
}

impl Walk {
    /// Records the value under the cursor, which is a member or element of this name.
    fn value<S: Sink>(&mut self, c: &mut Cursor<'_, S>, name: Option<&[u8]>) {
        match c.peek_u8(0) {
            Some(b'{') => self.list(c, &OBJECT, Self::member),
            Some(b'[') => {
                let len = self.path.len();
                self.path.extend_from_slice(b"/[]");
                self.list(c, &ARRAY, |walk, c| walk.value(c, Some(ELEMENT)));
                self.path.truncate(len);
            }
            _ => self.scalar(c, name.unwrap_or_default()),
        }
    }
    /// Records an object or array, whose elements `element` records.
    fn list<S: Sink>(
        &mut self,
        c: &mut Cursor<'_, S>,
        field: &'static Field,
        mut element: impl FnMut(&mut Self, &mut Cursor<'_, S>),
    ) {
        _ = c.group(field, |c| {
            c.skip(1)?;
            loop {
                space(c);
                match c.peek_u8(0) {
                    Some(b'}' | b']') => return c.skip(1),
                    Some(b',') => c.skip(1)?,
                    Some(_) => element(self, c),
                    None => return Ok(()),
                }
            }
        });
    }
    fn member<S: Sink>(&mut self, c: &mut Cursor<'_, S>) {
        let (mark, start) = (c.mark(), c.pos());
        let name = string(c);
        let end = c.pos();
        self.write(c, (&MEMBER, start, start, false), &name);
        let len = self.path.len();
        self.path.push(b'/');
        self.path.extend_from_slice(&name);
        c.below(|c| {
            space(c);
            _ = c.skip(1);
            space(c);
            self.value(c, Some(&name));
            self.write(c, (&KEY, start, end, false), &name);
            let path = std::mem::take(&mut self.path);
            self.write(c, (&PATH, start, start, true), &path);
            self.path = path;
        });
        self.path.truncate(len);
        c.close_at(mark);
    }
    fn scalar<S: Sink>(&mut self, c: &mut Cursor<'_, S>, name: &[u8]) {
        let start = c.pos();
        let (value, field) = match c.peek_u8(0) {
            Some(b'"') => (string(c), &STRING),
            Some(first) => {
                let word = c.rest().iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
                let value = c.rest().get(..word).unwrap_or_default().to_vec();
                // A word that is none must not keep the walk where it is.
                c.seek(start.saturating_add(word.max(1)));
                let field = match first {
                    b't' => &TRUE,
                    b'f' => &FALSE,
                    b'n' => &NULL,
                    b'N' => &NAN,
                    _ => &NUMBER,
                };
                (value, field)
            }
            None => return,
        };
        let end = c.pos();
        for (field, name) in [(&PATH_WITH_VALUE, &self.path.clone()[..]), (&MEMBER_WITH_VALUE, name)] {
            self.write(c, (field, start, end, true), &[name, b":", &value].concat());
        }
        if field.kind == Kind::Str {
            self.write(c, (field, start, end, false), &value);
        } else {
            c.put(field, start, end, 0);
        }
    }
    /// Records a text over a place, which says whether it was concluded.
    fn write<S: Sink>(
        &mut self,
        c: &mut Cursor<'_, S>,
        (field, start, end, generated): (&'static Field, usize, usize, bool),
        text: &[u8],
    ) {
        self.room = self.room.saturating_sub(text.len());
        if self.room > 0 {
            // An item without a text of its own says what its bytes are.
            c.text(field, start, if text.is_empty() { start } else { end }, |l| _ = l.bytes(text));
            c.change_last(|item| item.generated = generated);
        }
    }
}

/// Passes over a string, and gives what it says; nothing where that is not UTF-8.
fn string<S: Sink>(c: &mut Cursor<'_, S>) -> Vec<u8> {
    let mut said = Vec::new();
    let text = c.rest();
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => {
                let escape = text.get(at).copied().unwrap_or_default();
                at += 1;
                match escape {
                    b'b' => said.push(8),
                    b'f' => said.push(12),
                    b'n' => said.push(b'\n'),
                    b'r' => said.push(b'\r'),
                    b't' => said.push(b'\t'),
                    b'u' => at = code(text, at, &mut said),
                    other => said.push(other),
                }
            }
            byte => said.push(byte),
        }
    }
    c.seek(c.pos().saturating_add(at));
    if str::from_utf8(&said).is_ok() { said } else { Vec::new() }
}

/// Takes the number of a character behind `\u`, and of the second half of its pair; gives where it ends.
fn code(text: &[u8], at: usize, said: &mut Vec<u8>) -> usize {
    let unit = |at: usize| {
        let digits = str::from_utf8(text.get(at..at + 4)?).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(at) else { return at };
    let second = (text.get(at + 4..at + 6) == Some(br"\u") && unicode::is_lead(first)).then(|| unit(at + 6)).flatten();
    let units = [first, second.unwrap_or_default()];
    let mut chars = char::decode_utf16(units.into_iter().take(1 + usize::from(second.is_some())));
    let char = chars.next().and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER);
    said.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    at + if second.is_some() { 10 } else { 4 }
}
