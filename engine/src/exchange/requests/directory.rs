//! What is remembered by name, without a command that pays for all of it.
//!
//! A hash table that grows by one bucket with every entry beyond its size (linear hashing), with its
//! entries in chunks that stay where they are. So nothing is ever moved as a whole, and once it has been
//! as large as it needs to be nothing is allocated. Members choose the names, so the hash has a key that
//! nobody knows; it decides where an entry lies and nothing else, and entries are told in order of
//! their names.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use types::ClientOrderId;

/// Entries of a chunk.
const CHUNK: usize = 64;

/// Buckets of a chunk.
const BUCKETS: usize = 4096;

const NONE: u32 = u32::MAX;

/// Values by name.
#[derive(Clone, Debug)]
pub(super) struct Directory<V> {
    key: RandomState,
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
    name: ClientOrderId,
    hash: u64,
    next: u32,
    /// Nothing where the entry is free.
    value: Option<V>,
}

impl<V> Default for Directory<V> {
    fn default() -> Self {
        let (key, entries, heads) = (RandomState::new(), Vec::new(), Vec::new());
        Self { key, entries, heads, buckets: 0, count: 0, free: NONE }
    }
}

impl<V> Directory<V> {
    pub(super) fn get(&self, name: &ClientOrderId) -> Option<&V> {
        let at = self.find(name, self.key.hash_one(name))?;
        self.entry(at).value.as_ref()
    }

    pub(super) fn get_mut(&mut self, name: &ClientOrderId) -> Option<&mut V> {
        let at = self.find(name, self.key.hash_one(name))?;
        self.entry_mut(at).value.as_mut()
    }

    /// Remembers a value, in place of the one of the same name.
    pub(super) fn insert(&mut self, name: ClientOrderId, value: V) {
        let hash = self.key.hash_one(name);
        if let Some(at) = self.find(&name, hash) {
            self.entry_mut(at).value = Some(value);
            return;
        }
        self.count += 1;
        if self.buckets < self.count {
            self.split();
        }
        let bucket = self.bucket(hash);
        let next = *self.head(bucket);
        let at = self.take_free(Entry { name, hash, next, value: Some(value) });
        *self.head(bucket) = at;
    }

    pub(super) fn remove(&mut self, name: &ClientOrderId) {
        let hash = self.key.hash_one(name);
        let Some(found) = self.find(name, hash) else { return };
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

    fn find(&self, name: &ClientOrderId, hash: u64) -> Option<u32> {
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
    fn bucket(&self, hash: u64) -> usize {
        let mask = self.buckets.next_power_of_two() - 1;
        let low = usize::try_from(hash & 0xFFFF_FFFF).expect("32 bits fit in an index");
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

impl<V: Serialize> Serialize for Directory<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.entries.iter().flatten();
        let held = all.filter_map(|entry| Some((entry.name, entry.value.as_ref()?)));
        let mut held: Vec<(ClientOrderId, &V)> = held.collect();
        held.sort_unstable_by_key(|(name, _)| *name);
        serializer.collect_map(held)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Directory<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Held(PhantomData))
    }
}

/// Takes the entries of a map one by one.
struct Held<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Held<V> {
    type Value = Directory<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Directory<V>, A::Error> {
        let mut directory = Directory::default();
        while let Some((name, value)) = map.next_entry()? {
            directory.insert(name, value);
        }
        Ok(directory)
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
                let name = ClientOrderId::new(&format!("o{number}")).expect("a short name");
                match value {
                    Some(value) => {
                        directory.insert(name, value);
                        map.insert(name, value);
                    }
                    None => {
                        directory.remove(&name);
                        map.remove(&name);
                    }
                }
                prop_assert_eq!(directory.get(&name), map.get(&name));
                prop_assert_eq!(directory.count, map.len());
            }
            for (name, value) in &map {
                prop_assert_eq!(directory.get(name), Some(value));
            }
            let held = directory.entries.iter().flatten().filter(|entry| entry.value.is_some());
            prop_assert_eq!(held.count(), map.len());
        }
    }
}
