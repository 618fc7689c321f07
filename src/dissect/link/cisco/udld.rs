//! Unidirectional link detection (RFC 5171) and the Dynamic Trunk Protocol: records of type, length and value.

use super::super::llc::CISCO;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static UDLD_LAYER: Field = Field::new("udld", "Unidirectional Link Detection", Kind::Protocol);
static DTP_LAYER: Field = Field::new("dtp", "Dynamic Trunk Protocol", Kind::Protocol);

fields! {
    VERSION = "udld.version", "Version", U8 mask(0xe0);
    OPCODE = "udld.opcode", "Opcode", U8 hex mask(0x1f) names(OPCODES);
    FLAGS = "udld.flags", "Flags", U8 hex;
    CHECKSUM = "udld.checksum", "Checksum", U16 hex;
    TYPE = "udld.tlv.type", "Type", U16 hex names(TYPES);
    LEN = "udld.tlv.len", "Length", U16;
    DEVICE = "udld.device_id", "Device ID", Str;
    PORT = "udld.sent_through_interface", "Sent through Interface", Str;
    DATA = "udld.data", "Data", Bytes;
    DTP_VERSION = "dtp.version", "Version", U8 hex;
    DTP_TYPE = "dtp.tlv_type", "Type", U16 hex names(DTP_TYPES);
    DTP_LEN = "dtp.tlv_len", "Length", U16;
    DTP_DATA = "dtp.data", "Data", Bytes;
}

names! {
    OPCODES { 0 = "Reserved", 1 = "Probe", 2 = "Echo", 3 = "Flush" }
    TYPES {
        1 = "Device ID",
        2 = "Port ID",
        3 = "Echo",
        4 = "Message interval",
        5 = "Timeout interval",
        6 = "Device name",
        7 = "Sequence number",
    }
    DTP_TYPES { 1 = "Domain", 2 = "Trunk Status", 3 = "Trunk Type", 4 = "Sender ID" }
}

const DEVICE_ID: u16 = 1;
const PORT_ID: u16 = 2;

/// UDLD.
pub struct Udld;

impl Protocol for Udld {
    const LAYER: &'static Field = &UDLD_LAYER;
    const NAME: &'static str = "UDLD";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Snap(CISCO, 0x0111)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("UDLD");
        c.claim();
        let first = c.be::<1>(&VERSION)?;
        c.bits::<1>(&OPCODE, first);
        c.u8(&FLAGS)?;
        c.u16(&CHECKSUM)?;
        while c.reported() > 0 {
            let kind = c.u16(&TYPE)?;
            let len = usize::from(c.u16(&LEN)?);
            let Some(len) = len.checked_sub(4) else { break };
            match kind {
                DEVICE_ID => {
                    let device = c.bytes(&DEVICE, len)?;
                    c.info().str("Device ID: ").text(device).str("  ");
                }
                PORT_ID if len == 0 => return Err(Stop::Malformed),
                PORT_ID => {
                    let port = c.bytes(&PORT, len)?;
                    c.info().str("Port ID: ").text(port).str("  ");
                }
                _ => _ = c.bytes(&DATA, len)?,
            }
        }
        Ok(())
    }
}

/// DTP.
pub struct Dtp;

impl Protocol for Dtp {
    const LAYER: &'static Field = &DTP_LAYER;
    const NAME: &'static str = "DTP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Snap(CISCO, 0x2004)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("DTP");
        c.claim().str("Dynamic Trunk Protocol");
        c.u8(&DTP_VERSION)?;
        while c.reported() >= 4 {
            c.u16(&DTP_TYPE)?;
            let len = usize::from(c.u16(&DTP_LEN)?);
            let Some(len) = len.checked_sub(4) else { break };
            c.bytes(&DTP_DATA, len)?;
        }
        Ok(())
    }
}
