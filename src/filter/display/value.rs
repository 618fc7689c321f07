//! Values that filters compare: fields' and literals'.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::dissect::field::{Field, Kind, Meaning};
use crate::dissect::line::Line;
use crate::dissect::sink::{Detail, Item};
use crate::present::value::Value as Shown;

/// What sort of value a field has: what it may be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Unsigned,
    Signed,
    Bool,
    Float,
    Text,
    Bytes,
    Ether,
    Ipv4,
    Ipv6,
    Time,
    Span,
    /// A protocol: its bytes.
    Protocol,
    /// A heading or a remark: it is there or not.
    Bare,
}

impl Sort {
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Protocol => Self::Protocol,
            Kind::None | Kind::Expert(..) => Self::Bare,
            Kind::Bool => Self::Bool,
            Kind::I8 | Kind::I16 | Kind::I24 | Kind::I32 | Kind::I64 => Self::Signed,
            Kind::F32 | Kind::F64 => Self::Float,
            Kind::Str => Self::Text,
            Kind::Bytes | Kind::Guid | Kind::Oid | Kind::Eui64 => Self::Bytes,
            Kind::Ether => Self::Ether,
            Kind::Ipv4 => Self::Ipv4,
            Kind::Ipv6 => Self::Ipv6,
            Kind::AbsTime => Self::Time,
            Kind::RelTime => Self::Span,
            _ => Self::Unsigned,
        }
    }
    /// Whether its values are strings of bytes, of which slices can be taken.
    pub(super) fn sliced(self) -> bool {
        matches!(self, Self::Text | Self::Bytes | Self::Ether | Self::Ipv4 | Self::Ipv6 | Self::Protocol)
    }
    pub(super) fn number(self) -> bool {
        matches!(self, Self::Unsigned | Self::Signed | Self::Float)
    }
}

/// The filter name of all remarks.
const REMARKS: &str = "_ws.expert";

