//! File handles and state identifiers: long and opaque, so that their hashes stand for them.

use crate::dissect::application::rpc::xdr;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    HANDLE = "nfs.fhandle", "FileHandle", Bytes;
    HANDLE_LENGTH = "nfs.fh.length", "length", U32;
    HANDLE_HASH = "nfs.fh.hash", "hash (CRC-32)", U32 hex;
    STATE = "nfs.stateid", "StateID", None;
    STATE_HASH = "nfs.stateid.hash", "StateID Hash", U16 hex;
}

/// Bytes of a handle in version 2.
const FIXED_LEN: usize = 32;
/// Bytes of a state identifier.
const STATE_LEN: usize = 16;

/// A step of a reflected cyclic redundancy check, for one byte.
const fn step(mut register: u32, polynomial: u32) -> u32 {
    let mut bit = 0;
    while bit < 8 {
        register = if register & 1 == 1 { register >> 1 ^ polynomial } else { register >> 1 };
        bit += 1;
    }
    register
}

/// What every byte does to the register.
const fn table(polynomial: u32) -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            table[byte] = step(byte as u32, polynomial);
        }
        byte += 1;
    }
    table
}

/// CRC-32 as Ethernet has it, and CRC-16 as X.25 has it.
static CRC32: [u32; 256] = table(0xedb8_8320);
static CRC16: [u32; 256] = table(0x8408);

fn register(table: &[u32; 256], start: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(start, |register, &byte| {
        let at = (register as u8 ^ byte) as usize;
        register >> 8 ^ table.get(at).copied().unwrap_or_default()
    })
}

/// The hash of a handle.
pub fn hash(handle: &[u8]) -> u32 {
    !register(&CRC32, u32::MAX, handle)
}

/// Reads a handle of version 2; gives its hash.
///
/// # Errors
/// Where the bytes run out.
pub fn fixed<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    bytes(c, FIXED_LEN)
}

/// Reads a handle behind its length; gives its hash.
///
/// # Errors
/// Where the bytes run out.
pub fn variable<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    let len = c.u32(&HANDLE_LENGTH)? as usize;
    let hash = bytes(c, len)?;
    c.skip(xdr::padding(len))?;
    Ok(hash)
}

fn bytes<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<u32, Stop> {
    let start = c.pos();
    let handle = c.rest().get(..len).ok_or_else(|| c.short(len))?;
    let hash = hash(handle);
    c.generated_over(&HANDLE_HASH, start, start + len, hash.into());
    c.bytes(&HANDLE, len)?;
    Ok(hash)
}

/// Reads a state identifier; gives its hash.
///
/// # Errors
/// Where the bytes run out.
pub fn state<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    let start = c.pos();
    let bytes = c.bytes(&STATE, STATE_LEN)?;
    let hash = !register(&CRC16, 0xffff, bytes) as u16;
    c.below(|c| c.generated_over(&STATE_HASH, start, start + STATE_LEN, hash.into()));
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_check_value_of_crc_32() {
        assert_eq!(hash(b"123456789"), 0xcbf4_3926);
        assert_eq!(hash(b""), 0);
    }
}
