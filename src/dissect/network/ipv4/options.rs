//! IPv4 options (RFC 791 section 3.1, and the registry of IP option numbers).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

/// The heading over all options.
static OPTIONS: Field = Field::new("", "Options", Kind::None);
/// An option that is not known, or does not fit.
static OTHER: Field = Field::new("", "Unknown", Kind::None);
experts! {
    BAD_LENGTH = "ip.opt.len.invalid", "Invalid length for option", Warning, Protocol;
    TOO_LONG = "ip.subopt_too_long", "Suboption would go past end of option", Warning, Protocol;
    BEFORE_FIRST = "ip.opt.ptr.before_address", "Pointer points before first address", Warning, Protocol;
    IN_MIDDLE = "ip.opt.ptr.middle_address", "Pointer points to middle of address", Warning, Protocol;
}

fields! {
    EOL = "ip.options.eol", "IP Option - End of Options List (EOL)", Bytes standalone;
    NOP = "ip.options.nop", "IP Option - No-Operation (NOP)", Bytes standalone;
    SECURITY = "ip.options.security", "IP Option - Security", Bytes standalone;
    LOOSE_ROUTE = "ip.options.route", "IP Option - Loose Source Route", Bytes standalone;
    TIMESTAMP = "ip.options.timestamp", "IP Option - Time Stamp", Bytes standalone;
    EXT_SECURITY = "ip.options.ext_security", "IP Option - Extended Security", Bytes standalone;
    CIPSO = "ip.options.cipso", "IP Option - Commercial Security", Bytes standalone;
    RECORD_ROUTE = "ip.options.record_route", "IP Option - Record Route", Bytes standalone;
    STREAM_ID = "ip.options.sid", "IP Option - Stream ID", Bytes standalone;
    STRICT_ROUTE = "ip.options.source_route", "IP Option - Strict Source Route", Bytes standalone;
    MTU_PROBE = "ip.options.mtu_probe", "IP Option - MTU Probe", Bytes standalone;
    MTU_REPLY = "ip.options.mtu_reply", "IP Option - MTU Reply", Bytes standalone;
    TRACEROUTE = "ip.options.traceroute", "IP Option - Traceroute", Bytes standalone;
    ROUTER_ALERT = "ip.options.routeralert", "IP Option - Router Alert", Bytes standalone;
    BROADCAST = "ip.options.sdb", "IP Option - Selective Directed Broadcast", Bytes standalone;
    QUICK_START = "ip.options.qs", "IP Option - Quick-Start", Bytes standalone;
    TYPE = "ip.opt.type", "Type", U8;
    TYPE_COPY = "ip.opt.type.copy", "Copy on fragmentation", Bool mask(0x80) flag("Yes", "No");
    TYPE_CLASS = "ip.opt.type.class", "Class", U8 mask(0x60) names(CLASSES);
    TYPE_NUMBER = "ip.opt.type.number", "Number", U8 mask(0x1f) names(NUMBERS);
    LEN = "ip.opt.len", "Length", U8;
    POINTER = "ip.opt.ptr", "Pointer", U8;
    STREAM = "ip.opt.sid", "Stream Identifier", U16;
    MTU = "ip.opt.mtu", "MTU", U16;
    TRACE_ID = "ip.opt.id_number", "ID Number", U16;
    TRACE_OUTBOUND = "ip.opt.ohc", "Outbound Hop Count", U16;
    TRACE_RETURN = "ip.opt.rhc", "Return Hop Count", U16;
    TRACE_ORIGINATOR = "ip.opt.originator", "Originator IP Address", Ipv4;
    ALERT = "ip.opt.ra", "Router Alert", U16 names(ALERTS);
    ADDRESS = "ip.opt.addr", "IP Address", Ipv4;
    QS_FUNCTION = "ip.opt.qs_func", "Function", U8 mask(0xf0) names(QS_FUNCTIONS);
    QS_RATE = "ip.opt.qs_rate", "Rate", U8 mask(0x0f) names(QS_RATES);
    QS_TTL = "ip.opt.qs_ttl", "QS TTL", U8;
    QS_NONCE = "ip.opt.qs_nonce", "QS Nonce", U32 hex mask(0xffff_fffc);
    QS_RESERVED = "ip.opt.qs_reserved", "Reserved", U32 hex mask(0x03);
    CLASSIFICATION = "ip.opt.sec_cl", "Classification Level", U8 hex names(CLASSIFICATIONS);
    AUTHORITY = "ip.opt.sec_prot_auth_flags", "Protection Authority Flags", U8 hex;
    INFO_FORMAT = "ip.opt.ext_sec_add_sec_info_format_code", "Additional Security Info Format Code", U8 hex;
    INFO = "ip.opt.ext_sec_add_sec_info", "Additional Security Info", Bytes;
    RECORDED = "ip.rec_rt", "Recorded Route", Ipv4;
    EMPTY = "ip.empty_rt", "Empty Route", Ipv4;
    SOURCE_ROUTE = "ip.src_rt", "Source Route", Ipv4;
    ROUTE_DST = "ip.dst", "Destination Address", Ipv4;
    CIPSO_DOI = "ip.cipso.doi", "DOI", U32;
    CIPSO_TAG = "ip.cipso.tag_type", "Tag Type", U8 names(CIPSO_TAGS);
    CIPSO_LEVEL = "ip.cipso.sensitivity_level", "Sensitivity Level", U8;
    OVERFLOW = "ip.opt.overflow", "Overflow", U8 mask(0xf0);
    FLAG = "ip.opt.flag", "Flag", U8 hex mask(0x0f) names(FLAGS);
    STAMP = "ip.opt.time_stamp", "Time stamp", U32;
    STAMP_ADDRESS = "ip.opt.time_stamp_addr", "Address", Ipv4;
}

