//! Ether-S-Bus: questions to SAIA's controllers, over UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("sbus", "SAIA S-Bus", Kind::Protocol);

fields! {
    HEADER = "", "Ether-S-Bus header", None;
    LENGTH = "sbus.len", "Length (bytes)", U32;
    VERSION = "sbus.vers", "Version", U8;
    PROTOCOL = "sbus.proto", "Protocol type", U8;
    SEQUENCE = "sbus.seq", "Sequence", U16;
    ATTRIBUTE = "sbus.att", "Telegram attribute", U8 hex names(ATTRIBUTES);
    DESTINATION = "sbus.destination", "Destination", U8;
    COMMAND = "sbus.cmd", "Command", U8 hex names(COMMANDS);
    ANSWER = "sbus.nakcode", "ACK/NAK code", U16 hex names(ANSWERS);
}

names! {
    ATTRIBUTES {
        0x0 = "Request", 0x1 = "Response", 0x2 = "ACK/NAK",
    }
    COMMANDS {
        0 = "Read counter(s)", 1 = "Read display register", 2 = "Read flag(s)", 3 = "Read input(s)",
        4 = "Read real time clock", 5 = "Read output(s)", 6 = "Read register(s)", 7 = "Read timer(s)",
        10 = "Write counter(s)", 11 = "Write flag(s)", 12 = "Write real time clock", 13 = "Write output(s)",
        14 = "Write register(s)", 15 = "Write timer(s)", 19 = "Read write multi-medias",
        20 = "Read PCD status, CPU 0", 21 = "Read PCD status, CPU 1", 22 = "Read PCD status, CPU 2",
        23 = "Read PCD status, CPU 3", 24 = "Read PCD status, CPU 4", 25 = "Read PCD status, CPU 5",
        26 = "Read PCD status, CPU 6", 27 = "Read PCD status (own)", 29 = "Read S-Bus station number",
        30 = "Read user memory*", 31 = "Read program line*", 32 = "Read firmware version", 33 = "Read text*",
        34 = "Read active transition*", 35 = "Write user memory*", 36 = "Write program line*", 37 = "Write text*",
        40 = "Run procedure*, CPU 0", 41 = "Run procedure*, CPU 1", 42 = "Run procedure*, CPU 2",
        43 = "Run procedure*, CPU 3", 44 = "Run procedure*, CPU 4", 45 = "Run procedure*, CPU 5",
        46 = "Run procedure*, CPU 6", 47 = "Run procedure* (own CPU)", 48 = "Run procedure* (All CPUs)",
        50 = "Restart cold CPU 1*", 51 = "Restart cold CPU 2*", 52 = "Restart cold CPU 3*",
        53 = "Restart cold CPU 4*", 54 = "Restart cold CPU 5*", 55 = "Restart cold CPU 6*",
        56 = "Restart cold own CPU*", 57 = "Restart cold all CPUs*", 60 = "Stop procedure*, CPU 0",
        61 = "Stop procedure*, CPU 1", 62 = "Stop procedure*, CPU 2", 63 = "Stop procedure*, CPU 3",
        64 = "Stop procedure*, CPU 4", 65 = "Stop procedure*, CPU 5", 66 = "Stop procedure*, CPU 6",
        67 = "Stop procedure*, (own CPU)", 68 = "Stop procedure*, (All CPUs)",
        70 = "Read arithmetic status and ACCU*", 71 = "Read byte", 72 = "Read halt failure register*",
        73 = "Read index register*", 74 = "Read instruction pointer*", 75 = "Find history*",
        80 = "Write arithmetic status and ACCU*", 81 = "Write byte*", 82 = "Write index register",
        83 = "Write instruction pointer*", 90 = "Clear all (F, O, R, T)*", 91 = "Clear flags*",
        92 = "Clear outputs*", 93 = "Clear registers*", 94 = "Clear timers*", 100 = "Restart warm CPU 1*",
        101 = "Restart warm CPU 2*", 102 = "Restart warm CPU 3*", 103 = "Restart warm CPU 4*",
        104 = "Restart warm CPU 5*", 105 = "Restart warm CPU 6*", 106 = "Restart warm (own CPU)*",
        107 = "Restart warm (All CPUs)*", 110 = "Change block*", 111 = "Clear history failure*",
        112 = "Delete program line*", 113 = "Go conditional*", 114 = "Insert program line*", 115 = "Local cycles*",
        116 = "All cycles*", 117 = "Make text*", 118 = "Execute single instruction*", 119 = "Single step*",
        130 = "XOB 17 interrupt", 131 = "XOB 18 interrupt", 132 = "XOB 19 interrupt", 145 = "Read hangup timeout",
        150 = "Read data block", 151 = "Write data block", 152 = "Make data block*", 153 = "Clear data block*",
        154 = "Clear text*", 155 = "Read block address", 156 = "Read block sizes", 157 = "Read current block*",
        158 = "Read call stack*", 159 = "Read DBX", 161 = "Read user EEPROM register",
        163 = "Write user EEPROM register", 165 = "Erase flash*", 166 = "Restart cold flag*",
        167 = "Write system buffer", 168 = "Read system buffer", 169 = "Read/write block data*",
        170 = "Get diagnostic*", 171 = "Read system information*", 172 = "Changes blocks on run*",
        173 = "Flashcard telegram*", 174 = "Download FW*", 175 = "Web server serial communication*",
    }
    ANSWERS {
        0x0 = "ACK (Acknowledged)", 0x1 = "NAK, no reason specified", 0x2 = "NAK, because of password",
        0x3 = "NAK, PGU port is in reduced protocol", 0x4 = "NAK, PGU port is already used",
    }
}

const HEADER_LEN: usize = 8;

/// Ether-S-Bus.
pub struct Sbus;

impl Protocol for Sbus {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "S-Bus";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(5050)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let known = c.peek_u8(HEADER_LEN).is_some_and(|attribute| name_of(ATTRIBUTES, attribute.into()).is_some());
        if !known || c.peek_u32(0).is_none_or(|len| len as usize != c.reported()) {
            return Err(Stop::NotMine);
        }
        c.protocol("S-Bus");
        c.group(&HEADER, |c| c.read_all(&[(&LENGTH, 4), (&VERSION, 1), (&PROTOCOL, 1), (&SEQUENCE, 2)]))?;
        match c.u8(&ATTRIBUTE)? {
            0 => {
                c.u8(&DESTINATION)?;
                let command = c.u8(&COMMAND)?;
                c.claim().str("Request: ").str(name_of(COMMANDS, command.into()).unwrap_or("Unknown Command!"));
            }
            1 => _ = c.claim().str("Response"),
            _ => {
                let answer = c.u16(&ANSWER)?;
                c.claim().str(name_of(ANSWERS, answer.into()).unwrap_or("Unknown NAK code!"));
            }
        }
        Ok(())
    }
}
