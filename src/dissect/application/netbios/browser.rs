//! The browser service: computers on a local network announce themselves and elect who keeps the list ([MS-BRWS]).

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("browser", "Microsoft Windows Browser Protocol", Kind::Protocol);

fields! {
    COMMAND = "browser.command", "Command", U8 hex names(COMMANDS);
    UPDATE_COUNT = "browser.update_count", "Update Count", U8;
    PERIOD = "browser.period", "Update Periodicity", U32 custom(milliseconds);
    SERVER = "browser.server", "Server Name", Str;
    MB_SERVER = "browser.mb_server", "Master Browser Server Name", Str;
    RESET_CMD = "browser.reset_cmd", "ResetBrowserState Command", U8 hex names(RESETS);
    RESET_CMD_DEMOTE = "browser.reset_cmd.demote", "Demote LMB", Bool mask(0x1) flag("Demote an LMB to a Backup Browser", "Do not demote an LMB to a Backup Browser");
    RESET_CMD_FLUSH = "browser.reset_cmd.flush", "Flush Browse List", Bool mask(0x2) flag("Flush the Browse List", "Do not Flush the Browse List");
    RESET_CMD_STOP_LMB = "browser.reset_cmd.stop_lmb", "Stop Being LMB", Bool mask(0x4) flag("Stop Being a Local Master Browser", "Do not Stop Being a Local Master Browser");
    OS_MAJOR = "browser.os_major", "OS Major Version", U8;
    OS_MINOR = "browser.os_minor", "OS Minor Version", U8;
    SERVER_TYPE = "browser.server_type", "Server Type", U32 hex;
    SERVER_TYPE_WORKSTATION = "browser.server_type.workstation", "Workstation", Bool bits(32) mask(0x1) flag("This is a Workstation", "This is NOT a Workstation");
    SERVER_TYPE_SERVER = "browser.server_type.server", "Server", Bool bits(32) mask(0x2) flag("This is a Server", "This is NOT a Server");
    SERVER_TYPE_SQL = "browser.server_type.sql", "SQL", Bool bits(32) mask(0x4) flag("This is an SQL server", "This is NOT an SQL server");
    SERVER_TYPE_DOMAIN_CONTROLLER = "browser.server_type.domain_controller", "Domain Controller", Bool bits(32) mask(0x8) flag("This is a Domain Controller", "This is NOT a Domain Controller");
    SERVER_TYPE_BACKUP_CONTROLLER = "browser.server_type.backup_controller", "Backup Controller", Bool bits(32) mask(0x10) flag("This is a Backup Controller", "This is NOT a Backup Controller");
    SERVER_TYPE_TIME = "browser.server_type.time", "Time Source", Bool bits(32) mask(0x20) flag("This is a Time Source", "This is NOT a Time Source");
    SERVER_TYPE_APPLE = "browser.server_type.apple", "Apple", Bool bits(32) mask(0x40) flag("This is an Apple host", "This is NOT an Apple host");
    SERVER_TYPE_NOVELL = "browser.server_type.novell", "Novell", Bool bits(32) mask(0x80) flag("This is a Novell server", "This is NOT a Novell server");
    SERVER_TYPE_MEMBER = "browser.server_type.member", "Member", Bool bits(32) mask(0x100) flag("This is a Domain Member server", "This is NOT a Domain Member server");
    SERVER_TYPE_PRINT = "browser.server_type.print", "Print", Bool bits(32) mask(0x200) flag("This is a Print Queue server", "This is NOT a Print Queue server");
    SERVER_TYPE_DIALIN = "browser.server_type.dialin", "Dialin", Bool bits(32) mask(0x400) flag("This is a Dialin server", "This is NOT a Dialin server");
    SERVER_TYPE_XENIX = "browser.server_type.xenix", "Xenix", Bool bits(32) mask(0x800) flag("This is a Xenix server", "This is NOT a Xenix server");
    SERVER_TYPE_NTW = "browser.server_type.ntw", "NT Workstation", Bool bits(32) mask(0x1000) flag("This is an NT Workstation", "This is NOT an NT Workstation");
    SERVER_TYPE_WFW = "browser.server_type.wfw", "WfW", Bool bits(32) mask(0x2000) flag("This is a WfW host", "This is NOT a WfW host");
    SERVER_TYPE_NTS = "browser.server_type.nts", "NT Server", Bool bits(32) mask(0x8000) flag("This is an NT Server", "This is NOT an NT Server");
    SERVER_TYPE_BROWSER_POTENTIAL = "browser.server_type.browser.potential", "Potential Browser", Bool bits(32) mask(0x10000) flag("This is a Potential Browser", "This is NOT a Potential Browser");
    SERVER_TYPE_BROWSER_BACKUP = "browser.server_type.browser.backup", "Backup Browser", Bool bits(32) mask(0x20000) flag("This is a Backup Browser", "This is NOT a Backup Browser");
    SERVER_TYPE_BROWSER_MASTER = "browser.server_type.browser.master", "Master Browser", Bool bits(32) mask(0x40000) flag("This is a Master Browser", "This is NOT a Master Browser");
    SERVER_TYPE_BROWSER_DOMAIN_MASTER = "browser.server_type.browser.domain_master", "Domain Master Browser", Bool bits(32) mask(0x80000) flag("This is a Domain Master Browser", "This is NOT a Domain Master Browser");
    SERVER_TYPE_OSF = "browser.server_type.osf", "OSF", Bool bits(32) mask(0x100000) flag("This is an OSF host", "This is NOT an OSF host");
    SERVER_TYPE_VMS = "browser.server_type.vms", "VMS", Bool bits(32) mask(0x200000) flag("This is a VMS host", "This is NOT a VMS host");
    SERVER_TYPE_W95 = "browser.server_type.w95", "Windows 95+", Bool bits(32) mask(0x400000) flag("This is a Windows 95 or above host", "This is NOT a Windows 95 or above host");
    SERVER_TYPE_DFS = "browser.server_type.dfs", "DFS", Bool bits(32) mask(0x800000) flag("This is a DFS server", "THis is NOT a DFS server");
    SERVER_TYPE_LOCAL = "browser.server_type.local", "Local", Bool bits(32) mask(0x40000000) flag("This is a local list only request", "This is NOT a local list only request");
    SERVER_TYPE_DOMAINENUM = "browser.server_type.domainenum", "Domain Enum", Bool bits(32) mask(0x80000000) flag("This is a Domain Enum request", "This is NOT a Domain Enum request");
    ELECTION_VERSION = "browser.election.version", "Election Version", U8;
    PROTO_MAJOR = "browser.proto_major", "Browser Protocol Major Version", U8;
    PROTO_MINOR = "browser.proto_minor", "Browser Protocol Minor Version", U8;
    SIG = "browser.sig", "Signature", U16 hex;
    COMMENT = "browser.comment", "Host Comment", Str;
    UNUSED = "browser.unused", "Unused flags", U8 hex;
    RESPONSE_COMPUTER_NAME = "browser.response_computer_name", "Response Computer Name", Str;
    ELECTION_CRITERIA = "browser.election.criteria", "Election Criteria", U32 hex;
    ELECTION_DESIRE = "browser.election.desire", "Election Desire", U8 hex;
    ELECTION_DESIRE_BACKUP = "browser.election.desire.backup", "Backup", Bool mask(0x1) flag("Backup Browse Server", "NOT Backup Browse Server");
    ELECTION_DESIRE_STANDBY = "browser.election.desire.standby", "Standby", Bool mask(0x2) flag("Standby Browse Server", "NOT Standby Browse Server");
    ELECTION_DESIRE_MASTER = "browser.election.desire.master", "Master", Bool mask(0x4) flag("Master Browser", "NOT Master Browser");
    ELECTION_DESIRE_DOMAIN_MASTER = "browser.election.desire.domain_master", "Domain Master", Bool mask(0x8) flag("Domain Master Browse Server", "NOT Domain Master Browse Server");
    ELECTION_DESIRE_WINS = "browser.election.desire.wins", "WINS", Bool mask(0x20) flag("WINS Client", "NOT WINS Client");
    ELECTION_DESIRE_NT = "browser.election.desire.nt", "NT", Bool mask(0x80) flag("Windows NT Advanced Server", "NOT Windows NT Advanced Server");
    ELECTION_OS = "browser.election.os", "Election OS", U8 hex;
    ELECTION_OS_WFW = "browser.election.os.wfw", "WfW", Bool mask(0x1) flag("Windows for Workgroups", "Not Windows for Workgroups");
    ELECTION_OS_NTW = "browser.election.os.ntw", "NT Workstation", Bool mask(0x10) flag("Windows NT Workstation", "Not Windows NT Workstation");
    ELECTION_OS_NTS = "browser.election.os.nts", "NT Server", Bool mask(0x20) flag("Windows NT Server", "Not Windows NT Server");
    UPTIME = "browser.uptime", "Uptime", U32 custom(milliseconds);
    BACKUP_COUNT = "browser.backup.count", "Backup List Requested Count", U8;
    BACKUP_TOKEN = "browser.backup.token", "Backup Request Token", U32;
    BACKUP_SERVER = "browser.backup.server", "Backup Server", Str;
    BROWSER_TO_PROMOTE = "browser.browser_to_promote", "Browser to Promote", Str;
    WINDOWS_VERSION = "browser.windows_version", "Windows version", Str;
    MYSTERIOUS_FIELD = "browser.mysterious_field", "Mysterious Field", U32 hex;
}

