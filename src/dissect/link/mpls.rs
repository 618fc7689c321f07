//! MPLS (RFC 3032), and what its payload may be: IP, an Ethernet pseudowire (RFC 4448), an associated channel
//! (RFC 5586). The packet does not say; its first bits are all there is to go by.

use super::ethernet::Ethernet;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mpls", "MultiProtocol Label Switching Header", Kind::Protocol);
static WORD_LAYER: Field = Field::new("pwethcw", "PW Ethernet Control Word", Kind::Protocol);
static CHANNEL_LAYER: Field = Field::new("pwach", "PW Associated Channel Header", Kind::Protocol);

fields! {
    LABEL = "mpls.label", "MPLS Label", U32 mask(0xffff_f000) custom(write_label);
    EXPERIMENTAL = "mpls.exp", "MPLS Experimental Bits", U32 mask(0x0000_0e00);
    BOTTOM = "mpls.bottom", "MPLS Bottom Of Label Stack", U32 mask(0x0000_0100);
    TTL = "mpls.ttl", "MPLS TTL", U32 mask(0x0000_00ff);
    SEQUENCE = "pweth.cw.sequence_number", "Sequence Number", U16;
    CHANNEL_VERSION = "pwach.ver", "Channel Version", U8 mask(0x0f);
    CHANNEL_RESERVED = "pwach.res", "Reserved", U8;
    CHANNEL_TYPE = "pwach.channel_type", "Channel Type", U16 hex names(CHANNELS);
}

names! {
    LABELS {
        0 = "IPv4 Explicit-Null",
        1 = "Router Alert",
        2 = "IPv6 Explicit-Null",
        3 = "Implicit-Null",
        7 = "Entropy Label Indicator (ELI)",
        13 = "Generic Associated Channel Label (GAL)",
        14 = "OAM Alert",
    }
    CHANNELS {
        0x0001 = "Management Communication Channel (MCC)",
        0x0002 = "Signaling Communication Channel (SCC)",
        0x0007 = "BFD Control, PW-ACH-encapsulated (BFD Without IP/UDP Headers)",
        0x000a = "MPLS Direct Loss Measurement (DLM)",
        0x000b = "MPLS Inferred Loss Measurement (ILM)",
        0x000c = "MPLS Delay Measurement (DM)",
        0x000d = "MPLS Direct Loss and Delay Measurement (DLM+DM)",
        0x000e = "MPLS Inferred Loss and Delay Measurement (ILM+DM)",
        0x0021 = "ACH carries an IPv4 packet",
        0x0022 = "MPLS-TP CC message",
        0x0023 = "MPLS-TP CV message",
        0x0024 = "Protection State Coordination Protocol (PSC)",
        0x0025 = "On-Demand CV",
        0x0026 = "LI",
        0x0057 = "ACH carries an IPv6 packet",
        0x0058 = "Fault OAM",
        0x7ff8..=0x7fff = "Reserved for Experimental Use",
        0x8902 = "MPLS G-ACh OAM (Y.1731)",
    }
}

/// The label of OAM packets (RFC 3429).
const OAM_ALERT: u32 = 14;

/// The first label that is not reserved (RFC 3032, 2.1).
const FIRST_FREE: u32 = 16;

/// An MPLS label stack.
pub struct Mpls;

impl Protocol for Mpls {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MPLS";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Ether(0x8847), Key::Ether(0x8848), Key::Udp(6635)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("MPLS");
        c.claim().str("MPLS Label Switched Packet");
        let label = stack(c)?;
        c.layer_ends();
        if label == OAM_ALERT {
            let function = oam_function(c.peek_u8(0).unwrap_or_default());
            c.info().str(" (Y.1711: ").str(function).byte(b')');
            c.skip(c.remaining())?;
            return Ok(());
        }
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        if !c.give_way(|c| payload(c, first))? {
            c.data();
        } else {
            // What stands behind the packet is the frame's.
            let end = c.inner_limit();
            c.trim(end.saturating_sub(c.pos()));
        }
        Ok(())
    }
}

