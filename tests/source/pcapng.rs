//! The pcapng format: sections, interfaces, the packet blocks, and everything else.

use netpeek::source::{BlockKind, Kind, LinkType, Record};

use crate::make::{
    Big, Little, Order, block, content, enhanced, enhanced_of, frames, interface, lengths, open, option, raw_records,
    read, section, section_with, simple,
};

const TICKS: u64 = 1_700_000_000_123_456;

/// Options of an interface: its resolution, and perhaps an offset.
fn clock(order: Order, resolution: u8, offset: Option<i64>) -> Vec<u8> {
    let offset = offset.map(|offset| option(order, 14, &order.u64(offset.cast_unsigned()))).unwrap_or_default();
    [option(order, 9, &[resolution]), offset, vec![0; 4]].concat()
}

/// One of everything.
fn everything(order: Order) -> Vec<u8> {
    let names =
        [option(order, 1, b"\x0a\0\0\x01host\0"), option(order, 2, &[&[0; 16][..], b"six\0"].concat()), vec![0; 4]];
    let event = [&order.u16(3)[..], &order.u64(5_000_000_007), &order.u64(77), &order.u32(30), &order.u16(5)].concat();
    let journal = b"__CURSOR=s\n__REALTIME_TIMESTAMP=1700000000654321\nMESSAGE=hi\n\0\0\0\0";
    let packet_block = [&[0, 0][..], &order.u16(9), &order.u32s(&[0, 7, 10, 20]), &content(12)].concat();
    [
        section_with(order, (1, 2), &[option(order, 1, b"made"), vec![0; 4]].concat()),
        interface(order, 1, 0, &[option(order, 2, b"eth0"), option(order, 3, b"first"), vec![0; 4]].concat()),
        interface(order, 101, 40, &clock(order, 9, None)),
        block(order, 10, &[&order.u32s(&[0x544c_534b, 4])[..], b"keys"].concat()),
        enhanced(order, 0, TICKS, &content(60), &[option(order, 1, b"a comment"), vec![0; 4]].concat()),
        enhanced(order, 1, TICKS, &content(21), &[]),
        simple(order, 30, &content(30)),
        block(order, 2, &packet_block),
        block(order, 4, &names.concat()),
        block(order, 0xbad, &[&order.u32(32473)[..], b"custom!!"].concat()),
        block(order, 0x4000_0bad, &order.u32(1)),
        block(order, 0x204, &[event, content(12)].concat()),
        block(order, 9, journal),
        block(order, 0x8000_0001, &content(16)),
        block(order, 5, &order.u32s(&[0, 1, 2])),
    ]
    .concat()
}

#[test]
fn one_of_everything_in_both_byte_orders() {
    for order in [Little, Big] {
        let file = everything(order);
        let seen = frames(&file);
        assert_eq!(seen.len(), 8);
        assert_eq!(seen[0].time, Some((1_700_000_000, 123_456_000)));
        assert_eq!((seen[0].precision, seen[0].link, &seen[0].bytes), (6, 1, &content(60)));
        assert_eq!(seen[1].time, Some((1_700_000, 123_456)));
        assert_eq!((seen[1].precision, seen[1].link, seen[1].interface, &seen[1].bytes), (9, 101, 1, &content(21)));
        assert_eq!((seen[2].time, seen[2].interface, &seen[2].bytes), (None, 0, &content(30)));
        assert_eq!((seen[3].time, seen[3].wire_len, &seen[3].bytes), (Some((0, 7000)), 20, &content(10)));
        assert_eq!((seen[4].time, &seen[4].bytes[..]), (None, &b"custom!!"[..]));
        assert_eq!((seen[5].time, seen[5].wire_len), (None, 0));
        assert_eq!(seen[6].time, Some((5, 7)));
        assert_eq!((seen[6].precision, seen[6].wire_len, &seen[6].bytes), (9, 30, &content(12)));
        assert_eq!((seen[7].time, seen[7].wire_len), (Some((1_700_000_000, 654_321_000)), 60));
    }
}

#[test]
fn kinds_and_origins() {
    let file = everything(Big);
    let mut file = open(&file).unwrap();
    let mut kinds = Vec::new();
    while let Some(frame) = file.next().unwrap() {
        assert_eq!(frame.origin.is_some(), frame.kind == Kind::Packet);
        assert_eq!(frame.link == LinkType::NONE, frame.kind != Kind::Packet);
        if frame.kind != Kind::Packet {
            kinds.push(frame.kind);
        }
    }
    let custom = |enterprise| Kind::Custom { enterprise };
    assert_eq!(kinds, [custom(32473), custom(1), Kind::SystemEvent { block: 0x204 }, Kind::Journal]);
}

