//! Writes a capture of many TCP connections, each from its SYN to both FINs: to measure what a connection costs.
//!
//!     cargo run --release --example make_connections -- 1000000 many.pcap
//!
//! Of the connections, which come from different clients, a thousand are open at any time. In each, a line is said and
//! answered: ten segments.
#![allow(
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::precedence,
    reason = "an example may"
)]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

const USAGE: &str = "usage: make_connections COUNT FILE";
/// Connections that are open at once.
const AT_ONCE: u64 = 1000;
/// The server's address and port.
const SERVER: ([u8; 4], u16) = ([192, 0, 2, 1], 7777);
/// Nanoseconds between two segments of the capture.
const TICK: u64 = 10_000;

const FIN: u8 = 1;
const SYN: u8 = 2;
const PSH: u8 = 8;
const ACK: u8 = 16;

const QUESTION: &[u8] = b"Knock knock\n";
const ANSWER: &[u8] = b"Who's there?\n";

/// One segment of a connection: who sends it, its numbers counted from the connection's first ones, what it carries.
struct Step {
    by_client: bool,
    flags: u8,
    seq: u32,
    ack: u32,
    payload: &'static [u8],
}

const fn step(by_client: bool, flags: u8, seq: u32, ack: u32, payload: &'static [u8]) -> Step {
    Step { by_client, flags, seq, ack, payload }
}

const ASKED: u32 = 1 + QUESTION.len() as u32;
const ANSWERED: u32 = 1 + ANSWER.len() as u32;

/// A whole connection (RFC 9293 figures 6 and 12).
const STEPS: [Step; 10] = [
    step(true, SYN, 0, 0, b""),
    step(false, SYN | ACK, 0, 1, b""),
    step(true, ACK, 1, 1, b""),
    step(true, PSH | ACK, 1, 1, QUESTION),
    step(false, PSH | ACK, 1, ASKED, ANSWER),
    step(true, ACK, ASKED, ANSWERED, b""),
    step(true, FIN | ACK, ASKED, ANSWERED, b""),
    step(false, ACK, ANSWERED, ASKED + 1, b""),
    step(false, FIN | ACK, ANSWERED, ASKED + 1, b""),
    step(true, ACK, ASKED + 1, ANSWERED + 1, b""),
];

/// The sum of 16-bit words that Internet checksums are made of (RFC 1071).
fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks(2).map(|two| u32::from(two[0]) << 8 | two.get(1).copied().map_or(0, u32::from)).sum()
}

fn checksum(mut sum: u32) -> [u8; 2] {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}

/// The frame of `step` in connection `number`: Ethernet, IPv4, TCP.
fn frame(number: u64, step: &Step, out: &mut Vec<u8>) {
    // Ports in the outer digits, so that clients come and go as in a busy network.
    let client = ([10, (number / 64_000 >> 16) as u8, (number / 64_000 >> 8) as u8, (number / 64_000) as u8 + 1], {
        1024 + (number % 64_000) as u16
    });
    let (src, dst) = if step.by_client { (client, SERVER) } else { (SERVER, client) };
    let first = |by_client: bool| (number as u32).wrapping_mul(2_654_435_761).wrapping_add(by_client.into());
    let seq = first(step.by_client).wrapping_add(step.seq);
    let ack = if step.flags & ACK == 0 { 0 } else { first(!step.by_client).wrapping_add(step.ack) };

    out.clear();
    out.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]);
    let ip = out.len();
    let len = (40 + step.payload.len()) as u16;
    out.extend([0x45, 0]);
    out.extend(len.to_be_bytes());
    out.extend((number as u16).to_be_bytes());
    out.extend([0x40, 0, 64, 6, 0, 0]);
    out.extend(src.0);
    out.extend(dst.0);
    let sum_of_ip = checksum(sum(&out[ip..]));
    out[ip + 10..ip + 12].copy_from_slice(&sum_of_ip);
    let tcp = out.len();
    out.extend(src.1.to_be_bytes());
    out.extend(dst.1.to_be_bytes());
    out.extend(seq.to_be_bytes());
    out.extend(ack.to_be_bytes());
    out.extend([0x50, step.flags, 0xfa, 0xf0, 0, 0, 0, 0]);
    out.extend(step.payload);
    let pseudo = sum(&src.0) + sum(&dst.0) + 6 + u32::from(len) - 20;
    let sum_of_tcp = checksum(pseudo + sum(&out[tcp..]));
    out[tcp + 16..tcp + 18].copy_from_slice(&sum_of_tcp);
}

fn write(count: u64, out: &mut impl Write) -> io::Result<()> {
    // The file's header: nanoseconds, version 2.4, Ethernet.
    out.write_all(&0xa1b2_3c4d_u32.to_le_bytes())?;
    out.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0])?;
    let (mut bytes, mut sent) = (Vec::new(), 0);
    // Each connection is so many ahead of the next with every step it takes.
    let apart = AT_ONCE / STEPS.len() as u64;
    for turn in 0..count + AT_ONCE {
        for (i, step) in (0..).zip(&STEPS) {
            let Some(number) = turn.checked_sub(i * apart).filter(|&number| number < count) else { continue };
            frame(number, step, &mut bytes);
            let nanos = sent * TICK;
            sent += 1;
            let len = bytes.len() as u32;
            for word in [1_700_000_000 + (nanos / 1_000_000_000) as u32, (nanos % 1_000_000_000) as u32, len, len] {
                out.write_all(&word.to_le_bytes())?;
            }
            out.write_all(&bytes)?;
        }
    }
    out.flush()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, path] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let Ok(count) = count.parse() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    match File::create(path).and_then(|file| write(count, &mut BufWriter::new(file))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::FAILURE
        }
    }
}
