//! Conversations by their two endpoints.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::slots::Slots;
use crate::dissect::registry::Entry;
use crate::dissect::row::Address;

/// An endpoint as conversations are told apart: address family, address, port.
type Endpoint = (u8, [u8; 16], u16);

fn endpoint((address, port): (Address, u16)) -> Endpoint {
    let mut bytes = [0; 16];
    let mut fill = |family, address: &[u8]| {
        bytes.iter_mut().zip(address).for_each(|(place, &byte)| *place = byte);
        family
    };
    let family = match &address {
        Address::None | Address::Words(_) => 0,
        Address::Mac(mac) | Address::Station(mac, _) => fill(1, mac),
        Address::Eui64(address) => fill(2, address),
        Address::Short(address) => fill(3, &address.to_be_bytes()),
        Address::Ipx(network, node) => {
            let ([a, b, c, d], [e, f, g, h, i, j]) = (network.to_be_bytes(), *node);
            fill(5, &[a, b, c, d, e, f, g, h, i, j])
        }
        Address::Ipv4(address) => fill(4, address),
        Address::Ipv6(address) => fill(6, address),
    };
    (family, bytes, port)
}

/// Two endpoints, the lower first: the same for both directions.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pair(Endpoint, Endpoint);

impl Hash for Pair {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for (family, address, port) in [self.0, self.1] {
            state.write_u128(u128::from_ne_bytes(address));
            state.write_u32(u32::from(family) << 16 | u32::from(port));
        }
    }
}

/// A conversation: `T` is what its transport keeps of it.
#[derive(Default)]
pub struct Conversation<T> {
    /// The transport's own state.
    pub transport: T,
    /// The protocol that was found to be spoken over it.
    pub protocol: Option<&'static Entry>,
    slots: Slots,
}

impl<T> Conversation<T> {
    /// What protocols remember of it.
    pub fn slots(&mut self) -> &mut Slots {
        &mut self.slots
    }
}

/// Conversations by their two endpoints, numbered from 0 in the order of their first frames.
#[derive(Default)]
pub struct Table<T> {
    hasher: DefaultHashBuilder,
    index: HashTable<(Pair, u32)>,
    all: Vec<Conversation<T>>,
}

impl<T: Default> Table<T> {
    /// The conversation between two endpoints, begun if there is none: its number, and whether the frame goes from
    /// the lower endpoint to the higher.
    pub fn enter(&mut self, src: (Address, u16), dst: (Address, u16)) -> (usize, bool) {
        let (src, dst) = (endpoint(src), endpoint(dst));
        let forward = src <= dst;
        let pair = if forward { Pair(src, dst) } else { Pair(dst, src) };
        let Self { hasher, index, all } = self;
        let hash = hasher.hash_one(pair);
        let found = index.entry(hash, |(other, _)| *other == pair, |(other, _)| hasher.hash_one(other));
        let number = found.or_insert_with(|| {
            all.push(Conversation::default());
            (pair, (all.len() - 1) as u32)
        });
        (number.get().1 as usize, forward)
    }
    /// Begins a new conversation between two endpoints that already had one: its number.
    pub fn renew(&mut self, src: (Address, u16), dst: (Address, u16)) -> usize {
        let (src, dst) = (endpoint(src), endpoint(dst));
        let pair = if src <= dst { Pair(src, dst) } else { Pair(dst, src) };
        self.all.push(Conversation::default());
        let number = (self.all.len() - 1) as u32;
        let hash = self.hasher.hash_one(pair);
        match self.index.find_mut(hash, |(other, _)| *other == pair) {
            Some(found) => found.1 = number,
            None => _ = self.index.insert_unique(hash, (pair, number), |(other, _)| self.hasher.hash_one(other)),
        }
        number as usize
    }
    /// The conversation numbered `index`.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Conversation<T>> {
        self.all.get_mut(index)
    }
}

impl<T> Table<T> {
    /// How many conversations there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }
    /// Whether there is none yet.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
