//! EGD (Ethernet Global Data): what one controller tells others, over UDP. Its numbers are little-endian.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("egd", "Ethernet Global Data", Kind::Protocol);

fields! {
    TYPE = "egd.type", "Type", U8;
    VERSION = "egd.ver", "Version", U8;
    REQUEST = "egd.rid", "RequestID", U16;
    PRODUCER = "egd.pid", "ProducerID", Ipv4;
    EXCHANGE = "egd.exid", "ExchangeID", U32 hex;
    TIME = "egd.time", "Timestamp", AbsTime utc;
    STATUS = "egd.stat", "Status", U32 names(STATES);
    SIGNATURE = "egd.csig", "ConfigSignature", U32;
    RESERVED = "egd.rsrv", "Reserved", U32;
}

names! {
    STATES {
        0 = "No new status event has occurred", 1 = "No error currently exists", 2 = "No error, data consumed",
        3 = "SNTP error", 4 = "Specification error", 6 = "Data refresh error", 7 = "Data refresh period exceeded",
        10 = "IP Layer not currently initialized", 12 = "Lack of resource error", 16 = "Name Resolution in progress",
        18 = "Loss of Ethernet Interface error", 22 = "Ethernet Interface does not support EGD",
        26 = "No Response from Ethernet Interface", 28 = "Failed to create an exchange.",
        30 = "Configured exchange deleted.",
    }
}

/// EGD, its data messages.
pub struct Egd;

impl Protocol for Egd {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "EGD";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(18246)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("EGD");
        c.claim();
        c.read_all(&[(&TYPE, 1), (&VERSION, 1)])?;
        let request = c.u16_le(&REQUEST)?;
        c.fixed::<4>(&PRODUCER)?;
        let exchange = c.u32_le(&EXCHANGE)?;
        c.claim().str("Data Msg: ExchangeID=0x").hex_upper(exchange, 8).str(", RequestID=").dec_wide(request, 5);
        let (seconds, nanos) = (c.array::<4>().map(u32::from_le_bytes)?, c.array::<4>().map(u32::from_le_bytes)?);
        let time = u64::from(seconds) * 1_000_000_000 + u64::from(nanos);
        c.put(&TIME, c.pos() - 8, c.pos(), time);
        for field in [&STATUS, &SIGNATURE, &RESERVED] {
            c.u32_le(field)?;
        }
        if c.remaining() > 0 {
            c.data();
        }
        Ok(())
    }
}