#[test]
fn nothing_is_lost_for_who_copies() {
    for order in [Little, Big] {
        let file = [everything(order), everything(Big), everything(Little)].concat();
        assert_eq!(raw_records(&file).concat(), file);
    }
}

#[test]
fn other_blocks_are_there_for_who_asks() {
    let bytes = everything(Little);
    let mut file = open(&bytes).unwrap();
    let mut kinds = Vec::new();
    while let Some(record) = file.next_record().unwrap() {
        if let Record::Block(block) = record {
            assert!(!block.big_endian);
            kinds.push(block.kind);
        }
    }
    use BlockKind::{Interface, NameResolution, Other, Secrets, Section, Statistics};
    assert_eq!(kinds, [Section, Interface, Interface, Secrets, NameResolution, Other(0x8000_0001), Statistics]);
    let names: Vec<_> = file.interfaces().iter().map(netpeek::source::Interface::name).collect();
    assert_eq!(names, [Some(&b"eth0"[..]), None]);
}

#[test]
fn sections_have_their_own_byte_order_and_interfaces() {
    let part = |order, link| {
        [section(order), interface(order, link, 0, &[]), enhanced(order, 0, TICKS, &content(9), &[])].concat()
    };
    let bytes = [part(Little, 1), part(Big, 101), part(Big, 113), part(Little, 1)].concat();
    let seen = frames(&bytes);
    let links: Vec<_> = seen.iter().map(|frame| (frame.number, frame.link, frame.interface)).collect();
    assert_eq!(links, [(1, 1, 0), (2, 101, 1), (3, 113, 2), (4, 1, 3)]);
    let mut file = open(&bytes).unwrap();
    for expected in 1..=4 {
        let origin = *file.next().unwrap().unwrap().origin.as_ref().unwrap();
        assert_eq!((origin.section, origin.id), (expected, 0));
    }
}

#[test]
fn what_an_interface_says_of_itself() {
    for order in [Little, Big] {
        let options = [
            option(order, 2, b"eth0"),
            option(order, 3, b"a card"),
            option(order, 11, b"\0tcp port 80"),
            option(order, 12, b"Linux"),
            option(order, 13, &[32]),
            option(order, 15, b"hardware"),
            clock(order, 0x94, Some(-5)),
        ];
        let bytes =
            [section(order), interface(order, 1, 77, &options.concat()), enhanced(order, 0, 0, &[], &[])].concat();
        let mut file = open(&bytes).unwrap();
        let frame = file.next().unwrap().unwrap();
        let origin = frame.origin.unwrap();
        assert_eq!(origin.name(), Some(&b"eth0"[..]));
        assert_eq!(origin.description(), Some(&b"a card"[..]));
        assert_eq!(origin.filter(), Some(&b"tcp port 80"[..]));
        assert_eq!(origin.os(), Some(&b"Linux"[..]));
        assert_eq!(origin.hardware(), Some(&b"hardware"[..]));
        assert_eq!((origin.snaplen, origin.link, origin.fcs_len), (77, LinkType::ETHERNET, Some(4)));
        assert_eq!((origin.clock.per_second, origin.clock.offset, origin.clock.precision), (1 << 20, -5, 6));
        assert_eq!(frame.time.map(|time| time.secs), Some(-5));
        assert_eq!(frame.fcs_len, Some(4));
    }
}

#[test]
fn interface_options_of_wrong_length_say_nothing() {
    let wrong = [option(Big, 9, &[9, 9]), option(Big, 14, &[1; 9]), option(Big, 13, &[4, 4]), option(Big, 9, &[3; 4])];
    let bytes = [section(Big), interface(Big, 1, 0, &wrong.concat()), enhanced(Big, 0, TICKS, &[], &[])].concat();
    let seen = frames(&bytes);
    assert_eq!(seen[0].time, Some((1_700_000_000, 123_456_000)));
    assert_eq!(seen[0].precision, 6);
}

