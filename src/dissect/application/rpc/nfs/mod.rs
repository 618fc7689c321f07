//! NFS, versions 2 (RFC 1094), 3 (RFC 1813) and 4 (RFC 7530, RFC 8881, RFC 7862).

pub mod callback;
pub mod compound;
pub mod handle;
pub mod names;
mod operations;
mod results;
pub mod v2;
pub mod v3;

use super::{calls, xdr};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("nfs", "Network File System", Kind::Protocol);

fields! {
    NAME = "nfs.name", "Name", Str;
    STATUS2 = "nfs.status2", "Status", U32 names(names::STATUSES2);
    STATUS3 = "nfs.status3", "Status", U32 names(names::STATUSES3);
    STATUS4 = "nfs.nfsstat4", "Status", U32 names(names::STATUSES4);
    OFFSET = "nfs.offset3", "offset", U64;
    COUNT = "nfs.count3", "count", U32;
    DATA = "nfs.data", "Data", Bytes;
    LINK = "nfs.readlink.data", "Name", Str;
}

/// NFS.
pub struct Nfs;

impl Protocol for Nfs {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NFS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[handle::FIELDS, compound::FIELDS];
    const KEYS: &'static [Key] = &[Key::Rpc(100_003)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (call, reply) = calls::with(c, |calls| (calls.at_hand, calls.reply));
        match (call.version, reply) {
            (2, false) => v2::call(c, call.procedure),
            (2, true) => v2::reply(c, call.procedure),
            (3, false) => v3::call(c, call.procedure),
            (3, true) => v3::reply(c, call.procedure),
            (4, _) if call.procedure == 1 => compound::dissect(c, reply),
            _ => Ok(()),
        }
    }
}

/// Writes a hash.
fn hash(line: &mut Line, hash: u32) {
    line.str("0x").hex(hash, 8);
}

/// Reads a status of the field's version; says whether all went well, and in the text if it did not.
fn succeeded<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<bool, Stop> {
    let status = c.u32(field)?;
    if status != 0 {
        error(c.info().str(" Error: "), field, status);
    }
    Ok(status == 0)
}

/// Writes what went wrong.
fn error(line: &mut Line, field: &'static Field, status: u32) {
    match field.name(status.into()) {
        Some(name) => _ = line.str(name),
        None => _ = line.str("Unknown error: ").dec(status),
    }
}

/// Writes a directory and a name in it: `DH: 0x38a4e9f6/log.txt`.
fn entry(line: &mut Line, what: &str, directory: u32, name: &[u8]) {
    hash(line.str(what), directory);
    xdr::text(line.byte(b'/'), name);
}
