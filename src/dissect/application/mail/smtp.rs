//! SMTP (RFC 5321).

use super::imf::Imf;
use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("smtp", "Simple Mail Transfer Protocol", Kind::Protocol);

fields! {
    COMMAND_LINE = "smtp.command_line", "Command Line", Str;
    COMMAND = "smtp.req.command", "Command", Str;
    PARAMETER = "smtp.req.parameter", "Request parameter", Str;
    RESPONSE = "smtp.response", "Response", Str;
    CODE = "smtp.response.code", "Response code", U32;
    RESPONSE_PARAMETER = "smtp.rsp.parameter", "Response parameter", Str;
    DATA = "smtp.message", "Message", Str;
    USER = "smtp.auth.username", "Username", Str;
    PASSWORD = "smtp.auth.password", "Password", Str;
}

const PORTS: &[u16] = &[25, 587];

/// What ends a mail.
const END: &[u8] = b".\r\n";

/// What the client is in the middle of.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Commands.
    #[default]
    Commands,
    /// It asked to send a message; the server has not answered.
    Data,
    /// A message.
    Message,
    /// It asked to log in: the user's name comes next.
    User,
    /// It named the user; the server will ask for the password.
    Named,
    /// Then the password.
    Password,
    /// It asked for TLS.
    Tls,
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    stage: Stage,
    /// What has come of a mail.
    mail: Vec<u8>,
}

/// SMTP.
pub struct Smtp;

impl Protocol for Smtp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SMTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(25), Key::Tcp(587)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = lines::from_client(c, PORTS);
        let stage = stage(c);
        if client && stage == Stage::Message {
            return message(c);
        }
        lines::whole(c)?;
        c.protocol("SMTP");
        c.claim().str(if client { "C: " } else { "S: " });
        let mut first = true;
        while c.remaining() > 0 {
            let (line, len) = lines::first_or_all(c.rest());
            if !first {
                c.info().str(" | ");
            }
            if client {
                command(c, line);
            } else {
                response(c, line, first);
            }
            first = false;
            c.skip(len)?;
        }
        Ok(())
    }
}

fn stage<S: Sink>(c: &mut Cursor<'_, S>) -> Stage {
    c.worker.state.slots().map(|slots| slots.entry::<Session>().stage).unwrap_or_default()
}
fn enter<S: Sink>(c: &mut Cursor<'_, S>, stage: Stage) {
    if let Some(slots) = c.worker.state.slots() {
        slots.entry::<Session>().stage = stage;
    }
}

/// A piece of a message, which a line with a dot alone ends.
fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("SMTP");
    let rest = c.rest();
    let len = c.reported() as u64;
    c.claim().str("C: DATA fragment, ").dec(len).str(" bytes");
    let end =
        if rest.starts_with(END) { Some(0) } else { rest.windows(5).position(|w| w == b"\r\n.\r\n").map(|at| at + 2) };
    let Some(end) = end else {
        if let Some(slots) = c.worker.state.slots() {
            super::keep(&mut slots.entry::<Session>().mail, rest);
        }
        return c.bytes(&DATA, c.remaining()).map(|_| ());
    };
    enter(c, Stage::Commands);
    let mail =
        c.worker.state.slots().map(|slots| std::mem::take(&mut slots.entry::<Session>().mail)).unwrap_or_default();
    if mail.is_empty() {
        if end > 0 {
            c.within(end, Cursor::call::<Imf>)?;
        }
    } else {
        let mut mail = mail;
        super::keep(&mut mail, rest.get(..end).unwrap_or_default());
        c.over("Reassembled DATA", &mail).call::<Imf>()?;
    }
    c.skip(c.remaining())
}

fn command<S: Sink>(c: &mut Cursor<'_, S>, line: &[u8]) {
    let (start, end) = (c.pos(), c.pos() + line.len());
    match stage(c) {
        Stage::User => {
            c.put(&USER, start, end, 0);
            c.info().str("User: ").text(line);
            return enter(c, Stage::Named);
        }
        Stage::Password => {
            c.put(&PASSWORD, start, end, 0);
            c.info().str("Pass: ").text(line);
            return enter(c, Stage::Commands);
        }
        _ => {}
    }
    c.info().text(line);
    c.put(&COMMAND_LINE, start, end, 0);
    let word = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
    c.below(|c| {
        c.put(&COMMAND, start, start + word.min(4), 0);
        if word < line.len() {
            c.put(&PARAMETER, start + word + 1, end, 0);
        }
    });
    let is = |word: &[u8]| line.eq_ignore_ascii_case(word);
    if is(b"DATA") {
        enter(c, Stage::Data);
    } else if is(b"STARTTLS") {
        enter(c, Stage::Tls);
    } else if is(b"AUTH LOGIN") {
        enter(c, Stage::User);
    }
}

/// One line of a response: of those that continue it, the code is not shown again.
fn response<S: Sink>(c: &mut Cursor<'_, S>, line: &[u8], first: bool) {
    let code = line.get(..3).and_then(|code| str::from_utf8(code).ok()).and_then(|code| code.parse::<u32>().ok());
    let shown = if first || code.is_none() { line } else { line.get(4..).unwrap_or_default() };
    c.info().text(shown);
    c.put(&RESPONSE, c.pos(), c.pos() + line.len(), 0);
    let Some(code) = code else { return };
    c.below(|c| {
        c.put(&CODE, c.pos(), c.pos() + 3, code.into());
        c.put(&RESPONSE_PARAMETER, (c.pos() + 4).min(c.pos() + line.len()), c.pos() + line.len(), 0);
    });
    match (stage(c), code) {
        (Stage::Data, 354) => enter(c, Stage::Message),
        (Stage::Tls, 220) => {
            enter(c, Stage::Commands);
            lines::start_tls(c);
        }
        (Stage::Data | Stage::Tls, _) => enter(c, Stage::Commands),
        (Stage::Named, 334) => enter(c, Stage::Password),
        (Stage::User | Stage::Named | Stage::Password, 400..) => enter(c, Stage::Commands),
        _ => {}
    }
}
