//! EDNS (RFC 6891): options carried in a pseudo-record.

use super::fields::*;
use super::names::OPTIONS;
use super::record::Record;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Options to the end of the data.
pub(super) fn options<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    while r.left(c) > 0 {
        let code = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        c.need(4)?;
        c.group(&OPT, |c| {
            c.append(|l| _ = l.str(": ").str(name_of(OPTIONS, code.into()).unwrap_or("Unknown")));
            if name_of(OPTIONS, code.into()).is_none() {
                c.append(|l| _ = l.str(" (").dec(code).byte(b')'));
            }
            c.u16(&OPT_CODE)?;
            let len = usize::from(c.u16(&OPT_LEN)?);
            let at = c.pos();
            c.bytes(&OPT_DATA, len)?;
            let end = c.pos();
            c.seek(at);
            content(c, code, len)?;
            c.seek(end);
            Ok(())
        })?;
    }
    Ok(())
}

/// What the options mean that tshark knows.
fn content<S: Sink>(c: &mut Cursor<'_, S>, code: u16, len: usize) -> Result<(), Stop> {
    match code {
        5 => list(c, &OPT_DAU, len),
        6 => list(c, &OPT_DHU, len),
        7 => list(c, &OPT_N3U, len),
        8 | 20730 => client_subnet(c, len),
        10 => {
            c.bytes(&OPT_COOKIE_CLIENT, 8)?;
            c.bytes(&OPT_COOKIE_SERVER, len.checked_sub(8).ok_or(Stop::Malformed)?).map(|_| ())
        }
        11 if len == 2 => c.u16(&OPT_EDNS_TCP_KEEPALIVE_TIMEOUT).map(|_| ()),
        12 => c.bytes(&OPT_PADDING, len).map(|_| ()),
        13 => c.bytes(&OPT_CHAIN_FQDN, len).map(|_| ()),
        15 => {
            c.u16(&OPT_EXT_ERROR_INFO_CODE)?;
            if len > 2 {
                c.bytes(&OPT_EXT_ERROR_EXTRA_TEXT, len - 2)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Numbers of one byte each (RFC 6975).
fn list<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, len: usize) -> Result<(), Stop> {
    (0..len).try_for_each(|_| c.u8(field).map(|_| ()))
}

/// On whose behalf a resolver asks (RFC 7871).
fn client_subnet<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    let family = c.u16(&OPT_CLIENT_FAMILY)?;
    c.u8(&OPT_CLIENT_NETMASK)?;
    c.u8(&OPT_CLIENT_SCOPE)?;
    let len = usize::from((len as u16).wrapping_sub(4));
    if len > 16 && matches!(family, 1 | 2) {
        c.expert(&BAD_LENGTH);
        return Ok(());
    }
    super::address::prefix(c, family, len, [&OPT_CLIENT_ADDR4, &OPT_CLIENT_ADDR6, &OPT_CLIENT_ADDR])
}
