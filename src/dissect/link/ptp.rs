//! The Precision Time Protocol, version 2 (IEEE 1588), over Ethernet and UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ptp", "Precision Time Protocol (IEEE1588)", Kind::Protocol);

fields! {
    SDO = "ptp.v2.majorsdoid", "majorSdoId", U8 hex mask(0xf0) names(SDOS);
    MESSAGE_TYPE = "ptp.v2.messagetype", "messageType", U8 hex mask(0x0f) names(MESSAGES);
    MINOR_VERSION = "ptp.v2.minorversionptp", "minorVersionPTP", U8 mask(0xf0);
    VERSION = "ptp.v2.versionptp", "versionPTP", U8 mask(0x0f);
    LENGTH = "ptp.v2.messagelength", "messageLength", U16;
    DOMAIN = "ptp.v2.domainnumber", "domainNumber", U8;
    MINOR_SDO = "ptp.v2.minorsdoid", "minorSdoId", U8;
    FLAGS = "ptp.v2.flags", "flags", U16 hex;
    FLAG_SECURITY = "ptp.v2.flags.security", "PTP_SECURITY", Bool bits(16) mask(0x8000);
    FLAG_SPECIFIC2 = "ptp.v2.flags.specific2", "PTP profile Specific 2", Bool bits(16) mask(0x4000);
    FLAG_SPECIFIC1 = "ptp.v2.flags.specific1", "PTP profile Specific 1", Bool bits(16) mask(0x2000);
    FLAG_UNICAST = "ptp.v2.flags.unicast", "PTP_UNICAST", Bool bits(16) mask(0x400);
    FLAG_TWO_STEP = "ptp.v2.flags.twostep", "PTP_TWO_STEP", Bool bits(16) mask(0x200);
    FLAG_ALTERNATE = "ptp.v2.flags.alternatemaster", "PTP_ALTERNATE_MASTER", Bool bits(16) mask(0x100);
    FLAG_UNCERTAIN = "ptp.v2.flags.synchronizationUncertain", "SYNCHRONIZATION_UNCERTAIN", Bool bits(16) mask(0x40);
    FLAG_FREQUENCY = "ptp.v2.flags.frequencytraceable", "FREQUENCY_TRACEABLE", Bool bits(16) mask(0x20);
    FLAG_TIME = "ptp.v2.flags.timetraceable", "TIME_TRACEABLE", Bool bits(16) mask(0x10);
    FLAG_TIMESCALE = "ptp.v2.flags.timescale", "PTP_TIMESCALE", Bool bits(16) mask(0x8);
    FLAG_UTC = "ptp.v2.flags.utcreasonable", "PTP_UTC_REASONABLE", Bool bits(16) mask(0x4);
    FLAG_LI59 = "ptp.v2.flags.li59", "PTP_LI_59", Bool bits(16) mask(0x2);
    FLAG_LI61 = "ptp.v2.flags.li61", "PTP_LI_61", Bool bits(16) mask(0x1);
    CORRECTION_TEXT = "", "correctionField", None;
    CORRECTION = "ptp.v2.correction.ns", "correction", U64 custom(nanoseconds);
    CORRECTION_PART = "ptp.v2.correction.subns", "correctionSubNs", F64;
    SPECIFIC = "ptp.v2.messagetypespecific", "messageTypeSpecific", U32;
    CLOCK = "ptp.v2.clockidentity", "ClockIdentity", U64 hex;
    CLOCK_VENDOR = "ptp.v2.clockidentity_manuf", "MAC Vendor", Bytes;
    PORT = "ptp.v2.sourceportid", "SourcePortID", U16;
    SEQUENCE = "ptp.v2.sequenceid", "sequenceId", U16;
    CONTROL = "ptp.v2.controlfield", "controlField", U8 names(CONTROLS);
    PERIOD = "ptp.v2.logmessageperiod", "logMessagePeriod", I8;
    ORIGIN_SECONDS = "ptp.v2.sdr.origintimestamp.seconds", "originTimestamp (seconds)", U64;
    ORIGIN_NANOSECONDS = "ptp.v2.sdr.origintimestamp.nanoseconds", "originTimestamp (nanoseconds)", I32;
    PRECISE_SECONDS = "ptp.v2.fu.preciseorigintimestamp.seconds", "preciseOriginTimestamp (seconds)", U64;
    PRECISE_NANOSECONDS = "ptp.v2.fu.preciseorigintimestamp.nanoseconds", "preciseOriginTimestamp (nanoseconds)", U32;
    RECEIVED_SECONDS = "ptp.v2.dr.receivetimestamp.seconds", "receiveTimestamp (seconds)", U64;
    RECEIVED_NANOSECONDS = "ptp.v2.dr.receivetimestamp.nanoseconds", "receiveTimestamp (nanoseconds)", I32;
    REQUESTER = "ptp.v2.dr.requestingsourceportidentity", "requestingSourcePortIdentity", U64 hex;
    REQUESTER_PORT = "ptp.v2.dr.requestingsourceportid", "requestingSourcePortId", U16;
    PEER_SECONDS = "ptp.v2.pdrq.origintimestamp.seconds", "originTimestamp (seconds)", U64;
    PEER_NANOSECONDS = "ptp.v2.pdrq.origintimestamp.nanoseconds", "originTimestamp (nanoseconds)", I32;
    PEER_RECEIPT_SECONDS = "ptp.v2.pdrs.requestreceipttimestamp.seconds", "requestreceiptTimestamp (seconds)", U64;
    PEER_RECEIPT_NANOSECONDS = "ptp.v2.pdrs.requestreceipttimestamp.nanoseconds", "requestreceiptTimestamp (nanoseconds)", I32;
    PEER_REQUESTER = "ptp.v2.pdrs.requestingportidentity", "requestingSourcePortIdentity", U64 hex;
    PEER_REQUESTER_PORT = "ptp.v2.pdrs.requestingsourceportid", "requestingSourcePortId", U16;
    PEER_RESPONSE_SECONDS = "ptp.v2.pdfu.responseorigintimestamp.seconds", "responseOriginTimestamp (seconds)", U64;
    PEER_RESPONSE_NANOSECONDS = "ptp.v2.pdfu.responseorigintimestamp.nanoseconds", "responseOriginTimestamp (nanoseconds)", I32;
    PEER_FOLLOWED = "ptp.v2.pdfu.requestingportidentity", "requestingSourcePortIdentity", U64 hex;
    PEER_FOLLOWED_PORT = "ptp.v2.pdfu.requestingsourceportid", "requestingSourcePortId", U16;
    ANNOUNCED_SECONDS = "ptp.v2.an.origintimestamp.seconds", "originTimestamp (seconds)", U64;
    ANNOUNCED_NANOSECONDS = "ptp.v2.an.origintimestamp.nanoseconds", "originTimestamp (nanoseconds)", I32;
    UTC_OFFSET = "ptp.v2.an.origincurrentutcoffset", "originCurrentUTCOffset", I16;
    PRIORITY1 = "ptp.v2.an.priority1", "priority1", U8;
    MASTER_CLASS = "ptp.v2.an.grandmasterclockclass", "grandmasterClockClass", U8;
    MASTER_ACCURACY = "ptp.v2.an.grandmasterclockaccuracy", "grandmasterClockAccuracy", U8 hex names(ACCURACIES);
    MASTER_VARIANCE = "ptp.v2.an.grandmasterclockvariance", "grandmasterClockVariance", U16;
    PRIORITY2 = "ptp.v2.an.priority2", "priority2", U8;
    MASTER = "ptp.v2.an.grandmasterclockidentity", "grandmasterClockIdentity", U64 hex;
    STEPS_REMOVED = "ptp.v2.an.localstepsremoved", "localStepsRemoved", U16;
    TIME_SOURCE = "ptp.v2.timesource", "TimeSource", U8 hex names(TIME_SOURCES);
    TARGET = "ptp.v2.sig.targetportidentity", "targetPortIdentity", U64 hex;
    TARGET_PORT = "ptp.v2.sig.targetportid", "targetPortId", U16;
    TLV = "ptp.v2.sig.tlv.tlvType", "tlvType", U16 names(TLVS);
    TLV_LENGTH = "ptp.v2.sig.tlv.lengthField", "lengthField", U16;
    TLV_DATA = "ptp.v2.sig.tlv.data", "data", Bytes;
    TLV_MESSAGE = "ptp.v2.sig.tlv.messageType", "messageType", U8 hex mask(0xf0) names(MESSAGES);
    TLV_PERIOD = "ptp.v2.sig.tlv.logInterMessagePeriod", "logInterMessagePeriod", I8;
    TLV_EVERY = "ptp.v2.sig.tlv.logInterMessagePeriod.period", "period", I8;
    TLV_RATE = "ptp.v2.sig.tlv.logInterMessagePeriod.rate", "rate", I8;
    TLV_DURATION = "ptp.v2.sig.tlv.durationField", "durationField", U32 unit(" seconds", " seconds");
    TLV_RENEWAL = "ptp.v2.sig.tlv.renewalInvited", "renewalInvited", Bool mask(0x1);
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
    SDOS {
        1 = "gPTP Domain", 2 = "CMLDS",
    }
    TIME_SOURCES {
        16 = "ATOMIC_CLOCK", 32 = "GPS", 48 = "TERRESTRIAL_RADIO", 64 = "PTP", 80 = "NTP", 96 = "HAND_SET",
        144 = "OTHER", 160 = "INTERNAL_OSCILLATOR", 255 = "reserved",
    }
    ACCURACIES {
        32 = "The time is accurate to within 25 ns", 33 = "The time is accurate to within 100 ns",
        34 = "The time is accurate to within 250 ns", 35 = "The time is accurate to within 1 us",
        36 = "The time is accurate to within 2,5 us", 37 = "The time is accurate to within 10 us",
        38 = "The time is accurate to within 25 us", 39 = "The time is accurate to within 100 us",
        40 = "The time is accurate to within 250 us", 41 = "The time is accurate to within 1 ms",
        42 = "The time is accurate to within 2,5 ms", 43 = "The time is accurate to within 10 ms",
        44 = "The time is accurate to within 25 ms", 45 = "The time is accurate to within 100 ms",
        46 = "The time is accurate to within 250 ms", 47 = "The time is accurate to within 1 s",
        48 = "The time is accurate to within 10 s", 49 = "The time is accurate to >10 s", 50 = "reserved",
        128 = "For use by alternate PTP profiles", 254 = "Accuracy Unknown", 255 = "reserved",
    }
    TLVS {
        0x0 = "Reserved", 0x1 = "Management", 0x2 = "Management error status", 0x3 = "Organization extension",
        0x4 = "Request unicast transmission", 0x5 = "Grant unicast transmission", 0x6 = "Cancel unicast transmission",
        0x7 = "Acknowledge cancel unicast transmission", 0x8 = "Path trace", 0x9 = "Alternate time offset indicator",
        0x2000 = "Authentication", 0x2001 = "Authentication challenge", 0x2002 = "Security association update",
        0x2003 = "Cum. freq. scale factor offset",
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

const MANAGEMENT: u8 = 0xd;

/// The flags in the order of the tree.
static FLAG_FIELDS: [&Field; 13] = [
    &FLAG_SECURITY,
    &FLAG_SPECIFIC2,
    &FLAG_SPECIFIC1,
    &FLAG_UNICAST,
    &FLAG_TWO_STEP,
    &FLAG_ALTERNATE,
    &FLAG_UNCERTAIN,
    &FLAG_FREQUENCY,
    &FLAG_TIME,
    &FLAG_TIMESCALE,
    &FLAG_UTC,
    &FLAG_LI59,
    &FLAG_LI61,
];

/// What stands behind the header of each kind of message (IEEE 1588 clause 13): its type, and its fields with their
/// bytes.
type Body = &'static [(&'static Field, usize)];
static BODIES: [(u8, Body); 8] = [
    (0x0, &[(&ORIGIN_SECONDS, 6), (&ORIGIN_NANOSECONDS, 4)]),
    (0x1, &[(&ORIGIN_SECONDS, 6), (&ORIGIN_NANOSECONDS, 4)]),
    (0x2, &[(&PEER_SECONDS, 6), (&PEER_NANOSECONDS, 4)]),
    (
        0x3,
        &[(&PEER_RECEIPT_SECONDS, 6), (&PEER_RECEIPT_NANOSECONDS, 4), (&PEER_REQUESTER, 8), (&PEER_REQUESTER_PORT, 2)],
    ),
    (0x8, &[(&PRECISE_SECONDS, 6), (&PRECISE_NANOSECONDS, 4)]),
    (0x9, &[(&RECEIVED_SECONDS, 6), (&RECEIVED_NANOSECONDS, 4), (&REQUESTER, 8), (&REQUESTER_PORT, 2)]),
    (
        0xa,
        &[(&PEER_RESPONSE_SECONDS, 6), (&PEER_RESPONSE_NANOSECONDS, 4), (&PEER_FOLLOWED, 8), (&PEER_FOLLOWED_PORT, 2)],
    ),
    (0xc, &[(&TARGET, 8), (&TARGET_PORT, 2)]),
];

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
    let flags = c.u16(&FLAGS)?;
    c.below(|c| FLAG_FIELDS.iter().for_each(|field| _ = c.bits::<2>(field, flags.into())));
    correction(c)?;
    c.u32(&SPECIFIC)?;
    let clock = c.pos();
    c.u64(&CLOCK)?;
    // An EUI-64 made from a MAC address has two bytes in its middle that say so.
    if c.whole().get(clock + 3..clock + 5) == Some(&[0xff, 0xfe]) {
        c.below(|c| vendor(c, clock));
    }
    c.read_all(&[(&PORT, 2), (&SEQUENCE, 2), (&CONTROL, 1)])?;
    signed(c, &PERIOD)?;
    match kind {
        0xb => announcement(c),
        _ => match BODIES.iter().find(|(of, _)| *of == kind) {
            Some((_, fields)) => {
                c.read_all(fields)?;
                if kind == 0xc { requests(c) } else { Ok(()) }
            }
            None => Ok(()),
        },
    }
}

