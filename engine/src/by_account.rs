//! Something of every account, found by its number without a search.
//!
//! Accounts are mostly numbered one after another, and then the number says the place in the list. But
//! the numbers are the operator's choice and may be far apart: what is not where its number says is
//! looked up in a table of open addresses. Both decide where to look and nothing else: whatever is told
//! of all accounts is told in order of their numbers. Nothing is ever taken out.

use std::marker::PhantomData;
use std::ops::Index;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use types::AccountId;

const NONE: u32 = u32::MAX;

/// An odd number near 2^32 times the golden ratio: it spreads neighbours over the whole table.
const SPREAD: u32 = 0x9E37_79B9;

/// One value for each account that has one.
#[derive(Clone, Debug)]
pub(crate) struct ByAccount<V> {
    /// As they came.
    entries: Vec<(AccountId, V)>,
    /// Numbers and places. At least half of it is free.
    table: Vec<(AccountId, u32)>,
    /// What is between number and place, where accounts came one after another; it goes round.
    shift: u32,
}

impl<V> Default for ByAccount<V> {
    fn default() -> Self {
        Self { entries: Vec::new(), table: Vec::new(), shift: 0 }
    }
}

impl<V> ByAccount<V> {
    pub(crate) fn get(&self, id: &AccountId) -> Option<&V> {
        self.place(*id).map(|at| &self.entries[at].1)
    }

    pub(crate) fn get_mut(&mut self, id: &AccountId) -> Option<&mut V> {
        self.place(*id).map(|at| &mut self.entries[at].1)
    }

    pub(crate) fn contains_key(&self, id: &AccountId) -> bool {
        self.place(*id).is_some()
    }

    /// Puts a value in place of the one there is.
    pub(crate) fn insert(&mut self, id: AccountId, value: V) {
        match self.place(id) {
            Some(at) => self.entries[at].1 = value,
            None => drop(self.add(id, value)),
        }
    }

    /// The value of an account; the first one where there is none yet.
    pub(crate) fn or_insert(&mut self, id: AccountId, first: V) -> &mut V {
        let at = self.place(id);
        let at = at.unwrap_or_else(|| self.add(id, first));
        &mut self.entries[at].1
    }

    /// All, by number.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&AccountId, &V)> {
        let mut all: Vec<_> = self.entries.iter().map(|(id, value)| (id, value)).collect();
        // Accounts are mostly opened in order of their numbers; then this only looks.
        all.sort_unstable_by_key(|(id, _)| *id);
        all.into_iter()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &AccountId> {
        self.iter().map(|(id, _)| id)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// All, by number, to change them.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        let mut all: Vec<_> = self.entries.iter_mut().collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all.into_iter().map(|(_, value)| value)
    }

    #[inline]
    fn place(&self, id: AccountId) -> Option<usize> {
        let guess = wide(id.0.wrapping_add(self.shift));
        match self.entries.get(guess) {
            Some((found, _)) if *found == id => Some(guess),
            Some(_) | None => self.search(id),
        }
    }

    #[inline(never)]
    fn search(&self, id: AccountId) -> Option<usize> {
        if self.table.is_empty() {
            return None;
        }
        let (found, at) = self.table[self.address(id)];
        (at != NONE && found == id).then(|| wide(at))
    }

    /// Where an account is in the table, or would be.
    fn address(&self, id: AccountId) -> usize {
        let mask = self.table.len() - 1;
        let bits = self.table.len().trailing_zeros();
        let mut at = wide(id.0.wrapping_mul(SPREAD) >> (u32::BITS - bits));
        while self.table[at].1 != NONE && self.table[at].0 != id {
            at = (at + 1) & mask;
        }
        at
    }

    /// The place of an account that is new.
    fn add(&mut self, id: AccountId, value: V) -> usize {
        let at = self.entries.len();
        let narrow = u32::try_from(at).expect("fewer than 2^31 accounts");
        self.entries.push((id, value));
        self.shift = narrow.wrapping_sub(id.0);
        if self.table.len() < 2 * self.entries.len() {
            self.grow();
        } else {
            let address = self.address(id);
            self.table[address] = (id, narrow);
        }
        at
    }

    fn grow(&mut self) {
        let size = (4 * self.entries.len()).next_power_of_two();
        self.table = vec![(AccountId(0), NONE); size];
        for (n, at) in self.entries.iter().map(|(id, _)| *id).zip(0..).collect::<Vec<_>>() {
            let address = self.address(n);
            self.table[address] = (n, at);
        }
    }
}

fn wide(at: u32) -> usize {
    usize::try_from(at).expect("32 bits fit in an index")
}

impl<V> Index<&AccountId> for ByAccount<V> {
    type Output = V;
    fn index(&self, id: &AccountId) -> &V {
        self.get(id).expect("an account that was found exists for ever")
    }
}

impl<V> FromIterator<(AccountId, V)> for ByAccount<V> {
    fn from_iter<I: IntoIterator<Item = (AccountId, V)>>(all: I) -> Self {
        let mut map = Self::default();
        all.into_iter().for_each(|(id, value)| map.insert(id, value));
        map
    }
}

impl<V: Serialize> Serialize for ByAccount<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for ByAccount<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Held(PhantomData))
    }
}

/// Takes the entries of a map one by one.
struct Held<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Held<V> {
    type Value = ByAccount<V>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("values by account")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut held = ByAccount::default();
        while let Some((id, value)) = map.next_entry()? {
            held.insert(id, value);
        }
        Ok(held)
    }
}

#[cfg(test)]
mod tests;
