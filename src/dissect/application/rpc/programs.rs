//! The programs that are known: what they are called, and their procedures.

use super::message;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, Names, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::names;

/// Declares programs of which no more is told than the procedure: type, number, filter name, full and short name.
macro_rules! programs {
    ($($(#[$meta:meta])* $type:ident = $number:literal, $key:literal, $long:literal, $short:literal;)*) => { $(
        $(#[$meta])*
        pub struct $type;

        impl Protocol for $type {
            const LAYER: &'static Field = {
                static LAYER: Field = Field::new($key, $long, Kind::Protocol);
                &LAYER
            };
            const NAME: &'static str = $short;
            const FIELDS: &'static [&'static Field] = &[];
            const KEYS: &'static [Key] = &[Key::Rpc($number)];

            fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
                message::rest(c)
            }
        }
    )* };
}

programs! {
    /// RSTAT.
    Rstat = 100001, "rstat", "RSTAT", "RSTAT";
    /// Yellow Pages Bind.
    Ypbind = 100007, "ypbind", "Yellow Pages Bind", "YPBIND";
    /// Remote Wall protocol.
    Rwall = 100008, "rwall", "Remote Wall protocol", "RWALL";
    /// Yellow Pages Passwd.
    Yppasswd = 100009, "yppasswd", "Yellow Pages Passwd", "YPPASSWD";
    /// Remote Quota.
    Rquota = 100011, "rquota", "Remote Quota", "RQUOTA";
    /// SPRAY.
    Spray = 100012, "spray", "SPRAY", "SPRAY";
    /// Kernel Lock Manager.
    Klm = 100020, "klm", "Kernel Lock Manager", "KLM";
    /// Network Status Monitor Protocol.
    Stat = 100024, "stat", "Network Status Monitor Protocol", "STAT";
    /// Boot Parameters.
    Bootparams = 100026, "bootparams", "Boot Parameters", "BOOTPARAMS";
    /// Yellow Pages Transfer.
    Ypxfr = 100069, "ypxfr", "Yellow Pages Transfer", "YPXFR";
    /// NFSACL.
    Nfsacl = 100227, "nfsacl", "NFSACL", "NFSACL";
    /// NFSAUTH.
    Nfsauth = 100231, "nfsauth", "NFSAUTH", "NFSAUTH";
    /// SADMIND.
    Sadmind = 100232, "sadmind", "SADMIND", "SADMIND";
    /// NIS+.
    Nisplus = 100300, "nisplus", "NIS+", "NIS+";
    /// NIS+ Callback.
    NisplusCb = 100302, "nispluscb", "NIS+ Callback", "NIS+ CB";
    /// PC NFS.
    Pcnfsd = 150001, "pcnfsd", "PC NFS", "PCNFSD";
    /// Network Status Monitor CallBack Protocol.
    StatCb = 200048, "statnotify", "Network Status Monitor CallBack Protocol", "STAT-CB";
    /// Clearcase NFS.
    Clearcase = 390512, "clearcase", "Clearcase NFS", "CLEARCASE";
    /// VXI-11 Core Protocol.
    Vxi11Core = 395183, "vxi11_core", "VXI-11 Core Protocol", "VXI-11 Core";
    /// VXI-11 Asynchronous Abort.
    Vxi11Async = 395184, "vxi11_async", "VXI-11 Asynchronous Abort", "VXI-11 Async";
    /// VXI-11 Interrupt.
    Vxi11Intr = 395185, "vxi11_intr", "VXI-11 Interrupt", "VXI-11 Intr";
}

