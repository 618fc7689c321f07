//! What the formats hand to the capture file: a record found in the window, by position instead of by reference.

use super::error::Fault;
use super::interface::Interface;
use super::options::Options;
use super::pseudo::Pseudo;
use super::window::{Span, Window};
use super::{Block, BlockKind, Frame, Kind, LinkType, Time};

/// The next thing in the file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    /// Nothing more.
    End,
    /// A frame, whose [`Parts`] have been filled in.
    Frame,
    /// A block that is no frame.
    Block(BlockKind),
}

/// A frame, whose bytes are in the record that the window took last.
///
/// Every reader fills in the same one in its place: moving it would cost more than finding it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) time: Option<Time>,
    pub(super) precision: u8,
    pub(super) wire_len: u32,
    pub(super) link: LinkType,
    pub(super) fcs_len: Option<u8>,
    /// The interface's number within its section.
    pub(super) interface: u32,
    pub(super) kind: Kind,
    pub(super) data: Span,
    pub(super) options: Span,
    /// The pseudo-header before the data.
    pub(super) pseudo: Span,
}

impl Parts {
    /// A frame without bytes.
    pub(super) const NONE: Self = Self {
        time: None,
        precision: 6,
        wire_len: 0,
        link: LinkType::NONE,
        fcs_len: None,
        interface: 0,
        kind: Kind::Packet,
        data: Span { start: 0, len: 0 },
        options: Span { start: 0, len: 0 },
        pseudo: Span { start: 0, len: 0 },
    };

    /// Takes the pseudo-header off the front of `data`.
    pub(super) fn split(&mut self, pseudo: Pseudo, data: &[u8]) -> Result<(), Fault> {
        let proper = pseudo.split(data, self.wire_len)?;
        self.pseudo = Span { start: self.data.start, len: proper.header };
        self.data = Span { len: proper.captured, ..self.data.behind(proper.header) };
        self.wire_len = proper.wire_len;
        self.time = proper.time.or(self.time);
        Ok(())
    }

    /// The frame itself.
    #[inline(always)]
    pub(super) fn frame<'w>(&self, number: u64, window: &'w Window, section: Section<'w>) -> Frame<'w> {
        Frame {
            number,
            time: self.time,
            precision: self.precision,
            wire_len: self.wire_len,
            link: self.link,
            fcs_len: self.fcs_len,
            interface: section.first_interface.wrapping_add(self.interface),
            bytes: window.part(self.data),
            kind: self.kind,
            options: Options { bytes: window.part(self.options), big_endian: section.big_endian },
            pseudo: window.part(self.pseudo),
            raw: window.whole(),
            origin: section.interfaces.get(self.interface as usize).filter(|_| self.kind == Kind::Packet),
        }
    }
}

/// What a section (or a whole pcap file) says of all of its records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'a> {
    pub(super) big_endian: bool,
    /// Interfaces of all sections before this one.
    pub(super) first_interface: u32,
    pub(super) interfaces: &'a [Interface],
}

impl<'a> Section<'a> {
    /// The block that the window took last.
    pub(super) fn block(self, kind: BlockKind, window: &'a Window) -> Block<'a> {
        Block { kind, raw: window.whole(), big_endian: self.big_endian }
    }
}
