//! BFD (RFC 5880): whether a path forwards, asked many times a second.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("bfd", "BFD Control message", Kind::Protocol);
static ECHO_LAYER: Field = Field::new("bfd_echo", "BFD Echo message", Kind::Protocol);

fields! {
    VERSION = "bfd.version", "Protocol Version", U8 mask(0xe0);
    DIAGNOSTIC = "bfd.diag", "Diagnostic Code", U8 hex mask(0x1f) names(DIAGNOSTICS);
    STATE = "bfd.sta", "Session State", U8 hex mask(0xc0) names(STATES);
    FLAGS = "bfd.flags", "Message Flags", U8 hex;
    OLD_HEAR = "bfd.flags.h", "I hear you", Bool mask(0x80) set;
    OLD_DEMAND = "bfd.flags.d", "Demand", Bool mask(0x40) set;
    OLD_POLL = "bfd.flags.p", "Poll", Bool mask(0x20) set;
    OLD_FINAL = "bfd.flags.f", "Final", Bool mask(0x10) set;
    POLL = "bfd.flags.p", "Poll", Bool bits(6) mask(0x20) set;
    FINAL = "bfd.flags.f", "Final", Bool bits(6) mask(0x10) set;
    INDEPENDENT = "bfd.flags.c", "Control Plane Independent", Bool bits(6) mask(0x8) set;
    AUTHENTICATED = "bfd.flags.a", "Authentication Present", Bool bits(6) mask(0x4) set;
    DEMAND = "bfd.flags.d", "Demand", Bool bits(6) mask(0x2) set;
    MULTIPOINT = "bfd.flags.m", "Multipoint", Bool bits(6) mask(0x1) set;
    MULTIPLIER = "bfd.detect_time_multiplier", "Detect Time Multiplier", U8;
    LENGTH = "bfd.message_length", "Message Length", U8 unit(" byte", " bytes");
    MINE = "bfd.my_discriminator", "My Discriminator", U32 hex;
    YOURS = "bfd.your_discriminator", "Your Discriminator", U32 hex;
    TRANSMIT = "bfd.desired_min_tx_interval", "Desired Min TX Interval", U32 custom(write_interval);
    RECEIVE = "bfd.required_min_rx_interval", "Required Min RX Interval", U32 custom(write_interval);
    ECHO_INTERVAL = "bfd.required_min_echo_interval", "Required Min Echo Interval", U32 custom(write_interval);
    AUTH_TYPE = "bfd.auth.type", "Authentication Type", U8 names(AUTH_TYPES);
    AUTH_LENGTH = "bfd.auth.len", "Authentication Length", U8 unit(" byte", " bytes");
    AUTHENTICATION = "", "Authentication", None;
    AUTH_KEY = "bfd.auth.key", "Authentication Key ID", U8;
    AUTH_PASSWORD = "bfd.auth.password", "Password", Str;
    AUTH_SEQUENCE = "bfd.auth.seq_num", "Sequence Number", U32 hex;
    CHECKSUM = "bfd.checksum", "Checksum", Bytes;
    ECHO = "bfd_echo.packet", "Echo", Bytes;
}

names! {
    STATES { 0 = "AdminDown", 1 = "Down", 2 = "Init", 3 = "Up" }
    DIAGNOSTICS {
        0 = "No Diagnostic", 1 = "Control Detection Time Expired", 2 = "Echo Function Failed",
        3 = "Neighbor Signaled Session Down", 4 = "Forwarding Plane Reset", 5 = "Path Down",
        6 = "Concatenated Path Down", 7 = "Administratively Down", 8 = "Reverse Concatenated Path Down",
        9 = "Mis-Connectivity Defect",
    }
    AUTH_TYPES {
        1 = "Simple Password", 2 = "Keyed MD5", 3 = "Meticulous Keyed MD5", 4 = "Keyed SHA1",
        5 = "Meticulous Keyed SHA1",
    }
}

