//! The pcapng format (draft-ietf-opsawg-pcapng): sections of blocks, each of a type, a length, a body and the length again.

mod body;
mod checks;
mod events;
mod packets;

use byteorder_slice::{BigEndian, LittleEndian};
use pcap_file::pcapng::RawBlock;

use super::error::Fault;
use super::found::{Found, Parts, Section};
use super::interface::{Interface, Ticks};
use super::options::Options;
use super::pseudo::Pseudo;
use super::window::{SIZE, Window};
use super::{BlockKind, LinkType};
use body::{Body, damaged, round};
use checks::Rules;

/// The longest block that is read, in bytes.
const MAX_BLOCK: u32 = 134_348_832;
/// Bytes of a block without a body.
const MIN_BLOCK: usize = 12;
/// The most interfaces in a section; a capture of a large machine has some hundreds.
const MAX_INTERFACES: usize = 1 << 20;
/// The most bytes of interface options that are kept.
const MAX_KEPT: usize = 16 << 20;

/// Block types.
mod types {
    pub(super) const SECTION_HEADER: u32 = 0x0a0d_0d0a;
    pub(super) const INTERFACE: u32 = 1;
    pub(super) const PACKET: u32 = 2;
    pub(super) const SIMPLE_PACKET: u32 = 3;
    pub(super) const NAME_RESOLUTION: u32 = 4;
    pub(super) const STATISTICS: u32 = 5;
    pub(super) const ENHANCED_PACKET: u32 = 6;
    pub(super) const JOURNAL: u32 = 9;
    pub(super) const SECRETS: u32 = 10;
    pub(super) const CUSTOM: u32 = 0x0bad;
    pub(super) const CUSTOM_NOT_COPIED: u32 = 0x4000_0bad;
    pub(super) const SYSDIG: u32 = 0x204;
    pub(super) const SYSDIG_2: u32 = 0x216;
    pub(super) const SYSDIG_2_LARGE: u32 = 0x221;
}

/// A pcapng file, at a block's border.
#[derive(Debug, Default)]
pub(super) struct PcapNg {
    big_endian: bool,
    /// The current section, counted from 1; 0 before the first.
    section: u32,
    /// Interfaces of all sections before the current one.
    first_interface: u32,
    /// Interfaces of the current section.
    interfaces: Vec<Interface>,
    /// Bytes of interface options kept, over all sections.
    kept: usize,
}

/// What was read in a block.
enum Content {
    Frame(Parts),
    Note(Note),
}

/// What a block that is no frame says.
enum Note {
    /// A section begins.
    Section { big_endian: bool },
    /// An interface of the current section.
    Interface(Interface),
    /// Nothing that the frames depend on.
    Other(BlockKind),
}

/// A block's place in the window: its type and how many bytes it takes.
#[derive(Clone, Copy)]
struct Framed {
    kind: u32,
    len: usize,
}

impl PcapNg {
    /// Recognises a section header, and reads ahead over the interfaces that follow it, so that a file that is broken
    /// there is refused at once.
    pub(super) fn open(window: &mut Window) -> Result<Option<Self>, Fault> {
        if !window.ahead().starts_with(&types::SECTION_HEADER.to_be_bytes()) || !window.fill(12)? {
            return Ok(None);
        }
        if Body::section_order(window.ahead()).is_none() {
            return Ok(None);
        }
        Self::default().look_ahead(window).map_err(Fault::at_open)?;
        Ok(Some(Self::default()))
    }

    /// Reads section header and interfaces without taking them.
    fn look_ahead(&mut self, window: &mut Window) -> Result<(), Fault> {
        let mut at = 0_usize;
        while at < SIZE {
            let Some(Framed { kind, len }) = self.complete(window, at)? else { return Ok(()) };
            if at > 0 && kind != types::INTERFACE {
                return Ok(());
            }
            let block = window.ahead().get(at..).unwrap_or_default();
            let (content, len) = self.read(block, kind, len)?;
            if let Content::Note(note) = content {
                self.heed(note)?;
            }
            at = at.saturating_add(len);
        }
        Ok(())
    }

