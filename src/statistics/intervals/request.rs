//! What is to be counted: an interval, and the columns of the table.

use super::cell::{Cell, Number};
use crate::dissect::field::{Field, Kind};
use crate::filter::display::DisplayFilter;
use crate::present::catalog;
use crate::statistics::{Refused, compile};

/// What a column tells of each interval.
#[derive(Clone, Copy, Debug)]
pub(super) enum Calculation {
    /// Frames and bytes.
    Both,
    /// Frames.
    Frames,
    /// Bytes.
    Bytes,
    /// How often a field occurs.
    Count(&'static Field),
    /// The sum of its values.
    Sum(&'static Field),
    /// The smallest.
    Min(&'static Field),
    /// The largest.
    Max(&'static Field),
    /// Their mean.
    Avg(&'static Field),
    /// How many of the spans of time that end with the frames that have them last at once, in the mean.
    Load(&'static Field),
}

impl Calculation {
    /// Its heading.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Both => "",
            Self::Frames => "FRAMES",
            Self::Bytes => "BYTES",
            Self::Count(_) => "COUNT",
            Self::Sum(_) => "SUM",
            Self::Min(_) => "MIN",
            Self::Max(_) => "MAX",
            Self::Avg(_) => "AVG",
            Self::Load(_) => "LOAD",
        }
    }
    fn declaration(self) -> Option<&'static Field> {
        match self {
            Self::Both | Self::Frames | Self::Bytes => None,
            Self::Count(field)
            | Self::Sum(field)
            | Self::Min(field)
            | Self::Max(field)
            | Self::Avg(field)
            | Self::Load(field) => Some(field),
        }
    }
    /// The field whose values it calculates with.
    pub(super) fn field(self) -> Option<&'static str> {
        self.declaration().map(|field| field.key)
    }
    /// Whether its result is a span of time.
    pub(super) fn is_time(self) -> bool {
        !matches!(self, Self::Count(_)) && self.declaration().is_some_and(|field| field.kind == Kind::RelTime)
    }
}

/// Makes a calculation with a field.
type OfField = fn(&'static Field) -> Calculation;

/// The calculations with a field, by their names.
const OF_FIELDS: [(&str, OfField); 6] = [
    ("COUNT", Calculation::Count),
    ("SUM", Calculation::Sum),
    ("MIN", Calculation::Min),
    ("MAX", Calculation::Max),
    ("AVG", Calculation::Avg),
    ("LOAD", Calculation::Load),
];

/// A column.
pub(super) struct Column {
    /// As it was asked for.
    pub(super) text: String,
    /// What it tells.
    pub(super) calculation: Calculation,
    /// Of which frames it tells.
    pub(super) filter: Option<DisplayFilter>,
    /// The largest that the smallest value or the mean of any interval has been so far.
    pub(super) widest: Option<Number>,
}

impl Column {
    /// A cell of this column has changed.
    pub(super) fn changed(&mut self, cell: &Cell) {
        if let Calculation::Min(_) | Calculation::Avg(_) = self.calculation
            && let Some(now) = cell.result(self.calculation)
        {
            self.widest = Some(self.widest.map_or(now, |widest| widest.most(now)));
        }
    }
}

fn invalid() -> Refused {
    "invalid \"-z io,stat,<interval>[,<filter>][,<filter>]...\" argument".to_owned()
}

/// Understands `INTERVAL[,FILTER…]`: nanoseconds, where they are not the whole capture's, and the columns.
pub(super) fn parse(text: &str) -> Result<(Option<i64>, Vec<Column>), Refused> {
    let mut words = text.split(',');
    let seconds: f64 = words.next().unwrap_or_default().trim().parse().map_err(|_| invalid())?;
    let micros = (seconds * 1e6).round();
    if seconds > 0.0 && micros < 1.0 {
        return Err("\"-z\" interval must be >=0.000001 seconds or \"0\" for the entire capture duration.".to_owned());
    }
    // Casting saturates: what is too long for the type is longer than any capture.
    let interval = (seconds > 0.0).then_some((micros as i64).saturating_mul(1000));
    let mut columns = words.map(|word| column(word.trim())).collect::<Result<Vec<_>, _>>()?;
    if columns.is_empty() {
        let (text, calculation) = ("Frames and bytes".to_owned(), Calculation::Both);
        columns.push(Column { text, calculation, filter: None, widest: None });
    }
    Ok((interval, columns))
}

fn column(text: &str) -> Result<Column, Refused> {
    if text.is_empty() {
        return Err(invalid());
    }
    let (calculation, filter) = calculation(text)?.unwrap_or((Calculation::Both, text));
    let filter = if filter.trim().is_empty() { None } else { Some(compile(filter)) };
    let filter = filter.transpose().map_err(|refused| format!("Couldn't register io,stat tap: {refused}"))?;
    Ok(Column { text: text.to_owned(), calculation, filter, widest: None })
}

/// What is to be calculated, and the filter behind it; `None` where there is nothing but a filter.
fn calculation(text: &str) -> Result<Option<(Calculation, &str)>, Refused> {
    for (name, calculation) in [("FRAMES()", Calculation::Frames), ("BYTES()", Calculation::Bytes)] {
        if let Some(filter) = text.strip_prefix(name) {
            return Ok(Some((calculation, filter)));
        }
    }
    let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.split_once(')');
    for (name, make) in OF_FIELDS {
        let Some((key, filter)) = inside(name) else { continue };
        if key.is_empty() {
            return Err(format!("You didn't specify a field name for {name}(*)."));
        }
        let field = catalog::named(key).into_iter().next();
        let field = field.ok_or_else(|| format!("There is no field named '{key}'."))?;
        let calculation = make(field);
        if matches!(calculation, Calculation::Load(_)) && field.kind != Kind::RelTime {
            return Err("LOAD() is only supported for relative-time fields such as smb.time".to_owned());
        }
        if !matches!(calculation, Calculation::Count(_)) && !is_number(field.kind) {
            return Err(format!(
                "{key} doesn't have integral values, so {name}(*) calculations are not supported on it."
            ));
        }
        return Ok(Some((calculation, filter)));
    }
    Ok(None)
}

/// Whether one can calculate with values of this kind.
fn is_number(kind: Kind) -> bool {
    use Kind::{F32, F64, I8, I16, I24, I32, I64, RelTime, U8, U16, U24, U32, U40, U48, U56, U64};
    matches!(kind, U8 | U16 | U24 | U32 | U40 | U48 | U56 | U64 | I8 | I16 | I24 | I32 | I64 | F32 | F64 | RelTime)
}

#[cfg(test)]
mod tests {
    use super::{Calculation, parse};

    #[test]
    fn intervals_and_columns() {
        let interval = |text| parse(text).map(|(interval, columns)| (interval, columns.len()));
        assert_eq!(interval("0"), Ok((None, 1)));
        assert_eq!(interval("-1"), Ok((None, 1)));
        assert_eq!(interval("0.25"), Ok((Some(250_000_000), 1)));
        assert_eq!(interval("5.1234567"), Ok((Some(5_123_457_000), 1)));
        assert_eq!(interval("1,tcp,FRAMES()udp,MAX(ip.ttl)ip.ttl"), Ok((Some(1_000_000_000), 3)));
        let columns = parse("1,AVG(tcp.len)tcp.port == 80 ").unwrap().1;
        assert_eq!(columns.first().map(|column| column.text.as_str()), Some("AVG(tcp.len)tcp.port == 80"));
        assert!(matches!(columns.first().unwrap().calculation, Calculation::Avg(field) if field.key == "tcp.len"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("", "invalid"),
            ("x", "invalid"),
            ("1,,", "invalid"),
            ("0.0000001", "interval must be >=0.000001"),
            ("1,foo", "foo is neither a field nor a protocol name"),
            ("1,SUM(foo)foo", "There is no field named 'foo'."),
            ("1,SUM()frame", "You didn't specify a field name for SUM(*)."),
            ("1,SUM(ip.src)ip.src", "ip.src doesn't have integral values, so SUM(*) calculations"),
            ("1,LOAD(frame.len)frame.len", "LOAD() is only supported for relative-time fields"),
        ] {
            let refused = parse(text).map(|_| ()).unwrap_err();
            assert!(refused.contains(says), "{text}: {refused}");
        }
    }
}
