//! How a conversation is written down.

use std::io::Write;

use super::Node;
use super::chunks::{Chunk, Chunks};
use super::request::{Mode, Request, host};
use crate::dissect::row::Address;

/// The line above and below.
const RULE: &str = "===================================================================\n";
/// Bytes on a line of the hex dump.
const HEX_LINE: usize = 16;
/// Bytes on a line of base 64: 76 characters (RFC 2045 section 6.8).
const BASE64_LINE: usize = 57;

/// Writes the conversation down: who spoke, and what they said.
pub(super) fn conversation(request: &Request, nodes: Option<[Node; 2]>, chunks: &Chunks, out: &mut Vec<u8>) {
    let nodes = nodes.map(|nodes| nodes.map(|(address, port)| (address, port)));
    let nodes = nodes.unwrap_or([(Address::None, 0); 2]);
    if request.mode == Mode::Yaml {
        peers(nodes, out);
    } else {
        heading(request, nodes, out);
    }
    let mut offsets = [0; 2];
    for (i, (chunk, bytes)) in chunks.iter().enumerate() {
        let shown = request.range.contains(&(i + 1));
        let offset = offsets.get_mut(chunk.origin.peer.min(1));
        let at = offset.map_or(0, |offset| std::mem::replace(offset, *offset + bytes.len()));
        if shown {
            piece(request.mode, chunk, bytes, at, out);
        }
    }
    if chunks.dropped > 0 {
        _ = writeln!(out, "[{} bytes more were too many to keep]", chunks.dropped);
    }
    if request.mode != Mode::Yaml {
        out.extend_from_slice(RULE.as_bytes());
    }
}

fn heading(request: &Request, nodes: [Node; 2], out: &mut Vec<u8>) {
    let (name, mode) = (request.followed.name(), request.mode.name());
    _ = write!(out, "\n{RULE}Follow: {name},{mode}\nFilter: {request}\n");
    for (i, (address, port)) in nodes.into_iter().enumerate() {
        let host = host(address);
        let (open, close) = if matches!(address, Address::Ipv6(_)) { ("[", "]") } else { ("", "") };
        _ = writeln!(out, "Node {i}: {open}{host}{close}:{port}");
    }
}

fn peers(nodes: [Node; 2], out: &mut Vec<u8>) {
    out.extend_from_slice(b"peers:\n");
    for (i, (address, port)) in nodes.into_iter().enumerate() {
        _ = write!(out, "  - peer: {i}\n    host: {}\n    port: {port}\n", host(address));
    }
    out.extend_from_slice(b"packets:\n");
}

/// One piece; `at` is where it stands among its sender's bytes.
fn piece(mode: Mode, chunk: Chunk, bytes: &[u8], at: usize, out: &mut Vec<u8>) {
    // What the second node says is indented.
    let indent = if chunk.origin.peer == 0 { "" } else { "\t" };
    match mode {
        Mode::Ascii => {
            _ = writeln!(out, "{indent}{}", bytes.len());
            out.extend(bytes.iter().map(|&byte| if matches!(byte, b'\r' | b'\n') { byte } else { visible(byte) }));
            out.push(b'\n');
        }
        Mode::Hex => hex_dump(indent, bytes, at, out),
        Mode::Raw => {
            out.extend_from_slice(indent.as_bytes());
            bytes.iter().for_each(|byte| _ = write!(out, "{byte:02x}"));
            out.push(b'\n');
        }
        Mode::Yaml => yaml(chunk, bytes, out),
    }
}

/// A byte as text: a dot where it is none.
fn visible(byte: u8) -> u8 {
    if (b' '..=b'~').contains(&byte) { byte } else { b'.' }
}

fn hex_dump(indent: &str, bytes: &[u8], mut at: usize, out: &mut Vec<u8>) {
    for line in bytes.chunks(HEX_LINE) {
        _ = write!(out, "{indent}{at:08X}  ");
        for i in 0..HEX_LINE {
            match line.get(i) {
                Some(byte) => _ = write!(out, "{byte:02x} "),
                None => out.extend_from_slice(b"   "),
            }
            if i == HEX_LINE / 2 - 1 {
                out.push(b' ');
            }
        }
        out.push(b' ');
        for (i, &byte) in line.iter().enumerate() {
            if i == HEX_LINE / 2 {
                out.push(b' ');
            }
            out.push(visible(byte));
        }
        // Text that ends in spaces ends before them.
        let spaces = out.iter().rev().take_while(|&&byte| byte == b' ').count();
        out.truncate(out.len() - spaces);
        out.push(b'\n');
        at += line.len();
    }
}

fn yaml(chunk: Chunk, bytes: &[u8], out: &mut Vec<u8>) {
    // The moment as a floating-point number, which is as exact as tshark's.
    let time = chunk.origin.time.map_or(0.0, |time| time.secs as f64 + f64::from(time.nanos) / 1e9);
    let (packet, peer) = (chunk.origin.packet, chunk.origin.peer);
    _ = write!(out, "  - packet: {packet}\n    peer: {peer}\n    timestamp: {time:.9}\n    data: !!binary |\n");
    for line in bytes.chunks(BASE64_LINE) {
        out.extend_from_slice(b"      ");
        base64(line, out);
        out.push(b'\n');
    }
}

/// Appends `bytes` in base 64 (RFC 4648 section 4).
fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for three in bytes.chunks(3) {
        let mut padded = [0; 4];
        padded.iter_mut().skip(1).zip(three).for_each(|(place, &byte)| *place = byte);
        let number = u32::from_be_bytes(padded);
        for i in 0..4 {
            let digit = DIGITS.get((number >> (18 - 6 * i) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if i <= three.len() { digit } else { b'=' });
        }
    }
}
