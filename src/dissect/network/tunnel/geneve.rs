//! Geneve (RFC 8926).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::link::ether_types::ETHER_TYPES;
use crate::dissect::link::ethernet::Ethernet;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("geneve", "Generic Network Virtualization Encapsulation", Kind::Protocol);

fields! {
    VERSION = "geneve.version", "Version", U8;
    OPTIONS_LENGTH = "", "Length", None;
    FLAGS = "geneve.flags", "Flags", U8 hex;
    OAM = "geneve.flags.oam", "Operations, Administration and Management Frame", Bool mask(0x80) flag("True", "False");
    CRITICAL = "geneve.flags.critical", "Critical Options Present", Bool mask(0x40) flag("True", "False");
    RESERVED_FLAGS = "geneve.flags.reserved", "Reserved", Bool mask(0x3f) flag("True", "False");
    TYPE = "geneve.proto_type", "Protocol Type", U16 hex names(ETHER_TYPES);
    VNI = "geneve.vni", "Virtual Network Identifier (VNI)", U24 hex_dec;
    RESERVED = "geneve.reserved", "Reserved", U8 hex;
    OPTIONS = "geneve.options", "Options", Bytes;
    OPTION = "geneve.option", "Option", Bytes;
    OPTION_CLASS = "geneve.option.class", "Class", U16 hex names(CLASSES);
    OPTION_TYPE = "geneve.option.type", "Type", U8 hex custom(write_type);
    OPTION_LENGTH = "geneve.option.length", "Length", U8 mask(0x1f) custom(write_length);
    OPTION_DATA = "geneve.option.unknown.data", "Unknown Option Data", Bytes;
}

names! {
    CLASSES {
        0x0000..=0x00ff = "Standard", 0x0100 = "Linux", 0x0101 = "Open vSwitch",
        0x0102 = "Open Virtual Networking (OVN)", 0x0103 = "In-band Network Telemetry (INT)", 0x0104 = "VMware",
        0x0105 = "Amazon.com, Inc.", 0x0106 = "Cisco Systems, Inc.", 0x0107 = "Oracle Corporation",
        0x0108..=0x0110 = "Amazon.com, Inc.", 0x0111..=0x0118 = "IBM", 0x0119..=0x0128 = "Ericsson",
        0x0129 = "Oxide Computer Company", 0x0130..=0x0131 = "Cisco Systems, Inc.", 0x0132..=0x0135 = "Google LLC",
        0x0136 = "InfoQuick Global Connection Tech Ltd.", 0x0137..=0xfeff = "Unassigned",
        0xfff0..=0xffff = "Experimental",
    }
}

fn write_type(value: u64, line: &mut Line) {
    line.str("0x").hex(value, 2).str(if value & 0x80 == 0 { " (Non-critical)" } else { " (Critical)" });
}
fn write_length(words: u64, line: &mut Line) {
    line.dec(words * 4 + 4).str(" bytes");
}

/// Geneve.
pub struct Geneve;

impl Protocol for Geneve {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Geneve";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(6081)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Geneve");
        let kind = c.peek_u16(2).ok_or_else(|| c.short(4))?;
        match name_of(ETHER_TYPES, kind.into()) {
            Some(name) => _ = c.claim().str("Encapsulated ").str(name),
            None => _ = c.claim().str("Encapsulated 0x").hex(kind, 4).str(" (unknown)"),
        }
        let first = c.be::<1>(&VERSION)?;
        c.change_last(|item| item.num = first >> 6);
        let options = (first & 0x3f) as usize * 4;
        c.put(&OPTIONS_LENGTH, c.pos() - 1, c.pos(), 0);
        c.label(|l| _ = l.str("Length: ").dec(options as u64).str(" bytes"));
        let flags = c.be::<1>(&FLAGS)?;
        c.append(|l| {
            if flags & 0x80 != 0 {
                l.str(", Operations, Administration and Management Frame");
            }
            if flags & 0x40 != 0 {
                l.str(", Critical Options Present");
            }
        });
        c.below(|c| {
            for field in [&OAM, &CRITICAL, &RESERVED_FLAGS] {
                c.bits::<1>(field, flags);
            }
        });
        c.u16(&TYPE)?;
        let vni = c.u24(&VNI)?;
        c.layer_append(|l| _ = l.str(", VNI: 0x").hex(vni, 6));
        c.u8(&RESERVED)?;
        c.hide();
        if options > 0 {
            c.group(&OPTIONS, |c| c.within(options, all_options))?;
        }
        c.layer_ends();
        let taken = c.lend(|c| match kind {
            0x6558 => c.call::<Ethernet>(),
            _ => c.next(Key::Ether(kind)),
        })?;
        if !taken {
            c.data();
        }
        Ok(())
    }
}

fn all_options<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let len = c.reported() as u64;
    c.label(|l| _ = l.str("Options: (").dec(len).str(" bytes)"));
    while c.reported() > 0 {
        let (class, kind) = (c.peek_u16(0).unwrap_or_default(), c.peek_u8(2).unwrap_or_default());
        c.group(&OPTION, |c| {
            c.label(|l| {
                l.str("Unknown, Class: ").str(name_of(CLASSES, class.into()).unwrap_or("Unknown"));
                l.str(" (0x").hex(class, 4).str(") Type: ");
                write_type(kind.into(), l);
            });
            c.u16(&OPTION_CLASS)?;
            c.u8(&OPTION_TYPE)?;
            let data = OPTION_LENGTH.cut(c.be::<1>(&OPTION_LENGTH)?) as usize * 4;
            if data > 0 {
                c.bytes(&OPTION_DATA, data)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
