//! A made connection, drawn.

use super::draw::{Paper, Rung};
use crate::conversation::tcp::analysis::flag;
use crate::conversation::tcp::states::State;

const STATES: [State; 2] = [State::Established; 2];

fn rung(to_right: bool, flags: u16, len: u32, after: [State; 2]) -> Rung {
    let (before, words, note) = (STATES, String::new(), "");
    Rung { frame: 1, time: 1_500_000, to_right, flags, seq: 1, ack: 7, len, note, words, before, after }
}

fn drawn(rung: &Rung, last: Option<i64>, color: bool) -> String {
    let mut out = Vec::new();
    Paper { color, out: &mut out }.rung(rung, last);
    String::from_utf8(out).unwrap()
}

#[test]
fn an_arrow_each_way() {
    let ack = rung(true, flag::ACK, 0, STATES);
    assert_eq!(
        drawn(&ack, None, false),
        "#1         0.001500                ├────────────────── ACK  Seq=1 Ack=7 ───────────────────▶│\n"
    );
    let fin = rung(false, flag::FIN | flag::ACK, 11, [State::CloseWait, State::FinWait1]);
    assert_eq!(
        drawn(&fin, None, false),
        "#1         0.001500     CLOSE-WAIT │◀─────────── FIN, ACK  Seq=1 Ack=7  11 bytes ───────────┤ FIN-WAIT-1\n"
    );
}

#[test]
fn every_line_is_as_wide() {
    for rung in [rung(true, flag::SYN, 0, STATES), rung(false, flag::PSH | flag::ACK, 4_000_000_000, STATES)] {
        assert_eq!(drawn(&rung, None, false).trim_end().chars().count(), 93);
    }
}

#[test]
fn a_pause_is_drawn() {
    let late = Rung { time: 3_100_000_000, ..rung(true, flag::ACK, 0, STATES) };
    assert!(drawn(&late, Some(100_000_000), false).contains("3.0 s later"));
    assert!(!drawn(&late, Some(3_000_000_000), false).contains("later"));
}

#[test]
fn what_a_message_says_stays_between_the_lines() {
    let long = Rung { words: "x\x1b[2J".repeat(40), ..rung(true, flag::ACK, 1, STATES) };
    let text = drawn(&long, None, false);
    assert!(!text.contains('\x1b'), "no escape sequence of the other side's reaches the terminal");
    assert!(text.lines().all(|line| line.chars().count() == 93), "{text}");
    assert!(drawn(&long, None, true).contains("\x1b["));
}
