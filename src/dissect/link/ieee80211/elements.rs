//! Elements: what management frames carry behind their fixed fields (IEEE 802.11 section 9.4.2).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

use super::tags::TAGS;

fields! {
    TAGGED = "wlan.tagged.all", "Tagged parameters", None;
    TAG = "wlan.tag", "Tag", None;
    NUMBER = "wlan.tag.number", "Tag Number", U8 names(TAGS);
    LENGTH = "wlan.tag.length", "Tag length", U32;
    SSID = "wlan.ssid", "SSID", Str;
    MESH_ID = "wlan.mesh.id", "Mesh ID", Str;
    OUI = "wlan.tag.oui", "OUI", U24 hex;
    DATA = "wlan.tag.data", "Tag Data", Bytes;
}

const SSID_TAG: u8 = 0;
const MESH_ID_TAG: u8 = 114;
const VENDOR: u8 = 221;

/// Reads all elements to the window's end.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.reported() == 0 {
        return Ok(());
    }
    let len = c.reported() as u64;
    c.group(&TAGGED, |c| {
        c.append(|l| _ = l.str(" (").dec(len).str(if len == 1 { " byte)" } else { " bytes)" }));
        let mut named = false;
        while c.reported() > 0 {
            element(c, &mut named)?;
        }
        Ok(())
    })
}

fn element<S: Sink>(c: &mut Cursor<'_, S>, named: &mut bool) -> Result<(), Stop> {
    c.need(2)?;
    let (number, len) = (c.peek_u8(0).unwrap_or_default(), usize::from(c.peek_u8(1).unwrap_or_default()));
    c.group(&TAG, |c| {
        c.label(|l| _ = l.str("Tag: ").str(name_of(TAGS, number.into()).unwrap_or("Unknown")));
        c.u8(&NUMBER)?;
        c.u8(&LENGTH)?;
        if len > c.reported() {
            return Err(Stop::Overrun);
        }
        c.within(len, |c| value(c, number, named))
    })
}

fn value<S: Sink>(c: &mut Cursor<'_, S>, number: u8, named: &mut bool) -> Result<(), Stop> {
    let len = c.reported();
    match number {
        SSID_TAG => {
            let ssid = c.bytes(&SSID, len)?;
            if !std::mem::replace(named, true) {
                write_ssid(ssid, c.info().str(", SSID="));
            }
        }
        MESH_ID_TAG if len > 0 => {
            let id = c.bytes(&MESH_ID, len)?;
            c.info().str(", MESHID=").text(id);
        }
        VENDOR if len > 0 => {
            c.u24(&OUI)?;
            c.bytes(&DATA, c.reported())?;
        }
        _ if len > 0 => _ = c.bytes(&DATA, len)?,
        _ => {}
    }
    Ok(())
}

/// Writes a network's name: as text where all of it prints, else in hexadecimal.
fn write_ssid(ssid: &[u8], line: &mut Line) {
    let printable = |text: &str| text.chars().all(|char| !char.is_control());
    match std::str::from_utf8(ssid) {
        _ if ssid.is_empty() => line.str("Wildcard (Broadcast)"),
        Ok(text) if printable(text) => line.byte(b'"').str(text).byte(b'"'),
        _ => line.hex_bytes(ssid, ""),
    };
}