names! {
    CLASSES { 0 = "Control", 1 = "Reserved for future use", 2 = "Debugging and measurement", 3 = "Reserved for future use" }
    NUMBERS {
        0 = "End of Option List (EOL)",
        1 = "No-Operation (NOP)",
        2 = "Security",
        3 = "Loose source route",
        4 = "Time stamp",
        5 = "Extended security",
        6 = "Commercial IP security option",
        7 = "Record route",
        8 = "Stream identifier",
        9 = "Strict source route",
        10 = "Experimental Measurement",
        11 = "MTU probe",
        12 = "MTU Reply",
        13 = "Experimental Flow Control",
        14 = "Experimental Access Control",
        15 = "Ask Estrin",
        16 = "IMI Traffic Descriptor",
        17 = "Extended Internet Protocol",
        18 = "Traceroute",
        19 = "Address Extension",
        20 = "Router Alert",
        21 = "Selective Directed Broadcast",
        22 = "Unassigned",
        23 = "Dynamic Packet State",
        24 = "Upstream Multicast Packet",
        25 = "Quick-Start",
        30 = "RFC 3692-style experiment",
    }
    ALERTS { 0 = "Router shall examine packet", 1..=65535 = "Reserved" }
    QS_FUNCTIONS { 0 = "Rate request", 8 = "Rate report" }
    QS_RATES {
        0 = "0 bit/s",
        1 = "80 Kbit/s",
        2 = "160 Kbit/s",
        3 = "320 Kbit/s",
        4 = "640 Kbit/s",
        5 = "1.28 Mbit/s",
        6 = "2.56 Mbit/s",
        7 = "5.12 Mbit/s",
        8 = "10.24 Mbit/s",
        9 = "20.48 Mbit/s",
        10 = "40.96 Mbit/s",
        11 = "81.92 Mbit/s",
        12 = "163.84 Mbit/s",
        13 = "327.68 Mbit/s",
        14 = "655.36 Mbit/s",
        15 = "1.31072 Gbit/s",
    }
    CLASSIFICATIONS {
        1 = "Reserved 4",
        61 = "Top secret",
        90 = "Secret",
        102 = "Reserved 3",
        150 = "Confidential",
        171 = "Unclassified",
        204 = "Reserved 2",
        241 = "Reserved 1",
    }
    CIPSO_TAGS {
        0 = "Padding",
        1 = "Restrictive Category Bitmap",
        2 = "Enumerated Categories",
        5 = "Ranged Categories",
        6 = "Permissive Categories",
        7 = "Free Form",
    }
    FLAGS { 0 = "Time stamps only", 1 = "Time stamp and address", 3 = "Time stamps for prespecified addresses" }
}

