//! The blocks that hold packets.

use super::body::{Body, damaged};
use super::checks::{self, Rules};
use crate::source::Kind;
use crate::source::error::Fault;
use crate::source::found::Parts;
use crate::source::interface::Interface;
use crate::source::options::Options;
use crate::source::pseudo::Pseudo;
use crate::source::window::Span;

/// What a packet block says of its packet.
struct Stated {
    interface: u32,
    ticks: Option<u64>,
    captured: u32,
    wire_len: u32,
    data: Span,
}

/// An Enhanced Packet Block: interface, time, lengths, data, options.
#[inline(always)]
pub(super) fn enhanced(body: Body<'_>, interfaces: &[Interface]) -> Result<Parts, Fault> {
    let Some((fields, _)) = body.bytes.first_chunk::<28>().map(|fixed| fixed.as_chunks::<4>()) else {
        return Err(Fault::CutShort);
    };
    let Some(&[_, _, interface, high, low, captured, wire_len]) = fields.first_chunk() else {
        return Err(Fault::CutShort);
    };
    let number = |field| if body.big_endian { u32::from_be_bytes(field) } else { u32::from_le_bytes(field) };
    let captured = number(captured);
    let stated = Stated {
        interface: number(interface),
        ticks: Some(u64::from(number(high)) << 32 | u64::from(number(low))),
        captured,
        wire_len: number(wire_len),
        data: Span { start: 28, len: captured as usize },
    };
    packet(body, "an EPB", &stated, interfaces)
}

/// The obsolete Packet Block: interface and drop count, time, lengths, data, options.
pub(super) fn obsolete(body: Body<'_>, interfaces: &[Interface]) -> Result<Parts, Fault> {
    let captured = body.u32(20)?;
    let stated = Stated {
        interface: u32::from(body.u16(8)?),
        ticks: Some(u64::from(body.u32(12)?) << 32 | u64::from(body.u32(16)?)),
        captured,
        wire_len: body.u32(24)?,
        data: Span { start: 28, len: captured as usize },
    };
    packet(body, "a PB", &stated, interfaces)
}

/// A Simple Packet Block: the length on the wire, data. Gives also where the block ends by its data.
///
/// It is of the section's first interface, and has no time.
pub(super) fn simple(body: Body<'_>, interfaces: &[Interface]) -> Result<(Parts, usize), Fault> {
    let Some(first) = interfaces.first() else {
        return Err(damaged("SPB appeared before any IDBs in the section".into()));
    };
    let wire_len = body.u32(8)?;
    let captured = if first.snaplen == 0 { wire_len } else { wire_len.min(first.snaplen) };
    let data = Span { start: 12, len: captured as usize };
    let stated = Stated { interface: 0, ticks: None, captured, wire_len, data };
    let parts = packet(body, "an SPB", &stated, interfaces)?;
    Ok((parts, data.len.next_multiple_of(4).saturating_add(16)))
}

/// What all three have in common.
#[inline(always)]
fn packet(body: Body<'_>, name: &str, stated: &Stated, interfaces: &[Interface]) -> Result<Parts, Fault> {
    let Stated { captured, data, .. } = *stated;
    let data_end = data.start.saturating_add(data.len);
    if data_end > body.end() {
        return Err(too_small(body, name, captured));
    }
    let Some(interface) = interfaces.get(stated.interface as usize) else {
        return Err(no_interface(stated.interface, interfaces.len()));
    };
    if captured > interface.link.max_captured() {
        return Err(too_large(captured, interface));
    }
    let bytes = body.part(data)?;
    let mut parts = Parts {
        time: stated.ticks.map(|ticks| interface.clock.time(ticks)),
        precision: interface.clock.precision,
        wire_len: stated.wire_len,
        link: interface.link,
        fcs_len: interface.fcs_len,
        interface: stated.interface,
        kind: Kind::Packet,
        data,
        options: Span::default(),
        pseudo: Span::default(),
    };
    if let Some(pseudo) = interface.pseudo {
        split(&mut parts, pseudo, bytes)?;
    }
    let options = data_end.next_multiple_of(4);
    if stated.ticks.is_some() && options < body.end() {
        with_options(body, options, &mut parts)?;
    }
    Ok(parts)
}

/// Notes the options behind a packet; its flags may say how long its frame check sequence is.
#[inline(never)]
fn with_options(body: Body<'_>, from: usize, parts: &mut Parts) -> Result<(), Fault> {
    parts.options = checks::options(body, from, Rules::Packet)?;
    let options = Options { bytes: body.part(parts.options)?, big_endian: body.big_endian };
    let flags = options.u32(2).unwrap_or(0);
    // Bits 5 to 8, in bytes; 0 where it is not known.
    match u8::try_from(flags >> 5 & 0xf) {
        Ok(0) | Err(_) => {}
        Ok(len) => parts.fcs_len = Some(len),
    }
    Ok(())
}

#[cold]
fn split(parts: &mut Parts, pseudo: Pseudo, record: &[u8]) -> Result<(), Fault> {
    parts.split(pseudo, record)
}

#[cold]
fn too_small(body: Body<'_>, name: &str, captured: u32) -> Fault {
    damaged(format!("total block length {} of {name} is too small for {captured} bytes of packet data", body.len))
}

#[cold]
fn no_interface(interface: u32, count: usize) -> Fault {
    damaged(format!("interface index {interface} is not less than section interface count {count}"))
}

#[cold]
fn too_large(captured: u32, interface: &Interface) -> Fault {
    damaged(format!("cap_len {captured} is larger than {}", interface.link.max_captured()))
}
