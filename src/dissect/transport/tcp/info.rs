//! The Info text of a segment that nothing in its payload claims.

use super::options;
use crate::conversation::tcp::analysis::flag;
use crate::dissect::line::Line;
use crate::naming::Ports;

/// What the Info text says of a segment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Info<'a> {
    /// The sender's port.
    pub src_port: u16,
    /// The receiver's port.
    pub dst_port: u16,
    /// The flags, with the three bits of the ECN counter apart.
    pub flags: u16,
    /// The ECN counter (RFC 9768), where the handshake agreed on it.
    pub ace: Option<u8>,
    /// The sequence number, relative where that is known.
    pub seq: u32,
    /// The acknowledgment number, likewise.
    pub ack: u32,
    /// The window in bytes.
    pub window: u32,
    /// The urgent pointer.
    pub urgent: Option<u16>,
    /// The checksum was verified and is wrong.
    pub broken: bool,
    /// Bytes of payload, where the header says so.
    pub len: Option<u32>,
    /// The options that were captured.
    pub options: &'a [u8],
    /// The last of these is a selective acknowledgment that the capture breaks off.
    pub cut: bool,
    /// The other direction's first sequence number: selective acknowledgments count from there.
    pub sack_base: u32,
}

/// The flags in the order in which they are written.
pub(crate) const FLAGS: [(u16, &str); 10] = [
    (flag::FIN, "FIN"),
    (flag::SYN, "SYN"),
    (flag::RST, "RST"),
    (flag::PSH, "PSH"),
    (flag::ACK, "ACK"),
    (flag::URG, "URG"),
    (flag::ECE, "ECE"),
    (flag::CWR, "CWR"),
    (flag::AE, "AE"),
    (flag::RESERVED, "Reserved"),
];

/// The bits of the ECN counter.
const COUNTER: u16 = flag::AE | flag::CWR | flag::ECE;

/// Writes the names of flags: `SYN, ACK`.
pub(super) fn write_flags(flags: u16, ace: Option<u8>, line: &mut Line) {
    let start = line.len();
    let separate = |line: &mut Line| {
        if line.len() > start {
            line.str(", ");
        }
    };
    let shown = if ace.is_some() { flags & !COUNTER } else { flags };
    for (bit, name) in FLAGS {
        if shown & bit != 0 {
            separate(line);
            line.str(name);
        }
    }
    if let Some(ace) = ace {
        separate(line);
        line.str("ACE=").dec(ace);
    }
    if line.len() == start {
        line.str("<None>");
    }
}

impl Info<'_> {
    /// Writes the ports: `49152 → 80`.
    pub(super) fn write_ports(&self, line: &mut Line) {
        options::write_in_front(self.options, line);
        line.port(Ports::Tcp, self.src_port).str(" → ").port(Ports::Tcp, self.dst_port);
    }
    /// Writes all of it: `49152 → 80 [SYN] Seq=0 Win=65535 Len=0 MSS=1460`.
    pub(super) fn write(&self, line: &mut Line) {
        self.write_ports(line);
        line.str(" [");
        match self.flags & 0xfff {
            // The two that nearly every segment has.
            0x010 if self.ace.is_none() => _ = line.str("ACK"),
            0x018 if self.ace.is_none() => _ = line.str("PSH, ACK"),
            flags => write_flags(flags, self.ace, line),
        }
        line.str("] Seq=").dec(self.seq);
        if self.flags & flag::ACK != 0 {
            line.str(" Ack=").dec(self.ack);
        }
        line.str(" Win=").dec(self.window);
        if let Some(urgent) = self.urgent {
            line.str(" Urg=").dec(urgent);
        }
        if self.broken {
            line.str(" [TCP CHECKSUM INCORRECT]");
        }
        if let Some(len) = self.len {
            line.str(" Len=").dec(len);
        }
        options::write(self.options, self.cut, self.sack_base, line);
    }
}
