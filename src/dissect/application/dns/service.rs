//! Data that say where a service is to be had, and how.

use super::fields::*;
use super::host::ascii;
use super::names::SERVICE_KEYS;
use super::record::{Record, up_to_nul};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// The hosts of a service (RFC 2782).
pub(super) fn srv<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let priority = c.u16(&SRV_PRIORITY)?;
    let weight = c.u16(&SRV_WEIGHT)?;
    let port = c.u16(&SRV_PORT)?;
    let target = r.name(c, &SRV_TARGET)?;
    c.info().byte(b' ').dec(priority).byte(b' ').dec(weight).byte(b' ').dec(port).byte(b' ').text(target.as_bytes());
    r.append(c, |l| {
        l.str(", priority ").dec(priority).str(", weight ").dec(weight).str(", port ").dec(port);
        l.str(", target ").text(target.as_bytes());
    });
    Ok(())
}

/// Rules that rewrite names (RFC 3403).
pub(super) fn naptr<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let order = c.u16(&NAPTR_ORDER)?;
    let preference = c.u16(&NAPTR_PREFERENCE)?;
    let len = c.u8(&NAPTR_FLAGS_LENGTH)?;
    let flags = c.bytes(&NAPTR_FLAGS, len.into())?;
    let len = c.u8(&NAPTR_SERVICE_LENGTH)?;
    c.bytes(&NAPTR_SERVICE, len.into())?;
    let len = c.u8(&NAPTR_REGEX_LENGTH)?;
    c.bytes(&NAPTR_REGEX, len.into())?;
    let at = c.pos();
    let replacement = super::name::read(c, r.message.base)?;
    c.generated(&NAPTR_REPLACEMENT_LENGTH, replacement.as_bytes().len() as u64);
    super::name::record(c, &NAPTR_REPLACEMENT, at, c.pos(), replacement.as_bytes());
    ascii(c.info().byte(b' ').dec(order).byte(b' ').dec(preference).byte(b' '), flags);
    r.append(c, |l| _ = l.str(", order ").dec(order).str(", preference ").dec(preference).str(", flags ").text(flags));
    Ok(())
}

/// Service bindings (RFC 9460).
pub(super) fn svcb<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.u16(&SVCB_SVCPRIORITY)?;
    r.name(c, &SVCB_TARGETNAME)?;
    while r.left(c) > 0 {
        let line = c.mark();
        c.group(&SVCB_SVCPARAM, |c| parameter(c, line))?;
    }
    Ok(())
}

/// Adds to a parameter's line in the tree.
fn say<S: Sink>(c: &mut Cursor<'_, S>, line: usize, write: impl FnOnce(&mut Line)) {
    if S::DETAIL {
        c.append_at(line, write);
    }
}

/// A parameter of a service binding, whose line in the tree is `line`.
fn parameter<S: Sink>(c: &mut Cursor<'_, S>, line: usize) -> Result<(), Stop> {
    let key = c.u16(&SVCB_SVCPARAM_KEY)?;
    let len = usize::from(c.u16(&SVCB_SVCPARAM_VALUE_LENGTH)?);
    say(c, line, |l| key_name(l.str(": "), key));
    match key {
        0 => values(c, len, |c, mark| {
            let key = c.u16(&SVCB_SVCPARAM_MANDATORY_KEY)?;
            say(c, line, |l| key_name(l.byte(mark), key));
            Ok(())
        }),
        1 => values(c, len, |c, mark| {
            let len = c.u8(&SVCB_SVCPARAM_ALPN_LENGTH)?;
            let name = c.bytes(&SVCB_SVCPARAM_ALPN, len.into())?;
            say(c, line, |l| _ = l.byte(mark).text(up_to_nul(name)));
            Ok(())
        }),
        2 => Ok(()),
        3 => {
            let port = c.u16(&SVCB_SVCPARAM_PORT)?;
            say(c, line, |l| _ = l.byte(b'=').dec(port));
            Ok(())
        }
        4 => values(c, len, |c, mark| {
            let address = c.fixed::<4>(&SVCB_SVCPARAM_IPV4HINT_IP)?;
            say(c, line, |l| _ = l.byte(mark).ipv4(&address));
            Ok(())
        }),
        6 => values(c, len, |c, mark| {
            let address = c.fixed::<16>(&SVCB_SVCPARAM_IPV6HINT_IP)?;
            say(c, line, |l| _ = l.byte(mark).ipv6(&address));
            Ok(())
        }),
        5 => encoded(c, line, len, &SVCB_SVCPARAM_ECHCONFIG),
        32769 => encoded(c, line, len, &SVCB_SVCPARAM_ODOHCONFIG),
        _ if len == 0 => Ok(()),
        _ => {
            let value = c.bytes(&SVCB_SVCPARAM_VALUE, len)?;
            say(c, line, |l| _ = l.byte(b'=').text(value));
            Ok(())
        }
    }
}

