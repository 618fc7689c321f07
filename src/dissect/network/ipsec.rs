//! IPsec: authentication header (RFC 4302), encapsulating security payload (RFC 4303), and IPComp (RFC 3173).

use super::ip_protocols::IP_PROTOCOLS;
use super::ipv6;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

/// The authentication header.
pub mod ah {
    use super::*;

    static LAYER: Field = Field::new("ah", "Authentication Header", Kind::Protocol);

    fields! {
        NEXT = "ah.next_header", "Next header", U8 names(IP_PROTOCOLS);
        LENGTH = "ah.length", "Length", U8;
        RESERVED = "ah.reserved", "Reserved", Bytes;
        SPI = "ah.spi", "AH SPI", U32 hex;
        SEQUENCE = "ah.sequence", "AH Sequence", U32;
        ICV = "ah.icv", "AH ICV", Bytes;
    }

    /// The authentication header.
    pub struct Ah;

    impl Protocol for Ah {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "AH";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Ip(51)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("AH");
            c.claim();
            let start = c.pos();
            let next = c.u8(&NEXT)?;
            let words = c.u8(&LENGTH)?;
            let len = (usize::from(words) + 2) * 4;
            c.append(|l| _ = l.str(" (").dec(len as u64).str(" bytes)"));
            c.bytes(&RESERVED, 2)?;
            let spi = c.u32(&SPI)?;
            c.info().str("AH (SPI=0x").hex(spi, 8).byte(b')');
            c.u32(&SEQUENCE)?;
            if let Some(rest @ 1..) = (start + len).checked_sub(c.pos()) {
                c.bytes(&ICV, rest)?;
            }
            c.seek(start + len);
            c.layer_ends();
            if c.worker.state.ip.version == 6 {
                return ipv6::follow(c, next);
            }
            // What the payload asks of an IPv4 header below it, this header stands in the way of.
            c.worker.state.ip.ttl = None;
            if !ipv6::hand_on(c, next)? {
                c.data();
            }
            Ok(())
        }
    }
}

/// The encapsulating security payload.
pub mod esp {
    use super::*;

    static LAYER: Field = Field::new("esp", "Encapsulating Security Payload", Kind::Protocol);

    fields! {
        SPI = "esp.spi", "ESP SPI", U32 hex_dec;
        SEQUENCE = "esp.sequence", "ESP Sequence", U32;
    }

    /// The encapsulating security payload: what it carries is encrypted.
    pub struct Esp;

    impl Protocol for Esp {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "ESP";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Ip(50)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("ESP");
            c.claim();
            let spi = c.u32(&SPI)?;
            c.u32(&SEQUENCE)?;
            c.info().str("ESP (SPI=0x").hex(spi, 8).byte(b')');
            Ok(())
        }
    }
}

/// IP payload compression.
pub mod ipcomp {
    use std::io::Read;

    use flate2::read::{DeflateDecoder, ZlibDecoder};

    use super::*;
    use crate::dissect::network::payload;
    use crate::names;

    static LAYER: Field = Field::new("ipcomp", "IP Payload Compression", Kind::Protocol);

    fields! {
        NEXT = "ipcomp.next_header", "Next Header", U8 hex names(IP_PROTOCOLS);
        FLAGS = "ipcomp.flags", "IPComp Flags", U8 hex;
        CPI = "ipcomp.cpi", "IPComp CPI", U16 hex names(CPIS);
    }

    names! {
        CPIS { 1 = "OUI", 2 = "DEFLATE", 3 = "LZS" }
    }

    /// Bytes that a payload may come to.
    const MOST: u64 = 1 << 16;

    /// IP payload compression.
    pub struct IpComp;

    impl Protocol for IpComp {
        const LAYER: &'static Field = &LAYER;
        const NAME: &'static str = "IPComp";
        const FIELDS: &'static [&'static Field] = FIELDS;
        const KEYS: &'static [Key] = &[Key::Ip(108)];

        fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
            c.protocol("IPComp");
            c.claim();
            let next = c.u8(&NEXT)?;
            c.u8(&FLAGS)?;
            let cpi = c.u16(&CPI)?;
            match CPI.name(cpi.into()) {
                Some(name) => c.info().str("IPComp (CPI=").str(name).byte(b')'),
                None => c.info().str("IPComp (CPI=0x").hex(cpi, 4).byte(b')'),
            };
            c.below(Cursor::data);
            if let Some(inflated) = inflate(c.rest()) {
                let mut c = c.over("IPcomp inflated", &inflated);
                if !c.lend(|c| payload(c, next))? {
                    c.data();
                }
            }
            Ok(())
        }
    }

    /// The payload, if it was deflated, whatever the CPI says of it: those that were negotiated say nothing.
    fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut inflated = Vec::new();
        for decoder in [&mut ZlibDecoder::new(bytes) as &mut dyn Read, &mut DeflateDecoder::new(bytes)] {
            inflated.clear();
            if decoder.take(MOST).read_to_end(&mut inflated).is_ok() && !inflated.is_empty() {
                return Some(inflated);
            }
        }
        None
    }
}
