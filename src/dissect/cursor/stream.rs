//! Messages over a stream: whether all of one has come, asking for what has not, and one that breaks off within.

use super::Cursor;
use crate::conversation::Transport;
use crate::dissect::protocol::{Need, Stop, Unfinished};
use crate::dissect::sink::{Sink, Wanted};

impl<S: Sink> Cursor<'_, S> {
    /// Whether the bytes are carried by TCP.
    pub fn in_stream(&self) -> bool {
        self.worker.state.current.is_some_and(|current| current.transport == Transport::Tcp)
    }
    /// Whether asking for more with [`Stop::More`] is possible: the bytes come from a stream without a gap before them.
    pub fn can_desegment(&self) -> bool {
        self.worker.can_desegment
    }
    /// Asks for the rest of the message that starts at `from`; to be returned as an error.
    pub fn more(&mut self, from: usize, need: Need) -> Stop {
        self.worker.unfinished = Unfinished { from, need, ..Unfinished::default() };
        Stop::More
    }
    /// As [`more`](Self::more), where the message's first `wanted` bytes will tell all that the summary says of it: the
    /// rest need not be kept until then. [`remaining`](Self::remaining) is then less than [`reported`](Self::reported),
    /// and [`at_hand`](Self::at_hand) still counts all.
    pub fn more_in_short(&mut self, from: usize, need: Need, wanted: usize) -> Stop {
        let wanted = if matches!(self.worker.wanted, Wanted::Nothing) { wanted } else { usize::MAX };
        self.worker.unfinished = Unfinished { from, need, wanted, shown: false };
        Stop::More
    }
    /// Bytes left in the window that were captured, kept or not.
    pub fn at_hand(&self) -> usize {
        if self.worker.abridged { self.reported() } else { self.remaining() }
    }
    /// Asks for the next segment where a message begins here of which fewer than `len` bytes have come: too few to tell
    /// how long it is. Does nothing where they are there, or where more cannot come.
    ///
    /// # Errors
    /// [`Stop::More`] where more is asked for.
    #[inline]
    pub fn await_header(&mut self, len: usize) -> Result<(), Stop> {
        if self.remaining() < len && self.can_desegment() { Err(self.more(self.pos, Need::Segment)) } else { Ok(()) }
    }
    /// Asks for what is missing of a message of `len` bytes that begins here. Does nothing where all of it is there, or
    /// where more cannot come.
    ///
    /// # Errors
    /// [`Stop::More`] where more is asked for.
    #[inline]
    pub fn await_bytes(&mut self, len: usize) -> Result<(), Stop> {
        match len.checked_sub(self.remaining()) {
            Some(missing @ 1..) if self.can_desegment() => Err(self.more(self.pos, Need::Bytes(missing))),
            _ => Ok(()),
        }
    }
    /// Runs `body` on the message of `len` bytes that begins here. One that breaks off is remarked upon, and the cursor
    /// goes to where the next one begins.
    ///
    /// # Errors
    /// [`Stop::NotMine`] and [`Stop::More`], where `body` says so, and [`Stop::Snapped`]: behind the end of what was
    /// captured there is nothing to go on with.
    pub fn message(&mut self, len: usize, body: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        let from = self.pos;
        match self.within(len, body) {
            outcome @ (Ok(()) | Err(Stop::NotMine | Stop::More | Stop::Snapped)) => outcome,
            Err(stop) => {
                self.remark(stop);
                self.seek(from.saturating_add(len));
                Ok(())
            }
        }
    }
}
