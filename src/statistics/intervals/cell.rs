//! What is kept of an interval.

use super::request::Calculation;

/// A value that one can calculate with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// A whole number.
    Unsigned(u64),
    /// A whole number that may be below 0.
    Signed(i64),
    /// Nanoseconds.
    Span(i64),
    /// Any number.
    Real(f64),
}

impl Number {
    /// Both together.
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsigned(a), Self::Unsigned(b)) => Self::Unsigned(a.wrapping_add(b)),
            (Self::Signed(a), Self::Signed(b)) => Self::Signed(a.wrapping_add(b)),
            (Self::Span(a), Self::Span(b)) => Self::Span(a.saturating_add(b)),
            (Self::Real(a), Self::Real(b)) => Self::Real(a + b),
            _ => self,
        }
    }
    fn least(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsigned(a), Self::Unsigned(b)) => Self::Unsigned(a.min(b)),
            (Self::Signed(a), Self::Signed(b)) => Self::Signed(a.min(b)),
            (Self::Span(a), Self::Span(b)) => Self::Span(a.min(b)),
            (Self::Real(a), Self::Real(b)) => Self::Real(a.min(b)),
            _ => self,
        }
    }
    fn most(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unsigned(a), Self::Unsigned(b)) => Self::Unsigned(a.max(b)),
            (Self::Signed(a), Self::Signed(b)) => Self::Signed(a.max(b)),
            (Self::Span(a), Self::Span(b)) => Self::Span(a.max(b)),
            (Self::Real(a), Self::Real(b)) => Self::Real(a.max(b)),
            _ => self,
        }
    }
    /// A part of it; of whole numbers what is left over is cut off.
    fn over(self, count: u64) -> Self {
        let count = count.max(1);
        match self {
            Self::Unsigned(sum) => Self::Unsigned(sum / count),
            Self::Signed(sum) => Self::Signed(sum / count as i64),
            Self::Span(sum) => Self::Span((sum as f64 / count as f64).round() as i64),
            Self::Real(sum) => Self::Real(sum / count as f64),
        }
    }
    /// As it stands in the table.
    pub(super) fn text(self) -> String {
        match self {
            Self::Unsigned(value) => value.to_string(),
            Self::Signed(value) => value.to_string(),
            Self::Span(nanos) => format!("{:.6}", nanos as f64 / 1e9),
            Self::Real(value) => format!("{value:.6}"),
        }
    }
}

/// What an interval has in a column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cell {
    /// Frames, or values.
    pub(super) count: u64,
    /// Bytes on the wire.
    pub(super) bytes: i64,
    /// The sum of the values, the smallest and the largest.
    values: Option<[Number; 3]>,
}

impl Cell {
    /// Counts a frame of this many bytes.
    pub(super) fn frame(&mut self, bytes: i64) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
    /// Takes a value in.
    pub(super) fn value(&mut self, value: Number) {
        self.count += 1;
        self.values = Some(match self.values {
            None => [value; 3],
            Some([sum, least, most]) => [sum.plus(value), least.least(value), most.most(value)],
        });
    }
    /// What a calculation makes of the values.
    pub(super) fn result(&self, calculation: Calculation) -> Option<Number> {
        let [sum, least, most] = self.values?;
        Some(match calculation {
            Calculation::Min(_) => least,
            Calculation::Max(_) => most,
            Calculation::Avg(_) => sum.over(self.count),
            _ => sum,
        })
    }
}
