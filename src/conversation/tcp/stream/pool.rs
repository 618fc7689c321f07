//! The room that unfinished messages share.

use std::collections::VecDeque;

use super::Message;
use super::pending::Pending;

/// Bytes of unfinished messages that are kept at most, of all conversations together.
pub const MOST_BYTES: usize = 1 << 26;
/// Buffers kept for the next message, and the greatest of them in bytes.
const MOST_SPARE: usize = 16;
const MOST_SPARE_BYTES: usize = 1 << 18;

/// The unfinished messages of all conversations.
#[derive(Default)]
pub struct Streams {
    pub(super) pending: Vec<Pending>,
    free: Vec<u32>,
    spare: Vec<Vec<u8>>,
    /// Messages in the order in which they were begun: place and stamp.
    order: VecDeque<(u32, u64)>,
    stamps: u64,
    pub(super) bytes: usize,
    /// Messages given up because too much was unfinished.
    pub given_up: u64,
}

impl Streams {
    /// The message at `place`, a number and 1.
    pub(super) fn get(&mut self, place: u32) -> Option<&mut Pending> {
        self.pending.get_mut((place as usize).wrapping_sub(1))
    }
    /// A place for another message: its number and 1.
    pub(super) fn place(&mut self) -> u32 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.pending.push(Pending::default());
            self.pending.len() as u32
        });
        self.stamps += 1;
        let stamp = self.stamps;
        if let Some(pending) = self.get(place) {
            pending.stamp = stamp;
        }
        if self.order.len() > 2 * self.pending.len() + 64 {
            let pending = &self.pending;
            let lives = |&(place, stamp): &(u32, u64)| {
                pending.get((place as usize).wrapping_sub(1)).is_some_and(|pending| pending.stamp == stamp)
            };
            self.order.retain(lives);
        }
        self.order.push_back((place, stamp));
        place
    }
    /// Takes the message at `place` out; the place is free again.
    pub(super) fn take(&mut self, place: u32) -> Option<Message> {
        let pending = self.get(place)?;
        let message = Message {
            start: pending.start,
            len: pending.contiguous.max(pending.bytes.len()),
            wanted: pending.wanted,
            bytes: std::mem::take(&mut pending.bytes),
            parts: std::mem::take(&mut pending.parts),
            conflict: pending.conflict,
        };
        pending.islands.clear();
        (pending.stamp, pending.given_up, pending.conflict) = (0, false, false);
        self.bytes = self.bytes.saturating_sub(message.bytes.len());
        self.free.push(place);
        self.prune();
        Some(message)
    }
    /// Forgets the eldest that are no more.
    fn prune(&mut self) {
        while let Some(&(place, stamp)) = self.order.front() {
            if self.get(place).is_some_and(|pending| pending.stamp == stamp && !pending.given_up) {
                break;
            }
            self.order.pop_front();
        }
    }
    /// Makes room for the message at `place` to grow to `len` bytes; gives up the eldest ones for it.
    pub(super) fn make_room(&mut self, place: u32, len: usize) {
        let Some(pending) = self.get(place).filter(|pending| !pending.given_up) else { return };
        let more = len.min(pending.wanted).saturating_sub(pending.bytes.len());
        while self.bytes.saturating_add(more) > MOST_BYTES {
            let Some((eldest, stamp)) = self.order.pop_front() else { break };
            let Some(pending) = self.get(eldest).filter(|pending| pending.stamp == stamp) else { continue };
            pending.given_up = true;
            let bytes = std::mem::take(&mut pending.bytes);
            self.bytes = self.bytes.saturating_sub(bytes.len());
            self.given_up += 1;
            if eldest == place {
                return;
            }
        }
        self.bytes = self.bytes.saturating_add(more);
    }
    /// An empty buffer.
    pub fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }
    /// Gives a buffer back that is no longer needed.
    pub fn give_back(&mut self, mut bytes: Vec<u8>) {
        if self.spare.len() < MOST_SPARE && (1..=MOST_SPARE_BYTES).contains(&bytes.capacity()) {
            bytes.clear();
            self.spare.push(bytes);
        }
    }
}
