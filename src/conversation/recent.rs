//! What is remembered of the last so many things: a bounded map whose oldest entry gives way to a new one.

use std::collections::VecDeque;
use std::hash::Hash;

use hashbrown::HashMap;

/// At most `MOST` values by their keys. The key that was new first goes first, however often it was looked at or
/// written again since.
pub struct Recent<K, V, const MOST: usize> {
    values: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V, const MOST: usize> Default for Recent<K, V, MOST> {
    fn default() -> Self {
        Self { values: HashMap::new(), order: VecDeque::new() }
    }
}

impl<K: Copy + Eq + Hash, V, const MOST: usize> Recent<K, V, MOST> {
    /// Puts `value` under `key`, in place of what was there; gives the key that was forgotten for it, if one was.
    pub fn insert(&mut self, key: K, value: V) -> Option<K> {
        if self.values.insert(key, value).is_some() {
            return None;
        }
        self.order.push_back(key);
        let oldest = if self.order.len() > MOST { self.order.pop_front() } else { None };
        oldest.inspect(|oldest| _ = self.values.remove(oldest))
    }
    /// The value under `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }
    /// The value under `key`, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.values.get_mut(key)
    }
    /// Whether there is a value under `key`.
    pub fn contains(&self, key: &K) -> bool {
        self.values.contains_key(key)
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn the_oldest_goes_first_and_is_named() {
        let mut recent = Recent::<u8, char, 2>::default();
        assert_eq!(recent.insert(1, 'a'), None);
        assert_eq!(recent.insert(2, 'b'), None);
        assert_eq!(recent.insert(3, 'c'), Some(1));
        assert_eq!((recent.get(&1), recent.get(&2), recent.get(&3)), (None, Some(&'b'), Some(&'c')));
    }

    #[test]
    fn writing_again_forgets_nothing_and_keeps_the_place() {
        let mut recent = Recent::<u8, char, 2>::default();
        recent.insert(1, 'a');
        recent.insert(2, 'b');
        assert_eq!(recent.insert(1, 'c'), None);
        assert_eq!(recent.get(&1), Some(&'c'));
        assert_eq!(recent.insert(3, 'd'), Some(1));
        assert!(!recent.contains(&1) && recent.contains(&2));
    }
}
