//! AFP's commands, and what their requests say that the summary shows.

use super::keys;
use crate::dissect::cursor::Cursor;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::names;

names! {
    /// Commands by number.
    pub(super) COMMANDS {
        1 = "FPByteRangeLock", 2 = "FPCloseVol", 3 = "FPCloseDir", 4 = "FPCloseFork", 5 = "FPCopyFile",
        6 = "FPCreateDir", 7 = "FPCreateFile", 8 = "FPDelete", 9 = "FPEnumerate", 10 = "FPFlush",
        11 = "FPFlushFork", 14 = "FPGetForkParms", 15 = "FPGetSrvrInfo", 16 = "FPGetSrvrParms",
        17 = "FPGetVolParms", 18 = "FPLogin", 19 = "FPLoginCont", 20 = "FPLogout", 21 = "FPMapID",
        22 = "FPMapName", 23 = "FPMoveAndRename", 24 = "FPOpenVol", 25 = "FPOpenDir", 26 = "FPOpenFork",
        27 = "FPRead", 28 = "FPRename", 29 = "FPSetDirParms", 30 = "FPSetFileParms", 31 = "FPSetForkParms",
        32 = "FPSetVolParms", 33 = "FPWrite", 34 = "FPGetFileDirParms", 35 = "FPSetFileDirParms",
        36 = "FPChangePassword", 37 = "FPGetUserInfo", 38 = "FPGetSrvrMsg", 39 = "FPCreateID",
        40 = "FPDeleteID", 41 = "FPResolveID", 42 = "FPExchangeFiles", 43 = "FPCatSearch", 48 = "FPOpenDT",
        49 = "FPCloseDT", 51 = "FPGetIcon", 52 = "FPGetIconInfo", 53 = "FPAddAPPL", 54 = "FPRemoveAPPL",
        55 = "FPGetAPPL", 56 = "FPAddComment", 57 = "FPRemoveComment", 58 = "FPGetComment",
        59 = "FPByteRangeLockExt", 60 = "FPReadExt", 61 = "FPWriteExt", 63 = "FPLoginExt",
        64 = "FPGetSessionToken", 65 = "FPDisconnectOldSession", 66 = "FPEnumerateExt", 67 = "FPCatSearchExt",
        68 = "FPEnumerateExt2", 69 = "FPGetExtAttr", 70 = "FPSetExtAttr", 71 = "FPRemoveExtAttr",
        72 = "FPListExtAttrs", 73 = "FPGetACL", 74 = "FPSetACL", 75 = "FPAccess", 76 = "FPSpotlightRPC",
        78 = "FPSyncDir", 79 = "FPSyncFork", 122 = "FPZzzzz", 192 = "FPAddIcon",
    }
}

/// Whose reply names the fork that was opened.
pub(super) const OPEN_FORK: u8 = 26;

const BYTE_RANGE_LOCK: u8 = 1;
const GET_VOLUME: u8 = 17;
const SET_VOLUME: u8 = 32;
const OPEN_VOLUME: u8 = 24;
const READ: u8 = 27;
const WRITE: u8 = 33;
const SET_FORK: u8 = 31;
/// Bytes of a request to lock a range.
const LOCK_LEN: usize = 12;

/// What the summary shows of a request beyond its name.
enum Shown {
    /// The volume.
    Volume,
    /// Volume, directory, and the path that begins at this offset.
    Path(usize),
    /// The fork.
    Fork,
    /// Nothing.
    Nothing,
}

fn shown(command: u8) -> Shown {
    match command {
        GET_VOLUME | SET_VOLUME => Shown::Volume,
        6 | 7 | 8 | 28 | 39 | 56 | 57 | 58 => Shown::Path(8),
        29 | 30 | 35 | 71 | 74 => Shown::Path(10),
        23 | 26 | 34 | 42 | 54 => Shown::Path(12),
        5 | 73 => Shown::Path(14),
        53 => Shown::Path(16),
        9 | 66 | 70 => Shown::Path(18),
        72 => Shown::Path(20),
        68 => Shown::Path(22),
        69 | 75 => Shown::Path(30),
        4 | 11 | 14 | 27 | 31 | 33 | 60 | 61 | 79 => Shown::Fork,
        _ => Shown::Nothing,
    }
}

/// Reads the request whose command was just read.
pub(super) fn request<S: Sink>(c: &mut Cursor<'_, S>, command: u8) -> Result<(), Stop> {
    let start = c.pos().saturating_sub(1);
    match shown(command) {
        Shown::Volume => {
            c.skip(1)?;
            let volume = c.u16(&keys::VOLUME)?;
            c.info().str(": Vol=").dec(volume);
            Ok(())
        }
        Shown::Path(at) => {
            c.skip(1)?;
            let volume = c.u16(&keys::VOLUME)?;
            let directory = c.u32(&keys::DIRECTORY)?;
            c.seek(start.saturating_add(at));
            let name = path(c)?;
            let info = c.info().str(": Vol=").dec(volume).str(" Did=").dec(directory);
            if !name.is_empty() {
                info.str(" Name=").text(name);
            }
            Ok(())
        }
        Shown::Fork => fork(c, command),
        Shown::Nothing if command == OPEN_VOLUME => {
            c.skip(3)?;
            let [len] = c.array::<1>()?;
            let name = c.rest().get(..usize::from(len)).ok_or_else(|| c.short(len.into()))?;
            c.info().str(": ").text(name);
            Ok(())
        }
        Shown::Nothing if command == BYTE_RANGE_LOCK => c.need(LOCK_LEN - 1),
        Shown::Nothing => Ok(()),
    }
}

fn fork<S: Sink>(c: &mut Cursor<'_, S>, command: u8) -> Result<(), Stop> {
    c.skip(1)?;
    let fork = c.u16(&keys::FORK)?;
    if fork != 0 {
        c.info().str(": Fork=").dec(fork);
    }
    match command {
        READ | WRITE => {
            let (offset, count) = (c.u32(&keys::OFFSET)?, c.u32(&keys::COUNT)?);
            c.info().str(" Offset=").int(i64::from(offset.cast_signed()));
            c.info().str(" Size=").int(i64::from(count.cast_signed()));
        }
        SET_FORK => {
            c.skip(2)?;
            let size = c.array::<4>().map(i32::from_be_bytes)?;
            c.info().str(" Size=").int(size.into());
        }
        _ => {}
    }
    Ok(())
}

/// A path of two, short or long names, or of one in Unicode; one of no such type has no words but these.
fn path<'p, S: Sink>(c: &mut Cursor<'p, S>) -> Result<&'p [u8], Stop> {
    let [kind] = c.array::<1>()?;
    let len = if kind == 3 {
        c.skip(4)?;
        c.array::<2>().map(u16::from_be_bytes)?
    } else {
        u16::from(u8::from_be_bytes(c.array::<1>()?))
    };
    let name = c.rest().get(..usize::from(len)).ok_or_else(|| c.short(len.into()))?;
    c.skip(len.into())?;
    Ok(if (1..=3).contains(&kind) || name.is_empty() { name } else { b"Unknown type" })
}
