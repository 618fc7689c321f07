//! DNP3 (IEEE 1815).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("dnp3", "Distributed Network Protocol 3.0", Kind::Protocol);

fields! {
    START = "dnp3.start", "Start Bytes", U16 hex;
    LENGTH = "dnp3.len", "Length", U8;
    CONTROL = "dnp3.ctl", "Control", U8 hex;
    DESTINATION = "dnp3.dst", "Destination", U16;
    SOURCE = "dnp3.src", "Source", U16;
    CHECKSUM = "dnp3.hdr.CRC", "Data Link Header checksum", U16 hex;
    CHUNK = "dnp3.data_chunk", "Data Chunk", Bytes;
    CHUNK_CHECKSUM = "dnp3.data_chunk.CRC", "Data Chunk checksum", U16 hex;
    TRANSPORT = "dnp3.tr.ctl", "Transport Control", U8 hex;
    APPLICATION = "dnp3.al.ctl", "Application Control", U8 hex;
    FUNCTION = "dnp3.al.func", "Application Layer Function Code", U8 names(FUNCTIONS);
    INDICATIONS = "dnp3.al.iin", "Internal Indications", U16 hex;
    OBJECT = "dnp3.al.obj", "Object", U16 hex;
    QUALIFIER = "dnp3.al.qualifier", "Qualifier", U8 hex;
}

names! {
    FUNCTIONS {
        0 = "Confirm", 1 = "Read", 2 = "Write", 3 = "Select", 4 = "Operate", 5 = "Direct Operate",
        6 = "Direct Operate No Ack", 7 = "Immediate Freeze", 8 = "Immediate Freeze No Ack", 9 = "Freeze and Clear",
        10 = "Freeze and Clear No ACK", 11 = "Freeze With Time", 12 = "Freeze With Time No ACK", 13 = "Cold Restart",
        14 = "Warm Restart", 15 = "Initialize Data", 16 = "Initialize Application", 17 = "Start Application",
        18 = "Stop Application", 19 = "Save Configuration", 20 = "Enable Spontaneous Messages",
        21 = "Disable Spontaneous Messages", 22 = "Assign Classes", 23 = "Delay Measurement",
        24 = "Record Current Time", 25 = "Open File", 26 = "Close File", 27 = "Delete File", 28 = "Get File Info",
        29 = "Authenticate File", 30 = "Abort File", 31 = "Activate Config", 32 = "Authentication Request",
        33 = "Authentication Error", 129 = "Response", 130 = "Unsolicited Response", 131 = "Authentication Response",
    }
    /// Groups of objects that can be read.
    GROUPS {
        0 = "Device Attribute", 1 = "Binary Input", 2 = "Binary Input Change", 3 = "Double-bit Input",
        4 = "Double-bit Input Change", 10 = "Binary Output", 11 = "Binary Output Change", 20 = "Counter",
        21 = "Frozen Counter", 22 = "Counter Change", 23 = "Frozen Counter Change", 30 = "Analog Input",
        32 = "Analog Input Change", 40 = "Analog Output", 42 = "Analog Output Change", 50 = "Time and Date",
        70 = "File Control", 80 = "Internal Indications", 110 = "Octet String", 111 = "Octet String Event",
        113 = "Virtual Terminal Event Data",
    }
    /// What the link layer does, for a frame of the primary station and for one of the secondary.
    PRIMARY {
        0 = "Reset of Remote Link", 1 = "Reset of User Process", 2 = "Test Function For Link", 3 = "User Data",
        4 = "Unconfirmed User Data", 9 = "Request Link Status",
    }
    SECONDARY {
        0 = "ACK", 1 = "NACK", 11 = "Status of Link", 14 = "Link Service Not Functioning",
        15 = "Link Service Not Used or Implemented",
    }
}

