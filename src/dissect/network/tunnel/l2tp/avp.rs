//! The attribute-value pairs of L2TP's control messages (RFC 2661 section 4.4, RFC 3931 section 5.4).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

fields! {
    PAIR = "", "AVP", None;
    TOO_SHORT = "", "AVP length", None;
    CAPABILITIES = "", "Pseudowire Capabilities List", None;
    VENDOR_DATA = "", "Vendor-Specific AVP data", None;
    MANDATORY = "l2tp.avp.mandatory", "Mandatory", Bool bits(16) mask(0x8000);
    HIDDEN = "l2tp.avp.hidden", "Hidden", Bool bits(16) mask(0x4000);
    LENGTH = "l2tp.avp.length", "Length", U16 mask(0x03ff);
    VENDOR = "l2tp.avp.vendor_id", "Vendor ID", U16 names(VENDORS);
    TYPE = "l2tp.avp.type", "AVP Type", U16 names(TYPES);
    RESULT_CODE = "l2tp.result_code", "Result code", U16 names(RESULTS);
    RESULT_OF_CALL = "l2tp.result_code", "Result code", U16 names(RESULTS_OF_CALLS);
    ERROR_CODE = "l2tp.avp.error_code", "Error code", U16 names(ERRORS);
    ERROR_MESSAGE = "l2tp.avp.error_message", "Error Message", Str;
    PROTOCOL_VERSION = "l2tp.avp.protocol_version", "Version", U8;
    PROTOCOL_REVISION = "l2tp.avp.protocol_revision", "Revision", U8;
    ASYNC_FRAMING_SUPPORTED = "l2tp.avp.async_framing_supported", "Async Framing Supported", Bool bits(32) mask(0x2);
    SYNC_FRAMING_SUPPORTED = "l2tp.avp.sync_framing_supported", "Sync Framing Supported", Bool bits(32) mask(0x1);
    ANALOG_ACCESS_SUPPORTED = "l2tp.avp.analog_access_supported", "Analog Access Supported", Bool bits(32) mask(0x2);
    DIGITAL_ACCESS_SUPPORTED = "l2tp.avp.digital_access_supported", "Digital Access Supported", Bool bits(32) mask(0x1);
    TIE_BREAKER = "l2tp.tie_breaker", "Tie Breaker", U64 hex;
    FIRMWARE_REVISION = "l2tp.avp.firmware_revision", "Firmware Revision", U16 dec_hex;
    HOST_NAME = "l2tp.avp.host_name", "Host Name", Str;
    VENDOR_NAME = "l2tp.avp.vendor_name", "Vendor Name", Str;
    ASSIGNED_TUNNEL_ID = "l2tp.avp.assigned_tunnel_id", "Assigned Tunnel ID", U16;
    RECEIVE_WINDOW_SIZE = "l2tp.avp.receive_window_size", "Receive Window Size", U16;
    CHAP_CHALLENGE = "l2tp.avp.chap_challenge", "CHAP Challenge", Bytes;
    CAUSE_CODE = "l2tp.avp.cause_code", "Cause Code", U16;
    CAUSE_MSG = "l2tp.avp.cause_msg", "Cause Msg", U8;
    ADVISORY_MSG = "l2tp.avp.advisory_msg", "Advisory Msg", Str;
    CHAP_CHALLENGE_RESPONSE = "l2tp.avp.chap_challenge_response", "CHAP Challenge Response", Bytes;
    ASSIGNED_SESSION_ID = "l2tp.avp.assigned_session_id", "Assigned Session ID", U16;
    CALL_SERIAL_NUMBER = "l2tp.avp.call_serial_number", "Call Serial Number", U32;
    MINIMUM_BPS = "l2tp.avp.minimum_bps", "Minimum BPS", U32;
    MAXIMUM_BPS = "l2tp.avp.maximum_bps", "Maximum BPS", U32;
    ANALOG_BEARER_TYPE = "l2tp.avp.analog_bearer_type", "Analog Bearer Type", Bool bits(32) mask(0x2);
    DIGITAL_BEARER_TYPE = "l2tp.avp.digital_bearer_type", "Digital Bearer Type", Bool bits(32) mask(0x1);
    ASYNC_FRAMING_TYPE = "l2tp.avp.async_framing_type", "Async Framing Type", Bool bits(32) mask(0x2);
    SYNC_FRAMING_TYPE = "l2tp.avp.sync_framing_type", "Sync Framing Type", Bool bits(32) mask(0x1);
    CALLED_NUMBER = "l2tp.avp.called_number", "Called Number", Str;
    CALLING_NUMBER = "l2tp.avp.calling_number", "Calling Number", Str;
    SUB_ADDRESS = "l2tp.avp.sub_address", "Sub-Address", Str;
    CONNECT_SPEED = "l2tp.avp.connect_speed", "Connect Speed", U32;
    PHYSICAL_CHANNEL = "l2tp.avp.physical_channel", "Physical Channel", U32;
    INITIAL_RECEIVED_LCP_CONFREQ = "l2tp.avp.initial_received_lcp_confreq", "Initial Received LCP CONFREQ", Bytes;
    LAST_SENT_LCP_CONFREQ = "l2tp.avp.last_sent_lcp_confreq", "Last Sent LCP CONFREQ", Bytes;
    LAST_RECEIVED_LCP_CONFREQ = "l2tp.avp.last_received_lcp_confreq", "Last Received LCP CONFREQ", Bytes;
    PROXY_AUTHEN_TYPE = "l2tp.avp.proxy_authen_type", "Proxy Authen Type", U16 names(AUTHENTICATIONS);
    PROXY_AUTHEN_NAME = "l2tp.avp.proxy_authen_name", "Proxy Authen Name", Str;
    PROXY_AUTHEN_CHALLENGE = "l2tp.avp.proxy_authen_challenge", "Proxy Authen Challenge", Bytes;
    PROXY_AUTHEN_ID = "l2tp.avp.proxy_authen_id", "Proxy Authen ID", U8;
    PROXY_AUTHEN_RESPONSE = "l2tp.avp.proxy_authen_response", "Proxy Authen Response", Bytes;
    CRC_ERRORS = "l2tp.avp.crc_errors", "CRC Errors", U32;
    FRAMING_ERRORS = "l2tp.avp.framing_errors", "Framing Errors", U32;
    HARDWARE_OVERRUNS = "l2tp.avp.hardware_overruns", "Hardware Overruns", U32;
    BUFFER_OVERRUNS = "l2tp.avp.buffer_overruns", "Buffer Overruns", U32;
    TIME_OUT_ERRORS = "l2tp.avp.time_out_errors", "Time-out Errors", U32;
    ALIGNMENT_ERRORS = "l2tp.avp.alignment_errors", "Alignment Errors", U32;
    SEND_ACCM = "l2tp.avp.send_accm", "Send ACCM", U32;
    RECEIVE_ACCM = "l2tp.avp.receive_accm", "Receive ACCM", U32;
    RANDOM_VECTOR = "l2tp.avp.random_vector", "Random Vector", Bytes;
    PRIVATE_GROUP_ID = "l2tp.avp.private_group_id", "Private Group ID", Bytes;
    RX_CONNECT_SPEED = "l2tp.avp.rx_connect_speed", "Rx Connect Speed", U32;
    DISCONNECT_CODE = "l2tp.avp.disconnect_code", "Disconnect Code", U16;
    CONTROL_PROTOCOL_NUMBER = "l2tp.avp.control_protocol_number", "Control Protocol Number", U16;
    CAUSE_CODE_DIRECTION = "l2tp.avp.cause_code_direction", "Direction", U8 names(DIRECTIONS);
    CAUSE_CODE_MESSAGE = "l2tp.avp.cause_code_message", "Message", Str;
    MESSAGE_DIGEST = "l2tp.avp.message_digest", "Message Digest", Bytes;
    ROUTER_ID = "l2tp.avp.router_id", "Router ID", U32;
    ASSIGNED_CONTROL_CONN_ID = "l2tp.avp.assigned_control_conn_id", "Assigned Control Connection ID", U32;
    PW_TYPE = "l2tp.avp.pw_type", "PW Type", U16 names(super::PSEUDOWIRES);
    LOCAL_SESSION_ID = "l2tp.avp.local_session_id", "Local Session ID", U32;
    REMOTE_SESSION_ID = "l2tp.avp.remote_session_id", "Remote Session ID", U32;
    ASSIGNED_COOKIE = "l2tp.avp.assigned_cookie", "Assigned Cookie", Bytes;
    REMOTE_END_ID = "l2tp.avp.remote_end_id", "Remote End ID", Str;
    PSEUDOWIRE_TYPE = "l2tp.avp.pseudowire_type", "Pseudowire Type", U16 names(super::PSEUDOWIRES);
    LAYER2_SPECIFIC_SUBLAYER = "l2tp.avp.layer2_specific_sublayer", "Layer2 Specific Sublayer", U16 names(SUBLAYERS);
    DATA_SEQUENCING = "l2tp.avp.data_sequencing", "Data Sequencing", U16 names(SEQUENCINGS);
    CIRCUIT_STATUS = "l2tp.avp.circuit_status", "Circuit Status", Bool bits(16) mask(0x1) flag("Up", "Down");
    CIRCUIT_TYPE = "l2tp.avp.circuit_type", "Circuit Type", Bool bits(16) mask(0x2) flag("New", "Existing");
    PREFERRED_LANGUAGE = "l2tp.avp.preferred_language", "Preferred Language", Str;
    NONCE = "l2tp.avp.nonce", "Nonce", Bytes;
    TX_CONNECT_SPEED_V3 = "l2tp.avp.tx_connect_speed_v3", "Tx Connect Speed v3", U64 hex;
    RX_CONNECT_SPEED_V3 = "l2tp.avp.rx_connect_speed_v3", "Rx Connect Speed v3", U64 hex;
    MESSAGE_TYPE = "l2tp.avp.message_type", "Message Type", U16 names(MESSAGES);
}

