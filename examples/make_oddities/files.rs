//! The file formats: byte orders, clocks, compression, and what pcapng has besides packets.

use std::borrow::Cow;
use std::io::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use pcap_file::pcap::{PcapHeader, PcapTsResolution};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::block_common::Block;
use pcap_file::pcapng::blocks::custom::CustomBlock;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::interface_statistics::{InterfaceStatisticsBlock, InterfaceStatisticsOption};
use pcap_file::pcapng::blocks::name_resolution::{Ipv4Record, Ipv6Record, NameResolutionBlock, Record};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::packet::PacketBlock;
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::pcapng::blocks::simple_packet::SimplePacketBlock;
use pcap_file::pcapng::blocks::unknown::UnknownBlock;
use pcap_file::{DataLink, Endianness};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::build::{A4, A6, START, bare, cut, header, hex, join, pcap, pcap_with, spoil, tcp, udp};
use super::{Named, Result};

pub(crate) fn captures() -> Result<Vec<Named>> {
    let frames = few()?;
    let plain = pcap(DataLink::ETHERNET, &frames)?;
    let timed: Vec<_> = (0..).step_by(1_234_567).zip(frames.iter().cloned()).collect();
    let ethernet = header(DataLink::ETHERNET);
    let big = PcapHeader { endianness: Endianness::Big, ..ethernet };
    let nano = |header| PcapHeader { ts_resolution: PcapTsResolution::NanoSecond, ..header };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&plain)?;
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(&plain)?;
    // The second record's header says more than is there.
    let short = cut(plain.clone(), plain.len() - 7);
    let nobody = cut(plain.clone(), 24);
    // A frame that was cut when captured, and one whose time is in disorder.
    let cut_frames = spoil(plain.clone(), 24 + 12, &hex("ff 0f 00 00"));
    Ok(vec![
        ("big-endian.pcap", pcap_with(big, &timed)?),
        ("nanoseconds.pcap", pcap_with(nano(ethernet), &timed)?),
        ("big-endian-nanoseconds.pcap", pcap_with(nano(big), &timed)?),
        ("backwards.pcap", pcap_with(ethernet, &backwards(&frames))?),
        ("cut-short.pcap", short),
        ("cut-frame.pcap", cut_frames),
        ("empty.pcap", nobody),
        ("compressed.pcap.gz", gzip.finish()?),
        ("compressed.pcap.zst", compress_to_vec(plain.as_slice(), CompressionLevel::Fastest)),
        ("compressed.pcap.lz4", lz4.finish()?),
        ("blocks.pcapng", blocks(&frames, Endianness::Little)?),
        ("blocks-big-endian.pcapng", blocks(&frames, Endianness::Big)?),
        ("clocks.pcapng", clocks(&frames)?),
        ("interfaces.pcapng", interfaces(&frames)?),
    ])
}

/// A handful of ordinary frames.
fn few() -> Result<Vec<Vec<u8>>> {
    let mut frames = Vec::new();
    for number in 0..4_u16 {
        frames.push(udp(40000 + number, 40001, b"hello")?);
    }
    frames.push(tcp(false, etherparse::TcpHeader::new(40000, 40001, 7, 1024), b"data")?);
    Ok(frames)
}

/// Times that go back, stand still, and leap.
fn backwards(frames: &[Vec<u8>]) -> Vec<(u64, Vec<u8>)> {
    [5_000_000, 0, 0, 4_999_999, 100_000_000_000].into_iter().zip(frames.iter().cloned()).collect()
}

