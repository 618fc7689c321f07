//! Version 3 (RFC 1813).

use super::{COUNT, DATA, LINK, NAME, OFFSET, STATUS3, entry, handle, hash, names, succeeded};
use crate::dissect::application::rpc::{calls, xdr};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Attributes that may follow, and what changed: some attributes before, all afterwards.
const CHANGES: &str = "(888)(4444488888888)";
const AFTER: &str = "(4444488888888)";

/// Reads a directory and a name in it, and writes them.
fn named<S: Sink>(c: &mut Cursor<'_, S>, what: &'static str) -> Result<(), Stop> {
    let directory = handle::variable(c)?;
    let name = xdr::opaque(c, &NAME)?;
    entry(c.info(), what, directory, name);
    Ok(())
}

/// Attributes to be set, each of which may be left alone.
fn wanted<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    xdr::pass(c, "(4)(4)(4)(8)")?;
    for _ in 0..2 {
        // Of a time, 2 says that it follows.
        if xdr::number(c)? == 2 {
            c.skip(8)?;
        }
    }
    Ok(())
}

/// Arguments.
///
/// # Errors
/// Where the bytes run out.
pub fn call<S: Sink>(c: &mut Cursor<'_, S>, procedure: u32) -> Result<(), Stop> {
    match procedure {
        3 | 12 | 13 => named(c, ", DH: "),
        8 => create(c),
        9 => {
            named(c, ", DH: ")?;
            wanted(c)
        }
        10 => {
            named(c, ", From DH: ")?;
            wanted(c)?;
            let target = xdr::opaque(c, &LINK)?;
            xdr::text(c.info().str(" To "), target);
            Ok(())
        }
        11 => node(c),
        14 => {
            named(c, ", From DH: ")?;
            named(c, " To DH: ")
        }
        15 => {
            let file = handle::variable(c)?;
            hash(c.info().str(", From DH: "), file);
            named(c, " To DH: ")
        }
        1..=21 => on_file(c, procedure),
        _ => Ok(()),
    }
}

/// A procedure on a file alone.
fn on_file<S: Sink>(c: &mut Cursor<'_, S>, procedure: u32) -> Result<(), Stop> {
    let file = handle::variable(c)?;
    match procedure {
        4 => {
            let mask = xdr::number(c)?;
            calls::with(c, |calls| calls.remark(mask));
            hash(c.info().str(", FH: "), file);
            rights(c, ", [Check:", mask);
            return Ok(());
        }
        6 | 7 => {
            let (offset, count) = (c.u64(&OFFSET)?, c.u32(&COUNT)?);
            if procedure == 7 {
                let stable = xdr::number(c)?;
                hash(c.info().str(", FH: "), file);
                c.info().str(" Offset: ").dec(offset).str(" Len: ").dec(count);
                stability(c, stable);
                return xdr::opaque(c, &DATA).map(|_| ());
            }
            hash(c.info().str(", FH: "), file);
            c.info().str(" Offset: ").dec(offset).str(" Len: ").dec(count);
            return Ok(());
        }
        2 => {
            wanted(c)?;
            xdr::pass(c, "(8)")?;
        }
        16 => xdr::pass(c, "884")?,
        17 => xdr::pass(c, "8844")?,
        21 => xdr::pass(c, "84")?,
        _ => {}
    }
    hash(c.info().str(", FH: "), file);
    Ok(())
}

fn create<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    named(c, ", DH: ")?;
    let mode = xdr::number(c)?;
    match name_of(names::CREATE_MODES, mode.into()) {
        Some(name) => _ = c.info().str(" Mode: ").str(name),
        None => _ = c.info().str(" Mode: Unknown Mode: ").dec(mode),
    }
    match mode {
        0 | 1 => wanted(c),
        2 => c.skip(8),
        _ => Ok(()),
    }
}

fn node<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let directory = handle::variable(c)?;
    let name = xdr::opaque(c, &NAME)?;
    let kind = xdr::number(c)?;
    match kind {
        3 | 4 => {
            wanted(c)?;
            c.skip(8)?;
        }
        6 | 7 => wanted(c)?,
        _ => {}
    }
    entry(c.info(), ", FH: ", directory, name);
    match name_of(names::TYPES3, kind.into()) {
        Some(name) => _ = c.info().byte(b' ').str(name),
        None => _ = c.info().str(" Unknown type: ").dec(kind),
    }
    Ok(())
}

/// Writes rights in brackets: `[Check: RD LU]`.
pub fn rights<S: Sink>(c: &mut Cursor<'_, S>, title: &'static str, mask: u32) {
    let info = c.info().str(title);
    for (bit, name) in ["RD", "LU", "MD", "XT", "DL", "XE", "XAR", "XAW", "XAL"].iter().enumerate() {
        if mask >> bit & 1 == 1 {
            info.byte(b' ').str(name);
        }
    }
    info.byte(b']');
}

