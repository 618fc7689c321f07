//! Asks a frame.

use std::cmp::Ordering;

use super::ast::{Op, Slice, SliceEnd};
use super::check::{Source, Test};
use super::function::Function;
use super::value::Value;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::sink::{Detail, Item};
use crate::present::value::Value as Shown;

/// A frame that has been dissected.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) detail: &'a Detail,
    pub(super) frame: &'a [u8],
}

pub(super) fn holds(test: &Test, subject: Subject<'_>) -> bool {
    match test {
        Test::And(left, right) => holds(left, subject) && holds(right, subject),
        Test::Or(left, right) => holds(left, subject) || holds(right, subject),
        Test::Not(inner) => !holds(inner, subject),
        Test::Exists(source) => exists(source, subject),
        Test::Compare {
            left: Source::Field { fields, layers: None },
            op,
            right: Source::Literal(literal),
            all: false,
        } if !matches!(op, Op::AllEq | Op::AllNe) => {
            let fulfils = |item: &Item| fulfils(&Value::of(item, subject.detail, subject.frame), *op, literal);
            items(fields, subject).any(fulfils)
        }
        Test::Compare { left, op, right, all } => compare(&values(left, subject), *op, &values(right, subject), *all),
        Test::Contains { left, right, all } => {
            let parts = values(right, subject);
            let inside = |value: &Value<'_>| parts.iter().any(|part| contains(value, part));
            quantified(&whole(left, subject), *all, inside)
        }
        Test::Matches { left, regex, all } => {
            quantified(&whole(left, subject), *all, |value| value.bytes().is_some_and(|bytes| regex.is_match(bytes)))
        }
        Test::In { left, set, all } => {
            let set: Vec<_> = set
                .iter()
                .map(|(first, last)| (values(first, subject), last.as_ref().map(|last| values(last, subject))))
                .collect();
            quantified(&values(left, subject), *all, |value| set.iter().any(|(first, last)| within(value, first, last)))
        }
    }
}

fn quantified(values: &[Value<'_>], all: bool, fulfils: impl Fn(&Value<'_>) -> bool) -> bool {
    if all { !values.is_empty() && values.iter().all(fulfils) } else { values.iter().any(fulfils) }
}

fn contains(value: &Value<'_>, part: &Value<'_>) -> bool {
    match (value.bytes(), part.bytes()) {
        (Some(bytes), Some(part)) => memchr::memmem::find(bytes, part).is_some(),
        _ => false,
    }
}

fn within(value: &Value<'_>, first: &[Value<'_>], last: &Option<Vec<Value<'_>>>) -> bool {
    let not = |order: Ordering, other: Option<Ordering>| other.is_some_and(|found| found != order);
    match last {
        None => first.iter().any(|one| value.compare(one) == Some(Ordering::Equal)),
        Some(last) => {
            first.iter().any(|one| not(Ordering::Less, value.compare(one)))
                && last.iter().any(|one| not(Ordering::Greater, value.compare(one)))
        }
    }
}

fn compare(left: &[Value<'_>], op: Op, right: &[Value<'_>], all: bool) -> bool {
    if left.is_empty() || right.is_empty() {
        return false;
    }
    if all || matches!(op, Op::AllEq | Op::AllNe) {
        left.iter().all(|a| right.iter().all(|b| fulfils(a, op, b)))
    } else {
        left.iter().any(|a| right.iter().any(|b| fulfils(a, op, b)))
    }
}

/// Whether one value stands to another as `op` says.
fn fulfils(a: &Value<'_>, op: Op, b: &Value<'_>) -> bool {
    a.compare(b).is_some_and(|order| match op {
        Op::AnyEq | Op::AllEq => order.is_eq(),
        Op::AllNe | Op::AnyNe => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
        Op::Contains | Op::Matches | Op::In => false,
    })
}

fn exists(source: &Source, subject: Subject<'_>) -> bool {
    match source {
        Source::Field { fields, layers: None } => items(fields, subject).next().is_some(),
        Source::Field { .. } | Source::Slice(..) => !values(source, subject).is_empty(),
        _ => values(source, subject).iter().any(Value::holds),
    }
}

