//! Telnet (RFC 854).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("telnet", "Telnet", Kind::Protocol);

fields! {
    DATA = "telnet.data", "Data", Str;
    COMMAND = "telnet.cmd", "Command", U8 names(COMMANDS);
    OPTION = "telnet.subcmd", "Subcommand", U8 names(OPTIONS);
    SUBOPTION = "telnet.option_data", "Option data", Bytes;
}

names! {
    COMMANDS {
        236 = "End of File", 237 = "Suspend", 238 = "Abort", 239 = "End of Record", 240 = "Suboption End",
        241 = "No-Operation", 242 = "Data Mark", 243 = "Break", 244 = "Interrupt Process", 245 = "Abort Output",
        246 = "Are You There?", 247 = "Escape Character", 248 = "Erase Line", 249 = "Go Ahead", 250 = "Suboption",
        251 = "Will", 252 = "Won't", 253 = "Do", 254 = "Don't", 255 = "IAC",
    }
    OPTIONS {
        0 = "Binary Transmission", 1 = "Echo", 2 = "Reconnection", 3 = "Suppress Go Ahead",
        4 = "Approx Message Size Negotiation", 5 = "Status", 6 = "Timing Mark", 24 = "Terminal Type",
        25 = "End of Record", 31 = "Negotiate About Window Size", 32 = "Terminal Speed", 33 = "Remote Flow Control",
        34 = "Linemode", 35 = "X Display Location", 36 = "Environment Option", 37 = "Authentication Option",
        38 = "Encryption Option", 39 = "New Environment Option",
    }
}

const IAC: u8 = 255;
const SUBOPTION_BEGIN: u8 = 250;
const SUBOPTION_END: u8 = 240;

/// Telnet.
pub struct Telnet;

impl Protocol for Telnet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TELNET";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(23)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("TELNET");
        c.claim().str("Telnet Data ...");
        while c.remaining() > 0 {
            if c.peek_u8(0) == Some(IAC) && c.peek_u8(1) != Some(IAC) {
                command(c)?;
                continue;
            }
            let rest = c.rest();
            let len = rest.iter().skip(1).position(|&byte| byte == IAC).map_or(rest.len(), |at| at + 1);
            c.bytes(&DATA, len)?;
        }
        Ok(())
    }
}

fn command<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.skip(1)?;
    let command = c.u8(&COMMAND)?;
    match command {
        SUBOPTION_BEGIN => {
            c.u8(&OPTION)?;
            let rest = c.rest();
            let end = rest.windows(2).position(|pair| pair == [IAC, SUBOPTION_END]).unwrap_or(rest.len());
            if end > 0 {
                c.bytes(&SUBOPTION, end)?;
            }
            Ok(())
        }
        251..=254 => c.u8(&OPTION).map(|_| ()),
        _ => Ok(()),
    }
}
