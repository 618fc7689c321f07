//! VNC's protocol RFB (RFC 6143): a remote screen.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::registry::Registry;
use crate::dissect::sink::Sink;
use crate::dissect::worker::Worker;
use crate::{fields, names};

static LAYER: Field = Field::new("vnc", "Virtual Network Computing", Kind::Protocol);

fields! {
    SERVER_VERSION = "vnc.server_proto_ver", "Server protocol version", Str;
    CLIENT_VERSION = "vnc.client_proto_ver", "Client protocol version", Str;
    TYPE_COUNT = "vnc.num_security_types", "Number of security types", U8;
    TYPE = "vnc.security_type", "Security type", U8 names(SECURITY);
    SELECTED = "vnc.client_security_type", "Security type selected", U8 names(SECURITY);
    CHALLENGE = "vnc.auth_challenge", "Authentication challenge", Bytes;
    RESPONSE = "vnc.auth_response", "Authentication response", Bytes;
    RESULT = "vnc.auth_result", "Authentication result", Bool bits(32) flag("Failed", "OK");
    SHARED = "vnc.share_desktop_flag", "Share desktop flag", Bool;
    WIDTH = "vnc.width", "Framebuffer width", U16;
    HEIGHT = "vnc.height", "Framebuffer height", U16;
    NAME = "vnc.desktop_name", "Desktop name", Str;
    CLIENT_MESSAGE = "vnc.client_message_type", "Client Message Type", U8 names(CLIENT_MESSAGES);
    SERVER_MESSAGE = "vnc.server_message_type", "Server Message Type", U8 names(SERVER_MESSAGES);
}

names! {
    SECURITY {
        0 = "Invalid", 1 = "None", 2 = "VNC", 5 = "RA2", 6 = "RA2ne", 16 = "Tight", 17 = "Ultra", 18 = "TLS",
        19 = "VeNCrypt", 20 = "GTK-VNC SASL", 30 = "Apple Remote Desktop",
    }
    CLIENT_MESSAGES {
        0 = "Client set pixel format", 2 = "Client set encodings", 3 = "Client framebuffer update request",
        4 = "Client key event", 5 = "Client pointer event", 6 = "Client cut text",
    }
    SERVER_MESSAGES {
        0 = "Server framebuffer update", 1 = "Server set colormap entries", 2 = "Server ring bell on client",
        3 = "Server cut text",
    }
}

/// Bytes of a version: `RFB 003.008` and a line feed.
const VERSION_LEN: usize = 12;
/// What a challenge and its response have.
const CHALLENGE_LEN: usize = 16;
/// Kinds of security whose course is known.
const NONE: u32 = 1;
const PASSWORD: u32 = 2;

/// What comes next in a conversation.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// The server's version.
    #[default]
    ServerVersion,
    /// The client's.
    ClientVersion,
    /// Which kinds of security the server knows.
    Types,
    /// Which the client takes.
    Selection,
    /// What the server asks.
    Challenge,
    /// What the client answers.
    Response,
    /// Whether it was right.
    Verdict,
    /// Whether the client wants the screen for itself.
    Share,
    /// What the screen is.
    Screen,
    /// Pictures, keys and the mouse.
    Session,
}

/// What is remembered of a conversation.
#[derive(Clone, Copy, Default)]
struct Conversation {
    stage: Stage,
    /// The minor version: 3, 7 or 8 where they keep to the standard.
    minor: u16,
}

/// VNC.
pub struct Vnc;

impl Protocol for Vnc {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "VNC";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(5500), Key::Tcp(5501), Key::Tcp(5900), Key::Tcp(5901), Key::TcpContent];

    fn recognise<S: Sink>(c: &Cursor<'_, S>) -> bool {
        c.reported() == VERSION_LEN && version(c).is_some()
    }

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if Self::recognise(c) {
            if !on_own_port(c) && !taken_over(c) {
                return begin(c);
            }
            c.worker.state.bind(Registry::named("vnc"));
        }
        c.protocol("VNC");
        c.claim();
        let Some(mut known) = c.worker.state.slots().map(|slots| *slots.entry::<Conversation>()) else { return Ok(()) };
        let outcome = stage(c, &mut known);
        c.worker.state.slots().into_iter().for_each(|slots| *slots.entry::<Conversation>() = known);
        outcome
    }
}

/// Whether one of the ports is VNC's.
fn on_own_port<S: Sink>(c: &Cursor<'_, S>) -> bool {
    c.worker.state.current.is_some_and(|current| {
        let own = |port| c.worker.registry.find(Key::Tcp(port)).is_some_and(|entry| entry.name == Vnc::NAME);
        own(current.src_port) || own(current.dst_port)
    })
}

/// Whether the conversation is known to be VNC's.
fn taken_over<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let Some(current) = c.worker.state.current else { return true };
    c.worker.state.tcp.get(current.index).is_none_or(|known| known.protocol.is_some())
}

