//! CoAP (RFC 7252) with block-wise transfer (RFC 7959).

use std::ops::Range;

use super::http;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("coap", "Constrained Application Protocol", Kind::Protocol);

fields! {
    VERSION = "coap.version", "Version", U8 mask(0xc0);
    TYPE = "coap.type", "Type", U8 mask(0x30) names(LONG_TYPES);
    TOKEN_LENGTH = "coap.token_len", "Token Length", U8 mask(0x0f);
    CODE = "coap.code", "Code", U8 names(CODES);
    ID = "coap.mid", "Message ID", U16;
    TOKEN = "coap.token", "Token", Bytes;
    OPTION = "coap.opt.name", "Opt Name", Str;
    OPTION_VALUE = "coap.opt.value", "Value", Bytes;
    MARKER = "coap.opt.end_marker", "End of options marker", U8;
    PAYLOAD = "coap.payload", "Payload", Str;
    URI_PATH = "coap.opt.uri_path_recon", "Uri-Path", Str;
}

names! {
    LONG_TYPES { 0 = "Confirmable", 1 = "Non-Confirmable", 2 = "Acknowledgement", 3 = "Reset" }
    TYPES { 0 = "CON", 1 = "NON", 2 = "ACK", 3 = "RST" }
    CODES {
        0 = "Empty Message", 1 = "GET", 2 = "POST", 3 = "PUT", 4 = "DELETE", 5 = "FETCH", 6 = "PATCH", 7 = "iPATCH",
        65 = "2.01 Created", 66 = "2.02 Deleted", 67 = "2.03 Valid", 68 = "2.04 Changed", 69 = "2.05 Content",
        95 = "2.31 Continue", 128 = "4.00 Bad Request", 129 = "4.01 Unauthorized", 130 = "4.02 Bad Option",
        131 = "4.03 Forbidden", 132 = "4.04 Not Found", 133 = "4.05 Method Not Allowed", 134 = "4.06 Not Acceptable",
        136 = "4.08 Request Entity Incomplete", 137 = "4.09 Conflict", 140 = "4.12 Precondition Failed",
        141 = "4.13 Request Entity Too Large", 143 = "4.15 Unsupported Content-Format",
        150 = "4.22 Unprocessable Entity", 157 = "4.29 Too Many Requests", 160 = "5.00 Internal Server Error",
        161 = "5.01 Not Implemented", 162 = "5.02 Bad Gateway", 163 = "5.03 Service Unavailable",
        164 = "5.04 Gateway Timeout", 165 = "5.05 Proxying Not Supported", 168 = "5.08 Hop Limit Reached",
        225 = "7.01 CSM", 226 = "7.02 Ping", 227 = "7.03 Pong", 228 = "7.04 Release", 229 = "7.05 Abort",
    }
}

/// Requests without answer that are remembered of a conversation at most; the oldest goes first.
const MOST: usize = 64;
/// Bytes of a request's URI that are kept.
const MOST_URI: usize = 256;

/// CoAP.
pub struct Coap;

/// A request that was made.
struct Request {
    token: Box<[u8]>,
    id: u16,
    uri: Box<[u8]>,
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    requests: Vec<Request>,
}

/// What a message's options say.
#[derive(Default)]
struct Options<'p> {
    host: Option<&'p [u8]>,
    port: Option<u64>,
    /// Where the options for the path begin, to be walked again.
    format: Option<u64>,
    block: Option<u64>,
}

/// An option: its number, and its value.
type Opt<'p> = (u32, &'p [u8]);

/// What of an option is not whole.
enum Broken {
    /// What it says of itself, or all of its value.
    Header,
    /// Its value is longer than what is there.
    Value,
}

/// Walks the options that `bytes` begin with.
struct Walk<'p> {
    bytes: &'p [u8],
    number: u32,
}

impl<'p> Walk<'p> {
    /// A part of the option's header that may go on behind it.
    fn extended(&mut self, nibble: u8) -> Option<u32> {
        match nibble {
            13 => {
                let (&first, rest) = self.bytes.split_first()?;
                self.bytes = rest;
                Some(13 + u32::from(first))
            }
            14 => {
                let (&two, rest) = self.bytes.split_first_chunk()?;
                self.bytes = rest;
                Some(269 + u32::from(u16::from_be_bytes(two)))
            }
            15 => None,
            nibble => Some(nibble.into()),
        }
    }
    /// The next option; `None` at the end, an error where it is not whole.
    fn next(&mut self) -> Result<Option<Opt<'p>>, Broken> {
        let Some((&first, rest)) = self.bytes.split_first() else { return Ok(None) };
        if first == 0xff {
            return Ok(None);
        }
        self.bytes = rest;
        let delta = self.extended(first >> 4).ok_or(Broken::Header)?;
        let len = self.extended(first & 0x0f).ok_or(Broken::Header)?;
        self.number = self.number.wrapping_add(delta);
        let (value, rest) = self.bytes.split_at_checked(len as usize).ok_or(if self.bytes.is_empty() {
            Broken::Header
        } else {
            Broken::Value
        })?;
        self.bytes = rest;
        Ok(Some((self.number, value)))
    }
}

/// A number in as few bytes as it takes.
fn number(value: &[u8]) -> u64 {
    value.iter().fold(0, |num, &byte| num << 8 | u64::from(byte))
}

