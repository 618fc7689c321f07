//! NTP (RFC 5905), with its control messages (RFC 9327) and ntpd's private ones.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ntp", "Network Time Protocol", Kind::Protocol);

fields! {
    FLAGS = "ntp.flags", "Flags", U8 hex;
    LEAP = "ntp.flags.li", "Leap Indicator", U8 mask(0xc0) names(LEAPS);
    VERSION = "ntp.flags.vn", "Version number", U8 mask(0x38) names(VERSIONS);
    MODE = "ntp.flags.mode", "Mode", U8 mask(0x07) names(MODES);
    STRATUM = "ntp.stratum", "Peer Clock Stratum", U8 names(STRATA);
    POLL = "ntp.ppoll", "Peer Polling Interval", U8 custom(poll);
    PRECISION = "ntp.precision", "Peer Clock Precision", I8 custom(precision);
    ROOT_DELAY = "ntp.rootdelay", "Root Delay", U32 custom(short_time);
    ROOT_DISPERSION = "ntp.rootdispersion", "Root Dispersion", U32 custom(short_time);
    REFERENCE_ID = "ntp.refid", "Reference ID", Bytes;
    REFERENCE_TIME = "ntp.reftime", "Reference Timestamp", AbsTime utc;
    ORIGIN = "ntp.org", "Origin Timestamp", AbsTime utc;
    RECEIVE = "ntp.rec", "Receive Timestamp", AbsTime utc;
    TRANSMIT = "ntp.xmt", "Transmit Timestamp", AbsTime utc;
    KEY_ID = "ntp.keyid", "Key ID", Bytes;
    MAC = "ntp.mac", "Message Authentication Code", Bytes;
    CONTROL_FLAGS = "ntp.ctrl.flags2", "Flags 2", U8 hex;
    CONTROL_RESPONSE = "ntp.ctrl.flags2.r", "Response bit", U8 mask(0x80) names(RESPONSES);
    CONTROL_ERROR = "ntp.ctrl.flags2.error", "Error bit", U8 mask(0x40);
    CONTROL_MORE = "ntp.ctrl.flags2.more", "More bit", U8 mask(0x20);
    CONTROL_OPCODE = "ntp.ctrl.flags2.opcode", "Opcode", U8 mask(0x1f) names(OPCODES);
    CONTROL_SEQUENCE = "ntp.ctrl.sequence", "Sequence", U16;
    CONTROL_STATUS = "ntp.ctrl.status", "Status", U16 hex;
    CONTROL_ASSOCIATION = "ntp.ctrl.associd", "AssociationID", U16;
    CONTROL_OFFSET = "ntp.ctrl.offset", "Offset", U16;
    CONTROL_COUNT = "ntp.ctrl.count", "Count", U16;
    CONTROL_DATA = "ntp.ctrl.data", "Data", None;
    PRIVATE_RESPONSE = "ntp.priv.flags.r", "Response bit", U8 mask(0x80) names(RESPONSES);
    PRIVATE_MORE = "ntp.priv.flags.more", "More bit", U8 mask(0x40);
    PRIVATE_AUTH_SEQUENCE = "ntp.priv.auth_seq", "Auth, sequence", U8;
    PRIVATE_AUTH = "ntp.priv.auth", "Auth bit", U8 mask(0x80);
    PRIVATE_SEQUENCE = "ntp.priv.seq", "Sequence number", U8 mask(0x7f);
    IMPLEMENTATION = "ntp.priv.impl", "Implementation", U8 names(IMPLEMENTATIONS);
    REQUEST_CODE = "ntp.priv.reqcode", "Request code", U8 names(REQUEST_CODES);
    PRIVATE_ERROR = "ntp.priv.err", "Err", U8 mask(0xf0) hex names(ERRORS);
    ITEMS = "ntp.priv.numitems", "Number of data items", U16 mask(0x0fff);
    RESERVED = "ntp.priv.reserved", "Reserved", U8 mask(0xf0) hex;
    ITEM_SIZE = "ntp.priv.itemsize", "Size of data item", U16 mask(0x0fff);
}

