//! `-z endpoints,…`: who sent and received how much.

use std::cmp::Reverse;
use std::io::Write;

use hashbrown::HashMap;

use super::conversations::RULE;
use super::parties::{Parties, Party};
use super::{Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};

/// The statistics of this file, by what makes a party.
pub(super) const KINDS: [Kind; 5] = [
    Kind { name: "endpoints,eth", make: |request| make(request, &Parties::ETHERNET) },
    Kind { name: "endpoints,ip", make: |request| make(request, &Parties::IPV4) },
    Kind { name: "endpoints,ipv6", make: |request| make(request, &Parties::IPV6) },
    Kind { name: "endpoints,tcp", make: |request| make(request, &Parties::TCP) },
    Kind { name: "endpoints,udp", make: |request| make(request, &Parties::UDP) },
];

fn make(request: &Request<'_>, parties: &'static Parties) -> Result<Made, Refused> {
    let filter = request.rest();
    let filter_text = filter.unwrap_or(super::NO_FILTER).to_owned();
    Made::filtered(Endpoints { parties, filter_text, ..Endpoints::default() }, filter)
        .map_err(|refused| format!("Couldn't register endpoint tap: {refused}"))
}

/// Frames, and their bytes on the wire.
#[derive(Clone, Copy, Default)]
struct Traffic {
    frames: u64,
    bytes: u64,
}

impl Traffic {
    fn add(&mut self, bytes: i64) {
        self.frames = self.frames.saturating_add(1);
        self.bytes = self.bytes.wrapping_add_signed(bytes);
    }
}

struct Endpoint {
    party: Party,
    sent: Traffic,
    received: Traffic,
}

impl Endpoint {
    fn total(&self) -> Traffic {
        let Self { sent, received, .. } = self;
        Traffic { frames: sent.frames.saturating_add(received.frames), bytes: sent.bytes.wrapping_add(received.bytes) }
    }
}

#[derive(Default)]
struct Endpoints {
    parties: &'static Parties,
    filter_text: String,
    found: Vec<Endpoint>,
    /// Where a party stands in `found`.
    places: HashMap<Party, u32>,
}

impl Endpoints {
    fn of(&mut self, party: Party) -> Option<&mut Endpoint> {
        let place = *self.places.entry(party).or_insert(self.found.len() as u32) as usize;
        if place == self.found.len() {
            self.found.push(Endpoint { party, sent: Traffic::default(), received: Traffic::default() });
        }
        self.found.get_mut(place)
    }
}

impl Statistic for Endpoints {
    fn needs(&self) -> Needs {
        Needs::taps(self.parties.layer)
    }

    fn frame(&mut self, seen: &Seen<'_>) {
        let (ports, layer) = (self.parties.ports, self.parties.layer);
        for tap in seen.taps.iter().filter(|tap| tap.layer == layer && !tap.quoted) {
            let (src, dst) = Party::both(tap, ports);
            if let Some(sender) = self.of(src) {
                sender.sent.add(seen.len());
            }
            if let Some(receiver) = self.of(dst) {
                receiver.received.add(seen.len());
            }
        }
    }

    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        let Self { parties, filter_text, found, .. } = self;
        let port = if parties.ports { "|  Port  |" } else { "" };
        _ = writeln!(out, "{RULE}\n{} Endpoints\nFilter:{filter_text}", parties.title);
        _ = writeln!(
            out,
            "                       {port}|  Packets  | |  Bytes  | | Tx Packets | | Tx Bytes | | Rx Packets | | Rx Bytes |"
        );
        found.sort_by_key(|endpoint| Reverse(endpoint.total().frames));
        for endpoint in found {
            _ = write!(out, "{:20}", ending.host(&endpoint.party.address));
            if parties.ports {
                _ = write!(out, "      {:>5}", ending.port(parties.layer, endpoint.party.port));
            }
            let (total, sent, received) = (endpoint.total(), endpoint.sent, endpoint.received);
            let gap = if parties.ports { "     " } else { "      " };
            _ = writeln!(
                out,
                "{gap}{:6}     {:9}     {:6}       {:9}      {:6}       {:9}   ",
                total.frames, total.bytes, sent.frames, sent.bytes, received.frames, received.bytes
            );
        }
        _ = writeln!(out, "{RULE}");
    }
}
