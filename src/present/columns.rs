//! The columns of the summary: what stands in each, and how they are aligned.

use super::time::Clock;
use crate::dissect::line::Line;
use crate::dissect::row::Row;
use crate::source::Frame;

/// A column of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The frame's number.
    Number,
    /// When it was captured.
    Time,
    /// Where it comes from.
    Source,
    /// Where it goes.
    Destination,
    /// The innermost protocol.
    Protocol,
    /// Bytes on the wire.
    Length,
    /// What it says.
    Info,
}

impl Column {
    /// All of them, as they stand in a row.
    pub const ALL: [Self; 7] =
        [Self::Number, Self::Time, Self::Source, Self::Destination, Self::Protocol, Self::Length, Self::Info];

    /// What stands at its head.
    pub fn title(self) -> &'static str {
        match self {
            Self::Number => "No.",
            Self::Time => "Time",
            Self::Source => "Source",
            Self::Destination => "Destination",
            Self::Protocol => "Protocol",
            Self::Length => "Length",
            Self::Info => "Info",
        }
    }

    /// Writes what stands in it of a frame.
    pub fn write(self, frame: &Frame<'_>, row: &Row, clock: &mut Clock, line: &mut Line) {
        match self {
            Self::Number => _ = line.dec(frame.number),
            Self::Time => clock.write(frame.time, frame.precision, line),
            Self::Source => row.src.write(line),
            Self::Destination => row.dst.write(line),
            Self::Protocol => _ = line.bytes(row.protocol_column()),
            Self::Length => _ = line.dec(frame.wire_len),
            Self::Info => _ = line.bytes(row.info_column()),
        }
    }
}

/// Appends what `write` writes, which is ASCII, right-justified in `width` characters.
#[inline]
pub fn right(line: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    let start = line.len();
    write(line);
    if line.len() < start + width {
        line.justify_right(start, width);
    }
}

/// Appends what `write` writes, which is ASCII, left-justified in `width` characters.
#[inline]
pub fn left(line: &mut Line, width: usize, write: impl FnOnce(&mut Line)) {
    let end = line.len() + width;
    write(line);
    if line.len() < end {
        line.bytes(b"                ".get(..end - line.len()).unwrap_or_default());
    }
}