/// Option types that end the list, or stand for themselves.
const END: u8 = 0;
const PADDING: u8 = 1;
/// Loose and strict source route.
const LOOSE: u8 = 0x83;
const STRICT: u8 = 0x89;

/// An option's field, its short name, and the length it must have (or at least have).
fn known(kind: u8) -> Option<(&'static Field, &'static str, usize, bool)> {
    Some(match kind {
        0x07 => (&RECORD_ROUTE, "Record Route", 3, false),
        0x0b => (&MTU_PROBE, "MTU Probe", 4, true),
        0x0c => (&MTU_REPLY, "MTU Reply", 4, true),
        0x19 => (&QUICK_START, "Quick-Start", 8, true),
        0x44 => (&TIMESTAMP, "Time Stamp", 4, false),
        0x52 => (&TRACEROUTE, "Traceroute", 12, true),
        0x82 => (&SECURITY, "Security", 3, false),
        LOOSE => (&LOOSE_ROUTE, "Loose Source Route", 3, false),
        0x85 => (&EXT_SECURITY, "Extended Security", 3, false),
        0x86 => (&CIPSO, "Commercial Security", 10, false),
        0x88 => (&STREAM_ID, "Stream ID", 4, true),
        STRICT => (&STRICT_ROUTE, "Strict Source Route", 3, false),
        0x94 => (&ROUTER_ALERT, "Router Alert", 4, true),
        0x95 => (&BROADCAST, "Selective Directed Broadcast", 6, false),
        _ => return None,
    })
}

/// The last address of a source route among `len` bytes of options, if the packet has not got there yet.
///
/// `bytes` is what was captured from there on; an error where that ends before an answer is found.
pub(super) fn last_of_route(bytes: &[u8], len: usize) -> Result<Option<[u8; 4]>, Stop> {
    let mut at = 0;
    let byte = |at: usize| bytes.get(at).copied().ok_or(Stop::Snapped);
    while at < len {
        let kind = byte(at)?;
        if kind == PADDING {
            at += 1;
            continue;
        }
        if kind == END || at + 1 >= len {
            break;
        }
        let option_len = usize::from(byte(at + 1)?);
        if option_len < 2 || at + option_len > len {
            break;
        }
        if matches!(kind, LOOSE | STRICT) && option_len >= 3 {
            let (addresses, here) = (option_len - 3, usize::from(byte(at + 2)?));
            if here < 4 || here % 4 != 0 || here >= option_len {
                break;
            }
            let last = at + 3 + (addresses / 4).saturating_sub(1) * 4;
            return Ok(Some(*bytes.get(last..).and_then(<[u8]>::first_chunk).ok_or(Stop::Snapped)?));
        }
        at += option_len;
    }
    Ok(None)
}

/// Records the options in the window; an option shorter than it has to be may break the packet.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (start, end) = (c.pos(), c.limit());
    let len = end.saturating_sub(start);
    let heading = c.mark();
    c.put(&OPTIONS, start, end, 0);
    c.label(|l| _ = l.str("Options: (").dec(len as u64).str(" bytes)"));
    c.below(|c| {
        while c.reported() > 0 {
            if !option(c, heading)? {
                break;
            }
        }
        c.seek(end);
        Ok(())
    })
}

