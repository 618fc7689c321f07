//! S7 communication: Siemens' controllers and those who program them.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("s7comm", "S7 Communication", Kind::Protocol);

fields! {
    ID = "s7comm.header.protid", "Protocol Id", U8 hex;
    ROSCTR = "s7comm.header.rosctr", "ROSCTR", U8 names(KINDS);
    REDUNDANCY = "s7comm.header.redid", "Redundancy Identification (Reserved)", U16 hex;
    REFERENCE = "s7comm.header.pduref", "Protocol Data Unit Reference", U16;
    PARAMETER_LENGTH = "s7comm.header.parlg", "Parameter length", U16;
    DATA_LENGTH = "s7comm.header.datlg", "Data length", U16;
    ERROR_CLASS = "s7comm.header.errcls", "Error class", U8 hex;
    ERROR_CODE = "s7comm.header.errcod", "Error code", U8 hex;
    FUNCTION = "s7comm.param.func", "Function", U8 hex names(FUNCTIONS);
}

names! {
    KINDS { 1 = "Job", 2 = "Ack", 3 = "Ack_Data", 7 = "Userdata" }
    FUNCTIONS {
        0x00 = "CPU services", 0x04 = "Read Var", 0x05 = "Write Var", 0x1a = "Request download",
        0x1b = "Download block", 0x1c = "Download ended", 0x1d = "Start upload", 0x1e = "Upload", 0x1f = "End upload",
        0x28 = "PI-Service", 0x29 = "PLC Stop", 0xf0 = "Setup communication",
    }
    DIRECTIONS {
        0 = "Push", 3 = "NC Push", 4 = "Request", 7 = "NC Request", 8 = "Response", 11 = "NC Response",
    }
    GROUPS {
        0 = "Mode-transition", 1 = "Programmer commands", 2 = "Cyclic services", 3 = "Block functions",
        4 = "CPU functions", 5 = "Security", 6 = "PBC BSEND/BRECV", 7 = "Time functions", 15 = "NC programming",
    }
    PROGRAMMER {
        1 = "Block status", 2 = "Variable status", 3 = "Output ISTACK", 4 = "Output BSTACK", 5 = "Output LSTACK",
        6 = "Time measurement from to", 7 = "Force selection", 8 = "Modify variable", 9 = "Force", 10 = "Breakpoint",
        11 = "Exit HOLD", 12 = "Memory reset", 13 = "Disable job", 14 = "Enable job", 15 = "Delete job",
        16 = "Read job list", 17 = "Read job", 18 = "Replace job", 19 = "Block status v2", 22 = "Flash LED",
    }
    CYCLIC {
        1 = "Cyclic transfer", 4 = "Unsubscribe", 5 = "Change driven transfer", 7 = "Change driven transfer modify",
        8 = "RDREC",
    }
    BLOCK { 1 = "List blocks", 2 = "List blocks of type", 3 = "Get block info" }
    CPU {
        1 = "Read SZL", 2 = "Message service", 3 = "Diagnostic message", 5 = "ALARM_8 indication",
        6 = "NOTIFY indication", 7 = "ALARM_8 lock", 8 = "ALARM_8 unlock", 9 = "SCAN indication", 11 = "ALARM ack",
        12 = "ALARM ack indication", 13 = "ALARM lock indication", 14 = "ALARM unlock indication",
        17 = "ALARM_SQ indication", 18 = "ALARM_S indication", 19 = "ALARM query", 22 = "NOTIFY_8 indication",
    }
    SECURITY { 1 = "PLC password" }
    TIME { 1 = "Read clock", 2 = "Set clock", 3 = "Read clock (following)", 4 = "Set clock" }
}

/// Types of blocks by the two hexadecimal digits that stand for them.
const BLOCKS: [(&[u8], &str); 7] =
    [(b"08", "OB"), (b"0A", "DB"), (b"0B", "SDB"), (b"0C", "FC"), (b"0D", "SFC"), (b"0E", "FB"), (b"0F", "SFB")];
/// The kind of message that services of their own are asked for with.
const USERDATA: u8 = 7;

/// S7COMM.
pub struct S7comm;