/// One interface, and every kind of block that is no packet; comments, packet flags, drop counts.
fn blocks(frames: &[Vec<u8>], endianness: Endianness) -> Result<Vec<u8>> {
    let mut section = SectionHeaderBlock { endianness, ..SectionHeaderBlock::default() };
    section.options = vec![
        SectionHeaderOption::Hardware("none".into()),
        SectionHeaderOption::OS("netpeek".into()),
        SectionHeaderOption::UserApplication("make_oddities".into()),
    ];
    let mut writer = PcapNgWriter::with_section_header(Vec::new(), section)?;
    let mut interface = InterfaceDescriptionBlock::new(DataLink::ETHERNET, 0);
    interface.options = vec![
        InterfaceDescriptionOption::IfName("eth0".into()),
        InterfaceDescriptionOption::IfDescription("the only one".into()),
        InterfaceDescriptionOption::IfFilter(Cow::Borrowed(b"\0udp")),
    ];
    writer.write_pcapng_block(interface)?;
    writer.write_pcapng_block(NameResolutionBlock {
        records: vec![
            Record::Ipv4(Ipv4Record { ip_addr: Ipv4Addr::from(A4), names: vec!["a.example".into(), "a".into()] }),
            Record::Ipv6(Ipv6Record { ip_addr: Ipv6Addr::from(A6), names: vec!["a.example".into()] }),
        ],
        options: Vec::new(),
    })?;
    for (number, frame) in (0_u32..).zip(frames) {
        let comment = format!("frame {}", number + 1);
        let options = vec![
            EnhancedPacketOption::Common(CommonOption::Comment(comment.into())),
            EnhancedPacketOption::Flags(number % 3),
            EnhancedPacketOption::DropCount(u64::from(number)),
        ];
        let timestamp = START + Duration::from_millis(u64::from(number));
        writer.write_pcapng_block(packet(0, timestamp, frame, options)?)?;
        // A simple packet block has no time, and the obsolete packet block none of the options.
        writer
            .write_pcapng_block(SimplePacketBlock { original_len: u32::try_from(frame.len())?, data: frame.into() })?;
        writer.write_pcapng_block(PacketBlock {
            interface_id: 0,
            drop_count: 0,
            timestamp,
            original_len: u32::try_from(frame.len())?,
            data: frame.into(),
            options: Vec::new(),
        })?;
        writer.write_pcapng_block(UnknownBlock {
            type_: 0x0bad_0000 + number,
            length: 20,
            value: Cow::Borrowed(&[1; 8]),
        })?;
    }
    writer.write_block(&Block::CustomCopiable(CustomBlock { pen: 32473, payload: Cow::Borrowed(b"anything") }))?;
    writer.write_pcapng_block(InterfaceStatisticsBlock {
        interface_id: 0,
        timestamp: START + Duration::from_secs(1),
        options: vec![InterfaceStatisticsOption::IsbIfRecv(100), InterfaceStatisticsOption::IsbIfDrop(1)],
    })?;
    Ok(writer.into_inner())
}

/// An enhanced packet block.
fn packet<'a>(
    interface_id: u32,
    timestamp: Duration,
    frame: &'a [u8],
    options: Vec<EnhancedPacketOption<'a>>,
) -> Result<EnhancedPacketBlock<'a>> {
    Ok(EnhancedPacketBlock {
        interface_id,
        timestamp,
        original_len: u32::try_from(frame.len())?,
        data: frame.into(),
        options,
    })
}

/// Interfaces whose clocks count in other units, and from other beginnings.
fn clocks(frames: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut writer = PcapNgWriter::with_endianness(Vec::new(), Endianness::Little)?;
    let clocks = [
        (false, 0, 0),
        (false, 3, 0),
        (false, 6, 0),
        (false, 9, 0),
        (true, 10, 0),
        (true, 20, 0),
        (false, 6, 1_000_000_000),
        (false, 9, -1000),
    ];
    for (binary, resolution, offset) in clocks {
        let mut interface = InterfaceDescriptionBlock::new(DataLink::ETHERNET, 65535);
        interface.options = vec![
            InterfaceDescriptionOption::IfTsResol(InterfaceTsResolution::new(binary, resolution)?),
            InterfaceDescriptionOption::IfTsOffset(offset),
        ];
        writer.write_pcapng_block(interface)?;
    }
    for (number, frame) in (0_u32..).zip(frames.iter().cycle().take(2 * clocks.len())) {
        let time = START + Duration::from_nanos(u64::from(number) * 1_234_567_891);
        writer.write_pcapng_block(packet(number % 8, time, frame, Vec::new())?)?;
    }
    Ok(writer.into_inner())
}

/// Two sections of opposite byte orders, each with interfaces of several link types; frames with a check sequence.
fn interfaces(frames: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    for endianness in [Endianness::Little, Endianness::Big] {
        let mut writer = PcapNgWriter::with_endianness(Vec::new(), endianness)?;
        for link in [DataLink::ETHERNET, DataLink::RAW, DataLink::NULL] {
            writer.write_pcapng_block(InterfaceDescriptionBlock::new(link, 65535))?;
        }
        let mut checked = InterfaceDescriptionBlock::new(DataLink::ETHERNET, 40);
        checked.options.push(InterfaceDescriptionOption::IfFcsLen(4));
        writer.write_pcapng_block(checked)?;
        let raw = bare(frames);
        for (number, (frame, raw)) in (0_u64..).zip(frames.iter().zip(&raw)) {
            let time = START + Duration::from_millis(number);
            writer.write_pcapng_block(packet(0, time, frame, Vec::new())?)?;
            writer.write_pcapng_block(packet(1, time, raw, Vec::new())?)?;
            writer.write_pcapng_block(packet(2, time, &join(&[&hex("02000000"), raw]), Vec::new())?)?;
            writer.write_pcapng_block(packet(3, time, &join(&[frame, &hex("01020304")]), Vec::new())?)?;
        }
        file.extend(writer.into_inner());
    }
    Ok(file)
}
