//! The columns of the summary, and how they are aligned.

use crate::dissect::line::Line;

/// Appends what `write` writes, right-justified in `width` characters, of which there are at most 16.
pub fn right(line: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    let start = line.len();
    write(line);
    let wide = characters(line, start);
    if wide < width {
        line.insert_spaces(start, width - wide);
    }
}

/// Appends what `write` writes, left-justified in `width` characters.
pub fn left(line: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    let start = line.len();
    write(line);
    for _ in characters(line, start)..width {
        line.byte(b' ');
    }
}

/// Characters written since `start`.
fn characters(line: &Line, start: usize) -> usize {
    let written = line.as_bytes().get(start..).unwrap_or_default();
    written.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}
