//! OCSP (RFC 6960), as the body of another protocol's message.

use super::ber::{Element, SEQUENCE};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("ocsp", "Online Certificate Status Protocol", Kind::Protocol);

fields! {
    REQUEST = "ocsp.tbsRequest_element", "tbsRequest", None;
    STATUS = "ocsp.responseStatus", "responseStatus", U32;
}

/// The media type of a request.
pub const REQUEST_TYPE: &str = "application/ocsp-request";
/// The media type of a response.
pub const RESPONSE_TYPE: &str = "application/ocsp-response";

/// OCSP.
pub struct Ocsp;

impl Protocol for Ocsp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OCSP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (outer, _) = Element::first(c.rest()).ok_or(Stop::Malformed)?;
        let start = c.pos() + outer.header;
        match outer.children().next() {
            Some(first) if first.tag == SEQUENCE => c.put(&REQUEST, start, c.end(), 0),
            Some(first) => {
                c.put(
                    &STATUS,
                    start + first.header,
                    start + first.header + 1,
                    first.number().unwrap_or_default() as u64,
                );
            }
            None => {}
        }
        c.skip(c.remaining())
    }
}
