//! Databases.

pub mod postgresql;
pub mod tds;
