//! One block, of which perhaps not all is there.

use super::types;
use crate::source::error::Fault;
use crate::source::window::Span;

/// A block from its type field on, of which `bytes` may hold less than its length or more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<'a> {
    pub(super) bytes: &'a [u8],
    /// The block's length, a multiple of four.
    pub(super) len: usize,
    pub(super) big_endian: bool,
}

impl<'a> Body<'a> {
    /// Where the trailing length begins.
    #[inline]
    pub(super) fn end(self) -> usize {
        self.len.saturating_sub(4)
    }

    /// A 16-bit number at a position.
    pub(super) fn u16(self, at: usize) -> Result<u16, Fault> {
        let field = *self.chunk(at)?;
        Ok(if self.big_endian { u16::from_be_bytes(field) } else { u16::from_le_bytes(field) })
    }

    /// A 32-bit number at a position.
    #[inline]
    pub(super) fn u32(self, at: usize) -> Result<u32, Fault> {
        let field = *self.chunk(at)?;
        Ok(if self.big_endian { u32::from_be_bytes(field) } else { u32::from_le_bytes(field) })
    }

    /// A 64-bit number at a position.
    pub(super) fn u64(self, at: usize) -> Result<u64, Fault> {
        let field = *self.chunk(at)?;
        Ok(if self.big_endian { u64::from_be_bytes(field) } else { u64::from_le_bytes(field) })
    }

    /// A fixed number of bytes at a position.
    #[inline]
    fn chunk<const N: usize>(self, at: usize) -> Result<&'a [u8; N], Fault> {
        self.bytes.get(at..).and_then(|bytes| bytes.first_chunk()).ok_or(Fault::CutShort)
    }

    /// The bytes of a run.
    #[inline]
    pub(super) fn part(self, span: Span) -> Result<&'a [u8], Fault> {
        self.bytes.get(span.start..span.start.saturating_add(span.len)).ok_or(Fault::CutShort)
    }

    /// Compares the trailing length of a block that ends at `end` with its leading one.
    pub(super) fn trailer(self, end: usize) -> Result<(), Fault> {
        let second = round(self.u32(end.saturating_sub(4))?);
        if second as usize == self.len {
            return Ok(());
        }
        Err(damaged(format!("total block lengths (first {} and second {second}) don't match", self.len)))
    }

    /// Whether a section header is big-endian, by its byte-order magic; `None` where it is not one.
    pub(super) fn section_order(block: &[u8]) -> Option<bool> {
        let (kind, rest) = block.split_first_chunk::<4>()?;
        let magic = rest.get(4..)?.first_chunk::<4>()?;
        if u32::from_be_bytes(*kind) != types::SECTION_HEADER {
            return None;
        }
        match u32::from_be_bytes(*magic) {
            0x1a2b_3c4d => Some(true),
            0x4d3c_2b1a => Some(false),
            _ => None,
        }
    }
}

/// A length rounded up to a multiple of four.
#[inline]
pub(super) fn round(len: u32) -> u32 {
    len.wrapping_add(3) & !3
}

/// The fault of a block that contradicts itself.
#[cold]
pub(super) fn damaged(how: String) -> Fault {
    Fault::Damaged(format!("pcapng: {how}").into())
}
