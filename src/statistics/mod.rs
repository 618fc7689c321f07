//! Statistics over all frames: tshark's `-z`.
//!
//! A statistic is a listener: it sees every frame after its dissection and prints what it found at the end. Each has
//! its own file (similar ones share one) and one line in [`STATISTICS`].

mod connections;
mod conversations;
mod endpoints;
mod expert;
mod flow;
mod follow;
mod hierarchy;
mod hosts;
mod intervals;
mod ladder;
pub mod objects;
mod parties;
mod tree;

use crate::conversation::State;
use crate::dissect::field;
use crate::dissect::line::Line;
use crate::dissect::row::{Address, Row};
use crate::dissect::sink::{Detail, Item};
use crate::dissect::tap::{Layers, Tap, Taps};
use crate::filter::display::DisplayFilter;
use crate::naming::Names;
use crate::source::{Frame, Time};

/// Every statistic there is. An argument belongs to the one with the longest name that it begins with.
pub const STATISTICS: &[&[Kind]] = &[
    &connections::KINDS,
    &conversations::KINDS,
    &endpoints::KINDS,
    &expert::KINDS,
    &flow::KINDS,
    &follow::KINDS,
    &hierarchy::KINDS,
    &hosts::KINDS,
    &intervals::KINDS,
    &ladder::KINDS,
    &tree::addresses::KINDS,
    &tree::dns::KINDS,
    &tree::http::KINDS,
    &tree::lengths::KINDS,
];

/// All of them, one after the other.
fn kinds() -> impl Iterator<Item = &'static Kind> {
    STATISTICS.iter().copied().flatten()
}

/// What a statistic without filter says that its filter is.
const NO_FILTER: &str = "<No Filter>";

/// How much of a frame has to be taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Its row, its taps, and what conversations remember: the fast path, which records no fields.
    #[default]
    Row,
    /// Its fields' values; remarks of the analysis with their words.
    Values,
    /// Its fields with the words of the tree.
    Words,
}

/// What a statistic has to be told of each frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// The kinds of layers it wants to be told of.
    pub taps: Layers,
    /// How much has to be taken apart.
    pub depth: Depth,
    /// Whether it reads the row's Info text.
    pub info: bool,
    /// Whether it wants the names in the capture's own blocks.
    pub blocks: bool,
    /// Whether it has something to say before the end.
    pub live: bool,
}

impl Needs {
    /// Layers of these kinds, and nothing more.
    pub const fn taps(taps: Layers) -> Self {
        Self { taps, depth: Depth::Row, info: false, blocks: false, live: false }
    }
    /// What both need.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            taps: self.taps.and(other.taps),
            depth: self.depth.max(other.depth),
            info: self.info || other.info,
            blocks: self.blocks || other.blocks,
            live: self.live || other.live,
        }
    }
}

/// A frame that has been dissected, as statistics see it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The frame.
    pub frame: &'a Frame<'a>,
    /// Nanoseconds since the first frame of the capture.
    pub elapsed: i64,
    /// When the first frame of the capture was captured.
    pub first: Option<Time>,
    /// Its summary row.
    pub row: &'a Row,
    /// Its layers of the kinds that are wanted, outer ones first.
    pub taps: &'a [Tap],
    /// All that was tapped of it, bytes included.
    pub tapped: &'a Taps,
    /// What conversations remember.
    pub state: &'a State,
    /// Its fields, where any statistic needs them.
    pub detail: Option<&'a Detail>,
}

