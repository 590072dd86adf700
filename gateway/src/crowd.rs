//! How many share something at once: connections of an address, sessions of a key.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

/// Places taken, by whom.
#[derive(Debug)]
pub(crate) struct Crowd<K: Hash + Eq>(Mutex<HashMap<K, usize>>);

impl<K: Hash + Eq> Default for Crowd<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// A place in the crowd, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place<K: Hash + Eq> {
    crowd: Arc<Crowd<K>>,
    who: K,
}

impl<K: Hash + Eq + Clone> Crowd<K> {
    /// A place, unless `most` are taken.
    pub(crate) fn enter(self: &Arc<Self>, who: &K, most: usize) -> Option<Place<K>> {
        let mut counts = self.0.lock().expect("nothing panics while it holds the counts");
        let count = counts.entry(who.clone()).or_default();
        if most <= *count {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), who: who.clone() })
    }
}

impl<K: Hash + Eq> Drop for Place<K> {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock().expect("nothing panics while it holds the counts");
        if let Some(count) = counts.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_holder_has_gone() {
        let crowd = Arc::new(Crowd::default());
        let first = crowd.enter(&"a", 2).expect("it is empty");
        let second = crowd.enter(&"a", 2).expect("there is a second place");
        assert!(crowd.enter(&"a", 2).is_none());
        let other = crowd.enter(&"b", 2);
        assert!(other.is_some(), "others have their own");
        drop(first);
        assert!(crowd.enter(&"a", 2).is_some());
        drop((second, other));
        assert!(crowd.0.lock().expect("nobody panicked").is_empty());
    }
}
