//! Mounting (RFC 1094 appendix A, RFC 1813 appendix I): how the first file handle is come by.

use super::{calls, xdr};
use crate::dissect::application::rpc::nfs::handle;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mount", "Mount Service", Kind::Protocol);
static SGI_LAYER: Field = Field::new("sgimount", "SGI Mount Service", Kind::Protocol);

fields! {
    PATH = "mount.path", "Path", Str;
    STATUS = "mount.status", "Status", U32 names(STATUSES);
    FLAVOR = "mount.flavor", "Flavor", U32;
}

names! {
    STATUSES {
        0 = "OK", 1 = "ERR_PERM", 2 = "ERR_NOENT", 5 = "ERR_IO", 13 = "ERR_ACCESS", 20 = "ERR_NOTDIR",
        22 = "ERR_INVAL", 63 = "ERR_NAMETOOLONG", 10004 = "ERR_NOTSUPP", 10006 = "ERR_SERVERFAULT",
    }
}

const MOUNT: u32 = 1;
const UNMOUNT: u32 = 3;
const PATHCONF: u32 = 7;

/// The mount service.
pub struct Mount;

impl Protocol for Mount {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MOUNT";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Rpc(100_005)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        service(c)
    }
}

/// The mount service of SGI.
pub struct SgiMount;

impl Protocol for SgiMount {
    const LAYER: &'static Field = &SGI_LAYER;
    const NAME: &'static str = "SGI MOUNT";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Rpc(391_004)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        service(c)
    }
}

fn service<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (call, reply) = calls::with(c, |calls| (calls.at_hand, calls.reply));
    match (call.version, call.procedure, reply) {
        (1..=3, MOUNT | UNMOUNT, false) | (2, PATHCONF, false) => {
            let path = xdr::opaque(c, &PATH)?;
            xdr::text(c.info().byte(b' '), path);
            Ok(())
        }
        (1..=3, MOUNT, true) => mounted(c, call.version),
        _ => Ok(()),
    }
}

/// The answer to a wish to mount.
fn mounted<S: Sink>(c: &mut Cursor<'_, S>, version: u32) -> Result<(), Stop> {
    let status = c.u32(&STATUS)?;
    if status != 0 {
        let info = c.info().str(" Error:");
        match STATUS.name(status.into()) {
            Some(name) => _ = info.str(name),
            None => _ = info.str("Unknown (0x").hex_upper(status, 8).byte(b')'),
        }
        return Ok(());
    }
    if version < 3 {
        return handle::fixed(c).map(|_| ());
    }
    handle::variable(c)?;
    let flavors = xdr::number(c)?;
    for _ in 0..flavors {
        c.u32(&FLAVOR)?;
    }
    Ok(())
}
