//! Modbus over TCP.

use std::collections::VecDeque;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::source::Time;
use crate::{fields, names};

static LAYER: Field = Field::new("mbtcp", "Modbus/TCP", Kind::Protocol);
static INNER_LAYER: Field = Field::new("modbus", "Modbus", Kind::Protocol);

fields! {
    TRANSACTION = "mbtcp.trans_id", "Transaction Identifier", U16;
    PROTOCOL = "mbtcp.prot_id", "Protocol Identifier", U16;
    LENGTH = "mbtcp.len", "Length", U16;
    UNIT = "mbtcp.unit_id", "Unit Identifier", U8;
    FUNCTION = "modbus.func_code", "Function Code", U8 mask(0x7f) names(FUNCTIONS);
    EXCEPTION = "modbus.exception_code", "Exception Code", U8 names(EXCEPTIONS);
    REQUEST_FRAME = "modbus.request_frame", "Request Frame", FrameNum;
    RESPONSE_TIME = "modbus.response_time", "Time from request", RelTime;
    REFERENCE = "modbus.reference_num", "Reference Number", U16;
    WORD_COUNT = "modbus.word_cnt", "Word Count", U16;
    BYTE_COUNT = "modbus.byte_cnt", "Byte Count", U8;
    REGISTER = "", "Register", None;
    REGISTER_NUMBER = "modbus.regnum16", "Register Number", U16;
    REGISTER_VALUE = "modbus.regval_uint16", "Register Value (UINT16)", U16;
    DATA = "modbus.data", "Data", Bytes;
}

names! {
    FUNCTIONS {
        1 = "Read Coils", 2 = "Read Discrete Inputs", 3 = "Read Holding Registers", 4 = "Read Input Registers",
        5 = "Write Single Coil", 6 = "Write Single Register", 7 = "Read Exception Status", 8 = "Diagnostics",
        11 = "Get Comm. Event Counters", 12 = "Get Comm. Event Log", 15 = "Write Multiple Coils",
        16 = "Write Multiple Registers", 17 = "Report Slave ID", 20 = "Read File Record", 21 = "Write File Record",
        22 = "Mask Write Register", 23 = "Read Write Register", 24 = "Read FIFO Queue",
        43 = "Encapsulated Interface Transport", 90 = "Unity (Schneider)",
    }
    EXCEPTIONS {
        1 = "Illegal function", 2 = "Illegal data address", 3 = "Illegal data value", 4 = "Slave device failure",
        5 = "Acknowledge", 6 = "Slave device busy", 8 = "Memory parity error", 10 = "Gateway path unavailable",
        11 = "Gateway target device failed to respond",
    }
}

/// Bytes of the header up to and with the length, which does not count them.
const PREFIX_LEN: usize = 6;
/// Bytes of header and function code: the least that a message has.
const LEAST: usize = 8;
const PORT: u16 = 502;

/// Functions that read registers, and are answered with their values.
const READ_HOLDING: u8 = 3;
const READ_INPUT: u8 = 4;
/// Requests remembered of a conversation at most; the eldest goes first.
const MOST_REQUESTS: usize = 256;

/// What is remembered of a request.
#[derive(Clone, Copy)]
struct Request {
    transaction: u16,
    unit: u8,
    function: u8,
    /// The first register that it asks for.
    reference: u16,
    frame: u64,
    time: Option<Time>,
}

/// A conversation's requests.
#[derive(Default)]
struct Requests(VecDeque<Request>);

/// Modbus over TCP.
pub struct Modbus;

impl Protocol for Modbus {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Modbus/TCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (Some(protocol), Some(len)) = (c.peek_u16(2), c.peek_u16(4)) else { return Err(Stop::NotMine) };
        if protocol != 0 || len < 2 {
            return Err(Stop::NotMine);
        }
        messages(c, LEAST, |c| usize::from(c.peek_u16(4).unwrap_or_default()) + PREFIX_LEN, message)
    }
}

