//! DoIP (ISO 13400): diagnosis of vehicles.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("doip", "DoIP (ISO13400) Protocol", Kind::Protocol);

fields! {
    HEADER = "", "Header", None;
    VERSION = "doip.version", "Version", U8 hex names(VERSIONS);
    INVERSE = "doip.inverse", "Inverse version", U8 hex;
    TYPE = "doip.type", "Type", U16 hex names(TYPES);
    LENGTH = "doip.length", "Length", U32;
    NACK = "doip.nack_code", "DoIP Header NACK code", U8 hex names(NACKS);
    VIN = "doip.vin", "VIN", Str;
    LOGICAL = "doip.logical_address", "Logical Address", U16 hex;
    EID = "doip.eid", "EID", Bytes;
    GID = "doip.gid", "GID", Bytes;
    ACTION = "doip.futher_action", "Further action required", U8 hex names(ACTIONS);
    SYNC = "doip.sync_status", "VIN/GID sync. status", U8 hex names(SYNCS);
    POWER = "doip.power_mode", "Diagnostic power mode", U8 hex names(POWERS);
    NODE = "doip.node_type", "Node type", U8 hex names(NODES);
    MOST_SOCKETS = "doip.max_sockets", "Max concurrent sockets", U8;
    SOCKETS = "doip.sockets", "Currently open sockets", U8;
    MOST_DATA = "doip.max_data_size", "Max data size", U32;
    SOURCE = "doip.source_address", "Source Address", U16 hex;
    TARGET = "doip.target_address", "Target Address", U16 hex;
    ACTIVATION = "doip.activation_type", "Activation type", U8 hex names(ACTIVATIONS);
    TESTER = "doip.tester_logical_address", "Logical address of external tester", U16 hex;
    RESPONSE = "doip.response_code", "Routing activation response code", U8 hex names(RESPONSES);
    RESERVED_ISO = "doip.reserved_iso", "Reserved by ISO", U32 hex;
    RESERVED_OEM = "doip.reserved_oem", "Reserved by OEM", U32 hex;
    DATA = "doip.data", "User data", Bytes;
    DIAGNOSTIC_ACK = "doip.diag_ack_code", "ACK code", U8 hex names(DIAGNOSTIC_ACKS);
    DIAGNOSTIC_NACK = "doip.diag_nack_code", "NACK code", U8 hex names(DIAGNOSTIC_NACKS);
    PREVIOUS = "doip.previous", "Previous message", Bytes;
}

names! {
    VERSIONS {
        0x0 = "Reserved", 0x1 = "DoIP ISO/DIS 13400-2:2010", 0x2 = "DoIP ISO 13400-2:2012",
        0x3 = "DoIP ISO 13400-2:2019", 0x4 = "DoIP ISO 13400-2:2019 Amd1 (experimental)",
        0xff = "Default value for vehicle identification request messages",
    }
    TYPES {
        0x0 = "Generic DoIP header NACK", 0x1 = "Vehicle identification request",
        0x2 = "Vehicle identification request with EID", 0x3 = "Vehicle identification request with VIN",
        0x4 = "Vehicle announcement message/vehicle identification response message",
        0x5 = "Routing activation request", 0x6 = "Routing activation response", 0x7 = "Alive check request",
        0x8 = "Alive check response", 0x4001 = "DoIP entity status request", 0x4002 = "DoIP entity status response",
        0x4003 = "Diagnostic power mode information request", 0x4004 = "Diagnostic power mode information response",
        0x8001 = "Diagnostic message", 0x8002 = "Diagnostic message ACK", 0x8003 = "Diagnostic message NACK",
    }
    NACKS {
        0x0 = "Incorrect pattern format", 0x1 = "Unknown payload type", 0x2 = "Message too large",
        0x3 = "Out of memory", 0x4 = "Invalid payload length",
    }
    ACTIONS {
        0x0 = "No further action required", 0x1 = "Reserved by ISO 13400", 0x2 = "Reserved by ISO 13400",
        0x3 = "Reserved by ISO 13400", 0x4 = "Reserved by ISO 13400", 0x5 = "Reserved by ISO 13400",
        0x6 = "Reserved by ISO 13400", 0x7 = "Reserved by ISO 13400", 0x8 = "Reserved by ISO 13400",
        0x9 = "Reserved by ISO 13400", 0xa = "Reserved by ISO 13400", 0xb = "Reserved by ISO 13400",
        0xc = "Reserved by ISO 13400", 0xd = "Reserved by ISO 13400", 0xe = "Reserved by ISO 13400",
        0xf = "Reserved by ISO 13400", 0x10 = "Routing activation required to initiate central security",
    }
    SYNCS {
        0x0 = "VIN and/or GID are synchronized", 0x1 = "Reserved by ISO 13400", 0x2 = "Reserved by ISO 13400",
        0x3 = "Reserved by ISO 13400", 0x4 = "Reserved by ISO 13400", 0x5 = "Reserved by ISO 13400",
        0x6 = "Reserved by ISO 13400", 0x7 = "Reserved by ISO 13400", 0x8 = "Reserved by ISO 13400",
        0x9 = "Reserved by ISO 13400", 0xa = "Reserved by ISO 13400", 0xb = "Reserved by ISO 13400",
        0xc = "Reserved by ISO 13400", 0xd = "Reserved by ISO 13400", 0xe = "Reserved by ISO 13400",
        0xf = "Reserved by ISO 13400", 0x10 = "Incomplete: VIN and GID are NOT synchronized",
    }
    POWERS {
        0x0 = "not ready", 0x1 = "ready", 0x2 = "not supported",
    }
    NODES {
        0x0 = "DoIP gateway", 0x1 = "DoIp node",
    }
    ACTIVATIONS {
        0x0 = "Default", 0x1 = "WWH-OBD", 0xe0 = "Central security",
    }
    RESPONSES {
        0x0 = "Routing activation denied due to unknown source address.",
        0x1 = "Routing activation denied because all concurrently supported TCP_DATA sockets are registered and active.",
        0x2 = "Routing activation denied because an SA different from the table connection entry was received on the already activated TCP_DATA socket.",
        0x3 = "Routing activation denied because the SA is already registered and active on a different TCP_DATA socket.",
        0x4 = "Routing activation denied due to missing authentication.",
        0x5 = "Routing activation denied due to rejected confirmation.",
        0x6 = "Routing activation denied due to unsupported routing activation type.",
        0x7 = "Routing activation denied due to request for encrypted connection via TLS.",
        0x8 = "Reserved by ISO 13400.", 0x9 = "Reserved by ISO 13400.", 0xa = "Reserved by ISO 13400.",
        0xb = "Reserved by ISO 13400.", 0xc = "Reserved by ISO 13400.", 0xd = "Reserved by ISO 13400.",
        0xe = "Reserved by ISO 13400.", 0xf = "Reserved by ISO 13400.", 0x10 = "Routing successfully activated.",
        0x11 = "Routing will be activated; confirmation required.",
    }
    DIAGNOSTIC_ACKS {
        0x0 = "ACK",
    }
    DIAGNOSTIC_NACKS {
        0x0 = "Reserved by ISO 13400", 0x1 = "Reserved by ISO 13400", 0x2 = "Invalid source address",
        0x3 = "Unknown target address", 0x4 = "Diagnostic message too large", 0x5 = "Out of memory",
        0x6 = "Target unreachable", 0x7 = "Unknown network", 0x8 = "Transport protocol error",
    }
}

