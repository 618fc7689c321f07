//! UDP-Lite (RFC 3828): UDP whose checksum may cover part of the payload only.

use super::udp::{self, HEADER_LEN};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::tap::Layers;
use crate::{experts, fields};

static LAYER: Field = Field::new("udplite", "Lightweight User Datagram Protocol", Kind::Protocol);

fields! {
    COVERAGE = "udp.checksum_coverage", "Checksum coverage", U16;
    LENGTH = "udp.length", "Length", U16;
}

experts! {
    BAD_COVERAGE = "udplite.checksum_coverage.bad", "Bad checksum coverage length value", Error, Malformed;
}

/// UDP-Lite.
pub struct UdpLite;

impl Protocol for UdpLite {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "UDP-Lite";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Ip(136)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let len = c.reported();
        let ports = udp::ports(c, "UDP-Lite")?;
        let said = c.u16(&COVERAGE)?;
        // Coverage 0 means all of it.
        let coverage = if said == 0 { len } else { usize::from(said) };
        if !(HEADER_LEN..=len).contains(&coverage) {
            c.append(|l| _ = l.str(" (bogus, must be >= 8 and <= ").dec(len as u64).byte(b')'));
            c.below(|c| c.expert(&BAD_COVERAGE));
            c.label(|l| {
                l.str("Bad checksum coverage length value ").dec(coverage as u64).str(" < 8 or > ").dec(len as u64);
            });
            c.info().str(" [BAD LIGHTWEIGHT UDP CHECKSUM COVERAGE LENGTH ").dec(coverage as u64);
            c.info().str(" < 8 or > ").dec(len as u64).byte(b']');
        }
        c.generated(&LENGTH, len as u64);
        // tshark counts in 32 bits, and lets them wrap where not even the header fits.
        c.info().str(" Len=").dec((len as u32).wrapping_sub(HEADER_LEN as u32));
        udp::checksum(c, true, None)?;
        c.tap(Layers::PORTS, ports, 17);
        c.layer_ends();
        udp::conversation(c, ports);
        if c.reported() == 0 {
            return Ok(());
        }
        c.lend(|c| udp::payload(c, ports))
    }
}
