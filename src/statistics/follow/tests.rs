//! What is followed of made segments. What is expected is what tshark 4.0.17 said of the same segments.

use super::arrange::Arranger;
use super::chunks::{Chunks, Origin};
use super::request::{Followed, Mode, Request, Selection};
use crate::conversation::tcp::analysis::{Segment, flag};

/// Follows segments written as `> 4 1 def`: direction, sequence and acknowledgment number relative to the first ones,
/// payload; both sides are open already. Gives the pieces, each with the direction and, in front, the packet's number.
fn follow(base: [u32; 2], script: &str) -> String {
    let (mut arranger, mut chunks) = (Arranger::default(), Chunks::default());
    let open = ["> S 0 0", "< SA 0 1", "> A 1 1"];
    let lines = open.into_iter().map(str::to_owned);
    let lines = lines.chain(script.split(';').map(|line| line.trim().replacen(' ', " A ", 1)));
    for (i, line) in lines.enumerate() {
        let words: Vec<_> = line.split_whitespace().collect();
        let peer = usize::from(words[0] == "<");
        let number = |at: usize, base: u32| base.wrapping_add(words[at].parse().unwrap());
        let payload = words.get(4).copied().unwrap_or("");
        let flags = words[1].chars().map(|letter| if letter == 'S' { flag::SYN } else { flag::ACK }).sum();
        let (seq, ack) = (number(2, base[peer]), number(3, base[1 - peer]));
        let segment = Segment { seq, ack, len: payload.len() as u32, flags, ..Segment::default() };
        let origin = Origin { packet: i as u64 + 1, time: None, peer };
        arranger.segment(origin, &segment, payload.as_bytes(), &mut chunks);
    }
    let show = |(chunk, bytes): (super::chunks::Chunk, &[u8])| {
        let text = String::from_utf8_lossy(bytes).replace(" bytes missing in capture file]\0", "]");
        format!("{}{}{text}", chunk.origin.packet, if chunk.origin.peer == 0 { '>' } else { '<' })
    };
    chunks.iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn bytes_come_in_order_and_once() {
    let cases = [
        ("> 4 1 def; > 1 1 abc; < 1 7; < 1 7 xyz", "5>abc 4>def 7<xyz"),
        ("> 1 1 abc; > 1 1 ABC; > 1 1 ABCDEF; < 1 7 xyz", "4>abc 6>DEF 7<xyz"),
        ("> 4 1 def; > 3 1 CDEFG; > 1 1 abXYZ; < 1 7 xyz", "6>abXYZ 4>f 5>G 7<xyz"),
        ("> 6 1 678; > 4 1 def; > 3 1 CDEFGHI; > 2 1 BCD; > 1 1 a", "8>a 7>BCD 5>ef 4>78 6>I"),
        ("> 4 1 def; > 4 1 DEFGHI; > 1 1 abc", "6>abc 4>def 5>GHI"),
        ("> 1 1 abc; < 1 4; > 3 1 ~; < 1 4; > 4 1 def", "4>abc 8>def"),
    ];
    for base in [[1000, 5000], [0xffff_fffc, 0xffff_fffe]] {
        for (script, expected) in cases {
            assert_eq!(follow(base, script), expected, "{script}");
        }
    }
}

#[test]
fn a_gap_is_told_of_once_it_is_acknowledged() {
    let cases = [
        ("> 1 1 abc; > 7 1 ghi; > 10 1 jkl", "4>abc"),
        ("> 1 1 abc; > 7 1 ghi; < 1 4 xyz; > 10 4 jkl", "4>abc 6<xyz"),
        ("> 1 1 abc; > 7 1 ghi; < 1 7 uvw; < 4 10 xyz", "4>abc 6<uvw 7>[3] 5>ghi 7<xyz"),
        ("> 1 1 abc; > 7 1 ghi; < 1 8 uvw; < 4 8 xyz", "4>abc 6>[3] 5>ghi 6<uvw 7<xyz"),
        ("> 1 1 abc; > 13 1 mno; > 7 1 ghi; < 1 16 uvw", "4>abc 7>[3] 6>ghi 7>[3] 5>mno 7<uvw"),
        ("> 1 1 abc; > 7 1 ghi; > 13 1 mno; < 1 10; < 1 10 x", "4>abc 7>[3] 5>ghi 8<x"),
        ("> 1 1 abc; < 1 10; > 10 1 jkl", "4>abc"),
        // What waits for its own turn acknowledges nothing yet.
        ("> 4 1 def; < 4 7 uvw; > 7 7; < 7 7", "6<[3] 5<uvw 7>[3] 4>def"),
        ("< 1 1 rst; > 4 1 def; < 1 7 rst; < 4 7 uvw", "4<rst 6>[3] 5>def 7<uvw"),
    ];
    for (script, expected) in cases {
        assert_eq!(follow([1000, 5000], script), expected, "{script}");
    }
}

#[test]
fn arguments_as_tshark_takes_them() {
    let parse = |text: &str| Request::parse(Followed::Tcp, text);
    let request = parse(",raw,7,2-3").unwrap();
    assert_eq!((request.mode, request.selection, request.range), (Mode::Raw, Selection::Stream(7), 2..=3));
    let request = parse(",ascii,10.0.0.1:5,10.0.0.2:6").unwrap();
    assert_eq!(
        request.to_string(),
        "((ip.src eq 10.0.0.1 and tcp.srcport eq 5) and (ip.dst eq 10.0.0.2 and tcp.dstport eq 6)) or \
         ((ip.src eq 10.0.0.2 and tcp.srcport eq 6) and (ip.dst eq 10.0.0.1 and tcp.dstport eq 5))"
    );
    assert_eq!(parse(",hex,[::1]:5,[::1]:6,4").unwrap().range, 4..=4);
    for (text, complaint) in [
        ("", "display mode"),
        (",foo,0", "display mode"),
        (",ascii", "address"),
        (",asciix,0", "address"),
        (",ascii,x", "address"),
        (",ascii,0x0", "address"),
        (",ascii,1.2.3.4:5,1.2.3.4", "address"),
        (",ascii,1.2.3.4:5,[::1]:5", "address"),
        (",ascii,0,x", "range"),
        (",ascii,0,", "range"),
        (",ascii,0,2-1", "range value"),
        (",ascii,0,0-0", "range value"),
        (",ascii,0,1,2", "parameter"),
    ] {
        assert_eq!(parse(text).unwrap_err(), format!("follow - Invalid {complaint}."), "{text}");
    }
}
