//! `-x`: the bytes of each frame behind whatever else is shown of it, and those of every buffer made from them.

use super::View;
use super::color::{self, Paint};
use crate::dissect::digits::{hexadecimal, pair};
use crate::dissect::field::Kind;
use crate::dissect::sink::Detail;
use crate::dissect::worker::Worker;
use crate::source::Frame;

/// What a dump shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dump {
    /// Buffers that were reassembled or decoded, too.
    pub buffers: bool,
    /// The bytes as text beside their numbers.
    pub text: bool,
    /// The text between vertical bars.
    pub bars: bool,
    /// Each layer's bytes in the layer's colour.
    pub color: bool,
}

impl Default for Dump {
    fn default() -> Self {
        Self { buffers: true, text: true, bars: false, color: false }
    }
}

/// Shows the bytes of each frame behind what another view shows of it.
pub struct Hex {
    before: Option<Box<dyn View>>,
    dump: Dump,
    /// Where each colour begins in the frame, in order.
    paints: Vec<(usize, Option<Paint>)>,
}

/// Bytes on a line.
const WIDTH: usize = 16;

impl Hex {
    /// Bytes as `dump` says, behind what `before` shows.
    pub fn new(before: Option<Box<dyn View>>, dump: Dump) -> Self {
        Self { before, dump, paints: Vec::new() }
    }

    /// Notes where each layer of the frame begins, and its colour.
    fn paint(&mut self, detail: &Detail) {
        self.paints.clear();
        if !self.dump.color {
            return;
        }
        for item in detail.items().iter().filter(|item| item.depth == 0 && item.buffer == 0) {
            if item.field.kind == Kind::Protocol && item.field.key != "frame" {
                self.paints.push((item.start as usize, color::of_layer(item.field.key)));
            }
        }
    }

    fn paint_at(&self, at: usize) -> Option<Paint> {
        self.paints.iter().rev().find(|(start, _)| *start <= at).and_then(|(_, paint)| *paint)
    }

    /// Appends the lines of `bytes`; each byte in the colour that `paint` has for its place.
    fn lines(&self, bytes: &[u8], paint: impl Fn(usize) -> Option<Paint>, out: &mut Vec<u8>) {
        let digits = digits(bytes.len());
        for (i, chunk) in bytes.chunks(WIDTH).enumerate() {
            line(i * WIDTH, digits, chunk, self.dump, &paint, out);
        }
    }
}

/// Digits of the last place of `len` bytes, four at least.
fn digits(len: usize) -> usize {
    let last = len.saturating_sub(1);
    ((usize::BITS - last.leading_zeros()) as usize).div_ceil(4).max(4)
}

/// Appends the lines of `bytes`, uncoloured.
pub(super) fn plain(bytes: &[u8], out: &mut Vec<u8>) {
    for (i, chunk) in bytes.chunks(WIDTH).enumerate() {
        line(i * WIDTH, digits(bytes.len()), chunk, Dump::default(), &|_| None, out);
    }
}

fn line(
    start: usize,
    digits: usize,
    bytes: &[u8],
    dump: Dump,
    paint: &impl Fn(usize) -> Option<Paint>,
    out: &mut Vec<u8>,
) {
    let (place, len) = hexadecimal(start as u32, digits);
    out.extend_from_slice(place.get(..len).unwrap_or_default());
    out.extend_from_slice(b"  ");
    // All at once, unless some of it is in colour.
    let mut pairs = [[b' '; 3]; WIDTH];
    for ([places @ .., _], &byte) in pairs.iter_mut().zip(bytes) {
        *places = pair(byte);
    }
    if (0..bytes.len()).all(|i| paint(start + i).is_none()) {
        out.extend_from_slice(pairs.as_flattened());
    } else {
        for (i, [places @ .., space]) in pairs.iter().enumerate() {
            let paint = if i < bytes.len() { paint(start + i) } else { None };
            if let Some(paint) = paint {
                paint.begin(out);
            }
            out.extend_from_slice(places);
            if paint.is_some() {
                Paint::end(out);
            }
            out.push(*space);
        }
    }
    out.extend_from_slice(b"  ");
    if dump.text {
        let bar: &[u8] = if dump.bars { b"|" } else { b"" };
        out.extend_from_slice(bar);
        out.extend(bytes.iter().map(|&byte| if matches!(byte, b' '..=b'~') { byte } else { b'.' }));
        out.extend_from_slice(bar);
    }
    out.push(b'\n');
}

fn title(title: &str, len: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(title.as_bytes());
    out.extend_from_slice(b" (");
    out.extend_from_slice(itoa::Buffer::new().format(len).as_bytes());
    out.extend_from_slice(if len == 1 { b" byte):\n" } else { b" bytes):\n" });
}

impl View for Hex {
    fn begin(&mut self, out: &mut Vec<u8>) {
        if let Some(before) = &mut self.before {
            before.begin(out);
        }
    }

    fn shows_rows(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.shows_rows())
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        if let Some(before) = &mut self.before {
            before.frame(frame, worker, out);
            if !out.ends_with(b"\n\n") {
                out.push(b'\n');
            }
        }
        let detail = &worker.sink;
        self.paint(detail);
        let several = self.dump.buffers && detail.buffers().next().is_some();
        if several {
            title("Frame", frame.bytes.len(), out);
        }
        self.lines(frame.bytes, |at| self.paint_at(at), out);
        if several {
            for (name, bytes) in detail.buffers() {
                title(name, bytes.len(), out);
                self.lines(bytes, |_| None, out);
            }
        }
        out.push(b'\n');
    }

    fn skip(&mut self, frame: &Frame<'_>) {
        if let Some(before) = &mut self.before {
            before.skip(frame);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        if let Some(before) = &mut self.before {
            before.end(out);
        }
    }
}
