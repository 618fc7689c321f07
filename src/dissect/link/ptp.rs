//! The Precision Time Protocol, version 2 (IEEE 1588), over Ethernet and UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ptp", "Precision Time Protocol (IEEE1588)", Kind::Protocol);

fields! {
    SDO = "ptp.v2.majorsdoid", "majorSdoId", U8 hex mask(0xf0);
    MESSAGE_TYPE = "ptp.v2.messagetype", "messageType", U8 hex mask(0x0f) names(MESSAGES);
    MINOR_VERSION = "ptp.v2.minorversionptp", "minorVersionPTP", U8 mask(0xf0);
    VERSION = "ptp.v2.versionptp", "versionPTP", U8 mask(0x0f);
    LENGTH = "ptp.v2.messagelength", "messageLength", U16;
    DOMAIN = "ptp.v2.domainnumber", "domainNumber", U8;
    MINOR_SDO = "ptp.v2.minorsdoid", "minorSdoId", U8;
    FLAGS = "ptp.v2.flags", "flags", U16 hex;
    CORRECTION = "ptp.v2.correction.ns", "correction", U64;
    SPECIFIC = "ptp.v2.messagetypespecific", "messageTypeSpecific", U32;
    CLOCK = "ptp.v2.clockidentity", "ClockIdentity", U64 hex;
    PORT = "ptp.v2.sourceportid", "SourcePortID", U16;
    SEQUENCE = "ptp.v2.sequenceid", "sequenceId", U16;
    CONTROL = "ptp.v2.controlfield", "controlField", U8 names(CONTROLS);
    PERIOD = "ptp.v2.logmessageperiod", "logMessagePeriod", I8;
    ORIGIN_SECONDS = "ptp.v2.sdr.origintimestamp.seconds", "originTimestamp (seconds)", U48;
    ORIGIN_NANOSECONDS = "ptp.v2.sdr.origintimestamp.nanoseconds", "originTimestamp (nanoseconds)", U32;
    PRECISE_SECONDS = "ptp.v2.fu.preciseorigintimestamp.seconds", "preciseOriginTimestamp (seconds)", U48;
    PRECISE_NANOSECONDS = "ptp.v2.fu.preciseorigintimestamp.nanoseconds", "preciseOriginTimestamp (nanoseconds)", U32;
}

names! {
    MESSAGES {
        0x0 = "Sync Message",
        0x1 = "Delay_Req Message",
        0x2 = "Peer_Delay_Req Message",
        0x3 = "Peer_Delay_Resp Message",
        0x8 = "Follow_Up Message",
        0x9 = "Delay_Resp Message",
        0xa = "Peer_Delay_Resp_Follow_Up Message",
        0xb = "Announce Message",
        0xc = "Signalling Message",
        0xd = "Management Message",
    }
    CONTROLS {
        0 = "Sync Message",
        1 = "Delay_Req Message",
        2 = "Follow_Up Message",
        3 = "Delay_Resp Message",
        4 = "Management Message",
        5 = "Other Message",
    }
    ACTIONS { 0 = "GET", 1 = "SET", 2 = "RESPONSE", 3 = "COMMAND", 4 = "ACKNOWLEDGE" }
    MANAGEMENT_IDS {
        0x0000 = "Null management",
        0x0001 = "Clock description",
        0x0002 = "User description",
        0x0003 = "Save in non volatile storage",
        0x0004 = "Reset non volatile storage",
        0x0005 = "Initialize",
        0x0006 = "Fault log",
        0x2000 = "Default dataset",
        0x2001 = "Current dataset",
        0x2002 = "Parent dataset",
        0x2003 = "Time properties dataset",
        0x2004 = "Port dataset",
        0x2005 = "Priority 1",
        0x2006 = "Priority 2",
        0x2007 = "Domain",
        0x2008 = "Slave only",
        0x2009 = "Log announce interval",
        0x200a = "Announce receipt timeout",
        0x200b = "Log sync interval",
        0x200c = "Version number",
        0x200d = "Enable port",
        0x200e = "Disable port",
        0x200f = "Time",
        0x2010 = "Clock accuracy",
        0x2011 = "UTC properties",
        0x2012 = "Traceability properties",
        0x2013 = "Timescale properties",
        0x2014 = "Unicast negotiation enable",
        0x2015 = "Path trace list",
        0x2016 = "Path trace enable",
        0x2017 = "Grandmaster cluster table",
        0x2018 = "Unicast master table",
        0x2019 = "Unicast master max table size",
        0x201a = "Acceptable master table",
        0x201b = "Acceptable master table enabled",
        0x201c = "Acceptable master max table size",
        0x201d = "Alternate master",
        0x201e = "Alternate time offset enable",
        0x201f = "Alternate time offset name",
        0x2020 = "Alternate time offset max key",
        0x4000 = "Transparent clock default dataset",
        0x4001 = "Transparent clock port dataset",
        0x6000 = "Delay mechanism",
        0x6001 = "Log min pdelay req. interval",
    }
    MANAGEMENT_ERRORS {
        0x0001 = "Response too big",
        0x0002 = "No such id",
        0x0003 = "Wrong length",
        0x0004 = "Wrong value",
        0x0005 = "Not setable",
        0x0006 = "Not supported",
        0xfffe = "General error",
    }
}

