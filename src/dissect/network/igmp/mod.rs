//! IGMP, versions 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376).

mod traceroute;
mod version0;

use super::checksum;
use super::routing::dvmrp::Dvmrp;
use super::routing::pim::PimV1;
use crate::dissect::checksum::Sum;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("igmp", "Internet Group Management Protocol", Kind::Protocol);

fields! {
    VERSION = "igmp.version", "IGMP Version", U8;
    TYPE = "igmp.type", "Type", U8 hex names(TYPES);
    MAX_RESPONSE = "igmp.max_resp", "Max Resp Time", U8 custom(write_tenths);
    EXPONENT = "igmp.max_resp.exp", "Exponent", U8 hex mask(0x70);
    MANTISSA = "igmp.max_resp.mant", "Mantissa", U8 hex mask(0x0f);
    RESERVED = "igmp.reserved", "Reserved", Bytes;
    CHECKSUM = "igmp.checksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "igmp.checksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    GROUP = "igmp.maddr", "Multicast Address", Ipv4;
    SUPPRESS = "igmp.s", "S", Bool mask(0x08) flag("SUPPRESS router side processing", "Do not suppress router side processing");
    ROBUSTNESS = "igmp.qrv", "QRV", U8 mask(0x07);
    INTERVAL = "igmp.qqic", "QQIC", U8;
    SOURCES = "igmp.num_src", "Num Src", U16;
    SOURCE = "igmp.saddr", "Source Address", Ipv4;
    RECORDS = "igmp.num_grp_recs", "Num Group Records", U16;
    RECORD = "", "Group Record", None;
    RECORD_TYPE = "igmp.record_type", "Record Type", U8 names(RECORD_TYPES);
    AUXILIARY_LEN = "igmp.aux_data_len", "Aux Data Len", U8;
    AUXILIARY = "igmp.aux_data", "Aux Data", Bytes;
}

names! {
    TYPES {
        0x01 = "Create Group Request", 0x02 = "Create Group Reply", 0x03 = "Join Group Request",
        0x04 = "Join Group Reply", 0x05 = "Leave Group Request", 0x06 = "Leave Group Reply",
        0x07 = "Confirm Group Request", 0x08 = "Confirm Group Reply", 0x11 = "Membership Query",
        0x12 = "Membership Report", 0x13 = "DVMRP Protocol", 0x14 = "PIM Routing Message", 0x16 = "Membership Report",
        0x17 = "Leave Group", 0x1e = "Traceroute Response", 0x1f = "Traceroute Query or Request",
        0x22 = "Membership Report",
    }
    RECORD_TYPES {
        1 = "Mode Is Include",
        2 = "Mode Is Exclude",
        3 = "Change To Include Mode",
        4 = "Change To Exclude Mode",
        5 = "Allow New Sources",
        6 = "Block Old Sources",
    }
}

experts! {
    CHECKSUM_BAD = "igmp.bad_checksum", "Bad checksum", Error, Checksum;
}

static CHECKSUM_FIELDS: checksum::Fields =
    checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &CHECKSUM_BAD };

/// Message types.
mod kind {
    /// The last of version 0.
    pub(super) const LAST_0: u8 = 0x0f;
    pub(super) const QUERY: u8 = 0x11;
    pub(super) const REPORT_1: u8 = 0x12;
    pub(super) const DVMRP: u8 = 0x13;
    pub(super) const PIM: u8 = 0x14;
    pub(super) const REPORT_2: u8 = 0x16;
    pub(super) const LEAVE: u8 = 0x17;
    pub(super) const TRACE_RESPONSE: u8 = 0x1e;
    pub(super) const TRACE_REQUEST: u8 = 0x1f;
    pub(super) const REPORT_3: u8 = 0x22;
}

fn write_tenths(tenths: u64, line: &mut Line) {
    line.dec(tenths / 10).byte(b'.').dec(tenths % 10).str(" sec (0x").hex(tenths, 2).byte(b')');
}

/// Bytes of a query that version 3 has made longer.
const QUERY_3_LEN: usize = 12;
/// The group that general queries are about.
const ANY: [u8; 4] = [0; 4];

/// IGMP.
pub struct Igmp;

impl Protocol for Igmp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IGMP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[traceroute::FIELDS, version0::FIELDS];
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(2)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // Other types are other protocols' messages.
        let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if kind > kind::LAST_0 && TYPE.name(kind.into()).is_none() {
            return version0::unknown(c);
        }
        c.layer_hide();
        _ = match kind {
            kind::PIM => c.call::<PimV1>()?,
            kind::DVMRP => c.call::<Dvmrp>()?,
            _ => c.call::<Message>()?,
        };
        Ok(())
    }
}

/// A message of a type that is known. It is a layer within the protocol's own, which has no line.
struct Message;

