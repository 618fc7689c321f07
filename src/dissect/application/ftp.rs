//! FTP (RFC 959), and the connections that carry its files.

use super::lines;
use crate::conversation::Transport;
use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ftp", "File Transfer Protocol (FTP)", Kind::Protocol);
static DATA_LAYER: Field = Field::new("ftp-data", "FTP Data", Kind::Protocol);

fields! {
    REQUEST = "ftp.request", "Request", Bool;
    RESPONSE = "ftp.response", "Response", Bool;
    COMMAND = "ftp.request.command", "Request command", Str;
    ARGUMENT = "ftp.request.arg", "Request arg", Str;
    CODE = "ftp.response.code", "Response code", U32;
    RESPONSE_ARGUMENT = "ftp.response.arg", "Response arg", Str;
    DATA = "ftp-data.data", "Data", Bytes;
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
}

/// Bytes of a command that are kept.
const MOST_COMMAND: usize = 256;

/// How an endpoint was announced, and the command whose data it carries.
type Announced = (&'static str, Box<[u8]>);

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
        let word = line.iter().position(|&byte| byte == b' ').unwrap_or(line.len());
        let (command, argument) = line.split_at_checked(word).unwrap_or_default();
        if client {
            c.put(&COMMAND, start, start + word, 0);
            if !argument.is_empty() {
                c.put(&ARGUMENT, start + word + 1, start + line.len(), 0);
            }
            request(c, command, argument, line);
        } else {
            let code = line.get(..3).and_then(|code| str::from_utf8(code).ok()).and_then(|code| code.parse().ok());
            if let Some(code) = code {
                c.put(&CODE, start, start + 3, code);
                c.put(&RESPONSE_ARGUMENT, (start + 4).min(start + line.len()), start + line.len(), 0);
                response(c, code, line);
            }
        }
        c.skip(c.remaining())
    }
}

fn request<S: Sink>(c: &mut Cursor<'_, S>, command: &[u8], argument: &[u8], line: &[u8]) {
    if TRANSFERS.iter().any(|name| command.eq_ignore_ascii_case(name)) {
        let end = c.worker.state.slots().and_then(|slots| slots.entry::<Session>().announced.take());
        if let Some(end) = end {
            let transfer = c.worker.state.shared.entry::<Transfers>().get_mut(&end);
            transfer.into_iter().for_each(|(_, kept)| *kept = line.get(..MOST_COMMAND).unwrap_or(line).into());
        }
    }
    if command.eq_ignore_ascii_case(b"AUTH") {
        if let Some(slots) = c.worker.state.slots() {
            slots.entry::<Session>().secure = true;
        }
    } else if command.eq_ignore_ascii_case(b"PORT")
        && let Some((address, port)) = numbers(argument)
    {
        announce(c, (Address::Ipv4(address), port), "PORT");
    }
}

fn response<S: Sink>(c: &mut Cursor<'_, S>, code: u64, line: &[u8]) {
    match code {
        227 => {
            if let Some((address, port)) = numbers(line.get(3..).unwrap_or_default()) {
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
        234 if c.worker.state.slots().is_some_and(|slots| slots.entry::<Session>().secure) => lines::start_tls(c),
        _ => {}
    }
}

/// From now on, files are carried at this endpoint.
fn announce<S: Sink>(c: &mut Cursor<'_, S>, end: (Address, u16), how: &'static str) {
    let Some(entry) = Registry::named("ftp-data") else { return };
    c.worker.state.expected.announce(Transport::Tcp, end, None, entry);
    c.worker.state.shared.entry::<Transfers>().insert(end, (how, Box::default()));
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
        let row = c.row();
        let (src, dst) = (row.src, row.dst);
        let state = &mut c.worker.state;
        if let (Some(current), Some(transfers)) = (state.current, state.shared.get::<Transfers>()) {
            let ends = [(src, current.src_port), (dst, current.dst_port)];
            if let Some((how, command)) = ends.iter().find_map(|end| transfers.get(end)) {
                c.worker.row.info().str(" (").str(how).str(") (").text(command).byte(b')');
            }
        }
        c.bytes(&DATA, c.remaining()).map(|_| ())
    }
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
