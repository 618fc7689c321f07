//! Machines and their controllers.

pub mod ams;
pub mod cotp;
pub mod dnp3;
pub mod hart;
pub mod iec104;
pub mod modbus;
pub mod opcua;
pub mod s7comm;
pub mod synchrophasor;