    /// What holds for the records of the current section.
    pub(super) fn section(&self) -> Section<'_> {
        Section { big_endian: self.big_endian, first_interface: self.first_interface, interfaces: &self.interfaces }
    }

    /// The next frame or block of secrets, or with `all` the next block.
    #[inline]
    pub(super) fn next(&mut self, window: &mut Window, all: bool, parts: &mut Parts) -> Result<Found, Fault> {
        loop {
            let whole = self.frame(window.ahead());
            let framed = match whole {
                Some(framed) => framed,
                None => match self.complete(window, 0)? {
                    Some(framed) => framed,
                    None => return Ok(Found::End),
                },
            };
            // The enhanced packet block is nearly all there is.
            let (content, len) = if whole.is_some() && framed.kind == types::ENHANCED_PACKET && framed.len >= 32 {
                let body = Body { bytes: window.ahead(), len: framed.len, big_endian: self.big_endian };
                (Content::Frame(packets::enhanced(body, &self.interfaces)?), framed.len)
            } else {
                self.read(window.ahead(), framed.kind, framed.len)?
            };
            window.advance(len);
            match content {
                Content::Frame(found) => {
                    *parts = found;
                    return Ok(Found::Frame);
                }
                Content::Note(note) => {
                    let kind = self.heed(note)?;
                    if all || kind == BlockKind::Secrets {
                        return Ok(Found::Block(kind));
                    }
                }
            }
        }
    }

    /// The block that `bytes` begin with, if it is all there and its two lengths agree.
    #[inline]
    fn frame(&self, bytes: &[u8]) -> Option<Framed> {
        let block = if self.big_endian {
            RawBlock::from_slice::<BigEndian>(bytes)
        } else {
            RawBlock::from_slice::<LittleEndian>(bytes)
        };
        let (_, block) = block.ok()?;
        let len = block.initial_len;
        (len <= MAX_BLOCK).then_some(Framed { kind: block.type_, len: len as usize })
    }

    /// Reads on until the block `at` bytes from here is whole, as far as the file has it.
    ///
    /// Lengths that are no multiple of four are rounded up.
    #[cold]
    fn complete(&self, window: &mut Window, at: usize) -> Result<Option<Framed>, Fault> {
        if !window.fill(at.saturating_add(8))? {
            let left = window.ahead().len() > at;
            return if left { Err(Fault::CutShort) } else { Ok(None) };
        }
        let fixed = |window: &Window| window.ahead().get(at..).and_then(|b| b.first_chunk::<8>()).copied();
        let Some([k0, k1, k2, k3, l0, l1, l2, l3]) = fixed(window) else { return Err(Fault::CutShort) };
        let (kind, len) = ([k0, k1, k2, k3], [l0, l1, l2, l3]);
        let number = |bytes, big| if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        let kind = number(kind, self.big_endian);
        // A section header is in its own byte order, which its body tells.
        let mut big_endian = self.big_endian;
        if kind == types::SECTION_HEADER {
            if !window.fill(at.saturating_add(12))? {
                return Err(Fault::CutShort);
            }
            let block = window.ahead().get(at..).unwrap_or_default();
            big_endian = Body::section_order(block).ok_or_else(|| {
                let magic = Body { bytes: block, len: 12, big_endian: false }.u32(8).unwrap_or(0);
                damaged(format!("unknown byte-order magic number 0x{magic:08x}"))
            })?;
        }
        let len = round(number(len, big_endian));
        if len > MAX_BLOCK {
            return Err(damaged(format!("total block length {len} is too large (> {MAX_BLOCK})")));
        }
        window.fill(at.saturating_add(len as usize))?;
        Ok(Some(Framed { kind, len: len as usize }))
    }

    /// Reads a block that may be of any type, not all there, and inconsistent. Gives also the bytes it takes.
    #[inline(never)]
    fn read(&self, block: &[u8], kind: u32, len: usize) -> Result<(Content, usize), Fault> {
        checks::minimum(kind, len)?;
        let mut body = Body { bytes: block, len, big_endian: self.big_endian };
        let mut taken = len;
        let note = |kind| Content::Note(Note::Other(kind));
        let content = match kind {
            types::SECTION_HEADER => {
                body.big_endian = Body::section_order(block).unwrap_or(self.big_endian);
                section_header(body)?
            }
            types::INTERFACE => Content::Note(Note::Interface(self.interface(body)?)),
            types::ENHANCED_PACKET => Content::Frame(enhanced(body, &self.interfaces)?),
            types::PACKET => Content::Frame(packets::obsolete(body, &self.interfaces)?),
            types::SIMPLE_PACKET => {
                let (parts, end) = packets::simple(body, &self.interfaces)?;
                taken = end;
                Content::Frame(parts)
            }
            types::CUSTOM | types::CUSTOM_NOT_COPIED => Content::Frame(events::custom(body)?),
            types::SYSDIG | types::SYSDIG_2 | types::SYSDIG_2_LARGE => Content::Frame(events::system(body, kind)?),
            types::JOURNAL => Content::Frame(events::journal(body)?),
            types::NAME_RESOLUTION => {
                checks::names(body)?;
                note(BlockKind::NameResolution)
            }
            types::STATISTICS => {
                checks::options(body, 20, Rules::Common)?;
                note(BlockKind::Statistics)
            }
            types::SECRETS => {
                checks::secrets(body)?;
                note(BlockKind::Secrets)
            }
            other => note(BlockKind::Other(other)),
        };
        body.trailer(taken)?;
        Ok((content, taken))
    }

    /// An Interface Description Block: link type, reserved, snaplen, options.
    fn interface(&self, body: Body<'_>) -> Result<Interface, Fault> {
        let (link, snaplen) = (LinkType(body.u16(8)?), body.u32(12)?);
        let span = checks::options(body, 16, Rules::Interface)?;
        let list = body.bytes.get(span.start..span.start.saturating_add(span.len)).unwrap_or_default();
        let options = Options { bytes: list, big_endian: body.big_endian };
        let offset = options.u64(14).unwrap_or(0).cast_signed();
        let clock = match options.find(9) {
            Some(&[resolution]) => Ticks::from_resolution(resolution, offset),
            _ => Ticks { offset, ..Ticks::MICROSECONDS },
        };
        let fcs_len = match options.find(13) {
            // Meant in bits; who writes fewer than eight means bytes.
            Some(&[bits @ 0..8]) => Some(bits),
            Some(&[bits]) => Some(bits / 8),
            _ => None,
        };
        let kept = self.kept.saturating_add(list.len()) <= MAX_KEPT;
        Ok(Interface {
            id: u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX),
            section: self.section,
            link,
            snaplen,
            clock,
            fcs_len,
            options: if kept { list.into() } else { Box::default() },
            big_endian: body.big_endian,
            pseudo: Pseudo::of(link),
        })
    }

    /// Remembers what the frames to come depend on.
    fn heed(&mut self, note: Note) -> Result<BlockKind, Fault> {
        match note {
            Note::Section { big_endian } => {
                let before = u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX);
                self.big_endian = big_endian;
                self.section = self.section.saturating_add(1);
                self.first_interface = self.first_interface.saturating_add(before);
                self.interfaces.clear();
                Ok(BlockKind::Section)
            }
            Note::Interface(interface) => {
                if self.interfaces.len() >= MAX_INTERFACES {
                    return Err(damaged(format!("more than {MAX_INTERFACES} interfaces in a section")));
                }
                self.kept = self.kept.saturating_add(interface.options.len());
                self.interfaces.push(interface);
                Ok(BlockKind::Interface)
            }
            Note::Other(kind) => Ok(kind),
        }
    }
}

/// A Section Header Block: byte-order magic, version, section length (not relied on), options.
fn section_header(body: Body<'_>) -> Result<Content, Fault> {
    let version = (body.u16(12)?, body.u16(14)?);
    if !matches!(version, (1, 0 | 2)) {
        return Err(Fault::Unsupported(format!("pcapng: unknown SHB version {}.{}", version.0, version.1).into()));
    }
    checks::options(body, 24, Rules::Common)?;
    Ok(Content::Note(Note::Section { big_endian: body.big_endian }))
}

/// One that is not on the usual path.
#[inline(never)]
fn enhanced(body: Body<'_>, interfaces: &[Interface]) -> Result<Parts, Fault> {
    packets::enhanced(body, interfaces)
}
