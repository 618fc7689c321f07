//! Options of Multipath TCP (RFC 8684, and RFC 6824 for version 0).

use super::fields::{KIND, LEN};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{experts, fields, names};

static LAYER: Field = Field::new("mptcp", "Multipath Transmission Control Protocol", Kind::Protocol);

fields! {
    SUBTYPE = "tcp.options.mptcp.subtype", "Multipath TCP subtype", U8 mask(0xf0) names(SUBTYPES);
    VERSION = "tcp.options.mptcp.version", "Multipath TCP version", U8 mask(0x0f);
    FLAGS = "tcp.options.mptcp.flags", "Multipath TCP flags", U8 hex;
    CHECKSUM_REQUIRED = "tcp.options.mptcp.checksumreq.flags", "Checksum required", U8 mask(0x80);
    EXTENSIBILITY = "tcp.options.mptcp.extensibility.flag", "Extensibility", U8 mask(0x40);
    NO_MORE_SUBFLOWS = "tcp.options.mptcp.nomoresubflows.flag", "Do not attempt to establish new subflows to this address and port", U8 mask(0x20);
    SHA1 = "tcp.options.mptcp.sha1.flag", "Use HMAC-SHA1", U8 mask(0x01);
    SHA256 = "tcp.options.mptcp.sha256.flag", "Use HMAC-SHA256", U8 mask(0x01);
    RESERVED_V0 = "tcp.options.mptcp.reserved.flag", "Reserved", U8 mask(0x3e) hex;
    RESERVED_V1 = "tcp.options.mptcp.reserved.flag", "Reserved", U8 mask(0x1e) hex;
    SENDER_KEY = "tcp.options.mptcp.sendkey", "Sender's Key", U64;
    RECEIVER_KEY = "tcp.options.mptcp.recvkey", "Receiver's Key", U64;
    DATA_LEN = "tcp.options.mptcp.datalvllen", "Data-level Length", U16;
    CHECKSUM = "tcp.options.mptcp.checksum", "Checksum", U16 hex;
    BACKUP = "tcp.options.mptcp.backup.flag", "Backup flag", U8 mask(0x01);
    ADDRESS_ID = "tcp.options.mptcp.addrid", "Address ID", U8;
    RECEIVER_TOKEN = "tcp.options.mptcp.recvtok", "Receiver's Token", U32;
    SENDER_RANDOM = "tcp.options.mptcp.sendrand", "Sender's Random Number", U32;
    SENDER_SHORT_HMAC = "tcp.options.mptcp.sendtrunchmac", "Sender's Truncated HMAC", U64;
    SENDER_HMAC = "tcp.options.mptcp.sendhmac", "Sender's HMAC", Bytes;
    RESERVED = "tcp.options.mptcp.reserved", "Reserved", U16 mask(0x0fff) hex;
    DATA_FIN = "tcp.options.mptcp.datafin.flag", "DATA_FIN", U8 mask(0x10);
    LONG_SEQ = "tcp.options.mptcp.dseqn8.flag", "Data Sequence Number is 8 octets", U8 mask(0x08);
    SEQ_PRESENT = "tcp.options.mptcp.dseqnpresent.flag", "Data Sequence Number, Subflow Sequence Number, Data-level Length, Checksum present", U8 mask(0x04);
    LONG_ACK = "tcp.options.mptcp.dataack8.flag", "Data ACK is 8 octets", U8 mask(0x02);
    ACK_PRESENT = "tcp.options.mptcp.dataackpresent.flag", "Data ACK is present", U8 mask(0x01);
    DATA_ACK = "tcp.options.mptcp.rawdataack", "Original MPTCP Data ACK", U64;
    DATA_SEQ = "tcp.options.mptcp.rawdataseqno", "Data Sequence Number", U64;
    SUBFLOW_SEQ = "tcp.options.mptcp.subflowseqno", "Subflow Sequence Number", U32;
    IP_VERSION = "tcp.options.mptcp.ipver", "IP version", U8 mask(0x0f);
    ECHO = "tcp.options.mptcp.echo", "Echo", U8 mask(0x01);
    IPV4 = "tcp.options.mptcp.ipv4", "Advertised IPv4 Address", Ipv4;
    IPV6 = "tcp.options.mptcp.ipv6", "Advertised IPv6 Address", Ipv6;
    PORT = "tcp.options.mptcp.port", "Advertised port", U16;
    ADD_HMAC = "tcp.options.mptcp.addaddrtrunchmac", "Truncated HMAC", U64;
    REMOVED = "mptcp.rm_addr.count", "Number of removed addresses", U8;
    FLAG_U = "tcp.options.mptcp.flag_U.flag", "Flag U", Bool bits(4) mask(0x08) set;
    FLAG_V = "tcp.options.mptcp.flag_V.flag", "Flag V", Bool bits(4) mask(0x04) set;
    FLAG_W = "tcp.options.mptcp.flag_W.flag", "Flag W", Bool bits(4) mask(0x02) set;
    FLAG_T = "tcp.options.mptcp.flag_T.flag", "Transient", Bool bits(4) mask(0x01) set;
    REASON = "tcp.options.mptcp.rst_reason", "TCPRST Reason", U8 hex names(REASONS);
}

