//! What is wrong with a display filter, in tshark's words, with the place it is wrong at.

use std::fmt;

/// A piece of the filter's text: first byte, and the byte behind the last.
pub type Span = std::ops::Range<usize>;

/// Why a display filter cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// What is wrong.
    pub message: String,
    /// Where, if it is at one place.
    pub span: Option<Span>,
    /// The filter.
    pub filter: String,
}

/// As tshark prints it: the message, and under it the filter with a caret and tildes under the place.
impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let Some(span) = &self.span else { return Ok(()) };
        let before = self.filter.get(..span.start).map_or(0, |text| text.chars().count());
        let width = self.filter.get(span.clone()).map_or(1, |text| text.chars().count()).max(1);
        write!(f, "\n    {}\n    {:before$}^{:~<rest$}", self.filter, "", "", rest = width - 1)
    }
}

impl std::error::Error for FilterError {}

/// An error before the filter's text is known to it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) span: Option<Span>,
}

impl Fault {
    pub(super) fn at(span: &Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span: Some(span.clone()) }
    }
    pub(super) fn nowhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None }
    }
}
