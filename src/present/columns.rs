//! The columns of the summary, and how they are aligned.

use crate::dissect::line::Line;

/// Appends what `write` writes, right-justified in `width` characters.
pub fn right(line: &mut Line, scratch: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    scratch.clear();
    write(scratch);
    let wide = scratch.as_bytes().iter().filter(|&&b| b & 0xc0 != 0x80).count();
    for _ in wide..width {
        line.byte(b' ');
    }
    line.bytes(scratch.as_bytes());
}

/// Appends what `write` writes, left-justified in `width` characters.
pub fn left(line: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    let start = line.len();
    write(line);
    line.pad_from(start, width);
}
