//! The frame itself, before any protocol: when it was captured, how long it is, and what its first byte belongs to.

use super::cursor::Cursor;
use super::protocol::{Key, Stop};
use super::sink::Sink;

/// Hands the frame to the protocol of its link-layer header type.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, link: Key) -> Result<(), Stop> {
    // Inner layers stand beside each other, at the top of the tree.
    c.below(|c| c.next(link)).map(|_known| ())
}