experts! {
    UNDECODED = "l2tp.vendor_specific_avp_data", "Vendor-Specific AVP data", Warning, Undecoded;
    BAD_LENGTH = "l2tp.avp_length.bad", "Bad AVP length", Error, Malformed;
}

names! {
    VENDORS { 0 = "Reserved", 9 = "ciscoSystems", 193 = "Ericsson AB", 311 = "Microsoft", 3561 = "The Broadband Forum (formerly 'ADSL Forum')", 4491 = "Cable Television Laboratories, Inc." }
    TYPES {
        0 = "Control Message", 1 = "Result-Error Code", 2 = "Protocol Version", 3 = "Framing Capabilities",
        4 = "Bearer Capabilities", 5 = "Tie Breaker", 6 = "Firmware Revision", 7 = "Host Name", 8 = "Vendor Name",
        9 = "Assigned Tunnel ID", 10 = "Receive Window Size", 11 = "Challenge", 12 = "Cause Code",
        13 = "Challenge Response", 14 = "Assigned Session", 15 = "Call Serial Number", 16 = "Minimum BPS",
        17 = "Maximum BPS", 18 = "Bearer Type", 19 = "Framing Type", 20 = "Reserved", 21 = "Called Number",
        22 = "Calling Number", 23 = "Sub-Address", 24 = "Connect Speed", 25 = "Physical Channel",
        26 = "Initial Received LCP CONFREQ", 27 = "Last Sent LCP CONFREQ", 28 = "Last Received LCP CONFREQ",
        29 = "Proxy Authen Type", 30 = "Proxy Authen Name", 31 = "Proxy Authen Challenge", 32 = "Proxy Authen ID",
        33 = "Proxy Authen Response", 34 = "Call status AVPs", 35 = "ACCM", 36 = "Random Vector",
        37 = "Private group ID", 38 = "RxConnect Speed", 39 = "Sequencing Required", 46 = "PPP Disconnect Cause Code",
        58 = "Extended Vendor ID", 59 = "Message Digest", 60 = "Router ID", 61 = "Assigned Control Connection ID",
        62 = "Pseudowire Capability List", 63 = "Local Session ID", 64 = "Remote Session ID", 65 = "Assigned Cookie",
        66 = "Remote End ID", 68 = "Pseudowire Type", 69 = "Layer2 Specific Sublayer", 70 = "Data Sequencing",
        71 = "Circuit Status", 72 = "Preferred Language", 73 = "Control Message Authentication Nonce",
        74 = "Tx Connect Speed Version 3", 75 = "Rx Connect Speed Version 3", 76 = "Failover Capability",
        77 = "Tunnel Recovery", 78 = "Suggested Control Sequence", 79 = "Failover Session State",
        80 = "Multicast Capability", 81 = "New Outgoing Sessions", 82 = "New Outgoing Sessions Acknowledgement",
        83 = "Withdraw Outgoing Sessions", 84 = "Multicast Packets Priority", 85 = "Frame-Relay Header Length",
        86 = "ATM Maximum Concatenated Cells", 87 = "OAM Emulation Required", 88 = "ATM Alarm Status",
        89 = "Attachment Group Identifier", 90 = "Local End Identifier", 91 = "Interface Maximum Transmission Unit",
        92 = "FCS Retention", 93 = "Tunnel Switching Aggregator ID", 94 = "Maximum Receive Unit (MRU)",
        95 = "Maximum Reassembled Receive Unit (MRRU)", 96 = "VCCV Capability", 97 = "Connect Speed Update",
        98 = "Connect Speed Update Enable", 99 = "TDM Pseudowire", 100 = "RTP AVP", 101 = "PW Switching Point",
    }
    MESSAGES {
        1 = "Start_Control_Request", 2 = "Start_Control_Reply", 3 = "Start_Control_Connected",
        4 = "Stop_Control_Notification", 5 = "Reserved", 6 = "Hello", 7 = "Outgoing_Call_Request",
        8 = "Outgoing_Call_Reply", 9 = "Outgoing_Call_Connected", 10 = "Incoming_Call_Request",
        11 = "Incoming_Call_Reply", 12 = "Incoming_Call_Connected", 13 = "Reserved",
        14 = "Call_Disconnect_Notification", 15 = "WAN_Error_Notify", 16 = "Set_Link_Info", 17 = "Modem_Status",
        18 = "Service_Relay_Request_Msg", 19 = "Service_Relay_Reply_Message", 20 = "Explicit_Acknowledgement",
        21 = "Failover_Session_Query_Message", 22 = "Failover_Session_Response_Message",
        23 = "Multicast-Session-Request", 24 = "Multicast-Session-Response", 25 = "Multicast-Session-Establishment",
        26 = "Multicast-Session-Information", 27 = "Multicast-Session-End-Notify",
        28 = "Connect-Speed-Update-Notification", 29 = "Connect-Speed-Update-Request",
    }
    ERRORS {
        0 = "No General Error", 1 = "No control connection exists yet for this pair of LCCEs", 2 = "Length is wrong",
        3 = "One of the field values was out of range", 4 = "Insufficient resources to handle this operation now",
        5 = "Invalid Session ID", 6 = "A generic vendor-specific error occurred", 7 = "Try another",
        8 = "Receipt of an unknown AVP with the M bit set", 9 = "Try another directed", 10 = "Next hop unreachable",
        11 = "Next hop busy", 12 = "TSA busy",
    }
    AUTHENTICATIONS {
        0 = "Reserved", 1 = "Textual username/password exchange", 2 = "PPP CHAP", 3 = "PPP PAP",
        4 = "No Authentication", 5 = "Microsoft CHAP Version 1", 6 = "Reserved", 7 = "EAP",
    }
    DIRECTIONS {
        0 = "global error", 1 = "at peer", 2 = "at local",
    }
    SUBLAYERS {
        0 = "No L2-Specific Sublayer", 1 = "Default L2-Specific Sublayer present",
        2 = "ATM-Specific Sublayer present", 3 = "MPT-Specific Sublayer", 4 = "PSP-Specific Sublayer",
    }
    SEQUENCINGS {
        0 = "No incoming data packets require sequencing", 1 = "Only non-IP data packets require sequencing",
        2 = "All incoming data packets require sequencing",
    }
    RESULTS {
        0 = "Reserved", 1 = "General request to clear control connection",
        2 = "General error, Error Code indicates the problem", 3 = "Control connection already exists",
        4 = "Requester is not authorized to establish a control connection",
        5 = "The protocol version of the requester is not supported", 6 = "Requester is being shut down",
        7 = "Finite state machine error or timeout", 8 = "Control connection due to mismatching CCDS value",
    }
    RESULTS_OF_CALLS {
        0 = "Reserved",
        1 = "Session disconnected due to loss of carrier or circuit disconnect",
        2 = "Session disconnected for the reason indicated in Error Code",
        3 = "Session disconnected for administrative reasons",
        4 = "Appropriate facilities unavailable (temporary condition)",
        5 = "Appropriate facilities unavailable (permanent condition)",
        6 = "Invalid destination",
        7 = "Call failed due to no carrier detected",
        8 = "Call failed due to detection of a busy signal",
        9 = "Call failed due to lack of a dial tone",
        10 = "Call was not established within time allotted by LAC",
        11 = "Call was connected but no appropriate framing was detected",
        12 = "Disconnecting call due to mismatching SDS value",
        13 = "Session not established due to losing tie breaker",
        14 = "Session not established due to unsupported PW type",
        15 = "Session not established, sequencing required without valid L2-Specific Sublayer",
        16 = "Finite state machine error or timeout",
        17 = "FR PVC was deleted permanently (no longer provisioned) ",
        18 = "FR PVC has been INACTIVE for an extended period of time",
        19 = "Mismatched FR Header Length",
        20 = "HDLC Link was deleted permanently (no longer provisioned)",
        21 = "HDLC Link has been INACTIVE for an extended period of time",
        22 = "Session not established due to other LCCE can not support the OAM Cell Emulation",
        23 = "Mismatching interface MTU",
        24 = "Attempt to connect to non-existent forwarder",
        25 = "Attempt to connect to unauthorized forwarder",
        26 = "Loop Detected",
        27 = "Attachment Circuit bound to different PE",
        28 = "Attachment Circuit bound to different remote Attachment Circuit",
        29 = "Unassigned",
        30 = "Return code to indicate connection was refused because of TDM PW parameters. The error code indicates the problem.",
        31 = "Sequencing not supported",
    }
}

