//! `-z http,tree`, `-z http_req,tree`, `-z http_srv,tree`: requests and responses over HTTP.

use super::super::{Depth, Kind, Layers, Needs, Seen};
use super::{Counter, Label, Place, Tree, make};
use crate::dissect::application::http::STATUSES;
use crate::dissect::field::name_of;
use crate::dissect::sink::Item;

/// The statistics of this file.
pub(crate) const KINDS: [Kind; 3] = [
    Kind { name: "http,tree", make: |request| make(request, "HTTP/Packet Counter", Messages::new) },
    Kind { name: "http_req,tree", make: |request| make(request, "HTTP/Requests", Requests::new) },
    Kind { name: "http_srv,tree", make: |request| make(request, "HTTP/Load Distribution", Load::new) },
];

/// Classes of status codes, each with the greatest code.
const CLASSES: [(&str, u64); 5] = [
    ("1xx: Informational", 199),
    ("2xx: Success", 299),
    ("3xx: Redirection", 399),
    ("4xx: Client Error", 499),
    ("5xx: Server Error", 599),
];

/// An HTTP message.
#[derive(Default)]
struct Message {
    /// A request's method, where it is one.
    method: Option<String>,
    uri: Option<String>,
    host: Option<String>,
    /// A response's status code, where it is one.
    code: Option<u64>,
}

impl Message {
    fn read(seen: &Seen<'_>, items: &[Item]) -> Self {
        let mut message = Self::default();
        let text = |item| Some(seen.text(item));
        for item in items {
            match item.field.key {
                "http.request.method" => {
                    // UPnP's extensions count as what they extend.
                    message.method = text(item).map(|method| match method.strip_prefix("M-") {
                        Some(extended) => extended.to_owned(),
                        None => method,
                    });
                }
                "http.request.uri" => message.uri = text(item),
                "http.host" => message.host = text(item),
                "http.response.code" => message.code = Some(item.value()),
                _ => {}
            }
        }
        message
    }
    /// Whether it asks for something.
    fn asks(&self) -> bool {
        self.method.is_some()
    }
}

/// The messages of a frame, each told to `take`.
fn each(seen: &Seen<'_>, tree: &mut Tree, mut take: impl FnMut(Message, &mut Tree)) {
    for (_, items) in seen.layers("http").chain(seen.layers("ssdp")) {
        tree.happens(seen.elapsed);
        take(Message::read(seen, items), tree);
    }
}

const NEEDS: Needs = Needs { depth: Depth::Values, ..Needs::taps(Layers::NONE) };

struct Messages {
    all: Place,
    requests: Place,
    responses: Place,
    classes: [(Place, u64); CLASSES.len()],
    broken: Place,
    others: Place,
}

impl Messages {
    fn new(tree: &mut Tree) -> Self {
        let all = tree.node(None, "Total HTTP Packets");
        let responses = tree.node(Some(all), "HTTP Response Packets");
        Self {
            all,
            requests: tree.node(Some(all), "HTTP Request Packets"),
            responses,
            classes: CLASSES.map(|(label, most)| (tree.node(Some(responses), label), most)),
            broken: tree.node(Some(responses), "???: broken"),
            others: tree.node(Some(all), "Other HTTP Packets"),
        }
    }
    fn response(&self, code: u64, tree: &mut Tree) {
        tree.tick(self.responses);
        let class = self.classes.iter().find(|(_, most)| code >= 100 && code <= *most);
        let class = class.map_or(self.broken, |(place, _)| *place);
        tree.tick(class);
        tree.tick_at(
            Some(class),
            Label::words(match name_of(STATUSES, code) {
                Some(reason) => format!("{code} {reason}"),
                None => format!("{code} Unknown ({code})"),
            }),
        );
    }
}

impl Counter for Messages {
    fn needs(&self) -> Needs {
        NEEDS
    }
    fn count(&mut self, seen: &Seen<'_>, tree: &mut Tree) {
        each(seen, tree, |message, tree| {
            tree.tick(self.all);
            match (message.code, message.method) {
                (Some(code), _) => self.response(code, tree),
                (None, Some(method)) => {
                    tree.tick(self.requests);
                    tree.tick_at(Some(self.requests), Label::words(method));
                }
                (None, None) => tree.tick(self.others),
            }
        });
    }
}

struct Requests {
    hosts: Place,
}

impl Requests {
    fn new(tree: &mut Tree) -> Self {
        Self { hosts: tree.node(None, "HTTP Requests by HTTP Host") }
    }
}

impl Counter for Requests {
    fn needs(&self) -> Needs {
        NEEDS
    }
    fn count(&mut self, seen: &Seen<'_>, tree: &mut Tree) {
        each(seen, tree, |message, tree| {
            if !message.asks() {
                return;
            }
            tree.tick(self.hosts);
            let Some(host) = message.host else { return };
            let host = tree.tick_at(Some(self.hosts), Label::words(host));
            if let Some(uri) = message.uri {
                tree.tick_at(Some(host), Label::words(uri));
            }
        });
    }
}

struct Load {
    requests: Place,
    by_address: Place,
    by_host: Place,
    responses: Place,
}

impl Load {
    fn new(tree: &mut Tree) -> Self {
        let requests = tree.node(None, "HTTP Requests by Server");
        Self {
            requests,
            by_address: tree.node(Some(requests), "HTTP Requests by Server Address"),
            by_host: tree.node(Some(requests), "HTTP Requests by HTTP Host"),
            responses: tree.node(None, "HTTP Responses by Server Address"),
        }
    }
}

impl Counter for Load {
    fn needs(&self) -> Needs {
        NEEDS
    }
    fn count(&mut self, seen: &Seen<'_>, tree: &mut Tree) {
        each(seen, tree, |message, tree| {
            if let Some(code) = message.code {
                tree.tick(self.responses);
                let server = tree.tick_at(Some(self.responses), Label::Host(seen.row.src));
                // tshark takes 100 for a failure.
                let well = code > 100 && code < 400;
                tree.tick_at(Some(server), if well { "OK" } else { "KO" });
            } else if message.asks() {
                [self.requests, self.by_address, self.by_host].into_iter().for_each(|place| tree.tick(place));
                let server = tree.tick_at(Some(self.by_address), Label::Host(seen.row.dst));
                if let Some(host) = message.host {
                    tree.tick_at(Some(server), Label::words(host.clone()));
                    let host = tree.tick_at(Some(self.by_host), Label::words(host));
                    tree.tick_at(Some(host), Label::Host(seen.row.dst));
                }
            }
        });
    }
}
