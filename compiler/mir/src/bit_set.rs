//! A set of values of one function, as bits: what the analyses over blocks work with.

use crate::ids::ValueId;

/// A set of [`ValueId`]s below a fixed count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// No values, with room for ids below `count`.
    pub fn empty(count: usize) -> BitSet {
        BitSet { words: vec![0; count.div_ceil(64)] }
    }

    /// Whether the value is in the set.
    pub fn contains(&self, value: ValueId) -> bool {
        self.words[value.index() / 64] >> (value.index() % 64) & 1 != 0
    }

    /// Adds a value; whether it was missing.
    pub fn insert(&mut self, value: ValueId) -> bool {
        let new = !self.contains(value);
        self.words[value.index() / 64] |= 1 << (value.index() % 64);
        new
    }

    /// Adds several values.
    pub fn insert_all(&mut self, values: &[ValueId]) {
        for &value in values {
            self.insert(value);
        }
    }

    /// Takes a value out; whether it was there.
    pub fn remove(&mut self, value: ValueId) -> bool {
        let present = self.contains(value);
        self.words[value.index() / 64] &= !(1 << (value.index() % 64));
        present
    }

    /// Adds what `other` has; whether that changed anything.
    pub fn union(&mut self, other: &BitSet) -> bool {
        let mut changed = false;
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            changed |= *other & !*word != 0;
            *word |= other;
        }
        changed
    }

    /// Takes out what `other` has not; whether that changed anything.
    pub fn intersect(&mut self, other: &BitSet) -> bool {
        let mut changed = false;
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            changed |= *word & !*other != 0;
            *word &= other;
        }
        changed
    }

    /// The members in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ValueId> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 != 0)
                .map(move |bit| ValueId::from_index(index * 64 + bit))
        })
    }
}