/// What an attribute's value is made of.
enum Value {
    /// Fields of fixed width, one after the other.
    Fields(&'static [(&'static Field, usize)]),
    /// Flags, all of them of the same number of that many bytes.
    Flags(usize, &'static [&'static Field]),
    /// Fields of fixed width, and one that takes the rest if there is any.
    Rest(&'static [(&'static Field, usize)], &'static Field),
    /// Numbers of 16 bits, as many as there are.
    List(&'static Field),
    /// Nothing is said of it.
    Unknown,
}

/// What attributes are made of, by their types in ascending order.
static VALUES: &[(u16, Value)] = &[
    (0, Value::Fields(&[(&MESSAGE_TYPE, 2)])),
    (2, Value::Fields(&[(&PROTOCOL_VERSION, 1), (&PROTOCOL_REVISION, 1)])),
    (3, Value::Flags(4, &[&ASYNC_FRAMING_SUPPORTED, &SYNC_FRAMING_SUPPORTED])),
    (4, Value::Flags(4, &[&ANALOG_ACCESS_SUPPORTED, &DIGITAL_ACCESS_SUPPORTED])),
    (5, Value::Fields(&[(&TIE_BREAKER, 8)])),
    (6, Value::Fields(&[(&FIRMWARE_REVISION, 2)])),
    (7, Value::Rest(&[], &HOST_NAME)),
    (8, Value::Rest(&[], &VENDOR_NAME)),
    (9, Value::Fields(&[(&ASSIGNED_TUNNEL_ID, 2)])),
    (10, Value::Fields(&[(&RECEIVE_WINDOW_SIZE, 2)])),
    (11, Value::Rest(&[], &CHAP_CHALLENGE)),
    (12, Value::Rest(&[(&CAUSE_CODE, 2), (&CAUSE_MSG, 1)], &ADVISORY_MSG)),
    (13, Value::Fields(&[(&CHAP_CHALLENGE_RESPONSE, 16)])),
    (14, Value::Fields(&[(&ASSIGNED_SESSION_ID, 2)])),
    (15, Value::Fields(&[(&CALL_SERIAL_NUMBER, 4)])),
    (16, Value::Fields(&[(&MINIMUM_BPS, 4)])),
    (17, Value::Fields(&[(&MAXIMUM_BPS, 4)])),
    (18, Value::Flags(4, &[&ANALOG_BEARER_TYPE, &DIGITAL_BEARER_TYPE])),
    (19, Value::Flags(4, &[&ASYNC_FRAMING_TYPE, &SYNC_FRAMING_TYPE])),
    (21, Value::Rest(&[], &CALLED_NUMBER)),
    (22, Value::Rest(&[], &CALLING_NUMBER)),
    (23, Value::Rest(&[], &SUB_ADDRESS)),
    (24, Value::Fields(&[(&CONNECT_SPEED, 4)])),
    (25, Value::Fields(&[(&PHYSICAL_CHANNEL, 4)])),
    (26, Value::Rest(&[], &INITIAL_RECEIVED_LCP_CONFREQ)),
    (27, Value::Rest(&[], &LAST_SENT_LCP_CONFREQ)),
    (28, Value::Rest(&[], &LAST_RECEIVED_LCP_CONFREQ)),
    (29, Value::Fields(&[(&PROXY_AUTHEN_TYPE, 2)])),
    (30, Value::Rest(&[], &PROXY_AUTHEN_NAME)),
    (31, Value::Rest(&[], &PROXY_AUTHEN_CHALLENGE)),
    (33, Value::Rest(&[], &PROXY_AUTHEN_RESPONSE)),
    (36, Value::Rest(&[], &RANDOM_VECTOR)),
    (37, Value::Rest(&[], &PRIVATE_GROUP_ID)),
    (38, Value::Fields(&[(&RX_CONNECT_SPEED, 4)])),
    (
        46,
        Value::Rest(
            &[(&DISCONNECT_CODE, 2), (&CONTROL_PROTOCOL_NUMBER, 2), (&CAUSE_CODE_DIRECTION, 1)],
            &CAUSE_CODE_MESSAGE,
        ),
    ),
    (59, Value::Rest(&[], &MESSAGE_DIGEST)),
    (60, Value::Fields(&[(&ROUTER_ID, 4)])),
    (61, Value::Fields(&[(&ASSIGNED_CONTROL_CONN_ID, 4)])),
    (62, Value::List(&PW_TYPE)),
    (63, Value::Fields(&[(&LOCAL_SESSION_ID, 4)])),
    (64, Value::Fields(&[(&REMOTE_SESSION_ID, 4)])),
    (65, Value::Rest(&[], &ASSIGNED_COOKIE)),
    (66, Value::Rest(&[], &REMOTE_END_ID)),
    (68, Value::Fields(&[(&PSEUDOWIRE_TYPE, 2)])),
    (69, Value::Fields(&[(&LAYER2_SPECIFIC_SUBLAYER, 2)])),
    (70, Value::Fields(&[(&DATA_SEQUENCING, 2)])),
    (71, Value::Flags(2, &[&CIRCUIT_STATUS, &CIRCUIT_TYPE])),
    (72, Value::Rest(&[], &PREFERRED_LANGUAGE)),
    (73, Value::Rest(&[], &NONCE)),
    (74, Value::Fields(&[(&TX_CONNECT_SPEED_V3, 8)])),
    (75, Value::Fields(&[(&RX_CONNECT_SPEED_V3, 8)])),
];

