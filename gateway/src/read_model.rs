//! Everything that is derived from the log for those who look: markets, account streams, totals.
//!
//! Replaying the log gives the same read model. The publisher owns it while the venue runs; the
//! replica has another one, and keeps it in its snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use types::{
    AccountFact, AccountId, ClearingFact, DeliveryRole, Event, InstrumentId, Lots, MarketFact,
    MemberId, ObligationId, ObligationReport, OrderChange, Timestamp, TradeId,
};

use crate::account_stream::{AccountStream, Accounts, Record, instrument_of, trade_of};
use crate::admin_log::AdminLog;
use crate::directory::Directory;
use crate::feed::{Changes, Markets};
use crate::firm_stream::Firms;
use crate::summary::{FinalSettlement, Summary};

mod saved;

/// The whole read model.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ReadModel {
    /// Contracts by symbol, shared with the sessions.
    #[serde(skip)]
    pub(crate) directory: Arc<Directory>,
    /// What everybody may know.
    pub(crate) markets: Markets,
    /// What the owners may know.
    pub(crate) accounts: Accounts,
    /// What firms may know.
    pub(crate) firms: Firms,
    /// The note that was signed last.
    pub(crate) checkpoint: Option<String>,
    /// Obligations of each contract, as their sellers see them.
    deliveries: BTreeMap<InstrumentId, BTreeMap<ObligationId, ObligationReport>>,
    totals: Totals,
    /// What admins have done.
    pub(crate) admin: AdminLog,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Totals {
    seq: u64,
    time: Timestamp,
    orders: u64,
    trades: u64,
    lots: Lots,
    final_settlements: Vec<FinalSettlement>,
}

/// An event of an account that a firm hears of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirmCopy {
    pub(crate) firm: MemberId,
    pub(crate) firm_seq: u64,
    /// Its place among the records of the command.
    pub(crate) at: usize,
}

/// What a command changed.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// What everybody may know.
    pub(crate) changes: Changes,
    /// What the owners may know, in order.
    pub(crate) records: Vec<(AccountId, Record)>,
    /// Which of those came to which firm, and as its which event.
    pub(crate) copies: Vec<FirmCopy>,
    /// Contracts of which a delivery changed, each once.
    pub(crate) deliveries: Vec<InstrumentId>,
}

impl Effects {
    /// Orders that were accepted.
    pub(crate) fn new_orders(&self) -> usize {
        let is_new = |record: &Record| match &record.fact {
            AccountFact::Order(order) => order.change == OrderChange::New,
            _ => false,
        };
        self.records.iter().filter(|(_, record)| is_new(record)).count()
    }

    /// Trades.
    pub(crate) fn new_trades(&self) -> usize {
        self.changes.touched.values().map(|change| change.trades.len()).sum()
    }
}

impl ReadModel {
    /// Takes what a command did and says what changed.
    pub(crate) fn apply(&mut self, seq: u64, time: Timestamp, events: &[Event]) -> Effects {
        self.totals.seq = seq;
        self.totals.time = time;
        let mut effects =
            Effects { changes: self.markets.apply(events, time), ..Effects::default() };
        let mut trades = BTreeMap::new();
        for event in events {
            match event {
                Event::Market { instrument, eseq, fact } => {
                    self.count(*instrument, *eseq, fact, &mut trades);
                }
                Event::Account { account, acct_seq, fact } => {
                    let eseq = self.eseq(fact, &trades);
                    let fact = fact.clone();
                    let record = Record { acct_seq: *acct_seq, time, eseq, fact };
                    self.record(*account, record, &mut effects);
                }
                Event::Administered(report) => self.admin.push(seq, time, report),
                Event::MarketOpened(_)
                | Event::IndexPublished { .. }
                | Event::SupplyChanged { .. }
                | Event::HoursWaived { .. }
                | Event::IndexPrinted { .. }
                | Event::IndexLapsed { .. }
                | Event::TermsChanged { .. }
                | Event::Verdict(_) => {}
            }
        }
        effects
    }

