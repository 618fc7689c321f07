//! The options one after the other, with their fields.

use super::fields::*;
use super::{FIRST_ORDER, MOST_SHIFT, SECOND_ORDER, capability_names, counters_fit, mptcp, riverbed};
use crate::conversation::tcp::analysis::flag;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// What the options' fields need to know of the segment.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Context {
    /// The header's flags.
    pub flags: u16,
    /// The acknowledgment number, relative.
    pub ack: u32,
    /// The other direction's first sequence number.
    pub base: u32,
}

/// Reads `len` bytes of options.
///
/// # Errors
/// Where the packet or the capture ends within them, or one is too short for what must be in it; the cursor then
/// stands before the option that is to blame.
pub(in super::super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, len: usize, context: Context) -> Result<(), Stop> {
    if len == 0 {
        return Ok(());
    }
    let (start, end) = (c.pos(), c.pos().saturating_add(len));
    let list = c.mark();
    c.put(&OPTIONS, start, end, 0);
    c.label(|l| _ = l.str("Options: (").dec(len as u64).str(" bytes)"));
    let outcome = c.below(|c| all(c, list, end, context));
    if outcome.is_ok() {
        c.seek(end);
        return if end > c.end() { Err(c.short(0)) } else { Ok(()) };
    }
    outcome
}

/// No-operation options: four look as if another option had stood in their place, where none but the first of them
/// stands at a multiple of four bytes.
#[derive(Default)]
struct Nops {
    count: usize,
    /// Some of them do not stand as they would have to.
    astray: bool,
}

impl Nops {
    /// Counts one that stands `at` bytes into the options; says whether these are now too many.
    fn are_many(&mut self, at: usize) -> bool {
        self.astray |= at.is_multiple_of(4) && self.count > 0;
        self.count += 1;
        self.count == 4 && !self.astray
    }
}

fn all<S: Sink>(c: &mut Cursor<'_, S>, list: usize, end: usize, context: Context) -> Result<(), Stop> {
    let (mut max_segment_size, mut nops) = (false, Nops::default());
    let start = c.pos();
    while c.pos() < end {
        let at = c.pos();
        c.need(1)?;
        let kind = c.peek_u8(0).unwrap_or(0);
        match kind {
            0 if S::DETAIL => {
                titled(c, &EOL, |c| c.u8(&KIND))?;
                name(c, list, kind);
                if padding(c, end) {
                    break;
                }
            }
            0 => break,
            1 => {
                if nops.are_many(at - start) {
                    c.expert(&MANY_NOPS);
                }
                titled(c, &NOP, |c| c.u8(&KIND))?;
                name(c, list, kind);
            }
            _ => {
                if at + 1 == end {
                    broken(c, kind, |l| _ = l.str(" (length byte past end of options)"));
                    return Ok(());
                }
                c.need(2)?;
                let len = usize::from(c.peek_u8(1).unwrap_or(0));
                if !fits(c, kind, len, end) {
                    return Ok(());
                }
                if at + len > c.limit() {
                    return Err(Stop::Overrun);
                }
                if let Err(stop) = c.within(len, |c| one(c, kind, len, context)) {
                    c.seek(at);
                    return Err(stop);
                }
                max_segment_size |= kind == 2;
                name(c, list, kind);
            }
        }
    }
    if S::DETAIL && context.flags & flag::SYN != 0 && !max_segment_size {
        c.expert(&MSS_ABSENT);
    }
    Ok(())
}

/// Behind the end of the list there is nothing but zeros; says whether anything else was found.
fn padding<S: Sink>(c: &mut Cursor<'_, S>, end: usize) -> bool {
    let left = end.saturating_sub(c.pos());
    let rest = c.rest();
    let rest = rest.get(..left).unwrap_or(rest);
    let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
    if zeros < rest.len() && c.peek_u8(0) != Some(0) {
        c.put(&PADDING_TEXT, c.pos(), end, 0);
        c.below(|c| c.expert(&PADDING));
        c.seek(end);
        return true;
    }
    false
}

/// Whether an option's length is possible.
fn fits<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, len: usize, end: usize) -> bool {
    let bytes = |l: &mut Line| _ = l.dec(len as u64).str(if len == 1 { " byte" } else { " bytes" });
    if len < 2 {
        broken(c, kind, |l| {
            l.str(" (with too-short option length = ");
            bytes(l);
            l.byte(b')');
        });
    } else if c.pos() + len > end {
        broken(c, kind, |l| {
            l.str(" (option length = ");
            bytes(l);
            l.str(" says option goes past end of options)");
        });
    } else {
        return true;
    }
    false
}

