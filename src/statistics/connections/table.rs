//! The connections as a table, in plain columns, or as comma-separated values.

use std::io::Write;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::connection::{Connection, Outcome, Trouble};
use super::{Connections, Ending};

/// All that rows are made from.
pub(super) struct Rows<'a> {
    pub(super) all: &'a Connections,
    pub(super) ending: &'a Ending<'a>,
    /// The connections by their numbers, in order.
    pub(super) order: Vec<u32>,
}

impl Rows<'_> {
    /// The rows, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.order.iter().filter_map(|&number| {
            let connection = self.all.all.get(number as usize)?.as_ref()?;
            let (client, known) = connection.client();
            Some(Row { rows: self, number, connection, client, known })
        })
    }
}

/// One connection, and which way its client sends.
pub(super) struct Row<'a> {
    rows: &'a Rows<'a>,
    number: u32,
    connection: &'a Connection,
    client: usize,
    known: bool,
}

/// One column, in every format.
pub(super) struct Column {
    /// Its heading.
    head: &'static str,
    /// Its name for programs.
    pub(super) name: &'static str,
    /// Whether it holds numbers.
    pub(super) number: bool,
    /// Whether it is for programs only.
    machine: bool,
    /// What stands in it; empty where nothing is known.
    pub(super) cell: fn(&Row<'_>) -> String,
}

const fn text(head: &'static str, name: &'static str, cell: fn(&Row<'_>) -> String) -> Column {
    Column { head, name, number: false, machine: false, cell }
}
const fn number(head: &'static str, name: &'static str, cell: fn(&Row<'_>) -> String) -> Column {
    Column { head, name, number: true, machine: false, cell }
}
const fn machine(name: &'static str, number: bool, cell: fn(&Row<'_>) -> String) -> Column {
    Column { head: "", name, number, machine: true, cell }
}

/// Every column.
#[allow(clippy::redundant_closure_for_method_calls, reason = "a method of a row does not serve rows of any lifetime")]
pub(super) const COLUMNS: &[Column] = &[
    number("#", "stream", |row| row.number.to_string()),
    number("Start s", "start_s", |row| seconds(row.connection.first)),
    machine("start_epoch_s", true, |row| row.epoch()),
    number("Duration s", "duration_s", |row| seconds(row.connection.duration())),
    text("Client", "client", |row| row.end(row.client)),
    text("Server", "server", |row| row.end(1 - row.client)),
    machine("client_known_by", false, |row| if row.known { "handshake" } else { "ports" }.to_owned()),
    text("Client state", "client_state", |row| row.connection.state(row.client).name().to_owned()),
    text("Server state", "server_state", |row| row.connection.state(1 - row.client).name().to_owned()),
    number("SYN→SYN,ACK ms", "syn_to_syn_ack_ms", |row| row.handshake(0)),
    number("SYN,ACK→ACK ms", "syn_ack_to_ack_ms", |row| row.handshake(1)),
    number("SYN retries", "syn_retries", |row| row.connection.syn_retries.to_string()),
    text("Ended", "ended", |row| row.ended()),
    machine("closed_first_by", false, |row| row.closer()),
    machine("client_fin", false, |row| row.connection.fin(row.client).to_string()),
    machine("server_fin", false, |row| row.connection.fin(1 - row.client).to_string()),
    number("Bytes →", "bytes_from_client", |row| way(&row.connection.bytes, row.client).to_string()),
    number("Bytes ←", "bytes_from_server", |row| way(&row.connection.bytes, 1 - row.client).to_string()),
    number("Segm. →", "segments_from_client", |row| way(&row.connection.segments, row.client).to_string()),
    number("Segm. ←", "segments_from_server", |row| way(&row.connection.segments, 1 - row.client).to_string()),
    number("Retr.", "retransmissions", |row| row.trouble(|trouble| trouble.retransmissions)),
    number("OoO", "out_of_order", |row| row.trouble(|trouble| trouble.out_of_order)),
    number("DupAck", "duplicate_acks", |row| row.trouble(|trouble| trouble.duplicate_acks)),
    number("ZeroWin", "zero_windows", |row| row.trouble(|trouble| trouble.zero_windows)),
    number("RTT min ms", "rtt_min_ms", |row| row.connection.rtt().map_or(String::new(), |rtt| millis(rtt.min))),
    number("RTT med. ms", "rtt_median_ms", |row| row.connection.rtt().map_or(String::new(), |rtt| millis(rtt.median))),
    text("Protocol", "protocol", |row| row.rows.all.protocols.get(row.connection.protocol).map_or(String::new(), own)),
    text("Name", "name", |row| row.rows.all.names.get(row.connection.name).map_or(String::new(), own)),
];

#[allow(clippy::borrowed_box, reason = "what a list holds")]
fn own(text: &Box<str>) -> String {
    text.to_string()
}

/// What goes one way.
fn way<T: Copy + Default>(both: &[T; 2], way: usize) -> T {
    both.get(way).copied().unwrap_or_default()
}

/// Nanoseconds as seconds, to the microsecond.
fn seconds(nanos: i64) -> String {
    let (sign, nanos) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    format!("{sign}{}.{:06}", nanos / 1_000_000_000, nanos / 1000 % 1_000_000)
}

/// Microseconds as milliseconds.
fn millis(micros: u64) -> String {
    format!("{}.{:03}", micros / 1000, micros % 1000)
}

impl Row<'_> {
    fn end(&self, way: usize) -> String {
        let port = self.connection.ports.get(way).copied().unwrap_or_default();
        let place = self.connection.hosts.get(way).copied().unwrap_or_default();
        let Some(address) = self.rows.all.hosts.get(place) else { return String::new() };
        let host = self.rows.ending.host(address);
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
    fn epoch(&self) -> String {
        let Some(began) = self.rows.all.began else { return String::new() };
        let nanos = began + i128::from(self.connection.first);
        let (sign, nanos) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
        format!("{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
    }
    fn handshake(&self, part: usize) -> String {
        let times = self.connection.handshake_times();
        times.get(part).copied().flatten().map_or(String::new(), |micros| millis(micros.into()))
    }
    fn trouble(&self, count: fn(&Trouble) -> u32) -> String {
        let both = [0, 1].map(|way| u64::from(count(&self.connection.trouble_of(way))));
        both.iter().sum::<u64>().to_string()
    }
    fn who(&self, way: usize) -> &'static str {
        if way == self.client { "client" } else { "server" }
    }
    fn ended(&self) -> String {
        match self.connection.outcome() {
            Outcome::Open => "still open".to_owned(),
            Outcome::Unanswered => "never answered".to_owned(),
            Outcome::Refused => "refused".to_owned(),
            Outcome::HalfClosed(way) => format!("half-closed by {}", self.who(way)),
            Outcome::Closed(way) => format!("FIN by {} then {}", self.who(way), self.who(1 - way.min(1))),
            Outcome::Reset(way, false) => format!("RST by {}", self.who(way)),
            Outcome::Reset(way, true) => format!("RST by {} after FIN", self.who(way)),
        }
    }
    fn closer(&self) -> String {
        match self.connection.outcome() {
            Outcome::HalfClosed(way) | Outcome::Closed(way) | Outcome::Reset(way, false) => self.who(way).to_owned(),
            Outcome::Reset(_, true) => self.connection.first_fin().map_or("", |way| self.who(way)).to_owned(),
            Outcome::Refused => "server".to_owned(),
            Outcome::Open | Outcome::Unanswered => String::new(),
        }
    }
}

fn shown() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| !column.machine)
}

