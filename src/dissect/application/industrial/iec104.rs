//! IEC 60870-5-104: telecontrol over TCP, and the units of IEC 60870-5-101 that it carries.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("iec60870_104", "IEC 60870-5-104", Kind::Protocol);
static UNIT_LAYER: Field = Field::new("iec60870_asdu", "IEC 60870-5-101/104 ASDU", Kind::Protocol);

fields! {
    START = "iec60870_104.start", "START", U8 hex;
    LENGTH = "iec60870_104.apdulen", "ApduLen", U8;
    FORMAT = "iec60870_104.type", "Type", U8 hex mask(0x03);
    FUNCTION = "iec60870_104.utype", "UType", U8 hex mask(0xfc);
    SENT = "iec60870_104.tx", "Tx", U16 mask(0xfffe);
    RECEIVED = "iec60870_104.rx", "Rx", U16 mask(0xfffe);
}

names! {
    /// Types of units.
    TYPES {
        1 = "M_SP_NA_1", 2 = "M_SP_TA_1", 3 = "M_DP_NA_1", 4 = "M_DP_TA_1", 5 = "M_ST_NA_1", 6 = "M_ST_TA_1",
        7 = "M_BO_NA_1", 8 = "M_BO_TA_1", 9 = "M_ME_NA_1", 10 = "M_ME_TA_1", 11 = "M_ME_NB_1", 12 = "M_ME_TB_1",
        13 = "M_ME_NC_1", 14 = "M_ME_TC_1", 15 = "M_IT_NA_1", 16 = "M_IT_TA_1", 20 = "M_PS_NA_1", 21 = "M_ME_ND_1",
        30 = "M_SP_TB_1", 31 = "M_DP_TB_1", 32 = "M_ST_TB_1", 33 = "M_BO_TB_1", 34 = "M_ME_TD_1", 35 = "M_ME_TE_1",
        36 = "M_ME_TF_1", 37 = "M_IT_TB_1", 38 = "M_EP_TD_1", 39 = "M_EP_TE_1", 40 = "M_EP_TF_1", 41 = "S_IT_TC_1",
        45 = "C_SC_NA_1", 46 = "C_DC_NA_1", 47 = "C_RC_NA_1", 48 = "C_SE_NA_1", 49 = "C_SE_NB_1", 50 = "C_SE_NC_1",
        51 = "C_BO_NA_1", 58 = "C_SC_TA_1", 59 = "C_DC_TA_1", 60 = "C_RC_TA_1", 61 = "C_SE_TA_1", 62 = "C_SE_TB_1",
        63 = "C_SE_TC_1", 64 = "C_BO_TA_1", 70 = "M_EI_NA_1", 81 = "S_CH_NA_1", 82 = "S_RP_NA_1", 83 = "S_AR_NA_1",
        84 = "S_KR_NA_1", 85 = "S_KS_NA_1", 86 = "S_KC_NA_1", 87 = "S_ER_NA_1", 90 = "S_US_NA_1", 91 = "S_UQ_NA_1",
        92 = "S_UR_NA_1", 93 = "S_UK_NA_1", 94 = "S_UA_NA_1", 95 = "S_UC_NA_1", 100 = "C_IC_NA_1", 101 = "C_CI_NA_1",
        102 = "C_RD_NA_1", 103 = "C_CS_NA_1", 105 = "C_RP_NA_1", 107 = "C_TS_TA_1", 110 = "P_ME_NA_1",
        111 = "P_ME_NB_1", 112 = "P_ME_NC_1", 113 = "P_AC_NA_1", 120 = "F_FR_NA_1", 121 = "F_SR_NA_1",
        122 = "F_SC_NA_1", 123 = "F_LS_NA_1", 124 = "F_AF_NA_1", 125 = "F_SG_NA_1", 126 = "F_DR_TA_1",
        127 = "F_SC_NB_1",
    }
    /// Causes of transmission.
    CAUSES {
        1 = "Per/Cyc", 2 = "Back", 3 = "Spont", 4 = "Init", 5 = "Req", 6 = "Act", 7 = "ActCon", 8 = "Deact",
        9 = "DeactCon", 10 = "ActTerm", 11 = "Retrem", 12 = "Retloc", 13 = "File", 14 = "Auth", 15 = "Seskey",
        16 = "Usrkey", 20 = "Inrogen", 21 = "Inro1", 22 = "Inro2", 23 = "Inro3", 24 = "Inro4", 25 = "Inro5",
        26 = "Inro6", 27 = "Inro7", 28 = "Inro8", 29 = "Inro9", 30 = "Inro10", 31 = "Inro11", 32 = "Inro12",
        33 = "Inro13", 34 = "Inro14", 35 = "Inro15", 36 = "Inro16", 37 = "Reqcogen", 38 = "Reqco1", 39 = "Reqco2",
        40 = "Reqco3", 41 = "Reqco4", 44 = "UkTypeId", 45 = "UkCauseTx", 46 = "UkComAdrASDU", 47 = "UkIOA",
    }
}

