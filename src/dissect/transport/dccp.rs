//! DCCP (RFC 4340).

use crate::conversation::recent::Recent;
use crate::dissect::application::netperfmeter;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::{fields, names};

static LAYER: Field = Field::new("dccp", "Datagram Congestion Control Protocol", Kind::Protocol);

fields! {
    SRC_PORT = "dccp.srcport", "Source Port", U16;
    DST_PORT = "dccp.dstport", "Destination Port", U16;
    OFFSET = "dccp.data_offset", "Data Offset", U8;
    CC_VALUE = "dccp.ccval", "CCVal", U8 mask(0xf0);
    COVERAGE = "dccp.cscov", "Checksum Coverage", U8 mask(0x0f);
    CHECKSUM = "dccp.checksum", "Checksum", U16 hex;
    TYPE = "dccp.type", "Type", U8 mask(0x1e) names(TYPES);
    EXTENDED = "dccp.x", "Extended Sequence Numbers", Bool mask(0x01) flag("Yes", "No");
    SEQUENCE = "dccp.seq", "Sequence Number", U64;
    ACKNOWLEDGEMENT = "dccp.ack", "Acknowledgement Number", U64;
    SERVICE = "dccp.service_code", "Service Code", U32 names(SERVICES);
    RESET = "dccp.reset_code", "Reset Code", U8 names(RESETS);
    DATA = "dccp.payload", "Payload", Bytes;
}

names! {
    TYPES {
        0 = "Request", 1 = "Response", 2 = "Data", 3 = "Ack", 4 = "DataAck", 5 = "CloseReq", 6 = "Close", 7 = "Reset",
        8 = "Sync", 9 = "SyncAck", 10 = "Listen", 11..=15 = "Reserved",
    }
    SERVICES {
        0x0000_0000 = "not specified", 0x006c_7470 = "LTP: Licklider Transmission Protocol",
        0x4449_5343 = "DISC: Discard", 0x5254_4350 = "RTCP: RTCP connection, separate from the corresponding RTP",
        0x5254_5041 = "RTPA: RTP session conveying audio data (and associated RTCP)",
        0x5254_504f = "RTPO: RTP session conveying other media (and associated RTCP)",
        0x5254_5054 = "RTPT: RTP session conveying text media (and associated RTCP)",
        0x5254_5056 = "RTPV: RTP session conveying video data (and associated RTCP)",
        0x5359_4c47 = "SYLG: Syslog Protocol", 0x6474_6e31 = "Bundle Protocol",
        0x6e70_6d70 = "NPMP: NetPerfMeter Data", 0xffff_ffff = "Reserved (Invalid)",
    }
    RESETS {
        0 = "Unspecified", 1 = "Closed", 2 = "Aborted", 3 = "No Connection", 4 = "Packet Error", 5 = "Option Error",
        6 = "Mandatory Error", 7 = "Connection Refused", 8 = "Bad Service Code", 9 = "Too Busy",
        10 = "Bad Init Cookie", 11 = "Aggression Penalty", 12..=127 = "Reserved",
    }
}

/// Types of packets.
const REQUEST: u8 = 0;
const RESPONSE: u8 = 1;
const DATA_TYPE: u8 = 2;
const RESET_TYPE: u8 = 7;
const LISTEN: u8 = 10;
/// Bytes of a header with long sequence numbers and with short ones.
const LONG_HEADER: usize = 16;
const SHORT_HEADER: usize = 12;

/// One direction of a connection: sender and receiver.
type Way = (Address, u16, Address, u16);

/// Where each direction's sequence numbers began, of the last so many directions.
type Beginnings = Recent<Way, u64, { 1 << 14 }>;

/// DCCP.
pub struct Dccp;

