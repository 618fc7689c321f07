//! RakNet: games' own reliability over UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("raknet", "RakNet game networking protocol", Kind::Protocol);

fields! {
    OFFLINE_ID = "raknet.offline.message.id", "RakNet Offline Message ID", U8 hex names(OFFLINE);
    OFFLINE_DATA = "raknet.offline_message.data_id", "RakNet Offline message data ID", Bytes;
    PROTOCOL_VERSION = "raknet.proto_ver", "RakNet RakNet protocol version", U8;
    PADDING = "raknet.null_padding", "RakNet Null padding", None;
    SERVER_GUID = "raknet.server_id", "RakNet Server GUID", Bytes;
    CLIENT_GUID = "raknet.client.guid", "RakNet Client GUID", Bytes;
    MTU = "raknet.MTU", "RakNet MTU size", U16;
    PACKET_TYPE = "raknet.packet.type", "RakNet Packet type", U8 hex;
    FOR_CONNECTED = "raknet.packet.is_for_connected", "is for connected peer", Bool mask(0x80);
    IS_ACK = "raknet.packet.is_ACK", "is ACK", Bool mask(0x40);
    IS_NAK = "raknet.packet.is_NAK", "is NAK", Bool mask(0x20);
    IS_PAIR = "raknet.packet.is_pair", "is pair", Bool mask(0x10);
    IS_CONTINUOUS = "raknet.packet.is_continuous_send", "is continuous send", Bool mask(0x08);
    NEEDS = "raknet.packet.needs_B_and_AS", "needs B and AS", Bool mask(0x04);
    HAS = "raknet.packet.has_B_and_AS", "has B and AS", Bool mask(0x20);
    RECORDS = "raknet.NACK.record_count", "RakNet ACK/NAK record count", U16;
    NUMBER = "raknet.packet_number", "RakNet Packet sequence number", U24;
    MESSAGE = "raknet.message", "RakNet Message", None;
    FLAGS = "raknet.message.flags", "RakNet Message flags", U8 hex;
    RELIABILITY = "raknet.message.reliability", "reliability", U8 mask(0xe0) names(RELIABILITIES);
    SYSTEM_ID = "raknet.system.message.id", "RakNet System Message ID", U8 hex names(SYSTEM);
}

names! {
    OFFLINE {
        0x1 = "Unconnected Ping", 0x2 = "Unconnected Ping Open Connections", 0x5 = "Open Connection Request 1",
        0x6 = "Open Connection Reply 1", 0x7 = "Open Connection Request 2", 0x8 = "Open Connection Reply 2",
        0xd = "Out Of Band Internal", 0x11 = "Connection Attempt Failed", 0x12 = "Already Connected",
        0x14 = "No Free Incoming Connections", 0x17 = "Connection Banned", 0x19 = "Incompatible Protocol Version",
        0x1a = "IP Recently Connected", 0x1c = "Unconnected Pong",
    }
    SYSTEM {
        0x0 = "Connected Ping", 0x3 = "Connected Pong", 0x9 = "Connection Request",
        0x10 = "Connection Request Accepted", 0x13 = "New Incoming Connection",
    }
    RELIABILITIES {
        0 = "unreliable", 1 = "unreliable sequenced", 2 = "reliable", 3 = "reliable ordered",
        4 = "reliable sequenced",
    }
}

/// What every message outside a connection has in it.
const MAGIC: [u8; 16] = [0, 0xff, 0xff, 0, 0xfe, 0xfe, 0xfe, 0xfe, 0xfd, 0xfd, 0xfd, 0xfd, 0x12, 0x34, 0x56, 0x78];
const CONNECTED: u8 = 0x80;
const ACK: u8 = 0x40;
const NAK: u8 = 0x20;
const CONNECTION_REQUEST: u8 = 0x09;

/// RakNet.
pub struct RakNet;

impl Protocol for RakNet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "RakNet";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::UdpContent, Key::Udp(19132)];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        offline(c)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if offline(c) {
            c.worker.state.bind(Registry::named(LAYER.key));
        }
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        c.protocol("RakNet");
        c.claim();
        if first & CONNECTED != 0 { connected(c, first) } else { outside(c, first) }
    }
}

