//! The account streams: everything that happened to each account, gapless by `acct_seq`, with
//! enough of the past to resume from and the state it adds up to.
//!
//! A projection of events: replaying the log gives the same streams. Knows nothing of sessions.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use types::{
    AccountFact, AccountId, CapacityFact, ClearingFact, InstrumentId, StandbyFact, Timestamp,
    TradeId,
};

mod orders;
mod state;

pub(crate) use orders::{OrderView, Orders};
pub(crate) use state::{AccountState, FillView};

/// Events of each account that a session can resume from.
pub(crate) const KEPT: usize = 65_536;

/// One event of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) acct_seq: u64,
    /// When the engine came to the command.
    pub(crate) time: Timestamp,
    /// The instrument's sequence number, when the event is of one.
    pub(crate) eseq: Option<u64>,
    pub(crate) fact: AccountFact,
}

/// The events wanted are no longer kept; the oldest that are begin here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooOld {
    pub(crate) min_acct_seq: u64,
}

/// One account: its latest events and its state.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct AccountStream {
    acct_seq: u64,
    records: VecDeque<Record>,
    state: AccountState,
}

impl AccountStream {
    /// Takes the next event.
    pub(crate) fn push(&mut self, record: Record) {
        debug_assert_eq!(record.acct_seq, self.acct_seq + 1, "the engine numbers without gaps");
        self.acct_seq = record.acct_seq;
        self.state.apply(&record);
        if self.records.len() == KEPT {
            self.records.pop_front();
        }
        self.records.push_back(record);
    }

    /// The number of its last event.
    pub(crate) fn acct_seq(&self) -> u64 {
        self.acct_seq
    }

    /// What its events add up to.
    pub(crate) fn state(&self) -> &AccountState {
        &self.state
    }

    /// The event of this number, if it is kept.
    pub(crate) fn record(&self, acct_seq: u64) -> Option<&Record> {
        let oldest = self.records.front()?.acct_seq;
        let at = usize::try_from(acct_seq.checked_sub(oldest)?).ok()?;
        self.records.get(at)
    }

    /// Its events from number `first` on.
    pub(crate) fn since(&self, first: u64) -> Result<impl Iterator<Item = &Record>, TooOld> {
        let oldest = self.records.front().map_or(self.acct_seq + 1, |record| record.acct_seq);
        let Some(skipped) = first.max(1).checked_sub(oldest) else {
            return Err(TooOld { min_acct_seq: oldest });
        };
        Ok(self.records.iter().skip(usize::try_from(skipped).unwrap_or(usize::MAX)))
    }
}

/// All accounts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Accounts(BTreeMap<AccountId, AccountStream>);

impl Accounts {
    /// The stream of an account, empty before its first event.
    pub(crate) fn stream(&mut self, account: AccountId) -> &mut AccountStream {
        self.0.entry(account).or_default()
    }

    /// The stream of an account that has one.
    pub(crate) fn get(&self, account: AccountId) -> Option<&AccountStream> {
        self.0.get(&account)
    }

    /// All of them, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (AccountId, &AccountStream)> {
        self.0.iter().map(|(account, stream)| (*account, stream))
    }
}

/// The contract an event is about.
pub(crate) fn instrument_of(fact: &AccountFact) -> Option<InstrumentId> {
    match fact {
        AccountFact::Order(order) => Some(order.instrument),
        AccountFact::Fill(fill) => Some(fill.instrument),
        AccountFact::Leg(leg) => Some(leg.instrument),
        AccountFact::Position(position) => Some(position.instrument),
        AccountFact::Pledged { instrument, .. } | AccountFact::Expired { instrument, .. } => {
            Some(*instrument)
        }
        AccountFact::Obligation(obligation) => Some(obligation.instrument),
        AccountFact::Invoice(invoice) => Some(invoice.instrument),
        AccountFact::Capacity(fact) => contract_of(fact),
        AccountFact::Clearing(fact) => match fact {
            ClearingFact::Moved { instrument, .. }
            | ClearingFact::TornUp { instrument, .. }
            | ClearingFact::Accountable { instrument, .. }
            | ClearingFact::Slice { instrument, .. } => Some(*instrument),
            ClearingFact::Called { .. }
            | ClearingFact::CallMet
            | ClearingFact::Covered { .. }
            | ClearingFact::Charged { .. }
            | ClearingFact::GainCut { .. }
            | ClearingFact::Exempted { .. }
            | ClearingFact::Joined { .. }
            | ClearingFact::CreditLimited { .. }
            | ClearingFact::Closed { .. } => None,
        },
        AccountFact::Opened { .. }
        | AccountFact::Margin(_)
        | AccountFact::Cash(_)
        | AccountFact::Suspended
        | AccountFact::KillSwitch { .. }
        | AccountFact::Maker { .. }
        | AccountFact::Statement(_)
        | AccountFact::ByOperator { .. }
        | AccountFact::Reinstated
        | AccountFact::QuoteGroup { .. }
        | AccountFact::Reporter { .. }
        | AccountFact::Performance(_) => None,
        AccountFact::Standby(fact) => match fact {
            StandbyFact::Offered { instrument, .. } | StandbyFact::Bid { instrument, .. } => {
                Some(*instrument)
            }
            StandbyFact::Bond { .. } | StandbyFact::Probe { .. } => None,
        },
    }
}

fn contract_of(fact: &CapacityFact) -> Option<InstrumentId> {
    match fact {
        CapacityFact::Coverage(coverage) => Some(coverage.instrument),
        CapacityFact::BuyIn { instrument, .. }
        | CapacityFact::Preferred { instrument, .. }
        | CapacityFact::Tendered { instrument, .. } => Some(*instrument),
        CapacityFact::Registered { .. }
        | CapacityFact::Retired { .. }
        | CapacityFact::Attested { .. }
        | CapacityFact::Attestor { .. }
        | CapacityFact::Elected { .. }
        | CapacityFact::Tested { .. }
        | CapacityFact::Replaced { .. }
        | CapacityFact::Dropped { .. } => None,
    }
}

/// The trade an event is about.
pub(crate) fn trade_of(fact: &AccountFact) -> Option<TradeId> {
    match fact {
        AccountFact::Fill(fill) => Some(fill.trade_id),
        AccountFact::Leg(leg) => Some(leg.trade_id),
        AccountFact::Opened { .. }
        | AccountFact::Order(_)
        | AccountFact::Position(_)
        | AccountFact::Margin(_)
        | AccountFact::Cash(_)
        | AccountFact::Suspended
        | AccountFact::Clearing(_)
        | AccountFact::KillSwitch { .. }
        | AccountFact::Maker { .. }
        | AccountFact::Reporter { .. }
        | AccountFact::QuoteGroup { .. }
        | AccountFact::Expired { .. }
        | AccountFact::Pledged { .. }
        | AccountFact::Obligation(_)
        | AccountFact::Invoice(_)
        | AccountFact::Statement(_)
        | AccountFact::Capacity(_)
        | AccountFact::ByOperator { .. }
        | AccountFact::Reinstated
        | AccountFact::Performance(_)
        | AccountFact::Standby(_) => None,
    }
}

#[cfg(test)]
mod tests;
