//! Options by which Riverbed's middleboxes find each other.

use super::fields::{KIND, LEN};
use super::tree::{titled, wrong_len};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::line::Line;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    PROBE = "tcp.options.rvbd.probe", "TCP Option - Riverbed Probe", Bytes standalone;
    TYPE_1 = "tcp.options.rvbd.probe.type1", "Type", U8 mask(0xf0);
    TYPE_2 = "tcp.options.rvbd.probe.type2", "Type", U8 mask(0xfe);
    VERSION = "tcp.options.rvbd.probe.version", "Version", U8 mask(0x0f);
    VERSION_RAW = "tcp.options.rvbd.probe.version_raw", "Version", U8 mask(0x01) custom(write_second);
    RESERVED = "tcp.options.rvbd.probe.reserved", "Reserved", U8 hex;
    PROBER = "tcp.options.rvbd.probe.prober", "CSH IP", Ipv4;
    APPLICATION = "tcp.options.rvbd.probe.appli_ver", "Application Version", U16;
    PROXY = "tcp.options.rvbd.probe.proxy.ip", "SSH IP", Ipv4;
    PROXY_PORT = "tcp.options.rvbd.probe.proxy.port", "SSH Port", U16;
    CLIENT = "tcp.options.rvbd.probe.client.ip", "Client IP", Ipv4;
    STORE = "tcp.options.rvbd.probe.storeid", "CFE Store ID", U32;
    PROBE_FLAGS = "tcp.options.rvbd.probe.flags", "Probe Flags", U8 hex;
    NOT_CFE = "tcp.options.rvbd.probe.flags.notcfe", "Not CFE", Bool mask(0x04) set;
    LAST = "tcp.options.rvbd.probe.flags.last", "Last Notify", Bool mask(0x01) set;
    NO_CACHE = "tcp.options.rvbd.probe.flags.probe", "Disable Probe Cache on CSH", Bool mask(0x10) set;
    SSL = "tcp.options.rvbd.probe.flags.ssl", "SSL Enabled", Bool mask(0x02) set;
    SERVER = "tcp.options.rvbd.probe.flags.server", "SSH outer to server established", Bool mask(0x01) set;
    TRANSPARENCY = "tcp.options.rvbd.trpy", "TCP Option - Riverbed Transparency", Bytes standalone;
    FLAGS = "tcp.options.rvbd.trpy.flags", "Transparency Options", U16 hex;
    FW_PROBE = "tcp.options.rvbd.trpy.flags.fw_rst_probe", "Enable FW traversal feature", Bool bits(16) mask(0x0400) set;
    FW_INNER = "tcp.options.rvbd.trpy.flags.fw_rst_inner", "Enable Inner FW feature on All FWs", Bool bits(16) mask(0x0200) set;
    FW = "tcp.options.rvbd.trpy.flags.fw_rst", "Enable Transparency FW feature on All FWs", Bool bits(16) mask(0x0100) set;
    CHECKSUM = "tcp.options.rvbd.trpy.flags.chksum", "Reserved", Bool bits(16) mask(0x0004) set;
    OUT_OF_BAND = "tcp.options.rvbd.trpy.flags.oob", "Out of band connection", Bool bits(16) mask(0x0002) set;
    MODE = "tcp.options.rvbd.trpy.flags.mode", "Transparency Mode", Bool bits(16) mask(0x0001) flag("Port Transparency", "Full Transparency");
    SRC = "tcp.options.rvbd.trpy.src.ip", "Src SH IP Addr", Ipv4;
    DST = "tcp.options.rvbd.trpy.dst.ip", "Dst SH IP Addr", Ipv4;
    SRC_PORT = "tcp.options.rvbd.trpy.src.port", "Src SH Inner Port", U16;
    DST_PORT = "tcp.options.rvbd.trpy.dst.port", "Dst SH Inner Port", U16;
}

names! {
    TYPES {
        0 = "Probe Query", 1 = "Probe Response", 2 = "Probe Internal", 3 = "Probe Trace", 4 = "Probe Query SH",
        5 = "Probe Response SH", 6 = "Probe Query Info", 7 = "Probe Response Info", 8 = "Probe Query Info SH",
        9 = "Probe Query Info Store ID", 10 = "Probe Reset",
    }
}

/// Types of probe.
mod kind {
    pub(super) const QUERY: u64 = 0;
    pub(super) const RESPONSE: u64 = 1;
    pub(super) const INTERNAL: u64 = 2;
    pub(super) const TRACE: u64 = 3;
    pub(super) const QUERY_SH: u64 = 4;
    pub(super) const RESPONSE_SH: u64 = 5;
    pub(super) const QUERY_INFO: u64 = 6;
    pub(super) const RESPONSE_INFO: u64 = 7;
    pub(super) const QUERY_INFO_SH: u64 = 8;
    pub(super) const QUERY_INFO_ID: u64 = 9;
}

fn write_second(_bit: u64, line: &mut Line) {
    line.byte(b'2');
}

