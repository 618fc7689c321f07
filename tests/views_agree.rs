//! One declaration, every view: the summary that records nothing prints the same rows as the one that records all.

mod common;

use netpeek::dissect::field::{Field, Kind};
use netpeek::dissect::row::Row;
use netpeek::dissect::sink::{Detail, Item, Wanted};

fn shown(row: &Row) -> (String, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (format!("{:?} → {:?}", row.src, row.dst), text(row.protocol_column()), text(row.info_column()))
}

#[test]
fn quiet_rows_are_detail_rows() {
    for path in common::captures() {
        let (mut quiet, mut detail) = (common::quiet(), common::detailed());
        for kept in common::frames(&path) {
            quiet.dissect(&kept.frame());
            detail.dissect(&kept.frame());
            assert_eq!(shown(&quiet.row), shown(&detail.row), "{} frame {}", path.display(), kept.number);
        }
    }
}

#[test]
fn items_lie_in_their_buffers_and_below_their_parents() {
    for path in common::captures() {
        let mut worker = common::detailed();
        for kept in common::frames(&path) {
            worker.dissect(&kept.frame());
            let mut depth = 0;
            for item in worker.sink.items() {
                let place = format!("{} frame {}: {}", path.display(), kept.number, item.field.key);
                let len = worker.sink.buffer_bytes(item.buffer, &kept.bytes).len();
                assert!(
                    item.start <= item.end && item.end as usize <= len,
                    "{place}: {}..{} of {len}",
                    item.start,
                    item.end
                );
                assert!(item.depth <= depth + 1, "{place} at depth {} after one at {depth}", item.depth);
                depth = item.depth;
            }
        }
    }
}

/// What is recorded of some fields: each with its value, its words, and the bytes it stands for.
fn recorded(detail: &Detail, frame: &[u8], fields: &[&'static Field]) -> Vec<(&'static str, u64, Vec<u8>, Vec<u8>)> {
    let wanted = |item: &&Item| fields.iter().any(|field| std::ptr::eq(*field, item.field));
    let all = detail.items().iter().filter(wanted);
    all.map(|item| {
        let bytes = detail.buffer_bytes(item.buffer, frame).get(item.start as usize..item.end as usize);
        (item.field.key, item.num, detail.span(item.text).to_vec(), bytes.unwrap_or_default().to_vec())
    })
    .collect()
}

/// Of some protocols alone the same is recorded as among all, and the row stays as it is.
#[test]
fn what_is_recorded_of_one_protocol_is_what_all_record_of_it() {
    let mut wrong = std::collections::BTreeSet::new();
    for path in common::captures() {
        let frames = common::frames(&path);
        let mut all = common::detailed();
        let mut found: Vec<&'static Field> = Vec::new();
        for kept in &frames {
            all.dissect(&kept.frame());
            let layers = all.sink.items().iter().map(|item| item.field).filter(|field| field.kind == Kind::Protocol);
            found.extend(layers.filter(|layer| !layer.key.starts_with("_ws.")));
            found.sort_unstable_by_key(|layer| layer.key);
            found.dedup_by_key(|layer| layer.key);
        }
        for entry in netpeek::dissect::PROTOCOLS.iter().filter(|entry| found.iter().any(|f| f.key == entry.layer.key)) {
            let fields: Vec<_> = entry.fields().filter(|field| field.key != "frame.protocols").collect();
            let (mut all, mut some) = (common::detailed(), common::recording(Wanted::of(&fields)));
            for kept in &frames {
                all.dissect(&kept.frame());
                some.dissect(&kept.frame());
                let place = format!("{} in {} frame {}", entry.layer.key, path.display(), kept.number);
                assert_eq!(shown(&some.row), shown(&all.row), "{place}");
                let [one, whole] = [&some, &all].map(|worker| recorded(&worker.sink, &kept.bytes, &fields));
                let differing = whole.iter().find(|item| !one.contains(item));
                if let Some((key, ..)) = differing.or_else(|| one.iter().find(|item| !whole.contains(item))) {
                    let layers = all.sink.items().iter().map(|item| item.field);
                    let layers = layers.filter(|field| field.kind == Kind::Protocol).map(|field| field.key);
                    wrong.insert((key.to_owned(), layers.collect::<Vec<_>>().join(":")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
