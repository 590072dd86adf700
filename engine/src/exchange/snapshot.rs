//! The exchange in canonical form: everything that decides what it will do, nothing that can be
//! worked out from the rest. Its bytes are what the state digest is taken over, and an exchange can be
//! made from them again.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use book::Structure;
use serde::{Deserialize, Serialize};
use types::terms::FeeTerms;
use types::{
    AccountId, Instrument, Lots, MarketTerms, MemberId, OrderId, Phase, ProductId, PublicKey,
    QuoteGroup, Side, Ticks, TimeInForce, Timestamp,
};

use super::Exchange;
use super::account::Account;
use super::firms::Firm;
use super::live::{Live, Order};
use super::market::{Market, State};
use super::nonces::Nonces;
use super::quoting::Group;
use super::ranging::Scan;
use super::requests::Requests;
use crate::by_account::ByAccount;
use crate::delivery::Deliveries;
use crate::index::Series;
use crate::ledger::Ledger;

/// Everything the exchange is.
#[derive(Serialize, Deserialize)]
pub struct Snapshot<'a> {
    seq: u64,
    now: Timestamp,
    terms: Cow<'a, Option<Box<MarketTerms>>>,
    markets: Vec<MarketSnapshot<'a>>,
    indexes: Cow<'a, BTreeMap<ProductId, Ticks>>,
    series: Cow<'a, BTreeMap<ProductId, Series>>,
    reporters: Cow<'a, BTreeSet<(ProductId, AccountId)>>,
    scans: Cow<'a, [Scan]>,
    accounts: Cow<'a, ByAccount<Account>>,
    orders: Vec<Order>,
    /// Live orders of each account, the oldest first.
    account_orders: Vec<(AccountId, Vec<OrderId>)>,
    slots: (Vec<u32>, Vec<u32>),
    turns: u64,
    makers: Cow<'a, BTreeSet<(ProductId, AccountId)>>,
    quotes: Cow<'a, BTreeMap<(AccountId, QuoteGroup), Group>>,
    admins: Cow<'a, BTreeMap<PublicKey, Nonces>>,
    ledger: Cow<'a, Ledger>,
    deliveries: Cow<'a, Deliveries>,
    last_hour: Timestamp,
    last_call: Timestamp,
    next_fees: Option<FeeTerms>,
    trades: u64,
    suspended: Cow<'a, BTreeSet<AccountId>>,
    estates: Cow<'a, BTreeMap<AccountId, Timestamp>>,
    capacities: Cow<'a, BTreeMap<ProductId, Lots>>,
    exemptions: Cow<'a, BTreeMap<(AccountId, ProductId), Lots>>,
    members: Cow<'a, BTreeMap<MemberId, Firm>>,
    slices: u64,
    requests: Cow<'a, Requests>,
}

#[derive(Serialize, Deserialize)]
struct MarketSnapshot<'a> {
    instrument: Cow<'a, Instrument>,
    state: Cow<'a, State>,
    /// Orders in the order in which they would trade.
    bids: Vec<Resting>,
    asks: Vec<Resting>,
    /// Stops that wait, in the order in which they would be elected.
    stops: [Vec<OrderId>; 2],
}

/// An order in a book, what it shows, and whether it made its price the best.
#[derive(Serialize, Deserialize)]
struct Resting(OrderId, Lots, bool);

