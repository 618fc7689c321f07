//! Everything that outlives a frame, on one object: a second one is a second, independent dissection.

use std::sync::Arc;

use super::cursor::Cursor;
use super::frame;
use super::preferences::Preferences;
use super::protocol::Unfinished;
use super::registry::Registry;
use super::row::Row;
use super::sink::{Detail, Quiet, Sink, Wanted};
use super::tap::Taps;
use crate::conversation::State;
use crate::naming::Names;
use crate::source::{Frame, LinkType, Time};

/// What is known of a frame besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meta {
    /// Position in the capture, from 1.
    pub number: u64,
    /// When it was captured, if the record says so.
    pub time: Option<Time>,
    /// Bytes that were on the wire.
    pub wire_len: u32,
    /// Bytes captured.
    pub captured_len: u32,
    /// Bytes of frame check sequence at the end, where the capture says so.
    pub fcs_len: Option<u8>,
    /// The interface it was captured on.
    pub interface: u32,
    /// Its link-layer header type.
    pub link: LinkType,
    /// What its link type puts before the frame, the first bytes of it.
    pub pseudo: [u8; 4],
}

/// When the frames before were captured: those whose records do not say it, at the epoch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Past {
    /// The first.
    pub first: Option<Time>,
    /// The last.
    pub captured: Option<Time>,
    /// The last that was displayed.
    pub displayed: Option<Time>,
}

/// Takes frames apart, one after the other, and keeps what one frame means for the next.
pub struct Worker {
    /// Which protocol is found where.
    pub registry: Arc<Registry>,
    /// What the user decided.
    pub preferences: Preferences,
    /// What addresses and ports may be called; none, they are numbers.
    pub names: Option<Arc<Names>>,
    /// The frame at hand.
    pub frame: Meta,
    /// Its summary row.
    pub row: Row,
    /// Its fields, as far as they are wanted.
    pub sink: Detail,
    /// What is to be recorded of every frame.
    pub(super) wanted: Wanted,
    /// Conversations and fragments.
    pub state: State,
    /// Its layers, as far as statistics want to be told of them.
    pub taps: Taps,
    /// When the frames before were captured.
    pub(super) past: Past,
    /// The short name of the protocol that stopped early.
    pub(super) failed: &'static str,
    /// Whether what is being taken apart is quoted by another packet: it does not happen, it is told of.
    pub quoted: bool,
    /// Whether a dissector may ask for more with [`Stop::More`](super::protocol::Stop::More).
    pub(super) can_desegment: bool,
    /// The sender closes its side with this segment: nothing will come behind it.
    pub(super) closes: bool,
    /// The message that a dissector asked for last.
    pub(super) unfinished: Unfinished,
    /// Lengths of the messages that were found whole in the segment at hand, for views that show every field.
    pub(super) message_sizes: Vec<u32>,
    /// What is being dissected is a message of which no more was kept than was wanted.
    pub(super) abridged: bool,
    /// Layers entered and not yet left.
    pub(super) layers: u8,
}

impl Worker {
    /// A worker that has seen nothing yet, and takes frames apart for their rows alone.
    pub fn new(registry: Arc<Registry>) -> Self {
        Self::recording(registry, Wanted::Nothing, Detail::default())
    }

    /// A worker that has seen nothing yet, and records in `sink` what is wanted.
    pub fn recording(registry: Arc<Registry>, wanted: Wanted, mut sink: Detail) -> Self {
        let (frame, mut row, state) = (Meta::default(), Row::default(), State::default());
        let names = registry.naming.names();
        row.know(names.as_ref());
        sink.know(names.as_ref());
        sink.confine(if let Wanted::Some { fields, .. } = &wanted { Some(fields) } else { None });
        Self {
            preferences: registry.preferences,
            registry,
            names,
            frame,
            row,
            sink,
            wanted,
            state,
            taps: Taps::default(),
            past: Past::default(),
            failed: "",
            quoted: false,
            can_desegment: false,
            closes: false,
            unfinished: Unfinished::default(),
            message_sizes: Vec::new(),
            abridged: false,
            layers: 0,
        }
    }

    /// Takes one frame apart: its row and, in a sink that keeps them, its items are then to be had.
    pub fn dissect(&mut self, frame: &Frame<'_>) {
        self.row.clear();
        self.sink.clear();
        self.taps.clear();
        (self.layers, self.quoted, self.can_desegment) = (0, false, false);
        self.frame = Meta {
            number: frame.number,
            time: frame.time,
            wire_len: frame.wire_len,
            captured_len: frame.bytes.len() as u32,
            fcs_len: frame.fcs_len,
            interface: frame.interface,
            link: frame.link,
            pseudo: frame.pseudo.first_chunk().copied().unwrap_or_default(),
        };
        self.state.next_frame();
        self.past.first.get_or_insert(frame.time.unwrap_or_default());
        if matches!(self.wanted, Wanted::Nothing) {
            self.take_apart::<Quiet>(frame);
        } else {
            self.take_apart::<Detail>(frame);
        }
        self.past.captured = frame.time.or(self.past.captured);
    }

    fn take_apart<S: Sink>(&mut self, frame: &Frame<'_>) {
        if S::DETAIL {
            frame::record(self, frame);
        }
        let mut cursor = Cursor::<S>::new(frame.bytes, frame.wire_len as usize, self);
        let outcome = frame::dissect(&mut cursor, frame);
        if let Err(stop) = outcome {
            self.row.remark(stop);
        }
        if S::DETAIL {
            self.sink.bring_in();
            frame::finish(self, frame, outcome);
        }
    }

    /// The frame's fields, where any are recorded.
    pub fn detail(&self) -> Option<&Detail> {
        (!matches!(self.wanted, Wanted::Nothing)).then_some(&self.sink)
    }

    /// Nanoseconds from the first frame to the one dissected last; 0 where they have no times.
    pub fn elapsed(&self) -> i64 {
        let Some(now) = self.frame.time else { return 0 };
        now.since(self.past.first.unwrap_or_default())
    }

    /// When the first frame was captured; `None` before there was one.
    pub fn first_time(&self) -> Option<Time> {
        self.past.first
    }

    /// Notes that the frame dissected last is displayed: later ones count from it.
    pub fn displayed(&mut self) {
        self.past.displayed = Some(self.frame.time.unwrap_or_default());
    }
}
