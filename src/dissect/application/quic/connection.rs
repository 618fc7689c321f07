//! Connections: which packets belong together, and the keys that open them.

use super::crypto::Stream;
use super::handshake::{Application, Beginning, likely_suite};
use super::protection::{Bare, Keys, bare_header, updated, whole_number};
use super::version::{PacketType, Version};
use crate::dissect::application::tls::secrets::{KeyLog, Label, RANDOM_LEN, Secret};
use crate::dissect::protocol::Stop;

/// Connections remembered between two endpoints.
const MOST_CONNECTIONS: usize = 8;

/// Connection identifiers remembered of each side.
const MOST_IDS: usize = 16;

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

/// How far the handshake was when a packet was protected (RFC 9001, 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Initial,
    Early,
    Handshake,
    Application,
}

impl Level {
    /// That of packets with a long header.
    pub(super) fn of(kind: PacketType) -> Self {
        match kind {
            PacketType::ZeroRtt => Self::Early,
            PacketType::Handshake => Self::Handshake,
            PacketType::Initial | PacketType::Retry => Self::Initial,
        }
    }
    /// Whose packet numbers it counts with (RFC 9000, 12.3).
    fn space(self) -> usize {
        match self {
            Self::Initial => 0,
            Self::Handshake => 1,
            Self::Early | Self::Application => 2,
        }
    }
    /// The secret of a side's packets.
    fn label(self, side: usize) -> Option<Label> {
        Some(match (self, side) {
            (Self::Early, 0) => Label::ClientEarly,
            (Self::Handshake, 0) => Label::ClientHandshake,
            (Self::Handshake, _) => Label::ServerHandshake,
            (Self::Application, 0) => Label::ClientTraffic,
            (Self::Application, _) => Label::ServerTraffic,
            _ => return None,
        })
    }
}

/// What one side sends, as far as it concerns its packets' protection.
#[derive(Default)]
struct Side {
    /// The keys of each level, once they are asked for and can be made.
    keys: [Option<Keys>; 4],
    /// The keys that the next key update will bring, once it is tried.
    next: Option<Keys>,
    /// The secret of the application's keys.
    secret: Secret,
    /// The key phase of the application's keys.
    phase: bool,
    /// The largest packet number of each space.
    largest: [Option<u64>; 3],
    /// What it said in Initial packets, and in Handshake packets.
    said: [Beginning; 2],
    /// The same for the tree, in each space.
    crypto: [Stream; 3],
    /// Connection identifiers that it may be called by.
    ids: Vec<Cid>,
}

/// One connection.
pub(super) struct Connection {
    /// The version of its first packet.
    pub(super) version: Version,
    /// Its number in the capture, from 0.
    pub(super) number: u32,
    /// It was said of a packet with a short header that its keys are not to be had.
    pub(super) keys_missed: bool,
    /// What was agreed upon to be spoken.
    pub(super) application: Application,
    /// The direction of what the client sends.
    client_way: usize,
    /// What the client chose for the server before it had the server's own.
    original: Cid,
    /// The server asked the client to come again; the next Initial packet begins anew.
    retried: bool,
    /// The connection identifier and version that the keys of Initial packets are made from.
    seed: (Version, Cid),
    /// The client's random value, by which secrets are found.
    random: Option<[u8; RANDOM_LEN]>,
    /// The cipher suite that the server chose.
    suite: Option<u16>,
    /// The client, and the server.
    sides: [Side; 2],
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

/// A packet under protection.
#[derive(Clone, Copy)]
pub(super) struct Sealed<'a> {
    /// All of it, from its first byte.
    pub(super) packet: &'a [u8],
    /// Where its packet number stands.
    pub(super) at: usize,
    /// Who sent it: 0 the client, 1 the server.
    pub(super) side: usize,
    /// What its keys are.
    pub(super) level: Level,
}

/// What the keys gave of a packet.
pub(super) struct Opened {
    /// Its header without protection.
    pub(super) bare: Bare,
    /// Its packet number.
    pub(super) number: u64,
    /// Whether its payload is authentic.
    pub(super) authentic: bool,
}

