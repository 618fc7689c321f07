//! What the messages of SMB version 1 say (MS-CIFS, MS-SMB), as the Info column has it.

use super::commands::COMMANDS;
use super::smb1_names::{DOS_ERRORS, FUNCTIONS, PATH_LEVELS, SUBCOMMANDS, SYSTEM_LEVELS};
use super::smb2::message::{authentication, text};
use super::status;
use crate::dissect::field::name_of;
use crate::dissect::line::Line;

/// Commands whose messages say more than their names.
mod command {
    pub(super) const LOCK_AND_READ: u8 = 0x13;
    pub(super) const WRITE_AND_UNLOCK: u8 = 0x14;
    pub(super) const OPEN_ANDX: u8 = 0x2d;
    pub(super) const READ_ANDX: u8 = 0x2e;
    pub(super) const WRITE_ANDX: u8 = 0x2f;
    pub(super) const TRANSACTION_2: u8 = 0x32;
    pub(super) const SESSION_SETUP: u8 = 0x73;
    pub(super) const TREE_CONNECT_ANDX: u8 = 0x75;
    pub(super) const NT_TRANSACTION: u8 = 0xa0;
    pub(super) const NT_CREATE: u8 = 0xa2;
    pub(super) const NONE: u8 = 0xff;
}

/// Commands, opened files and requests remembered of a conversation; the oldest go first.
const MOST: usize = 256;
/// Commands in one message that are followed.
const MOST_CHAINED: usize = 8;

/// A request, as its response has to know it.
#[derive(Clone, Copy)]
struct Request {
    key: (u16, u16),
    command: u8,
    file: Option<u16>,
    function: Option<u16>,
    level: u16,
}

/// What is remembered of a conversation.
#[derive(Default)]
pub(super) struct Session {
    opened: Vec<u16>,
    requests: Vec<Request>,
}

impl Session {
    fn open(&mut self, file: u16) {
        if !self.opened.contains(&file) {
            if self.opened.len() >= MOST {
                self.opened.remove(0);
            }
            self.opened.push(file);
        }
    }
    fn ask(&mut self, request: Request) {
        self.requests.retain(|known| known.key != request.key);
        if self.requests.len() >= MOST {
            self.requests.remove(0);
        }
        self.requests.push(request);
    }
    fn answered(&self, key: (u16, u16), command: u8) -> Option<Request> {
        self.requests.iter().copied().find(|known| known.key == key && known.command == command)
    }
}

/// A message behind its header.
pub(super) struct Message<'a> {
    /// All of it, from the header on.
    pub(super) bytes: &'a [u8],
    pub(super) command: u8,
    pub(super) response: bool,
    pub(super) unicode: bool,
    /// Process and multiplex numbers, by which responses belong to requests.
    pub(super) key: (u16, u16),
}

/// The words and bytes of one command, by their places in the message.
#[derive(Clone, Copy)]
struct Block<'a> {
    bytes: &'a [u8],
    words: &'a [u8],
    /// Where the bytes begin.
    data: usize,
    /// Whether there are none.
    bare: bool,
    unicode: bool,
}

impl<'a> Block<'a> {
    fn new(message: &Message<'a>, at: usize) -> Option<Self> {
        let bytes = message.bytes;
        let len = 2 * usize::from(*bytes.get(at)?);
        let words = bytes.get(at + 1..at + 1 + len)?;
        let data = at + 3 + len;
        let bare = bytes.get(at + 1 + len..data)? == [0, 0];
        Some(Self { bytes, words, data, bare, unicode: message.unicode })
    }
    /// The number of 16 bits at this place in the words.
    fn u16_at(&self, at: usize) -> Option<u16> {
        self.words.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
    }
    fn word(&self, index: usize) -> Option<u16> {
        self.u16_at(2 * index)
    }
    fn double(&self, index: usize) -> Option<u32> {
        self.words.get(2 * index..)?.first_chunk().copied().map(u32::from_le_bytes)
    }
    /// A number in the message.
    fn number(&self, at: usize) -> Option<u16> {
        self.bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
    }
    /// Writes the text that begins at this place in the message; gives the place behind it.
    fn text(&self, line: &mut Line, at: usize) -> usize {
        if !self.unicode {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let len = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
            line.text(rest.get(..len).unwrap_or_default());
            return at + len + 1;
        }
        let at = at.next_multiple_of(2);
        let rest = self.bytes.get(at..).unwrap_or_default();
        let len = rest.chunks_exact(2).position(|unit| unit == [0, 0]).map_or(rest.len(), |units| 2 * units);
        text(rest.get(..len).unwrap_or_default(), line);
        at + len + 2
    }
}

