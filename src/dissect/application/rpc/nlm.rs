//! The lock manager (X/Open "Protocols for Interworking: XNFS", chapters 10 and 14).

use super::{calls, xdr};
use crate::dissect::application::rpc::nfs::handle;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("nlm", "Network Lock Manager Protocol", Kind::Protocol);

fields! {
    COOKIE = "nlm.cookie", "cookie", Bytes;
    BLOCK = "nlm.block", "block", Bool bits(32) flag("Yes", "No");
    EXCLUSIVE = "nlm.exclusive", "exclusive", Bool bits(32) flag("Yes", "No");
    CALLER = "nlm.lock.caller_name", "caller_name", Str;
    OWNER = "nlm.lock.owner", "owner", Bytes;
    SVID = "nlm.lock.svid", "svid", U32;
    OFFSET = "nlm.lock.l_offset", "l_offset", U64;
    LENGTH = "nlm.lock.l_len", "l_len", U64;
    RECLAIM = "nlm.reclaim", "reclaim", Bool bits(32) flag("Yes", "No");
    STATE = "nlm.state", "state", U32;
    STATUS = "nlm.stat", "stat", U32 names(STATUSES);
}

names! {
    STATUSES {
        0 = "NLM_GRANTED", 1 = "NLM_DENIED", 2 = "NLM_DENIED_NOLOCKS", 3 = "NLM_BLOCKED",
        4 = "NLM_DENIED_GRACE_PERIOD", 5 = "NLM_DEADLCK", 6 = "NLM_ROFS", 7 = "NLM_STALE_FH", 8 = "NLM_BIG",
        9 = "NLM_FAILED",
    }
}

/// Versions 1 and 2 have no procedures beyond this one.
const LAST_OF_OLD: u32 = 15;

/// The lock manager.
pub struct Nlm;

impl Protocol for Nlm {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NLM";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Rpc(100_021)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (call, reply) = calls::with(c, |calls| (calls.at_hand, calls.reply));
        if !(1..=4).contains(&call.version) {
            return Ok(());
        }
        if call.version < 3 && call.procedure > LAST_OF_OLD {
            return Ok(());
        }
        match (call.procedure, reply) {
            (1 | 6 | 5 | 10, false) => lock(c, call.version, &[&EXCLUSIVE], &[]),
            (2 | 7 | 22, false) => lock(c, call.version, &[&BLOCK, &EXCLUSIVE], &[&RECLAIM, &STATE]),
            (3 | 8, false) => lock(c, call.version, &[&BLOCK, &EXCLUSIVE], &[]),
            (4 | 9, false) => lock(c, call.version, &[], &[]),
            (2..=5 | 22, true) | (12..=15, false) => result(c),
            (20 | 21, false) => share(c),
            _ => Ok(()),
        }
    }
}

/// A lock that is asked about, wanted or given up, with the flags before it and what stands behind it.
fn lock<S: Sink>(
    c: &mut Cursor<'_, S>,
    version: u32,
    flags: &[&'static Field],
    behind: &[&'static Field],
) -> Result<(), Stop> {
    xdr::opaque(c, &COOKIE)?;
    for flag in flags {
        c.u32(flag)?;
    }
    xdr::opaque(c, &CALLER)?;
    let hash = handle::variable(c)?;
    xdr::opaque(c, &OWNER)?;
    let svid = c.u32(&SVID)?;
    let (offset, len) = match version {
        4 => (c.u64(&OFFSET)?, c.u64(&LENGTH)?),
        _ => (c.u32(&OFFSET)?.into(), c.u32(&LENGTH)?.into()),
    };
    c.info().str(" FH:0x").hex(hash, 8).str(" svid:").dec(svid).str(" pos:").dec(offset).byte(b'-').dec(len);
    for field in behind {
        c.u32(field)?;
    }
    Ok(())
}

fn result<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    xdr::opaque(c, &COOKIE)?;
    let status = c.u32(&STATUS)?;
    if status != 0 {
        match STATUS.name(status.into()) {
            Some(name) => _ = c.info().byte(b' ').str(name),
            None => _ = c.info().str(" Unknown Status (").dec(status).byte(b')'),
        }
    }
    Ok(())
}

fn share<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    xdr::opaque(c, &COOKIE)?;
    xdr::opaque(c, &CALLER)?;
    let hash = handle::variable(c)?;
    c.info().str(" FH:0x").hex(hash, 8);
    xdr::opaque(c, &OWNER)?;
    xdr::pass(c, "444")
}