const SYNC: u8 = 0x0;
const DELAY_REQUEST: u8 = 0x1;
const FOLLOW_UP: u8 = 0x8;
const MANAGEMENT: u8 = 0xd;

/// Where a management message's action stands, and its TLV.
const ACTION_AT: usize = 46;
const TLV_AT: usize = 48;
const TLV_END: usize = 54;

/// PTP, version 2.
pub struct Ptp;

impl Protocol for Ptp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x88f7), Key::Udp(319), Key::Udp(320)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PTPv2");
        c.need(4)?;
        let kind = c.peek_u8(0).unwrap_or_default() & 0x0f;
        if kind == MANAGEMENT {
            c.need(TLV_END)?;
            management(c);
        } else {
            match name_of(MESSAGES, kind.into()) {
                Some(name) => c.claim().str(name),
                None => c.claim().str("Unknown PTP Message (").dec(kind).byte(b')'),
            };
        }
        // A message cut short is shown as far as it goes.
        _ = body(c, kind);
        Ok(())
    }
}

fn management<S: Sink>(c: &mut Cursor<'_, S>) {
    let action = c.peek_u8(ACTION_AT).unwrap_or_default() & 0x0f;
    let tlv = c.peek_u16(TLV_AT).unwrap_or_default();
    let id = c.peek_u16(TLV_AT + 4).unwrap_or_default();
    let line = c.claim();
    match tlv {
        1 => {
            match name_of(MANAGEMENT_IDS, id.into()) {
                Some(name) => line.str("Management (").str(name).str(") "),
                None => line.str("Management (Unknown management Id ").dec(id).str(") "),
            };
            match name_of(ACTIONS, action.into()) {
                Some(name) => line.str(name),
                None => line.str("Unknown Action ").dec(action),
            };
        }
        2 => {
            match name_of(MANAGEMENT_ERRORS, id.into()) {
                Some(name) => line.str("Management Error Message (").str(name).byte(b')'),
                None => line.str("Management Error Message (Unknown Error Id ").dec(id).byte(b')'),
            };
        }
        _ => _ = line.str("Management Message"),
    }
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let start = c.pos();
    let first = c.be::<1>(&SDO)?;
    c.bits::<1>(&MESSAGE_TYPE, first);
    let version = c.be::<1>(&MINOR_VERSION)?;
    c.bits::<1>(&VERSION, version);
    let len = usize::from(c.u16(&LENGTH)?);
    if len >= c.pos().saturating_sub(start) {
        c.trim(len.saturating_sub(c.pos().saturating_sub(start)));
    }
    c.u8(&DOMAIN)?;
    c.u8(&MINOR_SDO)?;
    c.u16(&FLAGS)?;
    c.u64(&CORRECTION)?;
    c.u32(&SPECIFIC)?;
    c.u64(&CLOCK)?;
    c.u16(&PORT)?;
    c.u16(&SEQUENCE)?;
    c.u8(&CONTROL)?;
    c.u8(&PERIOD)?;
    match kind {
        SYNC | DELAY_REQUEST => {
            c.be::<6>(&ORIGIN_SECONDS)?;
            c.u32(&ORIGIN_NANOSECONDS)?;
        }
        FOLLOW_UP => {
            c.be::<6>(&PRECISE_SECONDS)?;
            c.u32(&PRECISE_NANOSECONDS)?;
        }
        _ => {}
    }
    Ok(())
}
