//! Requests that the sequencer has and has not yet answered, by the ticket it hands back.
//!
//! Knows nothing of what the requests ask or how they are answered.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use sequencer::Origin;

/// Waiting requests of any kind.
#[derive(Debug)]
pub(crate) struct Pending<T> {
    next: AtomicU64,
    waiting: Mutex<HashMap<Origin, T>>,
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self { next: AtomicU64::new(1), waiting: Mutex::default() }
    }
}

impl<T> Pending<T> {
    /// Keeps a request, before it is submitted, so that the answer cannot come first.
    pub(crate) fn insert(&self, request: T) -> Origin {
        let origin = Origin(self.next.fetch_add(1, Ordering::Relaxed));
        self.with(|waiting| waiting.insert(origin, request));
        origin
    }

    /// Takes the request a ticket stands for.
    pub(crate) fn take(&self, origin: Origin) -> Option<T> {
        self.with(|waiting| waiting.remove(&origin))
    }

    /// Takes all of them, oldest first, when no answer can come any more.
    pub(crate) fn take_all(&self) -> Vec<T> {
        let mut all: Vec<(Origin, T)> = self.with(std::mem::take).into_iter().collect();
        all.sort_by_key(|(origin, _)| *origin);
        all.into_iter().map(|(_, request)| request).collect()
    }

    fn with<R>(&self, change: impl FnOnce(&mut HashMap<Origin, T>) -> R) -> R {
        change(&mut self.waiting.lock().expect("nothing panics while it holds the table"))
    }
}
