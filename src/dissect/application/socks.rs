//! SOCKS, versions 4 and 5 (RFC 1928, RFC 1929): a client asks a server to connect it to another.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::worker::Worker;
use crate::{fields, names};

static LAYER: Field = Field::new("socks", "Socks Protocol", Kind::Protocol);

fields! {
    VERSION = "socks.version", "Version", U8;
    COMMAND = "socks.command", "Command", U8 names(COMMANDS);
    PORT = "socks.dstport", "Remote Port", U16;
    ADDRESS = "socks.dst", "Remote Address", Ipv4;
    ADDRESS6 = "socks.dstV6", "Remote Address(ipv6)", Ipv6;
    NAME = "socks.remote_name", "Remote name", Str;
    USER = "socks.username", "User Name", Str;
    PASSWORD = "socks.password", "Password", Str;
    METHOD_COUNT = "socks.auth_method_count", "Authentication Method Count", U8;
    METHOD = "socks.auth_method", "Method", U8 names(METHODS);
    ACCEPTED = "socks.auth_accepted_method", "Accepted Auth Method", U8 names(METHODS);
    STATUS = "socks.auth_status", "Status", U8;
    TYPE = "socks.address_type", "Address Type", U8 names(TYPES);
    RESULT4 = "socks.results_v4", "Results(V4)", U8 names(RESULTS4);
    RESULT5 = "socks.results_v5", "Results(V5)", U8 names(RESULTS5);
    RESERVED = "socks.reserved", "Reserved", U8;
}

names! {
    COMMANDS { 1 = "Connect", 2 = "Bind", 3 = "UdpAssociate", 0x80 = "Ping", 0x81 = "Traceroute" }
    METHODS { 0 = "No authentication", 1 = "GSSAPI", 2 = "Username/Password", 3 = "CHAP", 255 = "No Acceptable Method" }
    TYPES { 1 = "IPv4", 3 = "Domain Name", 4 = "IPv6" }
    RESULTS4 {
        90 = "Granted", 91 = "Rejected or Failed", 92 = "Rejected because SOCKS server cannot connect to identd on the client",
        93 = "Rejected because the client program and identd report different user-ids",
    }
    RESULTS5 {
        0 = "Succeeded", 1 = "General SOCKS server failure", 2 = "Connection not allowed by ruleset",
        3 = "Network unreachable", 4 = "Host unreachable", 5 = "Connection refused", 6 = "TTL expired",
        7 = "Command not supported", 8 = "Address type not supported",
    }
}

const PORT_NUMBER: u16 = 1080;
/// Commands, results and methods that decide what comes next.
const CONNECT: u8 = 1;
const BIND: u8 = 2;
const GRANTED: u8 = 90;
const WITH_PASSWORD: u8 = 2;
const NO_AUTHENTICATION: u8 = 0;

/// What comes next in a conversation.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// The client's first message.
    #[default]
    Start,
    /// Version 5: which method the server takes.
    Method,
    /// The client's name and password.
    Password,
    /// What the server makes of them.
    Verdict,
    /// What the client wants.
    Request,
    /// The server's answer.
    Answer,
    /// The server's second answer, where the client waits to be connected to.
    SecondAnswer,
    /// What the two sides that were connected say to each other.
    Data,
    /// Nothing that is understood.
    Lost,
}

/// What is remembered of a conversation.
#[derive(Clone, Copy, Default)]
struct Session {
    stage: Stage,
    version: u8,
    command: u8,
    /// The port that the client wants to be connected to.
    port: u16,
}

/// SOCKS.
pub struct Socks;

impl Protocol for Socks {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Socks";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT_NUMBER)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let Some(slots) = c.worker.state.slots() else { return Err(Stop::NotMine) };
        let mut session = *slots.entry::<Session>();
        if session.version == 0 {
            session.version = c.peek_u8(0).unwrap_or_default();
        }
        let client = c.worker.state.current.is_some_and(|current| current.dst_port == PORT_NUMBER);
        c.protocol("Socks");
        if session.stage == Stage::Data {
            return data(c, session);
        }
        match session.version {
            version @ (4 | 5) => _ = c.claim().str("Version: ").dec(version),
            _ => {
                c.claim().str("Unknown");
                session.version = 0;
            }
        }
        let before = session;
        let outcome = match (session.version, session.stage) {
            (4, _) => version4(c, &mut session, client),
            (5, _) => version5(c, &mut session, client),
            _ => Ok(()),
        };
        let kept = if outcome.is_ok() { session } else { Session { version: session.version, ..before } };
        if let Some(slots) = c.worker.state.slots() {
            *slots.entry::<Session>() = kept;
        }
        outcome
    }
}

