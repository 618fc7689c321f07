//! MMS (ISO 9506) and what carries it: OSI's session (X.225), presentation (X.226) and association control (X.227),
//! over COTP. IEC 61850 speaks it.

use crate::dissect::application::asn1::ber::{Element, Elements, OID, SEQUENCE};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static SESSION_LAYER: Field = Field::new("ses", "ISO 8327-1 OSI Session Protocol", Kind::Protocol);
static PRESENTATION_LAYER: Field = Field::new("pres", "ISO 8823 OSI Presentation Protocol", Kind::Protocol);
static ACSE_LAYER: Field = Field::new("acse", "ISO 8650-1 OSI Association Control Service", Kind::Protocol);
static MMS_LAYER: Field = Field::new("mms", "MMS", Kind::Protocol);

fields! {
    TYPE = "ses.type", "SPDU Type", U8 names(UNITS);
    TOKEN_TYPE = "ses.type", "SPDU Type", U8 names(TOKENS);
    LENGTH = "ses.length", "Length", U16;
    PARAMETER = "", "Session parameters", None;
}

names! {
    UNITS {
        1 = "DATA TRANSFER (DT) SPDU", 2 = "PLEASE TOKENS (PT) SPDU", 5 = "EXPEDITED (EX) SPDU",
        7 = "PREPARE (PR) SPDU", 8 = "NOT FINISHED (NF) SPDU", 9 = "FINISH (FN) SPDU", 10 = "DISCONNECT (DN) SPDU",
        12 = "REFUSE (RF) SPDU", 13 = "CONNECT (CN) SPDU", 14 = "ACCEPT (AC) SPDU",
        15 = "CONNECT DATA OVERFLOW (CDO) SPDU", 16 = "OVERFLOW ACCEPT (OA) SPDU",
        21 = "GIVE TOKENS CONFIRM (GTC) SPDU", 22 = "GIVE TOKENS ACK (GTA) SPDU", 25 = "ABORT (AB) SPDU",
        26 = "ABORT ACCEPT (AA) SPDU", 29 = "ACTIVITY RESUME (AR) SPDU", 33 = "TYPED DATA (TD) SPDU",
        34 = "RESYNCHRONIZE ACK (RA) SPDU", 41 = "MAJOR SYNC POINT (MAP) SPDU", 42 = "MAJOR SYNC ACK (MAA) SPDU",
        45 = "ACTIVITY START (AS) SPDU", 48 = "EXCEPTION DATA (ED) SPDU", 49 = "MINOR SYNC POINT (MIP) SPDU",
        50 = "MINOR SYNC ACK (MIA) SPDU", 53 = "RESYNCHRONIZE (RS) SPDU", 57 = "ACTIVITY DISCARD (AD) SPDU",
        58 = "ACTIVITY DISCARD ACK (ADA) SPDU", 61 = "CAPABILITY DATA (CD) SPDU",
        62 = "CAPABILITY DATA ACK (CDA) SPDU", 64 = "UNIT DATA (UD) SPDU",
    }
    TOKENS { 1 = "Give tokens PDU", 2 = "Please tokens PDU" }
    ASSOCIATION {
        0x60 = "A-Associate-Request", 0x61 = "A-Associate-Response", 0x62 = "Release-Request",
        0x63 = "Release-Response", 0x64 = "Abort",
    }
    REQUEST_REASONS { 0 = "normal", 1 = "urgent", 30 = "user-defined" }
    RESPONSE_REASONS { 0 = "normal", 1 = "not-finished", 30 = "user-defined" }
    MESSAGES {
        0x85 = "cancel-RequestPDU", 0x86 = "cancel-ResponsePDU", 0x8b = "conclude-RequestPDU",
        0x8c = "conclude-ResponsePDU", 0xa0 = "confirmed-RequestPDU", 0xa1 = "confirmed-ResponsePDU",
        0xa2 = "confirmed-ErrorPDU", 0xa3 = "unconfirmed-PDU", 0xa4 = "rejectPDU", 0xa7 = "cancel-ErrorPDU",
        0xa8 = "initiate-RequestPDU", 0xa9 = "initiate-ResponsePDU", 0xaa = "initiate-ErrorPDU",
        0xad = "conclude-ErrorPDU",
    }
}

mod unit {
    pub(super) const DATA: u8 = 1;
    pub(super) const TOKENS: u8 = 2;
    pub(super) const USER_DATA: u8 = 0xc1;
    pub(super) const EXTENDED_USER_DATA: u8 = 0xc2;
}

/// What association control and MMS are called in a definition of contexts: 2.2.1.0.1 and 1.0.9506.2.1.
const ACSE_SYNTAX: &[u8] = &[0x52, 0x01, 0x00, 0x01];
const MMS_SYNTAX: &[u8] = &[0x28, 0xca, 0x22, 0x02, 0x01];
/// Elements within elements at most.
const MOST_NESTED: u8 = 12;
/// Contexts remembered of a connection at most.
const MOST_CONTEXTS: usize = 16;

