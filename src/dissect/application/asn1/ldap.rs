//! LDAP (RFC 4511), and LDAP without a connection (RFC 1798).

use super::ber::{self, ENUMERATED, Element, Elements, OCTETS, SEQUENCE};
use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Need, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::{fields, names};

static LAYER: Field = Field::new("ldap", "Lightweight Directory Access Protocol", Kind::Protocol);
static CONNECTIONLESS: Field =
    Field::new("cldap", "Connectionless Lightweight Directory Access Protocol", Kind::Protocol);

fields! {
    MESSAGE = "ldap.LDAPMessage_element", "LDAPMessage", None;
    ID = "ldap.messageID", "messageID", U32;
    OPERATION = "ldap.protocolOp", "protocolOp", U32 names(OPERATIONS);
    RESULT = "ldap.resultCode", "resultCode", U32 names(RESULTS);
    BASE = "ldap.baseObject", "baseObject", Str;
    OBJECT = "ldap.objectName", "objectName", Str;
}

names! {
    /// Operations by the number of their tag.
    OPERATIONS {
        0 = "bindRequest", 1 = "bindResponse", 2 = "unbindRequest", 3 = "searchRequest", 4 = "searchResEntry",
        5 = "searchResDone", 6 = "modifyRequest", 7 = "modifyResponse", 8 = "addRequest", 9 = "addResponse",
        10 = "delRequest", 11 = "delResponse", 12 = "modDNRequest", 13 = "modDNResponse", 14 = "compareRequest",
        15 = "compareResponse", 16 = "abandonRequest", 19 = "searchResRef", 23 = "extendedReq", 24 = "extendedResp",
        25 = "intermediateResponse",
    }
    RESULTS {
        0 = "success", 1 = "operationsError", 2 = "protocolError", 3 = "timeLimitExceeded", 4 = "sizeLimitExceeded",
        5 = "compareFalse", 6 = "compareTrue", 7 = "authMethodNotSupported", 8 = "strongAuthRequired", 10 = "referral",
        11 = "adminLimitExceeded", 12 = "unavailableCriticalExtension", 13 = "confidentialityRequired",
        14 = "saslBindInProgress", 16 = "noSuchAttribute", 17 = "undefinedAttributeType",
        18 = "inappropriateMatching", 19 = "constraintViolation", 20 = "attributeOrValueExists",
        21 = "invalidAttributeSyntax", 32 = "noSuchObject", 33 = "aliasProblem", 34 = "invalidDNSyntax",
        36 = "aliasDereferencingProblem", 48 = "inappropriateAuthentication", 49 = "invalidCredentials",
        50 = "insufficientAccessRights", 51 = "busy", 52 = "unavailable", 53 = "unwillingToPerform",
        54 = "loopDetect", 64 = "namingViolation", 65 = "objectClassViolation", 66 = "notAllowedOnNonLeaf",
        67 = "notAllowedOnRDN", 68 = "entryAlreadyExists", 69 = "objectClassModsProhibited",
        71 = "affectsMultipleDSAs", 80 = "other", 118 = "canceled", 119 = "noSuchOperation", 120 = "tooLate",
        121 = "cannotCancel",
    }
    SCOPES { 0 = "baseObject", 1 = "singleLevel", 2 = "wholeSubtree" }
}

const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
/// Extended operations that have names.
const EXTENSIONS: [(&[u8], &str); 3] = [
    (START_TLS, "LDAP_START_TLS_OID"),
    (b"1.3.6.1.4.1.4203.1.11.1", "passwdModifyOID"),
    (b"1.3.6.1.1.8", "cancelRequestOID"),
];

/// What is remembered of a conversation.
#[derive(Default)]
struct Session {
    /// Entries found by all its searches.
    results: u64,
    /// The client asked for TLS.
    start_tls: bool,
}

/// LDAP over TCP.
pub struct Ldap;

impl Protocol for Ldap {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "LDAP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(389), Key::Tcp(3268)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        messages(c, "LDAP")
    }
}

/// LDAP over UDP.
pub struct Cldap;

impl Protocol for Cldap {
    const LAYER: &'static Field = &CONNECTIONLESS;
    const NAME: &'static str = "CLDAP";
    const FIELDS: &'static [&'static Field] = &[];
    const KEYS: &'static [Key] = &[Key::Udp(389)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        messages(c, "CLDAP")
    }
}