impl Connection {
    fn new(way: usize, version: Version, dcid: Cid, scid: Cid) -> Self {
        let client = Side { ids: vec![scid], ..Side::default() };
        Self {
            version,
            number: 0,
            keys_missed: false,
            application: Application::Other,
            client_way: way,
            original: dcid,
            retried: false,
            seed: (version, dcid),
            random: None,
            suite: None,
            sides: [client, Side::default()],
        }
    }
    /// Which of the two sides sends in direction `way`: 0 the client, 1 the server.
    pub(super) fn side(&self, way: usize) -> usize {
        usize::from(way != self.client_way)
    }
    /// The identifiers of whom a packet in direction `way` is for.
    fn receiver(&self, way: usize) -> impl Iterator<Item = &Cid> {
        let [client, server] = &self.sides;
        if self.side(way) == 0 { server.ids.iter() } else { client.ids.iter() }
    }
    /// Whether a packet with a long header in direction `way` is for `dcid`.
    fn owns(&self, way: usize, dcid: &Cid) -> bool {
        self.side(way) == 0 && *dcid == self.original || self.receiver(way).any(|cid| cid == dcid)
    }
    /// A side may be called by another identifier.
    pub(super) fn learn_id(&mut self, side: usize, cid: Cid) {
        if let Some(Side { ids, .. }) = self.sides.get_mut(side)
            && !ids.contains(&cid)
            && ids.len() < MOST_IDS
        {
            ids.push(cid);
        }
    }
    /// What a side has said of the handshake under the keys of a level.
    pub(super) fn crypto(&mut self, side: usize, level: Level) -> Option<&mut Stream> {
        self.sides.get_mut(side)?.crypto.get_mut(level.space())
    }
    /// Takes in a piece of the handshake.
    pub(super) fn hear(&mut self, (side, level): (usize, Level), offset: u64, piece: &[u8]) {
        let Some(beginning) = self.sides.get_mut(side).and_then(|side| side.said.get_mut(level.space())) else {
            return;
        };
        beginning.put(offset, piece);
        match (side, level) {
            (0, Level::Initial) => self.random = beginning.random().or(self.random),
            (1, Level::Initial) => self.suite = beginning.suite().or(self.suite),
            (1, Level::Handshake) => self.application = beginning.application().unwrap_or(self.application),
            _ => {}
        }
    }
    /// Makes the keys of a level, if there are none yet.
    fn prepare(&mut self, side: usize, level: Level, log: Option<&KeyLog>) -> Option<()> {
        let (version, cid) = self.seed;
        let one = self.sides.get_mut(side)?;
        let keys = one.keys.get_mut(level as usize)?;
        if keys.is_some() {
            return Some(());
        }
        if level == Level::Initial {
            *keys = Some(Keys::initial(version, cid.as_bytes(), side));
            return Some(());
        }
        let secret = log?.find(level.label(side)?, self.random.as_ref()?)?;
        let suite = match (self.suite, level) {
            (Some(suite), _) => suite,
            (None, Level::Early) => likely_suite(secret.as_bytes().len()),
            (None, _) => return None,
        };
        *keys = Some(Keys::from_secret(self.version, &secret, suite));
        if level == Level::Application {
            one.secret = secret;
        }
        Some(())
    }
    /// Opens a packet: `text` becomes its payload. Nothing comes of it where there are no keys.
    pub(super) fn open(
        &mut self,
        sealed: Sealed<'_>,
        log: Option<&KeyLog>,
        text: &mut Vec<u8>,
    ) -> Result<Option<Opened>, Stop> {
        let Sealed { packet, at, side, level } = sealed;
        if self.prepare(side, level, log).is_none() {
            return Ok(None);
        }
        let (version, suite) = (self.version, self.suite.unwrap_or_default());
        let Some(side) = self.sides.get_mut(side) else { return Ok(None) };
        let Side { keys, next, secret, phase, largest, .. } = side;
        let (Some(Some(keys)), Some(largest)) = (keys.get_mut(level as usize), largest.get_mut(level.space())) else {
            return Ok(None);
        };
        let bare = keys.bare(packet, at).ok_or(Stop::Malformed)?;
        let number = whole_number(*largest, bare);
        let updates = level == Level::Application && bare.key_phase() != *phase;
        let used = if updates {
            next.get_or_insert_with(|| keys.next(version, &updated(version, secret), suite))
        } else {
            &mut *keys
        };
        let payload = at + bare.number_len;
        text.clear();
        text.extend_from_slice(packet.get(payload..).unwrap_or_default());
        let mut room = [0; MOST_HEADER_LEN];
        let header = bare_header(&mut room, packet.get(..payload).unwrap_or_default(), bare, at);
        let authentic = header.is_some_and(|header| used.open(number, header, text));
        if authentic {
            *largest = Some(largest.map_or(number, |largest| largest.max(number)));
            if updates && let Some(next) = next.take() {
                (*keys, *secret, *phase) = (next, updated(version, secret), bare.key_phase());
            }
        }
        Ok(Some(Opened { bare, number, authentic }))
    }
}

/// Bytes of a header whose payload is opened at most: tokens of more are not believed in.
const MOST_HEADER_LEN: usize = 1500;

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
        let [client, server] = &mut connection.sides;
        if initial && way == connection.client_way && connection.retried && server.ids.contains(&dcid) {
            connection.retried = false;
            // The version stays that of the first packet.
            connection.seed = (connection.version, dcid);
            for side in [client, server] {
                side.keys = Default::default();
            }
        }
        if connection.side(way) == 1 {
            if initial && connection.version != version {
                // The server chose another version than the one that the client began with.
                connection.version = version;
                connection.seed.0 = version;
                for side in &mut connection.sides {
                    side.keys = Default::default();
                }
            }
            connection.learn_id(1, scid);
        }
        Some(connection)
    }
    /// The connection with a number.
    pub(super) fn numbered(&mut self, number: u32) -> Option<&mut Connection> {
        self.all.iter_mut().rev().find(|connection| connection.number == number)
    }
    /// The server of this connection asked the client to come again.
    pub(super) fn retry(&mut self, way: usize, dcid: Cid) {
        let mut all = self.all.iter_mut().rev();
        if let Some(connection) = all.find(|connection| connection.owns(way, &dcid)) {
            connection.retried = true;
        }
    }
    /// Whether the keys of a packet with a short header, of connection `number`, are missed for the first time.
    pub(super) fn misses_keys(&mut self, number: u32) -> bool {
        self.numbered(number).is_some_and(|one| {
            let both = one.sides.iter().all(|side| side.largest.first().is_some_and(Option::is_some));
            both && !std::mem::replace(&mut one.keys_missed, true)
        })
    }
    /// The connection identifier in a short header, which does not say its own length, and the connection's number:
    /// `rest` are the bytes behind the first one.
    pub(super) fn of_short(&self, way: usize, rest: &[u8]) -> Option<(Cid, u32)> {
        self.all.iter().rev().find_map(|connection| {
            let known = connection.receiver(way).find(|cid| rest.starts_with(cid.as_bytes()));
            known.map(|cid| (*cid, connection.number))
        })
    }
}
