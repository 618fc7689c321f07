//! The pcapng format, written (draft-ietf-opsawg-pcapng): what begins a file, packets, counters, and copies of blocks.

use std::borrow::Cow;
use std::time::Duration;

use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::interface_statistics::{InterfaceStatisticsBlock, InterfaceStatisticsOption};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, Endianness};

use super::machine;
use crate::source::{Counters, Interface};

/// Bytes of an Enhanced Packet Block without data and options.
const ENHANCED: usize = 32;

/// The section that netpeek's own files have: its header and its interfaces, and the state to write counters with.
pub(super) struct Section {
    writer: PcapNgWriter<Vec<u8>>,
    /// Section header and interfaces.
    pub(super) head: Vec<u8>,
    /// Where the snaplen of the first interface stands in it.
    pub(super) snaplen_at: usize,
}

impl Section {
    /// A section of these interfaces; `live` names the machine in it. `None` where their options are no text that fits.
    pub(super) fn new(interfaces: &[Interface], comments: &[String], live: bool) -> Option<Self> {
        let comment = |text: &String| SectionHeaderOption::Common(CommonOption::Comment(text.clone().into()));
        let mut options: Vec<_> = comments.iter().map(comment).collect();
        let system = if live { machine::operating_system() } else { None };
        if live {
            options.extend(machine::hardware().map(|name| SectionHeaderOption::Hardware(name.into())));
            options.extend(system.as_deref().map(|name| SectionHeaderOption::OS(name.into())));
        }
        options.push(SectionHeaderOption::UserApplication(machine::application().into()));
        let header = SectionHeaderBlock {
            endianness: Endianness::native(),
            major_version: 1,
            minor_version: 0,
            section_length: -1,
            options,
        };
        let mut writer = PcapNgWriter::with_section_header(Vec::new(), header).ok()?;
        let snaplen_at = writer.get_ref().len().saturating_add(12);
        for interface in interfaces {
            writer.write_pcapng_block(describe(interface, system.as_deref())).ok()?;
        }
        let head = writer.get_ref().clone();
        Some(Self { writer, head, snaplen_at })
    }

    /// Appends an Interface Statistics Block for each interface: counted between two moments since the epoch.
    pub(super) fn counters(&mut self, counters: &[Counters], begun: Duration, ended: Duration, out: &mut Vec<u8>) {
        self.writer.get_mut().clear();
        for (id, counted) in (0..).zip(counters) {
            let block = InterfaceStatisticsBlock {
                interface_id: id,
                timestamp: ended,
                options: vec![
                    InterfaceStatisticsOption::IsbStartTime(begun),
                    InterfaceStatisticsOption::IsbEndTime(ended),
                    InterfaceStatisticsOption::IsbIfRecv(counted.received),
                    // Where readers look for all that was lost.
                    InterfaceStatisticsOption::IsbIfDrop(counted.dropped.saturating_add(counted.dropped_by_interface)),
                    InterfaceStatisticsOption::IsbOsDrop(counted.dropped),
                    InterfaceStatisticsOption::IsbUsrDeliv(counted.received.saturating_sub(counted.dropped)),
                ],
            };
            // Refused only for an interface that is not described.
            _ = self.writer.write_pcapng_block(block);
        }
        out.extend_from_slice(self.writer.get_ref());
    }
}

/// An Interface Description Block; `system` is what runs the interface, where that does not say so itself.
fn describe<'a>(interface: &'a Interface, system: Option<&'a str>) -> InterfaceDescriptionBlock<'a> {
    use InterfaceDescriptionOption as Opt;
    let mut options = Vec::new();
    options.extend(interface.name().map(|name| Opt::IfName(String::from_utf8_lossy(name))));
    options.extend(interface.description().map(|text| Opt::IfDescription(String::from_utf8_lossy(text))));
    options.extend(interface.options().find(11).map(|filter| Opt::IfFilter(Cow::Borrowed(filter))));
    let own = interface.os().map(String::from_utf8_lossy);
    options.extend(own.or_else(|| system.map(Cow::Borrowed)).map(Opt::IfOs));
    options.extend(interface.hardware().map(|name| Opt::IfHardware(String::from_utf8_lossy(name))));
    // Microseconds are what is meant where nothing is said.
    if interface.clock.precision == 9 {
        options.push(Opt::IfTsResol(InterfaceTsResolution::NANO));
    }
    options.extend(interface.fcs_len.map(|bytes| Opt::IfFcsLen(bytes.saturating_mul(8))));
    InterfaceDescriptionBlock {
        linktype: DataLink::from(u32::from(interface.link.0)),
        snaplen: interface.snaplen,
        options,
    }
}

