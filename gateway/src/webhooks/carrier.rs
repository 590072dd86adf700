//! Who carries the letters of one hook: one after the other, each until it is accepted or given up.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::Rng;
use tokio::sync::mpsc::Receiver;

use super::dead::{self, DeadLetter};
use super::letter::Letter;
use super::post::post;
use super::{Counts, Retries, Webhook};

/// The carrier of a hook.
#[derive(Debug)]
pub(crate) struct Carrier {
    hook: Webhook,
    retries: Retries,
    dead: PathBuf,
    counts: Arc<Counts>,
}

impl Carrier {
    pub(super) fn new(hook: Webhook, retries: Retries, dead: PathBuf, counts: Arc<Counts>) -> Self {
        Self { hook, retries, dead, counts }
    }

    /// Carries until the venue has stopped.
    pub(crate) async fn carry(self, mut letters: Receiver<Letter>) {
        while let Some(letter) = letters.recv().await {
            match self.deliver(&letter).await {
                Ok(()) => drop(self.counts.sent.fetch_add(1, Ordering::Relaxed)),
                Err(error) => self.bury(letter, error).await,
            }
        }
    }

    /// The pauses double, and each is cut at random, so that hooks of a venue do not all come back at once.
    async fn deliver(&self, letter: &Letter) -> Result<(), String> {
        let mut attempt = 1;
        loop {
            let seconds = wall_seconds();
            let posted = post(&self.hook.url, &self.hook.secret, letter, seconds).await;
            let Err(error) = posted else { return Ok(()) };
            tracing::debug!(url = self.hook.url, id = letter.id, attempt, error, "webhook");
            if self.retries.attempts <= attempt {
                return Err(error);
            }
            tokio::time::sleep(self.pause(attempt)).await;
            attempt += 1;
        }
    }

    fn pause(&self, attempt: u32) -> Duration {
        let Retries { first_ms, longest_ms, .. } = self.retries;
        let doubled = first_ms.saturating_mul(1 << (attempt - 1).min(20));
        let most = doubled.min(longest_ms).max(1);
        Duration::from_millis(rand::thread_rng().gen_range(most / 2..=most))
    }

    async fn bury(&self, letter: Letter, error: String) {
        self.counts.dead.fetch_add(1, Ordering::Relaxed);
        let dead = DeadLetter {
            id: letter.id,
            url: self.hook.url.clone(),
            attempts: self.retries.attempts,
            error,
            seconds: wall_seconds(),
            body: letter.body,
        };
        let path = self.dead.clone();
        let written = tokio::task::spawn_blocking(move || dead::append(&path, &dead)).await;
        if let Ok(Err(error)) = written {
            tracing::error!(%error, "a dead letter could not be kept");
        }
    }
}

/// Seconds since 1970 by this machine's clock, which the reader of a letter compares with its own.
fn wall_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
