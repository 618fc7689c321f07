//! OpenVPN, over UDP and TCP.

use crate::conversation::Transport;
use crate::conversation::slots::Slots;
use crate::dissect::application::tls::{Tls, handshake_record};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("openvpn", "OpenVPN Protocol", Kind::Protocol);

fields! {
    LENGTH = "openvpn.plen", "Packet Length", U16;
    TYPE = "openvpn.type", "Type", U8 hex;
    OPCODE = "openvpn.opcode", "Opcode", U8 hex mask(0xf8) names(OPCODES);
    KEY_ID = "openvpn.keyid", "Key ID", U8 mask(0x07);
    PEER = "openvpn.peerid", "Peer ID", U24;
    SESSION = "openvpn.sessionid", "Session ID", U64;
    HMAC = "openvpn.hmac", "HMAC", Bytes;
    REPLAY_ID = "openvpn.pid", "Replay-Packet-ID", U32;
    TIME = "openvpn.net_time", "Net Time", AbsTime;
    ACKED_LEN = "openvpn.mpidarraylength", "Message Packet-ID Array Length", U8;
    ACKED_LIST = "", "Packet-ID Array", None;
    ACKED = "openvpn.mpidarrayelement", "Message Packet-ID Array Element", U32;
    REMOTE = "openvpn.rsessionid", "Remote Session ID", U64;
    MESSAGE = "openvpn.mpid", "Message Packet-ID", U32;
    DATA_HEADING = "", "Data", None;
    DATA = "openvpn.data", "Data", Bytes;
    KEY_HEADING = "", "Wrapped client key", None;
    KEY = "openvpn.wkc", "Wrapped client key", Bytes;
    KEY_LEN = "openvpn.wkc_len", "Wrapped client key length", U16;
    FRAGMENT_HEADING = "", "Message fragment", None;
    FRAGMENT_BYTES = "openvpn.fragment_bytes", "Fragment bytes", Bytes;
    FRAGMENTS = "openvpn.fragments", "Message fragments", None;
    FRAGMENT = "openvpn.fragment", "Message fragment", FrameNum;
    FRAGMENT_COUNT = "openvpn.fragment.count", "Message fragment count", U32;
    REASSEMBLED_LEN = "openvpn.reassembled.length", "Reassembled message length", U32;
}

names! {
    OPCODES {
        1 = "P_CONTROL_HARD_RESET_CLIENT_V1", 2 = "P_CONTROL_HARD_RESET_SERVER_V1", 3 = "P_CONTROL_SOFT_RESET_V1",
        4 = "P_CONTROL_V1", 5 = "P_ACK_V1", 6 = "P_DATA_V1", 7 = "P_CONTROL_HARD_RESET_CLIENT_V2",
        8 = "P_CONTROL_HARD_RESET_SERVER_V2", 9 = "P_DATA_V2", 10 = "P_CONTROL_HARD_RESET_CLIENT_V3",
        11 = "P_CONTROL_WKC_V1",
    }
}

/// Bytes of the length before a packet over TCP, which does not count them.
const PREFIX_LEN: usize = 2;
/// Messages by their numbers.
mod opcode {
    pub(super) const CONTROL: u64 = 4;
    pub(super) const ACK: u64 = 5;
    pub(super) const DATA_1: u64 = 6;
    pub(super) const DATA_2: u64 = 9;
    pub(super) const RESET_3: u64 = 10;
    pub(super) const WRAPPED_KEY: u64 = 11;
}

/// Bytes of the code that authenticates a control packet under a key of its own (SHA-1).
const HMAC_LEN: usize = 20;
/// Bytes of the code where the control packet is encrypted, too (SHA-256).
const WRAPPED_HMAC_LEN: usize = 32;
/// Bytes of a piece of a handshake that others follow.
const PIECE_LEN: usize = 100;
/// Sessions between two endpoints whose pieces are kept.
const MOST_SESSIONS: usize = 8;
/// Bytes of an unfinished message kept at most.
const MOST_KEPT: usize = 1 << 16;

/// OpenVPN.
pub struct OpenVpn;

impl Protocol for OpenVpn {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "OpenVPN";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(1194), Key::Tcp(1194)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if c.worker.state.current.is_some_and(|current| current.transport == Transport::Udp) {
            return packet(c);
        }
        messages(
            c,
            PREFIX_LEN,
            |c| usize::from(c.peek_u16(0).unwrap_or_default()) + PREFIX_LEN,
            |c| {
                c.u16(&LENGTH)?;
                packet(c)
            },
        )
    }
}

/// The pieces of one session's unfinished message.
#[derive(Default)]
struct Unfinished {
    session: u64,
    bytes: Vec<u8>,
    /// The frames that they came in, and the bytes of each.
    parts: Vec<(u64, usize)>,
}

/// The unfinished messages of a conversation.
#[derive(Default)]
struct Pieces(Vec<Unfinished>);

impl Pieces {
    /// Adds a piece; gives the whole message once it is the last one.
    fn add(&mut self, session: u64, frame: u64, piece: &[u8]) -> Option<Unfinished> {
        let known = self.0.iter().position(|unfinished| unfinished.session == session);
        let at = known.unwrap_or_else(|| {
            if self.0.len() >= MOST_SESSIONS {
                self.0.remove(0);
            }
            self.0.push(Unfinished { session, ..Unfinished::default() });
            self.0.len() - 1
        });
        let unfinished = self.0.get_mut(at)?;
        if unfinished.bytes.len() + piece.len() > MOST_KEPT {
            self.0.remove(at);
            return None;
        }
        unfinished.bytes.extend_from_slice(piece);
        unfinished.parts.push((frame, piece.len()));
        (piece.len() != PIECE_LEN).then(|| self.0.remove(at))
    }
}

