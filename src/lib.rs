//! netpeek: reads packets from captures and interfaces, takes them apart layer by layer, and prints what tshark prints.
//!
//! Data goes one way: a [`source`] yields frames, the dissectors take each apart and write its row, and a presenter
//! prints it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod cli;
pub mod conversation;
pub mod dissect;
pub mod filter;
pub mod naming;
pub mod present;
pub mod run;
pub mod source;
pub mod statistics;
pub mod write;
