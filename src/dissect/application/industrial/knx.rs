//! KNXnet/IP (ISO 22510): the bus of a building over IP. What the bus itself carries (cEMI) is not looked into.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("kip", "KNX/IP", Kind::Protocol);

fields! {
    HEADER_LEN = "knxip.headerlength", "Header Length", U8;
    VERSION = "knxip.version", "Protocol Version", U8 hex;
    SERVICE = "knxip.service", "Service Identifier", U16 hex names(SERVICES);
    TOTAL_LEN = "knxip.totallength", "Total Length", U16;
    DATA = "knxip.data", "Data", Bytes;
}

names! {
    SERVICES {
        0x0201 = "SearchReq", 0x0202 = "SearchResp", 0x0203 = "DescrReq", 0x0204 = "DescrResp", 0x0205 = "ConnectReq",
        0x0206 = "ConnectResp", 0x0207 = "ConnStateReq", 0x0208 = "ConnStateResp", 0x0209 = "DisconnectReq",
        0x020a = "DisconnectResp", 0x020b = "SearchReqExt", 0x020c = "SearchRespExt", 0x0310 = "ConfigReq",
        0x0311 = "ConfigAck", 0x0420 = "TunnelReq", 0x0421 = "TunnelAck", 0x0422 = "TunnelFeatureGet",
        0x0423 = "TunnelFeatureResp", 0x0424 = "TunnelFeatureSet", 0x0425 = "TunnelFeatureInfo", 0x0530 = "RoutingInd",
        0x0531 = "RoutingLoss:", 0x0532 = "RoutingBusy:", 0x0533 = "RoutingSBC", 0x0740 = "RemoteDiagReq",
        0x0741 = "RemoteDiagResp", 0x0742 = "RemoteConfigReq", 0x0743 = "RemoteResetReq", 0x0950 = "SecureWrapper",
        0x0951 = "SessionReq", 0x0952 = "SessionResp", 0x0953 = "SessionAuth", 0x0954 = "SessionStatus",
        0x0955 = "TimerNotify",
    }
    // What a search may ask for (search request parameters).
    PARAMETERS { 1 = "ProgMode", 2 = "MacAddr", 3 = "Service", 4 = "Dibs" }
    FEATURES {
        1 = "SupportedEmiTypes", 2 = "HostDeviceType", 3 = "BusConnectionStatus", 4 = "KnxManufacturerCode",
        5 = "ActiveEmiType", 6 = "IndividualAddress", 7 = "MaxApduLength", 8 = "InfoServiceEnable",
    }
    ERRORS { 0 = "OK" }
}

const HEADER: [u8; 2] = [0x06, 0x10];
/// Bytes of the header, and of an endpoint's address (HPAI).
const HEADER_BYTES: usize = 6;
const ENDPOINT_BYTES: usize = 8;

/// KNXnet/IP.
pub struct Knx;

impl Protocol for Knx {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "KNXnet/IP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(3671), Key::Tcp(3671)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.peek::<2>(0) != Some(HEADER) {
            return Err(Stop::NotMine);
        }
        c.protocol("KNXnet/IP");
        c.claim();
        while c.reported() >= HEADER_BYTES {
            let len = usize::from(c.peek_u16(4).ok_or_else(|| c.short(HEADER_BYTES))?);
            if len < HEADER_BYTES {
                return Err(Stop::Malformed);
            }
            if !c.row().fresh() {
                c.info().byte(b' ');
            }
            c.begin_layer();
            c.within(len, message)?;
        }
        Ok(())
    }
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&HEADER_LEN, 1), (&VERSION, 1)])?;
    let service = c.u16(&SERVICE)?;
    c.u16(&TOTAL_LEN)?;
    let line = c.worker.row.info();
    match name_of(SERVICES, service.into()) {
        Some(name) => line.str(name),
        None => line.str("? Unknown Service Type"),
    };
    let body = c.rest();
    _ = describe(c.worker.row.info(), service, body);
    if c.remaining() > 0 { c.bytes(&DATA, c.remaining()).map(|_| ()) } else { Ok(()) }
}

