//! FTP (RFC 959), and the connections that carry its files.

use super::http::entity;
use super::lines;
use crate::conversation::Transport;
use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ftp", "File Transfer Protocol (FTP)", Kind::Protocol);
static DATA_LAYER: Field = Field::new("ftp-data", "FTP Data", Kind::Protocol);

fields! {
    REQUEST = "ftp.request", "Request", Bool;
    RESPONSE = "ftp.response", "Response", Bool;
    COMMAND = "ftp.request.command", "Request command", Str;
    ARGUMENT = "ftp.request.arg", "Request arg", Str;
    CODE = "ftp.response.code", "Response code", U32 names(CODES);
    RESPONSE_ARGUMENT = "ftp.response.arg", "Response arg", Str;
    PASSIVE_ADDRESS = "ftp.passive.ip", "Passive IP address", Ipv4;
    PASSIVE_PORT = "ftp.passive.port", "Passive port", U16;
    ACTIVE_ADDRESS = "ftp.active.cip", "Active IP address", Ipv4;
    ACTIVE_PORT = "ftp.active.port", "Active port", U16;
    DIRECTORY = "ftp.current-working-directory", "Current working directory", Str;
    DATA_SETUP = "ftp-data.setup-frame", "Setup frame", FrameNum;
    DATA_METHOD = "ftp-data.setup-method", "Setup method", Str;
    DATA_COMMAND = "ftp-data.command", "Command", Str;
    DATA_COMMAND_FRAME = "ftp-data.command-frame", "Command frame", FrameNum;
    DATA_DIRECTORY = "ftp-data.current-working-directory", "Current working directory", Str;
    LINE = "", "Line", None;
}

names! {
    CODES {
        110 = "Restart marker reply", 120 = "Service ready in nnn minutes",
        125 = "Data connection already open; transfer starting",
        150 = "File status okay; about to open data connection", 200 = "Command okay",
        202 = "Command not implemented, superfluous at this site", 211 = "System status, or system help reply",
        212 = "Directory status", 213 = "File status", 214 = "Help message", 215 = "NAME system type",
        220 = "Service ready for new user", 221 = "Service closing control connection",
        225 = "Data connection open; no transfer in progress", 226 = "Closing data connection",
        227 = "Entering Passive Mode", 229 = "Entering Extended Passive Mode", 230 = "User logged in, proceed",
        232 = "User logged in, authorized by security data exchange", 234 = "Security data exchange complete",
        235 = "Security data exchange completed successfully", 250 = "Requested file action okay, completed",
        257 = "PATHNAME created", 331 = "User name okay, need password", 332 = "Need account for login",
        334 = "Requested security mechanism is ok", 335 = "Security data is acceptable, more is required",
        336 = "Username okay, need password. Challenge is ...",
        350 = "Requested file action pending further information",
        421 = "Service not available, closing control connection", 425 = "Can't open data connection",
        426 = "Connection closed; transfer aborted", 431 = "Need some unavailable resource to process security",
        450 = "Requested file action not taken", 451 = "Requested action aborted: local error in processing",
        452 = "Requested action not taken. Insufficient storage space in system",
        500 = "Syntax error, command unrecognized", 501 = "Syntax error in parameters or arguments",
        502 = "Command not implemented", 503 = "Bad sequence of commands",
        504 = "Command not implemented for that parameter", 522 = "Network protocol not supported",
        530 = "Not logged in", 532 = "Need account for storing files",
        533 = "Command protection level denied for policy reasons", 534 = "Request denied for policy reasons",
        535 = "Failed security check (hash, sequence, etc)",
        536 = "Requested PROT level not supported by mechanism",
        537 = "Command protection level not supported by security mechanism",
        550 = "Requested action not taken: File unavailable", 551 = "Requested action aborted: page type unknown",
        552 = "Requested file action aborted: Exceeded storage allocation",
        553 = "Requested action not taken: File name not allowed", 631 = "Integrity protected reply",
        632 = "Confidentiality and integrity protected reply", 633 = "Confidentiality protected reply",
    }
}

const PORT: u16 = 21;
const PORTS: &[u16] = &[PORT];
/// The commands that make use of an endpoint.
const TRANSFERS: [&[u8]; 8] = [b"LIST", b"NLST", b"MLSD", b"RETR", b"STOR", b"STOU", b"APPE", b"MLST"];

/// FTP's control connection.
pub struct Ftp;

/// What is remembered of a control connection.
#[derive(Default)]
struct Session {
    /// The client asked for TLS.
    secure: bool,
    /// The endpoint announced last, for which no command has been given yet.
    announced: Option<(Address, u16)>,
    /// The client asked where it is.
    asks_directory: bool,
    /// Where it is, as far as that was said.
    directory: Vec<u8>,
}