fn broken<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, words: impl Fn(&mut Line)) {
    let write = |l: &mut Line| {
        write_name(kind, l);
        words(l);
    };
    c.put(&BROKEN, c.pos(), c.end(), 0);
    c.label(write);
    c.below(|c| {
        c.expert(&WRONG_LEN);
        c.label(write);
    });
}

/// Opens an option's branch of the tree, which shows its title and not its bytes.
pub(super) fn titled<S: Sink, T>(
    c: &mut Cursor<'_, S>,
    field: &'static Field,
    body: impl FnOnce(&mut Cursor<'_, S>) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let mark = c.mark();
    c.group(field, |c| {
        c.label_at(mark, |l| _ = l.str(field.label));
        body(c)
    })
}

/// Appends the option's name to the list's line.
fn name<S: Sink>(c: &mut Cursor<'_, S>, list: usize, kind: u8) {
    c.append_at(list, |l| {
        l.str(", ");
        write_name(kind, l);
    });
}

fn write_name(kind: u8, line: &mut Line) {
    match name_of(kind) {
        Some(name) => _ = line.str(name),
        None => _ = line.str("Unknown (0x").hex(kind, 2).byte(b')'),
    }
}

fn name_of(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "End of Option List (EOL)",
        1 => "No-Operation (NOP)",
        2 => "Maximum segment size",
        3 => "Window scale",
        4 => "SACK permitted",
        5 => "SACK",
        6 => "Echo",
        7 => "Echo reply",
        8 => "Timestamps",
        11 => "CC",
        12 => "CC.NEW",
        13 => "CC.ECHO",
        19 => "TCP MD5 signature",
        20 => "SCPS capabilities",
        21 => "Selective Negative Acknowledgment",
        22 => "SCPS record boundary",
        23 => "SCPS corruption experienced",
        27 => "Quick-Start",
        28 => "User Timeout",
        29 => "TCP AO",
        30 => "MPTCP",
        34 => "TCP Fast Open",
        76 => "Riverbed Probe",
        78 => "Riverbed Transparency",
        172 | 174 => "Accurate ECN",
        253 | 254 => "Experimental",
        _ => return None,
    })
}

/// Reads one option; the window is its own.
fn one<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, len: usize, context: Context) -> Result<(), Stop> {
    let (field, wanted): (&'static Field, usize) = match kind {
        2 => (&MSS, 4),
        3 => (&SCALE, 3),
        4 => (&SACK_PERMITTED, 2),
        5 => (&SACK, 0),
        6 | 7 => (&ECHO, 6),
        8 => (&TIMESTAMP, 10),
        11..=13 => (&CC, 6),
        19 => (&MD5, 18),
        20 => (&SCPS, 0),
        21 => (&SNACK, 6),
        22 => (&RECORD_BOUNDARY, 2),
        23 => (&CORRUPTION, 2),
        27 => (&QUICK_START, 8),
        28 => (&USER_TIMEOUT, 4),
        29 => (&AO, 0),
        30 => return mptcp::dissect(c, len),
        34 => (&FAST_OPEN, 0),
        76 => return riverbed::probe(c, len),
        78 => return riverbed::transparency(c, len),
        172 | 174 => (&ACC_ECN, 0),
        253 | 254 => (&EXPERIMENT, 0),
        _ => (&UNKNOWN, 0),
    };
    let mark = c.mark();
    titled(c, field, |c| {
        if kind == 2 && context.flags & flag::SYN == 0 {
            c.expert(&MSS_PRESENT);
        }
        c.u8(&KIND)?;
        c.u8(&LEN)?;
        if wanted != 0 && len != wanted {
            wrong_len(c, |l| _ = l.str("option length should be ").dec(wanted as u64));
            return Ok(());
        }
        body(c, mark, kind, len, context)
    })
}

/// Remarks on a length that is not what it should be.
pub(super) fn wrong_len<S: Sink>(c: &mut Cursor<'_, S>, words: impl FnOnce(&mut Line)) {
    c.below(|c| c.expert(&WRONG_LEN));
    c.label(words);
    c.seek(c.limit().min(c.end()));
}

