//! The blocks that tshark counts as frames although no packet is in them.

use super::body::{Body, damaged};
use super::types;
use crate::source::error::Fault;
use crate::source::found::Parts;
use crate::source::interface::Ticks;
use crate::source::window::Span;
use crate::source::{Kind, LinkType, Time};

/// A custom block: enterprise number, data.
pub(super) fn custom(body: Body<'_>) -> Result<Parts, Fault> {
    let enterprise = body.u32(8)?;
    let data = Span::between(12, body.end());
    body.part(data)?;
    Ok(event(Kind::Custom { enterprise }, None, 6, data))
}

/// A sysdig event: processor, time, thread, length, type, in the second version a parameter count, then data.
pub(super) fn system(body: Body<'_>, block: u32) -> Result<Parts, Fault> {
    let (ticks, len) = (body.u64(10)?, body.u32(26)?);
    let start = if block == types::SYSDIG { 32 } else { 36 };
    let data = Span::between(start, body.end());
    body.part(data)?;
    let time = Ticks::NANOSECONDS.time(ticks);
    Ok(Parts { wire_len: len, ..event(Kind::SystemEvent { block }, Some(time), 9, data) })
}

/// An entry of the systemd journal in its export format, padded with zeros.
pub(super) fn journal(body: Body<'_>) -> Result<Parts, Fault> {
    /// What every entry has at least.
    const FIELD: &[u8] = b"__REALTIME_TIMESTAMP=";
    let padded = body.part(Span::between(8, body.end()))?;
    let len = padded.iter().rposition(|&byte| byte != 0).map_or(0, |last| last.saturating_add(1));
    if len < FIELD.len().saturating_add(2) {
        return Err(damaged(format!("entry length {} is too small (< 23)", body.len)));
    }
    let entry = padded.get(..len).unwrap_or_default();
    let value = memchr::memmem::find(entry, FIELD).and_then(|at| entry.get(at.saturating_add(FIELD.len())..));
    let time = value.and_then(decimal).map(|micros| Ticks::MICROSECONDS.time(micros));
    Ok(event(Kind::Journal, time, 6, Span { start: 8, len }))
}

/// The decimal number that a text begins with, after blanks; `None` where it is negative or does not fit.
fn decimal(text: &[u8]) -> Option<u64> {
    let digits = text.trim_ascii_start();
    if digits.first() == Some(&b'-') {
        return None;
    }
    digits
        .iter()
        .map_while(|digit| char::from(*digit).to_digit(10))
        .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit)))
}

/// A frame that is no packet.
fn event(kind: Kind, time: Option<Time>, precision: u8, data: Span) -> Parts {
    Parts {
        time,
        precision,
        wire_len: u32::try_from(data.len).unwrap_or(u32::MAX),
        link: LinkType::NONE,
        fcs_len: None,
        interface: 0,
        kind,
        data,
        options: Span::default(),
        pseudo: Span::default(),
    }
}
