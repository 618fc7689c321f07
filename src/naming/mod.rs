//! Names instead of numbers: vendors of network cards, hosts, services.
//!
//! Nothing is looked up outside: vendors are in the IEEE's registry and services in IANA's, both built in; hosts are
//! named by files, by the capture's own blocks and by DNS answers in it. Names hang on a worker, and each [`Line`]
//! that may show them holds a handle; without one, addresses are written as numbers.
//!
//! [`Line`]: crate::dissect::line::Line

mod hosts;
mod table;
mod vendors;
mod well_known;
mod written;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;

pub use hosts::Hosts;

/// Which numbers are to be shown as names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// MAC addresses.
    pub macs: bool,
    /// Addresses of hosts.
    pub hosts: bool,
    /// Ports.
    pub ports: bool,
    /// Hosts are also named by DNS answers in the capture.
    pub answers: bool,
}

impl Wanted {
    /// Numbers throughout.
    pub const NOTHING: Self = Self { macs: false, hosts: false, ports: false, answers: false };

    /// What the letters of `-N` ask for; the first letter that means nothing, where there is one.
    ///
    /// `N`, to ask a name server, and `v`, to name VLANs by a profile's file, are known but change nothing: netpeek asks
    /// nobody, and has no profiles.
    ///
    /// # Errors
    /// The letter that means nothing.
    pub fn from_letters(letters: &str) -> Result<Self, char> {
        let mut wanted = Self::NOTHING;
        for letter in letters.chars() {
            match letter {
                'm' => wanted.macs = true,
                'n' => wanted.hosts = true,
                't' => wanted.ports = true,
                'd' => wanted.answers = true,
                'N' | 'v' => {}
                other => return Err(other),
            }
        }
        Ok(wanted)
    }
}

impl Default for Wanted {
    /// What tshark names if nothing else is said.
    fn default() -> Self {
        Self { macs: true, answers: true, ..Self::NOTHING }
    }
}

/// What is to be named, and what hosts are called to begin with: what all workers have in common.
#[derive(Clone, Debug)]
pub struct Naming {
    /// What is to be named.
    pub wanted: Wanted,
    /// Hosts that are named by files.
    pub hosts: Hosts,
}

impl Default for Naming {
    fn default() -> Self {
        Self { wanted: Wanted::NOTHING, hosts: Hosts::default() }
    }
}

impl Naming {
    /// Names for one worker; `None` where nothing is to be named.
    pub fn names(&self) -> Option<Arc<Names>> {
        Names::new(self.wanted, &self.hosts)
    }
}

/// The protocols that have ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ports {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
    /// DCCP.
    Dccp,
}

impl Ports {
    /// The protocol's name, in small letters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
            Self::Dccp => "dccp",
        }
    }
}

/// Addresses and ports that are remembered at most; then they are looked up anew.
const MOST: usize = 1 << 16;

/// The names that one worker knows.
#[derive(Debug)]
pub struct Names {
    /// What is to be named.
    pub wanted: Wanted,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    hosts: Hosts,
    /// What was found for a MAC address.
    macs: HashMap<[u8; 6], Mac>,
    /// What was found for a port.
    ports: HashMap<(Ports, u16), Option<&'static str>>,
    /// The host that ARP says is at a MAC address.
    neighbours: HashMap<[u8; 6], [u8; 4]>,
    /// The short names of vendors.
    shorts: HashMap<&'static str, Arc<str>>,
}

/// How a MAC address is named.
#[derive(Clone, Debug)]
enum Mac {
    /// Not at all.
    Number,
    /// By a name of its own.
    Whole(&'static str),
    /// By a well-known block's name, and what is left behind this many bits.
    Block(&'static str, u32),
    /// By its vendor's short name, and what is left behind this many bits.
    Vendor(Arc<str>, u32),
}

impl Names {
    /// Names of what is `wanted`, hosts by `hosts` to begin with; `None` where nothing is.
    pub fn new(wanted: Wanted, hosts: &Hosts) -> Option<Arc<Self>> {
        let any = wanted.macs || wanted.hosts || wanted.ports;
        let known = Mutex::new(Known { hosts: hosts.clone(), ..Known::default() });
        any.then(|| Arc::new(Self { wanted, known }))
    }

    /// The hosts that have names by now.
    pub fn hosts(&self) -> Hosts {
        self.known().hosts.clone()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a pcapng Name Resolution Block.
    pub fn learn_block(&self, block: &[u8], big_endian: bool) {
        if self.wanted.hosts {
            self.known().hosts.read_block(block, big_endian);
        }
    }

    /// Notes that a DNS answer names an IPv4 address.
    pub fn learn_v4(&self, address: [u8; 4], name: &[u8]) {
        if self.wanted.hosts && self.wanted.answers && !name.is_empty() {
            self.known().hosts.name_v4(address, &String::from_utf8_lossy(name));
        }
    }

    /// Notes that a DNS answer names an IPv6 address.
    pub fn learn_v6(&self, address: [u8; 16], name: &[u8]) {
        if self.wanted.hosts && self.wanted.answers && !name.is_empty() {
            self.known().hosts.name_v6(address, &String::from_utf8_lossy(name));
        }
    }

    /// Notes that a host is at a MAC address.
    pub fn learn_neighbour(&self, mac: [u8; 6], host: [u8; 4]) {
        if self.wanted.hosts && self.wanted.macs {
            let mut known = self.known();
            // A neighbour without a name takes no name away.
            if known.hosts.v4(&host).is_some() && known.neighbours.len() < MOST {
                known.neighbours.insert(mac, host);
            }
        }
    }
}

impl Known {
    fn mac(&mut self, address: [u8; 6]) -> &Mac {
        if self.macs.len() >= MOST {
            self.macs.clear();
        }
        let shorts = &mut self.shorts;
        self.macs.entry(address).or_insert_with(|| {
            let number = number(address);
            if let Some(name) = well_known::address(number) {
                return Mac::Whole(name);
            }
            if let Some((name, bits)) = well_known::block(number) {
                return Mac::Block(name, bits);
            }
            // Nobody's address is no vendor's, although its block once was.
            if address.starts_with(&[0, 0, 0]) {
                return Mac::Vendor("00:00:00".into(), 24);
            }
            let Some((organisation, bits)) = vendors::block(address) else { return Mac::Number };
            let short = shorts.entry(organisation).or_insert_with(|| vendors::short(organisation).into());
            Mac::Vendor(short.clone(), bits)
        })
    }

    fn port(&mut self, ports: Ports, port: u16) -> Option<&'static str> {
        if self.ports.len() >= MOST {
            self.ports.clear();
        }
        *self
            .ports
            .entry((ports, port))
            .or_insert_with(|| table::find(table::SERVICES, format!("{port}/{}", ports.name()).as_bytes()))
    }
}

/// An address as a number of 48 bits.
fn number(address: [u8; 6]) -> u64 {
    address.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
