//! The pcap format and its variants.

use crate::make::{
    Big, Little, MICROSECONDS, NANOSECONDS, Order, content, failure, frames, lengths, open, packet, pcap, pcap_header,
    raw_records, read, record,
};

const MODIFIED: u32 = 0xa1b2_cd34;
const IXIA_HARDWARE: u32 = 0x1c00_01ac;
const IXIA_SOFTWARE: u32 = 0x1c00_01ab;

/// Three records of 60 bytes captured of 100, each header followed by `further` bytes.
fn patched(order: Order, magic: u32, further: usize) -> Vec<u8> {
    let one = record(order, [1_700_000_000, 5, 60, 100], &[vec![0xee; further], content(60)].concat());
    [pcap_header(order, magic, (2, 4), 1), one.repeat(3)].concat()
}

#[test]
fn both_byte_orders_and_both_resolutions() {
    for order in [Little, Big] {
        for (magic, nanos, precision) in [(MICROSECONDS, 123_456_000, 6), (NANOSECONDS, 123_456, 9)] {
            let file = [pcap_header(order, magic, (2, 4), 1), packet(order, 7, 60), packet(order, 8, 0)].concat();
            let seen = frames(&file);
            assert_eq!(seen.len(), 2);
            assert_eq!(seen[0].time, Some((7, nanos)));
            assert_eq!((seen[0].precision, seen[0].link, seen[0].wire_len), (precision, 1, 60));
            assert_eq!(seen[0].bytes, content(60));
            assert_eq!((seen[1].number, seen[1].bytes.len()), (2, 0));
        }
    }
}

#[test]
fn further_fields_in_record_headers() {
    for order in [Little, Big] {
        // By the magic number, then by guess: SuSE 6.3, Red Hat 6.1, Nokia.
        for (magic, further) in [(MODIFIED, 8), (MODIFIED, 12), (MICROSECONDS, 8), (MICROSECONDS, 4)] {
            let seen = frames(&patched(order, magic, further));
            let all: Vec<_> = seen.iter().map(|frame| (frame.bytes.clone(), frame.wire_len)).collect();
            assert_eq!(all, vec![(content(60), 100); 3], "{magic:x} +{further}");
        }
    }
}

#[test]
fn a_broken_record_is_no_reason_to_guess_another_layout() {
    let broken = record(Little, [1, 1, 400_000, 400_000], &content(60));
    for before in 0..3 {
        let file = [pcap(Little, &vec![packet(Little, 1, 60); before]), broken.clone(), packet(Little, 2, 60)].concat();
        let (seen, message) = failure(&file);
        assert_eq!(seen, before);
        assert_eq!(
            message,
            "appears to be damaged or corrupt.\n(pcap: File has 400000-byte packet, bigger than maximum of 262144)"
        );
    }
}

#[test]
fn ixia_files_have_a_longer_header() {
    for order in [Little, Big] {
        for magic in [IXIA_HARDWARE, IXIA_SOFTWARE] {
            let head = [pcap_header(order, magic, (2, 4), 1), vec![9; 4]].concat();
            assert_eq!(lengths(&[head.clone(), packet(order, 1, 60).repeat(2)].concat()), [(60, 60); 2]);
            let cut = read(&head[..27]).1.unwrap_err();
            assert_eq!(cut, "The file \"X\" appears to have been cut short in the middle of a packet or other data.");
        }
    }
}

#[test]
fn lengths_in_the_order_of_old_versions() {
    let swapped = record(Little, [1, 1, 100, 60], &content(60));
    let plain = record(Little, [1, 1, 60, 100], &content(60));
    for version in [(2, 0), (2, 1), (2, 2), (543, 0), (543, 3), (543, 4)] {
        let file = [pcap_header(Little, MICROSECONDS, version, 1), swapped.repeat(3)].concat();
        assert_eq!(lengths(&file), [(60, 100); 3], "{version:?}");
    }
    for version in [(2, 4), (2, 5), (3, 0), (65535, 0)] {
        let file = [pcap_header(Little, MICROSECONDS, version, 1), plain.repeat(3)].concat();
        assert_eq!(lengths(&file), [(60, 100); 3], "{version:?}");
    }
    let either = [pcap_header(Little, MICROSECONDS, (2, 3), 1), plain.clone(), swapped, plain].concat();
    assert_eq!(lengths(&either), [(60, 100); 3]);
}