names! {
    LEAPS {
        0 = "no warning", 1 = "last minute of the day has 61 seconds", 2 = "last minute of the day has 59 seconds",
        3 = "unknown (clock unsynchronized)",
    }
    VERSIONS {
        0 = "reserved", 1 = "NTP Version 1", 2 = "NTP Version 2", 3 = "NTP Version 3", 4 = "NTP Version 4",
        5..=7 = "reserved",
    }
    MODES {
        0 = "reserved", 1 = "symmetric active", 2 = "symmetric passive", 3 = "client", 4 = "server", 5 = "broadcast",
        6 = "reserved for NTP control message", 7 = "reserved for private use",
    }
    /// Modes as the summary has them.
    MODES_IN_SHORT {
        0 = "reserved", 1 = "symmetric active", 2 = "symmetric passive", 3 = "client", 4 = "server", 5 = "broadcast",
        6 = "control", 7 = "private",
    }
    STRATA {
        0 = "unspecified or invalid", 1 = "primary reference", 2..=15 = "secondary reference", 16 = "unsynchronized",
        17..=255 = "reserved",
    }
    /// Sources of time that a primary server may name.
    SOURCES {
        0x41_43_54_53 = "NIST telephone modem", 0x41_54_4f_4d = "Atomic clock (calibrated)",
        0x44_43_46_00 = "LF Radio DCF77 Mainflingen, DE 77.5 kHz", 0x47_50_53_00 = "Global Position System",
        0x50_50_53_00 = "Generic pulse-per-second", 0x50_54_42_00 = "European telephone modem",
        0x55_53_4e_4f = "USNO telephone modem", 0x57_57_56_00 = "HF Radio WWV Fort Collins, CO",
    }
    RESPONSES { 0 = "Request", 1 = "Response" }
    OPCODES {
        0 = "reserved", 1 = "read status", 2 = "read variables", 3 = "write variables", 4 = "read clock variables",
        5 = "write clock variables", 6 = "set trap address/port", 7 = "asynchronous message",
        8 = "runtime configuration", 9 = "save config to file", 10 = "retrieve MRU (mrulist)",
        11 = "retrieve ordered list", 12 = "request a client nonce", 31 = "unset trap address/port",
    }
    IMPLEMENTATIONS { 0 = "UNIV", 2 = "XNTPD_OLD (pre-IPv6)", 3 = "XNTPD" }
    ERRORS {
        0 = "No error", 1 = "Incompatible implementation number", 2 = "Unimplemented request code",
        3 = "Format error", 4 = "No data available", 7 = "Authentication failure",
    }
    REQUEST_CODES {
        0 = "PEER_LIST", 1 = "PEER_LIST_SUM", 2 = "PEER_INFO", 3 = "PEER_STATS", 4 = "SYS_INFO", 5 = "SYS_STATS",
        6 = "IO_STATS", 7 = "MEM_STATS", 8 = "LOOP_INFO", 9 = "TIMER_STATS", 10 = "CONFIG", 11 = "UNCONFIG",
        12 = "SET_SYS_FLAG", 13 = "CLR_SYS_FLAG", 14 = "MONITOR", 15 = "NOMONITOR", 16 = "GET_RESTRICT",
        17 = "RESADDFLAGS", 18 = "RESSUBFLAGS", 19 = "UNRESTRICT", 20 = "MON_GETLIST", 21 = "RESET_STATS",
        22 = "RESET_PEER", 23 = "REREAD_KEYS", 24 = "DO_DIRTY_HACK", 25 = "DONT_DIRTY_HACK", 26 = "TRUSTKEY",
        27 = "UNTRUSTKEY", 28 = "AUTHINFO", 29 = "TRAPS", 30 = "ADD_TRAP", 31 = "CLR_TRAP", 32 = "REQUEST_KEY",
        33 = "CONTROL_KEY", 34 = "GET_CTLSTATS", 35 = "GET_LEAPINFO", 36 = "GET_CLOCKINFO", 37 = "SET_CLKFUDGE",
        38 = "GET_KERNEL", 39 = "GET_CLKBUGINFO", 41 = "SET_PRECISION", 42 = "MON_GETLIST_1",
        43 = "HOSTNAME_ASSOCID", 44 = "IF_STATS", 45 = "IF_RELOAD",
    }
}

