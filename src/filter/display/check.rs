//! From what was written to what can be asked of a frame: fields looked up, types checked, literals resolved.

use regex::bytes::{Regex, RegexBuilder};

use super::ast::{Expr, Op, Relation, Right, Slice, Term, TermKind};
use super::error::{Fault, Span};
use super::function::Function;
use super::literal;
use super::value::{Sort, Value, fields_named, type_name};
use crate::dissect::field::{Field, Kind};

/// What is asked of a frame.
pub(super) enum Test {
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    Not(Box<Test>),
    Exists(Source),
    Compare { left: Source, op: Op, right: Source, all: bool },
    Contains { left: Source, right: Source, all: bool },
    Matches { left: Source, regex: Regex, all: bool },
    In { left: Source, set: Vec<(Source, Option<Source>)>, all: bool },
}

/// Where values come from.
pub(super) enum Source {
    Field { fields: Vec<&'static Field>, layers: Option<Vec<Slice>> },
    Literal(Value<'static>),
    Slice(Box<Source>, Vec<Slice>),
    Call(Function, Vec<Source>),
    Arithmetic(&'static str, Box<Source>, Box<Source>),
    Negative(Box<Source>),
}

impl Test {
    /// Adds the fields that it asks for.
    pub(super) fn fields(&self, found: &mut Vec<&'static Field>) {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.fields(found);
                right.fields(found);
            }
            Self::Not(inner) => inner.fields(found),
            Self::Exists(source) | Self::Matches { left: source, .. } => source.fields(found),
            Self::Compare { left, right, .. } | Self::Contains { left, right, .. } => {
                left.fields(found);
                right.fields(found);
            }
            Self::In { left, set, .. } => {
                left.fields(found);
                set.iter().flat_map(|(first, last)| [first].into_iter().chain(last)).for_each(|one| one.fields(found));
            }
        }
    }
}

impl Source {
    /// Adds the fields that it is made from; of one that is counted in layers, the layer.
    fn fields(&self, found: &mut Vec<&'static Field>) {
        match self {
            Self::Field { fields, .. } => found.extend(fields),
            Self::Literal(_) => {}
            Self::Slice(inner, _) | Self::Negative(inner) => inner.fields(found),
            Self::Call(_, all) => all.iter().for_each(|one| one.fields(found)),
            Self::Arithmetic(_, left, right) => {
                left.fields(found);
                right.fields(found);
            }
        }
    }
}

/// A source, and what is known of its values.
struct Typed {
    source: Source,
    /// A field whose type the values have; a literal beside them is read as that field's.
    like: &'static Field,
    /// It is a field by itself, not something made from one.
    plain: bool,
    span: Span,
    name: String,
}

static NUMBER: Field = Field::new("", "", Kind::U32);
static TEXT: Field = Field::new("", "", Kind::Str);
static BYTES: Field = Field::new("", "", Kind::Bytes);

pub(super) fn check(expr: Expr) -> Result<Test, Fault> {
    Ok(match expr {
        Expr::And(left, right) => Test::And(Box::new(check(*left)?), Box::new(check(*right)?)),
        Expr::Or(left, right) => Test::Or(Box::new(check(*left)?), Box::new(check(*right)?)),
        Expr::Not(inner) => Test::Not(Box::new(check(*inner)?)),
        Expr::Exists(term) => exists(&term)?,
        Expr::Relation(relation) => check_relation(relation)?,
    })
}

fn exists(term: &Term) -> Result<Test, Fault> {
    match &term.kind {
        TermKind::Call(_, span, _) => {
            if let TermKind::Call(name, ..) = &term.kind {
                Function::named(name, span)?;
            }
            Err(Fault::at(span, "You cannot test whether a function is present."))
        }
        _ => match field_term(term)? {
            Some(typed) => Ok(Test::Exists(typed.source)),
            None => Err(Fault::at(&term.span, format!("{} is neither a field nor a protocol name.", written(term)))),
        },
    }
}

/// The term as it was written, for messages.
fn written(term: &Term) -> String {
    match &term.kind {
        TermKind::Word(word) | TermKind::Call(word, ..) => word.clone(),
        TermKind::Text(text) => format!("\"{}\"", String::from_utf8_lossy(text)),
        TermKind::Char(byte) => format!("'{}'", char::from(*byte)),
        TermKind::Slice(inner, _) | TermKind::Layer(inner, _) | TermKind::Negative(inner) => written(inner),
        TermKind::Arithmetic(sign, left, right) => format!("{} {sign} {}", written(left), written(right)),
    }
}

/// A term that has values of its own; `None` is a literal.
fn field_term(term: &Term) -> Result<Option<Typed>, Fault> {
    let span = term.span.clone();
    let name = written(term);
    Ok(match &term.kind {
        TermKind::Text(_) | TermKind::Char(_) => None,
        TermKind::Word(word) => {
            let fields = fields_named(word);
            let like = fields.first().copied();
            like.map(|like| Typed { source: Source::Field { fields, layers: None }, like, plain: true, span, name })
        }
        TermKind::Layer(inner, ranges) => match field_term(inner)? {
            Some(Typed { source: Source::Field { fields, .. }, like, .. }) => {
                let layers = Some(ranges.clone());
                Some(Typed { source: Source::Field { fields, layers }, like, plain: true, span, name })
            }
            _ => return Err(Fault::at(&inner.span, format!("{} is not a valid field.", written(inner)))),
        },
        TermKind::Slice(inner, ranges) => match field_term(inner)? {
            Some(typed) => Some(slice(typed, ranges, span)?),
            None => {
                return Err(Fault::at(
                    &inner.span,
                    format!("\"{}\" is not a field and cannot be sliced.", written(inner)),
                ));
            }
        },
        TermKind::Call(function, at, arguments) => Some(call(function, at, arguments, span)?),
        TermKind::Negative(inner) => field_term(inner)?.map(|typed| {
            let source = Source::Negative(Box::new(typed.source));
            Typed { source, like: typed.like, plain: false, span, name }
        }),
        TermKind::Arithmetic(sign, left, right) => {
            let (left, right) = match (field_term(left)?, field_term(right)?) {
                (None, None) => return Ok(None),
                (Some(typed), None) => {
                    let other = literal_source(right, typed.like)?;
                    (typed, other)
                }
                (Some(typed), Some(other)) => (typed, other.source),
                (None, Some(typed)) => {
                    let other = literal_source(left, typed.like)?;
                    let source = Source::Arithmetic(sign, Box::new(other), Box::new(typed.source));
                    return Ok(Some(Typed { source, like: typed.like, plain: false, span, name }));
                }
            };
            if !Sort::of(left.like.kind).number() && Sort::of(left.like.kind) != Sort::Span && *sign != "&" {
                let kind = type_name(left.like.kind);
                return Err(Fault::at(
                    &left.span,
                    format!("{} (type={kind}) cannot participate in arithmetic.", left.name),
                ));
            }
            let source = Source::Arithmetic(sign, Box::new(left.source), Box::new(right));
            Some(Typed { source, like: left.like, plain: false, span, name })
        }
    })
}

fn slice(typed: Typed, ranges: &[Slice], span: Span) -> Result<Typed, Fault> {
    let kind = typed.like.kind;
    if !Sort::of(kind).sliced() {
        let message =
            format!("\"{}\" is a {} and cannot be sliced into a sequence of bytes.", typed.name, type_name(kind));
        return Err(Fault::at(&typed.span, message));
    }
    let source = Source::Slice(Box::new(typed.source), ranges.to_vec());
    Ok(Typed { source, like: &BYTES, plain: false, span, name: typed.name })
}

fn call(name: &str, at: &Span, arguments: &[Term], span: Span) -> Result<Typed, Fault> {
    let function = Function::named(name, at)?;
    let (least, most) = function.arity();
    if arguments.len() < least {
        return Err(Fault::at(at, format!("Function {name} needs at least {least} arguments.")));
    }
    if arguments.len() > most {
        return Err(Fault::at(at, format!("Function {name} can only accept {most} arguments.")));
    }
    let mut sources = Vec::new();
    let mut first: Option<&'static Field> = None;
    for argument in arguments {
        match field_term(argument)? {
            Some(typed) => {
                function.accepts(&typed.name, typed.plain, typed.like, &typed.span)?;
                first = first.or(Some(typed.like));
                sources.push(typed.source);
            }
            None if function.takes_literals() => sources.push(literal_source(argument, first.unwrap_or(&NUMBER))?),
            None => {
                let message = if matches!(argument.kind, TermKind::Negative(_)) {
                    "Constant arithmetic expression on the LHS is invalid.".to_owned()
                } else {
                    format!("Only fields can be used as parameter for {name}()")
                };
                return Err(Fault::at(&argument.span, message));
            }
        }
    }
    let like = match function {
        Function::Len | Function::Count => &NUMBER,
        Function::String => &TEXT,
        _ => first.unwrap_or(&NUMBER),
    };
    Ok(Typed { source: Source::Call(function, sources), like, plain: false, span, name: name.to_owned() })
}

/// A literal, or arithmetic of literals, beside values like `like`'s.
fn literal_source(term: &Term, like: &'static Field) -> Result<Source, Fault> {
    Ok(match &term.kind {
        TermKind::Negative(inner) => Source::Negative(Box::new(literal_source(inner, like)?)),
        TermKind::Arithmetic(sign, left, right) => {
            let (left, right) = (literal_source(left, like)?, literal_source(right, like)?);
            Source::Arithmetic(sign, Box::new(left), Box::new(right))
        }
        _ => Source::Literal(literal::beside(like, term)?),
    })
}

fn check_relation(relation: Relation) -> Result<Test, Fault> {
    let Relation { left, op, right, all } = relation;
    let Some(typed) = field_term(&left)? else {
        let shown =
            if matches!(op, Op::Contains | Op::Matches) { op.name().to_owned() } else { format!("\"{}\"", op.name()) };
        let message = format!("Left side of {shown} expression must be a field or function, not {}.", written(&left));
        return Err(Fault::at(&left.span, message));
    };
    match (op, right) {
        (Op::In, Right::Set(elements)) => {
            let mut set = Vec::new();
            for (first, last) in &elements {
                let first = right_side(&typed, first, op)?;
                set.push((first, last.as_ref().map(|last| right_side(&typed, last, op)).transpose()?));
            }
            Ok(Test::In { left: typed.source, set, all })
        }
        (Op::Matches, Right::Term(right)) => {
            participates(&typed, "matches")?;
            Ok(Test::Matches { regex: regex(&right)?, left: typed.source, all })
        }
        (Op::Contains, Right::Term(right)) => {
            participates(&typed, "contains")?;
            let source = right_side(&typed, &right, op)?;
            Ok(Test::Contains { left: typed.source, right: source, all })
        }
        (op, Right::Term(right)) => {
            let source = right_side(&typed, &right, op)?;
            Ok(Test::Compare { left: typed.source, op, right: source, all })
        }
        (_, Right::Set(_)) => Err(Fault::at(&left.span, "A set was unexpected in this context.")),
    }
}

/// `contains` and `matches` look into strings of bytes.
fn participates(typed: &Typed, operator: &str) -> Result<(), Fault> {
    let sort = Sort::of(typed.like.kind);
    let fits = matches!(sort, Sort::Text | Sort::Bytes | Sort::Protocol | Sort::Ether);
    if fits {
        return Ok(());
    }
    let kind = type_name(typed.like.kind);
    let message = format!("{} (type={kind}) cannot participate in {operator} comparison.", typed.name);
    Err(Fault::at(&typed.span, message))
}

fn right_side(left: &Typed, right: &Term, op: Op) -> Result<Source, Fault> {
    if let Some(typed) = field_term(right)? {
        if !compatible(left.like.kind, typed.like.kind) {
            let message = format!("{} and {} are not of compatible types.", left.name, typed.name);
            return Err(Fault::at(&typed.span, message));
        }
        return Ok(typed.source);
    }
    if op == Op::Contains {
        let text = Sort::of(left.like.kind) == Sort::Text;
        return Ok(Source::Literal(if text { literal::beside_text(right)? } else { literal::beside_bytes(right)? }));
    }
    literal_source(right, left.like)
}

fn compatible(left: Kind, right: Kind) -> bool {
    let (left, right) = (Sort::of(left), Sort::of(right));
    let bytes = |sort: Sort| matches!(sort, Sort::Bytes | Sort::Protocol | Sort::Ether);
    let number = |sort: Sort| matches!(sort, Sort::Unsigned | Sort::Signed | Sort::Bool);
    left == right || (bytes(left) && bytes(right)) || (number(left) && number(right))
}

fn regex(term: &Term) -> Result<Regex, Fault> {
    let pattern = match &term.kind {
        TermKind::Text(text) => String::from_utf8_lossy(text).into_owned(),
        TermKind::Word(word) => word.clone(),
        _ => {
            return Err(Fault::at(
                &term.span,
                format!("Matches requires a double quoted string on the right side, not {}.", written(term)),
            ));
        }
    };
    let built = RegexBuilder::new(&pattern).case_insensitive(true).unicode(false).dot_matches_new_line(false).build();
    built.map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Fault::nowhere(format!("Regex compilation error: {last}."))
    })
}