#[test]
fn aix_counts_nanoseconds_and_names_links_otherwise() {
    for (network, link, stripped) in [(6, 1, 0), (9, 6, 0), (15, 10, 3)] {
        let one = record(Big, [1, 123_456_789, 60, 60], &content(60));
        let seen = frames(&[pcap_header(Big, MICROSECONDS, (2, 2), network), one].concat());
        assert_eq!(seen[0].time, Some((1, 123_456_789)));
        assert_eq!((seen[0].precision, seen[0].link), (9, link));
        assert_eq!(seen[0].bytes, content(60)[stripped..]);
        assert_eq!(seen[0].wire_len as usize, 60 - stripped);
    }
    let (_, message) = failure(&[pcap_header(Big, MICROSECONDS, (2, 2), 15), packet(Big, 1, 2)].concat());
    assert_eq!(message, "appears to have been cut short in the middle of a packet.");
}

#[test]
fn lengths_and_times_that_should_not_be() {
    let odd = |fields, len| record(Little, fields, &content(len));
    let records =
        [odd([u32::MAX, 999_999, 60, 20], 60), odd([1, 1_500_000, 60, 1500], 60), odd([1, u32::MAX, 0, 0], 0)];
    for snaplen in [0, 40, 262_144, u32::MAX] {
        let mut file = pcap(Little, &records);
        file[16..20].copy_from_slice(&Little.u32(snaplen));
        let seen = frames(&file);
        assert_eq!(seen[0].time, Some((4_294_967_295, 999_999_000)));
        assert_eq!((seen[0].bytes.len(), seen[0].wire_len), (60, 20));
        assert_eq!(seen[1].time, Some((1, 1_500_000_000)));
        assert_eq!(seen[1].wire_len, 1500);
        assert_eq!(seen[2].time, Some((1, u32::MAX - 999)), "-1000 ns");
    }
}

#[test]
fn the_link_type_field() {
    let with = |network| [pcap_header(Little, MICROSECONDS, (2, 4), network), packet(Little, 1, 60)].concat();
    let fcs = |network| open(&with(network)).unwrap().next().unwrap().unwrap().fcs_len;
    assert_eq!(fcs(1), None);
    assert_eq!(fcs(0x0400_0001), Some(0));
    assert_eq!(fcs(0x2400_0001), Some(4));
    assert_eq!(fcs(0x2000_0001), None, "not without the bit that says so");
    let refused = |network| failure(&with(network)).1;
    let unsupported =
        |what: &str| format!("contains record data that netpeek doesn't support.\n(pcap: network type {what})");
    assert_eq!(refused(0x0001_0001), unsupported("reserved field not zero (0x00010000)"));
    assert_eq!(refused(0x0200_0001), unsupported("reserved field not zero (0x02000000)"));
    assert_eq!(refused(9999), unsupported("9999 unknown or unsupported"));
    assert_eq!(refused(182), unsupported("182 unknown or unsupported"));
    assert_eq!(refused(0x3000_0084), unsupported("805306500 unknown or unsupported"));
    let old = [pcap_header(Little, MICROSECONDS, (1, 4), 1), packet(Little, 1, 60)].concat();
    assert_eq!(
        failure(&old).1,
        "contains record data that netpeek doesn't support.\n(pcap: major version 1 unsupported)"
    );
}

#[test]
fn the_largest_record_depends_on_the_link_type() {
    for (network, most) in [(1, 262_144), (220, 134_217_728), (189, 134_217_728), (279, 8_388_608)] {
        let head = pcap_header(Little, MICROSECONDS, (2, 4), network);
        let (seen, message) = failure(&[head.clone(), record(Little, [1, 1, most + 1, 0], &[])].concat());
        let wanted = format!("(pcap: File has {}-byte packet, bigger than maximum of {most})", most + 1);
        assert_eq!((seen, message), (0, format!("appears to be damaged or corrupt.\n{wanted}")));
        if most < 10_000_000 {
            let file = [head, packet(Little, 1, 60), packet(Little, 2, most), packet(Little, 3, 60)].concat();
            let seen = frames(&file);
            assert_eq!(seen.len(), 3);
            assert!(seen[1].bytes == content(most as usize));
        }
    }
}

