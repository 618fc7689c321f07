//! LNET and Lustre: a cluster's file system, over TCP.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("lnet", "Lustre Network", Kind::Protocol);
static LUSTRE_LAYER: Field = Field::new("lustre", "Lustre", Kind::Protocol);

fields! {
    KIND = "lnet.ksm_type", "Type of socklnd message", U32 custom(kind);
    CHECKSUM = "lnet.ksm_csum", "Checksum", U32 custom(checksum);
    COOKIE = "lnet.ksm_zc_req_cookie", "Ack required", U64 custom(cookie);
    ACK = "lnet.ksm_zc_ack_cookie", "Ack", U64 custom(ack);
    TO = "lnet.dest_nid", "Dest nid", None;
    FROM = "lnet.src_nid", "Src nid", None;
    ADDRESS = "lnet.nid.addr", "lnd address", Ipv4;
    INTERFACE = "lnet.nid.net_interface", "lnd network interface", U16;
    NETWORK = "lnet.nid.type", "lnd network type", U16 names(NETWORKS);
    FROM_PID = "lnet.src_pid", "Src pid", U32 dec_hex;
    TO_PID = "lnet.dest_pid", "Dest pid", U32 dec_hex;
    TYPE = "lnet.msg_type", "Message type", U32 names(TYPES);
    LENGTH = "lnet.payload_length", "Payload length", U32;
    PORTAL = "lnet.ptl_index", "ptl index", U32 names(PORTALS);
}

names! {
    NETWORKS { 2 = "SOCKLND" }
    TYPES { 0 = "ACK", 1 = "PUT", 2 = "GET", 3 = "REPLY", 4 = "HELLO" }
    PORTALS {
        1 = "CONNMGR_REQUEST_PORTAL", 2 = "CONNMGR_REPLY_PORTAL", 3 = "OSC_REQUEST_PORTAL", 4 = "OSC_REPLY_PORTAL",
        5 = "OSC_BULK_PORTAL", 6 = "OST_IO_PORTAL", 7 = "OST_CREATE_PORTAL", 8 = "OST_BULK_PORTAL",
        9 = "MDC_REQUEST_PORTAL", 10 = "MDC_REPLY_PORTAL", 11 = "MDC_BULK_PORTAL", 12 = "MDS_REQUEST_PORTAL",
        13 = "MDS_REPLY_PORTAL", 14 = "MDS_BULK_PORTAL", 15 = "LDLM_CB_REQUEST_PORTAL", 16 = "LDLM_CB_REPLY_PORTAL",
        17 = "LDLM_CANCEL_REQUEST_PORTAL", 18 = "LDLM_CANCEL_REPLY_PORTAL", 19 = "PTLBD_REQUEST_PORTAL",
        20 = "PTLBD_REPLY_PORTAL", 21 = "PTLBD_BULK_PORTAL", 22 = "MDS_SETATTR_PORTAL", 23 = "MDS_READPAGE_PORTAL",
        24 = "MDS_MDS_PORTAL", 25 = "MGC_REPLY_PORTAL", 26 = "MGS_REQUEST_PORTAL", 27 = "MGS_REPLY_PORTAL",
        28 = "OST_REQUEST_PORTAL", 29 = "FLD_REQUEST_PORTAL", 30 = "SEQ_METADATA_PORTAL", 31 = "SEQ_DATA_PORTAL",
        32 = "SEQ_CONTROLLER_PORTAL", 33 = "MGS_BULK_PORTAL",
    }
    OPERATIONS {
        0 = "OST_REPLY", 1 = "OST_GETATTR", 2 = "OST_SETATTR", 3 = "OST_READ", 4 = "OST_WRITE", 5 = "OST_CREATE",
        6 = "OST_DESTROY", 7 = "OST_GET_INFO", 8 = "OST_CONNECT", 9 = "OST_DISCONNECT", 10 = "OST_PUNCH",
        11 = "OST_OPEN", 12 = "OST_CLOSE", 13 = "OST_STATFS", 16 = "OST_SYNC", 17 = "OST_SET_INFO",
        18 = "OST_QUOTACHECK", 19 = "OST_QUOTACTL", 20 = "OST_QUOTA_ADJUST_QUNIT", 21 = "OST_LADVISE",
        22 = "OST_LAST_OPC", 33 = "MDS_GETATTR", 34 = "MDS_GETATTR_NAME", 35 = "MDS_CLOSE", 36 = "MDS_REINT",
        37 = "MDS_READPAGE", 38 = "MDS_CONNECT", 39 = "MDS_DISCONNECT", 40 = "MDS_GET_ROOT", 41 = "MDS_STATFS",
        42 = "MDS_PIN", 43 = "MDS_UNPIN", 44 = "MDS_SYNC", 45 = "MDS_DONE_WRITING", 46 = "MDS_SET_INFO",
        47 = "MDS_QUOTACHECK", 48 = "MDS_QUOTACTL", 49 = "MDS_GETXATTR", 50 = "MDS_SETXATTR", 51 = "MDS_WRITEPAGE",
        52 = "MDS_IS_SUBDIR", 53 = "MDS_GET_INFO", 54 = "MDS_HSM_STATE_GET", 55 = "MDS_HSM_STATE_SET",
        56 = "MDS_HSM_ACTION", 57 = "MDS_HSM_PROGRESS", 58 = "MDS_HSM_REQUEST", 59 = "MDS_HSM_CT_REGISTER",
        60 = "MDS_HSM_CT_UNREGISTER", 61 = "MDS_SWAP_LAYOUTS", 62 = "MDS_RMFID", 63 = "MDS_LAST_OPC",
        101 = "LDLM_ENQUEUE", 102 = "LDLM_CONVERT", 103 = "LDLM_CANCEL", 104 = "LDLM_BL_CALLBACK",
        105 = "LDLM_CP_CALLBACK", 106 = "LDLM_GL_CALLBACK", 107 = "LDLM_SET_INFO", 108 = "LDLM_LAST_OPC",
        250 = "MGS_CONNECT", 251 = "MGS_DISCONNECT", 252 = "MGS_EXCEPTION", 253 = "MGS_TARGET_REG",
        254 = "MGS_TARGET_DEL", 255 = "MGS_SET_INFO", 256 = "MGS_CONFIG_READ", 257 = "MGS_LAST_OPC", 400 = "OBD_PING",
        401 = "OBD_LOG_CANCEL", 402 = "OBD_QC_CALLBACK", 403 = "OBD_IDX_READ", 404 = "OBD_LAST_OPC",
        501 = "LLOG_ORIGIN_HANDLE_CREATE", 502 = "LLOG_ORIGIN_HANDLE_NEXT_BLOCK",
        503 = "LLOG_ORIGIN_HANDLE_READ_HEADER", 504 = "LLOG_ORIGIN_HANDLE_WRITE_REC",
        505 = "LLOG_ORIGIN_HANDLE_CLOSE", 506 = "LLOG_ORIGIN_CONNECT", 507 = "LLOG_CATINFO",
        508 = "LLOG_ORIGIN_HANDLE_PREV_BLOCK", 509 = "LLOG_ORIGIN_HANDLE_DESTROY", 510 = "LLOG_LAST_OPC",
        601 = "QUOTA_DQACQ", 602 = "QUOTA_DQREL", 603 = "QUOTA_LAST_OPC", 700 = "SEQ_QUERY", 701 = "SEQ_LAST_OPC",
        801 = "SEC_CTX_INIT", 802 = "SEC_CTX_INIT_CONT", 803 = "SEC_CTX_FINI", 804 = "SEC_LAST_OPC",
        900 = "FLD_QUERY", 901 = "FLD_READ", 902 = "FLD_LAST_OPC", 1000 = "OUT_UPDATE", 1001 = "OUT_UPDATE_LAST_OPC",
        1101 = "LFSCK_NOTIFY", 1102 = "LFSCK_QUERY", 1103 = "LFSCK_LAST_OPC",
    }
}

