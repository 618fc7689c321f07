//! The connections as a list of JSON objects (RFC 8259).

use std::io::Write;

use super::table::{COLUMNS, Rows};

/// Writes one object a connection, one a line; what is not known is `null`.
pub(super) fn write(rows: &Rows<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"[");
    for (i, row) in rows.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"\n  {" } else { b",\n  {" });
        for (i, column) in COLUMNS.iter().enumerate() {
            let cell = (column.cell)(&row);
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
    out.extend_from_slice(b"\n]\n");
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