#[test]
fn pseudo_headers_are_no_part_of_the_frame() {
    let cooked = |protocol: u8| [vec![0; 15], vec![protocol], content(20)].concat();
    for (network, data, header) in
        [(123, content(40), 4), (204, content(40), 1), (144, cooked(0x17), 16), (177, cooked(0x30), 16)]
    {
        let len = u32::try_from(data.len()).unwrap();
        let one = record(Little, [1, 1, len, len + 100], &data);
        let file = [pcap_header(Little, MICROSECONDS, (2, 4), network), one].concat();
        let mut file = open(&file).unwrap();
        let frame = file.next().unwrap().unwrap();
        assert_eq!(frame.pseudo, &data[..header]);
        assert_eq!(frame.bytes, &data[header..]);
        assert_eq!(frame.wire_len as usize, data.len() + 100 - header);
        assert!(frame.raw.ends_with(&data));
    }
    let small = [pcap_header(Little, MICROSECONDS, (2, 4), 123), packet(Little, 1, 3)].concat();
    let how = "(pcap/pcapng: SunATM file has a 3-byte packet, too small to have even an ATM pseudo-header)";
    assert_eq!(failure(&small).1, format!("appears to be damaged or corrupt.\n{how}"));
    let wrong =
        [pcap_header(Little, MICROSECONDS, (2, 4), 144), record(Little, [1, 1, 36, 36], &cooked(0x30))].concat();
    let how = "(pcap/pcapng: IrDA capture has a packet with an invalid sll_protocol field)";
    assert_eq!(failure(&wrong).1, format!("appears to be damaged or corrupt.\n{how}"));
}

#[test]
fn erf_records_tell_their_own_time_and_length() {
    let head = |kind: u8, wire: u16| {
        let time = [0x8000_0000_u32.to_le_bytes(), 1_600_000_000_u32.to_le_bytes()].concat();
        [time, vec![kind, 4], vec![0, 200, 0, 0], wire.to_be_bytes().to_vec()].concat()
    };
    for (kind, further, wire) in [(1, 0, 90), (2, 2, 90), (0x82, 10, 90), (5, 4, 20)] {
        let data = [head(kind, wire), vec![0; further], content(50)].concat();
        let len = u32::try_from(data.len()).unwrap();
        let seen =
            frames(&[pcap_header(Little, MICROSECONDS, (2, 4), 197), record(Little, [1, 1, len, len], &data)].concat());
        assert_eq!(seen[0].time, Some((1_600_000_000, 500_000_000)));
        assert_eq!(seen[0].wire_len, u32::from(wire));
        assert_eq!(seen[0].bytes, content(usize::from(wire.min(50))));
    }
}

#[test]
fn every_truncation_gives_the_whole_frames_before_it() {
    let records = [packet(Little, 1, 60), packet(Little, 2, 0), packet(Little, 3, 33)];
    let file = pcap(Little, &records);
    let borders: Vec<usize> = (0..=3).map(|count| 24 + records[..count].concat().len()).collect();
    for len in 0..=file.len() {
        let (seen, end) = read(&file[..len]);
        let whole = borders.iter().filter(|&&border| border <= len).count().saturating_sub(1);
        match len {
            0 => assert_eq!((seen.len(), end), (0, Ok(()))),
            // Too short for even the magic number: shown as it is.
            1..=3 => assert_eq!((seen.len(), end), (1, Ok(()))),
            _ => {
                assert_eq!(seen.len(), whole, "{len} bytes");
                assert_eq!(end.is_ok(), borders.contains(&len), "{len} bytes: {end:?}");
            }
        }
    }
}

#[test]
fn nothing_is_lost_for_who_copies() {
    for file in [patched(Big, MODIFIED, 8), pcap(Little, &[packet(Little, 1, 60), packet(Little, 2, 7)])] {
        assert_eq!([file[..24].to_vec(), raw_records(&file).concat()].concat(), file);
    }
}
