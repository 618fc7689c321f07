//! Databases.

pub mod cassandra;
pub mod mysql;
pub mod postgresql;
pub mod tds;
