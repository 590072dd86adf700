//! The exchange in canonical form: everything that decides what it will do, nothing that can be
//! worked out from the rest. Its bytes are what the state digest is taken over.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use types::{
    AccountId, Instrument, Lots, MarketTerms, OrderId, ProductId, QuoteGroup, Side, Ticks,
    Timestamp,
};

use super::Exchange;
use super::account::Account;
use super::live::{Live, Order};
use super::market::{Market, State};
use super::quoting::Group;
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
    slots: (Vec<u32>, Vec<u32>),
    turns: u64,
    makers: &'a BTreeSet<(ProductId, AccountId)>,
    quotes: &'a BTreeMap<(AccountId, QuoteGroup), Group>,
    ledger: &'a Ledger,
    deliveries: &'a Deliveries,
    last_hour: Timestamp,
    last_call: Timestamp,
    trades: u64,
    suspended: &'a BTreeSet<AccountId>,
}

#[derive(Serialize)]
struct MarketSnapshot<'a> {
    instrument: &'a Instrument,
    state: &'a State,
    /// Orders in the order in which they would trade.
    bids: Vec<Resting>,
    asks: Vec<Resting>,
    /// Stops that wait, in the order in which they would be elected.
    stops: [Vec<OrderId>; 2],
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
            slots: slots(&self.orders),
            turns: self.orders.turns(),
            makers: &self.makers,
            quotes: &self.quotes,
            ledger: &self.ledger,
            deliveries: &self.deliveries,
            last_hour: self.last_hour,
            last_call: self.last_call,
            trades: self.trades,
            suspended: &self.suspended,
        }
    }
}

/// An order in a book, what it shows, and whether it made its price the best.
#[derive(Serialize)]
struct Resting(OrderId, Lots, bool);

fn slots(orders: &Live) -> (Vec<u32>, Vec<u32>) {
    let (generations, free) = orders.slab.slots();
    (generations, free.to_vec())
}

fn market_of<'a>(market: &'a Market, orders: &'a Live) -> MarketSnapshot<'a> {
    let queue = |side| {
        let queue = market.book.queue(side, &orders.slab);
        queue.map(|(id, order)| Resting(id, order.shown, order.is_top())).collect()
    };
    MarketSnapshot {
        instrument: &market.instrument,
        state: &market.state,
        bids: queue(Side::Buy),
        asks: queue(Side::Sell),
        stops: Side::BOTH.map(|side| market.stops.of(side).collect()),
    }
}
