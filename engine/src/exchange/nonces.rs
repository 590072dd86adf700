//! Numbers of signed commands, of which each is used once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use types::{Refusal, RejectReason};

/// How many are remembered of each who signs; one that is lower than all of them is refused.
const REMEMBERED: usize = 100;

/// The nonces that an account, or an admin, has used.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Nonces(BTreeSet<u64>);

impl Nonces {
    /// Whether a nonce is new.
    pub(super) fn check(&self, nonce: u64) -> Result<(), Refusal> {
        let is_full = REMEMBERED <= self.0.len();
        let is_low = is_full && self.0.first().is_some_and(|lowest| nonce < *lowest);
        if is_low || self.0.contains(&nonce) {
            return Err(RejectReason::NonceReplayed.into());
        }
        Ok(())
    }

    /// Remembers a nonce.
    pub(super) fn spend(&mut self, nonce: u64) {
        self.0.insert(nonce);
        if REMEMBERED < self.0.len() {
            self.0.pop_first();
        }
    }
}