/// Labels up to this one are reserved.
const MOST_RESERVED: u64 = 15;

/// Writes a label: a reserved one by its name.
fn write_label(label: u64, line: &mut Line) {
    if label <= MOST_RESERVED {
        line.str(name_of(LABELS, label).unwrap_or("Unknown")).str(" (").dec(label).byte(b')');
    } else {
        line.dec(label).str(" (0x").hex(label, 5).byte(b')');
    }
}

/// Reads entries down to the bottom; gives the last label.
fn stack<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u32, Stop> {
    loop {
        c.begin_layer();
        let entry = c.be::<4>(&LABEL)?;
        let label = LABEL.cut(entry) as u32;
        let experimental = c.bits::<4>(&EXPERIMENTAL, entry);
        let bottom = c.bits::<4>(&BOTTOM, entry);
        let ttl = c.bits::<4>(&TTL, entry);
        c.layer_append(|l| {
            l.str(", Label: ").dec(label);
            if label < FIRST_FREE {
                l.str(" (").str(LABEL.name(label.into()).unwrap_or("Reserved - Unknown")).byte(b')');
            }
            l.str(", Exp: ").dec(experimental).str(", S: ").dec(bottom).str(", TTL: ").dec(ttl);
        });
        if bottom == 1 {
            return Ok(label);
        }
    }
}

/// The function of an OAM packet (ITU-T Y.1711).
fn oam_function(kind: u8) -> &'static str {
    match kind {
        1 => "CV",
        2 => "FDI",
        3 => "BDI",
        4 => "Performance packets",
        5 => "LB-Req",
        6 => "LB-Rsp",
        7 => "FFD",
        _ => "reserved/unknown",
    }
}

fn payload<S: Sink>(c: &mut Cursor<'_, S>, first: u8) -> Result<bool, Stop> {
    match first >> 4 {
        4 => c.next(Key::Ether(0x0800)),
        6 => c.next(Key::Ether(0x86dd)),
        1 => c.call::<AssociatedChannel>(),
        0 if c.reported() >= 4 && !bare_ethernet(c) => c.call::<ControlWord>(),
        0 if c.reported() >= 14 => c.call::<Ethernet>(),
        _ => Ok(false),
    }
}

/// Whether this looks like an Ethernet header at once rather than behind a control word: both addresses are a vendor's,
/// and a type known or a length that fits follows.
fn bare_ethernet<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let vendors = |offset| c.peek_u8(offset).is_some_and(|first: u8| first & 3 == 0);
    let kind = c.peek_u16(12).unwrap_or_default();
    let plausible = match kind {
        0 => false,
        1..=1500 => usize::from(kind) <= c.reported().saturating_sub(14),
        _ => c.worker.registry.find(Key::Ether(kind)).is_some(),
    };
    vendors(0) && vendors(6) && plausible
}

/// The control word before an Ethernet frame.
struct ControlWord;

impl Protocol for ControlWord {
    const LAYER: &'static Field = &WORD_LAYER;
    const NAME: &'static str = "PW Ethernet CW";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.skip(2)?;
        c.u16(&SEQUENCE)?;
        c.layer_ends();
        c.call::<Ethernet>().map(|_taken| ())
    }
}

/// An associated channel's header (RFC 4385 section 5).
struct AssociatedChannel;

impl Protocol for AssociatedChannel {
    const LAYER: &'static Field = &CHANNEL_LAYER;
    const NAME: &'static str = "PW Associated Channel";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.u8(&CHANNEL_VERSION)?;
        c.u8(&CHANNEL_RESERVED)?;
        let channel = c.u16(&CHANNEL_TYPE)?;
        c.layer_ends();
        let known = match channel {
            0x0021 => c.next(Key::Ether(0x0800))?,
            0x0057 => c.next(Key::Ether(0x86dd))?,
            0x0007 => c.next(Key::Udp(3784))?,
            0x8902 => c.next(Key::Ether(0x8902))?,
            _ => false,
        };
        if !known {
            c.data();
        }
        Ok(())
    }
}
