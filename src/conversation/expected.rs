//! Endpoints that others have announced: a server's port for a file, a phone's port for a voice.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::Transport;
use crate::dissect::registry::Entry;
use crate::dissect::row::Address;

/// Announcements kept at most; the oldest goes first.
const MOST: usize = 1 << 14;

/// One side of a conversation to come: transport, address, port, and the other side's address where it is known.
type Side = (Transport, Address, u16, Option<Address>);

/// Which protocol will be spoken by whom, whatever the other side's port is.
#[derive(Default)]
pub struct Expected {
    protocols: HashMap<Side, &'static Entry>,
    order: VecDeque<Side>,
}

impl Expected {
    /// From now on, `protocol` is spoken at an endpoint: with `peer`, or with anyone.
    pub fn announce(
        &mut self,
        transport: Transport,
        (address, port): (Address, u16),
        peer: Option<Address>,
        protocol: &'static Entry,
    ) {
        let side = (transport, address, port, peer);
        if self.protocols.insert(side, protocol).is_some() {
            return;
        }
        self.order.push_back(side);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.protocols.remove(&oldest);
        }
    }
    /// The protocol that was announced for one of two endpoints.
    pub fn find(&self, transport: Transport, ends: [(Address, u16); 2]) -> Option<&'static Entry> {
        if self.protocols.is_empty() {
            return None;
        }
        let [one, two] = ends;
        let get = |side| self.protocols.get(&side).copied();
        [(one, two), (two, one)].into_iter().find_map(|((address, port), (peer, _))| {
            get((transport, address, port, Some(peer))).or_else(|| get((transport, address, port, None)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Expected, MOST};
    use crate::conversation::Transport::{Tcp, Udp};
    use crate::dissect::PROTOCOLS;
    use crate::dissect::row::Address;

    #[test]
    fn either_end_may_have_been_announced() {
        let (here, there) = ((Address::Ipv4([10, 0, 0, 1]), 4000), (Address::Ipv4([10, 0, 0, 2]), 5000));
        let mut expected = Expected::default();
        expected.announce(Udp, here, None, &PROTOCOLS[0]);
        assert!(expected.find(Udp, [here, there]).is_some());
        assert!(expected.find(Udp, [there, here]).is_some());
        assert!(expected.find(Tcp, [here, there]).is_none());
        assert!(expected.find(Udp, [there, there]).is_none());
    }

    #[test]
    fn a_peer_may_have_been_named() {
        let end = |last| (Address::Ipv4([10, 0, 0, last]), 4000 + u16::from(last));
        let mut expected = Expected::default();
        expected.announce(Udp, end(1), Some(end(2).0), &PROTOCOLS[0]);
        assert!(expected.find(Udp, [(end(2).0, 9), end(1)]).is_some());
        assert!(expected.find(Udp, [end(3), end(1)]).is_none());
    }

    #[test]
    fn the_oldest_goes_first() {
        let end = |i: usize| (Address::Ipv4((i as u32).to_be_bytes()), 1);
        let mut expected = Expected::default();
        for i in 0..=MOST {
            expected.announce(Udp, end(i), None, &PROTOCOLS[0]);
        }
        assert!(expected.find(Udp, [end(0), end(0)]).is_none());
        assert!(expected.find(Udp, [end(1), end(1)]).is_some());
        assert_eq!(expected.protocols.len(), MOST);
    }
}