fn items<'a>(fields: &'a [&'static Field], subject: Subject<'a>) -> impl Iterator<Item = &'a Item> {
    let one = fields.first().copied();
    let others = fields.get(1..).unwrap_or_default();
    subject.detail.items().iter().filter(move |item| {
        one.is_some_and(|field| std::ptr::eq(field, item.field))
            || others.iter().any(|field| std::ptr::eq(*field, item.field))
    })
}

/// Values to look into: a protocol's with its payload.
fn whole<'a>(source: &'a Source, subject: Subject<'a>) -> Vec<Value<'a>> {
    match source {
        Source::Field { fields, layers: None } => {
            items(fields, subject).map(|item| Value::with_payload(item, subject.detail, subject.frame)).collect()
        }
        _ => values(source, subject),
    }
}

fn values<'a>(source: &'a Source, subject: Subject<'a>) -> Vec<Value<'a>> {
    match source {
        Source::Literal(value) => vec![value.clone()],
        Source::Field { fields, layers: None } => {
            items(fields, subject).map(|item| Value::of(item, subject.detail, subject.frame)).collect()
        }
        Source::Field { fields, layers: Some(layers) } => in_layers(fields, layers, subject),
        Source::Slice(inner, ranges) => {
            let cut = |value: Value<'a>| {
                value.bytes().and_then(|bytes| sliced(bytes, ranges)).map(|bytes| Value::Bytes(bytes.into()))
            };
            values(inner, subject).into_iter().filter_map(cut).collect()
        }
        Source::Negative(inner) => values(inner, subject).into_iter().filter_map(negative).collect(),
        Source::Arithmetic(sign, left, right) => {
            let right = values(right, subject);
            let with = |left: Value<'a>| {
                let each = right.iter().filter_map(|right| arithmetic(sign, &left, right));
                each.collect::<Vec<_>>()
            };
            values(left, subject).into_iter().flat_map(with).collect()
        }
        Source::Call(function, arguments) => call(*function, arguments, subject),
    }
}