/// What the attribute of this type is made of.
fn value(kind: u16) -> &'static Value {
    let at = VALUES.binary_search_by_key(&kind, |&(kind, _)| kind);
    at.ok().and_then(|at| VALUES.get(at)).map_or(&Value::Unknown, |(_, value)| value)
}

/// Bytes of a pair before its value.
const HEADER_LEN: usize = 6;
/// The attribute of a message's type, and the type that ends a control connection.
const MESSAGE: u16 = 0;
const CONNECTION_ENDS: u16 = 4;

/// Takes the pairs apart that fill the window; `message` is the message's type.
///
/// # Errors
/// Where one is longer than what is there.
pub(super) fn all<S: Sink>(c: &mut Cursor<'_, S>, message: u16) -> Result<(), Stop> {
    while c.reported() > 0 {
        let len = usize::from(c.peek_u16(0).ok_or_else(|| c.short(2))? & 0x03ff);
        if len < HEADER_LEN {
            let at = c.pos();
            let words = |l: &mut crate::dissect::line::Line| {
                _ = l.str("AVP length must be >= 6, got ").dec(len as u64);
            };
            c.put(&TOO_SHORT, at, at + 2, 0);
            c.label(words);
            c.below(|c| c.expert(&BAD_LENGTH));
            c.label(words);
            return Ok(());
        }
        c.need(len)?;
        c.within(len, |c| pair(c, message))?;
    }
    Ok(())
}

