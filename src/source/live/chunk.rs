//! Frames on their way from the kernel, many in one run of bytes.
//!
//! The layout is that of the kernel's ring (`tpacket3_hdr` and `sockaddr_ll` before each frame, in the machine's byte
//! order), so that a block of it is taken over by one copy. Frames that come in another way are written in the same.

use std::ops::Range;
use std::time::Instant;

use crate::source::Time;

/// Bytes of a record before the frame: `tpacket3_hdr`, then `sockaddr_ll`.
const HEAD: usize = 68;
/// Where the frame starts in records that are written here: room for the longest header that is put before it.
const FRAME: usize = 96;
/// Records begin at multiples of this.
const ALIGNMENT: usize = 16;
/// The VLAN tag is valid (`TP_STATUS_VLAN_VALID`).
const VLAN_VALID: u32 = 1 << 4;
/// The VLAN tag's protocol is, too (`TP_STATUS_VLAN_TPID_VALID`).
const TPID_VALID: u32 = 1 << 6;

/// What the kernel says of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Record {
    pub(in crate::source) time: Time,
    /// Length on the wire, without a VLAN tag that was taken out.
    pub(in crate::source) wire_len: u32,
    /// The VLAN tag that was taken out: its protocol and its control information.
    pub(in crate::source) vlan: Option<(u16, u16)>,
    /// EtherType, or the small numbers that Linux gives to 802.3 frames.
    pub(in crate::source) protocol: u16,
    pub(in crate::source) interface: u32,
    /// ARPHRD_… of that interface.
    pub(in crate::source) hardware: u16,
    /// Who it was for: 0 this host, 1 broadcast, 2 multicast, 3 another host, 4 sent by this host.
    pub(in crate::source) packet_type: u8,
    pub(in crate::source) address_len: u8,
    /// The sender's link-layer address.
    pub(in crate::source) address: [u8; 8],
}

impl Record {
    /// Takes over the tag that the kernel took out of the frame, where its status says that there was one.
    pub(in crate::source) fn set_vlan(&mut self, status: u32, control: u32, protocol: u16) {
        if status & VLAN_VALID != 0 {
            let protocol = if status & TPID_VALID != 0 { protocol } else { 0x8100 };
            self.vlan = Some((protocol, control as u16));
        }
    }
}

/// Several frames.
#[derive(Debug)]
pub(in crate::source) struct Chunk {
    bytes: Vec<u8>,
    /// Frames left.
    left: u32,
    /// Where the next record starts.
    at: usize,
    /// When its first frame was taken over from the kernel.
    pub(super) arrived: Instant,
}

impl Chunk {
    /// An empty chunk in the memory of an earlier one.
    pub(super) fn new(mut memory: Vec<u8>) -> Self {
        memory.clear();
        Self { bytes: memory, left: 0, at: 0, arrived: Instant::now() }
    }

    /// Takes over a block of the kernel's ring.
    pub(in crate::source) fn fill(&mut self, block: &[u8]) {
        // tpacket_block_desc: version, private offset, status, number of frames, offset of the first, length.
        let head = Head(block.first_chunk().unwrap_or(&[0; HEAD]));
        let (count, first, len) = (head.word::<12>(), head.word::<16>() as usize, head.word::<20>() as usize);
        let frames = block.get(first..len).unwrap_or_default();
        self.left = if frames.is_empty() { 0 } else { count };
        self.at = 0;
        self.arrived = Instant::now();
        self.bytes.clear();
        // A few frames are not to hold on to the memory of a whole block while they wait.
        if frames.len() < self.bytes.capacity() / 4 {
            self.bytes = Vec::with_capacity(frames.len());
        }
        self.bytes.extend_from_slice(frames);
    }

    /// Adds a frame.
    pub(in crate::source) fn push(&mut self, record: &Record, frame: &[u8]) {
        if self.is_empty() {
            self.arrived = Instant::now();
        }
        let start = self.bytes.len();
        let end = FRAME.saturating_add(frame.len()).next_multiple_of(ALIGNMENT);
        let (status, tpid, control) = match record.vlan {
            Some((tpid, control)) => (VLAN_VALID | TPID_VALID, tpid, control),
            None => (0, 0, 0),
        };
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let words = [number(end), record.time.secs as u32, record.time.nanos, number(frame.len()), record.wire_len];
        let mac = FRAME as u16;
        for word in words.into_iter().chain([status]) {
            self.bytes.extend_from_slice(&word.to_ne_bytes());
        }
        let halves = [mac, mac, 0, 0, control, 0, tpid, 0, 0, 0, 0, 0];
        for half in halves.into_iter().chain([0, record.protocol.to_be()]) {
            self.bytes.extend_from_slice(&half.to_ne_bytes());
        }
        self.bytes.extend_from_slice(&record.interface.to_ne_bytes());
        self.bytes.extend_from_slice(&record.hardware.to_ne_bytes());
        self.bytes.extend_from_slice(&[record.packet_type, record.address_len]);
        self.bytes.extend_from_slice(&record.address);
        self.bytes.resize(start.saturating_add(FRAME), 0);
        self.bytes.extend_from_slice(frame);
        self.bytes.resize(start.saturating_add(end), 0);
        self.left = self.left.saturating_add(1);
    }

