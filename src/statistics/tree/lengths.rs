//! `-z plen,tree`: how long packets are.

use super::super::{Kind, Needs, Seen};
use super::{Counter, Place, Tree, make};

/// The statistic of this file.
pub(crate) const KINDS: [Kind; 1] =
    [Kind { name: "plen,tree", make: |request| make(request, "Packet Lengths", Lengths::new) }];

/// Ranges of lengths, each with its greatest.
const RANGES: [(&str, i64); 10] = [
    ("0-19", 19),
    ("20-39", 39),
    ("40-79", 79),
    ("80-159", 159),
    ("160-319", 319),
    ("320-639", 639),
    ("640-1279", 1279),
    ("1280-2559", 2559),
    ("2560-5119", 5119),
    ("5120 and greater", i64::MAX),
];

struct Lengths {
    all: Place,
    ranges: [(Place, i64); RANGES.len()],
}

impl Lengths {
    fn new(tree: &mut Tree) -> Self {
        let all = tree.whole(None, "Packet Lengths");
        tree.keep_order(all);
        Self { all, ranges: RANGES.map(|(label, most)| (tree.range(Some(all), label), most)) }
    }
}

impl Counter for Lengths {
    fn needs(&self) -> Needs {
        Needs::default()
    }
    fn count(&mut self, seen: &Seen<'_>, tree: &mut Tree) {
        let len = seen.len();
        tree.happens(seen.elapsed);
        tree.value(self.all, len);
        let range = self.ranges.iter().find(|(_, most)| len <= *most);
        if let Some((place, _)) = range.filter(|_| len >= 0) {
            tree.value(*place, len);
        }
    }
}
