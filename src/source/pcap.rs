//! The pcap format (draft-ietf-opsawg-pcap): a file header, then records of a 16-byte header and the bytes captured.

use pcap_file::pcap::{PcapParseError, PcapParser, PcapTsResolution, RawPcapPacket};

use super::error::Fault;
use super::options::Options;
use super::window::Window;
use super::{Frame, Kind, LinkType, Time};

/// The most bytes that one record may hold.
const MAX_CAPTURED: u32 = 262_144;

/// A pcap file behind its header.
pub(super) struct Pcap {
    parser: PcapParser,
    link: LinkType,
    /// Nanoseconds to one unit of a record's fraction of a second.
    unit: u32,
    precision: u8,
    number: u64,
}

impl Pcap {
    /// Reads the file header, if it is one.
    pub(super) fn open(window: &mut Window) -> Result<Option<Self>, Fault> {
        if !window.fill(24)? {
            return Err(Fault::ShortHeader);
        }
        let Ok((_, parser)) = PcapParser::new(window.bytes()) else { return Ok(None) };
        let header = parser.header();
        window.consume(24);
        let (unit, precision) = match header.ts_resolution {
            PcapTsResolution::MicroSecond => (1000, 6),
            PcapTsResolution::NanoSecond => (1, 9),
        };
        let link = LinkType(u16::try_from(u32::from(header.datalink) & 0xffff).unwrap_or(0));
        Ok(Some(Self { parser, link, unit, precision, number: 0 }))
    }

    /// The next record.
    #[inline]
    pub(super) fn next<'w>(&mut self, window: &'w mut Window) -> Result<Option<Frame<'w>>, Fault> {
        let (head, len) = loop {
            match self.parser.next_raw_packet(window.bytes()) {
                Ok((_, RawPcapPacket { ts_sec, ts_frac, incl_len, orig_len, data })) => {
                    break ((ts_sec, ts_frac, incl_len, orig_len), data.len());
                }
                Err(PcapParseError::IncompleteBuffer(..)) => {
                    if !self.complete(window)? {
                        return Ok(None);
                    }
                }
                Err(PcapParseError::Validation(_)) => return Err(Fault::NotACapture),
            }
        };
        let (secs, fraction, captured, wire_len) = head;
        if captured > MAX_CAPTURED {
            return Err(too_big(captured));
        }
        self.number = self.number.wrapping_add(1);
        let time = Time { secs: i64::from(secs), nanos: fraction.wrapping_mul(self.unit) };
        let bytes = window.take(16, len);
        Ok(Some(Frame {
            number: self.number,
            time: Some(time),
            precision: self.precision,
            wire_len,
            link: self.link,
            fcs_len: None,
            interface: 0,
            bytes,
            kind: Kind::Packet,
            options: Options::default(),
        }))
    }

    /// Reads on until the record is whole; says that there is none at the end of the file.
    #[cold]
    fn complete(&self, window: &mut Window) -> Result<bool, Fault> {
        if !window.fill(16)? {
            return if window.bytes().is_empty() { Ok(false) } else { Err(Fault::CutShort) };
        }
        let field = window.bytes().get(8..).and_then(|bytes| bytes.first_chunk().copied()).unwrap_or_default();
        let captured =
            if self.parser.header().endianness.is_big() { u32::from_be_bytes(field) } else { u32::from_le_bytes(field) };
        if captured > MAX_CAPTURED {
            return Err(too_big(captured));
        }
        if window.fill(16_usize.saturating_add(captured as usize))? { Ok(true) } else { Err(Fault::CutShort) }
    }
}

/// A record longer than any could be.
fn too_big(captured: u32) -> Fault {
    Fault::Damaged(format!("pcap: File has {captured}-byte packet, bigger than maximum of {MAX_CAPTURED}").into())
}
