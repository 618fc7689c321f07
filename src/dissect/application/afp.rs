//! AFP over DSI: Apple's files, shared over TCP.

mod commands;

use commands::COMMANDS;

use crate::conversation::recent::Recent;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static DSI_LAYER: Field = Field::new("dsi", "Data Stream Interface", Kind::Protocol);
static AFP_LAYER: Field = Field::new("afp", "Apple Filing Protocol", Kind::Protocol);

fields! {
    FLAGS = "dsi.flags", "Flags", U8 hex names(FLAG_NAMES);
    COMMAND = "dsi.command", "Command", U8 names(DSI_COMMANDS);
    REQUEST_ID = "dsi.requestid", "Request ID", U16;
    OFFSET = "dsi.data_offset", "Data offset", I32;
    ERROR = "dsi.error_code", "Error code", I32 names(ERRORS);
    LENGTH = "dsi.length", "Length", U32 unit(" byte", " bytes");
    RESERVED = "dsi.reserved", "Reserved", U32 hex;
}

names! {
    FLAG_NAMES { 0 = "Request", 1 = "Reply" }
    DSI_COMMANDS {
        1 = "CloseSession", 2 = "Command", 3 = "GetStatus", 4 = "OpenSession", 5 = "Tickle", 6 = "Write",
        7 = "Unknown", 8 = "Attention",
    }
    ERRORS {
        0 = "success", 4294962249 = "user already logged on", 4294962250 = "password fails policy check",
        4294962251 = "password needs to be changed", 4294962252 = "shared folder in trash.",
        4294962253 = "folder being shared is inside a shared folder.", 4294962254 = "password expired",
        4294962255 = "password too short", 4294962256 = "same password/can't change password",
        4294962257 = "non-existent file id", 4294962258 = "source file == destination file",
        4294962259 = "catalog has changed", 4294962260 = "different volume", 4294962261 = "file already has an id",
        4294962262 = "file thread not found", 4294962263 = "share point contains a share point",
        4294962264 = "object locked", 4294962265 = "volume locked", 4294962266 = "wrong icon type",
        4294962267 = "couldn't find directory", 4294962268 = "can't rename", 4294962269 = "server is going down",
        4294962270 = "too many files open", 4294962271 = "object is the wrong type",
        4294962272 = "command not supported", 4294962273 = "user not authenticated", 4294962274 = "session closed",
        4294962275 = "range overlap", 4294962276 = "no range lock", 4294962277 = "parameter error",
        4294962278 = "object not found", 4294962279 = "object already exists",
        4294962280 = "no response by server at that address", 4294962281 = "no more locks", 4294962282 = "misc. err",
        4294962283 = "LockErr", 4294962284 = "ItemNotFound", 4294962285 = "volume doesn't support directories",
        4294962286 = "FileBusy", 4294962287 = "end of file", 4294962288 = "disk full",
        4294962289 = "directory not empty", 4294962290 = "file synchronization locks conflict",
        4294962291 = "can't move file", 4294962292 = "invalid bitmap", 4294962293 = "bad afp version number",
        4294962294 = "uam doesn't exist", 4294962295 = "logincont", 4294962296 = "permission denied",
        4294966224 = "session closed (ASP)", 4294966228 = "no more sessions available",
    }
}

/// Bytes of a header, and where in it the length of what follows stands.
const HEADER_LEN: usize = 16;
const LENGTH_AT: usize = 8;
const REPLY: u8 = 1;

mod dsi {
    pub(super) const COMMAND: u8 = 2;
    pub(super) const WRITE: u8 = 6;
}

/// What was asked, by the request's number: the command, and the frame it came in.
type Requests = Recent<u16, (u8, u64), 4096>;

/// What DSI says of the message that it carries.
#[derive(Clone, Copy, Default)]
struct Carried {
    reply: bool,
    number: u16,
}

/// DSI, which carries AFP over TCP.
pub struct Dsi;

