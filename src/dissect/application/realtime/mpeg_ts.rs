//! MPEG transport streams (ISO/IEC 13818-1) in datagrams.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("mp2t", "ISO/IEC 13818-1", Kind::Protocol);

fields! {
    HEADER = "mp2t.header", "Header", U32 hex;
    SYNC = "mp2t.sync_byte", "Sync Byte", U32 hex mask(0xff00_0000) names(SYNCS);
    ERROR = "mp2t.tei", "Transport Error Indicator", U32 mask(0x0080_0000);
    START = "mp2t.pusi", "Payload Unit Start Indicator", U32 mask(0x0040_0000);
    PRIORITY = "mp2t.tp", "Transport Priority", U32 mask(0x0020_0000);
    PID = "mp2t.pid", "PID", U32 hex mask(0x001f_ff00) names(PIDS);
    SCRAMBLING = "mp2t.tsc", "Transport Scrambling Control", U32 hex mask(0x0000_00c0) names(SCRAMBLINGS);
    ADAPTATION = "mp2t.afc", "Adaptation Field Control", U32 hex mask(0x0000_0030) names(ADAPTATIONS);
    COUNTER = "mp2t.cc", "Continuity Counter", U32 mask(0x0000_000f);
    ANALYSIS = "", "MPEG2 PCR Analysis", None;
}

names! {
    SYNCS {
        71 = "Correct",
    }
    PIDS {
        0x0000 = "Program Association Table", 0x0001 = "Conditional Access Table",
        0x0002 = "Transport Stream Description Table", 0x0003 = "Reserved", 0x0004 = "Reserved", 0x0005 = "Reserved",
        0x0006 = "Reserved", 0x0007 = "Reserved", 0x0008 = "Reserved", 0x0009 = "Reserved", 0x000a = "Reserved",
        0x000b = "Reserved", 0x000c = "Reserved", 0x000d = "Reserved", 0x000e = "Reserved", 0x000f = "Reserved",
        0x0010 = "Network Information or Stuffing Table",
        0x0011 = "Service Description or Bouquet Association or Stuffing Table",
        0x0012 = "Event Information or Stuffing or Content Identifier Table",
        0x0013 = "Running Status or Stuffing Table", 0x0014 = "Time and Date or Time Offset or Stuffing Table",
        0x0015 = "Network Synchronization", 0x0016 = "Resolution Authority Record Notification Table",
        0x0017 = "Reserved For Future Use", 0x0018 = "Reserved For Future Use", 0x0019 = "Reserved For Future Use",
        0x001a = "Reserved For Future Use", 0x001b = "Reserved For Future Use", 0x001c = "Inband Signaling",
        0x001d = "Measurement", 0x001e = "Discontinuity Information Table", 0x001f = "Selection Information Table",
        0x1ffe = "DOCSIS Data-over-cable well-known PID", 0x1fff = "Null packet",
    }
    SCRAMBLINGS {
        0 = "Not scrambled", 1 = "Reserved", 2 = "Packet scrambled with Even Key",
        3 = "Packet scrambled with Odd Key",
    }
    ADAPTATIONS {
        0 = "Reserved", 1 = "Payload only", 2 = "Adaptation Field only", 3 = "Adaptation Field and Payload",
    }
}

/// Bytes of a transport packet.
const PACKET_LEN: usize = 188;
/// What each begins with.
const SYNC_BYTE: u8 = 0x47;
/// The packets that only fill.
const NULL: u64 = 0x1fff;

/// MPEG transport streams recognised by content.
pub struct MpegTs;

impl Protocol for MpegTs {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MP2T";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::UdpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let len = c.reported();
        let synced = |packet: &[u8]| packet.first() == Some(&SYNC_BYTE);
        len > 0 && len.is_multiple_of(PACKET_LEN) && c.rest().chunks(PACKET_LEN).all(synced)
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("MPEG TS");
        let mut first = true;
        while c.reported() > 0 {
            if !std::mem::take(&mut first) {
                c.next_layer(&LAYER);
            }
            c.within(PACKET_LEN, packet)?;
        }
        Ok(())
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let header = u64::from(c.u32(&HEADER)?);
    let all = [&SYNC, &ERROR, &START, &PRIORITY, &PID, &SCRAMBLING, &ADAPTATION, &COUNTER];
    c.below(|c| all.into_iter().for_each(|field| _ = c.bits::<4>(field, header)));
    let (pid, counter) = (PID.cut(header), COUNTER.cut(header));
    c.layer_append(|l| _ = l.str(" PID=0x").hex(pid, 3).str(" CC=").dec(counter));
    if pid == NULL {
        c.claim().str("NULL packet");
    } else {
        if SCRAMBLING.cut(header) != 0 {
            c.claim().str("Scrambled TS payload");
        }
        c.generated(&ANALYSIS, 0);
    }
    c.skip(c.remaining())
}
