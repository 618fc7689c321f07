//! IP of the version that its first byte says: in IP-in-IP tunnels (RFC 2003), GRE, and captures without a link layer.

use super::ipv4::Ipv4;
use super::ipv6::Ipv6;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields};

static LAYER: Field = Field::new("ip", "Internet Protocol Version 4", Kind::Protocol);

fields! {
    VERSION = "ip.version", "Version", U8 mask(0xf0) times(1);
}

experts! {
    BOGUS_VERSION = "ip.bogus_ip_version", "Bogus IP version", Error, Protocol;
}

/// IP of any version.
pub struct Ip;

impl Protocol for Ip {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "IPv4";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Link(228), Key::Ip(4)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let version = c.peek_u8(0).ok_or_else(|| c.short(1))? >> 4;
        if matches!(version, 4 | 6) {
            c.forget_layer();
            return if version == 4 { c.call::<Ipv4>() } else { c.call::<Ipv6>() }.map(|_taken| ());
        }
        c.protocol("IP");
        c.u8(&VERSION)?;
        c.below(|c| c.expert(&BOGUS_VERSION));
        c.layer_label(|l| _ = l.str("Internet Protocol, bogus version (").dec(version).byte(b')'));
        c.claim().str("Bogus IP version (").dec(version).byte(b')');
        Ok(())
    }
}
