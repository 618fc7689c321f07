//! MAC addresses in the tree: the address, its vendor's part and its two flag bits.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;

/// The universal/local bit set.
pub const LOCAL: &str = "Locally administered address (this is NOT the factory default)";
/// The universal/local bit clear.
pub const GLOBAL: &str = "Globally unique address (factory default)";
/// The individual/group bit set.
pub const GROUP: &str = "Group address (multicast/broadcast)";
/// The individual/group bit clear.
pub const INDIVIDUAL: &str = "Individual address (unicast)";

/// The fields of an address in one role, and those of an address in any role.
#[derive(Clone, Copy)]
pub struct MacFields {
    /// The address.
    pub whole: &'static Field,
    /// The address with its vendor's name.
    pub resolved: &'static Field,
    /// Its first three bytes.
    pub oui: &'static Field,
    /// The universal/local bit.
    pub lg: &'static Field,
    /// The individual/group bit.
    pub ig: &'static Field,
    /// The same five in any role.
    pub any: &'static Field,
    /// With its vendor's name.
    pub any_resolved: &'static Field,
    /// The first three bytes.
    pub any_oui: &'static Field,
    /// The universal/local bit.
    pub any_lg: &'static Field,
    /// The individual/group bit.
    pub any_ig: &'static Field,
}

/// Reads an address.
///
/// # Errors
/// As [`Cursor::need`].
#[inline]
pub fn read<S: Sink>(c: &mut Cursor<'_, S>, fields: &MacFields) -> Result<[u8; 6], Stop> {
    read_remarked(c, fields, None)
}

/// Reads an address that may have to be remarked upon.
///
/// # Errors
/// As [`Cursor::need`].
#[inline]
pub fn read_remarked<S: Sink>(
    c: &mut Cursor<'_, S>,
    fields: &MacFields,
    remark: Option<&'static Field>,
) -> Result<[u8; 6], Stop> {
    let start = c.pos();
    let address = c.fixed::<6>(fields.whole)?;
    if S::DETAIL {
        c.below(|c| {
            if let Some(remark) = remark {
                c.expert(remark);
            }
            parts(c, fields, start, address);
        });
    }
    Ok(address)
}

/// Writes the three bytes of an organisation: `00:00:5e`.
pub(super) fn write_oui(oui: u64, line: &mut Line) {
    let [.., a, b, c] = oui.to_be_bytes();
    line.hex_bytes(&[a, b, c], ":");
}

fn parts<S: Sink>(c: &mut Cursor<'_, S>, fields: &MacFields, start: usize, address: [u8; 6]) {
    let [a, b, d, ..] = address;
    let oui = u64::from(a) << 16 | u64::from(b) << 8 | u64::from(d);
    let (oui_end, end) = (start.saturating_add(3), start.saturating_add(6));
    c.hidden(fields.resolved, start, end, 0);
    c.hidden(fields.oui, start, oui_end, oui);
    c.put(fields.any, start, end, 0);
    c.hidden(fields.any_resolved, start, end, 0);
    c.hidden(fields.any_oui, start, oui_end, oui);
    c.put(fields.lg, start, oui_end, oui);
    c.hidden(fields.any_lg, start, oui_end, oui);
    c.put(fields.ig, start, oui_end, oui);
    c.hidden(fields.any_ig, start, oui_end, oui);
}
