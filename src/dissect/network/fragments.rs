//! Puts the fragments of both IP versions together, and records what they came in.

use crate::conversation::fragments::{Datagram, Key, Piece};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// The fields that tell of the fragments of one IP version.
pub struct Fields {
    /// What the reassembled datagram is called as a buffer.
    pub title: &'static str,
    /// What its fragments are called: ` IPv4 Fragments`.
    pub name: &'static str,
    /// All fragments.
    pub fragments: &'static Field,
    /// One of them, by its frame.
    pub fragment: &'static Field,
    /// It overlaps with others.
    pub overlap: &'static Field,
    /// It contradicts others.
    pub conflict: &'static Field,
    /// How many there are.
    pub count: &'static Field,
    /// The datagram's length.
    pub length: &'static Field,
    /// Its bytes.
    pub data: &'static Field,
}

/// Where a fragment belongs.
#[derive(Clone, Copy)]
pub struct Place {
    /// The datagram's identification.
    pub id: u32,
    /// The protocol carried, where it is part of the identification.
    pub protocol: u8,
    /// Bytes of the datagram before it.
    pub offset: usize,
    /// Whether there are more after it.
    pub more: bool,
}

/// Adds the rest of the window as a fragment; if that completes a datagram, runs `body` over it and says so.
///
/// # Errors
/// Those of `body`.
pub fn add<S: Sink>(
    c: &mut Cursor<'_, S>,
    place: Place,
    fields: &Fields,
    body: impl FnOnce(&mut Cursor<'_, S>) -> Result<(), Stop>,
) -> Result<bool, Stop> {
    let Place { id, protocol, offset, more } = place;
    let (src, dst, vlan) = (c.row().src, c.row().dst, c.worker.state.vlan.unwrap_or(0));
    let key = Key { src, dst, id, protocol, vlan };
    let (frame, bytes) = (c.worker.frame.number, c.rest());
    let Some(datagram) = c.worker.state.fragments.add(key, offset, more, frame, bytes) else { return Ok(false) };
    let mut whole = c.over(fields.title, datagram.whole());
    if S::DETAIL {
        record(&mut whole, &datagram, fields);
    }
    let outcome = body(&mut whole);
    c.worker.state.fragments.recycle(datagram);
    outcome.map(|()| true)
}

/// Records what the datagram under the cursor came in.
fn record<S: Sink>(c: &mut Cursor<'_, S>, datagram: &Datagram, fields: &Fields) {
    let (len, pieces) = (datagram.whole().len(), datagram.pieces());
    c.generated_over(fields.fragments, 0, len, 0);
    c.label(|l| {
        l.dec(pieces.len() as u64).str(fields.name).str(" (").dec(len as u64).str(" bytes): ");
        for (i, piece) in pieces.iter().enumerate() {
            l.str(if i > 0 { ", #" } else { "#" }).dec(piece.frame).byte(b'(').dec(piece.len).byte(b')');
        }
    });
    c.below(|c| {
        pieces.iter().for_each(|piece| record_piece(c, piece, fields));
        c.generated(fields.count, pieces.len() as u64);
        c.generated(fields.length, len as u64);
        c.generated_over(fields.data, 0, len, 0);
    });
}

fn record_piece<S: Sink>(c: &mut Cursor<'_, S>, piece: &Piece, fields: &Fields) {
    let Piece { offset, len, frame, overlaps, conflicts, .. } = *piece;
    c.generated_over(fields.fragment, offset as usize, offset as usize + len as usize, frame);
    c.label(|l| {
        l.str("Frame: ").dec(frame).str(", payload: ").dec(offset).byte(b'-').dec((offset + len).saturating_sub(1));
        l.str(" (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" });
    });
    c.below(|c| {
        if overlaps {
            c.generated(fields.overlap, 1);
        }
        if conflicts {
            c.generated(fields.conflict, 1);
        }
    });
}
