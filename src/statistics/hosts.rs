//! `-z hosts`: the names that hosts were given, as lines of a hosts file.

use std::io::Write;

use super::{Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};
use crate::naming;

/// The statistic of this file.
pub(super) const KINDS: [Kind; 1] = [Kind { name: "hosts", make }];

fn make(request: &Request<'_>) -> Result<Made, Refused> {
    let mut hosts = Hosts { v4: true, v6: true, named: naming::Hosts::default() };
    if let Some(rest) = request.rest() {
        (hosts.v4, hosts.v6) = (false, false);
        for word in rest.split(',') {
            match word {
                "ip" | "ipv4" => hosts.v4 = true,
                "ipv6" => hosts.v6 = true,
                _ => return Err("invalid \"-z hosts[,ip][,ipv4][,ipv6]\" argument".to_owned()),
            }
        }
    }
    Ok(Made::all(hosts))
}

struct Hosts {
    /// Whether IPv4 addresses are listed, and IPv6 addresses.
    v4: bool,
    v6: bool,
    /// The names that stand in the capture's own blocks.
    named: naming::Hosts,
}

impl Statistic for Hosts {
    fn needs(&self) -> Needs {
        Needs { blocks: true, ..Needs::default() }
    }
    fn frame(&mut self, _: &Seen<'_>) {}
    fn names(&mut self, block: &[u8], big_endian: bool) {
        self.named.read_block(block, big_endian);
    }
    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        let known = ending.names.map(naming::Names::hosts);
        let lines = known.as_ref().unwrap_or(&self.named).lines(self.v4, self.v6);
        _ = writeln!(out, "# TShark hosts output\n#\n# Host data gathered from {}\n", ending.capture);
        lines.iter().for_each(|line| _ = writeln!(out, "{line}"));
    }
}
