//! VXLAN (RFC 7348), its generic extension (draft-ietf-nvo3-vxlan-gpe), and the network service header (RFC 8300).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::link::ethernet::Ethernet;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("vxlan", "Virtual eXtensible Local Area Network", Kind::Protocol);
static GENERIC_LAYER: Field = Field::new("vxlan", "Virtual eXtensible Local Area Network", Kind::Protocol);

fields! {
    FLAGS = "vxlan.flags", "Flags", U16 hex;
    FLAG_GBP = "vxlan.flag_g", "GBP Extension", Bool bits(16) mask(0x8000) flag("Defined", "Not defined");
    FLAG_VNI = "vxlan.flag_i", "VXLAN Network ID (VNI)", Bool bits(16) mask(0x800) flag("True", "False");
    FLAG_LEARN = "vxlan.flag_d", "Don't Learn", Bool bits(16) mask(0x40) flag("True", "False");
    FLAG_APPLIED = "vxlan.flag_a", "Policy Applied", Bool bits(16) mask(0x8) flag("True", "False");
    FLAGS_RESERVED = "vxlan.flags_reserved", "Reserved(R)", U16 hex mask(0x77b7);
    GENERIC_FLAGS = "vxlan.flags", "Flags", U8 hex;
    VERSION = "vxlan.ver", "Version", U8 mask(0x30);
    INSTANCE = "vxlan.i_bit", "Instance", U8 mask(0x8);
    NEXT_BIT = "vxlan.p_bit", "Next Protocol Bit", U8 mask(0x4);
    OAM_BIT = "vxlan.o_bit", "OAM bit", U8 mask(0x1);
    GENERIC_RESERVED = "vxlan.flags_reserved", "Reserved(R)", U8 mask(0xc2);
    GBP = "vxlan.gbp", "Group Policy ID", U16;
    VNI = "vxlan.vni", "VXLAN Network Identifier (VNI)", U24;
    RESERVED8 = "vxlan.reserved8", "Reserved", U8;
    RESERVED16 = "vxlan.reserved_16", "Reserved", U16;
    NEXT = "vxlan.next_proto", "Next Protocol", U8 names(NEXT_PROTOCOLS);
}

names! {
    NEXT_PROTOCOLS { 1 = "IPv4", 2 = "IPv6", 3 = "Ethernet", 4 = "Network Service Header", 5 = "MPLS" }
}

/// VXLAN.
pub struct Vxlan;

impl Protocol for Vxlan {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "VXLAN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(4789)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("VXLAN");
        c.claim();
        let flags = c.be::<2>(&FLAGS)?;
        c.append(|l| {
            for (field, name) in [
                (&FLAG_GBP, ", GBP Extension"),
                (&FLAG_VNI, ", VXLAN Network ID (VNI)"),
                (&FLAG_LEARN, ", Don't Learn"),
                (&FLAG_APPLIED, ", Policy Applied"),
            ] {
                if field.cut(flags) == 1 {
                    l.str(name);
                }
            }
        });
        c.below(|c| {
            for field in [&FLAG_GBP, &FLAG_VNI, &FLAG_LEARN, &FLAG_APPLIED, &FLAGS_RESERVED] {
                c.bits::<2>(field, flags);
            }
        });
        c.u16(&GBP)?;
        c.u24(&VNI)?;
        c.u8(&RESERVED8)?;
        c.layer_ends();
        c.lend(crate::dissect::cursor::Cursor::call::<Ethernet>).map(|_taken| ())
    }
}

/// VXLAN's generic protocol extension: what follows need not be Ethernet.
pub struct Generic;

