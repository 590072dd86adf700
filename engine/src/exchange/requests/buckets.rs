//! Which places may have a name, by its hash, without a command that pays for all of them.
//!
//! A hash table that grows by one bucket every few entries (linear hashing). A bucket is one cache line
//! and holds the hashes themselves, so neither a look-up nor the growth reads an entry that is not
//! meant. What does not fit in its bucket goes to a spare one behind it.

use crate::chunks::Chunks;

pub(super) const NONE: u32 = u32::MAX;

/// Hashes of a bucket.
const SLOTS: usize = 7;

/// So many hashes there are for each bucket before there is one more: half as many again in a bucket
/// that has not been split yet, so few of them are full.
const LOAD: u32 = 3;

/// The places of all hashes.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    buckets: Chunks<Bucket>,
    spare: Chunks<Bucket>,
    /// The first spare bucket that is free.
    free: u32,
    count: u32,
}

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Bucket {
    hashes: [u32; SLOTS],
    places: [u32; SLOTS],
    /// How many of them there are.
    taken: u32,
    /// The spare bucket behind it.
    more: u32,
}

const _: () = assert!(size_of::<Bucket>() == 64, "a bucket is one cache line");

impl Bucket {
    const EMPTY: Self = Self { hashes: [0; SLOTS], places: [0; SLOTS], taken: 0, more: NONE };

    fn all(&self) -> impl Iterator<Item = (u32, u32)> {
        let taken = usize::try_from(self.taken).expect("at most seven");
        self.hashes.into_iter().zip(self.places).take(taken)
    }

    fn push(&mut self, (hash, place): (u32, u32)) {
        let at = usize::try_from(self.taken).expect("at most seven");
        (self.hashes[at], self.places[at]) = (hash, place);
        self.taken += 1;
    }

    fn is_full(&self) -> bool {
        usize::try_from(self.taken) == Ok(SLOTS)
    }

    fn slot_of(&self, place: u32) -> Option<usize> {
        self.all().position(|(_, other)| other == place)
    }
}

/// A bucket, or a spare one.
#[derive(Clone, Copy)]
enum Which {
    Bucket(u32),
    Spare(u32),
}

impl Default for Buckets {
    fn default() -> Self {
        Self { buckets: Chunks::default(), spare: Chunks::default(), free: NONE, count: 0 }
    }
}

impl Buckets {
    /// The first place of a hash that is meant.
    #[inline]
    pub(super) fn find(&self, hash: u32, is_meant: impl Fn(u32) -> bool) -> Option<u32> {
        if self.count == 0 {
            return None;
        }
        let mut bucket = &self.buckets[self.number(hash)];
        loop {
            let taken = usize::try_from(bucket.taken).expect("at most seven");
            for slot in 0..taken {
                if bucket.hashes[slot] == hash && is_meant(bucket.places[slot]) {
                    return Some(bucket.places[slot]);
                }
            }
            if bucket.more == NONE {
                return None;
            }
            bucket = &self.spare[bucket.more];
        }
    }

    /// One place more has this hash.
    pub(super) fn insert(&mut self, hash: u32, place: u32) {
        self.count += 1;
        if self.buckets.len() * LOAD < self.count {
            self.split();
        }
        self.put(hash, place);
    }

    /// A place has this hash no more.
    pub(super) fn remove(&mut self, hash: u32, place: u32) {
        let mut found = None;
        let (mut before, mut last) = (None, Which::Bucket(self.number(hash)));
        loop {
            if let Some(slot) = self.at(last).slot_of(place) {
                found = Some((last, slot));
            }
            let more = self.at(last).more;
            if more == NONE {
                break;
            }
            before = Some(last);
            last = Which::Spare(more);
        }
        // What is last fills the gap.
        let (which, slot) = found.expect("a place that was inserted and not removed");
        let end = self.at_mut(last);
        end.taken -= 1;
        let at = usize::try_from(end.taken).expect("at most seven");
        let (hash, moved) = (end.hashes[at], end.places[at]);
        let gap = self.at_mut(which);
        (gap.hashes[slot], gap.places[slot]) = (hash, moved);
        self.count -= 1;
        if let (0, Which::Spare(spare), Some(before)) = (self.at(last).taken, last, before) {
            self.at_mut(before).more = NONE;
            self.release(spare);
        }
    }

    fn put(&mut self, hash: u32, place: u32) {
        let mut which = Which::Bucket(self.number(hash));
        while self.at(which).is_full() {
            if self.at(which).more == NONE {
                self.at_mut(which).more = self.take_spare();
            }
            which = Which::Spare(self.at(which).more);
        }
        self.at_mut(which).push((hash, place));
    }

    /// The bucket of a hash: as many bits as name every bucket, or one less where that one is not
    /// there yet.
    #[inline]
    fn number(&self, hash: u32) -> u32 {
        let mask = self.buckets.len().next_power_of_two() - 1;
        if hash & mask < self.buckets.len() { hash & mask } else { hash & (mask >> 1) }
    }

    /// One bucket more: it takes its hashes from the only one that can have them.
    fn split(&mut self) {
        let new = self.buckets.push(Bucket::EMPTY);
        if new == 0 {
            return;
        }
        let old = new - (self.buckets.len().next_power_of_two() >> 1);
        let mut bucket = std::mem::replace(&mut self.buckets[old], Bucket::EMPTY);
        loop {
            bucket.all().for_each(|(hash, place)| self.put(hash, place));
            let more = bucket.more;
            if more == NONE {
                return;
            }
            bucket = self.spare[more];
            self.release(more);
        }
    }

    fn take_spare(&mut self) -> u32 {
        if self.free == NONE {
            return self.spare.push(Bucket::EMPTY);
        }
        let at = self.free;
        self.free = self.spare[at].more;
        self.spare[at] = Bucket::EMPTY;
        at
    }

    fn release(&mut self, spare: u32) {
        self.spare[spare] = Bucket { more: self.free, ..Bucket::EMPTY };
        self.free = spare;
    }

    fn at(&self, which: Which) -> &Bucket {
        match which {
            Which::Bucket(at) => &self.buckets[at],
            Which::Spare(at) => &self.spare[at],
        }
    }

    fn at_mut(&mut self, which: Which) -> &mut Bucket {
        match which {
            Which::Bucket(at) => &mut self.buckets[at],
            Which::Spare(at) => &mut self.spare[at],
        }
    }
}
