//! The arguments of version 4's operations.

use super::compound::Compound;
use super::{DATA, NAME, handle, hash, v3};
use crate::dissect::application::rpc::xdr;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Parameters of a session's channel.
const CHANNEL: &str = "444444[4]";
/// A length that means: to the end of the file.
const TO_END: u64 = u64::MAX;

/// Whether an operation's arguments are known.
pub(super) fn knows(operation: u32) -> bool {
    pattern(operation).is_some()
}

/// What the arguments are made of, where the text says nothing of them; empty where they are read below.
fn pattern(operation: u32) -> Option<&'static str> {
    Some(match operation {
        3..=6 | 8 | 12 | 14 | 15 | 18 | 22 | 25 | 28..=30 | 34 | 38 | 42 | 43 | 45 | 51 | 59 | 60 | 62 | 63 => "",
        66..=69 | 71 => "",
        9 => "b",
        10 | 16 | 23 | 24 | 27 | 31 | 32 | 10044 => "",
        7 | 57 => "8",
        11 | 33 | 72 | 75 => "o",
        13 => "4888o",
        17 | 37 => "a",
        19 | 52 | 58 => "4",
        20 => "h4",
        21 => "h444",
        26 => "8844b",
        35 => "8o4oo4",
        36 => "88",
        39 => "8o",
        40 => "4",
        41 => "h44",
        44 => "h",
        47 => "h44b",
        48 => "4488",
        49 => "884h(8)(84)4o",
        50 => "444888h4",
        53 => "h4444",
        55 => "[h]",
        73 => "4oo",
        74 => "84",
        _ => return None,
    })
}

/// Reads an operation's arguments, and writes what is told of them.
///
/// # Errors
/// Where the bytes run out.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, operation: u32, compound: &mut Compound) -> Result<(), Stop> {
    match operation {
        3 => {
            compound.asked = xdr::number(c)?;
            on_file(c, compound);
            v3::rights(c, ", [Check:", compound.asked);
            Ok(())
        }
        5 => {
            let (offset, count) = (c.array().map(u64::from_be_bytes)?, xdr::number(c)?);
            on_file(c, compound);
            c.info().str(" Offset: ").dec(offset).str(" Len: ").dec(count);
            Ok(())
        }
        9 | 17 | 26 => {
            xdr::pass(c, pattern(operation).unwrap_or_default())?;
            if let Some(file) = compound.current {
                hash(c.info().str(" FH: "), file);
            }
            Ok(())
        }
        12 | 14 => lock(c, operation == 12, compound),
        15 | 28 => {
            let name = xdr::opaque(c, &NAME)?;
            in_directory(c, compound, Some(name));
            Ok(())
        }
        18 => open(c, compound),
        29 => {
            let name = xdr::opaque(c, &NAME)?;
            xdr::text(c.info().str(" From: "), name);
            let name = xdr::opaque(c, &NAME)?;
            xdr::text(c.info().str(" To: "), name);
            Ok(())
        }
        30 => {
            let client = c.array().map(u64::from_be_bytes)?;
            c.info().str(" CID: 0x").hex(client, 16);
            Ok(())
        }
        34 => {
            handle::state(c)?;
            xdr::pass(c, "a")?;
            on_file(c, compound);
            Ok(())
        }
        10 | 22 | 31 | 32 => handles(c, operation, compound),
        6 => create(c),
        42 | 43 | 40 => session(c, operation),
        51 => {
            xdr::pass(c, "444")?;
            if xdr::number(c)? == 1 { xdr::pass(c, "88ho") } else { Ok(()) }
        }
        _ => match pattern(operation) {
            Some("") => with_state(c, operation),
            known => xdr::pass(c, known.unwrap_or_default()),
        },
    }
}

/// Writes the current file handle.
fn on_file<S: Sink>(c: &mut Cursor<'_, S>, compound: &Compound) {
    hash(c.info().str(" FH: "), compound.current.unwrap_or_default());
}

/// Writes the current directory and a name in it; an empty one as nothing, if there is none.
fn in_directory<S: Sink>(c: &mut Cursor<'_, S>, compound: &Compound, name: Option<&[u8]>) {
    c.info().byte(b' ');
    if let Some(directory) = compound.current {
        hash(c.info().str("DH: "), directory);
        c.info().byte(b'/');
    }
    if let Some(name) = name {
        xdr::text(c.info(), name);
    }
}

/// Operations that change which file handle is the current one.
fn handles<S: Sink>(c: &mut Cursor<'_, S>, operation: u32, compound: &mut Compound) -> Result<(), Stop> {
    match operation {
        10 => compound.current = None,
        22 => compound.current = Some(handle::variable(c)?),
        31 => compound.current = compound.saved,
        _ => compound.saved = compound.current,
    }
    Ok(())
}

