//! Remarks of the analysis as fields: what each says, how grave it is, and what it is about.

use super::cursor::Cursor;
use super::field::{Field, Group, Severity};
use super::protocol::{Key, Protocol, Stop};
use super::sink::{Item, Sink, Span};
use crate::fields;

fields! {
    LAYER = "_ws.expert", "Expert Info", Protocol;
    MESSAGE = "_ws.expert.message", "Message", Str;
    SEVERITY = "_ws.expert.severity", "Severity level", U32 bare names(SEVERITIES);
    GROUP = "_ws.expert.group", "Group", U32 bare names(GROUPS);
}

crate::names! {
    SEVERITIES {
        0x0010_0000 = "Comment",
        0x0020_0000 = "Chat",
        0x0040_0000 = "Note",
        0x0060_0000 = "Warning",
        0x0080_0000 = "Error",
    }
    GROUPS {
        0x0100_0000 = "Checksum",
        0x0200_0000 = "Sequence",
        0x0300_0000 = "Response",
        0x0400_0000 = "Request",
        0x0500_0000 = "Undecoded",
        0x0600_0000 = "Reassemble",
        0x0700_0000 = "Malformed",
        0x0800_0000 = "Debug",
        0x0900_0000 = "Protocol",
        0x0a00_0000 = "Security",
        0x0b00_0000 = "Comment",
        0x0c00_0000 = "Decryption",
        0x0d00_0000 = "Assumption",
        0x0e00_0000 = "Deprecated",
    }
}

/// Stands in the registry for its fields: remarks are found by no protocol's bytes.
pub(super) struct Remark;

impl Protocol for Remark {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Expert";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(_: &mut Cursor<'_, S>) -> Result<(), Stop> {
        Err(Stop::NotMine)
    }
}

fn severity(severity: Severity) -> u64 {
    match severity {
        Severity::Comment => 0x0010_0000,
        Severity::Chat => 0x0020_0000,
        Severity::Note => 0x0040_0000,
        Severity::Warning => 0x0060_0000,
        Severity::Error => 0x0080_0000,
    }
}

fn group(group: Group) -> u64 {
    match group {
        Group::Checksum => 0x0100_0000,
        Group::Sequence => 0x0200_0000,
        Group::Response => 0x0300_0000,
        Group::Request => 0x0400_0000,
        Group::Undecoded => 0x0500_0000,
        Group::Reassemble => 0x0600_0000,
        Group::Malformed => 0x0700_0000,
        Group::Protocol => 0x0900_0000,
        Group::Security => 0x0a00_0000,
        Group::Comment => 0x0b00_0000,
        Group::Decryption => 0x0c00_0000,
        Group::Assumption => 0x0d00_0000,
        Group::Deprecated => 0x0e00_0000,
    }
}

/// The names of a remark's severity and group.
pub(super) fn names(of: (Severity, Group)) -> (&'static str, &'static str) {
    let (severity, group) = (SEVERITY.name(severity(of.0)), GROUP.name(group(of.1)));
    (severity.unwrap_or_default(), group.unwrap_or_default())
}

/// The items that a remark stands as in the tree: a heading with these `words`, and below it the remark itself, which
/// says `message`, and its parts.
pub(super) fn items(remark: &Item, of: (Severity, Group), words: Span, message: Span) -> [Item; 5] {
    let Item { start, depth, buffer, hidden, .. } = *remark;
    let place = start as usize;
    let item = |field, num, depth| Item { generated: true, ..Item::new(field, place, place, num, depth, buffer) };
    let below = depth.saturating_add(1);
    [
        Item { label: words, hidden, ..item(&LAYER, 0, depth) },
        Item { label: message, ..item(remark.field, 0, below) },
        Item { text: message, hidden: true, ..item(&MESSAGE, 0, below) },
        item(&SEVERITY, severity(of.0), below),
        item(&GROUP, group(of.1), below),
    ]
}