/// A packet of an Enhanced Packet Block.
pub(super) struct Packet<'a> {
    /// Its interface, by position in the section.
    pub(super) interface: u32,
    /// Its time, in the ticks of that interface.
    pub(super) ticks: u64,
    pub(super) wire_len: u32,
    pub(super) data: &'a [u8],
    /// An option list in the machine's byte order.
    pub(super) options: &'a [u8],
}

/// Appends an Enhanced Packet Block.
#[inline]
pub(super) fn enhanced(packet: &Packet<'_>, out: &mut Vec<u8>) {
    let padded = packet.data.len().next_multiple_of(4);
    let options = packet.options.len().next_multiple_of(4);
    let len = padded.saturating_add(options).saturating_add(ENHANCED);
    let total = u32::try_from(len).unwrap_or(u32::MAX).to_ne_bytes();
    let captured = u32::try_from(packet.data.len()).unwrap_or(u32::MAX);
    let fields = [
        6_u32.to_ne_bytes(),
        total,
        packet.interface.to_ne_bytes(),
        ((packet.ticks >> 32) as u32).to_ne_bytes(),
        (packet.ticks as u32).to_ne_bytes(),
        captured.to_ne_bytes(),
        packet.wire_len.to_ne_bytes(),
    ];
    let begun = out.len();
    out.reserve(len);
    out.extend_from_slice(fields.as_flattened());
    out.extend_from_slice(packet.data);
    out.resize(begun.saturating_add(28).saturating_add(padded), 0);
    if !packet.options.is_empty() {
        out.extend_from_slice(packet.options);
        out.resize(begun.saturating_add(28).saturating_add(padded).saturating_add(options), 0);
    }
    out.extend_from_slice(&total);
}

/// Appends a block that was read, as it is, but with lengths that agree with it where they did not quite.
#[inline]
pub(super) fn copy(block: &[u8], big_endian: bool, out: &mut Vec<u8>) {
    let Some(len) = u32::try_from(block.len()).ok().filter(|&len| len >= 12) else { return };
    let len = if big_endian { len.to_be_bytes() } else { len.to_le_bytes() };
    let begun = out.len();
    out.extend_from_slice(block);
    if block.get(4..8) == Some(&len) && block.ends_with(&len) {
        return;
    }
    let copied = out.get_mut(begun..).unwrap_or_default();
    if let Some(field) = copied.get_mut(4..8) {
        field.copy_from_slice(&len);
    }
    if let Some(field) = copied.last_chunk_mut::<4>() {
        *field = len;
    }
}

/// Appends a section header that was read, without the length of its section: that may be another one now.
pub(super) fn copy_section(block: &[u8], big_endian: bool, out: &mut Vec<u8>) {
    let begun = out.len();
    copy(block, big_endian, out);
    if let Some(length) = out.get_mut(begun..).and_then(|copied| copied.get_mut(16..24)) {
        length.fill(0xff);
    }
}

/// A section header that was read, with comments (`opt_comment`) behind its options.
pub(super) fn comment(block: &[u8], big_endian: bool, comments: &[String]) -> Vec<u8> {
    /// Bytes before a section header's options: type, length, byte order, version, length of the section.
    const OPTIONS: usize = 24;
    let (read, write) = if big_endian {
        (u16::from_be_bytes as fn([u8; 2]) -> u16, u16::to_be_bytes as fn(u16) -> [u8; 2])
    } else {
        (u16::from_le_bytes as fn([u8; 2]) -> u16, u16::to_le_bytes as fn(u16) -> [u8; 2])
    };
    let options = block.get(OPTIONS..block.len().saturating_sub(4)).unwrap_or_default();
    // The options end with the block, or with one of code 0.
    let mut end = 0_usize;
    while let Some(&[a, b, c, d]) = options.get(end..).and_then(|rest| rest.first_chunk()) {
        let next = end.saturating_add(usize::from(read([c, d])).next_multiple_of(4)).saturating_add(4);
        if read([a, b]) == 0 || next > options.len() {
            break;
        }
        end = next;
    }
    let (before, behind) = block.split_at(OPTIONS.saturating_add(end).min(block.len()));
    let mut commented = before.to_vec();
    for comment in comments {
        let text = comment.as_bytes();
        let len = u16::try_from(text.len()).unwrap_or(u16::MAX);
        let text = text.get(..usize::from(len)).unwrap_or(text);
        commented.extend(write(1).into_iter().chain(write(len)).chain(text.iter().copied()));
        commented.resize(commented.len().next_multiple_of(4), 0);
    }
    commented.extend_from_slice(behind);
    commented
}
