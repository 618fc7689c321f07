//! How a dissected frame is printed.

pub mod columns;
pub mod summary;
pub mod time;
