//! One declaration, every view: the summary that records nothing prints the same rows as the one that records all.

mod common;

use netpeek::dissect::row::Row;
use netpeek::dissect::sink::{Detail, Quiet};

fn shown(row: &Row) -> (String, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (format!("{:?} → {:?}", row.src, row.dst), text(row.protocol_column()), text(row.info_column()))
}

#[test]
fn quiet_rows_are_detail_rows() {
    for path in common::captures() {
        let (mut quiet, mut detail) = (common::worker::<Quiet>(), common::worker::<Detail>());
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
        let mut worker = common::worker::<Detail>();
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
