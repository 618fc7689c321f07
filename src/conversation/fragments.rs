//! Datagrams put together again from their fragments (RFC 791 section 3.2, RFC 8200 section 4.5).

use std::collections::VecDeque;

use hashbrown::HashMap;

use crate::dissect::row::Address;

/// Bytes of fragments that wait at most; beyond that, the datagrams begun longest ago are given up.
const MOST_WAITING: usize = 16 << 20;
/// What a fragment costs besides its bytes: so many that carry nothing count too.
const OVERHEAD: usize = 64;
/// Finished datagrams whose buffers are kept to be used again.
const MOST_SPARE: usize = 8;

/// What tells datagrams apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The sender's address.
    pub src: Address,
    /// The receiver's address.
    pub dst: Address,
    /// The identification.
    pub id: u32,
    /// The protocol carried, where it tells datagrams apart: 0 for IPv6.
    pub protocol: u8,
    /// The outermost VLAN, 0 for none.
    pub vlan: u16,
}

/// One fragment as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Its place in the datagram, in bytes.
    pub offset: u32,
    /// Its length in bytes.
    pub len: u32,
    /// The frame that brought it.
    pub frame: u64,
    /// Whether it says again what another fragment said.
    pub overlaps: bool,
    /// Whether it says otherwise than another fragment did.
    pub conflicts: bool,
    /// Where its bytes start among those that arrived.
    start: usize,
}

impl Piece {
    fn end(&self) -> usize {
        self.offset as usize + self.len as usize
    }
}

/// A datagram in the making.
#[derive(Debug, Default)]
pub struct Datagram {
    /// In the order of their places; of several at one place, the first to arrive is first.
    pieces: Vec<Piece>,
    /// The bytes of all fragments in the order in which they arrived.
    arrived: Vec<u8>,
    /// The datagram put together.
    whole: Vec<u8>,
    /// The length, as the first "last fragment" says it.
    end: Option<usize>,
    /// How many datagrams had been begun before it.
    born: u64,
}