const CONTROL: u64 = 6;
const PRIVATE: u64 = 7;

/// NTP.
pub struct Ntp;

impl Protocol for Ntp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(123), Key::Tcp(123)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NTP");
        c.claim();
        let flags = c.peek_u8(0).map(u64::from).ok_or_else(|| c.short(1))?;
        let mode = MODE.cut(flags);
        let kind = |l: &mut Line| {
            l.str(VERSION.name(VERSION.cut(flags)).unwrap_or_default()).str(", ");
            l.str(name_of(MODES_IN_SHORT, mode).unwrap_or_default());
        };
        kind(c.info());
        c.layer_append(|l| {
            kind(l.str(" ("));
            l.byte(b')');
        });
        match mode {
            CONTROL => control(c),
            PRIVATE => private(c),
            _ => standard(c),
        }
    }
}

/// Records the flags of the first byte, and what each of them says behind the byte's line.
fn flags<S: Sink>(c: &mut Cursor<'_, S>, parts: [&'static Field; 3]) -> Result<u64, Stop> {
    let flags = c.be::<1>(&FLAGS)?;
    c.append(|l| {
        for field in parts {
            l.str(", ").str(field.label).str(": ").str(field.name(field.cut(flags)).unwrap_or_default());
        }
    });
    Ok(flags)
}

/// Time asked for, and time told.
fn standard<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let num = flags(c, [&LEAP, &VERSION, &MODE])?;
    c.below(|c| {
        for field in [&LEAP, &VERSION, &MODE] {
            c.bits::<1>(field, num);
        }
    });
    let stratum = c.u8(&STRATUM)?;
    c.u8(&POLL)?;
    let at = c.pos();
    let [precision] = c.array()?;
    c.put(&PRECISION, at, at + 1, i64::from(precision as i8) as u64);
    c.u32(&ROOT_DELAY)?;
    c.u32(&ROOT_DISPERSION)?;
    let source = c.fixed::<4>(&REFERENCE_ID)?;
    c.label(|l| reference(l.str("Reference ID: "), stratum, source));
    for field in [&REFERENCE_TIME, &ORIGIN, &RECEIVE, &TRANSMIT] {
        timestamp(c, field)?;
    }
    if c.reported() >= 4 {
        c.bytes(&KEY_ID, 4)?;
        let rest = c.reported();
        if rest > 0 {
            c.bytes(&MAC, rest)?;
        }
    }
    Ok(())
}

/// Writes where a server has its time from: an address, or four letters.
fn reference(line: &mut Line, stratum: u8, source: [u8; 4]) {
    match (stratum, source) {
        (0..=1, [0, 0, 0, 0]) => _ = line.str("NULL"),
        (0..=1, _) => match name_of(SOURCES, u32::from_be_bytes(source).into()) {
            Some(name) => _ = line.str(name),
            None => {
                let letters = source.split(|&byte| byte == 0).next().unwrap_or_default();
                line.str("Unidentified reference source '").text(letters).byte(b'\'');
            }
        },
        _ => _ = line.ipv4(&source),
    }
}

fn poll(num: u64, line: &mut Line) {
    match num {
        4..=17 => _ = line.dec(num).str(" (").dec(1_u64 << num).str(" seconds)"),
        _ => _ = line.str("invalid (").dec(num).byte(b')'),
    }
}

/// Writes millionths of a second.
fn micros(line: &mut Line, micros: u64) {
    line.dec(micros / 1_000_000).byte(b'.').dec_wide(micros % 1_000_000, 6).str(" seconds");
}

/// A power of two.
fn precision(num: u64, line: &mut Line) {
    let seconds = 2_f64.powi(num as i64 as i32);
    micros(line, (seconds * 1e6).round_ties_even() as u64);
}

/// Seconds and their fraction, 16 bits each.
fn short_time(num: u64, line: &mut Line) {
    micros(line, ((num & 0xffff_ffff) as f64 / 65536.0 * 1e6).round_ties_even() as u64);
}

