//! Parameters of chunks (RFC 9260, 3.2.1).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    PARAMETER = "", "Parameter", None;
    TYPE = "sctp.parameter_type", "Parameter type", U16 hex names(TYPES);
    SKIP = "sctp.parameter_bit_1", "Bit", Bool bits(16) mask(0x8000) flag("Skip parameter and continue processing of the chunk", "Stop processing of chunk");
    REPORT = "sctp.parameter_bit_2", "Bit", Bool bits(16) mask(0x4000) flag("Do report", "Do not report");
    LENGTH = "sctp.parameter_length", "Parameter length", U16;
    INFORMATION = "sctp.parameter_heartbeat_information", "Heartbeat information", Bytes;
    IP = "sctp.parameter_ipv4_address", "IP Version 4 address", Ipv4;
    IP6 = "sctp.parameter_ipv6_address", "IP Version 6 address", Ipv6;
    COOKIE = "sctp.parameter_state_cookie", "State cookie", Bytes;
    LIFE = "sctp.parameter_cookie_preservative_incr", "Suggested Cookie life-span increment (msec)", U32;
    HOST = "sctp.parameter_hostname", "Hostname", Str;
    ADDRESS_TYPE = "sctp.parameter_supported_address_type", "Supported address type", U16 names(ADDRESSES);
    VALUE = "sctp.parameter_value", "Parameter value", Bytes;
    PADDING = "sctp.parameter_padding", "Parameter padding", Bytes;
}

names! {
    TYPES {
        0x0001 = "Heartbeat info", 0x0005 = "IPv4 address", 0x0006 = "IPv6 address", 0x0007 = "State cookie",
        0x0008 = "Unrecognized parameter", 0x0009 = "Cookie preservative", 0x000b = "Hostname address",
        0x000c = "Supported address types", 0x000d = "Outgoing SSN reset request",
        0x000e = "Incoming SSN reset request", 0x000f = "SSN/TSN reset request", 0x0010 = "Re-configuration response",
        0x0011 = "Add outgoing streams request", 0x0012 = "Add incoming streams request", 0x8000 = "ECN",
        0x8002 = "Random", 0x8003 = "Authenticated Chunk list", 0x8004 = "Requested HMAC Algorithm",
        0x8008 = "Supported Extensions", 0xc000 = "Forward TSN supported", 0xc001 = "Add IP address",
        0xc002 = "Delete IP address", 0xc003 = "Error cause indication", 0xc004 = "Set primary address",
        0xc005 = "Success report", 0xc006 = "Adaptation Layer Indication",
    }
    ADDRESSES { 5 = "IPv4 address", 6 = "IPv6 address", 11 = "Hostname address" }
}

/// Bytes of a parameter's type and length.
const HEADER_LEN: usize = 4;

/// Parameters to the end of the window.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if !S::DETAIL || c.remaining() < c.reported() {
        return c.skip(c.reported());
    }
    while c.remaining() >= HEADER_LEN {
        let kind = c.peek_u16(0).unwrap_or_default();
        let len = usize::from(c.peek_u16(2).unwrap_or_default());
        if len < HEADER_LEN {
            return c.skip(c.remaining());
        }
        let mark = c.mark();
        c.group(&PARAMETER, |c| {
            c.label(|l| {
                l.str(name_of(TYPES, kind.into()).unwrap_or("Unknown")).str(" parameter");
            });
            let start = c.pos();
            let word = c.be::<2>(&TYPE)?;
            c.below(|c| {
                c.bits::<2>(&SKIP, word);
                c.bits::<2>(&REPORT, word);
            });
            c.u16(&LENGTH)?;
            c.within(len - HEADER_LEN, |c| value(c, kind, mark))?;
            let padding = (start + len.next_multiple_of(4)).min(c.end()).saturating_sub(c.pos());
            if padding > 0 {
                c.bytes(&PADDING, padding)?;
                let number = c.whole().get(c.pos() - padding..c.pos()).unwrap_or_default();
                c.label(|l| _ = l.str("Parameter padding: ").hex_bytes(number, ""));
            }
            Ok(())
        })?;
    }
    c.skip(c.remaining())
}

/// The value of a parameter, whose line stands at `mark`.
fn value<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, mark: usize) -> Result<(), Stop> {
    let len = c.reported();
    let bytes = |c: &mut Cursor<'_, S>, words: &str, field: &'static Field| {
        c.append_at(mark, |l| _ = l.str(words).dec(len as u64).str(" bytes)"));
        c.bytes(field, len).map(|_| ())
    };
    match kind {
        0x0001 => bytes(c, " (Information: ", &INFORMATION),
        0x0005 => {
            let address = c.fixed::<4>(&IP)?;
            c.append_at(mark, |l| _ = l.str(" (Address: ").ipv4(&address).byte(b')'));
            Ok(())
        }
        0x0006 => {
            let address = c.fixed::<16>(&IP6)?;
            c.append_at(mark, |l| _ = l.str(" (Address: ").ipv6(&address).byte(b')'));
            Ok(())
        }
        0x0007 => bytes(c, " (Cookie length: ", &COOKIE),
        0x0009 => c.u32(&LIFE).map(|_| ()),
        0x000b => c.bytes(&HOST, len).map(|_| ()),
        0x000c => {
            c.append_at(mark, |l| _ = l.str(" (Supported types: "));
            let mut first = true;
            while c.reported() >= 2 {
                let kind = c.u16(&ADDRESS_TYPE)?;
                let name = match kind {
                    5 => "IPv4",
                    6 => "IPv6",
                    11 => "Hostname",
                    _ => "Unknown",
                };
                c.append_at(mark, |l| _ = l.str(if first { "" } else { ", " }).str(name));
                first = false;
            }
            c.append_at(mark, |l| _ = l.byte(b')'));
            Ok(())
        }
        _ if len > 0 => c.bytes(&VALUE, len).map(|_| ()),
        _ => Ok(()),
    }
}
