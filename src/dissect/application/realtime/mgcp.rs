//! MGCP (RFC 3435): commands to gateways, and their answers.

use crate::dissect::application::lines;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind};
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::fields;

static LAYER: Field = Field::new("mgcp", "Media Gateway Control Protocol", Kind::Protocol);

fields! {
    REQUEST = "mgcp.req", "Request", Bool;
    RESPONSE = "mgcp.rsp", "Response", Bool;
    VERB = "mgcp.req.verb", "Verb", Str;
    CODE = "mgcp.rsp.rspcode", "Response Code", U32;
    TRANSACTION = "mgcp.transid", "Transaction ID", Str;
    ENDPOINT = "mgcp.req.endpoint", "Endpoint", Str;
    VERSION = "mgcp.version", "Version", Str;
    TEXT = "mgcp.rsp.rspstring", "Response String", Str;
    PARAMETER = "mgcp.params", "Parameters", None;
}

/// The commands of RFC 3435.
const VERBS: [&[u8]; 10] = [b"EPCF", b"CRCX", b"MDCX", b"DLCX", b"RQNT", b"NTFY", b"AUEP", b"AUCX", b"RSIP", b"MESG"];
/// Transactions remembered of a conversation at most; the oldest goes first.
const MOST: usize = 256;

/// MGCP.
pub struct Mgcp;

/// What is remembered of a conversation: transactions that were asked for, and answered.
#[derive(Default)]
struct Session {
    seen: [Vec<u32>; 2],
}

impl Session {
    /// Notes a transaction; says whether it was known.
    fn note(&mut self, request: bool, id: u32) -> bool {
        let [asked, answered] = &mut self.seen;
        let seen = if request { asked } else { answered };
        if seen.contains(&id) {
            return true;
        }
        if seen.len() >= MOST {
            seen.remove(0);
        }
        seen.push(id);
        false
    }
}

impl Protocol for Mgcp {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "MGCP";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Udp(2427), Key::Udp(2727), Key::Tcp(2427), Key::Tcp(2727)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        let (line, len) = lines::first_or_all(c.rest());
        let mut words = line.splitn(2, |&byte| byte == b' ');
        let first = words.next().unwrap_or_default();
        let request = VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(first));
        let response = first.len() == 3 && first.iter().all(u8::is_ascii_digit);
        if !request && !response {
            return Err(Stop::NotMine);
        }
        c.protocol("MGCP");
        let rest = words.next().unwrap_or_default();
        let id = rest.split(|&byte| byte == b' ').next().unwrap_or_default();
        c.claim().text(line);
        if !request && id.len() == rest.len() {
            c.info().byte(b' ');
        }
        record(c, first, request, id, line);
        if let Some(number) = str::from_utf8(id).ok().and_then(|id| id.parse().ok())
            && c.worker.state.slots().is_some_and(|slots| slots.entry::<Session>().note(request, number))
        {
            c.info().str(if request { ", Duplicate Request " } else { ", Duplicate Response " }).dec(number);
        }
        c.skip(len)?;
        c.put(&PARAMETER, c.pos(), c.end(), 0);
        c.skip(c.remaining())
    }
}

/// Records the first line's words.
fn record<S: Sink>(c: &mut Cursor<'_, S>, first: &[u8], request: bool, id: &[u8], line: &[u8]) {
    let start = c.pos();
    c.generated(if request { &REQUEST } else { &RESPONSE }, 1);
    if request {
        c.put(&VERB, start, start + first.len(), 0);
    } else {
        let code = first.iter().fold(0, |num, digit| num * 10 + u64::from(digit.wrapping_sub(b'0')));
        c.put(&CODE, start, start + first.len(), code);
    }
    let at = start + first.len() + 1;
    c.put(&TRANSACTION, at, at + id.len(), 0);
    let at = (at + id.len() + 1).min(start + line.len());
    c.put(if request { &ENDPOINT } else { &TEXT }, at, start + line.len(), 0);
}