impl Protocol for Dsi {
    const LAYER: &'static Field = &DSI_LAYER;
    const NAME: &'static str = "DSI";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(548)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let len = |c: &Cursor<'_, S>| (c.peek_u32(LENGTH_AT).unwrap_or_default() as usize).saturating_add(HEADER_LEN);
        messages(c, HEADER_LEN, len, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("DSI");
    c.claim();
    let flags = c.u8(&FLAGS)?;
    let command = c.u8(&COMMAND)?;
    let request = c.u16(&REQUEST_ID)?;
    let info = c.info().str(name_of(FLAG_NAMES, flags.into()).unwrap_or("Unknown flag")).byte(b' ');
    match name_of(DSI_COMMANDS, command.into()) {
        Some(name) => info.str(name),
        None => info.str("Unknown function (0x").hex(command, 2).byte(b')'),
    };
    info.str(" (").dec(request).byte(b')');
    c.u32(if flags == REPLY { &ERROR } else { &OFFSET })?;
    c.u32(&LENGTH)?;
    c.u32(&RESERVED)?;
    if !matches!(command, dsi::COMMAND | dsi::WRITE) {
        return c.skip(c.remaining());
    }
    c.layer_ends();
    *c.worker.state.shared.entry::<Carried>() = Carried { reply: flags == REPLY, number: request };
    c.call::<Afp>().map(|_| ())
}

mod keys {
    use super::commands::COMMANDS;
    use crate::fields;

    fields! {
        COMMAND = "afp.command", "Command", U8 names(COMMANDS);
        REPLY_TO = "afp.response_to", "Response to", FrameNum;
        PAD = "afp.pad", "Pad", None;
        VOLUME = "afp.vol_id", "Volume id", U16;
        DIRECTORY = "afp.did", "DID", U32;
        FORK = "afp.ofork", "Fork", U16;
        OFFSET = "afp.offset", "Offset", I32;
        COUNT = "afp.rw_count", "Count", I32;
    }
}

/// AFP.
pub struct Afp;

impl Protocol for Afp {
    const LAYER: &'static Field = &AFP_LAYER;
    const NAME: &'static str = "AFP";
    const FIELDS: &'static [&'static Field] = keys::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("AFP");
        c.claim();
        let Carried { reply: is_reply, number } = *c.worker.state.shared.entry::<Carried>();
        if is_reply { reply(c, number) } else { request(c, number) }
    }
}

fn write_command(line: &mut Line, command: u8) -> &mut Line {
    match name_of(COMMANDS, command.into()) {
        Some(name) => line.str(name),
        None => line.str("Unknown command (").dec(command).byte(b')'),
    }
}

fn request<S: Sink>(c: &mut Cursor<'_, S>, number: u16) -> Result<(), Stop> {
    let command = c.u8(&keys::COMMAND)?;
    let frame = c.worker.frame.number;
    if let Some(slots) = c.worker.state.slots() {
        _ = slots.entry::<Requests>().insert(number, (command, frame));
    }
    write_command(c.info(), command).str(" request");
    commands::request(c, command)?;
    c.skip(c.remaining())
}

fn reply<S: Sink>(c: &mut Cursor<'_, S>, number: u16) -> Result<(), Stop> {
    let asked = c.worker.state.slots().and_then(|slots| slots.entry::<Requests>().get(&number).copied());
    let Some((command, frame)) = asked else {
        c.info().str("[Reply without query?]");
        return c.skip(c.remaining());
    };
    c.put(&keys::COMMAND, c.pos(), c.pos(), command.into());
    c.generated(&keys::REPLY_TO, frame);
    write_command(c.info(), command).str(" reply");
    if command == commands::OPEN_FORK && c.remaining() >= 4 {
        c.skip(2)?;
        let fork = c.u16(&keys::FORK)?;
        c.info().str(": Fork=").dec(fork);
    }
    c.skip(c.remaining())
}
