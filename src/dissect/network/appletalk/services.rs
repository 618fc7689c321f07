//! What AppleTalk's datagrams carry: routes, names, zones, transactions.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static RTMP_LAYER: Field = Field::new("rtmp", "Routing Table Maintenance Protocol", Kind::Protocol);
static NBP_LAYER: Field = Field::new("nbp", "Name Binding Protocol", Kind::Protocol);
static ZIP_LAYER: Field = Field::new("zip", "Zone Information Protocol", Kind::Protocol);
static ATP_LAYER: Field = Field::new("atp", "AppleTalk Transaction Protocol packet", Kind::Protocol);
static ASP_LAYER: Field = Field::new("asp", "AppleTalk Session Protocol", Kind::Protocol);

fields! {
    NET = "rtmp.net", "Net", U16;
    NODE_LENGTH = "nbp.nodeid.length", "Node Length", U8;
    NODE_ID = "nbp.nodeid", "Node", U8;
    TUPLE = "", "Tuple", None;
    TUPLE_NET = "rtmp.tuple.net", "Net", U16;
    RANGE_START = "rtmp.tuple.range_start", "Range Start", U16;
    DISTANCE = "rtmp.tuple.dist", "Distance", U8 mask(0x7f);
    RANGE_END = "rtmp.tuple.range_end", "Range End", U16;
    VERSION = "rtmp.version", "Version", U8 hex;
    RTMP_FUNCTION = "rtmp.function", "Function", U8 names(RTMP_FUNCTIONS);
    INFO = "nbp.info", "Info", U8 hex;
    OPERATION = "nbp.op", "Operation", U8 mask(0xf0) names(OPERATIONS);
    COUNT = "nbp.count", "Count", U8 mask(0x0f);
    TID = "nbp.tid", "Transaction ID", U8;
    NODE = "", "Node", None;
    NETWORK = "nbp.net", "Network", U16;
    NBP_NODE = "nbp.node", "Node", U8;
    PORT = "nbp.port", "Port", U8;
    ENUMERATOR = "nbp.enum", "Enumerator", U8;
    OBJECT = "nbp.object", "Object", Str;
    TYPE = "nbp.type", "Type", Str;
    ZONE = "nbp.zone", "Zone", Str;
    FUNCTION = "zip.function", "Function", U8 names(ZIP_FUNCTIONS);
    NETWORKS = "zip.network_count", "Count", U8;
    CONTROL = "atp.ctrlinfo", "Control info", U8 hex;
    ATP_FUNCTION = "atp.function", "Function", U8 mask(0xc0) names(ATP_FUNCTIONS);
    BITMAP = "atp.bitmap", "Bitmap", U8 hex;
    ATP_TID = "atp.tid", "TID", U16;
    USER = "atp.user_bytes", "User bytes", U32 hex;
    ASP_FUNCTION = "asp.function", "asp function", U8 names(ASP_FUNCTIONS);
}

names! {
    RTMP_FUNCTIONS {
        1 = "Request", 2 = "Route Data Request (split horizon processed)",
        3 = "Route Data Request (no split horizon processing)",
    }
    OPERATIONS { 1 = "broadcast request", 2 = "lookup", 3 = "reply", 4 = "forward request" }
    ZIP_FUNCTIONS {
        1 = "Query", 2 = "Reply", 5 = "GetNetInfo request", 6 = "GetNetInfo reply", 7 = "notify",
        8 = "Extended reply",
    }
    ATP_FUNCTIONS { 1 = "REQuest", 2 = "RESPonse", 3 = "RELease" }
    ASP_FUNCTIONS {
        1 = "CloseSession", 2 = "Command", 3 = "GetStatus", 4 = "OpenSession", 5 = "Tickle", 6 = "Write",
        7 = "Write Cont", 8 = "Attention",
    }
    ZIP_TRANSACTIONS { 7 = "GetMyZone", 8 = "GetZoneList", 9 = "GetLocalZones" }
}

/// The socket at which zones are asked for.
const ZONE_SOCKET: u8 = 6;
/// The function of a transaction's request.
const REQUEST: u8 = 1;
/// Bytes of a transaction's header.
const TRANSACTION_LEN: usize = 8;

/// Requests for routing tables.
pub struct RoutingRequest;

impl Protocol for RoutingRequest {
    const LAYER: &'static Field = &RTMP_LAYER;
    const NAME: &'static str = "RTMP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RTMP");
        c.claim();
        let function = c.u8(&RTMP_FUNCTION)?;
        match name_of(RTMP_FUNCTIONS, function.into()) {
            Some(name) => c.info().str(name),
            None => c.info().str("Unknown function (").hex(function, 2).byte(b')'),
        };
        Ok(())
    }
}

/// Routing tables.
pub struct Routing;

impl Protocol for Routing {
    const LAYER: &'static Field = &RTMP_LAYER;
    const NAME: &'static str = "RTMP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("RTMP");
        c.claim();
        let net = c.u16(&NET)?;
        let len = c.u8(&NODE_LENGTH)?;
        let node = c.u8(&NODE_ID)?;
        c.info().str("Net: ").dec(net).str("  Node Len: ").dec(len).str("  Node: ").dec(node);
        let mut number = 1_u64;
        while S::DETAIL && c.remaining() > 0 {
            tuple(c, number)?;
            number += 1;
        }
        Ok(())
    }
}

