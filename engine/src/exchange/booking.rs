//! What an order would leave behind, booked beside the account instead of in it.: with the same
//! sums, so the account comes to the same when the order does.

use std::collections::BTreeMap;

use types::{InstrumentId, Kind, Liquidity, Lots, MarginReport, Mills, Side, Ticks, TradeKind};

use super::Exchange;
use super::account::{Account, Holding, with_leg};
use super::check::with_open;
use super::live::Order;
use super::novating::{InLegs, Trade};
use super::report::margin_of;
use crate::clearing::value;
use crate::risk::Stake;

/// An account as it would be.
#[derive(Clone)]
pub(super) struct Booking<'a> {
    exchange: &'a Exchange,
    account: &'a Account,
    cash: Mills,
    escrow: Mills,
    /// What it would have, where that is something else.
    holdings: BTreeMap<InstrumentId, Holding>,
}

impl<'a> Booking<'a> {
    /// The account as it is.
    pub(super) fn of(exchange: &'a Exchange, account: &'a Account) -> Self {
        let (cash, escrow) = exchange.ledger.cash_and_escrow(account.id);
        Self { exchange, account, cash, escrow, holdings: BTreeMap::new() }
    }

    fn holding(&mut self, id: InstrumentId) -> &mut Holding {
        self.holdings.entry(id).or_insert_with(|| self.account.holding(id))
    }

    /// One side of a trade is its own: position, then rounding, then fee, as they are booked.
    pub(super) fn fill(&mut self, trade: &Trade, side: Side, in_legs: Option<&InLegs>) {
        let exchange = self.exchange;
        self.hold(trade, side, in_legs);
        if let Some(in_legs) = in_legs {
            self.pay(exchange.rounding(trade, side, in_legs));
        }
        let is_taker = trade.aggressor == Some(side);
        let liquidity = if is_taker { Liquidity::Taker } else { Liquidity::Maker };
        self.pay(exchange.fee(liquidity, exchange.lots_of_legs(trade.instrument, trade.lots)));
    }

    /// What it cannot pay others do.
    fn pay(&mut self, amount: Mills) {
        self.cash = (self.cash - amount).max(Mills::ZERO);
    }

    /// The positions that a trade becomes.
    fn hold(&mut self, trade: &Trade, side: Side, in_legs: Option<&InLegs>) {
        let exchange = self.exchange;
        let Some(in_legs) = in_legs else {
            let signed = trade.lots.signed(side);
            let position = &mut self.holding(trade.instrument).position;
            return position.add(signed, value(signed, trade.price), exchange.seq);
        };
        let relation = exchange.relation(trade.instrument);
        for (leg, price) in relation.legs.iter().zip(in_legs.prices) {
            let signed = Lots(trade.lots.0 * leg.lots()).signed(leg.side(side.sign()));
            let position = &mut self.holding(leg.instrument).position;
            position.add(signed, value(signed, price), exchange.seq);
        }
    }

    /// So many lots of an order are on offer.
    pub(super) fn open(&mut self, id: InstrumentId, side: Side, lots: Lots) {
        self.offer(id, side, (Lots::ZERO, lots));
    }

    /// So many lots that were on offer are not any more.
    pub(super) fn close(&mut self, id: InstrumentId, side: Side, lots: Lots) {
        self.offer(id, side, (lots, Lots::ZERO));
    }

    fn offer(&mut self, id: InstrumentId, side: Side, (old, new): (Lots, Lots)) {
        let holding = self.holding(id);
        *holding = with_open(*holding, side, old, new);
        let relation = self.exchange.market(id).relation.as_ref();
        for leg in relation.into_iter().flat_map(|relation| &relation.legs) {
            let holding = self.holding(leg.instrument);
            *holding = with_leg(*holding, leg, side, old, new);
        }
    }

    pub(super) fn margin(&self) -> MarginReport {
        let mut sums = self.account.sums;
        let mut variation = self.account.variation;
        for (id, after) in &self.holdings {
            let (market, before) = (self.exchange.market(*id), self.account.holding(*id));
            sums.change(&market.risk, before.exposure(), after.exposure());
            variation += market.variation(&after.position) - market.variation(&before.position);
        }
        margin_of(self.account, (self.cash, self.escrow), variation, &sums)
    }

    /// The price of the order's contract at which the account could not keep its positions, were what
    /// rests filled at its limit.
    pub(super) fn liquidation(mut self, order: &Order, rests: Lots) -> Option<Ticks> {
        let Order { instrument, side, price, .. } = *order;
        let market = self.exchange.market(instrument);
        let (aggressor, kind) = (Some(side), TradeKind::Book);
        let trade = Trade { instrument, price, lots: rests, aggressor, kind };
        let is_combined = market.instrument.is_combination();
        let in_legs = is_combined.then(|| self.exchange.agreed_legs(&trade));
        self.hold(&trade, side, in_legs.as_ref());
        if let Some(in_legs) = &in_legs {
            self.pay(self.exchange.rounding(&trade, side, in_legs));
        }
        let mut mills_per_tick = 0;
        for id in self.exchange.moved_by(instrument) {
            let net = i128::from(self.holding(id).position.net.0);
            let tick_value = self.exchange.market(id).instrument.tick_value.0;
            mills_per_tick += net * i128::from(tick_value);
        }
        let MarginReport { cash, variation, maintenance, .. } = self.margin();
        let stake = Stake { mills_per_tick, cash, variation, maintenance };
        let reach = (market.instrument.lowest, market.instrument.highest);
        stake.liquidation(market.state.settlement, reach)
    }
}

impl Exchange {
    /// The contracts whose settlement prices move by a tick when that of this one does: it itself and
    /// what it is made of, of a spread its far leg alone.
    fn moved_by(&self, id: InstrumentId) -> Vec<InstrumentId> {
        let market = self.market(id);
        let legs = || market.relation.iter().flat_map(|relation| &relation.legs);
        match market.instrument.kind {
            Kind::Spread { .. } => legs().skip(1).map(|leg| leg.instrument).collect(),
            Kind::Ramp(_) | Kind::Outright(_) => {
                let parts = legs().flat_map(|leg| self.moved_by(leg.instrument));
                std::iter::once(id).chain(parts).collect()
            }
        }
    }
}
