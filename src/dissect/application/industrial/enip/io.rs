//! CIP's input and output, straight over UDP.

use super::names::ITEMS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("cipio", "Common Industrial Protocol, I/O", Kind::Protocol);

fields! {
    COUNT = "enip.cpf.itemcount", "Item Count", U16;
    TYPE = "enip.cpf.typeid", "Type ID", U16 hex names(ITEMS);
    LENGTH = "enip.cpf.length", "Length", U16;
    CONNECTION = "enip.cpf.sai.connid", "Connection ID", U32 hex;
    SEQUENCE = "enip.cpf.sai.seq", "Encapsulation Sequence Number", U32;
    SOCKET = "", "Socket Address", None;
    DATA = "cipio.data", "Data", Bytes;
}

const SEQUENCED_ADDRESS: u16 = 0x8002;
/// Bytes of a socket's address.
const SOCKET_LEN: usize = 16;

/// CIP's input and output.
pub struct CipIo;

impl Protocol for CipIo {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CIPIO";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(2222)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CIP I/O");
        let mut address = None;
        let count = c.u16_le(&COUNT)?;
        for _ in 0..count {
            let kind = c.u16_le(&TYPE)?;
            c.below(|c| {
                let len = usize::from(c.u16_le(&LENGTH)?);
                c.within(len, |c| {
                    if kind == SEQUENCED_ADDRESS {
                        let connection = c.u32_le(&CONNECTION)?;
                        address = Some((connection, c.u32_le(&SEQUENCE)?));
                    } else if matches!(kind, 0x8000 | 0x8001) {
                        c.bytes(&SOCKET, SOCKET_LEN)?;
                    } else if c.reported() > 0 {
                        c.bytes(&DATA, c.reported())?;
                    }
                    Ok(())
                })
            })?;
        }
        if let Some((connection, sequence)) = address {
            c.layer_append(|l| {
                l.str(", Connection ID: 0x").hex_upper(connection, 8).str(", SEQ: ").dec_wide(sequence, 10);
            });
            let line = c.claim().str("Connection: ID=0x").hex_upper(connection, 8);
            line.str(", SEQ=").dec_wide(sequence, 10);
        }
        Ok(())
    }
}