/// Writes what a service's body says, as far as it goes.
fn describe(line: &mut Line, service: u16, body: &[u8]) -> Option<()> {
    match service {
        0x0201 | 0x0203 | 0x0951 => endpoint(line, body)?,
        0x0205 => {
            endpoint(line, body)?;
            endpoint(line, body.get(ENDPOINT_BYTES..)?)?;
        }
        0x020b => {
            endpoint(line, body)?;
            parameters(line, body.get(ENDPOINT_BYTES..)?);
        }
        0x0207 | 0x0209 => {
            line.str(" #").hex_upper(*body.first()?, 2);
            endpoint(line, body.get(2..)?)?;
        }
        0x0208 | 0x020a => {
            let [channel, status] = *body.first_chunk()?;
            failed(line.str(" #").hex_upper(channel, 2), status);
        }
        0x0311 | 0x0421 => {
            let [_, channel, sequence, status] = *body.first_chunk()?;
            failed(line.str(" #").hex_upper(channel, 2).byte(b':').dec(sequence), status);
        }
        0x0310 | 0x0420 => {
            let [_, channel, sequence, _] = *body.first_chunk()?;
            line.str(" #").hex_upper(channel, 2).byte(b':').dec(sequence);
        }
        0x0422..=0x0425 => feature(line, body)?,
        0x0531 | 0x0532 => {
            let [_, _, high, low] = *body.first_chunk()?;
            line.byte(b' ').dec(u16::from_be_bytes([high, low])).str(if service == 0x0532 { " ms" } else { "" });
        }
        0x0950 => {
            let [high, low] = *body.first_chunk()?;
            if (high, low) != (0, 0) {
                line.str(" #").hex_upper(u16::from_be_bytes([high, low]), 4);
            }
            stamp(line, body.get(2..)?)?;
        }
        0x0952 => _ = line.str(" #").hex_upper(u16::from_be_bytes(*body.first_chunk()?), 4),
        0x0953 => _ = line.str(" User=").dec(*body.get(1)?),
        0x0954 => _ = line.byte(b' ').dec(*body.first()?),
        0x0955 => stamp(line, body)?,
        _ => {}
    }
    Some(())
}

/// An address and a port (HPAI); one of zeros is where the packet came from.
fn endpoint(line: &mut Line, body: &[u8]) -> Option<()> {
    let [_, _, a, b, c, d, high, low] = *body.first_chunk()?;
    line.str(" @").ipv4(&[a, b, c, d]).byte(b':').dec(u16::from_be_bytes([high, low]));
    Some(())
}

fn failed(line: &mut Line, status: u8) {
    if name_of(ERRORS, status.into()).is_none() {
        line.str(" Error 0x").hex(status, 2);
    }
}

/// What a search is to be confined to.
fn parameters(line: &mut Line, mut body: &[u8]) {
    while let Some((&[len, kind], _)) = body.split_first_chunk::<2>() {
        let Some((one, rest)) = body.split_at_checked(usize::from(len).max(2)) else { return };
        line.byte(b' ').str(name_of(PARAMETERS, u64::from(kind & 0x7f)).unwrap_or("?"));
        let data = one.get(2..).unwrap_or_default();
        if !data.is_empty() {
            upper(line.str("=$"), data);
        }
        body = rest;
    }
}

fn feature(line: &mut Line, body: &[u8]) -> Option<()> {
    let [_, channel, sequence, _, kind, status] = *body.first_chunk()?;
    line.str(" #").hex_upper(channel, 2).byte(b':').dec(sequence).byte(b' ');
    line.str(name_of(FEATURES, kind.into()).unwrap_or("?"));
    if status != 0 {
        line.str(" E=$").hex_upper(status, 2);
    }
    let data = body.get(6..)?;
    if !data.is_empty() {
        upper(line.str(" $"), data);
    }
    Some(())
}

/// A time, a serial number and a tag.
fn stamp(line: &mut Line, body: &[u8]) -> Option<()> {
    upper(line.str(" $"), body.get(..6)?);
    upper(line.byte(b'.'), body.get(6..12)?);
    upper(line.byte(b'.'), body.get(12..14)?);
    Some(())
}

fn upper(line: &mut Line, bytes: &[u8]) {
    for byte in bytes {
        line.hex_upper(*byte, 2);
    }
}