#[test]
fn what_a_packet_says_of_itself() {
    for order in [Little, Big] {
        let options = [
            option(order, 1, b"first"),
            option(order, 2, &order.u32(0x0000_0081)),
            option(order, 4, &order.u64(12)),
            option(order, 1, b"second"),
            vec![0; 4],
            // Behind the end.
            option(order, 1, b"third"),
        ];
        let head = [section(order), interface(order, 1, 0, &[])].concat();
        let bytes = [head, enhanced(order, 0, TICKS, &content(61), &options.concat())].concat();
        let mut file = open(&bytes).unwrap();
        let frame = file.next().unwrap().unwrap();
        let comments: Vec<_> = frame.options.comments().collect();
        assert_eq!(comments, [&b"first"[..], b"second"]);
        assert_eq!(frame.flags(), Some(0x81));
        assert_eq!(frame.options.u64(4), Some(12));
        assert_eq!(frame.fcs_len, Some(4), "bits 5 to 8 of the flags");
    }
}

#[test]
fn a_simple_packet_is_cut_to_the_first_snaplen() {
    let head = |snaplen| [section(Little), interface(Little, 1, snaplen, &[]), interface(Little, 1, 5, &[])].concat();
    assert_eq!(lengths(&[head(0), simple(Little, 63, &content(63))].concat()), [(63, 63)]);
    assert_eq!(lengths(&[head(40), simple(Little, 1500, &content(40))].concat()), [(40, 1500)]);
    assert_eq!(lengths(&[head(40), simple(Little, 30, &content(30))].concat()), [(30, 30)]);
}

#[test]
fn frames_of_an_unknown_link_type_are_frames() {
    let bytes = [section(Little), interface(Little, 182, 0, &[]), enhanced(Little, 0, 1, &content(4), &[])].concat();
    assert_eq!(frames(&bytes)[0].link, 182);
    assert!(!LinkType(182).is_known() && LinkType(1).is_known());
}

#[test]
fn more_wire_bytes_fewer_wire_bytes_no_bytes() {
    let bytes = [
        section(Little),
        interface(Little, 1, 10, &[]),
        enhanced_of([0, 8, 1500], Little, 1, &content(8), &[]),
        enhanced_of([0, 8, 3], Little, 1, &content(8), &[]),
        enhanced_of([0, 0, 9], Little, 1, &[], &[]),
    ];
    assert_eq!(lengths(&bytes.concat()), [(8, 1500), (8, 3), (0, 9)]);
}

#[test]
fn lengths_that_are_no_multiple_of_four_are_rounded_up() {
    let mut packet = enhanced(Little, 0, 1, &content(5), &[]);
    for len in [packet.len() - 3, packet.len() - 1] {
        let end = packet.len() - 4;
        packet[4] = u8::try_from(len).unwrap();
        packet[end] = u8::try_from(len).unwrap();
        let bytes = [section(Little), interface(Little, 1, 0, &[]), packet.clone(), packet.clone()].concat();
        assert_eq!(lengths(&bytes), [(5, 5); 2]);
    }
}

#[test]
fn a_block_larger_than_the_window() {
    let long = content(3_000_000);
    let bytes = [
        section(Little),
        interface(Little, 220, 0, &[]),
        block(Little, 77, &long),
        enhanced(Little, 0, 1, &long, &[]),
        enhanced(Little, 0, 1, &content(60), &[]),
    ];
    assert_eq!(lengths(&bytes.concat()), [(3_000_000, 3_000_000), (60, 60)]);
}

#[test]
fn every_truncation_gives_the_whole_frames_before_it() {
    for order in [Little, Big] {
        let file = [everything(order), everything(order)].concat();
        let mut borders = vec![0];
        for record in raw_records(&file) {
            borders.push(borders.last().unwrap() + record.len());
        }
        for len in 8..=file.len() {
            let (seen, end) = read(&file[..len]);
            let whole = borders.iter().filter(|&&border| border <= len).max().unwrap();
            assert_eq!(seen, read(&file[..*whole]).0, "{len} bytes");
            assert_eq!(end.is_ok(), borders.contains(&len), "{len} bytes: {end:?}");
        }
    }
}

#[test]
fn no_change_of_a_byte_makes_it_panic_or_hang() {
    let file = everything(Big);
    for at in 0..file.len() {
        for change in [1, 0x7f, 0x80, 0xff] {
            let mut file = file.clone();
            file[at] ^= change;
            assert!(read(&file).0.len() <= 20);
        }
    }
}
