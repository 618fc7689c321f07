//! The fields of a message's head, and the methods.

use super::head::{Head, Lines, Start};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::Field;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

/// Methods of SIP and its extensions (IANA's registry, and others in use).
pub(super) const METHODS: &[&[u8]] = &[
    b"ACK",
    b"BYE",
    b"CANCEL",
    b"DO",
    b"INFO",
    b"INVITE",
    b"MESSAGE",
    b"NOTIFY",
    b"OPTIONS",
    b"PRACK",
    b"PUBLISH",
    b"QAUTH",
    b"REFER",
    b"REGISTER",
    b"SPRACK",
    b"SUBSCRIBE",
    b"UPDATE",
];

fields! {
    REQUEST_LINE = "sip.Request-Line", "Request-Line", Str;
    METHOD = "sip.Method", "Method", Str;
    URI = "sip.r-uri", "Request-URI", Str;
    STATUS_LINE = "sip.Status-Line", "Status-Line", Str;
    STATUS = "sip.Status-Code", "Status-Code", U32;
    HEADER = "sip.msg_hdr", "Message Header", Str;
    BODY = "sip.msg_body", "Message Body", None;
    SEQUENCE = "sip.CSeq.seq", "Sequence Number", U32;
    SEQUENCE_METHOD = "sip.CSeq.method", "Method", Str;
    OTHER = "", "Header", None;
    ACCEPT = "sip.Accept", "Accept", Str;
    ACCEPT_CONTACT = "sip.Accept-Contact", "Accept-Contact", Str;
    ACCEPT_ENCODING = "sip.Accept-Encoding", "Accept-Encoding", Str;
    ACCEPT_LANGUAGE = "sip.Accept-Language", "Accept-Language", Str;
    ALERT_INFO = "sip.Alert-Info", "Alert-Info", Str;
    ALLOW = "sip.Allow", "Allow", Str;
    ALLOW_EVENTS = "sip.Allow-Events", "Allow-Events", Str;
    AUTHENTICATION_INFO = "sip.Authentication-Info", "Authentication-Info", Str;
    AUTHORIZATION = "sip.Authorization", "Authorization", Str;
    CALL_ID = "sip.Call-ID", "Call-ID", Str;
    CALL_INFO = "sip.Call-Info", "Call-Info", Str;
    CONTACT = "sip.Contact", "Contact", Str;
    CONTENT_DISPOSITION = "sip.Content-Disposition", "Content-Disposition", Str;
    CONTENT_ENCODING = "sip.Content-Encoding", "Content-Encoding", Str;
    CONTENT_LANGUAGE = "sip.Content-Language", "Content-Language", Str;
    CONTENT_LENGTH = "sip.Content-Length", "Content-Length", U32;
    CONTENT_TYPE = "sip.Content-Type", "Content-Type", Str;
    CSEQ = "sip.CSeq", "CSeq", Str;
    DATE = "sip.Date", "Date", Str;
    DIVERSION = "sip.Diversion", "Diversion", Str;
    ERROR_INFO = "sip.Error-Info", "Error-Info", Str;
    EVENT = "sip.Event", "Event", Str;
    EXPIRES = "sip.Expires", "Expires", U32;
    FROM = "sip.From", "From", Str;
    GEOLOCATION = "sip.Geolocation", "Geolocation", Str;
    HISTORY_INFO = "sip.History-Info", "History-Info", Str;
    IDENTITY = "sip.Identity", "Identity", Str;
    IN_REPLY_TO = "sip.In-Reply-To", "In-Reply-To", Str;
    JOIN = "sip.Join", "Join", Str;
    MAX_FORWARDS = "sip.Max-Forwards", "Max-Forwards", U32;
    MIME_VERSION = "sip.MIME-Version", "MIME-Version", Str;
    MIN_EXPIRES = "sip.Min-Expires", "Min-Expires", Str;
    MIN_SE = "sip.Min-SE", "Min-SE", Str;
    ORGANIZATION = "sip.Organization", "Organization", Str;
    P_ACCESS_NETWORK_INFO = "sip.P-Access-Network-Info", "P-Access-Network-Info", Str;
    P_ASSERTED_IDENTITY = "sip.P-Asserted-Identity", "P-Asserted-Identity", Str;
    P_ASSOCIATED_URI = "sip.P-Associated-URI", "P-Associated-URI", Str;
    P_CALLED_PARTY_ID = "sip.P-Called-Party-ID", "P-Called-Party-ID", Str;
    P_CHARGING_FUNCTION_ADDRESSES = "sip.P-Charging-Function-Addresses", "P-Charging-Function-Addresses", Str;
    P_CHARGING_VECTOR = "sip.P-Charging-Vector", "P-Charging-Vector", Str;
    P_EARLY_MEDIA = "sip.P-Early-Media", "P-Early-Media", Str;
    P_PREFERRED_IDENTITY = "sip.P-Preferred-Identity", "P-Preferred-Identity", Str;
    P_VISITED_NETWORK_ID = "sip.P-Visited-Network-ID", "P-Visited-Network-ID", Str;
    PATH = "sip.Path", "Path", Str;
    PRIORITY = "sip.Priority", "Priority", Str;
    PRIVACY = "sip.Privacy", "Privacy", Str;
    PROXY_AUTHENTICATE = "sip.Proxy-Authenticate", "Proxy-Authenticate", Str;
    PROXY_AUTHORIZATION = "sip.Proxy-Authorization", "Proxy-Authorization", Str;
    PROXY_REQUIRE = "sip.Proxy-Require", "Proxy-Require", Str;
    RACK = "sip.RAck", "RAck", Str;
    REASON = "sip.Reason", "Reason", Str;
    RECORD_ROUTE = "sip.Record-Route", "Record-Route", Str;
    REFER_TO = "sip.Refer-To", "Refer-To", Str;
    REFERRED_BY = "sip.Referred-by", "Referred By", Str;
    REJECT_CONTACT = "sip.Reject-Contact", "Reject-Contact", Str;
    REPLACES = "sip.Replaces", "Replaces", Str;
    REPLY_TO = "sip.Reply-To", "Reply-To", Str;
    REQUEST_DISPOSITION = "sip.Request-Disposition", "Request-Disposition", Str;
    REQUIRE = "sip.Require", "Require", Str;
    RETRY_AFTER = "sip.Retry-After", "Retry-After", U32;
    ROUTE = "sip.Route", "Route", Str;
    RSEQ = "sip.RSeq", "RSeq", U32;
    SECURITY_CLIENT = "sip.Security-Client", "Security-Client", Str;
    SECURITY_SERVER = "sip.Security-Server", "Security-Server", Str;
    SECURITY_VERIFY = "sip.Security-Verify", "Security-Verify", Str;
    SERVER = "sip.Server", "Server", Str;
    SERVICE_ROUTE = "sip.Service-Route", "Service-Route", Str;
    SESSION_EXPIRES = "sip.Session-Expires", "Session-Expires", Str;
    SUBJECT = "sip.Subject", "Subject", Str;
    SUBSCRIPTION_STATE = "sip.Subscription-State", "Subscription-State", Str;
    SUPPORTED = "sip.Supported", "Supported", Str;
    TIMESTAMP = "sip.Timestamp", "Timestamp", Str;
    TO = "sip.To", "To", Str;
    UNSUPPORTED = "sip.Unsupported", "Unsupported", Str;
    USER_AGENT = "sip.User-Agent", "User-Agent", Str;
    VIA = "sip.Via", "Via", Str;
    WARNING = "sip.Warning", "Warning", Str;
    WWW_AUTHENTICATE = "sip.WWW-Authenticate", "WWW-Authenticate", Str;
}