const OLD_FLAGS: &[&Field] = &[&OLD_HEAR, &OLD_DEMAND, &OLD_POLL, &OLD_FINAL];
const NEW_FLAGS: &[&Field] = &[&POLL, &FINAL, &INDEPENDENT, &AUTHENTICATED, &DEMAND, &MULTIPOINT];

/// Microseconds, which people think of as milliseconds.
fn write_interval(us: u64, line: &mut Line) {
    if us.is_multiple_of(1000) {
        line.dec_right(us / 1000, 4);
    } else {
        line.dec_right(us / 1000, 4).byte(b'.').dec_wide(us % 1000, 3);
    }
    line.str(" ms (").dec(us).str(" us)");
}

/// BFD's control messages.
pub struct Bfd;

/// Bytes of a packet without authentication (RFC 5880 section 4.1).
const LEAST: usize = 24;

impl Protocol for Bfd {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BFD Control";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(3784), Key::Udp(4784), Key::Udp(6784), Key::Udp(7784)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BFD Control");
        c.claim();
        c.need(LEAST)?;
        let first = c.be::<1>(&VERSION)?;
        let diagnostic = c.bits::<1>(&DIAGNOSTIC, first);
        c.info().str("Diag: ").str(name_of(DIAGNOSTICS, diagnostic).unwrap_or("Unknown"));
        let old = VERSION.cut(first) == 0;
        let flags = u64::from(c.peek_u8(0).ok_or_else(|| c.short(1))?);
        if !old {
            c.put(&STATE, c.pos(), c.pos() + 1, flags);
            c.info().str(", State: ").str(name_of(STATES, flags >> 6).unwrap_or("Unknown"));
        }
        c.u8(&FLAGS)?;
        for &field in if old { OLD_FLAGS } else { NEW_FLAGS } {
            if field.cut(flags) != 0 {
                c.append(|l| _ = l.str(", ").str(field.label).str(": Set"));
            }
        }
        let shown = if old { flags } else { flags & 0x3f };
        c.info().str(", Flags: 0x").hex(shown, 2);
        c.below(|c| {
            for &field in if old { OLD_FLAGS } else { NEW_FLAGS } {
                c.bits::<1>(field, flags);
            }
        });
        let multiplier = u64::from(c.u8(&MULTIPLIER)?);
        // The transmit interval is 10 bytes ahead.
        let detection = multiplier * u64::from(c.peek_u32(9).unwrap_or_default()) / 1000;
        c.append(|l| _ = l.str(" (= ").dec(detection).str(" ms Detection time)"));
        c.u8(&LENGTH)?;
        for field in [&MINE, &YOURS, &TRANSMIT, &RECEIVE, &ECHO_INTERVAL] {
            c.u32(field)?;
        }
        if !old && AUTHENTICATED.cut(flags) == 1 {
            let kind = c.peek_u8(0).unwrap_or_default();
            let mark = c.mark();
            let outcome = c.group(&AUTHENTICATION, authentication);
            c.label_at(mark, |l| {
                _ = l.str("Authentication: ").str(name_of(AUTH_TYPES, kind.into()).unwrap_or("Unknown"));
            });
            return outcome;
        }
        Ok(())
    }
}

fn authentication<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u8(&AUTH_TYPE)?;
    let len = usize::from(c.u8(&AUTH_LENGTH)?);
    if c.remaining() < len.saturating_sub(2) {
        return Ok(());
    }
    c.u8(&AUTH_KEY)?;
    match kind {
        1 => c.bytes(&AUTH_PASSWORD, len.saturating_sub(3)).map(|_| ()),
        2..=5 => {
            c.skip(1)?;
            c.u32(&AUTH_SEQUENCE)?;
            c.bytes(&CHECKSUM, if kind < 4 { 16 } else { 20 }).map(|_| ())
        }
        _ => Ok(()),
    }
}

/// BFD's echoes: only their sender knows what is in them.
pub struct Echo;

impl Protocol for Echo {
    const LAYER: &'static Field = &ECHO_LAYER;
    const NAME: &'static str = "BFD Echo";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(3785)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BFD Echo");
        c.claim().str("Originator specific content");
        c.bytes(&ECHO, c.remaining()).map(|_| ())
    }
}
