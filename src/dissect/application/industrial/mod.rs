//! Machines and their controllers.

pub mod cotp;
pub mod modbus;
pub mod s7comm;
pub mod synchrophasor;
