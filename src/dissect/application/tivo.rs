//! TiVoConnect: video recorders that look for each other.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("tivoconnect", "TiVoConnect Discovery Protocol", Kind::Protocol);

fields! {
    FLAVOR = "tivoconnect.flavor", "Flavor", Str;
    VERSION = "tivoconnect.version", "Version", Str;
    METHOD = "tivoconnect.method", "Method", Str;
    IDENTITY = "tivoconnect.identity", "Identity", Str;
    MACHINE = "tivoconnect.machine", "Machine", Str;
    PLATFORM = "tivoconnect.platform", "Platform", Str;
    SERVICES = "tivoconnect.services", "Services", Str;
}

/// TiVoConnect.
pub struct Tivo;

impl Protocol for Tivo {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TiVoConnect";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(2190), Key::Tcp(2190)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.rest().get(..12).is_none_or(|start| !start.eq_ignore_ascii_case(b"tivoconnect=")) {
            return Err(Stop::NotMine);
        }
        c.protocol("TiVoConnect");
        let kind = if c.in_stream() { "Discovery Connection" } else { "Discovery Beacon" };
        c.claim().str(kind);
        let (mut machine, mut identity): (&[u8], &[u8]) = (&[], &[]);
        while c.remaining() > 0 {
            let line = c.rest().split(|&byte| byte == b'\n').next().unwrap_or_default();
            let name_len = line.iter().position(|&byte| byte == b'=').unwrap_or(line.len());
            let (name, value) = line.split_at_checked(name_len).unwrap_or_default();
            let value = value.get(1..).unwrap_or_default();
            let field = match name.to_ascii_lowercase().as_slice() {
                b"tivoconnect" => Some(&FLAVOR),
                b"swversion" => Some(&VERSION),
                b"method" => Some(&METHOD),
                b"identity" => {
                    identity = value;
                    Some(&IDENTITY)
                }
                b"machine" => {
                    machine = value;
                    Some(&MACHINE)
                }
                b"platform" => Some(&PLATFORM),
                b"services" => Some(&SERVICES),
                _ => None,
            };
            let start = c.pos() + name_len + 1;
            if let Some(field) = field {
                c.put(field, start, start + value.len(), 0);
            }
            c.skip((line.len() + 1).min(c.remaining()))?;
        }
        if !machine.is_empty() {
            c.info().byte(b' ').text(machine);
        }
        if !identity.is_empty() {
            c.info().str(" (").text(identity).byte(b')');
        }
        c.layer_append(|l| _ = l.str(", ").text(machine).str(" (").text(identity).byte(b')'));
        Ok(())
    }
}
