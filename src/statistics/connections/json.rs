//! The connections as a list of JSON objects (RFC 8259).

use std::io::Write;

use super::table::{COLUMNS, Row, Rows};

/// Writes a list of objects, one a connection, one a line; what is not known is `null`.
pub(super) fn write(rows: &Rows<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"[");
    for (i, row) in rows.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"\n  " } else { b",\n  " });
        object(&row, out);
    }
    out.extend_from_slice(b"\n]\n");
}

/// Writes objects alone, one a line.
pub(super) fn lines(rows: &Rows<'_>, out: &mut Vec<u8>) {
    for row in rows.iter() {
        object(&row, out);
        out.push(b'\n');
    }
}

fn object(row: &Row<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (i, column) in COLUMNS.iter().enumerate() {
        let cell = (column.cell)(row);
        out.extend_from_slice(if i == 0 { b"" } else { b", " });
        string(column.name, out);
        out.extend_from_slice(b": ");
        match cell.as_str() {
            "" => out.extend_from_slice(b"null"),
            "true" | "false" => out.extend_from_slice(cell.as_bytes()),
            text if column.number => out.extend_from_slice(text.as_bytes()),
            text => string(text, out),
        }
    }
    out.push(b'}');
}

fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for char in text.chars() {
        match char {
            '"' | '\\' => _ = write!(out, "\\{char}"),
            char if u32::from(char) < 0x20 => _ = write!(out, "\\u{:04x}", u32::from(char)),
            char => _ = write!(out, "{char}"),
        }
    }
    out.push(b'"');
}