/// Writes whole nanoseconds.
fn nanoseconds(num: u64, line: &mut Line) {
    line.str("Ns: ").int(num as i64).str(" nanoseconds");
}

/// Who made the clock, by the first three bytes of its identity.
fn vendor<S: Sink>(c: &mut Cursor<'_, S>, at: usize) {
    let bytes = c.whole().get(at..at + 3).unwrap_or_default();
    c.put(&CLOCK_VENDOR, at, at + 3, 0);
    c.label(|l| _ = l.str("MAC Vendor: ").hex_bytes(bytes, ":"));
}

/// The correction: nanoseconds in units of their 65536th part (IEEE 1588 clause 13.3.2.9).
fn correction<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let start = c.pos();
    let units = i64::from_be_bytes(c.array()?);
    if S::DETAIL {
        c.put(&CORRECTION_TEXT, start, start + 8, 0);
        c.label(|l| _ = l.str(&format!("correctionField: {:.6} nanoseconds", units as f64 / 65536.0)));
        let part = (units & 0xffff) as f64 / 65536.0;
        c.below(|c| {
            c.put(&CORRECTION, start, start + 6, (units >> 16) as u64);
            c.put(&CORRECTION_PART, start + 6, start + 8, part.to_bits());
        });
    }
    Ok(())
}