/// Dissects messages one after the other.
fn messages<S: Sink>(c: &mut Cursor<'_, S>, name: &'static str) -> Result<(), Stop> {
    let stream = c.in_stream();
    let mut first = true;
    while c.remaining() > 0 {
        let from = c.pos();
        let len = match ber::header(c.rest()) {
            Some((SEQUENCE, header, Some(len))) => header + len,
            None if c.peek_u8(0) == Some(SEQUENCE) && c.remaining() < 6 && c.can_desegment() => {
                return Err(c.more(from, Need::Segment));
            }
            _ if first => return Err(Stop::NotMine),
            _ => return Ok(()),
        };
        c.await_bytes(len)?;
        c.begin_layer();
        c.protocol(name);
        if std::mem::replace(&mut first, false) {
            c.claim();
        } else if stream {
            c.info().str(" | ");
        }
        c.within(len, |c| c.group(&MESSAGE, message))?;
    }
    Ok(())
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let whole = c.reported() <= c.remaining();
    let (outer, _) = Element::first(c.rest()).ok_or(Stop::Malformed)?;
    let mut parts = outer.children();
    let id = parts.next().and_then(|id| id.number()).ok_or(Stop::Malformed)?;
    let operation = parts.next().ok_or(Stop::Malformed)?;
    let kind = operation.tag & 0x1f;
    let name = name_of(OPERATIONS, kind.into()).ok_or(Stop::Malformed)?;
    c.put(&ID, c.pos() + outer.header + 2, c.pos() + outer.header + 3, id as u64);
    c.put(&OPERATION, c.pos() + outer.header + 3, c.end(), kind.into());
    // A request to abandon names the message that it is about.
    let about = if kind == 16 { operation.number().unwrap_or_default() } else { id };
    c.info().str(name).byte(b'(').int(about).str(") ");
    say(c, kind, &operation)?;
    if !whole || !operation.whole {
        return Err(c.short(c.remaining() + 1));
    }
    c.skip(c.remaining())
}

/// Writes a distinguished name in quotes; the empty one is the root's.
fn object(info: &mut Line, name: Option<Element<'_>>) {
    let name = name.map(|name| name.content).unwrap_or_default();
    info.byte(b'"').text(if name.is_empty() { b"<ROOT>" } else { name }).str("\" ");
}

fn say<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, operation: &Element<'_>) -> Result<(), Stop> {
    let mut parts = operation.children();
    match kind {
        0 => {
            parts.next();
            object(c.info(), parts.next());
            match parts.next().map(|method| method.tag & 0x1f) {
                Some(0) => _ = c.info().str("simple "),
                Some(3) => _ = c.info().str("sasl "),
                Some(10 | 11) => _ = c.info().str("NTLM "),
                _ => {}
            }
        }
        1 | 7 | 9 | 11 | 13 | 15 => result(c, parts, true),
        5 => {
            result(c, parts, true);
            let found = session(c, |session| session.results);
            c.info().str(" [").dec(found).str(if found == 1 { " result]" } else { " results]" });
        }
        3 => {
            object(c.info(), parts.next());
            let scope = parts.next().filter(|scope| scope.tag == ENUMERATED).and_then(|scope| scope.number());
            let scope = scope.and_then(|scope| name_of(SCOPES, scope as u64)).unwrap_or("Unknown");
            c.info().str(scope).byte(b' ');
        }
        4 => {
            session(c, |session| session.results += 1);
            object(c.info(), parts.next());
        }
        6 | 8 | 12 | 14 => object(c.info(), parts.next()),
        10 => object(c.info(), Some(*operation)),
        23 | 24 => extended(c, kind, parts),
        _ => {}
    }
    Ok(())
}

/// A result: its code, where `code` asks for it, and its message.
fn result<S: Sink>(c: &mut Cursor<'_, S>, mut parts: Elements<'_>, code: bool) {
    let value = parts.next().filter(|value| value.tag == ENUMERATED).and_then(|value| value.number());
    if code && let Some(value) = value {
        match name_of(RESULTS, value as u64) {
            Some(name) => _ = c.info().str(name).byte(b' '),
            None => _ = c.info().str("Unknown result(").int(value).str(") "),
        }
    }
    let message = parts.nth(1).filter(|message| message.tag == OCTETS && !message.content.is_empty());
    if let Some(message) = message {
        c.info().byte(b'(').text(message.content).str(") ");
    }
}

/// An extended operation, which an object identifier names in words.
fn extended<S: Sink>(c: &mut Cursor<'_, S>, kind: u8, parts: Elements<'_>) {
    let (request, mut all) = (kind == 23, parts);
    let tag = if request { 0x80 } else { 0x8a };
    let name = all.find(|part| part.tag == tag).map(|part| part.content);
    let succeeded = parts.clone().next().and_then(|code| code.number()) == Some(0);
    if !request {
        result(c, parts, false);
    }
    let Some(name) = name else { return };
    if let Some((_, words)) = EXTENSIONS.iter().find(|(oid, _)| *oid == name) {
        c.info().str(words).byte(b' ');
    } else {
        match name.split_first() {
            Some((root @ b'0'..=b'2', rest)) => {
                c.info().str(ber::name_of_root(u64::from(root - b'0'))).text(rest).byte(b' ');
            }
            _ => _ = c.info().str("*** Malformed OID *** "),
        }
    }
    if name == START_TLS {
        if request {
            session(c, |session| session.start_tls = true);
        } else if succeeded && session(c, |session| session.start_tls) {
            lines::start_tls(c);
        }
    }
}

/// Asks or changes what is remembered of the conversation.
fn session<S: Sink, T: Default>(c: &mut Cursor<'_, S>, body: impl FnOnce(&mut Session) -> T) -> T {
    c.worker.state.slots().map(|slots| body(slots.entry::<Session>())).unwrap_or_default()
}
