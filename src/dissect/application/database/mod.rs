//! Databases.

pub mod mysql;
pub mod postgresql;
pub mod tds;
