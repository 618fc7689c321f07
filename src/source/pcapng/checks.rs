//! What a block must fulfil, in the order in which tshark looks.

use super::body::{Body, damaged};
use super::{MIN_BLOCK, types};
use crate::source::error::Fault;
use crate::source::window::Span;

/// Whose options are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// Comments and custom options only.
    Common,
    /// An interface's.
    Interface,
    /// A packet's.
    Packet,
}

/// Checks a block's length against the shortest of its type.
pub(super) fn minimum(kind: u32, len: usize) -> Result<(), Fault> {
    let less = |name, least| (len < least, least, format!("of {name} is less than the minimum"), name);
    let (short, least, is, name) = match kind {
        types::SECTION_HEADER => less("an SHB", 28),
        types::INTERFACE => less("an IDB", 20),
        types::PACKET => less("a PB", 32),
        types::SIMPLE_PACKET => less("an SPB", 16),
        types::NAME_RESOLUTION => less("an NRB", 16),
        types::ENHANCED_PACKET => less("an EPB", 32),
        _ => return minimum_of_others(kind, len),
    };
    let name = name.split(' ').next_back().unwrap_or_default();
    if short { Err(damaged(format!("total block length {len} {is} {name} size {least}"))) } else { Ok(()) }
}

/// The same for the types of which it is told in other words.
fn minimum_of_others(kind: u32, len: usize) -> Result<(), Fault> {
    let (name, least) = match kind {
        types::STATISTICS => ("an ISB", 24),
        types::CUSTOM | types::CUSTOM_NOT_COPIED => ("a CB", 16),
        types::JOURNAL => ("a systemd journal export block", 35),
        types::SYSDIG => ("a Sysdig event block", 36),
        types::SYSDIG_2 | types::SYSDIG_2_LARGE => ("a Sysdig event block", 40),
        _ if len < MIN_BLOCK => {
            return Err(damaged(format!(
                "total block length {len} of an unknown block type is less than the minimum block size {MIN_BLOCK}"
            )));
        }
        _ => return Ok(()),
    };
    if len < least {
        return Err(damaged(format!("total block length {len} of {name} is too small (< {least})")));
    }
    Ok(())
}

/// Checks the options that stand from a position to the block's end; gives where they are.
pub(super) fn options(body: Body<'_>, from: usize, rules: Rules) -> Result<Span, Fault> {
    let span = Span::between(from, body.end());
    let mut left = body.part(span)?;
    while let Some((head, rest)) = left.split_first_chunk::<4>() {
        let [a, b, c, d] = *head;
        let number = if body.big_endian { u16::from_be_bytes } else { u16::from_le_bytes };
        let (code, len) = (number([a, b]), usize::from(number([c, d])));
        let Some(value) = rest.get(..len) else {
            return Err(damaged(format!("Not enough data to handle option of length {len}")));
        };
        if code == 0 {
            break;
        }
        option(code, value, rules)?;
        left = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(span)
}

/// Checks one option's length.
fn option(code: u16, value: &[u8], rules: Rules) -> Result<(), Fault> {
    let len = value.len();
    let exactly = |what: &str, right: usize| {
        if len == right {
            return Ok(());
        }
        Err(damaged(format!("packet block {what} option length {len} is not {right}")))
    };
    match (rules, code) {
        // Custom options begin with an enterprise number.
        (_, 2988 | 2989 | 19372 | 19373) if len < 4 => {
            Err(damaged(format!("option length ({len}) too small for custom option")))
        }
        (Rules::Packet, 2) => exactly("flags", 4),
        (Rules::Packet, 4) => exactly("drop count", 8),
        (Rules::Packet, 5) => exactly("packet id", 8),
        (Rules::Packet, 6) => exactly("queue", 4),
        // A verdict, or an interface's filter, begins with its type.
        (Rules::Packet, 7) | (Rules::Interface, 11) if len < 1 => {
            Err(damaged(format!("packet block verdict option length {len} is < 1")))
        }
        (Rules::Packet, 7) if len != 9 => match value.first() {
            Some(1) => Err(damaged(format!("packet block TC verdict option length {len} is != 9"))),
            Some(2) => Err(damaged(format!("packet block XDP verdict option length {len} is != 9"))),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Checks the records and options of a Name Resolution Block.
pub(super) fn names(body: Body<'_>) -> Result<(), Fault> {
    let mut at = 8_usize;
    while body.end().saturating_sub(at) >= 4 {
        let (kind, len) = (body.u16(at)?, usize::from(body.u16(at.saturating_add(2))?));
        at = at.saturating_add(4);
        let (left, padded) = (body.end().saturating_sub(at), len.next_multiple_of(4));
        if padded > left {
            return Err(damaged(format!("{left} bytes left in the block < NRB record length + padding {padded}")));
        }
        let (address, name) = match kind {
            0 => return options(body, at, Rules::Common).map(|_| ()),
            1 => (4, "IPv4"),
            2 => (16, "IPv6"),
            _ => (0, ""),
        };
        if len < address {
            return Err(damaged(format!("NRB record length for {name} record {len} < minimum length {address}")));
        }
        let record = body.part(Span { start: at, len })?;
        let names = record.get(address..).unwrap_or_default();
        if address > 0 && names.last().is_some_and(|&last| last != 0) {
            return Err(damaged("NRB record has non-null-terminated host name".into()));
        }
        at = at.saturating_add(padded);
    }
    Ok(())
}

/// Checks the length in a Decryption Secrets Block.
pub(super) fn secrets(body: Body<'_>) -> Result<(), Fault> {
    const LARGEST: u32 = 1 << 30;
    if body.end() < 16 {
        return Err(Fault::CutShort);
    }
    let len = body.u32(12)?;
    if len > LARGEST {
        return Err(damaged(format!("secrets block is too large: {len}")));
    }
    let fits = len as usize <= body.end().saturating_sub(16);
    if fits { body.part(Span { start: 16, len: len as usize }).map(|_| ()) } else { Err(Fault::CutShort) }
}
