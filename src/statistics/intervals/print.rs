//! Intervals as a table.

use std::collections::HashMap;
use std::io::Write;

use super::Intervals;
use super::cell::{Cell, Number};
use super::request::{Calculation, Column};

/// Rows at most; what comes behind them is counted, not shown.
const MOST_ROWS: u64 = 1 << 20;
/// Digits of whole seconds that columns make room for at most.
const MOST_DIGITS: usize = 5;
/// The widest column that has a heading, inside.
const WIDEST_HEADED: usize = 14;

/// How moments are written.
struct Clock {
    /// Nanoseconds of an interval, and of the capture.
    interval: i64,
    duration: i64,
    /// The whole capture is one interval.
    whole: bool,
    /// Digits of a second.
    precision: usize,
    /// Digits of whole seconds, in the heading and in rows.
    digits: usize,
    row_digits: usize,
}

impl Clock {
    fn new(interval: Option<i64>, duration: i64) -> Self {
        let whole = interval.is_none_or(|interval| interval >= duration);
        let interval = if whole { duration } else { interval.unwrap_or(duration) };
        let precision = match whole {
            true if duration < 10_000_000_000 => 3,
            true => 1,
            false => precision(interval / 1000 % 1_000_000),
        };
        let digits = |seconds: i64| seconds.max(1).ilog10() as usize + 1;
        let rounded = format!("{:.precision$}", duration as f64 / 1e9);
        let rounded = rounded.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(0);
        Self {
            interval,
            duration,
            whole,
            precision,
            digits: digits(rounded).min(MOST_DIGITS),
            row_digits: digits(duration / 1_000_000_000).min(MOST_DIGITS),
        }
    }
    /// Characters of a moment behind its whole seconds.
    fn fraction(&self) -> usize {
        if self.precision == 0 { 0 } else { self.precision + 1 }
    }
    fn moment(&self, nanos: i64, digits: usize) -> String {
        let (precision, width) = (self.precision, digits + self.fraction());
        match precision {
            0 => format!("{:>width$}", nanos / 1_000_000_000),
            _ => {
                // Ties go down.
                let micros = nanos.max(0).unsigned_abs() / 1000;
                let unit = 10_u64.pow(6_u32.saturating_sub(precision as u32));
                let units = micros / unit + u64::from(micros % unit > unit / 2);
                let per_second = 1_000_000 / unit;
                let text = format!("{}.{:0precision$}", units / per_second, units % per_second);
                format!("{text:>width$}")
            }
        }
    }
    /// The length of the capture, and how many characters are reckoned for it.
    fn duration(&self) -> (String, usize) {
        if self.precision > 0 {
            return (self.moment(self.duration, 0), self.digits + self.fraction());
        }
        let (seconds, micros) = (self.duration / 1_000_000_000, self.duration % 1_000_000_000 / 1000);
        (format!("{seconds}.{micros:>6}"), self.digits + 7)
    }
    /// The width of the first column, inside its lines.
    fn width(&self) -> usize {
        (2 * (self.digits + self.fraction()) + 6).max(10)
    }
    /// An interval, as its row begins; `last`, nothing comes behind it.
    fn row(&self, start: i64, last: bool) -> String {
        let end = if last { self.duration } else { start.saturating_add(self.interval) };
        let begin = self.moment(start, self.row_digits);
        let narrow = self.digits == 1 && self.precision == 0;
        let begin = if narrow { format!("  {begin} <> ") } else { format!(" {begin} <> ") };
        if last && self.precision == 0 {
            let left = self.width().saturating_sub(5 + self.digits + usize::from(narrow));
            return format!("{begin}{:<left$}", "Dur");
        }
        let behind = if narrow { "  " } else { " " };
        format!("{begin}{}{behind}", self.moment(end, self.row_digits))
    }
}

/// Digits that a number of microseconds below a second needs as a fraction.
fn precision(micros: i64) -> usize {
    let text = format!("{micros:06}");
    text.trim_end_matches('0').len()
}

/// A column of the table: what it is for each row.
struct Drawn {
    calculation: Calculation,
    /// The width inside its lines; of frames and bytes, each.
    widths: Vec<usize>,
    number: usize,
}

