//! The pcap format, written (draft-ietf-opsawg-pcap).

use std::borrow::Cow;

use byteorder_slice::NativeEndian;
use pcap_file::pcap::{PcapHeader, PcapTsResolution, RawPcapPacket};
use pcap_file::{DataLink, Endianness};

use super::Format;
use crate::source::{Interface, LinkType, Time};

/// The usual snaplen: no limit in practice.
const UNLIMITED: u32 = 262_144;

/// A file header for the frames of an interface; `snaplen` of 0 is taken for no limit.
pub(super) fn header(interface: &Interface, snaplen: u32, format: Format) -> Vec<u8> {
    let header = PcapHeader {
        snaplen: if snaplen == 0 { interface.link.max_captured().max(UNLIMITED) } else { snaplen },
        datalink: DataLink::from(network(interface.link, interface.fcs_len)),
        ts_resolution: match format {
            Format::NanosecondPcap => PcapTsResolution::NanoSecond,
            Format::Pcap | Format::PcapNg => PcapTsResolution::MicroSecond,
        },
        endianness: Endianness::native(),
        ..PcapHeader::default()
    };
    let mut bytes = Vec::with_capacity(24);
    // Memory takes all that is written to it.
    _ = header.write_to(&mut bytes);
    bytes
}

/// The header's last field: the link type, and the length of the frame check sequence in units of 16 bits.
fn network(link: LinkType, fcs_len: Option<u8>) -> u32 {
    const FCS_PRESENT: u32 = 0x0400_0000;
    let fcs = fcs_len.map_or(0, |bytes| FCS_PRESENT | u32::from(bytes / 2) << 28);
    u32::from(link.0) | fcs
}

/// Appends a record.
#[inline]
pub(super) fn record(time: Time, wire_len: u32, data: &[u8], format: Format, out: &mut Vec<u8>) {
    let nanos = super::encode::nanos(time);
    let (secs, rest) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    let fraction = if format == Format::NanosecondPcap { rest } else { rest / 1000 };
    let packet = RawPcapPacket {
        // 32 bits are what the format has; they wrap, as tshark's do.
        ts_sec: secs as u32,
        ts_frac: fraction as u32,
        incl_len: u32::try_from(data.len()).unwrap_or(u32::MAX),
        orig_len: wire_len,
        data: Cow::Borrowed(data),
    };
    out.reserve(data.len().saturating_add(16));
    _ = packet.write_to::<_, NativeEndian>(out);
}