/// Writes an error that is not one of NT.
pub(super) fn dos_error(line: &mut Line, status: u32) {
    let (class, code) = (status & 0xff, status >> 16);
    line.str(", Error: ");
    match (name_of(DOS_ERRORS, (class << 16 | code).into()), class) {
        (Some(name), _) => _ = line.str(name),
        (None, 1) => _ = line.str("Unknown DOS error (").hex(code, 1).byte(b')'),
        (None, 2) => _ = line.str("Unknown SRV error (").hex(code, 1).byte(b')'),
        (None, 3) => _ = line.str("Unknown HRD error (").hex(code, 1).byte(b')'),
        _ => _ = line.str("Unknown error class!"),
    }
}

/// Writes what the message and those chained to it say, behind the first one's name. Gives whether all of it was there.
pub(super) fn details(message: &Message<'_>, session: &mut Session, line: &mut Line) -> bool {
    let (mut command, mut at) = (message.command, HEADER_LEN);
    for i in 0..MOST_CHAINED {
        if i > 0 {
            match name_of(COMMANDS, command.into()) {
                Some(name) => _ = line.str("; ").str(name),
                None => _ = line.str("; Unknown (0x").hex(command, 2).byte(b')'),
            }
        }
        let Some(block) = Block::new(message, at) else { return false };
        if message.response {
            response(&block, command, message.key, session, line);
        } else {
            request(&block, command, message.key, session, line);
        }
        let chains = matches!(command, 0x24 | 0x2d..=0x2f | 0x73..=0x75 | 0xa2);
        let next = block.words.first().copied().unwrap_or(command::NONE);
        if !chains || next == command::NONE {
            break;
        }
        at = usize::from(block.word(1).unwrap_or_default());
        if at < HEADER_LEN {
            break;
        }
        command = next;
    }
    true
}

/// Bytes of a header.
const HEADER_LEN: usize = 32;

fn file(line: &mut Line, file: Option<u16>) {
    if let Some(file) = file {
        line.str(", FID: 0x").hex(file, 4);
    }
}

fn request(b: &Block<'_>, command: u8, key: (u16, u16), session: &mut Session, line: &mut Line) {
    let mut asked = Request { key, command, file: None, function: None, level: 0 };
    let named = |words: &str, line: &mut Line| _ = b.text(line.str(words), b.data + 1);
    match command {
        // Without bytes there are no names.
        0x00..=0x03 | 0x06..=0x09 | 0x0e..=0x10 | 0x2d | 0x70 | 0x75 | 0x81..=0x83 | 0xa2 | 0xa5 if b.bare => {}
        0x00 | 0x01 | 0x10 => named(", Directory: ", line),
        0x02 | 0x03 | 0x06 | 0x08 | 0x09 | 0x0e | 0x0f | 0x70 => named(", Path: ", line),
        0x81..=0x83 => named(", File: ", line),
        0x07 | 0xa5 => {
            let next = b.text(line.str(", Old Name: "), b.data + 1);
            b.text(line.str(", New Name: "), next + 1);
        }
        0x04 | 0x05 | 0x0a..=0x0d | 0x12..=0x14 | 0x1a | 0x1b | 0x1d | 0x1e | 0x22 | 0x23 | 0x2c => {
            asked.file = b.word(0);
            file(line, asked.file);
            if matches!(command, 0x0a | 0x0b | command::LOCK_AND_READ | command::WRITE_AND_UNLOCK)
                && let (Some(count), Some(offset)) = (b.word(1), b.double(2))
            {
                line.str(", ").dec(count).str(" bytes at offset ").dec(offset);
            }
        }
        0x24 => {
            asked.file = b.word(2);
            file(line, asked.file);
        }
        command::OPEN_ANDX => _ = b.text(line.str(", Path: "), if b.unicode { b.data + 1 } else { b.data }),
        command::READ_ANDX | command::WRITE_ANDX => {
            asked.file = b.word(2);
            file(line, asked.file);
            let (count, high) = if command == command::READ_ANDX { (5, 10) } else { (10, 12) };
            if let (Some(count), Some(low)) = (b.word(count), b.double(3)) {
                let offset = u64::from(b.double(high).unwrap_or_default()) << 32 | u64::from(low);
                line.str(", ").dec(count).str(" bytes at offset ").dec(offset);
            }
        }
        command::SESSION_SETUP => session_setup(b, line),
        command::TREE_CONNECT_ANDX => {
            let password = usize::from(b.word(3).unwrap_or_default());
            b.text(line.str(", Path: "), b.data + password);
        }
        command::NT_CREATE => _ = b.text(line.str(", Path: "), b.data),
        command::TRANSACTION_2 => transaction_2(b, &mut asked, line),
        command::NT_TRANSACTION => {
            asked.function = b.u16_at(36);
            let Some(function) = asked.function else { return };
            line.str(", ").str(name_of(FUNCTIONS, function.into()).unwrap_or("Unknown"));
            if function == NOTIFY {
                asked.file = b.u16_at(42);
                file(line, asked.file);
            }
        }
        _ => {}
    }
    session.ask(asked);
}

