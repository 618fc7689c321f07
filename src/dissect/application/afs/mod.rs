//! RX, the remote procedure calls of AFS, and the services that are called with it.

mod operations;

use hashbrown::HashMap;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("rx", "RX Protocol", Kind::Protocol);

fields! {
    EPOCH = "rx.epoch", "Epoch", AbsTime;
    CONNECTION = "rx.cid", "CID", U32;
    CALL = "rx.callnumber", "Call Number", U32;
    SEQUENCE = "rx.seq", "Sequence Number", U32;
    SERIAL = "rx.serial", "Serial", U32;
    TYPE = "rx.type", "Type", U8 names(TYPES);
    FLAGS = "rx.flags", "Flags", U8 hex;
    STATUS = "rx.userstatus", "User Status", U32;
    SECURITY = "rx.securityindex", "Security Index", U32;
    SPARE = "rx.spare", "Spare/Checksum", U16;
    SERVICE = "rx.serviceid", "Service ID", U16;
    REASON = "rx.reason", "Reason", U8 names(REASONS);
    OPERATION = "", "Operation", U32;
}

names! {
    TYPES {
        1 = "data", 2 = "ack", 3 = "busy", 4 = "abort", 5 = "ackall", 6 = "challenge", 7 = "response", 8 = "debug",
        9 = "params", 13 = "version",
    }
    REASONS {
        1 = "Ack Requested", 2 = "Duplicate Packet", 3 = "Out Of Sequence", 4 = "Exceeds Window", 5 = "No Space",
        6 = "Ping", 7 = "Ping Response", 8 = "Delay", 9 = "Idle",
    }
    SERVICES {
        7000 = "FS", 7001 = "CB", 7002 = "PROT", 7003 = "VLDB", 7004 = "KAUTH", 7005 = "VOL", 7006 = "ERR", 7007 = "BOS",
        7008 = "UPD", 7009 = "RMT", 7021 = "BKUP",
    }
}

const DATA: u8 = 1;
const ACK: u8 = 2;
const ABORT: u8 = 4;
const VERSION: u8 = 13;
/// The sender began the connection.
const CLIENT: u8 = 0x01;
/// Bytes of a header.
const HEADER_LEN: usize = 28;
/// The service of errors, whose operations have no numbers in the text.
const ERRORS: u16 = 7006;
/// The epoch of a ping that keeps an address translator's mapping alive.
const NAT_EPOCH: u32 = 999;
/// Security that may encrypt.
const KERBEROS: u8 = 2;
/// Calls remembered of a conversation at most; then all are forgotten.
const MOST: usize = 1 << 12;

/// The operations of calls, by call number and by the server's port.
#[derive(Default)]
struct Calls(HashMap<(u32, u16), (u32, bool)>);

/// RX.
pub struct Rx;

