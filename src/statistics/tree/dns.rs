//! `-z dns,tree`: what is asked and answered over DNS.

use super::super::{Depth, Kind, Needs, Seen};
use super::{Counter, Label, Place, Tree, make};
use crate::dissect::field::Field;
use crate::dissect::registry::Registry;
use crate::dissect::sink::Item;

/// The statistic of this file.
pub(crate) const KINDS: [Kind; 1] = [Kind { name: "dns,tree", make: |request| make(request, "DNS", Dns::new) }];

/// The nodes for numbers of labels, the first for one.
const LEVELS: [&str; 4] = ["1st Level", "2nd Level", "3rd Level", "4th Level or more"];

struct Dns {
    all: Place,
    codes: Place,
    opcodes: Place,
    directions: Place,
    types: Place,
    classes: Place,
    size: Place,
    name_len: Place,
    levels: [Place; LEVELS.len()],
    questions: Place,
    answers: Place,
    authorities: Place,
    additionals: Place,
    time: Place,
    unsolicited: Place,
    repeated: Place,
}

impl Dns {
    fn new(tree: &mut Tree) -> Self {
        let all = tree.node(None, "Total Packets");
        let size = tree.whole(None, "Payload size");
        let queries = tree.node(None, "Query Stats");
        let labels = tree.node(Some(queries), "Label Stats");
        let responses = tree.node(None, "Response Stats");
        let service = tree.node(None, "Service Stats");
        Self {
            all,
            codes: tree.node(Some(all), "rcode"),
            opcodes: tree.node(Some(all), "opcodes"),
            directions: tree.node(Some(all), "Query/Response"),
            types: tree.node(Some(all), "Query Type"),
            classes: tree.node(Some(all), "Class"),
            size,
            name_len: tree.whole(Some(queries), "Qname Len"),
            levels: LEVELS.map(|label| tree.node(Some(labels), label)),
            questions: tree.whole(Some(responses), "no. of questions"),
            answers: tree.whole(Some(responses), "no. of answers"),
            authorities: tree.whole(Some(responses), "no. of authorities"),
            additionals: tree.whole(Some(responses), "no. of additionals"),
            time: tree.real(Some(service), "request-response time (msec)"),
            unsolicited: tree.node(Some(service), "no. of unsolicited responses"),
            repeated: tree.node(Some(service), "no. of retransmissions"),
        }
    }

    fn message(&self, message: &Message, tree: &mut Tree) {
        tree.tick(self.all);
        let words = [
            (self.codes, message.code),
            (self.opcodes, message.opcode),
            (self.types, message.kind),
            (self.classes, message.class),
        ];
        for (place, value) in words {
            tree.tick(place);
            tree.tick_at(Some(place), value.label());
        }
        tree.tick(self.directions);
        tree.tick_at(Some(self.directions), if message.response { "Response" } else { "Query" });
        tree.value(self.size, message.size);
        if message.response {
            let counts = [
                (self.questions, message.questions),
                (self.answers, message.answers),
                (self.authorities, message.authorities),
                (self.additionals, message.additionals),
            ];
            // tshark counts each response whose query it knows twice here.
            let times = if message.time.is_some() && !message.repeated { 2 } else { 1 };
            for (place, count) in counts.into_iter().cycle().take(counts.len() * times) {
                tree.value(place, count);
            }
            if message.unsolicited {
                tree.tick(self.unsolicited);
            } else if message.repeated {
                tree.tick(self.repeated);
            } else if let Some(nanos) = message.time {
                tree.real_value(self.time, (nanos as f64 / 1e6) as f32);
            }
        } else {
            tree.value(self.name_len, message.name_len);
            let level = self.levels.get(message.labels.saturating_sub(1) as usize).or(self.levels.last());
            if let Some(level) = level.filter(|_| message.labels > 0) {
                tree.tick(*level);
            }
        }
    }
}

/// A number with its name.
#[derive(Clone, Copy)]
struct Named {
    name: Option<&'static str>,
    number: u64,
    /// What stands before the number of one without name.
    unknown: &'static str,
}

impl Named {
    fn new(unknown: &'static str, number: u64, name: Option<&'static str>) -> Self {
        Self { name, number, unknown }
    }
    fn read(&mut self, item: &Item) {
        self.number = item.value();
        self.name = item.field.name(self.number);
    }
    fn label(&self) -> Label {
        match self.name {
            Some(name) => name.into(),
            None => Label::words(format!("{} ({})", self.unknown, self.number)),
        }
    }
}

/// The field of the reply code, for its names.
fn code_field() -> Option<&'static Field> {
    Registry::named("dns")?.fields().find(|field| field.key == "dns.flags.rcode")
}

/// A DNS message, as far as its fields tell.
struct Message {
    code: Named,
    opcode: Named,
    kind: Named,
    class: Named,
    response: bool,
    size: i64,
    name_len: i64,
    labels: u64,
    questions: i64,
    answers: i64,
    authorities: i64,
    additionals: i64,
    time: Option<i64>,
    repeated: bool,
    unsolicited: bool,
    /// Whether a question has been read: the first counts.
    asked: bool,
}

impl Message {
    fn new(layer: &Item) -> Self {
        Self {
            code: Named::new("Unknown rcode", 0, None),
            opcode: Named::new("Unknown opcode", 0, None),
            kind: Named::new("Unknown packet type", 0, Some("Unused")),
            class: Named::new("Unknown class", 0, None),
            response: false,
            size: layer.end.saturating_sub(layer.start).into(),
            name_len: 0,
            labels: 0,
            questions: 0,
            answers: 0,
            authorities: 0,
            additionals: 0,
            time: None,
            repeated: false,
            unsolicited: false,
            asked: false,
        }
    }
    fn read(&mut self, item: &Item) {
        let value = item.value();
        let count = value as i64;
        match item.field.key {
            "dns.length" => self.size = count.saturating_add(2),
            "dns.flags.response" => self.response = value != 0,
            "dns.flags.opcode" => self.opcode.read(item),
            // Queries have one, too, though it is not shown.
            "dns.flags" => {
                self.code.number = value & 0xf;
                self.code.name = code_field().and_then(|field| field.name(self.code.number));
            }
            "dns.qry.name.len" if !self.asked => self.name_len = count,
            "dns.count.labels" if !self.asked => self.labels = value,
            "dns.qry.type" if !self.asked => self.kind.read(item),
            "dns.qry.class" if !self.asked => {
                self.class.read(item);
                self.asked = true;
            }
            "dns.count.queries" | "dns.count.zones" => self.questions = count,
            "dns.count.answers" | "dns.count.prerequisites" => self.answers = count,
            "dns.count.auth_rr" | "dns.count.updates" => self.authorities = count,
            "dns.count.add_rr" => self.additionals = count,
            "dns.time" => self.time = Some(value as i64),
            "dns.retransmission" => self.repeated = value != 0,
            "dns.unsolicited" => self.unsolicited = value != 0,
            _ => {}
        }
    }
}

impl Counter for Dns {
    fn needs(&self) -> Needs {
        Needs { depth: Depth::Values, ..Needs::default() }
    }
    fn count(&mut self, seen: &Seen<'_>, tree: &mut Tree) {
        for (layer, items, _) in seen.layers_with_end("dns").filter(|(.., whole)| *whole) {
            let mut message = Message::new(layer);
            items.iter().for_each(|item| message.read(item));
            tree.happens(seen.elapsed);
            self.message(&message, tree);
        }
    }
}
