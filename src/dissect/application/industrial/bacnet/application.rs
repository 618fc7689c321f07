//! BACnet's application layer: requests to objects and their properties, and the answers.

use super::names::{ABORTS, CONFIRMED, OBJECTS, REJECTS, SEGMENTS, SIZES, TYPES, UNCONFIRMED};
use super::properties::PROPERTIES;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("bacapp", "Building Automation and Control Network APDU", Kind::Protocol);

fields! {
    TYPE = "bacapp.type", "APDU Type", U8 mask(0xf0) names(TYPES);
    FLAGS = "bacapp.pduflags", "PDU Flags", U8 hex mask(0x0f);
    SEGMENTED = "bacapp.segmented_request", "Segmented Request", Bool mask(0x08) flag("Segmented Request", "Unsegmented Request");
    MORE = "bacapp.more_segments", "More Segments", Bool mask(0x04) flag("More Segments Follow", "No More Segments Follow");
    ACCEPTED = "bacapp.SA", "SA", Bool mask(0x02) flag("Segmented Response accepted", "Segmented Response not accepted");
    RESPONSE_SEGMENTS = "bacapp.response_segments", "Max Response Segments accepted", U8 mask(0x70) names(SEGMENTS);
    SIZE = "bacapp.max_adpu_size", "Size of Maximum ADPU accepted", U8 mask(0x0f) names(SIZES);
    INVOKE = "bacapp.invoke_id", "Invoke ID", U8;
    SEQUENCE = "bacapp.sequence_number", "Sequence Number", U8;
    WINDOW = "bacapp.window_size", "Proposed Window Size", U8;
    SERVICE = "bacapp.confirmed_service", "Service Choice", U8 names(CONFIRMED);
    UNCONFIRMED_SERVICE = "bacapp.unconfirmed_service", "Unconfirmed Service Choice", U8 names(UNCONFIRMED);
    REJECT = "bacapp.reject_reason", "Reject Reason", U8 names(REJECTS);
    ABORT = "bacapp.abort_reason", "Abort Reason", U8 names(ABORTS);
    OBJECT_TYPE = "bacapp.objectType", "Object Type", U32 mask(0xffc0_0000) names(OBJECTS);
    INSTANCE = "bacapp.instance_number", "Instance Number", U32 mask(0x003f_ffff);
    PROPERTY = "bacapp.property_identifier", "Property Identifier", U32 names(PROPERTIES);
    TAG = "", "Tag", None;
    VALUE = "bacapp.value", "Value", Bytes;
}

names! {
    // As the row names them, in a column of its own.
    ROW_TYPES {
        0 = "Confirmed-REQ   ", 1 = "Unconfirmed-REQ ", 2 = "Simple-ACK      ", 3 = "Complex-ACK     ",
        4 = "Segment-ACK     ", 5 = "Error           ", 6 = "Reject          ", 7 = "Abort           ",
    }
}

/// Types of messages.
const REQUEST: u8 = 0;
const ANNOUNCEMENT: u8 = 1;
const SIMPLE_ACK: u8 = 2;
const COMPLEX_ACK: u8 = 3;
const SEGMENT_ACK: u8 = 4;
const ERROR: u8 = 5;
const REJECTED: u8 = 6;
const ABORTED: u8 = 7;
/// The first value that vendors may give a meaning.
const FIRST_OF_VENDORS: u64 = 64;
/// The application tag of an object's identifier.
const OBJECT_IDENTIFIER: u8 = 12;

/// BACnet's application layer.
pub struct Application;

impl Protocol for Application {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BACapp";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BACnet-APDU");
        c.claim();
        let first = c.peek_u8(0).ok_or_else(|| c.short(1))?;
        let kind = first >> 4;
        let Some(name) = name_of(ROW_TYPES, kind.into()) else {
            c.info().str("# unknown APDU #");
            return Ok(());
        };
        c.info().str(name);
        c.u8(&TYPE)?;
        match kind {
            REQUEST => request(c, first),
            ANNOUNCEMENT => {
                let service = c.u8(&UNCONFIRMED_SERVICE)?;
                c.info().str(name_of(UNCONFIRMED, service.into()).unwrap_or("unknown service")).byte(b' ');
                body(c, told_of_announcement(service))
            }
            SIMPLE_ACK => answered(c).map(|_| ()),
            COMPLEX_ACK => acknowledged(c, first),
            SEGMENT_ACK => c.read_all(&[(&INVOKE, 1), (&SEQUENCE, 1), (&WINDOW, 1)]),
            ERROR => {
                answered(c)?;
                body(c, Told::Nothing)
            }
            REJECTED => refused(c, &REJECT, REJECTS),
            ABORTED => refused(c, &ABORT, ABORTS),
            _ => Ok(()),
        }
    }
}

/// The service and whose request it was, which the row shows: `readProperty[169] `.
fn invoked<S: Sink>(c: &mut Cursor<'_, S>, service: u8, invoke: u8) {
    let line = c.info().str(name_of(CONFIRMED, service.into()).unwrap_or("unknown service"));
    line.byte(b'[').dec_right(invoke.into(), 3).str("] ");
}

