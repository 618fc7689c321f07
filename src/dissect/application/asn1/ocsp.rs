//! OCSP (RFC 6960), as the body of another protocol's message.

use super::ber::SEQUENCE;
use super::x509::status;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;

static LAYER: Field = Field::new("ocsp", "Online Certificate Status Protocol", Kind::Protocol);

/// The media type of a request.
pub const REQUEST_TYPE: &str = "application/ocsp-request";
/// The media type of a response.
pub const RESPONSE_TYPE: &str = "application/ocsp-response";

/// OCSP.
pub struct Ocsp;

impl Protocol for Ocsp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OCSP";
    const FIELDS: &'static [&'static Field] = status::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek_u8(0) != Some(SEQUENCE) {
            return Err(Stop::Malformed);
        }
        status::dissect(c, c.end());
        c.skip(c.remaining())
    }
}
