//! NetPerfMeter: measures what transport protocols achieve (draft-dreibholz-nwcrg-netperfmeter's message format).

use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("netperfmeter", "NetPerfMeter Protocol", Kind::Protocol);

fields! {
    TYPE = "netperfmeter.message_type", "Type", U8 names(TYPES);
    FLAGS = "netperfmeter.message_flags", "Flags", U8;
    LENGTH = "netperfmeter.message_length", "Length", U16;
    ACK_FLOW = "netperfmeter.acknowledge_flowid", "Flow ID", U32 hex;
    ACK_MEASUREMENT = "netperfmeter.acknowledge_measurementid", "Measurement ID", U64 hex;
    ACK_STREAM = "netperfmeter.acknowledge_streamid", "Stream ID", U16;
    ACK_STATUS = "netperfmeter.acknowledge_status", "Status", U32;
    ADD_FLOW = "netperfmeter.addflow_flowid", "Flow ID", U32 hex;
    ADD_MEASUREMENT = "netperfmeter.addflow_measurementid", "Measurement ID", U64 hex;
    ADD_STREAM = "netperfmeter.addflow_streamid", "Stream ID", U16;
    ADD_PROTOCOL = "netperfmeter.addflow_protocol", "Protocol", U8;
    ADD_FLAGS = "netperfmeter.addflow_flags", "Flags", U8 hex;
    ADD_DESCRIPTION = "netperfmeter.addflow_description", "Description", Str;
    REMOVE_FLOW = "netperfmeter.removeflow_flowid", "Flow ID", U32 hex;
    REMOVE_MEASUREMENT = "netperfmeter.removeflow_measurementid", "Measurement ID", U64 hex;
    REMOVE_STREAM = "netperfmeter.removeflow_streamid", "Stream ID", U16;
    ID_FLOW = "netperfmeter.identifyflow_flowid", "Flow ID", U32 hex;
    ID_MAGIC = "netperfmeter.identifyflow_magicnumber", "Magic Number", U64 hex;
    ID_MEASUREMENT = "netperfmeter.identifyflow_measurementid", "Measurement ID", U64 hex;
    ID_STREAM = "netperfmeter.identifyflow_streamid", "Stream ID", U16;
    ID_COMPRESS = "netperfmeter.dentifyflow_flags.compress_vectors", "Compress Vectors", Bool mask(0x01) set();
    ID_NO_VECTORS = "netperfmeter.dentifyflow_flags.no_vectors", "No Vectors", Bool mask(0x02) set();
    DATA_FLOW = "netperfmeter.data_flowid", "Flow ID", U32 hex;
    DATA_MEASUREMENT = "netperfmeter.data_measurementid", "Measurement ID", U64 hex;
    DATA_STREAM = "netperfmeter.data_streamid", "Stream ID", U16;
    DATA_PADDING = "netperfmeter.data_padding", "Padding", U16 hex;
    DATA_FRAME = "netperfmeter.data_frameid", "Frame ID", U32;
    DATA_PACKET = "netperfmeter.data_packetseqnumber", "Packet Seq Number", U64;
    DATA_BYTE = "netperfmeter.data_byteseqnumber", "Byte Seq Number", U64;
    DATA_TIME = "netperfmeter.data_timestamp", "Time Stamp", AbsTime;
    DATA_PAYLOAD = "netperfmeter.data_payload", "Payload", Bytes;
    DATA_BEGIN = "netperfmeter.data_flags.frame_begin", "Begin of Frame", Bool mask(0x01) set();
    DATA_END = "netperfmeter.data_flags.frame_end", "End of Frame", Bool mask(0x02) set();
    START = "netperfmeter.start_measurementid", "Measurement ID", U64 hex;
    STOP = "netperfmeter.stop_measurementid", "Measurement ID", U64 hex;
    RESULTS = "netperfmeter.results_data", "Data", Bytes;
    RESULTS_EOF = "netperfmeter.results_flags.eof", "End of File", Bool mask(0x01) set();
}

names! {
    TYPES {
        1 = "NetPerfMeter Acknowledge", 2 = "NetPerfMeter Add Flow", 3 = "NetPerfMeter Remove Flow",
        4 = "NetPerfMeter Identify Flow", 5 = "NetPerfMeter Data", 6 = "NetPerfMeter Start Measurement",
        7 = "NetPerfMeter Stop Measurement", 8 = "NetPerfMeter Results",
    }
}

const ADD: u8 = 2;
const IDENTIFY: u8 = 4;
const DATA: u8 = 5;
const HEADER_LEN: usize = 4;
/// Where a flow's first message has its magic number, and that number.
const MAGIC: (usize, u64) = (8, 0x4bcd_f3aa_303c_6774);

