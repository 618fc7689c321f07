//! Each rule of the analysis, on made segments. What is expected is what tshark 4.0.17 said of the same segments.

use super::TcpState;
use super::analysis::{Remarks, Segment, Verdict, flag};

/// Judges segments written as `> A 1 1 10 w1000 t5`: direction, flags, sequence and acknowledgment number relative to
/// the first ones, bytes of payload; then, where they differ from 1000 and 1, the window and the milliseconds since
/// the segment before.
fn judge(script: &str) -> Vec<Verdict> {
    let mut state = TcpState::default();
    let (mut frame, mut time) = (0, 0);
    let mut one = |line: &str| {
        let mut words = line.split_whitespace();
        let way = usize::from(words.next().unwrap() == "<");
        let letters = words.next().unwrap();
        let mut number = || words.next().unwrap().parse::<i64>().unwrap();
        let (seq, ack, len) = (number(), number(), number());
        let (mut window, mut pause) = (1000, 1.0);
        for word in words {
            match word.split_at(1) {
                ("w", value) => window = value.parse().unwrap(),
                ("t", value) => pause = value.parse::<f64>().unwrap(),
                _ => panic!("{word}"),
            }
        }
        frame += 1;
        time += (pause * 1e6) as i64;
        let bit = |letter| match letter {
            'F' => flag::FIN,
            'S' => flag::SYN,
            'R' => flag::RST,
            'P' => flag::PSH,
            _ => flag::ACK,
        };
        let base = [1000, 5000];
        let segment = Segment {
            seq: (base[way] + seq) as u32,
            ack: (base[1 - way] + ack) as u32,
            len: len as u32,
            flags: letters.chars().map(bit).sum(),
            window,
            frame,
            time,
            ..Segment::default()
        };
        state.judge(way, &segment)
    };
    script.split(';').map(|line| one(line.trim())).collect()
}

/// The remarks on the last segment.
fn last(script: &str) -> Remarks {
    judge(script).last().unwrap().remarks
}

const OPEN: &str = "> S 0 0 0; < SA 0 1 0; > A 1 1 0; ";

fn after_open(script: &str) -> Remarks {
    last(&format!("{OPEN}{script}"))
}

#[test]
fn numbers_count_from_the_first_ones() {
    let verdicts = judge("> A 1 1 10; < A 1 11 0");
    assert_eq!((verdicts[0].seq, verdicts[0].ack), (1, 1));
    assert_eq!((verdicts[1].seq, verdicts[1].ack), (1, 11));
}

#[test]
fn previous_segment_not_captured() {
    assert_eq!(after_open("> A 21 1 10"), Remarks::LOST);
    assert_eq!(after_open("> A 21 1 10; > A 31 1 10"), Remarks::none());
    assert_eq!(after_open("> R 21 0 0"), Remarks::none());
}

#[test]
fn acked_unseen_segment_is_said_once() {
    assert_eq!(after_open("> A 1 1 10; < A 1 12 0"), Remarks::ACK_LOST);
    assert_eq!(after_open("> A 1 1 10; < A 1 12 0; < A 1 13 0"), Remarks::none());
    assert_eq!(after_open("> A 21 1 10; < A 1 31 0"), Remarks::ACK_LOST);
    assert_eq!(after_open("> A 21 1 10; > A 1 1 10; < A 1 31 0"), Remarks::none());
}

#[test]
fn duplicate_ack_counts_from_the_first_of_its_kind() {
    let verdicts = judge(&format!("{OPEN}> A 1 1 10; < A 1 1 0; < A 1 1 0; < A 1 1 10; < A 11 1 0"));
    assert_eq!(verdicts[4].remarks, Remarks::DUP_ACK);
    assert_eq!(verdicts[4].dup_ack, (2, 1));
    assert_eq!(verdicts[5].dup_ack, (2, 2));
    assert_eq!(verdicts[6].remarks, Remarks::none());
    assert_eq!(verdicts[7].dup_ack, (2, 3));
}

#[test]
fn window_update_wants_another_window() {
    assert_eq!(after_open("< A 1 1 0 w2000"), Remarks::WINDOW_UPDATE);
    assert_eq!(after_open("< A 1 1 0"), Remarks::DUP_ACK);
}

#[test]
fn keep_alive_and_its_answer() {
    assert_eq!(after_open("> A 0 1 0"), Remarks::KEEP_ALIVE);
    assert_eq!(after_open("> A 0 1 1"), Remarks::KEEP_ALIVE);
    assert_eq!(after_open("> A 0 1 1; < A 1 1 0"), Remarks::KEEP_ALIVE_ACK);
}

