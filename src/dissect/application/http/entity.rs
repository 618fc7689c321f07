//! Bodies without a dissector of their own: lines of text, and what only its media type tells of.

use crate::dissect::application::json::{self, Json};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LINES_LAYER: Field = Field::new("data-text-lines", "Line-based text data", Kind::Protocol);
static MEDIA_LAYER: Field = Field::new("media", "Media Type", Kind::Protocol);

fields! {
    LINE = "", "Line", None;
    TYPE = "media.type", "Media type", Bytes;
}

/// Media types that are shown line by line.
const LINES: &[&[u8]] = &[
    b"text/plain",
    b"text/html",
    b"text/css",
    b"text/javascript",
    b"application/javascript",
    b"application/x-javascript",
];

/// Whether a media type, in small letters, is shown line by line.
pub(super) fn is_lines(kind: &[u8]) -> bool {
    LINES.contains(&kind)
}

/// Text, line by line.
pub(in crate::dissect) struct TextLines;

impl Protocol for TextLines {
    const LAYER: &'static Field = &LINES_LAYER;
    const NAME: &'static str = "Line-based text data";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        while c.remaining() > 0 {
            let len = line_len(c.rest());
            let line = c.bytes(&LINE, len)?;
            c.label(|l| _ = l.text(line));
        }
        Ok(())
    }
}

/// A body of which only the media type is known.
pub(in crate::dissect) struct Media;

impl Protocol for Media {
    const LAYER: &'static Field = &MEDIA_LAYER;
    const NAME: &'static str = "Media";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.bytes(&TYPE, c.remaining()).map(|_| ())
    }
}

/// Records the body under the cursor, whose media type is `kind`, in small letters.
pub(super) fn record<S: Sink>(c: &mut Cursor<'_, S>, kind: &[u8]) {
    let mark = c.mark();
    if is_lines(kind) {
        lines(c, kind);
    } else {
        let len = c.remaining() as u64;
        _ = c.call::<Media>();
        c.label_at(mark + 1, |l| {
            l.str("Media type: ").text(kind).str(" (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" });
        });
    }
}

/// Bytes of the line that `text` begins with: it ends with a line feed, a carriage return, or both.
fn line_len(text: &[u8]) -> usize {
    let Some(end) = memchr::memchr2(b'\r', b'\n', text) else { return text.len() };
    let both = text.get(end..).is_some_and(|rest| rest.starts_with(b"\r\n"));
    end + 1 + usize::from(both)
}

/// How many lines there are in `text`.
fn count_lines(mut text: &[u8]) -> u64 {
    let mut count = 0;
    while !text.is_empty() {
        text = text.get(line_len(text)..).unwrap_or_default();
        count += 1;
    }
    count
}

/// Records the body under the cursor line by line.
fn lines<S: Sink>(c: &mut Cursor<'_, S>, kind: &[u8]) {
    let mark = c.mark();
    let lines = if S::DETAIL { count_lines(c.rest()) } else { 0 };
    _ = c.call::<TextLines>();
    c.label_at(mark, |l| {
        l.str("Line-based text data");
        if !kind.is_empty() {
            l.str(": ").text(kind);
        }
        l.str(" (").dec(lines).str(" lines)");
    });
}

/// Records text that no media type is known of line by line.
///
/// # Errors
/// Where it ends early.
pub(in crate::dissect::application) fn plain_lines<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    lines(c, b"");
    c.skip(c.remaining())
}

/// Records the body under the cursor as JSON, and what follows that as lines.
pub(super) fn json<S: Sink>(c: &mut Cursor<'_, S>, kind: &[u8]) {
    let mark = c.mark();
    _ = c.call::<Json>();
    c.append_at(mark, |l| _ = l.str(": ").text(kind));
    c.seek(c.pos().saturating_add(json::measure_all(c.rest())));
    if c.remaining() > 0 {
        lines(c, kind);
    }
}