/// Portals whose messages are Lustre's.
const LUSTRE_PORTALS: &[u32] = &[1, 2, 4, 6, 7, 10, 12, 15, 16, 17, 18, 22, 23, 25, 26, 27, 28, 29, 30, 31, 32];

/// Where a message's type and its payload's length stand, and the bytes before that payload.
const TYPE_AT: usize = 48;
const LENGTH_AT: usize = 52;
const HEADER_LEN: usize = 96;
/// What carries messages, as the first number says.
const CARRIER: u32 = 0xc1;
/// Bytes of one that carries none.
const NOTHING_LEN: usize = 24;
const PUT: u32 = 1;
const GET: u32 = 2;

fn kind(number: u64, line: &mut Line) {
    let name = match number {
        0xc0 => "KSOCK_MSG_NOOP",
        0xc1 => "KSOCK_MSG_LNET",
        _ => "Unknown",
    };
    line.str(name).str(" (0x").hex(number, 8).byte(b')');
}

fn checksum(number: u64, line: &mut Line) {
    line.dec(number);
    if number == 0 {
        line.str(" (DISABLED)");
    }
}

fn cookie(number: u64, line: &mut Line) {
    line.str("0x").hex(number, 16).str(if number == 0 { " (NO ACK REQUIRED)" } else { "" });
}

fn ack(number: u64, line: &mut Line) {
    line.str("0x").hex(number, 16).str(if number == 0 { " (NOT ACK)" } else { "" });
}

/// LNET.
pub struct Lnet;