fn body<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, kind: u8, len: usize, context: Context) -> Result<(), Stop> {
    match kind {
        2 => {
            let size = c.u16(&MSS_VALUE)?;
            c.append_at(mark, |l| _ = l.str(": ").dec(size).str(" bytes"));
        }
        3 => scale(c, mark)?,
        5 => sack(c, mark, context)?,
        6 | 7 => {
            let value = c.u32(&ECHO_VALUE)?;
            c.append_at(mark, |l| _ = l.str(": ").dec(value));
        }
        8 => {
            let (value, echo) = (c.u32(&TS_VALUE)?, c.u32(&TS_ECHO)?);
            c.append_at(mark, |l| _ = l.str(": TSval ").dec(value).str(", TSecr ").dec(echo));
        }
        11..=13 => _ = c.u32(&CC_VALUE)?,
        19 => _ = c.bytes(&MD5_DIGEST, 16)?,
        20 => capabilities(c, mark, len)?,
        21 => {
            c.u16(&SNACK_OFFSET)?;
            c.u16(&SNACK_SIZE)?;
            // tshark goes on reading here, and finds nothing.
            return Err(Stop::Malformed);
        }
        27 => {
            c.u8(&QS_RATE)?;
            c.u8(&QS_TTL)?;
        }
        28 => {
            let timeout = c.be::<2>(&TIMEOUT_MINUTES)?;
            c.bits::<2>(&TIMEOUT, timeout);
        }
        29 => authentication(c, len)?,
        34 => fast_open(c, len, c.pos().saturating_sub(2))?,
        172 | 174 => accurate_ecn(c, mark, kind, len, 2)?,
        253 | 254 => experiment(c, mark, len)?,
        4 | 22 | 23 => {}
        _ if len > 2 => _ = c.bytes(&UNKNOWN_PAYLOAD, len - 2)?,
        _ => {}
    }
    Ok(())
}

fn scale<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    let at = c.pos();
    let shift = c.u8(&SHIFT)?;
    if shift > MOST_SHIFT {
        c.below(|c| c.expert(&SHIFT_TOO_GREAT));
    }
    let factor = 1_u32 << shift.min(MOST_SHIFT);
    c.generated_over(&MULTIPLIER, at, at + 1, factor.into());
    c.append_at(mark, |l| _ = l.str(": ").dec(shift).str(" (multiply by ").dec(factor).byte(b')'));
    Ok(())
}

fn sack<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, context: Context) -> Result<(), Stop> {
    let start = c.pos();
    let (mut blocks, mut first, mut second) = (0_u64, (0, 0), None);
    let edge = |c: &mut Cursor<'_, S>, field: &'static Field, side: &'static str| {
        let edge = u32::from_be_bytes(c.array()?).wrapping_sub(context.base);
        c.put(field, c.pos().saturating_sub(4), c.pos(), edge.into());
        c.label(|l| _ = l.str(side).str(" edge = ").dec(edge).str(" (relative)"));
        Ok(edge)
    };
    while c.reported() > 0 {
        if blocks > 0 && c.reported() < 8 {
            c.put(&BROKEN, c.pos(), c.end(), 0);
            c.label(|l| _ = l.str(SUBOPTION.label));
            c.below(|c| c.expert(&SUBOPTION));
            break;
        }
        let (left, right) = (edge(c, &SACK_LEFT, "left")?, edge(c, &SACK_RIGHT, "right")?);
        c.append_at(mark, |l| _ = l.byte(b' ').dec(left).byte(b'-').dec(right));
        match blocks {
            0 => first = (left, right),
            1 => second = Some((left, right)),
            _ => {}
        }
        blocks += 1;
    }
    if blocks == 0 {
        return Err(c.short(4));
    }
    c.generated(&SACK_COUNT, blocks);
    if duplicate(first, second, context.ack) {
        for (field, side, at, edge) in
            [(&DSACK_LEFT, "Left", start, first.0), (&DSACK_RIGHT, "Right", start + 4, first.1)]
        {
            c.generated_over(field, at, at + 4, edge.into());
            c.label(|l| _ = l.str("D-SACK ").str(side).str(" Edge = ").dec(edge).str(" (relative)"));
        }
        c.put(&BROKEN, start, start, 0);
        c.label(|l| _ = l.str("D-SACK Sequence"));
        c.below(|c| c.expert(&DSACK_SEEN));
    }
    Ok(())
}

/// Whether the first block reports a duplicate (RFC 2883 section 4).
fn duplicate((left, right): (u32, u32), second: Option<(u32, u32)>, ack: u32) -> bool {
    let after = |a: u32, b: u32| (a.wrapping_sub(b) as i32) > 0;
    !after(right, ack) || second.is_some_and(|(low, high)| !after(low, left) && !after(right, high))
}

