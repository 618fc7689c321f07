//! Frames (RFC 9000, 19, and extensions).

use super::connection::{Cid, Connection, Level};
use super::crypto;
use super::handshake::Application;
use super::varint;
use crate::dissect::application::dns::Dns;
use crate::dissect::application::http3::{self, Http3};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::names;

names! {
    INITIATORS { 0 = "Client-initiated", 1 = "Server-initiated" }
    DIRECTIONS { 0 = "Bidirectional", 1 = "Unidirectional" }
    TYPES {
        0x00 = "PADDING",
        0x01 = "PING",
        0x02..=0x03 = "ACK",
        0x04 = "RESET_STREAM",
        0x05 = "STOP_SENDING",
        0x06 = "CRYPTO",
        0x07 = "NEW_TOKEN",
        0x08..=0x0f = "STREAM",
        0x10 = "MAX_DATA",
        0x11 = "MAX_STREAM_DATA",
        0x12 = "MAX_STREAMS (BIDI)",
        0x13 = "MAX_STREAMS (UNI)",
        0x14 = "DATA_BLOCKED",
        0x15 = "STREAM_DATA_BLOCKED",
        0x16 = "STREAMS_BLOCKED (BIDI)",
        0x17 = "STREAMS_BLOCKED (UNI)",
        0x18 = "NEW_CONNECTION_ID",
        0x19 = "RETIRE_CONNECTION_ID",
        0x1a = "PATH_CHALLENGE",
        0x1b = "PATH_RESPONSE",
        0x1c = "CONNECTION_CLOSE (Transport)",
        0x1d = "CONNECTION_CLOSE (Application)",
        0x1e = "HANDSHAKE_DONE",
        0x30..=0x31 = "DATAGRAM",
        0x40 = "MP_NEW_CONNECTION_ID",
        0x41 = "MP_RETIRE_CONNECTION_ID",
        0x42..=0x43 = "MP_ACK",
        0x44 = "ADD_ADDRESS",
        0x45 = "REMOVE_ADDRESS",
        0x46 = "UNIFLOWS",
        0xac = "IMMEDIATE_ACK",
        0xaf = "ACK_FREQUENCY",
        0x2f5 = "TIME_STAMP",
    }
}

