//! `-z flow,…`: who says what to whom, as a ladder between all hosts.

use std::io::Write;

use hashbrown::HashMap;

use super::{Depth, Ending, Kind, Made, Needs, Refused, Request, Seen, Statistic};
use crate::dissect::line::Line;
use crate::dissect::row::Address;
use crate::dissect::sink::Item;
use crate::dissect::tap::{Layers, Tap};
use crate::dissect::transport::tcp::FLAG_NAMES;
use crate::present::time::write_since;

/// The statistics of this file.
pub(super) const KINDS: [Kind; 4] = [
    Kind { name: "flow,any", make: |request| make(request, Subject::Any) },
    Kind { name: "flow,icmp", make: |request| make(request, Subject::Icmp("icmp")) },
    Kind { name: "flow,icmpv6", make: |request| make(request, Subject::Icmp("icmpv6")) },
    Kind { name: "flow,tcp", make: |request| make(request, Subject::Tcp) },
];

/// Steps that are kept at most.
const MOST_STEPS: usize = 1 << 20;

fn make(request: &Request<'_>, subject: Subject) -> Result<Made, Refused> {
    let (word, filter) = match request.rest().map(|rest| rest.split_once(',').unwrap_or((rest, ""))) {
        Some((word @ ("standard" | "network"), filter)) => (word, Some(filter).filter(|filter| !filter.is_empty())),
        _ => return Err("flow - Invalid address type.".to_owned()),
    };
    Made::filtered(Flow { subject, rows: word == "network", ..Flow::default() }, filter)
        .map_err(|refused| format!("flow - {refused}"))
}

/// What steps are made of.
#[derive(Clone, Copy, Default, PartialEq)]
enum Subject {
    /// Every frame.
    #[default]
    Any,
    /// Echo requests and replies of this protocol.
    Icmp(&'static str),
    /// TCP segments.
    Tcp,
}

/// One thing that one host says to another.
struct Step {
    /// Seconds since the capture's first frame, in words; empty where the frame has no time.
    time: String,
    /// The hosts' places in the order of the columns.
    src: usize,
    dst: usize,
    src_port: u16,
    dst_port: u16,
    /// The conversation, where there are any.
    stream: u64,
    label: String,
    comment: String,
}

#[derive(Default)]
struct Flow {
    subject: Subject,
    /// Whether addresses are those of the row, of whatever layer, not those of IP.
    rows: bool,
    places: HashMap<Address, usize>,
    hosts: Vec<Address>,
    steps: Vec<Step>,
    /// Steps that were too many to be kept.
    dropped: u64,
}

const IP: Layers = Layers::IPV4.and(Layers::IPV6);

impl Flow {
    fn host(&mut self, address: Address) -> usize {
        let next = self.hosts.len();
        let place = *self.places.entry(address).or_insert(next);
        if place == next {
            self.hosts.push(address);
        }
        place
    }

    fn ends(&self, seen: &Seen<'_>) -> Option<(Address, Address)> {
        if self.rows {
            let ends = (seen.row.src, seen.row.dst);
            return Some(ends).filter(|(src, dst)| *src != Address::None && *dst != Address::None);
        }
        match seen.taps.iter().rfind(|tap| !tap.quoted && tap.layer.any(IP)) {
            Some(ip) => Some((ip.src, ip.dst)),
            // Fragments of IPv6 are not told of.
            None => Some((seen.row.src, seen.row.dst)).filter(|(src, dst)| is_ip(src) && is_ip(dst)),
        }
    }

    fn step(&mut self, seen: &Seen<'_>, ports: (u16, u16), stream: u64, label: String, comment: String) {
        let Some((src, dst)) = self.ends(seen) else { return };
        if self.steps.len() >= MOST_STEPS {
            self.dropped += 1;
            return;
        }
        let (src, dst) = (self.host(src), self.host(dst));
        let (time, (src_port, dst_port)) = (time_of(seen), ports);
        self.steps.push(Step { time, src, dst, src_port, dst_port, stream, label, comment });
    }

