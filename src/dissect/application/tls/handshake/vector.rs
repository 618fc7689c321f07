//! Vectors of variable length (RFC 8446, 3.4): a length, then that many bytes, all within what holds them.

use super::Talk;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Reads the length of a vector that ends before `end`, of `N` bytes in network order: where the vector ends.
///
/// None where there is no room for it, which is remarked upon.
///
/// # Errors
/// Where the window ends.
pub(super) fn vector<const N: usize, S: Sink>(
    c: &mut Cursor<'_, S>,
    t: &Talk<'_>,
    field: &'static Field,
    end: usize,
    bounds: std::ops::RangeInclusive<u64>,
) -> Result<Option<usize>, Stop> {
    let room = end.saturating_sub(c.pos());
    if room < N {
        c.expert(&t.remarks.room);
        c.label(|l| _ = l.str("No more room for vector of length ").dec(N as u64));
        c.seek(end);
        return Ok(None);
    }
    let len = c.be::<N>(field)?;
    let room = (room - N) as u64;
    if len > room {
        c.below(|c| {
            c.expert(&t.remarks.room);
            c.label(|l| _ = l.str("Vector length ").dec(len).str(" is too large, truncating it to ").dec(room));
        });
        c.seek(end);
        return Ok(None);
    }
    if !bounds.contains(&len) {
        let (words, bound) = match *bounds.start() {
            least if len < least => (" is smaller than minimum ", least),
            _ => (" is larger than maximum ", *bounds.end()),
        };
        c.below(|c| {
            c.expert(&t.remarks.vector);
            c.label(|l| _ = l.str("Vector length ").dec(len).str(words).dec(bound));
        });
    }
    Ok(Some(c.pos() + len as usize))
}

/// Reads a vector of bytes that mean nothing more here; says whether there was room for it.
///
/// # Errors
/// Where the window ends.
pub(super) fn opaque<const N: usize, S: Sink>(
    c: &mut Cursor<'_, S>,
    t: &Talk<'_>,
    len: &'static Field,
    field: &'static Field,
    end: usize,
    bounds: std::ops::RangeInclusive<u64>,
) -> Result<bool, Stop> {
    let Some(stop) = vector::<N, S>(c, t, len, end, bounds)? else { return Ok(false) };
    if stop > c.pos() {
        c.bytes(field, stop - c.pos())?;
    }
    Ok(true)
}
