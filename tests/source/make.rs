//! Captures as bytes, and what a reader makes of them.

use std::io::{Cursor, Read};

use netpeek::source::{CaptureFile, Name, Record, SourceError};

/// The byte order of a made file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

pub(crate) use Order::{Big, Little};

impl Order {
    pub(crate) fn u16(self, number: u16) -> [u8; 2] {
        if self == Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    pub(crate) fn u32(self, number: u32) -> [u8; 4] {
        if self == Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    pub(crate) fn u64(self, number: u64) -> [u8; 8] {
        if self == Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    pub(crate) fn u32s(self, numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|&number| self.u32(number)).collect()
    }
}

/// A pcap file header.
pub(crate) fn pcap_header(order: Order, magic: u32, version: (u16, u16), network: u32) -> Vec<u8> {
    let version = [order.u16(version.0), order.u16(version.1)].concat();
    [order.u32(magic).to_vec(), version, order.u32s(&[0, 0, 65535, network])].concat()
}

pub(crate) const MICROSECONDS: u32 = 0xa1b2_c3d4;
pub(crate) const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// A pcap file of version 2.4, Ethernet, microseconds.
pub(crate) fn pcap(order: Order, records: &[Vec<u8>]) -> Vec<u8> {
    [pcap_header(order, MICROSECONDS, (2, 4), 1), records.concat()].concat()
}

/// A pcap record, with its four header fields as given.
pub(crate) fn record(order: Order, fields: [u32; 4], data: &[u8]) -> Vec<u8> {
    [&order.u32s(&fields), data].concat()
}

/// A whole packet of `len` bytes that tell them apart, at `secs`.
pub(crate) fn packet(order: Order, secs: u32, len: u32) -> Vec<u8> {
    record(order, [secs, 123_456, len, len], &content(len as usize))
}

/// Bytes that tell one position from another.
pub(crate) fn content(len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A pcapng block.
pub(crate) fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let len = order.u32(u32::try_from(body.len()).unwrap() + 12);
    [&order.u32(kind), &len, body, &len].concat()
}

/// A pcapng option.
pub(crate) fn option(order: Order, code: u16, value: &[u8]) -> Vec<u8> {
    let len = u16::try_from(value.len()).unwrap();
    [order.u16(code).to_vec(), order.u16(len).to_vec(), padded(value)].concat()
}

pub(crate) fn section(order: Order) -> Vec<u8> {
    section_with(order, (1, 0), &[])
}

pub(crate) fn section_with(order: Order, version: (u16, u16), options: &[u8]) -> Vec<u8> {
    let fixed = [&order.u32(0x1a2b_3c4d)[..], &order.u16(version.0), &order.u16(version.1), &order.u64(u64::MAX)];
    block(order, 0x0a0d_0d0a, &[&fixed.concat(), options].concat())
}

pub(crate) fn interface(order: Order, link: u16, snaplen: u32, options: &[u8]) -> Vec<u8> {
    block(order, 1, &[&order.u16(link)[..], &[0, 0], &order.u32(snaplen), options].concat())
}

/// An Enhanced Packet Block of a whole packet.
pub(crate) fn enhanced(order: Order, interface: u32, ticks: u64, data: &[u8], options: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    enhanced_of([interface, len, len], order, ticks, data, options)
}

/// An Enhanced Packet Block with interface, captured and original length as given.
pub(crate) fn enhanced_of(
    [interface, captured, wire]: [u32; 3],
    order: Order,
    ticks: u64,
    data: &[u8],
    options: &[u8],
) -> Vec<u8> {
    let (high, low) = (u32::try_from(ticks >> 32).unwrap(), u32::try_from(ticks & 0xffff_ffff).unwrap());
    let fields = order.u32s(&[interface, high, low, captured, wire]);
    block(order, 6, &[&fields, &padded(data), options].concat())
}

pub(crate) fn simple(order: Order, wire_len: u32, data: &[u8]) -> Vec<u8> {
    block(order, 3, &[&order.u32(wire_len)[..], &padded(data)].concat())
}

/// What of a frame most tests look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) number: u64,
    /// Seconds and nanoseconds.
    pub(crate) time: Option<(i64, u32)>,
    pub(crate) precision: u8,
    pub(crate) wire_len: u32,
    pub(crate) link: u16,
    pub(crate) interface: u32,
    pub(crate) bytes: Vec<u8>,
}

/// A reader over bytes.
pub(crate) fn open(bytes: &[u8]) -> Result<CaptureFile, SourceError> {
    open_stream(Cursor::new(bytes.to_vec()))
}

pub(crate) fn open_stream(stream: impl Read + Send + 'static) -> Result<CaptureFile, SourceError> {
    CaptureFile::over(Name::File("X".into()), Box::new(stream))
}

/// All frames, and how the capture ended.
pub(crate) fn read(bytes: &[u8]) -> (Vec<Seen>, Result<(), String>) {
    read_stream(Cursor::new(bytes.to_vec()))
}

pub(crate) fn read_stream(stream: impl Read + Send + 'static) -> (Vec<Seen>, Result<(), String>) {
    let mut seen = Vec::new();
    let mut file = match open_stream(stream) {
        Ok(file) => file,
        Err(error) => return (seen, Err(error.to_string())),
    };
    let end = loop {
        match file.next() {
            Ok(Some(frame)) => seen.push(Seen {
                number: frame.number,
                time: frame.time.map(|time| (time.secs, time.nanos)),
                precision: frame.precision,
                wire_len: frame.wire_len,
                link: frame.link.0,
                interface: frame.interface,
                bytes: frame.bytes.to_vec(),
            }),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.to_string()),
        }
    };
    assert!(matches!(file.next(), Ok(None)), "nothing comes after the end, nor after an error");
    (seen, end)
}

/// All frames of a capture that must be sound.
pub(crate) fn frames(bytes: &[u8]) -> Vec<Seen> {
    let (seen, end) = read(bytes);
    assert_eq!(end, Ok(()));
    seen
}

/// The lengths of all frames, captured and on the wire.
pub(crate) fn lengths(bytes: &[u8]) -> Vec<(usize, u32)> {
    frames(bytes).iter().map(|frame| (frame.bytes.len(), frame.wire_len)).collect()
}

/// The one error that a capture ends with, without the file's name, and the frames before it.
pub(crate) fn failure(bytes: &[u8]) -> (usize, String) {
    let (seen, end) = read(bytes);
    (seen.len(), end.unwrap_err().replace("The file \"X\" ", ""))
}

/// The records of a capture as they are in the file.
pub(crate) fn raw_records(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut file = open(bytes).unwrap();
    let mut records = Vec::new();
    while let Some(record) = file.next_record().unwrap() {
        records.push(match record {
            Record::Frame(frame) => frame.raw.to_vec(),
            Record::Block(block) => block.raw.to_vec(),
        });
    }
    records
}
