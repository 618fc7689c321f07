//! sFlow: samples of what a switch forwards.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("sflow", "InMon sFlow", Kind::Protocol);

fields! {
    VERSION = "sflow_245.version", "Datagram version", U32;
    AGENT_TYPE = "sflow_245.agent.addresstype", "Agent address type", U32 names(ADDRESS_TYPES);
    AGENT = "sflow_245.agent", "Agent address", Ipv4;
    AGENT6 = "sflow_245.agent.v6", "Agent address", Ipv6;
    SUB_AGENT = "sflow_5.sub_agent_id", "Sub-agent ID", U32;
    SEQUENCE = "sflow_245.sequence_number", "Sequence number", U32;
    UPTIME = "sflow_245.sysuptime", "SysUptime", U32;
    SAMPLES = "sflow_245.numsamples", "NumSamples", U32;
    SAMPLE = "", "Sample", None;
    SAMPLE_TYPE = "sflow_245.sampletype", "sFlow sample type", U32 mask(0xfff);
    SAMPLE_LENGTH = "sflow_5.sample_length", "Sample length (byte)", U32;
    DATA = "sflow.data", "Data", Bytes;
}

names! {
    ADDRESS_TYPES { 1 = "IPv4", 2 = "IPv6" }
}

/// sFlow.
pub struct Sflow;

impl Protocol for Sflow {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "sFlow";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(6343)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let Some(version @ (2 | 4 | 5)) = c.peek_u32(0) else { return Err(Stop::NotMine) };
        c.protocol("sFlow");
        c.claim().byte(b'V').dec(version);
        c.u32(&VERSION)?;
        match c.u32(&AGENT_TYPE)? {
            1 => {
                let agent = c.fixed::<4>(&AGENT)?;
                c.info().str(", agent ").ipv4(&agent);
            }
            2 => {
                let agent = c.fixed::<16>(&AGENT6)?;
                c.info().str(", agent ").ipv6(&agent);
            }
            _ => return Err(Stop::Malformed),
        }
        if version == 5 {
            let sub_agent = c.u32(&SUB_AGENT)?;
            c.info().str(", sub-agent ID ").dec(sub_agent);
        }
        let sequence = c.u32(&SEQUENCE)?;
        c.info().str(", seq ").dec(sequence);
        c.u32(&UPTIME)?;
        let count = c.u32(&SAMPLES)?;
        c.info().str(", ").dec(count).str(" samples");
        if version != 5 {
            c.data();
            return Ok(());
        }
        for _ in 0..count {
            c.group(&SAMPLE, |c| {
                c.u32(&SAMPLE_TYPE)?;
                let len = c.u32(&SAMPLE_LENGTH)? as usize;
                if len > 0 { c.bytes(&DATA, len).map(|_| ()) } else { Ok(()) }
            })?;
        }
        Ok(())
    }
}
