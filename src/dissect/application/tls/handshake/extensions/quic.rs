//! QUIC's transport parameters (RFC 9000, 18).

use super::super::{Talk, branch};
use crate::dissect::application::tls::names::quic::VERSIONS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    PARAMETER = "tls.quic.parameter", "Parameter", None;
    TYPE = "tls.quic.parameter.type", "Type", U64 custom(type_words);
    LENGTH = "tls.quic.parameter.length", "Length", U64;
    ALL_LENGTH = "tls.quic.len", "Parameters Length", U16;
    OLD_TYPE = "tls.quic.parameter.type", "Type", U16 custom(type_words);
    OLD_LENGTH = "tls.quic.parameter.lengt.old", "Length", U16;
    VALUE = "tls.quic.parameter.value", "Value", Bytes;
    ORIGINAL_ID = "tls.quic.parameter.original_destination_connection_id", "original_destination_connection_id", Bytes;
    IDLE = "tls.quic.parameter.max_idle_timeout", "max_idle_timeout", U64;
    RESET_TOKEN = "tls.quic.parameter.stateless_reset_token", "stateless_reset_token", Bytes;
    MOST_PAYLOAD = "tls.quic.parameter.max_udp_payload_size", "max_udp_payload_size", U64;
    MOST_DATA = "tls.quic.parameter.initial_max_data", "initial_max_data", U64;
    BIDI_LOCAL = "tls.quic.parameter.initial_max_stream_data_bidi_local", "initial_max_stream_data_bidi_local", U64;
    BIDI_REMOTE = "tls.quic.parameter.initial_max_stream_data_bidi_remote", "initial_max_stream_data_bidi_remote", U64;
    UNI_DATA = "tls.quic.parameter.initial_max_stream_data_uni", "initial_max_stream_data_uni", U64;
    BIDI = "tls.quic.parameter.initial_max_streams_bidi", "initial_max_streams_bidi", U64;
    UNI = "tls.quic.parameter.initial_max_streams_uni", "initial_max_streams_uni", U64;
    ACK_EXPONENT = "tls.quic.parameter.ack_delay_exponent", "ack_delay_exponent", U64;
    ACK_DELAY = "tls.quic.parameter.max_ack_delay", "max_ack_delay", U64;
    ID_LIMIT = "tls.quic.parameter.active_connection_id_limit", "Active Connection ID Limit", U64;
    SOURCE_ID = "tls.quic.parameter.initial_source_connection_id", "Initial Source Connection ID", Bytes;
    RETRY_ID = "tls.quic.parameter.retry_source_connection_id", "Retry Source Connection ID", Bytes;
    DATAGRAM = "tls.quic.parameter.max_datagram_frame_size", "max_datagram_frame_size", U64;
    LOSS_BITS = "tls.quic.parameter.loss_bits", "loss_bits", U64;
    LEAST_ACK_DELAY = "tls.quic.parameter.min_ack_delay", "min_ack_delay", U64;
    TIME_STAMP = "tls.quic.parameter.enable_time_stamp_v2", "Enable TimestampV2", U64 names(TIME_STAMPS);
    USER_AGENT = "tls.quic.parameter.google.user_agent", "Google UserAgent", Str;
    NO_KEY_UPDATE = "tls.quic.parameter.google.key_update_not_yet_supported", "Google Key Update not yet supported", None;
    GOOGLE_VERSION = "tls.quic.parameter.google.quic_version", "Google QUIC version", U32 hex names(VERSIONS);
    GOOGLE_VERSIONS_LEN = "tls.quic.parameter.google.supported_versions_length", "Google Supported Versions Length", U8;
    GOOGLE_SUPPORTED = "tls.quic.parameter.google.supported_version", "Google Supported Version", U32 hex names(VERSIONS);
    GOOGLE_RTT = "tls.quic.parameter.google.initial_rtt", "Google Initial RTT", U64;
    HANDSHAKE_DONE = "tls.quic.parameter.google.support_handshake_done", "Google Support Handshake Done", None;
    GOOGLE_OPTIONS = "tls.quic.parameter.google.connection_options", "Google Connection options", Bytes;
    RELIABILITY = "tls.quic.parameter.facebook.partial_reliability", "Facebook Partial Reliability", U64;
    CHOSEN = "tls.quic.parameter.vi.chosen_version", "Chosen Version", U32 hex names(VERSIONS);
    OTHER = "tls.quic.parameter.vi.other_version", "Other Version", U32 hex names(VERSIONS);
}

names! {
    TIME_STAMPS {
        1 = "I would like to receive TIME_STAMP frames",
        2 = "I am able to generate TIME_STAMP frames",
        3 = "I am able to generate TIME_STAMP frames and I would like to receive them",
    }
}

