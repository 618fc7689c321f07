//! ICQ before it joined AIM, versions 2 to 5, over UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("icq", "ICQ Protocol", Kind::Protocol);

fields! {
    VERSION = "icq.version", "Version", U16;
    HEADER = "", "Header", None;
    CLIENT = "icq.client", "Client/Server", Bool flag("Client", "Server");
    SESSION = "icq.sessionid", "Session ID", U32 hex;
    COMMAND = "icq.server_cmd", "Server command", U16 names(COMMANDS);
    FIRST = "icq.seqnum1", "Seq Number 1", U16 hex;
    SECOND = "icq.seqnum2", "Seq Number 2", U16 hex;
    UIN = "icq.uin", "UIN", U32;
    CODE = "icq.checkcode", "Checkcode", U32 hex;
}

names! {
    COMMANDS {
        10 = "SRV_ACK", 30 = "SRV_SILENT_TOO_LONG", 40 = "SRV_GO_AWAY", 70 = "SRV_NEW_UIN", 90 = "SRV_LOGIN_REPLY",
        100 = "SRV_BAD_PASS", 110 = "SRV_USER_ONLINE", 120 = "SRV_USER_OFFLINE", 130 = "SRV_QUERY",
        140 = "SRV_USER_FOUND", 160 = "SRV_END_OF_SEARCH", 180 = "SRV_NEW_USER", 200 = "SRV_UPDATE_EXT",
        220 = "SRV_RECV_MESSAGE", 230 = "SRV_END_OFFLINE_MESSAGES", 240 = "SRV_NOT_CONNECTED", 250 = "SRV_TRY_AGAIN",
        260 = "SRV_SYS_DELIVERED_MESS", 280 = "SRV_INFO_REPLY", 290 = "SRV_EXT_INFO_REPLY",
        420 = "SRV_STATUS_UPDATE", 450 = "SRV_SYSTEM_MESSAGE", 480 = "SRV_UPDATE_SUCCESS", 490 = "SRV_UPDATE_FAIL",
        500 = "SRV_AUTH_UPDATE", 530 = "SRV_MULTI_PACKET", 540 = "SRV_END_CONTACTLIST_STATUS", 590 = "SRV_RAND_USER",
        990 = "SRV_META_USER",
    }
    PROTOCOLS { 2 = "ICQv2", 3 = "ICQv3", 4 = "ICQv4", 5 = "ICQv5" }
}

const NEWEST: u16 = 5;

/// ICQ.
pub struct Icq;

impl Protocol for Icq {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ICQ";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(4000)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let version = c.peek::<2>(0).map(u16::from_le_bytes).ok_or_else(|| c.short(2))?;
        let Some(name) = name_of(PROTOCOLS, version.into()) else { return Err(Stop::NotMine) };
        c.protocol(name);
        c.claim().str("ICQ Version ").dec(version).str(" protocol");
        c.layer_label(|l| _ = l.str(name));
        if version == NEWEST {
            return version_5(c);
        }
        c.u16_le(&VERSION).map(|_| ())
    }
}

/// Version 5: what clients send is enciphered, and has no name without the key.
fn version_5<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let client = c.peek::<4>(2).ok_or_else(|| c.short(6))? == [0; 4];
    c.group(&HEADER, |c| {
        c.generated(&CLIENT, client.into());
        c.u16_le(&VERSION)?;
        if client {
            c.claim().str("ICQv5 Unknown");
            return c.skip(c.remaining());
        }
        c.skip(1)?;
        c.u32_le(&SESSION)?;
        let command = c.u16_le(&COMMAND)?;
        c.claim().str("ICQv5 ").str(name_of(COMMANDS, command.into()).unwrap_or("Unknown"));
        for field in [&FIRST, &SECOND] {
            c.u16_le(field)?;
        }
        for field in [&UIN, &CODE] {
            c.u32_le(field)?;
        }
        // What a server says is read on from a place that lies outside the packet.
        Err(Stop::Malformed)
    })
}
