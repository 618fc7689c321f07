//! Data made of addresses: of hosts, of networks, of places on earth.

use super::fields::*;
use super::name;
use super::record::Record;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::naming::Names;

/// An IPv4 address.
pub(super) fn a<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let address = c.fixed::<4>(&A)?;
    c.info().byte(b' ').ipv4(&address);
    r.append(c, |l| _ = l.str(", addr ").ipv4(&address));
    learn(c, r, |names, owner| names.learn_v4(address, owner));
    Ok(())
}

/// Tells those who name addresses whose this one is.
fn learn<S: Sink>(c: &mut Cursor<'_, S>, r: &Record, tell: impl FnOnce(&Names, &[u8])) {
    if c.worker.names.is_some()
        && let Some(owner) = r.owner(c)
        && let Some(names) = &c.worker.names
    {
        tell(names, owner.as_bytes());
    }
}

/// An IPv6 address (RFC 3596).
pub(super) fn aaaa<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let address = c.fixed::<16>(&AAAA)?;
    c.info().byte(b' ').ipv6(&address);
    r.append(c, |l| _ = l.str(", addr ").ipv6(&address));
    learn(c, r, |names, owner| names.learn_v6(address, owner));
    Ok(())
}

/// Well known services of a host: its address, a protocol, and a bit for each port.
pub(super) fn wks<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let address = c.fixed::<4>(&WKS_ADDRESS)?;
    c.info().byte(b' ').ipv4(&address);
    r.append(c, |l| _ = l.str(", addr ").ipv4(&address));
    c.u8(&WKS_PROTOCOL)?;
    let first = c.pos();
    while r.more(c) {
        let at = c.pos();
        let [bits] = c.array()?;
        if S::DETAIL && bits != 0 {
            c.put(&WKS_BITS, at, at + 1, bits.into());
            c.label(|l| {
                l.str("Bits: 0x").hex(bits, 2);
                let ports = (0..8).filter(|bit| bits << bit & 0x80 != 0).map(|bit| (at - first) as u64 * 8 + bit);
                for (i, port) in ports.enumerate() {
                    l.str(if i == 0 { " (" } else { ", " }).dec(port);
                }
                l.byte(b')');
            });
        }
    }
    Ok(())
}

/// Bits of an IPv6 address.
const IPV6_BITS: u8 = 128;

/// A part of an IPv6 address, and the name that the other part belongs to (RFC 2874).
pub(super) fn a6<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let start = c.pos();
    let [prefix] = c.array()?;
    if prefix > IPV6_BITS {
        return Err(Stop::Malformed);
    }
    let len = usize::from((IPV6_BITS - prefix).div_ceil(8));
    let mut address = [0; 16];
    for place in address.iter_mut().skip(16 - len) {
        let [byte] = c.array()?;
        *place = byte;
    }
    let at = c.pos();
    let name = if prefix > 0 { Some(name::read(c, r.message.base)?) } else { None };
    c.put(&A6_PREFIX_LEN, start, start + 1, prefix.into());
    if prefix < IPV6_BITS {
        c.text(&A6_ADDRESS_SUFFIX, start + 1, at, |l| _ = l.bytes(&address));
    }
    if let Some(name) = &name {
        name::record(c, &A6_PREFIX_NAME, at, c.pos(), name.as_bytes());
    }
    let name = name.as_ref().map_or(&[][..], |name| name.as_bytes());
    let words = |l: &mut Line| _ = l.dec(prefix).byte(b' ').ipv6(&address).byte(b' ').text(name);
    words(c.info().byte(b' '));
    r.append(c, |l| words(l.str(", addr ")));
    Ok(())
}

/// Address prefixes (RFC 3123).
pub(super) fn apl<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    r.shows_owner(c);
    while r.left(c) > 1 {
        let family = c.u16(&APL_ADDRESS_FAMILY)?;
        c.u8(&APL_CODED_PREFIX)?;
        let num = c.be::<1>(&APL_NEGATION)?;
        let len = c.bits::<1>(&APL_AFDLENGTH, num) as usize;
        let fields: [&'static Field; 3] = [&APL_AFDPART_IPV4, &APL_AFDPART_IPV6, &APL_AFDPART_DATA];
        prefix(c, family, len, fields)?;
    }
    Ok(())
}

