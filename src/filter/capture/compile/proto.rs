//! Protocols by word, by number and by name.

use super::super::ast::{Id, Kind, Qualifiers};
use super::super::names;
use super::super::protocol::{IpVersions, Protocol, ether};
use super::layout::Kind as LinkKind;
use super::test::{Place, Test, all, any};
use super::{Compiler, Outcome, mismatch};

/// The protocol number of an IPv6 fragment header.
const FRAGMENT: u32 = 44;

/// Protocols that the link layer announces, which `ether proto` knows by name.
const ETHER_NAMES: &[Protocol] = &[
    Protocol::Aarp,
    Protocol::Arp,
    Protocol::AppleTalk,
    Protocol::Decnet,
    Protocol::Ip,
    Protocol::Ip6,
    Protocol::Ipx,
    Protocol::Iso,
    Protocol::Lat,
    Protocol::MopDl,
    Protocol::MopRc,
    Protocol::NetBeui,
    Protocol::Rarp,
    Protocol::Sca,
    Protocol::Stp,
];

impl Compiler {
    /// A protocol alone.
    pub(super) fn protocol(&self, protocol: Protocol) -> Outcome {
        if let Some(ether_type) = protocol.ether_type() {
            return self.announces(ether_type);
        }
        if let Some((number, versions)) = protocol.over_ip() {
            return self.over_ip(number.into(), versions);
        }
        if let Some(identifier) = protocol.over_iso() {
            return self.over_iso(identifier.into());
        }
        if let Some(types) = protocol.isis_types() {
            let types = types.iter().map(|pdu| u32::from(*pdu));
            return Ok(all([self.isis()?, self.layout.isis.byte().among(types)]));
        }
        Err(format!("'{}' is no condition by itself", protocol.word()))
    }

    /// An IP packet that carries a protocol, without looking behind extension headers other than that of a fragment.
    pub(super) fn over_ip(&self, number: u32, versions: IpVersions) -> Outcome {
        let network = self.layout.network;
        let four = || -> Outcome { Ok(all([self.announces(ether::IP)?, network.plus(9).byte().equals(number)])) };
        let six = || -> Outcome {
            let next = || network.plus(6).byte();
            let carried =
                any([next().equals(number), all([next().equals(FRAGMENT), network.plus(40).byte().equals(number)])]);
            Ok(all([self.announces(ether::IP6)?, carried]))
        };
        match versions {
            IpVersions::Four => four(),
            IpVersions::Six => six(),
            IpVersions::Both => Ok(any([four()?, six()?])),
        }
    }

    /// An ISO packet with this network-layer protocol identifier. Frame Relay announces it by itself.
    fn over_iso(&self, identifier: u32) -> Outcome {
        if self.layout.kind == LinkKind::FrameRelay {
            return Ok(self.layout.type_field.half().equals(0x0300 | identifier));
        }
        Ok(all([self.announces(ether::SAP_ISO)?, self.layout.iso.byte().equals(identifier)]))
    }

    fn isis(&self) -> Outcome {
        self.over_iso(Protocol::Isis.over_iso().unwrap_or_default().into())
    }

    /// `proto` or `protochain` with what they are.
    pub(super) fn proto_id(&mut self, qualifiers: Qualifiers, id: &Id) -> Outcome {
        let name = match id {
            Id::Number(_) => None,
            Id::Name(name) => Some(name.as_str()),
            _ => {
                return Err(format!("'{}' takes a number or a name", qualifiers.kind.word()));
            }
        };
        let number = |find: &dyn Fn(&str) -> Option<u32>| match (id, name) {
            (Id::Number(number), _) => Ok(*number),
            (_, Some(name)) => find(name).ok_or_else(|| format!("unknown protocol '{name}'")),
            _ => Err("this is no protocol".to_owned()),
        };
        let versions = match qualifiers.protocol {
            None => IpVersions::Both,
            Some(Protocol::Ip) => IpVersions::Four,
            Some(Protocol::Ip6) => IpVersions::Six,
            other if qualifiers.kind == Kind::ProtoChain => {
                return Err(mismatch(other, "'protochain'"));
            }
            Some(Protocol::Link) => return self.announces(number(&ether_name)?),
            Some(Protocol::Iso) => return self.over_iso(number(&iso_name)?),
            Some(Protocol::Isis) => {
                let pdu = number(&|_| None)?;
                return Ok(all([self.isis()?, self.layout.isis.byte().equals(pdu)]));
            }
            other => return Err(mismatch(other, "'proto'")),
        };
        let number = number(&names::protocol)?;
        match qualifiers.kind {
            Kind::ProtoChain => self.chain(number, versions),
            _ => self.over_ip(number, versions),
        }
    }

    /// What must hold for the bytes of a protocol's header to be loaded, and where that header is.
    pub(super) fn header_of(&self, protocol: Protocol) -> Result<(Test, Header), String> {
        let network = self.layout.network;
        Ok(match protocol {
            Protocol::Link => {
                let header = self.layout.header.ok_or("the kernel has no link-layer header of any interface")?;
                (Test::Always(true), Header::At(header))
            }
            Protocol::Radio => match self.radio {
                Some((super::RadioHeader::None | super::RadioHeader::PerPacket, _)) | None => {
                    return Err(format!("{} has no radio header", self.link_name()));
                }
                Some(_) => (Test::Always(true), Header::At(Place::at(0))),
            },
            Protocol::Icmp6 => {
                let carried = network.plus(6).byte().equals(58);
                (all([self.announces(ether::IP6)?, carried]), Header::At(network.plus(40)))
            }
            Protocol::Ip
            | Protocol::Ip6
            | Protocol::Arp
            | Protocol::Rarp
            | Protocol::AppleTalk
            | Protocol::Decnet
            | Protocol::Lat
            | Protocol::Sca
            | Protocol::MopRc
            | Protocol::MopDl => (self.protocol(protocol)?, Header::At(network)),
            Protocol::Tcp
            | Protocol::Udp
            | Protocol::Sctp
            | Protocol::Icmp
            | Protocol::Igmp
            | Protocol::Igrp
            | Protocol::Pim
            | Protocol::Vrrp
            | Protocol::Carp => {
                let (number, _) = protocol.over_ip().unwrap_or((0, IpVersions::Four));
                let carried = network.plus(9).byte().equals(number.into());
                (all([self.announces(ether::IP)?, carried, self.first_fragment()]), Header::BehindIp(network))
            }
            _ => {
                return Err(format!("the bytes of '{}' cannot be loaded", protocol.word()));
            }
        })
    }
}

/// Where a header is whose bytes are loaded.
#[derive(Clone, Copy, Debug)]
pub(super) enum Header {
    At(Place),
    /// Right behind the IPv4 header there.
    BehindIp(Place),
}

fn ether_name(name: &str) -> Option<u32> {
    if name == "loopback" {
        return Some(ether::LOOPBACK);
    }
    ETHER_NAMES.iter().find(|protocol| protocol.word() == name)?.ether_type()
}

fn iso_name(name: &str) -> Option<u32> {
    let known = [Protocol::Clnp, Protocol::Esis, Protocol::Isis];
    known.iter().find(|protocol| protocol.word() == name)?.over_iso().map(u32::from)
}
