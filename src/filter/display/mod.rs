//! Display filters: Wireshark's language (wireshark-filter(4)), compiled once and asked of every frame.
//!
//! The language as tshark 4.0 has it: `!=` means that no value is equal, `!==` that some value differs, `and` binds
//! tighter than `or`, and arithmetic is grouped by braces.

mod ast;
mod check;
mod error;
mod eval;
mod function;
mod lexer;
mod literal;
mod parser;
mod value;

pub use error::{FilterError, Span};

use crate::dissect::sink::{Detail, Wanted};

/// A compiled display filter.
pub struct DisplayFilter(Option<check::Test>);

impl DisplayFilter {
    /// Compiles a filter; one of white space alone keeps every frame.
    ///
    /// # Errors
    /// Where the filter is no filter, names unknown fields, or compares what cannot be compared.
    pub fn compile(filter: &str) -> Result<Self, FilterError> {
        let compiled = parser::parse(filter).and_then(|expr| expr.map(check::check).transpose());
        compiled.map(Self).map_err(|error::Fault { message, span }| FilterError {
            message,
            span,
            filter: filter.to_owned(),
        })
    }

    /// What has to be recorded of frames for it.
    pub fn wanted(&self) -> Wanted {
        let mut fields = Vec::new();
        if let Some(test) = &self.0 {
            test.fields(&mut fields);
        }
        Wanted::of(&fields)
    }

    /// Whether it keeps a frame: its fields, and its bytes.
    pub fn keeps(&self, detail: &Detail, frame: &[u8]) -> bool {
        self.0.as_ref().is_none_or(|test| eval::holds(test, eval::Subject { detail, frame }))
    }
}
