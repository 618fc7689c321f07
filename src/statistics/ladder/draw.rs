//! How a ladder is drawn: time goes down, each segment is an arrow from one lifeline to the other.
//!
//! ```text
//!                             10.0.0.1:40000                                    10.0.0.2:80
//!                                   │                                                │
//!  #1    0.000000          SYN-SENT ├───────────────── SYN  Seq=0 ──────────────────▶│ unseen
//!  #2    0.000100       ESTABLISHED │◀──────────── SYN, ACK  Seq=0 Ack=1 ────────────┤ SYN-RECEIVED
//! ```

use std::io::Write;

use crate::conversation::tcp::analysis::flag;
use crate::conversation::tcp::states::State;

/// Columns between the lifelines.
const SPAN: usize = 56;
/// Columns left of the left lifeline.
const MARGIN: usize = 35;
/// Columns for a state.
const STATE: usize = 12;
/// A pause of so many nanoseconds and more is drawn.
const PAUSE: i64 = 1_000_000_000;

/// One segment.
pub(super) struct Rung {
    pub(super) frame: u64,
    /// Nanoseconds since the capture's first frame.
    pub(super) time: i64,
    pub(super) to_right: bool,
    pub(super) flags: u16,
    /// Sequence and acknowledgment number, counted from the first ones.
    pub(super) seq: u32,
    pub(super) ack: u32,
    /// Bytes of payload.
    pub(super) len: u32,
    /// What is remarked on it.
    pub(super) note: &'static str,
    /// What the message in it says.
    pub(super) words: String,
    /// The states of the left and the right end before it and after it.
    pub(super) before: [State; 2],
    pub(super) after: [State; 2],
}

/// Escape sequences (ECMA-48 section 8.3.117).
mod ink {
    pub(super) const PLAIN: &str = "\x1b[0m";
    pub(super) const BOLD: &str = "\x1b[1m";
    pub(super) const FAINT: &str = "\x1b[2m";
    pub(super) const OPENING: &str = "\x1b[32m";
    pub(super) const CLOSING: &str = "\x1b[33m";
    pub(super) const RESET: &str = "\x1b[1;31m";
    pub(super) const DATA: &str = "\x1b[36m";
    pub(super) const STATE: &str = "\x1b[1;35m";
    pub(super) const NOTE: &str = "\x1b[31m";
}

/// Where the ladder is drawn.
pub(super) struct Paper<'a> {
    pub(super) color: bool,
    pub(super) out: &'a mut Vec<u8>,
}

impl Paper<'_> {
    fn put(&mut self, color: &str, text: &str) {
        if self.color && !color.is_empty() && !text.trim().is_empty() {
            _ = write!(self.out, "{color}{text}{}", ink::PLAIN);
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
    }
    fn line_ends(&mut self) {
        let spaces = self.out.iter().rev().take_while(|&&byte| byte == b' ').count();
        self.out.truncate(self.out.len() - spaces);
        self.out.push(b'\n');
    }
    /// A line on which only the lifelines stand, and between them `middle`.
    fn between(&mut self, color: &str, middle: &str, lifeline: &str) {
        self.out.extend_from_slice(" ".repeat(MARGIN).as_bytes());
        self.put(ink::FAINT, lifeline);
        self.put(color, &centered(middle, SPAN, ' '));
        self.put(ink::FAINT, lifeline);
        self.line_ends();
    }

    /// The two ends.
    pub(super) fn heading(&mut self, stream: u32, left: &str, right: &str) {
        _ = write!(self.out, "\nTCP stream {stream}\n\n");
        let half = |text: &str| text.chars().count() / 2;
        let at = MARGIN.saturating_sub(half(left));
        self.out.extend_from_slice(" ".repeat(at).as_bytes());
        self.put(ink::BOLD, left);
        let begins = (MARGIN + SPAN + 1).saturating_sub(half(right));
        let gap = begins.saturating_sub(at + left.chars().count()).max(2);
        self.out.extend_from_slice(" ".repeat(gap).as_bytes());
        self.put(ink::BOLD, right);
        self.line_ends();
        self.between("", "", "│");
    }

    /// One segment; `last` is when the one before came.
    pub(super) fn rung(&mut self, rung: &Rung, last: Option<i64>) {
        if let Some(last) = last {
            let pause = rung.time.saturating_sub(last);
            if pause >= PAUSE {
                self.between("", "", "┊");
                self.between(ink::FAINT, &format!("{} s later", seconds(pause, 1)), "┊");
                self.between("", "", "┊");
            }
        }
        let [left, right] = [0, 1].map(|end| state(rung, end));
        let number = format!("#{:<5}{:>13}  ", rung.frame, seconds(rung.time, 6));
        self.put(ink::FAINT, &number);
        let margin = MARGIN.saturating_sub(number.chars().count() + 1);
        self.put(ink::STATE, &format!("{left:>margin$}"));
        self.out.push(b' ');
        let (color, text) = (color(rung.flags, rung.len), label(rung));
        let (begin, end) = if rung.to_right { ("├", "│") } else { ("│", "┤") };
        self.put(ink::FAINT, begin);
        let shaft = centered(&format!(" {text} "), SPAN - 1, '─');
        match rung.to_right {
            true => self.put(color, &format!("{shaft}▶")),
            false => self.put(color, &format!("◀{shaft}")),
        }
        self.put(ink::FAINT, end);
        self.out.push(b' ');
        self.put(ink::STATE, &format!("{right:<STATE$}"));
        if !rung.note.is_empty() {
            self.put(ink::NOTE, &format!("  {}", rung.note));
        }
        self.line_ends();
        if !rung.words.is_empty() {
            self.between(ink::FAINT, &shortened(&rung.words, SPAN - 2), "│");
        }
    }

    /// The end of both lifelines.
    pub(super) fn finish(&mut self, left_out: usize) {
        self.between("", "", "│");
        if left_out > 0 {
            _ = writeln!(self.out, "{left_out} segments more are not drawn.");
        }
    }
}