/// Reads the leading `len` bytes of an address of a family; `fields` are those for IPv4, for IPv6 and for others.
pub(super) fn prefix<S: Sink>(
    c: &mut Cursor<'_, S>,
    family: u16,
    len: usize,
    fields: [&'static Field; 3],
) -> Result<(), Stop> {
    let [ipv4, ipv6, other] = fields;
    let (field, width) = match family {
        1 => (ipv4, 4),
        2 => (ipv6, 16),
        _ => (other, 0),
    };
    if width == 0 {
        return c.bytes(field, len).map(|_| ());
    }
    let at = c.pos();
    c.need(len)?;
    let mut address = [0; 16];
    address.iter_mut().zip(c.rest()).take(len).for_each(|(place, &byte)| *place = byte);
    c.skip(len)?;
    c.text(field, at, at + len, |l| _ = l.bytes(address.get(..width).unwrap_or_default()));
    Ok(())
}

/// Nodes and locators (RFC 6742), and link-layer addresses (RFC 7043).
pub(super) fn locator<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    match r.rtype {
        104 => {
            c.u16(&ILNP_NID_PREFERENCE)?;
            c.bytes(&ILNP_NID, 8)?;
        }
        105 => {
            c.u16(&ILNP_L32_PREFERENCE)?;
            c.fixed::<4>(&ILNP_L32)?;
        }
        106 => {
            c.u16(&ILNP_L64_PREFERENCE)?;
            c.bytes(&ILNP_L64, 8)?;
        }
        107 => {
            c.u16(&ILNP_LP_PREFERENCE)?;
            r.name(c, &ILNP_LP)?;
        }
        108 => _ = c.fixed::<6>(&EUI48)?,
        _ => _ = c.fixed::<8>(&EUI64)?,
    }
    Ok(())
}

/// Whom a proxy speaks for.
pub(super) fn xpf<S: Sink>(c: &mut Cursor<'_, S>, _: &Record) -> Result<(), Stop> {
    let version = c.u8(&XPF_IP_VERSION)?;
    match version {
        4 => {
            c.u8(&XPF_PROTOCOL)?;
            c.fixed::<4>(&XPF_SOURCE_IPV4)?;
            c.fixed::<4>(&XPF_DESTINATION_IPV4)?;
        }
        6 => {
            c.u8(&XPF_PROTOCOL)?;
            c.fixed::<16>(&XPF_SOURCE_IPV6)?;
            c.fixed::<16>(&XPF_DESTINATION_IPV6)?;
        }
        _ => return Ok(()),
    }
    c.u16(&XPF_SPORT)?;
    c.u16(&XPF_DPORT).map(|_| ())
}

/// A place on earth (RFC 1876).
pub(super) fn loc<S: Sink>(c: &mut Cursor<'_, S>, r: &Record) -> Result<(), Stop> {
    let version = c.u8(&LOC_VERSION)?;
    if version != 0 {
        c.seek(c.pos() - 1);
        return r.rest(c, &LOC_UNKNOWN_DATA);
    }
    for field in [&LOC_SIZE, &LOC_HORIZONTAL_PRECISION, &LOC_VERTICAL_PRECISION] {
        let size = c.u8(field)?;
        // A digit and a power of ten, in centimetres.
        let metres = f64::from(size >> 4) * 10_f64.powi(i32::from(size & 15)) / 100.0;
        c.append(|l| _ = l.str(" (").general(metres).str(" m)"));
    }
    for (field, marks) in [(&LOC_LATITUDE, [b'N', b'S']), (&LOC_LONGITUDE, [b'E', b'W'])] {
        let angle = c.u32(field)?;
        c.append(|l| degrees(l, angle, marks));
    }
    let altitude = c.u32(&LOC_ALTITUDE)?;
    let metres = f64::from((altitude as i32).wrapping_sub(10_000_000)) / 100.0;
    c.append(|l| _ = l.str(" (").general(metres).str(" m)"));
    Ok(())
}

/// An angle in thousandths of a second, 2^31 being the equator or the meridian of Greenwich.
fn degrees(line: &mut Line, angle: u32, [positive, negative]: [u8; 2]) {
    let mark = if angle >= 1 << 31 { positive } else { negative };
    let angle = angle.abs_diff(1 << 31);
    let (seconds, minutes, degrees) = (angle / 1000, angle / 60_000, angle / 3_600_000);
    if degrees > if positive == b'N' { 90 } else { 180 } {
        line.str(" (Value out of range)");
        return;
    }
    line.str(" (").dec(degrees).str(" deg ").dec(minutes % 60).str(" min ").dec(seconds % 60).byte(b'.');
    line.dec_wide(angle % 1000, 3).str(" sec ").byte(mark).byte(b')');
}
