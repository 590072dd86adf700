//! Blocks that one side has signed. They are kept in memory until the other side has, at most a day:
//! nothing has been agreed yet, so nothing is lost with them.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use protocol::errors::{Code, WireError};
use protocol::server::BlockOffer;
use types::{AccountId, BlockLeg, ClientOrderId, Proof};

use crate::names;
use crate::venue::wall_ns;

/// How long an offer stands.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// Most offers of one proposer, and of all.
const MOST_OF_ONE: usize = 16;
const MOST: usize = 4096;

/// What two members would trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) name: ClientOrderId,
    pub(crate) parties: [AccountId; 2],
    pub(crate) legs: Vec<BlockLeg>,
}

/// A block that its proposer has signed.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) block: Terms,
    /// The bytes that were signed.
    pub(crate) payload: Vec<u8>,
    pub(crate) proof: Proof,
    pub(crate) made: Instant,
}

/// All offers of the venue, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Offers(Mutex<Vec<Offer>>);

impl Offer {
    fn is(&self, proposer: AccountId, name: ClientOrderId) -> bool {
        (self.block.parties[0], self.block.name) == (proposer, name)
    }

    /// As it stands on the wire.
    pub(crate) fn data(&self) -> BlockOffer {
        BlockOffer {
            proposer: names::account(self.block.parties[0]),
            block_id: self.block.name.to_string(),
            payload: STANDARD.encode(&self.payload),
            expires_ns: expiry(self.made).to_string(),
        }
    }
}

impl Offers {
    /// Takes an offer in; the same name again replaces it.
    pub(crate) fn add(&self, offer: Offer) -> Result<(), WireError> {
        let (proposer, name) = (offer.block.parties[0], offer.block.name);
        let mut all = self.0.lock().expect("nothing panics while it holds the offers");
        all.retain(|other| other.made.elapsed() < LIFE && !other.is(proposer, name));
        let of_one = all.iter().filter(|other| other.block.parties[0] == proposer).count();
        if MOST_OF_ONE <= of_one || MOST <= all.len() {
            return Err(WireError::new(Code::TooManyBlocks).with("max", MOST_OF_ONE));
        }
        all.push(offer);
        Ok(())
    }

    /// The offer of exactly these bytes; it is gone.
    pub(crate) fn take(&self, block: &Terms, payload: &[u8]) -> Result<Offer, WireError> {
        let mut all = self.0.lock().expect("nothing panics while it holds the offers");
        all.retain(|other| other.made.elapsed() < LIFE);
        let is_it =
            |other: &Offer| other.is(block.parties[0], block.name) && other.payload == payload;
        let at = all.iter().position(is_it).ok_or_else(|| WireError::new(Code::BlockNotFound))?;
        Ok(all.remove(at))
    }

    /// Removes an offer that one of its parties no longer wants; what it was.
    pub(crate) fn withdraw(
        &self,
        account: AccountId,
        proposer: AccountId,
        name: ClientOrderId,
    ) -> Result<Terms, WireError> {
        let mut all = self.0.lock().expect("nothing panics while it holds the offers");
        let is_it =
            |other: &Offer| other.is(proposer, name) && other.block.parties.contains(&account);
        let at = all.iter().position(is_it).ok_or_else(|| WireError::new(Code::BlockNotFound))?;
        Ok(all.remove(at).block)
    }

    /// Those that name an account.
    pub(crate) fn of(&self, account: AccountId) -> Vec<BlockOffer> {
        let all = self.0.lock().expect("nothing panics while it holds the offers");
        let is_its =
            |offer: &&Offer| offer.block.parties.contains(&account) && offer.made.elapsed() < LIFE;
        all.iter().filter(is_its).map(Offer::data).collect()
    }
}

fn expiry(made: Instant) -> i64 {
    let left = LIFE.saturating_sub(made.elapsed());
    wall_ns().saturating_add(i64::try_from(left.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
