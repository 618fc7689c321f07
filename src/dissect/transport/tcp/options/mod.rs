//! TCP options (RFC 9293 section 3.2): what the Info text says of them, and their fields.

mod fields;
mod mptcp;
mod riverbed;
mod tree;

use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::joined;

pub(super) use tree::{Context, dissect};

/// The fields of all options.
pub(super) const FIELDS: &[&Field] = joined!(fields::FIELDS, mptcp::FIELDS, riverbed::FIELDS);
/// What is remarked on them.
pub(super) const EXPERTS: &[&Field] = joined!(fields::EXPERTS, mptcp::EXPERTS);

/// An option: its kind and what stands behind kind and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opt<'a> {
    /// The kind, by IANA's registry.
    pub kind: u8,
    /// The bytes behind kind and length.
    pub body: &'a [u8],
}

/// Options of a header, as far as they are whole; the end of the list and padding are left out.
pub(super) struct Options<'a>(pub &'a [u8]);

impl<'a> Iterator for Options<'a> {
    type Item = Opt<'a>;

    fn next(&mut self) -> Option<Opt<'a>> {
        loop {
            match *self.0 {
                [] | [0 | 2..=255] | [0, ..] => return None,
                [1, ref rest @ ..] => self.0 = rest,
                [kind, len, ref rest @ ..] => {
                    let (body, rest) = rest.split_at_checked(usize::from(len).checked_sub(2)?)?;
                    self.0 = rest;
                    return Some(Opt { kind, body });
                }
            }
        }
    }
}

/// The greatest shift count of a window scale option (RFC 7323 section 2.3).
pub(super) const MOST_SHIFT: u8 = 14;

/// What the options mean for the segment and its conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The shift count of the sender's window.
    pub shift: Option<u8>,
    /// Bytes that selective acknowledgments name.
    pub sacked: u32,
    /// No option is there that needs a closer look.
    pub plain: bool,
}

/// The options that nearly every segment has: two times padding, and timestamps.
const TIMESTAMPS_ONLY: [u8; 4] = [1, 1, 8, 10];

/// Bytes in the blocks of a selective acknowledgment: each has the edges of what was received (RFC 2018 section 3).
fn sacked(blocks: &[u8]) -> u32 {
    blocks.as_chunks::<8>().0.iter().fold(0, |sum: u32, &[a, b, c, d, e, f, g, h]| {
        sum.wrapping_add(u32::from_be_bytes([e, f, g, h]).wrapping_sub(u32::from_be_bytes([a, b, c, d])))
    })
}

/// Reads what options mean for the segment and its conversation.
pub(super) fn facts(options: &[u8]) -> Facts {
    let mut facts = Facts { plain: true, ..Facts::default() };
    if options.is_empty() || (options.len() == 12 && options.starts_with(&TIMESTAMPS_ONLY)) {
        return facts;
    }
    for option in Options(options) {
        match (option.kind, option.body) {
            (3, &[shift]) => facts.shift = Some(shift.min(MOST_SHIFT)),
            (5, body) if body.len() >= 8 => facts.sacked = sacked(body),
            (5 | 21 | 30 | 76, _) => facts.plain = false,
            _ => {}
        }
    }
    facts
}

/// Writes what stands in front of the ports: what middleboxes by Riverbed left.
pub(super) fn write_in_front(options: &[u8], line: &mut Line) {
    if options.starts_with(&TIMESTAMPS_ONLY) {
        return;
    }
    for option in Options(options) {
        match (option.kind, option.body) {
            (76, body) => riverbed::write_in_front(body, line),
            (78, _) => _ = line.str("TRPY, "),
            _ => {}
        }
    }
}

/// Writes what stands behind the length: ` MSS=1460 SACK_PERM WS=128`; of the last option also where it is `cut`.
pub(super) fn write(options: &[u8], cut: bool, sack_base: u32, line: &mut Line) {
    let mut options = Options(options);
    for option in options.by_ref() {
        write_one(option, sack_base, line);
    }
    if let (true, &[kind, _, ref body @ ..]) = (cut, options.0) {
        write_one(Opt { kind, body }, sack_base, line);
    }
}

