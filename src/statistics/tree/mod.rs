//! Trees of counters with averages, rates and bursts: tshark's `-z …,tree`.

pub(super) mod addresses;
pub(super) mod dns;
pub(super) mod http;
pub(super) mod lengths;

mod burst;
mod print;

use std::borrow::Cow;

use hashbrown::HashMap;

use super::{Ending, Made, Needs, Refused, Request, Seen, Statistic};
use crate::dissect::row::Address;
use burst::Burst;

/// What a node is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Label {
    /// Words.
    Words(Cow<'static, str>),
    /// A host, by the name that it has at the end.
    Host(Address),
    /// A number.
    Number(u16),
}

impl From<&'static str> for Label {
    fn from(words: &'static str) -> Self {
        Self::Words(words.into())
    }
}

impl Label {
    /// Words from the packet.
    pub(super) fn words(words: String) -> Self {
        Self::Words(words.into())
    }
    fn text(&self, ending: &Ending<'_>) -> String {
        match self {
            Self::Words(words) => words.clone().into_owned(),
            Self::Host(address) => ending.host(address),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// What a node keeps of the values it is given.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Values {
    /// Nothing: it counts.
    None,
    /// Whole numbers: sum, smallest, largest.
    Whole { sum: i64, least: i64, most: i64 },
    /// Those of a range: the same, but a range without any says so.
    Range { sum: i64, least: i64, most: i64 },
    /// Other numbers, in single precision as tshark keeps them: sum, smallest, largest.
    Real { sum: f32, least: f32, most: f32 },
}

/// A node's place in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place(u32);

struct Node {
    label: Label,
    parent: Option<Place>,
    /// Whether its children stand in the order they were made, not by their counts.
    ordered: bool,
    count: u64,
    values: Values,
    burst: Burst,
    children: Vec<Place>,
}

/// A tree of counters.
pub(super) struct Tree {
    title: &'static str,
    nodes: Vec<Node>,
    places: HashMap<(Option<Place>, Label), Place>,
    roots: Vec<Place>,
    /// Nanoseconds from the capture's first frame to the first and the last that was counted.
    first: Option<i64>,
    now: i64,
}

impl Tree {
    /// An empty tree.
    pub(super) fn new(title: &'static str) -> Self {
        let (nodes, places, roots) = (Vec::new(), HashMap::new(), Vec::new());
        Self { title, nodes, places, roots, first: None, now: 0 }
    }
    /// Something to be counted happens now.
    pub(super) fn happens(&mut self, elapsed: i64) {
        self.first.get_or_insert(elapsed);
        self.now = elapsed;
    }
    fn make(&mut self, parent: Option<Place>, label: Label, values: Values) -> Place {
        let place = Place(self.nodes.len() as u32);
        self.places.insert((parent, label.clone()), place);
        let burst = Burst::default();
        self.nodes.push(Node { label, parent, ordered: false, count: 0, values, burst, children: Vec::new() });
        match parent.and_then(|parent| self.nodes.get_mut(parent.0 as usize)) {
            Some(parent) => parent.children.push(place),
            None => self.roots.push(place),
        }
        place
    }
    /// The node of this label below `parent` (or at the top), made if it is not there yet.
    pub(super) fn node(&mut self, parent: Option<Place>, label: impl Into<Label>) -> Place {
        let label = label.into();
        match self.places.get(&(parent, label.clone())) {
            Some(&place) => place,
            None => self.make(parent, label, Values::None),
        }
    }
    /// A node that keeps whole numbers.
    pub(super) fn whole(&mut self, parent: Option<Place>, label: &'static str) -> Place {
        self.make(parent, label.into(), Values::Whole { sum: 0, least: i64::MAX, most: i64::MIN })
    }
    /// A node for the whole numbers of a range.
    pub(super) fn range(&mut self, parent: Option<Place>, label: &'static str) -> Place {
        self.make(parent, label.into(), Values::Range { sum: 0, least: i64::MAX, most: i64::MIN })
    }
    /// A node that keeps numbers.
    pub(super) fn real(&mut self, parent: Option<Place>, label: &'static str) -> Place {
        self.make(parent, label.into(), Values::Real { sum: 0.0, least: f32::MAX, most: f32::MIN })
    }
    /// The children of this node stay in the order they were made.
    pub(super) fn keep_order(&mut self, place: Place) {
        if let Some(node) = self.nodes.get_mut(place.0 as usize) {
            node.ordered = true;
        }
    }
    /// Counts one.
    pub(super) fn tick(&mut self, place: Place) {
        let now = self.now;
        if let Some(node) = self.nodes.get_mut(place.0 as usize) {
            node.count += 1;
            node.burst.tick(now);
        }
    }
    /// Counts one at the node of this label, made if it is not there yet.
    pub(super) fn tick_at(&mut self, parent: Option<Place>, label: impl Into<Label>) -> Place {
        let place = self.node(parent, label);
        self.tick(place);
        place
    }
    /// Counts one of this value.
    pub(super) fn value(&mut self, place: Place, value: i64) {
        self.tick(place);
        if let Some(Values::Whole { sum, least, most } | Values::Range { sum, least, most }) =
            self.nodes.get_mut(place.0 as usize).map(|node| &mut node.values)
        {
            *sum = sum.saturating_add(value);
            (*least, *most) = ((*least).min(value), (*most).max(value));
        }
    }
    /// Counts one of this value.
    pub(super) fn real_value(&mut self, place: Place, value: f32) {
        self.tick(place);
        if let Some(Values::Real { sum, least, most }) =
            self.nodes.get_mut(place.0 as usize).map(|node| &mut node.values)
        {
            *sum += value;
            (*least, *most) = (least.min(value), most.max(value));
        }
    }
}

/// A statistic that fills a tree.
pub(super) trait Counter {
    /// What it has to be told of each frame.
    fn needs(&self) -> Needs;
    /// Counts what a frame has of it.
    fn count(&mut self, seen: &Seen<'_>, tree: &mut Tree);
}

struct Counting<C> {
    counter: C,
    tree: Tree,
}

impl<C: Counter> Statistic for Counting<C> {
    fn needs(&self) -> Needs {
        self.counter.needs()
    }
    fn frame(&mut self, seen: &Seen<'_>) {
        self.counter.count(seen, &mut self.tree);
    }
    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        self.tree.print(ending, out);
    }
}

/// Makes the statistic of `title`, whose nodes `counter` prepares.
pub(super) fn make<C: Counter + 'static>(
    request: &Request<'_>,
    title: &'static str,
    counter: impl FnOnce(&mut Tree) -> C,
) -> Result<Made, Refused> {
    let mut tree = Tree::new(title);
    let counter = counter(&mut tree);
    Made::filtered(Counting { counter, tree }, request.rest())
        .map_err(|refused| format!("stats_tree for: {title} failed to attach to the tap: {refused}"))
}
