//! The Cisco Discovery Protocol.

use super::super::llc::CISCO;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("cdp", "Cisco Discovery Protocol", Kind::Protocol);

fields! {
    VERSION = "cdp.version", "Version", U8;
    TTL = "cdp.ttl", "TTL", U8 unit(" second", " seconds");
    CHECKSUM = "cdp.checksum", "Checksum", U16 hex;
    TLV = "", "TLV", None;
    TYPE = "cdp.tlv.type", "Type", U16 hex names(TYPES);
    LEN = "cdp.tlv.len", "Length", U16;
    DEVICE = "cdp.deviceid", "Device ID", Str;
    PORT = "cdp.portid", "Sent through Interface", Str;
    PLATFORM = "cdp.platform", "Platform", Str;
    SOFTWARE = "cdp.software_version", "Software Version", Str;
    CAPABILITIES = "cdp.capabilities", "Capabilities", U32 hex;
    ADDRESSES = "cdp.number_of_addresses", "Number of addresses", U32;
    PROTOCOL_TYPE = "cdp.protocol_type", "Protocol type", U8;
    PROTOCOL_LEN = "cdp.protocol_length", "Protocol length", U8;
    PROTOCOL = "cdp.protocol", "Protocol", Bytes;
    ADDRESS_LEN = "cdp.address_length", "Address length", U16;
    ADDRESS_IPV4 = "cdp.nrgyz.ip_address", "IP Address", Ipv4;
    ADDRESS = "cdp.address", "Address", Bytes;
    DOMAIN = "cdp.vtp_management_domain", "VTP Management Domain", Str;
    NATIVE_VLAN = "cdp.native_vlan", "Native VLAN", U16;
    DUPLEX = "cdp.duplex", "Duplex", Bool flag("Full", "Half");
    DATA = "cdp.data", "Data", Bytes;
}

names! {
    TYPES {
        0x0001 = "Device ID",
        0x0002 = "Addresses",
        0x0003 = "Port ID",
        0x0004 = "Capabilities",
        0x0005 = "Software version",
        0x0006 = "Platform",
        0x0007 = "IP Prefix/Gateway (used for ODR)",
        0x0008 = "Protocol Hello",
        0x0009 = "VTP Management Domain",
        0x000a = "Native VLAN",
        0x000b = "Duplex",
        0x000e = "VoIP VLAN Reply",
        0x000f = "VoIP VLAN Query",
        0x0010 = "Power consumption",
        0x0011 = "MTU",
        0x0012 = "Trust Bitmap",
        0x0013 = "Untrusted Port CoS",
        0x0014 = "System Name",
        0x0015 = "System Object ID",
        0x0016 = "Management Address",
        0x0017 = "Location",
        0x0018 = "External Port-ID",
        0x0019 = "Power Requested",
        0x001a = "Power Available",
        0x001b = "Port Unidirectional",
        0x001d = "EnergyWise",
        0x001f = "Spare PoE",
        0x1000 = "BSSID",
        0x1001 = "Serial number",
        0x1002 = "SSID",
        0x1003 = "Radio1 channel",
        0x1006 = "SNMP UDP port",
        0x1007 = "Web TCP port",
        0x1008 = "Source MAC address",
        0x1009 = "Radio2 channel",
        0x100a = "Radio1 Operating mode",
        0x100b = "Radio2 Operating mode",
        0x100c = "Radio1 Radio mode",
        0x100d = "Radio2 Radio mode",
    }
}

const DEVICE_ID: u16 = 0x0001;
const ADDRESS_LIST: u16 = 0x0002;
const PORT_ID: u16 = 0x0003;
const MANAGEMENT_ADDRESSES: u16 = 0x0016;

/// CDP.
pub struct Cdp;

impl Protocol for Cdp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CDP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Snap(CISCO, 0x2000)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("CDP");
        c.claim();
        c.u8(&VERSION)?;
        c.u8(&TTL)?;
        c.u16(&CHECKSUM)?;
        while c.reported() > 0 {
            c.need(4)?;
            let kind = c.peek_u16(0).unwrap_or_default();
            let len = usize::from(c.peek_u16(2).unwrap_or_default());
            if len < 4 {
                c.u16(&TYPE)?;
                c.u16(&LEN)?;
                break;
            }
            c.group(&TLV, |c| {
                c.label(|l| _ = l.str(name_of(TYPES, kind.into()).unwrap_or("Unknown type")));
                record(c, kind, len - 4)
            })?;
        }
        Ok(())
    }
}

/// A record whose value has `len` bytes.
fn record<S: Sink>(c: &mut Cursor<'_, S>, kind: u16, len: usize) -> Result<(), Stop> {
    c.u16(&TYPE)?;
    c.u16(&LEN)?;
    match kind {
        DEVICE_ID => {
            let device = c.bytes(&DEVICE, len)?;
            c.info().str("Device ID: ").text(device).str("  ");
        }
        PORT_ID => {
            let port = c.bytes(&PORT, len)?;
            c.info().str("Port ID: ").text(port).str("  ");
        }
        ADDRESS_LIST | MANAGEMENT_ADDRESSES if len >= 4 => return c.within(len, addresses),
        0x0004 if len == 4 => _ = c.u32(&CAPABILITIES)?,
        0x000a if len == 2 => _ = c.u16(&NATIVE_VLAN)?,
        0x000b if len == 1 => _ = c.u8(&DUPLEX)?,
        0x0005 => _ = c.bytes(&SOFTWARE, len)?,
        0x0006 => _ = c.bytes(&PLATFORM, len)?,
        0x0009 => _ = c.bytes(&DOMAIN, len)?,
        _ if len > 0 => _ = c.bytes(&DATA, len)?,
        _ => {}
    }
    Ok(())
}

fn addresses<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let count = c.u32(&ADDRESSES)?;
    for _ in 0..count {
        if c.reported() < 5 {
            break;
        }
        c.u8(&PROTOCOL_TYPE)?;
        let len = usize::from(c.u8(&PROTOCOL_LEN)?);
        c.bytes(&PROTOCOL, len)?;
        match usize::from(c.u16(&ADDRESS_LEN)?) {
            4 => _ = c.fixed::<4>(&ADDRESS_IPV4)?,
            len => _ = c.bytes(&ADDRESS, len)?,
        }
    }
    Ok(())
}
