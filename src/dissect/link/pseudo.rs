//! Headers that capturing programs put before a frame or packet: what they knew of it.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::network::ip::Ip;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

/// The per-packet information header.
pub mod ppi {
    use super::*;

    static LAYER: Field = Field::new("ppi", "PPI version 0", Kind::Protocol);

    fields! {
        VERSION = "ppi.version", "Version", U8;
        FLAGS = "ppi.flags", "Flags", U8 hex;
        LENGTH = "ppi.length", "Header length", U16;
        LINK_TYPE = "ppi.dlt", "DLT", U32;
        FIELD_TYPE = "ppi.field_type", "Field type", U16;
        FIELD_LENGTH = "ppi.field_len", "Field length", U16;
    }

    /// The per-packet information header.
    pub struct Ppi;

    impl Protocol for Ppi {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "PPI";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Link(192)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("PPI");
            let start = c.pos();
            let version = c.u8(&VERSION)?;
            c.u8(&FLAGS)?;
            let len = usize::from(c.le::<2>(&LENGTH)? as u16);
            let link = c.le::<4>(&LINK_TYPE)?;
            c.layer_label(|l| _ = l.str("PPI version ").dec(version).str(", ").dec(len as u64).str(" bytes"));
            c.claim().str("PPI version ").dec(version).str(", ").dec(len as u64).str(" bytes");
            let end = start + len;
            while c.pos() + 4 <= end {
                c.le::<2>(&FIELD_TYPE)?;
                let len = usize::from(c.le::<2>(&FIELD_LENGTH)? as u16);
                c.skip(len)?;
            }
            c.seek(end);
            c.layer_ends();
            if !c.give_way(|c| c.next(Key::Link(link as u16)))? {
                c.data();
            }
            Ok(())
        }
    }
}

/// Linux's netfilter log.
pub mod nflog {
    use super::*;

    static LAYER: Field = Field::new("nflog", "Linux Netfilter NFLOG", Kind::Protocol);

    fields! {
        FAMILY = "nflog.family", "Family", U8 names(FAMILIES);
        VERSION = "nflog.version", "Version", U8;
        RESOURCE = "nflog.res_id", "Resource id", U16;
        ELEMENT = "nflog.tlv", "TLV", Bytes;
        LENGTH = "nflog.tlv_length", "Length", U16;
        TYPE = "nflog.tlv_type", "Type", U16 mask(0x7fff);
        VALUE = "nflog.tlv_unknown_value", "Value", Bytes;
    }

    names! {
        FAMILIES { 2 = "IPv4", 10 = "IPv6" }
    }

    const PAYLOAD: u16 = 9;

    /// Linux's netfilter log.
    pub struct Nflog;

    impl Protocol for Nflog {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "NFLOG";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Link(239)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("NFLOG");
            c.claim();
            let family = c.u8(&FAMILY)?;
            c.u8(&VERSION)?;
            c.u16(&RESOURCE)?;
            let mut payload = None;
            while c.reported() >= 4 {
                // In the byte order of the machine that captured: the shorter reading is the right one.
                let raw = c.peek::<2>(0).ok_or_else(|| c.short(4))?;
                let swapped = u16::from_le_bytes(raw) <= u16::from_be_bytes(raw);
                let len = usize::from(u16::from_le_bytes(raw).min(u16::from_be_bytes(raw)));
                if len < 4 {
                    break;
                }
                let start = c.pos();
                c.group(&ELEMENT, |c| {
                    let kind = match swapped {
                        true => c.le::<2>(&LENGTH).and_then(|_| c.le::<2>(&TYPE))?,
                        false => c.be::<2>(&LENGTH).and_then(|_| c.be::<2>(&TYPE))?,
                    } as u16
                        & 0x7fff;
                    if kind == PAYLOAD {
                        payload = Some((c.pos(), len - 4));
                    } else if len > 4 {
                        c.bytes(&VALUE, len - 4)?;
                    }
                    Ok(())
                })?;
                c.seek(start + len.next_multiple_of(4));
            }
            let Some((pos, len)) = payload else { return Ok(()) };
            c.layer_ends();
            c.seek(pos);
            c.trim(len);
            let taken = c.give_way(|c| match family {
                2 => c.call::<Ip>(),
                10 => c.next(Key::Ether(0x86dd)),
                _ => Ok(false),
            })?;
            if !taken {
                c.data();
            }
            Ok(())
        }
    }
}

