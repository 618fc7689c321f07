//! etherparse reads the same headers, and reads the same in them: what it calls a sound packet, netpeek's items agree
//! with, field by field.

mod common;

use etherparse::{LinkSlice, NetSlice, SlicedPacket, TransportSlice};
use netpeek::dissect::Worker;
use netpeek::source::LinkType;

/// Ethernet's link-layer header type.
const ETHERNET: LinkType = LinkType(1);

/// What etherparse says of a frame: Wireshark's field keys, the values in network order.
fn opinion(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut says: Vec<(&'static str, Vec<u8>)> = Vec::new();
    let Ok(packet) = SlicedPacket::from_ethernet(bytes) else { return says };
    if let Some(LinkSlice::Ethernet2(ethernet)) = &packet.link {
        says.push(("eth.dst", ethernet.destination().to_vec()));
        says.push(("eth.src", ethernet.source().to_vec()));
    }
    match &packet.net {
        Some(NetSlice::Ipv4(ip)) => {
            let ip = ip.header();
            says.push(("ip.dsfield", vec![ip.dcp().value() << 2 | ip.ecn().value()]));
            says.push(("ip.len", ip.total_len().to_be_bytes().to_vec()));
            says.push(("ip.id", ip.identification().to_be_bytes().to_vec()));
            says.push(("ip.ttl", vec![ip.ttl()]));
            says.push(("ip.proto", vec![ip.protocol().0]));
            says.push(("ip.checksum", ip.header_checksum().to_be_bytes().to_vec()));
            says.push(("ip.src", ip.source().to_vec()));
            // Of a packet on a route that its options prescribe, tshark shows the route's last address.
            if ip.options().is_empty() {
                says.push(("ip.dst", ip.destination().to_vec()));
            }
        }
        Some(NetSlice::Ipv6(ip)) => {
            let ip = ip.header();
            says.push(("ipv6.plen", ip.payload_length().to_be_bytes().to_vec()));
            says.push(("ipv6.nxt", vec![ip.next_header().0]));
            says.push(("ipv6.hlim", vec![ip.hop_limit()]));
            says.push(("ipv6.src", ip.source().to_vec()));
            says.push(("ipv6.dst", ip.destination().to_vec()));
        }
        Some(NetSlice::Arp(arp)) => {
            says.push(("arp.opcode", arp.operation().0.to_be_bytes().to_vec()));
        }
        None => {}
    }
    match &packet.transport {
        Some(TransportSlice::Udp(udp)) => {
            says.push(("udp.srcport", udp.source_port().to_be_bytes().to_vec()));
            says.push(("udp.dstport", udp.destination_port().to_be_bytes().to_vec()));
            says.push(("udp.length", udp.length().to_be_bytes().to_vec()));
            says.push(("udp.checksum", udp.checksum().to_be_bytes().to_vec()));
        }
        Some(TransportSlice::Tcp(tcp)) => {
            says.push(("tcp.srcport", tcp.source_port().to_be_bytes().to_vec()));
            says.push(("tcp.dstport", tcp.destination_port().to_be_bytes().to_vec()));
            says.push(("tcp.seq_raw", tcp.sequence_number().to_be_bytes().to_vec()));
            says.push(("tcp.ack_raw", tcp.acknowledgment_number().to_be_bytes().to_vec()));
            says.push(("tcp.window_size_value", tcp.window_size().to_be_bytes().to_vec()));
            says.push(("tcp.checksum", tcp.checksum().to_be_bytes().to_vec()));
            says.push(("tcp.urgent_pointer", tcp.urgent_pointer().to_be_bytes().to_vec()));
        }
        _ => {}
    }
    says
}

/// The bytes of the frame's first item of the field `key`.
fn item<'a>(worker: &Worker, key: &str, frame: &'a [u8]) -> Option<&'a [u8]> {
    let item = worker.sink.items().iter().find(|item| item.field.key == key && item.buffer == 0)?;
    frame.get(item.start as usize..item.end as usize)
}

#[test]
fn etherparse_reads_the_same_in_headers_it_calls_sound() {
    let mut compared = 0;
    for path in common::captures() {
        let mut worker = common::detailed();
        for kept in common::frames(&path) {
            worker.dissect(&kept.frame());
            // Options and lengths that contradict themselves, of which etherparse says nothing, end a packet for tshark.
            let info = String::from_utf8_lossy(worker.row.info_column());
            let malformed = info.contains("[Malformed Packet");
            let bad_udp = info.contains("[BAD UDP LENGTH");
            if kept.link != ETHERNET || malformed || bad_udp {
                continue;
            }
            for (key, value) in opinion(&kept.bytes) {
                let place = format!("{} frame {}: {key}", path.display(), kept.number);
                assert_eq!(item(&worker, key, &kept.bytes), Some(value.as_slice()), "{place}");
                compared += 1;
            }
        }
    }
    assert!(compared > 10_000, "{compared} fields compared");
}
