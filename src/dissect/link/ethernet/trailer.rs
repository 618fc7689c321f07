//! What stands behind an Ethernet frame's payload: padding, a trailer, the frame check sequence.

use super::{FCS, FCS_STATUS, PADDING, PADDING_REMARK};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::names;

names! {
    /// What became of a checksum.
    pub CHECKSUM_STATUS { 0 = "Bad", 1 = "Good", 2 = "Unverified", 3 = "Not present", 4 = "Illegal" }
}

/// Bytes of a frame without its check sequence that senders pad up to (IEEE 802.3 section 4.2.3.3).
const SHORTEST: usize = 60;
/// The same with the check sequence.
const SHORTEST_WITH_FCS: usize = 64;

/// Whether a frame check sequence stands at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fcs {
    /// It does not.
    Absent,
    /// It does: 4 bytes.
    Present,
    /// Nobody knows: where the frame is long enough for one, it is taken to be there.
    Perhaps {
        /// Bytes that the capture says are one, which is not 4 of them.
        reserved: u8,
    },
}

impl Fcs {
    /// Bytes at the end that are not the payload's.
    pub fn reserved(self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Present => 4,
            Self::Perhaps { reserved } => reserved.into(),
        }
    }
}

/// Records what stands from `from` to the window's end, in the tree at `mark`. The frame began at `start`; `trailer` is
/// the field of what is neither padding nor check sequence.
///
/// # Errors
/// Where it was captured in part only, or is too short for the check sequence that must be there.
pub fn dissect<S: Sink>(
    c: &mut Cursor<'_, S>,
    mark: usize,
    start: usize,
    from: usize,
    trailer: &'static Field,
    fcs: Fcs,
) -> Result<(), Stop> {
    if from >= c.limit() && fcs != Fcs::Present {
        return Ok(());
    }
    c.seek(from);
    c.insert_at(mark, |c| {
        let frame_len = c.limit().saturating_sub(start);
        let due = SHORTEST.saturating_sub(from.saturating_sub(start));
        // A frame within another packet need not be long enough for the wire.
        let within = start > 0 || c.buffer() > 0;
        let padded = if frame_len < SHORTEST || due == 0 || within { None } else { Some(padding(c, due)?) };
        let rest = c.reported();
        let fcs_len = match fcs {
            Fcs::Present if rest < 4 => return Err(Stop::Malformed),
            Fcs::Present => 4,
            Fcs::Perhaps { .. } if frame_len >= SHORTEST_WITH_FCS && rest >= 4 => 4,
            Fcs::Absent | Fcs::Perhaps { .. } => 0,
        };
        let len = (rest - fcs_len).min(c.remaining());
        if len > 0 {
            c.bytes(trailer, len)?;
            if padded == Some(false) {
                c.below(|c| c.expert(&PADDING_REMARK));
            }
        }
        if fcs_len > 0 {
            c.seek(c.limit().saturating_sub(fcs_len));
            c.u32(&FCS)?;
            c.append(|l| _ = l.str(" [unverified]"));
            c.generated(&FCS_STATUS, 2);
            c.label(|l| _ = l.str("FCS Status: Unverified"));
        }
        Ok(())
    })
}

/// Records what stands behind the payload of a frame with an EtherType, whose protocol says how long it is. Of what was
/// not captured at all, nothing is said.
///
/// # Errors
/// As [`dissect`].
pub fn after_type<S: Sink>(
    c: &mut Cursor<'_, S>,
    mark: usize,
    start: usize,
    trailer: &'static Field,
    fcs: Fcs,
) -> Result<(), Stop> {
    let from = c.inner_limit();
    if from >= c.end() {
        return Ok(());
    }
    let outcome = dissect(c, mark, start, from, trailer, fcs);
    if outcome.is_err() && c.worker.failed.is_empty() {
        // That is not said of the header.
        c.worker.failed = "Ethertype";
    }
    outcome
}

/// Takes `due` bytes of padding, if they are zeros.
fn padding<S: Sink>(c: &mut Cursor<'_, S>, due: usize) -> Result<bool, Stop> {
    let due = due.min(c.reported());
    for i in 0..due {
        match c.peek_u8(i) {
            Some(0) => {}
            Some(_) => return Ok(false),
            None => return Err(c.short(i + 1)),
        }
    }
    c.bytes(&PADDING, due)?;
    Ok(true)
}
