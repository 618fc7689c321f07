//! `-z conv,…`: who talked with whom, how much each way, when.

use std::cmp::Reverse;
use std::io::Write;

use hashbrown::HashMap;

use super::parties::{Parties, Party};
use super::{Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic, seconds};
use crate::dissect::tap::Tap;

/// The statistics of this file, by what makes a party.
pub(super) const KINDS: [Kind; 5] = [
    Kind { name: "conv,eth", make: |request| make(request, &Parties::ETHERNET) },
    Kind { name: "conv,ip", make: |request| make(request, &Parties::IPV4) },
    Kind { name: "conv,ipv6", make: |request| make(request, &Parties::IPV6) },
    Kind { name: "conv,tcp", make: |request| make(request, &Parties::TCP) },
    Kind { name: "conv,udp", make: |request| make(request, &Parties::UDP) },
];

fn make(request: &Request<'_>, parties: &'static Parties) -> Result<Made, Refused> {
    let filter = request.rest();
    let filter_text = filter.unwrap_or(super::NO_FILTER).to_owned();
    Made::filtered(Conversations { parties, filter_text, ..Conversations::default() }, filter)
        .map_err(|refused| format!("Couldn't register conversations tap: {refused}"))
}

/// A conversation; the party that sent its first packet is on the left.
struct Conversation {
    left: Party,
    right: Party,
    /// Frames from left to right, and from right to left.
    frames: [u32; 2],
    /// Their bytes on the wire.
    bytes: [i64; 2],
    /// Nanoseconds from the capture's first frame to the conversation's first and last.
    first: i64,
    last: i64,
}

impl Conversation {
    fn begin(left: Party, right: Party, now: i64) -> Self {
        Self { left, right, frames: [0; 2], bytes: [0; 2], first: now, last: now }
    }
    fn add(&mut self, backward: bool, bytes: i64, now: i64) {
        let way = usize::from(backward);
        if let (Some(frames), Some(all)) = (self.frames.get_mut(way), self.bytes.get_mut(way)) {
            *frames = frames.saturating_add(1);
            *all = all.saturating_add(bytes);
        }
        (self.first, self.last) = (self.first.min(now), self.last.max(now));
    }
    fn frames(&self) -> u64 {
        let [there, back] = self.frames;
        u64::from(there) + u64::from(back)
    }
}

#[derive(Default)]
struct Conversations {
    parties: &'static Parties,
    filter_text: String,
    found: Vec<Conversation>,
    /// Where the conversation of two parties stands in `found`, by the lower party and the higher.
    by_pair: HashMap<(Party, Party), u32>,
    /// Where the conversation of a stream stands in `found`, counted from 1.
    by_stream: Vec<u32>,
}

/// Streams whose conversations are found by their number; those beyond are found by their parties.
const MOST_STREAMS: usize = 1 << 26;

impl Conversations {
    /// The conversation's place in `found`, which is its end where it has none yet.
    fn place(&mut self, tap: &Tap, left: Party, right: Party) -> usize {
        let next = self.found.len() as u32;
        let stream = tap.stream as usize;
        if self.parties.ports && stream < MOST_STREAMS {
            if stream >= self.by_stream.len() {
                self.by_stream.resize(stream + 1, 0);
            }
            let Some(known) = self.by_stream.get_mut(stream) else { return usize::MAX };
            if *known == 0 {
                *known = next + 1;
            }
            return *known as usize - 1;
        }
        *self.by_pair.entry((left.min(right), left.max(right))).or_insert(next) as usize
    }
}

impl Statistic for Conversations {
    fn needs(&self) -> Needs {
        Needs::taps(self.parties.layer)
    }

    fn frame(&mut self, seen: &Seen<'_>) {
        let (ports, layer) = (self.parties.ports, self.parties.layer);
        for tap in seen.taps.iter().filter(|tap| tap.layer == layer && !tap.quoted) {
            let (src, dst) = Party::both(tap, ports);
            let place = self.place(tap, src, dst);
            if place == self.found.len() {
                self.found.push(Conversation::begin(src, dst, seen.elapsed));
            }
            if let Some(conversation) = self.found.get_mut(place) {
                let backward = conversation.left != src;
                conversation.add(backward, seen.len(), seen.elapsed);
            }
        }
    }

    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        let Self { parties, filter_text, found, .. } = self;
        let Parties { title, ports, .. } = parties;
        let width = if *ports { 26 } else { 20 };
        let indent = 2 * width + 7;
        _ = writeln!(out, "{RULE}\n{title} Conversations\nFilter:{filter_text}");
        _ = writeln!(
            out,
            "{:indent$}|       <-      | |       ->      | |     Total     |    Relative    |   Duration   |",
            ""
        );
        _ = writeln!(
            out,
            "{:indent$}| Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              |",
            ""
        );
        found.sort_by_key(|conversation| Reverse(conversation.frames()));
        for conversation in found {
            let [there, back] = conversation.frames;
            let [bytes_there, bytes_back] = conversation.bytes;
            let (left, right) = (conversation.left.name(parties, ending), conversation.right.name(parties, ending));
            _ = write!(out, "{left:width$} <-> {right:width$}  ");
            let columns = [
                (back.into(), bytes_back),
                (there.into(), bytes_there),
                (conversation.frames(), bytes_back.saturating_add(bytes_there)),
            ];
            for (frames, bytes) in columns {
                _ = write!(out, "{frames:6} {:9}  ", size(bytes));
            }
            let start = seconds(conversation.first);
            let duration = seconds(conversation.last) - start;
            _ = writeln!(out, "{start:14.9}   {duration:12.4}");
        }
        _ = writeln!(out, "{RULE}");
    }
}

/// The line above and below a table.
pub(super) const RULE: &str = "================================================================================";

/// A number of bytes, in the largest unit that leaves at least two digits.
fn size(bytes: i64) -> String {
    let mut left = bytes;
    let mut units = ["bytes", "kB", "MB", "GB", "TB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    while left >= 10_000 {
        let Some(next) = units.next() else { break };
        (left, unit) = (left / 1000, next);
    }
    format!("{left} {unit}")
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_cut_off_not_rounded() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (9_999, "9999 bytes"),
            (10_000, "10 kB"),
            (1_024_001, "1024 kB"),
            (9_999_999, "9999 kB"),
            (10_000_000, "10 MB"),
            (9_999_999_999, "9999 MB"),
            (123_456_789_012, "123 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
