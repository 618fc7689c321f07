//! ATM, as Sun's and other capture tools hand its packets on: reassembled, and told what they carry beforehand.

use super::ethernet::Ethernet;
use super::llc::Llc;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("atm", "Asynchronous Transfer Mode", Kind::Protocol);
static LANE_LAYER: Field = Field::new("lane", "ATM LAN Emulation", Kind::Protocol);

fields! {
    CHANNEL = "", "Channel", None;
    AAL = "atm.aal", "AAL", U8;
    TRAFFIC = "", "Traffic type", None;
    VPI = "atm.vpi", "VPI", U8;
    VCI = "atm.vci", "VCI", U16;
    CLIENT = "atm.le_client.client", "LE Client", U16 hex;
    MARKER = "atm.le_control.marker", "Marker", U16 hex;
    OPCODE = "atm.le_control.opcode", "Opcode", U16 hex names(OPCODES);
}

names! {
    TRAFFICS { 0 = "Unknown traffic type", 1 = "LLC multiplexed", 3 = "LANE", 4 = "ILMI", 10 = "SSCOP" }
    OPCODES {
        1 = "LE_CONFIGURE_REQUEST", 2 = "LE_JOIN_REQUEST", 3 = "READY_QUERY", 4 = "LE_REGISTER_REQUEST",
        5 = "LE_UNREGISTER_REQUEST", 6 = "LE_ARP_REQUEST", 7 = "LE_FLUSH_REQUEST", 8 = "LE_NARP_REQUEST",
        9 = "LE_TOPOLOGY_REQUEST", 10 = "LE_VERIFY_REQUEST", 0x101 = "LE_CONFIGURE_RESPONSE",
        0x102 = "LE_JOIN_RESPONSE", 0x103 = "READY_IND", 0x104 = "LE_REGISTER_RESPONSE",
        0x105 = "LE_UNREGISTER_RESPONSE", 0x106 = "LE_ARP_RESPONSE", 0x107 = "LE_FLUSH_RESPONSE",
        0x10a = "LE_VERIFY_RESPONSE",
    }
}

/// What a packet carries.
const UNKNOWN: u8 = 0;
const LLC: u8 = 1;
const LANE: u8 = 3;
const ILMI: u8 = 4;
const SSCOP: u8 = 10;
/// The channel of signalling.
const SIGNALLING: u16 = 5;
/// What a control frame of LAN emulation begins with.
const CONTROL: u16 = 0xff00;

/// A packet that SunATM's driver handed on.
pub struct SunAtm;

impl Protocol for SunAtm {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ATM";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(123)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let [flags, vpi, high, low] = c.worker.frame.pseudo;
        let vci = u16::from_be_bytes([high, low]);
        c.protocol("ATM");
        let [dte, dce] = [Address::Words("DTE"), Address::Words("DCE")];
        let outgoing = flags & 0x80 != 0;
        (c.row().src, c.row().dst) = if outgoing { (dte, dce) } else { (dce, dte) };
        let kind = traffic(c, flags & 0xf, vpi, vci);
        let name = name_of(TRAFFICS, kind.into()).unwrap_or_default();
        c.claim().str("AAL5 ").str(name).str(" VPI=").dec(vpi).str(", VCI=").dec(vci);
        if S::DETAIL {
            c.put(&CHANNEL, c.pos(), c.pos(), 0);
            c.label(|l| _ = l.str("Channel: ").str(if outgoing { "DTE->DCE (0)" } else { "DCE->DTE (1)" }));
            c.put(&AAL, c.pos(), c.pos(), 5);
            c.label(|l| _ = l.str("AAL: AAL5"));
            c.put(&TRAFFIC, c.pos(), c.pos(), 0);
            c.label(|l| _ = l.str("Traffic type: ").str(name).str(" (").dec(kind).byte(b')'));
            if kind == LANE {
                c.put(&TRAFFIC, c.pos(), c.pos(), 0);
                c.label(|l| _ = l.str("LANE traffic type: Unknown LANE traffic type (0)"));
            }
            c.put(&VPI, c.pos(), c.pos(), vpi.into());
            c.put(&VCI, c.pos(), c.pos(), vci.into());
        }
        c.layer_ends();
        c.lend(|c| {
            let taken = match kind {
                LLC => c.call::<Llc>()?,
                LANE => c.call::<LanEmulation>()?,
                ILMI => {
                    c.protocol("ILMI");
                    false
                }
                _ => {
                    c.need(1)?;
                    false
                }
            };
            if !taken {
                c.data();
            }
            Ok(())
        })
    }
}

/// What the packet carries, as its driver says, or as it looks.
fn traffic<S: Sink>(c: &Cursor<'_, S>, said: u8, vpi: u8, vci: u16) -> u8 {
    match said {
        1 => LANE,
        2 => LLC,
        5 => ILMI,
        6 => SSCOP,
        0 | 7.. if vpi == 0 && vci == SIGNALLING => SSCOP,
        _ if c.peek(0) == Some([0xaa_u8, 0xaa, 0x03]) => LLC,
        _ => UNKNOWN,
    }
}

/// Frames of a LAN that ATM stands in for.
pub struct LanEmulation;

impl Protocol for LanEmulation {
    const LAYER: &'static Field = &LANE_LAYER;
    const NAME: &'static str = "ATM LANE";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ATM LANE");
        let Some(first) = c.peek_u16(0) else {
            c.claim().str("Unknown LANE traffic type");
            return Err(c.short(2));
        };
        if first != CONTROL {
            c.u16(&CLIENT)?;
            c.layer_ends();
            return c.call::<Ethernet>().map(|_| ());
        }
        c.claim().str("LE Control");
        c.u16(&MARKER)?;
        c.skip(2)?;
        let opcode = c.u16(&OPCODE)?;
        match name_of(OPCODES, opcode.into()) {
            Some(name) => c.info().str(": ").str(name),
            None => c.info().str(": Unknown opcode (0x").hex(opcode, 4).byte(b')'),
        };
        Ok(())
    }
}
