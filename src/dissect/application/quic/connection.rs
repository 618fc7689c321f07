//! Connections: which packets belong together, and the keys of their Initial packets.

use super::protection::Keys;
use super::version::Version;

/// Connections remembered between two endpoints.
const MOST_CONNECTIONS: usize = 8;

/// A connection identifier (RFC 9000, 5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cid {
    len: u8,
    bytes: [u8; Self::MOST_LEN],
}

impl Cid {
    /// Bytes of a connection identifier at most.
    pub(super) const MOST_LEN: usize = 20;

    /// An identifier of these bytes; none if they are too many.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let mut cid = Self { len: bytes.len() as u8, ..Self::default() };
        cid.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(cid)
    }
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// One connection.
pub(super) struct Connection {
    /// The version of its first packet.
    pub(super) version: Version,
    /// Its number in the capture, from 0.
    pub(super) number: u32,
    /// It was said of a packet with a short header that its keys are not to be had.
    pub(super) keys_missed: bool,
    /// The direction of what the client sends.
    client_way: usize,
    /// What the client chose for the server before it had the server's own.
    original: Cid,
    /// The client's own identifier.
    client: Cid,
    /// The server's own identifiers.
    servers: Vec<Cid>,
    /// The server asked the client to come again; the next Initial packet begins anew.
    retried: bool,
    /// The connection identifier and version that the keys of Initial packets are made from.
    seed: (Version, Cid),
    /// The keys of the client's Initial packets, and of the server's, once they are asked for.
    initial: [Option<Keys>; 2],
    /// The largest packet number of Initial packets, of the client and of the server.
    largest: [Option<u64>; 2],
}

/// What is remembered of the connections between two endpoints.
#[derive(Default)]
pub(super) struct Connections {
    all: Vec<Connection>,
    /// Room for a packet's payload, opened.
    pub(super) scratch: Vec<u8>,
    /// Whom the first packet of the datagram at hand is for.
    pub(super) first_dcid: Option<Cid>,
}

/// How many connections the capture has had.
#[derive(Default)]
pub(super) struct Count(pub(super) u32);

impl Connection {
    fn new(way: usize, version: Version, dcid: Cid, scid: Cid) -> Self {
        Self {
            version,
            number: 0,
            keys_missed: false,
            client_way: way,
            original: dcid,
            client: scid,
            servers: Vec::new(),
            retried: false,
            seed: (version, dcid),
            initial: [None, None],
            largest: [None; 2],
        }
    }
    /// What opens a side's Initial packets: their keys, and the largest packet number so far.
    pub(super) fn opening(&mut self, side: usize) -> Option<(&Keys, &mut Option<u64>)> {
        let (version, cid) = self.seed;
        let keys = self.initial.get_mut(side)?.get_or_insert_with(|| Keys::initial(version, cid.as_bytes(), side));
        Some((keys, self.largest.get_mut(side)?))
    }
    /// Which of the two sides sends in direction `way`: 0 the client, 1 the server.
    pub(super) fn side(&self, way: usize) -> usize {
        usize::from(way != self.client_way)
    }
    /// Whether a packet in direction `way` for `dcid` is this connection's.
    fn owns(&self, way: usize, dcid: &Cid) -> bool {
        match self.side(way) {
            0 => *dcid == self.original || self.servers.contains(dcid),
            _ => *dcid == self.client,
        }
    }
}

impl Connections {
    /// The connection of a packet in direction `way` with a long header, begun if it is an Initial packet that belongs
    /// to none; there were `count` before it.
    pub(super) fn of_long(
        &mut self,
        way: usize,
        version: Version,
        (dcid, scid): (Cid, Cid),
        (initial, count): (bool, u32),
    ) -> Option<&mut Connection> {
        let found = self.all.iter().rposition(|connection| connection.owns(way, &dcid));
        let at = match found {
            Some(at) => at,
            None if initial => {
                if self.all.len() >= MOST_CONNECTIONS {
                    self.all.remove(0);
                }
                self.all.push(Connection { number: count, ..Connection::new(way, version, dcid, scid) });
                self.all.len() - 1
            }
            None => return None,
        };
        let connection = self.all.get_mut(at)?;
        if initial && connection.side(way) == 0 && connection.retried && connection.servers.contains(&dcid) {
            connection.retried = false;
            (connection.seed, connection.initial) = ((version, dcid), [None, None]);
        }
        if connection.side(way) == 1 && !connection.servers.contains(&scid) && connection.servers.len() < 8 {
            connection.servers.push(scid);
        }
        Some(connection)
    }
    /// The server of this connection asked the client to come again.
    pub(super) fn retry(&mut self, way: usize, dcid: Cid) {
        if let Some(connection) = self.all.iter_mut().rev().find(|connection| connection.owns(way, &dcid)) {
            connection.retried = true;
        }
    }
    /// Whether the keys of a packet with a short header, of connection `number`, are missed for the first time.
    pub(super) fn misses_keys(&mut self, number: u32) -> bool {
        let found = self.all.iter_mut().rev().find(|connection| connection.number == number);
        found.is_some_and(|one| {
            one.largest.iter().all(Option::is_some) && !std::mem::replace(&mut one.keys_missed, true)
        })
    }
    /// The connection identifier in a short header, which does not say its own length, and the connection's number:
    /// `rest` are the bytes behind the first one.
    pub(super) fn of_short(&self, way: usize, rest: &[u8]) -> Option<(Cid, u32)> {
        let known = |cid: &&Cid| rest.starts_with(cid.as_bytes());
        self.all.iter().rev().find_map(|connection| {
            let cid = match connection.side(way) {
                0 => connection.servers.iter().chain([&connection.original]).find(known).copied(),
                _ => Some(connection.client).filter(|cid| known(&cid)),
            };
            cid.map(|cid| (cid, connection.number))
        })
    }
}