const PORT: u16 = 2404;
/// What every frame begins with, and the least length that stands behind it.
const START_BYTE: u8 = 0x68;
const LEAST: u8 = 4;
/// Bytes of start and length, which the length does not count.
const HEADER_LEN: usize = 2;
/// Bytes of the shortest frame.
const SHORTEST: usize = 6;
/// Flags of a cause.
const NEGATIVE: u8 = 0x40;
const TEST: u8 = 0x80;
/// Columns that a cause is padded to.
const CAUSE_WIDTH: usize = 7;

/// IEC 60870-5-104.
pub struct Iec104;

impl Protocol for Iec104 {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IEC 60870-5-104";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut first = true;
        while c.reported() > 0 {
            let skipped = c.rest().windows(HEADER_LEN).position(begins);
            c.await_header(SHORTEST)?;
            let Some(skipped) = skipped else {
                // Bytes among which no frame begins: nothing is said of them.
                c.protocol("IEC 60870-5-104");
                c.seek(c.limit());
                return Ok(());
            };
            let len = usize::from(c.peek_u8(skipped + 1).unwrap_or_default()) + HEADER_LEN;
            c.await_bytes(skipped + len)?;
            c.protocol("IEC 60870-5-104");
            if std::mem::take(&mut first) {
                c.claim();
            } else {
                c.info().str(" | ");
            }
            if skipped > 0 {
                c.info().str("<ERR prefix ").dec(skipped as u64).str(" bytes> ");
                c.skip(skipped)?;
            }
            let start = c.pos();
            c.begin_message(len);
            if let Err(stop) = c.within(len, frame) {
                c.row().remark(stop);
                c.seek(start.saturating_add(len));
            }
        }
        Ok(())
    }
}

/// Whether a frame begins with these bytes.
fn begins(bytes: &[u8]) -> bool {
    matches!(bytes, [START_BYTE, len] if *len >= LEAST)
}

fn frame<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let up = c.worker.state.current.is_some_and(|current| current.src_port == PORT);
    c.u8(&START)?;
    c.u8(&LENGTH)?;
    c.info().str(if up { "-> " } else { "<- " });
    let control = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    match control & 3 {
        3 => {
            c.put(&FUNCTION, c.pos(), c.pos() + 1, control.into());
            c.skip(4)?;
            c.info().str("U (").str(function(control)).str(") ");
            Ok(())
        }
        1 => {
            c.skip(2)?;
            let received = c.u16_le(&RECEIVED)? >> 1;
            c.info().str("S (").dec(received).str(") ");
            Ok(())
        }
        _ => {
            let (sent, received) = (c.u16_le(&SENT)? >> 1, c.u16_le(&RECEIVED)? >> 1);
            c.info().str("I (").dec(sent).byte(b',').dec(received).str(") ");
            c.layer_ends();
            c.call::<Unit>().map(|_taken| ())
        }
    }
}

/// What a frame without a number is for.
fn function(control: u8) -> &'static str {
    match control >> 2 {
        0x01 => "STARTDT act",
        0x02 => "STARTDT con",
        0x04 => "STOPDT act",
        0x08 => "STOPDT con",
        0x10 => "TESTFR act",
        0x20 => "TESTFR con",
        _ => "<ERR>",
    }
}

/// A unit of data.
struct Unit;

mod unit {
    use crate::fields;

