//! Trees over the addresses of IP packets: `ip_hosts`, `ip_srcdst`, `ptype`, `dests`, and the same for IPv6.
//!
//! Each IP layer of a frame counts, but what counts are the frame's innermost addresses.

use super::super::{Kind, Made, Needs, Refused, Request, Seen};
use super::{Counter, Label, Place, Tree, make};
use crate::dissect::row::Address;
use crate::dissect::tap::{Layers, Tap};

/// The statistics of this file.
pub(crate) const KINDS: [Kind; 8] = [
    Kind { name: "ip_hosts,tree", make: |request| hosts(request, Layers::IPV4, "IPv4 Statistics/All Addresses") },
    Kind { name: "ipv6_hosts,tree", make: |request| hosts(request, Layers::IPV6, "IPv6 Statistics/All Addresses") },
    Kind {
        name: "ip_srcdst,tree",
        make: |request| {
            let title = "IPv4 Statistics/Source and Destination Addresses";
            ends(request, Layers::IPV4, title, "Source IPv4 Addresses", "Destination IPv4 Addresses")
        },
    },
    Kind {
        name: "ipv6_srcdst,tree",
        make: |request| {
            let title = "IPv6 Statistics/Source and Destination Addresses";
            ends(request, Layers::IPV6, title, "Source IPv6 Addresses", "Destination IPv6 Addresses")
        },
    },
    Kind { name: "ptype,tree", make: |request| types(request, Layers::IPV4, "IPv4 Statistics/IP Protocol Types") },
    Kind { name: "ipv6_ptype,tree", make: |request| types(request, Layers::IPV6, "IPv6 Statistics/IP Protocol Types") },
    Kind {
        name: "dests,tree",
        make: |request| destinations(request, Layers::IPV4, "IPv4 Statistics/Destinations and Ports"),
    },
    Kind {
        name: "ipv6_dests,tree",
        make: |request| destinations(request, Layers::IPV6, "IPv6 Statistics/Destinations and Ports"),
    },
];

fn hosts(request: &Request<'_>, layer: Layers, title: &'static str) -> Result<Made, Refused> {
    make(request, title, |tree| {
        let all = tree.node(None, "All Addresses");
        ByLayer {
            layer,
            count: move |packet: &Packet, tree: &mut Tree| {
                tree.tick(all);
                tree.tick_at(Some(all), Label::Host(packet.src));
                tree.tick_at(Some(all), Label::Host(packet.dst));
            },
        }
    })
}

fn ends(
    request: &Request<'_>,
    layer: Layers,
    title: &'static str,
    sources: &'static str,
    receivers: &'static str,
) -> Result<Made, Refused> {
    make(request, title, |tree| {
        let (sources, receivers) = (tree.node(None, sources), tree.node(None, receivers));
        ByLayer {
            layer,
            count: move |packet: &Packet, tree: &mut Tree| {
                for (place, address) in [(sources, packet.src), (receivers, packet.dst)] {
                    tree.tick(place);
                    tree.tick_at(Some(place), Label::Host(address));
                }
            },
        }
    })
}

fn types(request: &Request<'_>, layer: Layers, title: &'static str) -> Result<Made, Refused> {
    make(request, title, |tree| {
        let all = tree.node(None, "IP Protocol Types");
        ByLayer {
            layer,
            count: move |packet: &Packet, tree: &mut Tree| {
                tree.tick(all);
                tree.tick_at(Some(all), packet.transport);
            },
        }
    })
}

fn destinations(request: &Request<'_>, layer: Layers, title: &'static str) -> Result<Made, Refused> {
    make(request, title, |tree| {
        let all: Place = tree.node(None, "Destinations and Ports");
        ByLayer {
            layer,
            count: move |packet: &Packet, tree: &mut Tree| {
                tree.tick(all);
                let host = tree.tick_at(Some(all), Label::Host(packet.dst));
                let transport = tree.tick_at(Some(host), packet.transport);
                tree.tick_at(Some(transport), Label::Number(packet.dst_port));
            },
        }
    })
}

/// What a frame's innermost packet is, as far as these trees care.
struct Packet {
    src: Address,
    dst: Address,
    /// What its ports are of.
    transport: &'static str,
    dst_port: u16,
}

impl Packet {
    /// The innermost packet of a frame: its addresses are those of the last IP layer that happened, its ports those of
    /// the last transport layer, be it quoted.
    fn of(taps: &[Tap]) -> Option<Self> {
        let ip = taps.iter().rfind(|tap| !tap.quoted && tap.layer.any(IP))?;
        let (transport, dst_port) = match taps.iter().rfind(|tap| tap.layer == Layers::PORTS) {
            None => ("NONE", 0),
            Some(Tap { stream: 6, dst_port, .. }) => ("TCP", *dst_port),
            Some(Tap { stream: 33, dst_port, .. }) => ("DCCP", *dst_port),
            Some(Tap { stream: 132, dst_port, .. }) => ("SCTP", *dst_port),
            Some(tap) => ("UDP", tap.dst_port),
        };
        Some(Self { src: ip.src, dst: ip.dst, transport, dst_port })
    }
}

const IP: Layers = Layers::IPV4.and(Layers::IPV6);

struct ByLayer<F> {
    layer: Layers,
    count: F,
}

impl<F: FnMut(&Packet, &mut Tree)> Counter for ByLayer<F> {
    fn needs(&self) -> Needs {
        Needs::taps(IP.and(Layers::PORTS))
    }
    fn count(&mut self, seen: &Seen<'_>, tree: &mut Tree) {
        let Some(packet) = Packet::of(seen.taps) else { return };
        for _ in seen.taps.iter().filter(|tap| tap.layer == self.layer && !tap.quoted) {
            tree.happens(seen.elapsed);
            (self.count)(&packet, tree);
        }
    }
}