crate::fields! {
    FRAME = "quic.frame", "Frame", None;
    TYPE = "quic.frame_type", "Frame Type", U64 hex names(TYPES);
    PADDING_LEN = "quic.padding_length", "Padding Length", U32;
    ACK_LARGEST = "quic.ack.largest_acknowledged", "Largest Acknowledged", U64;
    ACK_DELAY = "quic.ack.ack_delay", "ACK Delay", U64;
    ACK_COUNT = "quic.ack.ack_range_count", "ACK Range Count", U64;
    ACK_FIRST = "quic.ack.first_ack_range", "First ACK Range", U64;
    ACK_GAP = "quic.ack.gap", "Gap", U64;
    ACK_RANGE = "quic.ack.ack_range", "ACK Range", U64;
    ACK_ECT0 = "quic.ack.ect0_count", "ECT(0) Count", U64;
    ACK_ECT1 = "quic.ack.ect1_count", "ECT(1) Count", U64;
    ACK_CE = "quic.ack.ecn_ce_count", "ECN-CE Count", U64;
    RS_STREAM = "quic.rsts.stream_id", "Stream ID", U64;
    RS_CODE = "quic.rsts.application_error_code", "Application Error code", U64;
    RS_SIZE = "quic.rsts.final_size", "Final Size", U64;
    SS_STREAM = "quic.ss.stream_id", "Stream ID", U64;
    SS_CODE = "quic.ss.application_error_code", "Application Error code", U64;
    TOKEN_LEN = "quic.nt.length", "(Token) Length", U64;
    TOKEN = "quic.nt.token", "Token", Bytes;
    STREAM_FIN = "quic.stream.fin", "Fin", Bool mask(0x01);
    STREAM_HAS_LEN = "quic.stream.len", "Len(gth)", Bool mask(0x02);
    STREAM_HAS_OFFSET = "quic.stream.off", "Off(set)", Bool mask(0x04);
    STREAM_ID = "quic.stream.stream_id", "Stream ID", U64;
    STREAM_INITIATOR = "quic.stream.initiator", "Stream initiator", U64 mask(0x1) names(INITIATORS);
    STREAM_DIRECTION = "quic.stream.direction", "Stream direction", U64 mask(0x2) names(DIRECTIONS);
    STREAM_OFFSET = "quic.stream.offset", "Offset", U64;
    STREAM_LEN = "quic.stream.length", "Length", U64;
    STREAM_DATA = "quic.stream_data", "Stream Data", Bytes;
    MAX_DATA = "quic.md.maximum_data", "Maximum Data", U64;
    MSD_STREAM = "quic.msd.stream_id", "Stream ID", U64;
    MSD_DATA = "quic.msd.maximum_stream_data", "Maximum Stream Data", U64;
    MAX_STREAMS = "quic.ms.max_streams", "Max Streams", U64;
    DB_LIMIT = "quic.sb.stream_data_limit", "Stream Data Limit", U64;
    SDB_STREAM = "quic.sdb.stream_id", "Stream ID", U64;
    SB_LIMIT = "quic.sib.stream_limit", "Stream Limit", U64;
    NCI_RETIRE = "quic.nci.retire_prior_to", "Retire Prior To", U64;
    NCI_SEQUENCE = "quic.nci.sequence", "Sequence", U64;
    NCI_LEN = "quic.nci.connection_id.length", "Connection ID Length", U8;
    NCI_ID = "quic.nci.connection_id", "Connection ID", Bytes;
    NCI_TOKEN = "quic.nci.stateless_reset_token", "Stateless Reset Token", Bytes;
    RC_SEQUENCE = "quic.rci.sequence", "Sequence", U64;
    CHALLENGE = "quic.path_challenge.data", "Data", Bytes;
    RESPONSE = "quic.path_response.data", "Data", Bytes;
    CC_CODE = "quic.cc.error_code", "Error code", U64;
    CC_APP_CODE = "quic.cc.error_code.app", "Application Error code", U64;
    CC_FRAME = "quic.cc.frame_type", "Frame Type", U64;
    CC_LEN = "quic.cc.reason_phrase.length", "Reason phrase Length", U64;
    CC_REASON = "quic.cc.reason_phrase", "Reason phrase", Str;
    DG_LEN = "quic.dg.length", "Datagram Length", U64;
    DG = "quic.dg", "Datagram", Bytes;
    AF_SEQUENCE = "quic.af.sequence_number", "Sequence Number", U64;
    AF_THRESHOLD = "quic.af.ack_eliciting_threshold", "Ack-Eliciting Threshold", U64;
    AF_DELAY = "quic.af.request_max_ack_delay", "Request Max Ack Delay", U64;
    AF_LAST = "quic.af.last_byte", "Last Byte", U8 hex;
    TIME_STAMP = "quic.ts", "Time Stamp", U64;
    MP_UNIFLOW = "quic.mp_uniflow_id", "Uniflow ID", U64;
    MP_FIRST = "quic.mp_first_byte", "Config", U8 hex;
    MP_ADDRESS = "quic.mp_address_id", "Address ID", U64;
    MP_SEQUENCE = "quic.mp_sequence_number", "Sequence Number", U64;
    MP_INTERFACE = "quic.mp_interface_type", "Interface Type", U64;
    MP_IP = "quic.mp_ip_address", "IP Address", Ipv4;
    MP_IP6 = "quic.mp_ip_address_v6", "IP Address", Ipv6;
    MP_PORT = "quic.mp_port", "Port", U16;
    MP_RECEIVING = "quic.mp_receiving_uniflows", "Receiving uniflows", U64;
    MP_SENDING = "quic.mp_act_send_uf", "Active sending uniflows", U64;
}

