//! Ethernet OAM (IEEE 802.3 section 57) and organisations' slow protocols.

use super::esmc;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static OAM_LAYER: Field = Field::new("oampdu", "OAM Protocol", Kind::Protocol);
static ORGANISATION_LAYER: Field = Field::new("ossp", "Organization Specific Slow Protocol", Kind::Protocol);

fields! {
    FLAGS = "oampdu.flags", "Flags", U16 hex;
    CODE = "oampdu.code", "OAMPDU code", U8 hex names(CODES);
    DATA = "oampdu.data", "Data", Bytes;
    OUI = "ossp.oui", "OUI", U24 custom(oui);
    SUBTYPE = "ossp.itu.subtype", "ITU-T OSSP Subtype", U16 hex;
}

names! {
    CODES {
        0x00 = "Information",
        0x01 = "Event Notification",
        0x02 = "Variable Request",
        0x03 = "Variable Response",
        0x04 = "Loopback Control",
        0xfe = "Organization Specific",
    }
}

fn oui(number: u64, line: &mut Line) {
    let [.., a, b, c] = number.to_be_bytes();
    line.hex_bytes(&[a, b, c], ":").str(if number == u64::from(ITU) {
        " (Itu-T)"
    } else {
        " (Unknown OSSP organization)"
    });
}

/// Ethernet OAM.
pub struct Oam;

impl Protocol for Oam {
    const LAYER: &'static Field = &OAM_LAYER;
    const NAME: &'static str = "Ethernet OAM PDU";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("OAM");
        c.claim();
        c.u16(&FLAGS)?;
        let code = c.u8(&CODE)?;
        c.claim().str("OAMPDU: ").str(name_of(CODES, code.into()).unwrap_or("Unknown"));
        if c.reported() > 0 {
            c.bytes(&DATA, c.reported())?;
        }
        Ok(())
    }
}

/// A slow protocol of some organisation, of which only ITU-T's synchronisation messages have a name.
pub struct Organisation;

/// ITU-T's organisation code.
const ITU: u32 = 0x00_19a7;
/// The one of its subtypes that has a name.
const ESMC: u16 = 1;

impl Protocol for Organisation {
    const LAYER: &'static Field = &ORGANISATION_LAYER;
    const NAME: &'static str = "Organization Specific Slow Protocol";
    const FIELDS: &'static [&'static Field] = &[];
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[esmc::FIELDS];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("OSSP");
        c.claim();
        let oui = c.u24(&OUI)?;
        if oui != ITU {
            c.claim().str("OUI: (Unknown OSSP organization)");
            c.data();
            return Ok(());
        }
        c.claim().str("OUI: Itu-T");
        let subtype = c.u16(&SUBTYPE)?;
        if subtype != ESMC {
            c.append(|l| _ = l.str(" (Unknown)"));
            return Ok(());
        }
        c.append(|l| _ = l.str(": ESMC"));
        let mark = c.mark().wrapping_sub(1);
        c.below(|c| esmc::message(c, mark))
    }
}
