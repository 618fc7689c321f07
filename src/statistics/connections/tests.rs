//! What is said of made connections.

use super::connection::{Connection, Outcome};
use super::rtt::Rtt;
use crate::conversation::tcp::TcpState;
use crate::conversation::tcp::analysis::{Segment, flag};

/// A connection of segments `> SA 0 1 10 t5`: direction, flags, sequence and acknowledgment number relative to the
/// first ones, bytes; then, where it differs from 1, the milliseconds since the segment before.
fn connection(script: &str) -> Connection {
    let mut connection = Connection::new(0);
    connection.ports = [40000, 80];
    let (mut state, mut now) = (TcpState::default(), 0);
    for (i, line) in script.split(';').enumerate() {
        let words: Vec<_> = line.split_whitespace().collect();
        let way = usize::from(words[0] == "<");
        let pause = words.iter().find_map(|word| word.strip_prefix('t')).map_or(1.0, |word| word.parse().unwrap());
        now += if i == 0 { 0 } else { (pause * 1e6) as i64 };
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok()).unwrap_or(0) as u32;
        let bit = |letter| match letter {
            'F' => flag::FIN,
            'S' => flag::SYN,
            'R' => flag::RST,
            _ => flag::ACK,
        };
        let base = [4_294_967_290_u32, 5000];
        let segment = Segment {
            seq: base[way].wrapping_add(number(2)),
            ack: base[1 - way].wrapping_add(number(3)),
            len: number(4),
            flags: words[1].chars().map(bit).sum(),
            window: 1000,
            frame: i as u32 + 1,
            time: now,
            shift: None,
            sacked: 0,
            cut: false,
        };
        let verdict = state.judge(way, &segment);
        connection.pass(way, &segment, verdict.remarks, now);
    }
    connection
}

fn states(connection: &Connection) -> [&'static str; 2] {
    [0, 1].map(|way| connection.state(way).name())
}

const OPEN: &str = "> S 0; < SA 0 1 t10; > A 1 1 t2; ";

#[test]
fn a_whole_connection() {
    let script =
        "> A 1 1 100; < A 1 101 0 t10; < A 1 101 50; > A 101 51 0 t2; > FA 101 51; < FA 51 102 t10; > A 102 52 t2";
    let connection = connection(&format!("{OPEN}{script}"));
    assert_eq!(connection.handshake_times(), [Some(10_000), Some(2_000)]);
    assert_eq!(connection.client(), (0, true));
    assert_eq!(connection.outcome(), Outcome::Closed(0));
    assert_eq!(states(&connection), ["TIME-WAIT", "CLOSED"]);
    assert_eq!((connection.bytes, connection.segments), ([100, 50], [6, 4]));
    assert_eq!(connection.rtt(), Some(Rtt { min: 12_000, median: 12_000 }));
    assert_eq!(connection.duration(), 39_000_000);
}

#[test]
fn without_a_handshake_nothing_is_said_of_it() {
    let connection = connection("> A 1 1 100; < A 1 101");
    assert_eq!(connection.handshake_times(), [None, None]);
    assert_eq!(connection.client(), (0, false), "the lower port is the server's");
    assert_eq!((states(&connection), connection.outcome()), (["midstream", "midstream"], Outcome::Open));
}

#[test]
fn one_direction_only() {
    let connection = connection("> S 0; > A 1 1; > A 1 1 100; > FA 101 1");
    assert_eq!(connection.handshake_times(), [None, None]);
    assert_eq!(states(&connection), ["FIN-WAIT-1", "unseen"]);
    assert_eq!((connection.outcome(), connection.rtt()), (Outcome::HalfClosed(0), None));
}

#[test]
fn duplicated_frames() {
    let script = "> S 0; > S 0 0 0 t0; < SA 0 1; < SA 0 1 0 t0; > A 1 1; > A 1 1 0 t0; > FA 1 1; > FA 1 1 0 t0; \
                  < FA 1 2; < FA 1 2 0 t0; > A 2 2; > A 2 2 0 t0";
    let connection = connection(script);
    assert_eq!(connection.syn_retries, 1);
    assert_eq!((states(&connection), connection.outcome()), (["TIME-WAIT", "CLOSED"], Outcome::Closed(0)));
    assert_eq!(connection.handshake_times(), [Some(1000), Some(1000)]);
}

#[test]
fn a_syn_that_is_repeated_counts_from_its_last() {
    let connection = connection("> S 0; > S 0 0 0 t1000; > S 0 0 0 t2000; < SA 0 1 0 t30; > A 1 1 0 t1");
    assert_eq!(connection.syn_retries, 2);
    assert_eq!(connection.handshake_times(), [Some(30_000), Some(1_000)]);
}

#[test]
fn opening_at_once() {
    let connection = connection("> S 0; < S 0; > SA 0 1; < SA 0 1; > A 1 1");
    assert_eq!(states(&connection), ["ESTABLISHED", "ESTABLISHED"]);
    assert_eq!((connection.client(), connection.syn_retries), ((0, true), 0));
}

#[test]
fn closing_at_once() {
    let connection = connection(&format!("{OPEN}> FA 1 1; < FA 1 1; > A 2 2; < A 2 2"));
    assert_eq!((states(&connection), connection.outcome()), (["TIME-WAIT", "TIME-WAIT"], Outcome::Closed(0)));
}

#[test]
fn never_answered_refused_reset() {
    assert_eq!(connection("> S 0; > S 0 0 0 t1000").outcome(), Outcome::Unanswered);
    assert_eq!(connection("> S 0; < RA 0 1").outcome(), Outcome::Refused);
    assert_eq!(connection("> S 0; < SA 0 1; > R 1").outcome(), Outcome::Reset(0, false));
    assert_eq!(connection(&format!("{OPEN}< R 1 1")).outcome(), Outcome::Reset(1, false));
    let after = connection(&format!("{OPEN}> FA 1 1; < A 1 2; < R 1"));
    assert_eq!((after.outcome(), after.first_fin()), (Outcome::Reset(1, true), Some(0)));
    let half = connection(&format!("{OPEN}< FA 1 1; > A 1 2"));
    assert_eq!((half.outcome(), states(&half)), (Outcome::HalfClosed(1), ["CLOSE-WAIT", "FIN-WAIT-2"]));
}

#[test]
fn clocks_that_go_back() {
    let connection = connection("> S 0; < SA 0 1 0 t-5; > A 1 1; > A 1 1 100; < A 1 101 0 t-100");
    // The answer came before the question: no time is said.
    assert_eq!(connection.handshake_times(), [None, Some(1000)]);
    assert_eq!(connection.duration(), 0);
    assert_eq!(states(&connection), ["ESTABLISHED", "ESTABLISHED"]);
}

#[test]
fn the_answer_alone_names_the_client() {
    let connection = connection("< SA 0 1; > A 1 1");
    assert_eq!((connection.client(), connection.handshake_times()), ((0, true), [None, Some(1000)]));
}

#[test]
fn what_went_wrong_is_counted_each_way() {
    let script = "> A 1 1 10; > A 11 1 10; < A 1 1; < A 1 1; > A 1 1 10 t1; < A 1 21 0";
    let connection = connection(&format!("{OPEN}{script}"));
    assert_eq!(connection.trouble_of(1).duplicate_acks, 2);
    assert_eq!(connection.trouble_of(0).retransmissions, 1);
    assert_eq!(connection.trouble_of(0).duplicate_acks, 0);
}

#[test]
fn a_connection_is_small() {
    assert!(size_of::<Connection>() <= 256, "{}", size_of::<Connection>());
}
