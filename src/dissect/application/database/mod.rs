//! Databases.

pub mod cassandra;
pub mod drda;
pub mod elasticsearch;
pub mod memcached;
pub mod mysql;
pub mod postgresql;
pub mod tds;
pub mod tns;
