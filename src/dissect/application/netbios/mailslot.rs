//! What datagrams carry: SMB transactions that write into mailslots.

use super::browser::Browser;
use super::commands::COMMANDS;
use super::smb1::{self, Message};
use super::status::STATUSES;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static SMB_LAYER: Field = Field::new("smb", "SMB (Server Message Block Protocol)", Kind::Protocol);
static LAYER: Field = Field::new("mailslot", "SMB MailSlot Protocol", Kind::Protocol);

mod smb {
    use super::{COMMANDS, STATUSES};
    use crate::fields;

    fields! {
        COMMAND = "smb.cmd", "SMB Command", U8 hex names(COMMANDS);
        STATUS = "smb.nt_status", "NT Status", U32 hex names(STATUSES);
        FLAGS = "smb.flags", "Flags", U8 hex;
        FLAGS2 = "smb.flags2", "Flags2", U16 hex;
        SIGNATURE = "smb.signature", "Signature", Bytes;
        TREE_ID = "smb.tid", "Tree ID", U16;
        PROCESS_ID = "smb.pid", "Process ID", U16;
        USER_ID = "smb.uid", "User ID", U16;
        MULTIPLEX_ID = "smb.mid", "Multiplex ID", U16;
        WORD_COUNT = "smb.wct", "Word Count (WCT)", U8;
        TOTAL_PARAMETERS = "smb.tpc", "Total Parameter Count", U16;
        TOTAL_DATA = "smb.tdc", "Total Data Count", U16;
        TIMEOUT = "smb.timeout", "Timeout", U32;
        PARAMETER_COUNT = "smb.pc", "Parameter Count", U16;
        PARAMETER_OFFSET = "smb.po", "Parameter Offset", U16;
        DATA_COUNT = "smb.dc", "Data Count", U16;
        DATA_OFFSET = "smb.data_offset", "Data Offset", U16;
        SETUP_COUNT = "smb.sc", "Setup Count", U8;
        BYTE_COUNT = "smb.bcc", "Byte Count (BCC)", U16;
        NAME = "smb.trans_name", "Transaction Name", Str;
    }
}

fields! {
    OPCODE = "mailslot.opcode", "Opcode", U16 names(OPCODES);
    PRIORITY = "mailslot.priority", "Priority", U16;
    CLASS = "mailslot.class", "Class", U16 names(CLASSES);
    SIZE = "mailslot.size", "Size", U16;
    NAME = "mailslot.name", "Mailslot Name", Str;
}

names! {
    OPCODES { 1 = "Write Mail Slot" }
    CLASSES { 1 = "Reliable", 2 = "Unreliable & Broadcast" }
}

/// An SMB message of version 1, in a datagram or a session.
pub struct Smb;