/// Writes a parameter's name.
fn key_name(line: &mut Line, key: u16) {
    match name_of(SERVICE_KEYS, key.into()) {
        Some(name) => _ = line.str(name),
        None => _ = line.str("key").dec(key),
    }
}

/// Values of `len` bytes altogether, each with the mark that stands before it in the line.
fn values<S: Sink>(
    c: &mut Cursor<'_, S>,
    len: usize,
    mut one: impl FnMut(&mut Cursor<'_, S>, u8) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let end = c.pos() + len;
    let mut mark = b'=';
    while c.pos() < end {
        one(c, mark)?;
        mark = b',';
    }
    Ok(())
}

/// Bytes shown in base 64.
fn encoded<S: Sink>(c: &mut Cursor<'_, S>, line: usize, len: usize, field: &'static Field) -> Result<(), Stop> {
    let value = c.bytes(field, len)?;
    c.label(|l| base64(l.str(field.label).str(": "), value));
    say(c, line, |l| base64(l.byte(b'='), value));
    Ok(())
}

/// Writes bytes in base 64 (RFC 4648).
fn base64(line: &mut Line, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let num = chunk.iter().fold(0_u32, |num, &byte| num << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = DIGITS.get((num >> (18 - 6 * i) & 63) as usize).copied().unwrap_or_default();
            line.byte(if i <= chunk.len() { digit } else { b'=' });
        }
    }
}

/// Who may issue certificates (RFC 8659).
pub(super) fn caa<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let flags = c.be::<1>(&CAA_FLAGS)?;
    c.below(|c| c.bits::<1>(&CAA_FLAGS_ISSUER_CRITICAL, flags));
    let at = c.pos();
    let len = usize::from(c.peek_u8(0).ok_or_else(|| c.short(1))?);
    c.seek(at + 1);
    let value_len = (at + r.len).checked_sub(c.pos() + 1 + len).ok_or(Stop::Malformed)?;
    c.need(len)?;
    let (tag, value) = c.rest().split_at_checked(len).unwrap_or_default();
    c.skip(len)?;
    c.need(value_len)?;
    let value = value.get(..value_len).unwrap_or_default();
    let write = |l: &mut Line| {
        ascii(l, value);
        l.truncate(value_len);
    };
    let field: &'static Field = match tag {
        b"issue" | b"" => &CAA_ISSUE,
        b"issuewild" => &CAA_ISSUEWILD,
        b"iodef" => &CAA_IODEF,
        _ => &CAA_UNKNOWN,
    };
    let value_at = at + 1 + len;
    c.text(field, at, value_at + value_len, write);
    c.below(|c| {
        c.seek(at);
        c.u8(&CAA_TAG_LENGTH)?;
        c.bytes(&CAA_TAG, len)?;
        c.text(&CAA_VALUE, value_at, value_at + value_len, write);
        c.skip(value_len)
    })
}

/// Servers of a Windows name service to ask further.
pub(super) fn wins<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.be::<4>(&WINS_LOCAL_FLAG)?;
    c.u32(&WINS_LOOKUP_TIMEOUT)?;
    c.u32(&WINS_CACHE_TIMEOUT)?;
    let servers = c.u32(&WINS_NB_WINS_SERVERS)?;
    for _ in 0..servers {
        if !r.more(c) {
            break;
        }
        c.fixed::<4>(&WINS_WINS_SERVER)?;
    }
    Ok(())
}

/// The domain of names that a Windows name service finds for addresses.
pub(super) fn wins_reverse<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    c.be::<4>(&WINSR_LOCAL_FLAG)?;
    c.u32(&WINSR_LOOKUP_TIMEOUT)?;
    c.u32(&WINSR_CACHE_TIMEOUT)?;
    let name = r.name(c, &WINSR_NAME_RESULT_DOMAIN)?;
    r.shows(c, "name result domain ", &name);
    Ok(())
}
