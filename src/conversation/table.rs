//! Conversations by their two endpoints.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::slots::Slots;
use crate::dissect::registry::Entry;
use crate::dissect::row::Address;

/// An endpoint as conversations are told apart: address and family, then port.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Endpoint {
    address: [u64; 2],
    family: u8,
    port: u16,
}

impl Endpoint {
    #[inline(always)]
    fn new((address, port): (&Address, u16)) -> Self {
        let (family, address) = match *address {
            Address::Ipv4(address) => (4, [u32::from_be_bytes(address).into(), 0]),
            Address::Ipv6(address) => {
                let whole = u128::from_be_bytes(address);
                (6, [(whole >> 64) as u64, whole as u64])
            }
            Address::None | Address::Words(_) => (0, [0; 2]),
            Address::Mac(mac) | Address::Station(mac, _) => (1, [six(mac), 0]),
            Address::Eui64(address) => (2, [u64::from_be_bytes(address), 0]),
            Address::Byte(address) => (8, [address.into(), 0]),
            Address::Short(address) => (3, [address.into(), 0]),
            Address::Decnet(node) => (9, [node.into(), 0]),
            Address::AppleTalk(network, node) => (10, [network.into(), node.into()]),
            Address::Number(number) => (6, [number, 1]),
            Address::Tipc(node) => (7, [node.into(), 0]),
            Address::Ipx(network, node) => (5, [network.into(), six(node)]),
        };
        Self { address, family, port }
    }
}

fn six([a, b, c, d, e, f]: [u8; 6]) -> u64 {
    u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

/// Two endpoints, the lower first: the same for both directions.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Pair {
    low: [u64; 2],
    high: [u64; 2],
    /// Families and ports of both.
    ends: u64,
}

impl Pair {
    /// The pair of two endpoints, and whether they stand in this order.
    #[inline(always)]
    fn new(src: (&Address, u16), dst: (&Address, u16)) -> (Self, bool) {
        let (src, dst) = (Endpoint::new(src), Endpoint::new(dst));
        let forward = (src.family, src.address, src.port) <= (dst.family, dst.address, dst.port);
        let (low, high) = if forward { (src, dst) } else { (dst, src) };
        let half = |end: Endpoint| u64::from(end.family) << 16 | u64::from(end.port);
        (Self { low: low.address, high: high.address, ends: half(low) << 32 | half(high) }, forward)
    }
}

impl Hash for Pair {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ([a, b], [c, d]) = (self.low, self.high);
        if (a | c) >> 32 == 0 && b | d == 0 {
            // Two IPv4 addresses fit into one number.
            state.write_u64(a << 32 | c);
        } else {
            [a, b, c, d].into_iter().for_each(|word| state.write_u64(word));
        }
        state.write_u64(self.ends);
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
    /// What protocols remember of it, to be looked at.
    pub fn known(&self) -> &Slots {
        &self.slots
    }
}

/// Conversations by their two endpoints, numbered from 0 in the order of their first frames.
#[derive(Default)]
pub struct Table<T> {
    hasher: DefaultHashBuilder,
    index: HashTable<(Pair, u32)>,
    all: Vec<Conversation<T>>,
    /// The pair that was asked for last, and its conversation: most frames go with the one before.
    last: Option<(Pair, u32)>,
}

impl<T: Default> Table<T> {
    /// The conversation between two endpoints, begun if there is none: its number, and whether the frame goes from
    /// the lower endpoint to the higher.
    #[inline]
    pub fn enter(&mut self, src: (&Address, u16), dst: (&Address, u16)) -> (usize, bool) {
        let (pair, forward) = Pair::new(src, dst);
        let number = match self.last {
            Some((last, number)) if last == pair => number,
            _ => self.look_up(pair),
        };
        (number as usize, forward)
    }
    #[inline(never)]
    fn look_up(&mut self, pair: Pair) -> u32 {
        let Self { hasher, index, all, last } = self;
        let hash = hasher.hash_one(pair);
        let found = index.entry(hash, |(other, _)| *other == pair, |(other, _)| hasher.hash_one(other));
        let found = found.or_insert_with(|| {
            all.push(Conversation::default());
            (pair, (all.len() - 1) as u32)
        });
        let number = found.get().1;
        *last = Some((pair, number));
        number
    }
    /// Begins a new conversation between two endpoints that already had one: its number.
    pub fn renew(&mut self, src: (&Address, u16), dst: (&Address, u16)) -> usize {
        let (pair, _) = Pair::new(src, dst);
        self.all.push(Conversation::default());
        let number = (self.all.len() - 1) as u32;
        self.last = None;
        let hash = self.hasher.hash_one(pair);
        match self.index.find_mut(hash, |(other, _)| *other == pair) {
            Some(found) => found.1 = number,
            None => _ = self.index.insert_unique(hash, (pair, number), |(other, _)| self.hasher.hash_one(other)),
        }
        number as usize
    }
    /// The conversation with this number, to be looked at.
    pub fn get(&self, index: usize) -> Option<&Conversation<T>> {
        self.all.get(index)
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