impl Protocol for Rx {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RX";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[
        Key::Udp(7000),
        Key::Udp(7001),
        Key::Udp(7002),
        Key::Udp(7003),
        Key::Udp(7004),
        Key::Udp(7005),
        Key::Udp(7006),
        Key::Udp(7007),
        Key::Udp(7008),
        Key::Udp(7009),
        Key::Udp(7021),
    ];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let kind = c.peek_u8(20);
        if c.remaining() < HEADER_LEN || kind.is_some_and(|kind| name_of(TYPES, kind.into()).is_none()) {
            return Err(Stop::NotMine);
        }
        c.protocol("RX");
        c.claim();
        let epoch = c.array().map(u32::from_be_bytes)?;
        c.put(&EPOCH, c.pos() - 4, c.pos(), u64::from(epoch) * 1_000_000_000);
        c.u32(&CONNECTION)?;
        let (call, sequence) = (c.u32(&CALL)?, c.u32(&SEQUENCE)?);
        c.u32(&SERIAL)?;
        let (kind, flags) = (c.u8(&TYPE)?, c.u8(&FLAGS)?);
        c.read_all(&[(&STATUS, 1)])?;
        let security = c.u8(&SECURITY)?;
        c.read_all(&[(&SPARE, 2), (&SERVICE, 2)])?;
        c.layer_ends();
        let client = flags & CLIENT != 0;
        if kind == DATA {
            return data(c, (call, sequence), client, security);
        }
        let name = match kind {
            ACK => "ACK ",
            ABORT => "ABORT",
            5 => "ACKALL",
            6 => "CHALLENGE",
            7 => "RESPONSE",
            VERSION if epoch == NAT_EPOCH => "VERSION NAT ping",
            VERSION => "VERSION request",
            _ => return Ok(()),
        };
        c.info().str(name);
        if kind == ACK {
            c.skip(16)?;
            let reason = c.u8(&REASON)?;
            match REASON.name(reason.into()) {
                Some(name) => _ = c.info().str(name),
                None => _ = c.info().dec(reason),
            }
        }
        let Some(current) = c.worker.state.current else { return Ok(()) };
        let info = c.info().str("  Seq: ").dec(sequence).str("  Call: ").dec(call);
        info.str("  Source Port: ").dec(current.src_port).str("  Destination Port: ").dec(current.dst_port).str("  ");
        // Why it is broken off.
        if kind == ABORT { c.skip(4) } else { Ok(()) }
    }
}

/// Finds out which service's operation the data belongs to.
fn data<S: Sink>(c: &mut Cursor<'_, S>, (call, sequence): (u32, u32), client: bool, security: u8) -> Result<(), Stop> {
    c.protocol("AFS (RX)");
    let Some(current) = c.worker.state.current else { return Ok(()) };
    let port = if client { current.dst_port } else { current.src_port };
    let key = (call, port);
    let known = c.worker.state.slots().and_then(|slots| slots.entry::<Calls>().0.get(&key).copied());
    let (operation, encrypted) = match known {
        Some(known) if !(client && sequence == 1) => known,
        _ if client => {
            let operation = c.u32(&OPERATION)?;
            let named = of_service(port, operation).is_some();
            let read = (operation, !named && security == KERBEROS);
            if let Some(slots) = c.worker.state.slots() {
                let calls = &mut slots.entry::<Calls>().0;
                if calls.len() >= MOST {
                    calls.clear();
                }
                // Of two requests with one number the first is the one replied to.
                calls.entry(key).or_insert(read);
            }
            read
        }
        _ => (0, false),
    };
    tell(c, port, operation, (client, encrypted));
    c.seek(c.end());
    Ok(())
}

/// Writes which operation of which service it is.
fn tell<S: Sink>(c: &mut Cursor<'_, S>, port: u16, operation: u32, (client, encrypted): (bool, bool)) {
    let service = name_of(SERVICES, port.into()).unwrap_or("AFS");
    let way = if client { " Request" } else { " Reply" };
    if encrypted {
        c.info().str("Encrypted ").str(service).str(way);
        return;
    }
    let voting = name_of(operations::UBIK, operation.into());
    let info = c.info().str(if voting.is_some() { "UBIK-" } else { "" }).str(service).str(way).str(": ");
    match voting.or_else(|| of_service(port, operation)) {
        Some(name) => _ = info.str(name),
        None => _ = info.str("Unknown(").dec(operation).byte(b')'),
    }
    if port != ERRORS {
        info.str(" (").dec(operation).byte(b')');
    }
}

/// The name of an operation of the service at a port, or of those by which servers vote.
fn of_service(port: u16, operation: u32) -> Option<&'static str> {
    let table: Names = match port {
        7000 => operations::FILES,
        7001 => operations::CALLBACKS,
        7002 => operations::PROTECTION,
        7003 => operations::LOCATIONS,
        7004 => operations::TICKETS,
        7005 => operations::VOLUMES,
        7007 => operations::OVERSEER,
        7008 => operations::UPDATES,
        7009 => operations::REMOTE,
        7021 => operations::BACKUPS,
        _ => return None,
    };
    name_of(table, operation.into()).or_else(|| name_of(operations::UBIK, operation.into()))
}