impl Protocol for S7comm {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "S7COMM";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let Some(name) = c.peek_u8(1).and_then(|kind| name_of(KINDS, kind.into())) else { return Err(Stop::NotMine) };
        c.protocol("S7COMM");
        c.claim().str("ROSCTR:[").padded(name, 8).byte(b']');
        c.u8(&ID)?;
        let kind = c.u8(&ROSCTR)?;
        c.read_all(&[(&REDUNDANCY, 2), (&REFERENCE, 2)])?;
        let parameters = usize::from(c.u16(&PARAMETER_LENGTH)?);
        c.u16(&DATA_LENGTH)?;
        if matches!(kind, 2 | 3) {
            c.read_all(&[(&ERROR_CLASS, 1), (&ERROR_CODE, 1)])?;
        }
        if parameters == 0 {
            return c.skip(c.remaining());
        }
        let (parameters, data) = c.rest().split_at_checked(parameters).unwrap_or((c.rest(), &[]));
        if kind == USERDATA {
            userdata(c.info(), parameters, data);
        } else {
            let function = c.u8(&FUNCTION)?;
            c.info().str(" Function:[").str(name_of(FUNCTIONS, function.into()).unwrap_or("Unknown")).byte(b']');
            if kind == 1 {
                job(c.info(), function, parameters);
            }
        }
        c.skip(c.remaining())
    }
}

/// A block: its type in two digits, and its number in five.
fn block(info: &mut Line, text: &[u8], between: &str) -> Option<()> {
    let (kind, rest) = text.split_at_checked(2)?;
    let number: u32 = str::from_utf8(rest.get(..5)?).ok()?.parse().ok()?;
    let name = BLOCKS.iter().find(|(digits, _)| *digits == kind).map_or("Unknown Block type", |(_, name)| name);
    info.str(name).str(between).dec(number);
    Some(())
}

/// What a job is about.
fn job(info: &mut Line, function: u8, parameters: &[u8]) {
    match function {
        // Behind eight bytes stand a length and a file name: a character, and the block.
        0x1a..=0x1c | 0x1d | 0x1f => {
            let name = parameters.get(10..).unwrap_or_default();
            if name.len() >= 7 {
                info.str(" -> Block:[");
                block(info, name, "");
                info.byte(b']');
            }
        }
        0x28 => service(info, parameters),
        _ => {}
    }
}

/// A service's name, and the blocks that it is to be done with.
fn service(info: &mut Line, parameters: &[u8]) {
    let Some(len) = parameters.get(8..10).and_then(|len| len.first_chunk::<2>()).map(|len| u16::from_be_bytes(*len))
    else {
        return;
    };
    let arguments = parameters.get(10..).unwrap_or_default();
    let (arguments, rest) = arguments.split_at_checked(len.into()).unwrap_or_default();
    let name = rest.split_first().and_then(|(&len, rest)| rest.get(..len.into())).unwrap_or_default();
    info.str(" -> ").text(name);
    let (Some(&count), Some(blocks)) = (arguments.first(), arguments.get(2..)) else { return };
    info.byte(b'(');
    for (at, one) in blocks.chunks(8).take(count.into()).enumerate() {
        if at > 0 {
            info.str(", ");
        }
        block(info, one, "");
    }
    info.byte(b')');
}

/// The names of a group's functions.
fn functions(group: u8) -> Names {
    match group {
        1 => PROGRAMMER,
        2 => CYCLIC,
        3 => BLOCK,
        4 => CPU,
        5 => SECURITY,
        7 => TIME,
        _ => &[],
    }
}

/// A service of its own, and what it is asked of.
fn userdata(info: &mut Line, parameters: &[u8], data: &[u8]) {
    let (Some(&kind), Some(&function)) = (parameters.get(5), parameters.get(6)) else { return };
    let (direction, group) = (kind >> 4, kind & 0x0f);
    info.str(" Function:[").str(name_of(DIRECTIONS, direction.into()).unwrap_or("Unknown")).str("] -> [");
    info.str(name_of(GROUPS, group.into()).unwrap_or("Unknown")).byte(b']');
    if let Some(name) = name_of(functions(group), function.into()) {
        info.str(" -> [").str(name).byte(b']');
    }
    let error = parameters.get(10..12).and_then(|code| code.first_chunk()).map_or(0, |code| u16::from_be_bytes(*code));
    let content = data.get(4..).unwrap_or_default();
    let word = |at: usize| content.get(at..).and_then(|word| word.first_chunk()).map(|word| u16::from_be_bytes(*word));
    match (group, function) {
        (4, 1) => {
            if let (Some(id), Some(index)) = (word(0), word(2)) {
                info.str(" ID=0x").hex(id, 4).str(" Index=0x").hex(index, 4);
            }
        }
        (3, 2) if direction == 4 => {
            let kind = content.get(..2).unwrap_or_default();
            if let Some((_, name)) = BLOCKS.iter().find(|(digits, _)| *digits == kind) {
                info.str(" Type:[").str(name).byte(b']');
            }
        }
        (3, 3) if error != 0 => _ = info.str(" -> Errorcode:[0x").hex(error, 4).byte(b']'),
        (3, 3) if direction == 4 => {
            info.str(" -> Block:[");
            block(info, content, " ");
            info.byte(b']');
        }
        _ => {}
    }
}