names! {
    PORTMAP_1 { 0 = "NULL", 1 = "SET", 2 = "UNSET", 3 = "GETPORT", 4 = "DUMP", 5 = "CALLIT" }
    PORTMAP_3 { 0 = "NULL", 1 = "SET", 2 = "UNSET", 3 = "GETADDR", 4 = "DUMP", 5 = "CALLIT", 6 = "GETTIME", 7 = "UADDR2TADDR", 8 = "TADDR2UADDR" }
    PORTMAP_4 { 0 = "NULL", 1 = "SET", 2 = "UNSET", 3 = "GETADDR", 4 = "DUMP", 5 = "BCAST", 6 = "GETTIME", 7 = "UADDR2TADDR", 8 = "TADDR2UADDR", 9 = "GETVERSADDR", 10 = "INDIRECT", 11 = "GETADDRLIST", 12 = "GETSTAT" }
    RSTAT_1 { 0 = "NULL", 1 = "STATS", 2 = "HAVEDISK" }
    NFS_2 { 0 = "NULL", 1 = "GETATTR", 2 = "SETATTR", 3 = "ROOT", 4 = "LOOKUP", 5 = "READLINK", 6 = "READ", 7 = "WRITECACHE", 8 = "WRITE", 9 = "CREATE", 10 = "REMOVE", 11 = "RENAME", 12 = "LINK", 13 = "SYMLINK", 14 = "MKDIR", 15 = "RMDIR", 16 = "READDIR", 17 = "STATFS" }
    NFS_3 { 0 = "NULL", 1 = "GETATTR", 2 = "SETATTR", 3 = "LOOKUP", 4 = "ACCESS", 5 = "READLINK", 6 = "READ", 7 = "WRITE", 8 = "CREATE", 9 = "MKDIR", 10 = "SYMLINK", 11 = "MKNOD", 12 = "REMOVE", 13 = "RMDIR", 14 = "RENAME", 15 = "LINK", 16 = "READDIR", 17 = "READDIRPLUS", 18 = "FSSTAT", 19 = "FSINFO", 20 = "PATHCONF", 21 = "COMMIT" }
    MERELY_NULL { 0 = "NULL" }
    NFS_4 { 0 = "NULL", 1 = "" }
    YPSERV_1 { 0 = "NULL", 1 = "DOMAIN", 2 = "DOMAIN_NONACK", 3 = "MATCH", 4 = "FIRST", 5 = "NEXT", 6 = "XFR", 7 = "CLEAR", 8 = "ALL", 9 = "MASTER", 10 = "ORDER", 11 = "MAPLIST" }
    MOUNT_1 { 0 = "NULL", 1 = "MNT", 2 = "DUMP", 3 = "UMNT", 4 = "UMNTALL", 5 = "EXPORT", 6 = "EXPORTALL" }
    MOUNT_2 { 0 = "NULL", 1 = "MNT", 2 = "DUMP", 3 = "UMNT", 4 = "UMNTALL", 5 = "EXPORT", 6 = "EXPORTALL", 7 = "PATHCONF" }
    MOUNT_3 { 0 = "NULL", 1 = "MNT", 2 = "DUMP", 3 = "UMNT", 4 = "UMNTALL", 5 = "EXPORT" }
    YPBIND_1 { 0 = "NULL", 1 = "DOMAIN", 2 = "SETDOMAIN" }
    RWALL_1 { 2 = "RWALL" }
    YPPASSWD_1 { 0 = "NULL", 1 = "UPDATE" }
    RQUOTA_1 { 0 = "NULL", 1 = "GETQUOTA", 2 = "GETACTIVEQUOTA" }
    SPRAY_1 { 0 = "NULL", 1 = "SPRAY", 2 = "GET", 3 = "CLEAR" }
    KLM_1 { 1 = "TEST", 2 = "LOCK", 3 = "CANCEL", 4 = "UNLOCK" }
    NLM_1 { 0 = "NULL", 1 = "TEST", 2 = "LOCK", 3 = "CANCEL", 4 = "UNLOCK", 5 = "GRANTED", 6 = "TEST_MSG", 7 = "LOCK_MSG", 8 = "CANCEL_MSG", 9 = "UNLOCK_MSG", 10 = "GRANTED_MSG", 11 = "TEST_RES", 12 = "LOCK_RES", 13 = "CANCEL_RES", 14 = "UNLOCK_RES", 15 = "GRANTED_RES" }
    NLM_3 { 0 = "NULL", 1 = "TEST", 2 = "LOCK", 3 = "CANCEL", 4 = "UNLOCK", 5 = "GRANTED", 6 = "TEST_MSG", 7 = "LOCK_MSG", 8 = "CANCEL_MSG", 9 = "UNLOCK_MSG", 10 = "GRANTED_MSG", 11 = "TEST_RES", 12 = "LOCK_RES", 13 = "CANCEL_RES", 14 = "UNLOCK_RES", 15 = "GRANTED_RES", 20 = "SHARE", 21 = "UNSHARE", 22 = "NM_LOCK", 23 = "FREE_ALL" }
    STAT_1 { 0 = "NULL", 1 = "STAT", 2 = "MON", 3 = "UNMON", 4 = "UNMON_ALL", 5 = "SIMU_CRASH", 6 = "NOTIFY" }
    BOOTPARAMS_1 { 0 = "NULL", 1 = "WHOAMI", 2 = "GETFILE" }
    YPXFR_1 { 0 = "NULL", 1 = "GETMAP" }
    NFSACL_2 { 0 = "NULL", 1 = "GETACL", 2 = "SETACL", 3 = "GETATTR", 4 = "ACCESS", 5 = "GETXATTRDIR" }
    NFSACL_3 { 0 = "NULL", 1 = "GETACL", 2 = "SETACL", 3 = "GETXATTRDIR" }
    NFSAUTH_1 { 0 = "NULL", 1 = "ACCESS" }
    NISPLUS_3 { 0 = "NULL", 1 = "LOOKUP", 2 = "ADD", 3 = "MODIFY", 4 = "REMOVE", 5 = "IBLIST", 6 = "IBADD", 7 = "IBMODIFY", 8 = "IBREMOVE", 9 = "IBFIRST", 10 = "IBNEXT", 12 = "FINDDIRECTORY", 14 = "STATUS", 15 = "DUMPLOG", 16 = "DUMP", 17 = "CALLBACK", 18 = "CPTIME", 19 = "CHECKPOINT", 20 = "PING", 21 = "SERVSTATE", 22 = "MKDIR", 23 = "RMDIR", 24 = "UPDKEYS" }
    NISPLUS_CB_1 { 0 = "NULL", 1 = "RECEIVE", 2 = "FINISH", 3 = "ERROR" }
    PCNFSD_1 { 0 = "NULL", 1 = "AUTH", 2 = "PR_INIT", 3 = "PR_START" }
    PCNFSD_2 { 0 = "NULL", 1 = "INFO", 2 = "PR_INIT", 3 = "PR_START", 4 = "PR_LIST", 5 = "PR_QUEUE", 6 = "PR_STATUS", 7 = "PR_CANCEL", 8 = "PR_ADMIN", 9 = "PR_REQUEUE", 10 = "PR_HOLD", 11 = "PR_RELEASE", 12 = "MAPID", 13 = "AUTH", 14 = "ALERT" }
    STAT_CB_1 { 0 = "NULL", 1 = "MON-CALLBACK" }
    VXI_11_CORE_1 { 0 = "NULL", 10 = "CREATE_LINK", 11 = "DEVICE_WRITE", 12 = "DEVICE_READ", 13 = "DEVICE_READSTB", 14 = "DEVICE_TRIGGER", 15 = "DEVICE_CLEAR", 16 = "DEVICE_REMOTE", 17 = "DEVICE_LOCAL", 18 = "DEVICE_LOCK", 19 = "DEVICE_UNLOCK", 20 = "DEVICE_ENABLE_SRQ", 22 = "DEVICE_DOCMD", 23 = "DESTROY_LINK", 25 = "CREATE_INTR_CHAN", 26 = "DESTROY_INTR_CHAN" }
    VXI_11_ASYNC_1 { 0 = "NULL", 1 = "DEVICE_ABORT" }
    VXI_11_INTR_1 { 0 = "NULL", 30 = "DEVICE_INTR_SRQ" }
    NFS_CB_1 { 0 = "CB_NULL", 1 = "CB_COMPOUND" }
}