/// Writes the table, with borders or in plain columns.
pub(super) fn write(rows: &Rows<'_>, borders: bool, out: &mut Vec<u8>) {
    if !borders {
        return plain(rows, true, false, out);
    }
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(shown().map(|column| column.head));
    for (i, column) in shown().enumerate() {
        if column.number
            && let Some(place) = table.column_mut(i)
        {
            place.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in rows.iter() {
        table.add_row(shown().map(|column| (column.cell)(&row)));
    }
    for line in table.lines() {
        _ = writeln!(out, "{}", line.trim_end());
    }
}

/// How wide a column is at least where more rows are to come.
fn usual(name: &str) -> usize {
    match name {
        "client" | "server" => 21,
        "ended" => 25,
        "client_state" | "server_state" => 12,
        "start_s" | "duration_s" => 12,
        "bytes_from_client" | "bytes_from_server" => 9,
        "protocol" => 8,
        _ => 0,
    }
}

/// Columns without borders, two spaces apart. Nothing of a row is kept, however many there are.
pub(super) fn plain(rows: &Rows<'_>, heading: bool, more: bool, out: &mut Vec<u8>) {
    let len = |text: &str| text.chars().count();
    let least = |column: &Column| if more { usual(column.name) } else { 0 };
    let mut widths: Vec<usize> = shown().map(|column| len(column.head).max(least(column))).collect();
    for row in rows.iter() {
        for (width, column) in widths.iter_mut().zip(shown()) {
            *width = len(&(column.cell)(&row)).max(*width);
        }
    }
    let mut line = |cells: &mut dyn Iterator<Item = (String, bool)>| {
        let start = out.len();
        for (i, ((cell, right), &width)) in cells.zip(&widths).enumerate() {
            out.extend_from_slice(if i == 0 { b"" } else { b"  " });
            // Nothing known shows as a dash, so that a column is always the same word of its line.
            let cell = if cell.is_empty() { "-".to_owned() } else { cell };
            _ = if right { write!(out, "{cell:>width$}") } else { write!(out, "{cell:<width$}") };
        }
        let end =
            out.len() - out.get(start..).unwrap_or_default().iter().rev().take_while(|&&byte| byte == b' ').count();
        out.truncate(end);
        out.push(b'\n');
    };
    if heading {
        line(&mut shown().map(|column| (column.head.to_owned(), column.number)));
    }
    for row in rows.iter() {
        line(&mut shown().map(|column| ((column.cell)(&row), column.number)));
    }
}

/// Writes comma-separated values (RFC 4180), under a line of names if a `heading` is wanted.
pub(super) fn write_csv(rows: &Rows<'_>, heading: bool, out: &mut Vec<u8>) {
    if heading {
        let names: Vec<_> = COLUMNS.iter().map(|column| column.name).collect();
        _ = writeln!(out, "{}", names.join(","));
    }
    for row in rows.iter() {
        for (i, column) in COLUMNS.iter().enumerate() {
            let cell = (column.cell)(&row);
            out.extend_from_slice(if i == 0 { b"" } else { b"," });
            if cell.contains(['"', ',', '\n', '\r']) {
                _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
            } else {
                out.extend_from_slice(cell.as_bytes());
            }
        }
        out.push(b'\n');
    }
}
