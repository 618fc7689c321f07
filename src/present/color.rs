//! Colours of summary rows, by what a row is about.

use crate::dissect::row::Row;

/// Foreground and background, red, green and blue each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paint(pub [u8; 3], pub [u8; 3]);

const INK: [u8; 3] = [18, 39, 46];
const TROUBLE: Paint = Paint([247, 135, 135], INK);
const RESET: Paint = Paint([255, 252, 156], [164, 0, 0]);
const OPENING: Paint = Paint(INK, [160, 160, 160]);

/// Protocols and the background that marks them, by the start of the protocol's name.
const BACKGROUNDS: &[(&str, [u8; 3])] = &[
    ("TCP", [231, 230, 255]),
    ("MPTCP", [231, 230, 255]),
    ("TLS", [228, 255, 199]),
    ("SSL", [228, 255, 199]),
    ("HTTP", [228, 255, 199]),
    ("UDP", [218, 238, 255]),
    ("DNS", [218, 238, 255]),
    ("MDNS", [218, 238, 255]),
    ("ARP", [250, 240, 215]),
    ("ICMP", [252, 224, 255]),
    ("IGMP", [255, 243, 214]),
    ("STP", [255, 243, 214]),
    ("OSPF", [255, 243, 214]),
    ("SMB", [254, 255, 208]),
    ("NBNS", [254, 255, 208]),
];

/// The colours of a row.
pub fn of(row: &Row) -> Option<Paint> {
    let (protocol, info) = (row.protocol_column(), row.info_column());
    let has = |text: &str| memchr::memmem::find(info, text.as_bytes()).is_some();
    if info.starts_with(b"[TCP ") && !info.starts_with(b"[TCP Window Update]") && !info.starts_with(b"[TCP segment") {
        return Some(TROUBLE);
    }
    if protocol == b"TCP" {
        if has("[RST") {
            return Some(RESET);
        }
        if has("[SYN") || has("[FIN") {
            return Some(OPENING);
        }
    }
    if has("[Malformed Packet") || has("unreachable") {
        return Some(TROUBLE);
    }
    let known = BACKGROUNDS.iter().find(|(name, _)| protocol.starts_with(name.as_bytes()));
    known.map(|&(_, background)| Paint(INK, background))
}

/// The colours of a layer's bytes: those of rows that are about it, and a tint each for the layers that carry them.
pub fn of_layer(key: &str) -> Option<Paint> {
    let carrier = match key {
        "eth" | "sll" | "null" | "raw" | "wlan" => [230, 225, 215],
        "vlan" | "mpls" | "pppoes" => [214, 232, 255],
        "ip" => [218, 255, 228],
        "ipv6" => [214, 244, 244],
        _ => {
            let known = BACKGROUNDS.iter().find(|(name, _)| key.eq_ignore_ascii_case(name));
            return known.map(|&(_, background)| Paint(INK, background));
        }
    };
    Some(Paint(INK, carrier))
}

impl Paint {
    /// Appends the escape sequence that begins these colours (24 bits, as `COLORTERM=truecolor` promises).
    pub fn begin(&self, out: &mut Vec<u8>) {
        let mut part = |lead: &[u8], color: [u8; 3]| {
            out.extend_from_slice(lead);
            let [red, green, blue] = color;
            for (i, value) in [red, green, blue].into_iter().enumerate() {
                out.extend_from_slice(if i == 0 { b"" } else { b";" });
                out.extend([b'0' + value / 100, b'0' + value / 10 % 10, b'0' + value % 10]);
            }
            out.push(b'm');
        };
        part(b"\x1b[38;2;", self.0);
        part(b"\x1b[48;2;", self.1);
    }
    /// Appends the escape sequence that ends them.
    pub fn end(out: &mut Vec<u8>) {
        out.extend_from_slice(b"\x1b[0m");
    }
}
