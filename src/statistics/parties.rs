//! Who takes part in conversations: an address, with a port where the layer has ports.

use super::Ending;
use crate::dissect::row::Address;
use crate::dissect::tap::{Layers, Tap};

/// What makes a party, for one kind of layer.
#[derive(Debug)]
pub(super) struct Parties {
    /// The layer's name, in titles.
    pub(super) title: &'static str,
    /// The layer.
    pub(super) layer: Layers,
    /// Whether a party is an address with a port.
    pub(super) ports: bool,
}

impl Parties {
    /// MAC addresses.
    pub(super) const ETHERNET: Self = Self { title: "Ethernet", layer: Layers::ETHERNET, ports: false };
    /// IPv4 addresses.
    pub(super) const IPV4: Self = Self { title: "IPv4", layer: Layers::IPV4, ports: false };
    /// IPv6 addresses.
    pub(super) const IPV6: Self = Self { title: "IPv6", layer: Layers::IPV6, ports: false };
    /// Addresses with TCP ports.
    pub(super) const TCP: Self = Self { title: "TCP", layer: Layers::TCP, ports: true };
    /// Addresses with UDP ports.
    pub(super) const UDP: Self = Self { title: "UDP", layer: Layers::UDP, ports: true };
}

impl Default for &'static Parties {
    fn default() -> Self {
        &Parties::ETHERNET
    }
}

/// A party: an address, and a port or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Party {
    /// Its address.
    pub(super) address: Address,
    /// Its port, where it has one.
    pub(super) port: u16,
}

impl Party {
    /// The sender and the receiver of a layer.
    pub(super) fn both(tap: &Tap, ports: bool) -> (Self, Self) {
        let port = |port| if ports { port } else { 0 };
        (Self { address: tap.src, port: port(tap.src_port) }, Self { address: tap.dst, port: port(tap.dst_port) })
    }
    /// What it is called: its address, and its port behind a colon where the layer has ports.
    pub(super) fn name(&self, parties: &Parties, ending: &Ending<'_>) -> String {
        let mut name = ending.host(&self.address);
        if parties.ports {
            name.push(':');
            name.push_str(&ending.port(parties.layer, self.port));
        }
        name
    }
}