fn pair<S: Sink>(c: &mut Cursor<'_, S>, message: u16) -> Result<(), Stop> {
    let hidden = c.peek_u16(0).unwrap_or_default() & 0x4000 != 0;
    let vendor = c.peek_u16(2).unwrap_or_default();
    let kind = c.peek_u16(4).unwrap_or_default();
    let mark = c.mark();
    c.group(&PAIR, |c| {
        c.label_at(mark, |l| {
            if vendor != 0 {
                l.str("Vendor ").str(VENDOR.name(vendor.into()).unwrap_or("Unknown")).str(" (").dec(vendor).str("): ");
            }
            let name = if vendor == 0 { TYPE.name(kind.into()) } else { None };
            l.named(name, kind).str(" AVP");
        });
        let flags = c.be::<2>(&MANDATORY)?;
        c.bits::<2>(&HIDDEN, flags);
        c.bits::<2>(&LENGTH, flags);
        c.u16(&VENDOR)?;
        c.u16(&TYPE)?;
        if hidden || vendor != 0 { unknown(c) } else { read(c, kind, message) }
    })
}

fn unknown<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    if c.reported() == 0 {
        return Ok(());
    }
    c.bytes(&VENDOR_DATA, c.reported())?;
    c.below(|c| c.expert(&UNDECODED));
    Ok(())
}