fn capabilities<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, len: usize) -> Result<(), Stop> {
    if len != 4 {
        c.label_at(mark, |l| _ = l.str("Illegal SCPS Extended Capabilities (").dec(len as u64).str(" bytes)"));
        return c.skip(len.saturating_sub(2));
    }
    let vector = c.u8(&SCPS_VECTOR)?;
    c.append(|l| {
        l.str(" (");
        capability_names(vector, l);
        l.byte(b')');
    });
    c.below(|c| {
        for field in [&SCPS_BETS, &SCPS_SNACK1, &SCPS_SNACK2, &SCPS_COMPRESS, &SCPS_NLTS, &SCPS_RESERVED] {
            c.bits::<1>(field, vector.into());
        }
    });
    c.u8(&SCPS_BINDING)?;
    Ok(())
}

fn authentication<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    if len < 4 {
        wrong_len(c, |l| _ = l.str("option length should be >= than 4"));
        return Ok(());
    }
    c.u8(&AO_KEY)?;
    c.u8(&AO_NEXT_KEY)?;
    if len > 4 {
        c.bytes(&AO_MAC, len - 4)?;
    }
    Ok(())
}

/// The cookie of TCP Fast Open, or the request for one (RFC 7413 section 4.1).
fn fast_open<S: Sink>(c: &mut Cursor<'_, S>, len: usize, asked_at: usize) -> Result<(), Stop> {
    if c.reported() == 0 {
        c.put(&FAST_OPEN_REQUEST, asked_at, c.pos(), 0);
        return Ok(());
    }
    let left = c.reported().min(len);
    c.bytes(&FAST_OPEN_COOKIE, left)?;
    Ok(())
}

/// The counters of Accurate ECN, behind `before` bytes of the option.
fn accurate_ecn<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, kind: u8, len: usize, before: usize) -> Result<(), Stop> {
    if !counters_fit(len.saturating_sub(before)) {
        let words = if before == 2 { "2, 5, 8, or 11" } else { "4, 7, 10, or 13" };
        wrong_len(c, |l| _ = l.str("option length should be ").str(words).str(" instead of ").dec(len as u64));
        return Ok(());
    }
    if before == 4 {
        c.append_at(mark, |l| _ = l.str(": Accurate ECN"));
    }
    if len == before {
        return Ok(());
    }
    let first = kind == 172;
    c.append_at(mark, |l| _ = l.str(if first { " (Order 0):" } else { " (Order 1):" }));
    let (fields, names): ([&'static Field; 3], _) = if first {
        ([&ECT0_BYTES, &CE_BYTES, &ECT1_BYTES], FIRST_ORDER)
    } else {
        ([&ECT1_BYTES, &CE_BYTES, &ECT0_BYTES], SECOND_ORDER)
    };
    for (i, (field, name)) in fields.into_iter().zip(names).enumerate() {
        if c.reported() == 0 {
            break;
        }
        let count = c.u24(field)?;
        c.append_at(mark, |l| _ = l.str(if i > 0 { ", " } else { " " }).str(name).byte(b' ').dec(count));
    }
    Ok(())
}

fn experiment<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, len: usize) -> Result<(), Stop> {
    if len < 4 {
        wrong_len(c, |l| _ = l.str("option length ").dec(len as u64).str(" smaller than 4"));
        return Ok(());
    }
    let id = c.peek_u16(0).unwrap_or(0);
    c.append_at(mark, |l| _ = l.str(": ").str(EXPERIMENT_ID.name(id.into()).unwrap_or("Unknown")));
    let left = len - 4;
    let bad = match id {
        0x00ac if left > 1 => Some("4 or 5"),
        0xacc0 | 0xacc1 if !counters_fit(left) => Some("4, 7, 10, or 13"),
        _ => None,
    };
    if let Some(lens) = bad {
        c.below(|c| c.expert(&WRONG_LEN));
        c.label(|l| _ = l.str("option length should be ").str(lens).str(" instead of ").dec(len as u64));
    }
    c.u16(&EXPERIMENT_ID)?;
    match id {
        _ if bad.is_some() => c.skip(left),
        0x00ac if left == 1 => {
            let rate = c.be::<1>(&ACK_RATE)?;
            c.bits::<1>(&ACK_RATE_RESERVED, rate);
            c.append_at(mark, |l| _ = l.byte(b' ').dec(rate >> 1));
            Ok(())
        }
        0xacc0 => accurate_ecn(c, mark, 172, len, 4),
        0xacc1 => accurate_ecn(c, mark, 174, len, 4),
        0xf989 => fast_open(c, left, c.pos().saturating_sub(2)),
        _ if left > 0 => c.bytes(&EXPERIMENT_DATA, left).map(|_| ()),
        _ => Ok(()),
    }
}
