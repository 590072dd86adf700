//! What is remembered by name, without a command that pays for all of it.
//!
//! A hash table that grows by one bucket with every entry beyond its size (linear hashing), with its
//! entries in chunks that stay where they are. So nothing is ever moved as a whole, and once it has been
//! as large as it needs to be nothing is allocated. Members choose the names, so the hash has a key that
//! nobody knows; it decides where an entry lies and nothing else.

use std::hash::BuildHasher;

use types::{AccountId, ClientOrderId};

/// Whose order, and its owner's name of it.
pub(super) type Name = (AccountId, ClientOrderId);

/// Entries of a chunk.
const CHUNK: usize = 1024;

/// Buckets of a chunk.
const BUCKETS: usize = 4096;

pub(super) const NONE: u32 = u32::MAX;

/// Values by name.
#[derive(Clone, Debug)]
pub(super) struct Directory<V> {
    key: ahash::RandomState,
    entries: Vec<Vec<Entry<V>>>,
    /// The first entry of each bucket.
    heads: Vec<Vec<u32>>,
    buckets: usize,
    count: usize,
    /// The first entry that is free.
    free: u32,
}

#[derive(Clone, Debug)]
struct Entry<V> {
    name: Name,
    hash: u32,
    next: u32,
    /// Nothing where the entry is free.
    value: Option<V>,
}

impl<V> Default for Directory<V> {
    fn default() -> Self {
        let chance = std::hash::RandomState::new();
        let [a, b, c, d] = [1, 2, 3, 4].map(|n| chance.hash_one(n));
        let key = ahash::RandomState::with_seeds(a, b, c, d);
        let (entries, heads) = (Vec::new(), Vec::new());
        Self { key, entries, heads, buckets: 0, count: 0, free: NONE }
    }
}

impl<V> Directory<V> {
    pub(super) fn get(&self, name: &Name) -> Option<&V> {
        self.place(name).map(|at| self.at(at))
    }

    /// Where the value of a name is, until it is removed.
    pub(super) fn place(&self, name: &Name) -> Option<u32> {
        self.find(name, self.hash(name))
    }

    /// The value at a place.
    pub(super) fn at(&self, at: u32) -> &V {
        self.entry(at).value.as_ref().expect("a place that was given and not removed")
    }

    /// The value at a place, to change it.
    pub(super) fn at_mut(&mut self, at: u32) -> &mut V {
        self.entry_mut(at).value.as_mut().expect("a place that was given and not removed")
    }

    /// Remembers a value of a name that has none. Its place.
    pub(super) fn insert(&mut self, name: Name, value: V) -> u32 {
        let hash = self.hash(&name);
        self.count += 1;
        if self.buckets < self.count {
            self.split();
        }
        let bucket = self.bucket(hash);
        let next = *self.head(bucket);
        let at = self.take_free(Entry { name, hash, next, value: Some(value) });
        *self.head(bucket) = at;
        at
    }

