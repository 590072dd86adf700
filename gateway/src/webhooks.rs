//! Webhooks: what happens to an account, posted to an address of its owner's, signed by the rules of Standard
//! Webhooks.
//!
//! The publisher hands letters to a bounded queue of each hook and never waits; a carrier takes them one
//! after the other, so they arrive in order. What cannot be delivered, or has no room, is among the dead
//! letters. After a crash of the venue what was in a queue is lost: the account stream has everything.

mod carrier;
mod dead;
mod letter;
mod post;
mod signature;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use types::AccountId;

use crate::account_stream::Record;
use crate::read_model::ReadModel;
pub(crate) use carrier::Carrier;
pub use dead::{DeadLetter, read as read_dead};
pub(crate) use letter::Letter;
pub use signature::Secret;

/// Letters that may wait for one address.
const QUEUE: usize = 1_000;

/// What an owner may want to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// An order traded.
    Fill,
    /// A call for margin.
    MarginCall,
    /// An obligation has entered another state.
    Obligation,
    /// An obligation was billed.
    Invoice,
}

/// An address of an account's owner.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Whose.
    pub account: AccountId,
    /// `http://HOST:PORT/PATH`; a proxy in front of the venue makes it https.
    pub url: String,
    /// Signs what is posted.
    pub secret: Secret,
    /// What is posted; all when empty.
    pub topics: Vec<Topic>,
}

/// How often and how long a letter is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Attempts in all.
    pub attempts: u32,
    /// The longest pause before the second attempt, in milliseconds; it doubles with each.
    pub first_ms: u64,
    /// The longest pause of all, in milliseconds.
    pub longest_ms: u64,
}

/// About an hour and a half.
pub const DEFAULT_RETRIES: Retries = Retries { attempts: 12, first_ms: 5_000, longest_ms: 900_000 };

/// How many letters came to what.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Accepted at their address.
    pub(crate) sent: AtomicU64,
    /// Given up, and in the file of dead letters.
    pub(crate) dead: AtomicU64,
    /// Had no room in the queue.
    pub(crate) dropped: AtomicU64,
}

/// The queue of a hook, and what it wants; all when empty.
type Slot = (Vec<Topic>, Sender<Letter>);

/// The publisher's side: where letters are handed in.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    of: HashMap<AccountId, Vec<Slot>>,
    counts: Arc<Counts>,
}

impl Hooks {
    /// A queue for each hook, and who carries its letters.
    pub(crate) fn open(
        hooks: Vec<Webhook>,
        retries: Retries,
        data_dir: &Path,
    ) -> (Self, Vec<(Carrier, Receiver<Letter>)>) {
        let dead = dead::file(data_dir);
        let mut opened = Self::default();
        let mut carriers = Vec::new();
        for hook in hooks {
            let (sender, receiver) = channel(QUEUE);
            opened.of.entry(hook.account).or_default().push((hook.topics.clone(), sender));
            let counts = Arc::clone(&opened.counts);
            carriers.push((Carrier::new(hook, retries, dead.clone(), counts), receiver));
        }
        (opened, carriers)
    }

    /// What the letters came to.
    pub(crate) fn counts(&self) -> Arc<Counts> {
        Arc::clone(&self.counts)
    }

    /// Hands in what happened, without waiting.
    pub(crate) fn tell<'a>(
        &self,
        model: &ReadModel,
        records: impl IntoIterator<Item = &'a (AccountId, Record)>,
    ) {
        if self.of.is_empty() {
            return;
        }
        for (account, record) in records {
            let Some(hooks) = self.of.get(account) else { continue };
            let Some((topic, letter)) = Letter::of(model, *account, record) else { continue };
            for (topics, sender) in hooks {
                let is_wanted = topics.is_empty() || topics.contains(&topic);
                if is_wanted {
                    self.hand(sender, letter.clone());
                }
            }
        }
    }

    /// A full queue is no reason to wait.
    fn hand(&self, sender: &Sender<Letter>, letter: Letter) {
        if sender.try_send(letter).is_err() {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