const HEADER_LEN: usize = 8;

/// DoIP.
pub struct DoIp;

impl Protocol for DoIp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DoIP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(13400), Key::Tcp(13400)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let len = |c: &Cursor<'_, S>| (c.peek_u32(4).unwrap_or_default() as usize).saturating_add(HEADER_LEN);
        if c.in_stream() {
            return messages(c, HEADER_LEN, len, message);
        }
        message(c)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("DoIP");
    let mut kind = 0;
    c.group(&HEADER, |c| {
        c.read_all(&[(&VERSION, 1), (&INVERSE, 1)])?;
        kind = c.u16(&TYPE)?;
        c.u32(&LENGTH).map(|_| ())
    })?;
    match name_of(TYPES, kind.into()) {
        Some(name) => _ = c.claim().str(name),
        None => _ = c.claim().str("0x").hex(kind, 4).str(" Unknown Payload"),
    }
    let fields: &[(&'static Field, usize)] = match kind {
        0 => &[(&NACK, 1)],
        2 => &[(&EID, 6)],
        3 => &[(&VIN, 17)],
        4 => &[(&VIN, 17), (&LOGICAL, 2), (&EID, 6), (&GID, 6), (&ACTION, 1)],
        5 => &[(&SOURCE, 2), (&ACTIVATION, 1), (&RESERVED_ISO, 4)],
        6 => &[(&TESTER, 2), (&SOURCE, 2), (&RESPONSE, 1), (&RESERVED_ISO, 4)],
        8 => &[(&SOURCE, 2)],
        0x4002 => &[(&NODE, 1), (&MOST_SOCKETS, 1), (&SOCKETS, 1)],
        0x4004 => &[(&POWER, 1)],
        0x8001 => &[(&SOURCE, 2), (&TARGET, 2)],
        0x8002 => &[(&SOURCE, 2), (&TARGET, 2), (&DIAGNOSTIC_ACK, 1)],
        0x8003 => &[(&SOURCE, 2), (&TARGET, 2), (&DIAGNOSTIC_NACK, 1)],
        _ => &[],
    };
    c.read_all(fields)?;
    match (kind, c.remaining()) {
        (_, 0) => Ok(()),
        (4, _) => c.u8(&SYNC).map(|_| ()),
        (5 | 6, 4..) => c.u32(&RESERVED_OEM).map(|_| ()),
        (0x4002, 4..) => c.u32(&MOST_DATA).map(|_| ()),
        (0x8001, left) => c.bytes(&DATA, left).map(|_| ()),
        (0x8002 | 0x8003, left) => c.bytes(&PREVIOUS, left).map(|_| ()),
        _ => Ok(()),
    }
}
