//! PIM, version 2 (RFC 7761), and what little is left of version 1 in IGMP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::checksum;
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("pim", "Protocol Independent Multicast", Kind::Protocol);

fields! {
    VERSION = "pim.version", "Version", U8 mask(0xf0);
    TYPE = "pim.type", "Type", U8 mask(0x0f) names(TYPES);
    DF_SUBTYPE = "pim.df_elect.subtype", "DF Subtype", U8 mask(0xf0) names(DF_SUBTYPES);
    DF_RESERVED = "pim.df_elect.rsvd", "DF reserved", U8 mask(0x0f);
    IGMP_TYPE = "pim.igmp_type", "Type", Str;
    CODE = "pim.code", "Code", U8 names(CODES);
    CHECKSUM = "pim.cksum", "Checksum", U16 hex;
    CHECKSUM_STATUS = "pim.cksum.status", "Checksum Status", U8 names(checksum::STATUSES) bare;
    RESERVED = "pim.res_bytes", "Reserved byte(s)", Bytes;
    OPTIONS = "pim.option", "PIM Options", None;
    OPTION = "", "Option", None;
    OPTION_TYPE = "pim.optiontype", "Type", U16;
    OPTION_LENGTH = "pim.optionlength", "Length", U16;
    OPTION_VALUE = "pim.optionvalue", "Unknown", Bytes;
    REGISTER_FLAGS = "pim.register_flag", "Flags", U32 hex;
    BORDER = "pim.register_flag.border", "Border", Bool bits(32) mask(0x8000_0000) flag("Yes", "No");
    NULL_REGISTER = "pim.register_flag.null_register", "Null-Register", Bool bits(32) mask(0x4000_0000) flag("Yes", "No");
    IP_VERSION = "pim.ip_version", "IP Version", U8 mask(0xf0) names(IP_VERSIONS);
    HOLDTIME = "pim.holdtime", "Holdtime", U16;
    GROUPS = "pim.numgroups", "Num Groups", U16;
    JOINS = "pim.numjoins", "Num Joins", U16;
    PRUNES = "pim.numprunes", "Num Prunes", U16;
    TRACKING = "pim.t", "T", Bool bits(16) mask(0x8000);
    DELAY = "pim.propagation_delay", "Propagation Delay", U16 mask(0x7fff);
    OVERRIDE = "pim.override_interval", "Override Interval", U16;
    PRIORITY = "pim.dr_priority", "DR Priority", U32;
    GENERATION = "pim.generation_id", "Generation ID", U32;
    REFRESH_VERSION = "pim.state_refresh_version", "Version", U8;
    REFRESH_INTERVAL = "pim.state_refresh_interval", "Interval", U8;
    REFRESH_RESERVED = "pim.state_refresh_reserved", "Reserved", U16;
    RP_TREE = "pim.rpt", "RP Tree", Bool bits(32) mask(0x8000_0000);
    PREFERENCE = "pim.metric_pref", "Metric Preference", U32 mask(0x7fff_ffff);
    METRIC = "pim.metric", "Metric", U32;
    FRAGMENT_TAG = "pim.fragment_tag", "Fragment tag", U16 hex;
    HASH_MASK = "pim.hash_mask_len", "Hash mask len", U8;
    BSR_PRIORITY = "pim.bsr_priority", "BSR priority", U8;
    RP_COUNT = "pim.rp_count", "RP count", U8;
    FRAGMENT_RP_COUNT = "pim.frp_count", "FRP count", U8;
    RP_PRIORITY = "pim.priority", "Priority", U8;
    PREFIX_COUNT = "pim.prefix_count", "Prefix-count", U8;
    FAMILY = "pim.addr_address_family", "Address Family", U8 names(FAMILIES);
    ENCODING = "pim.addr_encoding_type", "Encoding Type", U8 names(ENCODINGS);
    ADDRESS_FLAGS = "pim.source_addr_flags", "Flags", U8 hex;
    MASK_LEN = "pim.mask_len", "Masklen", U8;
    GROUP = "pim.group", "Group", Ipv4;
    GROUP6 = "pim.group_ip6", "Group", Ipv6;
    SOURCE = "pim.source", "Source", Ipv4;
    SOURCE6 = "pim.source_ip6", "Source", Ipv6;
    UNICAST = "pim.unicast", "Unicast", Ipv4;
    UNICAST6 = "pim.unicast_ip6", "Unicast", Ipv6;
}

experts! {
    BAD_CHECKSUM = "pim.bad_checksum", "Bad checksum", Error, Checksum;
}

