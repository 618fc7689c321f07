//! ESMC (ITU-T G.8264): how good the clock is that Ethernet's ports are driven by.

use crate::dissect::cursor::Cursor;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    VERSION = "ossp.esmc.version", "Version", U8 hex mask(0xf0);
    EVENT = "ossp.esmc.event_flag", "Event Flag", Bool mask(0x08) flag("Time-critical Event ESMC PDU", "Information ESMC PDU");
    RESERVED_BITS = "ossp.esmc.reserved_bits", "Reserved", U8 custom(reserved) mask(0x07);
    RESERVED = "ossp.esmc.reserved", "Reserved", U24 hex;
    TLV = "ossp.esmc.tlv", "ESMC TLV", None;
    TLV_TYPE = "ossp.esmc.tlv_type", "TLV Type", U8 hex names(TLV_TYPES);
    TLV_LENGTH = "ossp.esmc.tlv_length", "TLV Length", U16 hex;
    UNUSED = "ossp.esmc.tlv_ql_unused", "Unused", U8 hex mask(0xf0);
    CODE = "ossp.esmc.tlv_ql_ssm", "SSM Code", U8 hex mask(0x0f);
    ENHANCED = "ossp.esmc.tlv_ext_ql_essm", "Enhanced SSM Code", U8 hex;
    CLOCK = "ossp.esmc.tlv_ext_ql_clockid", "SyncE clockID", U64 hex;
    FLAGS_RESERVED = "ossp.esmc.tlv_ext_ql_flag_reserved", "Reserved", U8 hex mask(0xfc);
    PARTIAL = "ossp.esmc.tlv_ext_ql_flag_chain", "Partial chain", Bool mask(0x02) flag("Yes", "No");
    MIXED = "ossp.esmc.tlv_ext_ql_flag_mixed", "Mixed EEC/eEEC clocks", Bool mask(0x01) flag("Yes", "No");
    CASCADED_ENHANCED = "ossp.esmc.tlv_ext_ql_eeec", "Cascaded eEECs", U8;
    CASCADED = "ossp.esmc.tlv_ext_ql_eec", "Cascaded EECs", U8;
    MORE_RESERVED = "ossp.esmc.tlv_ext_ql_reserved", "Reserved", U40 hex;
    LEVEL = "ossp.esmc.ql", "Quality Level", U16 hex custom(level);
    PADDING = "ossp.esmc.padding", "Padding", Bytes;
}

names! {
    TLV_TYPES { 1 = "Quality Level", 2 = "Extended Quality Level" }
}

const EVENT_BIT: u8 = 0x08;
const EXTENDED: u8 = 2;
/// The enhanced code of one whose level is said by the plain code alone.
const NOT_ENHANCED: u8 = 0xff;

/// A plain and an enhanced code, and what they mean: a short name, and what it says of the clock.
type Level = ((u8, u8), (&'static str, &'static str));

/// The levels.
const LEVELS: &[Level] = &[
    ((0x2, NOT_ENHANCED), ("QL-PRC", "Primary reference clock (G.811)")),
    ((0x4, NOT_ENHANCED), ("QL-SSU-A", "Type I or V SSU clock (G.812), 'transit node clock'")),
    ((0x8, NOT_ENHANCED), ("QL-SSU-B", "Type VI SSU clock (G.812), 'local node clock'")),
    ((0xb, NOT_ENHANCED), ("QL-EEC1", "SEC clock (G.813, Option I) or QL-EEC1 (G.8264)")),
    ((0xf, NOT_ENHANCED), ("QL-DNU", "'Do Not Use'")),
    ((0x2, 0x20), ("QL-PRTC", "Primary Reference Time Clock")),
    ((0x2, 0x21), ("QL-ePRTC", "Enhanced Primary Reference Time Clock")),
    ((0xb, 0x22), ("QL-eEEC", "Enhanced Ethernet Equipment Clock")),
    ((0x2, 0x23), ("QL-ePRC", "Enhanced Primary Reference Clock")),
];

fn name(code: u8, enhanced: u8) -> Option<(&'static str, &'static str)> {
    LEVELS.iter().find(|(codes, _)| *codes == (code, enhanced)).map(|&(_, names)| names)
}

fn reserved(bits: u64, line: &mut Line) {
    line.str("0x").hex(bits, 2);
}

fn level(codes: u64, line: &mut Line) {
    match name((codes >> 8) as u8, codes as u8) {
        Some((short, long)) => line.str(short).str(", ").str(long),
        None => line.str("Unknown"),
    };
}

/// Reads the message behind organisation and subtype, whose line is the one at `mark`.
pub(super) fn message<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    c.protocol("ESMC");
    let flags = c.u8(&VERSION)?;
    c.bits::<1>(&EVENT, flags.into());
    c.bits::<1>(&RESERVED_BITS, flags.into());
    c.u24(&RESERVED)?;
    let event = if flags & EVENT_BIT == 0 { "Event:Information" } else { "Event:Time-critical" };
    c.claim().str(event);
    c.append_at(mark, |l| _ = l.str(", ").str(event));
    let code = c.group(&TLV, |c| {
        head(c)?;
        let code = c.u8(&UNUSED)?;
        c.bits::<1>(&CODE, code.into());
        Ok(code & 0xf)
    })?;
    let mut enhanced = NOT_ENHANCED;
    if c.peek_u8(0) == Some(EXTENDED) {
        enhanced = c.group(&TLV, |c| {
            head(c)?;
            let enhanced = c.u8(&ENHANCED)?;
            c.u64(&CLOCK)?;
            let flags = c.u8(&FLAGS_RESERVED)?;
            c.bits::<1>(&PARTIAL, flags.into());
            c.bits::<1>(&MIXED, flags.into());
            c.read_all(&[(&CASCADED_ENHANCED, 1), (&CASCADED, 1), (&MORE_RESERVED, 5)])?;
            Ok(enhanced)
        })?;
    }
    let word = name(code, enhanced).map_or("Unknown Quality Level", |(short, _)| short);
    c.info().str(", ").str(word);
    c.generated(&LEVEL, u64::from(code) << 8 | u64::from(enhanced));
    if c.remaining() > 0 {
        let len = c.remaining() as u64;
        c.put(&PADDING, c.pos(), c.end(), 0);
        c.append(|l| _ = l.str(", ").dec(len).str(" octets"));
        c.below(|c| c.below(Cursor::data));
    }
    Ok(())
}

fn head<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let kind = c.u8(&TLV_TYPE)?;
    let mark = c.mark().wrapping_sub(2);
    let name = crate::dissect::field::name_of(TLV_TYPES, kind.into()).unwrap_or("Unknown");
    c.append_at(mark, |l| _ = l.str(", ").str(name));
    c.u16(&TLV_LENGTH).map(|_| ())
}
