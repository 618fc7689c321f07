//! How dissected frames are printed.

pub mod catalog;
pub mod color;
pub mod columns;
pub mod ek;
mod escape;
pub mod explain;
pub mod fields;
pub mod glossary;
pub mod hex;
pub mod json;
pub mod layers;
pub mod pdml;
pub mod psml;
mod repeated;
pub mod summary;
pub mod tabs;
pub mod time;
pub mod tree;
pub mod value;

use crate::dissect::worker::Worker;
use crate::source::Frame;

/// What documents are said to be made by.
const CREATOR: &str = concat!("netpeek/", env!("CARGO_PKG_VERSION"));

/// A view: what is printed of the frames, fed by a worker whose sink is an `S`.
pub trait View {
    /// Appends what stands before the first frame.
    fn begin(&mut self, _out: &mut Vec<u8>) {}
    /// Appends what is shown of a frame, which `worker` has just dissected.
    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>);
    /// Whether the summary's Info column is among what is shown.
    fn shows_rows(&self) -> bool {
        false
    }
    /// Notes a frame that is not shown, for views that count from the frame before.
    fn skip(&mut self, _frame: &Frame<'_>) {}
    /// Appends what stands behind the last frame.
    fn end(&mut self, _out: &mut Vec<u8>) {}
}
