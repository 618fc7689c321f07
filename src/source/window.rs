//! A growable window over a byte stream: what the formats are framed in, without a copy per record.

use std::io::{self, BufRead, Read};

/// The window's size unless a record needs more: reading in larger steps is slower, for it falls out of the cache.
pub(super) const SIZE: usize = 256 * 1024;

/// A run of bytes within the record last taken, counted from the record's first byte.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) len: usize,
}

impl Span {
    /// The run from `start` to before `end`.
    #[inline]
    pub(super) fn between(start: usize, end: usize) -> Self {
        Self { start, len: end.saturating_sub(start) }
    }

    /// What is left behind the first `len` bytes.
    #[inline]
    pub(super) fn behind(self, len: usize) -> Self {
        Self { start: self.start.saturating_add(len), len: self.len.saturating_sub(len) }
    }
}

/// The bytes read and not yet consumed, over any [`Read`].
pub(super) struct Window {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// Where the record last taken begins.
    record: usize,
    start: usize,
    end: usize,
    ended: bool,
}

impl Window {
    /// An empty window of `size` bytes over `input`.
    pub(super) fn new(input: Box<dyn Read + Send>, size: usize) -> Self {
        Self { input, buffer: vec![0; size], record: 0, start: 0, end: 0, ended: false }
    }

    /// All bytes at hand.
    #[inline]
    pub(super) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Takes a record of `len` bytes (or all there are), of which [`Window::part`] then gives parts.
    #[inline]
    pub(super) fn advance(&mut self, len: usize) {
        self.record = self.start;
        self.start = self.start.saturating_add(len).min(self.end);
    }

    /// A part of the record last taken, until the window is filled again.
    #[inline]
    pub(super) fn part(&self, span: Span) -> &[u8] {
        let from = self.record.saturating_add(span.start);
        self.buffer.get(from..from.saturating_add(span.len)).unwrap_or_default()
    }

    /// The record last taken.
    #[inline]
    pub(super) fn whole(&self) -> &[u8] {
        self.buffer.get(self.record..self.start).unwrap_or_default()
    }

    /// Reads until `need` bytes are at hand or the input ends. Says whether they are at hand.
    ///
    /// The buffer grows with what really arrives, so a length that promises more than there is costs nothing.
    pub(super) fn fill(&mut self, need: usize) -> io::Result<bool> {
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
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Whether the input has nothing more to give than what is at hand.
    pub(super) fn ended(&self) -> bool {
        self.ended
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

impl Read for Window {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.fill_buf()?.read(out)?;
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Window {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fill(1)?;
        Ok(self.ahead())
    }

    fn consume(&mut self, len: usize) {
        self.advance(len);
    }
}
