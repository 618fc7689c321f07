//! IGRP: Cisco's interior gateway routing protocol, before EIGRP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Group, Kind, Severity};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("igrp", "Cisco IGRP", Kind::Protocol);
static INVALID: Field = Field::expert(
    "igrp.version.invalid",
    "Unknown Version, The dissection may be inaccurate",
    Severity::Warning,
    Group::Protocol,
);

fields! {
    VERSION = "igrp.version", "IGRP Version", U8 mask(0xf0);
    COMMAND = "igrp.command", "Command", U8 mask(0x0f) custom(command);
    UPDATE = "igrp.update", "Update Release", U8;
    SYSTEM = "igrp.as", "Autonomous System", U16;
    INTERIOR_ROUTES = "igrp.interior_routes", "Interior routes", U16;
    SYSTEM_ROUTES = "igrp.system_routes", "System routes", U16;
    EXTERIOR_ROUTES = "igrp.exterior_routes", "Exterior routes", U16;
    CHECKSUM = "igrp.checksum", "Checksum", U16 hex;
    ENTRY = "", "Entry", None;
    NETWORK = "igrp.network", "Network", Ipv4;
    DELAY = "igrp.delay", "Delay", U24;
    BANDWIDTH = "igrp.bandwidth", "Bandwidth", U24;
    MTU = "igrp.mtu", "MTU", U16 unit(" byte", " bytes");
    RELIABILITY = "igrp.reliability", "Reliability", U8;
    LOAD = "igrp.load", "Load", U8;
    HOPS = "igrp.hop_count", "Hop count", U8;
}

fn command(number: u64, line: &mut Line) {
    line.dec(number).str(match number {
        1 => " (Response)",
        2 => " (Request)",
        _ => " (Unknown command)",
    });
}

/// The one version there is, and the commands it knows, as the first byte says them.
const RESPONSE: u8 = 0x11;
const REQUEST: u8 = 0x12;
/// Where the header counts interior routes; exterior and system routes follow.
const COUNTS_AT: usize = 4;
const HEADER_LEN: usize = 12;

/// IGRP.
pub struct Igrp;

impl Protocol for Igrp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IGRP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = &[&INVALID];
    const KEYS: &'static [Key] = &[Key::Ip(9)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        c.protocol("IGRP");
        c.claim().str(match first {
            RESPONSE => "Response",
            REQUEST => "Request",
            _ => "Unknown version or opcode",
        });
        // What breaks off is remarked upon in the tree alone.
        if let Err(stop) = packet(c, first) {
            c.remark_in_tree(stop, Self::NAME);
        }
        Ok(())
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>, first: u8) -> Result<(), Stop> {
    c.u8(&VERSION)?;
    if first >> 4 != 1 {
        c.below(|c| c.expert(&INVALID));
    }
    c.bits::<1>(&COMMAND, first.into());
    c.u8(&UPDATE)?;
    c.u16(&SYSTEM)?;
    let counts: [u8; 6] = c.peek(0).ok_or_else(|| c.short(6))?;
    let [a, b, d, e, f, g] = counts;
    let counts = [u16::from_be_bytes([a, b]), u16::from_be_bytes([d, e]), u16::from_be_bytes([f, g])];
    let (header, sum) = (c.pos(), c.pos() + 6);
    c.seek(header - COUNTS_AT + HEADER_LEN);
    let own = match c.row().src {
        Address::Ipv4([octet, ..]) => octet,
        _ => 0,
    };
    let fields = [&INTERIOR_ROUTES, &SYSTEM_ROUTES, &EXTERIOR_ROUTES];
    for (at, (field, count)) in fields.into_iter().zip(counts).enumerate() {
        if count == 0 {
            continue;
        }
        c.put(field, header + 2 * at, header + 2 * at + 2, count.into());
        for _ in 0..count {
            c.below(|c| entry(c, (at == 0).then_some(own)))?;
        }
    }
    let here = c.pos();
    c.seek(sum);
    c.u16(&CHECKSUM)?;
    c.seek(here);
    Ok(())
}

/// A route; an interior one's network is within the sender's own, whose first octet is not said.
fn entry<S: Sink>(c: &mut Cursor<'_, S>, own: Option<u8>) -> Result<(), Stop> {
    let [a, b, d] = c.peek(0).ok_or_else(|| c.short(3))?;
    let network = own.map_or([a, b, d, 0], |own| [own, a, b, d]);
    c.group(&ENTRY, |c| {
        c.label(|l| _ = l.str("Entry for network ").ipv4(&network));
        c.put(&NETWORK, c.pos(), c.pos() + 3, u32::from_be_bytes(network).into());
        c.label(|l| _ = l.str("Network: ").ipv4(&network));
        c.skip(3)?;
        c.read_all(&[(&DELAY, 3), (&BANDWIDTH, 3), (&MTU, 2), (&RELIABILITY, 1), (&LOAD, 1), (&HOPS, 1)])
    })
}
