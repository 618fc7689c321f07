//! NetBIOS names: 15 characters and a number that tells what bears the name, written down as letters.

use crate::dissect::line::Line;
use crate::names;

/// Characters of a name, its number counted.
const LEN: usize = 16;

/// A NetBIOS name as it stands encoded in a domain name (RFC 1001, section 14).
#[derive(Clone, Copy)]
pub struct NetbiosName<'a> {
    decoded: Result<[u8; LEN], Wrong>,
    /// What follows behind the first dot, with the dot.
    scope: &'a [u8],
}

/// What is wrong with an encoded name.
#[derive(Clone, Copy)]
enum Wrong {
    First,
    Second,
    Odd,
    Short(usize),
}

impl<'a> NetbiosName<'a> {
    /// Decodes the first label of a domain name.
    pub fn decode(text: &'a [u8]) -> Self {
        let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
        let end = text.iter().position(|&byte| byte == b'.').unwrap_or(text.len());
        let (label, scope) = text.split_at_checked(end).unwrap_or_default();
        Self { decoded: decode(label), scope }
    }
    /// Writes the name: `WORKGROUP<1d>`, or what is wrong with it.
    pub fn write(&self, line: &mut Line) {
        match self.decoded {
            Ok(name) => {
                write(&name, line);
                line.text(self.scope);
            }
            Err(wrong) => {
                line.str("Illegal NetBIOS name (");
                match wrong {
                    Wrong::First => line.str("1st character not between A and Z in first-level encoding"),
                    Wrong::Second => line.str("2nd character not between A and Z in first-level encoding"),
                    Wrong::Odd => line.str("odd number of bytes"),
                    Wrong::Short(len) => line.dec(len as u64).str(" bytes long"),
                };
                line.byte(b')');
            }
        }
    }
    /// What bears the name.
    pub fn purpose(&self) -> Option<&'static str> {
        let [.., number] = self.decoded.ok()?;
        Some(purpose(number))
    }
}

/// Two letters to a byte, each of which stands for half of it.
fn decode(label: &[u8]) -> Result<[u8; LEN], Wrong> {
    let mut name = [0; LEN];
    let (pairs, rest) = label.as_chunks::<2>();
    for (i, &[high, low]) in pairs.iter().enumerate() {
        if !high.is_ascii_uppercase() {
            return Err(Wrong::First);
        }
        if !low.is_ascii_uppercase() {
            return Err(Wrong::Second);
        }
        if let Some(place) = name.get_mut(i) {
            *place = (high - b'A') << 4 | (low - b'A');
        }
    }
    match rest {
        [last, ..] if !last.is_ascii_uppercase() => Err(Wrong::First),
        [_, ..] => Err(Wrong::Odd),
        [] if pairs.len() < LEN => Err(Wrong::Short(pairs.len())),
        [] => Ok(name),
    }
}

/// Writes a decoded name: without the spaces at its end, and its number in angle brackets.
pub fn write(name: &[u8; LEN], line: &mut Line) {
    let [chars @ .., number] = name;
    let end = chars.iter().rposition(|&byte| byte != b' ').map_or(chars.len(), |last| last + 1);
    for &byte in chars.iter().take(end) {
        if (b' '..=b'~').contains(&byte) {
            line.byte(byte)
        } else {
            line.byte(b'<').hex(byte, 2).byte(b'>')
        };
    }
    line.byte(b'<').hex(*number, 2).byte(b'>');
}

/// What bears a name with this number.
pub fn purpose(number: u8) -> &'static str {
    crate::dissect::field::name_of(PURPOSES, number.into()).unwrap_or("Unknown")
}

names! {
    PURPOSES {
        0x00 = "Workstation/Redirector", 0x01 = "Browser", 0x02 = "Workstation/Redirector",
        0x03 = "Messenger service/Main name", 0x05 = "Forwarded name", 0x06 = "RAS Server service",
        0x1b = "Domain Master Browser", 0x1c = "Domain Controllers", 0x1d = "Local Master Browser",
        0x1e = "Browser Election Service", 0x1f = "Net DDE Service", 0x20 = "Server service",
        0x21 = "RAS client service", 0x22 = "Exchange Interchange (MSMail Connector)", 0x23 = "Exchange Store",
        0x24 = "Exchange Directory", 0x2b = "Lotus Notes Server service", 0x30 = "Modem sharing server service",
        0x31 = "Modem sharing client service", 0x43 = "SMS Clients Remote Control",
        0x44 = "SMS Administrators Remote Control Tool", 0x45 = "SMS Clients Remote Chat",
        0x46 = "SMS Clients Remote Transfer", 0x4c = "DEC Pathworks TCP/IP Service on Windows NT",
        0x52 = "DEC Pathworks TCP/IP Service on Windows NT", 0x6a = "Microsoft Exchange IMC",
        0x87 = "Microsoft Exchange MTA", 0xbe = "Network Monitor Agent", 0xbf = "Network Monitor Analyzer",
    }
}
