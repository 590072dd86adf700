//! What is remembered by name: entries in chunks that stay where they are, found by the hashes of their
//! names. Once it has been as large as it needs to be nothing is allocated. Members choose the names, so
//! the hash has a key that nobody knows; it decides where an entry lies and nothing else.

use std::hash::BuildHasher;

use types::{AccountId, ClientOrderId};

use super::buckets::Buckets;
pub(super) use super::buckets::NONE;
use crate::chunks::Chunks;

/// Whose order, and its owner's name of it.
pub(super) type Name = (AccountId, ClientOrderId);

/// The hash of a name that has no value.
#[derive(Clone, Copy, Debug)]
pub(in crate::exchange) struct Free(u32);

/// Values by name.
#[derive(Clone, Debug)]
pub(super) struct Directory<V> {
    key: ahash::RandomState,
    places: Buckets,
    entries: Chunks<Entry<V>>,
    /// The first entry that is free.
    free: u32,
}

#[derive(Clone, Debug)]
struct Entry<V> {
    name: Name,
    hash: u32,
    /// Of a free entry: the next one.
    next: u32,
    /// Nothing where the entry is free.
    value: Option<V>,
}

impl<V> Default for Directory<V> {
    fn default() -> Self {
        let chance = std::hash::RandomState::new();
        let [a, b, c, d] = [1, 2, 3, 4].map(|n| chance.hash_one(n));
        let key = ahash::RandomState::with_seeds(a, b, c, d);
        Self { key, places: Buckets::default(), entries: Chunks::default(), free: NONE }
    }
}

impl<V> Directory<V> {
    pub(super) fn get(&self, name: &Name) -> Option<&V> {
        self.place(name).map(|at| self.at(at))
    }

    /// Where the value of a name is, until it is removed.
    pub(super) fn place(&self, name: &Name) -> Option<u32> {
        self.seek(name).ok()
    }

    /// The same; where it has none, what it takes to insert one.
    pub(super) fn seek(&self, name: &Name) -> Result<u32, Free> {
        let hash = u32::try_from(self.key.hash_one(name) >> 32).expect("the upper half of 64 bits");
        let found = self.places.find(hash, |at| self.entries[at].name == *name);
        found.ok_or(Free(hash))
    }

    /// The value at a place.
    pub(super) fn at(&self, at: u32) -> &V {
        self.entries[at].value.as_ref().expect("a place that was given and not removed")
    }

    /// The value at a place, to change it.
    pub(super) fn at_mut(&mut self, at: u32) -> &mut V {
        self.entries[at].value.as_mut().expect("a place that was given and not removed")
    }

    /// Remembers a value of a name that was sought and has none. Its place.
    pub(super) fn insert(&mut self, Free(hash): Free, name: Name, value: V) -> u32 {
        let at = self.take_free(Entry { name, hash, next: NONE, value: Some(value) });
        self.places.insert(hash, at);
        at
    }

    /// All names and values, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Name, &V)> {
        self.entries.iter().filter_map(|entry| Some((&entry.name, entry.value.as_ref()?)))
    }

    /// The name at a place.
    pub(super) fn name(&self, at: u32) -> &Name {
        &self.entries[at].name
    }

    /// Forgets what is at a place.
    pub(super) fn remove(&mut self, at: u32) {
        let entry = &mut self.entries[at];
        let hash = entry.hash;
        (entry.value, entry.next) = (None, self.free);
        self.free = at;
        self.places.remove(hash, at);
    }

    fn take_free(&mut self, entry: Entry<V>) -> u32 {
        if self.free == NONE {
            return self.entries.push(entry);
        }
        let at = self.free;
        self.free = self.entries[at].next;
        self.entries[at] = entry;
        at
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_directory_holds_what_an_ordered_map_holds(
            steps in prop::collection::vec((0..1_600_u32, prop::option::of(any::<u8>())), 0..6_000),
        ) {
            let (mut directory, mut map) = (Directory::default(), BTreeMap::new());
            for (number, value) in steps {
                let own = ClientOrderId::new(&format!("o{}", number / 2)).expect("a short name");
                let name = (AccountId(number % 2), own);
                match (value, directory.seek(&name)) {
                    (Some(value), Ok(at)) => *directory.at_mut(at) = value,
                    (Some(value), Err(free)) => {
                        let at = directory.insert(free, name, value);
                        prop_assert_eq!((directory.name(at), directory.at(at)), (&name, &value));
                    }
                    (None, Ok(at)) => directory.remove(at),
                    (None, Err(_)) => {}
                }
                match value {
                    Some(value) => drop(map.insert(name, value)),
                    None => drop(map.remove(&name)),
                }
                prop_assert_eq!(directory.get(&name), map.get(&name));
            }
            for (name, value) in &map {
                prop_assert_eq!(directory.get(name), Some(value));
            }
            let mut held: Vec<_> = directory.iter().collect();
            held.sort_unstable();
            prop_assert!(held.into_iter().eq(&map));
        }
    }
}
