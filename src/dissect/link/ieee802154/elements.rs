//! Information elements of IEEE 802.15.4-2015 (section 7.4): of the header, and of the payload.

use super::names::{HEADER_IES, IE_TYPES, PAYLOAD_IES};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    HEADER = "wpan.header_ie", "Header IEs", None;
    HEADER_TLV = "wpan.header_ie_tlv", "IE Header", U16 hex;
    HEADER_TYPE = "wpan.header_ie.type", "Type", U16 mask(0x8000) names(IE_TYPES);
    HEADER_ID = "wpan.header_ie.id", "Id", U16 hex mask(0x7f80) names(HEADER_IES);
    HEADER_LENGTH = "wpan.header_ie.length", "Length", U16 mask(0x7f);
    UNSUPPORTED = "wpan.header_ie.unsupported", "Unsupported Header IE", None;
    HT1 = "wpan.header_ie.ht1", "Header Termination 1 IE (Payload IEs follow)", None;
    HT2 = "wpan.header_ie.ht2", "Header Termination 2 IE (Payload follows)", None;
    TIME_CORRECTION = "wpan.header_ie.time_correction", "Time Correction IE", None;
    CSL = "wpan.header_ie.csl", "CSL IE", None;
    RENDEZVOUS = "wpan.header_ie.rdv", "Rendezvous Time IE", None;
    GLOBAL_TIME = "wpan.header_ie.global_time", "Global Time IE", None;
    VENDOR = "wpan.header_ie.vendor_specific", "Vendor Specific IE", None;
    CONTENT = "wpan.header_ie.vendor_specific.content", "Vendor Content", Bytes;
    PAYLOAD = "wpan.payload_ie", "Payload IEs", None;
    PAYLOAD_TLV = "wpan.payload_ie_tlv", "IE Header", U16 hex;
    PAYLOAD_TYPE = "wpan.payload_ie.type", "Type", U16 mask(0x8000) names(IE_TYPES);
    PAYLOAD_ID = "wpan.payload_ie.id", "Id", U16 hex mask(0x7800) names(PAYLOAD_IES);
    PAYLOAD_LENGTH = "wpan.payload_ie.length", "Length", U16 mask(0x7ff);
    UNKNOWN = "wpan.payload_ie.unknown", "Unknown Payload IE", None;
    TERMINATION = "wpan.payload_ie.termination", "Payload Termination IE", None;
    PAYLOAD_DATA = "wpan.payload_ie.data", "Data", Bytes;
}

/// The elements that end the header's.
const TERMINATION_1: u16 = 0x7e;
const TERMINATION_2: u16 = 0x7f;
/// The element that ends the payload's.
const LAST: u16 = 0xf;

/// Reads the header's elements; says whether the payload's follow.
pub(super) fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let mark = c.mark();
    c.group(&HEADER, |c| {
        while c.reported() >= 2 {
            let tlv = c.peek::<2>(0).map(u16::from_le_bytes).ok_or_else(|| c.short(2))?;
            let id = tlv >> 7 & 0xff;
            let field: &'static Field = match id {
                TERMINATION_1 => &HT1,
                TERMINATION_2 => &HT2,
                0 => &VENDOR,
                26 => &CSL,
                29 => &RENDEZVOUS,
                30 => &TIME_CORRECTION,
                41 => &GLOBAL_TIME,
                _ => &UNSUPPORTED,
            };
            c.append_at(mark, |l| _ = l.str(", ").str(field.label));
            element(c, field, [&HEADER_TLV, &HEADER_TYPE, &HEADER_ID, &HEADER_LENGTH], (tlv & 0x7f, &CONTENT))?;
            match id {
                TERMINATION_1 => return Ok(true),
                TERMINATION_2 => return Ok(false),
                _ => {}
            }
        }
        Ok(false)
    })
}

/// Reads the payload's elements.
pub(super) fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mark = c.mark();
    c.group(&PAYLOAD, |c| {
        while c.reported() >= 2 {
            let tlv = c.peek::<2>(0).map(u16::from_le_bytes).ok_or_else(|| c.short(2))?;
            let id = tlv >> 11 & 0xf;
            let field: &'static Field = if id == LAST { &TERMINATION } else { &UNKNOWN };
            let name = name_of(PAYLOAD_IES, id.into()).unwrap_or(field.label);
            c.append_at(mark, |l| _ = l.str(", ").str(name));
            let fields = [&PAYLOAD_TLV, &PAYLOAD_TYPE, &PAYLOAD_ID, &PAYLOAD_LENGTH];
            element(c, field, fields, (tlv & 0x7ff, &PAYLOAD_DATA))?;
            if id == LAST {
                break;
            }
        }
        Ok(())
    })
}

/// Reads one element: what it is, how long, and its content.
fn element<S: Sink>(
    c: &mut Cursor<'_, S>,
    field: &'static Field,
    [tlv, kind, id, length]: [&'static Field; 4],
    (len, content): (u16, &'static Field),
) -> Result<(), Stop> {
    c.group(field, |c| {
        let word = c.u16_le(tlv)?;
        if S::DETAIL {
            let name = id.name(id.cut(word.into())).unwrap_or("Unknown");
            c.append(|l| {
                l.str(", Type: ").str(if word >> 15 == 1 { "Payload" } else { "Header" });
                l.str(", Id: ").str(name).str(", Length: ").dec(len);
            });
            c.below(|c| {
                for field in [kind, id, length] {
                    c.bits::<2>(field, word.into());
                }
            });
        }
        if usize::from(len) > c.reported() {
            return Err(Stop::Overrun);
        }
        if len > 0 {
            c.bytes(content, len.into())?;
        }
        Ok(())
    })
}
