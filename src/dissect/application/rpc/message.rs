//! One message: a call or its reply.

use super::calls::{self, Call, Guard};
use super::{programs, record, xdr};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static CREDENTIALS: Field = Field::new("", "Credentials", Kind::None);
static VERIFIER: Field = Field::new("", "Verifier", Kind::None);

fields! {
    XID = "rpc.xid", "XID", U32 hex_dec;
    TYPE = "rpc.msgtyp", "Message Type", U32 names(TYPES);
    VERSION = "rpc.version", "RPC Version", U32;
    VERSION_MIN = "rpc.version.min", "RPC Version (Minimum)", U32;
    VERSION_MAX = "rpc.version.max", "RPC Version (Maximum)", U32;
    PROGRAM = "rpc.program", "Program", U32;
    PROGRAM_VERSION = "rpc.programversion", "Program Version", U32;
    PROGRAM_MIN = "rpc.programversion.min", "Program Version (Minimum)", U32;
    PROGRAM_MAX = "rpc.programversion.max", "Program Version (Maximum)", U32;
    PROCEDURE = "rpc.procedure", "Procedure", U32;
    FLAVOR = "rpc.auth.flavor", "Flavor", U32 names(FLAVORS);
    AUTH_LENGTH = "rpc.auth.length", "Length", U32;
    STAMP = "rpc.auth.stamp", "Stamp", U32 hex;
    MACHINE = "rpc.auth.machinename", "Machine Name", Str;
    UID = "rpc.auth.uid", "UID", U32;
    GID = "rpc.auth.gid", "GID", U32;
    GSS_VERSION = "rpc.authgss.version", "GSS Version", U32;
    GSS_PROCEDURE = "rpc.authgss.procedure", "GSS Procedure", U32 names(GSS_PROCEDURES);
    GSS_NUMBER = "rpc.authgss.seqnum", "GSS Sequence Number", U32;
    GSS_SERVICE = "rpc.authgss.service", "GSS Service", U32 names(GSS_SERVICES);
    GSS_CONTEXT = "rpc.authgss.context", "GSS Context", Bytes;
    GSS_CHECKSUM = "rpc.authgss.checksum", "GSS Checksum", Bytes;
    GSS_DATA_LENGTH = "rpc.authgss.data.length", "Length", U32;
    GSS_DATA = "rpc.authgss.data", "GSS Data", Bytes;
    REPLY_STATE = "rpc.replystat", "Reply State", U32 names(REPLY_STATES);
    ACCEPT_STATE = "rpc.state_accept", "Accept State", U32 names(ACCEPT_STATES);
    REJECT_STATE = "rpc.state_reject", "Reject State", U32 names(REJECT_STATES);
    AUTH_STATE = "rpc.state_auth", "Auth State", U32 names(AUTH_STATES);
    CALL_FRAME = "rpc.repframe", "This is a reply to a request in frame", FrameNum;
    CALL_AGAIN = "rpc.call.dup", "Duplicate to the call in", FrameNum;
    REPLY_AGAIN = "rpc.reply.dup", "Duplicate to the reply in", FrameNum;
}

