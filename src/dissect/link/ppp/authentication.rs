//! PAP (RFC 1334) and CHAP (RFC 1994).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::names;

names! {
    PAP_CODES { 1 = "Authenticate-Request", 2 = "Authenticate-Ack", 3 = "Authenticate-Nak" }
    CHAP_CODES { 1 = "Challenge", 2 = "Response", 3 = "Success", 4 = "Failure" }
}

/// The password authentication protocol.
pub struct Pap;

static PAP_LAYER: Field = Field::new("pap", "PPP Password Authentication Protocol", Kind::Protocol);

mod pap {
    use super::PAP_CODES;
    use crate::fields;

    fields! {
        CODE = "pap.code", "Code", U8 names(PAP_CODES);
        IDENTIFIER = "pap.identifier", "Identifier", U8;
        LENGTH = "pap.length", "Length", U16;
        DATA = "pap.data", "Data", None;
        PEER_LEN = "pap.peer_id.length", "Peer-ID-Length", U8;
        PEER = "pap.peer_id", "Peer-ID", Str;
        PASSWORD_LEN = "pap.password.length", "Password-Length", U8;
        PASSWORD = "pap.password", "Password", Str;
        MESSAGE_LEN = "pap.message.length", "Message-Length", U8;
        MESSAGE = "pap.message", "Message", Str;
    }

    use crate::dissect::cursor::Cursor;
    use crate::dissect::field::Field;
    use crate::dissect::protocol::Stop;
    use crate::dissect::sink::Sink;

    /// A text behind its length.
    fn text<'p, S: Sink>(c: &mut Cursor<'p, S>, len: &'static Field, text: &'static Field) -> Result<&'p [u8], Stop> {
        let len = usize::from(c.u8(len)?);
        c.bytes(text, len)
    }

    pub(super) fn body<S: Sink>(c: &mut Cursor<'_, S>, code: u8) -> Result<(), Stop> {
        c.u8(&IDENTIFIER)?;
        let len = usize::from(c.u16(&LENGTH)?);
        c.trim(len.saturating_sub(4));
        c.need(1)?;
        c.group(&DATA, |c| match code {
            1 => {
                let peer = text(c, &PEER_LEN, &PEER)?;
                let password = text(c, &PASSWORD_LEN, &PASSWORD)?;
                c.info().str(" (Peer-ID='").text(peer).str("', Password='").text(password).str("')");
                Ok(())
            }
            2 | 3 => {
                let message = text(c, &MESSAGE_LEN, &MESSAGE)?;
                c.info().str(" (Message='").text(message).str("')");
                Ok(())
            }
            _ => Ok(()),
        })
    }

    /// Reads the code.
    pub(super) fn code<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u8, Stop> {
        c.u8(&CODE)
    }
}

impl Protocol for Pap {
    const LAYER: &'static Field = &PAP_LAYER;
    const NAME: &'static str = "PPP PAP";
    const FIELDS: &'static [&'static Field] = pap::FIELDS;
    const KEYS: &'static [Key] = &[Key::Ppp(0xc023), Key::Ether(0xc023)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let code = pap::code(c)?;
        c.protocol("PPP PAP");
        c.claim().str(name_of(PAP_CODES, code.into()).unwrap_or("Unknown"));
        pap::body(c, code)
    }
}

/// The challenge handshake authentication protocol.
pub struct Chap;

static CHAP_LAYER: Field = Field::new("chap", "PPP Challenge Handshake Authentication Protocol", Kind::Protocol);

mod chap {
    use super::CHAP_CODES;
    use crate::dissect::cursor::Cursor;
    use crate::dissect::protocol::Stop;
    use crate::dissect::sink::Sink;
    use crate::fields;

    fields! {
        CODE = "chap.code", "Code", U8 names(CHAP_CODES);
        IDENTIFIER = "chap.identifier", "Identifier", U8;
        LENGTH = "chap.length", "Length", U16;
        DATA = "chap.data", "Data", None;
        VALUE_SIZE = "chap.value_size", "Value Size", U8;
        VALUE = "chap.value", "Value", Bytes;
        NAME = "chap.name", "Name", Str;
        MESSAGE = "chap.message", "Message", Str;
    }

    /// Reads the code.
    pub(super) fn code<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u8, Stop> {
        c.u8(&CODE)
    }

    pub(super) fn body<S: Sink>(c: &mut Cursor<'_, S>, code: u8) -> Result<(), Stop> {
        c.u8(&IDENTIFIER)?;
        let len = usize::from(c.u16(&LENGTH)?).saturating_sub(4);
        if len > c.reported() {
            return Err(c.short(len));
        }
        c.trim(len);
        match code {
            1 | 2 if len > 0 => c.group(&DATA, value),
            3 | 4 => {
                let message = c.bytes(&MESSAGE, c.reported())?;
                c.info().str(" (MESSAGE='").text(message).str("')");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A challenge or a response: a value and who sends it. One that does not fit is left alone.
    fn value<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let size = usize::from(c.u8(&VALUE_SIZE)?);
        if size == 0 || size > c.reported() {
            return Ok(());
        }
        let value = c.bytes(&VALUE, size)?;
        let name = c.bytes(&NAME, c.reported())?;
        c.info().str(" (NAME='").text(name).str("', VALUE=0x").hex_bytes(value, "").byte(b')');
        Ok(())
    }
}

impl Protocol for Chap {
    const LAYER: &'static Field = &CHAP_LAYER;
    const NAME: &'static str = "PPP CHAP";
    const FIELDS: &'static [&'static Field] = chap::FIELDS;
    const KEYS: &'static [Key] = &[Key::Ppp(0xc223)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let code = chap::code(c)?;
        c.protocol("PPP CHAP");
        c.claim().str(name_of(CHAP_CODES, code.into()).unwrap_or("Unknown"));
        chap::body(c, code)
    }
}
