//! HiSLIP (IVI-6.1): instruments of a laboratory, over two TCP connections each.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("hislip", "High-Speed LAN Instrument Protocol", Kind::Protocol);

fields! {
    PROLOGUE = "hislip.prologue", "Prologue", Str;
    TYPE = "hislip.messagetype", "Message Type", U8 hex names(TYPES);
    CONTROL = "hislip.controlcode", "Control Code", U8;
    CONTROL_RMT = "hislip.controlcode.rmt", "Control Code", U8 hex names(RMT);
    CONTROL_OVERLAP = "hislip.controlcode.overlap", "Control Code", U8 hex names(OVERLAP);
    CONTROL_LOCK_INFO = "hislip.controlcode.asynclockinforesponse", "Control Code", U8 hex names(LOCK_INFO);
    CONTROL_LOCK_ANSWER = "hislip.controlcode.asynclockresponse", "Control Code", U8 hex names(LOCK_ANSWERS);
    CONTROL_REMOTE = "hislip.controlcode.asyncremotelocalcontrol", "Control Code", U8 hex names(REMOTE);
    CONTROL_FEATURE = "hislip.controlcode.featurenegotiation", "Control Code", U8 hex names(FEATURES);
    CONTROL_LOCK = "hislip.controlcode.asynclockcode", "Control Code", U8 hex names(LOCKS);
    STB = "hislip.controlcode.stb", "STB", U8 hex;
    PAYLOAD_LEN = "hislip.payloadlength", "Payload Length", U64;
    PARAMETER = "hislip.msgpara", "Message Parameter", None;
    MESSAGE_ID = "hislip.msgpara.messageid", "MessageID", U32 hex;
    SESSION_ID = "hislip.msgpara.sessionid", "SessionID", U16 hex;
    SERVER_VERSION = "hislip.msgpara.servproto", "Server version", U16 hex;
    VENDOR = "hislip.msgpara.vendorID", "VendorID", U16 hex;
    CLIENT_VERSION = "hislip.msgpara.clientproto", "Client version", U16 hex;
    CLIENTS = "hislip.msgpara.clients", "HiSLIP clients holding locks", U32;
    TIMEOUT = "hislip.msgpara.timeout", "Timeout[ms]", U32;
    DATA = "hislip.data", "Data", Str;
    FATAL = "hislip.fatalerrcode", "Fatalerror Code", U8 hex names(FATAL_ERRORS);
    NON_FATAL = "hislip.nonfatalerrorcode", "Nonfatalerror Code", U8 hex names(ERRORS);
    MOST = "hislip.maxmsgsize", "Max Message Size", U64;
}

names! {
    TYPES {
        0x0 = "Initialize", 0x1 = "InitializeResponse", 0x2 = "FatalError", 0x3 = "Error", 0x4 = "AsyncLock",
        0x5 = "AsyncLockResponse", 0x6 = "Data", 0x7 = "DataEnd", 0x8 = "DeviceClearComplete",
        0x9 = "DeviceClearAcknowledge", 0xa = "AsyncRemoteLocalControl", 0xb = "AsyncRemoteLocalResponse",
        0xc = "Trigger", 0xd = "Interrupted", 0xe = "AsyncInterrupted", 0xf = "AsyncMaximumMessageSize",
        0x10 = "AsyncMaximumMessageSizeResponse", 0x11 = "AsyncInitialize", 0x12 = "AsyncInitializeResponse",
        0x13 = "AsyncDeviceClear", 0x14 = "AsyncServiceRequest", 0x15 = "AsyncStatusQuery",
        0x16 = "AsyncStatusResponse", 0x17 = "AsyncDeviceClearAcknowledge", 0x18 = "AsyncLockInfo",
        0x19 = "AsyncLockInfoResponse", 0x1a..=0x7f = "reserved for future use", 0x80..=0xff = "VendorSpecific",
    }
    RMT {
        0x0 = "RMT was not delivered", 0x1 = "RMT was delivered",
    }
    OVERLAP {
        0x0 = "Prefer Synchronized", 0x1 = "Prefer Overlap",
    }
    LOCK_INFO {
        0x0 = "No exclusive lock granted", 0x1 = "Exclusive lock granted",
    }
    LOCK_ANSWERS {
        0 = "Failure", 1 = "Success exclusive", 2 = "Success shared", 3 = "Error",
    }
    REMOTE {
        0x0 = "Disable remote", 0x1 = "Enable remote", 0x2 = "Disable remote and go to local",
        0x3 = "Enable remote and go to remote", 0x4 = "Enable remote and lock out local",
        0x5 = "Enable remote, go to remote, and set local lockout",
        0x6 = "go to local without changing state of remote enable",
    }
    FEATURES {
        0x0 = "Synchronized mode", 0x1 = "Overlapped mode",
    }
    LOCKS {
        0x0 = "Release", 0x1 = "Request",
    }
    FATAL_ERRORS {
        0x0 = "Unidentified error", 0x1 = "Poorly formed message header",
        0x2 = "Attempt to use connection without both channels established", 0x3 = "Invalid Initialization Sequence",
        0x4 = "Server refused connection due to maximum number of clients exceeded",
        0x5..=0x7f = "Reserved for HiSLIP extensions", 0x80..=0xff = "Device defined errors",
    }
    ERRORS {
        0x0 = "Unidentified error", 0x1 = "Unrecognized Message Type", 0x2 = "Unrecognized control code",
        0x3 = "Unrecognized Vendor Defined Message", 0x4 = "Message too large",
        0x5..=0x7f = "Reserved for HiSLIP extensions", 0x80..=0xff = "Device defined errors",
    }
}