/// Header fields by their names, long and short.
static HEADERS: &[(&str, &str, &Field)] = &[
    ("Accept", "Accept", &ACCEPT),
    ("Accept-Contact", "Accept-Contact", &ACCEPT_CONTACT),
    ("Accept-Encoding", "Accept-Encoding", &ACCEPT_ENCODING),
    ("Accept-Language", "Accept-Language", &ACCEPT_LANGUAGE),
    ("Alert-Info", "Alert-Info", &ALERT_INFO),
    ("Allow", "Allow", &ALLOW),
    ("Allow-Events", "u", &ALLOW_EVENTS),
    ("Authentication-Info", "Authentication-Info", &AUTHENTICATION_INFO),
    ("Authorization", "Authorization", &AUTHORIZATION),
    ("Call-ID", "i", &CALL_ID),
    ("Call-Info", "Call-Info", &CALL_INFO),
    ("Contact", "m", &CONTACT),
    ("Content-Disposition", "Content-Disposition", &CONTENT_DISPOSITION),
    ("Content-Encoding", "e", &CONTENT_ENCODING),
    ("Content-Language", "Content-Language", &CONTENT_LANGUAGE),
    ("Content-Length", "l", &CONTENT_LENGTH),
    ("Content-Type", "c", &CONTENT_TYPE),
    ("CSeq", "CSeq", &CSEQ),
    ("Date", "Date", &DATE),
    ("Diversion", "Diversion", &DIVERSION),
    ("Error-Info", "Error-Info", &ERROR_INFO),
    ("Event", "o", &EVENT),
    ("Expires", "Expires", &EXPIRES),
    ("From", "f", &FROM),
    ("Geolocation", "Geolocation", &GEOLOCATION),
    ("History-Info", "History-Info", &HISTORY_INFO),
    ("Identity", "Identity", &IDENTITY),
    ("In-Reply-To", "In-Reply-To", &IN_REPLY_TO),
    ("Join", "Join", &JOIN),
    ("Max-Forwards", "Max-Forwards", &MAX_FORWARDS),
    ("MIME-Version", "MIME-Version", &MIME_VERSION),
    ("Min-Expires", "Min-Expires", &MIN_EXPIRES),
    ("Min-SE", "Min-SE", &MIN_SE),
    ("Organization", "Organization", &ORGANIZATION),
    ("P-Access-Network-Info", "P-Access-Network-Info", &P_ACCESS_NETWORK_INFO),
    ("P-Asserted-Identity", "P-Asserted-Identity", &P_ASSERTED_IDENTITY),
    ("P-Associated-URI", "P-Associated-URI", &P_ASSOCIATED_URI),
    ("P-Called-Party-ID", "P-Called-Party-ID", &P_CALLED_PARTY_ID),
    ("P-Charging-Function-Addresses", "P-Charging-Function-Addresses", &P_CHARGING_FUNCTION_ADDRESSES),
    ("P-Charging-Vector", "P-Charging-Vector", &P_CHARGING_VECTOR),
    ("P-Early-Media", "P-Early-Media", &P_EARLY_MEDIA),
    ("P-Preferred-Identity", "P-Preferred-Identity", &P_PREFERRED_IDENTITY),
    ("P-Visited-Network-ID", "P-Visited-Network-ID", &P_VISITED_NETWORK_ID),
    ("Path", "Path", &PATH),
    ("Priority", "Priority", &PRIORITY),
    ("Privacy", "Privacy", &PRIVACY),
    ("Proxy-Authenticate", "Proxy-Authenticate", &PROXY_AUTHENTICATE),
    ("Proxy-Authorization", "Proxy-Authorization", &PROXY_AUTHORIZATION),
    ("Proxy-Require", "Proxy-Require", &PROXY_REQUIRE),
    ("RAck", "RAck", &RACK),
    ("Reason", "Reason", &REASON),
    ("Record-Route", "Record-Route", &RECORD_ROUTE),
    ("Refer-To", "r", &REFER_TO),
    ("Referred-by", "b", &REFERRED_BY),
    ("Reject-Contact", "Reject-Contact", &REJECT_CONTACT),
    ("Replaces", "Replaces", &REPLACES),
    ("Reply-To", "Reply-To", &REPLY_TO),
    ("Request-Disposition", "Request-Disposition", &REQUEST_DISPOSITION),
    ("Require", "Require", &REQUIRE),
    ("Retry-After", "Retry-After", &RETRY_AFTER),
    ("Route", "Route", &ROUTE),
    ("RSeq", "RSeq", &RSEQ),
    ("Security-Client", "Security-Client", &SECURITY_CLIENT),
    ("Security-Server", "Security-Server", &SECURITY_SERVER),
    ("Security-Verify", "Security-Verify", &SECURITY_VERIFY),
    ("Server", "Server", &SERVER),
    ("Service-Route", "Service-Route", &SERVICE_ROUTE),
    ("Session-Expires", "x", &SESSION_EXPIRES),
    ("Subject", "s", &SUBJECT),
    ("Subscription-State", "Subscription-State", &SUBSCRIPTION_STATE),
    ("Supported", "k", &SUPPORTED),
    ("Timestamp", "Timestamp", &TIMESTAMP),
    ("To", "t", &TO),
    ("Unsupported", "Unsupported", &UNSUPPORTED),
    ("User-Agent", "User-Agent", &USER_AGENT),
    ("Via", "v", &VIA),
    ("Warning", "Warning", &WARNING),
    ("WWW-Authenticate", "WWW-Authenticate", &WWW_AUTHENTICATE),
];

