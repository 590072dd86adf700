//! What happened to the obligations of a month on their way, counted from what their accounts heard.
//! Both sides hear of most of it, so everything is known by its names and counted once.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use types::{
    AccountFact, AccountId, CapacityFact, InstrumentId, Lots, Mills, NodeId, ObligationId,
    PerformanceFact, StandbyFact, Timestamp,
};

/// Hours of obligations.
type Hours = BTreeSet<(ObligationId, Timestamp)>;

/// All that was heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    registered: BTreeSet<(AccountId, NodeId)>,
    attested: BTreeSet<(AccountId, NodeId)>,
    tendered: BTreeMap<(InstrumentId, AccountId), Lots>,
    preferred: BTreeSet<(InstrumentId, AccountId)>,
    tested: BTreeMap<(ObligationId, NodeId), bool>,
    replaced: BTreeSet<(ObligationId, NodeId)>,
    signed: Hours,
    disputed: Hours,
    probed: Hours,
    /// What was written for lots that were covered, and how many they are.
    covered: BTreeMap<ObligationId, (ObligationId, Lots)>,
    penalty: Mills,
}

/// A month's figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Story {
    pub(super) nodes_registered: usize,
    pub(super) nodes_attested: usize,
    pub(super) sellers_tendered: usize,
    pub(super) lots_tendered: u64,
    pub(super) buyers_preferred: usize,
    pub(super) nodes_tested: usize,
    pub(super) nodes_failed: usize,
    pub(super) nodes_replaced: usize,
    pub(super) hours_signed: usize,
    pub(super) hours_disputed: usize,
    pub(super) hours_probed: usize,
    pub(super) lots_covered: u64,
    pub(super) penalty_mills: i64,
}

impl Heard {
    /// Takes in what an account heard.
    pub(super) fn fact(&mut self, account: AccountId, fact: &AccountFact) {
        match fact {
            AccountFact::Capacity(fact) => self.capacity(account, fact),
            AccountFact::Performance(fact) => self.performance(fact),
            AccountFact::Standby(StandbyFact::Bond { penalty, .. }) => self.penalty += *penalty,
            _ => {}
        }
    }

    fn capacity(&mut self, account: AccountId, fact: &CapacityFact) {
        match fact {
            CapacityFact::Registered { nodes } => {
                self.registered.extend(nodes.iter().map(|entry| (account, entry.node)));
            }
            CapacityFact::Attested { nodes, .. } => {
                self.attested.extend(nodes.iter().map(|node| (account, *node)));
            }
            CapacityFact::Tendered { instrument, tenders } => {
                let lots = tenders.iter().map(|tender| tender.lots).sum();
                self.tendered.insert((*instrument, account), lots);
            }
            CapacityFact::Preferred { instrument, .. } => {
                self.preferred.insert((*instrument, account));
            }
            CapacityFact::Tested { obligation, node, passed, .. } => {
                let passed_before = self.tested.entry((*obligation, *node)).or_insert(*passed);
                *passed_before &= *passed;
            }
            CapacityFact::Replaced { obligation, failed, .. } => {
                self.replaced.insert((*obligation, *failed));
            }
            CapacityFact::Retired { .. }
            | CapacityFact::Attestor { .. }
            | CapacityFact::Coverage(_)
            | CapacityFact::BuyIn { .. }
            | CapacityFact::Elected { .. }
            | CapacityFact::Dropped { .. } => {}
        }
    }

    fn performance(&mut self, fact: &PerformanceFact) {
        match *fact {
            PerformanceFact::Countersigned { obligation, hour } => {
                self.signed.insert((obligation, hour));
            }
            PerformanceFact::Disputed { obligation, hour, .. } => {
                self.disputed.insert((obligation, hour));
            }
            PerformanceFact::Probed { obligation, hour, .. } => {
                self.probed.insert((obligation, hour));
            }
            PerformanceFact::Covered { obligation, by, lots, .. } => {
                self.covered.insert(by, (obligation, lots));
            }
            PerformanceFact::Decided { .. }
            | PerformanceFact::CashedOut { .. }
            | PerformanceFact::EscrowLate { .. }
            | PerformanceFact::Offered { .. }
            | PerformanceFact::HandedOver { .. } => {}
        }
    }

    /// Whether an obligation was written for lots of another that were covered.
    pub(super) fn is_cover(&self, obligation: ObligationId) -> bool {
        self.covered.contains_key(&obligation)
    }

    /// The figures of some contracts and of obligations in them.
    pub(super) fn story(
        &self,
        is_ours: impl Fn(InstrumentId) -> bool,
        obligations: &BTreeSet<ObligationId>,
    ) -> Story {
        let of = |id: &ObligationId| obligations.contains(id);
        let count = |hours: &Hours| hours.iter().filter(|(id, _)| of(id)).count();
        let tenders = self.tendered.iter().filter(|((instrument, _), _)| is_ours(*instrument));
        let tests = self.tested.iter().filter(|((id, _), _)| of(id));
        let covered = self.covered.values().filter(|(id, _)| of(id));
        Story {
            nodes_registered: self.registered.len(),
            nodes_attested: self.attested.len(),
            sellers_tendered: tenders
                .clone()
                .map(|((_, seller), _)| seller)
                .collect::<BTreeSet<_>>()
                .len(),
            lots_tendered: tenders.map(|(_, lots)| lots.0).sum(),
            buyers_preferred: self
                .preferred
                .iter()
                .filter(|(i, _)| is_ours(*i))
                .map(|(_, buyer)| buyer)
                .collect::<BTreeSet<_>>()
                .len(),
            nodes_tested: tests.clone().count(),
            nodes_failed: tests.filter(|(_, passed)| !**passed).count(),
            nodes_replaced: self.replaced.iter().filter(|(id, _)| of(id)).count(),
            hours_signed: count(&self.signed),
            hours_disputed: count(&self.disputed),
            hours_probed: count(&self.probed),
            lots_covered: covered.map(|(_, lots)| lots.0).sum(),
            penalty_mills: self.penalty.0,
        }
    }
}
