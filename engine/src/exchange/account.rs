//! One account: its positions, what it has on offer, and what its risk sums up to.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use types::{
    AccountFact, AccountId, Event, InstrumentId, Lots, MarginReport, Mills, NetLots, PublicKey,
    Refusal, RejectReason, Side,
};

use super::market::Market;
use super::requests::Requests;
use crate::clearing::Position;
use crate::risk::{Exposure, Sums};

/// Nonces that are remembered; a signed command with a lower one is refused.
const NONCES: usize = 100;

/// An account.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) key: PublicKey,
    acct_seq: u64,
    nonces: BTreeSet<u64>,
    /// What it asked for, by its own order ids.
    pub(super) requests: Requests,
    pub(super) open_orders: u32,
    /// How many of its open orders are reduce-only.
    pub(super) reducing: u32,
    /// Its kill switch is thrown.
    pub(super) is_switched_off: bool,
    /// It could not pay once: it may only reduce its risk.
    pub(super) is_suspended: bool,
    pub(super) holdings: BTreeMap<InstrumentId, Holding>,
    pub(super) sums: Sums,
    /// Gain or loss of all positions since the last settlement, at the last settlement prices.
    pub(super) variation: Mills,
    /// Margin of its deliveries.
    pub(super) delivery_margin: Mills,
    /// The margin its owner was last told.
    pub(super) reported: MarginReport,
}

/// What an account has in one contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Holding {
    pub(super) position: Position,
    /// Lots of open bids.
    pub(super) buys: Lots,
    /// Lots of open offers.
    pub(super) sells: Lots,
}

impl Holding {
    pub(super) fn exposure(&self) -> Exposure {
        Exposure { net: self.position.net, buys: self.buys, sells: self.sells }
    }

    /// The lots on offer on one side, to change them.
    pub(super) fn open(&mut self, side: Side) -> &mut Lots {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }

    fn is_empty(&self) -> bool {
        let Self { position, buys, sells } = self;
        position.net == NetLots::ZERO
            && position.carry == 0
            && *buys == Lots::ZERO
            && *sells == Lots::ZERO
    }
}

impl Account {
    /// A new account without anything.
    pub(super) fn new(id: AccountId, name: String, key: PublicKey) -> Self {
        Self {
            id,
            name,
            key,
            acct_seq: 0,
            nonces: BTreeSet::new(),
            requests: Requests::default(),
            open_orders: 0,
            reducing: 0,
            is_switched_off: false,
            is_suspended: false,
            holdings: BTreeMap::new(),
            sums: Sums::default(),
            variation: Mills::ZERO,
            delivery_margin: Mills::ZERO,
            reported: MarginReport::default(),
        }
    }

    pub(super) fn acct_seq(&self) -> u64 {
        self.acct_seq
    }

    /// Tells the owner.
    pub(super) fn tell(&mut self, fact: AccountFact, out: &mut Vec<Event>) {
        self.acct_seq += 1;
        out.push(Event::Account { account: self.id, acct_seq: self.acct_seq, fact });
    }

    /// What it has in a contract.
    pub(super) fn holding(&self, instrument: InstrumentId) -> Holding {
        self.holdings.get(&instrument).copied().unwrap_or_default()
    }

    /// Changes what it has in a contract and everything that is summed up from it.
    pub(super) fn change(&mut self, market: &Market, change: impl FnOnce(&mut Holding)) {
        let before = self.holding(market.id());
        let mut after = before;
        change(&mut after);
        self.sums.change(&market.losses, before.exposure(), after.exposure());
        self.variation += market.variation(&after.position) - market.variation(&before.position);
        if after.is_empty() {
            self.holdings.remove(&market.id());
        } else {
            self.holdings.insert(market.id(), after);
        }
    }

    /// Whether a signed command with this nonce is new.
    pub(super) fn check_nonce(&self, nonce: u64) -> Result<(), Refusal> {
        let is_full = NONCES <= self.nonces.len();
        let is_low = is_full && self.nonces.first().is_some_and(|lowest| nonce < *lowest);
        if is_low || self.nonces.contains(&nonce) {
            return Err(RejectReason::NonceReplayed.into());
        }
        Ok(())
    }

    /// Remembers the nonce of a signed command.
    pub(super) fn use_nonce(&mut self, nonce: u64) {
        self.nonces.insert(nonce);
        if NONCES < self.nonces.len() {
            self.nonces.pop_first();
        }
    }
}
