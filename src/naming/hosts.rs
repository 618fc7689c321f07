//! Names of hosts: from files, from a capture's own blocks, and from DNS answers in it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hashbrown::HashMap;

/// Hosts whose names are kept at most; a capture may hold any number of answers.
const MOST: usize = 1 << 20;

/// Names of hosts, by address. A name that comes later replaces the one before.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    v4: HashMap<[u8; 4], Box<str>>,
    v6: HashMap<[u8; 16], Box<str>>,
}

impl Hosts {
    /// The name of an IPv4 address.
    pub fn v4(&self, address: &[u8; 4]) -> Option<&str> {
        self.v4.get(address).map(|name| &**name)
    }
    /// The name of an IPv6 address.
    pub fn v6(&self, address: &[u8; 16]) -> Option<&str> {
        self.v6.get(address).map(|name| &**name)
    }
    /// All of them as lines of a hosts file, IPv4 first, in the order of the addresses.
    pub fn lines(&self, v4: bool, v6: bool) -> Vec<String> {
        let line = |address: IpAddr, name: &str| (address, format!("{address}\t{name}"));
        let four = self.v4.iter().filter(|_| v4).map(|(address, name)| line(Ipv4Addr::from(*address).into(), name));
        let six = self.v6.iter().filter(|_| v6).map(|(address, name)| line(Ipv6Addr::from(*address).into(), name));
        let mut lines: Vec<_> = four.chain(six).collect();
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect()
    }
    /// Names an IPv4 address.
    pub fn name_v4(&mut self, address: [u8; 4], name: &str) {
        if self.v4.get(&address).is_none_or(|known| **known != *name) && self.v4.len() < MOST {
            self.v4.insert(address, name.into());
        }
    }
    /// Names an IPv6 address.
    pub fn name_v6(&mut self, address: [u8; 16], name: &str) {
        if self.v6.get(&address).is_none_or(|known| **known != *name) && self.v6.len() < MOST {
            self.v6.insert(address, name.into());
        }
    }

    /// Takes in the text of a hosts file (hosts(5)): an address and its name on each line, `#` before a comment. A line
    /// that is something else says nothing.
    pub fn read(&mut self, text: &str) {
        for line in text.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
            let (Some(address), Some(name)) = (words.next(), words.next()) else { continue };
            if let Ok(address) = address.parse::<Ipv4Addr>() {
                self.name_v4(address.octets(), name);
            } else if let Ok(address) = address.parse::<Ipv6Addr>() {
                self.name_v6(address.octets(), name);
            }
        }
    }

    /// Takes in a pcapng Name Resolution Block, from its type to its trailing length.
    pub fn read_block(&mut self, block: &[u8], big_endian: bool) {
        let u16_at = |bytes: &[u8]| {
            let pair = bytes.first_chunk().copied()?;
            Some(usize::from(if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }))
        };
        let mut rest = block.get(8..block.len().saturating_sub(4)).unwrap_or_default();
        while let (Some(kind), Some(len)) = (u16_at(rest), rest.get(2..).and_then(u16_at)) {
            let Some(record) = rest.get(4..4 + len) else { return };
            let name = |names: &[u8]| {
                // Of several names the last counts.
                let name = names.split(|&byte| byte == 0).rfind(|name| !name.is_empty())?;
                Some(String::from_utf8_lossy(name).into_owned())
            };
            match kind {
                END => return,
                IPV4 => {
                    if let Some((address, names)) = record.split_first_chunk::<4>()
                        && let Some(name) = name(names)
                    {
                        self.name_v4(*address, &name);
                    }
                }
                IPV6 => {
                    if let Some((address, names)) = record.split_first_chunk::<16>()
                        && let Some(name) = name(names)
                    {
                        self.name_v6(*address, &name);
                    }
                }
                _ => {}
            }
            rest = rest.get(4 + len.next_multiple_of(4)..).unwrap_or_default();
        }
    }
}

/// Kinds of records in a Name Resolution Block.
const END: usize = 0;
const IPV4: usize = 1;
const IPV6: usize = 2;

#[cfg(test)]
mod tests {
    use super::Hosts;

    #[test]
    fn a_hosts_file() {
        let mut hosts = Hosts::default();
        hosts.read("192.0.2.1 alice.example alice\n\t192.0.2.2\tbob # x\n# 192.0.2.3 no\nbad line\n300.0.0.1 no\n2001:db8::1 six\n192.0.2.1 later");
        assert_eq!(hosts.v4(&[192, 0, 2, 1]), Some("later"));
        assert_eq!(hosts.v4(&[192, 0, 2, 2]), Some("bob"));
        assert_eq!(hosts.v4(&[192, 0, 2, 3]), None);
        assert_eq!(hosts.v6(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), Some("six"));
    }

    #[test]
    fn a_name_resolution_block() {
        let mut block = vec![4, 0, 0, 0, 0, 0, 0, 0];
        block.extend_from_slice(&[1, 0, 8, 0, 192, 0, 2, 1, b'a', 0, b'b', 0]);
        block.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0]);
        let mut hosts = Hosts::default();
        hosts.read_block(&block, false);
        assert_eq!(hosts.v4(&[192, 0, 2, 1]), Some("b"));
        for len in 0..block.len() {
            Hosts::default().read_block(block.get(..len).unwrap(), len % 2 == 0);
        }
    }
}