impl Drawn {
    /// Its name, in the middle; one that is too wide has none.
    fn heading(&self, out: &mut Vec<u8>) {
        let names: &[&str] = match self.calculation {
            Calculation::Both => &["Frames", "Bytes"],
            other => &[other.name()],
        };
        for (name, width) in names.iter().zip(&self.widths) {
            if *width <= WIDEST_HEADED {
                let before = (width - name.len()).div_ceil(2);
                _ = write!(out, "{:before$}{name:behind$}|", "", behind = width - before);
            }
        }
    }
}

/// What a column has in an interval, as texts.
fn texts(column: &Column, cell: &Cell, load: Option<u64>) -> Vec<String> {
    let calculation = column.calculation;
    match calculation {
        Calculation::Both => vec![cell.count.to_string(), cell.bytes.to_string()],
        Calculation::Frames | Calculation::Count(_) => vec![cell.count.to_string()],
        Calculation::Bytes => vec![cell.bytes.to_string()],
        Calculation::Load(_) => {
            let millionths = load.unwrap_or(0);
            vec![format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)]
        }
        _ => {
            let nothing = if calculation.is_time() { Number::Span(0) } else { Number::Unsigned(0) };
            vec![cell.result(calculation).unwrap_or(nothing).text()]
        }
    }
}

/// Writes the table of a capture of `duration` nanoseconds.
pub(super) fn table(intervals: &Intervals, duration: i64, out: &mut Vec<u8>) {
    let duration = duration.max(0);
    let clock = Clock::new(intervals.interval, duration);
    let all = if clock.interval == 0 { 0 } else { duration.unsigned_abs().div_ceil(clock.interval.unsigned_abs()) };
    let rows = all.min(MOST_ROWS);
    let filled = cells(intervals, &clock, all);
    let mut columns: Vec<Drawn> = Vec::new();
    for (at, column) in intervals.columns.iter().enumerate() {
        let calculation = column.calculation;
        let least: &[usize] = match calculation {
            Calculation::Both => &[6, 5],
            _ if calculation.is_time() => &[8],
            other => &[other.name().len()],
        };
        let mut widths = least.to_vec();
        for texts in filled.iter().filter(|((_, of), _)| *of == at).map(|(_, texts)| texts) {
            widths.iter_mut().zip(texts).for_each(|(width, text)| *width = (*width).max(text.len()));
        }
        // There is room for all that the smallest value or the mean has been on the way, too.
        let widest = column.widest.map_or(0, |widest| widest.text().len());
        widths.iter_mut().for_each(|width| *width = (*width).max(widest));
        widths.iter_mut().for_each(|width| *width += 2);
        columns.push(Drawn { calculation, widths, number: at + 1 });
    }
    let frame = heading(intervals, &clock, &columns, out);
    let empty: Vec<Vec<String>> =
        intervals.columns.iter().map(|column| texts(column, &Cell::default(), None)).collect();
    for row in 0..rows {
        let start = (row as i64).saturating_mul(clock.interval);
        _ = write!(out, "|{}|", clock.row(start, row + 1 == all));
        for (at, (column, empty)) in columns.iter().zip(&empty).enumerate() {
            let texts = filled.get(&(row, at)).unwrap_or(empty);
            for (text, width) in texts.iter().zip(&column.widths) {
                _ = write!(out, "{text:>width$} |", width = width - 1);
            }
        }
        frame.close(out);
    }
    _ = writeln!(out, "{:=<width$}", "", width = frame.width);
    if all > rows {
        _ = writeln!(out, "[{} intervals more are not shown]", all - rows);
    }
    if intervals.dropped > 0 {
        _ = writeln!(out, "[{} values more were too many to keep]", intervals.dropped);
    }
}