impl Protocol for Smb {
    const LAYER: &'static Field = &SMB_LAYER;
    const NAME: &'static str = "SMB";
    const FIELDS: &'static [&'static Field] = smb::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        const TRANSACTION: u8 = 0x25;
        const RESPONSE: u8 = 0x80;
        /// The status is one of NT, not of DOS.
        const NT_STATUS: u64 = 0x4000;
        /// Texts are of two bytes a character.
        const UNICODE: u64 = 0x8000;
        if c.peek::<4>(0) != Some(*b"\xffSMB") {
            return Err(Stop::NotMine);
        }
        c.protocol("SMB");
        c.claim();
        let start = c.pos();
        c.skip(4)?;
        let command = c.u8(&smb::COMMAND)?;
        let status = c.le::<4>(&smb::STATUS)? as u32;
        let flags = c.u8(&smb::FLAGS)?;
        let flags2 = c.le::<2>(&smb::FLAGS2)?;
        c.skip(2)?;
        c.bytes(&smb::SIGNATURE, 8)?;
        c.skip(2)?;
        let bytes = c.whole().get(start..).unwrap_or_default();
        c.u16_le(&smb::TREE_ID)?;
        let process = c.u16_le(&smb::PROCESS_ID)?;
        c.u16_le(&smb::USER_ID)?;
        let key = (process, c.u16_le(&smb::MULTIPLEX_ID)?);
        let response = flags & RESPONSE != 0;
        match name_of(COMMANDS, command.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown (0x").hex(command, 2).byte(b')'),
        }
        c.info().str(if response { " Response" } else { " Request" });
        let message = Message { bytes, command, response, unicode: flags2 & UNICODE != 0, key };
        let crate::dissect::worker::Worker { row, state, .. } = &mut *c.worker;
        // What comes without a transport below has no conversation of its own.
        let whole = match state.slots() {
            Some(slots) => smb1::details(&message, slots.entry::<smb1::Session>(), row.info()),
            None => smb1::details(&message, state.shared.entry::<smb1::Session>(), row.info()),
        };
        if !whole {
            return Err(c.short(c.remaining() + 1));
        }
        if response && status != 0 {
            smb1::error(c.info(), status, flags2 & NT_STATUS != 0);
        }
        match command {
            TRANSACTION if !response && c.peek_u8(0).is_some_and(|words| words > 0) => transaction(c, start),
            _ => Ok(()),
        }
    }
}

/// A request that names a mailslot and says what to do with it.
fn transaction<S: Sink>(c: &mut Cursor<'_, S>, start: usize) -> Result<(), Stop> {
    let words = c.u8(&smb::WORD_COUNT)?;
    c.u16_le(&smb::TOTAL_PARAMETERS)?;
    c.u16_le(&smb::TOTAL_DATA)?;
    c.skip(8)?;
    c.u32_le(&smb::TIMEOUT)?;
    c.skip(2)?;
    c.u16_le(&smb::PARAMETER_COUNT)?;
    c.u16_le(&smb::PARAMETER_OFFSET)?;
    let count = usize::from(c.u16_le(&smb::DATA_COUNT)?);
    let offset = usize::from(c.u16_le(&smb::DATA_OFFSET)?);
    let setups = c.u8(&smb::SETUP_COUNT)?;
    c.skip(1)?;
    let setup = c.pos();
    c.seek(setup + 2 * usize::from(words.saturating_sub(14)));
    c.u16_le(&smb::BYTE_COUNT)?;
    let len = c.rest().iter().position(|&byte| byte == 0).ok_or_else(|| c.short(c.remaining() + 1))?;
    let text = c.bytes(&smb::NAME, len)?;
    let Some(slot) = text.strip_prefix(b"\\MAILSLOT\\") else { return Ok(()) };
    if start + offset > c.end() {
        return Ok(());
    }
    c.layer_ends();
    if setups >= MAILSLOT_SETUPS {
        c.seek(setup);
        c.call::<Mailslot>()?;
    }
    c.seek(start + offset);
    let overrun = count > c.reported();
    c.trim(count);
    let outcome = match slot {
        b"BROWSE" | b"LANMAN" => c.call::<Browser>().map(|_| ()),
        _ => {
            c.data();
            Ok(())
        }
    };
    if overrun && outcome == Err(Stop::Malformed) { Err(Stop::Overrun) } else { outcome }
}

/// Setup words of a transaction on a mailslot.
const MAILSLOT_SETUPS: u8 = 3;

/// A transaction's setup words and name, where it is a mailslot's; the mail itself follows in a layer of its own.
pub struct Mailslot;

impl Protocol for Mailslot {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SMB Mailslot";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("SMB Mailslot");
        let opcode = c.u16_le(&OPCODE)?;
        c.claim().str(name_of(OPCODES, opcode.into()).unwrap_or("Unknown"));
        c.u16_le(&PRIORITY)?;
        c.u16_le(&CLASS)?;
        c.u16_le(&SIZE)?;
        let len = c.rest().iter().position(|&byte| byte == 0).unwrap_or(c.remaining());
        c.bytes(&NAME, len).map(|_| ())
    }
}
