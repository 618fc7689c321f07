//! CIP, the common industrial protocol: requests to objects of devices, and their responses.

use super::Ticket;
use super::names::{
    CLASSES, CONFIGURATION_SERVICES, GENERAL_STATUSES, MANAGER_SERVICES, MODBUS_SERVICES, PCCC_SERVICES, SERVICES,
};
use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("cip", "Common Industrial Protocol", Kind::Protocol);

fields! {
    SERVICE = "cip.service", "Service", U8 hex;
    RESPONSE = "cip.rr", "Request/Response", U8 hex mask(0x80) names(DIRECTIONS);
    CODE = "cip.sc", "Service", U8 hex mask(0x7f) names(SERVICES);
    PATH_SIZE = "cip.request_path_size", "Request Path Size", U8 unit(" word", " words");
    PATH = "cip.epath", "Request Path", Bytes;
    STATUS = "", "Status", None;
    GENERAL = "cip.genstat", "General Status", U8 hex names(GENERAL_STATUSES);
    ADDITIONAL = "cip.addstat_size", "Additional Status Size", U8 unit(" word", " words");
    ADDITIONAL_STATUS = "cip.addstat", "Additional Status", Bytes;
    COUNT = "cip.msp.num_services", "Number of Services", U16;
    OFFSET = "cip.msp.offset", "Offset", U16;
    DATA = "cip.data", "Data", Bytes;
}

crate::names! {
    DIRECTIONS { 0 = "Request", 1 = "Response" }
}

/// The flag of a response in its service.
const IS_RESPONSE: u8 = 0x80;
/// Services.
const MULTIPLE: u8 = 0x0a;
const UNCONNECTED_SEND: u8 = 0x52;
const FORWARD_OPEN: u8 = 0x54;
const LARGE_FORWARD_OPEN: u8 = 0x5b;
const FORWARD_CLOSE: u8 = 0x4e;
/// The first service that is its class's own.
const FIRST_OWN: u8 = 0x4b;
/// Classes.
const MANAGER: u32 = 0x06;
const SUPERVISOR: u32 = 0x39;
const MODBUS: u32 = 0x44;
const PCCC: u32 = 0x67;
const CONFIGURATION: u32 = 0xf3;
/// Statuses.
const SUCCESS: u8 = 0;
/// Bytes of what a device says of a connection that it opened, or of one it did not.
const OPENED_LEN: usize = 26;
const REFUSED_LEN: usize = 10;
/// Requests that are remembered of a conversation at most, and how much of each one's text.
const MOST_REQUESTS: usize = 64;
const MOST_TEXT: usize = 128;
/// Messages within messages at most.
const DEEPEST: u8 = 4;

/// CIP on its own has no key: what carries it calls `message`.
pub struct Cip;

impl Protocol for Cip {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CIP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let channel = c.worker.state.slots().and_then(|slots| slots.entry::<Session>().channel.take());
        c.protocol("CIP");
        one(c, channel.as_ref(), 0)
    }
}

/// How a message came.
#[derive(Clone, Copy)]
pub(super) struct Channel {
    pub(super) ticket: Ticket,
    pub(super) response: bool,
    pub(super) connected: bool,
}

/// What was asked, as the row says it.
#[derive(Clone, Copy)]
struct Asked {
    column: &'static str,
    text: [u8; MOST_TEXT],
    len: usize,
}

/// What is known of a session.
#[derive(Default)]
struct Session {
    requests: Recent<Ticket, Asked, MOST_REQUESTS>,
    /// The connection in one direction by that in the other.
    partners: Recent<u32, u32, MOST_REQUESTS>,
    /// How the message came that is about to be taken apart.
    channel: Option<Channel>,
}

/// Takes a message apart that came by `channel`.
pub(super) fn message<S: Sink>(c: &mut Cursor<'_, S>, channel: Channel) -> Result<(), Stop> {
    if let Some(slots) = c.worker.state.slots() {
        slots.entry::<Session>().channel = Some(channel);
    }
    c.above(Cursor::call::<Cip>).map(|_| ())
}

/// One message: a request, or a response, whose `channel` is known unless it is within another.
fn one<S: Sink>(c: &mut Cursor<'_, S>, channel: Option<&Channel>, depth: u8) -> Result<(), Stop> {
    if depth == 0 {
        c.claim();
    }
    let service = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    if service & IS_RESPONSE == 0 { request(c, channel, depth) } else { response(c, channel, depth) }
}

/// The object that a path names.
#[derive(Default)]
struct Target {
    class: Option<u32>,
}

