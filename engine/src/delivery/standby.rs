//! The balance-of-month book: nodes that stand by for what is left of a month, and bids for hours that
//! are resold.
//!
//! What is offered never trades with what is bid: the one is for sellers that miss, the other for
//! buyers that do not pay. Best price first, then the oldest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{AccountId, InstrumentId, Lots, NodeId, Ticks};

/// Nodes of one provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spares {
    pub(crate) price: Ticks,
    /// The command that offered them.
    pub(crate) since: u64,
    pub(crate) nodes: Vec<NodeId>,
}

/// A bid of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bid {
    pub(crate) price: Ticks,
    /// The command that made it.
    pub(crate) since: u64,
    pub(crate) lots: Lots,
}

/// All that stands by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Standby {
    spares: BTreeMap<(InstrumentId, AccountId), Spares>,
    bids: BTreeMap<(InstrumentId, AccountId), Bid>,
}

impl Standby {
    /// Offers nodes in place of those that the account offered before, which it gives back.
    pub(crate) fn offer(
        &mut self,
        instrument: InstrumentId,
        account: AccountId,
        spares: Spares,
    ) -> Vec<NodeId> {
        let key = (instrument, account);
        let before = self.spares.remove(&key).map(|spares| spares.nodes).unwrap_or_default();
        if !spares.nodes.is_empty() {
            self.spares.insert(key, spares);
        }
        before
    }

    /// Nodes that the account offers.
    pub(crate) fn offered(&self, instrument: InstrumentId, account: AccountId) -> &[NodeId] {
        self.spares.get(&(instrument, account)).map_or(&[], |spares| &spares.nodes)
    }

    /// Bids in place of what the account bid before.
    pub(crate) fn bid(&mut self, instrument: InstrumentId, account: AccountId, bid: Bid) {
        self.bids.remove(&(instrument, account));
        if bid.lots != Lots::ZERO {
            self.bids.insert((instrument, account), bid);
        }
    }

    /// Offers up to a limit, the cheapest first: whose, price, nodes.
    pub(crate) fn offers(
        &self,
        instrument: InstrumentId,
        limit: Ticks,
    ) -> Vec<(AccountId, Ticks, usize)> {
        let here = self.spares.range(of(instrument)).filter(|(_, s)| s.price <= limit);
        let mut offers: Vec<_> =
            here.map(|((_, account), s)| (s.price, s.since, *account, s)).collect();
        offers.sort_unstable_by_key(|(price, since, account, _)| (*price, *since, *account));
        offers.into_iter().map(|(price, _, account, s)| (account, price, s.nodes.len())).collect()
    }

    /// Bids, the highest first: whose, price, lots.
    pub(crate) fn bids(&self, instrument: InstrumentId) -> Vec<(AccountId, Ticks, Lots)> {
        let here = self.bids.range(of(instrument));
        let mut bids: Vec<_> =
            here.map(|((_, account), bid)| (-bid.price.0, bid.since, *account, bid)).collect();
        bids.sort_unstable_by_key(|(price, since, account, _)| (*price, *since, *account));
        bids.into_iter().map(|(_, _, account, bid)| (account, bid.price, bid.lots)).collect()
    }

    /// Takes the lowest of the nodes that an account offers.
    pub(crate) fn take_nodes(
        &mut self,
        instrument: InstrumentId,
        account: AccountId,
        count: usize,
    ) -> Vec<NodeId> {
        let spares = self.spares.get_mut(&(instrument, account)).expect("an offer that was found");
        let taken = spares.nodes.drain(..count).collect();
        if spares.nodes.is_empty() {
            self.spares.remove(&(instrument, account));
        }
        taken
    }

    /// Takes lots of a bid.
    pub(crate) fn take_lots(&mut self, instrument: InstrumentId, account: AccountId, lots: Lots) {
        let bid = self.bids.get_mut(&(instrument, account)).expect("a bid that was found");
        bid.lots -= lots;
        if bid.lots == Lots::ZERO {
            self.bids.remove(&(instrument, account));
        }
    }

    /// Forgets all that stands by for a month that is over.
    pub(crate) fn end(&mut self, instrument: InstrumentId) {
        self.spares.retain(|(month, _), _| *month != instrument);
        self.bids.retain(|(month, _), _| *month != instrument);
    }

    /// Months for which anything stands by.
    pub(crate) fn months(&self) -> Vec<InstrumentId> {
        let mut months: Vec<_> = self.spares.keys().chain(self.bids.keys()).map(|k| k.0).collect();
        months.sort_unstable();
        months.dedup();
        months
    }
}

fn of(instrument: InstrumentId) -> std::ops::RangeInclusive<(InstrumentId, AccountId)> {
    (instrument, AccountId(0))..=(instrument, AccountId(u32::MAX))
}
