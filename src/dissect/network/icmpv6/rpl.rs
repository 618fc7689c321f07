//! RPL control messages (RFC 6550 section 6).

use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    DIS_FLAGS = "icmpv6.rpl.dis.flags", "Flags", U8;
    RESERVED = "icmpv6.reserved", "Reserved", Bytes;
    DIO_INSTANCE = "icmpv6.rpl.dio.instance", "RPLInstanceID", U8;
    DIO_VERSION = "icmpv6.rpl.dio.version", "Version", U8;
    DIO_RANK = "icmpv6.rpl.dio.rank", "Rank", U16;
    DIO_FLAGS = "icmpv6.rpl.dio.flag", "Flags", U8 hex;
    DIO_SEQUENCE = "icmpv6.rpl.dio.dtsn", "Destination Advertisement Trigger Sequence Number (DTSN)", U8;
    DIO_DODAG = "icmpv6.rpl.dio.dagid", "DODAGID", Ipv6;
    DAO_INSTANCE = "icmpv6.rpl.dao.instance", "RPLInstanceID", U8;
    DAO_FLAGS = "icmpv6.rpl.dao.flag", "Flags", U8 hex;
    DAO_FLAG_K = "icmpv6.rpl.dao.flag.k", "DAO-ACK Request (K)", Bool mask(0x80);
    DAO_FLAG_D = "icmpv6.rpl.dao.flag.d", "DODAGID Present (D)", Bool mask(0x40);
    DAO_FLAGS_RESERVED = "icmpv6.rpl.dao.flag.rsv", "Reserved", U8 mask(0x3f);
    DAO_SEQUENCE = "icmpv6.rpl.dao.sequence", "DAO Sequence", U8;
    DAO_DODAG = "icmpv6.rpl.dao.dodagid", "DODAGID", Ipv6;
    ACK_INSTANCE = "icmpv6.rpl.daoack.instance", "RPLInstanceID", U8;
    ACK_FLAGS = "icmpv6.rpl.daoack.flag", "Flag", U8 hex;
    ACK_FLAG_D = "icmpv6.rpl.daoack.flag.d", "DODAGID Present (D)", Bool mask(0x80);
    ACK_FLAGS_RESERVED = "icmpv6.rpl.daoack.flag.rsv", "Reserved", U8 mask(0x7f);
    ACK_SEQUENCE = "icmpv6.rpl.daoack.sequence", "DAO-ACK Sequence", U8;
    ACK_STATUS = "icmpv6.rpl.daoack.status", "Status", U8;
    ACK_DODAG = "icmpv6.rpl.daoack.dodagid", "DODAGID", Ipv6;
    P2P_INSTANCE = "icmpv6.rpl.p2p.dro.instance", "RPLInstanceID", U8;
    P2P_VERSION = "icmpv6.rpl.p2p.dro.version", "Version", U8;
    P2P_FLAGS = "icmpv6.rpl.p2p.dro.flag", "Flags", U16 hex;
    P2P_DODAG = "icmpv6.rpl.p2p.dro.dagid", "DODAGID", Ipv6;
    CC_INSTANCE = "icmpv6.rpl.cc.instance", "RPLInstanceID", U8;
    CC_FLAGS = "icmpv6.rpl.cc.flag", "Flags", U8 hex;
    CC_NONCE = "icmpv6.rpl.cc.nonce", "CC Nonce", U16;
    CC_DODAG = "icmpv6.rpl.cc.dodagid", "DODAGID", Ipv6;
    CC_COUNTER = "icmpv6.rpl.cc.destination_counter", "Destination Counter", U32;
    SECURE_FLAGS = "icmpv6.rpl.secure.flag", "Flags", U8 hex;
    SECURE_ALGORITHM = "icmpv6.rpl.secure.algorithm", "Algorithm", U8;
    SECURE_MODE = "icmpv6.rpl.secure.kim", "Key Identifier Mode", U16 mask(0xc000);
    SECURE_COUNTER = "icmpv6.rpl.secure.counter", "Counter", U32;
    SECURE_SOURCE = "icmpv6.rpl.secure.key_source", "Key Source", U64;
    SECURE_INDEX = "icmpv6.rpl.secure.key_index", "Key Index", U8;
    OPTION = "icmpv6.rpl.opt", "RPL Option", None;
    OPTION_TYPE = "icmpv6.rpl.opt.type", "Type", U8 names(OPTION_TYPES);
    OPTION_LENGTH = "icmpv6.rpl.opt.length", "Length", U8;
    OPTION_DATA = "icmpv6.rpl.opt.unknown", "Data", Bytes;
}

