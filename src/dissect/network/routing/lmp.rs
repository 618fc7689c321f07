//! LMP (RFC 4204): what is found out about links between optical switches.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("lmp", "Link Management Protocol (LMP)", Kind::Protocol);

fields! {
    HEADER = "", "LMP Header", None;
    VERSION = "lmp.version", "LMP Version", U8;
    FLAGS = "lmp.header_flags", "Flags", U8 hex;
    FLAG_DOWN = "lmp.hdr.ccdown", "ControlChannelDown", Bool mask(0x01);
    FLAG_REBOOT = "lmp.hdr.reboot", "Reboot", Bool mask(0x02);
    TYPE = "lmp.msg", "Message Type", U8 names(TYPES);
    LENGTH = "lmp.header_length", "Length", U16 unit(" byte", " bytes");
    OBJECTS = "lmp.data", "Data", Bytes;
}

names! {
    TYPES {
        1 = "Config Message. ", 2 = "ConfigAck Message. ", 3 = "ConfigNack Message. ", 4 = "Hello Message. ",
        5 = "BeginVerify Message. ", 6 = "BeginVerifyAck Message. ", 7 = "BeginVerifyNack Message. ",
        8 = "EndVerify Message. ", 9 = "EndVerifyAck Message. ", 10 = "Test Message. ",
        11 = "TestStatusSuccess Message. ", 12 = "TestStatusFailure Message. ", 13 = "TestStatusAck Message. ",
        14 = "LinkSummary Message. ", 15 = "LinkSummaryAck Message. ", 16 = "LinkSummaryNack Message. ",
        17 = "ChannelStatus Message. ", 18 = "ChannelStatusAck Message. ", 19 = "ChannelStatusRequest Message. ",
        20 = "ChannelStatusResponse Message. ", 21 = "TraceMonitor Message. ", 22 = "TraceMonitorAck Message. ",
        23 = "TraceMonitorNack Message. ", 24 = "TraceMismatch Message. ", 25 = "TraceMismatchAck Message. ",
        26 = "TraceRequest Message. ", 27 = "TraceReport Message. ", 28 = "TraceReportNack Message. ",
        29 = "InsertTrace Message. ", 30 = "InsertTraceAck Message. ", 31 = "InsertTraceNack Message. ",
        50 = "ServiceConfig Message. ", 51 = "ServiceConfigAck Message. ", 52 = "ServiceConfigNack Message. ",
        241 = "DiscoveryResponse Message. ", 242 = "DiscoveryResponseAck Message. ",
        243 = "DiscoveryResponseNack Message. ",
    }
}

experts! {
    INVALID = "lmp.invalid_msg_type", "Invalid message type", Warning, Protocol;
}

/// Bytes of a header.
const HEADER_LEN: usize = 8;

/// LMP.
pub struct Lmp;

impl Protocol for Lmp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LMP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const EXPERTS: &'static [&'static Field] = EXPERTS;
    const KEYS: &'static [Key] = &[Key::Udp(701)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("LMP");
        c.claim();
        let kind = c.peek_u8(3).ok_or_else(|| c.short(4))?;
        match TYPE.name(kind.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown (").dec(kind).str("). "),
        }
        let mark = c.mark();
        c.within(HEADER_LEN.min(c.reported()), |c| {
            c.group(&HEADER, |c| {
                c.label_at(mark, |l| {
                    l.str("LMP Header. ");
                    match TYPE.name(kind.into()) {
                        Some(name) => _ = l.str(name),
                        None => _ = l.str("Unknown Message (").dec(kind).str("). "),
                    }
                });
                header(c, kind)
            })
        })?;
        if c.remaining() > 0 {
            c.bytes(&OBJECTS, c.remaining())?;
        }
        Ok(())
    }
}

fn header<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let [version] = c.array::<1>()?;
    let at = c.pos();
    c.put(&VERSION, at - 1, at, (version >> 4).into());
    c.skip(1)?;
    let flags = c.be::<1>(&FLAGS)?;
    for (bit, words) in [(1, ", ControlChannelDown"), (2, ", Reboot")] {
        if flags & bit != 0 {
            c.append(|l| _ = l.str(words));
        }
    }
    c.below(|c| {
        c.bits::<1>(&FLAG_DOWN, flags);
        c.bits::<1>(&FLAG_REBOOT, flags);
    });
    c.u8(&TYPE)?;
    if TYPE.name(kind.into()).is_none() {
        c.below(|c| c.expert(&INVALID));
        c.label(|l| _ = l.str("Invalid message type: ").dec(kind));
    }
    if c.reported() < 4 {
        return c.skip(c.remaining());
    }
    c.u16(&LENGTH)?;
    c.skip(2)
}
