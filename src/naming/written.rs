//! How names are written down.

use std::sync::Arc;

use super::{Mac, Names, Ports, number};
use crate::dissect::line::Line;

impl Names {
    /// Writes a MAC address with its vendor's name: `Apple_68:5f:52`, `Broadcast`; as numbers if it has none.
    fn mac(&self, address: &[u8; 6], line: &mut Line) {
        let mut known = self.known();
        if let Some(name) = known.neighbours.get(address).and_then(|host| known.hosts.v4(host)) {
            line.str(name);
            return;
        }
        match known.mac(*address) {
            Mac::Number => _ = line.mac(address),
            Mac::Whole(name) => _ = line.str(name),
            Mac::Block(name, bits) => {
                line.str(name);
                rest(number(*address), *bits, true, line);
            }
            Mac::Vendor(name, bits) => {
                line.str(name);
                rest(number(*address), *bits, false, line);
            }
        }
    }

    /// The name of a service.
    pub fn service(&self, ports: Ports, port: u16) -> Option<&'static str> {
        self.known().port(ports, port)
    }
}

/// Writes the part of an address behind its first `bits` bits; `trimmed`, without the zero bytes at its front.
fn rest(address: u64, bits: u32, trimmed: bool, line: &mut Line) {
    let left = 48_u32.saturating_sub(bits);
    let part = address & 1_u64.checked_shl(left).unwrap_or(0).wrapping_sub(1);
    let all = left.div_ceil(8) as usize;
    let needed = (64 - part.leading_zeros()).div_ceil(8).max(1) as usize;
    let bytes = part.to_be_bytes();
    let shown = bytes.get(bytes.len() - if trimmed { needed.min(all) } else { all }..).unwrap_or_default();
    line.byte(b'_').hex_bytes(shown, ":");
}

/// Addresses and ports by name, where the line knows names; else as numbers.
impl Line {
    /// Runs `write` with the names the line knows.
    fn with_names<T>(&mut self, write: impl FnOnce(&Names, &mut Self) -> T) -> Option<T> {
        let names: Arc<Names> = self.names.take()?;
        let outcome = write(&names, self);
        self.names = Some(names);
        Some(outcome)
    }
    fn names_macs(&self) -> bool {
        self.names.as_ref().is_some_and(|names| names.wanted.macs)
    }
    fn names_hosts(&self) -> bool {
        self.names.as_ref().is_some_and(|names| names.wanted.hosts)
    }
    fn names_ports(&self) -> bool {
        self.names.as_ref().is_some_and(|names| names.wanted.ports)
    }

