//! From the sender's order id to the order's slot: open addressing over eight bytes an order, so
//! that the ids of all live orders stay in the cache.
//!
//! An entry keeps the upper half of the id's hash, which says where it belongs; the whole id is
//! compared in the order itself, which the caller needs next anyway.

/// No order.
const NONE: u32 = u32::MAX;

/// Entries at the beginning: half a megabyte.
const FEWEST_BITS: u32 = 16;

#[derive(Clone, Copy)]
struct Entry {
    tag: u32,
    slot: u32,
}

const EMPTY: Entry = Entry { tag: 0, slot: NONE };

/// Where an id is, or where it would be.
#[derive(Clone, Copy)]
pub struct Place(usize);

/// The live orders by the sender's id.
pub struct Ids {
    entries: Box<[Entry]>,
    shift: u32,
    count: usize,
}

impl Default for Ids {
    fn default() -> Self {
        Self { entries: vec![EMPTY; 1 << FEWEST_BITS].into(), shift: 32 - FEWEST_BITS, count: 0 }
    }
}

impl Ids {
    /// The place and the slot of an id, or the place it would have; `id_of` says whose slot it is.
    #[inline]
    pub fn find(&self, id: u64, id_of: impl Fn(u32) -> u64) -> Result<(Place, u32), Place> {
        let tag = tag(id);
        let mut at = self.home(tag);
        loop {
            let Entry { tag: other, slot } = self.entries[at & self.mask()];
            if slot == NONE {
                return Err(Place(at & self.mask()));
            }
            if other == tag && id_of(slot) == id {
                return Ok((Place(at & self.mask()), slot));
            }
            at += 1;
        }
    }

    /// An id that is not known yet, at the place where it was not found. Nothing has been forgotten
    /// since.
    #[inline]
    pub fn insert(&mut self, place: Place, id: u64, slot: u32) {
        let at = place.0 & self.mask();
        self.entries[at] = Entry { tag: tag(id), slot };
        self.count += 1;
        if self.entries.len() - self.entries.len() / 4 <= self.count {
            self.grow();
        }
    }

    /// Forgets the id at a place; later entries move up, so nothing is left where it was.
    #[inline]
    pub fn remove(&mut self, place: Place) {
        let mask = self.mask();
        let mut hole = place.0 & mask;
        self.count -= 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let entry = self.entries[at];
            if entry.slot == NONE {
                break;
            }
            let from_home = at.wrapping_sub(self.home(entry.tag)) & mask;
            if at.wrapping_sub(hole) & mask <= from_home {
                self.entries[hole] = entry;
                hole = at;
            }
        }
        self.entries[hole] = EMPTY;
    }

    /// Where an id begins to be looked for, to fetch it into the cache.
    #[inline]
    #[must_use]
    pub fn address(&self, id: u64) -> *const u8 {
        (&raw const self.entries[self.home(tag(id))]).cast()
    }

    #[cold]
    fn grow(&mut self) {
        self.shift -= 1;
        let entries = vec![EMPTY; 2 * self.entries.len()].into();
        let old = std::mem::replace(&mut self.entries, entries);
        for entry in old.iter().filter(|entry| entry.slot != NONE) {
            let mut at = self.home(entry.tag);
            while self.entries[at].slot != NONE {
                at = (at + 1) & self.mask();
            }
            self.entries[at] = *entry;
        }
    }

    #[inline]
    fn mask(&self) -> usize {
        self.entries.len() - 1
    }

    #[inline]
    fn home(&self, tag: u32) -> usize {
        (tag >> self.shift) as usize & self.mask()
    }
}

/// The upper half of the id's hash. Neighbouring ids land far apart.
#[inline]
fn tag(id: u64) -> u32 {
    (id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_a_map_knows() {
        let (mut ids, mut map) = (Ids::default(), std::collections::BTreeMap::new());
        let mut owner = vec![0; 300_000];
        let mut random = 88_172_645_463_325_252_u64;
        for step in 0..300_000_u32 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let id = if step % 3 == 0 { random } else { random % 60_000 };
            let found = ids.find(id, |slot| owner[slot as usize]);
            assert_eq!(found.ok().map(|found| found.1), map.get(&id).copied());
            match found {
                Ok((place, _)) => {
                    ids.remove(place);
                    map.remove(&id);
                }
                Err(place) => {
                    owner[step as usize] = id;
                    ids.insert(place, id, step);
                    map.insert(id, step);
                }
            }
        }
        assert!(30_000 < map.len());
    }
}