fn answered<S: Sink>(c: &mut Cursor<'_, S>) -> Result<u8, Stop> {
    let invoke = c.u8(&INVOKE)?;
    let service = c.u8(&SERVICE)?;
    invoked(c, service, invoke);
    Ok(service)
}

fn request<S: Sink>(c: &mut Cursor<'_, S>, first: u8) -> Result<(), Stop> {
    for field in [&FLAGS, &SEGMENTED, &MORE, &ACCEPTED] {
        c.bits::<1>(field, first.into());
    }
    let sizes = c.u8(&RESPONSE_SEGMENTS)?;
    c.bits::<1>(&SIZE, sizes.into());
    let invoke = c.u8(&INVOKE)?;
    let segment = if first & 8 != 0 { Some((c.u8(&SEQUENCE)?, c.u8(&WINDOW)?)) } else { None };
    let service = c.u8(&SERVICE)?;
    invoked(c, service, invoke);
    if let Some((number, _)) = segment {
        return fragment(c, number);
    }
    body(c, told_of_request(service, false))
}

fn acknowledged<S: Sink>(c: &mut Cursor<'_, S>, first: u8) -> Result<(), Stop> {
    for field in [&FLAGS, &SEGMENTED, &MORE] {
        c.bits::<1>(field, first.into());
    }
    let invoke = c.u8(&INVOKE)?;
    let segment = if first & 8 != 0 { Some((c.u8(&SEQUENCE)?, c.u8(&WINDOW)?)) } else { None };
    let service = c.u8(&SERVICE)?;
    invoked(c, service, invoke);
    if let Some((number, _)) = segment {
        return fragment(c, number);
    }
    body(c, told_of_request(service, true))
}

/// One piece of a message that is longer than a packet.
fn fragment<S: Sink>(c: &mut Cursor<'_, S>, number: u8) -> Result<(), Stop> {
    c.info().str(" (Message fragment ").dec(number).byte(b')');
    c.data();
    Ok(())
}

fn refused<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, names: Names) -> Result<(), Stop> {
    let invoke = c.u8(&INVOKE)?;
    let reason = c.u8(field)?;
    let line = c.info();
    write_name(line, names, reason.into(), FIRST_OF_VENDORS);
    line.byte(b'[').dec_right(invoke.into(), 3).str("] ");
    Ok(())
}

/// A value's name, or whose it is to give it one.
fn write_name(line: &mut Line, names: Names, value: u64, vendors: u64) {
    match name_of(names, value) {
        Some(name) => line.str(name),
        None if value < vendors => line.byte(b'(').dec(value).str(") Reserved for Use by ASHRAE"),
        None => line.byte(b'(').dec(value).str(") Vendor Proprietary Value"),
    };
}

/// What of a message's content the row shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// Every object that stands by itself, not within something.
    Objects,
    /// The objects and the properties under these context tags, at any depth for the property.
    Tagged {
        objects: &'static [u8],
        property: u8,
    },
    /// Objects under these tags, and the properties of a list of values.
    Values(&'static [u8]),
    /// The range of instances that is asked for.
    Range,
    /// A vendor and the number of a service.
    Private,
}

fn told_of_request(service: u8, answer: bool) -> Told {
    match service {
        0 if !answer => Told::Tagged { objects: &[1], property: u8::MAX },
        1 if !answer => Told::Values(&[1, 2]),
        2 if !answer => Told::Tagged { objects: &[1, 2], property: u8::MAX },
        5 if !answer => Told::Tagged { objects: &[1], property: u8::MAX },
        6 | 7 | 11 if !answer => Told::Objects,
        10 if answer => Told::Objects,
        12 | 15 | 26 => Told::Tagged { objects: &[0], property: 1 },
        18 => Told::Private,
        28 if !answer => Told::Tagged { objects: &[1], property: u8::MAX },
        29 if !answer => Told::Objects,
        _ => Told::Nothing,
    }
}

fn told_of_announcement(service: u8) -> Told {
    match service {
        0 | 1 => Told::Objects,
        2 => Told::Values(&[1, 2]),
        3 => Told::Tagged { objects: &[1, 2], property: u8::MAX },
        4 => Told::Private,
        7 => Told::Tagged { objects: &[2], property: u8::MAX },
        8 => Told::Range,
        _ => Told::Nothing,
    }
}

/// A tag, as every value begins with one (clause 20.2.1).
struct Tag {
    number: u8,
    context: bool,
    opening: bool,
    closing: bool,
    len: usize,
}

fn tag<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Tag, Stop> {
    let first = c.array::<1>()?[0];
    let number = if first >> 4 == 0xf { c.array::<1>()?[0] } else { first >> 4 };
    let context = first & 8 != 0;
    let (opening, closing) = (first & 0xf == 0xe, first & 0xf == 0xf);
    let mut len = usize::from(first & 7);
    if len == 5 {
        len = match c.array::<1>()?[0] {
            254 => usize::from(c.array::<2>().map(u16::from_be_bytes)?),
            255 => c.array::<4>().map(u32::from_be_bytes)? as usize,
            len => len.into(),
        };
    }
    // A truth value is in the tag itself.
    let valueless = opening || closing || (!context && number == 1);
    Ok(Tag { number, context, opening, closing, len: if valueless { 0 } else { len } })
}