fn record_service<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u8, Stop> {
    let service = c.u8(&SERVICE)?;
    if S::DETAIL {
        let name = name_of(SERVICES, u64::from(service & !IS_RESPONSE));
        c.label(|l| {
            l.str("Service: ");
            match name {
                Some(name) => l.str(name),
                None => l.str("Unknown Service (0x").hex(service & !IS_RESPONSE, 2).byte(b')'),
            };
            l.str(if service & IS_RESPONSE == 0 { " (Request)" } else { " (Response)" });
        });
        c.below(|c| {
            c.bits::<1>(&RESPONSE, service.into());
            c.bits::<1>(&CODE, service.into());
        });
    }
    Ok(service & !IS_RESPONSE)
}

fn request<S: Sink>(c: &mut Cursor<'_, S>, channel: Option<&Channel>, depth: u8) -> Result<(), Stop> {
    let from = c.row().info_column().len();
    let service = record_service(c)?;
    let size = c.u8(&PATH_SIZE)?;
    let len = usize::from(size) * 2;
    let path = c.bytes(&PATH, len)?;
    let mut target = Target::default();
    // Within a list of requests only the services are named.
    let listed = depth > 0 && channel.is_none();
    if listed {
        target.class = class_of(path);
    } else {
        write_path(path, &mut target, c.info());
    }
    c.label(|l| {
        l.str("Request Path: ");
        if let Some(class) = class_of(path) {
            write_class(class, l);
        }
    });
    write_service(c, service, target.class);
    let column = column(target.class, service);
    if !listed {
        c.protocol(column);
    }
    let outcome = content(c, service, target.class, depth, channel);
    if depth == 0
        && let Some(channel) = channel
        && !channel.response
    {
        remember(c, channel, (column, service), from);
    }
    outcome
}

/// What a request says to its object.
fn content<S: Sink>(
    c: &mut Cursor<'_, S>,
    service: u8,
    class: Option<u32>,
    depth: u8,
    channel: Option<&Channel>,
) -> Result<(), Stop> {
    match (service, class) {
        (MULTIPLE, Some(_)) => several(c, depth),
        (UNCONNECTED_SEND, Some(MANAGER)) => {
            c.info().str(": ");
            c.skip(2)?;
            let len = usize::from(c.array::<2>().map(u16::from_le_bytes)?);
            if depth >= DEEPEST {
                return Ok(());
            }
            let column = "CIP CM";
            c.within(len, |c| request(c, channel.or(Some(&NOWHERE)), depth + 1))?;
            c.protocol(column);
            Ok(())
        }
        (FORWARD_OPEN | LARGE_FORWARD_OPEN, Some(MANAGER)) => {
            let fixed = if service == FORWARD_OPEN { 35 } else { 39 };
            c.need(fixed)?;
            connection_path(c, fixed, 0)
        }
        (FORWARD_CLOSE, Some(MANAGER)) => {
            c.need(11)?;
            connection_path(c, 10, 1)
        }
        _ => {
            if c.reported() > 0 {
                c.bytes(&DATA, c.reported())?;
            }
            Ok(())
        }
    }
}

/// A channel of which nothing is remembered.
static NOWHERE: Channel = Channel { ticket: Ticket { channel: 0, number: 0 }, response: true, connected: false };

/// The path that a connection is opened to, behind `ahead` bytes, its length, and `reserved` bytes.
fn connection_path<S: Sink>(c: &mut Cursor<'_, S>, ahead: usize, reserved: usize) -> Result<(), Stop> {
    c.skip(ahead)?;
    let len = usize::from(c.array::<1>()?[0]) * 2;
    c.skip(reserved)?;
    let path = c.bytes(&PATH, len)?;
    if let Some(class) = class_of(path) {
        let line = c.info().str(" (");
        write_class(class, line);
        line.byte(b')');
    }
    Ok(())
}

/// Several messages in one, each at its offset.
fn several<S: Sink>(c: &mut Cursor<'_, S>, depth: u8) -> Result<(), Stop> {
    c.info().str(": ");
    let start = c.pos();
    if c.reported() < 2 {
        return Ok(());
    }
    let count = usize::from(c.u16_le(&COUNT)?);
    c.need(count * 2)?;
    let offset = |c: &Cursor<'_, S>, at: usize| {
        c.whole().get(start + 2 + at * 2..).and_then(|rest| rest.first_chunk()).map(|two| u16::from_le_bytes(*two))
    };
    for at in 0..count {
        let Some(from) = offset(c, at).map(usize::from) else { break };
        let to =
            if at + 1 < count { offset(c, at + 1).map_or(0, usize::from) } else { c.limit().saturating_sub(start) };
        if depth >= DEEPEST {
            break;
        }
        if at > 0 {
            c.info().str(", ");
        }
        c.seek(start.saturating_add(from));
        c.within(to.saturating_sub(from), |c| one(c, None, depth + 1))?;
    }
    Ok(())
}

