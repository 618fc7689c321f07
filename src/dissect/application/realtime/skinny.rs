//! Cisco's Skinny Client Control Protocol: how phones and their server speak.

use super::media::{self, Encodings, Kind as Media, Setup};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::row::Address;
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("skinny", "Skinny Client Control Protocol", Kind::Protocol);

fields! {
    LENGTH = "skinny.data_length", "Data length", U32;
    VERSION = "skinny.hdr_version", "Header version", U32 hex;
    ID = "skinny.messageId", "Message ID", U32 names(MESSAGES);
}

names! {
    MESSAGES {
        0x0000 = "KeepAliveReq", 0x0001 = "RegisterReq", 0x0002 = "IpPort", 0x0003 = "KeypadButton",
        0x0004 = "EnblocCall", 0x0005 = "Stimulus", 0x0006 = "OffHook", 0x0007 = "OnHook", 0x0008 = "HookFlash",
        0x0009 = "ForwardStatReq", 0x000a = "SpeedDialStatReq", 0x000b = "LineStatReq", 0x000c = "ConfigStatReq",
        0x000d = "TimeDateReq", 0x000e = "ButtonTemplateReq", 0x000f = "VersionReq", 0x0010 = "CapabilitiesRes",
        0x0012 = "ServerReq", 0x0020 = "Alarm", 0x0021 = "MulticastMediaReceptionAck",
        0x0022 = "OpenReceiveChannelAck", 0x0023 = "ConnectionStatisticsRes",
        0x0024 = "OffHookWithCallingPartyNumber", 0x0025 = "SoftKeySetReq", 0x0026 = "SoftKeyEvent",
        0x0027 = "UnregisterReq", 0x0028 = "SoftKeyTemplateReq", 0x0029 = "RegisterTokenReq",
        0x002a = "MediaTransmissionFailure", 0x002b = "HeadsetStatus", 0x002c = "MediaResourceNotification",
        0x002d = "RegisterAvailableLines", 0x002e = "DeviceToUserData [Packet size limited during capture]",
        0x002f = "DeviceToUserDataResponse [Packet size limited during capture]", 0x0030 = "UpdateCapabilities",
        0x0031 = "OpenMultiMediaReceiveChannelAck", 0x0032 = "ClearConference", 0x0033 = "ServiceURLStatReq",
        0x0034 = "FeatureStatReq", 0x0035 = "CreateConferenceRes", 0x0036 = "DeleteConferenceRes",
        0x0037 = "ModifyConferenceRes", 0x0038 = "AddParticipantRes", 0x0039 = "AuditConferenceRes",
        0x0040 = "AuditParticipantRes", 0x0041 = "DeviceToUserDataVersion1 [Packet size limited during capture]",
        0x0042 = "DeviceToUserDataResponseVersion1 [Packet size limited during capture]",
        0x0043 = "CapabilitiesV2Res", 0x0044 = "CapabilitiesV3Res", 0x0045 = "PortRes", 0x0046 = "QoSResvNotify",
        0x0047 = "QoSErrorNotify", 0x0048 = "SubscriptionStatReq", 0x0049 = "MediaPathEvent",
        0x004a = "MediaPathCapability", 0x004c = "MwiNotification", 0x0081 = "RegisterAck", 0x0082 = "StartTone",
        0x0083 = "StopTone", 0x0085 = "SetRinger", 0x0086 = "SetLamp", 0x0087 = "SetHookFlashDetect",
        0x0088 = "SetSpeakerMode", 0x0089 = "SetMicroMode", 0x008a = "StartMediaTransmission",
        0x008b = "StopMediaTransmission", 0x008f = "CallInfo", 0x0090 = "ForwardStatRes",
        0x0091 = "SpeedDialStatRes", 0x0092 = "LineStatRes", 0x0093 = "ConfigStatRes", 0x0094 = "TimeDateRes",
        0x0095 = "StartSessionTransmission", 0x0096 = "StopSessionTransmission", 0x0097 = "ButtonTemplateRes",
        0x0098 = "VersionRes", 0x0099 = "DisplayText", 0x009a = "ClearDisplay", 0x009b = "CapabilitiesReq",
        0x009d = "RegisterReject", 0x009e = "ServerRes", 0x009f = "Reset", 0x0100 = "KeepAliveAck",
        0x0101 = "StartMulticastMediaReception", 0x0102 = "StartMulticastMediaTransmission",
        0x0103 = "StopMulticastMediaReception", 0x0104 = "StopMulticastMediaTransmission",
        0x0105 = "OpenReceiveChannel", 0x0106 = "CloseReceiveChannel", 0x0107 = "ConnectionStatisticsReq",
        0x0108 = "SoftKeyTemplateRes", 0x0109 = "SoftKeySetRes", 0x0110 = "SelectSoftKeys", 0x0111 = "CallState",
        0x0112 = "DisplayPromptStatus", 0x0113 = "ClearPromptStatus", 0x0114 = "DisplayNotify",
        0x0115 = "ClearNotify", 0x0116 = "ActivateCallPlane", 0x0117 = "DeactivateCallPlane",
        0x0118 = "UnregisterAck", 0x0119 = "BackSpaceRes", 0x011a = "RegisterTokenAck",
        0x011b = "RegisterTokenReject", 0x011c = "StartMediaFailureDetection", 0x011d = "DialedNumber",
        0x011e = "UserToDeviceData [Packet size limited during capture]", 0x011f = "FeatureStatRes",
        0x0120 = "DisplayPriNotify", 0x0121 = "ClearPriNotify", 0x0122 = "StartAnnouncement [Malformed Packet]",
        0x0123 = "StopAnnouncement", 0x0124 = "AnnouncementFinish", 0x0127 = "NotifyDtmfTone",
        0x0128 = "SendDtmfTone", 0x0129 = "SubscribeDtmfPayloadReq", 0x012a = "SubscribeDtmfPayloadRes",
        0x012b = "SubscribeDtmfPayloadErr", 0x012c = "UnSubscribeDtmfPayloadReq",
        0x012d = "UnSubscribeDtmfPayloadRes", 0x012e = "UnSubscribeDtmfPayloadErr", 0x012f = "ServiceURLStatRes",
        0x0130 = "CallSelectStatRes", 0x0131 = "OpenMultiMediaReceiveChannel",
        0x0132 = "StartMultiMediaTransmission", 0x0133 = "StopMultiMediaTransmission",
        0x0134 = "MiscellaneousCommand", 0x0135 = "FlowControlCommand", 0x0136 = "CloseMultiMediaReceiveChannel",
        0x0137 = "CreateConferenceReq", 0x0138 = "DeleteConferenceReq", 0x0139 = "ModifyConferenceReq",
        0x013a = "AddParticipantReq", 0x013b = "DropParticipantReq", 0x013c = "AuditConferenceReq",
        0x013d = "AuditParticipantReq", 0x013e = "ChangeParticipantReq",
        0x013f = "UserToDeviceDataVersion1 [Packet size limited during capture]", 0x0140 = "VideoDisplayCommand",
        0x0141 = "FlowControlNotify", 0x0142 = "ConfigStatV2Res", 0x0143 = "DisplayNotifyV2",
        0x0144 = "DisplayPriNotifyV2", 0x0145 = "DisplayPromptStatusV2", 0x0146 = "FeatureStatV2Res",
        0x0147 = "LineStatV2Res", 0x0148 = "ServiceURLStatV2Res", 0x0149 = "SpeedDialStatV2Res",
        0x014a = "CallInfoV2", 0x014b = "PortReq", 0x014c = "PortClose", 0x014d = "QoSListen", 0x014e = "QoSPath",
        0x014f = "QoSTeardown", 0x0150 = "UpdateDSCP", 0x0151 = "QoSModify", 0x0152 = "SubscriptionStatRes",
        0x0153 = "Notification", 0x0154 = "StartMediaTransmissionAck", 0x0155 = "StartMultiMediaTransmissionAck",
        0x0156 = "CallHistoryInfo", 0x0157 = "LocationInfo [Malformed Packet]", 0x0158 = "MwiRes",
        0x0159 = "AddOnDeviceCapabilities", 0x015a = "EnhancedAlarm [Packet size limited during capture]",
        0x015e = "CallCountReq", 0x015f = "CallCountResp", 0x0160 = "RecordingStatus",
        0x8000 = "SPCPRegisterTokenReq", 0x8100 = "SPCPRegisterTokenAck", 0x8101 = "SPCPRegisterTokenReject",
    }
}

