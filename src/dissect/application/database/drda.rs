//! DRDA, with which programs speak to DB2 and Derby: a stream of DDM structures.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("drda", "DRDA", Kind::Protocol);

fields! {
    HEADER = "", "DDM", None;
    LENGTH = "drda.ddm.length", "Length", U16;
    MAGIC = "drda.ddm.ddmid", "Magic", U8 hex;
    FORMAT = "drda.ddm.format", "Format", U8 hex;
    RESERVED = "drda.ddm.fmt.bit0", "Reserved", Bool mask(0x80) set;
    CHAINED = "drda.ddm.fmt.bit1", "Chained", Bool mask(0x40) set;
    CONTINUE = "drda.ddm.fmt.bit2", "Continue", Bool mask(0x20) set;
    SAME = "drda.ddm.fmt.bit3", "Same correlation", Bool mask(0x10) set;
    TYPE = "drda.ddm.fmt.dsstyp", "DSS type", U8 mask(0x0f) names(TYPES);
    CORRELATION = "drda.ddm.rqscrr", "CorrelId", U16;
    LENGTH_2 = "drda.ddm.length2", "Length2", U16;
    CODE_POINT = "drda.ddm.codepoint", "Code point", U16 hex names(CODE_POINTS);
}

names! {
    TYPES {
        1 = "RQSDSS", 2 = "RPYDSS", 3 = "OBJDSS", 4 = "CMNDSS", 5 = "NORPYDSS",
    }
    CODE_POINTS {
        0x0000 = "DATA", 0x000c = "CODPNT", 0x0010 = "FDODSC", 0x002f = "TYPDEFNAM", 0x0035 = "TYPDEFOVR",
        0x0064 = "CODPNTDR", 0x1041 = "EXCSAT", 0x1055 = "SYNCCTL", 0x1069 = "SYNCRSY", 0x106d = "ACCSEC",
        0x106e = "SECCHK", 0x106f = "SYNCLOG", 0x111f = "RSCTYP", 0x1127 = "RSNCOD", 0x112d = "RSCNAM",
        0x112e = "PRDID", 0x113f = "PRCCNVCD", 0x1144 = "VRSNAM", 0x1147 = "SRVCLSNM", 0x1149 = "SVRCOD",
        0x114a = "SYNERRCD", 0x1153 = "SRVDGN", 0x115a = "SRVRLSLV", 0x115d = "SPVNAM", 0x115e = "EXTNAM",
        0x116d = "SRVNAM", 0x1196 = "SECMGRNM", 0x119b = "DEPERRCD", 0x119c = "CCSIDSBC", 0x119d = "CCSIDDBC",
        0x119e = "CCSIDMBC", 0x11a0 = "USRID", 0x11a1 = "PASSWORD", 0x11a2 = "SECMEC", 0x11a4 = "SECCHKCD",
        0x11b4 = "SVCERRNO", 0x11dc = "SECTKN", 0x11de = "NEWPASSWORD", 0x1210 = "MGRLVLRM", 0x1218 = "MGRDEPRM",
        0x1219 = "SECCHKRM", 0x121c = "CMDATHRM", 0x1232 = "AGNPRMRM", 0x1233 = "RSCLMTRM", 0x1245 = "PRCCNVRM",
        0x124b = "CMDCMPRM", 0x124c = "SYNTAXRM", 0x1250 = "CMDNSPRM", 0x1251 = "PRMNSPRM", 0x1252 = "VALNSPRM",
        0x1253 = "OBJNSPRM", 0x1254 = "CMDCHKRM", 0x125f = "TRGNSPRM", 0x1403 = "AGENT", 0x1404 = "MGRLVLLS",
        0x143c = "SUPERVISOR", 0x1440 = "SECMGR", 0x1443 = "EXCSATRD", 0x1444 = "CMNAPPC", 0x1458 = "DICTIONARY",
        0x1473 = "MGRLVLN", 0x1474 = "CMNTCPIP", 0x147a = "FDODTA", 0x147c = "CMNSYNCPT", 0x14ac = "ACCSECRD",
        0x14c0 = "SYNCPTMGR", 0x14c1 = "RSYNCMGR", 0x14cc = "CCSIDMGR", 0x1900 = "MONITOR", 0x1c00 = "MONITORRD",
        0x1c01 = "XAMGR", 0x2001 = "ACCRDB", 0x2002 = "BGNBND", 0x2004 = "BNDSQLSTT", 0x2005 = "CLSQRY",
        0x2006 = "CNTQRY", 0x2007 = "DRPPKG", 0x2008 = "DSCSQLSTT", 0x2009 = "ENDBND", 0x200a = "EXCSQLIMM",
        0x200b = "EXCSQLSTT", 0x200c = "OPNQRY", 0x200d = "PRPSQLSTT", 0x200e = "RDBCMM", 0x200f = "RDBRLLBCK",
        0x2010 = "REBIND", 0x2012 = "DSCRDBTBL", 0x2014 = "EXCSQLSET", 0x2101 = "DSCERRCD", 0x2102 = "QRYPRCTYP",
        0x2103 = "RDBINTTKN", 0x2104 = "PRDDTA", 0x2105 = "RDBCMTOK", 0x2108 = "RDBCOLID", 0x2109 = "PKGID",
        0x210d = "PKGCNSTKN", 0x210e = "RTNSETSTT", 0x210f = "RDBACCCL", 0x2110 = "RDBNAM", 0x2111 = "OUTEXP",
        0x2112 = "PKGNAMCT", 0x2113 = "PKGNAMCSN", 0x2114 = "QRYBLKSZ", 0x2115 = "UOWDSP", 0x2116 = "RTNSQLDA",
        0x211a = "RDBALWUPD", 0x211f = "SQLCSRHLD", 0x2120 = "STTSTRDEL", 0x2121 = "STTDECDEL", 0x2125 = "PKGDFTCST",
        0x2132 = "QRYBLKCTL", 0x2135 = "CRRTKN", 0x2138 = "PRCNAM", 0x2139 = "PKGSNLST", 0x213a = "NBRROW",
        0x213b = "TRGDFTRT", 0x213c = "QRYRELSCR", 0x213d = "QRYROWNBR", 0x213e = "QRYRFRTBL", 0x2140 = "MAXRSLCNT",
        0x2141 = "MAXBLKEXT", 0x2142 = "RSLSETFLG", 0x2146 = "TYPSQLDA", 0x2147 = "OUTOVROPT", 0x2148 = "RTNEXTDTA",
        0x2149 = "QRYATTSCR", 0x2150 = "QRYATTUPD", 0x2152 = "QRYSCRORN", 0x2153 = "QRYROWSNS", 0x2154 = "QRYBLKRST",
        0x2155 = "QRYRTNDTA", 0x2156 = "QRYROWSET", 0x2157 = "QRYATTSNS", 0x215b = "QRYINSID", 0x215d = "QRYCLSIMP",
        0x215e = "QRYCLSRLS", 0x215f = "QRYOPTVAL", 0x2160 = "DIAGLVL", 0x2201 = "ACCRDBRM", 0x2202 = "QRYNOPRM",
        0x2204 = "RDBNACRM", 0x2205 = "OPNQRYRM", 0x2206 = "PKGBNARM", 0x2207 = "RDBACCRM", 0x2208 = "BGNBNDRM",
        0x2209 = "PKGBPARM", 0x220a = "DSCINVRM", 0x220b = "ENDQRYRM", 0x220c = "ENDUOWRM", 0x220d = "ABNUOWRM",
        0x220e = "DTAMCHRM", 0x220f = "QRYPOPRM", 0x2211 = "RDBNFNRM", 0x2212 = "OPNQFLRM", 0x2213 = "SQLERRRM",
        0x2218 = "RDBUPDRM", 0x2219 = "RSLSETRM", 0x221a = "RDBAFLRM", 0x221d = "CMDVLTRM", 0x2225 = "CMMRQSRM",
        0x22cb = "RDBATHRM", 0x2407 = "SQLAM", 0x2408 = "SQLCARD", 0x240b = "SQLCINRD", 0x240e = "SQLRSLRD",
        0x240f = "RDB", 0x2410 = "FRCFIXROW", 0x2411 = "SQLDARD", 0x2412 = "SQLDTA", 0x2413 = "SQLDTARD",
        0x2414 = "SQLSTT", 0x2415 = "OUTOVR", 0x2417 = "LMTBLKPRC", 0x2418 = "FIXROWPRC", 0x2419 = "SQLSTTVRB",
        0x241a = "QRYDSC", 0x241b = "QRYDTA", 0x2450 = "SQLATTR",
    }
}

