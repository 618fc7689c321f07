//! The Time column.

use crate::dissect::line::Line;
use crate::source::Time;

/// Which moment the Time column counts from: tshark's `-t`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// `r`: seconds since the first frame.
    #[default]
    Relative,
}

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// What the Time column needs to know of the frames before.
#[derive(Default)]
pub struct Clock {
    first: Option<Time>,
}

fn nanos(time: Time) -> i128 {
    i128::from(time.secs) * SECOND + i128::from(time.nanos)
}

impl Clock {
    /// Writes the Time column of the frame captured at `time`, with `precision` decimal digits.
    pub fn write(&mut self, time: Time, precision: u8, line: &mut Line) {
        let first = *self.first.get_or_insert(time);
        seconds(nanos(time) - nanos(first), precision, line);
    }
}

/// Writes a span of nanoseconds in seconds, with `precision` decimal digits.
pub fn seconds(span: i128, precision: u8, line: &mut Line) {
    if span < 0 {
        line.byte(b'-');
    }
    let span = span.unsigned_abs();
    line.dec((span / SECOND.unsigned_abs()) as u64);
    let digits = precision.min(9);
    if digits > 0 {
        let fraction = (span % SECOND.unsigned_abs()) as u64 / 10_u64.pow(9 - u32::from(digits));
        line.byte(b'.').dec_wide(fraction, digits.into());
    }
}