names! {
    OPTION_TYPES {
        0 = "1-byte padding",
        1 = "n-byte padding",
        2 = "DAG Metric container",
        3 = "Routing Information",
        4 = "DODAG configuration",
        5 = "RPL Target",
        6 = "Transit Information",
        7 = "Solicited Information",
        8 = "Prefix Information",
        9 = "RPL Target Descriptor",
        10 = "P2P Route Discovery",
    }
}

/// The bit of the code that says that the message is a secured one.
const SECURE: u8 = 0x80;

/// Records a control message, of the kind that its code says.
pub(super) fn control<S: Sink>(c: &mut Cursor<'_, S>, code: u8) -> Result<(), Stop> {
    if code & SECURE != 0 && (code & !SECURE <= 5 || code == 138) {
        security(c)?;
    }
    match code & !SECURE {
        0 => c.read_all(&[(&DIS_FLAGS, 1), (&RESERVED, 1)])?,
        1 => c.read_all(&[
            (&DIO_INSTANCE, 1),
            (&DIO_VERSION, 1),
            (&DIO_RANK, 2),
            (&DIO_FLAGS, 1),
            (&DIO_SEQUENCE, 1),
            (&RESERVED, 2),
            (&DIO_DODAG, 16),
        ])?,
        2 => {
            c.u8(&DAO_INSTANCE)?;
            let flags = flags(c, &[&DAO_FLAGS, &DAO_FLAG_K, &DAO_FLAG_D, &DAO_FLAGS_RESERVED])?;
            c.read_all(&[(&RESERVED, 1), (&DAO_SEQUENCE, 1)])?;
            if DAO_FLAG_D.cut(flags) != 0 {
                c.fixed::<16>(&DAO_DODAG)?;
            }
        }
        3 => {
            c.u8(&ACK_INSTANCE)?;
            let flags = flags(c, &[&ACK_FLAGS, &ACK_FLAG_D, &ACK_FLAGS_RESERVED])?;
            c.read_all(&[(&ACK_SEQUENCE, 1), (&ACK_STATUS, 1)])?;
            if ACK_FLAG_D.cut(flags) != 0 {
                c.fixed::<16>(&ACK_DODAG)?;
            }
        }
        4 => c.read_all(&[(&P2P_INSTANCE, 1), (&P2P_VERSION, 1), (&P2P_FLAGS, 2), (&P2P_DODAG, 16)])?,
        5 => return c.read_all(&[(&P2P_INSTANCE, 1), (&P2P_VERSION, 1), (&P2P_FLAGS, 2), (&P2P_DODAG, 16)]),
        10 if code & SECURE != 0 => {
            c.read_all(&[(&CC_INSTANCE, 1), (&CC_FLAGS, 1), (&CC_NONCE, 2), (&CC_DODAG, 16), (&CC_COUNTER, 4)])?;
        }
        _ => return Ok(()),
    }
    options(c)
}

/// Reads a byte of flags: the whole, and its parts below it.
fn flags<S: Sink>(c: &mut Cursor<'_, S>, fields: &[&'static crate::dissect::field::Field]) -> Result<u64, Stop> {
    let Some((whole, parts)) = fields.split_first() else { return Ok(0) };
    let flags = c.be::<1>(whole)?;
    c.below(|c| parts.iter().for_each(|part| _ = c.bits::<1>(part, flags)));
    Ok(flags)
}

/// What secured messages have in front, with a key named in one of four ways.
fn security<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.read_all(&[(&SECURE_FLAGS, 1), (&SECURE_ALGORITHM, 1)])?;
    let mode = SECURE_MODE.cut(c.be::<2>(&SECURE_MODE)?);
    c.u32(&SECURE_COUNTER)?;
    match mode {
        0 => c.read_all(&[(&SECURE_INDEX, 1)]),
        1 => Ok(()),
        2 => c.read_all(&[(&SECURE_SOURCE, 8), (&SECURE_INDEX, 1)]),
        _ => c.read_all(&[(&SECURE_SOURCE, 8)]),
    }
}

/// The options that fill the rest of the window.
fn options<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.group(&OPTION, |c| {
            if c.u8(&OPTION_TYPE)? == 0 {
                return Ok(());
            }
            let len = c.u8(&OPTION_LENGTH)?;
            c.bytes(&OPTION_DATA, len.into()).map(|_| ())
        })?;
    }
    Ok(())
}