#[test]
fn zero_window_its_probe_and_the_answer() {
    assert_eq!(after_open("< A 1 1 0 w0"), Remarks::ZERO_WINDOW);
    assert_eq!(after_open("< A 1 1 0 w0; > A 1 1 1"), Remarks::ZERO_WINDOW_PROBE);
    let answer = after_open("< A 1 1 0 w0; > A 1 1 1; < A 1 1 0 w0");
    assert_eq!(answer, Remarks::ZERO_WINDOW.and(Remarks::ZERO_WINDOW_PROBE_ACK));
    // The probe's byte may be sent again with others.
    assert_eq!(after_open("< A 1 1 0 w0; > A 1 1 1; < A 1 1 0; > A 1 1 20"), Remarks::none());
}

#[test]
fn window_full_fits_exactly() {
    assert_eq!(after_open("< A 1 1 0 w20; > A 1 1 20"), Remarks::WINDOW_FULL);
    assert_eq!(after_open("< A 1 1 0 w20; > A 1 1 19"), Remarks::none());
    // How windows are scaled is not known here.
    assert_eq!(last("> A 1 1 0; < A 1 1 0 w20; > A 1 1 20"), Remarks::none());
}

#[test]
fn retransmission_out_of_order_by_the_round_trip_time() {
    assert_eq!(after_open("> A 1 1 10; > A 11 1 10; > A 1 1 10 t1"), Remarks::OUT_OF_ORDER);
    assert_eq!(after_open("> A 1 1 10; > A 11 1 10; > A 1 1 10 t2"), Remarks::RETRANSMISSION);
    assert_eq!(after_open("> A 1 1 10; > A 1 1 10"), Remarks::RETRANSMISSION);
    assert_eq!(last("> A 1 1 10; > A 11 1 10; > A 1 1 10 t2.9"), Remarks::OUT_OF_ORDER);
    assert_eq!(last("> A 1 1 10; > A 11 1 10; > A 1 1 10 t3"), Remarks::RETRANSMISSION);
}

#[test]
fn fast_retransmission_within_twenty_milliseconds() {
    let script = "> A 1 1 10; > A 11 1 10; < A 1 1 0; < A 1 1 0; > A 1 1 10 t";
    assert_eq!(after_open(&format!("{script}19.9")), Remarks::FAST);
    assert_eq!(after_open(&format!("{script}20")), Remarks::RETRANSMISSION);
    assert_eq!(after_open("> A 1 1 10; > A 11 1 10; < A 1 1 0; > A 1 1 10 t19"), Remarks::RETRANSMISSION);
}

#[test]
fn spurious_retransmission_was_acknowledged() {
    assert_eq!(after_open("> A 1 1 10; < A 1 11 0; > A 1 1 10"), Remarks::SPURIOUS);
    let ahead = after_open("> A 1 1 10; < A 1 40 0; > A 21 1 10");
    assert_eq!(ahead, Remarks::LOST.and(Remarks::SPURIOUS));
}

#[test]
fn a_syn_with_another_number_reopens() {
    let mut state = TcpState::default();
    let syn = Segment { seq: 7, flags: flag::SYN, ..Segment::default() };
    state.judge(0, &syn);
    assert!(!state.reopens(0, &syn));
    assert!(state.reopens(0, &Segment { seq: 8, ..syn }));
    assert!(!state.reopens(0, &Segment { seq: 8, flags: flag::SYN | flag::ACK, ..syn }));
    assert!(!state.reopens(1, &Segment { seq: 8, ..syn }));
}

#[test]
fn windows_are_scaled_if_both_sides_say_so() {
    let open = |first, second| {
        let mut state = TcpState::default();
        let segment = |flags, shift| Segment { seq: 1, ack: 1, flags, window: 10, shift, ..Segment::default() };
        state.judge(0, &segment(flag::SYN, first));
        state.judge(1, &segment(flag::SYN | flag::ACK, second));
        [0, 1].map(|way| state.judge(way, &segment(flag::ACK, None)).window)
    };
    assert_eq!(open(Some(2), Some(3)), [40, 80]);
    assert_eq!(open(Some(2), None), [10, 10]);
    assert_eq!(open(None, Some(3)), [10, 10]);
}

#[test]
fn an_idle_conversation_is_small() {
    assert!(size_of::<TcpState>() <= 250, "{}", size_of::<TcpState>());
}
