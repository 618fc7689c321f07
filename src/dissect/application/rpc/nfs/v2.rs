//! Version 2 (RFC 1094).

use super::{DATA, LINK, NAME, STATUS2, entry, handle, hash, succeeded};
use crate::dissect::application::rpc::xdr;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Attributes to be set: mode, owner, group, size and two times.
const WANTED: &str = "444488";
/// Bytes of the attributes of a file.
const ATTRIBUTES_LEN: usize = 68;

/// Reads a directory and a name in it, and writes them.
fn named<S: Sink>(c: &mut Cursor<'_, S>, what: &'static str) -> Result<(), Stop> {
    let directory = handle::fixed(c)?;
    let name = xdr::opaque(c, &NAME)?;
    entry(c.info(), what, directory, name);
    Ok(())
}

/// Arguments.
///
/// # Errors
/// Where the bytes run out.
pub fn call<S: Sink>(c: &mut Cursor<'_, S>, procedure: u32) -> Result<(), Stop> {
    match procedure {
        1 | 2 | 5 | 6 | 8 | 16 | 17 => {
            let file = handle::fixed(c)?;
            hash(c.info().str(", FH: "), file);
            position(c, procedure)
        }
        4 | 10 | 15 => named(c, ", DH: "),
        9 | 14 => {
            named(c, ", DH: ")?;
            attributes(c)
        }
        11 => {
            named(c, ", From DH: ")?;
            named(c, " To DH: ")
        }
        12 => {
            let file = handle::fixed(c)?;
            hash(c.info().str(", From DH: "), file);
            named(c, " To DH: ")
        }
        13 => {
            named(c, ", From DH: ")?;
            let target = xdr::opaque(c, &LINK)?;
            xdr::text(c.info().str(" To "), target);
            attributes(c)
        }
        _ => Ok(()),
    }
}

/// What stands behind the handle.
fn position<S: Sink>(c: &mut Cursor<'_, S>, procedure: u32) -> Result<(), Stop> {
    let names = match procedure {
        2 => return attributes(c),
        6 => [" Offset: ", " Count: ", " TotalCount: "],
        8 => [" BeginOffset: ", " Offset: ", " TotalCount: "],
        16 => return xdr::pass(c, "44"),
        _ => return Ok(()),
    };
    for name in names {
        let number = xdr::number(c)?;
        c.info().str(name).dec(number);
    }
    if procedure == 8 { xdr::opaque(c, &DATA).map(|_| ()) } else { Ok(()) }
}

fn attributes<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    xdr::pass(c, WANTED)
}

/// Results.
///
/// # Errors
/// Where the bytes run out.
pub fn reply<S: Sink>(c: &mut Cursor<'_, S>, procedure: u32) -> Result<(), Stop> {
    if matches!(procedure, 0 | 3 | 7 | 18..) || !succeeded(c, &STATUS2)? {
        return Ok(());
    }
    match procedure {
        1 | 2 | 8 => c.skip(ATTRIBUTES_LEN),
        4 | 9 | 14 => {
            let file = handle::fixed(c)?;
            hash(c.info().str(", FH: "), file);
            c.skip(ATTRIBUTES_LEN)
        }
        5 => {
            let target = xdr::opaque(c, &LINK)?;
            xdr::text(c.info().str(" Path: "), target);
            Ok(())
        }
        6 => {
            c.skip(ATTRIBUTES_LEN)?;
            xdr::opaque(c, &DATA).map(|_| ())
        }
        16 => xdr::pass(c, "{4o4}4"),
        17 => xdr::pass(c, "44444"),
        _ => Ok(()),
    }
}