impl Snapshot<'_> {
    /// Number of the last command.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }
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
            terms: Cow::Borrowed(&self.terms),
            markets: self.markets.iter().map(|market| market_of(market, &self.orders)).collect(),
            indexes: Cow::Borrowed(&self.indexes),
            series: Cow::Borrowed(&self.series),
            reporters: Cow::Borrowed(&self.reporters),
            scans: Cow::Borrowed(&self.scans),
            accounts: Cow::Borrowed(&self.accounts),
            orders: self.orders.all().copied().collect(),
            account_orders: self.accounts.keys().map(queue).collect(),
            slots: slots(&self.orders),
            turns: self.orders.turns(),
            makers: Cow::Borrowed(&self.makers),
            quotes: Cow::Borrowed(&self.quotes),
            admins: Cow::Borrowed(&self.admins),
            ledger: Cow::Borrowed(&self.ledger),
            deliveries: Cow::Borrowed(&self.deliveries),
            last_hour: self.last_hour,
            last_call: self.last_call,
            next_fees: self.next_fees,
            trades: self.trades,
            suspended: Cow::Borrowed(&self.suspended),
            estates: Cow::Borrowed(&self.estates),
            capacities: Cow::Borrowed(&self.capacities),
            exemptions: Cow::Borrowed(&self.exemptions),
            members: Cow::Borrowed(&self.members),
            slices: self.slices,
            requests: Cow::Borrowed(&self.requests),
        }
    }

    /// The exchange of a snapshot, its books built in this way. It goes on as the one that the
    /// snapshot was taken of.
    ///
    /// # Panics
    /// When no exchange can have given this snapshot.
    #[must_use]
    pub fn restored(snapshot: Snapshot<'_>, structure: Structure) -> Self {
        let (generations, free) = snapshot.slots;
        let slots = (&generations[..], free);
        let (orders, turns) = (&snapshot.orders, snapshot.turns);
        let mut exchange = Self {
            seq: snapshot.seq,
            now: snapshot.now,
            terms: snapshot.terms.into_owned(),
            indexes: snapshot.indexes.into_owned(),
            series: snapshot.series.into_owned(),
            reporters: snapshot.reporters.into_owned(),
            scans: snapshot.scans.into_owned(),
            accounts: snapshot.accounts.into_owned(),
            orders: Live::restored(orders, slots, &snapshot.account_orders, turns),
            makers: snapshot.makers.into_owned(),
            quotes: snapshot.quotes.into_owned(),
            admins: snapshot.admins.into_owned(),
            ledger: snapshot.ledger.into_owned(),
            deliveries: snapshot.deliveries.into_owned(),
            last_hour: snapshot.last_hour,
            last_call: snapshot.last_call,
            next_fees: snapshot.next_fees,
            trades: snapshot.trades,
            suspended: snapshot.suspended.into_owned(),
            estates: snapshot.estates.into_owned(),
            capacities: snapshot.capacities.into_owned(),
            exemptions: snapshot.exemptions.into_owned(),
            members: snapshot.members.into_owned(),
            slices: snapshot.slices,
            requests: snapshot.requests.into_owned(),
            structure,
            ..Self::default()
        };
        snapshot.markets.into_iter().for_each(|market| exchange.restore_market(market));
        exchange.mark_makers(orders);
        exchange.accounts.keys().for_each(|id| exchange.requests.open(*id));
        for order in orders {
            exchange.orders.live_mut(order.id).request = exchange.requests.place_of(order);
        }
        exchange.relate_again();
        let timed = orders.iter().filter_map(|order| match order.time_in_force {
            TimeInForce::Gtd(end) => Some((end, order.turn, order.id)),
            _ => None,
        });
        exchange.ends = timed.collect();
        let called = exchange.accounts.values().filter_map(|a| Some((a.call?, a.id)));
        exchange.calls = called.collect();
        exchange
    }

    fn restore_market(&mut self, saved: MarketSnapshot<'_>) {
        let instrument = saved.instrument.into_owned();
        let state = saved.state.into_owned();
        let terms = self.product(instrument.product);
        let risk = self.risk_of(&instrument, state.volumes.iter().copied());
        let mut market = Market::new(instrument, terms, risk, self.structure);
        market.state = state;
        for Resting(id, shown, is_top) in saved.bids.into_iter().chain(saved.asks) {
            market.book.rest_again(&mut self.orders.slab, id, shown, is_top);
        }
        for (side, stops) in Side::BOTH.into_iter().zip(saved.stops) {
            for id in stops {
                let wait = self.orders.live(id).waits.expect("a stop waits");
                market.stops.add(side, wait.trigger, id);
            }
        }
        let id = market.id();
        match market.instrument.tenor() {
            Some(tenor) => drop(self.listed.insert((market.instrument.product, tenor), id)),
            None if market.state.phase == Phase::Expired => {}
            None => drop(self.combinations.insert(market.instrument.kind.clone(), id)),
        }
        self.markets.push(market);
    }
}

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
        instrument: Cow::Borrowed(&market.instrument),
        state: Cow::Borrowed(&market.state),
        bids: queue(Side::Buy),
        asks: queue(Side::Sell),
        stops: Side::BOTH.map(|side| market.stops.of(side).collect()),
    }
}
