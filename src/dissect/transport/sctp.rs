//! SCTP (RFC 9260).

use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::{fields, names};

static LAYER: Field = Field::new("sctp", "Stream Control Transmission Protocol", Kind::Protocol);

fields! {
    SRC_PORT = "sctp.srcport", "Source port", U16;
    DST_PORT = "sctp.dstport", "Destination port", U16;
    TAG = "sctp.verification_tag", "Verification tag", U32 hex;
    PORT = "sctp.port", "Port", U16;
    CHECKSUM = "sctp.checksum", "Checksum", U32 hex;
    CHUNK = "", "Chunk", None;
    TYPE = "sctp.chunk_type", "Chunk type", U8 names(TYPES);
    FLAGS = "sctp.chunk_flags", "Chunk flags", U8 hex;
    LENGTH = "sctp.chunk_length", "Chunk length", U16;
    TSN = "sctp.data_tsn_raw", "Transmission sequence number (absolute)", U32;
    STREAM = "sctp.data_sid", "Stream identifier", U16 hex;
    STREAM_SEQUENCE = "sctp.data_ssn", "Stream sequence number", U16;
    PAYLOAD_PROTOCOL = "sctp.data_payload_proto_id", "Payload protocol identifier", U32;
    INIT_TAG = "sctp.init_initiate_tag", "Initiate tag", U32 hex;
    INIT_WINDOW = "sctp.init_credit", "Advertised receiver window credit (a_rwnd)", U32;
    INIT_OUT = "sctp.init_nr_out_streams", "Number of outbound streams", U16;
    INIT_IN = "sctp.init_nr_in_streams", "Number of inbound streams", U16;
    INIT_TSN = "sctp.init_initial_tsn", "Initial TSN", U32;
    ACK = "sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ACK (absolute)", U32;
    WINDOW = "sctp.sack_a_rwnd", "Advertised receiver window credit (a_rwnd)", U32;
    VALUE = "sctp.chunk_value", "Chunk value", Bytes;
}

names! {
    TYPES {
        0 = "DATA", 1 = "INIT", 2 = "INIT_ACK", 3 = "SACK", 4 = "HEARTBEAT", 5 = "HEARTBEAT_ACK", 6 = "ABORT",
        7 = "SHUTDOWN", 8 = "SHUTDOWN_ACK", 9 = "ERROR", 10 = "COOKIE_ECHO", 11 = "COOKIE_ACK", 12 = "ECNE",
        13 = "CWR", 14 = "SHUTDOWN_COMPLETE", 15 = "AUTH", 16 = "NR_SACK", 64 = "I_DATA", 128 = "ASCONF_ACK",
        129 = "PKTDROP", 130 = "RE_CONFIG", 132 = "PAD", 192 = "FORWARD_TSN", 193 = "ASCONF",
        194 = "I_FORWARD_TSN", 255 = "IETF_EXTENSION",
    }
}

const DATA: u8 = 0;
const INIT: u8 = 1;
const INIT_ACK: u8 = 2;
const SACK: u8 = 3;
const HEADER_LEN: usize = 4;

/// One direction of an association.
type Way = (Address, u16, Address, u16);

/// The first transmission sequence number of each direction, from which the others count.
type Firsts = Recent<Way, u32, { 1 << 14 }>;

/// Bytes of a message in pieces at most.
const MOST_MESSAGE: usize = 1 << 18;

/// The message of each direction and protocol that has begun, and the number of its last piece.
type Pieces = Recent<(Way, u32), (u32, Vec<u8>), 64>;

/// SCTP.
pub struct Sctp;

impl Protocol for Sctp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SCTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(132)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.need(4)?;
        c.protocol("SCTP");
        c.claim();
        let src = c.u16(&SRC_PORT)?;
        let dst = c.u16(&DST_PORT)?;
        c.tap(Layers::PORTS, (src, dst), 132);
        c.layer_append(|l| {
            _ = l
                .str(", Src Port: ")
                .dec(src)
                .str(" (")
                .dec(src)
                .str("), Dst Port: ")
                .dec(dst)
                .str(" (")
                .dec(dst)
                .byte(b')');
        });
        c.u32(&TAG)?;
        c.u32(&CHECKSUM)?;
        let (from, to) = (c.row().src, c.row().dst);
        let way = (from, src, to, dst);
        while c.reported() > 0 {
            let kind = c.peek_u8(0).ok_or_else(|| c.short(HEADER_LEN))?;
            let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(HEADER_LEN))?);
            if len < HEADER_LEN {
                return Ok(());
            }
            c.group(&CHUNK, |c| {
                let name = name_of(TYPES, kind.into()).unwrap_or("RESERVED");
                c.label(|l| _ = l.str(name).str(" chunk"));
                c.within(len, |c| chunk(c, kind, name, way))
            })?;
            let padding = len.next_multiple_of(4) - len;
            c.seek(c.pos() + padding);
            if kind == DATA && c.reported() > 0 {
                // What this chunk carried stands between it and the next ones.
                c.begin_layer();
            }
        }
        Ok(())
    }
}

