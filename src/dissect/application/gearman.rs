//! Gearman: jobs handed to workers.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("gearman", "Gearman Protocol", Kind::Protocol);

fields! {
    HEADER = "", "Gearman message", None;
    MAGIC = "gearman.magic_code", "Magic Code", Str;
    TYPE = "gearman.pkt_type", "Packet Type", U32 names(TYPES);
    LENGTH = "gearman.data_size", "Data Length", U32;
    CONTENT = "gearman.data_content", "Data Content", Str;
}

names! {
    TYPES {
        0 = "TEXT", 1 = "CAN_DO", 2 = "CANT_DO", 3 = "RESET_ABILITIES", 4 = "PRE_SLEEP", 5 = "UNUSED", 6 = "NOOP",
        7 = "SUBMIT_JOB", 8 = "JOB_CREATED", 9 = "GRAB_JOB", 10 = "NO_JOB", 11 = "JOB_ASSIGN", 12 = "WORK_STATUS",
        13 = "WORK_COMPLETE", 14 = "WORK_FAIL", 15 = "GET_STATUS", 16 = "ECHO_REQ", 17 = "ECHO_RES",
        18 = "SUBMIT_JOB_BG", 19 = "ERROR", 20 = "STATUS_RES", 21 = "SUBMIT_JOB_HIGH", 22 = "SET_CLIENT_ID",
        23 = "CAN_DO_TIMEOUT", 24 = "ALL_YOURS", 25 = "WORK_EXCEPTION", 26 = "OPTION_REQ", 27 = "OPTION_RES",
        28 = "WORK_DATA", 29 = "WORK_WARNING", 30 = "GRAB_JOB_UNIQ", 31 = "JOB_ASSIGN_UNIQ",
        32 = "SUBMIT_JOB_HIGH_BG", 33 = "SUBMIT_JOB_LOW", 34 = "SUBMIT_JOB_LOW_BG", 35 = "SUBMIT_JOB_SCHED",
        36 = "SUBMIT_JOB_EPOCH", 37 = "SUBMIT_REDUCE_JOB", 38 = "SUBMIT_REDUCE_JOB_BG", 39 = "GRAB_JOB_ALL",
        40 = "JOB_ASSIGN_ALL", 41 = "GET_STATUS_UNIQUE", 42 = "STATUS_RES_UNIQUE",
    }
}

const HEADER_LEN: usize = 12;

/// Gearman.
pub struct Gearman;

impl Protocol for Gearman {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Gearman";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(4730)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !matches!(c.peek::<4>(0), Some([0, b'R', b'E', b'Q' | b'S'])) {
            return Err(Stop::NotMine);
        }
        messages(c, HEADER_LEN, |c| (c.peek_u32(8).unwrap_or_default() as usize).saturating_add(HEADER_LEN), message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("Gearman");
    let magic = if c.peek_u8(3) == Some(b'Q') { "REQ" } else { "RES" };
    let (kind, len) = (c.peek_u32(4).unwrap_or_default(), c.peek_u32(8).unwrap_or_default());
    let name = name_of(TYPES, kind.into()).unwrap_or("Unknown");
    if c.row().fresh() || !c.row().claimed() {
        c.claim();
    } else {
        c.info().str(" | ");
    }
    c.info().byte(b'[').str(magic).str("] ").str(name).byte(b'(').dec(kind).str(") LEN=").dec(len);
    c.group(&HEADER, |c| {
        c.label(|l| {
            l.byte(b'[').str(magic).str("] ").str(name).byte(b'(').dec(kind).str(") LEN=").dec(len);
        });
        c.skip(1)?;
        c.bytes(&MAGIC, 3)?;
        c.read_all(&[(&TYPE, 4), (&LENGTH, 4)])?;
        c.bytes(&CONTENT, c.remaining()).map(|_| ())
    })
}