/// Records one option; says whether another may follow.
fn option<S: Sink>(c: &mut Cursor<'_, S>, heading: usize) -> Result<bool, Stop> {
    let start = c.pos();
    let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    if kind == END || kind == PADDING {
        c.group(if kind == END { &EOL } else { &NOP }, option_type)?;
        return Ok(kind == PADDING);
    }
    let name = known(kind).map(|(_, name, ..)| name);
    if c.reported() < 2 {
        return Ok(misfit(c, kind, name, "length byte past end of options", None));
    }
    let len = usize::from(c.peek_u8(1).ok_or_else(|| c.short(2))?);
    if len < 2 {
        return Ok(misfit(c, kind, name, "with too-short option length = ", Some(len)));
    }
    if len > c.reported() {
        return Ok(misfit(c, kind, name, "option length = ", Some(len)));
    }
    let Some((field, name, least, exact)) = known(kind) else {
        c.put(&OTHER, start, start + len, 0);
        c.label(|l| _ = l.str("Unknown (0x").hex(kind, 2).str(") (").dec(len as u64).str(" bytes)"));
        c.seek(start + len);
        return Ok(true);
    };
    let fits = if exact { len == least } else { len >= least };
    if fits {
        c.append_at(heading, |l| _ = l.str(", ").str(name));
    }
    let own = c.mark();
    c.within(len, |c| {
        c.group(field, |c| {
            c.label_at(own, |l| _ = l.str(field.label).str(" (").dec(len as u64).str(" bytes)"));
            option_type(c)?;
            c.u8(&LEN)?;
            if fits {
                return body(c, kind, own);
            }
            c.below(|c| c.expert(&BAD_LENGTH));
            let bound = if exact { "should be " } else { "should be >= " };
            c.label(|l| {
                l.str(name)
                    .str(" (with option length = ")
                    .dec(len as u64)
                    .str(" bytes; ")
                    .str(bound)
                    .dec(least as u64)
                    .byte(b')');
            });
            Ok(())
        })
    })?;
    Ok(true)
}

/// Records an option whose length does not fit, after which no other can be found.
fn misfit<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, name: Option<&'static str>, why: &str, len: Option<usize>) -> bool {
    let words = |l: &mut Line| {
        match name {
            Some(name) => l.str(name),
            None => l.str("Unknown (0x").hex(kind, 2).byte(b')'),
        };
        l.str(" (").str(why);
        if let Some(len) = len {
            l.dec(len as u64).str(" bytes").str(if len < 2 { "" } else { " says option goes past end of options" });
        }
        l.byte(b')');
    };
    c.put(&OTHER, c.pos(), c.end(), 0);
    c.label(words);
    c.below(|c| c.expert(&BAD_LENGTH));
    c.label(words);
    false
}

fn option_type<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u8(&TYPE)?;
    c.below(|c| {
        for field in [&TYPE_COPY, &TYPE_CLASS, &TYPE_NUMBER] {
            c.bits::<1>(field, kind.into());
        }
    });
    Ok(())
}

/// What follows an option's type and length.
fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, own: usize) -> Result<(), Stop> {
    match kind {
        0x07 | LOOSE | STRICT => route(c, kind)?,
        0x0b | 0x0c => _ = c.u16(&MTU)?,
        0x19 => quick_start(c)?,
        0x44 => timestamps(c)?,
        0x52 => {
            for field in [&TRACE_ID, &TRACE_OUTBOUND, &TRACE_RETURN] {
                c.u16(field)?;
            }
            c.fixed::<4>(&TRACE_ORIGINATOR)?;
        }
        0x82 => {
            c.u8(&CLASSIFICATION)?;
            while c.remaining() > 0 {
                c.u8(&AUTHORITY)?;
            }
        }
        0x85 => {
            c.u8(&INFO_FORMAT)?;
            c.bytes(&INFO, c.remaining())?;
        }
        0x86 => {
            c.u32(&CIPSO_DOI)?;
            c.u8(&CIPSO_TAG)?;
            c.skip(2)?;
            c.u8(&CIPSO_LEVEL)?;
        }
        0x88 => _ = c.u16(&STREAM)?,
        0x94 => {
            let alert = c.u16(&ALERT)?;
            c.append_at(own, |l| {
                _ = l.str(": ").str(ALERT.name(alert.into()).unwrap_or("Unknown")).str(" (").dec(alert).byte(b')');
            });
        }
        _ => {
            while c.remaining() >= 4 {
                c.fixed::<4>(&ADDRESS)?;
            }
        }
    }
    Ok(())
}

