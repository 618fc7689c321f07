//! `-G`: what netpeek knows, in the columns that tshark lists it in.

use std::collections::BTreeSet;

use clap::ValueEnum;

use super::catalog;
use crate::dissect::PROTOCOLS;
use crate::dissect::field::{Base, Field, Kind, Meaning};
use crate::dissect::line::Line;

/// What is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// Protocols and fields: name, key, type, protocol, base, mask
    #[default]
    Fields,
    /// Protocols: name, short name, key
    Protocols,
    /// The names of fields' values
    Values,
}

impl Report {
    /// The list, a line for each entry.
    pub fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Fields => fields(out),
            Self::Protocols => protocols(out),
            Self::Values => values(out),
        }
    }
}

/// Appends a line of these columns, with tabs between them.
fn row(columns: &[&str], out: &mut Vec<u8>) {
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            out.push(b'\t');
        }
        out.extend_from_slice(column.as_bytes());
    }
    out.push(b'\n');
}

fn protocols(out: &mut Vec<u8>) {
    let mut seen = BTreeSet::new();
    for entry in PROTOCOLS.iter().filter(|entry| seen.insert(entry.layer.key)) {
        row(&[entry.layer.label, entry.name, entry.layer.key], out);
    }
}

fn fields(out: &mut Vec<u8>) {
    let mut seen = BTreeSet::new();
    for (entry, field) in catalog::fields().filter(|(_, field)| seen.insert(field.key)) {
        if field.kind == Kind::Protocol || field.standalone {
            row(&["P", field.label, field.key], out);
            continue;
        }
        let (base, mask) = (base(field), format!("0x{:x}", if field.times == 0 { field.mask } else { 0 }));
        let owner = catalog::owner(entry, field);
        row(&["F", field.label, field.key, type_name(field.kind), owner, &base, &mask, ""], out);
    }
}

fn values(out: &mut Vec<u8>) {
    let mut seen = BTreeSet::new();
    for (_, field) in catalog::fields().filter(|(_, field)| seen.insert(field.key)) {
        match field.meaning {
            Meaning::Flag(yes, no) => row(&["T", field.key, yes, no], out),
            Meaning::Names(names) => {
                let ranges = names.iter().any(|(first, last, _)| first != last);
                for (first, last, name) in names {
                    if ranges {
                        row(&["R", field.key, &format!("0x{first:x}"), &format!("0x{last:x}"), name], out);
                    } else {
                        row(&["V", field.key, &number(field, *first), name], out);
                    }
                }
            }
            Meaning::None | Meaning::Unit(..) | Meaning::Port(_) | Meaning::Address | Meaning::Custom(_) => {}
        }
    }
}

/// A number in the base of its field.
fn number(field: &Field, num: u64) -> String {
    let mut line = Line::default();
    match field.base {
        Base::Hex | Base::HexDec => line.str("0x").hex(num, 1),
        _ => line.dec(num),
    };
    String::from_utf8_lossy(line.as_bytes()).into_owned()
}

/// The base that a field's numbers are shown in; for flags the bits of the number they are cut from.
fn base(field: &Field) -> String {
    if let Meaning::Port(ports) = field.meaning {
        return format!("BASE_PT_{}", ports.name().to_ascii_uppercase());
    }
    let number = matches!(
        field.kind,
        Kind::U8
            | Kind::U16
            | Kind::U24
            | Kind::U32
            | Kind::U40
            | Kind::U48
            | Kind::U56
            | Kind::U64
            | Kind::Char
            | Kind::I8
            | Kind::I16
            | Kind::I24
            | Kind::I32
            | Kind::I64
    );
    match (field.kind, field.base) {
        (Kind::Bool, _) => field.width().to_string(),
        (Kind::FrameNum, _) => "BASE_NONE".to_owned(),
        (_, Base::Hex) if number => "BASE_HEX".to_owned(),
        (_, Base::Oct) if number => "BASE_OCT".to_owned(),
        (_, Base::DecHex) if number => "BASE_DEC_HEX".to_owned(),
        (_, Base::HexDec) if number => "BASE_HEX_DEC".to_owned(),
        _ if number => "BASE_DEC".to_owned(),
        _ => String::new(),
    }
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Protocol => "FT_PROTOCOL",
        Kind::None | Kind::Expert(..) => "FT_NONE",
        Kind::Bool => "FT_BOOLEAN",
        Kind::Char => "FT_CHAR",
        Kind::U8 => "FT_UINT8",
        Kind::U16 => "FT_UINT16",
        Kind::U24 => "FT_UINT24",
        Kind::U32 => "FT_UINT32",
        Kind::U40 => "FT_UINT40",
        Kind::U48 => "FT_UINT48",
        Kind::U56 => "FT_UINT56",
        Kind::U64 => "FT_UINT64",
        Kind::I8 => "FT_INT8",
        Kind::I16 => "FT_INT16",
        Kind::I24 => "FT_INT24",
        Kind::I32 => "FT_INT32",
        Kind::I64 => "FT_INT64",
        Kind::F32 => "FT_FLOAT",
        Kind::F64 => "FT_DOUBLE",
        Kind::Bytes => "FT_BYTES",
        Kind::Str => "FT_STRING",
        Kind::Ether => "FT_ETHER",
        Kind::Ipv4 => "FT_IPv4",
        Kind::Ipv6 => "FT_IPv6",
        Kind::AbsTime => "FT_ABSOLUTE_TIME",
        Kind::RelTime => "FT_RELATIVE_TIME",
        Kind::FrameNum => "FT_FRAMENUM",
        Kind::Guid => "FT_GUID",
        Kind::Oid => "FT_OID",
        Kind::Eui64 => "FT_EUI64",
    }
}
