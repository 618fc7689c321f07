//! The security header of IEEE 802.15.4 (section 9.4), and the integrity code that a protected frame ends with.

use super::names::{KEY_MODES, SECURITY_LEVELS};
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    HEADER = "wpan.aux_sec.hdr", "Auxiliary Security Header", None;
    CONTROL = "wpan.aux_sec.security_control_field", "Security Control Field", U8 hex;
    LEVEL = "wpan.aux_sec.sec_level", "Security Level", U8 hex mask(0x7) names(SECURITY_LEVELS);
    KEY_MODE = "wpan.aux_sec.key_id_mode", "Key Identifier Mode", U8 hex mask(0x18) names(KEY_MODES);
    SUPPRESSED = "wpan.aux_sec.frame_counter_suppression", "Frame Counter Suppression", Bool mask(0x20);
    ASN = "wpan.aux_sec.asn_in_nonce", "ASN in Nonce", Bool mask(0x40);
    RESERVED = "wpan.aux_sec.reserved", "Reserved", U8 hex mask(0x80);
    COUNTER = "wpan.aux_sec.frame_counter", "Frame Counter", U32;
    KEY_SOURCE_4 = "wpan.aux_sec.key_source", "Key Source", U64 hex;
    KEY_SOURCE = "wpan.aux_sec.key_source.bytes", "Key Source", Bytes;
    KEY_INDEX = "wpan.aux_sec.key_index", "Key Index", U8 hex;
    OLD_COUNTER = "wpan.sec_frame_counter", "Frame Counter", U32 hex;
    KEY_SEQUENCE = "wpan.sec_key_sequence_counter", "Key Sequence Counter", U8 hex;
    MIC = "wpan.mic", "MIC", Bytes;
}

/// How a frame is protected.
pub(super) struct Protection {
    /// 0 not at all, to 3 by an integrity code alone, from 4 on by encryption.
    pub level: u8,
    /// The command that the frame of the first edition begins with.
    pub command: Option<u8>,
}

impl Protection {
    /// Bytes of the integrity code.
    pub(super) fn mic_len(&self) -> usize {
        match self.level & 3 {
            0 => 0,
            size => 2 << size,
        }
    }
}

/// Reads the header.
pub(super) fn header<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Protection, Stop> {
    c.group(&HEADER, |c| {
        let control = c.u8(&CONTROL)?;
        c.below(|c| {
            for field in [&LEVEL, &KEY_MODE, &SUPPRESSED, &ASN, &RESERVED] {
                c.bits::<1>(field, control.into());
            }
        });
        if control & 0x20 == 0 {
            c.u32_le(&COUNTER)?;
        }
        match control >> 3 & 3 {
            2 => _ = c.bytes(&KEY_SOURCE, 4)?,
            3 => _ = c.bytes(&KEY_SOURCE, 8)?,
            _ => {}
        }
        if control >> 3 & 3 > 0 {
            c.u8(&KEY_INDEX)?;
        }
        Ok(Protection { level: control & 7, command: None })
    })
}

/// Reads what protected frames of the first edition begin with (IEEE 802.15.4-2003 section 7.6): nothing says how
/// they are protected.
pub(super) fn first_edition<S: Sink>(c: &mut Cursor<'_, S>, kind: u16) -> Result<Protection, Stop> {
    let command = if kind == super::COMMAND {
        Some(super::commands::CMD.cut(c.u8(&super::commands::CMD)?.into()) as u8)
    } else {
        None
    };
    if kind == super::BEACON {
        super::beacon::fixed(c)?;
    }
    c.read_all(&[(&OLD_COUNTER, 4), (&KEY_SEQUENCE, 1)])?;
    Ok(Protection { level: 6, command })
}

/// Records the integrity code, which comes `ahead` bytes from here.
pub(super) fn integrity<S: Sink>(c: &mut Cursor<'_, S>, ahead: usize, len: usize) {
    let at = c.pos().saturating_add(ahead);
    if len > 0 && c.whole().len() >= at.saturating_add(len) {
        c.put(&MIC, at, at + len, 0);
    }
}
