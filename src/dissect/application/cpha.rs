//! Check Point's high availability protocol, which the members of a cluster of firewalls speak.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("cpha", "Check Point High Availability Protocol", Kind::Protocol);

fields! {
    MAGIC = "cpha.magic_number", "Magic Number", U16 hex;
    VERSION = "cpha.version", "Protocol Version", U16 names(VERSIONS);
    CLUSTER = "cpha.cluster_number", "Cluster Number", U16;
    OPCODE = "cpha.opcode", "HA OpCode", U16 names(OPCODES);
    INTERFACE = "cpha.src_if", "Source Interface", U16;
    RANDOM = "cpha.random_id", "Random ID", U16;
    SOURCE = "cpha.src_id", "Source Machine ID", U16;
    DESTINATION = "cpha.dst_id", "Destination Machine ID", U16;
    POLICY = "cpha.policy_id", "Policy ID", U16;
    FILLER = "cpha.filler", "Filler", U16;
    PAYLOAD = "cpha.payload", "Payload", None;
    IDS = "cpha.id_num", "Number of IDs reported", U16;
    REPORT = "cpha.report_code", "Report code", U16 names(REPORTS);
    MODE = "cpha.ha_mode", "HA mode", U16 names(MODES);
    TIME_UNIT = "cpha.ha_time_unit", "HA Time unit", U16;
    STATES = "cpha.machine_states", "Machines States", None;
    STATE = "cpha.state_node", "State node", U8 names(STATE_NAMES);
}

names! {
    OPCODES {
        0 = "Unknown OpCode", 1 = "FWHA_MY_STATE - Report source machine's state",
        2 = "FWHA_QUERY_STATE - Query other machine's state",
        3 = "FWHA_IF_PROBE_REQ - Interface active check request",
        4 = "FWHA_IF_PROBE_REPLY - Interface active check reply",
        5 = "FWHA_IFCONF_REQ - Interface configuration request",
        6 = "FWHA_IFCONF_REPLY - Interface configuration reply", 7 = "FWHA_LB_CONF - LB configuration report request",
        8 = "FWHA_LB_CONFIRM - LB configuration report reply",
        9 = "FWHA_POLICY_CHANGE - Policy ID change request/notification", 10 = "FWHAP_SYNC - New Sync packet",
    }
    VERSIONS {
        0x0001 = "4.1", 0x0002 = "NG (FP0)", 0x0003 = "NG FP1", 0x0006 = "NG FP2", 0x0212 = "NG FP3",
        0x0216 = "VSX NG AIR2", 0x0219 = "VSX NGX EA", 0x021a = "VSX NGX GA", 0x021c = "NG AIR54 EA",
        0x021d = "NG AIR54 GA", 0x0226 = "NG AIR55 (up to HFA_16)", 0x0227 = "NG AIR55 HFA_17", 0x0228 = "NG AIR55W",
        0x0229 = "NG AIR55 HFA_18", 0x024f = "NG AIR55 LSV", 0x0251 = "NGXR60 EA",
        0x0259 = "NGXR60 GA / NGXR60 HFA_01", 0x025a = "NGXR60 HFA_02", 0x0286 = "NGXR60 Multicast acceleration",
        0x028a = "NGXR60 with Anti-Virus", 0x0299 = "NGXR61 EA2", 0x029b = "NGXR61 GA", 0x02b2 = "NGXR62 EA",
        0x02b3 = "NGXR62 GA", 0x02bc = "Connectra NGXR61 EA", 0x02c1 = "Connectra NGXR61 GA",
        0x02c6 = "Connectra NGXR66 GA", 0x0320 = "NGXR65 EA", 0x0321 = "NGXR65 GA", 0x0322 = "NGXR65 HFA_01",
        0x0323 = "NGXR65 HFA_02", 0x0324 = "NGXR65 HFA_02 / Connectra NGXR66.1", 0x0325 = "NGXR65 HFA_03",
        0x032a = "NGXR65 HFA_03 GA", 0x032b = "NGXR65 HFA_40", 0x032d = "NGXR65 HFA_50", 0x032e = "NGXR65 HFA_50",
        0x032f = "NGXR65 HFA_60", 0x0330 = "NGXR65 HFA_70", 0x0352 = "VSX NGX Scalability Pack",
        0x0384 = "VSX NGXR65 GA", 0x0385 = "VSX NGXR65 HFA_10", 0x0386 = "VSX NGXR65 HFA_20",
        0x03e8 = "NGXR65 with CoreXL LE", 0x03e9 = "VSX NGXR67 GA", 0x03f2 = "VSX NGXR67 EA",
        0x044c = "VSX NGXR68 GA", 0x05dc = "R70 EA", 0x05dd = "R70 GA", 0x05de = "R70.1 EA /R70.1 IPv6Pack HCC",
        0x05e1 = "R70.1 GA", 0x05e2 = "2R70.1 IPv6Pack", 0x05e4 = "R70.12", 0x05ec = "R70.20", 0x05ee = "R70.30",
        0x05f0 = "R70.40 / GX 5.0 HCC", 0x05f3 = "R70.50", 0x0613 = "R71.10 /R71 VE", 0x0615 = "R71.20",
        0x0617 = "R71.30", 0x0619 = "R71.40", 0x061a = "R71.45", 0x061b = "R71.50",
        0x07d0 = "R75 GA / R75.050 for 61000 /R75.051 for 61000 /R75.052 for 61000", 0x07d5 = "R75.10",
        0x07da = "R75.20", 0x07e4 = "R75.30", 0x08a2 = "R75.40 32-bit", 0x08a3 = "R75.40 64-bit",
        0x08ac = "R75.45 32-bit", 0x08ad = "R75.45 64-bit", 0x08b1 = "R75.46 32-bit", 0x08b2 = "R75.46 64-bit",
        0x08b6 = "R75.47 32-bit", 0x08b7 = "R75.47 64-bit", 0x09c4 = "R75.40VS 32-bit", 0x09c5 = "R75.40VS 64-bit",
        0x09c6 = "R75.40VS in VSX mode", 0x0a8c = "R76 32-bit", 0x0a8d = "DR76 64-bit", 0x0a8e = "R76 in VSX mode",
        0x0aa0 = "R76.10 32-bit", 0x0aa1 = "R76.10 64-bit", 0x0aa2 = "R76.10 in VSX mode", 0x0b54 = "R77 32-bit",
        0x0b55 = "R77 64-bit", 0x0b56 = "R77 in VSX mode", 0x0b59 = "R77.10 32-bit", 0x0b5a = "R77.10 64-bit",
        0x0b5b = "R77.10 in VSX mode", 0x0b5e = "R77.20 32-bit", 0x0b5f = "R77.20 64-bit",
        0x0b60 = "R77.20 in VSX mode", 0x0b68 = "R77.30 32-bit", 0x0b69 = "R77.30 64-bit",
        0x0b6a = "R77.30 in VSX mode", 0xf4ec = "R76SP for 61000 32-bit", 0xf4ed = "R76SP for 61000 64-bit",
        0xf4ee = "R76SP for 61000 in VSX mode", 0xf4f6 = "R76SP.10 for 61000 32-bit",
        0xf4f7 = "R76SP.10 for 61000 64-bit", 0xf4f8 = "R76SP.10 for 61000 in VSX mode",
    }
    MODES {
        0 = "FWHA_UNDEF_MODE", 1 = "FWHA_NOT_ACTIVE_MODE - CPHA is not active",
        2 = "FWHA_BALANCE_MODE - More than one machine active", 3 = "FWHA_PRIMARY_UP_MODE", 4 = "FWHA_ONE_UP_MODE",
    }
    REPORTS {
        1 = "Machine information included", 2 = "Interface information included",
        3 = "Machine & Interface information included",
    }
    STATE_NAMES {
        0 = "Down/Dead", 1 = "Initializing", 2 = "Standby", 3 = "Ready", 4 = "Active/Active-Attention",
    }
}

