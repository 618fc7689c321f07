//! SCTP (RFC 9260).

mod parameters;

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
    ASSOCIATION = "", "Association index: disabled (enable in preferences)", None;
    CHECKSUM = "sctp.checksum", "Checksum", U32 hex;
    CHECKSUM_STATUS = "sctp.checksum.status", "Checksum Status", U8 names(CHECKSUM_STATUSES) bare;
    CHUNK = "", "Chunk", None;
    TYPE = "sctp.chunk_type", "Chunk type", U8 names(TYPES);
    SKIP = "sctp.chunk_bit_1", "Bit", Bool mask(0x80) flag("Skip chunk and continue processing of the packet", "Stop processing of the packet");
    REPORT = "sctp.chunk_bit_2", "Bit", Bool mask(0x40) flag("Do report", "Do not report");
    FLAGS = "sctp.chunk_flags", "Chunk flags", U8 hex;
    LENGTH = "sctp.chunk_length", "Chunk length", U16;
    PADDING = "sctp.chunk_padding", "Chunk padding", Bytes;
    I_BIT = "sctp.data_i_bit", "I-Bit", Bool mask(0x8) flag("Send SACK immediately", "Possibly delay SACK");
    U_BIT = "sctp.data_u_bit", "U-Bit", Bool mask(0x4) flag("Unordered delivery", "Ordered delivery");
    B_BIT = "sctp.data_b_bit", "B-Bit", Bool mask(0x2) flag("First segment", "Subsequent segment");
    E_BIT = "sctp.data_e_bit", "E-Bit", Bool mask(0x1) flag("Last segment", "Not the last segment");
    TSN_RELATIVE = "sctp.data_tsn", "Transmission sequence number (relative)", U32;
    TSN = "sctp.data_tsn_raw", "Transmission sequence number (absolute)", U32;
    STREAM = "sctp.data_sid", "Stream identifier", U16 hex;
    STREAM_SEQUENCE = "sctp.data_ssn", "Stream sequence number", U16;
    PAYLOAD_PROTOCOL = "sctp.data_payload_proto_id", "Payload protocol identifier", U32 names(PAYLOADS);
    INIT_TAG = "sctp.init_initiate_tag", "Initiate tag", U32 hex;
    INIT_WINDOW = "sctp.init_credit", "Advertised receiver window credit (a_rwnd)", U32;
    INIT_OUT = "sctp.init_nr_out_streams", "Number of outbound streams", U16;
    INIT_IN = "sctp.init_nr_in_streams", "Number of inbound streams", U16;
    INIT_TSN = "sctp.init_initial_tsn", "Initial TSN", U32;
    INIT_ACK_TAG = "sctp.initack_initiate_tag", "Initiate tag", U32 hex;
    INIT_ACK_WINDOW = "sctp.initack_credit", "Advertised receiver window credit (a_rwnd)", U32;
    INIT_ACK_OUT = "sctp.initack_nr_out_streams", "Number of outbound streams", U16;
    INIT_ACK_IN = "sctp.initack_nr_in_streams", "Number of inbound streams", U16;
    INIT_ACK_TSN = "sctp.initack_initial_tsn", "Initial TSN", U32;
    NONCE_SUM = "sctp.sack_nounce_sum", "Nounce sum", U8 mask(0x1);
    ACK_RELATIVE = "sctp.sack_cumulative_tsn_ack", "Cumulative TSN ACK (relative)", U32;
    ACK = "sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ACK (absolute)", U32;
    WINDOW = "sctp.sack_a_rwnd", "Advertised receiver window credit (a_rwnd)", U32;
    GAPS = "sctp.sack_number_of_gap_blocks", "Number of gap acknowledgement blocks", U16;
    DUPLICATES = "sctp.sack_number_of_duplicated_tsns", "Number of duplicated TSNs", U16;
    SHUTDOWN_ACK_TSN = "sctp.shutdown_cumulative_tsn_ack", "Cumulative TSN Ack", U32;
    T_BIT = "sctp.shutdown_complete_t_bit", "T-Bit", Bool mask(0x1) flag("Tag reflected", "Tag not reflected");
    ABORT_T_BIT = "sctp.abort_t_bit", "T-Bit", Bool mask(0x1) flag("Tag reflected", "Tag not reflected");
    COOKIE = "sctp.cookie", "Cookie", Bytes;
    VALUE = "sctp.chunk_value", "Chunk value", Bytes;
}

