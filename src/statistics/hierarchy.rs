//! `-z io,phs`: which protocols carry which, with frames and bytes.

use std::io::Write;

use super::{Depth, Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};
use crate::dissect::sink::Item;

/// The statistic of this file.
pub(super) const KINDS: [Kind; 1] = [Kind { name: "io,phs", make }];

fn make(request: &Request<'_>) -> Result<Made, Refused> {
    let filter = request.rest();
    let filter_text = filter.unwrap_or_default().to_owned();
    Made::filtered(Hierarchy { filter_text, nodes: Vec::new(), path: Vec::new() }, filter)
        .map_err(|refused| format!("Couldn't register io,phs tap: {refused}"))
}

/// A protocol within those that carry it.
struct Node {
    name: &'static str,
    /// Where the first of those that it carries stands, and the next that its own carrier carries.
    child: Option<u32>,
    next: Option<u32>,
    frames: u64,
    bytes: i64,
}

struct Hierarchy {
    filter_text: String,
    /// The first stands for the frame itself.
    nodes: Vec<Node>,
    path: Vec<u32>,
}

/// What stands for a line of the tree that is no protocol and no field.
const TEXT: &str = "text";
/// Layers that have a line of text for their heading.
const HEADED_BY_TEXT: [&str; 1] = ["juniper"];
/// Layers that there are only where a filter names them.
const ON_DEMAND: [&str; 1] = ["nflog"];
/// The frame's own layer, which all the others stand in.
const FRAME: &str = "frame";
/// The list of the segments that a message came in.
const SEGMENTS: &str = "tcp.segments";

impl Hierarchy {
    fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(at as usize)
    }
    /// The node of `name` within the one at `carrier`, made if there is none yet.
    fn enter(&mut self, carrier: u32, name: &'static str) -> u32 {
        let mut last = None;
        let mut at = self.node(carrier).and_then(|node| node.child);
        while let Some(place) = at {
            let Some(node) = self.node(place) else { break };
            if node.name == name {
                return place;
            }
            (last, at) = (at, node.next);
        }
        let new = self.nodes.len() as u32;
        self.nodes.push(Node { name, child: None, next: None, frames: 0, bytes: 0 });
        let before = self.nodes.get_mut(last.unwrap_or(carrier) as usize);
        match (before, last) {
            (Some(sibling), Some(_)) => sibling.next = Some(new),
            (Some(carrier), None) => carrier.child = Some(new),
            (None, _) => {}
        }
        new
    }
    /// Counts a frame of this many bytes at `item` within the node at `carrier`.
    fn count(&mut self, carrier: u32, item: &Item, bytes: i64) -> u32 {
        let name = match item.field.key {
            "" => TEXT,
            key if HEADED_BY_TEXT.contains(&key) => TEXT,
            key => key,
        };
        let at = self.enter(carrier, name);
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.frames += 1;
            node.bytes = node.bytes.saturating_add(bytes);
        }
        at
    }
    fn print(&mut self, out: &mut Vec<u8>) {
        // Depth first, by a stack of its own: tunnels nest deep.
        self.path.clear();
        self.path.extend(self.node(0).and_then(|root| root.child));
        while let Some(&at) = self.path.last() {
            let Some(node) = self.nodes.get(at as usize) else { return };
            let level = self.path.len() - 1;
            let indent = 2 * level.min(DEEPEST);
            let dots = if level > DEEPEST { "..." } else { "" };
            let width = 40_usize.saturating_sub(indent + dots.len());
            _ = writeln!(out, "{:indent$}{dots}{:width$} frames:{} bytes:{}", "", node.name, node.frames, node.bytes);
            if let Some(child) = node.child {
                self.path.push(child);
                continue;
            }
            while let Some(next) = self.path.pop() {
                if let Some(next) = self.nodes.get(next as usize).and_then(|node| node.next) {
                    self.path.push(next);
                    break;
                }
            }
        }
    }
}

/// The deepest level that is indented.
const DEEPEST: usize = 16;
const RULE: &str = "===================================================================";

impl Statistic for Hierarchy {
    fn needs(&self) -> Needs {
        Needs { depth: Depth::Values, ..Needs::default() }
    }

    fn frame(&mut self, seen: &Seen<'_>) {
        let Some(detail) = seen.detail else { return };
        if self.nodes.is_empty() {
            self.nodes.push(Node { name: "frame", child: None, next: None, frames: 0, bytes: 0 });
        }
        let mut at = 0;
        let len = |item: &&Item| item.field.key == "tcp.len";
        let bare = detail.items().iter().rfind(len).map(Item::value);
        // The list of a message's segments comes behind what was dissected of the message.
        let mut segments: Option<&Item> = None;
        let shown = |item: &&Item| item.depth == 0 && !item.hidden && item.field.key != FRAME;
        let filter = std::mem::take(&mut self.filter_text);
        let there = |item: &&Item| !ON_DEMAND.contains(&item.field.key) || filter.contains(item.field.key);
        for item in detail.items().iter().filter(shown).filter(there) {
            if let Some(list) = segments.take_if(|list| item.buffer < list.buffer || item.field.key == SEGMENTS) {
                at = self.count(at, list, seen.len());
            }
            // A message that ended with its connection was dissected when its segments had been listed.
            if item.field.key == SEGMENTS && bare != Some(0) {
                segments = Some(item);
            } else {
                at = self.count(at, item, seen.len());
            }
        }
        if let Some(list) = segments {
            self.count(at, list, seen.len());
        }
        self.filter_text = filter;
    }

    fn end(&mut self, _: &mut Ending<'_>, out: &mut Vec<u8>) {
        _ = writeln!(out, "\n{RULE}\nProtocol Hierarchy Statistics\nFilter: {}\n", self.filter_text);
        self.print(out);
        _ = writeln!(out, "{RULE}");
    }
}