/// Writes which of the rights asked for there are: those not known, those denied, and those allowed.
pub fn granted<S: Sink>(c: &mut Cursor<'_, S>, asked: u32, known: u32, allowed: u32) {
    let parts = [(", [NOT Supported:", asked & !known), (", [Access Denied:", asked & known & !allowed)];
    for (title, mask) in parts.into_iter().chain([(", [Allowed:", asked & known & allowed)]) {
        if mask != 0 {
            rights(c, title, mask);
        }
    }
}

/// Writes how durably something was written.
fn stability<S: Sink>(c: &mut Cursor<'_, S>, stable: u32) {
    match name_of(names::STABILITIES, stable.into()) {
        Some(name) => _ = c.info().byte(b' ').str(name),
        None => _ = c.info().str(" Stable: ").dec(stable),
    }
}

/// Results.
///
/// # Errors
/// Where the bytes run out.
pub fn reply<S: Sink>(c: &mut Cursor<'_, S>, procedure: u32) -> Result<(), Stop> {
    if matches!(procedure, 0 | 22..) {
        return Ok(());
    }
    if !succeeded(c, &STATUS3)? {
        return xdr::pass(c, failure(procedure));
    }
    match procedure {
        1 => attributes(c),
        3 => {
            let file = handle::variable(c)?;
            xdr::pass(c, AFTER)?;
            xdr::pass(c, AFTER)?;
            hash(c.info().str(", FH: "), file);
            Ok(())
        }
        4 => {
            xdr::pass(c, AFTER)?;
            let allowed = xdr::number(c)?;
            let asked = calls::with(c, |calls| calls.at_hand.note);
            granted(c, asked, u32::MAX, allowed);
            Ok(())
        }
        5 => {
            xdr::pass(c, AFTER)?;
            let target = xdr::opaque(c, &LINK)?;
            xdr::text(c.info().str(" Path: "), target);
            Ok(())
        }
        6 => {
            xdr::pass(c, AFTER)?;
            let count = c.u32(&COUNT)?;
            c.skip(4)?;
            c.info().str(" Len: ").dec(count);
            xdr::opaque(c, &DATA).map(|_| ())
        }
        7 => {
            xdr::pass(c, CHANGES)?;
            let (count, stable) = (c.u32(&COUNT)?, xdr::number(c)?);
            c.info().str(" Len: ").dec(count);
            stability(c, stable);
            c.skip(8)
        }
        16 | 17 => directory(c, procedure == 17),
        _ => xdr::pass(c, success(procedure)),
    }
}

/// What is told of a failure.
fn failure(procedure: u32) -> &'static str {
    match procedure {
        1 => "",
        2 | 7..=13 | 21 => CHANGES,
        14 => "(888)(4444488888888)(888)(4444488888888)",
        15 => "(4444488888888)(888)(4444488888888)",
        _ => AFTER,
    }
}

/// What is told of a success of which the text says nothing.
fn success(procedure: u32) -> &'static str {
    match procedure {
        8..=11 => "(o)(4444488888888)(888)(4444488888888)",
        18 => "(4444488888888)8888884",
        19 => "(4444488888888)4444444884",
        20 => "(4444488888888)444444",
        21 => "(888)(4444488888888)8",
        _ => failure(procedure),
    }
}

/// The attributes of a file, which always follow.
fn attributes<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (kind, mode) = (xdr::number(c)?, xdr::number(c)?);
    c.skip(4)?;
    let (owner, group) = (xdr::number(c)?, xdr::number(c)?);
    xdr::pass(c, "88888888")?;
    match name_of(names::TYPES3, kind.into()) {
        Some(name) => _ = c.info().str("  ").str(name),
        None => _ = c.info().str("  Unknown Type: 0x").hex(kind, 1),
    }
    let info = c.info().str(" mode: ");
    for shift in [9, 6, 3, 0] {
        info.dec(mode >> shift & 7);
    }
    info.str(" uid: ").dec(owner).str(" gid: ").dec(group);
    Ok(())
}

/// A directory's entries, which may come with attributes and handles.
fn directory<S: Sink>(c: &mut Cursor<'_, S>, plus: bool) -> Result<(), Stop> {
    xdr::pass(c, AFTER)?;
    c.skip(8)?;
    while xdr::number(c)? != 0 {
        c.skip(8)?;
        let name = xdr::opaque(c, &NAME)?;
        xdr::text(c.info().byte(b' '), name);
        c.skip(8)?;
        if plus {
            xdr::pass(c, AFTER)?;
            xdr::pass(c, "(o)")?;
        }
    }
    c.skip(4)
}