    fn count(
        &mut self,
        instrument: InstrumentId,
        eseq: u64,
        fact: &MarketFact,
        trades: &mut BTreeMap<TradeId, u64>,
    ) {
        match fact {
            MarketFact::Listed(listed) => self.directory.list(listed),
            MarketFact::Trade { trade_id, lots, .. } => {
                trades.insert(*trade_id, eseq);
                self.totals.trades += 1;
                self.totals.lots += *lots;
            }
            MarketFact::Settled { price, date, is_final: true, open_interest, .. } => {
                let Some(market) = self.markets.get(instrument) else { return };
                self.totals.final_settlements.push(FinalSettlement {
                    symbol: market.instrument.symbol.clone(),
                    price: *price,
                    date: *date,
                    open_interest: *open_interest,
                });
            }
            MarketFact::Settled { .. }
            | MarketFact::Phase(_)
            | MarketFact::Indicative(_)
            | MarketFact::Band { .. }
            | MarketFact::ScanRange { .. }
            | MarketFact::Implied { .. }
            | MarketFact::Depth { .. } => {}
        }
    }

    /// The instrument's sequence number an account event belongs to: of a fill that of its trade,
    /// else that after the command.
    fn eseq(&self, fact: &AccountFact, trades: &BTreeMap<TradeId, u64>) -> Option<u64> {
        let of_trade = trade_of(fact).and_then(|trade| trades.get(&trade).copied());
        of_trade.or_else(|| Some(self.markets.get(instrument_of(fact)?)?.eseq))
    }

    fn record(&mut self, account: AccountId, record: Record, effects: &mut Effects) {
        match &record.fact {
            AccountFact::Order(order) if order.change == OrderChange::New => {
                self.totals.orders += 1;
            }
            AccountFact::Obligation(report) => {
                if report.role == DeliveryRole::Deliver {
                    let contract = self.deliveries.entry(report.instrument).or_default();
                    contract.insert(report.obligation, *report);
                }
                if !effects.deliveries.contains(&report.instrument) {
                    effects.deliveries.push(report.instrument);
                }
            }
            AccountFact::Clearing(ClearingFact::CreditLimited { party, .. }) => {
                self.firms.note_limit(*party);
            }
            AccountFact::Opened { .. }
            | AccountFact::Order(_)
            | AccountFact::Fill(_)
            | AccountFact::Leg(_)
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
            | AccountFact::Invoice(_)
            | AccountFact::Statement(_)
            | AccountFact::Capacity(_)
            | AccountFact::ByOperator { .. }
            | AccountFact::Reinstated
            | AccountFact::Performance(_)
            | AccountFact::Standby(_) => {}
        }
        let stream = self.accounts.stream(account);
        let left = stream.state().firm;
        stream.push(record.clone());
        // Whoever goes to another firm is heard of once more where it was.
        let joined = stream.state().firm.filter(|firm| Some(*firm) != left);
        for firm in left.into_iter().chain(joined) {
            let firm_seq = self.firms.push(firm, account, record.acct_seq);
            effects.copies.push(FirmCopy { firm, firm_seq, at: effects.records.len() });
        }
        effects.records.push((account, record));
    }

    /// The firm of an account.
    pub(crate) fn firm(&self, account: AccountId) -> Option<MemberId> {
        self.stream(account)?.state().firm
    }

    /// The stream of an account, if it has one.
    pub(crate) fn stream(&self, account: AccountId) -> Option<&AccountStream> {
        self.accounts.get(account)
    }

    /// The obligations of a contract, oldest first.
    pub(crate) fn deliveries(&self, id: InstrumentId) -> impl Iterator<Item = &ObligationReport> {
        self.deliveries.get(&id).into_iter().flat_map(BTreeMap::values)
    }

    /// Market time of the last command.
    pub(crate) fn time(&self) -> Timestamp {
        self.totals.time
    }

    /// The whole life of the market so far.
    pub(crate) fn summary(&self) -> Summary {
        let streams = || self.accounts.iter().map(|(_, stream)| stream.state());
        let mut invoices: Vec<_> = streams()
            .flat_map(|state| &state.invoices)
            .filter(|invoice| invoice.role == DeliveryRole::Deliver)
            .copied()
            .collect();
        invoices.sort_by_key(|invoice| (invoice.issued, invoice.obligation));
        let symbol =
            |market: &crate::feed::Market| (market.instrument.id, market.instrument.symbol.clone());
        Summary {
            seq: self.totals.seq,
            time: self.totals.time,
            orders: self.totals.orders,
            trades: self.totals.trades,
            lots: self.totals.lots,
            symbols: self.markets.iter().map(symbol).collect(),
            final_settlements: self.totals.final_settlements.clone(),
            obligations: self.deliveries.values().flat_map(|c| c.values().copied()).collect(),
            invoices,
        }
    }
}