mod types {
    pub(super) const INITIALIZE: u8 = 0;
    pub(super) const INITIALIZE_RESPONSE: u8 = 1;
    pub(super) const FATAL_ERROR: u8 = 2;
    pub(super) const ERROR: u8 = 3;
    pub(super) const ASYNC_LOCK: u8 = 4;
    pub(super) const ASYNC_LOCK_RESPONSE: u8 = 5;
    pub(super) const DATA: u8 = 6;
    pub(super) const DATA_END: u8 = 7;
    pub(super) const DEVICE_CLEAR_COMPLETE: u8 = 8;
    pub(super) const DEVICE_CLEAR_ACKNOWLEDGE: u8 = 9;
    pub(super) const REMOTE_LOCAL: u8 = 10;
    pub(super) const TRIGGER: u8 = 12;
    pub(super) const MOST_SIZE: u8 = 15;
    pub(super) const MOST_SIZE_RESPONSE: u8 = 16;
    pub(super) const ASYNC_INITIALIZE: u8 = 17;
    pub(super) const ASYNC_INITIALIZE_RESPONSE: u8 = 18;
    pub(super) const SERVICE_REQUEST: u8 = 20;
    pub(super) const STATUS_QUERY: u8 = 21;
    pub(super) const STATUS_RESPONSE: u8 = 22;
    pub(super) const DEVICE_CLEAR_ASYNC: u8 = 23;
    pub(super) const LOCK_INFO_RESPONSE: u8 = 25;
}

const HEADER_LEN: usize = 16;

/// Whether the last lock message asked for a lock, not for its release.
#[derive(Clone, Copy, Default)]
struct LastLock {
    requested: bool,
}

/// HiSLIP.
pub struct Hislip;

impl Protocol for Hislip {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "HiSLIP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(4880)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek::<2>(0) != Some(*b"HS") {
            return Err(Stop::NotMine);
        }
        let len = |c: &Cursor<'_, S>| {
            let payload = c.peek::<8>(8).map_or(0, u64::from_be_bytes);
            usize::try_from(payload).unwrap_or(usize::MAX).saturating_add(HEADER_LEN)
        };
        messages(c, HEADER_LEN, len, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("HiSLIP");
    c.bytes(&PROLOGUE, 2)?;
    let kind = c.u8(&TYPE)?;
    let name = name_of(TYPES, kind.into()).unwrap_or("Unknown");
    let first = c.row().fresh() || !c.row().claimed();
    if first {
        c.claim().str(name);
    } else {
        c.info().str(", ").str(name);
    }
    c.layer_append(|l| {
        _ = l.str(if kind >= 4 && is_async(kind) { " (Asynchron), " } else { " (Synchron), " }).str(name);
    });
    control(c, kind)?;
    parameter(c, kind)?;
    let len = usize::try_from(c.u64(&PAYLOAD_LEN)?).unwrap_or(usize::MAX);
    if len == 0 {
        return Ok(());
    }
    match kind {
        types::MOST_SIZE | types::MOST_SIZE_RESPONSE => {
            let most = c.u64(&MOST)?;
            let hundredths = (most as f64 * 100.0 / f64::from(1 << 20)).round() as u64;
            c.info().str(" Max Message Size: ").dec(hundredths / 100).byte(b'.').dec_wide(hundredths % 100, 2);
            c.info().str(" Mbytes");
            c.append(|l| {
                l.str(" bytes (").dec(hundredths / 100).byte(b'.').dec_wide(hundredths % 100, 2).str(" Mbytes)");
            });
        }
        _ => {
            let text = c.bytes(&DATA, len)?;
            if matches!(kind, types::INITIALIZE | types::DATA | types::DATA_END) {
                c.info().byte(b' ').text(text);
            }
        }
    }
    Ok(())
}

