//! JA3 and JA3S: fingerprints of a client's and a server's hello (github.com/salesforce/ja3).

use std::ops::Range;

use md5::{Digest, Md5};

use super::Talk;
use crate::dissect::cursor::Cursor;
use crate::dissect::line::Line;
use crate::dissect::sink::Sink;

/// What goes into the fingerprint from the extensions: their types, and where two of them have their lists.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Extension types in order; kept in detail only.
    pub(super) types: Vec<u16>,
    /// The list of groups.
    pub(super) groups: Range<usize>,
    /// The list of point formats.
    pub(super) point_formats: Range<usize>,
}

/// Whether a number is there to keep implementations from choking on unknown ones (RFC 8701).
fn is_grease(number: u16) -> bool {
    let [high, low] = number.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

/// Appends numbers with dashes between them, leaving out what is random.
fn join(line: &mut Line, numbers: impl Iterator<Item = u16>) {
    let mut first = true;
    for number in numbers.filter(|&number| !is_grease(number)) {
        if !first {
            line.byte(b'-');
        }
        first = false;
        line.dec(number);
    }
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk().copied()).map(u16::from_be_bytes)
}

/// Records the fingerprint of a Client Hello.
pub(super) fn client<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, version: u16, suites: Range<usize>, seen: &Seen) {
    let whole = c.whole();
    let of = |range: &Range<usize>| whole.get(range.clone()).unwrap_or_default();
    let mut line = Line::default();
    line.dec(version).byte(b',');
    join(&mut line, pairs(of(&suites)));
    line.byte(b',');
    join(&mut line, seen.types.iter().copied());
    line.byte(b',');
    join(&mut line, pairs(of(&seen.groups)));
    line.byte(b',');
    join(&mut line, of(&seen.point_formats).iter().map(|&format| format.into()));
    record(c, &t.f.ja3_full, &t.f.ja3, &line);
}

/// Records the fingerprint of a Server Hello.
pub(super) fn server<S: Sink>(c: &mut Cursor<'_, S>, t: &Talk<'_>, version: u16, suite: u16, seen: &Seen) {
    let mut line = Line::default();
    line.dec(version).byte(b',').dec(suite).byte(b',');
    join(&mut line, seen.types.iter().copied());
    record(c, &t.f.ja3s_full, &t.f.ja3s, &line);
}

type Field = &'static crate::dissect::field::Field;

fn record<S: Sink>(c: &mut Cursor<'_, S>, full: Field, hash: Field, line: &Line) {
    let digest = Md5::digest(line.as_bytes());
    concluded(c, full, |l| _ = l.bytes(line.as_bytes()));
    concluded(c, hash, |l| _ = l.hex_bytes(&digest, ""));
}

/// Records a text that was concluded.
fn concluded<S: Sink>(c: &mut Cursor<'_, S>, field: Field, write: impl FnOnce(&mut Line)) {
    c.generated(field, 0);
    c.set_text(write);
}