/// Whether a message outside a connection is here: its identifier stands at once behind the type, or behind a time.
fn offline<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.peek_u8(0).is_some_and(|kind| name_of(OFFLINE, kind.into()).is_some())
        && [1, 9, 17].into_iter().any(|at| c.peek::<16>(at) == Some(MAGIC))
}

fn outside<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.u8(&OFFLINE_ID)?;
    c.layer_append(|l| _ = l.str(", Offline message ID 0x").hex(kind, 1));
    let Some(name) = name_of(OFFLINE, kind.into()) else {
        c.info().str("Unknown offline message ID: 0x").hex(kind, 1);
        return Ok(());
    };
    c.info().str(name);
    match kind {
        5 => {
            c.bytes(&OFFLINE_DATA, MAGIC.len())?;
            c.u8(&PROTOCOL_VERSION)?;
            c.put(&PADDING, c.pos(), c.end(), 0);
        }
        6 => {
            c.bytes(&OFFLINE_DATA, MAGIC.len())?;
            c.bytes(&SERVER_GUID, 8)?;
        }
        _ => {}
    }
    Ok(())
}

fn connected<S: Sink>(c: &mut Cursor<'_, S>, first: u8) -> Result<(), Stop> {
    let bits = c.be::<1>(&PACKET_TYPE)?;
    if first & (ACK | NAK) != 0 {
        let second = if first & ACK != 0 { &HAS } else { &IS_NAK };
        c.below(|c| [&FOR_CONNECTED, &IS_ACK, second].into_iter().for_each(|part| _ = c.bits::<1>(part, bits)));
        if first & ACK != 0 && first & NAK != 0 {
            c.skip(4)?;
        }
        return c.u16(&RECORDS).map(|_| ());
    }
    c.below(|c| {
        for part in [&FOR_CONNECTED, &IS_ACK, &IS_NAK, &IS_PAIR, &IS_CONTINUOUS, &NEEDS] {
            c.bits::<1>(part, bits);
        }
    });
    let number = c.le::<3>(&NUMBER)?;
    c.info().byte(b'#').dec(number).str(": ");
    c.layer_append(|l| _ = l.str(", Message #").dec(number));
    let mut several = false;
    while c.reported() > 0 {
        if std::mem::replace(&mut several, true) {
            c.info().str(", ");
        }
        c.group(&MESSAGE, message)?;
    }
    Ok(())
}

/// One of a packet's messages.
fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let flags = c.u8(&FLAGS)?;
    let reliability = flags >> 5;
    c.bits::<1>(&RELIABILITY, flags.into());
    let len = usize::from(c.array::<2>().map(u16::from_be_bytes)?).div_ceil(8);
    // Which numbers there are depends on how reliable the message is to be.
    if (2..=4).contains(&reliability) || reliability >= 6 {
        c.skip(3)?;
    }
    if matches!(reliability, 1 | 4) {
        c.skip(3)?;
    }
    if matches!(reliability, 1 | 3 | 4 | 7) {
        c.skip(4)?;
    }
    if flags & 0x10 != 0 {
        let count = c.array::<4>().map(u32::from_be_bytes)?;
        c.skip(2)?;
        let index = c.array::<4>().map(u32::from_be_bytes)?;
        c.info().str("{Message fragment ").dec(u64::from(index) + 1).byte(b'/').dec(count).byte(b'}');
        return c.skip(len);
    }
    c.within(len, |c| {
        let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        let Some(name) = name_of(SYSTEM, kind.into()) else {
            c.info().str("ID 0x").hex(kind, 1);
            return Ok(());
        };
        c.u8(&SYSTEM_ID)?;
        c.info().str(name);
        if kind == CONNECTION_REQUEST {
            c.bytes(&CLIENT_GUID, 8)?;
            // A time, and whether to encrypt; proof of a password follows.
            c.skip(9)?;
            if c.reported() == 0 {
                return Err(Stop::Malformed);
            }
        }
        Ok(())
    })
}