names! {
    TYPES {
        0 = "Hello", 1 = "Register", 2 = "Register-stop", 3 = "Join/Prune", 4 = "Bootstrap", 5 = "Assert",
        6 = "Graft", 7 = "Graft-Ack", 8 = "Candidate-RP-Advertisement", 9 = "State-Refresh", 10 = "DF election",
        11 = "ECMP redirect", 12 = "PFM source discovery",
    }
    CODES {
        0 = "Query", 1 = "Register", 2 = "Register-stop", 3 = "Join/Prune", 4 = "RP-Reachable", 5 = "Assert",
        6 = "Graft", 7 = "Graft-Ack", 8 = "Mode",
    }
    DF_SUBTYPES { 1 = "offer", 2 = "DF Winner", 3 = "DF Backoff", 4 = "DF Pass" }
    IP_VERSIONS { 0 = "Dummy Header", 4 = "IPv4", 6 = "IPv6" }
    FAMILIES { 0 = "Reserved", 1 = "IPv4", 2 = "IPv6" }
    ENCODINGS { 0 = "Native" }
}

static CHECK: checksum::Fields = checksum::Fields { checksum: &CHECKSUM, status: &CHECKSUM_STATUS, bad: &BAD_CHECKSUM };

const PROTOCOL: u8 = 103;
const HELLO: u64 = 0;
const REGISTER: u64 = 1;
const REGISTER_STOP: u64 = 2;
const JOIN_PRUNE: u64 = 3;
const BOOTSTRAP: u64 = 4;
const ASSERT: u64 = 5;
const GRAFT_ACK: u64 = 7;
const CANDIDATE: u64 = 8;
const DF_ELECTION: u64 = 10;

/// PIM.
pub struct Pim;

impl Protocol for Pim {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PIM";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(PROTOCOL)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        c.protocol("PIM");
        c.claim();
        let first = c.be::<1>(&VERSION)?;
        let kind = c.bits::<1>(&TYPE, first);
        c.row().protocol_text().str("PIMv").dec(first >> 4);
        c.info().str(name_of(TYPES, kind).unwrap_or("Unknown"));
        if kind == DF_ELECTION {
            let second = c.be::<1>(&DF_SUBTYPE)?;
            c.bits::<1>(&DF_RESERVED, second);
        } else {
            c.bytes(&RESERVED, 1)?;
        }
        // Of what a register carries, only its first 8 bytes are summed up.
        let end = if kind == REGISTER { start + 8 } else { c.limit() };
        let pseudo = match c.worker.state.ip.version {
            6 => {
                let (src, dst) = (c.row().src, c.row().dst);
                checksum::pseudo_header(src, dst, PROTOCOL, end - start)
            }
            _ => Default::default(),
        };
        checksum::read(c, &CHECK, (start, end), pseudo)?;
        if c.reported() == 0 {
            return Ok(());
        }
        let options = c.mark();
        c.group(&OPTIONS, |c| match kind {
            HELLO => hello(c, options),
            REGISTER => register(c),
            REGISTER_STOP => group(c).and_then(|()| unicast(c)),
            JOIN_PRUNE..=GRAFT_ACK if !matches!(kind, BOOTSTRAP | ASSERT) => join(c),
            BOOTSTRAP => bootstrap(c),
            ASSERT => {
                group(c)?;
                unicast(c)?;
                let word = c.be::<4>(&RP_TREE)?;
                c.bits::<4>(&PREFERENCE, word);
                c.u32(&METRIC).map(|_| ())
            }
            CANDIDATE => candidate(c),
            DF_ELECTION => {
                unicast(c)?;
                c.u32(&PREFERENCE)?;
                c.u32(&METRIC).map(|_| ())
            }
            _ => Ok(()),
        })?;
        if kind == REGISTER { registered(c) } else { Ok(()) }
    }
}

fn hello<S: Sink>(c: &mut Cursor<'_, S>, options: usize) -> Result<(), Stop> {
    let mut count = 0_u64;
    while c.reported() >= 2 {
        let kind = c.peek_u16(0).unwrap_or_default();
        let mark = c.mark();
        c.group(&OPTION, |c| {
            c.label(|l| _ = l.str("Option ").dec(kind).str(": "));
            option(c, mark)
        })?;
        count += 1;
    }
    c.append_at(options, |l| _ = l.str(": ").dec(count));
    Ok(())
}

