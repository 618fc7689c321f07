//! The columns of the summary, and how they are aligned.

use crate::dissect::line::Line;

/// Appends what `write` writes, which is ASCII, right-justified in `width` characters.
#[inline]
pub fn right(line: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    let start = line.len();
    write(line);
    let wide = line.len() - start;
    if wide < width {
        line.insert_spaces(start, width - wide);
    }
}

/// Appends what `write` writes, which is ASCII, left-justified in `width` characters.
#[inline]
pub fn left(line: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    let end = line.len() + width;
    write(line);
    if line.len() < end {
        line.bytes(b"                ".get(..end - line.len()).unwrap_or_default());
    }
}
