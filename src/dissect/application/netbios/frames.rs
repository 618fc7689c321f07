//! NetBIOS frames, straight over IEEE 802.2 (IBM Local Area Network Technical Reference).

use super::Smb;
use super::name;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::network::ipx::read_name;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("netbios", "NetBIOS", Kind::Protocol);

fields! {
    LENGTH = "netbios.hdr_len", "Length", U16 unit(" byte", " bytes");
    DELIMITER = "netbios.delimiter", "Delimiter", U16 hex;
    COMMAND = "netbios.command", "Command", U8 hex names(COMMANDS);
    STATUS_REQUEST = "netbios.status_request", "Status request", U8;
    BUFFER = "netbios.status_buffer_len", "Length of status buffer", U16;
    LOCAL = "netbios.local_session_no", "Local Session No.", U8 hex;
    STATE = "netbios.state_of_name", "State of name", U8 hex;
    CALLER = "netbios.call_name_type", "Caller's Name Type", U8 hex names(CALLERS);
    TRANSMIT = "netbios.xmit_corrl", "Transmit Correlator", U16 hex;
    RESPONSE = "netbios.resp_corrl", "Response Correlator", U16 hex;
    LOCAL_SESSION = "netbios.local_session", "Local Session No.", U8 hex;
    REMOTE_SESSION = "netbios.remote_session", "Remote Session No.", U8 hex;
    RESYNC = "netbios.resync_indicator", "Re-sync indicator", U16 hex;
    MAX_SIZE = "netbios.max_data_recv_size", "Maximum data receive size", U16;
    TERMINATION = "netbios.termination_indicator", "Termination indicator", U16 hex names(TERMINATIONS);
    ACCEPTED = "netbios.num_data_bytes_accepted", "Number of data bytes accepted", U16;
}

names! {
    COMMANDS {
        0 = "Add Group Name Query", 1 = "Add Name Query", 2 = "Name In Conflict", 3 = "Status Query",
        7 = "Terminate Trace", 8 = "Datagram", 9 = "Broadcast Datagram", 10 = "Name Query", 13 = "Add Name Response",
        14 = "Name Recognized", 15 = "Status Response", 19 = "Terminate Trace", 20 = "Data Ack",
        21 = "Data First Middle", 22 = "Data Only Last", 23 = "Session Confirm", 24 = "Session End",
        25 = "Session Initialize", 26 = "No Receive", 27 = "Receive Outstanding", 28 = "Receive Continue",
        31 = "Session Alive",
    }
    CALLERS { 0 = "Unique name", 1 = "Group name" }
    TERMINATIONS { 0 = "Normal session end", 1 = "Abnormal session end" }
}

/// What stands behind the length of every frame.
const DELIMITER_VALUE: u16 = 0xefff;
/// Bytes of the header before what differs between frames of names and of sessions.
const COMMON_LEN: usize = 12;
/// The last command whose frames have names.
const LAST_WITH_NAMES: u8 = 0x13;
const ADD_GROUP_NAME: u8 = 0;
const ADD_NAME: u8 = 1;
const STATUS_QUERY: u8 = 3;
const DATAGRAM: u8 = 8;
const BROADCAST_DATAGRAM: u8 = 9;
const NAME_QUERY: u8 = 0x0a;
const NAME_RECOGNIZED: u8 = 0x0e;
const FIRST_MIDDLE: u8 = 0x15;
const ONLY_LAST: u8 = 0x16;

/// NetBIOS frames.
pub struct Frames;

