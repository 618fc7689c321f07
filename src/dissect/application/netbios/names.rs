//! NBNS, NetBIOS's name service (RFC 1002, section 4.2): DNS's messages with other types.

use super::name::{self, NetbiosName};
use crate::dissect::application::dns::name as domain;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("nbns", "NetBIOS Name Service", Kind::Protocol);

fields! {
    FLAGS = "nbns.flags", "Flags", U16 hex;
    FLAGS_RESPONSE = "nbns.flags.response", "Response", Bool bits(16) mask(0x8000) flag("Message is a response", "Message is a query");
    FLAGS_OPCODE = "nbns.flags.opcode", "Opcode", U16 mask(0x7800) names(OPCODES);
    FLAGS_AUTHORITATIVE = "nbns.flags.authoritative", "Authoritative", Bool bits(16) mask(0x400) flag("Server is an authority for domain", "Server is not an authority for domain");
    FLAGS_TRUNCATED = "nbns.flags.truncated", "Truncated", Bool bits(16) mask(0x200) flag("Message is truncated", "Message is not truncated");
    FLAGS_RECDESIRED = "nbns.flags.recdesired", "Recursion desired", Bool bits(16) mask(0x100) flag("Do query recursively", "Don't do query recursively");
    FLAGS_RECAVAIL = "nbns.flags.recavail", "Recursion available", Bool bits(16) mask(0x80) flag("Server can do recursive queries", "Server can't do recursive queries");
    FLAGS_BROADCAST = "nbns.flags.broadcast", "Broadcast", Bool bits(16) mask(0x10) flag("Broadcast packet", "Not a broadcast packet");
    FLAGS_RCODE = "nbns.flags.rcode", "Reply code", U16 mask(0xf) names(RCODES);
    ID = "nbns.id", "Transaction ID", U16 hex;
    COUNT_QUERIES = "nbns.count.queries", "Questions", U16;
    COUNT_ANSWERS = "nbns.count.answers", "Answer RRs", U16;
    COUNT_AUTH_RR = "nbns.count.auth_rr", "Authority RRs", U16;
    COUNT_ADD_RR = "nbns.count.add_rr", "Additional RRs", U16;
    NAME_FLAGS = "nbns.name_flags", "Name flags", U16 hex;
    NAME_FLAGS_GROUP = "nbns.name_flags.group", "Name type", Bool bits(16) mask(0x8000) flag("Group name", "Unique name");
    NAME_FLAGS_ONT = "nbns.name_flags.ont", "ONT", U16 mask(0x6000) names(NODES);
    NAME_FLAGS_DRG = "nbns.name_flags.drg", "Name is being deregistered", Bool bits(16) mask(0x1000) flag("Yes", "No");
    NAME_FLAGS_CNF = "nbns.name_flags.cnf", "Name is in conflict", Bool bits(16) mask(0x800) flag("Yes", "No");
    NAME_FLAGS_ACT = "nbns.name_flags.act", "Name is active", Bool bits(16) mask(0x400) flag("Yes", "No");
    NAME_FLAGS_PRM = "nbns.name_flags.prm", "Permanent node name", Bool bits(16) mask(0x200) flag("Yes", "No");
    NB_FLAGS = "nbns.nb_flags", "Name flags", U16 hex;
    NB_FLAGS_GROUP = "nbns.nb_flags.group", "Name type", Bool bits(16) mask(0x8000) flag("Group name", "Unique name");
    NB_FLAGS_ONT = "nbns.nb_flags.ont", "ONT", U16 mask(0x6000) names(NODES);
    TYPE = "nbns.type", "Type", U16 names(TYPES);
    CLASS = "nbns.class", "Class", U16 names(CLASSES);
    NAME = "nbns.name", "Name", Str;
    ADDR = "nbns.addr", "Addr", Ipv4;
    NUMBER_OF_NAMES = "nbns.number_of_names", "Number of names", U8;
    UNIT_ID = "nbns.unit_id", "Unit ID", Ether;
    JUMPERS = "nbns.jumpers", "Jumpers", U8 hex;
    TEST_RESULT = "nbns.test_result", "Test result", U8 hex;
    VERSION_NUMBER = "nbns.version_number", "Version number", U16 hex;
    PERIOD_OF_STATISTICS = "nbns.period_of_statistics", "Period of statistics", U16 hex;
    NUM_CRCS = "nbns.num_crcs", "Number of CRCs", U16;
    NUM_ALIGNMENT_ERRORS = "nbns.num_alignment_errors", "Number of alignment errors", U16;
    NUM_COLLISIONS = "nbns.num_collisions", "Number of collisions", U16;
    NUM_SEND_ABORTS = "nbns.num_send_aborts", "Number of send aborts", U16;
    NUM_GOOD_SENDS = "nbns.num_good_sends", "Number of good sends", U32;
    NUM_GOOD_RECEIVES = "nbns.num_good_receives", "Number of good receives", U32;
    NUMRETRANSMITS = "nbns.numretransmits", "Number of retransmits", U16;
    NUM_NO_RESOURCE_CONDITIONS = "nbns.num_no_resource_conditions", "Number of no resource conditions", U16;
    NUMCOMMAND_BLOCKS = "nbns.numcommand_blocks", "Number of command blocks", U16;
    NUMPENDING_SESSIONS = "nbns.numpending_sessions", "Number of pending sessions", U16;
    MAX_NUM_PENDING_SESSIONS = "nbns.max_num_pending_sessions", "Max number of pending sessions", U16;
    MAX_TOTAL_SESSIONS_POSSIBLE = "nbns.max_total_sessions_possible", "Max total sessions possible", U16;
    SESSION_DATA_PACKET_SIZE = "nbns.session_data_packet_size", "Session data packet size", U16;
    DATA = "nbns.data", "Data", Bytes;
    NETBIOS_NAME = "nbns.netbios_name", "Name", Str;
    TTL = "nbns.ttl", "Time to live", U32 custom(seconds);
    DATA_LENGTH = "nbns.data_length", "Data length", U16;
    QUERIES = "", "Queries", None;
    ANSWERS = "", "Answers", None;
    AUTHORITIES = "", "Authoritative nameservers", None;
    ADDITIONALS = "", "Additional records", None;
    RECORD = "", "Record", None;
}