fn is_async(kind: u8) -> bool {
    matches!(kind, 4 | 5 | 10 | 11 | 14..=27)
}

/// The control code, which means something else in every type of message.
fn control<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    let len = c.peek::<8>(5).map_or(0, u64::from_be_bytes);
    let field = match kind {
        types::INITIALIZE_RESPONSE => &CONTROL_OVERLAP,
        types::FATAL_ERROR => &FATAL,
        types::ERROR => &NON_FATAL,
        types::ASYNC_LOCK => &CONTROL_LOCK,
        types::ASYNC_LOCK_RESPONSE => &CONTROL_LOCK_ANSWER,
        types::DATA | types::DATA_END | types::TRIGGER | types::STATUS_QUERY => &CONTROL_RMT,
        types::DEVICE_CLEAR_COMPLETE | types::DEVICE_CLEAR_ACKNOWLEDGE | types::DEVICE_CLEAR_ASYNC => &CONTROL_FEATURE,
        types::REMOTE_LOCAL => &CONTROL_REMOTE,
        types::SERVICE_REQUEST | types::STATUS_RESPONSE => &STB,
        types::LOCK_INFO_RESPONSE => &CONTROL_LOCK_INFO,
        _ => &CONTROL,
    };
    let code = c.u8(field)?;
    let words = match kind {
        types::INITIALIZE_RESPONSE => name_of(OVERLAP, code.into()),
        types::FATAL_ERROR => name_of(FATAL_ERRORS, code.into()),
        types::ERROR => name_of(ERRORS, code.into()),
        types::REMOTE_LOCAL => name_of(REMOTE, code.into()),
        types::LOCK_INFO_RESPONSE => name_of(LOCK_INFO, code.into()),
        types::ASYNC_LOCK => {
            if let Some(slots) = c.worker.state.slots() {
                slots.entry::<LastLock>().requested = code == 1;
            }
            Some(match (code, len) {
                (1, 0) => "Request Exclusive",
                (1, _) => "Request Shared",
                _ => "Release",
            })
        }
        types::ASYNC_LOCK_RESPONSE => {
            let requested = c.worker.state.slots().is_some_and(|slots| slots.entry::<LastLock>().requested);
            if code == 1 && requested { Some("Success") } else { name_of(LOCK_ANSWERS, code.into()) }
        }
        types::SERVICE_REQUEST | types::STATUS_RESPONSE => {
            c.info().str(" STB (0x").hex(code, 1).byte(b')');
            None
        }
        _ => None,
    };
    if let Some(words) = words {
        c.info().str(" [").str(words).byte(b']');
    }
    Ok(())
}

fn parameter<S: Sink>(c: &mut Cursor<'_, S>, kind: u8) -> Result<(), Stop> {
    c.group(&PARAMETER, |c| match kind {
        types::INITIALIZE => c.read_all(&[(&CLIENT_VERSION, 2), (&VENDOR, 2)]),
        types::INITIALIZE_RESPONSE => c.read_all(&[(&SERVER_VERSION, 2), (&SESSION_ID, 2)]),
        types::ASYNC_INITIALIZE => {
            c.skip(2)?;
            c.u16(&SESSION_ID).map(|_| ())
        }
        types::ASYNC_INITIALIZE_RESPONSE => {
            c.skip(2)?;
            c.u16(&VENDOR).map(|_| ())
        }
        types::DATA | types::DATA_END | types::TRIGGER | types::STATUS_QUERY | types::REMOTE_LOCAL => {
            c.u32(&MESSAGE_ID).map(|_| ())
        }
        types::ASYNC_LOCK => c.u32(&TIMEOUT).map(|_| ()),
        types::LOCK_INFO_RESPONSE => c.u32(&CLIENTS).map(|_| ()),
        _ => c.skip(4),
    })
}
