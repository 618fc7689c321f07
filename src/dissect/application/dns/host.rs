//! Data made of names and strings: the types of RFC 1035 and of RFC 1183, and their like.

use super::fields::*;
use super::record::Record;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
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

/// The summary shows whose record it is.
fn owned<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) {
    c.info().byte(b' ').text(r.owner.as_bytes());
}

/// One name, where the summary shows the owner's: MD, MF, MB, MG, MR, NSAP-PTR.
pub(super) fn mailbox<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, field: &'static Field) -> Result<(), Stop> {
    owned(c, r);
    r.name(c, field).map(|_| ())
}

/// Two names: MINFO, RP.
pub(super) fn two_names<S: Sink>(
    c: &mut Cursor<'_, S>,
    r: &Record,
    one: &'static Field,
    two: &'static Field,
) -> Result<(), Stop> {
    owned(c, r);
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
    owned(c, r);
    c.u16(number)?;
    r.name(c, name).map(|_| ())
}

/// A preference and two names (RFC 2163).
pub(super) fn px<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    owned(c, r);
    c.u16(&PX_PREFERENCE)?;
    r.name(c, &PX_MAP822)?;
    r.name(c, &PX_MAP400).map(|_| ())
}

/// Bytes as they are, where the summary shows the owner: NULL, NSAP, DHCID.
pub(super) fn opaque<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, field: &'static Field) -> Result<(), Stop> {
    owned(c, r);
    r.rest(c, field).map(|_| ())
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
    while r.left(c) > 0 {
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
    owned(c, r);
    for (i, (len, text)) in fields.iter().enumerate() {
        if i == 0 || r.left(c) > 1 {
            string(c, len, text)?;
        }
    }
    Ok(())
}

/// Longitude, latitude and altitude in letters (RFC 1712).
pub(super) fn gpos<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    owned(c, r);
    string(c, &GPOS_LONGITUDE_LENGTH, &GPOS_LONGITUDE)?;
    string(c, &GPOS_LATITUDE_LENGTH, &GPOS_LATITUDE)?;
    string(c, &GPOS_ALTITUDE_LENGTH, &GPOS_ALTITUDE).map(|_| ())
}

/// Processor and operating system.
pub(super) fn hinfo<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let cpu = string(c, &HINFO_CPU_LENGTH, &HINFO_CPU)?;
    let os = string(c, &HINFO_OS_LENGTH, &HINFO_OS)?;
    c.info().byte(b' ').text(cpu).byte(b' ').text(os);
    r.append(c, |l| _ = l.str(", CPU ").text(cpu).str(", OS ").text(os));
    Ok(())
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