/// Bytes of a command that are kept.
const MOST_COMMAND: usize = 256;

/// How an endpoint was announced, and the command whose data it carries.
struct Announced {
    how: &'static str,
    frame: u64,
    command: Box<[u8]>,
    command_frame: u64,
    directory: Vec<u8>,
}

/// What is carried at the last so many endpoints that were announced.
type Transfers = Recent<(Address, u16), Announced, { 1 << 12 }>;

impl Protocol for Ftp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "FTP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let client = lines::from_client(c, PORTS);
        c.protocol("FTP");
        c.claim();
        let (line, len) = lines::first_or_all(c.rest());
        c.info().str(if client { "Request: " } else { "Response: " }).text(line);
        c.hidden(if client { &REQUEST } else { &RESPONSE }, c.pos(), c.pos() + len, 1);
        let start = c.pos();
        c.put(&LINE, start, start + len, 0);
        let whole = c.rest().get(..len).unwrap_or_default();
        c.label(|l| _ = l.text(whole));
        let word = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
        let (command, argument) = line.split_at_checked(word).unwrap_or_default();
        c.below(|c| {
            if client {
                c.put(&COMMAND, start, start + word, 0);
                if !argument.is_empty() {
                    c.put(&ARGUMENT, start + word + 1, start + line.len(), 0);
                }
                return request(c, command, argument, line);
            }
            let code = line.get(..3).and_then(|code| str::from_utf8(code).ok()).and_then(|code| code.parse().ok());
            // What has no code is a line of a longer response.
            if let Some(code) = code {
                c.put(&CODE, start, start + 3, code);
                c.put(&RESPONSE_ARGUMENT, (start + 4).min(start + line.len()), start + line.len(), 0);
                response(c, code, line);
            }
        });
        c.skip(len)?;
        if S::DETAIL {
            while c.remaining() > 0 {
                let (_, len) = lines::first_or_all(c.rest());
                let line = c.bytes(&LINE, len.max(1))?;
                c.label(|l| _ = l.text(line));
            }
            let directory = c.worker.state.slots().map(|slots| slots.entry::<Session>().directory.clone());
            c.above(|c| concluded(c, &DIRECTORY, &directory.unwrap_or_default()));
        }
        c.skip(c.remaining())
    }
}

/// Records a text that was concluded.
fn concluded<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, text: &[u8]) {
    c.generated(field, 0);
    c.set_text(|l| _ = l.bytes(text));
}

fn request<S: Sink>(c: &mut Cursor<'_, S>, command: &[u8], argument: &[u8], line: &[u8]) {
    let frame = c.worker.frame.number;
    if TRANSFERS.iter().any(|name| command.eq_ignore_ascii_case(name)) {
        let end = c.worker.state.slots().and_then(|slots| slots.entry::<Session>().announced.take());
        if let Some(end) = end {
            let transfer = c.worker.state.shared.entry::<Transfers>().get_mut(&end);
            if let Some(transfer) = transfer {
                transfer.command = line.get(..MOST_COMMAND).unwrap_or(line).into();
                transfer.command_frame = frame;
            }
        }
    }
    if let Some(slots) = c.worker.state.slots() {
        slots.entry::<Session>().asks_directory = command.eq_ignore_ascii_case(b"PWD");
    }
    if command.eq_ignore_ascii_case(b"AUTH") {
        if let Some(slots) = c.worker.state.slots() {
            slots.entry::<Session>().secure = true;
        }
    } else if command.eq_ignore_ascii_case(b"PORT")
        && let Some((address, port)) = numbers(argument)
    {
        place(c, (&ACTIVE_ADDRESS, &ACTIVE_PORT), (address, port));
        announce(c, (Address::Ipv4(address), port), "PORT");
    }
}

fn response<S: Sink>(c: &mut Cursor<'_, S>, code: u64, line: &[u8]) {
    match code {
        227 => {
            if let Some((address, port)) = numbers(line.get(3..).unwrap_or_default()) {
                place(c, (&PASSIVE_ADDRESS, &PASSIVE_PORT), (address, port));
                announce(c, (Address::Ipv4(address), port), "PASV");
            }
        }
        229 => {
            // Entering Extended Passive Mode (|||6446|)
            let port = line.rsplit(|&byte| byte == b'|').nth(1).and_then(|port| str::from_utf8(port).ok());
            if let Some(port) = port.and_then(|port| port.parse().ok()) {
                let end = (c.row().src, port);
                announce(c, end, "EPASV");
            }
        }
        257 => directory(c, line),
        234 if c.worker.state.slots().is_some_and(|slots| slots.entry::<Session>().secure) => lines::start_tls(c),
        _ => {}
    }
}

