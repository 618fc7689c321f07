//! Syslog (RFC 3164, RFC 5424) over UDP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("syslog", "Syslog message", Kind::Protocol);

fields! {
    FACILITY = "syslog.facility", "Facility", U8 mask(0xf8) names(FACILITIES);
    LEVEL = "syslog.level", "Level", U8 mask(0x0007) names(LEVELS);
    MESSAGE = "syslog.msg", "Message", Str;
}

names! {
    FACILITIES {
        0 = "KERN - kernel messages", 1 = "USER - random user-level messages", 2 = "MAIL - mail system",
        3 = "DAEMON - system daemons", 4 = "AUTH - security/authorization messages",
        5 = "SYSLOG - messages generated internally by syslogd", 6 = "LPR - line printer subsystem",
        7 = "NEWS - network news subsystem", 8 = "UUCP - UUCP subsystem", 9 = "CRON - clock daemon (BSD, Linux)",
        10 = "AUTHPRIV - security/authorization messages (private)", 11 = "FTP - ftp daemon",
        12 = "NTP - ntp subsystem", 13 = "LOGAUDIT - log audit", 14 = "LOGALERT - log alert",
        15 = "CRON - clock daemon (Solaris)", 16 = "LOCAL0 - reserved for local use",
        17 = "LOCAL1 - reserved for local use", 18 = "LOCAL2 - reserved for local use",
        19 = "LOCAL3 - reserved for local use", 20 = "LOCAL4 - reserved for local use",
        21 = "LOCAL5 - reserved for local use", 22 = "LOCAL6 - reserved for local use",
        23 = "LOCAL7 - reserved for local use",
    }
    LEVELS {
        0 = "EMERG - system is unusable", 1 = "ALERT - action must be taken immediately",
        2 = "CRIT - critical conditions", 3 = "ERR - error conditions", 4 = "WARNING - warning conditions",
        5 = "NOTICE - normal but significant condition", 6 = "INFO - informational", 7 = "DEBUG - debug-level messages",
    }
}

/// Syslog.
pub struct Syslog;

impl Protocol for Syslog {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "Syslog";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(514)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Syslog");
        c.claim();
        let (start, said) = (c.pos(), c.row().info_column().len());
        if let Some((priority, len)) = priority(c.rest()) {
            let short = |names, value| name_of(names, value).and_then(|name: &str| name.split(' ').next());
            let (facility, level) = (FACILITY.cut(priority.into()), LEVEL.cut(priority.into()));
            c.put(&FACILITY, start, start + len, priority.into());
            c.put(&LEVEL, start, start + len, priority.into());
            c.skip(len)?;
            c.info().str(short(FACILITIES, facility).unwrap_or("UNKNOWN")).byte(b'.');
            c.info().str(short(LEVELS, level).unwrap_or("UNKNOWN")).str(": ");
        }
        let message = c.bytes(&MESSAGE, c.remaining())?;
        c.info().text(message);
        if S::DETAIL {
            // The layer's line says what the row does.
            let said = c.row().info_column().get(said..).unwrap_or_default().to_vec();
            c.layer_label(|l| {
                l.str("Syslog message: ").bytes(&said);
            });
        }
        Ok(())
    }
}

/// The priority in angle brackets at the start, and how many bytes it takes: up to three digits, which may be none,
/// and the bracket behind them, which may be missing.
fn priority(bytes: &[u8]) -> Option<(u16, usize)> {
    let rest = bytes.strip_prefix(b"<")?;
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit());
    let (number, len) = digits.fold((0, 0), |(number, len), &digit| (number * 10 + u16::from(digit - b'0'), len + 1));
    let closed = rest.get(len) == Some(&b'>');
    Some((number, 1 + len + usize::from(closed)))
}