/// Who says a payload's frames.
pub(super) struct Speaker<'a> {
    /// In which connection.
    pub(super) connection: &'a mut Connection,
    /// From which side: 0 the client, 1 the server.
    pub(super) side: usize,
    /// Under which keys.
    pub(super) level: Level,
    /// The piece of a stream that it said last.
    pub(super) piece: Piece,
}

/// A piece of a stream.
#[derive(Clone, Copy, Default)]
pub(super) struct Piece {
    id: u64,
    offset: u64,
    len: usize,
    last: bool,
}

impl Piece {
    fn describe(self, line: &mut Line) {
        line.str(" id=").dec(self.id).str(" fin=").dec(u8::from(self.last)).str(" off=").dec(self.offset);
        line.str(" len=").dec(self.len as u64).str(" dir=");
        line.str(if self.id & 2 == 0 { "Bidirectional" } else { "Unidirectional" }).str(" origin=");
        line.str(if self.id & 1 == 0 { "Client-initiated" } else { "Server-initiated" });
    }
}

/// The frames of a payload, each of which the Info column names.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, speaker: &mut Speaker<'_>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let (mark, start) = (c.mark(), c.pos());
        c.put(&FRAME, c.pos(), c.pos(), 0);
        let mut kind = None;
        let outcome = c.below(|c| {
            let number = *kind.insert(varint(c, &TYPE)?);
            if (0x08..=0x0f).contains(&number) {
                c.below(|c| {
                    for part in [&STREAM_FIN, &STREAM_HAS_LEN, &STREAM_HAS_OFFSET] {
                        c.put(part, c.pos() - 1, c.pos(), number);
                    }
                });
            }
            one(c, number, speaker)
        });
        if S::DETAIL
            && let Some(kind) = kind
        {
            let name = crate::dissect::field::name_of(TYPES, kind).unwrap_or("Unknown Frame Type");
            let zeros = c.pos() - start;
            c.label_at(mark, |l| {
                l.str(name);
                if kind == 0 {
                    l.str(" Length: ").dec(zeros as u64);
                } else if (0x08..=0x0f).contains(&kind) {
                    speaker.piece.describe(l);
                }
            });
            c.close_at(mark);
        }
        outcome?;
    }
    Ok(())
}

pub(super) fn say<'a, S: Sink>(c: &'a mut Cursor<'_, S>, words: &str) -> &'a mut Line {
    c.info().str(", ").str(words)
}

/// Reads some integers.
fn numbers<S: Sink>(c: &mut Cursor<'_, S>, fields: &[&'static Field]) -> Result<(), Stop> {
    fields.iter().try_for_each(|field| varint(c, field).map(|_| ()))
}

/// Reads a length and that many bytes.
fn counted<S: Sink>(c: &mut Cursor<'_, S>, len: &'static Field, field: &'static Field) -> Result<(), Stop> {
    let len = length(varint(c, len)?);
    c.bytes(field, len).map(|_| ())
}

