//! The results of version 4's operations.

use super::{STATUS4, handle, v3};
use crate::dissect::application::rpc::xdr;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Statuses that say more: a lock that another holds, a client known to another.
const DENIED: u32 = 10010;
const CLIENT_IN_USE: u32 = 10017;

/// Whether an operation's results are known.
pub(super) fn knows(operation: u32) -> bool {
    pattern(operation).is_some()
}

/// What stands behind the status of an operation that succeeded, where it is not read below.
fn pattern(operation: u32) -> Option<&'static str> {
    Some(match operation {
        3 | 18 | 33 | 41..=43 | 52 => "",
        5 => "8",
        6 => "488b",
        4 | 12 | 14 | 20 | 21 => "h",
        7 | 8 | 13 | 15..=17 | 19 | 22..=24 | 30..=32 | 36 | 37 | 39 | 40 | 44 | 45 | 57..=59 | 62 | 66 | 71 => "",
        9 => "a",
        10 | 27 | 72 => "o",
        11 | 28 | 73 | 75 => "488",
        25 => "4o",
        26 => "8{8oa}4",
        29 => "488488",
        34 | 63 => "b",
        35 => "88",
        38 => "448",
        47 => "4ob",
        48 => "88[h]4",
        49 => "(8)",
        50 => "4h[8844o]",
        51 => "(h)",
        53 => "h44444",
        55 => "[4]",
        60 => "[h]84844",
        67 => "8[4]",
        68 => "",
        69 => "48",
        74 => "8[o]4",
        10044 => "",
        _ => return None,
    })
}

/// Reads an operation's status and results, and writes what is told of them.
///
/// # Errors
/// Where the bytes run out.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, operation: u32, asked: u32) -> Result<(), Stop> {
    let status = c.u32(&STATUS4)?;
    match (operation, status) {
        (34, _) => xdr::pass(c, "b"),
        (12 | 13, DENIED) => xdr::pass(c, "8848o"),
        (35, CLIENT_IN_USE) => xdr::pass(c, "oo"),
        (_, 1..) => Ok(()),
        (3, 0) => {
            let (known, allowed) = (xdr::number(c)?, xdr::number(c)?);
            v3::granted(c, asked, known, allowed);
            Ok(())
        }
        (18, 0) => open(c),
        (33 | 52, 0) => security(c),
        (41, 0) => xdr::pass(c, "h44"),
        (42, 0) => exchange(c),
        (43, 0) => xdr::pass(c, "h44444444[4]444444[4]"),
        (68, 0) => read_plus(c),
        _ => xdr::pass(c, pattern(operation).unwrap_or_default()),
    }
}

fn open<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let state = handle::state(c)?;
    c.info().str(" StateID: 0x").hex(state, 4);
    xdr::pass(c, "4884b")?;
    match xdr::number(c)? {
        1 => xdr::pass(c, "h4444o"),
        2 => {
            xdr::pass(c, "h4")?;
            // The limit is a size in bytes, or a number of blocks and theirs: 8 bytes either way.
            xdr::pass(c, "48444o")
        }
        3 => match xdr::number(c)? {
            1 | 2 => c.skip(4),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The flavors of security there are.
fn security<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    for _ in 0..xdr::number(c)? {
        if xdr::number(c)? == 6 {
            xdr::pass(c, "o44")?;
        }
    }
    Ok(())
}

fn exchange<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    xdr::pass(c, "844")?;
    match xdr::number(c)? {
        1 => xdr::pass(c, "bb")?,
        2 => xdr::pass(c, "bb4444[o]")?,
        _ => {}
    }
    xdr::pass(c, "8oo[oo84]")
}

fn read_plus<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.skip(4)?;
    for _ in 0..xdr::number(c)? {
        match xdr::number(c)? {
            0 => xdr::pass(c, "8o")?,
            _ => xdr::pass(c, "88")?,
        }
    }
    Ok(())
}