/// The function of an NT transaction that asks to be told of changes.
const NOTIFY: u16 = 4;

/// Who logs in.
fn session_setup(b: &Block<'_>, line: &mut Line) {
    let name = match b.words.len() / 2 {
        13 => b.data + usize::from(b.word(7).unwrap_or_default()) + usize::from(b.word(8).unwrap_or_default()),
        12 => {
            let len = usize::from(b.word(7).unwrap_or_default());
            return authentication(b.bytes.get(b.data..b.data + len).unwrap_or_default(), line);
        }
        _ => return,
    };
    let at = if b.unicode { name.next_multiple_of(2) } else { name };
    let end = if b.unicode { b.number(at) == Some(0) } else { b.bytes.get(at) == Some(&0) };
    line.str(", User: ");
    if end {
        line.str("anonymous");
        return;
    }
    // The account comes first, and is written last.
    let mut scratch = Line::default();
    let next = b.text(&mut scratch, name);
    b.text(line, next);
    line.byte(b'\\').bytes(scratch.as_bytes());
}

/// A transaction of the second kind: what it asks for, and of what.
fn transaction_2(b: &Block<'_>, asked: &mut Request, line: &mut Line) {
    let Some(kind) = b.word(14) else { return };
    asked.function = Some(kind);
    line.str(", ");
    subcommand(line, kind);
    let at = usize::from(b.word(10).unwrap_or_default());
    let level = |at: usize, levels, line: &mut Line| {
        if let Some(level) = b.number(at) {
            line.str(", ").named(name_of(levels, level.into()), level);
        }
    };
    match kind {
        1 | 2 => {
            asked.level = b.number(if kind == 1 { at + 6 } else { at + 4 }).unwrap_or_default();
            b.text(line.str(if kind == 1 { ", Pattern: " } else { ", Continue: " }), at + 12);
        }
        3 => level(at, SYSTEM_LEVELS, line),
        5 => {
            level(at, PATH_LEVELS, line);
            b.text(line.str(", Path: "), at + 6);
        }
        6 => _ = b.text(line.str(", Path: "), at + 6),
        7 | 8 => {
            asked.file = b.number(at);
            file(line, asked.file);
            if kind == 7 {
                level(at + 2, PATH_LEVELS, line);
            }
        }
        0x10 => _ = b.text(line.str(", File: "), at + 2),
        _ => {}
    }
}

fn subcommand(line: &mut Line, kind: u16) {
    match name_of(SUBCOMMANDS, kind.into()) {
        Some(name) => _ = line.str(name),
        None => _ = line.str("Unknown (0x").hex(kind, 2).byte(b')'),
    }
}