/// The values that a field has in layers of these numbers: the first layer of its protocol is 1, negative numbers count
/// from the last.
fn in_layers<'a>(fields: &'a [&'static Field], ranges: &[Slice], subject: Subject<'a>) -> Vec<Value<'a>> {
    let Some(key) = fields.first().map(|field| field.key) else { return Vec::new() };
    let owner = |item: &Item| {
        let layer = item.field.key;
        item.field.kind == Kind::Protocol
            && key.strip_prefix(layer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let count = subject.detail.items().iter().filter(|item| owner(item)).count() as i64;
    let (mut layer, mut found) = (0, Vec::new());
    for item in subject.detail.items() {
        layer += i64::from(owner(item));
        let wanted = ranges.iter().any(|range| {
            let start = if range.start < 0 { count + range.start + 1 } else { range.start };
            match range.end {
                SliceEnd::Length(len) => (start..start + len).contains(&layer),
                SliceEnd::Last(last) => (start..=last).contains(&layer),
                SliceEnd::Open => layer >= start,
            }
        });
        if wanted && fields.iter().any(|field| std::ptr::eq(*field, item.field)) {
            found.push(Value::of(item, subject.detail, subject.frame));
        }
    }
    found
}

/// The bytes in these ranges, one after the other; `None` where a range lies outside.
fn sliced(bytes: &[u8], ranges: &[Slice]) -> Option<Vec<u8>> {
    let len = bytes.len() as i64;
    let from_end = |position: i64| if position < 0 { len + position } else { position };
    let mut out = Vec::new();
    for range in ranges {
        let start = from_end(range.start);
        let end = match range.end {
            SliceEnd::Length(len) if len < 0 => from_end(len) + 1,
            SliceEnd::Length(len) => start + len,
            SliceEnd::Last(last) => from_end(last) + 1,
            SliceEnd::Open => len,
        };
        out.extend_from_slice(bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?);
    }
    Some(out)
}

fn negative(value: Value<'_>) -> Option<Value<'_>> {
    match value {
        Value::Number(number) => Some(Value::Number(-number)),
        Value::Float(number) => Some(Value::Float(-number)),
        Value::Nanos(nanos) => Some(Value::Nanos(-nanos)),
        _ => None,
    }
}

fn arithmetic<'a>(sign: &str, left: &Value<'_>, right: &Value<'_>) -> Option<Value<'a>> {
    let whole = |a: i128, b: i128| match sign {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" => a.checked_div(b),
        "%" => a.checked_rem(b),
        _ => Some(a & b),
    };
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => whole(*a, *b).map(Value::Number),
        (Value::Nanos(a), Value::Nanos(b)) => whole(*a, *b).map(Value::Nanos),
        (Value::Float(a), Value::Float(b)) => Some(Value::Float(match sign {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "%" => a % b,
            _ => return None,
        })),
        _ if sign == "&" => {
            let (a, b) = (left.bytes()?, right.bytes()?);
            let masked: Vec<u8> = a.iter().zip(b).map(|(a, b)| a & b).collect();
            Some(Value::Bytes(masked.into()))
        }
        _ => None,
    }
}

fn call<'a>(function: Function, arguments: &'a [Source], subject: Subject<'a>) -> Vec<Value<'a>> {
    let first = arguments.first();
    let all = || first.map(|source| values(source, subject)).unwrap_or_default();
    match function {
        Function::Count => vec![Value::Number(all().len() as i128)],
        Function::Len => first.map(|source| lengths(source, subject)).unwrap_or_default(),
        Function::Upper => cased(all(), <[u8]>::to_ascii_uppercase),
        Function::Lower => cased(all(), <[u8]>::to_ascii_lowercase),
        Function::String => first.map(|source| texts(source, subject)).unwrap_or_default(),
        Function::Abs => all().into_iter().filter_map(absolute).collect(),
        Function::Max | Function::Min => {
            let wanted = if function == Function::Max { Ordering::Greater } else { Ordering::Less };
            let better =
                |best: Value<'a>, value: Value<'a>| if value.compare(&best) == Some(wanted) { value } else { best };
            arguments.iter().flat_map(|source| values(source, subject)).reduce(better).into_iter().collect()
        }
    }
}

fn cased<'a>(values: Vec<Value<'a>>, change: fn(&[u8]) -> Vec<u8>) -> Vec<Value<'a>> {
    values.iter().filter_map(Value::bytes).map(|bytes| Value::Text(change(bytes).into())).collect()
}

fn absolute(value: Value<'_>) -> Option<Value<'_>> {
    match value {
        Value::Number(number) => Some(Value::Number(number.abs())),
        Value::Float(number) => Some(Value::Float(number.abs())),
        Value::Nanos(nanos) => Some(Value::Nanos(nanos.abs())),
        _ => None,
    }
}

/// Lengths of a field's values; a protocol's is that of its own header.
fn lengths<'a>(source: &'a Source, subject: Subject<'a>) -> Vec<Value<'a>> {
    let Source::Field { fields, .. } = source else {
        return values(source, subject)
            .iter()
            .filter_map(Value::bytes)
            .map(|b| Value::Number(b.len() as i128))
            .collect();
    };
    let length = |item: &Item| match item.field.kind {
        Kind::Str if item.text.len > 0 => item.text.len,
        _ => item.end - item.start,
    };
    items(fields, subject).map(|item| Value::Number(length(item).into())).collect()
}

fn texts<'a>(source: &'a Source, subject: Subject<'a>) -> Vec<Value<'a>> {
    let Source::Field { fields, .. } = source else { return Vec::new() };
    let mut line = Line::default();
    let mut text = |item: &Item| {
        line.clear();
        Shown { item, detail: subject.detail, frame: subject.frame }.bare(&mut line);
        Value::Text(line.as_bytes().to_vec().into())
    };
    items(fields, subject).map(&mut text).collect()
}
