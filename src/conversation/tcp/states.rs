//! The states that both ends of a connection pass through (RFC 9293 section 3.3.2), as far as a capture shows them.
//!
//! A segment that was captured is taken to have arrived. What was not seen is not guessed: an end that has said nothing
//! yet is *unseen*, one whose handshake is not in the capture is in *midstream*.

use super::analysis::{Segment, flag};

/// The state of one end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum State {
    /// It has said nothing.
    #[default]
    Unseen,
    /// It talks, but how the connection was opened is not in the capture.
    Midstream,
    /// It has sent a SYN.
    SynSent,
    /// It has answered a SYN with its own.
    SynReceived,
    /// It may send and receive.
    Established,
    /// It has sent a FIN, before the other end did.
    FinWait1,
    /// That FIN was acknowledged.
    FinWait2,
    /// The other end has sent a FIN; this one has not.
    CloseWait,
    /// Both have sent a FIN at once; this end's was not acknowledged yet.
    Closing,
    /// It has sent a FIN after the other end did.
    LastAck,
    /// All is said and acknowledged; stray segments are waited for.
    TimeWait,
    /// There is no connection any more.
    Closed,
}

impl State {
    /// Its name in RFC 9293; in small letters where it is none of that document's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unseen => "unseen",
            Self::Midstream => "midstream",
            Self::SynSent => "SYN-SENT",
            Self::SynReceived => "SYN-RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN-WAIT-1",
            Self::FinWait2 => "FIN-WAIT-2",
            Self::CloseWait => "CLOSE-WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
            Self::Closed => "CLOSED",
        }
    }
    /// Whether it may still send data.
    fn open(self) -> bool {
        matches!(self, Self::Midstream | Self::SynReceived | Self::Established)
    }
}

/// One end.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    state: State,
    /// Whether its SYN was seen; then `first` is the number of that.
    syn: bool,
    /// Whether its FIN was seen; then `last` is the number behind that.
    fin: bool,
    first: u32,
    last: u32,
}

/// Follows both ends. `[0]` and `[1]` are the directions of [`Current::way`](crate::conversation::Current::way): the
/// end that sends this way.
#[derive(Clone, Copy, Debug, Default)]
pub struct States {
    ends: [End; 2],
}

/// Whether acknowledgment number `ack` covers what comes before `seq`.
fn covers(ack: u32, seq: u32) -> bool {
    ack.wrapping_sub(seq) as i32 >= 0
}

impl States {
    /// The state of the end that sends `way`.
    pub fn of(&self, way: usize) -> State {
        self.ends.get(way).map_or(State::Unseen, |end| end.state)
    }
    /// Whether the SYN of the end that sends `way` was seen.
    pub fn opened(&self, way: usize) -> bool {
        self.ends.get(way).is_some_and(|end| end.syn)
    }
    /// Whether the FIN of the end that sends `way` was seen.
    pub fn closed(&self, way: usize) -> bool {
        self.ends.get(way).is_some_and(|end| end.fin)
    }
    /// Whether `ack` acknowledges the SYN of the end that sends `way`.
    pub fn acks_syn(&self, way: usize, ack: u32) -> bool {
        self.ends.get(way).is_some_and(|end| end.syn && covers(ack, end.first.wrapping_add(1)))
    }

    /// A segment goes `way`.
    pub fn pass(&mut self, way: usize, segment: &Segment) {
        let [lower, higher] = &mut self.ends;
        let (own, other) = if way == 0 { (lower, higher) } else { (higher, lower) };
        if segment.has(flag::RST) {
            own.state = State::Closed;
            // An end that has said nothing may never have been there.
            if other.state != State::Unseen {
                other.state = State::Closed;
            }
            return;
        }
        if segment.has(flag::SYN) {
            own.send_syn(segment);
        } else if own.state == State::Unseen {
            own.state = State::Midstream;
        } else if own.state == State::SynSent && other.state == State::Unseen && segment.has(flag::ACK) {
            // The other direction is not in the capture: what is acknowledged must have come all the same.
            own.state = State::Established;
        }
        if segment.has(flag::ACK) {
            other.acknowledged(segment);
        }
        if segment.has(flag::SYN) {
            other.receive_syn(segment);
        }
        if segment.has(flag::FIN) {
            let at_once = other.fin && !covers(segment.ack, other.last);
            own.send_fin(segment, at_once);
            other.receive_fin();
        }
    }
}