/// Operations that begin with a state identifier, which is told, or have no arguments at all.
fn with_state<S: Sink>(c: &mut Cursor<'_, S>, operation: u32) -> Result<(), Stop> {
    match operation {
        // CLOSE: its number in the sequence comes first.
        4 => c.skip(4)?,
        8 | 25 | 38 | 45 | 59 | 62 | 63 | 66..=69 => {}
        60 | 71 => return copy(c, operation == 60),
        _ => return Ok(()),
    }
    let state = handle::state(c)?;
    c.info().str(" StateID: 0x").hex(state, 4);
    match operation {
        25 | 68 => range(c, false),
        59 | 62 => range(c, true),
        63 => {
            range(c, true)?;
            xdr::pass(c, "b")
        }
        69 => {
            let offset = c.array().map(u64::from_be_bytes)?;
            c.info().str(" Offset: ").dec(offset);
            c.skip(4)
        }
        38 => {
            let offset = c.array().map(u64::from_be_bytes)?;
            c.skip(4)?;
            let data = xdr::opaque(c, &DATA)?;
            c.info().str(" Offset: ").dec(offset).str(" Len: ").dec(data.len() as u64);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// An offset and a length of 4 or 8 bytes.
fn range<S: Sink>(c: &mut Cursor<'_, S>, long: bool) -> Result<(), Stop> {
    let offset = c.array().map(u64::from_be_bytes)?;
    let len = if long { c.array().map(u64::from_be_bytes)? } else { xdr::number(c)?.into() };
    c.info().str(" Offset: ").dec(offset).str(" Len: ").dec(len);
    Ok(())
}

fn copy<S: Sink>(c: &mut Cursor<'_, S>, servers: bool) -> Result<(), Stop> {
    let (from, to) = (handle::state(c)?, handle::state(c)?);
    let (source, target) = (c.array().map(u64::from_be_bytes)?, c.array().map(u64::from_be_bytes)?);
    let len = c.array().map(u64::from_be_bytes)?;
    c.info().str(" Src StateID: 0x").hex(from, 4).str(" Offset: ").dec(source).str(" Len: ").dec(len);
    c.info().str(" Dst StateID: 0x").hex(to, 4).str(" Offset: ").dec(target);
    if servers { xdr::pass(c, "44[4oo]") } else { Ok(()) }
}

fn lock<S: Sink>(c: &mut Cursor<'_, S>, begins: bool, compound: &Compound) -> Result<(), Stop> {
    xdr::pass(c, if begins { "44" } else { "44h" })?;
    let (offset, len) = (c.array().map(u64::from_be_bytes)?, c.array().map(u64::from_be_bytes)?);
    if begins {
        // A new owner says who it is; a known one shows its state.
        let new = xdr::number(c)? != 0;
        xdr::pass(c, if new { "4h48o" } else { "h4" })?;
    }
    on_file(c, compound);
    c.info().str(" Offset: ").dec(offset).str(" Length: ");
    match len {
        TO_END => _ = c.info().str("<End of File>"),
        _ => _ = c.info().dec(len).byte(b' '),
    }
    Ok(())
}

fn open<S: Sink>(c: &mut Cursor<'_, S>, compound: &Compound) -> Result<(), Stop> {
    xdr::pass(c, "4448o")?;
    if xdr::number(c)? == 1 {
        match xdr::number(c)? {
            0 | 1 => xdr::pass(c, "a")?,
            2 => xdr::pass(c, "8")?,
            3 => xdr::pass(c, "8a")?,
            _ => {}
        }
    }
    // Only a claim to a name in the current directory is told.
    let mut name = None;
    match xdr::number(c)? {
        0 => name = Some(xdr::opaque(c, &NAME)?),
        1 => xdr::pass(c, "4")?,
        2 => xdr::pass(c, "ho")?,
        3 => xdr::pass(c, "o")?,
        5 => xdr::pass(c, "h")?,
        _ => {}
    }
    in_directory(c, compound, name);
    Ok(())
}

fn create<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    match xdr::number(c)? {
        // A symbolic link leads somewhere, a device has a number.
        5 => xdr::pass(c, "o")?,
        3 | 4 => xdr::pass(c, "44")?,
        _ => {}
    }
    xdr::pass(c, "oa")
}

fn session<S: Sink>(c: &mut Cursor<'_, S>, operation: u32) -> Result<(), Stop> {
    match operation {
        42 => {
            xdr::pass(c, "8o4")?;
            match xdr::number(c)? {
                1 => xdr::pass(c, "bb")?,
                2 => xdr::pass(c, "bb[o][o]44")?,
                _ => {}
            }
            return xdr::pass(c, "[oo84]");
        }
        43 => {
            xdr::pass(c, "844")?;
            xdr::pass(c, CHANNEL)?;
            xdr::pass(c, CHANNEL)?;
            c.skip(4)?;
        }
        _ => c.skip(4)?,
    }
    // How the server may identify itself when it calls back.
    for _ in 0..xdr::number(c)? {
        match xdr::number(c)? {
            1 => xdr::pass(c, "4o44[4]")?,
            6 => xdr::pass(c, "4oo")?,
            _ => {}
        }
    }
    Ok(())
}
