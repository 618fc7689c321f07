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
    /// The larger one.
    pub(super) fn most(self, other: Self) -> Self {
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
            Self::Span(nanos) => {
                let micros = nanos.unsigned_abs().saturating_add(500) / 1000;
                let sign = if nanos < 0 { "-" } else { "" };
                format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
            }
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

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers_as_the_table_shows_them() {
        for (number, count, text) in [
            (Number::Unsigned(1583), 4, "395"),
            (Number::Signed(-7), 2, "-3"),
            (Number::Span(8_050_000), 4, "0.002013"),
            (Number::Span(500_000_000), 3, "0.166667"),
            (Number::Span(-1_500_000_000), 1, "-1.500000"),
            (Number::Real(1.0), 3, "0.333333"),
        ] {
            assert_eq!(number.over(count).text(), text);
        }
    }
}