/// What a presentation context holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Acse,
    Mms,
    Other,
}

/// The presentation contexts that a connection has defined.
#[derive(Default)]
struct Contexts(Vec<(i64, Syntax)>);

/// What the layer above is told: whether data is transferred, or the connection opened or closed.
#[derive(Clone, Copy, Default)]
struct Phase {
    data: bool,
}

/// Session.
pub struct Session;

impl Session {
    /// Whether bytes behind COTP's header look like a session's.
    pub fn begins(bytes: &[u8]) -> bool {
        matches!(bytes, [kind, _, ..] if name_of(UNITS, (*kind).into()).is_some())
    }
}

impl Protocol for Session {
    const LAYER: &'static Field = &SESSION_LAYER;
    const NAME: &'static str = "SES";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("SES");
        let mut first = true;
        while c.reported() > 0 {
            let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
            let tokens = std::mem::take(&mut first) && matches!(kind, unit::DATA | unit::TOKENS);
            if tokens {
                c.u8(&TOKEN_TYPE)?;
                c.claim().str(name_of(TOKENS, kind.into()).unwrap_or_default());
            } else {
                c.begin_message(0);
                c.u8(&TYPE)?;
                match name_of(UNITS, kind.into()) {
                    Some(name) => c.claim().str(name),
                    None => c.claim().str("Unknown SPDU type (").dec(kind).byte(b')'),
                };
            }
            let len = length(c)?;
            if kind == unit::DATA && !tokens {
                c.skip(len.min(c.remaining()))?;
                return present(c, Phase { data: true });
            }
            c.within(len, |c| parameters(c, kind))?;
            if !tokens {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// A length in one octet, or in the two that follow 255.
fn length<S: Sink>(c: &mut Cursor<'_, S>) -> Result<usize, Stop> {
    if c.peek_u8(0) == Some(0xff) {
        c.skip(1)?;
        return c.u16(&LENGTH).map(usize::from);
    }
    c.u8(&LENGTH).map(usize::from)
}

/// The parameters of a unit; what the layer above says is one of them.
fn parameters<S: Sink>(c: &mut Cursor<'_, S>, _unit: u8) -> Result<(), Stop> {
    while c.remaining() >= 2 {
        let [kind] = c.array::<1>()?;
        let len = length(c)?;
        if matches!(kind, unit::USER_DATA | unit::EXTENDED_USER_DATA) {
            if len > 0 {
                c.within(len, |c| present(c, Phase { data: false }))?;
            }
        } else {
            c.put(&PARAMETER, c.pos(), c.pos().saturating_add(len), 0);
            c.skip(len)?;
        }
    }
    Ok(())
}

fn present<S: Sink>(c: &mut Cursor<'_, S>, phase: Phase) -> Result<(), Stop> {
    if c.remaining() == 0 {
        return Ok(());
    }
    *c.worker.state.shared.entry::<Phase>() = phase;
    // What is no element, or one that goes on elsewhere, is left to the session.
    match Element::first(c.rest()) {
        Some((element, _)) if element.whole => c.call::<Presentation>().map(|_| ()),
        _ => c.skip(c.remaining()),
    }
}

/// Presentation.
pub struct Presentation;

impl Protocol for Presentation {
    const LAYER: &'static Field = &PRESENTATION_LAYER;
    const NAME: &'static str = "PRES";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("PRES");
        let bytes = c.rest();
        let Some((outer, _)) = Element::first(bytes) else { return Err(Stop::Malformed) };
        define(c, &outer, 0);
        let Some(values) = find(&outer, 0) else { return c.skip(c.remaining()) };
        for list in values.children().filter(|list| list.tag == SEQUENCE) {
            let id = list.children().find(|part| part.tag == 2).and_then(|part| part.number());
            let Some(value) = list.children().find(|part| part.tag == 0xa0) else { continue };
            hand_on(c, bytes, id, &value)?;
        }
        c.skip(c.remaining())
    }
}

/// Hands on what stands in the context of this number.
fn hand_on<S: Sink>(c: &mut Cursor<'_, S>, all: &[u8], id: Option<i64>, value: &Element<'_>) -> Result<(), Stop> {
    let phase = *c.worker.state.shared.entry::<Phase>();
    let known =
        |contexts: &Contexts| contexts.0.iter().rev().find(|(number, _)| Some(*number) == id).map(|known| known.1);
    let syntax = c.worker.state.slots().and_then(|slots| known(slots.entry::<Contexts>()));
    let start = c.pos().saturating_sub(0) + offset(all, value.content);
    let here = c.pos();
    c.layer_ends();
    c.seek(start);
    let outcome = c.within(value.content.len(), |c| match syntax {
        Some(Syntax::Mms) => c.call::<Mms>(),
        // Once data is transferred, what association control carries is the application's.
        Some(Syntax::Acse) if phase.data => c.call::<Mms>(),
        Some(Syntax::Acse) => c.call::<Acse>(),
        _ => Ok(false),
    });
    c.seek(here);
    outcome.map(|_| ())
}

/// Where `part` begins within `all`, of which it is a piece.
fn offset(all: &[u8], part: &[u8]) -> usize {
    (part.as_ptr() as usize).saturating_sub(all.as_ptr() as usize).min(all.len())
}

/// The fully encoded data among these elements.
fn find<'p>(outer: &Element<'p>, depth: u8) -> Option<Element<'p>> {
    if outer.tag == 0x61 {
        return Some(*outer);
    }
    if depth > 2 || outer.tag & 0x20 == 0 {
        return None;
    }
    outer.children().find_map(|inner| find(&inner, depth + 1))
}

