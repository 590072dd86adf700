//! The exchange in canonical form: everything that decides what it will do, nothing that can be
//! worked out from the rest. Its bytes are what the state digest is taken over.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use types::{AccountId, Instrument, MarketTerms, OrderId, ProductId, Side, Ticks, Timestamp};

use super::Exchange;
use super::account::Account;
use super::market::{Market, State};
use crate::book::{Order, Orders};
use crate::delivery::Deliveries;
use crate::ledger::Ledger;

/// Everything the exchange is.
#[derive(Serialize)]
pub struct Snapshot<'a> {
    seq: u64,
    now: Timestamp,
    terms: &'a Option<Box<MarketTerms>>,
    markets: Vec<MarketSnapshot<'a>>,
    indexes: &'a BTreeMap<ProductId, Ticks>,
    accounts: &'a BTreeMap<AccountId, Account>,
    orders: Vec<&'a Order>,
    /// Live orders of each account, the oldest first.
    account_orders: Vec<(AccountId, Vec<OrderId>)>,
    slots: (Vec<u32>, &'a [u32]),
    ledger: &'a Ledger,
    deliveries: &'a Deliveries,
    last_hour: Timestamp,
    trades: u64,
    suspended: &'a BTreeSet<AccountId>,
}

#[derive(Serialize)]
struct MarketSnapshot<'a> {
    instrument: &'a Instrument,
    state: &'a State,
    /// Orders in the order in which they would trade.
    bids: Vec<OrderId>,
    asks: Vec<OrderId>,
}

impl Exchange {
    /// Everything the exchange is, in canonical form.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<'_> {
        let queue = |account: &AccountId| {
            (*account, self.orders.of_account(*account).map(|order| order.id).collect())
        };
        Snapshot {
            seq: self.seq,
            now: self.now,
            terms: &self.terms,
            markets: self.markets.iter().map(|market| market_of(market, &self.orders)).collect(),
            indexes: &self.indexes,
            accounts: &self.accounts,
            orders: self.orders.all().collect(),
            account_orders: self.accounts.keys().map(queue).collect(),
            slots: self.orders.slots(),
            ledger: &self.ledger,
            deliveries: &self.deliveries,
            last_hour: self.last_hour,
            trades: self.trades,
            suspended: &self.suspended,
        }
    }
}

fn market_of<'a>(market: &'a Market, orders: &'a Orders) -> MarketSnapshot<'a> {
    let queue = |side| market.book.queue(side, orders).map(|order| order.id).collect();
    MarketSnapshot {
        instrument: &market.instrument,
        state: &market.state,
        bids: queue(Side::Buy),
        asks: queue(Side::Sell),
    }
}
