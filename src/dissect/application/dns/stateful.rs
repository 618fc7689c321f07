//! Stateful operations (RFC 8490): a message whose sections are empty, and values behind its header.

use super::fields::*;
use super::names::DSO_TYPES;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// Values to the end of the message; the first is a must.
pub(super) fn operation<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.group(&DSO, |c| {
        loop {
            value(c)?;
            if c.reported() == 0 {
                return Ok(());
            }
        }
    })
}

fn value<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let vtype = c.peek_u16(0).ok_or_else(|| c.short(2))?;
    c.group(&DSO_TLV, |c| {
        c.append(|l| _ = l.str(": ").str(name_of(DSO_TYPES, vtype.into()).unwrap_or("Unknown")));
        c.u16(&DSO_TLV_TYPE)?;
        let len = usize::from(c.u16(&DSO_TLV_LENGTH)?);
        let end = c.pos() + len;
        match vtype {
            1 => {
                c.u32(&DSO_TLV_KEEPALIVE_INACTIVITY)?;
                c.u32(&DSO_TLV_KEEPALIVE_INTERVAL)?;
            }
            2 => _ = c.u32(&DSO_TLV_RETRYDELAY_RETRYDELAY)?,
            3 => _ = c.bytes(&DSO_TLV_ENCPAD_PADDING, len)?,
            _ => _ = c.bytes(&DSO_TLV_DATA, len)?,
        }
        c.seek(end);
        Ok(())
    })
}
