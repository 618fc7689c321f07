//! SMB, versions 2 and 3 (MS-SMB2).

pub(super) mod message;
mod names;

use super::status::{STATUSES, error};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;
use message::Message;
use names::COMMANDS;

static LAYER: Field = Field::new("smb2", "SMB2 (Server Message Block Protocol version 2)", Kind::Protocol);

fields! {
    ID = "smb2.protocol_id", "ProtocolId", U32 hex;
    HEADER_LENGTH = "smb2.header_len", "Header Length", U16;
    CREDIT_CHARGE = "smb2.credit.charge", "Credit Charge", U16;
    STATUS = "smb2.nt_status", "NT Status", U32 hex names(STATUSES);
    COMMAND = "smb2.cmd", "Command", U16 names(COMMANDS);
    CREDITS = "smb2.credits.requested", "Credits requested", U16;
    FLAGS = "smb2.flags", "Flags", U32 hex;
    NEXT = "smb2.chain_offset", "Chain Offset", U32 hex;
    MESSAGE_ID = "smb2.msg_id", "Message ID", I64;
    PROCESS_ID = "smb2.pid", "Process Id", U32 hex;
    TREE_ID = "smb2.tid", "Tree Id", U32 hex;
    SESSION_ID = "smb2.sesid", "Session Id", U64 hex;
    SIGNATURE = "smb2.signature", "Signature", Bytes;
}

/// Bytes of a header.
const HEADER_LEN: usize = 64;
/// The flag of a response.
const RESPONSE: u32 = 1;

/// SMB2.
pub struct Smb2;

/// A file that is open, or a request without response.
struct Known<K> {
    key: K,
    command: u16,
    /// The file's name, as the row writes it.
    name: Box<[u8]>,
    file: [u8; 16],
}

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    files: Vec<Known<[u8; 16]>>,
    requests: Vec<Known<u64>>,
}

/// Files and requests remembered of a conversation at most; the oldest goes first.
const MOST: usize = 512;
/// Bytes of a name that are kept.
const MOST_NAME: usize = 512;

impl Session {
    fn name(&self, file: &[u8; 16]) -> Option<&[u8]> {
        self.files.iter().find(|known| known.key == *file).map(|known| known.name.as_ref())
    }
    fn open(&mut self, file: [u8; 16], name: Box<[u8]>) {
        self.close(&file);
        if self.files.len() >= MOST {
            self.files.remove(0);
        }
        self.files.push(Known { key: file, command: 0, name, file });
    }
    fn close(&mut self, file: &[u8; 16]) {
        self.files.retain(|known| known.key != *file);
    }
    fn ask(&mut self, id: u64, command: u16, name: &[u8], file: [u8; 16]) {
        self.requests.retain(|known| known.key != id);
        if self.requests.len() >= MOST {
            self.requests.remove(0);
        }
        self.requests.push(Known { key: id, command, name: name.get(..MOST_NAME).unwrap_or(name).into(), file });
    }
    /// The request that a response answers; one that is not the last keeps it.
    fn answer(&mut self, id: u64, command: u16, last: bool) -> Option<Known<u64>> {
        let at = self.requests.iter().position(|known| known.key == id && known.command == command)?;
        if last {
            return Some(self.requests.remove(at));
        }
        let known = self.requests.get(at)?;
        Some(Known { key: id, command, name: known.name.clone(), file: known.file })
    }
}

impl Protocol for Smb2 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SMB2";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("SMB2");
        c.claim();
        match c.peek_u8(0) {
            Some(0xfe) => {}
            Some(0xfd) => {
                c.info().str("Encrypted SMB3");
                return c.skip(c.remaining());
            }
            _ => {
                c.info().str("Comp. SMB3");
                return c.skip(c.remaining());
            }
        }
        let mut first = true;
        loop {
            if !std::mem::take(&mut first) {
                c.info().byte(b';');
            }
            let next = c.peek(20).map_or(0, u32::from_le_bytes) as usize;
            let len = if next == 0 { c.reported() } else { next };
            if len < HEADER_LEN {
                return Err(Stop::Malformed);
            }
            c.begin_layer();
            c.within(len, one)?;
            if next == 0 || c.remaining() < HEADER_LEN {
                return Ok(());
            }
        }
    }
}

/// One message of several in a row.
fn one<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let bytes = c.rest();
    c.u32_le(&ID)?;
    c.u16_le(&HEADER_LENGTH)?;
    c.u16_le(&CREDIT_CHARGE)?;
    let status = c.u32_le(&STATUS)?;
    let command = c.u16_le(&COMMAND)?;
    c.u16_le(&CREDITS)?;
    let flags = c.u32_le(&FLAGS)?;
    c.u32_le(&NEXT)?;
    let id = c.le::<8>(&MESSAGE_ID)?;
    c.u32_le(&PROCESS_ID)?;
    c.u32_le(&TREE_ID)?;
    c.le::<8>(&SESSION_ID)?;
    c.bytes(&SIGNATURE, 16)?;
    let message = Message { bytes, command, id, status };
    let response = flags & RESPONSE != 0;
    let info = c.info();
    match name_of(COMMANDS, command.into()) {
        Some("Break") => message::breaking(&message, response, info),
        Some(name) => _ = info.str(name).str(if response { " Response" } else { " Request" }),
        None => {
            info.str("unknown-0x").hex_upper(command, 2).str(if response { " Response" } else { " Request" });
        }
    }
    if response && status != 0 {
        error(info, status);
    }
    let cut = c.remaining() < c.reported();
    let crate::dissect::worker::Worker { row, state, .. } = &mut *c.worker;
    if let Some(slots) = state.slots() {
        let session = slots.entry::<Session>();
        if cut && message.hides_file(response) {
            // The name is looked for where the message says that it stands, and that is not here.
        } else if response {
            message::response(&message, session, row.info());
        } else {
            message::request(&message, session, row.info());
        }
    }
    c.skip(c.reported())
}
