//! TSP, the time synchronization protocol of timed (4.3BSD).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("tsp", "Time Synchronization Protocol", Kind::Protocol);

fields! {
    TYPE = "tsp.type", "Type", U8 names(TYPES);
    VERSION = "tsp.version", "Version", U8;
    SEQUENCE = "tsp.sequence", "Sequence", U16;
    HOPS = "tsp.hopcnt", "Hop Count", U8;
    SECONDS = "tsp.sec", "Seconds", U32;
    MICROSECONDS = "tsp.usec", "Microseconds", U32;
    NAME = "tsp.name", "Machine Name", Str;
}

names! {
    TYPES {
        0 = "any", 1 = "adjtime", 2 = "ack", 3 = "masterreq", 4 = "masterack", 5 = "settime", 6 = "masterup",
        7 = "slaveup", 8 = "election", 9 = "accept", 10 = "refuse", 11 = "conflict", 12 = "resolve", 13 = "quit",
        14 = "date", 15 = "datereq", 16 = "dateack", 17 = "traceon", 18 = "traceoff", 19 = "msite", 20 = "msitereq",
        21 = "test", 22 = "setdate", 23 = "setdatereq", 24 = "loop",
    }
}

const LOOP: u8 = 24;

/// TSP.
pub struct Timed;

impl Protocol for Timed {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "TSP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(525)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("TSP");
        c.claim();
        let kind = c.u8(&TYPE)?;
        match name_of(TYPES, kind.into()) {
            Some(name) => _ = c.claim().str(name),
            None => _ = c.claim().str("Unknown message type (").dec(kind).byte(b')'),
        }
        // Beyond the type nothing is said in the row, and nothing missed there.
        let outcome = rest(c, kind);
        if S::DETAIL { outcome } else { Ok(()) }
    }
}

fn rest<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.read_all(&[(&VERSION, 1), (&SEQUENCE, 2)])?;
    match kind {
        LOOP => {
            c.u8(&HOPS)?;
            c.skip(7)?;
        }
        // These tell the time.
        1 | 5 | 22 => c.read_all(&[(&SECONDS, 4), (&MICROSECONDS, 4)])?,
        _ => c.skip(8)?,
    }
    let len = c.rest().iter().position(|&byte| byte == 0).map_or(c.remaining(), |len| len + 1);
    if len == 0 {
        return Err(c.short(1));
    }
    c.bytes(&NAME, len).map(|_| ())
}