names! {
    COMMANDS {
        1 = "Host Announcement", 2 = "Request Announcement", 8 = "Browser Election Request",
        9 = "Get Backup List Request", 10 = "Get Backup List Response", 11 = "Become Backup Browser",
        12 = "Domain/Workgroup Announcement", 13 = "Master Announcement", 14 = "Reset Browser State Announcement",
        15 = "Local Master Announcement",
    }
    RESETS {
        1 = "Stop being a master browser and become a backup browser",
        2 = "Discard browse lists, stop being a master browser, and try again",
        4 = "Stop being a master browser for ever",
    }
    SERVER_TYPES {
        0 = "Workstation", 1 = "Server", 2 = "SQL Server", 3 = "Domain Controller", 4 = "Backup Controller",
        5 = "Time Source", 6 = "Apple Server", 7 = "Novell Server", 8 = "Domain Member Server",
        9 = "Print Queue Server", 10 = "Dialin Server", 11 = "Xenix Server", 12 = "NT Workstation",
        13 = "Windows for Workgroups", 15 = "NT Server", 16 = "Potential Browser", 17 = "Backup Browser",
        18 = "Master Browser", 19 = "Domain Master Browser", 20 = "OSF", 21 = "VMS", 22 = "Windows 95 or above",
        23 = "DFS server", 30 = "Local List Only", 31 = "Domain Enum",
    }
}