fn packet<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("OpenVPN");
    c.claim();
    let first = c.be::<1>(&TYPE)?;
    let opcode = first >> 3;
    let name = name_of(OPCODES, opcode);
    c.info().str("MessageType: ").str(name.unwrap_or("Unknown Messagetype"));
    c.append(|l| _ = l.str(" [opcode/key_id]"));
    c.below(|c| {
        c.bits::<1>(&OPCODE, first);
        c.bits::<1>(&KEY_ID, first);
    });
    match opcode {
        opcode::DATA_1 => return data(c, c.remaining()),
        opcode::DATA_2 => {
            c.u24(&PEER)?;
            return data(c, c.remaining());
        }
        _ => {}
    }
    let session = c.u64(&SESSION)?;
    if name.is_none() {
        return Err(Stop::Malformed);
    }
    if matches!(opcode, opcode::RESET_3 | opcode::WRAPPED_KEY) {
        return wrapped(c);
    }
    if is_authenticated(c) {
        c.bytes(&HMAC, HMAC_LEN)?;
        replay(c)?;
    }
    let acked = usize::from(c.u8(&ACKED_LEN)?);
    if acked > 0 {
        c.group(&ACKED_LIST, |c| (0..acked).try_for_each(|_| c.u32(&ACKED).map(|_| ())))?;
        c.u64(&REMOTE)?;
    }
    if opcode == opcode::ACK {
        return data(c, c.reported());
    }
    c.u32(&MESSAGE)?;
    match opcode {
        opcode::CONTROL if c.remaining() > 0 => control(c, session),
        _ => data(c, c.remaining()),
    }
}

/// Whether a code stands where the number of acknowledged packets would: such a number is followed by small ones.
fn is_authenticated<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let Some([count, high @ .., _]) = c.peek::<5>(0) else { return false };
    count > 0 && high.iter().filter(|&&byte| byte != 0).count() >= 2
}

/// Reads the number and the time that tell a packet from one that is sent again.
fn replay<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.u32(&REPLAY_ID)?;
    let start = c.pos();
    let seconds = u32::from_be_bytes(c.array()?);
    c.put(&TIME, start, start + 4, u64::from(seconds) * 1_000_000_000);
    Ok(())
}

/// Records `len` bytes that say nothing more.
fn data<S: Sink>(c: &mut Cursor<'_, S>, len: usize) -> Result<(), Stop> {
    if len == 0 {
        return Ok(());
    }
    c.group(&DATA_HEADING, |c| {
        let mark = c.mark().wrapping_sub(1);
        c.append_at(mark, |l| _ = l.str(" (").dec(len as u64).str(" bytes)"));
        c.bytes(&DATA, len).map(|_| ())
    })
}

/// The rest of a control packet that is encrypted, behind which stands the client's key, encrypted for the server.
fn wrapped<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    replay(c)?;
    c.bytes(&HMAC, WRAPPED_HMAC_LEN)?;
    c.need(2)?;
    let last = c.rest().last_chunk::<2>().map_or(0, |bytes| usize::from(u16::from_be_bytes(*bytes)));
    let Some(len) = c.remaining().checked_sub(last).filter(|_| last >= 2) else { return Err(Stop::Malformed) };
    data(c, len)?;
    c.group(&KEY_HEADING, |c| {
        let mark = c.mark().wrapping_sub(1);
        c.append_at(mark, |l| _ = l.str(" (").dec(last as u64).str(" bytes)"));
        c.bytes(&KEY, last - 2)?;
        c.u16(&KEY_LEN).map(|_| ())
    })
}

/// A piece of the handshake, or a whole message of it.
fn control<S: Sink>(c: &mut Cursor<'_, S>, session: u64) -> Result<(), Stop> {
    let (piece, frame) = (c.rest(), c.worker.frame.number);
    let slots = c.worker.state.slots();
    let Some(pieces) = slots.map(Slots::entry::<Pieces>) else { return Ok(()) };
    let goes_on = pieces.0.iter().any(|unfinished| unfinished.session == session);
    if !goes_on && piece.len() != PIECE_LEN {
        return c.in_one_piece(|c| c.call::<Tls>().map(|_taken| ()));
    }
    let whole = pieces.add(session, frame, piece);
    c.group(&FRAGMENT_HEADING, |c| {
        let mark = c.mark().wrapping_sub(1);
        c.append_at(mark, |l| _ = l.str(" (").dec(piece.len() as u64).str(" bytes)"));
        c.bytes(&FRAGMENT_BYTES, piece.len()).map(|_| ())
    })?;
    let Some(Unfinished { bytes, parts, .. }) = whole else { return Ok(()) };
    let mut whole = c.over("Reassembled Message", &bytes);
    let end = whole.end();
    whole.generated_over(&FRAGMENTS, 0, end, 0);
    if S::DETAIL {
        handshake_record::list(&mut whole, &parts, " Message fragments", (&FRAGMENT, &FRAGMENT_COUNT));
        whole.below(|c| c.generated(&REASSEMBLED_LEN, bytes.len() as u64));
    }
    whole.in_one_piece(|c| c.call::<Tls>().map(|_taken| ()))
}
