//! Beacons of IEEE 802.15.4 (section 7.3.1).

use crate::dissect::cursor::Cursor;
use crate::dissect::network::zigbee::Beacon;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    SUPERFRAME = "", "Superframe Specification: ", None;
    BEACON_ORDER = "wpan.beacon_order", "Beacon Interval", U16 mask(0xf);
    SUPERFRAME_ORDER = "wpan.superframe_order", "Superframe Interval", U16 mask(0xf0);
    CAP = "wpan.cap", "Final CAP Slot", U16 mask(0xf00);
    BATTERY = "wpan.battery_ext", "Battery Extension", Bool bits(16) mask(0x1000);
    COORDINATOR = "wpan.bcn_coord", "PAN Coordinator", Bool bits(16) mask(0x4000);
    PERMIT = "wpan.assoc_permit", "Association Permit", Bool bits(16) mask(0x8000);
    GTS = "", "GTS", None;
    GTS_COUNT = "wpan.gts.count", "GTS Descriptor Count", U8;
    GTS_PERMIT = "wpan.gts.permit", "GTS Permit", Bool;
    GTS_DIRECTIONS = "", "GTS Directions", None;
    GTS_DIRECTION = "wpan.gts.direction", "Direction", Bool flag("Receive Only", "Transmit Only");
    GTS_DESCRIPTORS = "", "GTS Descriptors", None;
    GTS_ADDRESS = "wpan.gts.address", "Address", U16 hex;
    PENDING = "", "Pending Addresses", None;
    PENDING16 = "wpan.pending16", "Address", U16 hex;
    PENDING64 = "wpan.pending64", "Address", Eui64;
}

/// Reads what every beacon begins with: when who may speak, and for whom there is something.
pub(super) fn fixed<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    superframe(c)?;
    guaranteed(c)?;
    let count = c.peek_u8(0).ok_or_else(|| c.short(1))?;
    let (short, long) = (count & 7, count >> 4 & 7);
    c.group(&PENDING, |c| {
        c.label(|l| {
            l.str("Pending Addresses: ").dec(short).str(" Short and ").dec(long).str(" Long");
        });
        c.skip(1)?;
        (0..short).try_for_each(|_| c.u16_le(&PENDING16).map(|_| ()))?;
        (0..long).try_for_each(|_| c.le::<8>(&PENDING64).map(|_| ()))
    })
}

fn superframe<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let at = c.pos();
    let word = c.array::<2>().map(u16::from_le_bytes)?;
    if S::DETAIL {
        c.put(&SUPERFRAME, at, at + 2, 0);
        let flags = [(12, "Battery Extension"), (14, "PAN Coordinator"), (15, "Association Permit")];
        c.label(|l| {
            l.str("Superframe Specification: ");
            let mut separator = "";
            for (_, words) in flags.into_iter().filter(|(bit, _)| word >> bit & 1 == 1) {
                l.str(separator).str(words);
                separator = ", ";
            }
        });
        c.below(|c| {
            for field in [&BEACON_ORDER, &SUPERFRAME_ORDER, &CAP, &BATTERY, &COORDINATOR, &PERMIT] {
                c.bits::<2>(field, word.into());
            }
        });
    }
    Ok(())
}

/// Reads the slots that are promised to stations.
fn guaranteed<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.group(&GTS, |c| {
        let at = c.pos();
        let spec = c.array::<1>().map(|[spec]| spec)?;
        let count = spec & 7;
        c.put(&GTS_COUNT, at, at + 1, count.into());
        c.put(&GTS_PERMIT, at, at + 1, u64::from(spec >> 7));
        if count == 0 {
            return Ok(());
        }
        let directions = c.array::<1>().map(|[directions]| directions)?;
        let receiving = (0..count).filter(|slot| directions >> slot & 1 == 1).count() as u64;
        c.put(&GTS_DIRECTIONS, at + 1, at + 2, 0);
        c.label(|l| {
            l.str("GTS Directions: ").dec(receiving).str(" Receive & ");
            l.dec(u64::from(count).saturating_sub(receiving)).str(" Transmit");
        });
        c.below(|c| {
            for slot in 1..=count {
                let direction = if directions >> (slot - 1) & 1 == 1 { "Receive Only" } else { "Transmit Only" };
                c.put(&GTS_DIRECTION, at + 1, at + 2, 0);
                c.label(|l| {
                    l.str("GTS Slot ").dec(slot).str(": ").str(direction);
                });
            }
        });
        c.group(&GTS_DESCRIPTORS, |c| {
            for _ in 0..count {
                c.u16_le(&GTS_ADDRESS)?;
                let [slot] = c.array::<1>()?;
                c.append(|l| {
                    l.str(", Slot: ").dec(slot & 0xf).str(", Length: ").dec(slot >> 4);
                });
            }
            Ok(())
        })
    })
}

/// What follows is a network's own.
pub(super) fn payload<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if !c.call::<Beacon>()? {
        c.data();
    }
    Ok(())
}
