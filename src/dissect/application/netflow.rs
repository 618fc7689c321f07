//! NetFlow (RFC 3954) and IPFIX (RFC 7011): what a router tells of the flows that it sees.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::fields;

static LAYER: Field = Field::new("cflow", "Cisco NetFlow/IPFIX", Kind::Protocol);

fields! {
    VERSION = "cflow.version", "Version", U16;
    COUNT = "cflow.count", "Count", U16;
    LENGTH = "cflow.len", "Length", U16;
    UPTIME = "cflow.sysuptime", "SysUptime", U32;
    SECONDS = "cflow.unix_secs", "CurrentSecs", U32;
    NANOSECONDS = "cflow.unix_nsecs", "CurrentNSecs", U32;
    EXPORT_TIME = "cflow.exporttime", "ExportTime", U32;
    SEQUENCE = "cflow.sequence", "FlowSequence", U32;
    ENGINE_TYPE = "cflow.engine_type", "EngineType", U8;
    ENGINE = "cflow.engine_id", "EngineId", U8;
    SAMPLING = "cflow.sampling_mode", "SamplingMode", U16 mask(0xc000);
    SAMPLE_RATE = "cflow.samplerate", "SampleRate", U16 mask(0x3fff);
    SOURCE = "cflow.source_id", "SourceId", U32;
    DOMAIN = "cflow.od_id", "Observation Domain Id", U32;
    SET = "", "FlowSet", None;
    SET_ID = "cflow.flowset_id", "FlowSet Id", U16;
    SET_LENGTH = "cflow.flowset_length", "FlowSet Length", U16;
    RECORD = "", "pdu", None;
    TEMPLATE = "", "Template", None;
    TEMPLATE_ID = "cflow.template_id", "Template Id", U16;
    FIELD_COUNT = "cflow.template_field_count", "Field Count", U16;
    SCOPE_LENGTH = "cflow.option_scope_len", "Option Scope Length", U16;
    OPTION_LENGTH = "cflow.option_len", "Option Length", U16;
    SCOPE_COUNT = "cflow.scope_field_count", "Scope Field Count", U16;
    FIELD_TYPE = "cflow.template_field_type", "Type", U16;
    FIELD_LENGTH = "cflow.template_field_length", "Length", U16;
    ENTERPRISE = "cflow.template_enterprise_id", "PEN", U32;
    DATA = "cflow.data", "Data", Bytes;
}

const NETFLOW_9: u16 = 9;
const IPFIX: u16 = 10;
/// Bytes of IPFIX's header, and of the head of every set.
const IPFIX_HEADER_LEN: usize = 16;
const SET_HEADER_LEN: usize = 4;
/// The first set that holds flows: its identifier is its template's.
const FIRST_DATA_SET: u16 = 256;
/// The bit of a field's type that says that a number of who defined it follows.
const OF_ENTERPRISE: u16 = 0x8000;

/// NetFlow and IPFIX.
pub struct NetFlow;

impl Protocol for NetFlow {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CFLOW";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(2055), Key::Udp(9996), Key::Udp(4739), Key::Tcp(4739), Key::Sctp(4739)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.in_stream() {
            return messages(c, SET_HEADER_LEN, |c| c.peek_u16(2).unwrap_or_default().into(), message);
        }
        message(c)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.need(2)?;
    let version = c.peek_u16(0).unwrap_or_default();
    if !matches!(version, 1 | 5 | 7 | 8 | NETFLOW_9 | IPFIX) {
        return Err(Stop::NotMine);
    }
    let whole = c.reported();
    c.protocol("CFLOW");
    c.claim();
    c.u16(&VERSION)?;
    if version == IPFIX {
        return ipfix(c, whole);
    }
    let count = c.u16(&COUNT)?;
    let line = c.info().str("total: ").dec(count).str(" (v").dec(version).byte(b')');
    line.str(match (version == NETFLOW_9, count == 1) {
        (true, true) => " record",
        (true, false) => " records",
        (false, true) => " flow",
        (false, false) => " flows",
    });
    if version == NETFLOW_9 {
        c.read_all(&[(&UPTIME, 4), (&SECONDS, 4), (&SEQUENCE, 4)])?;
        domain(c, &SOURCE)?;
        return sets(c, version);
    }
    if !S::DETAIL {
        return Ok(());
    }
    c.read_all(&[(&UPTIME, 4), (&SECONDS, 4), (&NANOSECONDS, 4)])?;
    if version > 1 {
        c.read_all(&[(&SEQUENCE, 4)])?;
    }
    if version == 5 {
        c.read_all(&[(&ENGINE_TYPE, 1), (&ENGINE, 1)])?;
        let sampling = c.u16(&SAMPLING)?;
        c.bits::<2>(&SAMPLE_RATE, sampling.into());
    }
    if c.remaining() > 0 {
        c.bytes(&DATA, c.remaining())?;
    }
    Ok(())
}

