//! OpenFlow, versions 1.0 to 1.5: the kinds of message.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("openflow", "OpenFlow", Kind::Protocol);

fields! {
    VERSION = "openflow.version", "Version", U8 hex;
    TYPE_1 = "openflow_1_0.type", "Type", U8 names(TYPES_1);
    TYPE_4 = "openflow_v4.type", "Type", U8 names(TYPES_4);
    LENGTH = "openflow.length", "Length", U16;
    ID = "openflow.xid", "Transaction ID", U32;
    ASKED = "openflow_v4.multipart_request.type", "Type", U16 names(PARTS);
    TOLD = "openflow_v4.multipart_reply.type", "Type", U16 names(PARTS);
    DATA = "openflow.data", "Data", Bytes;
}

names! {
    TYPES_1 {
        0 = "OFPT_HELLO", 1 = "OFPT_ERROR", 2 = "OFPT_ECHO_REQUEST", 3 = "OFPT_ECHO_REPLY", 4 = "OFPT_VENDOR",
        5 = "OFPT_FEATURES_REQUEST", 6 = "OFPT_FEATURES_REPLY", 7 = "OFPT_GET_CONFIG_REQUEST",
        8 = "OFPT_GET_CONFIG_REPLY", 9 = "OFPT_SET_CONFIG", 10 = "OFPT_PACKET_IN", 11 = "OFPT_FLOW_REMOVED",
        12 = "OFPT_PORT_STATUS", 13 = "OFPT_PACKET_OUT", 14 = "OFPT_FLOW_MOD", 15 = "OFPT_PORT_MOD",
        16 = "OFPT_STATS_REQUEST", 17 = "OFPT_STATS_REPLY", 18 = "OFPT_BARRIER_REQUEST",
        19 = "OFPT_BARRIER_REPLY", 20 = "OFPT_QUEUE_GET_CONFIG_REQUEST", 21 = "OFPT_QUEUE_GET_CONFIG_REPLY",
    }
    PARTS {
        0 = "OFPMP_DESC", 1 = "OFPMP_FLOW", 2 = "OFPMP_AGGREGATE", 3 = "OFPMP_TABLE", 4 = "OFPMP_PORT_STATS",
        5 = "OFPMP_QUEUE", 6 = "OFPMP_GROUP", 7 = "OFPMP_GROUP_DESC", 8 = "OFPMP_GROUP_FEATURES", 9 = "OFPMP_METER",
        10 = "OFPMP_METER_CONFIG", 11 = "OFPMP_METER_FEATURES", 12 = "OFPMP_TABLE_FEATURES", 13 = "OFPMP_PORT_DESC",
        0xffff = "OFPMP_EXPERIMENTER",
    }
    TYPES_4 {
        0 = "OFPT_HELLO", 1 = "OFPT_ERROR", 2 = "OFPT_ECHO_REQUEST", 3 = "OFPT_ECHO_REPLY", 4 = "OFPT_EXPERIMENTER",
        5 = "OFPT_FEATURES_REQUEST", 6 = "OFPT_FEATURES_REPLY", 7 = "OFPT_GET_CONFIG_REQUEST",
        8 = "OFPT_GET_CONFIG_REPLY", 9 = "OFPT_SET_CONFIG", 10 = "OFPT_PACKET_IN", 11 = "OFPT_FLOW_REMOVED",
        12 = "OFPT_PORT_STATUS", 13 = "OFPT_PACKET_OUT", 14 = "OFPT_FLOW_MOD", 15 = "OFPT_GROUP_MOD",
        16 = "OFPT_PORT_MOD", 17 = "OFPT_TABLE_MOD", 18 = "OFPT_MULTIPART_REQUEST", 19 = "OFPT_MULTIPART_REPLY",
        20 = "OFPT_BARRIER_REQUEST", 21 = "OFPT_BARRIER_REPLY", 22 = "OFPT_QUEUE_GET_CONFIG_REQUEST",
        23 = "OFPT_QUEUE_GET_CONFIG_REPLY", 24 = "OFPT_ROLE_REQUEST", 25 = "OFPT_ROLE_REPLY",
        26 = "OFPT_GET_ASYNC_REQUEST", 27 = "OFPT_GET_ASYNC_REPLY", 28 = "OFPT_SET_ASYNC", 29 = "OFPT_METER_MOD",
    }
}

/// Bytes of a message's header.
const HEADER_LEN: usize = 8;

/// OpenFlow.
pub struct OpenFlow;

impl Protocol for OpenFlow {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OpenFlow";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT), Key::Tcp(OLD_PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !c.peek_u8(0).is_some_and(|version| VERSIONS.contains(&version)) {
            return Err(Stop::NotMine);
        }
        // At the old port it is recognised by what the switch says.
        let Some(current) = c.worker.state.current else { return Err(Stop::NotMine) };
        let own = [current.src_port, current.dst_port].contains(&PORT) || current.dst_port == OLD_PORT;
        if !own && c.worker.state.remembered::<Spoken>().is_none() {
            return Err(Stop::NotMine);
        }
        c.worker.state.slots().into_iter().for_each(|slots| _ = slots.entry::<Spoken>());
        messages(c, HEADER_LEN, |c| usize::from(c.peek_u16(2).unwrap_or_default()), message)
    }
}

/// The port by IANA's registry, and the one before.
const PORT: u16 = 6653;
const OLD_PORT: u16 = 6633;

/// OpenFlow has been recognised in a conversation.
#[derive(Default)]
struct Spoken;

/// The versions of the wire protocol that there are.
const VERSIONS: std::ops::RangeInclusive<u8> = 1..=6;

/// One message; the row tells of the last one.
fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("OpenFlow");
    c.claim();
    let version = c.u8(&VERSION)?;
    let (field, names): (&Field, Names) = if version == 1 { (&TYPE_1, TYPES_1) } else { (&TYPE_4, TYPES_4) };
    let kind = c.peek_u8(0).unwrap_or_default();
    if !VERSIONS.contains(&version) {
        return c.skip(c.remaining());
    }
    c.info().str("Type: ").named(name_of(names, kind.into()), kind);
    c.put(field, c.pos(), c.pos() + 1, kind.into());
    c.skip(1)?;
    c.read_all(&[(&LENGTH, 2), (&ID, 4)])?;
    if matches!(version, 4 | 5) && matches!(kind, 18 | 19) {
        let part = c.u16(if kind == 18 { &ASKED } else { &TOLD })?;
        c.info().str(", ").named(ASKED.name(part.into()), part);
    }
    if c.remaining() > 0 { c.bytes(&DATA, c.remaining()).map(|_| ()) } else { Ok(()) }
}
