//! A message: its header and its sections.

use super::fields::*;
use super::history::{self, Verdict};
use super::names::{CLASSES, MNEMONICS, OPCODES, RCODES};
use super::{Dialect, Message, name, record, stateful};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Bytes without which a message has no layer of its own in the tree: its number and its flags.
const LEAST: usize = 4;
/// Opcode of a dynamic update (RFC 2136), whose sections bear other names.
const UPDATE: u16 = 5;
/// Opcode of stateful operations (RFC 8490).
const STATEFUL: u16 = 6;

/// The header's flags.
#[derive(Clone, Copy)]
pub(super) struct Flags(u16);

impl Flags {
    pub(super) fn is_response(self) -> bool {
        self.0 & 0x8000 != 0
    }
    fn opcode(self) -> u16 {
        self.0 >> 11 & 15
    }
    fn rcode(self) -> u16 {
        self.0 & 15
    }
    /// Writes what the message does.
    fn operation(self, line: &mut Line, with_number: bool) {
        match name_of(OPCODES, self.opcode().into()) {
            Some(name) => _ = line.str(name),
            None if with_number => _ = line.str("Unknown operation (").dec(self.opcode()).byte(b')'),
            None => _ = line.str("Unknown operation"),
        }
        if self.is_response() {
            line.str(" response");
        }
    }
}

/// Dissects one message, to the end of the window.
pub(super) fn message<S: Sink>(c: &mut Cursor<'_, S>, dialect: Dialect, protocol: &'static str) -> Result<(), Stop> {
    c.protocol(protocol);
    c.claim();
    let m = Message { base: c.pos(), dialect };
    if c.remaining() < LEAST {
        c.layer_hide();
    }
    let id = u16::from_be_bytes(c.array()?);
    let flags = Flags(u16::from_be_bytes(c.array()?));
    summary(c.info(), id, flags);
    c.layer_append(|l| _ = l.str(if flags.is_response() { " (response)" } else { " (query)" }));
    c.put(&ID, m.base, m.base + 2, id.into());
    let verdict = if S::DETAIL { history::ask(c, id, flags.is_response()) } else { Verdict::default() };
    verdict.remark(c, flags);
    flag_fields(c, dialect, flags);
    let counts = counts(c, flags)?;
    if flags.opcode() == STATEFUL && counts == [0; 4] {
        stateful::operation(c)?;
    } else {
        sections(c, m, flags, counts)?;
    }
    let end = c.pos();
    c.seek(m.base);
    verdict.record(c, flags);
    c.seek(end);
    extraneous(c)
}

/// The Info text's beginning: `Standard query response 0x1234 No such name`.
fn summary(line: &mut Line, id: u16, flags: Flags) {
    flags.operation(line, true);
    line.str(" 0x").hex(id, 4);
    if flags.is_response() && flags.rcode() != 0 {
        line.byte(b' ');
        match name_of(RCODES, flags.rcode().into()) {
            Some(name) => _ = line.str(name),
            None => _ = line.str("Unknown error (").dec(flags.rcode()).byte(b')'),
        }
    }
}

fn flag_fields<S: Sink>(c: &mut Cursor<'_, S>, dialect: Dialect, flags: Flags) {
    if !S::DETAIL {
        return;
    }
    let num = u64::from(flags.0);
    let end = c.pos();
    c.put(&FLAGS, end - 2, end, num);
    c.append(|l| {
        flags.operation(l.byte(b' '), false);
        if flags.is_response() {
            l.str(", ").str(name_of(RCODES, flags.rcode().into()).unwrap_or("Unknown error"));
        }
    });
    c.below(|c| {
        for field in flag_list(dialect, flags) {
            c.put(field, end - 2, end, num);
        }
    });
}

/// The flags that mean something, in the message's dialect and direction.
fn flag_list(dialect: Dialect, flags: Flags) -> impl Iterator<Item = &'static Field> {
    let (llmnr, response) = (dialect == Dialect::Llmnr, flags.is_response());
    let conflict: &'static Field = if response { &CONFLICT_OF_NAMES } else { &FLAGS_CONFLICT };
    let authenticated: &'static Field = if response { &FLAGS_AUTHENTICATED } else { &AD_BIT };
    let all: [(bool, &'static Field); 12] = [
        (true, &FLAGS_RESPONSE),
        (true, &FLAGS_OPCODE),
        (!llmnr && response, &FLAGS_AUTHORITATIVE),
        (llmnr, conflict),
        (true, &FLAGS_TRUNCATED),
        (!llmnr, &FLAGS_RECDESIRED),
        (llmnr, &FLAGS_TENTATIVE),
        (!llmnr && response, &FLAGS_RECAVAIL),
        (!llmnr, &FLAGS_Z),
        (!llmnr && (response || flags.0 & 0x20 != 0), authenticated),
        (!llmnr, &FLAGS_CHECKDISABLE),
        (response, &FLAGS_RCODE),
    ];
    all.into_iter().filter_map(|(meant, field)| meant.then_some(field))
}

