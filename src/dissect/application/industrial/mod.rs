//! Machines and their controllers.

pub mod modbus;