impl Protocol for Coap {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CoAP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(5683)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CoAP");
        c.claim();
        let first = c.u8(&VERSION)?;
        c.bits::<1>(&TYPE, first.into());
        c.bits::<1>(&TOKEN_LENGTH, first.into());
        let code = c.u8(&CODE)?;
        let id = c.u16(&ID)?;
        let info = c.info().str(name_of(TYPES, u64::from(first >> 4 & 3)).unwrap_or_default()).str(", MID:").dec(id);
        match name_of(CODES, code.into()) {
            Some(name) => _ = info.str(", ").str(name),
            None => _ = info.str(", Unknown ").dec(code),
        }
        let token = match first & 0x0f {
            0 | 9.. => &[],
            len => c.bytes(&TOKEN, len.into())?,
        };
        let options = c.rest();
        let Some((said, len)) = read(c, options)? else { return c.skip(c.remaining()) };
        body(c, &said, options.get(len..).unwrap_or_default())?;
        if !token.is_empty() {
            c.info().str(", TKN:").hex_bytes(token, " ");
        }
        if let Some(block) = said.block {
            c.info().str(if block & 8 == 0 { ", End of Block #" } else { ", Block #" }).dec(block >> 4);
        }
        uri(c, (code, id, token), &said, options);
        c.skip(c.remaining())
    }
}

/// Reads the options; says what they say and how long they are, the marker included. `None` where one is too long:
/// nothing more is said of the message then.
fn read<'p, S: Sink>(c: &mut Cursor<'_, S>, bytes: &'p [u8]) -> Result<Option<(Options<'p>, usize)>, Stop> {
    let mut said = Options::default();
    let mut walk = Walk { bytes, number: 0 };
    loop {
        let (kind, value) = match walk.next() {
            Ok(Some(option)) => option,
            Ok(None) => break,
            Err(Broken::Header) => return Err(Stop::Malformed),
            Err(Broken::Value) => return Ok(None),
        };
        match kind {
            3 => said.host = Some(value),
            7 => said.port = Some(number(value)),
            12 => said.format = Some(number(value)),
            23 | 27 => said.block = Some(number(value)),
            _ => {}
        }
        let end = c.pos() + bytes.len() - walk.bytes.len();
        c.put(&OPTION_VALUE, end - value.len(), end, 0);
    }
    let len = bytes.len() - walk.bytes.len();
    Ok(Some((said, if walk.bytes.is_empty() { len } else { len + 1 })))
}

/// Says what the payload is.
fn body<S: Sink>(c: &mut Cursor<'_, S>, said: &Options<'_>, payload: &[u8]) -> Result<(), Stop> {
    c.seek(c.end() - payload.len());
    if payload.is_empty() {
        return Ok(());
    }
    c.put(&PAYLOAD, c.pos(), c.end(), 0);
    let kind: &[u8] = match said.format {
        Some(0) => b"text/plain",
        Some(41) => b"application/xml",
        Some(50) => b"application/json",
        _ => return Ok(()),
    };
    http::foreign(c, Some(kind), b"", "CoAP");
    Ok(())
}

/// Writes the URI of a request, or of the request that a response answers.
fn uri<S: Sink>(c: &mut Cursor<'_, S>, (code, id, token): (u8, u16, &[u8]), said: &Options<'_>, options: &[u8]) {
    let start = c.info().len();
    if !(1..32).contains(&code) {
        answer(c, token);
        return;
    }
    let info = c.info();
    if let Some(host) = said.host {
        info.str(", coap://").text(host);
    }
    if let Some(port) = said.port {
        info.str(if said.host.is_some() { ":" } else { ", :" }).dec(port.min(u32::MAX.into()));
    }
    let mut walk = Walk { bytes: options, number: 0 };
    let (mut queries, mut path_end) = (0, None);
    while let Ok(Some((kind, value))) = walk.next() {
        if !matches!(kind, 11 | 15) {
            continue;
        }
        if info.len() == start {
            info.str(", ");
        }
        match kind {
            11 => _ = info.byte(b'/'),
            _ => {
                path_end = path_end.or(Some(info.len()));
                info.byte(if queries == 0 { b'?' } else { b'&' });
                queries += 1;
            }
        }
        info.text(value);
    }
    let end = path_end.unwrap_or_else(|| c.info().len());
    remember(c, start..end, (id, token));
}

/// Writes the URI of the request that a response answers by its token.
fn answer<S: Sink>(c: &mut Cursor<'_, S>, token: &[u8]) {
    let crate::dissect::worker::Worker { row, state, .. } = &mut *c.worker;
    let Some(session) = state.slots().and_then(|slots| slots.get::<Session>()) else { return };
    if let Some(request) = session.requests.iter().find(|request| *request.token == *token && !token.is_empty()) {
        row.info().bytes(&request.uri);
    }
}

/// Remembers a request, whose URI stands in the Info text at `place`, without its query.
fn remember<S: Sink>(c: &mut Cursor<'_, S>, place: Range<usize>, (id, token): (u16, &[u8])) {
    if token.is_empty() {
        return;
    }
    let crate::dissect::worker::Worker { row, state, .. } = &mut *c.worker;
    let uri = row.info_column().get(place).unwrap_or_default();
    let uri = uri.get(..MOST_URI).unwrap_or(uri);
    let Some(slots) = state.slots() else { return };
    let requests = &mut slots.entry::<Session>().requests;
    if let Some(known) = requests.iter_mut().find(|request| *request.token == *token) {
        let again = known.id == id;
        if *known.uri != *uri {
            known.uri = uri.into();
        }
        known.id = id;
        if again {
            row.info().str(" [Retransmission]");
        }
        return;
    }
    if requests.len() >= MOST {
        requests.remove(0);
    }
    requests.push(Request { token: token.into(), id, uri: uri.into() });
}