experts! {
    NO_ALGORITHM = "mptcp.connection.missing_algorithm", "No crypto algorithm specified", Warning, Protocol;
    OTHER_ALGORITHM = "mptcp.connection.unsupported_algorithm", "Unsupported algorithm", Warning, Protocol;
}

names! {
    SUBTYPES {
        0 = "Multipath Capable", 1 = "Join Connection", 2 = "Data Sequence Signal", 3 = "Add Address",
        4 = "Remove Address", 5 = "Change Subflow Priority", 6 = "TCP Fallback", 7 = "Fast Close", 8 = "TCP Reset",
    }
    REASONS {
        0 = "Unspecified error", 1 = "MPTCP-specific error", 2 = "Lack of resources",
        3 = "Administratively prohibited", 4 = "Too much outstanding data", 5 = "Unacceptable performance",
        6 = "Middlebox interference",
    }
}

/// Reads an option of Multipath TCP of `len` bytes.
///
/// # Errors
/// Where it is too short for what must be in it.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    c.protocol("MPTCP");
    let mark = c.mark();
    c.group(&LAYER, |c| {
        c.u8(&KIND)?;
        c.u8(&LEN)?;
        let first = c.be::<1>(&SUBTYPE)?;
        let subtype = SUBTYPE.cut(first);
        c.append_at(mark, |l| {
            l.str(": ").named(SUBTYPE.name(subtype), subtype);
        });
        match subtype {
            0 => capable(c, len, first),
            1 => join(c, len, first),
            2 => data_sequence(c),
            3 => add_address(c, len, first),
            4 => remove_address(c, len),
            5 => priority(c, len, first),
            6 => {
                reserved(c)?;
                c.u64(&DATA_SEQ)?;
                Ok(())
            }
            7 => {
                reserved(c)?;
                c.u64(&RECEIVER_KEY)?;
                Ok(())
            }
            8 => reset(c, first),
            _ => Ok(()),
        }
    })
}

/// The twelve bits behind the subtype, the first four of which stand in the byte just read.
fn reserved<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.seek(c.pos().saturating_sub(1));
    c.u16(&RESERVED)?;
    Ok(())
}

/// The flags of a byte, each on a line of its own.
fn flags<S: Sink>(c: &mut Cursor<'_, S>, byte: u64, fields: &[&'static Field]) {
    c.bits::<1>(&FLAGS, byte);
    c.below(|c| fields.iter().for_each(|field| _ = c.bits::<1>(field, byte)));
}

fn capable<S: Sink>(c: &mut Cursor<'_, S>, len: usize, first: u64) -> Result<(), Stop> {
    let version = c.bits::<1>(&VERSION, first);
    let [byte] = c.array()?;
    let byte = u64::from(byte);
    if version == 1 {
        flags(c, byte, &[&CHECKSUM_REQUIRED, &EXTENSIBILITY, &NO_MORE_SUBFLOWS, &SHA256, &RESERVED_V1]);
    } else {
        flags(c, byte, &[&CHECKSUM_REQUIRED, &EXTENSIBILITY, &SHA1, &RESERVED_V0]);
    }
    c.below(|c| {
        let algorithms = if version == 1 { byte & 0x1f } else { byte & 0x3f };
        if algorithms == 0 {
            c.expert(&NO_ALGORITHM);
        }
        if algorithms != 1 {
            c.expert(&OTHER_ALGORITHM);
        }
    });
    if len >= 12 {
        c.u64(&SENDER_KEY)?;
    }
    if len >= 20 {
        c.u64(&RECEIVER_KEY)?;
    }
    if len >= 22 {
        c.u16(&DATA_LEN)?;
    }
    if len >= 24 {
        c.u16(&CHECKSUM)?;
    }
    Ok(())
}

