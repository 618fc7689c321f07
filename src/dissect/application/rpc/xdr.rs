//! XDR (RFC 4506): what arguments and results are made of.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Bytes that fill the last group of four.
pub fn padding(len: usize) -> usize {
    len.wrapping_neg() & 3
}

/// Reads a number without recording it.
///
/// # Errors
/// Where the bytes run out.
pub fn number<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    c.array().map(u32::from_be_bytes)
}

/// Reads bytes, or text, behind their length.
///
/// # Errors
/// Where the bytes run out.
pub fn opaque<'p, S: Sink>(c: &mut Cursor<'p, S>, field: &'static Field) -> Result<&'p [u8], Stop> {
    let len = number(c)? as usize;
    let bytes = c.bytes(field, len)?;
    c.skip(padding(len))?;
    Ok(bytes)
}

/// Writes text from a packet down, or that there is none.
pub fn text(line: &mut Line, text: &[u8]) {
    if text.is_empty() {
        line.str("<EMPTY>");
    } else {
        line.text(text);
    }
}

/// Passes over what a pattern describes, one character for each thing:
///
/// * `4`, `8`: so many bytes; `h`: 16 bytes; `o`: bytes behind their length
/// * `b`: a bitmap, which is numbers behind their count; `a`: a bitmap and bytes
/// * `[…]`: an array of what is between, behind its count; `{…}`: a list, every entry of which says that it follows;
///   `(…)`: what may be there
///
/// # Errors
/// Where the bytes run out.
pub fn pass<S: Sink>(c: &mut Cursor<'_, S>, pattern: &'static str) -> Result<(), Stop> {
    pass_bytes(c, pattern.as_bytes())
}

fn pass_bytes<S: Sink>(c: &mut Cursor<'_, S>, pattern: &'static [u8]) -> Result<(), Stop> {
    let mut rest = pattern;
    while let Some((&what, tail)) = rest.split_first() {
        rest = tail;
        match what {
            b'4' => c.skip(4)?,
            b'8' => c.skip(8)?,
            b'h' => c.skip(16)?,
            b'o' => skip_opaque(c)?,
            b'b' => skip_bitmap(c)?,
            b'a' => {
                skip_bitmap(c)?;
                skip_opaque(c)?;
            }
            b'[' | b'{' | b'(' => {
                let end = tail.iter().position(|&byte| matches!(byte, b']' | b'}' | b')')).unwrap_or(tail.len());
                let inner = tail.get(..end).unwrap_or_default();
                rest = tail.get(end + 1..).unwrap_or_default();
                several(c, what, inner)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn several<S: Sink>(c: &mut Cursor<'_, S>, bracket: u8, inner: &'static [u8]) -> Result<(), Stop> {
    let mut left = number(c)?;
    while left > 0 && !inner.is_empty() {
        pass_bytes(c, inner)?;
        left = match bracket {
            b'[' => left - 1,
            b'{' => number(c)?,
            _ => 0,
        };
    }
    Ok(())
}

fn skip_opaque<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = number(c)? as usize;
    c.skip(len)?;
    c.skip(padding(len))
}

fn skip_bitmap<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let words = number(c)? as usize;
    c.skip(words.saturating_mul(4))
}
