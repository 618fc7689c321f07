//! Literals: what a word means, said by the field it is compared with.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::ast::{Term, TermKind};
use super::error::Fault;
use super::value::{Sort, Value, type_name};
use crate::dissect::field::{Field, Kind, Meaning};

/// A number in any base: `53`, `0x35`, `0b110101`, `065`.
pub(super) fn unsigned(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        u64::from_str_radix(digits, 16).ok()
    } else if let Some(digits) = lower.strip_prefix("0b") {
        u64::from_str_radix(digits, 2).ok()
    } else if let Some(digits) = lower.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        u64::from_str_radix(digits, 8).ok()
    } else {
        lower.parse().ok()
    }
}

/// The value that `term`, a literal, has beside a value of `field`'s type.
pub(super) fn beside(field: &'static Field, term: &Term) -> Result<Value<'static>, Fault> {
    let literal = Literal { field, term };
    match Sort::of(field.kind) {
        Sort::Unsigned | Sort::Signed | Sort::Bool => literal.number(),
        Sort::Float => literal.float(),
        Sort::Text => Ok(Value::Text(literal.text().into())),
        Sort::Bytes | Sort::Protocol => literal.bytes(),
        Sort::Ether => literal.ether(),
        Sort::Ipv4 => literal.ipv4(),
        Sort::Ipv6 => literal.ipv6(),
        Sort::Time => literal.moment(),
        Sort::Span => literal.span(),
        Sort::Bare => Err(Fault::at(&term.span, format!("{} cannot be compared.", type_name(field.kind)))),
    }
}

/// The value of a literal beside bytes: slices, protocols, byte strings.
pub(super) fn beside_bytes(term: &Term) -> Result<Value<'static>, Fault> {
    static BYTES: Field = Field::new("", "", Kind::Bytes);
    beside(&BYTES, term)
}

/// The value of a literal beside a text.
pub(super) fn beside_text(term: &Term) -> Result<Value<'static>, Fault> {
    static TEXT: Field = Field::new("", "", Kind::Str);
    beside(&TEXT, term)
}

struct Literal<'a> {
    field: &'static Field,
    term: &'a Term,
}

impl Literal<'_> {
    fn word(&self) -> Option<&str> {
        match &self.term.kind {
            TermKind::Word(word) => Some(word),
            _ => None,
        }
    }
    /// The literal as text, whichever way it was written.
    fn text(&self) -> Vec<u8> {
        match &self.term.kind {
            TermKind::Word(word) => word.clone().into_bytes(),
            TermKind::Text(text) => text.clone(),
            TermKind::Char(byte) => vec![*byte],
            _ => Vec::new(),
        }
    }
    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.text()).into_owned()
    }
    fn fault<T>(&self, message: String) -> Result<T, Fault> {
        Err(Fault::at(&self.term.span, message))
    }
    fn not_from_text<T>(&self) -> Result<T, Fault> {
        self.fault(format!("{} cannot be converted from a string (\"{}\").", type_name(self.field.kind), self.shown()))
    }

    fn number(&self) -> Result<Value<'static>, Fault> {
        if let TermKind::Char(byte) = self.term.kind {
            return Ok(Value::Number(byte.into()));
        }
        if let Some(number) = self.word().and_then(unsigned) {
            let width = if self.field.kind == Kind::Bool { 64 } else { u32::from(self.field.width()) };
            let most = if width >= 64 { u64::MAX } else { (1_u64 << width) - 1 };
            if number > most {
                return self.fault(format!("\"{}\" too big for this field, maximum {most}.", self.shown()));
            }
            // Any number but 0 is true.
            let number = if self.field.kind == Kind::Bool { u64::from(number != 0) } else { number };
            return Ok(Value::Number(number.into()));
        }
        match self.field.meaning {
            Meaning::Names(names) => {
                let text = self.text();
                match names.iter().find(|(_, _, name)| name.as_bytes() == text) {
                    Some((first, ..)) => Ok(Value::Number((*first).into())),
                    None => self.no_such_name(),
                }
            }
            _ if self.field.kind == Kind::Bool => self.truth(),
            _ if self.word().is_some() => self.fault(format!("\"{}\" is not a valid number.", self.shown())),
            _ => self.not_from_text(),
        }
    }
    fn truth(&self) -> Result<Value<'static>, Fault> {
        let (yes, no) = match self.field.meaning {
            Meaning::Flag(yes, no) => (yes, no),
            _ => ("True", "False"),
        };
        match self.shown().as_str() {
            text if text == yes || text == "True" || text == "TRUE" => Ok(Value::Number(1)),
            text if text == no || text == "False" || text == "FALSE" => Ok(Value::Number(0)),
            _ => self.no_such_name(),
        }
    }
    fn no_such_name(&self) -> Result<Value<'static>, Fault> {
        self.fault(format!("\"{}\" cannot be found among the possible values for {}.", self.shown(), self.field.key))
    }
    fn float(&self) -> Result<Value<'static>, Fault> {
        match self.word().map(str::parse) {
            Some(Ok(number)) => Ok(Value::Float(number)),
            Some(Err(_)) => self.fault(format!("\"{}\" is not a valid number.", self.shown())),
            None => self.not_from_text(),
        }
    }
    fn bytes(&self) -> Result<Value<'static>, Fault> {
        let Some(word) = self.word() else { return Ok(Value::Bytes(self.text().into())) };
        match hex_bytes(word) {
            Some(bytes) => Ok(Value::Bytes(bytes.into())),
            None => self.fault(format!("\"{word}\" is not a valid byte string.")),
        }
    }
    fn ether(&self) -> Result<Value<'static>, Fault> {
        let Some(word) = self.word() else { return self.not_from_text() };
        let say = |what: &str| self.fault(format!("\"{word}\" {what} a valid Ethernet address."));
        match hex_bytes(word) {
            Some(bytes) if bytes.len() < 6 => say("contains too few bytes to be"),
            Some(bytes) if bytes.len() > 6 => say("contains too many bytes to be"),
            Some(bytes) => Ok(Value::Bytes(bytes.into())),
            None => say("is not"),
        }
    }
    fn ipv4(&self) -> Result<Value<'static>, Fault> {
        let Some(word) = self.word() else { return self.not_from_text() };
        let (address, bits) = split_prefix(word, 32);
        if bits > 32 {
            return self.fault(format!("Netmask bits in a CIDR IPv4 address should be <= 32, not {bits}"));
        }
        match address.parse::<std::net::Ipv4Addr>() {
            Ok(address) => Ok(Value::Ipv4(address.to_bits(), u32::MAX.checked_shl(32 - bits).unwrap_or(0))),
            Err(_) => self.fault(format!("\"{word}\" is not a valid hostname or IPv4 address.")),
        }
    }
    fn ipv6(&self) -> Result<Value<'static>, Fault> {
        let Some(word) = self.word() else { return self.not_from_text() };
        let (address, bits) = split_prefix(word, 128);
        if bits > 128 {
            return self.fault(format!("IPv6 prefix length must be between 0 and 128, not {bits}"));
        }
        match address.parse::<std::net::Ipv6Addr>() {
            Ok(address) => Ok(Value::Ipv6(address.to_bits(), u128::MAX.checked_shl(128 - bits).unwrap_or(0))),
            Err(_) => self.fault(format!("\"{word}\" is not a valid hostname or IPv6 address.")),
        }
    }
    fn moment(&self) -> Result<Value<'static>, Fault> {
        let text = self.shown();
        match moment(&text) {
            Some(stamp) => Ok(Value::Nanos(stamp.as_nanosecond())),
            None => self.fault(format!("\"{text}\" is not a valid absolute time. Example: \"Nov 12, 1999 08:55:44.123\" or \"2011-07-04 12:34:56\"")),
        }
    }
    fn span(&self) -> Result<Value<'static>, Fault> {
        let text = self.shown();
        match seconds(&text) {
            Some(nanos) => Ok(Value::Nanos(nanos)),
            None => self.fault(format!("\"{text}\" is not a valid time.")),
        }
    }
}

