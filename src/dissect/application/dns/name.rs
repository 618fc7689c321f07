//! Domain names: labels, compression pointers, and what stands for a name that cannot be read (RFC 1035, 4.1.4).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Bytes of a name at most, dots between its labels counted.
const LONGEST: usize = 253;
/// Pointers followed at most.
const MOST_POINTERS: u32 = 255;
/// Bytes that an unfinished name takes up at least.
const SHORTEST: usize = 2;

/// What is known of a name besides its text.
#[derive(Default)]
struct Shape {
    len: usize,
    /// What stands for a name that has no text or cannot be read.
    words: &'static str,
    /// Another label after a bit string: nothing more can be read of the name.
    closed: bool,
}

impl Shape {
    /// Adds a label, to `text` if that is wanted; one that does not fit leaves a name that is too long.
    fn add(&mut self, label: &[u8], text: Option<&mut [u8; LONGEST]>) {
        if self.closed {
            return;
        }
        let start = if self.len > 0 { self.len + 1 } else { 0 };
        let end = start + label.len();
        if end > LONGEST {
            self.words = TOO_LONG;
            return;
        }
        self.len = end;
        let Some(text) = text else { return };
        text.get_mut(start..end).into_iter().for_each(|place| place.copy_from_slice(label));
        text.get_mut(start.wrapping_sub(1)).into_iter().for_each(|dot| *dot = b'.');
    }
    /// A bit string (RFC 2673) shows as far as its opening bracket, and only where a label follows it.
    fn close(&mut self, text: Option<&mut [u8; LONGEST]>) {
        if let Some(place) = text.and_then(|text| text.get_mut(self.len..self.len + 2)) {
            place.copy_from_slice(b"\\[");
        }
        if self.len + 2 <= LONGEST {
            self.len += 2;
        }
        self.closed = true;
    }
}

/// A name as read, its labels joined by dots; not necessarily UTF-8.
pub(in crate::dissect::application) struct Name {
    bytes: [u8; LONGEST],
    shape: Shape,
}

impl Name {
    /// The name's text.
    pub(in crate::dissect::application) fn as_bytes(&self) -> &[u8] {
        match self.shape.words {
            "" => self.bytes.get(..self.shape.len).unwrap_or_default(),
            words => words.as_bytes(),
        }
    }
    /// Labels, as their dots tell.
    pub(in crate::dissect::application) fn labels(&self) -> usize {
        self.as_bytes().iter().filter(|&&byte| byte == b'.').count() + 1
    }
}

const ROOT: &str = "<Root>";
const TOO_LONG: &str = "<Name too long>";
const LOOPS: &str = "<Name contains a pointer that loops>";
const UNKNOWN_LABEL: &str = "<Unknown extended label>";

/// Why the byte at `at` cannot be read.
fn missing<S: Sink>(c: &Cursor<'_, S>, at: usize) -> Stop {
    if at < c.limit() { Stop::Snapped } else { Stop::Malformed }
}

/// Reads the byte at `at`, which may lie anywhere in the message.
fn byte_at<S: Sink>(c: &Cursor<'_, S>, at: usize) -> Result<u8, Stop> {
    c.whole().get(at).copied().ok_or_else(|| missing(c, at))
}

/// Reads a name of the message that starts at `base`; pointers count from there.
///
/// # Errors
/// [`Stop::Snapped`] and [`Stop::Malformed`] where a label runs out of the message.
pub(in crate::dissect::application) fn read<S: Sink>(c: &mut Cursor<'_, S>, base: usize) -> Result<Name, Stop> {
    let mut bytes = [0; LONGEST];
    let shape = walk(c, base, Some(&mut bytes))?;
    Ok(Name { bytes, shape })
}

/// Passes over a name.
///
/// # Errors
/// As [`read`].
pub(super) fn skip<S: Sink>(c: &mut Cursor<'_, S>, base: usize) -> Result<(), Stop> {
    walk(c, base, None).map(|_| ())
}

/// Goes through the labels of a name, whose text goes to `text` if it is wanted.
fn walk<S: Sink>(c: &mut Cursor<'_, S>, base: usize, mut text: Option<&mut [u8; LONGEST]>) -> Result<Shape, Stop> {
    let start = c.pos();
    let mut name = Shape::default();
    let (mut at, mut after, mut pointers, mut bits) = (start, None, 0, false);
    loop {
        let first = byte_at(c, at)?;
        at += 1;
        match first >> 6 {
            0 if first == 0 => break,
            0 => {
                let end = at + usize::from(first);
                let label = c.whole().get(at..end).ok_or_else(|| missing(c, c.end()))?;
                if std::mem::take(&mut bits) {
                    name.close(text.as_deref_mut());
                }
                name.add(label, text.as_deref_mut());
                // Names that point into each other could otherwise cost the square of the message's length.
                if name.words == TOO_LONG && after.is_some() {
                    break;
                }
                at = end;
            }
            1 if first == 0x41 => {
                let count = usize::from(byte_at(c, at)?.checked_sub(1).ok_or(Stop::Malformed)?);
                at += 2 + count / 8;
                if c.end() < at {
                    return Err(missing(c, c.end()));
                }
                bits = true;
            }
            1 => {
                // What lies behind such a label is unknown: the name ends here, wherever a pointer has led to.
                name.words = UNKNOWN_LABEL;
                if at < start + SHORTEST {
                    return Err(Stop::Malformed);
                }
                c.seek(at);
                return Ok(name);
            }
            2 => return Err(Stop::Malformed),
            _ => {
                let target = usize::from(first & 0x3f) << 8 | usize::from(byte_at(c, at)?);
                at += 1;
                after = after.or(Some(at));
                pointers += 1;
                if pointers > MOST_POINTERS || base + target == at + 2 {
                    name.words = LOOPS;
                    break;
                }
                at = base + target;
            }
        }
    }
    if name.words.is_empty() && name.len == 0 {
        name.words = ROOT;
    }
    c.seek(after.unwrap_or(at));
    Ok(name)
}

/// Reads a name and records it as `field`.
///
/// # Errors
/// As [`read`].
pub(in crate::dissect::application) fn field<S: Sink>(
    c: &mut Cursor<'_, S>,
    base: usize,
    field: &'static Field,
) -> Result<Name, Stop> {
    let start = c.pos();
    let name = read(c, base)?;
    record(c, field, start, c.pos(), name.as_bytes());
    Ok(name)
}

/// Records a name's text, or a part of it, over bytes `start..end`.
pub(in crate::dissect::application) fn record<S: Sink>(
    c: &mut Cursor<'_, S>,
    field: &'static Field,
    start: usize,
    end: usize,
    text: &[u8],
) {
    c.text(field, start, end, |l: &mut Line| _ = l.text(text));
}
