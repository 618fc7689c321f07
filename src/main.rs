//! The netpeek command.
fn main() {}
