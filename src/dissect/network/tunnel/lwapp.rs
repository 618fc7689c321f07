//! LWAPP (RFC 5412): between wireless access points and their controllers.

use super::capwap;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::link::ethernet::Ethernet;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("lwapp", "LWAPP Encapsulated Packet", Kind::Protocol);
static LAYER_3: Field = Field::new("lwapp-l3", "LWAPP Layer 3 Packet", Kind::Protocol);
static CONTROL: Field = Field::new("lwapp-cntl", "LWAPP Control Message", Kind::Protocol);

fields! {
    ACCESS_POINT = "lwapp.apid", "AP Identity", Ether;
    VERSION = "lwapp.version", "Version", U8;
    SLOT = "lwapp.slotId", "slotId", U24;
    FLAGS = "lwapp.flags", "Flags", U8 hex;
    FLAG_CONTROL = "lwapp.flags.type", "Type", Bool mask(0x04) flag("LWAPP Control Packet", "Encapsulated 80211");
    FLAG_FRAGMENT = "lwapp.flags.fragment", "Fragment", Bool mask(0x02) set;
    FLAG_LAST = "lwapp.flags.fragmentType", "Fragment Type", Bool mask(0x01) set;
    FRAGMENT = "lwapp.fragmentId", "Fragment Id", U8 hex;
    LENGTH = "lwapp.Length", "Length", U16;
    RSSI = "lwapp.rssi", "RSSI", U8 hex;
    SNR = "lwapp.snr", "SNR", U8 hex;
    TYPE = "lwapp.control.type", "Control Type", U8 names(TYPES);
    SEQUENCE = "lwapp.control.seqno", "Control Sequence Number", U8;
    CONTROL_LEN = "lwapp.control.length", "Control Length", U16;
}

names! {
    TYPES {
        1 = "DISCOVERY_REQUEST", 2 = "DISCOVERY_REPLY", 3 = "JOIN_REQUEST", 4 = "JOIN_REPLY", 5 = "HANDOFF_REQUEST",
        6 = "HANDOFF_REPLY", 7 = "HANDOFF_COMMAND", 8 = "HANDOFF_RESPONSE", 9 = "HANDOFF_CONFIRM",
        10 = "CONFIGURE_REQUEST", 11 = "CONFIGURE_RESPONSE", 12 = "CONFIGURE_COMMAND", 13 = "CONFIGURE_COMMAND_RES",
        14 = "STATISTICS_INFO", 15 = "STATISTICS_INFO_RES", 16 = "CHANGE_STATE_EVENT", 17 = "CHANGE_STATE_EVENT_RES",
        18 = "RRM_CONTROL_REQ", 19 = "RRM_CONTROL_RES", 20 = "RRM_DATA_REQ", 21 = "RRM_DATA_RES", 22 = "ECHO_REQUEST",
        23 = "ECHO_RESPONSE", 24 = "IMAGE_DATA", 25 = "IMAGE_DATA_RES", 26 = "RESET_REQ", 27 = "RESET_RES",
        28 = "I_AM_UP_REQ", 29 = "I_AM_UP_RES", 30 = "KEY_UPDATE_REQ", 31 = "KEY_UPDATE_RES",
        32 = "PRIMARY_DISCOVERY_REQ", 33 = "PRIMARY_DISCOVERY_RES", 34 = "DATA_TRANSFER", 35 = "DATA_TRANSFER_RES",
        36 = "RESET_REQ_CLEAR_CONFIG",
    }
}

/// The port of control messages, which say first which access point they are of.
const CONTROL_PORT: u16 = 12223;
/// The flag of a control message.
const IS_CONTROL: u8 = 4;

/// LWAPP over UDP or Ethernet.
pub struct Lwapp;

impl Protocol for Lwapp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LWAPP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(12222), Key::Udp(12223), Key::Ether(0x88bb), Key::Ether(0xbbbb)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LWAPP");
        c.claim().str("LWAPP IP or Layer 2");
        if c.worker.state.current.is_some_and(|current| current.dst_port == CONTROL_PORT) {
            c.fixed::<6>(&ACCESS_POINT)?;
        }
        c.need(6)?;
        let first = c.peek_u8(0).unwrap_or_default();
        let at = c.pos();
        c.put(&VERSION, at, at + 1, (first >> 6).into());
        c.put(&SLOT, at, at + 1, (first >> 3 & 7).into());
        c.u8(&FLAGS)?;
        if first & IS_CONTROL != 0 {
            c.append(|l| _ = l.str(", Type"));
        }
        let flags = [&FLAG_CONTROL, &FLAG_FRAGMENT, &FLAG_LAST];
        c.below(|c| flags.into_iter().for_each(|flag| _ = c.bits::<1>(flag, first.into())));
        c.read_all(&[(&FRAGMENT, 1), (&LENGTH, 2), (&RSSI, 1), (&SNR, 1)])?;
        c.layer_ends();
        if first & IS_CONTROL != 0 {
            return c.call::<Message>().map(|_taken| ());
        }
        c.lend(capwap::wireless)
    }
}

/// A control message.
struct Message;

impl Protocol for Message {
    const LAYER: &'static Field = &CONTROL;
    const NAME: &'static str = "LWAPP-CNTL";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.claim().str("CNTL ");
        c.need(4)?;
        let kind = c.u8(&TYPE)?;
        match TYPE.name(kind.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Bad Type: 0x").hex(kind, 2),
        }
        c.read_all(&[(&SEQUENCE, 1), (&CONTROL_LEN, 2)])?;
        c.layer_ends();
        c.data();
        Ok(())
    }
}

/// LWAPP over a port of its own, which carries Ethernet frames.
pub struct Layer3;

impl Protocol for Layer3 {
    const LAYER: &'static Field = &LAYER_3;
    const NAME: &'static str = "LWAPP-L3";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(12220)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LWAPP-L3");
        c.claim().str("802.3 Packets over Layer 3");
        c.lend(Cursor::call::<Ethernet>).map(|_taken| ())
    }
}