const PORT: u16 = 20000;
/// The first two bytes of a frame.
const START_BYTES: [u8; 2] = [0x05, 0x64];
/// Bytes of a header with its checksum; the length counts five of them.
const HEADER_LEN: usize = 10;
const COUNTED: usize = 5;
/// Data comes in chunks of so many bytes, each with a checksum.
const CHUNK_LEN: usize = 16;
const CHECKSUM_LEN: usize = 2;
/// Flags of the transport layer.
const FINAL: u8 = 0x80;
const FIRST: u8 = 0x40;
/// Set in frames of the primary station.
const PRIMARY_FLAG: u8 = 0x40;
/// The group that stands for classes of events.
const CLASSES: u8 = 60;
/// Bytes of an application's message that are put together at most.
const LONGEST: usize = 1 << 16;

/// Segments of a message that is not complete yet, by direction: bytes, and the number of the next one.
#[derive(Default)]
struct Segments([Option<(Vec<u8>, u8)>; 2]);

/// The data of a frame; the buffer is used again for every one.
#[derive(Default)]
struct Chunks(Vec<u8>);

/// DNP3.
pub struct Dnp3;

impl Protocol for Dnp3 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DNP 3.0";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(PORT), Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek::<2>(0) != Some(START_BYTES) || c.peek_u8(2).is_some_and(|len| usize::from(len) < COUNTED) {
            return Err(Stop::NotMine);
        }
        c.protocol("DNP 3.0");
        let mut first = true;
        while c.reported() > 0 {
            c.await_header(HEADER_LEN)?;
            c.need(HEADER_LEN)?;
            if c.peek::<2>(0) != Some(START_BYTES) {
                return Ok(());
            }
            let len = whole(usize::from(c.peek_u8(2).unwrap_or_default()));
            c.await_bytes(len)?;
            if std::mem::take(&mut first) {
                c.claim();
            }
            c.begin_message(len);
            c.message(len, frame)?;
        }
        Ok(())
    }
}

/// Bytes of a frame that says it has so many.
fn whole(said: usize) -> usize {
    let data = said.saturating_sub(COUNTED);
    HEADER_LEN + data + data.div_ceil(CHUNK_LEN) * CHECKSUM_LEN
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u16(&START)?;
    let len = c.u8(&LENGTH)?;
    let control = c.u8(&CONTROL)?;
    let (destination, source) = (c.u16_le(&DESTINATION)?, c.u16_le(&SOURCE)?);
    c.u16_le(&CHECKSUM)?;
    let function = control & 0x0f;
    let name = name_of(if control & PRIMARY_FLAG != 0 { PRIMARY } else { SECONDARY }, function.into());
    let before = c.info().len();
    let info = c.info().str("from ").dec(source).str(" to ").dec(destination).str(", len=").dec(len).str(", ");
    match name {
        Some(name) => _ = info.str(name),
        None => _ = info.str("Unknown function (0x").hex(function, 2).byte(b')'),
    }
    // These carry no data.
    if matches!(function, 0 | 9 | 11) {
        return Ok(());
    }
    let mut data = c.worker.state.shared.take::<Chunks>().unwrap_or_default();
    data.0.clear();
    let outcome = chunks(c, len, &mut data.0).and_then(|()| segment(c, &data.0, before));
    c.worker.state.shared.put(data);
    outcome
}

/// Reads data without the checksums between it.
fn chunks<S: Sink>(c: &mut Cursor<'_, S>, len: u8, data: &mut Vec<u8>) -> Result<(), Stop> {
    let mut left = usize::from(len).saturating_sub(COUNTED);
    while left > 0 {
        let bytes = c.bytes(&CHUNK, left.min(CHUNK_LEN))?;
        c.u16_le(&CHUNK_CHECKSUM)?;
        data.extend_from_slice(bytes);
        left -= bytes.len();
    }
    Ok(())
}