impl Protocol for Frames {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "NetBIOS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Sap(0xf0)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("NetBIOS");
        c.need(4)?;
        let start = c.pos();
        let len = usize::from(c.peek::<2>(0).map_or(0, u16::from_le_bytes));
        if c.peek::<2>(2).map_or(0, u16::from_le_bytes) != DELIMITER_VALUE {
            c.claim().str("Bad packet, no 0xEFFF marker");
            return Ok(());
        }
        let command = c.peek_u8(4).ok_or_else(|| c.short(5))?;
        c.need(len)?;
        c.claim();
        match name_of(COMMANDS, command.into()) {
            Some(name) => c.info().str(name),
            None => c.info().str("Unknown (0x").hex(command, 2).byte(b')'),
        };
        c.u16_le(&LENGTH)?;
        c.u16_le(&DELIMITER)?;
        c.label(|l| _ = l.str("Delimiter: EFFF (NetBIOS)"));
        c.u8(&COMMAND)?;
        options(c, command)?;
        c.seek(start.saturating_add(COMMON_LEN));
        if command < LAST_WITH_NAMES {
            named(c, command)?;
        } else {
            c.u8(&REMOTE_SESSION)?;
            c.u8(&LOCAL_SESSION)?;
        }
        c.seek(start.saturating_add(len));
        c.layer_ends();
        if matches!(command, DATAGRAM | BROADCAST_DATAGRAM | FIRST_MIDDLE | ONLY_LAST) && c.reported() > 0 {
            let smb = command != FIRST_MIDDLE && c.peek(0) == Some(*b"\xffSMB");
            if !smb || !c.lend(Cursor::call::<Smb>)? {
                c.data();
            }
        }
        Ok(())
    }
}

/// What the bytes behind the command are to it.
fn options<S: Sink>(c: &mut Cursor<'_, S>, command: u8) -> Result<(), Stop> {
    match command {
        STATUS_QUERY => {
            c.u8(&STATUS_REQUEST)?;
            c.u16_le(&BUFFER)?;
        }
        NAME_QUERY => {
            c.skip(1)?;
            c.u8(&LOCAL)?;
            c.u8(&CALLER)?;
        }
        NAME_RECOGNIZED => {
            c.skip(1)?;
            c.u8(&LOCAL)?;
            c.u8(&CALLER)?;
        }
        FIRST_MIDDLE | ONLY_LAST => {
            c.skip(1)?;
            c.u16_le(&RESYNC)?;
        }
        0x17 | 0x19 => {
            c.skip(1)?;
            c.u16_le(&MAX_SIZE)?;
        }
        0x18 => {
            c.skip(1)?;
            c.u16_le(&TERMINATION)?;
        }
        0x1a | 0x1b => {
            c.skip(1)?;
            c.u16_le(&ACCEPTED)?;
        }
        _ => c.skip(3)?,
    }
    if matches!(command, NAME_RECOGNIZED | 0x0d | 0x14 | 0x19..=0x1c | 0x15..=0x17) {
        c.u16_le(&TRANSMIT)?;
    } else {
        c.skip(2)?;
    }
    if matches!(command, ADD_GROUP_NAME..=ADD_NAME | NAME_QUERY | NAME_RECOGNIZED | STATUS_QUERY | 0x15..=0x17 | 0x19) {
        c.u16_le(&RESPONSE)?;
    }
    Ok(())
}

/// Reads the names, the one that a query is about into the row.
fn named<S: Sink>(c: &mut Cursor<'_, S>, command: u8) -> Result<(), Stop> {
    let (first, second) = match command {
        ADD_GROUP_NAME => (None, Some("Group name to add")),
        ADD_NAME => (None, Some("Name to add")),
        2 => (Some("Name In Conflict"), Some("Sender's Name")),
        STATUS_QUERY | DATAGRAM | 0x0f => (Some("Receiver's Name"), Some("Sender's Name")),
        BROADCAST_DATAGRAM => (None, Some("Sender's Name")),
        NAME_QUERY => (Some("Query Name"), Some("Sender's Name")),
        0x0d => (Some("Name to be added"), Some("Name to be added")),
        NAME_RECOGNIZED => (Some("Receiver's Name"), Some("Sender's Name")),
        _ => return Ok(()),
    };
    let first = match first {
        Some(label) => Some(read_name(c, label)?),
        None => c.skip(16).map(|()| None)?,
    };
    let second = match second {
        Some(label) => Some(read_name(c, label)?),
        None => None,
    };
    match (command, first, second) {
        (ADD_GROUP_NAME | ADD_NAME | NAME_RECOGNIZED, _, Some(bytes)) => name::write(&bytes, c.info().str(" - ")),
        (NAME_QUERY, Some(bytes), _) => name::write(&bytes, c.info().str(" for ")),
        _ => {}
    }
    Ok(())
}
