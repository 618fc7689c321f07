//! `-z connections`: what became of every TCP connection, one line each.

mod connection;
mod json;
mod rtt;
mod table;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use hashbrown::HashMap;

use crate::dissect::row::Address;
use crate::dissect::tap::{Layers, Told};
use connection::Connection;

use super::{Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};

/// The statistic of this file.
pub(super) const KINDS: [Kind; 1] = [Kind { name: "connections", make }];

/// How the connections are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    /// A table with borders.
    Table,
    /// Columns without borders.
    #[default]
    Plain,
    /// A list of JSON objects.
    Json,
    /// Comma-separated values (RFC 4180).
    Csv,
}

/// What the connections are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Key {
    #[default]
    Start,
    Duration,
    Bytes,
    Segments,
    Retransmissions,
    Rtt,
    Client,
    Server,
}

/// The keys by their names.
const KEYS: [(&str, Key); 8] = [
    ("start", Key::Start),
    ("duration", Key::Duration),
    ("bytes", Key::Bytes),
    ("segments", Key::Segments),
    ("retransmissions", Key::Retransmissions),
    ("rtt", Key::Rtt),
    ("client", Key::Client),
    ("server", Key::Server),
];

/// Makes one from `connections[,live][,table|plain|json|csv][,sort=KEY][,top=N]`.
fn make(request: &Request<'_>) -> Result<Made, Refused> {
    let mut connections = Connections::default();
    for word in request.rest().into_iter().flat_map(|rest| rest.split(',')) {
        match word.split_once('=').unwrap_or((word, "")) {
            ("table", "") => connections.format = Format::Table,
            ("plain", "") => connections.format = Format::Plain,
            ("json", "") => connections.format = Format::Json,
            ("csv", "") => connections.format = Format::Csv,
            ("live", "") => connections.live = Some(Live::default()),
            ("top", number) => {
                connections.top = number.parse().map_err(|_| format!("connections - \"{number}\" is no number."))?;
            }
            ("sort", name) => connections.key = key(name)?,
            _ => {
                return Err(format!("connections - \"{word}\" is none of live, table, plain, json, csv, sort=, top=."));
            }
        }
    }
    Ok(Made::all(connections))
}

fn key(name: &str) -> Result<Key, Refused> {
    let found = KEYS.into_iter().find(|&(known, _)| known == name).map(|(_, key)| key);
    found.ok_or_else(|| {
        let names = KEYS.map(|(name, _)| name).join(", ");
        format!("connections - connections are sorted by one of {names}; not by \"{name}\".")
    })
}

/// Things that are told apart by number: each is kept once.
struct List<T> {
    all: Vec<T>,
    places: HashMap<T, u32>,
}