/// Hands on what the two sides say to each other, by the port that the client asked for.
fn data<S: Sink>(c: &mut Cursor<'_, S>, session: Session) -> Result<(), Stop> {
    stand_in(c, session.port);
    let outcome = hand_on(c, session.port);
    let begun = outcome == Err(Stop::More) && c.worker.unfinished.from <= c.pos();
    if !c.row().claimed() || begun {
        c.claim().str("Version: ").dec(session.version);
    }
    outcome
}

/// The connection that the proxy stands in for counts as one, too: it has a stream's number.
fn stand_in<S: Sink>(c: &mut Cursor<'_, S>, port: u16) {
    let Worker { row, state, .. } = &mut *c.worker;
    let Some(current) = state.current else { return };
    let other = |own: u16| if own == PORT_NUMBER { port } else { own };
    _ = state.tcp.enter((&row.src, other(current.src_port)), (&row.dst, other(current.dst_port)));
}

fn hand_on<S: Sink>(c: &mut Cursor<'_, S>, port: u16) -> Result<(), Stop> {
    if !c.next(Key::Tcp(port))? && !c.next_by_content(Key::TcpContent)? {
        c.data();
        c.protocol("Socks");
    }
    Ok(())
}

/// The length of a string up to its NUL.
fn terminated<S: Sink>(c: &Cursor<'_, S>) -> Result<usize, Stop> {
    c.rest().iter().position(|&byte| byte == 0).ok_or_else(|| c.short(c.remaining() + 1))
}

fn version4<S: Sink>(c: &mut Cursor<'_, S>, session: &mut Session, client: bool) -> Result<(), Stop> {
    match (session.stage, client) {
        (Stage::Start, true) => {
            c.info().str(" Connect to server request");
            c.u8(&VERSION)?;
            session.command = c.u8(&COMMAND)?;
            session.port = c.u16(&PORT)?;
            let address = c.fixed::<4>(&ADDRESS)?;
            let len = terminated(c)?;
            c.bytes(&USER, len)?;
            c.skip(1)?;
            // An address that cannot be means that a name follows (version 4a).
            if matches!(address, [0, 0, 0, last] if last != 0) && c.reported() > 0 {
                let len = terminated(c)?;
                c.bytes(&NAME, len)?;
            }
            session.stage = Stage::Answer;
        }
        (Stage::Answer, false) => {
            c.info().str(" Connect Response");
            c.u8(&VERSION)?;
            let result = c.u8(&RESULT4)?;
            c.u16(&PORT)?;
            c.fixed::<4>(&ADDRESS)?;
            session.stage = match (result, session.command) {
                (GRANTED, BIND) => Stage::SecondAnswer,
                (GRANTED, _) => Stage::Data,
                _ => Stage::Lost,
            };
        }
        (Stage::SecondAnswer, false) => session.stage = Stage::Data,
        _ => {}
    }
    Ok(())
}

fn version5<S: Sink>(c: &mut Cursor<'_, S>, session: &mut Session, client: bool) -> Result<(), Stop> {
    match (session.stage, client) {
        (Stage::Start, true) => {
            c.u8(&VERSION)?;
            for _ in 0..c.u8(&METHOD_COUNT)? {
                c.u8(&METHOD)?;
            }
            session.stage = Stage::Method;
        }
        (Stage::Method, false) => {
            c.u8(&VERSION)?;
            session.stage = match c.u8(&ACCEPTED)? {
                NO_AUTHENTICATION => Stage::Request,
                WITH_PASSWORD => Stage::Password,
                _ => Stage::Lost,
            };
        }
        (Stage::Password, true) => {
            c.u8(&VERSION)?;
            for field in [&USER, &PASSWORD] {
                let [len] = c.array()?;
                c.bytes(field, len.into())?;
            }
            session.stage = Stage::Verdict;
        }
        (Stage::Verdict, false) => {
            c.u8(&VERSION)?;
            session.stage = if c.u8(&STATUS)? == 0 { Stage::Request } else { Stage::Lost };
        }
        (Stage::Request, true) => {
            c.u8(&VERSION)?;
            session.command = c.u8(&COMMAND)?;
            session.port = address(c)?;
            session.stage = Stage::Answer;
        }
        (Stage::Answer, false) => {
            c.u8(&VERSION)?;
            c.u8(&RESULT5)?;
            address(c)?;
            session.stage = if session.command == CONNECT { Stage::Data } else { Stage::Lost };
        }
        _ => {}
    }
    Ok(())
}

/// Reads an address of version 5; gives its port.
fn address<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u16, Stop> {
    c.u8(&RESERVED)?;
    match c.u8(&TYPE)? {
        1 => _ = c.fixed::<4>(&ADDRESS)?,
        3 => {
            let [len] = c.array()?;
            c.bytes(&NAME, len.into())?;
        }
        4 => _ = c.fixed::<16>(&ADDRESS6)?,
        _ => {}
    }
    c.u16(&PORT)
}
