//! The Time column: tshark's `-t` and `-u`.

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::columns::right;
use crate::dissect::line::Line;
use crate::source::Time;

/// What the Time column shows: tshark's `-t`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Time of day, local
    A,
    /// Date and time of day, local
    Ad,
    /// Year, day of the year and time of day, local
    Adoy,
    /// Seconds since the frame before
    D,
    /// Seconds since the frame displayed before
    Dd,
    /// Seconds since 1970-01-01 00:00:00 UTC
    E,
    /// Seconds since the first frame
    #[default]
    R,
    /// Time of day, UTC
    U,
    /// Date and time of day, UTC
    Ud,
    /// Year, day of the year and time of day, UTC
    Udoy,
}

/// How spans of time are shown: tshark's `-u`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Seconds {
    /// Seconds
    #[default]
    S,
    /// Hours, minutes and seconds
    Hms,
}

/// Nanoseconds in a second.
const NANOS: i64 = 1_000_000_000;
const SECOND: i128 = NANOS as i128;

/// Writes Time columns, and remembers what they need of the frames before.
pub struct Clock {
    format: Format,
    seconds: Seconds,
    zone: TimeZone,
    first: Option<Time>,
    captured: Option<Time>,
    displayed: Option<Time>,
}

fn nanos(time: Time) -> i128 {
    i128::from(time.secs) * SECOND + i128::from(time.nanos)
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Format::default(), Seconds::default())
    }
}

impl Clock {
    /// A clock that shows times in `format`, spans of time as `seconds` says.
    pub fn new(format: Format, seconds: Seconds) -> Self {
        let local = matches!(format, Format::A | Format::Ad | Format::Adoy);
        let zone = if local { TimeZone::system() } else { TimeZone::UTC };
        Self { format, seconds, zone, first: None, captured: None, displayed: None }
    }

    /// Notes that a frame was captured at `time`, displayed or not. Call it behind [`write`](Self::write). One without
    /// a time counts as captured at the epoch.
    pub fn tick(&mut self, time: Option<Time>) {
        let time = time.unwrap_or_default();
        self.first.get_or_insert(time);
        self.captured = Some(time);
    }

    /// Writes the Time column of a frame captured at `time`, with `precision` decimal digits.
    pub fn write(&mut self, time: Option<Time>, precision: u8, line: &mut Line) {
        self.column(time, precision, line);
        self.displayed = Some(time.unwrap_or_default());
    }

    fn column(&self, time: Option<Time>, precision: u8, line: &mut Line) {
        let Some(time) = time else { return };
        match self.format {
            Format::R => self.span(time, self.first, precision, line),
            Format::D => self.span(time, self.captured, precision, line),
            Format::Dd => self.span(time, self.displayed, precision, line),
            Format::E => seconds(nanos(time), precision, line),
            format => date(time, &self.zone, format, precision, line),
        }
    }

    /// Writes the Time column right-justified in `width` characters.
    #[inline]
    pub fn write_right(&mut self, time: Option<Time>, precision: u8, width: usize, line: &mut Line) {
        if let (Format::R, Seconds::S, Some(time)) = (self.format, self.seconds, time) {
            let span = Span::between(self.first.unwrap_or(time), time);
            if span.secs >= 0 && (0..NANOS).contains(&span.nanos) && precision > 0 {
                line.dec_right(span.secs as u64, width.saturating_sub(1 + usize::from(precision)));
                fraction(span.nanos as u32, precision, line);
                self.displayed = Some(time);
                return;
            }
        }
        right(line, width, |l| self.write(time, precision, l));
    }

    fn span(&self, time: Time, since: Option<Time>, precision: u8, line: &mut Line) {
        let span = Span::between(since.unwrap_or(time), time);
        match self.seconds {
            Seconds::S => span.write(precision, line),
            Seconds::Hms => hours(span.nanos(), precision, line),
        }
    }
}

/// A span of time as tshark keeps it: a damaged record's fraction of more than a second stays in the fraction.
struct Span {
    secs: i64,
    nanos: i64,
}

impl Span {
    #[inline]
    fn between(since: Time, time: Time) -> Self {
        let fraction = |time: Time| i64::from(time.nanos as i32);
        let (mut secs, mut nanos) = (time.secs.wrapping_sub(since.secs), fraction(time) - fraction(since));
        if nanos < 0 && secs > 0 {
            (secs, nanos) = (secs - 1, nanos + NANOS);
        } else if nanos > 0 && secs < 0 {
            (secs, nanos) = (secs + 1, nanos - NANOS);
        }
        Self { secs, nanos }
    }
    fn nanos(&self) -> i128 {
        i128::from(self.secs) * SECOND + i128::from(self.nanos)
    }
    fn write(&self, precision: u8, line: &mut Line) {
        if self.secs < 0 || self.nanos < 0 {
            line.byte(b'-');
        }
        line.dec(self.secs.unsigned_abs());
        fraction(self.nanos.unsigned_abs() as u32, precision, line);
    }
}

