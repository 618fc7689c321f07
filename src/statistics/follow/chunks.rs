//! What was said, piece by piece.

use crate::source::Time;

/// Bytes kept of a conversation at most.
const MOST_BYTES: usize = 1 << 30;

/// Where a piece is from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The packet's number.
    pub(super) packet: u64,
    /// When it was captured.
    pub(super) time: Option<Time>,
    /// Which of the two nodes sent it: 0 sent the first packet.
    pub(super) peer: usize,
}

/// One piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    /// Where it is from.
    pub(super) origin: Origin,
    start: usize,
    len: usize,
}

/// All pieces, in order.
#[derive(Default)]
pub(super) struct Chunks {
    chunks: Vec<Chunk>,
    bytes: Vec<u8>,
    /// Bytes that were too many to be kept.
    pub(super) dropped: usize,
}

impl Chunks {
    /// Adds a piece, if there is anything in it.
    pub(super) fn add(&mut self, origin: Origin, bytes: &[u8]) {
        if self.bytes.len().saturating_add(bytes.len()) > MOST_BYTES {
            self.dropped = self.dropped.saturating_add(bytes.len());
        } else if !bytes.is_empty() {
            self.chunks.push(Chunk { origin, start: self.bytes.len(), len: bytes.len() });
            self.bytes.extend_from_slice(bytes);
        }
    }
    /// The pieces with their bytes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Chunk, &[u8])> {
        let bytes = |chunk: &Chunk| self.bytes.get(chunk.start..chunk.start + chunk.len).unwrap_or_default();
        self.chunks.iter().map(move |chunk| (*chunk, bytes(chunk)))
    }
}