/// Remembers the contexts that a connect unit defines: each a number, and an identifier of what it holds.
fn define<S: Sink>(c: &mut Cursor<'_, S>, outer: &Element<'_>, depth: u8) {
    if depth > 3 || outer.tag & 0x20 == 0 || outer.tag == 0x61 {
        return;
    }
    let mut parts = outer.children();
    if let (SEQUENCE, Some(id), Some(name)) = (outer.tag, parts.next(), parts.next())
        && let (2, OID, Some(number)) = (id.tag, name.tag, id.number())
    {
        let syntax = match name.content {
            ACSE_SYNTAX => Syntax::Acse,
            MMS_SYNTAX => Syntax::Mms,
            _ => Syntax::Other,
        };
        if let Some(slots) = c.worker.state.slots() {
            let contexts = slots.entry::<Contexts>();
            if contexts.0.len() < MOST_CONTEXTS && !contexts.0.contains(&(number, syntax)) {
                contexts.0.push((number, syntax));
            }
        }
        return;
    }
    for inner in outer.children() {
        define(c, &inner, depth + 1);
    }
}

/// Association control.
pub struct Acse;

impl Protocol for Acse {
    const LAYER: &'static Field = &ACSE_LAYER;
    const NAME: &'static str = "ACSE";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("ACSE");
        c.claim();
        let bytes = c.rest();
        let Some((unit, _)) = Element::first(bytes) else { return Err(Stop::Malformed) };
        c.info().str(name_of(ASSOCIATION, unit.tag.into()).unwrap_or_default());
        if matches!(unit.tag, 0x62 | 0x63)
            && let Some(reason) = unit.children().find(|part| part.tag == 0x80).and_then(|part| part.number())
        {
            let names = if unit.tag == 0x62 { REQUEST_REASONS } else { RESPONSE_REASONS };
            let name = u64::try_from(reason).ok().and_then(|reason| name_of(names, reason));
            c.info().str(" (").str(name.unwrap_or("Unknown")).byte(b')');
        }
        // Externals among the user's information, each with the number of its context.
        let Some(information) = unit.children().find(|part| part.tag == 0xbe) else { return c.skip(c.remaining()) };
        for external in information.children() {
            let id = external.children().find(|part| part.tag == 2).and_then(|part| part.number());
            if let Some(value) = external.children().find(|part| part.tag == 0xa0) {
                hand_on(c, bytes, id, &value)?;
            }
        }
        c.skip(c.remaining())
    }
}

/// MMS.
pub struct Mms;

impl Protocol for Mms {
    const LAYER: &'static Field = &MMS_LAYER;
    const NAME: &'static str = "MMS";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("MMS");
        c.claim();
        let Some((unit, _)) = Element::first(c.rest()).filter(|(unit, _)| unit.whole) else {
            return Err(Stop::Malformed);
        };
        let first = unit.children().next();
        let number = match unit.tag {
            0xa0 | 0xa1 => Some(first.filter(|id| id.tag == 2 && id.whole).ok_or(Stop::Malformed)?),
            0xa2 => Some(first.filter(|id| id.tag == 0x80 && id.whole).ok_or(Stop::Malformed)?),
            _ => None,
        };
        let info = c.info();
        if let Some(number) = number.and_then(|id| id.number()) {
            info.dec_wide(number.unsigned_abs(), 2).byte(b' ');
        }
        info.str(name_of(MESSAGES, unit.tag.into()).unwrap_or_default());
        if matches!(unit.tag, 0xa0 | 0xa3) {
            objects(unit.children(), info, 0);
        }
        c.skip(c.remaining())
    }
}

/// Names the objects of a domain that these elements speak of: each is a domain's name and its own.
fn objects(elements: Elements<'_>, line: &mut Line, depth: u8) {
    const VISIBLE: u8 = 0x1a;
    for element in elements {
        let mut parts = element.children();
        match (element.tag, parts.next(), parts.next(), parts.next()) {
            (0xa1, Some(domain), Some(item), None) if (domain.tag, item.tag) == (VISIBLE, VISIBLE) => {
                line.byte(b' ').text(domain.content).byte(b' ').text(item.content);
            }
            (tag, Some(_), ..) if tag & 0x20 != 0 && depth < MOST_NESTED => {
                objects(element.children(), line, depth + 1);
            }
            _ => {}
        }
    }
}
