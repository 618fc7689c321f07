//! What holds of every declaration, whoever wrote it.

use std::collections::{BTreeMap, HashMap};

use netpeek::dissect::PROTOCOLS;
use netpeek::dissect::field::{Field, Kind, Meaning};
use netpeek::dissect::protocol::Key;

fn all_fields() -> impl Iterator<Item = &'static Field> {
    PROTOCOLS.iter().flat_map(|entry| entry.fields().chain(entry.experts.iter().copied()))
}

/// A protocol may stand in the registry in several parts (one for each way it is carried): they are one layer.
#[test]
fn one_layer_is_one_name() {
    let mut seen = BTreeMap::new();
    for entry in PROTOCOLS {
        assert_eq!(entry.layer.kind, Kind::Protocol, "{}", entry.layer.key);
        let label = seen.entry(entry.layer.key).or_insert(entry.layer.label);
        assert_eq!(*label, entry.layer.label, "two protocols are called {}", entry.layer.key);
    }
}

#[test]
fn keys_are_claimed_once() {
    let mut seen = HashMap::new();
    for entry in PROTOCOLS {
        for &key in entry.keys {
            if matches!(key, Key::UdpContent | Key::TcpContent | Key::EtherContent) {
                continue;
            }
            if let Some(other) = seen.insert(key, entry.layer.key) {
                panic!("{key:?} is claimed by {other} and by {}", entry.layer.key);
            }
        }
    }
}

/// What a filter may compare a field with: within one sort the same key may be declared in several widths.
fn sort(kind: Kind) -> &'static str {
    match kind {
        Kind::Str => "text",
        Kind::Ether | Kind::Ipv4 | Kind::Ipv6 | Kind::Eui64 => "address",
        Kind::Bytes | Kind::Guid | Kind::Oid => "bytes",
        Kind::AbsTime | Kind::RelTime => "time",
        Kind::F32 | Kind::F64 => "float",
        Kind::None | Kind::Protocol | Kind::Expert(..) => "heading",
        _ => "number",
    }
}

#[test]
fn one_key_is_one_sort_of_value() {
    let mut seen: BTreeMap<&str, &Field> = BTreeMap::new();
    for field in all_fields().filter(|field| !field.key.is_empty()) {
        let other = seen.entry(field.key).or_insert(field);
        assert_eq!(sort(other.kind), sort(field.kind), "{} is declared as two sorts of value", field.key);
    }
}

#[test]
fn names_stand_in_order() {
    for field in all_fields() {
        let Meaning::Names(names) = field.meaning else { continue };
        for pair in names.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{}: {:?} before {:?}", field.key, pair[0], pair[1]);
        }
        assert!(names.iter().all(|(first, last, _)| first <= last), "{}", field.key);
    }
}

#[test]
fn masks_fit_their_width() {
    for field in all_fields().filter(|field| field.mask != 0) {
        assert!(
            field.mask.checked_shr(field.width().into()).unwrap_or(0) == 0,
            "{}: mask {:#x} in {} bits",
            field.key,
            field.mask,
            field.width()
        );
    }
}