/// Reads what a message says, value by value.
fn body<S: Sink>(c: &mut Cursor<'_, S>, told: Told) -> Result<(), Stop> {
    let mut depth = 0_usize;
    while c.reported() > 0 {
        let mark = c.mark();
        let start = c.pos();
        let tag = tag(c)?;
        if tag.opening {
            depth = depth.saturating_add(1);
        } else if tag.closing {
            depth = depth.saturating_sub(1);
        }
        let value = c.pos();
        c.need(tag.len)?;
        let number = c.rest().get(..tag.len.min(4)).unwrap_or_default().iter().fold(0, |n, &b| n << 8 | u64::from(b));
        let shown = tell(c, told, &tag, depth, number);
        c.seek(value.saturating_add(tag.len));
        if S::DETAIL {
            record(c, &tag, (start, value), (number, shown));
            c.close_at(mark);
        }
    }
    Ok(())
}

/// What a value was taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    Object,
    Property,
}

/// Lets the row show a value, where it is one that it shows.
fn tell<S: Sink>(c: &mut Cursor<'_, S>, told: Told, tag: &Tag, depth: usize, number: u64) -> Shown {
    if tag.opening || tag.closing {
        return Shown::Nothing;
    }
    let is_object = tag.len == 4;
    match told {
        Told::Objects if depth == 0 && is_object && (tag.context || tag.number == OBJECT_IDENTIFIER) => {
            object(c.info(), number);
            Shown::Object
        }
        Told::Tagged { objects, .. } | Told::Values(objects)
            if depth == 0 && tag.context && is_object && objects.contains(&tag.number) =>
        {
            object(c.info(), number);
            Shown::Object
        }
        Told::Tagged { property, .. } if depth == 0 && tag.context && tag.number == property => {
            write_property(c.info(), number);
            Shown::Property
        }
        Told::Values(_) if depth == 1 && tag.context && tag.number == 0 => {
            write_property(c.info(), number);
            Shown::Property
        }
        Told::Range if depth == 0 => {
            c.info().dec(number).byte(b' ');
            Shown::Nothing
        }
        Told::Private if depth == 0 && tag.number < 2 => {
            c.info().str(if tag.number == 0 { "V=" } else { "SN=" }).dec(number).byte(b' ');
            Shown::Nothing
        }
        _ => Shown::Nothing,
    }
}

/// Writes an object's type and instance: `device,123 `.
fn object(line: &mut Line, number: u64) {
    write_name(line, OBJECTS, number >> 22, 128);
    line.byte(b',').dec(number & 0x3f_ffff).byte(b' ');
}

fn write_property(line: &mut Line, number: u64) {
    write_name(line, PROPERTIES, number, 512);
    line.byte(b' ');
}

/// Records a value in the tree.
fn record<S: Sink>(c: &mut Cursor<'_, S>, tag: &Tag, (start, value): (usize, usize), (number, shown): (u64, Shown)) {
    let end = value.saturating_add(tag.len);
    if tag.opening || tag.closing {
        c.put(&TAG, start, value, 0);
        c.label(|l| {
            l.byte(if tag.opening { b'{' } else { b'}' }).byte(b'[').dec(tag.number).byte(b']');
        });
        return;
    }
    match shown {
        Shown::Object => {
            c.put(&TAG, start, end, 0);
            c.label(|l| {
                write_name(l.str("ObjectIdentifier: "), OBJECTS, number >> 22, 128);
                l.str(", ").dec(number & 0x3f_ffff);
            });
            c.below(|c| {
                c.put(&OBJECT_TYPE, value, end, number);
                c.put(&INSTANCE, value, end, number);
            });
        }
        Shown::Property => {
            c.put(&TAG, start, end, 0);
            c.label(|l| {
                write_name(l.str("Property Identifier: "), PROPERTIES, number, 512);
                l.str(" (").dec(number).byte(b')');
            });
            c.below(|c| c.put(&PROPERTY, value, end, number));
        }
        Shown::Nothing => c.put(&VALUE, value, end, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, object, write_property};

    #[test]
    fn objects_and_properties_by_name_or_number() {
        let text = |write: fn(&mut Line)| {
            let mut line = Line::default();
            write(&mut line);
            String::from_utf8(line.as_bytes().to_vec()).unwrap()
        };
        assert_eq!(text(|l| object(l, 8 << 22 | 123)), "device,123 ");
        assert_eq!(text(|l| object(l, 127 << 22 | 1)), "(127) Reserved for Use by ASHRAE,1 ");
        assert_eq!(text(|l| object(l, 200 << 22 | 1)), "(200) Vendor Proprietary Value,1 ");
        assert_eq!(text(|l| write_property(l, 85)), "present-value ");
        assert_eq!(text(|l| write_property(l, 600)), "(600) Vendor Proprietary Value ");
    }
}