/// Messages that ask for an answer.
const REQUESTS: &[u16] = &[
    0x0000, 0x0001, 0x0009, 0x000a, 0x000b, 0x000c, 0x000d, 0x000e, 0x000f, 0x0012, 0x0025, 0x0027, 0x0028, 0x0029,
    0x002e, 0x0033, 0x0034, 0x0041, 0x0048, 0x004c, 0x008a, 0x0101, 0x0102, 0x0105, 0x0107, 0x0129, 0x012c, 0x0131,
    0x0132, 0x0137, 0x0138, 0x0139, 0x013a, 0x013b, 0x013c, 0x013d, 0x013e, 0x014b, 0x015e, 0x8000,
];

/// Messages that answer.
const RESPONSES: &[u16] = &[
    0x0010, 0x0021, 0x0022, 0x0023, 0x002a, 0x002f, 0x0031, 0x0035, 0x0036, 0x0037, 0x0038, 0x0039, 0x0040, 0x0042,
    0x0043, 0x0044, 0x0045, 0x0081, 0x0090, 0x0091, 0x0092, 0x0093, 0x0094, 0x0097, 0x0098, 0x009e, 0x0100, 0x0108,
    0x0109, 0x0118, 0x011a, 0x011b, 0x011f, 0x012a, 0x012b, 0x012d, 0x012e, 0x012f, 0x0142, 0x0146, 0x0147, 0x0148,
    0x0149, 0x0152, 0x0154, 0x0155, 0x0158, 0x015f, 0x8100, 0x8101,
];