names! {
    TYPES { 0 = "Call", 1 = "Reply" }
    FLAVORS {
        0 = "AUTH_NULL", 1 = "AUTH_UNIX", 2 = "AUTH_SHORT", 3 = "AUTH_DES", 5 = "AUTH_RSA/Gluster", 6 = "RPCSEC_GSS",
        300_001 = "AUTH_GSSAPI", 390_003 = "RPCSEC_GSS_KRB5", 390_004 = "RPCSEC_GSS_KRB5I",
        390_005 = "RPCSEC_GSS_KRB5P", 390_006 = "RPCSEC_GSS_LIPKEY", 390_007 = "RPCSEC_GSS_LIPKEY_I",
        390_008 = "RPCSEC_GSS_LIPKEY_P", 390_009 = "RPCSEC_GSS_SPKM3", 390_010 = "RPCSEC_GSS_SPKM3I",
        390_011 = "RPCSEC_GSS_SPKM3P", 390_039 = "AUTH_GLUSTERFS",
    }
    GSS_PROCEDURES { 0 = "RPCSEC_GSS_DATA", 1 = "RPCSEC_GSS_INIT", 2 = "RPCSEC_GSS_CONTINUE_INIT", 3 = "RPCSEC_GSS_DESTROY" }
    GSS_SERVICES { 1 = "rpcsec_gss_svc_none", 2 = "rpcsec_gss_svc_integrity", 3 = "rpcsec_gss_svc_privacy" }
    REPLY_STATES { 0 = "accepted", 1 = "denied" }
    ACCEPT_STATES {
        0 = "RPC executed successfully", 1 = "remote hasn't exported program", 2 = "remote can't support version #",
        3 = "program can't support procedure", 4 = "procedure can't decode params",
        5 = "system errors like memory allocation failure",
    }
    REJECT_STATES { 0 = "RPC_MISMATCH", 1 = "AUTH_ERROR" }
    AUTH_STATES {
        1 = "bad credential (seal broken)", 2 = "client must begin new session", 3 = "bad verifier (seal broken)",
        4 = "verifier expired or replayed", 5 = "rejected for security reasons", 13 = "GSS credential problem",
        14 = "GSS context problem",
    }
}

/// The flavors of authentication that are taken apart.
const UNIX: u32 = 1;
const GSS: u32 = 6;

/// Dissects a message that was recognised.
///
/// # Errors
/// Where it breaks off, or the program's arguments or results do.
pub fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let number = c.u32(&XID)?;
    let reply = c.u32(&TYPE)? == 1;
    c.layer_append(|l| _ = l.str(", Type:").str(if reply { "Reply" } else { "Call" }).str(" XID:0x").hex(number, 8));
    if reply { answer(c, number) } else { call(c, number) }
}

/// Names the program called, and begins the text.
fn begin<S: Sink>(c: &mut Cursor<'_, S>, call: &Call, again: Option<(&'static str, u64)>, kind: &'static str) {
    if let Some(entry) = c.worker.registry.find(Key::Rpc(call.program)) {
        c.protocol(entry.name);
    }
    let info = record::begin(c);
    if let Some((what, frame)) = again {
        info.str(what).dec(frame).byte(b']');
    }
    info.byte(b'V').dec(call.version);
    procedure(info, call);
    info.str(kind);
}

/// Writes the procedure's name, if it has one.
fn procedure(line: &mut Line, call: &Call) {
    match programs::procedure(call.program, call.version, call.procedure) {
        Some("") => {}
        Some(name) => _ = line.byte(b' ').str(name),
        None => _ = line.str(" proc-").dec(call.procedure),
    }
}

fn call<S: Sink>(c: &mut Cursor<'_, S>, number: u32) -> Result<(), Stop> {
    c.u32(&VERSION)?;
    let (program, version, procedure) = (c.u32(&PROGRAM)?, c.u32(&PROGRAM_VERSION)?, c.u32(&PROCEDURE)?);
    let mut call = Call { frame: c.worker.frame.number, program, version, procedure, ..Call::default() };
    let known = calls::with(c, |calls| calls.note(number, call));
    let known = known.filter(|known| known.frame != call.frame);
    let again = known.map(|known| known.frame);
    begin(c, &call, again.map(|frame| ("[RPC retransmission of #", frame)), " Call");
    if let Some(reply) = known.map(|known| known.reply).filter(|&reply| reply != 0) {
        c.info().str(" (Reply In ").dec(reply).byte(b')');
    }
    if let Some(frame) = again {
        c.generated(&CALL_AGAIN, frame);
    }
    call.guard = c.group(&CREDENTIALS, authentication)?;
    c.group(&VERIFIER, authentication)?;
    calls::with(c, |calls| {
        if let Some(known) = calls.get_mut(number) {
            known.guard = call.guard;
        }
        (calls.at_hand, calls.reply, calls.number) = (call, false, number);
    });
    arguments(c, &call)
}