    /// Appends a MAC address: `Apple_68:5f:52`.
    pub fn ether(&mut self, address: &[u8; 6]) -> &mut Self {
        if !self.names_macs() {
            return self.mac(address);
        }
        self.with_names(|names, line| names.mac(address, line));
        self
    }
    /// Appends a MAC address and, where these are named at all, its number: `Apple_68:5f:52 (78:4f:43:68:5f:52)`.
    pub fn ether_and_number(&mut self, address: &[u8; 6]) -> &mut Self {
        if !self.names_macs() {
            return self.mac(address);
        }
        self.ether(address).str(" (").mac(address).byte(b')')
    }
    /// Appends an IPv4 host: `alice.example`.
    #[inline]
    pub fn host4(&mut self, address: &[u8; 4]) -> &mut Self {
        if self.names.is_some() && self.host4_by_name(address) { self } else { self.ipv4(address) }
    }
    #[inline(never)]
    fn host4_by_name(&mut self, address: &[u8; 4]) -> bool {
        let write = |names: &Names, line: &mut Self| names.known().hosts.v4(address).map(|name| _ = line.str(name));
        self.names_hosts() && self.with_names(write).flatten().is_some()
    }
    /// Appends an IPv4 host and, where these are named at all, its number: `alice.example (192.0.2.1)`.
    pub fn host4_and_number(&mut self, address: &[u8; 4]) -> &mut Self {
        if !self.names_hosts() {
            return self.ipv4(address);
        }
        self.host4(address).str(" (").ipv4(address).byte(b')')
    }
    /// Appends an IPv6 host: `alice.example`.
    #[inline]
    pub fn host6(&mut self, address: &[u8; 16]) -> &mut Self {
        if self.names.is_some() && self.host6_by_name(address) { self } else { self.ipv6(address) }
    }
    #[inline(never)]
    fn host6_by_name(&mut self, address: &[u8; 16]) -> bool {
        let write = |names: &Names, line: &mut Self| names.known().hosts.v6(address).map(|name| _ = line.str(name));
        self.names_hosts() && self.with_names(write).flatten().is_some()
    }
    /// Appends an IPv6 host and, where these are named at all, its number: `alice.example (2001:db8::1)`.
    pub fn host6_and_number(&mut self, address: &[u8; 16]) -> &mut Self {
        if !self.names_hosts() {
            return self.ipv6(address);
        }
        self.host6(address).str(" (").ipv6(address).byte(b')')
    }
    /// Appends a port as the summary has it: `domain(53)`, and a number alone where it has no name.
    #[inline]
    pub fn port(&mut self, ports: Ports, port: u16) -> &mut Self {
        if self.names.is_some() && self.port_by_name(ports, port) { self } else { self.dec(port) }
    }
    #[inline(never)]
    fn port_by_name(&mut self, ports: Ports, port: u16) -> bool {
        if self.names_ports()
            && let Some(name) = self.with_names(|names, _| names.service(ports, port)).flatten()
        {
            self.str(name).byte(b'(').dec(port).byte(b')');
            return true;
        }
        false
    }
    /// Appends a port as the tree has it: `domain (53)`; where ports are named, a number without a name twice.
    pub fn port_and_number(&mut self, ports: Ports, port: u16) -> &mut Self {
        if !self.names_ports() {
            return self.dec(port);
        }
        match self.with_names(|names, _| names.service(ports, port)).flatten() {
            Some(name) => self.str(name),
            None => self.dec(port),
        };
        self.str(" (").dec(port).byte(b')')
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::dissect::line::Line;
    use crate::naming::{Hosts, Names, Ports, Wanted};

    fn line(letters: &str) -> Line {
        let mut hosts = Hosts::default();
        hosts.read("192.0.2.1 alice.example");
        let mut line = Line::default();
        line.know(Names::new(Wanted::from_letters(letters).unwrap(), &hosts).as_ref());
        line
    }
    fn written(letters: &str, write: impl FnOnce(&mut Line)) -> String {
        let mut line = line(letters);
        write(&mut line);
        String::from_utf8(line.as_bytes().to_vec()).unwrap()
    }

    /// What tshark 4.0.17 shows for these addresses.
    #[test]
    fn addresses_of_vendors_and_groups() {
        for (address, wanted) in [
            ([0xe0, 0xb5, 0x2d, 0xab, 0xcd, 0xef], "Apple_ab:cd:ef"),
            ([0x50, 0x62, 0x55, 0x3a, 0xbc, 0xde], "Hypertec_0a:bc:de"),
            ([0x8c, 0x1f, 0x64, 0xf8, 0x6b, 0xcd], "INFOSTEC_0b:cd"),
            ([0xff; 6], "Broadcast"),
            ([0x01, 0x00, 0x5e, 0, 0, 1], "IPv4mcast_01"),
            ([0x33, 0x33, 0xff, 0xab, 0xcd, 0xef], "IPv6mcast_ff:ab:cd:ef"),
            ([0x01, 0x80, 0xc2, 0, 0, 0], "Spanning-tree-(for-bridges)_00"),
            ([0x01, 0x80, 0xc2, 0, 0, 0x3f], "OAM-Multicast-DA-Class-2_07"),
            ([0, 0, 0x0c, 0x07, 0xad, 0], "All-HSRP-routers_01:00"),
            ([0; 6], "00:00:00_00:00:00"),
            ([2, 0, 0, 0, 1, 1], "02:00:00:00:01:01"),
        ] {
            assert_eq!(written("m", |l| _ = l.ether(&address)), wanted);
        }
        let apple = [0xe0, 0xb5, 0x2d, 0xab, 0xcd, 0xef];
        assert_eq!(written("m", |l| _ = l.ether_and_number(&apple)), "Apple_ab:cd:ef (e0:b5:2d:ab:cd:ef)");
        assert_eq!(written("n", |l| _ = l.ether_and_number(&apple)), "e0:b5:2d:ab:cd:ef");
    }

    #[test]
    fn hosts_and_ports() {
        assert_eq!(written("n", |l| _ = l.host4(&[192, 0, 2, 1])), "alice.example");
        assert_eq!(written("m", |l| _ = l.host4(&[192, 0, 2, 1])), "192.0.2.1");
        assert_eq!(written("n", |l| _ = l.host4_and_number(&[192, 0, 2, 2])), "192.0.2.2 (192.0.2.2)");
        assert_eq!(written("t", |l| _ = l.port(Ports::Udp, 53)), "domain(53)");
        assert_eq!(written("t", |l| _ = l.port(Ports::Tcp, 0)), "0");
        assert_eq!(written("t", |l| _ = l.port_and_number(Ports::Tcp, 51492)), "51492 (51492)");
        assert_eq!(written("m", |l| _ = l.port_and_number(Ports::Tcp, 53)), "53");
    }

    #[test]
    fn what_is_learnt_is_known() {
        let names = Names::new(Wanted::from_letters("mnd").unwrap(), &Hosts::default()).unwrap();
        names.learn_v4([192, 0, 2, 9], b"nine.example");
        names.learn_neighbour([2, 0, 0, 0, 0, 9], [192, 0, 2, 9]);
        let mut line = Line::default();
        line.know(Some(&Arc::clone(&names)));
        line.ether(&[2, 0, 0, 0, 0, 9]);
        assert_eq!(line.as_bytes(), b"nine.example");
    }

    #[test]
    fn letters() {
        assert_eq!(Wanted::from_letters("mx"), Err('x'));
        assert_eq!(Wanted::from_letters("Nv"), Ok(Wanted::NOTHING));
        assert!(Names::new(Wanted::NOTHING, &Hosts::default()).is_none());
    }
}
