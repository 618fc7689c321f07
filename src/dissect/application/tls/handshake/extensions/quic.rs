//! QUIC's transport parameters (RFC 9000, 18).

use super::super::{Talk, branch};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    PARAMETER = "tls.quic.parameter", "Parameter", None;
    TYPE = "tls.quic.parameter.type", "Type", U64 custom(type_words);
    LENGTH = "tls.quic.parameter.length", "Length", U64;
    VALUE = "tls.quic.parameter.value", "Value", Bytes;
}

/// The name of a parameter.
fn type_name(number: u64) -> &'static str {
    match number {
        0x00 => "original_destination_connection_id",
        0x01 => "max_idle_timeout",
        0x02 => "stateless_reset_token",
        0x03 => "max_udp_payload_size",
        0x04 => "initial_max_data",
        0x05 => "initial_max_stream_data_bidi_local",
        0x06 => "initial_max_stream_data_bidi_remote",
        0x07 => "initial_max_stream_data_uni",
        0x08 => "initial_max_streams_bidi",
        0x09 => "initial_max_streams_uni",
        0x0a => "ack_delay_exponent",
        0x0b => "max_ack_delay",
        0x0c => "disable_active_migration",
        0x0d => "preferred_address",
        0x0e => "active_connection_id_limit",
        0x0f => "initial_source_connection_id",
        0x10 => "retry_source_connection_id",
        0x11 => "version_information",
        0x20 => "max_datagram_frame_size",
        _ if number % 31 == 27 => "GREASE",
        _ => "Unknown",
    }
}

fn type_words(number: u64, line: &mut Line) {
    line.str(type_name(number)).str(" (0x").hex(number, 2).byte(b')');
}

/// Reads an integer of variable length (RFC 9000, 16).
///
/// # Errors
/// Where the window ends within.
pub(crate) fn varint<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<u64, Stop> {
    let Some(first) = c.peek_u8(0) else { return Err(c.short(1)) };
    let start = c.pos();
    let len = 1 << (first >> 6);
    c.need(len)?;
    let bytes = c.rest().get(..len).unwrap_or_default();
    let num = bytes.iter().fold(0, |num, &byte| num << 8 | u64::from(byte)) & (u64::MAX >> (66 - 8 * len));
    c.seek(start + len);
    c.put(field, start, start + len, num);
    Ok(num)
}

/// The transport parameters that a client or server declares.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, _t: &Talk<'_>, _number: u16, end: usize) -> Result<(), Stop> {
    while c.pos() < end {
        let mark = c.mark();
        branch(
            c,
            &PARAMETER,
            0,
            |_| (),
            |c| {
                let number = varint(c, &TYPE)?;
                let len = varint(c, &LENGTH)?;
                c.label_at(mark, |l| {
                    l.str("Parameter: ").str(type_name(number)).str(" (len=").dec(len).byte(b')');
                });
                c.bytes(&VALUE, usize::try_from(len).unwrap_or(usize::MAX))?;
                Ok(())
            },
        )?;
        c.close_at(mark);
    }
    Ok(())
}
