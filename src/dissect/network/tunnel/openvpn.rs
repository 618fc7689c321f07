//! OpenVPN, over UDP and TCP.

use crate::conversation::Transport;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("openvpn", "OpenVPN Protocol", Kind::Protocol);

fields! {
    LENGTH = "openvpn.plen", "Packet Length", U16;
    TYPE = "openvpn.type", "Type", U8 hex;
    OPCODE = "openvpn.opcode", "Opcode", U8 hex mask(0xf8) names(OPCODES);
    KEY_ID = "openvpn.keyid", "Key ID", U8 mask(0x07);
    PEER = "openvpn.peerid", "Peer ID", U24;
    SESSION = "openvpn.sessionid", "Session ID", U64;
    DATA = "openvpn.data", "Data", Bytes;
}

names! {
    OPCODES {
        1 = "P_CONTROL_HARD_RESET_CLIENT_V1", 2 = "P_CONTROL_HARD_RESET_SERVER_V1", 3 = "P_CONTROL_SOFT_RESET_V1",
        4 = "P_CONTROL_V1", 5 = "P_ACK_V1", 6 = "P_DATA_V1", 7 = "P_CONTROL_HARD_RESET_CLIENT_V2",
        8 = "P_CONTROL_HARD_RESET_SERVER_V2", 9 = "P_DATA_V2", 10 = "P_CONTROL_HARD_RESET_CLIENT_V3",
        11 = "P_CONTROL_WKC_V1",
    }
}

/// Bytes of the length before a packet over TCP, which does not count them.
const PREFIX_LEN: usize = 2;
const DATA_1: u64 = 6;
const DATA_2: u64 = 9;

/// OpenVPN.
pub struct OpenVpn;

impl Protocol for OpenVpn {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OpenVPN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(1194), Key::Tcp(1194)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.worker.state.current.is_some_and(|current| current.transport == Transport::Udp) {
            return packet(c);
        }
        messages(
            c,
            PREFIX_LEN,
            |c| usize::from(c.peek_u16(0).unwrap_or_default()) + PREFIX_LEN,
            |c| {
                c.u16(&LENGTH)?;
                packet(c)
            },
        )
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("OpenVPN");
    c.claim();
    let first = c.be::<1>(&TYPE)?;
    let opcode = first >> 3;
    let name = name_of(OPCODES, opcode);
    c.info().str("MessageType: ").str(name.unwrap_or("Unknown Messagetype"));
    c.append(|l| _ = l.str(" [opcode/key_id]"));
    c.below(|c| {
        c.bits::<1>(&OPCODE, first);
        c.bits::<1>(&KEY_ID, first);
    });
    match opcode {
        DATA_1 => {}
        DATA_2 => _ = c.u24(&PEER)?,
        _ => _ = c.u64(&SESSION)?,
    }
    if name.is_none() {
        return Err(Stop::Malformed);
    }
    if c.remaining() > 0 { c.bytes(&DATA, c.remaining()).map(|_| ()) } else { Ok(()) }
}
