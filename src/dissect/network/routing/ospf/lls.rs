//! The block of link-local signalling behind a packet (RFC 5613).

use super::options;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    BLOCK = "", "OSPF LLS Data Block", None;
    CHECKSUM = "ospf.lls.checksum", "Checksum", U16 hex;
    LENGTH = "ospf.lls.data_length", "LLS Data Length", U16;
    EXTENDED = "ospf.v2.lls.ext.options.tlv", "Extended options TLV", None;
    CRYPTO = "ospf.v2.lls.crypto.tlv", "Crypto Authentication TLV", None;
    UNKNOWN = "", "Unknown LLS TLV", None;
    TYPE = "ospf.tlv_type", "TLV Type", U16;
    TLV_LENGTH = "ospf.tlv_length", "TLV Length", U16;
    OPTIONS = "ospf.lls.ext.options", "Options", U32 hex;
    RESTART = "ospf.lls.ext.options.rs", "(RS) Restart Signal", Bool bits(32) mask(0x2) set;
    RESYNC = "ospf.lls.ext.options.lr", "(LR) LSDB Resynchronization", Bool bits(32) mask(0x1) set;
    SEQUENCE = "ospf.v2.lls.sequence_number", "Sequence number", U32 hex;
    AUTHENTICATION = "ospf.v2.lls.auth_data", "Auth Data", Bytes;
}

/// Bytes of a block at least.
pub(super) const LEAST_LEN: usize = 4;

/// The block under the cursor.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let start = c.pos();
    c.u16(&CHECKSUM)?;
    let len = usize::from(c.u16(&LENGTH)?) * 4;
    c.label(|l| _ = l.str("LLS Data Length: ").dec(len as u64).str(" bytes"));
    c.within(len.saturating_sub(c.pos() - start), |c| {
        while c.reported() >= 4 {
            let field = match c.peek_u16(0) {
                Some(1) => &EXTENDED,
                Some(2) => &CRYPTO,
                _ => &UNKNOWN,
            };
            c.group(field, tlv)?;
        }
        Ok(())
    })
}

fn tlv<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u16(&TYPE)?;
    let len = usize::from(c.u16(&TLV_LENGTH)?);
    c.within(len.next_multiple_of(4), |c| match kind {
        1 => {
            let num = c.be::<4>(&OPTIONS)?;
            options::flags::<4, S>(c, num, &[&RESTART, &RESYNC]);
            Ok(())
        }
        2 => {
            c.u32(&SEQUENCE)?;
            c.bytes(&AUTHENTICATION, len.saturating_sub(4)).map(|_| ())
        }
        _ => Ok(()),
    })
}
