//! `-z expert`: remarks of the analysis, by how grave they are.

use std::io::Write;

use hashbrown::HashMap;

use super::{Depth, Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};
use crate::dissect::field::{self, Group, Severity};
use crate::dissect::registry::Registry;
use crate::dissect::sink::{Detail, Item};

/// The statistic of this file.
pub(super) const KINDS: [Kind; 1] = [Kind { name: "expert", make }];

/// Severities from the gravest, each with the word that asks for it and those graver, and its heading.
const SEVERITIES: [(Severity, &str, &str); 5] = [
    (Severity::Error, "error", "Errors"),
    (Severity::Warning, "warn", "Warns"),
    (Severity::Note, "note", "Notes"),
    (Severity::Chat, "chat", "Chats"),
    (Severity::Comment, "comment", "Comments"),
];

fn make(request: &Request<'_>) -> Result<Made, Refused> {
    let rest = request.rest();
    let (word, filter) = match rest.and_then(|rest| rest.split_once(',')) {
        Some((word, filter)) => (Some(word), Some(filter).filter(|filter| !filter.is_empty())),
        None => (rest, None),
    };
    let least = SEVERITIES.iter().find(|(_, name, _)| Some(*name) == word).map(|(severity, ..)| *severity);
    let filter = if least.is_some() { filter } else { rest };
    let expert =
        Expert { least: least.unwrap_or(Severity::Comment), found: Vec::new(), places: HashMap::new(), dropped: 0 };
    Made::filtered(expert, filter).map_err(|refused| format!("Expert tap error ({refused})!"))
}

/// A remark, and how often it was made.
struct Remark {
    severity: Severity,
    group: Group,
    protocol: String,
    words: String,
    count: u64,
}

struct Expert {
    /// What is less grave is left out.
    least: Severity,
    found: Vec<Remark>,
    places: HashMap<(&'static str, String, String), usize>,
    /// Remarks that were too many to be kept.
    dropped: u64,
}

impl Expert {
    fn add(&mut self, (severity, group): (Severity, Group), key: &'static str, protocol: String, words: String) {
        let next = self.found.len();
        if next >= MOST_REMARKS {
            self.dropped += 1;
            return;
        }
        let place = *self.places.entry((key, protocol.clone(), words.clone())).or_insert(next);
        if place == next {
            self.found.push(Remark { severity, group, protocol, words, count: 0 });
        }
        if let Some(remark) = self.found.get_mut(place) {
            remark.count += 1;
        }
    }
}

/// The words of a remark: its own where it has some, else those of its kind.
fn words(item: &Item, detail: &Detail) -> String {
    let own = String::from_utf8_lossy(detail.span(item.label));
    match (item.label.len, item.appended) {
        (0, _) => item.field.label.to_owned(),
        (_, true) => format!("{}{own}", item.field.label),
        (_, false) => own.into_owned(),
    }
}

/// What says that a protocol was stopped.
const MALFORMED: &str = "_ws.malformed";

/// What says that a message cannot be put together.
const UNREASSEMBLED: &str = "_ws.unreassembled";
/// What is remarked upon in the tree alone.
const IN_TREE_ALONE: &str = "_ws.string.trailing_stray_characters";
/// A remark's words have at most so many bytes.
const MOST_WORDS: usize = 239;

/// Whether what stands within these layers is quoted by ICMP: it did not happen, and is not counted.
fn quoted(layers: &[(u8, &'static str)]) -> bool {
    layers.iter().rev().skip(1).any(|(_, name)| matches!(*name, "ICMP" | "ICMPv6"))
}

/// The protocol that was stopped, by what is said of it: `[Malformed Packet: DNS]`.
fn named(words: &str) -> Option<String> {
    let beginnings =
        ["[Malformed Packet: ", "[BoundError Unreassembled Packet: ", "[Reassembly error, protocol "].iter();
    let name = beginnings.filter_map(|beginning| words.strip_prefix(beginning)).next()?.split([']', ':']).next()?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// Cuts words that are too long.
fn cut(mut words: String) -> String {
    let end = (0..=MOST_WORDS).rev().find(|end| words.is_char_boundary(*end)).unwrap_or_default();
    words.truncate(end);
    words
}

/// Remarks of different words that are kept at most.
const MOST_REMARKS: usize = 1 << 20;

/// A group's name in the table.
fn group_name(group: Group) -> &'static str {
    match group {
        Group::Checksum => "Checksum",
        Group::Sequence => "Sequence",
        Group::Response => "Response",
        Group::Request => "Request",
        Group::Undecoded => "Undecoded",
        Group::Reassemble => "Reassemble",
        Group::Malformed => "Malformed",
        Group::Protocol => "Protocol",
        Group::Security => "Security",
        Group::Comment => "Comment",
        Group::Decryption => "Decryption",
        Group::Deprecated => "Deprecated",
        Group::Assumption => "Assumption",
    }
}

impl Statistic for Expert {
    fn needs(&self) -> Needs {
        Needs { depth: Depth::Words, ..Needs::default() }
    }

    fn frame(&mut self, seen: &Seen<'_>) {
        let Some(detail) = seen.detail else { return };
        // The layers that stand around an item, inner ones last, each with its depth.
        let mut layers: Vec<(u8, &'static str)> = Vec::new();
        let (mut stopped, mut last) = (None, "");
        for item in detail.items() {
            while layers.pop_if(|(depth, _)| *depth >= item.depth).is_some() {}
            match item.field.kind {
                field::Kind::Protocol if matches!(item.field.key, MALFORMED | UNREASSEMBLED) => {
                    stopped = named(&words(item, detail)).or(stopped);
                }
                field::Kind::Protocol if !item.field.key.starts_with("_ws.") => {
                    let name = match item.field.key {
                        "pkt_comment" => "Frame",
                        key => Registry::named(key).map_or(item.field.label, |entry| entry.name),
                    };
                    layers.push((item.depth, name));
                    last = name;
                }
                field::Kind::Expert(..) if item.field.key == IN_TREE_ALONE || quoted(&layers) => {}
                field::Kind::Expert(severity, group) if severity >= self.least => {
                    // What stands beside the layers was remarked while the last of them was dissected.
                    let around = Some(layers.last().map_or(last, |(_, name)| *name).to_owned());
                    // Trailers are judged where the type of the payload is.
                    let around =
                        if item.field.key == "eth.padding_bad" { Some("Ethertype".to_owned()) } else { around };
                    // What stopped the dissection is remarked on behalf of the protocol that it stopped.
                    let protocol = stopped.take().or(around).unwrap_or_default();
                    self.add((severity, group), item.field.key, protocol, cut(words(item, detail)));
                }
                _ => {}
            }
        }
    }

    fn end(&mut self, _: &mut Ending<'_>, out: &mut Vec<u8>) {
        for (severity, _, heading) in SEVERITIES {
            let remarks = || self.found.iter().filter(move |remark| remark.severity == severity);
            let count: u64 = remarks().map(|remark| remark.count).sum();
            if count == 0 {
                continue;
            }
            _ = writeln!(out, "\n{heading} ({count})\n=============");
            _ = writeln!(out, "   Frequency      Group           Protocol  Summary");
            for Remark { group, protocol, words, count, .. } in remarks() {
                _ = writeln!(out, "{count:12} {:>10} {protocol:>18}  {words}", group_name(*group));
            }
        }
        if self.dropped > 0 {
            _ = writeln!(out, "\n[{} remarks more were too many to keep]", self.dropped);
        }
    }
}