impl Protocol for Generic {
    const LAYER: &'static Field = &GENERIC_LAYER;
    const NAME: &'static str = "VXLAN";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(4790)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("VXLAN");
        c.claim();
        let flags = c.be::<1>(&GENERIC_FLAGS)?;
        c.below(|c| {
            for field in [&VERSION, &INSTANCE, &NEXT_BIT, &OAM_BIT, &GENERIC_RESERVED] {
                c.bits::<1>(field, flags);
            }
        });
        c.u16(&RESERVED16)?;
        let next = c.u8(&NEXT)?;
        c.u24(&VNI)?;
        c.u8(&RESERVED8)?;
        c.layer_ends();
        let taken = c.lend(|c| match next {
            1 => c.next(Key::Ether(0x0800)),
            2 => c.next(Key::Ether(0x86dd)),
            3 => c.call::<Ethernet>(),
            4 => c.call::<nsh::Nsh>(),
            5 => c.next(Key::Ether(0x8847)),
            _ => Ok(false),
        })?;
        if !taken {
            c.data();
        }
        Ok(())
    }
}

/// The network service header.
pub mod nsh {
    use super::*;

    static LAYER: Field = Field::new("nsh", "Network Service Header", Kind::Protocol);

    fields! {
        VERSION = "nsh.version", "Version", U16 hex_dec mask(0xc000);
        OAM = "nsh.Obit", "O Bit", U16 mask(0x2000);
        CRITICAL = "nsh.CBit", "C Bit", U16 mask(0x1000);
        TTL = "nsh.ttl", "Time to live", U16 hex mask(0xfc0);
        LENGTH = "nsh.length", "Length", U16 dec_hex mask(0x3f);
        MD_TYPE = "nsh.mdtype", "MD Type", U8 dec_hex;
        NEXT = "nsh.nextproto", "Next Protocol", U8 names(NEXT_PROTOCOLS);
        SPI = "nsh.spi", "SPI", U24 dec_hex;
        SI = "nsh.si", "SI", U8 dec_hex;
        CONTEXT = "nsh.contextheader", "Context Header", U32 hex;
        CLASS = "nsh.metadataclass", "TLV Class", U16 dec_hex;
        TYPE = "nsh.metadatatype", "Type", U8 dec_hex;
        METADATA_LENGTH = "nsh.metadatalen", "Length", U8 hex mask(0x7f);
        METADATA = "nsh.metadata", "Variable Metadata", Bytes;
    }

    names! {
        NEXT_PROTOCOLS {
            1 = "IPv4", 2 = "IPv6", 3 = "Ethernet", 4 = "NSH", 5 = "MPLS", 254 = "Experiment 1", 255 = "Experiment 2",
        }
    }

    /// The network service header.
    pub struct Nsh;

    impl Protocol for Nsh {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "NSH";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Ether(0x894f)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("NSH");
            c.claim().str("Network Service Header");
            let start = c.pos();
            let word = c.be::<2>(&VERSION)?;
            for field in [&OAM, &CRITICAL, &TTL, &LENGTH] {
                c.bits::<2>(field, word);
            }
            let end = start + LENGTH.cut(word) as usize * 4;
            let kind = c.u8(&MD_TYPE)?;
            let next = c.u8(&NEXT)?;
            c.u24(&SPI)?;
            c.u8(&SI)?;
            match kind {
                1 => c.read_all(&[(&CONTEXT, 4), (&CONTEXT, 4), (&CONTEXT, 4), (&CONTEXT, 4)])?,
                2 => {
                    while c.pos() < end {
                        c.u16(&CLASS)?;
                        c.u8(&TYPE)?;
                        let len = METADATA_LENGTH.cut(c.be::<1>(&METADATA_LENGTH)?) as usize;
                        c.bytes(&METADATA, len)?;
                        c.skip(len.next_multiple_of(4) - len)?;
                    }
                }
                _ => {}
            }
            c.seek(end.max(start + 8));
            c.layer_ends();
            let taken = c.lend(|c| match next {
                1 => c.next(Key::Ether(0x0800)),
                2 => c.next(Key::Ether(0x86dd)),
                3 => c.call::<Ethernet>(),
                4 => c.call::<Nsh>(),
                5 => c.next(Key::Ether(0x8847)),
                _ => Ok(false),
            })?;
            if !taken {
                c.data();
            }
            Ok(())
        }
    }
}
