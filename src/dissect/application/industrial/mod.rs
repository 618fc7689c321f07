//! Machines and their controllers.

pub mod modbus;
pub mod synchrophasor;
