//! A display filter as it was written.

use super::error::Span;

/// A logical expression.
#[derive(Debug)]
pub(super) enum Expr {
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    /// Something stands alone: it has to exist.
    Exists(Term),
    Relation(Relation),
}

/// Two terms compared.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) left: Term,
    pub(super) op: Op,
    pub(super) right: Right,
    /// `all` stands in front: every value has to fulfil it.
    pub(super) all: bool,
}

/// How two terms are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// `==`: some values are equal.
    AnyEq,
    /// `!=`: no values are equal.
    AllNe,
    /// `===`: all values are equal.
    AllEq,
    /// `!==`: some values differ.
    AnyNe,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    Matches,
    In,
}

impl Op {
    /// The operator as messages name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AnyEq => "==",
            Self::AllNe => "!=",
            Self::AllEq => "===",
            Self::AnyNe => "!==",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::In => "in",
        }
    }
}

/// What stands on the right of an operator.
#[derive(Debug)]
pub(super) enum Right {
    Term(Term),
    /// `{a, b..c}`
    Set(Vec<(Term, Option<Term>)>),
}

/// Something that has values.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) kind: TermKind,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum TermKind {
    /// A field, or a literal: what it is, its neighbour says.
    Word(String),
    Text(Vec<u8>),
    Char(u8),
    /// `name(arguments)`
    Call(String, Span, Vec<Term>),
    /// `term[ranges]`
    Slice(Box<Term>, Vec<Slice>),
    /// `field#ranges`
    Layer(Box<Term>, Vec<Slice>),
    /// `a + b`, `- * / % &`
    Arithmetic(&'static str, Box<Term>, Box<Term>),
    Negative(Box<Term>),
}

/// A range of positions; negative ones count from the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    pub(super) start: i64,
    pub(super) end: SliceEnd,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum SliceEnd {
    /// So many positions.
    Length(i64),
    /// Up to this position, it included.
    Last(i64),
    /// To the end.
    Open,
}
