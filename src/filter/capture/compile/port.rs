//! `port` and `portrange`, over TCP, UDP and SCTP.

use super::super::ast::{Direction, Id, Kind, Qualifiers};
use super::super::bpf::code;
use super::super::names;
use super::super::protocol::{Protocol, ether};
use super::super::registry::Transport;
use super::test::{Test, Value, all, any, not};
use super::{Compiler, Outcome, directed, mismatch};

const TCP: u32 = 6;
const UDP: u32 = 17;
const SCTP: u32 = 132;

/// A range of ports, and the transports that their names restrict it to.
struct Range {
    low: u16,
    high: u16,
    transport: Transport,
}

impl Compiler {
    /// `port` or `portrange` with what they are.
    pub(super) fn port_id(&self, qualifiers: Qualifiers, id: &Id) -> Outcome {
        let word = qualifiers.kind.word();
        let wanted = match qualifiers.protocol {
            None => None,
            Some(Protocol::Tcp) => Some(TCP),
            Some(Protocol::Udp) => Some(UDP),
            Some(Protocol::Sctp) => Some(SCTP),
            other => {
                return Err(mismatch(other, &format!("'{word}', only 'tcp', 'udp' and 'sctp' do")));
            }
        };
        let (range, name) = match id {
            Id::Number(number) => {
                let port = port_number(*number)?;
                (Range { low: port, high: port, transport: Transport::Any }, String::new())
            }
            Id::Name(name) if qualifiers.kind == Kind::Port => (named(name)?, name.clone()),
            Id::Name(name) => (named_range(name)?, name.clone()),
            _ => {
                return Err(format!("'{word}' takes a number or the name of a service, not an address"));
            }
        };
        let protocols = match (wanted, range.transport) {
            (None, Transport::Any) => vec![SCTP, TCP, UDP],
            (None | Some(TCP), Transport::Tcp) => vec![TCP],
            (None | Some(UDP), Transport::Udp) => vec![UDP],
            (Some(protocol), Transport::Any) => vec![protocol],
            (Some(_), Transport::Tcp) => return Err(format!("'{name}' is a service over TCP")),
            (Some(_), Transport::Udp) => return Err(format!("'{name}' is a service over UDP")),
        };
        self.ports(&protocols, qualifiers.direction, &range)
    }

    /// Ports right behind an IPv6 header, or behind an IPv4 header of an unfragmented packet or first fragment.
    fn ports(&self, protocols: &[u32], direction: Direction, range: &Range) -> Outcome {
        let network = self.layout.network;
        let behind6 = |offset: u32| network.plus(40).plus(offset).half();
        let behind4 = |offset: u32| Value::behind_ip_header(network, offset, code::H);
        let ports6 = directed(direction, range.test(&behind6(0)), range.test(&behind6(2)))?;
        let ports4 = directed(direction, range.test(&behind4(0)), range.test(&behind4(2)))?;
        // A row of its own for each protocol: which one it is may be known, or asked again later.
        let six = protocols.iter().map(|protocol| all([network.plus(6).byte().equals(*protocol), ports6.clone()]));
        let four = protocols
            .iter()
            .map(|protocol| all([network.plus(9).byte().equals(*protocol), self.first_fragment(), ports4.clone()]));
        Ok(any([all([self.announces(ether::IP6)?, any(six)]), all([self.announces(ether::IP)?, any(four)])]))
    }

    /// An IPv4 packet that has the start of what it carries.
    pub(super) fn first_fragment(&self) -> Test {
        not(self.layout.network.plus(6).half().has(0x1fff))
    }
}

impl Range {
    fn test(&self, port: &Value) -> Test {
        let (low, high) = (u32::from(self.low), u32::from(self.high));
        if low == high {
            port.clone().equals(low)
        } else {
            all([port.clone().at_least(low), not(port.clone().above(high))])
        }
    }
}

fn port_number(number: u32) -> Result<u16, String> {
    u16::try_from(number).map_err(|_| format!("ports go up to 65535, not to {number}"))
}

fn named(name: &str) -> Result<Range, String> {
    let (port, transport) = names::service(name).ok_or_else(|| format!("unknown port '{name}'"))?;
    Ok(Range { low: port, high: port, transport })
}

/// Two ports, numbers or names, with a hyphen between.
fn named_range(text: &str) -> Result<Range, String> {
    let Some((low, high)) = text.split_once('-') else {
        return Err(format!("a range of ports has a hyphen, as in '{text}-65535'"));
    };
    let unknown = |side: &str| format!("unknown port '{side}' in the range '{text}'");
    let low = bound(low)?.ok_or_else(|| unknown(low))?;
    let high = bound(high)?.ok_or_else(|| unknown(high))?;
    let transport = if low.transport == high.transport { low.transport } else { Transport::Any };
    Ok(Range { low: low.low.min(high.low), high: low.low.max(high.low), transport })
}

/// One end of a range.
fn bound(text: &str) -> Result<Option<Range>, String> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let number = text.parse().map_err(|_| format!("'{text}' is no port"))?;
        let port = port_number(number)?;
        return Ok(Some(Range { low: port, high: port, transport: Transport::Any }));
    }
    Ok(names::service(text).map(|(port, transport)| Range { low: port, high: port, transport }))
}