fn split_prefix(word: &str, all: u32) -> (&str, u32) {
    match word.split_once('/') {
        Some((address, bits)) => (address, bits.parse().unwrap_or(u32::MAX)),
        None => (word, all),
    }
}

/// Hexadecimal digits, with one of `:`, `-` and `.` between groups of an even number of them, or without; a digit that
/// is left over at the end is a byte of its own. `0x` may stand before a single byte.
fn hex_bytes(word: &str) -> Option<Vec<u8>> {
    if let Some(digits) = word.strip_prefix("0x") {
        return (digits.len() == 2).then(|| u8::from_str_radix(digits, 16).ok().map(|byte| vec![byte]))?;
    }
    let separator = word.chars().find(|c| matches!(c, ':' | '-' | '.'));
    let groups: Vec<&str> = separator.map_or_else(|| vec![word], |separator| word.split(separator).collect());
    let single = groups.len() == 1;
    let mut bytes = Vec::new();
    for group in groups {
        if group.is_empty() || (!single && group.len() % 2 != 0) || !group.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let pairs = group.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        for byte in pairs {
            bytes.push(byte?);
        }
    }
    Some(bytes)
}

/// A decimal number of seconds, as nanoseconds.
fn seconds(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{:0<9}", fraction.get(..9).unwrap_or(fraction));
    let nanos = whole.parse::<i64>().map_or_else(|_| whole.is_empty().then_some(0), Some)?;
    let nanos = i128::from(nanos) * 1_000_000_000 + fraction.parse::<i128>().ok()?;
    Some(if negative { -nanos } else { nanos })
}

/// A moment: `2017-01-01`, `2017-01-01 10:00:00.5`, `Jan 1, 2017 10:00:00`, in local time unless it says UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let (text, zone) = match text.strip_suffix('Z').or_else(|| text.strip_suffix(" UTC")) {
        Some(text) => (text, TimeZone::UTC),
        None => (text, TimeZone::system()),
    };
    if let Ok(date) = text.parse::<DateTime>() {
        return date.to_zoned(zone).ok().map(|zoned| zoned.timestamp());
    }
    let forms = ["%b %d, %Y %H:%M:%S%.f", "%b %d, %Y %H:%M", "%b %d, %Y", "%Y-%m-%d %H:%M"];
    let broken = forms.iter().find_map(|form| strtime::parse(form, text).ok())?;
    let date = broken.to_datetime().or_else(|_| broken.to_date().map(DateTime::from)).ok()?;
    date.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}