/// A span of time given in milliseconds, in words.
fn milliseconds(num: u64, line: &mut Line) {
    line.duration(num / 1000, (num % 1000) as u16);
}

const HOST_ANNOUNCEMENT: u8 = 1;
const REQUEST_ANNOUNCEMENT: u8 = 2;
const DOMAIN_ANNOUNCEMENT: u8 = 12;
const LOCAL_MASTER_ANNOUNCEMENT: u8 = 15;

/// The browser service.
pub struct Browser;

impl Protocol for Browser {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "BROWSER";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        c.protocol("BROWSER");
        c.claim();
        let command = c.u8(&COMMAND)?;
        match name_of(COMMANDS, command.into()) {
            Some(name) => _ = c.info().str(name),
            None => _ = c.info().str("Unknown command:0x").hex(command, 2),
        }
        match command {
            HOST_ANNOUNCEMENT | DOMAIN_ANNOUNCEMENT | LOCAL_MASTER_ANNOUNCEMENT => announcement(c, command),
            REQUEST_ANNOUNCEMENT => {
                c.u8(&UNUSED)?;
                let name = string(c, &RESPONSE_COMPUTER_NAME)?;
                code_page_437(c.info().byte(b' '), name);
                Ok(())
            }
            8 => election(c),
            9 => {
                c.u8(&BACKUP_COUNT)?;
                c.u32_le(&BACKUP_TOKEN).map(|_| ())
            }
            10 => {
                let count = c.u8(&BACKUP_COUNT)?;
                c.u32_le(&BACKUP_TOKEN)?;
                (0..count).try_for_each(|_| string(c, &BACKUP_SERVER).map(|_| ()))
            }
            11 => string(c, &BROWSER_TO_PROMOTE).map(|_| ()),
            13 => string(c, &MB_SERVER).map(|_| ()),
            14 => reset(c),
            _ => Ok(()),
        }
    }
}

/// Reads a string up to its NUL.
fn string<'p, S: Sink>(c: &mut Cursor<'p, S>, field: &'static Field) -> Result<&'p [u8], Stop> {
    let len = c.rest().iter().position(|&byte| byte == 0).ok_or_else(|| c.short(c.remaining() + 1))?;
    let text = c.bytes(field, len)?;
    c.skip(1)?;
    Ok(text)
}