impl Datagram {
    fn clear(&mut self) {
        self.pieces.clear();
        self.arrived.clear();
        self.whole.clear();
        self.end = None;
    }
    fn cost(&self) -> usize {
        self.arrived.len() + self.pieces.len() * OVERHEAD
    }
    fn insert(&mut self, offset: usize, more: bool, frame: u64, bytes: &[u8]) {
        if !more && self.end.is_none() {
            self.end = Some(offset + bytes.len());
        }
        let (start, len) = (self.arrived.len(), bytes.len() as u32);
        let piece = Piece { offset: offset as u32, len, frame, overlaps: false, conflicts: false, start };
        self.arrived.extend_from_slice(bytes);
        let place = self.pieces.partition_point(|other| other.offset as usize <= offset);
        self.pieces.insert(place, piece);
    }
    fn is_complete(&self) -> bool {
        let Some(end) = self.end else { return false };
        let mut reach = 0;
        for piece in &self.pieces {
            if piece.offset as usize > reach {
                break;
            }
            reach = reach.max(piece.end());
        }
        reach >= end
    }
    /// Where two fragments say something about the same byte, the one that begins earlier is believed.
    fn assemble(&mut self) {
        let end = self.end.unwrap_or(0);
        for piece in &mut self.pieces {
            let said = self.whole.len();
            let bytes = self.arrived.get(piece.start..piece.start + piece.len as usize).unwrap_or_default();
            let (known, new) =
                bytes.split_at_checked(said.saturating_sub(piece.offset as usize)).unwrap_or((bytes, &[]));
            let before = self.whole.get(piece.offset as usize..).unwrap_or_default();
            piece.overlaps = !known.is_empty();
            piece.conflicts = !before.starts_with(known) && !known.starts_with(before);
            self.whole.extend_from_slice(new.get(..end.saturating_sub(said)).unwrap_or(new));
        }
    }
    /// The datagram put together.
    pub fn whole(&self) -> &[u8] {
        &self.whole
    }
    /// The fragments it came in, in the order of their places.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// Datagrams of which fragments have arrived, but not all.
#[derive(Default)]
pub struct Fragments {
    waiting: HashMap<Key, Box<Datagram>>,
    /// In the order in which they were begun; those that were finished since are still in it.
    begun: VecDeque<(Key, u64)>,
    births: u64,
    cost: usize,
    #[allow(clippy::vec_box, reason = "they move between here and the table as boxes")]
    spare: Vec<Box<Datagram>>,
    /// Buffers for whole datagrams: those that wait need none.
    rooms: Vec<Vec<u8>>,
}

impl Fragments {
    /// Adds a fragment of a datagram; gives the datagram if it is now complete.
    pub fn add(&mut self, key: Key, offset: usize, more: bool, frame: u64, bytes: &[u8]) -> Option<Box<Datagram>> {
        let Self { waiting, begun, births, spare, .. } = self;
        let datagram = waiting.entry(key).or_insert_with(|| {
            let mut datagram = spare.pop().unwrap_or_default();
            *births += 1;
            datagram.born = *births;
            begun.push_back((key, *births));
            datagram
        });
        datagram.insert(offset, more, frame, bytes);
        self.cost += bytes.len() + OVERHEAD;
        if datagram.is_complete() {
            let mut datagram = self.take(&key)?;
            datagram.whole = self.rooms.pop().unwrap_or_default();
            datagram.assemble();
            return Some(datagram);
        }
        self.forget_oldest();
        None
    }
    /// Takes a datagram back whose bytes are no longer needed.
    pub fn recycle(&mut self, mut datagram: Box<Datagram>) {
        if self.spare.len() < MOST_SPARE {
            datagram.clear();
            if datagram.whole.capacity() > 0 {
                self.rooms.push(std::mem::take(&mut datagram.whole));
            }
            self.spare.push(datagram);
        }
    }
    fn take(&mut self, key: &Key) -> Option<Box<Datagram>> {
        let datagram = self.waiting.remove(key)?;
        self.cost = self.cost.saturating_sub(datagram.cost());
        if self.begun.len() > 64 + 2 * self.waiting.len() {
            let waiting = &self.waiting;
            self.begun.retain(|(key, born)| waiting.get(key).is_some_and(|datagram| datagram.born == *born));
        }
        Some(datagram)
    }
    fn forget_oldest(&mut self) {
        while self.cost > MOST_WAITING
            && let Some((key, born)) = self.begun.pop_front()
        {
            if self.waiting.get(&key).is_some_and(|datagram| datagram.born == born)
                && let Some(datagram) = self.take(&key)
            {
                self.recycle(datagram);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fragments, Key, MOST_WAITING};
    use crate::dissect::row::Address;

    fn key(id: u32) -> Key {
        Key { src: Address::Ipv4([1; 4]), dst: Address::Ipv4([2; 4]), id, protocol: 17, vlan: 0 }
    }

    /// Adds fragments `(offset, more, bytes)` and gives what came of the last one.
    fn put_together(fragments: &[(usize, bool, &[u8])]) -> Option<Vec<u8>> {
        let mut table = Fragments::default();
        let add = |&(offset, more, bytes): &(usize, bool, &[u8])| table.add(key(1), offset, more, 1, bytes);
        let datagrams: Vec<_> = fragments.iter().map(add).collect();
        datagrams.into_iter().next_back()?.map(|datagram| datagram.whole().to_vec())
    }

    #[test]
    fn any_order_makes_the_datagram() {
        let part = |at, more, bytes: &'static [u8]| (at, more, bytes);
        let (first, second, last) = (part(0, true, b"ab"), part(2, true, b"cd"), part(4, false, b"e"));
        for order in [[first, second, last], [last, first, second], [second, last, first], [last, second, first]] {
            assert_eq!(put_together(&order).as_deref(), Some(&b"abcde"[..]));
        }
        assert_eq!(put_together(&[first, last]), None);
    }

    #[test]
    fn of_overlapping_fragments_the_earlier_place_is_believed() {
        assert_eq!(put_together(&[(2, false, b"CDE"), (0, true, b"abc")]).as_deref(), Some(&b"abcDE"[..]));
        assert_eq!(
            put_together(&[(0, true, b"abcd"), (1, true, b"XY"), (2, false, b"ZZZ")]).as_deref(),
            Some(&b"abcdZ"[..])
        );
    }

    #[test]
    fn the_first_last_fragment_says_the_length() {
        assert_eq!(
            put_together(&[(2, false, b"c"), (2, false, b"cde"), (0, true, b"ab")]).as_deref(),
            Some(&b"abc"[..])
        );
    }

    #[test]
    fn a_finished_datagram_is_forgotten() {
        assert_eq!(put_together(&[(0, true, b"ab"), (2, false, b"c"), (2, false, b"c")]), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut table = Fragments::default();
        let bytes = [0; 60_000];
        for id in 0..1000 {
            table.add(key(id), 0, true, 1, &bytes);
        }
        assert!(table.cost <= MOST_WAITING);
        assert!(table.waiting.len() < 300 && table.begun.len() < 300);
        assert!(table.add(key(0), 60_000, false, 1, b"x").is_none(), "the oldest is given up");
        assert!(table.add(key(999), 60_000, false, 1, b"x").is_some(), "the newest is not");
    }
}
