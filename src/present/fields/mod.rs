//! `-e`: the values of chosen fields, as separated lines (`-T fields`), JSON, Elasticsearch's lines or PDML.

mod chosen;
mod options;

use super::View;
use super::escape;
use super::time::Clock;
use super::{ek, json, pdml};
use crate::dissect::line::Line;
use crate::dissect::worker::Worker;
use crate::source::Frame;

pub use chosen::{Chosen, Unknown};
pub use options::{Occurrence, Separation};

/// How the values of chosen fields are written.
pub enum Form {
    /// A line a frame, separated.
    Lines(Separation),
    /// An array of objects.
    Json,
    /// Two lines a frame, for Elasticsearch.
    Ek,
    /// XML.
    Pdml(pdml::Head),
}

/// Prints the values of chosen fields.
pub struct Fields {
    chosen: Chosen,
    form: Form,
    clock: Clock,
    line: Line,
    started: bool,
}

impl Fields {
    /// The fields of `chosen` in `form`; columns of the summary with times as `clock` shows them.
    pub fn new(chosen: Chosen, form: Form, clock: Clock) -> Self {
        Self { chosen, form, clock, line: Line::default(), started: false }
    }
}

impl View for Fields {
    fn begin(&mut self, out: &mut Vec<u8>) {
        match &self.form {
            Form::Lines(separation) => separation.begin(&self.chosen, out),
            Form::Json => out.push(b'['),
            Form::Ek => {}
            Form::Pdml(head) => head.write(out),
        }
    }

    fn shows_rows(&self) -> bool {
        self.chosen.has_columns()
    }

    fn frame(&mut self, frame: &Frame<'_>, worker: &mut Worker, out: &mut Vec<u8>) {
        let (sink, row) = (&worker.sink, &worker.row);
        let occurrence = match &self.form {
            Form::Lines(separation) => separation.occurrence,
            _ => Occurrence::All,
        };
        self.chosen.collect(sink, frame, occurrence, &mut self.line);
        self.chosen.collect_columns(frame, row, &mut self.clock, &mut self.line);
        self.clock.tick(frame.time);
        let chosen = &self.chosen;
        match &self.form {
            Form::Lines(separation) => separation.line(chosen, out),
            Form::Json => {
                json::head(frame, &mut self.started, &mut self.line, out);
                as_json(chosen, out);
                out.extend_from_slice(b"\n    }\n  }");
            }
            Form::Ek => {
                ek::head(frame, &mut self.line, out);
                as_ek(chosen, out);
                out.extend_from_slice(b"}}\n");
            }
            Form::Pdml(_) => {
                pdml::frame_head(frame, &mut self.line, out);
                as_pdml(chosen, out);
                out.extend_from_slice(b"</packet>\n\n\n");
            }
        }
    }

    fn skip(&mut self, frame: &Frame<'_>) {
        self.clock.tick(frame.time);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        match &self.form {
            Form::Json => out.extend_from_slice(if self.started { b"\n]\n" } else { b"]\n" }),
            Form::Pdml(_) => out.extend_from_slice(b"</pdml>\n"),
            _ => {}
        }
    }
}

/// Writes between `separator`s what `write` writes for each of `all`.
fn each<T>(all: impl Iterator<Item = T>, separator: &[u8], out: &mut Vec<u8>, mut write: impl FnMut(T, &mut Vec<u8>)) {
    for (i, one) in all.enumerate() {
        if i > 0 {
            out.extend_from_slice(separator);
        }
        write(one, out);
    }
}

fn as_json(chosen: &Chosen, out: &mut Vec<u8>) {
    out.push(b'{');
    let mut any = false;
    each(chosen.present(), b",", out, |(name, values), out| {
        any = true;
        out.extend_from_slice(b"\n        \"");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\": [\n          ");
        each(values, b",\n          ", out, quoted);
        out.extend_from_slice(b"\n        ]");
    });
    out.extend_from_slice(if any { b"\n      }" } else { b"}" });
}

fn quoted(value: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    escape::json(value, out);
    out.push(b'"');
}

fn as_ek(chosen: &Chosen, out: &mut Vec<u8>) {
    each(chosen.present(), b",", out, |(name, values), out| {
        out.push(b'"');
        out.extend(name.bytes().map(|byte| if byte == b'.' { b'_' } else { byte }));
        out.extend_from_slice(b"\":[");
        each(values, b",", out, quoted);
        out.push(b']');
    });
}

fn as_pdml(chosen: &Chosen, out: &mut Vec<u8>) {
    for (name, values) in chosen.present() {
        for value in values {
            out.extend_from_slice(b"  <field name=\"");
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\" value=\"");
            escape::xml(value, out);
            out.extend_from_slice(b"\"/>\n");
        }
    }
}