/// Bytes of a structure's header.
const HEADER_LEN: usize = 10;
/// What stands in each behind its length.
const MAGIC_NUMBER: u8 = 0xd0;

/// DRDA, recognised by content.
pub struct Drda;

impl Protocol for Drda {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DRDA";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        let (Some(len), Some(inner), Some(code)) = (c.peek_u16(0), c.peek_u16(6), c.peek_u16(8)) else { return false };
        let fits = usize::from(len) >= HEADER_LEN && usize::from(inner) + 6 == usize::from(len);
        fits && c.peek_u8(2) == Some(MAGIC_NUMBER) && name_of(CODE_POINTS, code.into()).is_some()
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let mut first = true;
        c.worker.state.bind(Registry::named("drda"));
        messages(
            c,
            HEADER_LEN,
            |c| c.peek_u16(0).unwrap_or_default().into(),
            |c| {
                c.protocol("DRDA");
                if std::mem::take(&mut first) {
                    c.claim();
                } else {
                    c.info().str(" | ");
                }
                let code = c.peek_u16(8).unwrap_or_default();
                match name_of(CODE_POINTS, code.into()) {
                    Some(name) => _ = c.info().str(name),
                    None => _ = c.info().str("Unknown (0x").hex(code, 2).byte(b')'),
                }
                structure(c)
            },
        )
    }
}

/// Reads a structure's header; its parameters are passed over.
fn structure<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let code = c.peek_u16(8).unwrap_or_default();
    let mark = c.mark();
    c.group(&HEADER, |c| {
        c.label_at(mark, |l| _ = l.str("DDM (").str(name_of(CODE_POINTS, code.into()).unwrap_or("Unknown")).byte(b')'));
        c.read_all(&[(&LENGTH, 2), (&MAGIC, 1)])?;
        let format = c.be::<1>(&FORMAT)?;
        c.append(|l| {
            for (flag, words) in [(&CHAINED, ", Chained"), (&CONTINUE, ", Continue"), (&SAME, ", Same correlation")] {
                if flag.cut(format) == 1 {
                    l.str(words);
                }
            }
            l.str(", DSS type: ").str(TYPE.name(TYPE.cut(format)).unwrap_or("Unknown"));
        });
        let flags = [&RESERVED, &CHAINED, &CONTINUE, &SAME, &TYPE];
        c.below(|c| flags.into_iter().for_each(|flag| _ = c.bits::<1>(flag, format)));
        c.read_all(&[(&CORRELATION, 2), (&LENGTH_2, 2), (&CODE_POINT, 2)])
    })?;
    c.skip(c.remaining())
}
