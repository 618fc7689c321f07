//! What the row says of a message beyond its name: files, lengths, levels, users.

use super::names::{CLASSES, CONTROLS, FILE_LEVELS, FIND_LEVELS, SECURITY_LEVELS, SYSTEM_LEVELS};
use super::{HEADER_LEN, Session};
use crate::dissect::field::name_of;
use crate::dissect::line::Line;

/// A message: its bytes from the header on, and what the header says.
pub(super) struct Message<'p> {
    pub(super) bytes: &'p [u8],
    pub(super) command: u16,
    pub(super) id: u64,
    pub(super) status: u32,
}

const SESSION_SETUP: u16 = 1;
const TREE_CONNECT: u16 = 3;
const CREATE: u16 = 5;
const CLOSE: u16 = 6;
const READ: u16 = 8;
const WRITE: u16 = 9;
const IOCTL: u16 = 11;
const FIND: u16 = 14;
const GET_INFO: u16 = 16;
const SET_INFO: u16 = 17;
/// The status of a response that another one follows.
const PENDING: u32 = 0x103;

impl<'p> Message<'p> {
    /// `N` bytes at an offset from the body's start.
    fn at<const N: usize>(&self, offset: usize) -> Option<[u8; N]> {
        self.bytes.get(HEADER_LEN + offset..)?.first_chunk().copied()
    }
    fn u8(&self, offset: usize) -> u8 {
        self.at(offset).map_or(0, |[byte]| byte)
    }
    fn u16(&self, offset: usize) -> u16 {
        self.at(offset).map_or(0, u16::from_le_bytes)
    }
    fn u32(&self, offset: usize) -> u32 {
        self.at(offset).map_or(0, u32::from_le_bytes)
    }
    fn u64(&self, offset: usize) -> u64 {
        self.at(offset).map_or(0, u64::from_le_bytes)
    }
    /// The bytes whose offset from the header and whose length stand at `offset`.
    fn buffer(&self, offset: usize) -> &'p [u8] {
        let (start, len) = (usize::from(self.u16(offset)), usize::from(self.u16(offset + 2)));
        self.bytes.get(start..start + len).unwrap_or_default()
    }
    /// The file that a request is about.
    fn file(&self) -> Option<[u8; 16]> {
        let offset = match self.command {
            READ | WRITE | GET_INFO | SET_INFO => match self.command {
                GET_INFO => 24,
                _ => 16,
            },
            CLOSE | 7 | 10 | IOCTL | FIND | 15 | 18 => 8,
            _ => return None,
        };
        self.at(offset)
    }
}

impl Message<'_> {
    /// Whether a file is opened whose name was not captured.
    pub(super) fn hides_file(&self, response: bool) -> bool {
        self.command == CREATE && (response || self.buffer(44).is_empty())
    }
}

/// Writes text of UTF-16, least significant byte first.
pub(in super::super) fn text(bytes: &[u8], line: &mut Line) {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
    for char in char::decode_utf16(units) {
        let mut utf8 = [0; 4];
        line.text(char.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut utf8).as_bytes());
    }
}

/// Writes ` File: NAME`, if the file is known.
fn file(message: &Message<'_>, session: &Session, info: &mut Line) {
    if let Some(name) = message.file().and_then(|file| session.name(&file)) {
        info.str(" File: ").bytes(name);
    }
}

/// Writes what a request asks for, and remembers what its response needs.
pub(super) fn request(message: &Message<'_>, session: &mut Session, info: &mut Line) {
    let command = message.command;
    let start = info.len();
    match command {
        SESSION_SETUP => authentication(message.buffer(12), info),
        TREE_CONNECT => text(message.buffer(4), info.str(" Tree: ")),
        CREATE => text(message.buffer(44), info.str(" File: ")),
        READ => {
            info.str(" Len:").dec(message.u32(4)).str(" Off:").dec(message.u64(8));
            file(message, session, info);
        }
        WRITE => {
            info.str(" Len:").dec(message.u32(4)).str(" Off:").dec(message.u64(8));
            file(message, session, info);
        }
        IOCTL => {
            control(message.u32(4), info);
            file(message, session, info);
        }
        GET_INFO | SET_INFO => {
            level(message.u8(2), message.u8(3), info);
            file(message, session, info);
        }
        _ => file(message, session, info),
    }
    let start = if command == FIND { info.len() } else { start };
    if command == FIND {
        info.byte(b' ').str(name_of(FIND_LEVELS, message.u8(2).into()).unwrap_or("Unknown")).str(" Pattern: ");
        text(message.buffer(24), info);
    }
    let said = info.as_bytes().get(start..).unwrap_or_default();
    let kept = if matches!(command, CREATE | FIND) { said } else { &[] };
    session.ask(message.id, command, kept, message.file().unwrap_or_default());
}