/// Reads who observed the flows, which the row shows.
fn domain<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let domain = c.u32(field)?;
    c.info().str(" Obs-Domain-ID=").dec_right(domain.into(), 5);
    Ok(())
}

/// A message of IPFIX, which should be all of the `whole` bytes that came.
fn ipfix<S: Sink>(c: &mut Cursor<'_, S>, whole: usize) -> Result<(), Stop> {
    let len = usize::from(c.u16(&LENGTH)?);
    let in_stream = c.in_stream();
    let line = c.info();
    if len == whole || in_stream {
        line.str("IPFIX flow (").dec_right(len as u64, 4).str(" bytes)");
    } else {
        line.str("IPFIX partial flow (").dec(whole as u64).byte(b'/').dec(len as u64).str(" bytes)");
    }
    c.read_all(&[(&EXPORT_TIME, 4), (&SEQUENCE, 4)])?;
    domain(c, &DOMAIN)?;
    c.trim(len.saturating_sub(IPFIX_HEADER_LEN));
    sets(c, IPFIX)
}

/// Reads sets of templates and of flows, up to one that is longer than what is left.
fn sets<S: Sink>(c: &mut Cursor<'_, S>, version: u16) -> Result<(), Stop> {
    while c.remaining() >= SET_HEADER_LEN {
        let (id, len) = (c.peek_u16(0).unwrap_or_default(), c.peek_u16(2).unwrap_or_default());
        let len = usize::from(len);
        if len < SET_HEADER_LEN || len > c.reported() {
            break;
        }

        c.within(len, |c| {
            c.group(&SET, |c| {
                c.label(|l| _ = l.str("FlowSet [id=").dec(id).byte(b']'));
                c.read_all(&[(&SET_ID, 2), (&SET_LENGTH, 2)])?;
                match id {
                    // NetFlow 9 and IPFIX number them differently, but neither gives the other's another meaning.
                    0 | 2 => list(c, " [Data-Template:", |c| template(c, None)),
                    1 | 3 => list(c, " [Options-Template:", |c| template(c, Some(version))),
                    FIRST_DATA_SET.. => {
                        c.info().str(" [Data:").dec(id).byte(b']');
                        if c.remaining() > 0 {
                            c.bytes(&DATA, c.remaining())?;
                        }
                        Ok(())
                    }
                    _ => Ok(()),
                }
            })
        })?;
    }
    Ok(())
}

/// Reads templates, whose identifiers the row lists.
fn list<S: Sink>(
    c: &mut Cursor<'_, S>,
    title: &'static str,
    mut template: impl FnMut(&mut Cursor<'_, S>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut separator = title;
    while c.remaining() >= SET_HEADER_LEN {
        let id = c.peek_u16(0).unwrap_or_default();
        c.info().str(separator).dec(id);
        separator = ",";
        if template(c).is_err() {
            break;
        }
    }
    if separator != title {
        c.info().byte(b']');
    }
    Ok(())
}

/// One template: its fields, and for one of options whose `version` is given, its scopes before them.
fn template<S: Sink>(c: &mut Cursor<'_, S>, options: Option<u16>) -> Result<(), Stop> {
    c.group(&TEMPLATE, |c| {
        c.u16(&TEMPLATE_ID)?;
        let fields = match options {
            None => c.u16(&FIELD_COUNT)?,
            Some(IPFIX) => {
                let fields = c.u16(&FIELD_COUNT)?;
                c.u16(&SCOPE_COUNT)?;
                fields
            }
            Some(_) => (c.u16(&SCOPE_LENGTH)?.saturating_add(c.u16(&OPTION_LENGTH)?)) / 4,
        };
        for _ in 0..fields {
            let kind = c.u16(&FIELD_TYPE)?;
            c.u16(&FIELD_LENGTH)?;
            if kind & OF_ENTERPRISE != 0 && options != Some(NETFLOW_9) {
                c.u32(&ENTERPRISE)?;
            }
        }
        // What is too short for another template is padding.
        if options.is_some() && c.remaining() < SET_HEADER_LEN {
            c.seek(c.end());
        }
        Ok(())
    })
}
