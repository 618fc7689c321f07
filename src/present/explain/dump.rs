//! The bytes in hexadecimal and as text, each in the colour of the layer that it belongs to.

use std::io::Write;

use super::{Layer, PLAIN, ink, letter};

/// Bytes on a line.
const LINE: usize = 16;
/// Bytes shown at most.
const MOST: usize = 1 << 16;

/// The innermost layer that a byte belongs to.
fn owner(layers: &[Layer], buffer: u8, at: usize) -> Option<usize> {
    let holds = |layer: &&Layer| layer.buffer == buffer && (layer.start..layer.end).contains(&at);
    layers.iter().rev().find(holds).map(|layer| layer.index)
}

/// Draws a buffer's bytes. Without colour, a line of the layers' letters stands below each line of bytes.
pub(super) fn draw(title: &str, buffer: u8, bytes: &[u8], layers: &[Layer], color: bool, out: &mut Vec<u8>) {
    _ = writeln!(out, "{title}: {} bytes", bytes.len());
    let shown = bytes.get(..MOST).unwrap_or(bytes);
    let owners: Vec<Option<usize>> = (0..shown.len()).map(|at| owner(layers, buffer, at)).collect();
    for (i, (line, owners)) in shown.chunks(LINE).zip(owners.chunks(LINE)).enumerate() {
        let gap = |i: usize| if i == LINE / 2 { " " } else { "" };
        _ = write!(out, "{:04x}  ", i * LINE);
        let put = |out: &mut Vec<u8>, owner: Option<usize>, text: &str| match owner.filter(|_| color) {
            Some(index) => _ = write!(out, "{}{text}{PLAIN}", ink(index)),
            None => out.extend_from_slice(text.as_bytes()),
        };
        for (i, (byte, &owner)) in line.iter().zip(owners).enumerate() {
            out.extend_from_slice(gap(i).as_bytes());
            put(out, owner, &format!("{byte:02x} "));
        }
        let missing = (LINE - line.len()) * 3 + usize::from(line.len() <= LINE / 2);
        out.extend_from_slice(" ".repeat(missing + 1).as_bytes());
        for (&byte, &owner) in line.iter().zip(owners) {
            let char = if (b' '..=b'~').contains(&byte) { char::from(byte) } else { '.' };
            put(out, owner, char.encode_utf8(&mut [0; 4]));
        }
        out.push(b'\n');
        if !color && owners.iter().any(Option::is_some) {
            letters(owners, out);
        }
    }
    if shown.len() < bytes.len() {
        _ = writeln!(out, "{} bytes more are not shown", bytes.len() - shown.len());
    }
    out.push(b'\n');
}

/// `A··B·····`: a letter where a layer begins, dots where it goes on.
fn letters(owners: &[Option<usize>], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(b"      ");
    let mut before = None;
    for (i, &owner) in owners.iter().enumerate() {
        let begins = i == 0 || owner != before;
        out.extend_from_slice(if i == LINE / 2 { b" " } else { b"" });
        let text = match owner {
            Some(index) if begins => format!("{}  ", letter(index)),
            Some(_) => "·  ".to_owned(),
            None => "   ".to_owned(),
        };
        out.extend_from_slice(text.as_bytes());
        before = owner;
    }
    let spaces = out.get(start..).unwrap_or_default().iter().rev().take_while(|&&byte| byte == b' ').count();
    out.truncate(out.len() - spaces);
    out.push(b'\n');
}