fn join<S: Sink>(c: &mut Cursor<'_, S>, len: usize, first: u64) -> Result<(), Stop> {
    match len {
        12 | 16 => {
            flags(c, first, &[&BACKUP]);
            c.u8(&ADDRESS_ID)?;
            if len == 12 {
                c.u32(&RECEIVER_TOKEN)?;
            } else {
                c.u64(&SENDER_SHORT_HMAC)?;
            }
            c.u32(&SENDER_RANDOM)?;
        }
        24 => {
            reserved(c)?;
            c.bytes(&SENDER_HMAC, 20)?;
        }
        _ => {}
    }
    Ok(())
}

/// A number of four bytes, or of eight.
fn wide<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, long: bool) -> Result<(), Stop> {
    if long {
        c.be::<8>(field)?
    } else {
        c.be::<4>(field)?
    };
    Ok(())
}

fn data_sequence<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let [byte] = c.array()?;
    let byte = u64::from(byte);
    flags(c, byte, &[&DATA_FIN, &LONG_SEQ, &SEQ_PRESENT, &LONG_ACK, &ACK_PRESENT]);
    if ACK_PRESENT.cut(byte) != 0 {
        let long = LONG_ACK.cut(byte) != 0;
        wide(c, &DATA_ACK, long)?;
        if long {
            c.append(|l| _ = l.str(" (64bits)"));
        }
    }
    if SEQ_PRESENT.cut(byte) != 0 {
        let long = LONG_SEQ.cut(byte) != 0;
        wide(c, &DATA_SEQ, long)?;
        c.append(|l| _ = l.str(if long { "  (64bits version)" } else { "  (32bits version)" }));
        c.u32(&SUBFLOW_SEQ)?;
        c.u16(&DATA_LEN)?;
        if c.reported() >= 2 {
            c.u16(&CHECKSUM)?;
        }
    }
    Ok(())
}

fn add_address<S: Sink>(c: &mut Cursor<'_, S>, len: usize, first: u64) -> Result<(), Stop> {
    // Version 0 says which IP it is, version 1 leaves that to the length.
    let version = first & 0x0f;
    c.bits::<1>(if matches!(version, 4 | 6) { &IP_VERSION } else { &ECHO }, first);
    c.u8(&ADDRESS_ID)?;
    let short = version == 4 || (version != 6 && matches!(len, 8 | 10 | 16 | 18));
    let long = version == 6 || (version != 4 && matches!(len, 20 | 22 | 28 | 30));
    if short {
        c.fixed::<4>(&IPV4)?;
    } else if long {
        c.fixed::<16>(&IPV6)?;
    }
    if matches!(len, 10 | 18 | 22 | 30) {
        c.u16(&PORT)?;
    }
    if matches!(len, 16 | 18 | 28 | 30) {
        c.u64(&ADD_HMAC)?;
    }
    Ok(())
}

fn remove_address<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    let at = c.pos().saturating_sub(1);
    let count = len.saturating_sub(3);
    c.generated_over(&REMOVED, at, at + 1, count as u64);
    for _ in 0..count {
        c.u8(&ADDRESS_ID)?;
    }
    Ok(())
}

fn priority<S: Sink>(c: &mut Cursor<'_, S>, len: usize, first: u64) -> Result<(), Stop> {
    flags(c, first, &[&BACKUP]);
    if len == 4 {
        c.u8(&ADDRESS_ID)?;
    }
    Ok(())
}

fn reset<S: Sink>(c: &mut Cursor<'_, S>, first: u64) -> Result<(), Stop> {
    let fields = [&FLAG_U, &FLAG_V, &FLAG_W, &FLAG_T];
    c.bits::<1>(&FLAGS, first);
    c.append(|l| {
        for field in fields {
            if field.cut(first) != 0 {
                l.str(", ").str(field.label);
            }
        }
    });
    c.below(|c| fields.iter().for_each(|field| _ = c.bits::<1>(field, first)));
    c.u8(&REASON)?;
    Ok(())
}
