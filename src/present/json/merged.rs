//! `--no-duplicate-keys`: fields of one name that stand beside each other as one array.

use std::ops::Range;

use super::node::Node;
use super::{Subject, Writer, is_text};
use crate::dissect::sink::Item;

/// Groups siblings by their names. The groups of all levels at hand lie in one stack of item numbers.
#[derive(Default)]
pub(super) struct Groups {
    stack: Vec<u32>,
    rest: Vec<u32>,
}

/// The three members that a field may be.
#[derive(Clone, Copy)]
enum Part {
    Raw,
    Value,
    Tree,
}

impl Groups {
    /// Writes the frame's layers.
    pub(super) fn frame(&mut self, subject: Subject<'_>, writer: &mut Writer, out: &mut Vec<u8>) {
        self.stack.clear();
        self.push_children(subject.items(), None);
        self.members(subject, writer, out);
    }

    /// Puts the numbers of the items right below `parent` on the stack.
    fn push_children(&mut self, items: &[Item], parent: Option<u32>) {
        let (first, depth) = match parent {
            None => (0, 0),
            Some(at) => (at as usize + 1, items.get(at as usize).map_or(0, |item| item.depth.saturating_add(1))),
        };
        let below = items.iter().enumerate().skip(first).take_while(|(_, item)| item.depth >= depth);
        self.stack.extend(below.filter(|(_, item)| item.depth == depth).map(|(at, _)| at as u32));
    }

    /// Writes the siblings at the top of the stack, group by group, and takes them off it.
    fn members(&mut self, subject: Subject<'_>, writer: &mut Writer, out: &mut Vec<u8>) {
        self.members_from(0, subject, writer, out);
    }

    fn members_from(&mut self, bottom: usize, subject: Subject<'_>, writer: &mut Writer, out: &mut Vec<u8>) {
        let (mut from, end) = (bottom, self.stack.len());
        while from < end {
            let group = self.next_group(from..end, subject);
            from = group.end;
            for part in [Part::Raw, Part::Value, Part::Tree] {
                self.part(part, group.clone(), subject, writer, out);
            }
        }
        self.stack.truncate(bottom);
    }

    /// Brings those of `range` that are named like its first together; says where they then stand.
    fn next_group(&mut self, range: Range<usize>, subject: Subject<'_>) -> Range<usize> {
        let Self { stack, rest } = self;
        rest.clear();
        let Some(siblings) = stack.get_mut(range.clone()) else { return range };
        let Some(&first) = siblings.first() else { return range };
        let mut same = 0;
        for at in 0..siblings.len() {
            let Some(&number) = siblings.get(at) else { break };
            if alike(subject, first, number) {
                siblings.swap(same, at);
                same += 1;
            } else {
                rest.push(number);
            }
        }
        for (place, number) in siblings.iter_mut().skip(same).zip(rest.iter()) {
            *place = *number;
        }
        range.start..range.start + same
    }

    fn part(&mut self, part: Part, group: Range<usize>, subject: Subject<'_>, writer: &mut Writer, out: &mut Vec<u8>) {
        let count = group.clone().filter(|&at| self.node(at, subject).is_some_and(|n| has(part, n, subject))).count();
        let mut first = true;
        for at in group {
            let Some(node) = self.node(at, subject).filter(|&node| has(part, node, subject)) else { continue };
            writer.next(out);
            if first {
                match part {
                    Part::Raw => node.raw_key(writer, out),
                    Part::Value => node.key(writer, out),
                    Part::Tree => node.tree_key(writer, out),
                }
                if count > 1 {
                    writer.opening(b'[', out);
                    writer.next(out);
                }
            }
            first = false;
            match part {
                Part::Raw => node.raw(writer, out),
                Part::Value => node.value(writer, out),
                Part::Tree => self.tree(at, node, subject, writer, out),
            }
        }
        if count > 1 {
            writer.closing(b']', out);
        }
    }

    fn tree(&mut self, at: usize, node: Node<'_>, subject: Subject<'_>, writer: &mut Writer, out: &mut Vec<u8>) {
        writer.open(out);
        if node.opened {
            let bottom = self.stack.len();
            let parent = self.stack.get(at).copied();
            self.push_children(subject.items(), parent);
            self.members_from(bottom, subject, writer, out);
        } else {
            node.filtered(writer, out);
        }
        writer.close(out);
    }

    fn node<'a>(&self, at: usize, subject: Subject<'a>) -> Option<Node<'a>> {
        let number = *self.stack.get(at)? as usize;
        subject.items().get(number).map(|item| subject.node(number, item))
    }
}

fn has(part: Part, node: Node<'_>, subject: Subject<'_>) -> bool {
    match part {
        Part::Raw => node.has_raw(subject.content),
        Part::Value => node.has_value(subject.content),
        Part::Tree => node.parent,
    }
}

/// Whether two items have the same name in JSON.
fn alike(subject: Subject<'_>, a: u32, b: u32) -> bool {
    let item = |number: u32| subject.items().get(number as usize);
    let (Some(one), Some(other)) = (item(a), item(b)) else { return false };
    if a == b || !is_text(one) || !is_text(other) {
        return a == b || (one.field.key == other.field.key && is_text(one) == is_text(other));
    }
    let words = |item: &Item| (subject.detail.span(item.label), item.appended, item.field.label);
    words(one) == words(other)
}
