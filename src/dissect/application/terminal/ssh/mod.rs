//! SSH (RFC 4253): versions, key exchange, and packets that are encrypted then.

mod exchange;

use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ssh", "SSH Protocol", Kind::Protocol);

fields! {
    PROTOCOL = "ssh.protocol", "Protocol", Str;
    PACKET_LENGTH = "ssh.packet_length", "Packet Length", U32;
    PADDING_LENGTH = "ssh.padding_length", "Padding Length", U8;
    MESSAGE_CODE = "ssh.message_code", "Message Code", U8 names(MESSAGES);
    PACKET_LENGTH_SEALED = "ssh.packet_length_encrypted", "Packet Length (encrypted)", Bytes;
    VERSION = "", "SSH Version 2", None;
    EXCHANGE = "", "Key Exchange", None;
    PAYLOAD = "ssh.payload", "Payload", Bytes;
    SEQUENCE = "ssh.seq_num", "Sequence number", U32;
    DIRECTION = "ssh.direction", "Direction", Bool flag("server-to-client", "client-to-server");
    PADDING = "ssh.padding_string", "Padding String", Bytes;
    ENCRYPTED = "ssh.encrypted_packet", "Encrypted Packet", Bytes;
}

names! {
    MESSAGES {
        1 = "Disconnect", 2 = "Ignore", 3 = "Unimplemented", 4 = "Debug", 5 = "Service Request", 6 = "Service Accept",
        20 = "Key Exchange Init", 21 = "New Keys", 50 = "User Authentication Request",
        51 = "User Authentication Failure", 52 = "User Authentication Success", 53 = "User Authentication Banner",
        80 = "Global Request", 81 = "Request Success", 82 = "Request Failure", 90 = "Channel Open",
        91 = "Channel Open Confirmation", 92 = "Channel Open Failure", 93 = "Window Adjust", 94 = "Channel Data",
        95 = "Channel Extended Data", 96 = "Channel EOF", 97 = "Channel Close", 98 = "Channel Request",
        99 = "Channel Success", 100 = "Channel Failure",
    }
    /// The messages whose meaning the key exchange method gives.
    DIFFIE_HELLMAN { 30 = "Diffie-Hellman Key Exchange Init", 31 = "Diffie-Hellman Key Exchange Reply" }
    GROUP_EXCHANGE {
        30 = "Diffie-Hellman Group Exchange Request (Old)", 31 = "Diffie-Hellman Group Exchange Group",
        32 = "Diffie-Hellman Group Exchange Init", 33 = "Diffie-Hellman Group Exchange Reply",
        34 = "Diffie-Hellman Group Exchange Request",
    }
    ELLIPTIC {
        30 = "Elliptic Curve Diffie-Hellman Key Exchange Init", 31 = "Elliptic Curve Diffie-Hellman Key Exchange Reply",
    }
}

const PORTS: &[u16] = &[22, 29418];
const KEY_EXCHANGE_INIT: u8 = 20;
const NEW_KEYS: u8 = 21;
/// Name lists in a key exchange's first message: the method's, and the ciphers' from the client and from the server.
const METHODS: usize = 0;
const CIPHERS: usize = 2;
/// Lists kept of it, in bytes.
const MOST_LIST: usize = 2048;
/// A packet's length at most, beyond which it is encrypted.
const MOST_PACKET: u32 = 35000;

/// One side of a conversation.
#[derive(Default)]
struct Side {
    version_seen: bool,
    encrypted: bool,
    methods: Vec<u8>,
    ciphers: [Vec<u8>; 2],
    /// Packets so far, as the tree counts them.
    count: u32,
}

/// What is remembered of a conversation: the client's side, and the server's.
#[derive(Default)]
struct Session {
    sides: [Side; 2],
    version_2: bool,
}

impl Session {
    /// The first name in the client's list that the server's list has, too.
    fn agreed<'a>(client: &'a [u8], server: &[u8]) -> &'a [u8] {
        let names = |list: &'a [u8]| list.split(|&byte| byte == b',');
        names(client).find(|name| server.split(|&byte| byte == b',').any(|other| other == *name)).unwrap_or_default()
    }
    /// The method that both sides know.
    fn method(&self) -> &[u8] {
        let [client, server] = &self.sides;
        Self::agreed(&client.methods, &server.methods)
    }
    /// What messages 30 to 34 are called.
    fn method_names(&self) -> crate::dissect::field::Names {
        let method = self.method();
        if method.starts_with(b"diffie-hellman-group-exchange") {
            GROUP_EXCHANGE
        } else if method.starts_with(b"ecdh") || method.starts_with(b"curve") || method.starts_with(b"sntrup") {
            ELLIPTIC
        } else {
            DIFFIE_HELLMAN
        }
    }
    /// Whether the lengths of a side's encrypted packets are hidden, too.
    fn hides_lengths(&self, from: usize) -> bool {
        let list = |side: &Side| side.ciphers.get(from).cloned().unwrap_or_default();
        let [client, server] = &self.sides;
        Self::agreed(&list(client), &list(server)) == b"chacha20-poly1305@openssh.com"
    }
}