names! {
    CHECKSUM_STATUSES { 0 = "Bad", 1 = "Good", 2 = "Unverified", 3 = "Not present", 4 = "Illegal" }
    PAYLOADS {
        0 = "not specified", 1 = "IUA", 2 = "M2UA", 3 = "M3UA", 4 = "SUA", 5 = "M2PA", 6 = "V5UA",
        7 = "H.248/MEGACO", 8 = "BICC/Q.2150.3", 9 = "TALI", 10 = "DUA", 11 = "ASAP", 12 = "ENRP", 13 = "H.323",
        14 = "Q.IPC/Q.2150.3", 15 = "SIMCO", 16 = "DDP Segment Chunk", 17 = "DDP Stream Session Control",
        18 = "S1 Application Protocol (S1AP)", 19 = "RUA", 20 = "HNBAP", 21 = "ForCES-HP", 22 = "ForCES-MP",
        23 = "ForCES-LP", 24 = "SBc-AP", 25 = "NBAP", 26 = "Unassigned", 27 = "X2AP", 28 = "IRCP", 29 = "LCS-AP",
        30 = "MPICH2", 31 = "SABP", 32 = "Fractal Generator Protocol", 33 = "Ping Pong Protocol",
        34 = "CalcApp Protocol", 35 = "Scripting Service Protocol", 36 = "NetPerfMeter Control",
        37 = "NetPerfMeter Data", 38 = "Echo", 39 = "Discard", 40 = "Daytime", 41 = "Character Generator",
        42 = "3GPP RNA", 43 = "3GPP M2AP", 44 = "3GPP M3AP", 45 = "SSH", 46 = "DIAMETER", 47 = "DIAMETER over DTLS",
        48 = "R14P", 49 = "Generic Data Transfer Protocol (GDT)", 50 = "WebRTC Control", 51 = "WebRTC String",
        52 = "WebRTC Binary Partial (Deprecated)", 53 = "WebRTC Binary", 54 = "WebRTC String Partial (Deprecated)",
        55 = "3GPP PUA", 56 = "WebRTC String Empty", 57 = "WebRTC Binary Empty", 58 = "XwAP",
        59 = "Xw - Control Plane", 60 = "NGAP", 61 = "XnAP", 62 = "F1 AP", 65 = "ELE2 Lawful Interception",
        66 = "NGAP over DTLS", 67 = "XnAP over DTLS", 68 = "F1AP over DTLS", 69 = "E1AP over DTLS", 70 = "E2-CP",
        71 = "E2-UP", 72 = "E2-DU", 73 = "W1AP",
    }
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
const HEARTBEAT: u8 = 4;
const HEARTBEAT_ACK: u8 = 5;
const ABORT: u8 = 6;
const SHUTDOWN: u8 = 7;
const COOKIE_ECHO: u8 = 10;
const SHUTDOWN_COMPLETE: u8 = 14;
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
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[parameters::FIELDS];
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
        c.generated(&ASSOCIATION, 0);
        c.u32(&CHECKSUM)?;
        c.append(|l| _ = l.str(" [unverified]"));
        c.generated(&CHECKSUM_STATUS, 2);
        let (from, to) = (c.row().src, c.row().dst);
        let way = (from, src, to, dst);
        while c.reported() > 0 {
            let kind = c.peek_u8(0).ok_or_else(|| c.short(HEADER_LEN))?;
            let len = usize::from(c.peek_u16(2).ok_or_else(|| c.short(HEADER_LEN))?);
            if len < HEADER_LEN {
                return Ok(());
            }
            let padding = len.next_multiple_of(4) - len;
            c.group(&CHUNK, |c| {
                let name = name_of(TYPES, kind.into()).unwrap_or("RESERVED");
                let mark = c.mark().wrapping_sub(1);
                c.label(|l| _ = l.str(name).str(" chunk"));
                let mut inside = None;
                c.within(len, |c| chunk(c, kind, (name, mark), (way, &mut inside)))?;
                let padding = padding.min(c.remaining());
                if padding > 0 {
                    c.insert_at(inside.unwrap_or(c.mark()), |c| c.bytes(&PADDING, padding).map(|_| ()))?;
                }
                Ok(())
            })?;
            c.seek(c.pos().min(c.limit()));
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

/// Reads what every chunk begins with; gives its flags.
fn head<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<u8, Stop> {
    let first = c.be::<1>(&TYPE)?;
    c.below(|c| {
        c.bits::<1>(&SKIP, first);
        c.bits::<1>(&REPORT, first);
    });
    let flags = c.be::<1>(&FLAGS)?;
    let bits: &[&'static Field] = match kind {
        DATA => &[&I_BIT, &U_BIT, &B_BIT, &E_BIT],
        SACK => &[&NONCE_SUM],
        ABORT => &[&ABORT_T_BIT],
        SHUTDOWN_COMPLETE => &[&T_BIT],
        _ => &[],
    };
    c.below(|c| {
        for bit in bits {
            c.bits::<1>(bit, flags);
        }
    });
    c.u16(&LENGTH)?;
    Ok(flags as u8)
}

/// One chunk, whose line stands at `mark`. Where it carries a message, its own lines end `inside`.
fn chunk<S: Sink>(
    c: &mut Cursor<'_, S>,
    kind: u8,
    (name, mark): (&'static str, usize),
    (way, inside): (Way, &mut Option<usize>),
) -> Result<(), Stop> {
    let flags = head(c, kind)?;
    let cut = c.remaining() < c.reported();
    match kind {
        DATA if cut => {
            c.info().str(name).byte(b' ');
            return Err(c.short(c.reported()));
        }
        DATA => return data(c, flags, (mark, inside), way),
        INIT | INIT_ACK => {
            c.info().str(name).byte(b' ');
            let fields: [&'static Field; 5] = match kind {
                INIT => [&INIT_TAG, &INIT_WINDOW, &INIT_OUT, &INIT_IN, &INIT_TSN],
                _ => [&INIT_ACK_TAG, &INIT_ACK_WINDOW, &INIT_ACK_OUT, &INIT_ACK_IN, &INIT_ACK_TSN],
            };
            let [tag, window, outbound, inbound, first] = fields;
            c.read_all(&[(tag, 4), (window, 4)])?;
            let (outbound, inbound) = (c.u16(outbound)?, c.u16(inbound)?);
            let tsn = c.u32(first)?;
            c.append_at(mark, |l| {
                l.str(" (Outbound streams: ").dec(outbound).str(", inbound streams: ").dec(inbound).byte(b')');
            });
            _ = c.worker.state.shared.entry::<Firsts>().insert(way, tsn);
            return parameters::dissect(c);
        }
        SACK => return sack(c, mark, way),
        HEARTBEAT | HEARTBEAT_ACK => {
            c.info().str(name).byte(b' ');
            let len = c.reported() as u64;
            c.append_at(mark, |l| _ = l.str(" (Information: ").dec(len).str(" bytes)"));
            return parameters::dissect(c);
        }
        SHUTDOWN => {
            c.info().str(name).byte(b' ');
            let tsn = c.u32(&SHUTDOWN_ACK_TSN)?;
            c.append_at(mark, |l| _ = l.str(" (Cumulative TSN ack: ").dec(tsn).byte(b')'));
        }
        COOKIE_ECHO => {
            c.info().str(name).byte(b' ');
            let len = c.reported();
            c.append_at(mark, |l| _ = l.str(" (Cookie length: ").dec(len as u64).str(" bytes)"));
            c.bytes(&COOKIE, len)?;
        }
        _ => _ = c.info().str(name).byte(b' '),
    }
    if c.reported() > 0 { c.bytes(&VALUE, c.reported()).map(|_| ()) } else { Ok(()) }
}

/// The first number of a direction: `tsn` where none is known yet.
fn first_of<S: Sink>(c: &mut Cursor<'_, S>, way: Way, tsn: u32) -> u32 {
    let firsts = c.worker.state.shared.entry::<Firsts>();
    firsts.get(&way).copied().unwrap_or_else(|| {
        _ = firsts.insert(way, tsn);
        tsn
    })
}

/// A message of a user, or a piece of it.
fn data<S: Sink>(
    c: &mut Cursor<'_, S>,
    flags: u8,
    (mark, inside): (usize, &mut Option<usize>),
    way: Way,
) -> Result<(), Stop> {
    let tsn = c.peek_u32(0).ok_or_else(|| c.short(4))?;
    let relative = tsn.wrapping_sub(first_of(c, way, tsn));
    c.put(&TSN_RELATIVE, c.pos(), c.pos() + 4, relative.into());
    c.u32(&TSN)?;
    let (stream, sequence) = (c.u16(&STREAM)?, c.u16(&STREAM_SEQUENCE)?);
    let protocol = c.u32(&PAYLOAD_PROTOCOL)?;
    describe(c, mark, flags, [relative, stream.into(), sequence.into(), protocol]);
    *inside = Some(c.mark());
    let whole = flags & 3 == 3;
    let mut written = false;
    if whole && c.remaining() > 0 {
        written = payload(c, protocol, way)?;
    } else if !whole && let Some(message) = piece(c, (way, protocol), (flags, tsn)) {
        written = payload(&mut c.over("Reassembled SCTP", &message), protocol, way)?;
    }
    if written {
        return Ok(());
    }
    c.info().str("DATA (TSN=").dec(relative).str(") ");
    // Neither the first piece of a message nor its last alone is the message.
    if !whole {
        c.info().str("(Message Fragment) ");
    }
    c.skip(c.remaining())
}

/// Says in a message's line which it is.
fn describe<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, flags: u8, [relative, stream, sequence, protocol]: [u32; 4]) {
    let len = c.reported() as u64;
    c.append_at(mark, |l| {
        l.str(if flags & 4 == 0 { " (ordered, " } else { " (unordered, " });
        l.str(match flags & 3 {
            3 => "complete",
            2 => "first",
            1 => "last",
            _ => "middle",
        });
        l.str(" segment, TSN: ").dec(relative).str(", SID: ").dec(stream).str(", SSN: ").dec(sequence);
        l.str(", PPID: ").dec(protocol).str(", payload length: ").dec(len);
        l.str(if len == 1 { " byte)" } else { " bytes)" });
    });
}

/// What has come of the other direction.
fn sack<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, (from, src, to, dst): Way) -> Result<(), Stop> {
    c.info().str("SACK ");
    let ack = c.peek_u32(0).ok_or_else(|| c.short(4))?;
    let first = c.worker.state.shared.entry::<Firsts>().get(&(to, dst, from, src)).copied().unwrap_or_default();
    let relative = ack.wrapping_sub(first);
    c.put(&ACK_RELATIVE, c.pos(), c.pos() + 4, relative.into());
    c.u32(&ACK)?;
    let window = c.u32(&WINDOW)?;
    c.info().str("(Ack=").dec(relative).str(", Arwnd=").dec(window).str(") ");
    if c.remaining() >= 4 {
        let (gaps, duplicates) = (c.u16(&GAPS)?, c.u16(&DUPLICATES)?);
        c.append_at(mark, |l| {
            l.str(" (Cumulative TSN: ").dec(ack).str(", a_rwnd: ").dec(window);
            l.str(", gaps: ").dec(gaps).str(", duplicate TSNs: ").dec(duplicates).byte(b')');
        });
    }
    if c.reported() > 0 { c.bytes(&VALUE, c.reported()).map(|_| ()) } else { Ok(()) }
}