experts! {
    INCOMPLETE = "nbns.incomplete_entry", "incomplete entry", Error, Malformed;
}

names! {
    OPCODES {
        0 = "Name query", 5 = "Registration", 6 = "Release", 7 = "Wait for acknowledgment", 8 = "Refresh",
        9 = "Refresh (alternate opcode)", 15 = "Multi-homed registration",
    }
    RCODES {
        0 = "No error", 1 = "Request was invalidly formatted", 2 = "Server failure",
        3 = "Requested name does not exist", 4 = "Request is not implemented", 5 = "Request was refused",
        6 = "Name is owned by another node", 7 = "Name is in conflict",
    }
    TYPES {
        32 = "NB", 33 = "NBSTAT",
    }
    CLASSES {
        1 = "IN", 2 = "CS", 3 = "CH", 4 = "HS", 254 = "NONE", 255 = "ANY",
    }
    NODES { 0 = "B-node" }
}

/// A span of time in words.
fn seconds(num: u64, line: &mut Line) {
    line.duration(num, 0);
}

const RESPONSE: u64 = 0x8000;
/// The type that asks for the state of a node, and answers with it.
const NBSTAT: u16 = 33;
const NB: u16 = 32;

/// NetBIOS's name service.
pub struct Names;

impl Protocol for Names {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NBNS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(137)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NBNS");
        c.claim();
        if c.remaining() < 4 {
            c.layer_hide();
        }
        let base = c.pos();
        let id = u16::from_be_bytes(c.array()?);
        let flags = u64::from(u16::from_be_bytes(c.array()?));
        summary(c.info(), flags);
        c.put(&ID, base, base + 2, id.into());
        flag_fields(c, flags);
        let mut counts = [0; 4];
        for (count, field) in counts.iter_mut().zip([&COUNT_QUERIES, &COUNT_ANSWERS, &COUNT_AUTH_RR, &COUNT_ADD_RR]) {
            *count = c.u16(field)?;
        }
        let [questions, answers, others @ ..] = counts;
        let response = flags & RESPONSE != 0;
        section(c, &QUERIES, questions, |c| question(c, base, !response))?;
        section(c, &ANSWERS, answers, |c| record(c, base, response))?;
        for (count, title) in others.into_iter().zip([&AUTHORITIES, &ADDITIONALS]) {
            section(c, title, count, |c| record(c, base, false))?;
        }
        Ok(())
    }
}

/// The Info text's beginning: `Name query response, Server failure`.
fn summary(line: &mut Line, flags: u64) {
    let opcode = FLAGS_OPCODE.cut(flags);
    match name_of(OPCODES, opcode) {
        Some(name) => _ = line.str(name),
        None => _ = line.str("Unknown operation (").dec(opcode).byte(b')'),
    }
    if flags & RESPONSE != 0 {
        line.str(" response");
        let rcode = FLAGS_RCODE.cut(flags);
        if rcode != 0 {
            line.str(", ").str(name_of(RCODES, rcode).unwrap_or("Unknown error"));
        }
    }
}