fn route<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let start = c.pos().saturating_sub(2);
    let pointer = usize::from(c.u8(&POINTER)?);
    if pointer < 4 || pointer % 4 != 0 {
        c.below(|c| c.expert(if pointer < 4 { &BEFORE_FIRST } else { &IN_MIDDLE }));
        return Ok(());
    }
    if !c.remaining().is_multiple_of(4) {
        c.below(|c| c.expert(&TOO_LONG));
    }
    while c.remaining() >= 4 {
        let place = c.pos().saturating_sub(start) + 1;
        let (passed, last) = (place < pointer, c.remaining() < 8);
        c.fixed::<4>(match kind {
            _ if passed => &RECORDED,
            LOOSE | STRICT if last => &ROUTE_DST,
            LOOSE | STRICT => &SOURCE_ROUTE,
            _ => &EMPTY,
        })?;
        if place == pointer && !(last && kind != 0x07) {
            c.append(|l| _ = l.str(" <- (next)"));
        }
    }
    Ok(())
}

fn quick_start<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let first = c.be::<1>(&QS_FUNCTION)?;
    c.bits::<1>(&QS_RATE, first);
    c.u8(&QS_TTL)?;
    let nonce = c.be::<4>(&QS_NONCE)?;
    c.bits::<4>(&QS_RESERVED, nonce);
    Ok(())
}

fn timestamps<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let pointer = c.u8(&POINTER)?;
    if pointer < 5 {
        c.append(|l| _ = l.str(" (points before first address)"));
    }
    let first = c.be::<1>(&OVERFLOW)?;
    let flag = c.bits::<1>(&FLAG, first);
    while c.remaining() > 0 {
        if matches!(flag, 1 | 3) {
            if c.remaining() < 8 {
                break;
            }
            c.fixed::<4>(&STAMP_ADDRESS)?;
        }
        if c.remaining() < 4 {
            break;
        }
        c.u32(&STAMP)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::last_of_route;

    fn route(options: &[u8]) -> Option<[u8; 4]> {
        last_of_route(options, options.len()).unwrap()
    }

    #[test]
    fn a_source_route_not_yet_travelled_has_a_last_address() {
        assert_eq!(route(&[0x83, 7, 4, 9, 9, 9, 9, 0]), Some([9; 4]));
        assert_eq!(route(&[1, 0x89, 11, 4, 9, 9, 9, 9, 8, 8, 8, 8]), Some([8; 4]));
        assert_eq!(route(&[0x83, 7, 8, 9, 9, 9, 9, 0]), None, "travelled");
        assert_eq!(route(&[0x83, 11, 6, 9, 9, 9, 9, 8, 8, 8, 8]), None, "points into an address");
        assert_eq!(route(&[0x83, 39, 4, 9, 9, 9, 9, 0]), None, "longer than the options");
        assert_eq!(route(&[0x83, 0, 4, 9, 9, 9, 9, 0]), None, "shorter than itself");
        assert_eq!(route(&[0x94, 4, 0, 0, 0x83, 7, 4, 9, 9, 9, 9]), Some([9; 4]), "behind another option");
    }

    #[test]
    fn a_capture_may_end_before_the_route_is_found() {
        assert!(last_of_route(&[1, 1], 8).is_err());
        assert!(last_of_route(&[0x83, 7, 4, 9, 9], 8).is_err());
        assert!(last_of_route(&[0, 1], 8).is_ok());
    }
}
