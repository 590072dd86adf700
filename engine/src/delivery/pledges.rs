//! Nodes that providers have pledged to months.: a node is pledged once to a month, whichever
//! product it is pledged under.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{AccountId, InstrumentId, NodeId, YearMonth};

/// Which node is pledged to what.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pledges {
    nodes: BTreeMap<(AccountId, YearMonth, NodeId), InstrumentId>,
}

impl Pledges {
    /// Whether a node of this account is pledged to anything in this month.
    pub(crate) fn is_taken(&self, account: AccountId, month: YearMonth, node: NodeId) -> bool {
        self.nodes.contains_key(&(account, month, node))
    }

    /// Whether a node of this account is pledged to this contract.
    pub(crate) fn is_pledged(
        &self,
        account: AccountId,
        month: YearMonth,
        node: NodeId,
        to: InstrumentId,
    ) -> bool {
        self.nodes.get(&(account, month, node)) == Some(&to)
    }

    /// Pledges a node.
    pub(crate) fn add(
        &mut self,
        account: AccountId,
        month: YearMonth,
        node: NodeId,
        to: InstrumentId,
    ) {
        self.nodes.insert((account, month, node), to);
    }

    /// The nodes of an account that are pledged to a contract, by number.
    pub(crate) fn of(&self, account: AccountId, month: YearMonth, to: InstrumentId) -> Vec<NodeId> {
        let range = (account, month, NodeId(0))..=(account, month, NodeId(u32::MAX));
        let pledged = self.nodes.range(range).filter(|(_, instrument)| **instrument == to);
        pledged.map(|((_, _, node), _)| *node).collect()
    }

    /// Every pledge: whose, for which month, which node, to what.
    pub(crate) fn all(&self) -> impl Iterator<Item = (AccountId, YearMonth, NodeId, InstrumentId)> {
        self.nodes.iter().map(|((account, month, node), to)| (*account, *month, *node, *to))
    }

    /// Whether a node of this account is pledged to this month or a later one.
    pub(crate) fn is_pledged_from(
        &self,
        account: AccountId,
        first: YearMonth,
        node: NodeId,
    ) -> bool {
        let range = (account, first, NodeId(0))..(AccountId(account.0 + 1), first, NodeId(0));
        let mut pledged = self.nodes.range(range);
        pledged
            .any(|((of, month, pledged), _)| (*of, *pledged) == (account, node) && first <= *month)
    }

    /// Forgets the pledge of a node to a month.
    pub(crate) fn withdraw(&mut self, account: AccountId, month: YearMonth, node: NodeId) {
        self.nodes.remove(&(account, month, node));
    }

    /// Forgets the pledges to a contract that has been delivered.
    pub(crate) fn release(&mut self, to: InstrumentId) {
        self.nodes.retain(|_, instrument| *instrument != to);
    }
}