fn answer<S: Sink>(c: &mut Cursor<'_, S>, number: u32) -> Result<(), Stop> {
    let frame = c.worker.frame.number;
    let (call, before) = calls::with(c, |calls| {
        let Some(call) = calls.get_mut(number) else { return (Call::default(), 0) };
        let before = call.reply;
        if before == 0 {
            call.reply = frame;
        }
        let call = *call;
        (calls.at_hand, calls.reply, calls.number) = (call, true, number);
        (call, before)
    });
    let again = (before != 0 && before != frame).then_some(("[RPC duplicate of #", before));
    begin(c, &call, again, " Reply (Call In ");
    c.info().dec(call.frame).byte(b')');
    c.generated(&PROGRAM, call.program.into());
    c.generated(&PROGRAM_VERSION, call.version.into());
    c.generated(&PROCEDURE, call.procedure.into());
    let denied = c.u32(&REPLY_STATE)? != 0;
    c.generated(&CALL_FRAME, call.frame);
    if again.is_some() {
        c.generated(&REPLY_AGAIN, before);
    }
    if denied {
        if c.u32(&REJECT_STATE)? == 0 {
            return c.read_all(&[(&VERSION_MIN, 4), (&VERSION_MAX, 4)]);
        }
        return c.u32(&AUTH_STATE).map(|_| ());
    }
    c.group(&VERIFIER, authentication)?;
    match c.u32(&ACCEPT_STATE)? {
        0 => arguments(c, &call),
        2 => c.read_all(&[(&PROGRAM_MIN, 4), (&PROGRAM_MAX, 4)]),
        _ => Ok(()),
    }
}

/// Reads credentials or a verifier; gives what GSS does with the arguments.
fn authentication<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Guard, Stop> {
    let (flavor, len) = (c.u32(&FLAVOR)?, c.u32(&AUTH_LENGTH)? as usize);
    let mut guard = Guard::None;
    // Of a verifier GSS's own bytes are no header.
    let header = c.peek_u32(0) == Some(1) && len >= 20;
    c.within(len, |c| {
        match flavor {
            UNIX => unix(c)?,
            GSS if header => guard = gss(c)?,
            _ => {}
        }
        Ok(())
    })?;
    c.skip(xdr::padding(len))?;
    Ok(guard)
}

fn unix<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u32(&STAMP)?;
    xdr::opaque(c, &MACHINE)?;
    c.read_all(&[(&UID, 4), (&GID, 4)])?;
    let groups = xdr::number(c)?;
    for _ in 0..groups {
        c.u32(&GID)?;
    }
    Ok(())
}

fn gss<S: Sink>(c: &mut Cursor<'_, S>) -> Result<Guard, Stop> {
    c.u32(&GSS_VERSION)?;
    let procedure = c.u32(&GSS_PROCEDURE)?;
    c.u32(&GSS_NUMBER)?;
    let service = c.u32(&GSS_SERVICE)?;
    xdr::opaque(c, &GSS_CONTEXT)?;
    Ok(match (procedure, service) {
        (0, 1) => Guard::None,
        (0, 2) => Guard::Integrity,
        _ => Guard::Sealed,
    })
}

/// Hands arguments or results to the program.
fn arguments<S: Sink>(c: &mut Cursor<'_, S>, call: &Call) -> Result<(), Stop> {
    match call.guard {
        Guard::None => c.next(Key::Rpc(call.program)).map(|_taken| ()),
        Guard::Integrity => {
            let len = c.u32(&GSS_DATA_LENGTH)? as usize;
            c.within(len, |c| {
                c.u32(&GSS_NUMBER)?;
                c.next(Key::Rpc(call.program)).map(|_taken| ())
            })?;
            xdr::opaque(c, &GSS_CHECKSUM).map(|_| ())
        }
        Guard::Sealed => {
            c.put(&GSS_DATA, c.pos(), c.end(), 0);
            Ok(())
        }
    }
}

/// Passes over arguments or results of which nothing is told.
///
/// # Errors
/// None.
pub fn rest<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.seek(c.end());
    Ok(())
}