/// Writes what stands before the first NUL, in the code page of the first IBM PC.
fn code_page_437(line: &mut Line, text: &[u8]) {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    for &byte in text.iter().take_while(|&&byte| byte != 0) {
        match byte.checked_sub(128) {
            None => line.byte(byte),
            Some(at) => line.char(UPPER.chars().nth(at.into()).unwrap_or(char::REPLACEMENT_CHARACTER)),
        };
    }
}

/// A computer, a domain or a master browser announces itself.
fn announcement<S: Sink>(c: &mut Cursor<'_, S>, command: u8) -> Result<(), Stop> {
    let domain = command == DOMAIN_ANNOUNCEMENT;
    c.u8(&UPDATE_COUNT)?;
    c.le::<4>(&PERIOD)?;
    let name = c.bytes(&SERVER, 16)?;
    c.label(|l| code_page_437(l.str(if domain { "Domain/Workgroup: " } else { "Host Name: " }), name));
    let info = c.info().byte(b' ');
    code_page_437(info, name);
    if S::DETAIL {
        windows_version(c);
    }
    c.u8(&OS_MAJOR)?;
    c.u8(&OS_MINOR)?;
    server_type(c)?;
    if domain {
        c.u32_le(&MYSTERIOUS_FIELD)?;
        return string(c, &MB_SERVER).map(|_| ());
    }
    c.u8(&PROTO_MAJOR)?;
    c.u8(&PROTO_MINOR)?;
    c.u16_le(&SIG)?;
    string(c, &COMMENT).map(|_| ())
}

/// Says which Windows bears a version number.
fn windows_version<S: Sink>(c: &mut Cursor<'_, S>) {
    let at = c.pos();
    let name = match c.peek::<2>(0) {
        Some([5, 0]) => "Windows 2000",
        Some([5, 1]) => "Windows XP",
        Some([5, 2]) => "Windows Server 2003 R2 or Windows Server 2003",
        Some([6, 0]) => "Windows Vista or Windows Server 2008",
        Some([6, 1]) => "Windows 7 or Windows Server 2008 R2",
        _ => "",
    };
    c.put(&WINDOWS_VERSION, at, at + 2, 0);
    c.label(|l| _ = l.str("Windows version: ").str(name));
}

/// What a computer is, bit by bit; the summary names each.
fn server_type<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let bits = c.le::<4>(&SERVER_TYPE)?;
    let words = |l: &mut Line| {
        for bit in (0..32).filter(|bit| bits >> bit & 1 != 0) {
            match name_of(SERVER_TYPES, bit) {
                Some(name) => _ = l.str(", ").str(name),
                None => _ = l.str(", Unknown server type:").dec(bit),
            }
        }
    };
    words(c.info());
    c.append(words);
    c.below(|c| {
        let own = FIELDS.iter().filter(|field| field.key.starts_with("browser.server_type."));
        own.for_each(|field| _ = c.bits::<4>(field, bits));
    });
    Ok(())
}

fn election<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u8(&ELECTION_VERSION)?;
    c.le::<4>(&ELECTION_CRITERIA)?;
    let after = c.pos();
    c.seek(after - 4);
    c.below(|c| {
        flags(c, &ELECTION_DESIRE, "browser.election.desire.")?;
        c.u8(&PROTO_MINOR)?;
        c.u8(&PROTO_MAJOR)?;
        flags(c, &ELECTION_OS, "browser.election.os.")
    })?;
    c.le::<4>(&UPTIME)?;
    c.skip(4)?;
    string(c, &SERVER).map(|_| ())
}

/// Reads a byte of flags, whose keys begin with `prefix`; the names of those that are set follow the byte's line.
fn flags<S: Sink>(c: &mut Cursor<'_, S>, field: &'static Field, prefix: &str) -> Result<(), Stop> {
    let bits = c.be::<1>(field)?;
    if !S::DETAIL {
        return Ok(());
    }
    let own = || FIELDS.iter().filter(|field| field.key.starts_with(prefix));
    c.append(|l| own().filter(|field| field.cut(bits) != 0).for_each(|field| _ = l.str(", ").str(field.label)));
    c.below(|c| own().for_each(|field| _ = c.bits::<1>(field, bits)));
    Ok(())
}

fn reset<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    flags(c, &RESET_CMD, "browser.reset_cmd.")
}
