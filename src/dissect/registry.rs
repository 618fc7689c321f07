//! Which protocol is found where.

use hashbrown::HashMap;

use super::PROTOCOLS;
use super::cursor;
use super::field::Field;
use super::protocol::{Key, Look, Protocol, Run};
use super::sink::{Detail, Quiet};

/// A protocol as the registry holds it: with its dissector twice, once for each sink, so that no branch on the sink
/// remains in the hot path.
pub struct Entry {
    /// The dissector that records nothing.
    pub quiet: Run<Quiet>,
    /// The dissector that records every field.
    pub detail: Run<Detail>,
    /// Whether bytes look like its own, for each sink.
    pub looks: (Look<Quiet>, Look<Detail>),
    /// The layer itself.
    pub layer: &'static Field,
    /// The short name.
    pub name: &'static str,
    fields: &'static [&'static Field],
    more_fields: &'static [&'static [&'static Field]],
    /// Every expert remark it may make.
    pub experts: &'static [&'static Field],
    /// Where it is to be found.
    pub keys: &'static [Key],
}

impl Entry {
    /// The entry of protocol `P`.
    pub const fn of<P: Protocol>() -> Self {
        Self {
            quiet: cursor::layer::<P, Quiet>,
            detail: cursor::layer::<P, Detail>,
            looks: (P::recognise::<Quiet>, P::recognise::<Detail>),
            layer: P::LAYER,
            name: P::NAME,
            fields: P::FIELDS,
            more_fields: P::MORE_FIELDS,
            experts: P::EXPERTS,
            keys: P::KEYS,
        }
    }
    /// Every field it may record.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().chain(self.more_fields.iter().copied().flatten()).copied()
    }
}

/// Entries by a number, for the tables that every packet asks.
struct Table(Vec<u16>);

impl Table {
    fn new(values: usize) -> Self {
        Self(vec![0; values])
    }
    #[inline]
    fn get(&self, value: usize) -> Option<&'static Entry> {
        self.0.get(value).and_then(|&at| PROTOCOLS.get(usize::from(at).wrapping_sub(1)))
    }
    fn set(&mut self, value: usize, entry: usize) {
        if let Some(place) = self.0.get_mut(value) {
            *place = entry as u16 + 1;
        }
    }
}

/// Which protocol is found where. Built once, shared by every worker, never changed while frames are read.
pub struct Registry {
    ether: Table,
    ip: Table,
    udp: Table,
    tcp: Table,
    others: HashMap<Key, &'static Entry>,
    udp_content: Vec<&'static Entry>,
    tcp_content: Vec<&'static Entry>,
    ether_content: Vec<&'static Entry>,
}

impl Default for Registry {
    fn default() -> Self {
        let mut registry = Self {
            ether: Table::new(1 << 16),
            ip: Table::new(1 << 8),
            udp: Table::new(1 << 16),
            tcp: Table::new(1 << 16),
            others: HashMap::new(),
            udp_content: Vec::new(),
            tcp_content: Vec::new(),
            ether_content: Vec::new(),
        };
        for (at, entry) in PROTOCOLS.iter().enumerate() {
            for &key in entry.keys {
                registry.add(key, at, entry);
            }
        }
        for list in [&mut registry.udp_content, &mut registry.tcp_content, &mut registry.ether_content] {
            list.sort_by(|a, b| b.layer.key.cmp(a.layer.key));
        }
        registry
    }
}

impl Registry {
    fn add(&mut self, key: Key, at: usize, entry: &'static Entry) {
        match key {
            Key::Ether(value) => self.ether.set(value.into(), at),
            Key::Ip(value) => self.ip.set(value.into(), at),
            Key::Udp(port) => self.udp.set(port.into(), at),
            Key::Tcp(port) => self.tcp.set(port.into(), at),
            Key::UdpContent => self.udp_content.push(entry),
            Key::TcpContent => self.tcp_content.push(entry),
            Key::EtherContent => self.ether_content.push(entry),
            _ => _ = self.others.insert(key, entry),
        }
    }
    /// The protocol found under `key`, if one is known.
    #[inline]
    pub fn find(&self, key: Key) -> Option<&'static Entry> {
        match key {
            Key::Ether(value) => self.ether.get(value.into()),
            Key::Ip(value) => self.ip.get(value.into()),
            Key::Udp(port) => self.udp.get(port.into()),
            Key::Tcp(port) => self.tcp.get(port.into()),
            _ => self.others.get(&key).copied(),
        }
    }
    /// The protocols that recognise themselves by content, for a key that names such a table: by their filter names,
    /// the last of the alphabet first, which is the order in which tshark asks them.
    pub fn by_content(&self, key: Key) -> &[&'static Entry] {
        match key {
            Key::UdpContent => &self.udp_content,
            Key::TcpContent => &self.tcp_content,
            Key::EtherContent => &self.ether_content,
            _ => &[],
        }
    }
    /// The protocol whose layer has this filter name.
    pub fn named(key: &str) -> Option<&'static Entry> {
        PROTOCOLS.iter().find(|entry| entry.layer.key == key)
    }
}
