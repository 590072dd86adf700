//! Tickets: words that log in once, for a browser whose owner has logged in elsewhere. A ticket lives
//! half a minute and can do no more than the session that made it.
//!
//! Knows nothing of sockets.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rand::Rng;
use types::SessionId;

use crate::login::KeyHolder;

/// How long a ticket can be used.
pub(crate) const LIFE: Duration = Duration::from_secs(30);

/// Most tickets that wait to be used.
const MOST: usize = 4096;

/// Who a ticket stands for.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) holder: KeyHolder,
    pub(crate) key_id: String,
    /// The session that made it.
    pub(crate) session: SessionId,
}

/// All tickets that have not been used.
#[derive(Debug, Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, (Instant, Ticket)>>);

impl Tickets {
    /// A new word for a ticket; none when too many wait.
    pub(crate) fn make(&self, ticket: Ticket, now: Instant) -> Option<String> {
        let word: [u8; 16] = rand::rngs::OsRng.r#gen();
        let word: String = word.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut waiting = self.0.lock().expect("nothing panics while it holds the tickets");
        waiting.retain(|_, (made, _)| now.saturating_duration_since(*made) < LIFE);
        if MOST <= waiting.len() {
            return None;
        }
        waiting.insert(word.clone(), (now, ticket));
        Some(word)
    }

    /// Whom a word stands for; it stands for nobody from now on.
    pub(crate) fn take(&self, word: &str, now: Instant) -> Option<Ticket> {
        let mut waiting = self.0.lock().expect("nothing panics while it holds the tickets");
        let (made, ticket) = waiting.remove(word)?;
        (now.saturating_duration_since(made) < LIFE).then_some(ticket)
    }
}