impl Protocol for Dccp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DCCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ip(33)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let start = c.pos();
        c.protocol("DCCP");
        let (src, dst) = (c.u16(&SRC_PORT)?, c.u16(&DST_PORT)?);
        c.tap(Layers::PORTS, (src, dst), 33);
        c.layer_append(|l| _ = l.str(", Src Port: ").dec(src).str(", Dst Port: ").dec(dst));
        c.claim().dec(src).str(" → ").dec(dst);
        c.need(5)?;
        let offset = usize::from(c.u8(&OFFSET)?) * 4;
        let coverage = c.u8(&CC_VALUE)?;
        c.put(&COVERAGE, c.pos() - 1, c.pos(), coverage.into());
        c.u16(&CHECKSUM)?;
        let kind = c.u8(&TYPE)?;
        c.put(&EXTENDED, c.pos() - 1, c.pos(), kind.into());
        let (kind, extended) = (kind >> 1 & 0x0f, kind & 1 == 1);
        c.info().str(" [").str(TYPE.name(kind.into()).unwrap_or_default()).byte(b']');
        if offset < if extended { LONG_HEADER } else { SHORT_HEADER } {
            return Ok(());
        }
        let addresses = (c.row().src, c.row().dst);
        let way = (addresses.0, src, addresses.1, dst);
        let sequence = numbers(c, way, (kind, extended))?;
        c.info().str(" Seq=").dec(sequence);
        rest(c, (addresses.1, dst, addresses.0, src), (kind, extended))?;
        if start + offset > c.limit() {
            return Err(Stop::Malformed);
        }
        c.seek(start + offset);
        if c.reported() > 0 && matches!(kind, REQUEST | RESPONSE | DATA_TYPE | 4) {
            c.put(&DATA, c.pos(), c.end(), 0);
            c.layer_ends();
            c.lend(|c| payload(c, (src, dst)))?;
        }
        Ok(())
    }
}

/// Reads a number of 48 or of 24 bits.
fn long_or_short<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, long: bool) -> Result<u64, Stop> {
    if long { c.be::<6>(field) } else { c.be::<3>(field) }
}

/// Reads the sequence number; gives it as it counts from the connection's beginning, if that was seen.
fn numbers<S: Sink>(c: &mut Cursor<'_, S>, way: Way, (kind, extended): (u8, bool)) -> Result<u64, Stop> {
    if extended {
        c.skip(1)?;
    }
    let number = long_or_short(c, &SEQUENCE, extended)?;
    let beginnings = c.worker.state.shared.entry::<Beginnings>();
    match beginnings.get(&way).copied() {
        Some(began) => Ok(relative(number, began, extended)),
        None => {
            if matches!(kind, REQUEST | RESPONSE) {
                beginnings.insert(way, number);
            }
            Ok(number)
        }
    }
}

/// How far a number is from where they began; a short one is the lower half.
fn relative(number: u64, began: u64, extended: bool) -> u64 {
    let bits = if extended { 48 } else { 24 };
    number.wrapping_sub(began) & ((1 << bits) - 1)
}

/// What is in the header beyond the sequence number.
fn rest<S: Sink>(c: &mut Cursor<'_, S>, back: Way, (kind, extended): (u8, bool)) -> Result<(), Stop> {
    let long = match kind {
        REQUEST => return service(c),
        LISTEN if c.reported() >= 4 => return service(c),
        RESPONSE | RESET_TYPE..=9 => true,
        3 | 4 => extended,
        5 | 6 if extended => true,
        _ => return Ok(()),
    };
    c.skip(if long { 2 } else { 1 })?;
    let number = long_or_short(c, &ACKNOWLEDGEMENT, long)?;
    let began = c.worker.state.shared.entry::<Beginnings>().get(&back).copied();
    c.info().str(" (Ack=").dec(began.map_or(number, |began| relative(number, began, long))).byte(b')');
    match kind {
        RESPONSE => service(c),
        RESET_TYPE => {
            let code = c.u8(&RESET)?;
            c.info().str(" (code=");
            match RESET.name(code.into()) {
                Some(name) => _ = c.info().str(name).byte(b')'),
                None => _ = c.info().str("Unknown (").dec(code).str("))"),
            }
            c.skip(3)
        }
        _ => Ok(()),
    }
}

fn service<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let service = c.u32(&SERVICE)?;
    c.info().str(" (service=");
    match SERVICE.name(service.into()) {
        Some(name) => _ = c.info().str(name).byte(b')'),
        None => _ = c.info().str("Unknown (").dec(service).str("))"),
    }
    Ok(())
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>, (src, dst): (u16, u16)) -> Result<(), Stop> {
    if !c.next(Key::Dccp(src.min(dst)))?
        && !c.next(Key::Dccp(src.max(dst)))?
        && !netperfmeter::over_dccp(c, (src, dst))?
    {
        c.data();
    }
    Ok(())
}