/// The names of procedures, by program and version.
static PROCEDURES: &[(u32, u32, Names)] = &[
    (100000, 1, PORTMAP_1),
    (100000, 2, PORTMAP_1),
    (100000, 3, PORTMAP_3),
    (100000, 4, PORTMAP_4),
    (100001, 1, RSTAT_1),
    (100001, 2, RSTAT_1),
    (100001, 3, RSTAT_1),
    (100001, 4, RSTAT_1),
    (100003, 2, NFS_2),
    (100003, 3, NFS_3),
    (100003, 4, NFS_4),
    (100004, 1, YPSERV_1),
    (100004, 2, YPSERV_1),
    (100005, 1, MOUNT_1),
    (100005, 2, MOUNT_2),
    (100005, 3, MOUNT_3),
    (100007, 1, YPBIND_1),
    (100007, 2, YPBIND_1),
    (100008, 1, RWALL_1),
    (100009, 1, YPPASSWD_1),
    (100011, 1, RQUOTA_1),
    (100011, 2, RQUOTA_1),
    (100012, 1, SPRAY_1),
    (100020, 1, KLM_1),
    (100021, 1, NLM_1),
    (100021, 2, NLM_1),
    (100021, 3, NLM_3),
    (100021, 4, NLM_3),
    (100024, 1, STAT_1),
    (100026, 1, BOOTPARAMS_1),
    (100069, 1, YPXFR_1),
    (100227, 1, MERELY_NULL),
    (100227, 2, NFSACL_2),
    (100227, 3, NFSACL_3),
    (100231, 1, NFSAUTH_1),
    (100232, 1, MERELY_NULL),
    (100232, 2, MERELY_NULL),
    (100232, 3, MERELY_NULL),
    (100300, 3, NISPLUS_3),
    (100302, 1, NISPLUS_CB_1),
    (150001, 1, PCNFSD_1),
    (150001, 2, PCNFSD_2),
    (200048, 1, STAT_CB_1),
    (390512, 3, MERELY_NULL),
    (391004, 1, MOUNT_1),
    (395183, 1, VXI_11_CORE_1),
    (395184, 1, VXI_11_ASYNC_1),
    (395185, 1, VXI_11_INTR_1),
    (1073741824, 1, NFS_CB_1),
];

/// The name of a procedure; that of version 4 of NFS that holds others has none.
pub fn procedure(program: u32, version: u32, procedure: u32) -> Option<&'static str> {
    // The callbacks of NFS have the same procedures whatever the version.
    let version = if program == CALLBACKS { 1 } else { version };
    let at = PROCEDURES.binary_search_by_key(&(program, version), |&(program, version, _)| (program, version)).ok()?;
    name_of(PROCEDURES.get(at)?.2, procedure.into())
}

/// The program of NFS's callbacks.
pub const CALLBACKS: u32 = 0x4000_0000;
