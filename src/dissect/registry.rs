//! Which protocol is found where.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::PROTOCOLS;
use super::cursor;
use super::field::Field;
use super::preferences::Preferences;
use super::protocol::{Key, Look, Protocol, Run};
use super::sink::{Detail, Quiet, Wanted};
use crate::naming::Naming;

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
    self_contained: bool,
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
            self_contained: P::SELF_CONTAINED,
            keys: P::KEYS,
        }
    }
    /// Whether a field of this name may be recorded by it, or only where it is recorded.
    fn may_record(&self, key: &str) -> bool {
        let mut declared = std::iter::once(self.layer).chain(self.fields()).chain(self.experts.iter().copied());
        !self.self_contained || declared.any(|field| field.key == key)
    }
    /// Every field it may record.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().chain(self.more_fields.iter().copied().flatten()).copied()
    }
}

/// Fields that are concluded from what all layers recorded, or are what these leave over.
const OF_ALL: &[&str] = &[
    "frame.protocols",
    "_ws.expert",
    "_ws.malformed",
    "data",
    "data-text-lines",
    "media",
    "json",
    "xml",
    "png",
    "image-gif",
    "image-jfif",
    "urlencoded-form",
];

impl Wanted {
    /// What has to be recorded to have all values of these fields.
    pub fn of(fields: &[&'static Field]) -> Self {
        let of_all = |field: &&Field| {
            let rest = OF_ALL.iter().find_map(|all| field.key.strip_prefix(all));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if fields.iter().any(of_all) {
            return Self::Everything;
        }
        if fields.is_empty() {
            return Self::Nothing;
        }
        let wanted = |entry: &&Entry| fields.iter().any(|field| entry.may_record(field.key));
        let without = PROTOCOLS.iter().filter(|entry| !wanted(entry)).map(|entry| entry.layer).collect();
        Self::Some { without, fields: fields.to_vec() }
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
    fn clear(&mut self, value: usize) {
        if let Some(place) = self.0.get_mut(value) {
            *place = 0;
        }
    }
    fn set(&mut self, value: usize, entry: usize) {
        if let Some(place) = self.0.get_mut(value) {
            *place = entry as u16 + 1;
        }
    }
}

/// Which protocol is found where. Built once, shared by every worker, never changed while frames are read.
pub struct Registry {
    link: Table,
    ether: Table,
    ip: Table,
    udp: Table,
    tcp: Table,
    others: HashMap<Key, &'static Entry>,
    udp_content: Vec<&'static Entry>,
    tcp_content: Vec<&'static Entry>,
    ether_content: Vec<&'static Entry>,
    disabled: Vec<&'static str>,
    /// What the user decided.
    pub preferences: Preferences,
    /// What is to be named.
    pub naming: Naming,
}

impl Default for Registry {
    fn default() -> Self {
        let mut registry = Self {
            link: Table::new(1 << 16),
            ether: Table::new(1 << 16),
            ip: Table::new(1 << 8),
            udp: Table::new(1 << 16),
            tcp: Table::new(1 << 16),
            others: HashMap::new(),
            udp_content: Vec::new(),
            tcp_content: Vec::new(),
            ether_content: Vec::new(),
            disabled: Vec::new(),
            preferences: Preferences::default(),
            naming: Naming::default(),
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
            Key::Link(value) => self.link.set(value.into(), at),
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
    /// From now on `entry` is found under `key`, in place of what was.
    pub fn put(&mut self, key: Key, entry: &'static Entry) {
        if let Some(at) = PROTOCOLS.iter().position(|other| std::ptr::eq(other, entry)) {
            self.add(key, at, entry);
        }
    }
    /// From now on the protocol of this filter name is found over TCP or UDP, which `key` says, at these ports and no
    /// others.
    pub fn put_at(&mut self, key: fn(u16) -> Key, entry: &'static Entry, ports: &[(u16, u16)]) {
        let within = |port: u16| ports.iter().any(|&(first, last)| (first..=last).contains(&port));
        for port in 0..=u16::MAX {
            let found = self.find(key(port)).is_some_and(|other| std::ptr::eq(other, entry));
            match (found, within(port)) {
                (false, true) => self.put(key(port), entry),
                (true, false) => self.forget(&key(port)),
                _ => {}
            }
        }
    }
    fn forget(&mut self, key: &Key) {
        match key {
            Key::Udp(port) => self.udp.clear((*port).into()),
            Key::Tcp(port) => self.tcp.clear((*port).into()),
            _ => _ = self.others.remove(key),
        }
    }
    /// Whether the protocol of this filter name is not to be dissected.
    #[inline]
    pub fn is_disabled(&self, key: &'static str) -> bool {
        !self.disabled.is_empty() && self.disabled.contains(&key)
    }
    /// The protocol of this filter name is not dissected, or is again; says whether there is one.
    pub fn enable(&mut self, key: &str, enabled: bool) -> bool {
        let Some(entry) = Self::named(key) else { return false };
        self.disabled.retain(|disabled| *disabled != entry.layer.key);
        if !enabled {
            self.disabled.push(entry.layer.key);
        }
        true
    }
    /// A protocol is not recognised by content, or is again; says whether there is one of this name, which is the
    /// protocol's with what it is carried by: `tls_tcp`. QUIC's is its own.
    pub fn enable_by_content(&mut self, name: &str, enabled: bool) -> bool {
        let carried = [(Key::UdpContent, "_udp"), (Key::TcpContent, "_tcp"), (Key::EtherContent, "_eth")];
        for (key, suffix) in carried {
            let named = |entry: &&Entry| match entry.layer.key {
                "quic" => name == "quic",
                other => name.strip_suffix(suffix) == Some(other),
            };
            let Some(entry) = PROTOCOLS.iter().filter(|entry| entry.keys.contains(&key)).find(named) else { continue };
            let list = match key {
                Key::UdpContent => &mut self.udp_content,
                Key::TcpContent => &mut self.tcp_content,
                _ => &mut self.ether_content,
            };
            list.retain(|other| !std::ptr::eq(*other, entry));
            if enabled {
                list.push(entry);
                list.sort_by(|a, b| b.layer.key.cmp(a.layer.key));
            }
            return true;
        }
        false
    }
    /// The protocol found under `key`, if one is known.
    #[inline]
    pub fn find(&self, key: Key) -> Option<&'static Entry> {
        match key {
            Key::Link(value) => self.link.get(value.into()),
            Key::Ether(value) => self.ether.get(value.into()),
            Key::Ip(value) => self.ip.get(value.into()),
            Key::Udp(port) => self.udp.get(port.into()),
            Key::Tcp(port) => self.tcp.get(port.into()),
            _ => self.find_other(key),
        }
    }
    #[inline(never)]
    fn find_other(&self, key: Key) -> Option<&'static Entry> {
        self.others.get(&key).copied()
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
        static BY_NAME: LazyLock<HashMap<&'static str, &'static Entry>> =
            LazyLock::new(|| PROTOCOLS.iter().rev().map(|entry| (entry.layer.key, entry)).collect());
        BY_NAME.get(key).copied()
    }
}