fn tuple<S: Sink>(c: &mut Cursor<'_, S>, number: u64) -> Result<(), Stop> {
    let first = c.peek_u16(0).ok_or_else(|| c.short(3))?;
    let distance = c.peek_u8(2).ok_or_else(|| c.short(3))?;
    let range = distance & 0x80 != 0;
    let last = c.peek_u16(3).unwrap_or_default();
    let version = c.peek_u8(5).unwrap_or_default();
    c.group(&TUPLE, |c| {
        c.label(|l| {
            l.str("Tuple ").dec(number).str(if range { ":  Range Start: " } else { ":  Net: " }).dec(first);
            l.str("  Dist: ").dec(distance & 0x7f);
            if range {
                l.str("  Range End: ").dec(last).str("  Version: 0x").hex(version, 2);
            }
        });
        c.u16(if range { &RANGE_START } else { &TUPLE_NET })?;
        let distance = c.u8(&DISTANCE)?;
        c.label(|l| _ = l.str("Distance: ").dec(distance & 0x7f));
        if range {
            c.u16(&RANGE_END)?;
            c.u8(&VERSION)?;
        }
        Ok(())
    })
}

/// Names of services, and where they are.
pub struct NameBinding;

impl Protocol for NameBinding {
    const LAYER: &'static Field = &NBP_LAYER;
    const NAME: &'static str = "NBP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NBP");
        c.claim();
        let info = c.u8(&INFO)?;
        let (operation, count) = (info >> 4, info & 0xf);
        let line = c.info().str("Op: ");
        match name_of(OPERATIONS, operation.into()) {
            Some(name) => line.str(name),
            None => line.str("Unknown (0x").hex(operation, 1).byte(b')'),
        };
        line.str("  Count: ").dec(count);
        if !S::DETAIL {
            return Ok(());
        }
        let name = name_of(OPERATIONS, operation.into()).unwrap_or("Unknown");
        c.append(|l| {
            l.str("  Operation: ").str(name).str("  Count: ").dec(count);
        });
        c.below(|c| {
            c.bits::<1>(&OPERATION, info.into());
            c.bits::<1>(&COUNT, info.into());
        });
        c.u8(&TID)?;
        for number in 1..=count {
            c.group(&NODE, |c| {
                c.label(|l| _ = l.str("Node ").dec(number));
                c.read_all(&[(&NETWORK, 2), (&NBP_NODE, 1), (&PORT, 1), (&ENUMERATOR, 1)])?;
                for field in [&OBJECT, &TYPE, &ZONE] {
                    let len = c.peek_u8(0).ok_or_else(|| c.short(1))?;
                    c.skip(1)?;
                    c.bytes(field, len.into())?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Zones, asked for in datagrams of their own.
pub struct ZoneInformation;

impl Protocol for ZoneInformation {
    const LAYER: &'static Field = &ZIP_LAYER;
    const NAME: &'static str = "ZIP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ZIP");
        c.claim();
        let function = c.u8(&FUNCTION)?;
        match name_of(ZIP_FUNCTIONS, function.into()) {
            Some(name) => c.info().str(name),
            None => c.info().str("Unknown ZIP function (").hex(function, 2).byte(b')'),
        };
        if matches!(function, 1 | 2 | 8) && c.remaining() > 0 {
            c.u8(&NETWORKS)?;
        }
        Ok(())
    }
}

/// Hands a transaction on: a request's content is told by its socket.
pub(super) fn transaction<S: Sink>(c: &mut Cursor<'_, S>, dst: u8, src: u8) -> Result<bool, Stop> {
    let zones = dst == ZONE_SOCKET || src == ZONE_SOCKET;
    if c.reported() < TRANSACTION_LEN {
        c.protocol("ATP");
        return Err(Stop::Malformed);
    }
    c.call::<Transaction>()?;
    let (Some(control), Some(tid), Some(function)) = (c.peek_u8(0), c.peek_u16(2), c.peek_u8(4)) else {
        return Ok(true);
    };
    if control >> 6 > REQUEST {
        return Ok(true);
    }
    let (column, names) = if zones { ("ZIP", ZIP_TRANSACTIONS) } else { ("ASP", ASP_FUNCTIONS) };
    c.protocol(column);
    let line = c.claim().str("Function: ");
    match name_of(names, function.into()) {
        Some(name) => line.str(name),
        None => line.str("Unknown (0x").hex(function, 2).byte(b')'),
    };
    line.str("  tid ").dec(tid);
    if !zones {
        c.skip(4)?;
        c.next_layer(&ASP_LAYER);
        c.u8(&ASP_FUNCTION)?;
    }
    Ok(true)
}

/// Transactions: a request, its responses, and their release.
pub struct Transaction;

impl Protocol for Transaction {
    const LAYER: &'static Field = &ATP_LAYER;
    const NAME: &'static str = "ATP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ATP");
        let control = c.u8(&CONTROL)?;
        c.below(|c| c.bits::<1>(&ATP_FUNCTION, control.into()));
        c.u8(&BITMAP)?;
        let tid = c.u16(&ATP_TID)?;
        let name = name_of(ATP_FUNCTIONS, u64::from(control >> 6)).unwrap_or("Unknown");
        c.claim().str(name).str(" transaction ").dec(tid);
        c.u32(&USER)?;
        c.layer_ends();
        Ok(())
    }
}
