//! Machines and their controllers.

pub mod ams;
pub mod bacnet;
pub mod c1222;
pub mod can_ethernet;
pub mod cotp;
pub mod dnp3;
pub mod doip;
pub mod egd;
pub mod enip;
pub mod esio;
pub mod fins;
pub mod hart;
pub mod hislip;
pub mod iec104;
pub mod knx;
pub mod lon;
pub mod mms;
pub mod modbus;
pub mod opcua;
pub mod s7comm;
pub mod sbus;
pub mod synchrophasor;