impl<T: Clone + Eq + std::hash::Hash + Default> Default for List<T> {
    fn default() -> Self {
        Self { all: vec![T::default()], places: HashMap::default() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> List<T> {
    fn place(&mut self, thing: &T) -> u32 {
        if let Some(&place) = self.places.get(thing) {
            return place;
        }
        let place = self.all.len() as u32;
        self.all.push(thing.clone());
        self.places.insert(thing.clone(), place);
        place
    }
    fn get(&self, place: u32) -> Option<&T> {
        self.all.get(place as usize)
    }
}

/// Names longer than this are cut: no host's name is (RFC 1035 section 2.3.4).
const LONGEST_NAME: usize = 255;

/// Which connections have been told of while the capture runs.
#[derive(Default)]
struct Live {
    /// Those that have just ended.
    ended: Vec<u32>,
    /// Whether a connection has ended, by its number.
    told: Vec<bool>,
    /// Whether the heading has been written.
    headed: bool,
}

/// Follows every TCP connection.
struct Connections {
    format: Format,
    /// Connections are told of when they end, not all of them at the end.
    live: Option<Live>,
    key: Key,
    /// How many are shown.
    top: usize,
    /// By the stream's number.
    all: Vec<Option<Connection>>,
    hosts: List<Address>,
    names: List<Box<str>>,
    protocols: List<Box<str>>,
    /// When the first frame came, in nanoseconds since the epoch.
    began: Option<i128>,
}

impl Default for Connections {
    fn default() -> Self {
        let (hosts, names, protocols) = (List::default(), List::default(), List::default());
        let (format, key, top) = (Format::default(), Key::default(), usize::MAX);
        Self { format, live: None, key, top, all: Vec::new(), hosts, names, protocols, began: None }
    }
}

impl Connections {
    fn segment(&mut self, told: &Told, now: i64) {
        let at = told.tap.stream as usize;
        if at >= self.all.len() {
            // Streams are numbered one after the other; those between were quoted or broke off.
            self.all.resize_with(at + 1, || None);
        }
        let Self { all, hosts, .. } = self;
        let Some(place) = all.get_mut(at) else { return };
        let connection = place.get_or_insert_with(|| {
            let tap = &told.tap;
            let (src, dst) = ((hosts.place(&tap.src), tap.src_port), (hosts.place(&tap.dst), tap.dst_port));
            let [first, second] = if told.way == 0 { [src, dst] } else { [dst, src] };
            let mut connection = Connection::new(now);
            (connection.hosts, connection.ports) = ([first.0, second.0], [first.1, second.1]);
            connection
        });
        connection.pass(told.way, &told.segment, told.remarks, now);
        if let Some(live) = self.live.as_mut().filter(|_| connection.is_over()) {
            live.told.resize(live.told.len().max(at + 1), false);
            if let Some(told) = live.told.get_mut(at).filter(|told| !**told) {
                *told = true;
                live.ended.push(at as u32);
            }
        }
    }
    /// The server's name that a client asks for, where it asks over this frame's connection.
    fn name(&mut self, told: &Told, stream: u32, bytes: &[u8]) {
        let Some(Some(connection)) = self.all.get_mut(stream as usize) else { return };
        let same_ends = (told.tap.src_port, told.tap.dst_port, told.tap.stream) == {
            let [first, second] = connection.ports;
            if told.way == 0 { (first, second, stream) } else { (second, first, stream) }
        };
        if same_ends && connection.name == 0 {
            let name = String::from_utf8_lossy(bytes.get(..LONGEST_NAME).unwrap_or(bytes));
            connection.name = self.names.place(&name.into_owned().into_boxed_str());
        }
    }
    fn protocol(&mut self, stream: u32, column: &[u8]) {
        // What a message carries is not the connection's protocol: `HTTP/JSON`.
        let column = column.split(|&byte| byte == b'/').next().unwrap_or_default();
        let Some(Some(connection)) = self.all.get_mut(stream as usize) else { return };
        if column.is_empty() || column == b"TCP" {
            return;
        }
        if self.protocols.get(connection.protocol).is_some_and(|known| known.as_bytes() == column) {
            return;
        }
        connection.protocol = self.protocols.place(&String::from_utf8_lossy(column).into_owned().into_boxed_str());
    }
    /// The numbers of the connections to be shown, in order.
    fn order(&self) -> Vec<u32> {
        let connection = |number: u32| self.all.get(number as usize).and_then(Option::as_ref);
        let told = |number: u32| {
            self.live.as_ref().and_then(|live| live.told.get(number as usize)).copied().unwrap_or_default()
        };
        let mut order: Vec<u32> =
            (0..self.all.len() as u32).filter(|&number| connection(number).is_some() && !told(number)).collect();
        let host = |number: u32, client: bool| {
            connection(number).map(|connection| {
                let way = if client { connection.client().0 } else { 1 - connection.client().0 };
                let place = connection.hosts.get(way).copied().unwrap_or_default();
                (self.hosts.get(place).copied().unwrap_or_default(), connection.ports.get(way).copied())
            })
        };
        let by = |order: &mut Vec<u32>, most: &dyn Fn(&Connection) -> u64| {
            order.sort_by_key(|&number| Reverse(connection(number).map(most)));
        };
        match self.key {
            Key::Start => order.sort_by_key(|&number| connection(number).map(|connection| connection.first)),
            Key::Duration => by(&mut order, &|one| one.duration() as u64),
            Key::Bytes => by(&mut order, &|one| one.bytes.iter().sum()),
            Key::Segments => by(&mut order, &|one| one.segments.iter().map(|&count| u64::from(count)).sum()),
            Key::Retransmissions => {
                by(&mut order, &|one| [0, 1].map(|way| u64::from(one.trouble_of(way).retransmissions)).iter().sum());
            }
            Key::Rtt => by(&mut order, &|one| one.rtt().map_or(0, |rtt| rtt.median)),
            Key::Client => order.sort_by_key(|&number| host(number, true)),
            Key::Server => order.sort_by_key(|&number| host(number, false)),
        }
        order.truncate(self.top);
        order
    }
}

impl Statistic for Connections {
    fn needs(&self) -> Needs {
        Needs { live: self.live.is_some(), ..Needs::taps(Layers::SEGMENTS.and(Layers::NAMES)) }
    }
    fn frame(&mut self, seen: &Seen<'_>) {
        if self.began.is_none()
            && let Some(time) = seen.frame.time
        {
            self.began = Some(i128::from(time.secs) * 1_000_000_000 + i128::from(time.nanos));
        }
        let mut last = None;
        for told in seen.tapped.told() {
            if told.tap.layer == Layers::SEGMENTS {
                self.segment(told, seen.elapsed);
                last = Some(told.tap.stream);
            } else if told.tap.layer == Layers::NAMES
                && let Some(stream) = last
            {
                self.name(told, stream, seen.tapped.bytes(told));
            }
        }
        if let Some(stream) = last {
            self.protocol(stream, seen.row.protocol_column());
        }
    }
    fn meanwhile(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        let ended = self.live.as_mut().map(|live| std::mem::take(&mut live.ended)).unwrap_or_default();
        if !ended.is_empty() {
            self.tell(ended, ending, out);
        }
    }
    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        let order = self.order();
        if self.live.is_some() {
            return self.tell(order, ending, out);
        }
        let rows = table::Rows { all: self, ending, order };
        match self.format {
            Format::Table | Format::Plain => table::write(&rows, self.format == Format::Table, out),
            Format::Json => json::write(&rows, out),
            Format::Csv => table::write_csv(&rows, true, out),
        }
    }
}

impl Connections {
    /// Writes rows of a capture that still runs: columns of fixed widths, or an object a line.
    fn tell(&mut self, order: Vec<u32>, ending: &Ending<'_>, out: &mut Vec<u8>) {
        let heading = self.live.as_mut().is_some_and(|live| !std::mem::replace(&mut live.headed, true));
        let rows = table::Rows { all: self, ending, order };
        match self.format {
            Format::Table | Format::Plain => table::plain(&rows, heading, true, out),
            Format::Json => json::lines(&rows, out),
            Format::Csv => table::write_csv(&rows, heading, out),
        }
    }
}