/// How many records each section has.
fn counts<S: Sink>(c: &mut Cursor<'_, S>, flags: Flags) -> Result<[u16; 4], Stop> {
    let mut counts = [0; 4];
    let fields: [&'static Field; 4] = match flags.opcode() {
        UPDATE => [&COUNT_ZONES, &COUNT_PREREQUISITES, &COUNT_UPDATES, &COUNT_ADD_RR],
        _ => [&COUNT_QUERIES, &COUNT_ANSWERS, &COUNT_AUTH_RR, &COUNT_ADD_RR],
    };
    for (count, field) in counts.iter_mut().zip(fields) {
        *count = c.u16(field)?;
    }
    Ok(counts)
}

fn sections<S: Sink>(c: &mut Cursor<'_, S>, m: Message, flags: Flags, counts: [u16; 4]) -> Result<(), Stop> {
    let [questions, records @ ..] = counts;
    let update = flags.opcode() == UPDATE;
    let title = if update { &ZONE } else { &QUERIES };
    section(c, title, questions, |c| question(c, m))?;
    let titles: [&'static Field; 3] = match update {
        true => [&PREREQUISITES, &UPDATES, &ADDITIONALS],
        false => [&ANSWERS, &AUTHORITIES, &ADDITIONALS],
    };
    records.into_iter().zip(titles).try_for_each(|(count, title)| section(c, title, count, |c| record::record(c, m)))
}

/// A section of `count` entries, each read by `entry`.
fn section<S: Sink>(
    c: &mut Cursor<'_, S>,
    title: &'static Field,
    count: u16,
    mut entry: impl FnMut(&mut Cursor<'_, S>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if count == 0 {
        return Ok(());
    }
    c.need(1)?;
    c.group(title, |c| {
        for _ in 0..count {
            // What a message of thousands of records says beyond a full row, nobody sees.
            if !S::DETAIL && c.row().is_full() {
                break;
            }
            entry(c)?;
        }
        Ok(())
    })
}

/// A question: a name, the type and the class that are asked for.
fn question<S: Sink>(c: &mut Cursor<'_, S>, m: Message) -> Result<(), Stop> {
    let start = c.pos();
    let name = name::read(c, m.base)?;
    let rtype = u16::from_be_bytes(c.array()?);
    let class = u16::from_be_bytes(c.array()?);
    let kind = (m.dialect == Dialect::Mdns).then_some(if class & 0x8000 != 0 {
        ", \"QU\" question"
    } else {
        ", \"QM\" question"
    });
    let info = c.info().byte(b' ');
    mnemonic(info, rtype);
    info.byte(b' ').text(name.as_bytes()).str(kind.unwrap_or_default());
    if !S::DETAIL {
        return Ok(());
    }
    let end = c.pos();
    c.seek(start);
    c.group(&RECORD, |c| {
        c.label(|l| {
            heading(l, name.as_bytes(), rtype);
            class_words(l, m.dialect, class);
            l.str(kind.unwrap_or_default());
        });
        name::record(c, &QRY_NAME, start, end - 4, name.as_bytes());
        for (field, num) in [(&QRY_NAME_LEN, name.as_bytes().len()), (&COUNT_LABELS, name.labels())] {
            c.generated_over(field, start, end - 4, num as u64);
        }
        c.put(&QRY_TYPE, end - 4, end - 2, rtype.into());
        if m.dialect == Dialect::Mdns {
            c.put(&MDNS_QRY_CLASS, end - 2, end, class.into());
            c.put(&QRY_QU, end - 2, end, class.into());
        } else {
            c.put(&QRY_CLASS, end - 2, end, class.into());
        }
        c.seek(end);
        Ok(())
    })
}

/// Writes a record type's short name.
pub(super) fn mnemonic(line: &mut Line, rtype: u16) {
    line.named(name_of(MNEMONICS, rtype.into()), rtype);
}

/// The tree's heading of a question or record: `example.com: type A`.
pub(super) fn heading(line: &mut Line, name: &[u8], rtype: u16) {
    line.text(name).str(": type ");
    mnemonic(line, rtype);
}

/// The class behind it: `, class IN`.
pub(super) fn class_words(line: &mut Line, dialect: Dialect, class: u16) {
    let class = if dialect == Dialect::Mdns { class & 0x7fff } else { class };
    line.str(", class ").str(name_of(CLASSES, class.into()).unwrap_or("Unknown"));
}

/// Bytes behind the last section.
fn extraneous<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = c.reported();
    if len == 0 {
        return Ok(());
    }
    c.need(len)?;
    c.group(&EXTRANEOUS, |c| {
        c.append(|l| _ = l.str(" (").dec(len as u64).str(" bytes)"));
        c.bytes(&EXTRANEOUS_DATA_BYTES, len)?;
        c.generated(&EXTRANEOUS_LENGTH, len as u64);
        // It is remarked upon, but as in tshark the tree does not show that.
        c.expert(&EXTRANEOUS_DATA);
        c.hide();
        Ok(())
    })
}

/// Whether a message on a port that is not DNS's looks like a query, or an answer to one.
pub(super) fn plausible<S: Sink>(c: &Cursor<'_, S>) -> bool {
    const HEADER_LEN: usize = 12;
    let count = |at| c.peek_u16(at).unwrap_or(u16::MAX);
    let Some(flags) = c.peek_u16(2).map(Flags) else { return false };
    let few = match flags.is_response() {
        true => count(4) <= 1 && count(6) <= 100 && count(8) <= 10,
        false => count(4) == 1 && count(6) == 0 && count(8) == 0,
    };
    flags.opcode() == 0 && few && count(10) <= 10 && c.reported() > HEADER_LEN
}