/// A segment of a message, behind the transport layer's byte; `before` is where the frame's text begins.
fn segment<S: Sink>(c: &mut Cursor<'_, S>, data: &[u8], before: usize) -> Result<(), Stop> {
    let Some((&transport, segment)) = data.split_first() else { return Err(Stop::Malformed) };
    let whole = transport & (FIRST | FINAL) == FIRST | FINAL;
    let together = if whole { None } else { together(c, transport, segment) };
    let Some(message) = together.as_deref().or(whole.then_some(segment)) else {
        c.info().str(" (Application Layer Unreassembled fragment ").dec(transport & 0x3f).byte(b')');
        return Ok(());
    };
    c.info().truncate(before);
    if before > 0 {
        c.info().str(", ");
    }
    application(&mut c.over("DNP 3.0 Application Layer message", message))
}

/// Puts a message together, and gives it once it is complete.
fn together<S: Sink>(c: &mut Cursor<'_, S>, transport: u8, segment: &[u8]) -> Option<Vec<u8>> {
    let (first, last, number) = (transport & FIRST != 0, transport & FINAL != 0, transport & 0x3f);
    let way = c.worker.state.current?.way();
    let kept = c.worker.state.slots()?.entry::<Segments>().0.get_mut(way)?;
    let next = number.wrapping_add(1) & 0x3f;
    if first {
        *kept = Some((segment.to_vec(), next));
        return None;
    }
    let (mut message, expected) = kept.take()?;
    if expected != number || message.len() + segment.len() > LONGEST {
        return None;
    }
    message.extend_from_slice(segment);
    if last {
        return Some(message);
    }
    *kept = Some((message, next));
    None
}

fn application<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&APPLICATION)?;
    let function = c.u8(&FUNCTION)?;
    match FUNCTION.name(function.into()) {
        Some(name) => _ = c.info().str(name),
        None => _ = c.info().str("Unknown function (0x").hex(function, 2).byte(b')'),
    }
    match function {
        1 => read(c),
        2 => {
            let group = c.peek_u8(0).ok_or_else(|| c.short(1))?;
            let known = matches!(group, 50 | 80).then(|| name_of(GROUPS, group.into())).flatten();
            c.info().str(", ").str(known.unwrap_or("Unknown Object Type"));
            Ok(())
        }
        3..=10 | 20 | 21 | 25..=27 => c.need(1),
        129 | 130 => c.u16(&INDICATIONS).map(|_| ()),
        _ => Ok(()),
    }
}

/// What is to be read: objects of groups, and classes of events, which are told of together.
fn read<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.need(1)?;
    let mut classes = [false; 4];
    while c.reported() > 0 {
        let object = c.u16(&OBJECT)?;
        let [group, variation] = object.to_be_bytes();
        let qualifier = c.u8(&QUALIFIER)?;
        range(c, qualifier)?;
        if group == CLASSES {
            classes.get_mut(usize::from(variation).wrapping_sub(1)).into_iter().for_each(|class| *class = true);
        } else {
            c.info().str(", ").str(name_of(GROUPS, group.into()).unwrap_or("Unknown Object Type"));
        }
    }
    if classes.contains(&true) {
        c.info().str(", Class ");
        for (class, _) in classes.into_iter().enumerate().filter(|&(_, asked)| asked) {
            c.info().dec(class as u64);
        }
    }
    Ok(())
}

/// Passes over which objects of a group are meant.
fn range<S: Sink>(c: &mut Cursor<'_, S>, qualifier: u8) -> Result<(), Stop> {
    let count = match qualifier & 0x0f {
        0 => return c.skip(2),
        1 => return c.skip(4),
        2 => return c.skip(8),
        6 => return Ok(()),
        7 => c.array::<1>().map(|[count]| usize::from(count))?,
        8 => c.array().map(u16::from_le_bytes)?.into(),
        _ => return Err(Stop::Malformed),
    };
    // Each may be named by an index of 1, 2 or 4 bytes.
    let index = match qualifier >> 4 {
        1 => 1,
        2 => 2,
        3 => 4,
        _ => 0,
    };
    c.skip(count.saturating_mul(index))
}