/// A probe's type, and whether it is of the first version.
fn type_of(first: u64) -> (u64, bool) {
    let first_version = first & 1 != 0;
    (if first_version { TYPE_1.cut(first) } else { TYPE_2.cut(first) }, first_version)
}

/// Writes what a probe adds in front of the Info text.
pub(super) fn write_in_front(body: &[u8], line: &mut Line) {
    let Some(&first) = body.first() else { return };
    match type_of(first.into()) {
        (kind::QUERY | kind::QUERY_SH, true) => _ = line.str("S+, "),
        (kind::TRACE, true) => _ = line.str("S#, "),
        (kind::RESPONSE | kind::RESPONSE_SH, true) => _ = line.str("SA+, "),
        _ => {}
    }
}

/// Reads a probe of `len` bytes.
///
/// # Errors
/// Where it is too short for what must be in it.
pub(super) fn probe<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    let mark = c.mark();
    titled(c, &PROBE, |c| {
        c.u8(&KIND)?;
        c.u8(&LEN)?;
        if len < 3 {
            wrong_len(c, |l| _ = l.str("option length should be >= 3)"));
            return Ok(());
        }
        let first = u64::from(c.peek_u8(0).unwrap_or(0));
        let (kind, first_version) = type_of(first);
        let name = crate::dissect::field::name_of(TYPES, kind);
        c.append_at(mark, |l| _ = l.str(": ").str(name.unwrap_or("Probe Unknown")));
        if name.is_none() {
            return Ok(());
        }
        if first_version { probe_1(c, mark, kind) } else { probe_2(c, kind) }
    })
}

fn probe_1<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, kind: u64) -> Result<(), Stop> {
    let first = c.be::<1>(&TYPE_1)?;
    c.bits::<1>(&VERSION, first);
    if kind == kind::INTERNAL {
        return Ok(());
    }
    c.u8(&RESERVED)?;
    let prober = c.fixed::<4>(&PROBER)?;
    match kind {
        kind::QUERY | kind::QUERY_SH | kind::TRACE => {
            c.u16(&APPLICATION)?;
            c.append_at(mark, |l| _ = l.str(", CSH IP: ").ipv4(&prober));
        }
        kind::RESPONSE | kind::RESPONSE_SH => {
            if kind == kind::RESPONSE_SH {
                c.fixed::<4>(&CLIENT)?;
            }
            let proxy = c.fixed::<4>(&PROXY)?;
            let port = c.u16(&PROXY_PORT)?;
            c.append_at(mark, |l| _ = l.str(", Server Steelhead: ").ipv4(&proxy).byte(b':').dec(port));
        }
        _ => {}
    }
    Ok(())
}

fn probe_2<S: Sink>(c: &mut Cursor<'_, S>, kind: u64) -> Result<(), Stop> {
    let first = c.be::<1>(&TYPE_2)?;
    c.bits::<1>(&VERSION_RAW, first);
    c.hidden(&VERSION, c.pos().saturating_sub(1), c.pos(), 2);
    if kind < kind::QUERY_INFO {
        return Ok(());
    }
    let flags = c.be::<1>(&PROBE_FLAGS)?;
    let fields: &[&'static Field] = match kind {
        kind::QUERY_INFO | kind::QUERY_INFO_SH | kind::QUERY_INFO_ID => &[&NOT_CFE, &LAST],
        kind::RESPONSE_INFO => &[&NO_CACHE, &SSL, &SERVER],
        _ => &[],
    };
    c.below(|c| fields.iter().for_each(|field| _ = c.bits::<1>(field, flags)));
    match kind {
        kind::QUERY_INFO_SH => _ = c.fixed::<4>(&CLIENT)?,
        kind::QUERY_INFO_ID => _ = c.u32(&STORE)?,
        _ => {}
    }
    Ok(())
}

/// Reads a transparency option of `len` bytes.
///
/// # Errors
/// Where it is too short for what must be in it.
pub(super) fn transparency<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    let mark = c.mark();
    titled(c, &TRANSPARENCY, |c| {
        c.u8(&KIND)?;
        c.u8(&LEN)?;
        if len != 16 {
            wrong_len(c, |l| _ = l.str("option length should be 16"));
            return Ok(());
        }
        let flags = c.be::<2>(&FLAGS)?;
        c.below(|c| {
            for field in [&FW_PROBE, &FW_INNER, &FW, &CHECKSUM, &OUT_OF_BAND, &MODE] {
                c.bits::<2>(field, flags);
            }
        });
        let (src, dst) = (c.fixed::<4>(&SRC)?, c.fixed::<4>(&DST)?);
        let (src_port, dst_port) = (c.u16(&SRC_PORT)?, c.u16(&DST_PORT)?);
        c.append_at(mark, |l| {
            l.byte(b' ').ipv4(&src).byte(b':').dec(src_port).str(" -> ").ipv4(&dst).byte(b':').dec(dst_port);
        });
        Ok(())
    })
}