/// Writes the seconds from `since` to `time`, with `precision` decimal digits.
pub fn write_since(since: Time, time: Time, precision: u8, line: &mut Line) {
    Span::between(since, time).write(precision, line);
}

/// Writes a span of nanoseconds in seconds, with `precision` decimal digits.
pub fn seconds(span: i128, precision: u8, line: &mut Line) {
    if span < 0 {
        line.byte(b'-');
    }
    let (secs, nanos) = split(span.unsigned_abs());
    line.dec(secs);
    fraction(nanos, precision, line);
}

/// Whole seconds, and the nanoseconds beyond them. 128-bit division is slow, and hardly ever needed.
fn split(span: u128) -> (u64, u32) {
    const SECOND: u64 = 1_000_000_000;
    match u64::try_from(span) {
        Ok(span) => (span / SECOND, (span % SECOND) as u32),
        Err(_) => ((span / u128::from(SECOND)) as u64, (span % u128::from(SECOND)) as u32),
    }
}

#[inline]
fn fraction(nanos: u32, precision: u8, line: &mut Line) {
    let digits = precision.min(9);
    if digits > 0 {
        let nanos = match digits {
            6 => nanos / 1000,
            9 => nanos,
            _ => nanos / 10_u32.pow(9 - u32::from(digits)),
        };
        line.byte(b'.').dec_wide(nanos, digits.into());
    }
}

/// Writes a span of nanoseconds in hours, minutes and seconds: `103472h 19m 31.606140s`.
fn hours(span: i128, precision: u8, line: &mut Line) {
    if span < 0 {
        line.str("- ");
    }
    let (secs, nanos) = split(span.unsigned_abs());
    let two = |line: &mut Line, num: u64| {
        if num < 10 {
            line.byte(b' ');
        }
        line.dec(num);
    };
    if secs >= 3600 {
        line.dec(secs / 3600).str("h ");
    }
    if secs >= 60 {
        two(line, secs / 60 % 60);
        line.str("m ");
    }
    two(line, secs % 60);
    fraction(nanos, precision, line);
    line.byte(b's');
}

/// Seconds in a day.
const DAY: i64 = 86_400;

/// A date and time of day, far beyond the years that a calendar library covers.
pub struct Civil {
    /// The year; 0 is 1 BC.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 1 to 366.
    pub day_of_year: u16,
    second_of_day: u32,
}

impl Civil {
    /// The date and time of day at `time` in `zone`.
    pub fn new(time: Time, zone: &TimeZone) -> Self {
        let offset = match Timestamp::from_second(time.secs) {
            Ok(stamp) if *zone != TimeZone::UTC => zone.to_offset(stamp).seconds(),
            _ => 0,
        };
        let secs = time.secs.saturating_add(offset.into());
        let (days, second_of_day) = (secs.div_euclid(DAY), secs.rem_euclid(DAY));
        let (year, month, day) = date_of(days);
        let day_of_year = (days - days_before(year)) as u16 + 1;
        Self { year, month, day, day_of_year, second_of_day: second_of_day as u32 }
    }
    /// Writes the time of day: `08:50:54.366527`.
    pub fn clock(&self, nanos: u32, precision: u8, line: &mut Line) {
        let second = self.second_of_day;
        line.dec_wide(second / 3600, 2).byte(b':').dec_wide(second / 60 % 60, 2).byte(b':').dec_wide(second % 60, 2);
        fraction(nanos, precision, line);
    }
    /// The name of `zone` at `time`: `CET`.
    pub fn zone_name(&self, time: Time, zone: &TimeZone) -> String {
        let stamp = Timestamp::from_second(time.secs).unwrap_or_default();
        zone.to_offset_info(stamp).abbreviation().to_owned()
    }
}

/// Days from 1970-01-01 to the first of January of `year`.
fn days_before(year: i64) -> i64 {
    let past = year - 1;
    year * 365 - 719_527 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400)
}

