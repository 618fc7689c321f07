//! What is wrong with a filter expression, and where.

use std::fmt;
use std::ops::Range;

/// Why an expression cannot be compiled: a sentence, and the bytes of the expression that it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// Bytes of the expression that offend; empty at the end of an expression that breaks off.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub message: String,
    /// Whether the expression is well-formed, but no packet of this link type can match it.
    pub matches_nothing: bool,
}

impl FilterError {
    pub(super) fn new(span: &Range<usize>, message: impl Into<String>) -> FilterError {
        FilterError { span: span.clone(), message: message.into(), matches_nothing: false }
    }

    /// The error on three lines: the message, the expression, and marks below the bytes that offend.
    pub fn pointing_into(&self, expression: &str) -> String {
        let before = expression.get(..self.span.start).unwrap_or(expression);
        let offending = expression.get(self.span.clone()).unwrap_or("");
        let (indent, marks) = (before.chars().count(), offending.chars().count().max(1));
        let line: String = expression.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{}\n    {line}\n    {:indent$}{}", self.message, "", "^".repeat(marks))
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FilterError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_below_the_offending_word() {
        let error = FilterError::new(&(5..9), "unknown port 'htpp'");
        assert_eq!(error.pointing_into("port htpp"), "unknown port 'htpp'\n    port htpp\n         ^^^^");
    }

    #[test]
    fn an_expression_that_breaks_off_is_marked_behind_its_end() {
        let error = FilterError::new(&(7..7), "something is missing");
        assert_eq!(error.pointing_into("tcp and"), "something is missing\n    tcp and\n           ^");
    }
}