/// Writes what a response says, with what its request asked for.
pub(super) fn response(message: &Message<'_>, session: &mut Session, info: &mut Line) {
    let Some(request) = session.answer(message.id, message.command, message.status != PENDING) else {
        if message.command == SESSION_SETUP {
            authentication(message.buffer(4), info);
        }
        return;
    };
    match message.command {
        SESSION_SETUP => authentication(message.buffer(4), info),
        CREATE if message.status == 0 => {
            info.bytes(&request.name);
            let name = request.name.strip_prefix(b" File: ").unwrap_or_default();
            if let Some(file) = message.at(64) {
                session.open(file, name.into());
            }
        }
        CLOSE if message.status == 0 => session.close(&request.file),
        FIND => _ = info.bytes(&request.name),
        _ => {}
    }
}

/// Writes what is asked of a device.
fn control(code: u32, info: &mut Line) {
    match name_of(CONTROLS, code.into()) {
        Some(name) => _ = info.byte(b' ').str(name),
        None => _ = info.str(" Unknown (0x").hex_upper(code, 8).byte(b')'),
    }
}

/// Writes a level of information.
fn level(class: u8, level: u8, info: &mut Line) {
    info.byte(b' ').str(name_of(CLASSES, class.into()).unwrap_or("Unknown")).byte(b'/');
    let levels = match class {
        1 => FILE_LEVELS,
        2 => SYSTEM_LEVELS,
        3 => SECURITY_LEVELS,
        _ => &[],
    };
    match name_of(levels, level.into()) {
        Some(name) => _ = info.str(name),
        None => _ = info.str("(Level:0x").hex(level, 2).byte(b')'),
    }
}

/// Writes which step of NTLM's authentication a security buffer holds (MS-NLMP section 2.2.1).
pub(in super::super) fn authentication(buffer: &[u8], info: &mut Line) {
    let Some(at) = memchr::memmem::find(buffer, b"NTLMSSP\0") else { return };
    let ntlm = buffer.get(at..).unwrap_or_default();
    let number = |at: usize| ntlm.get(at..).and_then(|bytes| bytes.first_chunk()).map(|four| u32::from_le_bytes(*four));
    match number(8) {
        Some(1) => _ = info.str(", NTLMSSP_NEGOTIATE"),
        Some(2) => _ = info.str(", NTLMSSP_CHALLENGE"),
        Some(3) => {
            let part = |at: usize| {
                let (len, start) =
                    (number(at).unwrap_or_default() as usize & 0xffff, number(at + 4).unwrap_or_default());
                ntlm.get(start as usize..(start as usize).saturating_add(len)).unwrap_or_default()
            };
            let unicode = number(60).unwrap_or_default() & 1 != 0;
            info.str(", NTLMSSP_AUTH, User: ");
            let write = |bytes: &[u8], info: &mut Line| if unicode { text(bytes, info) } else { _ = info.text(bytes) };
            write(part(28), info);
            write(part(36), info.byte(b'\\'));
        }
        _ => {}
    }
}

/// Writes what breaks: an oplock, or a lease, which is longer.
pub(super) fn breaking(message: &Message<'_>, response: bool, info: &mut Line) {
    info.str(if message.u16(0) == 24 { "Oplock Break " } else { "Lease Break " });
    info.str(match response {
        true if message.id == u64::MAX => "Notification",
        true => "Response",
        false => "Acknowledgment",
    });
}
