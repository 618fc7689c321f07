//! Which answer belongs to which question: questions by their number, in each conversation.

use hashbrown::HashMap;

use super::fields::*;
use super::header::Flags;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::sink::Sink;
use crate::source::Time;

/// A question's frame and time, and its answer's frame.
#[derive(Clone, Copy)]
struct Exchange {
    asked_in: u64,
    asked_at: Option<Time>,
    answered_in: Option<u64>,
}

/// Nanoseconds after which a question that is asked once more is a new one.
const PATIENCE: i64 = 5_000_000_000;

impl Exchange {
    fn is_old(&self, now: Option<Time>) -> bool {
        self.asked_at.zip(now).is_some_and(|(then, now)| now.since(then) >= PATIENCE)
    }
}

/// The exchanges of one conversation; a number holds the last exchange that used it.
#[derive(Default)]
struct History(HashMap<u16, Exchange>);

/// What a message turned out to be.
#[derive(Clone, Copy, Default)]
pub(super) struct Verdict {
    /// The frame of the question that it answers.
    answers: Option<u64>,
    /// The frame of the message that it repeats.
    repeats: Option<u64>,
    /// Nanoseconds since the question.
    elapsed: Option<i64>,
    /// An answer to no question.
    unsolicited: bool,
}

/// Looks the message up, and keeps it for those that follow.
pub(super) fn ask<S: Sink>(c: &mut Cursor<'_, S>, id: u16, response: bool) -> Verdict {
    let (frame, time) = (c.worker.frame.number, c.worker.frame.time);
    let Some(slots) = c.worker.state.slots() else { return Verdict::default() };
    let history: &mut History = slots.entry();
    let known = history.0.get_mut(&id);
    let mut verdict = Verdict::default();
    match known {
        None if response => verdict.unsolicited = true,
        Some(exchange) if response => match exchange.answered_in {
            Some(before) => verdict.repeats = Some(before),
            None => {
                exchange.answered_in = Some(frame);
                verdict.answers = Some(exchange.asked_in);
                verdict.elapsed = exchange.asked_at.zip(time).map(|(then, now)| now.since(then));
            }
        },
        Some(exchange) if exchange.answered_in.is_none() && !exchange.is_old(time) => {
            verdict.repeats = Some(exchange.asked_in);
        }
        _ => _ = history.0.insert(id, Exchange { asked_in: frame, asked_at: time, answered_in: None }),
    }
    verdict
}

impl Verdict {
    /// Remarks on a message that repeats another, below its number.
    pub(super) fn remark<S: Sink>(&self, c: &mut Cursor<'_, S>, flags: Flags) {
        let Some(before) = self.repeats else { return };
        let (remark, words): (&'static Field, _) = match flags.is_response() {
            true => (&RETRANSMITTED_RESPONSE, ". Original response in frame "),
            false => (&RETRANSMITTED_REQUEST, ". Original request in frame "),
        };
        c.below(|c| {
            c.expert(remark);
            c.append(|l| _ = l.str(words).dec(before));
        });
    }
    /// Records what was found, behind all records.
    pub(super) fn record<S: Sink>(&self, c: &mut Cursor<'_, S>, flags: Flags) {
        if let Some(before) = self.repeats {
            c.generated(if flags.is_response() { &RETRANSMIT_RESPONSE_IN } else { &RETRANSMIT_REQUEST_IN }, before);
            c.generated(&RETRANSMISSION, 1);
        }
        if let Some(question) = self.answers {
            c.generated(&RESPONSE_TO, question);
            if let Some(elapsed) = self.elapsed {
                c.generated(&TIME, elapsed as u64);
            }
        }
        if self.unsolicited {
            c.generated(&UNSOLICITED, 1);
        }
    }
}