impl Protocol for Lnet {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LNET";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(988)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        // What begins otherwise is said nothing of: acknowledgments, and how connections are opened.
        if c.peek::<4>(0).map(u32::from_le_bytes) != Some(CARRIER) || c.remaining() < NOTHING_LEN {
            return Err(Stop::NotMine);
        }
        let len = |c: &Cursor<'_, S>| {
            let payload = c.peek::<4>(LENGTH_AT).map(u32::from_le_bytes).unwrap_or_default();
            (payload as usize).saturating_add(HEADER_LEN)
        };
        messages(c, HEADER_LEN, len, message)
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("LNET");
    c.claim();
    let kind = c.peek::<4>(TYPE_AT).map(u32::from_le_bytes).ok_or_else(|| c.short(HEADER_LEN))?;
    c.u32_le(&KIND)?;
    c.u32_le(&CHECKSUM)?;
    c.le::<8>(&COOKIE)?;
    c.le::<8>(&ACK)?;
    for field in [&TO, &FROM] {
        c.group(field, network)?;
    }
    for field in [&FROM_PID, &TO_PID, &TYPE, &LENGTH] {
        c.u32_le(field)?;
    }
    let info = c.info().str("LNET_");
    match name_of(TYPES, kind.into()) {
        Some(name) => info.str(name),
        None => info.str("Unknown(").dec(kind).byte(b')'),
    };
    let portal = match kind {
        PUT => c.peek::<4>(32),
        GET => c.peek::<4>(24),
        _ => None,
    };
    let Some(portal) = portal.map(u32::from_le_bytes) else { return c.skip(c.remaining()) };
    let info = c.info().str(", ");
    match name_of(PORTALS, portal.into()) {
        Some(name) => info.str(name),
        None => info.str("Unknown(").dec(portal).byte(b')'),
    };
    c.skip(40)?;
    c.layer_ends();
    if kind == PUT && c.remaining() > 0 && LUSTRE_PORTALS.contains(&portal) {
        c.call::<Lustre>()?;
    }
    c.skip(c.remaining())
}

fn network<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let bytes: [u8; 8] = c.peek(0).ok_or_else(|| c.short(8))?;
    let [d, e, f, g, low, high, ..] = bytes;
    let address = [g, f, e, d];
    let interface = u16::from_le_bytes([low, high]);
    let mark = c.mark().wrapping_sub(1);
    c.append_at(mark, |l| _ = l.str(": ").ipv4(&address).str("@tcp").dec(interface));
    c.put(&ADDRESS, c.pos(), c.pos() + 4, 0);
    c.label(|l| _ = l.str("lnd address: ").ipv4(&address));
    c.skip(4)?;
    c.u16_le(&INTERFACE)?;
    c.u16_le(&NETWORK)?;
    Ok(())
}

mod lustre {
    use crate::fields;

    fields! {
        COUNT = "lustre.lustre_msg_v2.lm_bufcount", "Lm Bufcount", U32;
        FLAVOUR = "lustre.lustre_msg_v2.lm_secflvr", "Lm Secflvr", U32 hex;
        MAGIC = "lustre.lustre_msg_v2.lm_magic", "Lm Magic", U32 hex;
        REPLY_SIZE = "lustre.lustre_msg_v2.lm_repsize", "Lm Repsize", U32;
        CHECKSUM = "lustre.lustre_msg_v2.lm_cksum", "Lm Cksum", U32;
        FLAGS = "lustre.lustre_msg_v2.lm_flags", "Lm Flags", U32 hex;
    }
}

/// Lustre.
pub struct Lustre;

/// The magic number of messages of version 2.
const MAGIC: u32 = 0x0bd0_0bd3;
/// Bytes before the lengths of a message's buffers.
const PREFIX_LEN: usize = 32;

impl Protocol for Lustre {
    const LAYER: &'static Field = &LUSTRE_LAYER;
    const NAME: &'static str = "Lustre";
    const FIELDS: &'static [&'static Field] = lustre::FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("Lustre");
        c.claim();
        let start = c.pos();
        let count = c.u32_le(&lustre::COUNT)?;
        c.u32_le(&lustre::FLAVOUR)?;
        if c.u32_le(&lustre::MAGIC)? != MAGIC {
            return c.skip(c.remaining());
        }
        for field in [&lustre::REPLY_SIZE, &lustre::CHECKSUM, &lustre::FLAGS] {
            c.u32_le(field)?;
        }
        // The first buffer says what is asked: its lengths are padded to eight bytes.
        let lengths = (count as usize).saturating_mul(4).saturating_add(7) & !7;
        c.seek(start.saturating_add(PREFIX_LEN).saturating_add(lengths));
        c.need(20)?;
        let kind = c.peek::<4>(8).map(u32::from_le_bytes).unwrap_or_default();
        let operation = c.peek::<4>(16).map(u32::from_le_bytes).unwrap_or_default();
        let info = c.info();
        match name_of(OPERATIONS, operation.into()) {
            Some(name) => info.str(name),
            None => info.str("Unknown(").dec(operation).byte(b')'),
        };
        match kind {
            4711 => info.str(" request "),
            4712 => info.str(" error "),
            4713 => info.str(" reply "),
            _ => info.str(" Unknown(").dec(kind).str(") "),
        };
        c.skip(c.remaining())
    }
}