/// Days of a common year before each month.
const MONTH_STARTS: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Year, month and day that lie `days` after 1970-01-01.
fn date_of(days: i64) -> (i64, u8, u8) {
    // A year of the Gregorian calendar has 146,097 / 400 days: the estimate is off by one at most.
    let mut year = 1970 + (i128::from(days) * 400 / 146_097) as i64;
    while days < days_before(year) {
        year -= 1;
    }
    while days >= days_before(year + 1) {
        year += 1;
    }
    let leap = i64::from(days_before(year + 1) - days_before(year) == 366);
    let day = days - days_before(year);
    let starts = |month: usize, start: i64| start + if month >= 2 { leap } else { 0 };
    let months = MONTH_STARTS.iter().enumerate().map(|(month, &start)| starts(month, start));
    let (month, start) = months.enumerate().take_while(|&(_, start)| start <= day).last().unwrap_or_default();
    (year, month as u8 + 1, (day - start) as u8 + 1)
}

/// Writes a moment as ISO 8601 has it, in UTC: `2005-03-30T08:50:54.366527000Z`.
pub fn iso(time: Time, line: &mut Line) {
    let civil = Civil::new(time, &TimeZone::UTC);
    day(&civil, line);
    line.byte(b'T');
    civil.clock(time.nanos, 9, line);
    line.byte(b'Z');
}

/// Writes a date: `2005-03-30`.
pub fn day(civil: &Civil, line: &mut Line) {
    line.int(civil.year).byte(b'-').dec_wide(civil.month, 2).byte(b'-').dec_wide(civil.day, 2);
}

fn date(time: Time, zone: &TimeZone, format: Format, precision: u8, line: &mut Line) {
    let civil = Civil::new(time, zone);
    match format {
        Format::Ad | Format::Ud => {
            day(&civil, line);
            line.byte(b' ');
        }
        Format::Adoy | Format::Udoy => {
            line.int(civil.year).byte(b'/').dec_wide(civil.day_of_year, 3).byte(b' ');
        }
        _ => {}
    }
    civil.clock(time.nanos, precision, line);
}

#[cfg(test)]
mod tests {
    use super::{Clock, Format, Seconds, Time};
    use crate::dissect::line::Line;

    fn shown(format: Format, seconds: Seconds, times: &[(i64, u32)]) -> Vec<String> {
        let mut clock = Clock::new(format, seconds);
        let show = |&(secs, nanos)| {
            let (time, mut line) = (Some(Time { secs, nanos }), Line::default());
            clock.write(time, 6, &mut line);
            clock.tick(time);
            String::from_utf8(line.as_bytes().to_vec()).unwrap()
        };
        times.iter().map(show).collect()
    }

    const TIMES: &[(i64, u32)] =
        &[(1_112_172_654, 366_527_000), (1_112_172_695, 204_348_000), (1_484_673_025, 972_667_000)];

    #[test]
    fn spans() {
        assert_eq!(shown(Format::R, Seconds::S, TIMES), ["0.000000", "40.837821", "372500371.606140"]);
        assert_eq!(shown(Format::R, Seconds::Hms, TIMES), [" 0.000000s", "40.837821s", "103472h 19m 31.606140s"]);
        assert_eq!(shown(Format::D, Seconds::S, TIMES), ["0.000000", "40.837821", "372500330.768319"]);
        assert_eq!(shown(Format::R, Seconds::S, &[(5, 0), (3, 500_000_000)]), ["0.000000", "-1.500000"]);
    }

    #[test]
    fn dates_as_a_calendar_has_them() {
        let epoch = jiff::civil::date(1970, 1, 1);
        for days in (-800_000..800_000).step_by(61).chain(10_000..12_000) {
            let date = epoch.checked_add(jiff::Span::new().days(days)).unwrap();
            assert_eq!(super::date_of(days), (date.year().into(), date.month() as u8, date.day() as u8), "{days}");
            assert_eq!(days - super::days_before(date.year().into()) + 1, date.day_of_year().into(), "{days}");
        }
    }

    #[test]
    fn dates() {
        assert_eq!(shown(Format::U, Seconds::S, TIMES)[0], "08:50:54.366527");
        assert_eq!(shown(Format::Ud, Seconds::S, TIMES)[2], "2017-01-17 17:10:25.972667");
        assert_eq!(shown(Format::Udoy, Seconds::S, TIMES)[0], "2005/089 08:50:54.366527");
        assert_eq!(
            shown(Format::Ud, Seconds::S, &[(18_446_744_073_709, 551_615_000)])[0],
            "586524-01-19 08:01:49.551615"
        );
        assert_eq!(shown(Format::Ud, Seconds::S, &[(-1, 0)])[0], "1969-12-31 23:59:59.000000");
    }
}
