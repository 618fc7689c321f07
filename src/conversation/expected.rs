//! Endpoints that others have announced: a server's port for a file, a phone's port for a voice.

use super::Transport;
use super::recent::Recent;
use crate::dissect::registry::Entry;
use crate::dissect::row::Address;

/// Announcements kept at most; the oldest goes first.
const MOST: usize = 1 << 14;

/// One side of a conversation to come: transport, address, port, and the other side's address where it is known.
type Side = (Transport, Address, u16, Option<Address>);

/// Which protocol will be spoken by whom, whatever the other side's port is.
#[derive(Default)]
pub struct Expected {
    protocols: Recent<Side, &'static Entry, MOST>,
    /// How many announcements there are for each port: most packets are spared the search.
    ports: Vec<u16>,
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
        if !self.protocols.contains(&side) {
            self.ports.resize(1 << 16, 0);
            self.count(port, 1);
        }
        if let Some((_, _, forgotten, _)) = self.protocols.insert(side, protocol) {
            self.count(forgotten, u16::MAX);
        }
    }
    /// Adds `by` to the announcements for `port`, of which there are fewer than wrap.
    fn count(&mut self, port: u16, by: u16) {
        if let Some(count) = self.ports.get_mut(usize::from(port)) {
            *count = count.wrapping_add(by);
        }
    }
    #[inline]
    fn announced(&self, port: u16) -> bool {
        self.ports.get(usize::from(port)).is_some_and(|&count| count > 0)
    }
    /// The protocol that was announced for one of two endpoints.
    #[inline]
    pub fn find(&self, transport: Transport, ends: [(&Address, u16); 2]) -> Option<&'static Entry> {
        let [one, two] = ends;
        if self.announced(one.1) || self.announced(two.1) { self.search(transport, ends) } else { None }
    }
    #[inline(never)]
    fn search(&self, transport: Transport, [one, two]: [(&Address, u16); 2]) -> Option<&'static Entry> {
        let get = |side| self.protocols.get(&side).copied();
        [(one, two), (two, one)].into_iter().find_map(|((address, port), (peer, _))| {
            get((transport, *address, port, Some(*peer))).or_else(|| get((transport, *address, port, None)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Expected, MOST};
    use crate::conversation::Transport::{self, Tcp, Udp};
    use crate::dissect::PROTOCOLS;
    use crate::dissect::row::Address;

    fn found(expected: &Expected, transport: Transport, [one, two]: [(Address, u16); 2]) -> bool {
        expected.find(transport, [(&one.0, one.1), (&two.0, two.1)]).is_some()
    }

    #[test]
    fn either_end_may_have_been_announced() {
        let (here, there) = ((Address::Ipv4([10, 0, 0, 1]), 4000), (Address::Ipv4([10, 0, 0, 2]), 5000));
        let mut expected = Expected::default();
        expected.announce(Udp, here, None, &PROTOCOLS[0]);
        assert!(found(&expected, Udp, [here, there]));
        assert!(found(&expected, Udp, [there, here]));
        assert!(!found(&expected, Tcp, [here, there]));
        assert!(!found(&expected, Udp, [there, there]));
    }

    #[test]
    fn a_peer_may_have_been_named() {
        let end = |last| (Address::Ipv4([10, 0, 0, last]), 4000 + u16::from(last));
        let mut expected = Expected::default();
        expected.announce(Udp, end(1), Some(end(2).0), &PROTOCOLS[0]);
        assert!(found(&expected, Udp, [(end(2).0, 9), end(1)]));
        assert!(!found(&expected, Udp, [end(3), end(1)]));
    }

    #[test]
    fn the_oldest_goes_first() {
        let end = |i: usize| (Address::Ipv4((i as u32).to_be_bytes()), 1);
        let mut expected = Expected::default();
        for i in 0..=MOST {
            expected.announce(Udp, end(i), None, &PROTOCOLS[0]);
        }
        assert!(!found(&expected, Udp, [end(0), end(0)]));
        assert!(found(&expected, Udp, [end(1), end(1)]));
        assert_eq!(expected.ports.get(1).copied(), Some(MOST as u16));
    }
}