/// Reads a number of one byte that may be negative.
fn signed<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<i8, Stop> {
    let num = c.u8(field)? as i8;
    c.change_last(|item| item.num = i64::from(num) as u64);
    Ok(num)
}

fn announcement<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&ANNOUNCED_SECONDS, 6), (&ANNOUNCED_NANOSECONDS, 4)])?;
    let offset = c.u16(&UTC_OFFSET)? as i16;
    c.change_last(|item| item.num = i64::from(offset) as u64);
    c.skip(1)?;
    c.read_all(&[(&PRIORITY1, 1), (&MASTER_CLASS, 1), (&MASTER_ACCURACY, 1), (&MASTER_VARIANCE, 2)])?;
    c.read_all(&[(&PRIORITY2, 1), (&MASTER, 8), (&STEPS_REMOVED, 2), (&TIME_SOURCE, 1)])
}

/// What a signalling message asks for and grants (IEEE 1588 clause 16.1).
fn requests<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.remaining() >= 4 {
        let kind = c.u16(&TLV)?;
        c.below(|c| {
            let len = usize::from(c.u16(&TLV_LENGTH)?);
            c.within(len, |c| match kind {
                4 | 5 => {
                    c.u8(&TLV_MESSAGE)?;
                    period(c)?;
                    c.u32(&TLV_DURATION)?;
                    if kind == 5 {
                        c.skip(1)?;
                        c.u8(&TLV_RENEWAL)?;
                    }
                    Ok(())
                }
                6 | 7 => {
                    c.u8(&TLV_MESSAGE)?;
                    c.skip(1)
                }
                _ => c.bytes(&TLV_DATA, c.remaining()).map(|_| ()),
            })
        })?;
    }
    Ok(())
}

/// How often messages are wanted: the logarithm of the seconds between two.
fn period<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let start = c.pos();
    let log = signed(c, &TLV_PERIOD)?;
    c.below(|c| {
        let seconds = 2_f64.powi(log.into());
        for (field, words, num, unit) in
            [(&TLV_EVERY, "period: every ", seconds, " seconds"), (&TLV_RATE, "rate: ", 1.0 / seconds, " packets/sec")]
        {
            c.put(field, start, start + 1, i64::from(log) as u64);
            c.label(|l| _ = l.str(words).general(num).str(unit));
        }
    });
    Ok(())
}