    fn echoes(&mut self, seen: &Seen<'_>, protocol: &'static str) {
        let outer = ports(seen);
        for (_, items) in seen.layers(protocol) {
            let kind = items.iter().find(|item| item.field.key.strip_suffix(".type") == Some(protocol));
            let kind = kind.map_or(u64::MAX, Item::value);
            let (request, reply) = if protocol == "icmp" { (8, 0) } else { (128, 129) };
            // A reply counts where its request is known.
            let answers = || items.iter().any(|item| item.field.key.strip_suffix(".resp_to") == Some(protocol));
            if kind == request || kind == reply && answers() {
                let (info, comment) = columns(seen);
                // Ports are those of a tunnel, if there is one.
                self.step(seen, outer.unwrap_or((0, (kind as u16) << 8)), 0, info, comment);
            }
        }
    }

    fn segments(&mut self, seen: &Seen<'_>) {
        for (_, items) in seen.layers("tcp") {
            let value = |key| items.iter().find(|item| item.field.key == key).map(Item::value);
            let Some(seq) = value("tcp.seq") else { continue };
            let (flags, ack) = (value("tcp.flags").unwrap_or_default(), value("tcp.ack").unwrap_or_default());
            let names: Vec<&str> =
                FLAG_NAMES.iter().filter(|(flag, _)| flags & u64::from(*flag) != 0).map(|(_, name)| *name).collect();
            let mut label = if names.is_empty() { "<None>".to_owned() } else { names.join(", ") };
            if let Some(len @ 1..) = value("tcp.len") {
                label.push_str(&format!(" - Len: {len}"));
            }
            let mut comment = format!("Seq = {seq}");
            if flags & 0x10 != 0 {
                comment.push_str(&format!(" Ack = {ack}"));
            }
            let port = |key| value(key).unwrap_or_default() as u16;
            let ports = (port("tcp.srcport"), port("tcp.dstport"));
            let stream = value("tcp.stream").unwrap_or_default();
            // A segment whose header was not dissected to its end counts as none.
            let told = |tap: &Tap| {
                tap.layer == Layers::TCP && (tap.src_port, tap.dst_port) == ports && u64::from(tap.stream) == stream
            };
            if seen.taps.iter().any(told) {
                self.step(seen, ports, stream, label, comment);
            }
        }
    }
}

fn is_ip(address: &Address) -> bool {
    matches!(address, Address::Ipv4(_) | Address::Ipv6(_))
}

/// When the frame was captured, in seconds since the first one.
fn time_of(seen: &Seen<'_>) -> String {
    let Some(time) = seen.frame.time else { return String::new() };
    let mut line = Line::default();
    write_since(seen.first.unwrap_or(time), time, seen.frame.precision, &mut line);
    String::from_utf8_lossy(line.as_bytes()).into_owned()
}

/// The frame's innermost ports.
fn ports(seen: &Seen<'_>) -> Option<(u16, u16)> {
    let tap = seen.taps.iter().rfind(|tap| tap.layer == Layers::PORTS);
    tap.map(|Tap { src_port, dst_port, .. }| (*src_port, *dst_port))
}

/// The frame's Info column, and what stands beside the ladder: its protocol and Info.
fn columns(seen: &Seen<'_>) -> (String, String) {
    let info = String::from_utf8_lossy(seen.row.info_column()).into_owned();
    let protocol = String::from_utf8_lossy(seen.row.protocol_column());
    let comment = format!("{protocol}: {info}");
    (info, comment)
}

impl Statistic for Flow {
    fn needs(&self) -> Needs {
        Needs { depth: Depth::Values, info: true, ..Needs::taps(IP.and(Layers::PORTS).and(Layers::TCP)) }
    }

    fn frame(&mut self, seen: &Seen<'_>) {
        match self.subject {
            Subject::Any => {
                let (info, comment) = columns(seen);
                self.step(seen, ports(seen).unwrap_or_default(), 0, info, comment);
            }
            Subject::Icmp(protocol) => self.echoes(seen, protocol),
            Subject::Tcp => self.segments(seen),
        }
    }