impl<'a> Seen<'a> {
    /// The frame's length on the wire; in a damaged record it may be negative, as tshark counts it.
    fn len(&self) -> i64 {
        i64::from(self.frame.wire_len as i32)
    }
    /// The layers of this filter name, each with the items from its own up to the next layer's. What ICMP quotes is left
    /// out.
    fn layers(&self, key: &'static str) -> impl Iterator<Item = (&'a Item, &'a [Item])> {
        self.layers_with_end(key).map(|(layer, items, _)| (layer, items))
    }
    /// As [`layers`](Self::layers), each with whether it was dissected to its end.
    fn layers_with_end(&self, key: &'static str) -> impl Iterator<Item = (&'a Item, &'a [Item], bool)> {
        let mut rest = self.detail.map(Detail::items).unwrap_or_default();
        // Remarks have headings of their own, which are no layers.
        let begins = |item: &Item| item.field.kind == field::Kind::Protocol && item.field.key != "_ws.expert";
        let quotes = move |item: &Item| matches!(item.field.key, "icmp" | "icmpv6") && item.field.key != key;
        std::iter::from_fn(move || {
            let start = rest.iter().position(|item| begins(item) && (item.field.key == key || quotes(item)))?;
            let (layer, behind) = rest.get(start..)?.split_first()?;
            let end = behind.iter().position(begins).unwrap_or(behind.len());
            rest = behind.get(end..).unwrap_or_default();
            let whole = !rest.first().is_some_and(|next| matches!(next.field.key, "_ws.malformed" | "_ws.short"));
            (!quotes(layer)).then(|| (layer, behind.get(..end).unwrap_or_default(), whole))
        })
        .filter(|(layer, ..)| layer.depth == 0)
    }
    /// The text of an item.
    fn text(&self, item: &Item) -> String {
        let Some(detail) = self.detail else { return String::new() };
        let bytes = match item.text.len {
            0 => {
                let buffer = detail.buffer_bytes(item.buffer, self.frame.bytes);
                buffer.get(item.start as usize..item.end as usize).unwrap_or_default()
            }
            _ => detail.span(item.text),
        };
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// Nanoseconds as seconds, rounded as tshark rounds: the whole ones and the rest apart.
fn seconds(nanos: i64) -> f64 {
    (nanos / 1_000_000_000) as f64 + (nanos % 1_000_000_000) as f64 / 1e9
}

/// The capture as far as it has been read, to its end or not, as statistics see it.
pub struct Ending<'a> {
    /// The capture's name, as it was given.
    pub capture: &'a str,
    /// Nanoseconds from the first frame to the last so far.
    pub elapsed: i64,
    /// What conversations remember.
    pub state: &'a mut State,
    /// What hosts are called; none, they are numbers.
    pub names: Option<&'a Names>,
}

impl Ending<'_> {
    /// What a host is called.
    #[allow(clippy::unused_self, reason = "names are the capture's")]
    pub fn host(&self, address: &Address) -> String {
        let mut line = Line::default();
        address.write(&mut line);
        String::from_utf8_lossy(line.as_bytes()).into_owned()
    }
    /// What a port of a layer is called.
    #[allow(clippy::unused_self, reason = "names are the capture's")]
    pub fn port(&self, _layer: Layers, port: u16) -> String {
        port.to_string()
    }
}

/// A listener that sees frames and prints at the end.
pub trait Statistic {
    /// What it has to be told of each frame.
    fn needs(&self) -> Needs;
    /// Takes a frame in.
    fn frame(&mut self, seen: &Seen<'_>);
    /// Takes a Name Resolution Block in, where it has asked for them.
    fn names(&mut self, _block: &[u8], _big_endian: bool) {}
    /// Appends what it has to say already, where it has asked for that: it is asked after every frame.
    fn meanwhile(&mut self, _: &mut Ending<'_>, _out: &mut Vec<u8>) {}
    /// Appends what it found to `out`.
    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>);
}

/// A kind of statistic, and how one is made.
pub struct Kind {
    /// Its name on the command line: `conv,tcp`.
    pub name: &'static str,
    /// Makes one, from the argument that asks for it.
    pub make: fn(&Request<'_>) -> Result<Made, Refused>,
}

/// What is wrong with an argument, as it is told.
pub type Refused = String;

/// The argument that asks for a statistic.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The statistic's name.
    pub name: &'static str,
    /// The whole argument.
    pub argument: &'a str,
}

impl<'a> Request<'a> {
    /// What stands behind the name and the comma after it.
    pub fn rest(&self) -> Option<&'a str> {
        self.argument.get(self.name.len()..)?.strip_prefix(',').filter(|rest| !rest.is_empty())
    }
}