fn flag_fields<S: Sink>(c: &mut Cursor<'_, S>, flags: u64) {
    let (start, end, response) = (c.pos() - 2, c.pos(), flags & RESPONSE != 0);
    c.put(&FLAGS, start, end, flags);
    c.append(|l| {
        l.str(if response { ", Response" } else { "" });
        l.str(", Opcode: ").str(FLAGS_OPCODE.name(FLAGS_OPCODE.cut(flags)).unwrap_or("Unknown operation"));
        let named = [
            (&FLAGS_AUTHORITATIVE, response),
            (&FLAGS_TRUNCATED, true),
            (&FLAGS_RECDESIRED, true),
            (&FLAGS_RECAVAIL, response),
            (&FLAGS_BROADCAST, true),
        ];
        for (field, meant) in named {
            if meant && field.cut(flags) != 0 {
                l.str(", ").str(field.label);
            }
        }
        if response {
            l.str(", Reply code: ").str(FLAGS_RCODE.name(FLAGS_RCODE.cut(flags)).unwrap_or("Unknown error"));
        }
    });
    c.below(|c| {
        let all: [(&'static Field, bool); 8] = [
            (&FLAGS_RESPONSE, true),
            (&FLAGS_OPCODE, true),
            (&FLAGS_AUTHORITATIVE, response),
            (&FLAGS_TRUNCATED, true),
            (&FLAGS_RECDESIRED, true),
            (&FLAGS_RECAVAIL, response),
            (&FLAGS_BROADCAST, true),
            (&FLAGS_RCODE, response),
        ];
        for (field, meant) in all {
            if meant {
                c.put(field, start, end, flags);
            }
        }
    });
}

fn section<S: Sink>(
    c: &mut Cursor<'_, S>,
    title: &'static Field,
    count: u16,
    mut one: impl FnMut(&mut Cursor<'_, S>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if count == 0 {
        return Ok(());
    }
    c.need(1)?;
    c.group(title, |c| (0..count).try_for_each(|_| one(c)))
}

/// Writes a record type's name.
fn type_name(rtype: u16) -> &'static str {
    name_of(TYPES, rtype.into()).unwrap_or("Unknown")
}

/// Records what questions and records begin with: name, type and class, which end at the cursor.
fn heading<S: Sink>(c: &mut Cursor<'_, S>, start: usize, name: NetbiosName<'_>, rtype: u16, class: u16) {
    let end = c.pos();
    c.label(|l| {
        name.write(l);
        l.str(": type ").str(type_name(rtype)).str(", class ").str(name_of(CLASSES, class.into()).unwrap_or("Unknown"));
    });
    c.text(&NAME, start, end - 4, |l| {
        name.write(l);
        if let Some(purpose) = name.purpose() {
            l.str(" (").str(purpose).byte(b')');
        }
    });
    c.put(&TYPE, end - 4, end - 2, rtype.into());
    c.put(&CLASS, end - 2, end, class.into());
}

fn question<S: Sink>(c: &mut Cursor<'_, S>, base: usize, shown: bool) -> Result<(), Stop> {
    c.group(&RECORD, |c| {
        let start = c.pos();
        let text = domain::read(c, base)?;
        let name = NetbiosName::decode(text.as_bytes());
        let rtype = u16::from_be_bytes(c.array()?);
        let class = u16::from_be_bytes(c.array()?);
        if shown {
            let info = c.info();
            info.byte(b' ').str(type_name(rtype)).byte(b' ');
            name.write(info);
        }
        heading(c, start, name, rtype, class);
        Ok(())
    })
}

fn record<S: Sink>(c: &mut Cursor<'_, S>, base: usize, shown: bool) -> Result<(), Stop> {
    c.group(&RECORD, |c| {
        let start = c.pos();
        let text = domain::read(c, base)?;
        let rtype = u16::from_be_bytes(c.array()?);
        let class = u16::from_be_bytes(c.array()?);
        heading(c, start, NetbiosName::decode(text.as_bytes()), rtype, class);
        c.u32(&TTL)?;
        let len = usize::from(c.u16(&DATA_LENGTH)?);
        match rtype {
            NB => addresses(c, len, shown),
            NBSTAT => {
                if shown {
                    c.info().str(" NBSTAT");
                }
                status(c, len)
            }
            _ => {
                if shown {
                    c.info().byte(b' ').str(type_name(rtype));
                }
                unread(c, &DATA, len)
            }
        }
    })
}