/// Reads a value, of which more may be there than is read.
fn read<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, message: u16) -> Result<(), Stop> {
    match kind {
        1 => return result(c, message),
        32 => {
            c.skip(1)?;
            return c.u8(&PROXY_AUTHEN_ID).map(|_| ());
        }
        34 | 35 => {
            c.skip(2)?;
            let errors = [
                &CRC_ERRORS,
                &FRAMING_ERRORS,
                &HARDWARE_OVERRUNS,
                &BUFFER_OVERRUNS,
                &TIME_OUT_ERRORS,
                &ALIGNMENT_ERRORS,
            ];
            let masks = [&SEND_ACCM, &RECEIVE_ACCM];
            let all = if kind == 34 { errors.as_slice() } else { masks.as_slice() };
            for field in all.iter().copied() {
                if c.reported() < 4 {
                    break;
                }
                c.u32(field)?;
            }
            return Ok(());
        }
        _ => {}
    }
    if let (63 | 64, Some(session)) = (kind, c.peek_u32(0)) {
        c.info().str(if kind == 63 { ", LSID: " } else { ", RSID: " }).dec(session);
    }
    match *value(kind) {
        Value::Fields(fields) => c.read_all(fields),
        Value::Flags(width, flags) => {
            let num =
                if width == 2 { u16::from_be_bytes(c.array()?).into() } else { u32::from_be_bytes(c.array()?).into() };
            flags.iter().for_each(|flag| _ = if width == 2 { c.bits::<2>(flag, num) } else { c.bits::<4>(flag, num) });
            Ok(())
        }
        Value::Rest(fields, rest) => {
            c.read_all(fields)?;
            if c.reported() > 0 { c.bytes(rest, c.reported()).map(|_| ()) } else { Ok(()) }
        }
        Value::List(field) => c.group(&CAPABILITIES, |c| {
            while c.reported() >= 2 {
                c.u16(field)?;
            }
            Ok(())
        }),
        Value::Unknown => unknown(c),
    }
}

/// Why a connection or a call ends: the codes' meaning depends on which of the two.
fn result<S: Sink>(c: &mut Cursor<'_, S>, message: u16) -> Result<(), Stop> {
    c.u16(if message == CONNECTION_ENDS { &RESULT_CODE } else { &RESULT_OF_CALL })?;
    if c.reported() >= 2 {
        c.u16(&ERROR_CODE)?;
    }
    if c.reported() > 0 {
        c.bytes(&ERROR_MESSAGE, c.reported())?;
    }
    Ok(())
}

/// The message's type, where the pair under the cursor says it.
pub(super) fn message_type<S: Sink>(c: &Cursor<'_, S>, at: usize) -> Result<Option<u16>, Stop> {
    let short = || c.short(at.saturating_add(8));
    let kind = c.peek_u16(at + 4).ok_or_else(short)?;
    if kind != MESSAGE {
        return Ok(None);
    }
    Ok(Some(c.peek_u16(at + 6).ok_or_else(short)?))
}