/// Bytes of a message's header and ID.
const HEADER_LEN: usize = 12;
/// A message's length counts from behind its header.
const UNCOUNTED: usize = 8;
/// Messages are not shorter, and not longer.
const LENGTHS: std::ops::RangeInclusive<u32> = 4..=3000;
/// From this version on, addresses say their family.
const FIRST_WITH_FAMILIES: u32 = 17;
const START_MEDIA_TRANSMISSION: u16 = 0x8a;
const OPEN_RECEIVE_CHANNEL_ACK: u16 = 0x22;

/// SCCP.
pub struct Skinny;

impl Protocol for Skinny {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SKINNY";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(2000)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let number = |at| c.peek(at).map(u32::from_le_bytes);
        if let (Some(len), Some(version)) = (number(0), number(4))
            && !(LENGTHS.contains(&len) && version <= 0x16)
        {
            return Err(Stop::NotMine);
        }
        let mut first = true;
        messages(
            c,
            HEADER_LEN,
            |c| c.peek(0).map_or(0, |len| u32::from_le_bytes(len) as usize).saturating_add(UNCOUNTED),
            |c| message(c, std::mem::take(&mut first)),
        )
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>, first: bool) -> Result<(), Stop> {
    c.u32_le(&LENGTH)?;
    let version = c.u32_le(&VERSION)?;
    let id = c.u32_le(&ID)?;
    if first {
        c.protocol("SKINNY");
        c.claim();
    }
    let short = u16::try_from(id).unwrap_or(u16::MAX);
    if REQUESTS.contains(&short) {
        c.protocol("SKINNY/REQ");
    } else if RESPONSES.contains(&short) {
        c.protocol("SKINNY/RESP");
    }
    match name_of(MESSAGES, id.into()) {
        Some(name) => _ = c.info().str(name).byte(b' '),
        None => _ = c.info().str("0x").hex(id, 8).str(" (Unknown) "),
    }
    match short {
        START_MEDIA_TRANSMISSION => media(c, version, 8),
        OPEN_RECEIVE_CHANNEL_ACK => media(c, version, 4),
        _ => {}
    }
    c.skip(c.remaining())
}

/// Makes an endpoint known that stands `at` bytes from here.
fn media<S: Sink>(c: &mut Cursor<'_, S>, version: u32, at: usize) {
    let (address, port) = if version < FIRST_WITH_FAMILIES {
        (c.peek(at).map(Address::Ipv4), c.peek(at + 4))
    } else {
        match c.peek(at).map(u32::from_le_bytes) {
            Some(0) => (c.peek(at + 4).map(Address::Ipv4), c.peek(at + 20)),
            _ => (c.peek(at + 4).map(Address::Ipv6), c.peek(at + 20)),
        }
    };
    let port = port.map(u32::from_le_bytes).and_then(|port| u16::try_from(port).ok()).filter(|&port| port != 0);
    let (Some(address), Some(port)) = (address, port) else { return };
    let frame = c.worker.frame.number;
    let setup = Setup { frame, method: "SKINNY", secure: false, peer: None, encodings: Encodings::default() };
    media::announce(c, (address, port.wrapping_add(1)), Media::Control, setup.clone());
    media::announce(c, (address, port), Media::Data, setup);
}