    fields! {
        TYPE = "iec60870_asdu.typeid", "TypeId", U8 names(super::TYPES);
        SEQUENCE = "iec60870_asdu.sq", "SQ", Bool mask(0x80);
        COUNT = "iec60870_asdu.numix", "NumIx", U8 mask(0x7f);
        CAUSE = "iec60870_asdu.causetx", "CauseTx", U8 mask(0x3f) names(super::CAUSES);
        NEGATIVE = "iec60870_asdu.nega", "Negative", Bool mask(0x40);
        TEST = "iec60870_asdu.test", "Test", Bool mask(0x80);
        ORIGINATOR = "iec60870_asdu.oa", "OA", U8;
        ADDRESS = "iec60870_asdu.addr", "Addr", U16;
        OBJECT = "iec60870_asdu.ioa", "IOA", U24;
        VALUE = "iec60870_asdu.rawdata", "Raw Data", Bytes;
    }
}

impl Protocol for Unit {
    const LAYER: &'static Field = &UNIT_LAYER;
    const NAME: &'static str = "IEC 60870-5 ASDU";
    const FIELDS: &'static [&'static Field] = unit::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("IEC 60870-5 ASDU");
        let kind = c.u8(&unit::TYPE)?;
        let qualifier = c.u8(&unit::COUNT)?;
        c.put(&unit::SEQUENCE, c.pos() - 1, c.pos(), qualifier.into());
        let (sequence, count) = (qualifier & 0x80 != 0, qualifier & 0x7f);
        let cause = c.u8(&unit::CAUSE)?;
        c.put(&unit::NEGATIVE, c.pos() - 1, c.pos(), cause.into());
        c.put(&unit::TEST, c.pos() - 1, c.pos(), cause.into());
        c.u8(&unit::ORIGINATOR)?;
        let address = c.u16_le(&unit::ADDRESS)?;
        let [a, b, d] = c.peek::<3>(0).ok_or_else(|| c.short(3))?;
        let object = u32::from_le_bytes([a, b, d, 0]);
        let info = c.info().str("ASDU=").dec(address).byte(b' ');
        match name_of(TYPES, kind.into()) {
            Some(name) => _ = info.str(name),
            None => _ = info.str("<TypeId=").dec(kind).byte(b'>'),
        }
        said(c, cause);
        objects(c, object, sequence, count);
        values(c, kind, sequence, count)
    }
}

/// Writes the cause.
fn said<S: Sink>(c: &mut Cursor<'_, S>, cause: u8) {
    let info = c.info().byte(b' ');
    let flags = cause & (NEGATIVE | TEST);
    match name_of(CAUSES, (cause & 0x3f).into()) {
        Some(name) if flags == 0 => _ = info.padded(name, CAUSE_WIDTH),
        Some(name) => _ = info.str(name),
        None => _ = info.str(" <CauseTx=").dec(cause & 0x3f).byte(b'>'),
    }
    info.str(if cause & NEGATIVE == 0 { "" } else { "_NEGA" });
    info.str(if cause & TEST == 0 { "" } else { "_TEST" }).byte(b' ');
}

/// Writes which objects are told of: one, several, or a row of them.
fn objects<S: Sink>(c: &mut Cursor<'_, S>, first: u32, sequence: bool, count: u8) {
    let info = c.info().str("IOA");
    if count > 1 {
        info.byte(b'[').dec(count).byte(b']');
    }
    info.byte(b'=').dec(first);
    match (count, sequence) {
        (0 | 1, _) => {}
        (_, true) => _ = info.byte(b'-').dec(first + u32::from(count) - 1),
        (_, false) => _ = info.str(",..."),
    }
}

/// Bytes of an object's value; 0 where they are not known.
fn size(kind: u8) -> usize {
    match kind {
        1 | 3 | 45 | 46 | 47 | 70 | 100 | 101 | 105 | 113 => 1,
        5 | 21 => 2,
        9 | 11 | 48 | 49 | 110 | 111 => 3,
        2 | 4 | 51 => 4,
        6 | 7 | 13 | 15 | 20 | 50 | 112 => 5,
        10 | 12 => 6,
        103 => 7,
        8 | 14 | 16 | 30 | 31 | 58 | 59 | 60 => 8,
        32 | 107 => 9,
        34 | 35 | 38 | 61 | 62 => 10,
        39 | 40 | 64 => 11,
        33 | 36 | 37 | 63 => 12,
        _ => 0,
    }
}

fn values<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, sequence: bool, count: u8) -> Result<(), Stop> {
    let size = size(kind);
    if size == 0 {
        return Ok(());
    }
    for i in 0..count {
        if i == 0 || !sequence {
            c.le::<3>(&unit::OBJECT)?;
        }
        c.bytes(&unit::VALUE, size)?;
    }
    Ok(())
}
