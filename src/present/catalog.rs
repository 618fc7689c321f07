//! What netpeek knows: every protocol and every field, by name.

use crate::dissect::PROTOCOLS;
use crate::dissect::field::Field;
use crate::dissect::registry::Entry;

/// Every field with the protocol it is declared by, layers first among a protocol's, in the order of declaration.
pub fn fields() -> impl Iterator<Item = (&'static Entry, &'static Field)> {
    PROTOCOLS.iter().flat_map(|entry| {
        let all = std::iter::once(entry.layer).chain(entry.fields()).chain(entry.experts.iter().copied());
        all.filter(|field| !field.key.is_empty()).map(move |field| (entry, field))
    })
}

/// Every declaration of the field of this name: a protocol that is carried in several ways may declare it in each.
pub fn named(key: &str) -> Vec<&'static Field> {
    let mut found: Vec<&'static Field> = Vec::new();
    for (_, field) in fields().filter(|(_, field)| field.key == key) {
        if !found.iter().any(|other| std::ptr::eq(*other, field)) {
            found.push(field);
        }
    }
    found
}

/// The name of the protocol that a field belongs to: the longest beginning of its key that names one, unless that has a
/// field of this name itself; else the protocol that declares it.
pub fn owner(entry: &Entry, field: &Field) -> &'static str {
    // What is said of the dissection itself belongs to no protocol that is listed: `_ws.malformed`.
    if let Some(rest) = field.key.strip_prefix("_ws.")
        && let Some(len) = rest.find('.')
    {
        return field.key.get(..len + "_ws.".len()).unwrap_or(field.key);
    }
    let begins = |layer: &str| field.key.strip_prefix(layer).is_some_and(|rest| rest.starts_with('.'));
    let named = PROTOCOLS.iter().filter(|entry| begins(entry.layer.key)).max_by_key(|entry| entry.layer.key.len());
    let has_its_own = |other: &Entry| {
        let mut same = other.fields().filter(|own| own.key == field.key);
        !std::ptr::eq(other.layer, entry.layer) && same.next().is_some_and(|own| !std::ptr::eq(own, field))
    };
    named.filter(|other| !has_its_own(other)).map_or(entry.layer.key, |other| other.layer.key)
}

/// Known names most like `key`, best first: those that differ least, counted in letters to be changed.
pub fn nearest(key: &str, most: usize) -> Vec<&'static str> {
    let bound = (key.len() / 3).clamp(1, 4);
    let mut near: Vec<(usize, &'static str)> = fields()
        .map(|(_, field)| (distance(key, field.key, bound), field.key))
        .filter(|(far, _)| *far <= bound)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(most).map(|(_, key)| key).collect()
}

/// Letters to be changed, added, left out or swapped with their neighbours to come from `a` to `b`; more than `bound`
/// where it is more.
fn distance(a: &str, b: &str, bound: usize) -> usize {
    if a.len().abs_diff(b.len()) > bound {
        return bound + 1;
    }
    let (mut two_before, mut before): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    let mut former = None;
    for (i, left) in a.bytes().enumerate() {
        let mut row = vec![i + 1];
        let mut former_right = None;
        for (j, right) in b.bytes().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&before, j) + usize::from(left != right);
            let mut best = changed.min(at(&before, j + 1) + 1).min(at(&row, j) + 1);
            if former == Some(right) && former_right == Some(left) {
                best = best.min(at(&two_before, j.saturating_sub(1)) + 1);
            }
            row.push(best);
            former_right = Some(right);
        }
        former = Some(left);
        two_before = std::mem::replace(&mut before, row);
    }
    before.last().copied().unwrap_or(bound + 1)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances() {
        for (a, b, far) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "ab", 1),
            ("abcd", "acbd", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b, 4), far, "{a} {b}");
        }
    }

    #[test]
    fn misspelt_names_are_found() {
        assert!(nearest("tcp.srcprt", 3).contains(&"tcp.srcport"));
        assert!(nearest("ip.scr", 3).contains(&"ip.src"));
        assert!(nearest("nothing.at.all.like.this", 3).is_empty());
    }
}