/// Records bytes that the summary has no need of: they may be missing there.
fn unread<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, len: usize) -> Result<(), Stop> {
    if S::DETAIL {
        return c.bytes(field, len).map(|_| ());
    }
    c.seek(c.pos() + len);
    Ok(())
}

/// The addresses of a name's bearers, flags before each.
fn addresses<S: Sink>(c: &mut Cursor<'_, S>, len: usize, shown: bool) -> Result<(), Stop> {
    let end = c.pos() + len;
    if shown {
        c.need(2)?;
        let address = c.peek::<4>(2).ok_or_else(|| c.short(6))?;
        c.info().str(" NB ").ipv4(&address);
    }
    while c.pos() < end {
        if c.pos() + 2 > end {
            c.expert(&INCOMPLETE);
            break;
        }
        let flags = c.be::<2>(&NB_FLAGS)?;
        name_flags(c, flags, (&NB_FLAGS_GROUP, &NB_FLAGS_ONT), &[]);
        if c.pos() + 4 > end {
            c.expert(&INCOMPLETE);
            break;
        }
        c.fixed::<4>(&ADDR)?;
    }
    c.seek(end);
    Ok(())
}

/// Records a name's flags over the two bytes last read.
fn name_flags<S: Sink>(
    c: &mut Cursor<'_, S>,
    flags: u64,
    (group, node): (&'static Field, &'static Field),
    others: &[&'static Field],
) {
    c.append(|l| {
        for field in [group].iter().chain(others) {
            if field.cut(flags) != 0 {
                l.str(", ").str(field.label);
            }
        }
        let nodes = ["B-node", "P-node", "M-node", "H-node"];
        l.str(", ONT: ").str(node.name(node.cut(flags)).unwrap_or("Unknown"));
        l.str(" (").str(nodes.get(node.cut(flags) as usize).copied().unwrap_or_default());
        l.str(if group.cut(flags) != 0 { ", group)" } else { ", unique)" });
    });
    c.below(|c| {
        c.bits::<2>(group, flags);
        c.bits::<2>(node, flags);
        for field in others {
            c.bits::<2>(field, flags);
        }
    });
}

/// A node's names, and numbers about its adapter (RFC 1002, 4.2.18).
fn status<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    let end = c.pos() + len;
    let count = c.u8(&NUMBER_OF_NAMES)?;
    for _ in 0..count {
        let at = c.pos();
        if at + 16 > end {
            c.expert(&INCOMPLETE);
            c.seek(end);
            return Ok(());
        }
        let name = c.array::<16>()?;
        c.text(&NETBIOS_NAME, at, at + 16, |l| {
            name::write(&name, l);
            let [.., number] = name;
            l.str(" (").str(name::purpose(number)).byte(b')');
        });
        let flags = c.be::<2>(&NAME_FLAGS)?;
        let others: [&'static Field; 4] = [&NAME_FLAGS_DRG, &NAME_FLAGS_CNF, &NAME_FLAGS_ACT, &NAME_FLAGS_PRM];
        name_flags(c, flags, (&NAME_FLAGS_GROUP, &NAME_FLAGS_ONT), &others);
    }
    statistics(c, end)?;
    c.seek(end);
    Ok(())
}

/// Numbers about the adapter, as many as there are.
fn statistics<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> Result<(), Stop> {
    let all: [(&'static Field, usize); 18] = [
        (&UNIT_ID, 6),
        (&JUMPERS, 1),
        (&TEST_RESULT, 1),
        (&VERSION_NUMBER, 2),
        (&PERIOD_OF_STATISTICS, 2),
        (&NUM_CRCS, 2),
        (&NUM_ALIGNMENT_ERRORS, 2),
        (&NUM_COLLISIONS, 2),
        (&NUM_SEND_ABORTS, 2),
        (&NUM_GOOD_SENDS, 4),
        (&NUM_GOOD_RECEIVES, 4),
        (&NUMRETRANSMITS, 2),
        (&NUM_NO_RESOURCE_CONDITIONS, 2),
        (&NUMCOMMAND_BLOCKS, 2),
        (&NUMPENDING_SESSIONS, 2),
        (&MAX_NUM_PENDING_SESSIONS, 2),
        (&MAX_TOTAL_SESSIONS_POSSIBLE, 2),
        (&SESSION_DATA_PACKET_SIZE, 2),
    ];
    for (field, len) in all {
        if c.pos() + len > end {
            c.expert(&INCOMPLETE);
            return Ok(());
        }
        match len {
            1 => _ = c.u8(field)?,
            2 => _ = c.u16(field)?,
            4 => _ = c.u32(field)?,
            _ => _ = c.bytes(field, len)?,
        }
    }
    Ok(())
}