/// The first message on a port that is not VNC's: behind it another stream begins, which is VNC's from the start.
fn begin<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("VNC");
    c.claim();
    let mut known = Conversation::default();
    let outcome = stage(c, &mut known);
    let Worker { row, state, .. } = &mut *c.worker;
    let Some(before) = state.current else { return outcome };
    let server_port = state.tcp.get(before.index).map_or(0, |old| old.transport.server_port);
    let new = state.renew_tcp((&row.src, before.src_port), (&row.dst, before.dst_port));
    state.bind(Registry::named("vnc"));
    if let Some(conversation) = state.tcp.get_mut(new.index) {
        conversation.transport.server_port = server_port;
        if S::DETAIL {
            conversation.transport.ledger().announced = true;
        }
        *conversation.slots().entry::<Conversation>() = known;
    }
    // This segment still belongs to the one before.
    state.current = Some(before);
    outcome
}

/// The minor version, where one stands here.
fn version<S: Sink>(c: &Cursor<'_, S>) -> Option<u16> {
    let text = c.rest().strip_prefix(b"RFB ")?;
    let number = |digits: &[u8]| str::from_utf8(digits).ok()?.parse::<u16>().ok();
    number(text.get(..3)?)?;
    (text.get(3) == Some(&b'.') && text.get(7) == Some(&b'\n')).then_some(())?;
    number(text.get(4..7)?)
}

/// Whether the segment goes from the client to the server, which is the side with the known or the lower port.
fn from_client<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let Some(current) = c.worker.state.current else { return false };
    c.worker.state.tcp.get(current.index).is_some_and(|known| known.transport.server_port == current.dst_port)
}

fn stage<S: Sink>(c: &mut Cursor<'_, S>, known: &mut Conversation) -> Result<(), Stop> {
    match known.stage {
        Stage::ServerVersion | Stage::ClientVersion => {
            let Some(minor) = version(c) else { return Ok(()) };
            let server = known.stage == Stage::ServerVersion;
            let text = c.rest().get(4..11).unwrap_or_default();
            let info = c.info().str(if server { "Server" } else { "Client" });
            info.str(" protocol version: ").bytes(text);
            c.bytes(if server { &SERVER_VERSION } else { &CLIENT_VERSION }, VERSION_LEN)?;
            (known.stage, known.minor) = (if server { Stage::ClientVersion } else { Stage::Types }, minor);
            Ok(())
        }
        Stage::Types => types(c, known),
        Stage::Selection => {
            let kind = c.u8(&SELECTED)?;
            let info = c.info().str("Security type ");
            match SELECTED.name(kind.into()) {
                Some(name) => _ = info.str(name),
                None => _ = info.str("Unknown"),
            }
            info.str(" (").dec(kind).str(") selected by client");
            known.stage = after(kind.into(), known.minor).unwrap_or(known.stage);
            Ok(())
        }
        Stage::Challenge => {
            c.info().str("Authentication challenge from server");
            known.stage = Stage::Response;
            c.bytes(&CHALLENGE, CHALLENGE_LEN).map(|_| ())
        }
        Stage::Response => {
            c.info().str("Authentication response from client");
            known.stage = Stage::Verdict;
            c.bytes(&RESPONSE, CHALLENGE_LEN).map(|_| ())
        }
        Stage::Verdict => {
            c.info().str("Authentication result");
            known.stage = Stage::Share;
            c.u32(&RESULT).map(|_| ())
        }
        Stage::Share => {
            c.info().str("Share desktop flag");
            known.stage = Stage::Screen;
            c.u8(&SHARED).map(|_| ())
        }
        Stage::Screen => {
            c.info().str("Server framebuffer parameters");
            known.stage = Stage::Session;
            c.read_all(&[(&WIDTH, 2), (&HEIGHT, 2)])?;
            c.skip(16)?;
            let len = c.array().map(u32::from_be_bytes)?;
            c.bytes(&NAME, len as usize).map(|_| ())
        }
        Stage::Session => session(c),
    }
}

/// What comes after a kind of security was taken; `None` where its course is not known.
fn after(kind: u32, minor: u16) -> Option<Stage> {
    match kind {
        // Before version 3.8 there is no verdict where there is nothing to judge.
        NONE => Some(if minor >= 8 { Stage::Verdict } else { Stage::Share }),
        PASSWORD => Some(Stage::Challenge),
        _ => None,
    }
}

fn types<S: Sink>(c: &mut Cursor<'_, S>, known: &mut Conversation) -> Result<(), Stop> {
    c.info().str("Security types supported");
    if known.minor == 3 {
        // The server decides.
        let kind = c.array().map(u32::from_be_bytes)?;
        known.stage = after(kind, known.minor).unwrap_or(Stage::Share);
        return Ok(());
    }
    known.stage = Stage::Selection;
    for _ in 0..c.u8(&TYPE_COUNT)? {
        c.u8(&TYPE)?;
    }
    Ok(())
}

fn session<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let client = from_client(c);
    let (field, unknown) = if client {
        (&CLIENT_MESSAGE, "Unknown client message type (")
    } else {
        (&SERVER_MESSAGE, "Unknown server message type (")
    };
    let kind = c.u8(field)?;
    match field.name(kind.into()) {
        Some(name) => _ = c.info().str(name),
        None => _ = c.info().str(unknown).dec(kind).byte(b')'),
    }
    c.seek(c.end());
    Ok(())
}