/// SSH.
pub struct Ssh;

impl Protocol for Ssh {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "SSH";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const MORE_FIELDS: &'static [&'static [&'static Field]] = &[exchange::FIELDS];
    const EXPERTS: &'static [&'static Field] = exchange::EXPERTS;
    const KEYS: &'static [Key] = &[Key::Tcp(22), Key::Tcp(29418)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let from = usize::from(!lines::from_client(c, PORTS));
        let version_2 = session(c, |s| s.version_2);
        c.protocol(if version_2 { "SSHv2" } else { "SSH" });
        c.claim();
        let outcome = packets(c, from);
        if outcome.is_ok() || (outcome == Err(Stop::More) && !c.row().fresh()) {
            // That stands in front of whatever TCP remarks.
            let end = c.row().info_column().len();
            c.info().str(if from == 0 { "Client: " } else { "Server: " }).bring_forward(end);
        }
        if outcome.is_ok() {
            c.generated(&DIRECTION, from as u64);
        }
        outcome
    }
}

fn packets<S: Sink>(c: &mut Cursor<'_, S>, from: usize) -> Result<(), Stop> {
    while c.remaining() > 0 {
        let encrypted = is_sealed(c, from);
        if !encrypted && c.rest().starts_with(b"SSH-") {
            version(c, from)?;
        } else if encrypted || !session(c, |s| s.version_2) {
            // Before the client's version is known nothing else is.
            return sealed(c, from, encrypted);
        } else {
            packet(c, from)?;
        }
    }
    Ok(())
}

fn session<S: Sink, T: Default>(c: &mut Cursor<'_, S>, body: impl FnOnce(&mut Session) -> T) -> T {
    c.worker.state.slots().map(|slots| body(slots.entry::<Session>())).unwrap_or_default()
}

/// Separates what one segment holds, and the first of it from what TCP remarks.
fn separate<S: Sink>(c: &mut Cursor<'_, S>) {
    if !c.row().info_column().is_empty() {
        c.info().str(", ");
    }
}

fn version<S: Sink>(c: &mut Cursor<'_, S>, from: usize) -> Result<(), Stop> {
    let Some((line, len)) = lines::first(c.rest()) else {
        if c.can_desegment() {
            return Err(c.more(c.pos(), Need::Segment));
        }
        return c.bytes(&PROTOCOL, c.remaining()).map(|_| ());
    };
    separate(c);
    c.info().str("Protocol (").text(line).byte(b')');
    c.put(&PROTOCOL, c.pos(), c.pos() + line.len(), 0);
    let two = line.starts_with(b"SSH-2.") || line.starts_with(b"SSH-1.99-");
    session(c, |s| {
        if let Some(side) = s.sides.get_mut(from) {
            side.version_seen = true;
        }
        s.version_2 = two && (from == 0 || s.sides.iter().all(|side| side.version_seen));
    });
    c.skip(len)
}

/// One packet in the clear.
fn packet<S: Sink>(c: &mut Cursor<'_, S>, from: usize) -> Result<(), Stop> {
    let start = c.pos();
    let len = match c.peek_u32(0) {
        Some(len) => len,
        None if c.can_desegment() => return Err(c.more(start, Need::Segment)),
        None => return Err(c.short(4)),
    };
    if len < 2 || (len > MOST_PACKET && !c.can_desegment()) {
        return sealed(c, from, false);
    }
    let len = len as usize;
    c.await_bytes(len.saturating_add(4))?;
    let mark = c.mark();
    c.group(&VERSION, |c| {
        c.within(len + 4, |c| {
            c.u32(&PACKET_LENGTH)?;
            let padding = usize::from(c.u8(&PADDING_LENGTH)?);
            let code = c.peek_u8(0).ok_or_else(|| c.short(1))?;
            separate(c);
            let name = name_of(MESSAGES, code.into())
                .or_else(|| session(c, |s| Some(s.method_names())).and_then(|names| name_of(names, code.into())));
            c.info().named(name, code);
            let payload = c.remaining().saturating_sub(padding);
            message(c, from, (code, name), payload)?;
            if code == NEW_KEYS {
                session(c, |s| s.sides.get_mut(from).into_iter().for_each(|side| side.encrypted = true));
            }
            if c.remaining() > 0 {
                c.bytes(&PADDING, c.remaining())?;
            }
            let count = counted(c, from, code);
            c.generated(&SEQUENCE, count.into());
            c.change_last(|item| item.generated = false);
            Ok(())
        })
    })?;
    if is_sealed(c, from) {
        cipher(c, mark, from);
    }
    Ok(())
}

