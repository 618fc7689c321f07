//! The fields of a message's head, and the names of status codes.

use crate::dissect::field::Field;
use crate::{experts, fields, names};

experts! {
    CHAT = "http.chat", "Formatted text", Chat, Sequence;
    BAD_NAME = "http.bad_header_name", "Illegal characters found in header name", Warning, Protocol;
    UNENCRYPTED = "http.tls_port", "Unencrypted HTTP protocol detected over encrypted port, could indicate a dangerous misconfiguration.", Warning, Security;
}

fields! {
    START_LINE = "", "Start line", None;
    EMPTY_LINE = "", "\\r\\n", None;
    METHOD = "http.request.method", "Request Method", Str;
    URI = "http.request.uri", "Request URI", Str;
    PATH = "http.request.uri.path", "Request URI Path", Str;
    QUERY = "http.request.uri.query", "Request URI Query", Str;
    PARAMETER = "http.request.uri.query.parameter", "Request URI Query Parameter", Str;
    REQUEST_VERSION = "http.request.version", "Request Version", Str;
    VERSION = "http.response.version", "Response Version", Str;
    CODE = "http.response.code", "Status Code", U16;
    DESCRIPTION = "http.response.code.desc", "Status Code Description", Str;
    PHRASE = "http.response.phrase", "Response Phrase", Str;
    REQUEST_LINE = "http.request.line", "Request line", Str;
    RESPONSE_LINE = "http.response.line", "Response line", Str;
    UNKNOWN = "http.unknown_header", "Unknown header", Str;
    ACCEPT = "http.accept", "Accept", Str;
    ACCEPT_ENCODING = "http.accept_encoding", "Accept Encoding", Str;
    ACCEPT_LANGUAGE = "http.accept_language", "Accept-Language", Str;
    AUTHORIZATION = "http.authorization", "Authorization", Str;
    CREDENTIALS = "http.authbasic", "Credentials", Str;
    CACHE_CONTROL = "http.cache_control", "Cache-Control", Str;
    CONNECTION = "http.connection", "Connection", Str;
    CONTENT_ENCODING = "http.content_encoding", "Content-Encoding", Str;
    CONTENT_LENGTH = "http.content_length_header", "Content-Length", Str;
    LENGTH = "http.content_length", "Content length", U64;
    CONTENT_TYPE = "http.content_type", "Content-Type", Str;
    COOKIE = "http.cookie", "Cookie", Str;
    COOKIE_PAIR = "http.cookie_pair", "Cookie pair", Str;
    DATE = "http.date", "Date", Str;
    HOST = "http.host", "Host", Str;
    HTTP2_SETTINGS = "http.http2_settings", "HTTP2-Settings", Str;
    LAST_MODIFIED = "http.last_modified", "Last-Modified", Str;
    LOCATION = "http.location", "Location", Str;
    PROXY_AUTHENTICATE = "http.proxy_authenticate", "Proxy-Authenticate", Str;
    PROXY_AUTHORIZATION = "http.proxy_authorization", "Proxy-Authorization", Str;
    REFERER = "http.referer", "Referer", Str;
    SERVER = "http.server", "Server", Str;
    SET_COOKIE = "http.set_cookie", "Set-Cookie", Str;
    TRANSFER_ENCODING = "http.transfer_encoding", "Transfer-Encoding", Str;
    UPGRADE = "http.upgrade", "Upgrade", Str;
    USER_AGENT = "http.user_agent", "User-Agent", Str;
    WS_ACCEPT = "http.sec_websocket_accept", "Sec-WebSocket-Accept", Str;
    WS_EXTENSIONS = "http.sec_websocket_extensions", "Sec-WebSocket-Extensions", Str;
    WS_KEY = "http.sec_websocket_key", "Sec-WebSocket-Key", Str;
    WS_PROTOCOL = "http.sec_websocket_protocol", "Sec-WebSocket-Protocol", Str;
    WS_VERSION = "http.sec_websocket_version", "Sec-WebSocket-Version", Str;
    WWW_AUTHENTICATE = "http.www_authenticate", "WWW-Authenticate", Str;
    FORWARDED_FOR = "http.x_forwarded_for", "X-Forwarded-For", Str;
    FULL_URI = "http.request.full_uri", "Full request URI", Str;
    REQUEST = "http.request", "Request", Bool;
    RESPONSE = "http.response", "Response", Bool;
    NOTIFICATION = "http.notification", "Notification", Bool;
    REQUEST_NUMBER = "http.request_number", "Request number", U32;
    RESPONSE_NUMBER = "http.response_number", "Response number", U32;
    TIME = "http.time", "Time since request", RelTime;
    PREVIOUS_REQUEST = "http.prev_request_in", "Prev request in frame", FrameNum;
    PREVIOUS_RESPONSE = "http.prev_response_in", "Prev response in frame", FrameNum;
    REQUEST_IN = "http.request_in", "Request in frame", FrameNum;
    RESPONSE_FOR = "http.response_for.uri", "Request URI", Str;
}

