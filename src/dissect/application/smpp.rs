//! SMPP (version 3.4): short messages between a message centre and others.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("smpp", "Short Message Peer to Peer", Kind::Protocol);

fields! {
    LENGTH = "smpp.command_length", "Length", U32;
    COMMAND = "smpp.command_id", "Operation", U32 hex names(COMMANDS);
    STATUS = "smpp.command_status", "Result", U32 hex names(STATES);
    SEQUENCE = "smpp.sequence_number", "Sequence #", U32;
    SYSTEM_ID = "smpp.system_id", "System ID", Str;
    PASSWORD = "smpp.password", "Password", Str;
    SYSTEM_TYPE = "smpp.system_type", "System type", Str;
    MESSAGE_ID = "smpp.message_id", "Message id.", Str;
}

names! {
    COMMANDS {
        0x1 = "Bind_receiver", 0x2 = "Bind_transmitter", 0x3 = "Query_sm", 0x4 = "Submit_sm", 0x5 = "Deliver_sm",
        0x6 = "Unbind", 0x7 = "Replace_sm", 0x8 = "Cancel_sm", 0x9 = "Bind_transceiver", 0xb = "Outbind",
        0x15 = "Enquire_link", 0x21 = "Submit_multi", 0x102 = "Alert_notification", 0x103 = "Data_sm",
        0x111 = "Broadcast_sm", 0x112 = "Query_broadcast_sm", 0x113 = "Cancel_broadcast_sm", 0x1000001 = "Auth_acc",
        0x1000002 = "Sm_result_notify", 0x80000000 = "Generic_nack", 0x80000001 = "Bind_receiver - resp",
        0x80000002 = "Bind_transmitter - resp", 0x80000003 = "Query_sm - resp", 0x80000004 = "Submit_sm - resp",
        0x80000005 = "Deliver_sm - resp", 0x80000006 = "Unbind - resp", 0x80000007 = "Replace_sm - resp",
        0x80000008 = "Cancel_sm - resp", 0x80000009 = "Bind_transceiver - resp", 0x80000015 = "Enquire_link - resp",
        0x80000021 = "Submit_multi - resp", 0x80000103 = "Data_sm - resp", 0x80000111 = "Broadcast_sm - resp",
        0x80000112 = "Query_broadcast_sm - resp", 0x80000113 = "Cancel_broadcast_sm - resp",
        0x81000001 = "Auth_acc - resp", 0x81000002 = "Sm_result_notify - resp",
    }
    STATES {
        0x0 = "Ok", 0x1 = "Message length is invalid", 0x2 = "Command length is invalid", 0x3 = "Invalid command ID",
        0x4 = "Incorrect BIND status for given command", 0x5 = "ESME already in bound state",
        0x6 = "Invalid priority flag", 0x7 = "Invalid registered delivery flag", 0x8 = "System error",
        0x9 = "[Reserved]", 0xa = "Invalid source address", 0xb = "Invalid destination address",
        0xc = "Message ID is invalid", 0xd = "Bind failed", 0xe = "Invalid password", 0xf = "Invalid system ID",
        0x10 = "[Reserved]", 0x11 = "Cancel SM failed", 0x12 = "[Reserved]", 0x13 = "Replace SM failed",
        0x14 = "Message queue full", 0x15 = "Invalid service type", 0x16..=0x32 = "[Reserved]",
        0x33 = "Invalid number of destinations", 0x34 = "Invalid distribution list name", 0x35..=0x3f = "[Reserved]",
        0x40 = "Destination flag is invalid (submit_multi)", 0x41 = "[Reserved]",
        0x42 = "Invalid 'submit with replace' request", 0x43 = "Invalid esm_class field data",
        0x44 = "Cannot submit to distribution list", 0x45 = "submit_sm or submit_multi failed",
        0x46..=0x47 = "[Reserved]", 0x48 = "Invalid source address TON", 0x49 = "Invalid source address NPI",
        0x50 = "Invalid destination address TON", 0x51 = "Invalid destination address NPI", 0x52 = "[Reserved]",
        0x53 = "Invalid system_type field", 0x54 = "Invalid replace_if_present flag",
        0x55 = "Invalid number of messages", 0x56..=0x57 = "[Reserved]",
        0x58 = "Throttling error (ESME exceeded allowed message limits)", 0x59..=0x60 = "[Reserved]",
        0x61 = "Invalid scheduled delivery time", 0x62 = "Invalid message validity period (expiry time)",
        0x63 = "Predefined message invalid or not found", 0x64 = "ESME receiver temporary app error code",
        0x65 = "ESME receiver permanent app error code", 0x66 = "ESME receiver reject message error code",
        0x67 = "query_sm request failed", 0x68..=0xbf = "[Reserved]",
        0xc0 = "Error in the optional part of the PDU body", 0xc1 = "Optional parameter not allowed",
        0xc2 = "Invalid parameter length", 0xc3 = "Expected optional parameter missing",
        0xc4 = "Invalid optional parameter  value", 0xc5..=0xfd = "[Reserved]",
        0xfe = "(Transaction) Delivery failure (used for data_sm_resp)", 0xff = "Unknown error",
        0x100 = "ESME Not authorised to use specified service_type.",
        0x101 = "ESME Prohibited from using specified operation.", 0x102 = "Specified service_type is unavailable.",
        0x103 = "Specified service_type is denied.", 0x104 = "Invalid Data Coding Scheme.",
        0x105 = "Source Address Sub unit is Invalid.", 0x106 = "Destination Address Sub unit is Invalid.",
        0x107 = "Broadcast Frequency Interval is invalid.", 0x108 = "Broadcast Alias Name is invalid.",
        0x109 = "Broadcast Area Format is invalid.", 0x10a = "Number of Broadcast Areas is invalid.",
        0x10b = "Broadcast Content Type is invalid.", 0x10c = "Broadcast Message Class is invalid.",
        0x10d = "broadcast_sm operation failed.", 0x10e = "query_broadcast_sm operation failed.",
        0x10f = "cancel_broadcast_sm operation failed.", 0x110 = "Number of Repeated Broadcasts is invalid.",
        0x111 = "Broadcast Service Group is invalid.", 0x112 = "Broadcast Channel Indicator is invalid.",
        0x400..=0x4ff = "[Vendor-specific Error]", 0x500..=0xffffffff = "[Reserved]",
    }
}

