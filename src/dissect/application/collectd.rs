//! collectd's network protocol: values that a host measures, in parts of a type and a length each.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("collectd", "collectd network data", Kind::Protocol);

fields! {
    PART = "", "collectd part", None;
    TYPE = "collectd.type", "Type", U16 hex names(TYPES);
    LENGTH = "collectd.len", "Length", U16;
    DATA = "collectd.data", "Payload", Bytes;
    HOST = "collectd.data.host", "Host name", Str;
    INTERVAL = "collectd.data.interval", "Interval", RelTime;
    TIME = "collectd.data.time", "Timestamp", AbsTime;
    PLUGIN = "collectd.data.plugin", "Plugin", Str;
    PLUGIN_INSTANCE = "collectd.data.plugin.inst", "Plugin instance", Str;
    VALUE_TYPE = "collectd.data.type", "Type", Str;
    TYPE_INSTANCE = "collectd.data.type.inst", "Type instance", Str;
    COUNT = "collectd.data.valcnt", "Value count", U16;
    SEVERITY = "collectd.data.severity", "Severity", U64 hex names(SEVERITIES);
    MESSAGE = "collectd.data.message", "Message", Str;
}

names! {
    TYPES {
        0x0 = "HOST", 0x1 = "TIME", 0x2 = "PLUGIN", 0x3 = "PLUGIN_INSTANCE", 0x4 = "TYPE", 0x5 = "TYPE_INSTANCE",
        0x6 = "VALUES", 0x7 = "INTERVAL", 0x8 = "TIME_HR", 0x9 = "INTERVAL_HR", 0x100 = "MESSAGE",
        0x101 = "SEVERITY", 0x200 = "SIGNATURE", 0x210 = "ENCRYPTED_DATA",
    }
    SEVERITIES {
        1 = "FAILURE", 2 = "WARNING", 4 = "OKAY",
    }
}

/// Part types.
mod parts {
    pub(super) const HOST: u16 = 0;
    pub(super) const TIME: u16 = 1;
    pub(super) const PLUGIN: u16 = 2;
    pub(super) const PLUGIN_INSTANCE: u16 = 3;
    pub(super) const TYPE: u16 = 4;
    pub(super) const TYPE_INSTANCE: u16 = 5;
    pub(super) const VALUES: u16 = 6;
    pub(super) const INTERVAL: u16 = 7;
    pub(super) const TIME_FINE: u16 = 8;
    pub(super) const INTERVAL_FINE: u16 = 9;
    pub(super) const MESSAGE: u16 = 0x100;
    pub(super) const SEVERITY: u16 = 0x101;
    pub(super) const SIGNATURE: u16 = 0x200;
}

const HEADER_LEN: usize = 4;

/// What a packet holds.
#[derive(Default)]
struct Seen {
    /// Where the host's name stands.
    host: Option<(usize, usize)>,
    values: u64,
    plugins: u64,
    messages: u64,
    unknown: u64,
    errors: u64,
}

/// collectd.
pub struct Collectd;

impl Protocol for Collectd {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "collectd";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(25826)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("collectd");
        c.claim();
        c.need(c.reported())?;
        let mut seen = Seen::default();
        while c.remaining() > 0 && seen.errors == 0 {
            part(c, &mut seen);
        }
        let host = seen.host.and_then(|(start, end)| c.whole().get(start..end));
        let line = c.claim().str("Host=").bytes(host.unwrap_or(b"(null)")).str(", ");
        line.dec_right(seen.values, 2).str(plural(seen.values, " value  for ", " values for "));
        line.dec(seen.plugins).str(plural(seen.plugins, " plugin,  ", " plugins, "));
        line.dec(seen.messages).str(plural(seen.messages, " message", " messages"));
        if seen.unknown > 0 {
            line.str(", ").dec(seen.unknown).str(" unknown");
        }
        if seen.errors > 0 {
            line.str(", ").dec(seen.errors).str(plural(seen.errors, " error", " errors"));
        }
        Ok(())
    }
}

fn plural(count: u64, one: &'static str, several: &'static str) -> &'static str {
    if count == 1 { one } else { several }
}

/// One part. What is no part is counted as an error, and ends the packet.
fn part<S: Sink>(c: &mut Cursor<'_, S>, seen: &mut Seen) {
    let (Some(kind), Some(len)) = (c.peek_u16(0), c.peek_u16(2)) else {
        seen.errors += 1;
        return;
    };
    let len = usize::from(len);
    if len < HEADER_LEN || len > c.remaining() {
        seen.errors += 1;
        return;
    }
    let outcome = c.group(&PART, |c| {
        c.label(|l| _ = l.str("collectd ").str(name_of(TYPES, kind.into()).unwrap_or("Unknown")).str(" segment"));
        c.within(len, |c| {
            c.read_all(&[(&TYPE, 2), (&LENGTH, 2)])?;
            body(c, kind, seen)
        })
    });
    if outcome.is_err() {
        seen.errors += 1;
    }
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, seen: &mut Seen) -> Result<(), Stop> {
    let text = match kind {
        parts::HOST => &HOST,
        parts::PLUGIN => &PLUGIN,
        parts::PLUGIN_INSTANCE => &PLUGIN_INSTANCE,
        parts::TYPE => &VALUE_TYPE,
        parts::TYPE_INSTANCE => &TYPE_INSTANCE,
        parts::MESSAGE => &MESSAGE,
        _ => return number(c, kind, seen),
    };
    let start = c.pos();
    let bytes = c.bytes(text, c.remaining())?;
    let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    match kind {
        parts::HOST => seen.host = Some((start, start + len)),
        parts::PLUGIN => seen.plugins += 1,
        parts::MESSAGE => seen.messages += 1,
        _ => {}
    }
    Ok(())
}

fn number<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, seen: &mut Seen) -> Result<(), Stop> {
    /// Of a second, in the fine times.
    const UNIT: u128 = 1 << 30;
    match kind {
        parts::VALUES => seen.values += u64::from(c.u16(&COUNT)?),
        parts::TIME | parts::INTERVAL | parts::TIME_FINE | parts::INTERVAL_FINE => {
            let value = c.array::<8>().map(u64::from_be_bytes)?;
            let fine = matches!(kind, parts::TIME_FINE | parts::INTERVAL_FINE);
            let nanos = u128::from(value) * 1_000_000_000 / if fine { UNIT } else { 1 };
            let field = if matches!(kind, parts::TIME | parts::TIME_FINE) { &TIME } else { &INTERVAL };
            c.put(field, c.pos() - 8, c.pos(), nanos as u64);
        }
        parts::SEVERITY => _ = c.u64(&SEVERITY)?,
        parts::SIGNATURE => {}
        // What is encrypted is as good as unknown.
        _ => seen.unknown += 1,
    }
    if c.remaining() > 0 { c.bytes(&DATA, c.remaining()).map(|_| ()) } else { Ok(()) }
}
