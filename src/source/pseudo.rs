//! Pseudo-headers: what some link types put before the frame proper, and what is not counted in the frame's length.

use super::Time;
use super::error::Fault;
use super::link::LinkType;

/// A link type whose records begin with a pseudo-header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pseudo {
    /// A fixed number of bytes; messages call the format `name` and its header `header`.
    Fixed { len: usize, name: &'static str, header: &'static str },
    /// A 16-byte Linux "cooked" header whose protocol, at byte 14, must be the given one.
    Cooked { protocol: u16, name: &'static str, header: &'static str },
    /// Padding, in AIX's FDDI frames.
    Padding { len: usize },
    /// Endace ERF: 16 bytes, extension headers, and for some types a sub-header.
    Erf,
}

/// Where the frame lies in its record, by its pseudo-header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Proper {
    /// Bytes of pseudo-header.
    pub(super) header: usize,
    /// Bytes of the frame that were captured.
    pub(super) captured: usize,
    /// Bytes of the frame on the wire.
    pub(super) wire_len: u32,
    /// A better time than the record's, where the pseudo-header has one.
    pub(super) time: Option<Time>,
}

impl Pseudo {
    /// The pseudo-header of a link type, if it has one.
    pub(super) fn of(link: LinkType) -> Option<Self> {
        let fixed = |len, name, header| Some(Self::Fixed { len, name, header });
        match link.0 {
            123 => fixed(4, "SunATM", "an ATM pseudo-header"),
            139 => fixed(4, "MTP2", "an MTP2 pseudo-header"),
            144 => Some(Self::Cooked { protocol: 0x0017, name: "IrDA", header: "an IrDA pseudo-header" }),
            177 => Some(Self::Cooked { protocol: 0x0030, name: "LAPD", header: "a LAPD pseudo-header" }),
            196 => fixed(5, "SITA", "a SITA pseudo-header"),
            197 => Some(Self::Erf),
            201 => fixed(4, "Bluetooth", "a pseudo-header"),
            204 => fixed(1, "PPP", "a pseudo-header"),
            209 => fixed(5, "I2C", "a I2C pseudo-header"),
            245 => fixed(2, "NFC LLCP", "a pseudo-header"),
            254 => fixed(4, "Bluetooth monitor", "a pseudo-header"),
            _ => None,
        }
    }

    /// Reads the pseudo-header of one record.
    pub(super) fn split(self, record: &[u8], wire_len: u32) -> Result<Proper, Fault> {
        let header = match self {
            Self::Fixed { len, name, header } => {
                if record.len() < len {
                    return Err(too_small(name, record.len(), "to have even", header));
                }
                len
            }
            Self::Cooked { protocol, name, header } => {
                let Some((cooked, _)) = record.split_first_chunk::<16>() else {
                    return Err(too_small(name, record.len(), "to have even", header));
                };
                let [.., a, b] = *cooked;
                if u16::from_be_bytes([a, b]) != protocol {
                    return Err(damaged(format!("{name} capture has a packet with an invalid sll_protocol field")));
                }
                16
            }
            Self::Padding { len } if record.len() < len => return Err(Fault::CutShort),
            Self::Padding { len } => len,
            Self::Erf => return erf(record),
        };
        Ok(Proper {
            header,
            captured: record.len().saturating_sub(header),
            wire_len: wire_len.wrapping_sub(u32::try_from(header).unwrap_or(0)),
            time: None,
        })
    }
}

/// Reads an ERF header: time (32.32, little-endian), type, flags, record length, loss count, wire length.
fn erf(record: &[u8]) -> Result<Proper, Fault> {
    let small = |what, header| too_small("ERF", record.len(), what, header);
    let Some((fixed, _)) = record.split_first_chunk::<16>() else {
        return Err(small("to have even", "an ERF pseudo-header"));
    };
    let [f0, f1, f2, f3, s0, s1, s2, s3, kind, .., w0, w1] = *fixed;
    let fraction = u64::from(u32::from_le_bytes([f0, f1, f2, f3]));
    let secs = u32::from_le_bytes([s0, s1, s2, s3]);

    // Extension headers are of eight bytes each; the top bit of a type says that one more follows.
    let mut header = 16_usize;
    let mut more = kind & 0x80 != 0;
    while more {
        let Some(extension) = record.get(header..header.saturating_add(8)) else {
            return Err(small("to include", "the extension headers"));
        };
        more = extension.first().is_some_and(|kind| kind & 0x80 != 0);
        header = header.saturating_add(8);
    }
    let (sub, name) = sub_header(kind & 0x7f);
    header = header.saturating_add(sub);
    if record.len() < header {
        return Err(small("to include", name));
    }

    let wire_len = u16::from_be_bytes([w0, w1]);
    // Rounded to the nearest nanosecond, as the fraction is finer than that.
    let nanos = fraction.wrapping_mul(1_000_000_000).wrapping_add(1 << 31) >> 32;
    Ok(Proper {
        header,
        captured: record.len().saturating_sub(header).min(usize::from(wire_len)),
        wire_len: u32::from(wire_len),
        time: Some(Time { secs: i64::from(secs), nanos: u32::try_from(nanos).unwrap_or(0) }),
    })
}

/// The length of an ERF type's sub-header, and what a message calls it.
fn sub_header(kind: u8) -> (usize, &'static str) {
    match kind {
        2 | 11 | 16 | 20 => (2, "the Ethernet additional header"),
        5..=9 | 12 | 17 => (4, "the Multi Channel header"),
        18 => (4, "the AAL2 header"),
        _ => (0, ""),
    }
}

fn too_small(name: &str, len: usize, what: &str, header: &str) -> Fault {
    damaged(format!("{name} file has a {len}-byte packet, too small {what} {header}"))
}

fn damaged(how: String) -> Fault {
    Fault::Damaged(format!("pcap/pcapng: {how}").into())
}