/// Seconds since 1900 and their fraction, 32 bits each; the era of 2036 begins where the first bit is clear.
fn timestamp<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    const TO_1970: i64 = 2_208_988_800;
    const ERA: i64 = 1 << 32;
    let at = c.pos();
    let num = u64::from_be_bytes(c.array()?);
    let (seconds, fraction) = ((num >> 32) as i64, num & 0xffff_ffff);
    let since_1970 = if seconds >> 31 == 0 { seconds + ERA - TO_1970 } else { seconds - TO_1970 };
    let nanos = (fraction * 1_000_000_000) >> 32;
    c.put(field, at, at + 8, (since_1970 * 1_000_000_000 + nanos as i64) as u64);
    if num == 0 {
        c.label(|l| _ = l.str(field.label).str(": NULL"));
    }
    Ok(())
}

/// Questions about the state of a server.
fn control<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let num = flags(c, [&LEAP, &VERSION, &MODE])?;
    c.below(|c| {
        for field in [&LEAP, &VERSION, &MODE] {
            c.bits::<1>(field, num);
        }
    });
    let second = c.be::<1>(&CONTROL_FLAGS)?;
    c.append(|l| {
        for field in [&CONTROL_RESPONSE, &CONTROL_OPCODE] {
            l.str(", ").str(field.label).str(": ").str(field.name(field.cut(second)).unwrap_or("Unknown"));
        }
    });
    c.below(|c| {
        for field in [&CONTROL_RESPONSE, &CONTROL_ERROR, &CONTROL_MORE, &CONTROL_OPCODE] {
            c.bits::<1>(field, second);
        }
    });
    c.u16(&CONTROL_SEQUENCE)?;
    c.u16(&CONTROL_STATUS)?;
    c.u16(&CONTROL_ASSOCIATION)?;
    c.u16(&CONTROL_OFFSET)?;
    let len = c.u16(&CONTROL_COUNT)?;
    if len > 0 {
        c.bytes(&CONTROL_DATA, len.into())?;
    }
    Ok(())
}

/// What ntpd and ntpdc say to each other.
fn private<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let num = flags(c, [&PRIVATE_RESPONSE, &VERSION, &MODE])?;
    c.below(|c| {
        for field in [&PRIVATE_RESPONSE, &PRIVATE_MORE, &VERSION, &MODE] {
            c.bits::<1>(field, num);
        }
    });
    let sequence = c.be::<1>(&PRIVATE_AUTH_SEQUENCE)?;
    c.below(|c| {
        c.bits::<1>(&PRIVATE_AUTH, sequence);
        c.bits::<1>(&PRIVATE_SEQUENCE, sequence);
    });
    c.u8(&IMPLEMENTATION)?;
    let code = c.u8(&REQUEST_CODE)?;
    let response = PRIVATE_RESPONSE.cut(num) != 0;
    c.info().str(if response { ", Response, " } else { ", Request, " });
    c.info().str(name_of(REQUEST_CODES, code.into()).unwrap_or("Unknown"));
    if c.reported() == 0 {
        return Ok(());
    }
    let at = c.pos();
    let errors = u64::from(u16::from_be_bytes(c.array()?));
    c.put(&PRIVATE_ERROR, at, at + 1, errors >> 8);
    c.put(&ITEMS, at, at + 2, errors);
    let sizes = u64::from(u16::from_be_bytes(c.array()?));
    c.put(&RESERVED, at + 2, at + 3, sizes >> 8);
    c.put(&ITEM_SIZE, at + 2, at + 4, sizes);
    items(c, code, ITEMS.cut(errors), ITEM_SIZE.cut(sizes) as usize)
}

/// Passes over data items, each of which holds at least what its kind has fields for.
fn items<S: Sink>(c: &mut Cursor<'_, S>, code: u8, count: u64, size: usize) -> Result<(), Stop> {
    let least = match code {
        32 | 33 => 4,
        26 | 27 => 8,
        8 | 9 | 11 | 22 | 37 => 24,
        0 | 20 => 32,
        28 => 36,
        5 | 6 | 16..=19 | 29..=31 | 34 | 36 | 38 => 44,
        1 | 42 => 72,
        4 => 80,
        _ => 0,
    };
    for _ in 0..count {
        if size == 0 {
            break;
        }
        c.need(size.max(least))?;
        c.skip(size)?;
    }
    Ok(())
}
