//! Capture files that are written: frames of a live capture, or copies of what was read.
//!
//! A [`Keeper`] is fed the records of a source. It asks an `encode::Encoder` for their bytes, puts them into an
//! `out::Out` in whole records, and changes files where the [`Stop`] and [`Turn`] of the command line say so.
//!
//! What was read from pcapng and is written as pcapng is taken over block by block, so that nothing is lost: options,
//! comments, names, secrets, blocks of unknown types. The same goes for the records of plain pcap files.

mod encode;
mod error;
mod format;
mod keeper;
mod limits;
mod machine;
mod names;
mod out;
mod pcap;
mod pcapng;

pub use error::WriteError;
pub use format::Format;
pub use keeper::{Keeper, Plan, Step};
pub use limits::{Announce, Stop, StopRule, Turn, TurnRule};
pub(crate) use out::give_to_caller;