/// Keeps a message's piece; gives the whole message where it is the last one, and none between is missing.
fn piece<S: Sink>(c: &mut Cursor<'_, S>, key: (Way, u32), (flags, tsn): (u8, u32)) -> Option<Vec<u8>> {
    const BEGINS: u8 = 2;
    const ENDS: u8 = 1;
    let bytes = c.rest();
    let pieces = c.worker.state.shared.entry::<Pieces>();
    if flags & BEGINS != 0 {
        _ = pieces.insert(key, (tsn, bytes.to_vec()));
        return None;
    }
    let (last, message) = pieces.get_mut(&key)?;
    if tsn != last.wrapping_add(1) || message.len() + bytes.len() > MOST_MESSAGE {
        return None;
    }
    *last = tsn;
    message.extend_from_slice(bytes);
    (flags & ENDS != 0).then(|| std::mem::take(message))
}

/// Hands a whole message on; says whether anybody wrote something of it. What was written before stays in front.
fn payload<S: Sink>(c: &mut Cursor<'_, S>, protocol: u32, (_, src, _, dst): Way) -> Result<bool, Stop> {
    c.row().fence();
    c.row().set_claimed(false);
    let outcome = c.above(|c| {
        let taken = c.next(Key::SctpPayload(protocol))?
            || c.next(Key::Sctp(src.min(dst)))?
            || c.next(Key::Sctp(src.max(dst)))?;
        if !taken {
            c.data();
        }
        Ok(taken)
    });
    let written = c.row().claimed();
    c.row().set_claimed(true);
    outcome.map(|_taken: bool| written)
}

fn chunk<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, name: &'static str, way: Way) -> Result<(), Stop> {
    c.u8(&TYPE)?;
    let flags = c.u8(&FLAGS)?;
    c.u16(&LENGTH)?;
    let cut = c.remaining() < c.reported();
    match kind {
        DATA if cut => {
            c.info().str(name).byte(b' ');
            return Err(c.short(c.reported()));
        }
        DATA => {
            let tsn = c.u32(&TSN)?;
            let firsts = c.worker.state.shared.entry::<Firsts>();
            let first = firsts.get(&way).copied().unwrap_or_else(|| {
                _ = firsts.insert(way, tsn);
                tsn
            });
            c.read_all(&[(&STREAM, 2), (&STREAM_SEQUENCE, 2)])?;
            let protocol = c.u32(&PAYLOAD_PROTOCOL)?;
            let whole = flags & 3 == 3;
            if whole && c.remaining() > 0 && payload(c, protocol, way)? {
                return Ok(());
            }
            if !whole && let Some(message) = piece(c, (way, protocol), (flags, tsn)) {
                let mut inner = c.over("Reassembled SCTP", &message);
                if payload(&mut inner, protocol, way)? {
                    return Ok(());
                }
            }
            c.info().str("DATA (TSN=").dec(tsn.wrapping_sub(first)).str(") ");
            // Neither the first piece of a message nor its last alone is the message.
            if !whole {
                c.info().str("(Message Fragment) ");
            }
        }
        INIT | INIT_ACK => {
            c.info().str(name).byte(b' ');
            c.read_all(&[(&INIT_TAG, 4), (&INIT_WINDOW, 4), (&INIT_OUT, 2), (&INIT_IN, 2)])?;
            let tsn = c.u32(&INIT_TSN)?;
            _ = c.worker.state.shared.entry::<Firsts>().insert(way, tsn);
        }
        SACK => {
            c.info().str("SACK ");
            let ack = c.u32(&ACK)?;
            let window = c.u32(&WINDOW)?;
            let (from, src, to, dst) = way;
            let back = (to, dst, from, src);
            let first = c.worker.state.shared.entry::<Firsts>().get(&back).copied().unwrap_or_default();
            c.info().str("(Ack=").dec(ack.wrapping_sub(first)).str(", Arwnd=").dec(window).str(") ");
        }
        _ => _ = c.info().str(name).byte(b' '),
    }
    if c.reported() > 0 { c.bytes(&VALUE, c.reported()).map(|_| ()) } else { Ok(()) }
}
