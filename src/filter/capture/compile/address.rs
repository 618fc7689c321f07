//! `host` and `net`: addresses of IPv4, ARP, IPv6, DECnet and the link layer.

use super::super::ast::{Direction, Id, Kind, Qualifiers};
use super::super::names::{self, Dotted};
use super::super::protocol::{Protocol, ether};
use super::test::{Place, Test, all, any};
use super::{Compiler, Outcome, directed, mismatch};
use std::net::{IpAddr, Ipv6Addr};

impl Compiler {
    /// `host` or `net` with what they are of.
    pub(super) fn address(&self, qualifiers: Qualifiers, id: &Id) -> Outcome {
        let net = qualifiers.kind == Kind::Net;
        let link = qualifiers.protocol == Some(Protocol::Link);
        match id {
            Id::Mac(address) if link && !net => self.mac(qualifiers.direction, address),
            Id::Mac(_) => Err("a link-layer address needs 'ether host', 'ether src' or 'ether dst'".to_owned()),
            Id::Name(name) if link && !net => {
                let address =
                    names::ethernet(name).ok_or_else(|| format!("no Ethernet address of '{name}' is known"))?;
                self.mac(qualifiers.direction, &address)
            }
            _ if link => Err("this is no link-layer address".to_owned()),
            _ if qualifiers.protocol == Some(Protocol::Decnet) => self.decnet(qualifiers.direction, id),
            Id::Name(name) if net => {
                let number = names::network(name).ok_or_else(|| format!("unknown network '{name}'"))?;
                let (address, mask) = names::network_of_number(number);
                self.ip4_or_arp(qualifiers, address, mask)
            }
            Id::Name(name) => self.named_host(qualifiers, name),
            Id::Number(number) if net => {
                let (address, mask) = names::network_of_number(*number);
                self.ip4_or_arp(qualifiers, address, mask)
            }
            Id::Number(number) => self.ip4_or_arp(qualifiers, *number, u32::MAX),
            Id::Dotted(text) => {
                let Dotted { address, bits } = dotted(text)?;
                self.ip4_or_arp(qualifiers, address, names::mask4(bits))
            }
            Id::Ip6(address) => self.ip6_address(qualifiers, *address, u128::MAX),
            _ if !net => Err("only 'net' takes a mask".to_owned()),
            Id::DottedLength(text, length) => {
                if *length > 32 {
                    return Err(format!("a mask has at most 32 bits, not {length}"));
                }
                self.masked(qualifiers, text, names::mask4(*length))
            }
            Id::DottedMask(text, mask) => self.masked(qualifiers, text, dotted(mask)?.address),
            Id::Ip6Length(address, length) => {
                let mask = match length {
                    0 => 0,
                    1..=128 => u128::MAX << 128_u32.saturating_sub(*length),
                    _ => return Err(format!("a mask has at most 128 bits, not {length}")),
                };
                if address.to_bits() & !mask != 0 {
                    return Err(format!("{address}/{length} has bits set that the mask leaves out"));
                }
                self.ip6_address(qualifiers, *address, mask)
            }
        }
    }

    fn masked(&self, qualifiers: Qualifiers, text: &str, mask: u32) -> Outcome {
        let Dotted { address, .. } = dotted(text)?;
        if address & !mask != 0 {
            return Err(format!("network {text} has bits set that the mask leaves out"));
        }
        self.ip4_or_arp(qualifiers, address, mask)
    }

    /// A host by name: any of its addresses.
    fn named_host(&self, qualifiers: Qualifiers, name: &str) -> Outcome {
        let addresses = names::hosts(name);
        if addresses.is_empty() {
            return Err(format!("unknown host '{name}'"));
        }
        let mut tests = Vec::new();
        for address in addresses {
            match (address, qualifiers.protocol) {
                (IpAddr::V4(_), Some(Protocol::Ip6)) => {}
                (IpAddr::V6(_), Some(Protocol::Ip | Protocol::Arp | Protocol::Rarp)) => {}
                (IpAddr::V4(address), _) => tests.push(self.ip4_or_arp(qualifiers, address.to_bits(), u32::MAX)?),
                (IpAddr::V6(address), _) => tests.push(self.ip6_address(qualifiers, address, u128::MAX)?),
            }
        }
        if tests.is_empty() {
            return Err(format!("host '{name}' has no such address"));
        }
        Ok(any(tests))
    }

