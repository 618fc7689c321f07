//! Tunnels: packets and frames carried within packets.

pub mod capwap;
pub mod erspan;
pub mod geneve;
pub mod gre;
pub mod gtp;
pub mod l2tp;
pub mod lisp;
pub mod lisp_control;
pub mod lwapp;
pub mod metadata;
pub mod openvpn;
pub mod pfcp;
pub mod teredo;
pub mod vxlan;
pub mod wireguard;