/// NetPerfMeter: its control messages over SCTP, its flows over SCTP, UDP, TCP and DCCP.
pub struct NetPerfMeter;

/// Flows over DCCP, by their addresses and ports.
type Flows = Recent<(Address, u16, Address, u16), (), 4096>;

impl Protocol for NetPerfMeter {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NetPerfMeter";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[
        Key::SctpPayload(36),
        Key::SctpPayload(37),
        Key::SctpPayload(0x2909_7605),
        Key::SctpPayload(0x2909_7606),
        Key::UdpContent,
        Key::TcpContent,
    ];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        begins_flow(c)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.claim();
        if c.in_stream() {
            if begins_flow(c) {
                c.worker.state.bind(Registry::named(LAYER.key));
            }
            return messages(c, HEADER_LEN, |c| c.peek_u16(2).unwrap_or_default().into(), message);
        }
        if begins_flow(c) {
            c.worker.state.bind(Registry::named(LAYER.key));
        }
        message(c)
    }
}

/// Whether a flow's first message is here.
fn begins_flow<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.peek_u8(0) == Some(IDENTIFY) && c.peek::<8>(MAGIC.0).map(u64::from_be_bytes) == Some(MAGIC.1)
}

/// Takes a DCCP packet's payload apart if it belongs to a flow; says whether it does.
///
/// # Errors
/// Those of the message.
pub fn over_dccp<S: Sink>(c: &mut Cursor<'_, S>, (src, dst): (u16, u16)) -> Result<bool, Stop> {
    let (from, to) = (c.row().src, c.row().dst);
    let flow = if (from, src) <= (to, dst) { (from, src, to, dst) } else { (to, dst, from, src) };
    let flows = c.worker.state.shared.entry::<Flows>();
    let known = flows.get(&flow).is_some();
    if !known && !begins_flow(c) {
        return Ok(false);
    }
    if !known {
        _ = c.worker.state.shared.entry::<Flows>().insert(flow, ());
    }
    c.call::<NetPerfMeter>()
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.row().protocol_append(", NetPerfMeter");
    let kind = c.u8(&TYPE)?;
    c.info().str(name_of(TYPES, kind.into()).unwrap_or("Unknown")).byte(b' ');
    let flags = c.be::<1>(&FLAGS)?;
    let parts: &[&'static Field] = match kind {
        IDENTIFY => &[&ID_COMPRESS, &ID_NO_VECTORS],
        DATA => &[&DATA_BEGIN, &DATA_END],
        8 => &[&RESULTS_EOF],
        _ => &[],
    };
    c.below(|c| parts.iter().for_each(|part| _ = c.bits::<1>(part, flags)));
    let len = usize::from(c.u16(&LENGTH)?);
    match kind {
        1 => c.read_all(&[(&ACK_FLOW, 4), (&ACK_MEASUREMENT, 8), (&ACK_STREAM, 2)]).and_then(|()| {
            c.skip(2)?;
            c.u32(&ACK_STATUS).map(|_| ())
        }),
        ADD => {
            c.read_all(&[
                (&ADD_FLOW, 4),
                (&ADD_MEASUREMENT, 8),
                (&ADD_STREAM, 2),
                (&ADD_PROTOCOL, 1),
                (&ADD_FLAGS, 1),
            ])?;
            c.bytes(&ADD_DESCRIPTION, 32).map(|_| ())
        }
        3 => c.read_all(&[(&REMOVE_FLOW, 4), (&REMOVE_MEASUREMENT, 8), (&REMOVE_STREAM, 2)]),
        IDENTIFY => c.read_all(&[(&ID_FLOW, 4), (&ID_MAGIC, 8), (&ID_MEASUREMENT, 8), (&ID_STREAM, 2)]),
        DATA => data(c),
        6 => c.u64(&START).map(|_| ()),
        7 => c.u64(&STOP).map(|_| ()),
        8 => c.bytes(&RESULTS, len.saturating_sub(HEADER_LEN).min(c.remaining())).map(|_| ()),
        _ => Ok(()),
    }
}

fn data<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&DATA_FLOW, 4), (&DATA_MEASUREMENT, 8), (&DATA_STREAM, 2), (&DATA_PADDING, 2), (&DATA_FRAME, 4)])?;
    c.read_all(&[(&DATA_PACKET, 8), (&DATA_BYTE, 8)])?;
    let micros = c.array::<8>().map(u64::from_be_bytes)?;
    c.put(&DATA_TIME, c.pos() - 8, c.pos(), micros.wrapping_mul(1000));
    c.bytes(&DATA_PAYLOAD, c.remaining()).map(|_| ())
}
