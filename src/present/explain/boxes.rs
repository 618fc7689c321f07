//! Boxes within boxes: a frame holds a packet, that a segment, that a message.

use std::io::Write;

use super::{Layer, PLAIN, ink, letter};

/// Columns of the outermost box.
const WIDTH: usize = 100;
/// Columns that a box is narrower than the one around it.
const STEP: usize = 4;
/// Columns of a box at least.
const LEAST: usize = 40;

/// Protocols that carry themselves: a second one stands within the first, not beside it.
const TUNNELS: &[&str] = &["eth", "vlan", "ip", "ipv6", "mpls", "gre", "ppp", "vxlan", "llc"];

/// A place where lines are drawn within boxes.
struct Page<'a> {
    color: bool,
    /// The layers whose boxes are open, outermost first.
    open: Vec<usize>,
    out: &'a mut Vec<u8>,
}

/// Draws the layers' boxes; `captured` bytes are in the frame.
pub(super) fn draw(layers: &[Layer], captured: usize, color: bool, out: &mut Vec<u8>) {
    let mut page = Page { color, open: Vec::new(), out };
    let mut before: Option<&Layer> = None;
    for layer in layers {
        let beside = before.is_some_and(|before| {
            before.key == layer.key && before.buffer == layer.buffer && !TUNNELS.contains(&layer.key)
        });
        if beside {
            page.bottom();
        }
        let carries = layers.iter().skip(layer.index + 1).any(|next| next.buffer == layer.buffer);
        page.top(layer, if carries { captured } else { layer.end });
        for field in &layer.fields {
            let (indent, text) = (if field.deeper { "  " } else { "" }, clean(&field.text));
            page.line(&format!("{indent}{text}"), &place(field.start, field.end));
        }
        before = Some(layer);
    }
    while !page.open.is_empty() {
        page.bottom();
    }
    page.out.push(b'\n');
}

/// `0–13`, the first and the last byte.
fn place(start: usize, end: usize) -> String {
    match end.saturating_sub(start) {
        0 => String::new(),
        1 => format!("{start}"),
        _ => format!("{start}–{}", end - 1),
    }
}

/// Text of a packet without what does not print, so that it cannot command the terminal.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '·' } else { char }).collect()
}

/// `text` in exactly `width` columns.
fn fit(text: &str, width: usize) -> String {
    let len = text.chars().count();
    if len > width {
        return text.chars().take(width.saturating_sub(1)).chain(['…']).collect();
    }
    let mut text = text.to_owned();
    text.extend(std::iter::repeat_n(' ', width - len));
    text
}

impl Page<'_> {
    /// Columns of a box within `depth` others.
    fn width(depth: usize) -> usize {
        WIDTH.saturating_sub(STEP * depth).max(LEAST)
    }
    fn put(&mut self, index: Option<usize>, text: &str) {
        match index.filter(|_| self.color) {
            Some(index) => _ = write!(self.out, "{}{text}{PLAIN}", ink(index)),
            None => self.out.extend_from_slice(text.as_bytes()),
        }
    }
    /// The sides of the boxes around `depth`, on the left.
    fn left(&mut self, depth: usize) {
        for i in 0..depth {
            let index = self.open.get(i).copied();
            self.put(index, "│ ");
        }
    }
    /// And on the right.
    fn right(&mut self, depth: usize) {
        for i in (0..depth).rev() {
            // Boxes that can be no narrower stand out of those around them.
            if Self::width(i + 1) < Self::width(i) {
                let index = self.open.get(i).copied();
                self.put(index, " │");
            }
        }
        self.out.push(b'\n');
    }
    fn top(&mut self, layer: &Layer, end: usize) {
        let depth = self.open.len();
        let own = place(layer.start, layer.end);
        let whole = place(layer.start, end.max(layer.end));
        let bytes = match (own.is_empty(), own == whole) {
            (true, _) => String::new(),
            (_, true) => format!(" bytes {own} "),
            _ => format!(" bytes {whole}, header {own} "),
        };
        let room = Self::width(depth).saturating_sub(bytes.chars().count() + 5);
        let title = clean(&layer.title);
        let title = if title.chars().count() + 4 > room { fit(&title, room.saturating_sub(4)) } else { title };
        let title = format!(" {} {title} ", letter(layer.index));
        let rule = "─".repeat(room.saturating_sub(title.chars().count()));
        self.left(depth);
        self.put(Some(layer.index), &format!("┌─{title}{rule}─{bytes}─┐"));
        self.right(depth);
        self.open.push(layer.index);
    }
    fn line(&mut self, text: &str, place: &str) {
        let depth = self.open.len();
        let width = Self::width(depth.saturating_sub(1)).saturating_sub(4);
        let room = width.saturating_sub(place.chars().count() + 1);
        self.left(depth);
        self.out.extend_from_slice(format!("{} {place}", fit(text, room)).as_bytes());
        let index = self.open.last().copied();
        self.put(index, " │");
        self.right(depth.saturating_sub(1));
    }
    fn bottom(&mut self) {
        let Some(index) = self.open.pop() else { return };
        let depth = self.open.len();
        self.left(depth);
        self.put(Some(index), &format!("└{}┘", "─".repeat(Self::width(depth).saturating_sub(2))));
        self.right(depth);
    }
}
