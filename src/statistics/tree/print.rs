//! A tree as a table.

use std::cmp::Reverse;
use std::io::Write;

use super::{Node, Place, Tree, Values};
use crate::statistics::Ending;

/// The columns behind the first, each with its width; what stands in the last is as wide as its heading.
const COLUMNS: [(&str, usize); 8] = [
    ("Count", 14),
    ("Average", 14),
    ("Min Val", 14),
    ("Max Val", 14),
    ("Rate (ms)", 14),
    ("Percent", 14),
    ("Burst Rate", 14),
    ("Burst Start", 13),
];
const FIRST: &str = "Topic / Item";

/// A row of the table: how deep its node stands, what it is called.
struct Row {
    depth: usize,
    text: String,
    place: Place,
}

impl Tree {
    pub(super) fn print(&mut self, ending: &Ending<'_>, out: &mut Vec<u8>) {
        let rows = self.rows(ending);
        let widest = rows.iter().map(|row| row.depth + row.text.chars().count());
        // The tree's own name takes part, as if it stood one level above the first.
        let name = self.title.rsplit('/').next().unwrap_or_default();
        let width = widest.max().unwrap_or(0).max(FIRST.len()).max(name.len().saturating_sub(1)) + 2;
        let total = width + COLUMNS.iter().map(|(_, width)| width).sum::<usize>();
        _ = write!(out, "\n{:=<total$}\n{}:\n{FIRST:width$}", "", self.title);
        for (heading, width) in COLUMNS {
            _ = write!(out, "{heading:width$}");
        }
        _ = writeln!(out, "\n{:-<total$}", "");
        for Row { depth, text, place } in rows {
            let rest = width - depth;
            _ = write!(out, "{:depth$}{text:rest$}", "");
            for ((_, width), value) in COLUMNS.into_iter().zip(self.columns(place)) {
                _ = write!(out, "{value:width$}");
            }
            out.push(b'\n');
        }
        _ = writeln!(out, "\n{:-<total$}", "");
    }

    fn at(&self, place: Place) -> Option<&Node> {
        self.nodes.get(place.0 as usize)
    }

    /// The nodes in the order of the table: those of a parent by their counts, then by their names, the last of the
    /// alphabet first.
    fn rows(&self, ending: &Ending<'_>) -> Vec<Row> {
        let row = |depth: usize, place: &Place| {
            let text = self.at(*place).map(|node| node.label.text(ending)).unwrap_or_default();
            Row { depth, text, place: *place }
        };
        let mut rows = Vec::new();
        let mut waiting: Vec<Row> = self.roots.iter().rev().map(|place| row(0, place)).collect();
        while let Some(next) = waiting.pop() {
            if let Some(node) = self.at(next.place) {
                let mut children: Vec<Row> = node.children.iter().map(|place| row(next.depth + 1, place)).collect();
                if !node.ordered {
                    let count = |row: &Row| self.at(row.place).map_or(0, |node| node.count);
                    children
                        .sort_by(|a, b| Reverse(count(a)).cmp(&Reverse(count(b))).then_with(|| b.text.cmp(&a.text)));
                }
                waiting.extend(children.into_iter().rev());
            }
            rows.push(next);
        }
        rows
    }

    fn columns(&self, place: Place) -> [String; 8] {
        let Some(node) = self.at(place) else { return Default::default() };
        let [average, least, most] = node.values(node.count);
        let (burst, start) = match node.burst.most() {
            Some((rate, start)) => (format!("{rate:.4}"), format!("{start:.3}")),
            None => ("-".to_owned(), "-".to_owned()),
        };
        // The span in single precision, as tshark has it: ties are rounded as it rounds them.
        let elapsed = f64::from((self.now.saturating_sub(self.first.unwrap_or(self.now)) as f64 / 1e6) as f32);
        let rate = if elapsed == 0.0 { String::new() } else { format!("{:.4}", node.count as f64 / elapsed) };
        let percent = match node.parent.and_then(|parent| self.at(parent)) {
            None => "100%".to_owned(),
            Some(parent) if parent.count == 0 => String::new(),
            Some(parent) => format!("{:.2}%", node.count as f32 * 100.0 / parent.count as f32),
        };
        [node.count.to_string(), average, least, most, rate, percent, burst, start]
    }
}

impl Node {
    /// Average, smallest and largest value.
    fn values(&self, count: u64) -> [String; 3] {
        let nothing = || "-".to_owned();
        match self.values {
            Values::None => Default::default(),
            Values::Range { .. } if count == 0 => [nothing(), nothing(), nothing()],
            _ if count == 0 => Default::default(),
            Values::Range { sum, least, most } | Values::Whole { sum, least, most } => {
                [format!("{:.2}", sum as f32 / count as f32), least.to_string(), most.to_string()]
            }
            Values::Real { sum, least, most } => {
                [format!("{:.2}", sum / count as f32), format!("{least:.6}"), format!("{most:.6}")]
            }
        }
    }
}