    /// All names and values, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Name, &V)> {
        let all = self.entries.iter().flatten();
        all.filter_map(|entry| Some((&entry.name, entry.value.as_ref()?)))
    }

    /// The name at a place.
    pub(super) fn name(&self, at: u32) -> &Name {
        &self.entry(at).name
    }

    /// Forgets what is at a place.
    pub(super) fn remove(&mut self, found: u32) {
        let hash = self.entry(found).hash;
        let next = self.entry(found).next;
        let bucket = self.bucket(hash);
        let mut at = *self.head(bucket);
        if at == found {
            *self.head(bucket) = next;
        } else {
            while self.entry(at).next != found {
                at = self.entry(at).next;
            }
            self.entry_mut(at).next = next;
        }
        let free = self.free;
        let entry = self.entry_mut(found);
        (entry.value, entry.next) = (None, free);
        self.free = found;
        self.count -= 1;
    }

    fn hash(&self, name: &Name) -> u32 {
        u32::try_from(self.key.hash_one(name) >> 32).expect("the upper half of 64 bits")
    }

    fn find(&self, name: &Name, hash: u32) -> Option<u32> {
        if self.buckets == 0 {
            return None;
        }
        let bucket = self.bucket(hash);
        let mut at = self.heads[bucket / BUCKETS][bucket % BUCKETS];
        while at != NONE {
            let entry = self.entry(at);
            if entry.hash == hash && entry.name == *name {
                return Some(at);
            }
            at = entry.next;
        }
        None
    }

    /// The bucket of a hash: as many bits as name every bucket, or one less where that one is not
    /// there yet.
    fn bucket(&self, hash: u32) -> usize {
        let mask = self.buckets.next_power_of_two() - 1;
        let low = usize::try_from(hash).expect("32 bits fit in an index");
        if low & mask < self.buckets { low & mask } else { low & (mask >> 1) }
    }

    /// One bucket more: it takes its entries from the only one that can have them.
    fn split(&mut self) {
        if self.buckets.is_multiple_of(BUCKETS) {
            self.heads.push(Vec::with_capacity(BUCKETS));
        }
        self.heads.last_mut().expect("pushed when full").push(NONE);
        let new = self.buckets;
        self.buckets += 1;
        if new == 0 {
            return;
        }
        let old = new - (self.buckets.next_power_of_two() >> 1);
        let mut at = std::mem::replace(self.head(old), NONE);
        while at != NONE {
            let (hash, next) = (self.entry(at).hash, self.entry(at).next);
            let bucket = self.bucket(hash);
            self.entry_mut(at).next = *self.head(bucket);
            *self.head(bucket) = at;
            at = next;
        }
    }

    fn take_free(&mut self, entry: Entry<V>) -> u32 {
        if self.free == NONE {
            if self.entries.last().is_none_or(|chunk| chunk.len() == CHUNK) {
                self.entries.push(Vec::with_capacity(CHUNK));
            }
            let before = (self.entries.len() - 1) * CHUNK;
            let chunk = self.entries.last_mut().expect("pushed when full");
            chunk.push(entry);
            return u32::try_from(before + chunk.len() - 1).expect("fewer than 2^32 names");
        }
        let at = self.free;
        self.free = self.entry(at).next;
        *self.entry_mut(at) = entry;
        at
    }

    fn head(&mut self, bucket: usize) -> &mut u32 {
        &mut self.heads[bucket / BUCKETS][bucket % BUCKETS]
    }

    fn entry(&self, at: u32) -> &Entry<V> {
        let at = usize::try_from(at).expect("32 bits fit in an index");
        &self.entries[at / CHUNK][at % CHUNK]
    }

    fn entry_mut(&mut self, at: u32) -> &mut Entry<V> {
        let at = usize::try_from(at).expect("32 bits fit in an index");
        &mut self.entries[at / CHUNK][at % CHUNK]
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
            steps in prop::collection::vec((0..400_u32, prop::option::of(any::<u8>())), 0..2_000),
        ) {
            let (mut directory, mut map) = (Directory::default(), BTreeMap::new());
            for (number, value) in steps {
                let own = ClientOrderId::new(&format!("o{}", number / 2)).expect("a short name");
                let name = (AccountId(number % 2), own);
                match (value, directory.place(&name)) {
                    (Some(value), Some(at)) => *directory.at_mut(at) = value,
                    (Some(value), None) => {
                        let at = directory.insert(name, value);
                        prop_assert_eq!((directory.name(at), directory.at(at)), (&name, &value));
                    }
                    (None, Some(at)) => directory.remove(at),
                    (None, None) => {}
                }
                match value {
                    Some(value) => drop(map.insert(name, value)),
                    None => drop(map.remove(&name)),
                }
                prop_assert_eq!(directory.get(&name), map.get(&name));
                prop_assert_eq!(directory.count, map.len());
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
