//! Options and other sets of flags (RFC 2328, A.2; RFC 5340, A.2).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    OPTIONS = "ospf.v2.options", "Options", U8 hex;
    DN = "ospf.v2.options.dn", "DN", Bool mask(0x80) set;
    O = "ospf.v2.options.o", "O", Bool mask(0x40) set;
    DC = "ospf.v2.options.dc", "(DC) Demand Circuits", Bool mask(0x20) flag("Supported", "Not supported");
    L = "ospf.v2.options.l", "(L) LLS Data block", Bool mask(0x10) flag("Present", "Not Present");
    N = "ospf.v2.options.n", "(N) NSSA", Bool mask(0x08) flag("Supported", "Not supported");
    P = "ospf.v2.options.p", "(P) Propagate", Bool mask(0x08) set;
    MC = "ospf.v2.options.mc", "(MC) Multicast", Bool mask(0x04) flag("Capable", "Not capable");
    E = "ospf.v2.options.e", "(E) External Routing", Bool mask(0x02) flag("Capable", "Not capable");
    MT = "ospf.v2.options.mt", "(MT) Multi-Topology Routing", Bool mask(0x01) flag("Yes", "No");
    OPTIONS_3 = "ospf.v3.options", "Options", U24 hex;
    AT_3 = "ospf.v3.options.at", "AT", Bool bits(24) mask(0x400) set;
    L_3 = "ospf.v3.options.l", "L", Bool bits(24) mask(0x200) set;
    AF_3 = "ospf.v3.options.af", "AF", Bool bits(24) mask(0x100) set;
    DC_3 = "ospf.v3.options.dc", "DC", Bool bits(24) mask(0x20) set;
    R_3 = "ospf.v3.options.r", "R", Bool bits(24) mask(0x10) set;
    N_3 = "ospf.v3.options.n", "N", Bool bits(24) mask(0x08) set;
    MC_3 = "ospf.v3.options.mc", "MC", Bool bits(24) mask(0x04) set;
    E_3 = "ospf.v3.options.e", "E", Bool bits(24) mask(0x02) set;
    V6_3 = "ospf.v3.options.v6", "V6", Bool bits(24) mask(0x01) set;
}

/// Lets the names of the flags that are set follow the number of `N` bytes read last, and records them all below it.
pub(super) fn flags<const N: usize, S: Sink>(c: &mut Cursor<'_, S>, num: u64, flags: &[&'static Field]) {
    c.append(|l| {
        for flag in flags.iter().filter(|flag| num & flag.mask != 0) {
            l.str(", ").str(flag.label);
        }
    });
    c.below(|c| {
        for flag in flags {
            c.bits::<N>(flag, num);
        }
    });
}

/// Reads the options of version 2, whose bit 3 means something else in an `nssa`'s advertisement; says whether local
/// signalling is announced.
pub(super) fn version_2<S: Sink>(c: &mut Cursor<'_, S>, nssa: bool) -> Result<bool, Stop> {
    let num = c.be::<1>(&OPTIONS)?;
    flags::<1, S>(c, num, &[&DN, &O, &DC, &L, if nssa { &P } else { &N }, &MC, &E, &MT]);
    Ok(num & L.mask != 0)
}

/// Reads the options of version 3; says whether local signalling is announced.
pub(super) fn version_3<S: Sink>(c: &mut Cursor<'_, S>) -> Result<bool, Stop> {
    let num = c.be::<3>(&OPTIONS_3)?;
    flags::<3, S>(c, num, &[&AT_3, &L_3, &AF_3, &DC_3, &R_3, &N_3, &MC_3, &E_3, &V6_3]);
    Ok(num & L_3.mask != 0)
}