/// What a parameter's value is.
#[derive(Clone, Copy)]
enum Shape {
    /// A number, which the parameter's line names with this unit.
    Number(&'static Field, &'static str),
    /// A number that its line does not name.
    Code(&'static Field),
    /// Bytes, or text.
    Bytes(&'static Field),
    /// Nothing: it is there.
    Flag(&'static Field),
    /// A version, then a list of them behind its length.
    Versions(&'static Field, Option<&'static Field>, &'static Field),
    /// Something else.
    Other,
}

/// Parameters with their names (RFC 9000 section 18.2, RFC 9368, and what browsers add).
static PARAMETERS: &[(u64, &str, Shape)] = &[
    (0x00, "original_destination_connection_id", Shape::Bytes(&ORIGINAL_ID)),
    (0x01, "max_idle_timeout", Shape::Number(&IDLE, " ms")),
    (0x02, "stateless_reset_token", Shape::Bytes(&RESET_TOKEN)),
    (0x03, "max_udp_payload_size", Shape::Number(&MOST_PAYLOAD, "")),
    (0x04, "initial_max_data", Shape::Number(&MOST_DATA, "")),
    (0x05, "initial_max_stream_data_bidi_local", Shape::Number(&BIDI_LOCAL, "")),
    (0x06, "initial_max_stream_data_bidi_remote", Shape::Number(&BIDI_REMOTE, "")),
    (0x07, "initial_max_stream_data_uni", Shape::Number(&UNI_DATA, "")),
    (0x08, "initial_max_streams_bidi", Shape::Number(&BIDI, "")),
    (0x09, "initial_max_streams_uni", Shape::Number(&UNI, "")),
    (0x0a, "ack_delay_exponent", Shape::Code(&ACK_EXPONENT)),
    (0x0b, "max_ack_delay", Shape::Number(&ACK_DELAY, "")),
    (0x0c, "disable_active_migration", Shape::Other),
    (0x0d, "preferred_address", Shape::Other),
    (0x0e, "active_connection_id_limit", Shape::Number(&ID_LIMIT, "")),
    (0x0f, "initial_source_connection_id", Shape::Bytes(&SOURCE_ID)),
    (0x10, "retry_source_connection_id", Shape::Bytes(&RETRY_ID)),
    (0x11, "version_information", Shape::Versions(&CHOSEN, None, &OTHER)),
    (0x20, "max_datagram_frame_size", Shape::Number(&DATAGRAM, "")),
    (0x1057, "loss_bits", Shape::Code(&LOSS_BITS)),
    (0x2ab2, "grease_quic_bit", Shape::Other),
    (0x3127, "google_initial_rtt", Shape::Number(&GOOGLE_RTT, " us")),
    (0x3128, "google_connection_options", Shape::Bytes(&GOOGLE_OPTIONS)),
    (0x3129, "google_user_agent", Shape::Bytes(&USER_AGENT)),
    (0x312a, "google_support_handshake_done", Shape::Flag(&HANDSHAKE_DONE)),
    (0x312b, "google_key_update_not_yet_supported", Shape::Flag(&NO_KEY_UPDATE)),
    (0x4751, "google_quic_params", Shape::Other),
    (0x4752, "google_quic_version", Shape::Versions(&GOOGLE_VERSION, Some(&GOOGLE_VERSIONS_LEN), &GOOGLE_SUPPORTED)),
    (0x7158, "enable_time_stamp_v2", Shape::Code(&TIME_STAMP)),
    (0xde1a, "min_ack_delay", Shape::Number(&LEAST_ACK_DELAY, "")),
    (0xff00, "facebook_partial_reliability", Shape::Code(&RELIABILITY)),
    (0x00ff_73db, "version_information_draft", Shape::Versions(&CHOSEN, None, &OTHER)),
];

/// The name of a parameter.
fn type_name(number: u64) -> &'static str {
    match PARAMETERS.binary_search_by_key(&number, |&(number, ..)| number).ok().and_then(|at| PARAMETERS.get(at)) {
        Some(&(_, name, _)) => name,
        None if number % 31 == 27 => "GREASE",
        None => "Unknown",
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

/// The extension that carried the parameters in drafts.
const DRAFTS: u16 = 65445;

/// The transport parameters that a client or server declares.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, _t: &Talk<'_>, number: u16, end: usize) -> Result<(), Stop> {
    // Until draft 27 the parameters stood behind their length, and had numbers of 16 bits.
    let len = end.saturating_sub(c.pos());
    let old = number == DRAFTS && len >= 2 && c.peek_u16(0).is_some_and(|all| usize::from(all) == len - 2);
    if old {
        c.u16(&ALL_LENGTH)?;
    }
    while c.pos() < end {
        let mark = c.mark();
        branch(
            c,
            &PARAMETER,
            0,
            |_| (),
            |c| {
                let (number, len) = match old {
                    true => (u64::from(c.u16(&OLD_TYPE)?), u64::from(c.u16(&OLD_LENGTH)?)),
                    false => (varint(c, &TYPE)?, varint(c, &LENGTH)?),
                };
                c.label_at(mark, |l| {
                    l.str("Parameter: ").str(type_name(number)).str(" (len=").dec(len).byte(b')');
                });
                let (from, len) = (c.pos(), usize::try_from(len).unwrap_or(usize::MAX));
                c.bytes(&VALUE, len)?;
                c.seek(from);
                let known = PARAMETERS.iter().find(|&&(known, ..)| known == number);
                let shape = known.map_or(Shape::Other, |&(_, _, shape)| shape);
                c.within(len, |c| value(c, mark, shape))
            },
        )?;
        c.close_at(mark);
    }
    Ok(())
}

/// The value of a parameter, whose line stands at `mark`.
fn value<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, shape: Shape) -> Result<(), Stop> {
    match shape {
        Shape::Number(field, unit) => {
            let num = varint(c, field)?;
            c.append_at(mark, |l| _ = l.byte(b' ').dec(num).str(unit));
            Ok(())
        }
        Shape::Code(field) => varint(c, field).map(|_| ()),
        Shape::Bytes(field) => c.bytes(field, c.remaining()).map(|_| ()),
        Shape::Flag(field) => {
            c.put(field, c.pos(), c.end(), 0);
            Ok(())
        }
        Shape::Versions(first, len, others) => {
            c.u32(first)?;
            if let Some(len) = len.filter(|_| c.remaining() > 0) {
                c.u8(len)?;
            }
            while c.remaining() >= 4 {
                c.u32(others)?;
            }
            Ok(())
        }
        Shape::Other => Ok(()),
    }
}
