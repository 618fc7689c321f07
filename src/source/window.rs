//! A growable window over a byte stream: what the formats are framed in, without a copy per record.

use std::io::{self, Read};

use super::error::Fault;

/// The window's size unless a record needs more: reading in larger steps is slower, for it falls out of the cache.
const SIZE: usize = 512 * 1024;

/// The bytes read and not yet consumed, over any [`Read`].
pub(super) struct Window {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
}

impl Window {
    /// An empty window over `input`.
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input, buffer: vec![0; SIZE], start: 0, end: 0, ended: false }
    }

    /// All bytes at hand.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Consumes `len` bytes, or all there are.
    #[inline]
    pub(super) fn consume(&mut self, len: usize) {
        self.start = self.start.saturating_add(len).min(self.end);
    }

    /// Consumes a record's `head` and the `len` bytes behind it, and gives those.
    #[inline]
    pub(super) fn take(&mut self, head: usize, len: usize) -> &[u8] {
        let from = self.start.saturating_add(head);
        let to = from.saturating_add(len);
        self.start = to.min(self.end);
        self.buffer.get(from..to).unwrap_or_default()
    }

    /// Reads until `need` bytes are at hand or the input ends. Says whether they are at hand.
    ///
    /// The buffer grows with what really arrives, so a length that promises more than there is costs nothing.
    pub(super) fn fill(&mut self, need: usize) -> Result<bool, Fault> {
        while self.end.wrapping_sub(self.start) < need {
            if self.ended {
                return Ok(false);
            }
            self.make_room(need);
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.input.read(free) {
                Ok(0) => self.ended = true,
                Ok(len) => self.end = self.end.saturating_add(len).min(self.buffer.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(fault_of(error)),
            }
        }
        Ok(true)
    }

    /// Moves what is left to the front, and doubles the buffer when it is full and still too small.
    fn make_room(&mut self, need: usize) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end = self.end.wrapping_sub(self.start);
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            let size = self.buffer.len().saturating_mul(2).min(need.max(SIZE));
            self.buffer.resize(size, 0);
        }
    }
}

/// What an error of reading means: a decoder reports a [`Fault`] inside an [`io::Error`].
fn fault_of(error: io::Error) -> Fault {
    match error.downcast::<Broken>() {
        Ok(broken) => broken.0,
        Err(error) => Fault::Io(error),
    }
}

/// A fault on its way through [`Read`].
#[derive(Debug)]
pub(super) struct Broken(pub(super) Fault);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Broken {}