fn response<S: Sink>(c: &mut Cursor<'_, S>, channel: Option<&Channel>, depth: u8) -> Result<(), Stop> {
    let service = record_service(c)?;
    c.skip(1)?;
    let general = c.u8(&GENERAL)?;
    let size = usize::from(c.u8(&ADDITIONAL)?) * 2;
    if size > 0 {
        c.bytes(&ADDITIONAL_STATUS, size)?;
    }
    if depth > 0 {
        write_service(c, service, None);
        return Ok(());
    }
    match name_of(GENERAL_STATUSES, general.into()) {
        Some(name) => c.info().str(name),
        None => c.info().str("Unknown Response (").hex(general, 2).byte(b')'),
    };
    c.info().str(": ");
    let asked = channel.and_then(|channel| asked(c, channel));
    if service == MULTIPLE {
        if let Some(asked) = &asked {
            let text = asked.text.get(..asked.len).unwrap_or_default();
            let object = text.windows(3).position(|part| part == b" - ").map_or(0, |at| at + 3);
            let object = text.get(..object).unwrap_or_default();
            if object != b"Message Router - " {
                c.info().bytes(object);
            }
        }
        c.info().str("Multiple Service Packet");
        return several(c, depth);
    }
    let Some(asked) = asked.filter(|asked| asked.len > 0) else {
        write_service(c, service, None);
        return Ok(());
    };
    c.protocol(asked.column);
    c.info().bytes(asked.text.get(..asked.len).unwrap_or_default());
    answered(c, (asked.column, service, general), channel)
}

/// What a response says of what was asked.
fn answered<S: Sink>(
    c: &mut Cursor<'_, S>,
    (column, service, general): (&'static str, u8, u8),
    channel: Option<&Channel>,
) -> Result<(), Stop> {
    let success = general == SUCCESS;
    match service {
        FORWARD_OPEN | LARGE_FORWARD_OPEN if column == "CIP CM" => {
            c.need(if success { OPENED_LEN } else { REFUSED_LEN })?;
            if let (true, Some(there), Some(back)) = (success, c.peek(0), c.peek(4)) {
                let (there, back) = (u32::from_le_bytes(there), u32::from_le_bytes(back));
                if let (Some(slots), Some(_)) = (c.worker.state.slots(), channel) {
                    slots.entry::<Session>().partners.insert(back, there);
                }
            }
            Ok(())
        }
        FORWARD_CLOSE if column == "CIP CM" => c.need(REFUSED_LEN),
        _ => Ok(()),
    }
}

/// Remembers what was asked: the text that the row shows from `from` on.
fn remember<S: Sink>(c: &mut Cursor<'_, S>, channel: &Channel, (column, service): (&'static str, u8), from: usize) {
    let text = c.row().info_column().get(from..).unwrap_or_default();
    // What is sent on is what is answered.
    let sent_on = column == "CIP CM" && service == UNCONNECTED_SEND;
    let text = if sent_on { after(text, b"Unconnected Send: ") } else { text };
    let mut asked = Asked { column: if sent_on { "CIP" } else { column }, text: [0; MOST_TEXT], len: 0 };
    asked.len = text.len().min(MOST_TEXT);
    if let (Some(place), Some(text)) = (asked.text.get_mut(..asked.len), text.get(..asked.len)) {
        place.copy_from_slice(text);
    }
    if let Some(slots) = c.worker.state.slots() {
        slots.entry::<Session>().requests.insert(channel.ticket, asked);
    }
}

/// What stands behind `mark` in `text`.
fn after<'a>(text: &'a [u8], mark: &[u8]) -> &'a [u8] {
    let at = text.windows(mark.len()).position(|window| window == mark).map_or(0, |at| at + mark.len());
    text.get(at..).unwrap_or_default()
}

/// What this response answers.
fn asked<S: Sink>(c: &mut Cursor<'_, S>, channel: &Channel) -> Option<Asked> {
    let session = c.worker.state.slots()?.entry::<Session>();
    let mut ticket = channel.ticket;
    if channel.connected
        && let Some(&partner) = session.partners.get(&ticket.channel)
    {
        ticket.channel = partner;
    }
    session.requests.get(&ticket).copied()
}

/// The class of the object that a path names.
fn class_of(path: &[u8]) -> Option<u32> {
    let mut target = Target::default();
    write_path(path, &mut target, &mut Line::default());
    target.class
}

