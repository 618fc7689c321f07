//! What names and dotted numbers stand for.
//!
//! Services and protocols are looked up in the tables of [`registry`](super::registry) first, so that an expression
//! means the same everywhere; names missing there, and those of networks and Ethernet addresses, are looked up in the
//! system's files. Hosts are resolved by the system.

use super::registry::{PROTOCOLS, SERVICES, Transport};
use std::net::{IpAddr, ToSocketAddrs};

/// An IPv4 address as far as it is written out: its bytes from the left, and how many bits were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dotted {
    pub(super) address: u32,
    pub(super) bits: u32,
}

impl Dotted {
    /// Reads two to four decimal numbers up to 255 with dots between.
    pub(super) fn parse(text: &str) -> Option<Dotted> {
        let mut address = 0_u32;
        let mut bits = 0_u32;
        for part in text.split('.') {
            if !part.bytes().all(|b| b.is_ascii_digit()) || bits >= 32 {
                return None;
            }
            address = address << 8 | u32::from(part.parse::<u8>().ok()?);
            bits = bits.saturating_add(8);
        }
        Some(Dotted { address: address.checked_shl(32_u32.saturating_sub(bits))?, bits })
    }
}

/// The network mask of so many bits.
pub(super) fn mask4(bits: u32) -> u32 {
    u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0)
}

/// A network number without dots: moved left until its first byte is not 0, with the mask that goes with it.
pub(super) fn network_of_number(number: u32) -> (u32, u32) {
    let zero_bytes = if number == 0 { 0 } else { number.leading_zeros() / 8 };
    let shift = zero_bytes.saturating_mul(8);
    (number << shift, u32::MAX << shift)
}

/// Port and transport of a service.
pub(super) fn service(name: &str) -> Option<(u16, Transport)> {
    let known = SERVICES.binary_search_by(|(entry, ..)| (*entry).cmp(name)).ok();
    if let Some((_, port, transport)) = known.and_then(|at| SERVICES.get(at)) {
        return Some((*port, *transport));
    }
    let mut found = None;
    for value in system_values("/etc/services", name) {
        let Some((port, transport)) = value.split_once('/') else {
            continue;
        };
        let (Ok(port), transport) = (port.parse(), transport) else {
            continue;
        };
        let transport = match transport {
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            _ => continue,
        };
        found = match found {
            Some((earlier, other)) if earlier == port && other != transport => Some((port, Transport::Any)),
            Some(earlier) => Some(earlier),
            None => Some((port, transport)),
        };
    }
    found
}

/// Number of a protocol over IP.
pub(super) fn protocol(name: &str) -> Option<u32> {
    match PROTOCOLS.binary_search_by(|(entry, _)| (*entry).cmp(name)) {
        Ok(at) => PROTOCOLS.get(at).map(|(_, number)| u32::from(*number)),
        Err(_) => system_values("/etc/protocols", name).first()?.parse().ok(),
    }
}

/// Number of a network, its bytes from the right.
pub(super) fn network(name: &str) -> Option<u32> {
    system_values("/etc/networks", name).first()?.split('.').try_fold(0_u32, |number, part| {
        let byte: u8 = part.parse().ok()?;
        (number >> 24 == 0).then_some(number << 8 | u32::from(byte))
    })
}

/// Ethernet address of a host. The file has the address in front of the name.
pub(super) fn ethernet(name: &str) -> Option<[u8; 6]> {
    let text = std::fs::read_to_string("/etc/ethers").ok()?;
    let address = fields(&text).find_map(|mut line| {
        let address = line.next()?;
        line.any(|other| other == name).then_some(address)
    })?;
    let mut bytes = [0; 6];
    let mut parts = address.split(':');
    for byte in &mut bytes {
        *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

/// Addresses of a host, each once, in the order in which the system gives them.
pub(super) fn hosts(name: &str) -> Vec<IpAddr> {
    let mut addresses = Vec::new();
    for socket in (name, 0_u16).to_socket_addrs().into_iter().flatten() {
        if !addresses.contains(&socket.ip()) {
            addresses.push(socket.ip());
        }
    }
    addresses
}

/// The values that a file in the form `name value aliases…` gives to a name.
fn system_values(path: &str, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let values = fields(&text).filter_map(|mut line| {
        let first = line.next()?;
        let value = line.next()?;
        (first == name || line.any(|alias| alias == name)).then(|| value.to_owned())
    });
    values.collect()
}

/// The words of each line, without comments.
fn fields(text: &str) -> impl Iterator<Item = std::str::SplitWhitespace<'_>> {
    text.lines().map(|line| line.split('#').next().unwrap_or("").split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order_for_the_binary_search() {
        for pair in SERVICES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} stands before {}", pair[0].0, pair[1].0);
        }
        for pair in PROTOCOLS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} stands before {}", pair[0].0, pair[1].0);
        }
    }

    #[test]
    fn names_are_known_without_the_systems_files() {
        assert_eq!(service("http"), Some((80, Transport::Tcp)));
        assert_eq!(service("domain"), Some((53, Transport::Any)));
        assert_eq!(service("no-such-service"), None);
        assert_eq!(protocol("ospf"), Some(89));
        assert_eq!(protocol("no-such-protocol"), None);
    }

    #[test]
    fn addresses_may_be_written_in_part() {
        let dotted = |text| Dotted::parse(text).map(|d| (d.address, d.bits));
        assert_eq!(dotted("10.1.2.3"), Some((0x0a01_0203, 32)));
        assert_eq!(dotted("10.1"), Some((0x0a01_0000, 16)));
        assert_eq!(dotted("10.256"), None);
        assert_eq!(dotted("1.2.3.4.5"), None);
        assert_eq!((mask4(0), mask4(8), mask4(32)), (0, 0xff00_0000, u32::MAX));
    }

    #[test]
    fn a_network_number_is_moved_to_the_left() {
        assert_eq!(network_of_number(10), (0x0a00_0000, 0xff00_0000));
        assert_eq!(network_of_number(256), (0x0100_0000, 0xffff_0000));
        assert_eq!(network_of_number(0), (0, u32::MAX));
        assert_eq!(network_of_number(0x0a00_0001), (0x0a00_0001, u32::MAX));
    }
}
