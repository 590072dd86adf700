//! What the events of an account add up to.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use types::{
    AccountFact, CapacityFact, ClearingFact, Date, FillReport, InstrumentId, Invoice, MarginReport,
    MemberId, Mills, NetLots, NodeEntry, NodeId, ObligationId, ObligationReport, PositionReport,
    PublicKey, QuoteGroup, StandbyFact, Statement, Timestamp, TransferKind,
};

use super::{Orders, Record};

/// Fills that `fills.list` can show.
const FILLS_KEPT: usize = 1000;

/// Statements that `statements.list` can show: four years.
const STATEMENTS_KEPT: usize = 1461;

/// One fill and when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FillView {
    pub(crate) fill: FillReport,
    pub(crate) acct_seq: u64,
    pub(crate) eseq: u64,
    pub(crate) time: Timestamp,
}

/// An account as its owner may see it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct AccountState {
    /// Its name and key, once it is open.
    pub(crate) opened: Option<(String, PublicKey)>,
    /// Whether money was ever paid in.
    pub(crate) was_funded: bool,
    /// The firm it belongs to, if it has joined one.
    pub(crate) firm: Option<MemberId>,
    /// Its orders.
    pub(crate) orders: Orders,
    /// Its latest fills, oldest first.
    pub(crate) fills: VecDeque<FillView>,
    /// Its positions that are not flat.
    pub(crate) positions: BTreeMap<InstrumentId, PositionReport>,
    /// Its money and what is required of it.
    pub(crate) margin: MarginReport,
    /// Its bond.
    pub(crate) bond: Mills,
    /// Its quote groups: whether each is frozen, and until when.
    pub(crate) quote_groups: BTreeMap<QuoteGroup, (bool, Option<Timestamp>)>,
    /// Nodes in the registry, and the last day for which each is attested.
    pub(crate) registered: BTreeMap<NodeId, (NodeEntry, Option<Date>)>,
    /// Nodes pledged to each contract month.
    pub(crate) pledged: BTreeMap<InstrumentId, Vec<NodeId>>,
    /// Its obligations, settled ones too.
    pub(crate) obligations: BTreeMap<ObligationId, ObligationReport>,
    /// Its invoices, oldest first.
    pub(crate) invoices: Vec<Invoice>,
    /// Its latest statements, oldest first.
    pub(crate) statements: VecDeque<Statement>,
}

impl AccountState {
    pub(super) fn apply(&mut self, record: &Record) {
        let eseq = record.eseq.unwrap_or(0);
        match &record.fact {
            AccountFact::Opened { name, key } => self.opened = Some((name.clone(), *key)),
            AccountFact::Order(report) => self.orders.report(*report, eseq, record.time),
            AccountFact::Fill(fill) => self.fill(*fill, record, eseq),
            AccountFact::Position(position) => self.position(*position),
            AccountFact::Margin(margin) => self.margin = *margin,
            AccountFact::Cash(transfer) => {
                self.was_funded |= transfer.kind == TransferKind::Deposit;
                self.margin.cash = transfer.cash;
                self.margin.escrow = transfer.escrow;
            }
            AccountFact::Clearing(ClearingFact::Joined { member }) => self.firm = Some(*member),
            AccountFact::Leg(_)
            | AccountFact::Clearing(_)
            | AccountFact::ByOperator { .. }
            | AccountFact::Reinstated
            | AccountFact::Suspended
            | AccountFact::KillSwitch { .. }
            | AccountFact::Maker { .. }
            | AccountFact::Reporter { .. }
            | AccountFact::Performance(_) => {}
            AccountFact::Standby(StandbyFact::Bond { balance, .. }) => self.bond = *balance,
            AccountFact::Standby(_) => {}
            AccountFact::QuoteGroup { group, is_frozen, until } => {
                self.quote_groups.insert(*group, (*is_frozen, *until));
            }
            AccountFact::Expired { instrument, .. } => {
                self.positions.remove(instrument);
            }
            AccountFact::Capacity(fact) => self.capacity(fact),
            AccountFact::Pledged { instrument, nodes } => {
                self.pledged.insert(*instrument, nodes.clone());
            }
            AccountFact::Obligation(report) => {
                self.obligations.insert(report.obligation, *report);
            }
            AccountFact::Invoice(invoice) => self.invoices.push(*invoice),
            AccountFact::Statement(statement) => self.state(statement),
        }
    }

    fn capacity(&mut self, fact: &CapacityFact) {
        match fact {
            CapacityFact::Registered { nodes } => {
                self.registered.extend(nodes.iter().map(|entry| (entry.node, (*entry, None))));
            }
            CapacityFact::Retired { nodes } => {
                self.registered.retain(|node, _| !nodes.contains(node));
            }
            CapacityFact::Attested { nodes, until } => {
                for node in nodes {
                    if let Some((_, attested)) = self.registered.get_mut(node) {
                        *attested = Some(*until);
                    }
                }
            }
            CapacityFact::Attestor { .. }
            | CapacityFact::Coverage(_)
            | CapacityFact::BuyIn { .. }
            | CapacityFact::Preferred { .. }
            | CapacityFact::Tendered { .. }
            | CapacityFact::Elected { .. }
            | CapacityFact::Tested { .. }
            | CapacityFact::Replaced { .. }
            | CapacityFact::Dropped { .. } => {}
        }
    }

    fn fill(&mut self, fill: FillReport, record: &Record, eseq: u64) {
        self.orders.fill(&fill, eseq, record.time);
        if self.fills.len() == FILLS_KEPT {
            self.fills.pop_front();
        }
        self.fills.push_back(FillView { fill, acct_seq: record.acct_seq, eseq, time: record.time });
    }

    fn state(&mut self, statement: &Statement) {
        if self.statements.len() == STATEMENTS_KEPT {
            self.statements.pop_front();
        }
        self.statements.push_back(statement.clone());
    }

    fn position(&mut self, position: PositionReport) {
        if position.net == NetLots::ZERO {
            self.positions.remove(&position.instrument);
        } else {
            self.positions.insert(position.instrument, position);
        }
    }
}