    /// An IPv4 address under a mask, in IPv4, ARP or RARP, or all of them.
    fn ip4_or_arp(&self, qualifiers: Qualifiers, address: u32, mask: u32) -> Outcome {
        let direction = qualifiers.direction;
        match qualifiers.protocol {
            None if self.layout.labelled => self.pair4(ether::IP, (12, 16), direction, address, mask),
            None => Ok(any([
                self.pair4(ether::IP, (12, 16), direction, address, mask)?,
                self.pair4(ether::ARP, (14, 24), direction, address, mask)?,
                self.pair4(ether::RARP, (14, 24), direction, address, mask)?,
            ])),
            Some(Protocol::Ip) => self.pair4(ether::IP, (12, 16), direction, address, mask),
            Some(Protocol::Arp) => self.pair4(ether::ARP, (14, 24), direction, address, mask),
            Some(Protocol::Rarp) => self.pair4(ether::RARP, (14, 24), direction, address, mask),
            other => Err(mismatch(other, "an IPv4 address")),
        }
    }

    /// IPv4 addresses at two offsets of a protocol's header.
    fn pair4(
        &self,
        ether_type: u32,
        (source, destination): (u32, u32),
        direction: Direction,
        address: u32,
        mask: u32,
    ) -> Outcome {
        let matches = |offset| self.layout.network.plus(offset).word().masked(mask).equals(address & mask);
        let addresses = directed(direction, matches(source), matches(destination))?;
        Ok(all([self.announces(ether_type)?, addresses]))
    }

    fn ip6_address(&self, qualifiers: Qualifiers, address: Ipv6Addr, mask: u128) -> Outcome {
        if !matches!(qualifiers.protocol, None | Some(Protocol::Ip6)) {
            return Err(mismatch(qualifiers.protocol, "an IPv6 address"));
        }
        let network = self.layout.network;
        let source = address6_at(network.plus(8), address.to_bits(), mask);
        let destination = address6_at(network.plus(24), address.to_bits(), mask);
        Ok(all([self.announces(ether::IP6)?, directed(qualifiers.direction, source, destination)?]))
    }

    /// A DECnet Phase IV address, in the short or the long form of data packets, with or without a byte of padding.
    fn decnet(&self, direction: Direction, id: &Id) -> Outcome {
        let number = match id {
            Id::Number(number) => *number,
            Id::Dotted(text) => decnet_number(text).ok_or_else(|| format!("'{text}' is no DECnet address"))?,
            _ => return Err("a DECnet address has the form AREA.NODE".to_owned()),
        };
        let stored = u32::from(u16::try_from(number & 0xffff).unwrap_or(0).swap_bytes());
        let network = self.layout.network;
        let at = |offset| network.plus(offset).half().equals(stored);
        let form = |flags: u32| network.plus(2).byte().masked(0x07).equals(flags);
        let padded = |flags: u32| network.plus(2).half().masked(0xff07).equals(0x8100 | flags);
        let either = |short, long| {
            any([
                all([form(2), at(short)]),
                all([padded(2), at(short.saturating_add(1))]),
                all([form(6), at(long)]),
                all([padded(6), at(long.saturating_add(1))]),
            ])
        };
        Ok(all([self.announces(ether::DECNET)?, directed(direction, either(5, 17), either(3, 9))?]))
    }
}

/// An IPv6 address at a place, as far as the mask says, four bytes after the other.
fn address6_at(place: Place, address: u128, mask: u128) -> Test {
    let words = |number: u128| {
        let bytes = number.to_be_bytes();
        let words: Vec<u32> =
            bytes.chunks_exact(4).filter_map(|chunk| chunk.first_chunk().map(|b| u32::from_be_bytes(*b))).collect();
        words
    };
    let offsets = (0..16).step_by(4);
    let parts = words(address).into_iter().zip(words(mask)).zip(offsets);
    all(parts.map(|((word, mask), offset)| place.plus(offset).word().masked(mask).equals(word & mask)))
}

fn dotted(text: &str) -> Result<Dotted, String> {
    Dotted::parse(text).ok_or_else(|| format!("'{text}' is no IPv4 address"))
}

/// A DECnet address: area and node, which take 6 and 10 bits.
fn decnet_number(text: &str) -> Option<u32> {
    let (area, node) = text.split_once('.')?;
    let (area, node): (u32, u32) = (area.parse().ok()?, node.parse().ok()?);
    (area < 64 && node < 1024).then_some(area << 10 | node)
}
