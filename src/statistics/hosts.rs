//! `-z hosts`: the names that addresses were given.

use std::io::Write;

use super::{Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};

/// The statistic of this file.
pub(super) const KINDS: [Kind; 1] = [Kind { name: "hosts", make }];

fn make(request: &Request<'_>) -> Result<Made, Refused> {
    let known = |word: &str| matches!(word, "ip" | "ipv4" | "ipv6");
    match request.rest() {
        Some(rest) if !rest.split(',').all(known) => Err("invalid \"-z hosts[,ip|ipv4|ipv6]\" argument".to_owned()),
        _ => Ok(Made::all(Hosts)),
    }
}

struct Hosts;

impl Statistic for Hosts {
    fn needs(&self) -> Needs {
        Needs::default()
    }
    fn frame(&mut self, _: &Seen<'_>) {}
    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        _ = writeln!(out, "# TShark hosts output\n#\n# Host data gathered from {}\n", ending.capture);
    }
}