fn write_class(class: u32, line: &mut Line) {
    match name_of(CLASSES, class.into()) {
        Some(name) => line.str(name),
        None => line.str("Class (0x").hex(class, 2).byte(b')'),
    };
}

/// Writes what a path names: a class, or symbols, each with what parts it from the next.
fn write_path(path: &[u8], target: &mut Target, line: &mut Line) {
    let mut rest = path;
    while let [first, tail @ ..] = rest {
        let (value, len) = match (first >> 5, first & 3, tail) {
            // A port and the address behind it.
            (0, ..) => (0, port_len(*first, tail)),
            (1, 0, [value, ..]) if first & 0x1c != 0x14 => (u32::from(*value), 1),
            (1, 1, [_, low, high, ..]) => (u32::from(u16::from_le_bytes([*low, *high])), 3),
            (1, 2, [_, a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 5),
            // An electronic key.
            (1, ..) => (0, 9),
            // Words of data, and a symbol.
            (4, ..) if *first == 0x80 => (0, tail.first().map_or(1, |&words| 1 + 2 * usize::from(words))),
            (4, ..) => {
                let len = usize::from(tail.first().copied().unwrap_or_default());
                if *first == 0x91 {
                    let name = tail.get(1..1 + len).unwrap_or_default();
                    line.byte(b'\'').text(name).str("' - ");
                }
                (0, 1 + len.next_multiple_of(2))
            }
            _ => (0, 1),
        };
        if first & 0xfc == 0x20 {
            target.class = Some(value);
            write_class(value, line);
            line.str(" - ");
        }
        rest = tail.get(len..).unwrap_or_default();
    }
}

/// Bytes behind the first of a port segment.
fn port_len(first: u8, tail: &[u8]) -> usize {
    let extended_port = if first & 0xf == 0xf { 2 } else { 0 };
    if first & 0x10 == 0 {
        return 1 + extended_port;
    }
    let len = usize::from(tail.first().copied().unwrap_or_default());
    (1 + extended_port + len + 1).next_multiple_of(2) - 1
}

/// Services that are a class's own.
fn services_of(class: Option<u32>) -> Option<Names> {
    match class? {
        MANAGER => Some(MANAGER_SERVICES),
        MODBUS => Some(MODBUS_SERVICES),
        PCCC => Some(PCCC_SERVICES),
        CONFIGURATION => Some(CONFIGURATION_SERVICES),
        SUPERVISOR => Some(SUPERVISOR_SERVICES),
        _ => None,
    }
}

crate::names! {
    SUPERVISOR_SERVICES {
        76 = "Recover", 78 = "Perform Diagnostics", 79 = "Configure Request", 80 = "Validate Configuration",
        81 = "Set Password", 82 = "Configuration (Un)Lock", 83 = "Mode Change", 84 = "Safety Reset",
        85 = "Reset Password", 86 = "Propose TUNID", 87 = "Apply TUNID", 88 = "Propose TUNID List", 89 = "Apply TUNID List",
    }
}

fn write_service<S: Sink>(c: &mut Cursor<'_, S>, service: u8, class: Option<u32>) {
    let own = services_of(class).and_then(|names| name_of(names, service.into()));
    let line = c.info();
    match own.or_else(|| name_of(SERVICES, service.into())) {
        Some(name) => line.str(name),
        None => line.str("Service (0x").hex(service, 2).byte(b')'),
    };
}

/// The Protocol column of a request.
fn column(class: Option<u32>, service: u8) -> &'static str {
    match class {
        Some(CONFIGURATION) if service >= FIRST_OWN || service == 1 => "CIP CCO",
        _ if service < FIRST_OWN => "CIP",
        Some(MANAGER) => "CIP CM",
        Some(MODBUS) => "CIP MB",
        Some(PCCC) => "CIP PCCC",
        Some(SUPERVISOR) => "CIPS Supervisor",
        _ => "CIP",
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Target, write_path};

    fn path(bytes: &[u8]) -> String {
        let (mut line, mut target) = (Line::default(), Target::default());
        write_path(bytes, &mut target, &mut line);
        String::from_utf8(line.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn paths_name_classes_and_symbols() {
        assert_eq!(path(&[0x20, 0x06, 0x24, 0x01]), "Connection Manager - ");
        assert_eq!(path(&[0x21, 0, 0x34, 0x12, 0x25, 0, 1, 0]), "Class (0x1234) - ");
        assert_eq!(path(b"\x91\x07MyTag_1\x00\x91\x03abc\x00\x2a\x00\x05\x00\x00\x00"), "'MyTag_1' - 'abc' - ");
        assert_eq!(path(&[0x01, 0x05, 0x20, 0x01]), "Identity - ");
    }
}
