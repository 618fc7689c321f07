//! Data made of names and strings: the types of RFC 1035 and of RFC 1183, and their like.

use super::fields::*;
use super::record::{Record, up_to_nul};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// One name, which the summary shows: NS, CNAME, PTR, DNAME.
pub(super) fn named<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    field: &'static Field,
    title: &str,
) -> Result<(), Stop> {
    let name = r.name(c, field)?;
    r.shows(c, title, &name);
    Ok(())
}

/// One name, where the summary shows the owner's: MD, MF, MB, MG, MR, NSAP-PTR.
pub(super) fn mailbox<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, field: &'static Field) -> Result<(), Stop> {
    r.shows_owner(c);
    r.name(c, field).map(|_| ())
}

/// Two names: MINFO, RP.
pub(super) fn two_names<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    one: &'static Field,
    two: &'static Field,
) -> Result<(), Stop> {
    r.shows_owner(c);
    r.name(c, one)?;
    r.name(c, two).map(|_| ())
}

/// A number and a name: AFSDB, RT.
pub(super) fn preferred<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    number: &'static Field,
    name: &'static Field,
) -> Result<(), Stop> {
    r.shows_owner(c);
    c.u16(number)?;
    r.name(c, name).map(|_| ())
}

/// A preference and two names (RFC 2163).
pub(super) fn px<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.shows_owner(c);
    c.u16(&PX_PREFERENCE)?;
    r.name(c, &PX_MAP822)?;
    r.name(c, &PX_MAP400).map(|_| ())
}

/// Bytes as they are, where the summary shows the owner: NULL, NSAP, DHCID.
pub(super) fn opaque<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, field: &'static Field) -> Result<(), Stop> {
    r.shows_owner(c);
    r.rest(c, field)
}

/// A string behind its length.
fn string<'p, S: Sink>(c: &mut Cursor<'p, S>, len: &'static Field, text: &'static Field) -> Result<&'p [u8], Stop> {
    let len = c.u8(len)?;
    c.bytes(text, len.into())
}

/// Strings to the end of the data: TXT, SPF.
pub(super) fn strings<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    len: &'static Field,
    text: &'static Field,
) -> Result<(), Stop> {
    while r.more(c) {
        string(c, len, text)?;
    }
    Ok(())
}

/// As many strings as there are, where the summary shows the owner: X25, ISDN.
pub(super) fn owned_strings<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    fields: &[(&'static Field, &'static Field)],
) -> Result<(), Stop> {
    r.shows_owner(c);
    for (i, (len, text)) in fields.iter().enumerate() {
        if i == 0 || r.left(c) > 1 {
            string(c, len, text)?;
        }
    }
    Ok(())
}

/// Longitude, latitude and altitude in letters (RFC 1712).
pub(super) fn gpos<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.shows_owner(c);
    string(c, &GPOS_LONGITUDE_LENGTH, &GPOS_LONGITUDE)?;
    string(c, &GPOS_LATITUDE_LENGTH, &GPOS_LATITUDE)?;
    string(c, &GPOS_ALTITUDE_LENGTH, &GPOS_ALTITUDE).map(|_| ())
}

/// Processor and operating system.
pub(super) fn hinfo<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let cpu = string(c, &HINFO_CPU_LENGTH, &HINFO_CPU)?;
    let os = string(c, &HINFO_OS_LENGTH, &HINFO_OS)?;
    for text in [cpu, os] {
        let info = c.info().byte(b' ');
        let start = info.len();
        ascii(info, text);
        info.truncate(start + text.len());
    }
    r.append(c, |l| _ = l.str(", CPU ").text(cpu).str(", OS ").text(os));
    Ok(())
}

/// Writes ASCII up to its first NUL as it is, and U+FFFD for each byte that is not ASCII.
pub(super) fn ascii(line: &mut Line, text: &[u8]) {
    for &byte in up_to_nul(text) {
        if byte.is_ascii() {
            line.byte(byte)
        } else {
            line.char(char::REPLACEMENT_CHARACTER)
        };
    }
}

/// A preference and a name, both of which the summary shows: MX, KX.
pub(super) fn exchange<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    fields: [&'static Field; 2],
    title: &str,
) -> Result<(), Stop> {
    let [number, name] = fields;
    let preference = c.u16(number)?;
    let name = r.name(c, name)?;
    c.info().byte(b' ').dec(preference).byte(b' ').text(name.as_bytes());
    r.append(c, |l| _ = l.str(", preference ").dec(preference).str(", ").str(title).text(name.as_bytes()));
    Ok(())
}

/// The start of a zone: two names and five numbers.
pub(super) fn soa<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let server = r.name(c, &SOA_MNAME)?;
    r.shows(c, "mname ", &server);
    r.name(c, &SOA_RNAME)?;
    for field in [&SOA_SERIAL_NUMBER, &SOA_REFRESH_INTERVAL, &SOA_RETRY_INTERVAL, &SOA_EXPIRE_LIMIT, &SOA_MINIMUM_TTL] {
        c.u32(field)?;
    }
    Ok(())
}
