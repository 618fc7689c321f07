//! How long the words of an item in the tree may be, and how they are cut off.

use super::line::Line;

/// Bytes that they have at most.
pub const MOST: usize = 239;
/// What marks words that were cut off.
const TRUNCATED: &[u8] = b" [truncated]";

/// Cuts words that begin at `start` off behind `most` bytes, no character in two.
pub fn cut(start: usize, most: usize, line: &mut Line) {
    let text = line.as_bytes();
    let mut end = start + most;
    if end >= text.len() {
        return;
    }
    while end > start && text.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
        end -= 1;
    }
    line.truncate(end);
}

/// Cuts words that begin at `start` off where they are too long, and marks that at `mark`: behind a name, or before all.
pub fn shorten(start: usize, mark: usize, line: &mut Line) {
    if line.len() - start <= MOST {
        return;
    }
    let rest = line.as_bytes().get(mark..).unwrap_or_default().to_owned();
    line.truncate(mark);
    line.bytes(TRUNCATED).bytes(&rest);
    cut(start, MOST - 1, line);
}

#[cfg(test)]
mod tests {
    use super::{Line, MOST, cut, shorten};

    fn line(text: &str) -> Line {
        let mut line = Line::default();
        line.str(text);
        line
    }

    #[test]
    fn words_that_fit_stay() {
        let text = "x".repeat(MOST);
        let mut line = line(&text);
        shorten(0, 0, &mut line);
        assert_eq!(line.as_bytes(), text.as_bytes());
    }

    #[test]
    fn the_mark_stands_behind_the_name() {
        let mut line = line(&format!("Name: {}", "x".repeat(MOST)));
        shorten(0, 4, &mut line);
        assert_eq!(line.as_bytes(), format!("Name [truncated]: {}", "x".repeat(MOST - 1 - 18)).as_bytes());
    }

    #[test]
    fn no_character_is_cut_in_two() {
        let mut line = line("abä");
        cut(0, 3, &mut line);
        assert_eq!(line.as_bytes(), b"ab");
    }
}
