//! EAP (RFC 3748).

mod types;

use types::TYPES;

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("eap", "Extensible Authentication Protocol", Kind::Protocol);

fields! {
    CODE = "eap.code", "Code", U8 names(CODES);
    ID = "eap.id", "Id", U8;
    LEN = "eap.len", "Length", U16;
    TYPE = "eap.type", "Type", U8 names(TYPES);
    IDENTITY = "eap.identity", "Identity", Str;
    NOTIFICATION = "eap.notification", "Notification", Str;
    DESIRED = "eap.desired_type", "Desired Auth Type", U8 names(TYPES);
    MD5_LEN = "eap.md5.value_size", "EAP-MD5 Value-Size", U8;
    MD5_VALUE = "eap.md5.value", "EAP-MD5 Value", Bytes;
    MD5_EXTRA = "eap.md5.extra_data", "EAP-MD5 Extra Data", Bytes;
    DATA = "eap.data", "EAP Data", Bytes;
}

names! {
    /// What a packet is.
    pub CODES { 1 = "Request", 2 = "Response", 3 = "Success", 4 = "Failure", 5 = "Initiate", 6 = "Finish" }
}

const REQUEST: u8 = 1;
const RESPONSE: u8 = 2;

const IDENTITY_TYPE: u8 = 1;
const NOTIFICATION_TYPE: u8 = 2;
const NAK: u8 = 3;
const MD5: u8 = 4;

/// EAP.
pub struct Eap;

impl Protocol for Eap {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "EAP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ppp(0xc227)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("EAP");
        c.claim();
        let code = c.u8(&CODE)?;
        match name_of(CODES, code.into()) {
            Some(name) => c.claim().str(name),
            None => c.claim().str("Unknown code (0x").hex_upper(code, 2).byte(b')'),
        };
        c.u8(&ID)?;
        let len = usize::from(c.u16(&LEN)?).saturating_sub(4);
        c.layer_ends();
        if !matches!(code, REQUEST | RESPONSE) {
            c.trim(len);
            return Ok(());
        }
        let kind = c.u8(&TYPE)?;
        match name_of(TYPES, kind.into()) {
            Some(name) => c.info().str(", ").str(name),
            None => c.info().str(", Unknown type (0x").hex(kind, 2).byte(b')'),
        };
        let len = len.saturating_sub(1);
        if len == 0 {
            c.trim(0);
            return Ok(());
        }
        if len > c.reported() {
            return Err(c.short(len));
        }
        c.trim(len);
        body(c, kind)
    }
}

/// What a type says.
fn body<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    match kind {
        IDENTITY_TYPE => _ = c.bytes(&IDENTITY, c.reported())?,
        NOTIFICATION_TYPE => _ = c.bytes(&NOTIFICATION, c.reported())?,
        NAK => {
            while c.reported() > 0 {
                c.u8(&DESIRED)?;
            }
        }
        MD5 => {
            let len = usize::from(c.u8(&MD5_LEN)?).min(c.reported());
            c.bytes(&MD5_VALUE, len)?;
            if c.reported() > 0 {
                c.bytes(&MD5_EXTRA, c.reported())?;
            }
        }
        _ => _ = c.bytes(&DATA, c.reported())?,
    }
    Ok(())
}
