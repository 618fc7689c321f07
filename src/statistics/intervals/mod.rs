//! `-z io,stat,INTERVAL[,FILTER…]`: what happens in each interval: frames and bytes, or what a field's values come to.

mod cell;
mod print;
mod request;

use std::collections::BTreeMap;

use super::{Depth, Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};
use crate::dissect::field;
use crate::dissect::sink::{Detail, Item};
use crate::filter::display::DisplayFilter;
use cell::{Cell, Number};
use request::{Calculation, Column};

/// The statistic of this file.
pub(super) const KINDS: [Kind; 1] = [Kind { name: "io,stat", make }];

/// Intervals in which something happened that are kept at most, over all columns.
const MOST_CELLS: usize = 1 << 22;

fn make(request: &Request<'_>) -> Result<Made, Refused> {
    let (interval, columns) = request::parse(request.rest().unwrap_or_default())?;
    Ok(Made::all(Intervals { interval, columns, ..Intervals::default() }))
}

/// The statistic of intervals.
#[derive(Default)]
struct Intervals {
    /// Nanoseconds of an interval; `None` is the whole capture.
    interval: Option<i64>,
    columns: Vec<Column>,
    /// What happened, by interval and column.
    cells: BTreeMap<(u64, usize), Cell>,
    /// Where values began and ceased to fill whole intervals, by column and interval: one more, one less.
    spans: BTreeMap<(usize, u64), i64>,
    /// What was too much to be kept: frames that were not counted.
    dropped: u64,
    /// Nanoseconds from the first frame to the one that was captured last.
    last: i64,
}

impl Intervals {
    /// The interval at this moment after the capture's first frame.
    fn at(&self, elapsed: i64) -> Option<u64> {
        match self.interval {
            // All are of the one interval, those from before the first frame, too.
            None => Some(0),
            Some(interval) => u64::try_from(elapsed.div_euclid(interval.max(1))).ok(),
        }
    }
    fn cell(&mut self, at: u64, column: usize) -> Option<&mut Cell> {
        let full = self.cells.len() + self.spans.len() >= MOST_CELLS;
        if full && !self.cells.contains_key(&(at, column)) {
            self.dropped += 1;
            return None;
        }
        Some(self.cells.entry((at, column)).or_default())
    }
    /// A span of time that ends in interval `at` fills so many whole intervals before it; the rest is its own.
    fn load(&mut self, at: u64, column: usize, nanos: i64) {
        let interval = self.interval.unwrap_or(i64::MAX).max(1);
        let whole = u64::try_from(nanos / interval).unwrap_or(0).min(at);
        if whole > 0 {
            *self.spans.entry((column, at - whole)).or_default() += 1;
            *self.spans.entry((column, at)).or_default() -= 1;
        }
        let rest = nanos.saturating_sub(interval.saturating_mul(whole as i64));
        if let Some(cell) = self.cell(at, column) {
            cell.value(Number::Span(rest));
        }
    }
}

/// An item's value, as far as one can calculate with it.
fn number(item: &Item) -> Number {
    let value = item.scaled();
    match item.field.kind {
        field::Kind::RelTime => Number::Span(value as i64),
        field::Kind::F32 | field::Kind::F64 => Number::Real(f64::from_bits(value)),
        field::Kind::I8 | field::Kind::I16 | field::Kind::I24 | field::Kind::I32 | field::Kind::I64 => {
            Number::Signed(value as i64)
        }
        _ => Number::Unsigned(value),
    }
}

fn keeps(filter: Option<&DisplayFilter>, detail: Option<&Detail>, frame: &[u8]) -> bool {
    match (filter, detail) {
        (Some(filter), Some(detail)) => filter.keeps(detail, frame),
        _ => true,
    }
}

impl Statistic for Intervals {
    fn needs(&self) -> Needs {
        let plain = self.columns.iter().all(|column| column.filter.is_none() && column.calculation.field().is_none());
        Needs { depth: if plain { Depth::Row } else { Depth::Values }, ..Needs::default() }
    }

    fn frame(&mut self, seen: &Seen<'_>) {
        self.last = self.last.max(seen.elapsed);
        let Some(at) = self.at(seen.elapsed) else { return };
        for column in 0..self.columns.len() {
            let Some(Column { calculation, filter, .. }) = self.columns.get(column) else { return };
            if !keeps(filter.as_ref(), seen.detail, seen.frame.bytes) {
                continue;
            }
            let calculation = *calculation;
            let Some(key) = calculation.field() else {
                if let Some(cell) = self.cell(at, column) {
                    cell.frame(seen.len());
                }
                continue;
            };
            let items = seen.detail.map(Detail::items).unwrap_or_default();
            for item in items.iter().filter(|item| item.field.key == key) {
                match (calculation, number(item)) {
                    (Calculation::Load(_), Number::Span(nanos)) => self.load(at, column, nanos),
                    (_, value) => {
                        let Some(cell) = self.cell(at, column) else { continue };
                        cell.value(value);
                        let cell = *cell;
                        self.columns.get_mut(column).into_iter().for_each(|column| column.changed(&cell));
                    }
                }
            }
        }
    }

    fn end(&mut self, _: &mut Ending<'_>, out: &mut Vec<u8>) {
        print::table(self, self.last, out);
    }
}