impl End {
    fn send_syn(&mut self, segment: &Segment) {
        (self.syn, self.first) = (true, segment.seq);
        self.state = match self.state {
            State::Unseen | State::SynSent if !segment.has(flag::ACK) => State::SynSent,
            State::Unseen | State::SynSent => State::SynReceived,
            state => state,
        };
    }
    /// The other end's SYN arrives. What it acknowledges has been taken already.
    fn receive_syn(&mut self, segment: &Segment) {
        if self.state == State::SynSent {
            let answers = segment.has(flag::ACK) && covers(segment.ack, self.first.wrapping_add(1));
            self.state = match answers {
                true => State::Established,
                // Both open at once (RFC 9293 figure 7).
                false if !segment.has(flag::ACK) => State::SynReceived,
                false => State::SynSent,
            };
        }
    }
    fn acknowledged(&mut self, segment: &Segment) {
        if self.fin && covers(segment.ack, self.last) {
            self.state = match self.state {
                State::FinWait1 => State::FinWait2,
                State::Closing => State::TimeWait,
                State::LastAck => State::Closed,
                state => state,
            };
        } else if self.state == State::SynReceived && covers(segment.ack, self.first.wrapping_add(1)) {
            self.state = State::Established;
        }
    }
    /// `at_once` says that it does not know of the other end's FIN, which was captured before.
    fn send_fin(&mut self, segment: &Segment, at_once: bool) {
        let end = segment.seq.wrapping_add(segment.len).wrapping_add(1);
        (self.fin, self.last) = (true, end);
        self.state = match self.state {
            state if state.open() => State::FinWait1,
            // Both close at once (RFC 9293 figure 13).
            State::CloseWait if at_once => State::Closing,
            State::CloseWait => State::LastAck,
            state => state,
        };
    }
    fn receive_fin(&mut self) {
        self.state = match self.state {
            state if state.open() => State::CloseWait,
            State::FinWait1 => State::Closing,
            State::FinWait2 => State::TimeWait,
            state => state,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{State, States};
    use crate::conversation::tcp::analysis::{Segment, flag};

    /// The states of both ends after each of these segments: `> SA 0 1 10` is direction, flags, sequence and
    /// acknowledgment number counted from the first ones, bytes.
    fn run(base: [u32; 2], script: &str) -> Vec<String> {
        let mut states = States::default();
        let mut one = |line: &str| {
            let words: Vec<_> = line.split_whitespace().collect();
            let way = usize::from(words[0] == "<");
            let number = |at: usize| words.get(at).map_or(0, |word| word.parse::<u32>().unwrap());
            let bit = |letter| match letter {
                'F' => flag::FIN,
                'S' => flag::SYN,
                'R' => flag::RST,
                _ => flag::ACK,
            };
            let (seq, ack) = (base[way].wrapping_add(number(2)), base[1 - way].wrapping_add(number(3)));
            let flags = words[1].chars().map(bit).sum();
            states.pass(way, &Segment { seq, ack, len: number(4), flags, ..Segment::default() });
            format!("{} {}", states.of(0).name(), states.of(1).name())
        };
        script.split(';').map(|line| one(line.trim())).collect()
    }
    fn last(script: &str) -> String {
        let ends = [[1000, 5000], [u32::MAX, u32::MAX - 1]].map(|base| run(base, script).pop().unwrap());
        assert_eq!(ends[0], ends[1], "across the wrap of sequence numbers: {script}");
        ends[0].clone()
    }
    const OPEN: &str = "> S 0; < SA 0 1; > A 1 1; ";

    #[test]
    fn the_usual_course() {
        let script = format!("{OPEN}> A 1 1 10; < A 1 11; > FA 11 1; < A 1 12; < FA 1 12; > A 12 2");
        let expected = [
            "SYN-SENT unseen",
            "ESTABLISHED SYN-RECEIVED",
            "ESTABLISHED ESTABLISHED",
            "ESTABLISHED ESTABLISHED",
            "ESTABLISHED ESTABLISHED",
            "FIN-WAIT-1 CLOSE-WAIT",
            "FIN-WAIT-2 CLOSE-WAIT",
            "TIME-WAIT LAST-ACK",
            "TIME-WAIT CLOSED",
        ];
        assert_eq!(run([1, 2], &script), expected);
    }

    #[test]
    fn opening_at_once() {
        assert_eq!(last("> S 0; < S 0"), "SYN-RECEIVED SYN-SENT");
        assert_eq!(last("> S 0; < S 0; > SA 0 1; < SA 0 1"), "ESTABLISHED ESTABLISHED");
    }

    #[test]
    fn closing_at_once() {
        assert_eq!(last(&format!("{OPEN}> FA 1 1; < FA 1 1")), "CLOSING CLOSING");
        assert_eq!(last(&format!("{OPEN}> FA 1 1; < FA 1 1; > A 2 2; < A 2 2")), "TIME-WAIT TIME-WAIT");
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(last("> S 0; > S 0"), "SYN-SENT unseen");
        assert_eq!(last("> A 5 5 10"), "midstream unseen");
        assert_eq!(last("> A 5 5 10; < A 5 15"), "midstream midstream");
        assert_eq!(last("> FA 5 5"), "FIN-WAIT-1 unseen");
        assert_eq!(last("< SA 0 1; > A 1 1"), "midstream ESTABLISHED");
        assert_eq!(last("> S 0; < R 0 1"), "CLOSED CLOSED");
        assert_eq!(last("> S 0; > R 1"), "CLOSED unseen");
    }

    #[test]
    fn an_answer_to_something_else_opens_nothing() {
        assert_eq!(run([1000, 5000], "> S 10; < SA 0 5").pop().unwrap(), "SYN-SENT SYN-RECEIVED");
    }

    #[test]
    fn half_closed_and_reset() {
        assert_eq!(last(&format!("{OPEN}< FA 1 1; > A 1 2")), "CLOSE-WAIT FIN-WAIT-2");
        assert_eq!(last(&format!("{OPEN}> R 1")), "CLOSED CLOSED");
        assert_eq!(last(&format!("{OPEN}> FA 1 1; < A 1 2; > R 2")), "CLOSED CLOSED");
    }

    #[test]
    fn what_comes_twice_changes_nothing() {
        let close = "> FA 1 1; > FA 1 1; < A 1 2; > FA 1 1; < FA 1 2; < FA 1 2; > A 2 2; > A 2 2";
        assert_eq!(last(&format!("{OPEN}{close}")), "TIME-WAIT CLOSED");
        assert_eq!(last("> S 0; > S 0; < SA 0 1; < SA 0 1; > A 1 1; > A 1 1"), "ESTABLISHED ESTABLISHED");
        assert_eq!(State::default(), State::Unseen);
    }
}
