//! The interfaces of this machine, and what their frames are.

use std::io;

use pnet::datalink::{self, NetworkInterface};

use crate::source::LinkType;

/// ARPHRD_ETHER
const ETHERNET: u16 = 1;

/// An interface that can be captured on.
#[derive(Clone, Debug)]
pub struct Device {
    /// The system's name, or `any`.
    pub name: String,
    /// Whether it is administratively up.
    pub up: bool,
    /// Whether it is the loopback interface.
    pub loopback: bool,
    /// Whether it stands for all interfaces.
    pub any: bool,
    /// The mask of its first IPv4 network.
    pub netmask: Option<std::net::Ipv4Addr>,
    pub(super) pnet: NetworkInterface,
}

impl Device {
    /// All interfaces in the order in which they are numbered from 1: those that are up first, loopback after the others.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut devices: Vec<Self> = datalink::interfaces().into_iter().map(Self::of).collect();
        if cfg!(target_os = "linux") {
            devices.push(Self::any());
        }
        devices.sort_by_key(|device| (!device.up, device.loopback, device.any, device.pnet.index));
        devices
    }

    /// The interface of this name or number.
    #[must_use]
    pub fn find(given: &str) -> Option<Self> {
        let mut devices = Self::all();
        if let Some(at) = devices.iter().position(|device| device.name == given) {
            return Some(devices.swap_remove(at));
        }
        let at = given.parse::<usize>().ok()?.checked_sub(1)?;
        (at < devices.len()).then(|| devices.swap_remove(at))
    }

    /// The interface that is meant where none is named: the first that is up, and not loopback.
    #[must_use]
    pub fn first() -> Option<Self> {
        Self::all().into_iter().find(|device| device.up && !device.loopback && !device.any)
    }

    fn of(pnet: NetworkInterface) -> Self {
        let netmask = pnet.ips.iter().find_map(|network| match network {
            pnet::ipnetwork::IpNetwork::V4(network) => Some(network.mask()),
            pnet::ipnetwork::IpNetwork::V6(_) => None,
        });
        let (up, loopback) = (pnet.is_up(), pnet.is_loopback());
        Self { name: pnet.name.clone(), up, loopback, any: false, netmask, pnet }
    }

    /// The interface number 0, by which a socket is bound to all of them.
    fn any() -> Self {
        let pnet = NetworkInterface {
            name: "any".to_owned(),
            description: String::new(),
            index: 0,
            mac: None,
            ips: Vec::new(),
            flags: 0,
        };
        Self { name: pnet.name.clone(), up: true, loopback: false, any: true, netmask: None, pnet }
    }

    /// The link types that its frames can be had in, the usual one first.
    ///
    /// # Errors
    /// Where the system does not tell the hardware type: a packet socket is needed to ask.
    pub fn link_types(&self) -> io::Result<Vec<LinkType>> {
        if self.any {
            return Ok(vec![LinkType::LINUX_SLL, LinkType::LINUX_SLL2]);
        }
        Ok(match self.hardware_type()? {
            ETHERNET => vec![LinkType::ETHERNET, LinkType::DOCSIS],
            other => vec![link_type(other).unwrap_or(LinkType::LINUX_SLL)],
        })
    }

    /// ARPHRD_… of the interface.
    #[cfg(target_os = "linux")]
    fn hardware_type(&self) -> io::Result<u16> {
        crate::source::ring::Socket::new(false)?.hardware_type(&self.name)
    }

    /// Only Linux tells; elsewhere pnet reads Ethernet.
    #[cfg(not(target_os = "linux"))]
    fn hardware_type(&self) -> io::Result<u16> {
        Ok(1)
    }
}

/// The link type of frames of a hardware type; `None` for those whose headers differ, or are nothing to be shown: they
/// are captured from the network layer up, behind a header of the capture's own.
fn link_type(hardware: u16) -> Option<LinkType> {
    Some(LinkType(match hardware {
        // Ethernet; loopback has an Ethernet header, too.
        ETHERNET | 772 => 1,
        6 | 800 => 6,
        774 => 10,
        801 => 105,
        802 => 119,
        803 => 127,
        804 => 195,
        824 => 253,
        826 => 271,
        // Bare IP: tunnels of all sorts, and interfaces without hardware such as tun.
        519 | 768 | 769 | 776 | 778 | 823 | 65534 => 101,
        _ => return None,
    }))
}
