//! Version 4's callbacks: what a server asks its client.

use super::names;
use crate::dissect::application::rpc::{calls, programs, xdr};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("nfs.cb", "Network File System CB", Kind::Protocol);

fields! {
    OPERATION = "nfs.cb.operation", "Opcode", U32 names(names::CALLBACKS);
}

/// The procedure that holds operations.
const COMPOUND: u32 = 1;

/// NFS callbacks.
pub struct NfsCallback;

impl Protocol for NfsCallback {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NFS CB";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Rpc(programs::CALLBACKS)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (call, reply) = calls::with(c, |calls| (calls.at_hand, calls.reply));
        if call.procedure != COMPOUND {
            return Ok(());
        }
        if reply {
            c.u32(&super::STATUS4)?;
        }
        let tag = xdr::opaque(c, &super::compound::TAG)?;
        xdr::text(c.info().byte(b' '), tag);
        // The minor version, and which client it is.
        if !reply {
            xdr::pass(c, "44")?;
        }
        for i in 0..xdr::number(c)? {
            let operation = c.u32(&OPERATION)?;
            let Some(name) = name_of(names::CALLBACKS, operation.into()) else { return Ok(()) };
            c.info().str(if i == 0 { " " } else { ";" }).str(name);
            let known = if reply { result(c, operation)? } else { arguments(c, operation)? };
            if !known {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Reads an operation's arguments; says whether they are known.
fn arguments<S: Sink>(c: &mut Cursor<'_, S>, operation: u32) -> Result<bool, Stop> {
    match operation {
        3 => xdr::pass(c, "ob")?,
        4 => xdr::pass(c, "h4o")?,
        8 => xdr::pass(c, "4b")?,
        10 => xdr::pass(c, "4")?,
        11 => {
            xdr::pass(c, "h4444")?;
            for _ in 0..xdr::number(c)? {
                xdr::pass(c, "h[44]")?;
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads an operation's results; says whether they are known.
fn result<S: Sink>(c: &mut Cursor<'_, S>, operation: u32) -> Result<bool, Stop> {
    if c.u32(&super::STATUS4)? == 0 {
        match operation {
            3 => xdr::pass(c, "a")?,
            11 => xdr::pass(c, "h4444")?,
            _ => {}
        }
    }
    Ok(true)
}
