//! What is remembered of calls, so that replies are understood.

use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Key;
use crate::dissect::sink::Sink;

/// Calls remembered of a conversation at most; the oldest goes first.
const MOST: usize = 1 << 14;
/// The message types.
const CALL: u32 = 0;
const REPLY: u32 = 1;
/// The only version of RPC in use.
const VERSION: u32 = 2;

/// A call, as its reply needs it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call {
    /// The frame it came in.
    pub frame: u64,
    /// The frame of its reply; 0 where there was none yet.
    pub reply: u64,
    /// The program called.
    pub program: u32,
    /// Its version.
    pub version: u32,
    /// Its procedure.
    pub procedure: u32,
    /// What GSS does with the arguments.
    pub guard: Guard,
    /// What the program itself wants to know of the call when the reply comes.
    pub note: u32,
}

/// What GSS does with arguments and results (RFC 2203 section 5.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    #[default]
    None,
    /// It says their length, and puts a checksum behind them.
    Integrity,
    /// They are not readable, or are no arguments but a token.
    Sealed,
}

/// The calls of a conversation, and the message that is being dissected.
#[derive(Default)]
pub struct Calls {
    by_number: Recent<u32, Call, MOST>,
    /// The call of the message at hand.
    pub at_hand: Call,
    /// Whether that message is a reply.
    pub reply: bool,
    /// The number of that call.
    pub number: u32,
    /// Fragments of a record that is not complete yet, by direction.
    pub fragments: [Vec<u8>; 2],
}

impl Calls {
    /// Remembers a call; gives the one before that had the same number.
    pub fn note(&mut self, number: u32, call: Call) -> Option<Call> {
        if let Some(known) = self.by_number.get(&number) {
            return Some(*known);
        }
        self.by_number.insert(number, call);
        None
    }
    /// Keeps, with the call at hand, what its program wants to know when the reply comes.
    pub fn remark(&mut self, note: u32) {
        let number = self.number;
        self.get_mut(number).into_iter().for_each(|call| call.note = note);
    }
    /// The call with this number.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut Call> {
        self.by_number.get_mut(&number)
    }
}

/// Whether a message begins at `offset`: a call to a program that is known, or a reply to a call that is.
pub fn recognise<S: Sink>(c: &Cursor<'_, S>, offset: usize) -> bool {
    let (Some(number), Some(kind)) = (c.peek_u32(offset), c.peek_u32(offset + 4)) else { return false };
    match kind {
        CALL => {
            let (Some(version), Some(program)) = (c.peek_u32(offset + 8), c.peek_u32(offset + 12)) else {
                return false;
            };
            version == VERSION && c.worker.registry.find(Key::Rpc(program)).is_some()
        }
        REPLY => c.worker.state.remembered::<Calls>().is_some_and(|calls| calls.by_number.contains(&number)),
        _ => false,
    }
}

/// Runs `body` on the current conversation's calls.
pub fn with<S: Sink, T: Default>(c: &mut Cursor<'_, S>, body: impl FnOnce(&mut Calls) -> T) -> T {
    c.worker.state.slots().map(|slots| body(slots.entry::<Calls>())).unwrap_or_default()
}
