//! Where rows go.

use std::io::{self, IsTerminal, StdoutLock, Write};

/// Output is written out when this many bytes are waiting.
const BLOCK: usize = 1 << 16;

/// Standard output, written in blocks or line by line.
pub(super) struct Output {
    /// What is waiting to be written.
    pub(super) waiting: Vec<u8>,
    block: usize,
    stdout: StdoutLock<'static>,
}

impl Output {
    /// Standard output; `line_buffered` (or a terminal) writes after every frame.
    pub(super) fn new(line_buffered: bool) -> Self {
        let block = if line_buffered || io::stdout().is_terminal() { 1 } else { BLOCK };
        Self { waiting: Vec::with_capacity(2 * BLOCK), block, stdout: io::stdout().lock() }
    }
    /// Writes out what is waiting, if it is enough for a block.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        if self.waiting.len() >= self.block { self.flush() } else { Ok(()) }
    }
    /// Writes out all that is waiting.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let outcome = self.stdout.write_all(&self.waiting).and_then(|()| self.stdout.flush());
        self.waiting.clear();
        outcome
    }
}
