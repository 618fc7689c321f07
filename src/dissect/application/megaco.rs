//! MEGACO (RFC 3525), also H.248, written as text: a call server tells gateways what to connect.

use super::realtime::sdp::Sdp;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("megaco", "MEGACO", Kind::Protocol);

fields! {
    START = "megaco.start_token", "Start token", Str;
    VERSION = "megaco.version", "Version", Str;
    GATEWAY = "megaco.mId", "MediagatewayID", Str;
    TRANSACTION = "megaco.transaction", "Transaction", Str;
    TRANSACTION_ID = "megaco.transid", "Transaction ID", Str;
    CONTEXT = "megaco.context", "Context", Str;
    COMMAND_LINE = "megaco.command_line", "Command", Str;
    COMMAND = "megaco.command", "Command", Str;
    TERMINATION = "megaco.termid", "Termination ID", Str;
    MODE = "megaco.mode", "Mode", Str;
}

/// The long and the short word for one thing.
struct Word {
    long: &'static str,
    short: &'static str,
}

const fn word(long: &'static str, short: &'static str) -> Word {
    Word { long, short }
}

static REQUEST: Word = word("Transaction", "T");
static REPLY: Word = word("Reply", "P");
static ACKNOWLEDGEMENT: Word = word("TransactionResponseAck", "K");
static PENDING: Word = word("Pending", "PN");
static ERROR: Word = word("Error", "ER");
static CONTEXT_WORD: Word = word("Context", "C");
static PRIORITY: Word = word("Priority", "PR");
static MODE_WORD: Word = word("Mode", "MO");
static SIGNALS: Word = word("Signals", "SG");
static LOCAL: Word = word("Local", "L");
static REMOTE: Word = word("Remote", "R");
static COMMANDS: [Word; 8] = [
    word("Add", "A"),
    word("Modify", "MF"),
    word("Move", "MV"),
    word("Subtract", "S"),
    word("AuditValue", "AV"),
    word("AuditCapability", "AC"),
    word("Notify", "N"),
    word("ServiceChange", "SC"),
];

impl Word {
    fn is(&self, text: &[u8]) -> bool {
        text.eq_ignore_ascii_case(self.long.as_bytes()) || text.eq_ignore_ascii_case(self.short.as_bytes())
    }
}

/// MEGACO as text.
pub struct Megaco;

impl Protocol for Megaco {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MEGACO";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(2944), Key::Tcp(2944), Key::Sctp(2944), Key::SctpPayload(7)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let text = c.rest();
        let starts =
            |from: &[u8]| from.starts_with(b"!/") || from.get(..7).is_some_and(|w| w.eq_ignore_ascii_case(b"MEGACO/"));
        let authenticated = text.get(..3).is_some_and(|head| head.eq_ignore_ascii_case(b"AU="));
        let from = (0..text.len().min(256)).find(|&at| {
            (at == 0
                || authenticated
                || text.get(..at).is_some_and(|before| before.iter().all(u8::is_ascii_whitespace)))
                && text.get(at..).is_some_and(starts)
        });
        let Some(from) = from else { return Err(Stop::NotMine) };
        c.protocol("MEGACO");
        c.skip(from)?;
        let head = header(c)?;
        if blank(head.0) {
            return Ok(());
        }
        c.claim();
        c.seek(head.1);
        let mut first = true;
        while let Some(()) = transaction(c, &mut first)? {}
        Ok(())
    }
}

fn blank(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_whitespace)
}

/// Reads the start and who speaks; gives what follows, and where it begins.
fn header<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<(&'p [u8], usize), Stop> {
    let text = c.rest();
    let at = c.pos();
    let slash = text.iter().position(|&byte| byte == b'/').ok_or(Stop::Malformed)?;
    let digits = text.get(slash + 1..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest_at = slash + 1 + digits;
    let rest = text.get(rest_at..).unwrap_or_default();
    let gap = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let from = rest.get(gap..).unwrap_or_default();
    if from.is_empty() {
        return Err(Stop::Malformed);
    }
    let len = from.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
    c.put(&START, at, at + slash, 0);
    c.put(&VERSION, at + slash + 1, at + rest_at, 0);
    let gateway = at + rest_at + gap;
    c.put(&GATEWAY, gateway, gateway + len, 0);
    Ok((from.get(len..).unwrap_or_default(), gateway + len))
}

/// Passes over white space and commas.
fn skip_blank<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let blank = c.rest().iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
    c.skip(blank)
}

/// Reads a word, up to what ends one.
fn read_word<'p, S: Sink>(c: &mut Cursor<'p, S>) -> &'p [u8] {
    let text = c.rest();
    let ends = |byte: &&u8| !(byte.is_ascii_whitespace() || b"={},".contains(byte));
    let len = text.iter().take_while(ends).count();
    _ = c.skip(len);
    text.get(..len).unwrap_or_default()
}

/// Reads the value behind an equals sign; where it stands.
fn read_value<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<(&'p [u8], usize), Stop> {
    skip_blank(c)?;
    if c.peek_u8(0) != Some(b'=') {
        return Ok((&[], c.pos()));
    }
    c.skip(1)?;
    skip_blank(c)?;
    let at = c.pos();
    Ok((read_word(c), at))
}

/// Bytes within the braces that begin here, if they are closed; those of descriptions in other words nest likewise.
fn block<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Option<usize>, Stop> {
    skip_blank(c)?;
    if c.peek_u8(0) != Some(b'{') {
        return Ok(None);
    }
    let mut depth = 0_usize;
    for (at, byte) in c.rest().iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            c.skip(1)?;
            return Ok(Some(at.saturating_sub(1)));
        }
    }
    Err(Stop::Malformed)
}