impl Protocol for Message {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IGMP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.peek_u8(0).unwrap_or_default();
        match kind {
            ..=kind::LAST_0 => return version0::dissect(c),
            kind::TRACE_RESPONSE | kind::TRACE_REQUEST => return traceroute::dissect(c, kind == kind::TRACE_RESPONSE),
            _ => {}
        }
        let code = c.peek_u8(1);
        let version_3 = kind == kind::REPORT_3 || (kind == kind::QUERY && c.reported() >= QUERY_3_LEN);
        let version_1 = kind == kind::REPORT_1 || (kind == kind::QUERY && code == Some(0));
        c.protocol(if version_3 {
            "IGMPv3"
        } else if version_1 {
            "IGMPv1"
        } else {
            "IGMPv2"
        });
        c.claim().str(TYPE.name(kind.into()).unwrap_or_default());
        let (start, end) = (c.pos(), c.limit());
        c.generated(&VERSION, if version_3 { 3 } else { 2 - u64::from(version_1) });
        c.u8(&TYPE)?;
        match kind {
            kind::REPORT_3 => _ = c.bytes(&RESERVED, 1)?,
            _ if version_1 => _ = c.bytes(&RESERVED, 1)?,
            _ => max_response(c, version_3)?,
        }
        checksum::read(c, &CHECKSUM_FIELDS, (start, end), Sum::default())?;
        match kind {
            kind::REPORT_3 => report_3(c),
            kind::QUERY if version_3 => query_3(c),
            _ => {
                let group = c.fixed::<4>(&GROUP)?;
                match kind {
                    kind::REPORT_2 => _ = c.info().str(" group ").ipv4(&group),
                    kind::LEAVE => _ = c.info().byte(b' ').ipv4(&group),
                    kind::QUERY if !version_1 => about(c, group),
                    _ => {}
                }
                Ok(())
            }
        }
    }
}

/// Reads the time in which to answer; from 128 on it is a number with an exponent in version 3 (RFC 3376 section 4.1.1).
fn max_response<S: Sink>(c: &mut Cursor<'_, S>, version_3: bool) -> Result<(), Stop> {
    let code = c.u8(&MAX_RESPONSE)?;
    if version_3 && code >= 128 {
        let tenths = (u64::from(code & 0x0f) | 0x10) << ((code >> 4 & 7) + 3);
        c.label(|l| {
            l.str("Max Resp Time: ")
                .dec(tenths / 10)
                .byte(b'.')
                .dec(tenths % 10)
                .str(" sec (0x")
                .hex(code, 2)
                .byte(b')');
        });
        c.below(|c| {
            c.bits::<1>(&EXPONENT, code.into());
            c.bits::<1>(&MANTISSA, code.into());
        });
    }
    Ok(())
}

/// Says which group a query is about.
fn about<S: Sink>(c: &mut Cursor<'_, S>, group: [u8; 4]) {
    if group == ANY {
        c.info().str(", general");
    } else {
        c.info().str(", specific for group ").ipv4(&group);
    }
}

fn query_3<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let group = c.fixed::<4>(&GROUP)?;
    about(c, group);
    let flags = c.be::<1>(&SUPPRESS)?;
    c.bits::<1>(&ROBUSTNESS, flags);
    c.u8(&INTERVAL)?;
    let sources = c.u16(&SOURCES)?;
    match sources {
        0 => Ok(()),
        1 => list(c, ", source {", sources),
        _ => list(c, ", sources {", sources),
    }
}

/// Reads addresses, and writes them as a list that `words` begin.
fn list<S: Sink>(c: &mut Cursor<'_, S>, words: &str, count: u16) -> Result<(), Stop> {
    c.info().str(words);
    for i in 0..count {
        let source = c.fixed::<4>(&SOURCE)?;
        c.info().str(if i > 0 { ", " } else { "" }).ipv4(&source);
    }
    c.info().byte(b'}');
    Ok(())
}

fn report_3<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.bytes(&RESERVED, 2)?;
    let records = c.u16(&RECORDS)?;
    if records == 0 {
        c.info().str(" - General query");
    }
    for _ in 0..records {
        let line = c.mark();
        c.group(&RECORD, |c| record(c, line))?;
    }
    Ok(())
}

fn record<S: Sink>(c: &mut Cursor<'_, S>, line: usize) -> Result<(), Stop> {
    let kind = c.u8(&RECORD_TYPE)?;
    let auxiliary = usize::from(c.u8(&AUXILIARY_LEN)?) * 4;
    let sources = c.u16(&SOURCES)?;
    let group = c.fixed::<4>(&GROUP)?;
    c.append_at(line, |l| {
        l.str(" : ").ipv4(&group).str("  ").str(RECORD_TYPE.name(kind.into()).unwrap_or("Unknown"));
    });
    let (before, one, many) = match (kind, sources) {
        (1 | 3, 0) => (" / Leave group ", "", ""),
        (1 | 3, _) => (" / Join group ", " for source {", " for sources in {"),
        (2 | 4, 0) => (" / Join group ", " for any sources", " for any sources"),
        (2 | 4, _) => (" / Join group ", ", for source not {", ", for sources not in {"),
        (5, 0) => (" / Group ", "", ", ALLOW_NEW_SOURCES but no source specified (?)"),
        (5, _) => (" / Group ", ", new source {", ", new sources {"),
        (6, 0) => (" / Group ", "", ", BLOCK_OLD_SOURCES but no source specified (?)"),
        (6, _) => (" / Group ", ", block source {", ", block sources {"),
        (_, 0) => (" / Group ", "", ", unknown record type (?)"),
        _ => (" / Group ", ", unknown record type (?), sources {", ", unknown record type (?), sources {"),
    };
    c.info().str(before).ipv4(&group);
    match sources {
        0 => _ = c.info().str(many),
        1 => list(c, one, sources)?,
        _ => list(c, many, sources)?,
    }
    if auxiliary > 0 {
        c.bytes(&AUXILIARY, auxiliary)?;
    }
    Ok(())
}