    fn end(&mut self, ending: &mut Ending<'_>, out: &mut Vec<u8>) {
        let Some(first) = self.steps.first() else { return };
        let streams = self.steps.iter().any(|step| step.stream != first.stream);
        self.heading(streams, ending, out);
        let mut last = first.stream;
        for step in &self.steps {
            if step.stream != last {
                _ = writeln!(out, "{:-<width$}", "", width = COLUMN * self.columns() + 17);
            }
            last = step.stream;
            self.draw(step, streams, out);
        }
        if self.dropped > 0 {
            _ = writeln!(out, "[{} steps more were too many to keep]", self.dropped);
        }
    }
}

/// Characters between two hosts' lines.
const COLUMN: usize = 20;
/// Characters that a host's name fills, and those that leave the line between two columns alone.
const NAME_WIDTH: usize = 38;
const SHORT_NAME: usize = 17;
/// Hosts that have columns. All others share a place behind them.
const MOST_COLUMNS: usize = 40;
/// Where that place is.
const BEYOND: usize = MOST_COLUMNS + 1;

/// A column without anything in it, up to the next host's line.
const BLANK: &str = "                   |";

impl Flow {
    /// The columns there are.
    fn columns(&self) -> usize {
        self.hosts.len().min(MOST_COLUMNS)
    }

    /// The hosts' names, every other one a line lower.
    fn heading(&self, streams: bool, ending: &Ending<'_>, out: &mut Vec<u8>) {
        let heads = if streams { ("Conv.| Time    |", "     |         |") } else { ("|Time     |", "|         |") };
        let (mut even, mut odd) = (heads.0.to_owned(), heads.1.to_owned());
        // In the second line the lines of the others go on between the names.
        let mut below: Vec<char> = BLANK.repeat(self.columns() / 2 * 2).chars().collect();
        below.resize(below.len() + COLUMN - 1, ' ');
        for (place, address) in self.hosts.iter().enumerate().take(MOST_COLUMNS) {
            let mut name = ending.host(address);
            if place % 2 == 0 {
                even.push_str(&format!(" {name:NAME_WIDTH$}|"));
                continue;
            }
            if name.chars().count() > SHORT_NAME {
                name = format!("{name:NAME_WIDTH$}");
            }
            let start = place * COLUMN + 1;
            below.resize(below.len().max(start + name.chars().count()), ' ');
            for (to, letter) in below.iter_mut().skip(start).zip(name.chars()) {
                *to = letter;
            }
        }
        odd.extend(below);
        _ = writeln!(out, "{even}\n{odd}");
    }

    /// The two lines of a step: what is said, and the arrow with the ports at its ends.
    fn draw(&self, step: &Step, streams: bool, out: &mut Vec<u8>) {
        let columns = self.columns();
        let place = |host: usize| if host < columns { host } else { BEYOND };
        let (src, dst) = (place(step.src), place(step.dst));
        let (left, right) = (src.min(dst), src.max(dst));
        let span = (right - left).max(1) * COLUMN;
        let (stream, under) = if streams { (format!("{:<5}", step.stream), "     ") } else { (String::new(), "") };
        _ = writeln!(out, "{stream}|{:9}|{}{}", step.time, said(&step.label, columns, left, span), step.comment);
        let (before, dashes) = (BLANK.repeat(left.min(columns)), "-".repeat(span - 2));
        let forward = src <= dst;
        let arrow = if forward { format!("{dashes}>") } else { format!("<{dashes}") };
        let (here, there) = if forward { (step.src_port, step.dst_port) } else { (step.dst_port, step.src_port) };
        let (here, there) = (format!("({here})"), format!("({there})"));
        if left >= columns {
            // Between two hosts without columns there is no room.
            _ = writeln!(out, "{under}|         |{before}{arrow}{here}{there}");
            return;
        }
        let leaves = right.max(left + 1) >= columns;
        let last = if leaves { 8 } else { 9 };
        let behind = BLANK.repeat(columns.saturating_sub(if leaves { left } else { right.max(left + 1) } + 1));
        _ = writeln!(out, "{under}|         |{before}{here:9}{arrow}  {there:last$}|{behind}");
    }
}

/// The hosts' lines from behind the first, and over them what is said, from the column at `left` on, in `span`
/// characters.
fn said(label: &str, columns: usize, left: usize, span: usize) -> String {
    let blank = BLANK.repeat(columns);
    let start = if left < columns { left * COLUMN + 9 } else { columns * COLUMN };
    let end = start + label.chars().count().min(span);
    let before = blank.chars().take(start);
    let line = before.chain(label.chars().take(span));
    let rest = if end <= blank.len() { blank.get(end..).unwrap_or_default() } else { "          |" };
    let rest = if left < columns { rest } else { "" };
    line.chain(rest.chars()).collect()
}