/// Solaris's IP observability.
pub mod ipnet {
    use super::*;

    static LAYER: Field = Field::new("ipnet", "Solaris IPNET", Kind::Protocol);

    fields! {
        VERSION = "ipnet.version", "Header version", U8;
        FAMILY = "ipnet.family", "Address family", U8 names(FAMILIES);
        HOOK = "ipnet.htype", "Hook type", U16 names(HOOKS);
        LENGTH = "ipnet.pktlen", "Data length", U32;
        INTERFACE = "ipnet.ifindex", "Interface index", U32;
        GROUP = "ipnet.grifindex", "Group interface index", U32;
        SOURCE_ZONE = "ipnet.zsrc", "Source Zone ID", U32;
        DESTINATION_ZONE = "ipnet.zdst", "Destination Zone ID", U32;
    }

    names! {
        FAMILIES { 2 = "Solaris AF_INET", 26 = "Solaris AF_INET6" }
        HOOKS { 0 = "Inbound", 1 = "Outbound", 2 = "Local" }
    }

    /// Solaris's IP observability.
    pub struct Ipnet;

    impl Protocol for Ipnet {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "IPNET";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Link(226)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("IPNET");
            c.claim();
            c.u8(&VERSION)?;
            let family = c.u8(&FAMILY)?;
            c.read_all(&[
                (&HOOK, 2),
                (&LENGTH, 4),
                (&INTERFACE, 4),
                (&GROUP, 4),
                (&SOURCE_ZONE, 4),
                (&DESTINATION_ZONE, 4),
            ])?;
            c.layer_ends();
            let taken = c.give_way(|c| match family {
                2 => c.call::<Ip>(),
                26 => c.next(Key::Ether(0x86dd)),
                _ => Ok(false),
            })?;
            if !taken {
                c.data();
            }
            Ok(())
        }
    }
}

/// Apple's packet tap.
pub mod pktap {
    use super::*;

    static LAYER: Field = Field::new("pktap", "PKTAP packet header", Kind::Protocol);

    fields! {
        LENGTH = "pktap.hdrlen", "Header length", U32;
        RECORD = "pktap.rectype", "Record type", U32;
        LINK_TYPE = "pktap.dlt", "DLT", U32;
        INTERFACE = "pktap.ifname", "Interface name", Str;
        FLAGS = "pktap.flags", "Flags", U32 hex;
        FAMILY = "pktap.pfamily", "Protocol family", U32;
    }

    /// Apple's packet tap.
    pub struct Pktap;

    impl Protocol for Pktap {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "PKTAP";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Link(149), Key::Link(258)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("PKTAP");
            c.claim();
            let start = c.pos();
            let len = c.le::<4>(&LENGTH)? as usize;
            if !(108..=0xffff).contains(&len) {
                return Ok(());
            }
            c.le::<4>(&RECORD)?;
            let link = c.le::<4>(&LINK_TYPE)? as u16;
            c.bytes(&INTERFACE, 24)?;
            c.le::<4>(&FLAGS)?;
            c.le::<4>(&FAMILY)?;
            c.seek(start + len);
            c.layer_ends();
            if !c.give_way(|c| c.next(Key::Link(link)))? {
                c.data();
            }
            Ok(())
        }
    }
}

/// IP over InfiniBand (RFC 4391), behind the pseudo-header that libpcap puts before it.
pub mod ipoib {
    use super::*;
    use crate::dissect::link::ether_types::ETHER_TYPES;

    static LAYER: Field = Field::new("ipoib", "IP over Infiniband", Kind::Protocol);

    fields! {
        ADDRESS = "ipoib.daddr", "Destination address", Bytes;
        TYPE = "ipoib.type", "Type", U16 hex names(ETHER_TYPES);
        RESERVED = "ipoib.reserved", "Reserved", U16 hex;
    }

    /// IP over InfiniBand.
    pub struct Ipoib;

    impl Protocol for Ipoib {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "IPoIB";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Link(242)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("IPoIB");
            c.claim();
            // A routing header of 40 bytes, of which the destination is the end.
            c.skip(20)?;
            c.bytes(&ADDRESS, 20)?;
            let kind = c.u16(&TYPE)?;
            c.u16(&RESERVED)?;
            c.layer_ends();
            if !c.give_way(|c| c.next(Key::Ether(kind)))? {
                c.data();
            }
            Ok(())
        }
    }
}
