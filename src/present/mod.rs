//! How dissected frames are printed.

pub mod color;
pub mod columns;
pub mod summary;
pub mod time;
pub mod tree;
pub mod value;

use crate::dissect::worker::Worker;
use crate::source::Frame;

/// A view: what is printed of the frames, fed by a worker whose sink is an `S`.
pub trait View<S> {
    /// Appends what stands before the first frame.
    fn begin(&mut self, _out: &mut Vec<u8>) {}
    /// Appends what is shown of a frame, which `worker` has just dissected.
    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker<S>, out: &mut Vec<u8>);
    /// Notes a frame that is not shown, for views that count from the frame before.
    fn skip(&mut self, _frame: &Frame<'_>) {}
    /// Appends what stands behind the last frame.
    fn end(&mut self, _out: &mut Vec<u8>) {}
}