const HEADER_LEN: usize = 16;
/// A message of more is not believed in.
const MOST_LEN: u32 = 64 << 10;
const RESPONSE: u32 = 0x8000_0000;

/// SMPP.
pub struct Smpp;

impl Protocol for Smpp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SMPP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::TcpContent, Key::Tcp(2775)];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        looks_right(c)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !looks_right(c) {
            return Err(Stop::NotMine);
        }
        messages(c, HEADER_LEN, |c| c.peek_u32(0).unwrap_or_default() as usize, message)
    }
}

/// Whether a message's header is here: a length that can be, a command that is known, and a result only where it answers.
fn looks_right<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let (Some(len), Some(command), Some(status)) = (c.peek_u32(0), c.peek_u32(4), c.peek_u32(8)) else { return false };
    c.remaining() >= HEADER_LEN
        && (HEADER_LEN as u32..=MOST_LEN).contains(&len)
        && name_of(COMMANDS, command.into()).is_some()
        && if command & RESPONSE == 0 { status == 0 } else { name_of(STATES, status.into()).is_some() }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("SMPP");
    let first = c.row().fresh() || !c.row().claimed();
    let len = c.u32(&LENGTH)?;
    let command = c.u32(&COMMAND)?;
    let name = name_of(COMMANDS, command.into()).unwrap_or("(Unknown)");
    let line = if first { c.claim() } else { c.info().str(", ") };
    line.str(name);
    let status = if command & RESPONSE == 0 { c.array::<4>().map(u32::from_be_bytes)? } else { c.u32(&STATUS)? };
    let result = name_of(STATES, status.into()).unwrap_or("(Reserved Error)");
    if command & RESPONSE != 0 {
        c.info().str(": \"").str(result).byte(b'"');
    }
    let sequence = c.u32(&SEQUENCE)?;
    c.layer_append(|l| {
        l.str(", Command: ").str(name);
        if command & RESPONSE != 0 {
            l.str(", Status: \"").str(result).byte(b'"');
        }
        l.str(", Seq: ").dec(sequence).str(", Len: ").dec(len);
    });
    let texts: &[&'static Field] = match command {
        1 | 2 | 9 => &[&SYSTEM_ID, &PASSWORD, &SYSTEM_TYPE],
        11 => &[&SYSTEM_ID, &PASSWORD],
        0x8000_0001 | 0x8000_0002 | 0x8000_0009 => &[&SYSTEM_ID],
        0x8000_0004 | 0x8000_0005 => &[&MESSAGE_ID],
        _ => &[],
    };
    texts.iter().try_for_each(|field| text(c, field))
}

/// A text up to its NUL.
fn text<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field) -> Result<(), Stop> {
    let rest = c.rest();
    let Some(len) = rest.iter().position(|&byte| byte == 0) else { return Ok(()) };
    c.bytes(field, len + 1).map(|_| ())
}