/// The texts of all cells in which something happened, by interval and column.
fn cells(intervals: &Intervals, clock: &Clock, rows: u64) -> HashMap<(u64, usize), Vec<String>> {
    let mut filled = HashMap::new();
    // Millionths of a row's length that so many nanoseconds are; what is left over is cut off. The length of a row that
    // is the whole capture is the one that is shown.
    let shown = clock.duration.saturating_add(500_000) / 1_000_000 * 1_000_000;
    let duration = if clock.whole && clock.precision == 3 { shown } else { clock.duration };
    let share = |row: u64, nanos: i64| {
        let start = (row as i64).saturating_mul(clock.interval);
        let end = if clock.whole { duration } else { start.saturating_add(clock.interval).min(duration) };
        let length = i128::from(end.saturating_sub(start)).max(1);
        u64::try_from(i128::from(nanos) * 1_000_000 / length).unwrap_or(0)
    };
    // What happened in the moment in which the capture ended has no row, but columns make room for it.
    for (&(row, at), cell) in intervals.cells.range(..=(rows, usize::MAX)) {
        let Some(column) = intervals.columns.get(at) else { continue };
        let load = match (column.calculation, cell.result(column.calculation)) {
            (Calculation::Load(_), Some(Number::Span(nanos))) => Some(share(row, nanos)),
            _ => None,
        };
        filled.insert((row, at), texts(column, cell, load));
    }
    // Spans of time that fill whole intervals.
    for (at, column) in intervals.columns.iter().enumerate() {
        let mut changes = intervals.spans.range((at, 0)..(at + 1, 0)).peekable();
        let mut level = 0;
        while let Some((&(_, from), change)) = changes.next() {
            level += change;
            let to = changes.peek().map_or(from, |((_, next), _)| *next).min(MOST_ROWS);
            for row in from..if level > 0 { to } else { from } {
                let own = intervals.cells.get(&(row, at)).and_then(|cell| cell.result(column.calculation));
                let own = if let Some(Number::Span(nanos)) = own { nanos } else { 0 };
                let load = share(row, own).saturating_add(u64::try_from(level).unwrap_or(0).saturating_mul(1_000_000));
                filled.insert((row, at), texts(column, &Cell::default(), Some(load)));
            }
        }
    }
    filled
}

/// The table's width, and what of it its columns take.
struct Width {
    width: usize,
    natural: usize,
}

impl Width {
    /// Ends a row of columns.
    fn close(&self, out: &mut Vec<u8>) {
        let left = self.width.saturating_sub(self.natural);
        if left > 0 {
            _ = write!(out, "{:>left$}", "|");
        }
        out.push(b'\n');
    }
}

/// Writes what stands above the rows.
fn heading(intervals: &Intervals, clock: &Clock, columns: &[Drawn], out: &mut Vec<u8>) -> Width {
    let first = clock.width();
    let taken = columns.iter().flat_map(|column| &column.widths).map(|width| width + 1).sum::<usize>();
    let natural = first + 2 + taken;
    let longest = intervals.columns.iter().map(|column| column.text.chars().count() + 11).max().unwrap_or(0);
    let least = clock.digits + clock.fraction() + 25 + if clock.whole { 5 } else { 0 };
    let mut width = natural.max(longest).max(least);
    // What is left over is a column of its own, which takes two characters.
    if width == natural + 1 {
        width += 1;
    }
    let frame = Width { width, natural };
    let inner = width - 4;
    _ = write!(out, "\n{:=<width$}\n| {:inner$} |\n| {:inner$} |\n", "", "IO Statistics", "");
    let (duration, reckoned) = clock.duration();
    let interval = clock.moment(clock.interval, clock.digits);
    for (name, text, reckoned) in
        [("Duration", duration, reckoned), ("Interval", interval, clock.digits + clock.fraction())]
    {
        let left = width.saturating_sub(18 + reckoned);
        _ = writeln!(out, "| {name}: {text} secs{:left$}|", "");
    }
    _ = writeln!(out, "| {:inner$} |", "");
    for (at, column) in intervals.columns.iter().enumerate() {
        let number = if at == 0 { "Col 1".to_owned() } else { format!("{:>5}", at + 1) };
        _ = writeln!(out, "| {:inner$} |", format!("{number}: {}", column.text.trim_end()));
    }
    _ = writeln!(out, "|{:-<all$}|", "", all = width - 2);
    _ = write!(out, "|{:first$}|", "");
    for column in columns {
        let all = column.widths.iter().sum::<usize>() + column.widths.len() - 1;
        _ = write!(out, "{:<all$}|", column.number);
    }
    frame.close(out);
    _ = write!(out, "|{:first$}|", " Interval");
    for column in columns {
        column.heading(out);
    }
    frame.close(out);
    _ = write!(out, "|{:-<inner$}|", "", inner = natural - 2);
    frame.close(out);
    frame
}