/// What every packet begins with.
const MAGIC_NUMBER: u16 = 0x1a90;
/// The report of the sender's state.
const MY_STATE: u16 = 1;
/// The bit of a report's code that says that machines are in it.
const MACHINES: u16 = 1;

/// CPHA.
pub struct Cpha;

impl Protocol for Cpha {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "CPHA";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(8116)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.reported() < 4 || c.peek_u16(0) != Some(MAGIC_NUMBER) {
            return Err(Stop::NotMine);
        }
        c.protocol("CPHA");
        c.claim();
        let version = c.peek_u16(2).ok_or_else(|| c.short(4))?;
        let code = c.peek_u16(6).ok_or_else(|| c.short(8))?;
        c.info().str("CPHAv").dec(version).str(": ");
        name(c.info(), code);
        c.read_all(&[(&MAGIC, 2), (&VERSION, 2), (&CLUSTER, 2), (&OPCODE, 2), (&INTERFACE, 2), (&RANDOM, 2)])?;
        c.read_all(&[(&SOURCE, 2), (&DESTINATION, 2), (&POLICY, 2), (&FILLER, 2)])?;
        let mark = c.mark();
        c.group(&PAYLOAD, |c| {
            c.label_at(mark, |l| name(l.str("Payload - "), code));
            if code == MY_STATE && c.reported() >= 8 { state(c) } else { c.skip(c.remaining()) }
        })
    }
}

fn name(line: &mut Line, code: u16) {
    match name_of(OPCODES, code.into()) {
        Some(name) => _ = line.str(name),
        None => _ = line.str("Unknown ").dec(code),
    }
}

/// The sender's state, and what it knows of others'.
fn state<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let ids = c.u16(&IDS)?;
    let report = c.u16(&REPORT)?;
    c.read_all(&[(&MODE, 2), (&TIME_UNIT, 2)])?;
    if report & MACHINES != 0 {
        c.group(&STATES, |c| {
            for id in 0..ids {
                if c.remaining() == 0 {
                    break;
                }
                c.u8(&STATE)?;
                c.append(|l| _ = l.str(" (Nodes ").dec(id).byte(b')'));
            }
            Ok(())
        })?;
    }
    c.skip(c.remaining())
}
