//! Every invariant of the whole exchange, worked out from nothing. For tests and for `verify`; the
//! points where one could break assert their own part in every build.

use std::collections::{BTreeMap, BTreeSet};

use types::{InstrumentId, Lots, Mills, OrderId, Phase, Side};

use super::Exchange;
use super::account::{Account, Holding};
use super::market::Market;
use super::relations::Part;
use crate::ledger::Purse;

impl Exchange {
    /// Checks every invariant of the whole exchange.
    ///
    /// # Panics
    /// When one is broken.
    pub fn audit(&self) {
        assert_eq!(self.ledger.total(), Mills::ZERO, "R-5.1: money came or went");
        assert_eq!(
            self.ledger.balance(Purse::Clearing),
            Mills::ZERO,
            "R-5.5: clearing keeps money"
        );
        assert!(self.unpaid.is_empty(), "R-10.2: a default was not cleared");
        self.markets.iter().for_each(|market| self.audit_market(market));
        self.audit_accounts();
        self.audit_orders();
        self.audit_implied();
    }

    /// Checks what is summed up of accounts against their positions and orders.
    ///
    /// # Panics
    /// When it is not the same.
    pub fn audit_accounts(&self) {
        self.accounts.values().for_each(|account| self.audit_account(account));
    }

    fn audit_market(&self, market: &Market) {
        let symbol = &market.instrument.symbol;
        let holdings =
            || self.accounts.values().map(|account| account.holding(market.id()).position);
        let net: i64 = holdings().map(|position| position.net.0).sum();
        let carry: i128 = holdings().map(|position| position.carry).sum();
        let long: i64 = holdings().map(|position| position.net.0.max(0)).sum();
        assert_eq!((net, carry), (0, 0), "R-5.3: positions in {symbol} do not add up to nothing");
        assert_eq!(market.state.open_interest, Lots(long.unsigned_abs()), "{symbol}");
        let (bid, ask) = (market.book.best(Side::Buy), market.book.best(Side::Sell));
        let is_crossed = bid.zip(ask).is_some_and(|(bid, ask)| ask <= bid);
        assert!(!is_crossed || market.state.phase != Phase::Open, "{symbol} is crossed");
        for side in Side::BOTH {
            let mut levels = BTreeMap::new();
            for (id, hot) in market.book.queue(side, &self.orders.slab) {
                let order = self.orders.live(id);
                assert_eq!((order.instrument, order.side), (market.id(), side), "{symbol}");
                assert_eq!((order.price, order.waits), (hot.price, None), "{symbol}");
                assert_eq!(order.leaves(), hot.leaves(), "{symbol}: {id:?}");
                *levels.entry(order.price).or_insert(Lots::ZERO) += hot.shown;
            }
            let depth: BTreeMap<_, _> = market.book.depth(side).collect();
            assert_eq!(depth, levels, "{symbol}: a level is not the sum of its orders");
        }
    }

    fn audit_account(&self, account: &Account) {
        let mut variation = Mills::ZERO;
        for (instrument, holding) in account.holdings() {
            let market = self.market(instrument);
            variation += market.variation(&holding.position);
            let open = |side| {
                let orders = self.orders.of_account(account.id);
                let open = orders.filter(|o| o.instrument == instrument && o.side == side);
                open.map(super::live::Order::leaves).sum::<Lots>()
            };
            let Holding { buys, sells, leg_buys, leg_sells, .. } = *holding;
            assert_eq!((buys, sells), (open(Side::Buy), open(Side::Sell)), "{:?}", account.id);
            let legs = Side::BOTH.map(|side| self.lots_as_leg(account, instrument, side));
            assert_eq!([leg_buys, leg_sells], legs, "R-6.4: {:?}", account.id);
        }
        let sums = account.weighed(&self.markets);
        assert_eq!(account.sums, sums, "R-6.2: {:?} has other sums than its holdings", account.id);
        assert_eq!(account.variation, variation, "{:?}", account.id);
        let open_orders = self.orders.of_account(account.id).count();
        assert_eq!(usize::try_from(account.open_orders), Ok(open_orders), "{:?}", account.id);
        let obligations = self.deliveries.obligations.values();
        let escrow = obligations.filter(|o| o.buyer == account.id).map(|o| o.escrow).sum::<Mills>();
        assert_eq!(self.ledger.balance(Purse::Escrow(account.id)), escrow, "{:?}", account.id);
    }

    /// What the account's orders would bring in a contract as a leg of another.
    fn lots_as_leg(&self, account: &Account, instrument: InstrumentId, side: Side) -> Lots {
        let orders = self.orders.of_account(account.id);
        let lots = orders.flat_map(|order| {
            let relation = self.market(order.instrument).relation.as_ref();
            let legs = relation.into_iter().flat_map(|relation| &relation.legs);
            let is_meant = move |leg: &&Part| {
                leg.instrument == instrument && leg.side(order.side.sign()) == side
            };
            legs.filter(is_meant).map(move |leg| Lots(order.leaves().0 * leg.lots()))
        });
        lots.sum()
    }

    /// what was told is what is implied now.
    fn audit_implied(&self) {
        for market in &self.markets {
            let now = Side::BOTH.map(|side| self.shown_implied(market.id(), side));
            assert_eq!(market.state.implied, now, "R-3.19: {}", market.instrument.symbol);
        }
    }

    /// Each live order rests in exactly one place.
    fn audit_orders(&self) {
        let resting: Vec<OrderId> = self
            .markets
            .iter()
            .flat_map(|market| {
                let stops = Side::BOTH.into_iter().flat_map(|side| market.stops.of(side));
                let books = Side::BOTH.map(|side| market.book.queue(side, &self.orders.slab));
                stops.chain(books.into_iter().flatten().map(|(id, _)| id))
            })
            .collect();
        let live: BTreeSet<OrderId> = self.orders.all().map(|order| order.id).collect();
        assert_eq!(resting.len(), live.len(), "an order rests twice or nowhere");
        assert_eq!(resting.into_iter().collect::<BTreeSet<_>>(), live);
    }
}