fn write_one(Opt { kind, body }: Opt<'_>, sack_base: u32, line: &mut Line) {
    match (kind, body) {
        (2, &[a, b]) => _ = line.str(" MSS=").dec(u16::from_be_bytes([a, b])),
        (3, &[shift]) => _ = line.str(" WS=").dec(1_u32 << shift.min(MOST_SHIFT)),
        (4, _) => _ = line.str(" SACK_PERM"),
        (5, body) => {
            for &[a, b, c, d, e, f, g, h] in body.as_chunks().0 {
                let (left, right) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
                line.str(" SLE=").dec(left.wrapping_sub(sack_base)).str(" SRE=").dec(right.wrapping_sub(sack_base));
            }
        }
        (6 | 7, &[a, b, c, d]) => _ = line.str(" ECHO=").dec(u32::from_be_bytes([a, b, c, d])),
        (8, &[a, b, c, d, e, f, g, h]) => {
            line.str(" TSval=").dec(u32::from_be_bytes([a, b, c, d]));
            line.str(" TSecr=").dec(u32::from_be_bytes([e, f, g, h]));
        }
        (11..=13, &[a, b, c, d]) => _ = line.str(" CC=").dec(u32::from_be_bytes([a, b, c, d])),
        (19, _) => _ = line.str(" MD5"),
        (20, &[capabilities, connection]) => write_capabilities(capabilities, connection, line),
        (27, &[rate, ..]) if body.len() == 6 => _ = line.str(" QSresp=").str(rate_of(rate)),
        (28, &[a, b]) => _ = line.str(" USER_TO=").dec(u16::from_be_bytes([a, b])),
        (29, _) => _ = line.str("TCP AO"),
        (34, body) => _ = line.str(if body.is_empty() { " TFO=R" } else { " TFO=C" }),
        (172, counters) => write_counters(counters, FIRST_ORDER, line),
        (174, counters) => write_counters(counters, SECOND_ORDER, line),
        (253 | 254, &[a, b, ref rest @ ..]) => write_experiment(u16::from_be_bytes([a, b]), rest, line),
        _ => {}
    }
}

/// Capabilities of the space communications protocol (CCSDS 714.0-B-2), bits from the highest down.
pub(super) static CAPABILITIES: [(u8, &str); 6] =
    [(0x80, "BETS"), (0x40, "SNACK1"), (0x20, "SNACK2"), (0x10, "COMP"), (0x08, "NLTS"), (0x07, "RESERVED")];

fn capability_names(capabilities: u8, line: &mut Line) {
    let mut first = true;
    for (bits, name) in CAPABILITIES {
        if capabilities & bits != 0 {
            line.str(if first { "" } else { ", " }).str(name);
            first = false;
        }
    }
}

fn write_capabilities(capabilities: u8, connection: u8, line: &mut Line) {
    if capabilities != 0 {
        line.str(" SCPS[");
        capability_names(capabilities, line);
        line.byte(b']');
    }
    line.str(" Connection ID=").dec(connection);
}

fn rate_of(rate: u8) -> &'static str {
    fields::QS_RATE.name(u64::from(rate & 15)).unwrap_or_default()
}

/// The counters of Accurate ECN (RFC 9768 section 3.2.3) in the order of option 172.
const FIRST_ORDER: [&str; 3] = ["EE0B", "ECEB", "EE1B"];
/// And of option 174.
const SECOND_ORDER: [&str; 3] = ["EE1B", "ECEB", "EE0B"];

/// Whether `len` bytes are none to three counters.
fn counters_fit(len: usize) -> bool {
    matches!(len, 0 | 3 | 6 | 9)
}

fn write_counters(counters: &[u8], names: [&str; 3], line: &mut Line) {
    if !counters_fit(counters.len()) {
        return;
    }
    if counters.is_empty() {
        line.str(" AccECN");
    }
    for (&[a, b, c], name) in counters.as_chunks::<3>().0.iter().zip(names) {
        line.byte(b' ').str(name).byte(b'=').dec(u32::from_be_bytes([0, a, b, c]));
    }
}

/// Experiments that have a form of their own (IANA's registry of experiment identifiers).
fn write_experiment(id: u16, rest: &[u8], line: &mut Line) {
    match id {
        0xf989 => _ = line.str(if rest.is_empty() { " TFO=R" } else { " TFO=C" }),
        0x00ac if rest.len() < 2 => write_ack_rate(rest, line),
        0x00ac => {}
        0xacc0 => write_counters(rest, FIRST_ORDER, line),
        0xacc1 => write_counters(rest, SECOND_ORDER, line),
        _ => {
            line.str(" ExID=");
            upper_hex(id, line);
        }
    }
}

fn write_ack_rate(rest: &[u8], line: &mut Line) {
    line.str(" TARR");
    if let Some(rate) = rest.first() {
        line.byte(b'=').dec(rate >> 1);
    }
}

fn upper_hex(id: u16, line: &mut Line) {
    let digits = 4 - (u32::from(id).leading_zeros() - 16) / 4;
    for i in (0..digits.max(1)).rev() {
        let digit = (id >> (4 * i) & 15) as u8;
        line.byte(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 });
    }
}
