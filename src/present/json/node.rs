//! One field in JSON: its name, its value, its bytes.

use super::{Content, Writer, is_text};
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::present::escape;
use crate::present::tree::words;
use crate::present::value::Value;

/// A field, and how it stands in the tree.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) value: Value<'a>,
    /// Something stands below it.
    pub(super) parent: bool,
    /// What stands below it is shown.
    pub(super) opened: bool,
}

impl Node<'_> {
    fn field(&self) -> &'static Field {
        self.value.item.field
    }
    /// Whether it is nothing but what stands below it.
    fn heading(&self) -> bool {
        matches!(self.field().kind, Kind::Protocol | Kind::None)
    }
    /// Whether a value is shown, where values are asked for or not; a line of text always is.
    pub(super) fn has_value(&self, content: &Content) -> bool {
        !(self.heading() && self.parent) && (content.text || is_text(self.value.item))
    }
    /// Whether its bytes are shown: beside values only where there are any, by themselves always.
    pub(super) fn has_raw(&self, content: &Content) -> bool {
        let item = self.value.item;
        content.raw && !is_text(item) && !(content.text && (item.start == item.end || self.nowhere()))
    }
    /// Whether it was made up rather than found at a place in the frame.
    fn nowhere(&self) -> bool {
        let key = self.field().key;
        matches!(self.field().kind, Kind::Expert(..)) || key.starts_with("_ws.expert")
    }

    /// Its key, or its text where it is nothing else.
    fn name(&self, writer: &mut Writer, out: &mut Vec<u8>) {
        if is_text(self.value.item) {
            writer.line.clear();
            words(self.value, &mut writer.line);
            escape::json(writer.line.as_bytes(), out);
        } else {
            out.extend_from_slice(self.field().key.as_bytes());
        }
    }
    fn named(&self, suffix: &[u8], writer: &mut Writer, out: &mut Vec<u8>) {
        out.push(b'"');
        self.name(writer, out);
        out.extend_from_slice(suffix);
        out.extend_from_slice(b"\": ");
    }
    pub(super) fn key(&self, writer: &mut Writer, out: &mut Vec<u8>) {
        self.named(b"", writer, out);
    }
    pub(super) fn raw_key(&self, writer: &mut Writer, out: &mut Vec<u8>) {
        self.named(b"_raw", writer, out);
    }
    /// The name that what stands below it stands under.
    pub(super) fn tree_key(&self, writer: &mut Writer, out: &mut Vec<u8>) {
        self.named(if self.heading() { b"" } else { b"_tree" }, writer, out);
    }

    pub(super) fn value(&self, writer: &mut Writer, out: &mut Vec<u8>) {
        out.push(b'"');
        match self.field().kind {
            Kind::Str => escape::json(&self.value.string(&mut writer.line), out),
            Kind::Protocol => {
                writer.line.clear();
                words(self.value, &mut writer.line);
                escape::json(writer.line.as_bytes(), out);
            }
            _ => self.value.plain(b":", &mut writer.line, out),
        }
        out.push(b'"');
    }

    /// Bytes in hexadecimal, their place and number, the mask, and the type's number.
    pub(super) fn raw(&self, writer: &mut Writer, out: &mut Vec<u8>) {
        let item = self.value.item;
        writer.opening(b'[', out);
        if !self.nowhere() {
            writer.next(out);
            out.push(b'"');
            hex(self.value, &mut writer.line, out);
            out.push(b'"');
        }
        let start = if self.nowhere() { 0 } else { item.start.into() };
        for num in [start, (item.end - item.start).into(), mask(self.field()), type_number(item.field.kind)] {
            writer.next(out);
            out.extend_from_slice(itoa::Buffer::new().format(num).as_bytes());
        }
        writer.closing(b']', out);
    }
    /// Says in place of what stands below it that it is not shown.
    pub(super) fn filtered(&self, writer: &mut Writer, out: &mut Vec<u8>) {
        writer.next(out);
        out.extend_from_slice(b"\"filtered\": \"");
        self.name(writer, out);
        out.push(b'"');
    }
}

/// A field's mask, unless it is only drawn.
fn mask(field: &Field) -> u64 {
    if field.times == 0 { field.mask } else { 0 }
}

/// Appends a field's bytes in hexadecimal, or the number under its mask.
pub(in crate::present) fn hex(value: Value<'_>, line: &mut Line, out: &mut Vec<u8>) {
    if mask(value.item.field) == 0 || value.bytes().is_empty() {
        return escape::hex(value.bytes(), b"", out);
    }
    line.clear();
    line.hex(value.item.value(), 1);
    out.extend_from_slice(line.as_bytes());
}

/// A type's number in tshark's list of types (`tshark -G ftypes`, counted from 0).
fn type_number(kind: Kind) -> u64 {
    match kind {
        Kind::None | Kind::Expert(..) => 0,
        Kind::Protocol => 1,
        Kind::Bool => 2,
        Kind::Char => 3,
        Kind::U8 => 4,
        Kind::U16 => 5,
        Kind::U24 => 6,
        Kind::U32 => 7,
        Kind::U40 => 8,
        Kind::U48 => 9,
        Kind::U56 => 10,
        Kind::U64 => 11,
        Kind::I8 => 12,
        Kind::I16 => 13,
        Kind::I24 => 14,
        Kind::I32 => 15,
        Kind::I64 => 19,
        Kind::F32 => 22,
        Kind::F64 => 23,
        Kind::AbsTime => 24,
        Kind::RelTime => 25,
        Kind::Str => 26,
        Kind::Ether => 29,
        Kind::Bytes => 30,
        Kind::Ipv4 => 32,
        Kind::Ipv6 => 33,
        Kind::FrameNum => 35,
        Kind::Guid => 36,
        Kind::Oid => 37,
        Kind::Eui64 => 38,
    }
}
