//! `-z ladder,tcp,N`: a connection drawn as a ladder between two hosts, for the lecture hall.

mod draw;
#[cfg(test)]
mod tests;

use crate::conversation::tcp::analysis::{Remarks, Segment, flag};
use crate::conversation::tcp::states::{State, States};
use crate::dissect::row::Address;
use crate::dissect::tap::{Layers, Told};
use draw::{Paper, Rung};

use super::{Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};

/// The statistic of this file.
pub(super) const KINDS: [Kind; 1] = [Kind { name: "ladder,tcp", make }];

/// Segments that are drawn at most.
const MOST_RUNGS: usize = 1 << 16;
/// Characters kept of what a message says.
const MOST_WORDS: usize = 200;

/// Makes one from `ladder,tcp,STREAM[,color]`.
fn make(request: &Request<'_>) -> Result<Made, Refused> {
    let mut words = request.rest().unwrap_or_default().split(',');
    let stream = words.next().and_then(|word| word.parse().ok());
    let stream = stream.ok_or_else(|| "ladder - Which connection? ladder,tcp,STREAM".to_owned())?;
    let color = words.any(|word| word == "color");
    Ok(Made::all(Ladder { stream, color, ..Ladder::default() }))
}

/// Draws one connection.
#[derive(Default)]
struct Ladder {
    stream: u32,
    color: bool,
    /// The direction that the left end sends, and both ends, the left one first.
    left: usize,
    ends: Option<[(Address, u16); 2]>,
    states: States,
    /// The numbers that relative ones count from, each way.
    bases: [Option<u32>; 2],
    rungs: Vec<Rung>,
    /// Segments that were too many to draw.
    left_out: usize,
}

impl Ladder {
    /// Takes the connection's first segment: the client stands on the left, the server on the right.
    fn begin(&mut self, told: &Told) {
        let (src, dst) = ((told.tap.src, told.tap.src_port), (told.tap.dst, told.tap.dst_port));
        let syn = told.segment.flags & (flag::SYN | flag::ACK);
        let from_client = match (syn & flag::SYN != 0, syn & flag::ACK != 0) {
            (true, acks) => !acks,
            (false, _) => told.tap.src_port >= told.tap.dst_port,
        };
        self.left = if from_client { told.way } else { 1 - told.way.min(1) };
        self.ends = Some(if from_client { [src, dst] } else { [dst, src] });
    }
    /// Sequence and acknowledgment number, counted from the connection's first ones.
    fn relative(&mut self, way: usize, segment: &Segment) -> (u32, u32) {
        let [lower, higher] = &mut self.bases;
        let (own, other) = if way == 0 { (lower, higher) } else { (higher, lower) };
        let first = segment.seq.wrapping_sub(u32::from(!segment.has(flag::SYN)));
        let seq = segment.seq.wrapping_sub(*own.get_or_insert(first));
        let ack = match segment.has(flag::ACK) {
            true => segment.ack.wrapping_sub(*other.get_or_insert(segment.ack.wrapping_sub(1))),
            false => 0,
        };
        (seq, ack)
    }
    fn states(&self) -> [State; 2] {
        [self.states.of(self.left), self.states.of(1 - self.left.min(1))]
    }
    fn rung(&mut self, told: &Told, seen: &Seen<'_>) {
        let before = self.states();
        let (seq, ack) = self.relative(told.way, &told.segment);
        self.states.pass(told.way, &told.segment);
        if self.rungs.len() >= MOST_RUNGS {
            self.left_out += 1;
            return;
        }
        let words = match seen.row.protocol_column() {
            b"TCP" => String::new(),
            protocol => {
                let (protocol, info) =
                    (String::from_utf8_lossy(protocol), String::from_utf8_lossy(seen.row.info_column()));
                format!("{protocol}: {info}").chars().take(MOST_WORDS).collect()
            }
        };
        self.rungs.push(Rung {
            frame: seen.frame.number,
            time: seen.elapsed,
            to_right: told.way == self.left,
            flags: told.segment.flags,
            seq,
            ack,
            len: told.segment.len,
            note: note(told.remarks),
            words,
            before,
            after: self.states(),
        });
    }
}

/// What the analysis says of a segment, in a word.
fn note(remarks: Remarks) -> &'static str {
    let notes = [
        (Remarks::SPURIOUS, "sent again without need"),
        (Remarks::FAST, "sent again (fast retransmission)"),
        (Remarks::RETRANSMISSION, "sent again"),
        (Remarks::OUT_OF_ORDER, "out of order"),
        (Remarks::LOST, "a segment before is missing"),
        (Remarks::ACK_LOST, "acknowledges what is not in the capture"),
        (Remarks::DUP_ACK, "duplicate ACK"),
        (Remarks::KEEP_ALIVE, "keep-alive"),
        (Remarks::KEEP_ALIVE_ACK, "keep-alive answered"),
        (Remarks::ZERO_WINDOW_PROBE, "asks for the window"),
        (Remarks::ZERO_WINDOW, "window closed"),
        (Remarks::WINDOW_UPDATE, "window changed"),
        (Remarks::WINDOW_FULL, "window full"),
    ];
    notes.into_iter().find(|&(remark, _)| remarks.any(remark)).map_or("", |(_, note)| note)
}

impl Statistic for Ladder {
    fn needs(&self) -> Needs {
        Needs { info: true, ..Needs::taps(Layers::SEGMENTS) }
    }
    fn frame(&mut self, seen: &Seen<'_>) {
        let of_stream = |told: &&Told| told.tap.layer == Layers::SEGMENTS && told.tap.stream == self.stream;
        let Some(told) = seen.tapped.told().iter().find(of_stream) else { return };
        if self.ends.is_none() {
            self.begin(told);
        }
        self.rung(told, seen);
    }
    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        let Some(ends) = self.ends else {
            out.extend_from_slice(
                format!("There is no TCP stream {} in {}.\n", self.stream, ending.capture).as_bytes(),
            );
            return;
        };
        let name = |(address, port): (Address, u16)| {
            let host = ending.host(&address);
            if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
        };
        let [left, right] = ends.map(name);
        let mut paper = Paper { color: self.color, out };
        paper.heading(self.stream, &left, &right);
        let mut last = None;
        for rung in &self.rungs {
            paper.rung(rung, last);
            last = Some(rung.time);
        }
        paper.finish(self.left_out);
    }
}