pub(super) fn length(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A frame of type `kind`, behind the type.
#[allow(clippy::too_many_lines, reason = "one arm for each type of frame")]
fn one<S: Sink>(c: &mut Cursor<'_, S>, kind: u64, speaker: &mut Speaker<'_>) -> Result<(), Stop> {
    match kind {
        0x00 => padding(c),
        0x01 => _ = say(c, "PING"),
        0x02 | 0x03 => {
            say(c, if kind == 2 { "ACK" } else { "ACK_ECN" });
            ack(c, kind == 3)?;
        }
        0x04 => {
            stream(c, "RS", &RS_STREAM)?;
            numbers(c, &[&RS_CODE, &RS_SIZE])?;
        }
        0x05 => {
            stream(c, "SS", &SS_STREAM)?;
            numbers(c, &[&SS_CODE])?;
        }
        0x06 => crypto::dissect(c, speaker)?,
        0x07 => {
            say(c, "NT");
            counted(c, &TOKEN_LEN, &TOKEN)?;
        }
        0x08..=0x0f => stream_data(c, kind, speaker)?,
        0x10..=0x17 => limits(c, kind)?,
        0x18 | 0x40 => {
            say(c, if kind == 0x18 { "NCI" } else { "MP_NCI" });
            if kind == 0x40 {
                numbers(c, &[&MP_UNIFLOW])?;
            }
            numbers(c, &[&NCI_SEQUENCE, &NCI_RETIRE])?;
            let len = c.u8(&NCI_LEN)?;
            let id = c.bytes(&NCI_ID, len.into())?;
            if let Some(cid) = Cid::of(id) {
                speaker.connection.learn_id(speaker.side, cid);
            }
            c.bytes(&NCI_TOKEN, 16)?;
        }
        0x19 | 0x41 => {
            say(c, if kind == 0x19 { "RC" } else { "MP_RC" });
            if kind == 0x41 {
                numbers(c, &[&MP_UNIFLOW])?;
            }
            numbers(c, &[&RC_SEQUENCE])?;
        }
        0x1a => {
            say(c, "PC");
            c.bytes(&CHALLENGE, 8)?;
        }
        0x1b => {
            say(c, "PR");
            c.bytes(&RESPONSE, 8)?;
        }
        0x1c | 0x1d => {
            say(c, "CC");
            if kind == 0x1c {
                numbers(c, &[&CC_CODE, &CC_FRAME])?;
            } else {
                numbers(c, &[&CC_APP_CODE])?;
            }
            counted(c, &CC_LEN, &CC_REASON)?;
        }
        0x1e => _ = say(c, "DONE"),
        0x30 => {
            say(c, "DG");
            c.bytes(&DG, c.remaining())?;
        }
        0x31 => {
            say(c, "DG");
            counted(c, &DG_LEN, &DG)?;
        }
        _ => extension(c, kind)?,
    }
    Ok(())
}

/// Frames of extensions.
fn extension<S: Sink>(c: &mut Cursor<'_, S>, kind: u64) -> Result<(), Stop> {
    match kind {
        0x42 | 0x43 => {
            say(c, if kind == 0x42 { "MP_ACK" } else { "MP_ACK_ECN" });
            numbers(c, &[&MP_UNIFLOW])?;
            ack(c, false)?;
        }
        0x44 => {
            say(c, "ADD_ADDRESS");
            address(c)?;
        }
        0x45 => {
            say(c, "REMOVE_ADDRESS");
            numbers(c, &[&MP_ADDRESS, &MP_SEQUENCE])?;
        }
        0x46 => {
            say(c, "UNIFLOWS");
            numbers(c, &[&MP_SEQUENCE])?;
            let receiving = varint(c, &MP_RECEIVING)?;
            let sending = varint(c, &MP_SENDING)?;
            for _ in 0..receiving.saturating_add(sending) {
                numbers(c, &[&MP_UNIFLOW, &MP_ADDRESS])?;
            }
        }
        0xac => _ = say(c, "IA"),
        0xaf => {
            say(c, "AF");
            numbers(c, &[&AF_SEQUENCE, &AF_THRESHOLD, &AF_DELAY])?;
            if c.reported() > 0 {
                c.u8(&AF_LAST)?;
            }
        }
        0x2f5 => {
            say(c, "TS");
            numbers(c, &[&TIME_STAMP])?;
        }
        // What is not known has no length: only its type is passed over.
        _ => {}
    }
    Ok(())
}

/// Padding: as many zeros as there are.
fn padding<S: Sink>(c: &mut Cursor<'_, S>) {
    say(c, "PADDING");
    let zeros = c.rest().iter().take_while(|&&byte| byte == 0).count();
    c.seek(c.pos() + zeros);
    c.generated(&PADDING_LEN, zeros as u64 + 1);
}

/// An acknowledgement: ranges of packet numbers, and counts of marks of congestion.
fn ack<S: Sink>(c: &mut Cursor<'_, S>, ecn: bool) -> Result<(), Stop> {
    numbers(c, &[&ACK_LARGEST, &ACK_DELAY])?;
    let count = varint(c, &ACK_COUNT)?;
    numbers(c, &[&ACK_FIRST])?;
    for _ in 0..count {
        numbers(c, &[&ACK_GAP, &ACK_RANGE])?;
    }
    if ecn {
        numbers(c, &[&ACK_ECT0, &ACK_ECT1, &ACK_CE])?;
    }
    Ok(())
}

/// A stream's number, which the Info column shows behind the frame's name.
fn stream<S: Sink>(c: &mut Cursor<'_, S>, words: &str, field: &'static Field) -> Result<(), Stop> {
    let id = varint(c, field)?;
    say(c, words).byte(b'(').dec(id).byte(b')');
    Ok(())
}

/// A piece of a stream.
fn stream_data<S: Sink>(c: &mut Cursor<'_, S>, kind: u64, speaker: &mut Speaker<'_>) -> Result<(), Stop> {
    let id = varint(c, &STREAM_ID)?;
    c.below(|c| {
        for part in [&STREAM_INITIATOR, &STREAM_DIRECTION] {
            c.put(part, c.pos() - 1, c.pos(), id);
        }
    });
    say(c, "STREAM").byte(b'(').dec(id).byte(b')');
    let offset = if kind & 4 != 0 { varint(c, &STREAM_OFFSET)? } else { 0 };
    let len = if kind & 2 != 0 { length(varint(c, &STREAM_LEN)?) } else { c.remaining() };
    let start = c.pos();
    speaker.piece = Piece { id, offset, len, last: kind & 1 != 0 };
    c.bytes(&STREAM_DATA, len)?;
    let after = start + len;
    match speaker.connection.application {
        Application::Http3 if len > 0 => {
            let Some(slots) = c.worker.state.slots() else { return Ok(()) };
            slots.entry::<http3::Streams>().enter((speaker.connection.number, speaker.side, id), offset);
            c.seek(start);
            let outcome = c.within(len, |c| c.at_top(Cursor::call::<Http3>).map(|_taken| ()));
            c.seek(after);
            outcome
        }
        Application::Dns if len > DNS_LENGTH => {
            c.seek(start + DNS_LENGTH);
            c.within(len - DNS_LENGTH, |c| c.at_top(Cursor::call::<Dns>).map(|_taken| ()))?;
            c.seek(after);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Bytes of the length before a message of DNS (RFC 9250, 4.2).
const DNS_LENGTH: usize = 2;

/// Limits, and complaints that they are reached.
fn limits<S: Sink>(c: &mut Cursor<'_, S>, kind: u64) -> Result<(), Stop> {
    match kind {
        0x10 => _ = say(c, "MD"),
        0x11 => stream(c, "MSD", &MSD_STREAM)?,
        0x12 | 0x13 => _ = say(c, "MS"),
        0x14 => _ = say(c, "DB"),
        0x15 => stream(c, "SDB", &SDB_STREAM)?,
        _ => _ = say(c, "SB"),
    }
    let limit = match kind {
        0x10 => &MAX_DATA,
        0x11 => &MSD_DATA,
        0x12 | 0x13 => &MAX_STREAMS,
        0x14 | 0x15 => &DB_LIMIT,
        _ => &SB_LIMIT,
    };
    numbers(c, &[limit])
}

/// Another address of the sender (draft-deconinck-quic-multipath).
fn address<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let first = c.u8(&MP_FIRST)?;
    numbers(c, &[&MP_ADDRESS, &MP_SEQUENCE, &MP_INTERFACE])?;
    if first & 0x0f == 6 {
        c.fixed::<16>(&MP_IP6)?;
    } else {
        c.fixed::<4>(&MP_IP)?;
    }
    if first & 0x10 != 0 {
        c.u16(&MP_PORT)?;
    }
    Ok(())
}