/// Header fields that are fields of their own, by name (RFC 9110 section 18.4), in lower case.
pub(super) static HEADERS: &[(&[u8], &Field)] = &[
    (b"accept", &ACCEPT),
    (b"accept-encoding", &ACCEPT_ENCODING),
    (b"accept-language", &ACCEPT_LANGUAGE),
    (b"authorization", &AUTHORIZATION),
    (b"cache-control", &CACHE_CONTROL),
    (b"connection", &CONNECTION),
    (b"content-encoding", &CONTENT_ENCODING),
    (b"content-length", &CONTENT_LENGTH),
    (b"content-type", &CONTENT_TYPE),
    (b"cookie", &COOKIE),
    (b"date", &DATE),
    (b"host", &HOST),
    (b"http2-settings", &HTTP2_SETTINGS),
    (b"last-modified", &LAST_MODIFIED),
    (b"location", &LOCATION),
    (b"proxy-authenticate", &PROXY_AUTHENTICATE),
    (b"proxy-authorization", &PROXY_AUTHORIZATION),
    (b"referer", &REFERER),
    (b"sec-websocket-accept", &WS_ACCEPT),
    (b"sec-websocket-extensions", &WS_EXTENSIONS),
    (b"sec-websocket-key", &WS_KEY),
    (b"sec-websocket-protocol", &WS_PROTOCOL),
    (b"sec-websocket-version", &WS_VERSION),
    (b"server", &SERVER),
    (b"set-cookie", &SET_COOKIE),
    (b"transfer-encoding", &TRANSFER_ENCODING),
    (b"upgrade", &UPGRADE),
    (b"user-agent", &USER_AGENT),
    (b"www-authenticate", &WWW_AUTHENTICATE),
    (b"x-forwarded-for", &FORWARDED_FOR),
];

names! {
    /// What status codes mean (IANA, and some that are in use without).
    pub(crate) STATUSES {
        100 = "Continue",
        101 = "Switching Protocols",
        102 = "Processing",
        103 = "Early Hints",
        199 = "Informational - Others",
        200 = "OK",
        201 = "Created",
        202 = "Accepted",
        203 = "Non-authoritative Information",
        204 = "No Content",
        205 = "Reset Content",
        206 = "Partial Content",
        207 = "Multi-Status",
        208 = "Already Reported",
        226 = "IM Used",
        299 = "Success - Others",
        300 = "Multiple Choices",
        301 = "Moved Permanently",
        302 = "Found",
        303 = "See Other",
        304 = "Not Modified",
        305 = "Use Proxy",
        307 = "Temporary Redirect",
        308 = "Permanent Redirect",
        399 = "Redirection - Others",
        400 = "Bad Request",
        401 = "Unauthorized",
        402 = "Payment Required",
        403 = "Forbidden",
        404 = "Not Found",
        405 = "Method Not Allowed",
        406 = "Not Acceptable",
        407 = "Proxy Authentication Required",
        408 = "Request Time-out",
        409 = "Conflict",
        410 = "Gone",
        411 = "Length Required",
        412 = "Precondition Failed",
        413 = "Request Entity Too Large",
        414 = "Request-URI Too Long",
        415 = "Unsupported Media Type",
        416 = "Requested Range Not Satisfiable",
        417 = "Expectation Failed",
        418 = "I'm a teapot",
        421 = "Misdirected Request",
        422 = "Unprocessable Entity",
        423 = "Locked",
        424 = "Failed Dependency",
        425 = "Too Early",
        426 = "Upgrade Required",
        428 = "Precondition Required",
        429 = "Too Many Requests",
        431 = "Request Header Fields Too Large",
        451 = "Unavailable For Legal Reasons",
        499 = "Client Error - Others",
        500 = "Internal Server Error",
        501 = "Not Implemented",
        502 = "Bad Gateway",
        503 = "Service Unavailable",
        504 = "Gateway Time-out",
        505 = "HTTP Version not supported",
        506 = "Variant Also Negotiates",
        507 = "Insufficient Storage",
        508 = "Loop Detected",
        510 = "Not Extended",
        511 = "Network Authentication Required",
        599 = "Server Error - Others",
    }
}
