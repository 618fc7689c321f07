//! The functions of display filters.

use super::error::{Fault, Span};
use super::value::Sort;
use crate::dissect::field::Field;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// Bytes in a value.
    Len,
    /// Times a field occurs.
    Count,
    Upper,
    Lower,
    /// A value as the text that `-T fields` shows.
    String,
    Max,
    Min,
    Abs,
}

impl Function {
    pub(super) fn named(name: &str, span: &Span) -> Result<Self, Fault> {
        Ok(match name {
            "len" => Self::Len,
            "count" => Self::Count,
            "upper" => Self::Upper,
            "lower" => Self::Lower,
            "string" => Self::String,
            "max" => Self::Max,
            "min" => Self::Min,
            "abs" => Self::Abs,
            _ => return Err(Fault::at(span, format!("Function '{name}' does not exist"))),
        })
    }
    /// Fewest and most arguments.
    pub(super) fn arity(self) -> (usize, usize) {
        match self {
            Self::Max | Self::Min => (1, usize::MAX),
            _ => (1, 1),
        }
    }
    pub(super) fn takes_literals(self) -> bool {
        matches!(self, Self::Max | Self::Min)
    }
    /// Fails where an argument's type does not fit.
    pub(super) fn accepts(self, name: &str, plain: bool, like: &Field, span: &Span) -> Result<(), Fault> {
        let sort = Sort::of(like.kind);
        let fits = match self {
            Self::Upper | Self::Lower => sort == Sort::Text,
            Self::Count | Self::Len => plain,
            Self::String => plain && !matches!(sort, Sort::Text | Sort::Bare),
            Self::Max | Self::Min => sort != Sort::Bare,
            Self::Abs => sort.number() || sort == Sort::Span,
        };
        if fits {
            return Ok(());
        }
        let message = match self {
            Self::String => format!("String conversion for field \"{name}\" is not supported"),
            Self::Upper | Self::Lower => {
                format!("Only string type fields can be used as parameter for {}()", self.name())
            }
            Self::Count | Self::Len => format!("Only fields can be used as parameter for {}()", self.name()),
            _ => format!("\"{name}\" is not a valid parameter for {}()", self.name()),
        };
        Err(Fault::at(span, message))
    }
    fn name(self) -> &'static str {
        match self {
            Self::Len => "len",
            Self::Count => "count",
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::String => "string",
            Self::Max => "max",
            Self::Min => "min",
            Self::Abs => "abs",
        }
    }
}