/// The state of an end behind a segment, where it changed; and both states at the beginning.
fn state(rung: &Rung, end: usize) -> &'static str {
    let of = |states: &[State; 2]| states.get(end).copied().unwrap_or_default();
    let (before, after) = (of(&rung.before), of(&rung.after));
    if before == after && after != State::Unseen || before == State::Unseen && after == State::Unseen {
        ""
    } else {
        after.name()
    }
}

/// `PSH, ACK  Seq=1 Ack=1  11 bytes`
fn label(rung: &Rung) -> String {
    const NAMES: [(u16, &str); 6] = [
        (flag::FIN, "FIN"),
        (flag::SYN, "SYN"),
        (flag::RST, "RST"),
        (flag::PSH, "PSH"),
        (flag::ACK, "ACK"),
        (flag::URG, "URG"),
    ];
    let names: Vec<_> = NAMES.iter().filter(|&&(bit, _)| rung.flags & bit != 0).map(|&(_, name)| name).collect();
    let mut text =
        format!("{}  Seq={}", if names.is_empty() { "no flags".to_owned() } else { names.join(", ") }, rung.seq);
    if rung.flags & flag::ACK != 0 {
        text.push_str(&format!(" Ack={}", rung.ack));
    }
    match rung.len {
        0 => {}
        1 => text.push_str("  1 byte"),
        len => text.push_str(&format!("  {len} bytes")),
    }
    text
}

fn color(flags: u16, len: u32) -> &'static str {
    match flags {
        _ if flags & flag::RST != 0 => ink::RESET,
        _ if flags & flag::SYN != 0 => ink::OPENING,
        _ if flags & flag::FIN != 0 => ink::CLOSING,
        _ if len > 0 => ink::DATA,
        _ => "",
    }
}

/// `text` in the middle of `width` columns, the rest filled.
fn centered(text: &str, width: usize, fill: char) -> String {
    let text = shortened(text, width);
    let room = width.saturating_sub(text.chars().count());
    let side = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    format!("{}{text}{}", side(room / 2), side(room - room / 2))
}

/// `text` in at most `width` columns; what does not print is left out.
fn shortened(text: &str, width: usize) -> String {
    let clean = || text.chars().map(|char| if char.is_control() { ' ' } else { char });
    if clean().count() <= width {
        return clean().collect();
    }
    clean().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Nanoseconds as seconds with so many digits behind the point.
fn seconds(nanos: i64, digits: usize) -> String {
    let (sign, nanos) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    let fraction = format!("{:09}", nanos % 1_000_000_000);
    format!("{sign}{}.{}", nanos / 1_000_000_000, fraction.get(..digits).unwrap_or_default())
}