/// Records the head, and passes over it.
pub(super) fn record<S: Sink>(c: &mut Cursor<'_, S>, start: &Start<'_>, head: &Head<'_>) -> Result<(), Stop> {
    if !S::DETAIL {
        return c.skip(head.len);
    }
    let from = c.pos();
    let bytes = c.rest();
    let mut lines = Lines { bytes, at: 0 };
    let Some(first) = lines.next() else { return c.skip(head.len) };
    let line = (from, from + first.text.len());
    c.put(if matches!(start, Start::Request { .. }) { &REQUEST_LINE } else { &STATUS_LINE }, line.0, line.1, 0);
    c.below(|c| match start {
        Start::Request { method, uri } => {
            let at = from + method.len() + 1;
            c.put(&METHOD, from, from + method.len(), 0);
            c.put(&URI, at, at + uri.len(), 0);
        }
        Start::Response { status, .. } => {
            let code = status.iter().fold(0, |num, digit| num * 10 + u64::from(digit.wrapping_sub(b'0')));
            c.put(&STATUS, from + 8, from + 11, code);
        }
    });
    c.put(&HEADER, from + first.end, from + head.len, 0);
    c.label(|l| _ = l.str("Message Header"));
    c.below(|c| {
        lines.take_while(|line| !line.text.is_empty()).for_each(|line| header(c, from + line.start, line.text));
    });
    c.skip(head.len)
}

/// Records one header field, whose line starts at `at`.
fn header<S: Sink>(c: &mut Cursor<'_, S>, at: usize, text: &[u8]) {
    let colon = memchr::memchr(b':', text).unwrap_or(text.len());
    let (name, value) = text.split_at(colon);
    let name = name.trim_ascii_end();
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    let field = HEADERS.iter().find(|(long, short, _)| is(long) || is(short)).map_or(&OTHER, |(_, _, field)| field);
    let spaces = value.get(1..).map_or(0, |value| value.len() - value.trim_ascii_start().len()) + 1;
    let start = at + (colon + spaces).min(text.len());
    let value = text.get(colon + spaces..).unwrap_or_default();
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = value.iter().take(digits.min(18)).fold(0, |num, digit| num * 10 + u64::from(digit.wrapping_sub(b'0')));
    c.put(field, start, at + text.len(), number);
    c.label(|l| _ = l.text(text));
    if std::ptr::eq(field, &CSEQ) {
        c.below(|c| {
            c.put(&SEQUENCE, start, start + digits, number);
            c.put(&SEQUENCE_METHOD, (start + digits + 1).min(at + text.len()), at + text.len(), 0);
        });
    }
}
