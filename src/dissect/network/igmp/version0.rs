//! IGMP as it first was (RFC 988), and messages of types that nobody knows.

use super::{CHECKSUM_FIELDS, GROUP, TYPE, VERSION};
use crate::dissect::checksum::Sum;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    GROUP_TYPE = "igmp.group_type", "Type Of Group", U8 names(GROUP_TYPES);
    REPLY = "igmp.reply", "Reply", U8 names(REPLIES);
    REPLY_PENDING = "igmp.reply.pending", "Reply Pending", U8;
    IDENTIFIER = "igmp.identifier", "Identifier", U32;
    ACCESS_KEY = "igmp.access_key", "Access Key", Bytes;
    DATA = "igmp.data", "Data", Bytes;
}

names! {
    GROUP_TYPES { 0 = "Public Group", 1 = "Private Group" }
    REPLIES {
        0 = "Request Granted", 1 = "Request Denied, No Resources", 2 = "Request Denied, Invalid Code",
        3 = "Request Denied, Invalid Group", 4 = "Request Denied, Invalid Key",
    }
}

/// The request to create a group.
const CREATE: u8 = 1;

/// Writes the message's name.
fn name<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) {
    match TYPE.name(kind.into()) {
        Some(name) => _ = c.claim().str(name),
        None => _ = c.claim().str("Unknown Type:0x").hex(kind, 2),
    }
}

/// Takes a message of version 0 apart.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (start, end) = (c.pos(), c.limit());
    let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    c.protocol("IGMPv0");
    name(c, kind);
    c.generated(&VERSION, 0);
    c.u8(&TYPE)?;
    // Requests are odd, replies are even.
    match kind {
        CREATE => _ = c.u8(&GROUP_TYPE)?,
        _ if kind % 2 == 1 => c.skip(1)?,
        _ if c.peek_u8(0).is_some_and(|code| REPLY.name(code.into()).is_some()) => _ = c.u8(&REPLY)?,
        _ => _ = c.u8(&REPLY_PENDING)?,
    }
    super::checksum::read(c, &CHECKSUM_FIELDS, (start, end), Sum::default())?;
    c.read_all(&[(&IDENTIFIER, 4), (&GROUP, 4), (&ACCESS_KEY, 8)])
}

/// Says what can be said of a message of an unknown type.
pub(super) fn unknown<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("IGMP");
    let kind = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    name(c, kind);
    c.u8(&TYPE)?;
    if c.reported() > 0 {
        c.bytes(&DATA, c.remaining())?;
    }
    Ok(())
}