fn right(line: &mut Line, num: u16, width: usize) {
    let digits = if num >= 10000 {
        5
    } else if num >= 1000 {
        4
    } else if num >= 100 {
        3
    } else if num >= 10 {
        2
    } else {
        1
    };
    for _ in digits..width {
        line.byte(b' ');
    }
    line.dec(num);
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let query = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
    let function = c.peek_u8(7).unwrap_or_default();
    c.protocol("Modbus/TCP");
    let fresh = c.row().fresh() || !c.row().claimed();
    let info = if fresh { c.claim() } else { c.info() };
    if !fresh {
        info.str(" ; ");
    }
    let transaction = c.u16(&TRANSACTION)?;
    c.read_all(&[(&PROTOCOL, 2), (&LENGTH, 2)])?;
    let unit = c.u8(&UNIT)?;
    let info = c.info();
    info.str(if query { "   Query: Trans: " } else { "Response: Trans: " });
    right(info, transaction, 5);
    right(info.str("; Unit: "), unit.into(), 3);
    right(info.str(", Func: "), (function & 0x7f).into(), 3);
    info.str(": ").str(name_of(FUNCTIONS, u64::from(function & 0x7f)).unwrap_or("Unknown function"));
    c.layer_ends();
    if function & 0x80 != 0 {
        c.info().str(". Exception returned ");
    }
    c.call::<Inner>().map(|_taken| ())
}

/// Modbus itself.
struct Inner;

impl Protocol for Inner {
    const LAYER: &'static Field = &INNER_LAYER;
    const NAME: &'static str = "Modbus";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let query = c.worker.state.current.is_some_and(|current| current.dst_port == PORT);
        let at = c.pos();
        let head = c.whole().get(at.saturating_sub(LEAST - 1)..).and_then(<[u8]>::first_chunk).copied();
        let [high, low, _, _, _, _, unit] = head.unwrap_or_default();
        let function = c.u8(&FUNCTION)?;
        let now = Request {
            transaction: u16::from_be_bytes([high, low]),
            unit,
            function: function & 0x7f,
            reference: c.peek_u16(0).unwrap_or_default(),
            frame: c.worker.frame.number,
            time: c.worker.frame.time,
        };
        let asked = if S::DETAIL { exchange(c, query, now) } else { None };
        match function {
            READ_HOLDING | READ_INPUT if query => c.read_all(&[(&REFERENCE, 2), (&WORD_COUNT, 2)])?,
            READ_HOLDING | READ_INPUT => registers(c, asked.map_or(0, |asked| asked.reference))?,
            0x80.. => _ = c.u8(&EXCEPTION)?,
            _ => {}
        }
        if c.reported() > 0 {
            c.bytes(&DATA, c.reported())?;
        }
        Ok(())
    }
}

/// Remembers a query, or finds the one that a response answers.
fn exchange<S: Sink>(c: &mut Cursor<'_, S>, query: bool, now: Request) -> Option<Request> {
    let Requests(open) = c.worker.state.slots()?.entry::<Requests>();
    if query {
        if open.len() >= MOST_REQUESTS {
            open.pop_front();
        }
        open.push_back(now);
        return None;
    }
    let of = |one: &Request| (one.transaction, one.unit, one.function) == (now.transaction, now.unit, now.function);
    let asked = *open.iter().rev().find(|one| of(one))?;
    c.generated(&REQUEST_FRAME, asked.frame);
    if let (Some(then), Some(time)) = (asked.time, now.time) {
        c.generated(&RESPONSE_TIME, time.since(then) as u64);
    }
    Some(asked)
}

/// The values of registers from number `first` on.
fn registers<S: Sink>(c: &mut Cursor<'_, S>, first: u16) -> Result<(), Stop> {
    let len = usize::from(c.u8(&BYTE_COUNT)?);
    let (end, mut number) = (c.pos().saturating_add(len), first);
    while c.pos() + 1 < end {
        let value = c.peek_u16(0).ok_or_else(|| c.short(2))?;
        c.group(&REGISTER, |c| {
            c.label(|l| _ = l.str("Register ").dec(number).str(" (UINT16): ").dec(value));
            c.put(&REGISTER_NUMBER, c.pos(), c.pos() + 2, number.into());
            c.u16(&REGISTER_VALUE)
        })?;
        number = number.wrapping_add(1);
    }
    Ok(())
}
