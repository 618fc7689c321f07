//! Media that signalling protocols announce: who will send RTP and RTCP where, and what its payload types mean.

use crate::conversation::Transport;
use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::registry::Registry;
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;

/// Announcements remembered at most; the oldest goes first.
const MOST: usize = 1 << 13;
/// Named payload types of one announcement at most.
const MOST_NAMES: usize = 64;
/// Bytes of an encoding's name that are kept.
const MOST_NAME: usize = 64;

/// An address and a port.
pub type End = (Address, u16);

/// What is spoken at an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// RTP.
    Data,
    /// RTCP.
    Control,
}

/// The encodings' names by payload type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encodings(Vec<(u8, Box<[u8]>)>);

impl Encodings {
    /// Notes what a payload type stands for.
    pub fn add(&mut self, kind: u8, name: &[u8]) {
        if self.0.len() < MOST_NAMES {
            self.0.push((kind, name.get(..MOST_NAME).unwrap_or(name).into()));
        }
    }
    /// What a payload type stands for, by the last word on it.
    pub fn get(&self, kind: u8) -> Option<&[u8]> {
        self.0.iter().rev().find(|(known, _)| *known == kind).map(|(_, name)| name.as_ref())
    }
}

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The frame that it was in.
    pub frame: u64,
    /// The protocol that it was in: `SDP`.
    pub method: &'static str,
    /// The media are encrypted: SRTP.
    pub secure: bool,
    /// The other side, where it is known.
    pub peer: Option<End>,
    /// What dynamic payload types stand for.
    pub encodings: Encodings,
}

/// What has been announced.
#[derive(Default)]
pub struct Setups(Recent<(End, Kind), Setup, MOST>);

impl Setups {
    /// The announcement for what is sent from `src` to `dst`: `None` where there is none, and `Some(None)` where there
    /// is one for other ends only.
    pub fn find(&self, src: End, dst: End, kind: Kind) -> Option<Option<&Setup>> {
        let found = [(dst, src), (src, dst)].map(|(end, other)| (self.0.get(&(end, kind)), other));
        let fits = found.iter().find_map(|(setup, other)| setup.filter(|s| s.peer.is_none_or(|peer| peer == *other)));
        if fits.is_none() && found.iter().all(|(setup, _)| setup.is_none()) {
            return None;
        }
        Some(fits)
    }
}

/// From now on media of `kind` are sent to and from `end`.
pub fn announce<S: Sink>(c: &mut Cursor<'_, S>, end: End, kind: Kind, setup: Setup) {
    let name = if kind == Kind::Data { "rtp" } else { "rtcp" };
    let Some(entry) = Registry::named(name) else { return };
    if c.worker.quoted {
        return;
    }
    c.worker.state.expected.announce(Transport::Udp, end, setup.peer.map(|peer| peer.0), entry);
    c.worker.state.shared.entry::<Setups>().0.insert((end, kind), setup);
}

/// Both ends of what is being dissected.
pub fn ends<S: Sink>(c: &Cursor<'_, S>) -> Option<(End, End)> {
    let current = c.worker.state.current?;
    Some(((c.worker.row.src, current.src_port), (c.worker.row.dst, current.dst_port)))
}