/// Whether a side has said that what follows is encrypted.
fn is_sealed<S: Sink>(c: &mut Cursor<'_, S>, from: usize) -> bool {
    session(c, |s| s.sides.get(from).is_some_and(|side| side.encrypted))
}

/// Lets the line of a packet at `mark` say what encrypts it, where that hides all of it.
fn cipher<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, from: usize) {
    if session(c, |s| s.hides_lengths(from)) {
        c.append_at(mark, |l| _ = l.str(" (encryption:chacha20-poly1305@openssh.com compression:none)"));
    }
}

/// The number that the tree gives a packet: those of group exchange count before it, others behind.
fn counted<S: Sink>(c: &mut Cursor<'_, S>, from: usize, code: u8) -> u32 {
    session(c, |s| {
        let elliptic = std::ptr::eq(s.method_names(), ELLIPTIC);
        let before = matches!(code, 30..=34) && !elliptic;
        let behind = code == KEY_EXCHANGE_INIT || (matches!(code, 30..=34) && elliptic);
        let Some(side) = s.sides.get_mut(from) else { return 0 };
        side.count = side.count.wrapping_add(before.into());
        let count = side.count;
        side.count = side.count.wrapping_add(behind.into());
        count
    })
}

/// What a packet says in its `len` bytes before the padding.
fn message<S: Sink>(
    c: &mut Cursor<'_, S>,
    from: usize,
    (code, name): (u8, Option<&'static str>),
    len: usize,
) -> Result<(), Stop> {
    let exchanges = matches!(code, KEY_EXCHANGE_INIT..=49);
    let heading = c.mark();
    let body = |c: &mut Cursor<'_, S>| {
        c.u8(&MESSAGE_CODE)?;
        c.label(|l| _ = l.str("Message Code: ").named(name, code));
        if name.is_some() {
            c.label(|l| _ = l.str("Message Code: ").str(name.unwrap_or_default()).str(" (").dec(code).byte(b')'));
        }
        if code == KEY_EXCHANGE_INIT {
            lists(c, from);
        }
        if S::DETAIL && exchanges {
            let elliptic = session(c, |s| std::ptr::eq(s.method_names(), ELLIPTIC));
            return c.within(len.saturating_sub(1), |c| exchange::dissect(c, code, from, elliptic));
        }
        if len > 1 {
            c.bytes(&PAYLOAD, len - 1)?;
        }
        Ok(())
    };
    if !exchanges {
        return body(c);
    }
    c.group(&EXCHANGE, body)?;
    if S::DETAIL && code != KEY_EXCHANGE_INIT {
        let method = session(c, |s| s.method().to_vec());
        if !method.is_empty() {
            c.append_at(heading, |l| _ = l.str(" (method:").text(&method).byte(b')'));
        }
    }
    Ok(())
}

/// Keeps the lists of names that the choice of methods and ciphers hangs on.
fn lists<S: Sink>(c: &mut Cursor<'_, S>, from: usize) {
    let mut at = 16;
    let mut found: [&[u8]; 4] = [&[]; 4];
    for place in &mut found {
        let Some(len) = c.peek_u32(at) else { return };
        let len = len as usize;
        let Some(list) = c.rest().get(at + 4..).and_then(|rest| rest.get(..len)) else { return };
        *place = list.get(..MOST_LIST).unwrap_or(list);
        at += 4 + len;
    }
    session(c, |s| {
        let Some(side) = s.sides.get_mut(from) else { return };
        let list = |i: usize| found.get(i).copied().unwrap_or_default().to_vec();
        side.methods = list(METHODS);
        side.ciphers = [list(CIPHERS), list(CIPHERS + 1)];
    });
}

/// What is encrypted: the rest of the segment.
fn sealed<S: Sink>(c: &mut Cursor<'_, S>, from: usize, known: bool) -> Result<(), Stop> {
    if !(known && session(c, |s| s.hides_lengths(from))) {
        let len = c.reported() as u64;
        separate(c);
        c.info().str("Encrypted packet (len=").dec(len).byte(b')');
    }
    if !known {
        return c.bytes(&ENCRYPTED, c.remaining()).map(|_| ());
    }
    let mark = c.mark();
    let hidden = session(c, |s| s.hides_lengths(from));
    c.group(&VERSION, |c| {
        if !hidden {
            c.bytes(&PACKET_LENGTH_SEALED, c.remaining().min(4))?;
            c.bytes(&ENCRYPTED, c.remaining())?;
        }
        c.skip(c.remaining())
    })?;
    cipher(c, mark, from);
    Ok(())
}