/// Runs `body` within the braces that begin here, and goes behind them; says whether there were any.
fn within_block<S: Sink>(
    c: &mut Cursor<'_, S>,
    body: impl FnOnce(&mut Cursor<'_, S>) -> Result<(), Stop>,
) -> Result<bool, Stop> {
    let Some(len) = block(c)? else { return Ok(false) };
    c.within(len, body)?;
    c.skip(1)?;
    Ok(true)
}

/// One transaction; `None` where there are no more.
fn transaction<S: Sink>(c: &mut Cursor<'_, S>, first: &mut bool) -> Result<Option<()>, Stop> {
    skip_blank(c)?;
    let at = c.pos();
    let word = read_word(c);
    let named = [
        (&REQUEST, "Request"),
        (&REPLY, "Reply  "),
        (&ACKNOWLEDGEMENT, "TransactionResponseAck"),
        (&PENDING, "Pending"),
        (&ERROR, "Error  "),
    ];
    let Some((kind, name)) = named.into_iter().find(|(kind, _)| kind.is(word)) else { return Ok(None) };
    if !std::mem::take(first) {
        c.info().byte(b' ');
    }
    c.text(&TRANSACTION, at, c.pos(), |l| _ = l.str(name.trim_end()));
    let (mut id, mut id_at) = read_value(c)?;
    if std::ptr::eq(kind, &ERROR) {
        c.info().str(name);
        return Ok(None);
    }
    if std::ptr::eq(kind, &ACKNOWLEDGEMENT) {
        // Its number, or the first of several, stands within the braces that follow.
        let before = c.pos();
        if block(c)?.is_some() {
            skip_blank(c)?;
            id_at = c.pos();
            id = read_word(c);
        }
        c.seek(before);
    }
    c.put(&TRANSACTION_ID, id_at, id_at + id.len(), 0);
    c.info().text(id).byte(b' ').str(name);
    if std::ptr::eq(kind, &REQUEST) || std::ptr::eq(kind, &REPLY) {
        within_block(c, actions)?;
    } else {
        within_block(c, |_| Ok(()))?;
    }
    Ok(Some(()))
}

/// What is to be done, or was, context by context.
fn actions<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    loop {
        skip_blank(c)?;
        if c.reported() == 0 {
            return Ok(());
        }
        let word = read_word(c);
        let (value, at) = read_value(c)?;
        if CONTEXT_WORD.is(word) {
            context(c, value, at)?;
        } else if !within_block(c, |_| Ok(()))? && word.is_empty() && value.is_empty() {
            return Ok(());
        }
    }
}

fn context<S: Sink>(c: &mut Cursor<'_, S>, value: &[u8], at: usize) -> Result<(), Stop> {
    if block_follows(c)? {
        let name = match value {
            b"-" => "NULL",
            b"*" => "All",
            b"$" => "Choose one",
            _ => "",
        };
        let line = c.info().str(" |=");
        if name.is_empty() {
            line.text(value)
        } else {
            line.str(name)
        };
        c.text(&CONTEXT, at, at + value.len(), |l| {
            if name.is_empty() {
                l.text(value)
            } else {
                l.str(name)
            };
        });
        within_block(c, commands).map(|_| ())
    } else {
        Err(Stop::Malformed)
    }
}

fn block_follows<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    skip_blank(c)?;
    Ok(c.peek_u8(0) == Some(b'{'))
}

/// The commands of one context.
fn commands<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    loop {
        skip_blank(c)?;
        if c.reported() == 0 {
            return Ok(());
        }
        let at = c.pos();
        let mut word = read_word(c);
        // What may fail, and what is answered for each of several.
        while let [b'O' | b'o' | b'W' | b'w', b'-', rest @ ..] = word {
            word = rest;
        }
        let (value, value_at) = read_value(c)?;
        if PRIORITY.is(word) {
            c.info().str(" Priority=").text(value);
        } else if let Some(command) = COMMANDS.iter().find(|command| command.is(word)) {
            c.info().byte(b' ').str(command.long).byte(b'=').text(value);
            c.text(&COMMAND_LINE, at, value_at, |l| _ = l.str(command.long));
            c.below(|c| {
                c.text(&COMMAND, at, value_at, |l| _ = l.str(command.long));
                c.put(&TERMINATION, value_at, value_at + value.len(), 0);
            });
            within_block(c, |c| descriptors(c, 0))?;
            continue;
        } else if word.is_empty() && value.is_empty() && !block_follows(c)? {
            return Ok(());
        }
        within_block(c, |_| Ok(()))?;
    }
}

/// Braces within braces at most.
const DEEPEST: u8 = 16;

/// What a command says of a termination: its media, signals and the rest.
fn descriptors<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    loop {
        skip_blank(c)?;
        if c.reported() == 0 || depth >= DEEPEST {
            return Ok(());
        }
        let from = c.pos();
        let word = read_word(c);
        let (value, at) = read_value(c)?;
        if MODE_WORD.is(word) {
            c.info().str(" (Mode:").text(value).byte(b')');
            c.put(&MODE, at, at + value.len(), 0);
        }
        if block_follows(c)? {
            if SIGNALS.is(word) {
                c.info().str(" (Signal:{)");
            }
            if LOCAL.is(word) || REMOTE.is(word) {
                within_block(c, description)?;
            } else {
                within_block(c, |c| descriptors(c, depth + 1))?;
            }
        } else if c.pos() == from {
            // A sign that is no word's.
            c.skip(1)?;
        }
    }
}

/// A session described in SDP.
fn description<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let blank = c.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    c.skip(blank)?;
    if c.reported() == 0 {
        return Ok(());
    }
    c.row().protocol_append("/SDP");
    c.below(Cursor::call::<Sdp>).map(|_| ())
}