/// An option of a Hello, whose line in the tree is at `mark`.
fn option<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    let kind = c.u16(&OPTION_TYPE)?;
    let len = usize::from(c.u16(&OPTION_LENGTH)?);
    let value = c.pos();
    match kind {
        1 => {
            let time = c.u16(&HOLDTIME)?;
            c.append_at(mark, |l| _ = l.str("Hold Time: ").dec(time).str(if time == 0 { " (goodbye)" } else { "" }));
        }
        2 => {
            let word = c.be::<2>(&TRACKING)?;
            let delay = c.bits::<2>(&DELAY, word);
            let interval = c.u16(&OVERRIDE)?;
            c.append_at(mark, |l| {
                l.str("LAN Prune Delay: T = ").dec(TRACKING.cut(word)).str(", Propagation Delay = ").dec(delay);
                l.str("ms, Override Interval = ").dec(interval).str("ms");
            });
        }
        19 => {
            let priority = c.u32(&PRIORITY)?;
            c.append_at(mark, |l| _ = l.str("DR Priority: ").dec(priority));
        }
        20 => {
            let generation = c.u32(&GENERATION)?;
            c.append_at(mark, |l| _ = l.str("Generation ID: ").dec(generation));
        }
        21 => {
            let version = c.u8(&REFRESH_VERSION)?;
            let interval = c.u8(&REFRESH_INTERVAL)?;
            c.u16(&REFRESH_RESERVED)?;
            c.append_at(mark, |l| {
                _ = l.str("State-Refresh: Version = ").dec(version).str(", Interval = ").dec(interval).byte(b's');
            });
        }
        22 => c.append_at(mark, |l| _ = l.str("Bidirectional Capable")),
        24 | 65001 => {
            c.append_at(mark, |l| _ = l.str("Address List"));
            let end = value.saturating_add(len);
            while c.pos() < end {
                unicast(c)?;
            }
        }
        _ => {
            c.append_at(mark, |l| _ = l.str("Unknown: ").dec(kind));
            if len > 0 {
                c.bytes(&OPTION_VALUE, len)?;
            }
        }
    }
    c.seek(value.saturating_add(len));
    Ok(())
}

fn register<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = c.be::<4>(&REGISTER_FLAGS)?;
    c.below(|c| {
        c.bits::<4>(&BORDER, flags);
        c.bits::<4>(&NULL_REGISTER, flags);
    });
    if let Some(first) = c.peek_u8(0) {
        c.put(&IP_VERSION, c.pos(), c.pos() + 1, first.into());
    }
    Ok(())
}

/// The packet that a register carries leaves its addresses in the row, and nothing else.
fn registered<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if !matches!(c.peek_u8(0).map(|first| first >> 4), Some(4 | 6)) {
        return Ok(());
    }
    c.layer_ends();
    let saved = c.row().save();
    let outcome = c.call::<Ip>();
    let (src, dst) = (c.row().src, c.row().dst);
    c.row().restore(saved);
    c.protocol("PIMv2");
    (c.row().src, c.row().dst) = (src, dst);
    outcome.map(|_taken| ())
}

/// An address of the family that its first byte says; `masked`, with flags and the length of a mask in front.
fn address<S: Sink>(
    c: &mut Cursor<'_, S>,
    masked: bool,
    (four, six): (&'static Field, &'static Field),
) -> Result<(), Stop> {
    let family = c.u8(&FAMILY)?;
    c.u8(&ENCODING)?;
    if masked {
        c.u8(&ADDRESS_FLAGS)?;
        c.u8(&MASK_LEN)?;
    }
    match family {
        1 => c.fixed::<4>(four).map(|_| ()),
        2 => c.fixed::<16>(six).map(|_| ()),
        _ => Err(Stop::Malformed),
    }
}
fn unicast<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    address(c, false, (&UNICAST, &UNICAST6))
}
fn group<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    address(c, true, (&GROUP, &GROUP6))
}

/// Joins and prunes, group by group; grafts are written the same way.
fn join<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    unicast(c)?;
    c.bytes(&RESERVED, 1)?;
    let groups = c.u8(&GROUPS)?;
    c.u16(&HOLDTIME)?;
    for _ in 0..groups {
        group(c)?;
        let joins = c.u16(&JOINS)?;
        let prunes = c.u16(&PRUNES)?;
        for _ in 0..u32::from(joins) + u32::from(prunes) {
            address(c, true, (&SOURCE, &SOURCE6))?;
        }
    }
    Ok(())
}

fn bootstrap<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&FRAGMENT_TAG)?;
    c.u8(&HASH_MASK)?;
    c.u8(&BSR_PRIORITY)?;
    unicast(c)?;
    while c.reported() > 0 {
        group(c)?;
        c.u8(&RP_COUNT)?;
        let count = c.u8(&FRAGMENT_RP_COUNT)?;
        c.bytes(&RESERVED, 2)?;
        for _ in 0..count {
            unicast(c)?;
            c.u16(&HOLDTIME)?;
            c.u8(&RP_PRIORITY)?;
            c.bytes(&RESERVED, 1)?;
        }
    }
    Ok(())
}

fn candidate<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let count = c.u8(&PREFIX_COUNT)?;
    c.u8(&RP_PRIORITY)?;
    c.u16(&HOLDTIME)?;
    unicast(c)?;
    for _ in 0..count {
        group(c)?;
    }
    Ok(())
}

/// PIM version 1, a type of IGMP's.
pub struct PimV1;

impl Protocol for PimV1 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "PIM";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        c.protocol("PIMv1");
        c.claim();
        c.bytes(&IGMP_TYPE, 1)?;
        c.label(|l| _ = l.str("Type: PIM (0x14)"));
        let code = c.u8(&CODE)?;
        c.info().named(name_of(CODES, code.into()), code);
        let end = c.limit();
        checksum::read(c, &CHECK, (start, end), Default::default())?;
        c.u8(&VERSION)?;
        c.bytes(&RESERVED, 3).map(|_| ())
    }
}
