//! What stands before frames of IEEE 802.15.4 in captures: nothing, the physical header, or what the receiver tells.

use super::{Ieee802154, LAYER, frame};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static PHY_LAYER: Field =
    Field::new("wpan-nonask-phy", "IEEE 802.15.4 Low-Rate Wireless PAN non-ASK PHY", Kind::Protocol);
static TAP_LAYER: Field = Field::new("wpan-tap", "IEEE 802.15.4 Low-Rate Wireless PAN TAP", Kind::Protocol);

fields! {
    PREAMBLE = "wpan-nonask-phy.preamble", "Preamble", U32 hex;
    DELIMITER = "wpan-nonask-phy.sfd", "Start of Frame Delimiter", U8 hex;
    FRAME_LENGTH = "wpan-nonask-phy.frame_length", "Frame Length", U8 hex;
    TAP_VERSION = "wpan-tap.version", "Version", U8;
    TAP_RESERVED = "wpan-tap.reserved", "Reserved", U8;
    TAP_LENGTH = "wpan-tap.length", "Length", U16;
    TLV_TYPE = "wpan-tap.tlv.type", "TLV Type", U16;
    TLV_LENGTH = "wpan-tap.tlv.length", "TLV Length", U16;
    TLV_UNKNOWN = "wpan-tap.tlv.unknown", "Unknown", Bytes;
}

/// A frame whose checksum was not captured.
pub struct WithoutChecksum;

impl Protocol for WithoutChecksum {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IEEE 802.15.4";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(230)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        frame(c, false)
    }
}

/// A frame with its physical header.
pub struct NonAsk;

impl Protocol for NonAsk {
    const LAYER: &'static Field = &PHY_LAYER;
    const NAME: &'static str = "IEEE 802.15.4 non-ASK PHY";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Link(215)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IEEE 802.15.4 non-ASK PHY");
        c.read_all(&[(&PREAMBLE, 4), (&DELIMITER, 1)])?;
        let len = c.u8(&FRAME_LENGTH)? & 0x7f;
        c.trim(len.into());
        c.call::<Ieee802154>().map(|_| ())
    }
}

/// A frame behind what its receiver tells of it.
pub struct Tap;

impl Protocol for Tap {
    const LAYER: &'static Field = &TAP_LAYER;
    const NAME: &'static str = "IEEE 802.15.4 TAP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Link(283)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IEEE 802.15.4 TAP");
        let start = c.pos();
        c.read_all(&[(&TAP_VERSION, 1), (&TAP_RESERVED, 1)])?;
        let len = usize::from(c.u16_le(&TAP_LENGTH)?);
        let end = start.saturating_add(len);
        // 0: no checksum, 1: of 16 bits, 2: of 32.
        let mut checksum = 0;
        while c.pos().saturating_add(4) <= end {
            let kind = c.u16_le(&TLV_TYPE)?;
            let len = usize::from(c.u16_le(&TLV_LENGTH)?);
            if kind == 0 {
                checksum = c.peek_u8(0).unwrap_or_default();
            }
            c.bytes(&TLV_UNKNOWN, len)?;
            c.seek(c.pos().saturating_add(len.wrapping_neg() % 4));
        }
        c.seek(end);
        match checksum {
            1 => c.call::<Ieee802154>().map(|_| ()),
            2 => {
                c.trim(c.reported().saturating_sub(4));
                c.call::<WithoutChecksum>().map(|_| ())
            }
            _ => c.call::<WithoutChecksum>().map(|_| ()),
        }
    }
}
