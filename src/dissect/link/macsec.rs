//! MACsec (IEEE 802.1AE).

use super::ethernet::ether_type;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("macsec", "802.1AE Security Tag", Kind::Protocol);

fields! {
    TCI = "macsec.TCI", "TCI", U8 hex mask(0xfc);
    VERSION = "macsec.TCI.version", "VER", U8 hex mask(0x80);
    END_STATION = "macsec.TCI.ES", "ES", Bool mask(0x40) set;
    CHANNEL = "macsec.TCI.SC", "SC", Bool mask(0x20) set;
    BROADCAST = "macsec.TCI.SCB", "SCB", Bool mask(0x10) set;
    ENCRYPTED = "macsec.TCI.E", "E", Bool mask(0x08) set;
    CHANGED = "macsec.TCI.C", "C", Bool mask(0x04) set;
    ASSOCIATION = "macsec.AN", "AN", U8 hex mask(0x03);
    SHORT_LEN = "macsec.SL", "Short length", U8;
    PACKET_NUMBER = "macsec.PN", "Packet number", U32;
    SYSTEM = "macsec.SCI.system_identifier", "System Identifier", Ether;
    PORT = "macsec.SCI.port_identifier", "Port Identifier", U16;
    CHECK = "macsec.ICV", "ICV", Bytes;
}

/// Bytes of the integrity check value.
const CHECK_LEN: usize = 16;

/// MACsec.
pub struct Macsec;

impl Protocol for Macsec {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MACsec";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x88e5)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let flags = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        let channel = flags & 0x20 != 0;
        let tag_len = if channel { 14 } else { 6 };
        if flags & 0x80 != 0 || c.remaining() < tag_len + CHECK_LEN {
            return Err(Stop::NotMine);
        }
        c.protocol("MACSEC");
        c.claim().str("MACsec frame");
        tag(c, channel)?;
        let payload_len = c.reported().saturating_sub(CHECK_LEN);
        if flags & 0x0c == 0 && payload_len >= 2 {
            let kind = c.peek_u16(0).unwrap_or_default();
            c.skip(2)?;
            c.trim(payload_len - 2);
            c.give_way(|c| ether_type(c, kind, |_| {}));
            return Ok(());
        }
        // What is encrypted stands behind the layer as data.
        let start = c.pos();
        c.skip(payload_len)?;
        c.bytes(&CHECK, CHECK_LEN)?;
        c.layer_ends();
        c.seek(start);
        c.trim(payload_len);
        c.data();
        Ok(())
    }
}

fn tag<S: Sink>(c: &mut Cursor<'_, S>, channel: bool) -> Result<(), Stop> {
    let flags = c.be::<1>(&TCI)?;
    c.below(|c| {
        for field in [&VERSION, &END_STATION, &CHANNEL, &BROADCAST, &ENCRYPTED, &CHANGED] {
            c.bits::<1>(field, flags);
        }
    });
    c.bits::<1>(&ASSOCIATION, flags);
    c.u8(&SHORT_LEN)?;
    c.u32(&PACKET_NUMBER)?;
    if channel {
        c.fixed::<6>(&SYSTEM)?;
        c.u16(&PORT)?;
    }
    c.layer_ends();
    Ok(())
}