/// Records an endpoint that was announced.
fn place<S: Sink>(c: &mut Cursor<'_, S>, fields: (&'static Field, &'static Field), (address, port): ([u8; 4], u16)) {
    c.text(fields.0, c.pos(), c.pos(), |l| _ = l.bytes(&address));
    c.put(fields.1, c.pos(), c.pos(), port.into());
}

/// The server says where the client is: `257 "/pub" is the current directory`.
fn directory<S: Sink>(c: &mut Cursor<'_, S>, line: &[u8]) {
    let Some(slots) = c.worker.state.slots() else { return };
    let session = slots.entry::<Session>();
    let quoted = line.split(|&byte| byte == b'"').nth(1);
    if let Some(path) = quoted.filter(|_| session.asks_directory) {
        session.directory = path.get(..MOST_COMMAND).unwrap_or(path).to_vec();
    }
}

/// From now on, files are carried at this endpoint.
fn announce<S: Sink>(c: &mut Cursor<'_, S>, end: (Address, u16), how: &'static str) {
    let Some(entry) = Registry::named("ftp-data") else { return };
    c.worker.state.expected.announce(Transport::Tcp, end, None, entry);
    let directory = c.worker.state.slots().map(|slots| slots.entry::<Session>().directory.clone()).unwrap_or_default();
    let (frame, command) = (c.worker.frame.number, Box::default());
    let announced = Announced { how, frame, command, command_frame: 0, directory };
    c.worker.state.shared.entry::<Transfers>().insert(end, announced);
    if let Some(slots) = c.worker.state.slots() {
        slots.entry::<Session>().announced = Some(end);
    }
}

/// An address and port as six numbers with commas between them, somewhere in `text`.
fn numbers(text: &[u8]) -> Option<([u8; 4], u16)> {
    let start = text.windows(2).position(|pair| matches!(pair, [b'(' | b' ' | b'=', b'0'..=b'9']))? + 1;
    let mut found = [0u8; 6];
    let list = text.get(start..)?;
    let mut parts = list.split(|byte| !byte.is_ascii_digit() && *byte != b',').next()?.split(|&byte| byte == b',');
    for place in &mut found {
        *place = str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    }
    let [a, b, c, d, high, low] = found;
    Some(([a, b, c, d], u16::from_be_bytes([high, low])))
}

/// A connection that carries a file or a listing.
pub struct FtpData;

impl Protocol for FtpData {
    const LAYER: &'static Field = &DATA_LAYER;
    const NAME: &'static str = "FTP-DATA";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Tcp(20)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("FTP-DATA");
        let len = c.reported() as u64;
        c.claim().str("FTP Data: ").dec(len).str(" bytes");
        c.layer_label(|l| _ = l.str("FTP Data (").dec(len).str(" bytes data)"));
        let row = c.row();
        let (src, dst) = (row.src, row.dst);
        let state = &mut c.worker.state;
        if let (Some(current), Some(transfers)) = (state.current, state.shared.take::<Transfers>()) {
            let ends = [(src, current.src_port), (dst, current.dst_port)];
            if let Some(announced) = ends.iter().find_map(|end| transfers.get(end)) {
                let Announced { how, command, .. } = announced;
                c.worker.row.info().str(" (").str(how).str(") (").text(command).byte(b')');
                c.above(|c| tell(c, announced));
            }
            c.worker.state.shared.put(transfers);
        }
        let text = c.rest();
        if S::DETAIL && is_text(text) {
            return entity::plain_lines(c);
        }
        c.skip(c.remaining())
    }
}

/// Whether data is printable text.
fn is_text(data: &[u8]) -> bool {
    !data.is_empty() && data.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'))
}

/// Records how these data came to be carried here.
fn tell<S: Sink>(c: &mut Cursor<'_, S>, announced: &Announced) {
    if !S::DETAIL {
        return;
    }
    c.generated(&DATA_SETUP, announced.frame);
    concluded(c, &DATA_METHOD, announced.how.as_bytes());
    if !announced.command.is_empty() {
        concluded(c, &DATA_COMMAND, &announced.command);
        c.put(&DATA_COMMAND_FRAME, c.pos(), c.pos(), announced.command_frame);
    }
    concluded(c, &DATA_DIRECTORY, &announced.directory);
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn endpoints_in_words() {
        let end = Some(([90, 130, 70, 73], 100 * 256 + 85));
        assert_eq!(numbers(b" Entering Passive Mode (90,130,70,73,100,85)."), end);
        assert_eq!(numbers(b" 90,130,70,73,100,85"), end);
        assert_eq!(numbers(b" (90,130,70,73,100)"), None);
        assert_eq!(numbers(b" (900,130,70,73,100,1)"), None);
        assert_eq!(numbers(b""), None);
    }
}