/// The name of a type in messages.
pub(super) fn type_name(kind: Kind) -> String {
    let unsigned = |bytes: u8| format!("Unsigned integer ({bytes} byte{})", if bytes == 1 { "" } else { "s" });
    let signed = |bytes: u8| format!("Signed integer ({bytes} byte{})", if bytes == 1 { "" } else { "s" });
    match kind {
        Kind::Protocol => "Protocol".into(),
        Kind::None | Kind::Expert(..) => "Label".into(),
        Kind::Bool => "Boolean".into(),
        Kind::Char => "Character (8 bits)".into(),
        Kind::U8 => unsigned(1),
        Kind::U16 => unsigned(2),
        Kind::U24 => unsigned(3),
        Kind::U32 => unsigned(4),
        Kind::U40 => unsigned(5),
        Kind::U48 => unsigned(6),
        Kind::U56 => unsigned(7),
        Kind::U64 => unsigned(8),
        Kind::I8 => signed(1),
        Kind::I16 => signed(2),
        Kind::I24 => signed(3),
        Kind::I32 => signed(4),
        Kind::I64 => signed(8),
        Kind::F32 => "Floating point (single-precision)".into(),
        Kind::F64 => "Floating point (double-precision)".into(),
        Kind::Bytes => "Sequence of bytes".into(),
        Kind::Str => "Character string".into(),
        Kind::Ether => "Ethernet or other MAC address".into(),
        Kind::Ipv4 => "IPv4 address".into(),
        Kind::Ipv6 => "IPv6 address".into(),
        Kind::AbsTime => "Date and time".into(),
        Kind::RelTime => "Time offset".into(),
        Kind::FrameNum => "Frame number".into(),
        Kind::Guid => "Globally Unique Identifier".into(),
        Kind::Oid => "ASN.1 object identifier".into(),
        Kind::Eui64 => "EUI64 address".into(),
    }
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// A number or truth value; wide enough for both kinds of 64-bit numbers.
    Number(i128),
    Float(f64),
    /// Nanoseconds, of a moment since the epoch or of a span.
    Nanos(i128),
    /// Bytes, and addresses other than an IP literal's.
    Bytes(Cow<'a, [u8]>),
    Text(Cow<'a, [u8]>),
    /// An IPv4 literal with its mask.
    Ipv4(u32, u32),
    /// An IPv6 literal with its mask.
    Ipv6(u128, u128),
    /// It is there; there is no more to it.
    Bare,
}

impl<'a> Value<'a> {
    /// The value of an item whose frame's bytes are `frame`.
    pub(super) fn of(item: &Item, detail: &'a Detail, frame: &'a [u8]) -> Self {
        let buffer = detail.buffer_bytes(item.buffer, frame);
        let bytes = || buffer.get(item.start as usize..item.end as usize).unwrap_or_default();
        match Sort::of(item.field.kind) {
            Sort::Unsigned => Self::Number(item.scaled().into()),
            Sort::Bool => Self::Number((item.value() != 0).into()),
            Sort::Signed => Self::Number((item.num as i64).into()),
            Sort::Float => Self::Float(f64::from_bits(item.num)),
            Sort::Time | Sort::Span => Self::Nanos((item.num as i64).into()),
            Sort::Text if matches!(item.field.meaning, Meaning::Address) => {
                Self::Text(named(item, detail, frame).into())
            }
            Sort::Text if item.text.len > 0 => Self::Text(detail.span(item.text).into()),
            Sort::Text => Self::Text(bytes().into()),
            Sort::Ether if item.text.len > 0 => Self::Bytes(detail.span(item.text).into()),
            _ if item.field.kind != Kind::None && !matches!(item.field.kind, Kind::Expert(..)) => {
                Self::Bytes(bytes().into())
            }
            _ => Self::Bare,
        }
    }

    /// What a protocol's layer holds, its payload included: the bytes to the end of its buffer.
    pub(super) fn with_payload(item: &Item, detail: &'a Detail, frame: &'a [u8]) -> Self {
        match item.field.kind {
            Kind::Protocol => {
                let buffer = detail.buffer_bytes(item.buffer, frame);
                Self::Bytes(buffer.get(item.start as usize..).unwrap_or_default().into())
            }
            _ => Self::of(item, detail, frame),
        }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) | Self::Text(bytes) => Some(bytes),
            _ => None,
        }
    }
    fn ipv4(&self) -> Option<(u32, u32)> {
        match self {
            Self::Ipv4(address, mask) => Some((*address, *mask)),
            _ => Some((u32::from_be_bytes(*self.bytes()?.as_array()?), u32::MAX)),
        }
    }
    fn ipv6(&self) -> Option<(u128, u128)> {
        match self {
            Self::Ipv6(address, mask) => Some((*address, *mask)),
            _ => Some((u128::from_be_bytes(*self.bytes()?.as_array()?), u128::MAX)),
        }
    }
    fn float(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Nanos(nanos) => Some(*nanos as f64 / 1e9),
            _ => None,
        }
    }

    /// How two values of compatible types stand to each other.
    pub(super) fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Self::Nanos(a), Value::Nanos(b)) => Some(a.cmp(b)),
            (Self::Ipv4(..), _) | (_, Value::Ipv4(..)) => {
                let ((a, mask_a), (b, mask_b)) = (self.ipv4()?, other.ipv4()?);
                let mask = mask_a & mask_b;
                Some((a & mask).cmp(&(b & mask)))
            }
            (Self::Ipv6(..), _) | (_, Value::Ipv6(..)) => {
                let ((a, mask_a), (b, mask_b)) = (self.ipv6()?, other.ipv6()?);
                let mask = mask_a & mask_b;
                Some((a & mask).cmp(&(b & mask)))
            }
            (Self::Text(a), _) => Some((**a).cmp(other.bytes()?)),
            // Of byte strings the longer is the greater.
            (Self::Bytes(a), _) => {
                let b = other.bytes()?;
                Some(a.len().cmp(&b.len()).then_with(|| (**a).cmp(b)))
            }
            _ => self.float()?.partial_cmp(&other.float()?),
        }
    }

    /// Whether the value counts as true by itself: what is left of arithmetic without a comparison.
    pub(super) fn holds(&self) -> bool {
        match self {
            Self::Number(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Nanos(nanos) => *nanos != 0,
            Self::Bytes(bytes) => bytes.iter().any(|byte| *byte != 0),
            _ => true,
        }
    }
}

/// The name of the address in an item's bytes, or the address.
fn named(item: &Item, detail: &Detail, frame: &[u8]) -> Vec<u8> {
    let mut line = Line::default();
    Shown { item, detail, frame }.bare(&mut line);
    line.as_bytes().to_vec()
}

/// Every field and layer of this filter name. That of all remarks names them all.
pub(super) fn fields_named(name: &str) -> Vec<&'static Field> {
    let mut found: Vec<&'static Field> = Vec::new();
    for entry in crate::dissect::PROTOCOLS {
        let all = std::iter::once(entry.layer).chain(entry.fields()).chain(entry.experts.iter().copied());
        let fits = |field: &&Field| field.key == name || (name == REMARKS && matches!(field.kind, Kind::Expert(..)));
        for field in all.filter(fits) {
            if !found.iter().any(|other| std::ptr::eq(*other, field)) {
                found.push(field);
            }
        }
    }
    found
}