/// A statistic that was asked for, and the filter of the frames it sees.
pub struct Made {
    statistic: Box<dyn Statistic>,
    filter: Option<DisplayFilter>,
}

impl Made {
    /// A statistic over all frames.
    pub fn all(statistic: impl Statistic + 'static) -> Self {
        Self { statistic: Box::new(statistic), filter: None }
    }
    /// A statistic over the frames that `filter` keeps.
    ///
    /// # Errors
    /// What is wrong with the filter, in tshark's words.
    pub fn filtered(statistic: impl Statistic + 'static, filter: Option<&str>) -> Result<Self, Refused> {
        Ok(Self { filter: filter.map(compile).transpose()?, ..Self::all(statistic) })
    }
}

/// Compiles a statistic's filter.
///
/// # Errors
/// What is wrong with it, in tshark's words.
pub fn compile(filter: &str) -> Result<DisplayFilter, Refused> {
    DisplayFilter::compile(filter)
        .map_err(|error| format!("Filter \"{filter}\" is invalid - {message}", message = error.message))
}

/// The statistics that were asked for.
#[derive(Default)]
pub struct Statistics {
    asked: Vec<Made>,
}

impl Statistics {
    /// The statistics that these arguments ask for.
    ///
    /// # Errors
    /// What is wrong with the first that is none, or that is refused.
    pub fn new<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Self, Refused> {
        let mut asked = Vec::new();
        for argument in arguments {
            let kind = kind(argument).ok_or_else(|| unknown(argument))?;
            asked.push((kind.make)(&Request { name: kind.name, argument })?);
        }
        Ok(Self { asked })
    }
    /// Asks for one more.
    pub fn add(&mut self, made: Made) {
        self.asked.push(made);
    }
    /// Whether none was asked for.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }
    /// What all of them together need.
    pub fn needs(&self) -> Needs {
        let one = |made: &Made| {
            let depth = if made.filter.is_some() { Depth::Values } else { Depth::Row };
            made.statistic.needs().and(Needs { depth, ..Needs::default() })
        };
        self.asked.iter().map(one).fold(Needs::default(), Needs::and)
    }
    /// Shows a frame to each whose filter keeps it.
    pub fn frame(&mut self, seen: &Seen<'_>) {
        for Made { statistic, filter } in &mut self.asked {
            let keeps =
                |filter: &DisplayFilter| seen.detail.is_none_or(|detail| filter.keeps(detail, seen.frame.bytes));
            if filter.as_ref().is_none_or(keeps) {
                statistic.frame(seen);
            }
        }
    }
    /// Shows a Name Resolution Block to all.
    pub fn names(&mut self, block: &[u8], big_endian: bool) {
        self.asked.iter_mut().for_each(|made| made.statistic.names(block, big_endian));
    }
    /// Appends what they have to say already.
    pub fn meanwhile(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        self.asked.iter_mut().for_each(|made| made.statistic.meanwhile(ending, out));
    }
    /// Appends what they found: what was asked for last comes first, as in tshark.
    pub fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        for made in self.asked.iter_mut().rev() {
            made.statistic.end(ending, out);
        }
    }
}

/// The statistic that an argument asks for.
fn kind(argument: &str) -> Option<&'static Kind> {
    kinds().filter(|kind| argument.starts_with(kind.name)).max_by_key(|kind| kind.name.len())
}

/// Says that an argument is no statistic, and lists those that there are.
fn unknown(argument: &str) -> Refused {
    let mut names: Vec<_> = kinds().map(|kind| kind.name).collect();
    names.sort_unstable();
    let mut text = format!("Invalid -z argument \"{argument}\"; it must be one of:");
    for name in names {
        text.push_str("\n     ");
        text.push_str(name);
    }
    text
}