    /// The next frame: what is known of it, and where its bytes are.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(Record, Range<usize>)> {
        self.left = self.left.checked_sub(1)?;
        let head = Head(self.bytes.get(self.at..)?.first_chunk()?);
        let mut record = Record {
            time: Time { secs: head.word::<4>().into(), nanos: head.word::<8>() },
            wire_len: head.word::<16>(),
            vlan: None,
            protocol: u16::from_be(head.half::<50>()),
            interface: head.word::<52>(),
            hardware: head.half::<56>(),
            packet_type: head.bytes::<1, 58>()[0],
            address_len: head.bytes::<1, 59>()[0],
            address: head.bytes::<8, 60>(),
        };
        // The kernel leaves what lies behind a short address as it was.
        record.address.iter_mut().skip(usize::from(record.address_len)).for_each(|byte| *byte = 0);
        record.set_vlan(head.word::<20>(), head.word::<32>(), head.half::<36>());
        let start = self.at.checked_add(usize::from(head.half::<24>()))?;
        let end = start.checked_add(head.word::<12>() as usize)?;
        // The last record of a block says 0.
        self.at = self.at.checked_add(head.word::<0>() as usize)?;
        (end <= self.bytes.len()).then_some((record, start..end))
    }

    /// Whether all frames have been taken out.
    pub(super) fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Bytes of memory that it takes.
    pub(super) fn size(&self) -> usize {
        self.bytes.capacity()
    }

    /// The bytes of a frame.
    #[inline]
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Puts `header` in front of a frame, over what the kernel said of it; returns where the frame is then.
    pub(super) fn prepend(&mut self, frame: Range<usize>, header: &[u8]) -> Range<usize> {
        let start = frame.start.saturating_sub(header.len());
        match self.bytes.get_mut(start..frame.start) {
            Some(room) if room.len() == header.len() => {
                room.copy_from_slice(header);
                start..frame.end
            }
            _ => frame,
        }
    }

    /// Puts `inserted` behind the first `at` bytes of a frame, which move; returns where the frame is then.
    pub(super) fn insert(&mut self, frame: Range<usize>, at: usize, inserted: [u8; 4]) -> Range<usize> {
        let Some(start) = frame.start.checked_sub(4) else { return frame };
        match self.bytes.get_mut(start..frame.end).and_then(|room| room.split_at_mut_checked(at.saturating_add(4))) {
            Some((room, _)) => {
                room.copy_within(4.., 0);
                if let Some(tag) = room.last_chunk_mut() {
                    *tag = inserted;
                }
                start..frame.end
            }
            None => frame,
        }
    }

    /// The memory, for another chunk.
    pub(super) fn into_memory(self) -> Vec<u8> {
        self.bytes
    }
}

/// A record's head; each reader names the offset.
struct Head<'a>(&'a [u8; HEAD]);

impl Head<'_> {
    #[inline(always)]
    fn bytes<const N: usize, const AT: usize>(&self) -> [u8; N] {
        self.0.get(AT..AT.wrapping_add(N)).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
    }

    #[inline(always)]
    fn word<const AT: usize>(&self) -> u32 {
        u32::from_ne_bytes(self.bytes::<4, AT>())
    }

    #[inline(always)]
    fn half<const AT: usize>(&self) -> u16 {
        u16::from_ne_bytes(self.bytes::<2, AT>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged() -> Record {
        Record {
            time: Time { secs: 1_700_000_000, nanos: 5 },
            wire_len: 70_000,
            vlan: Some((0x88a8, 7)),
            protocol: 0x800,
            interface: 3,
            hardware: 1,
            packet_type: 4,
            address_len: 6,
            address: [1, 2, 3, 4, 5, 6, 0, 0],
        }
    }

    #[test]
    fn what_is_pushed_comes_back() {
        let mut chunk = Chunk::new(Vec::new());
        chunk.push(&tagged(), b"first frame's bytes");
        chunk.push(&Record::default(), b"");
        chunk.push(&Record { wire_len: 3, ..Record::default() }, b"abc");
        let (record, range) = chunk.next().unwrap();
        assert_eq!((record, chunk.bytes(range)), (tagged(), &b"first frame's bytes"[..]));
        assert_eq!(chunk.next().unwrap().0, Record::default());
        let (_, range) = chunk.next().unwrap();
        assert_eq!(chunk.bytes(range), b"abc");
        assert!(chunk.is_empty() && chunk.next().is_none());
    }

    #[test]
    fn headers_and_tags_go_in_front() {
        let mut chunk = Chunk::new(Vec::new());
        chunk.push(&Record::default(), b"0123456789abcdef");
        let (_, range) = chunk.next().unwrap();
        let range = chunk.insert(range, 12, *b"-tag");
        assert_eq!(chunk.bytes(range.clone()), b"0123456789ab-tagcdef");
        let range = chunk.prepend(range, b"header ");
        assert_eq!(chunk.bytes(range), b"header 0123456789ab-tagcdef");
    }

    #[test]
    fn a_block_that_makes_no_sense_yields_nothing() {
        for fill in [0, 0xff] {
            let mut chunk = Chunk::new(Vec::new());
            chunk.fill(&[fill; 4096]);
            assert!(chunk.next().is_none());
        }
        let mut block = vec![0; 4096];
        for (at, word) in [(12, 9_u32), (16, 48), (20, 4096), (48 + 12, u32::MAX), (48, 64)] {
            block[at..at + 4].copy_from_slice(&word.to_ne_bytes());
        }
        let mut chunk = Chunk::new(Vec::new());
        chunk.fill(&block);
        assert!(chunk.next().is_none());
    }
}
