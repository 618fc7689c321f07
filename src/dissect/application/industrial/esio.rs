//! Ether-S-I/O: SAIA's controllers and their remote inputs and outputs, over UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("esio", "SAIA Ether-S-I/O protocol", Kind::Protocol);

fields! {
    HEADER = "", "Ether-S-I/O header", None;
    TYPE = "esio.type", "Telegram type", U16 hex names(TYPES);
    VERSION = "esio.vers", "Version", U16;
    LENGTH = "esio.len", "Length (bytes)", U16;
    TRANSACTION = "esio.transaction_id", "Transaction ID", U16;
    TRANSFER_HEADER = "", "Transfer header", None;
    TELEGRAM = "esio.transfer.tlg_id", "Telegram ID", U32;
    SOURCE = "esio.src_stn_id", "Source station ID", U32;
    COUNT = "esio.data.nbr", "Nbr. of data transfers", U8;
    FLAGS = "esio.data.flags", "Transfer header flags", U8 hex;
    TRANSFER = "", "Data transfer", None;
    TRANSFER_ID = "esio.data.transfer_id", "Data transfer ID", U32;
    DESTINATION = "esio.data.destination_id", "Data destination ID", U32;
    TRANSFER_LEN = "esio.data.length", "Data transfer length", U16;
    DATA_BYTES = "", "Data bytes ", None;
    DATA = "esio.data", "Data", U8;
    STATUS_TYPE = "esio.sts.type", "Status type", U16 hex;
    STATUS_LEN = "esio.sts.length", "Status length (bytes)", U16;
}

names! {
    TYPES {
        0x0 = "Reserved", 0x1 = "Data transfer telegram", 0x2 = "Status/Diag telegram",
    }
}

const DATA_TRANSFER: u16 = 1;
const STATUS: u16 = 2;

/// Ether-S-I/O.
pub struct Esio;

impl Protocol for Esio {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "ESIO";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(6060)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.remaining() < 12 || c.peek::<4>(0) != Some(*b"ESIO") {
            return Err(Stop::NotMine);
        }
        c.protocol("ESIO");
        let mut kind = 0;
        c.group(&HEADER, |c| {
            c.skip(4)?;
            kind = c.u16(&TYPE)?;
            c.read_all(&[(&VERSION, 2), (&LENGTH, 2), (&TRANSACTION, 2)])
        })?;
        match kind {
            DATA_TRANSFER => data(c),
            STATUS => {
                c.u32(&TELEGRAM)?;
                let source = c.u32(&SOURCE)?;
                c.claim().str("Status/diag telegram: Src ID: ").dec(source);
                c.read_all(&[(&STATUS_TYPE, 2), (&STATUS_LEN, 2)])
            }
            0 => {
                c.claim().str("Reserved telegram");
                Ok(())
            }
            _ => {
                c.claim().str("Unknown telegram");
                Ok(())
            }
        }
    }
}

fn data<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let mut count = 0;
    c.group(&TRANSFER_HEADER, |c| {
        c.u32(&TELEGRAM)?;
        let source = c.u32(&SOURCE)?;
        c.claim().str("Data transfer: Src ID: ").dec(source).str(", Dst ID(s):");
        count = c.u8(&COUNT)?;
        c.u8(&FLAGS).map(|_| ())
    })?;
    for _ in 0..count {
        c.group(&TRANSFER, |c| {
            c.u32(&TRANSFER_ID)?;
            let destination = c.u32(&DESTINATION)?;
            c.info().byte(b' ').dec(destination);
            let len = c.u16(&TRANSFER_LEN)?;
            c.label(|l| _ = l.str("Data transfer to ID: ").dec(destination).byte(b' '));
            c.group(&DATA_BYTES, |c| (0..len).try_for_each(|_| c.u8(&DATA).map(|_| ())))
        })?;
    }
    Ok(())
}