fn response(b: &Block<'_>, command: u8, key: (u16, u16), session: &mut Session, line: &mut Line) {
    let asked = session.answered(key, command);
    let known = asked.and_then(|asked| asked.file).filter(|file| *file != 0 && session.opened.contains(file));
    let opened = match command {
        0x02 | 0x03 | 0x0e | 0x0f => b.word(0),
        command::OPEN_ANDX => b.word(2),
        command::NT_CREATE => Some(b.u16_at(5).unwrap_or_default()),
        _ => None,
    };
    if let Some(opened) = opened {
        session.open(opened);
        file(line, Some(opened));
    }
    file(line, known);
    let count = match command {
        0x0b | command::WRITE_AND_UNLOCK | 0x2c => b.word(0),
        command::READ_ANDX => b.word(5),
        command::WRITE_ANDX => b.word(2),
        _ => None,
    };
    if let Some(count) = count {
        line.str(", ").dec(count).str(" bytes");
    }
    match (command, asked.and_then(|asked| asked.function)) {
        (command::TRANSACTION_2, Some(kind)) => {
            subcommand(line.str(", "), kind);
            if let (1 | 2, Some(asked)) = (kind, asked) {
                files(b, kind, asked.level, line);
            }
        }
        (command::NT_TRANSACTION, Some(function)) => {
            line.str(", ").str(name_of(FUNCTIONS, function.into()).unwrap_or("Unknown"));
        }
        (command::TRANSACTION_2, None) => _ = line.str("<unknown>"),
        _ => {}
    }
}

/// The files that were found, in those forms of entries that are usual.
fn files(b: &Block<'_>, kind: u16, level: u16, line: &mut Line) {
    let name: usize = match level {
        0x101 => 64,
        0x102 => 68,
        0x104 => 94,
        _ => return,
    };
    let (parameters, mut at) = (usize::from(b.word(4).unwrap_or_default()), usize::from(b.word(7).unwrap_or_default()));
    let count = b.number(if kind == 1 { parameters + 2 } else { parameters }).unwrap_or_default();
    if count > 0 {
        line.str(", Files:");
    }
    for _ in 0..count {
        let entry = b.bytes.get(at..).unwrap_or_default();
        let double = |at: usize| entry.get(at..).and_then(<[u8]>::first_chunk).copied().map(u32::from_le_bytes);
        let (Some(next), Some(len)) = (double(0), double(60)) else { return };
        let bytes = entry.get(name..name.saturating_add(len as usize)).unwrap_or_default();
        line.byte(b' ');
        if b.unicode {
            text(bytes, line);
        } else {
            line.text(bytes);
        }
        if next == 0 || line.is_full() {
            return;
        }
        at = at.saturating_add(next as usize);
    }
}

/// Writes the error of a response, by either of the two ways of saying it.
pub(super) fn error(line: &mut Line, status: u32, nt: bool) {
    if nt { status::error(line, status) } else { dos_error(line, status) }
}

#[cfg(test)]
mod tests {
    use super::{HEADER_LEN, Message, Session, details};
    use crate::dissect::line::Line;

    fn told(session: &mut Session, command: u8, response: bool, body: &[u8]) -> (String, bool) {
        let mut bytes = vec![0; HEADER_LEN];
        bytes.extend_from_slice(body);
        let message = Message { bytes: &bytes, command, response, unicode: false, key: (1, 2) };
        let mut line = Line::default();
        let whole = details(&message, session, &mut line);
        (String::from_utf8_lossy(line.as_bytes()).into_owned(), whole)
    }

    #[test]
    fn a_response_names_the_file_that_its_request_was_about() {
        let mut session = Session::default();
        assert_eq!(told(&mut session, 2, false, b"\x02\0\0\0\0\x04\0\x04\\a\0").0, ", Path: \\a");
        assert_eq!(told(&mut session, 2, true, b"\x01\x05\0\0\0").0, ", FID: 0x0005");
        assert_eq!(told(&mut session, 4, false, b"\x03\x05\0\0\0\0\0\0\0").0, ", FID: 0x0005");
        assert_eq!(told(&mut session, 4, true, b"\0\0\0").0, ", FID: 0x0005");
    }

    #[test]
    fn a_message_that_breaks_off() {
        assert_eq!(told(&mut Session::default(), 4, false, b"\x03\x05"), (String::new(), false));
    }
}
