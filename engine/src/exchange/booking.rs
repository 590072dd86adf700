//! What an order would leave behind, booked beside the account instead of in it.: with the same
//! sums, so the account comes to the same when the order does.

use std::collections::BTreeMap;

use types::{InstrumentId, Kind, Lots, MarginReport, Mills, Ticks, TradeKind};

use super::Exchange;
use super::account::{Account, Holding, with_leg};
use super::check::with_open;
use super::live::Order;
use super::novating::Trade;
use super::report::margin_of;
use crate::clearing::value;
use crate::risk::Stake;

/// An account as it would be.
#[derive(Clone)]
pub(super) struct Booking<'a> {
    exchange: &'a Exchange,
    account: &'a Account,
    order: &'a Order,
    pub(super) cash: Mills,
    escrow: Mills,
    /// What it would have, where that is something else.
    holdings: BTreeMap<InstrumentId, Holding>,
}

impl<'a> Booking<'a> {
    /// The account as it is, before an order of its own.
    pub(super) fn of(exchange: &'a Exchange, account: &'a Account, order: &'a Order) -> Self {
        let (cash, escrow) = exchange.ledger.cash_and_escrow(account.id);
        Self { exchange, account, order, cash, escrow, holdings: BTreeMap::new() }
    }

    fn holding(&mut self, id: InstrumentId) -> &mut Holding {
        self.holdings.entry(id).or_insert_with(|| self.account.holding(id))
    }

    /// The order trades with its own book.
    pub(super) fn trade(&mut self, price: Ticks, lots: Lots) {
        let (exchange, instrument, side) = (self.exchange, self.order.instrument, self.order.side);
        if !exchange.market(instrument).instrument.is_combination() {
            let signed = lots.signed(side);
            self.holding(instrument).position.add(signed, value(signed, price), exchange.seq);
            return;
        }
        let (aggressor, kind) = (Some(side), TradeKind::Book);
        let trade = Trade { instrument, price, lots, aggressor, kind };
        let in_legs = exchange.agreed_legs(&trade);
        let relation = exchange.relation(instrument);
        for (leg, price) in relation.legs.iter().zip(in_legs.prices) {
            let signed = Lots(lots.0 * leg.lots()).signed(leg.side(side.sign()));
            let position = &mut self.holding(leg.instrument).position;
            position.add(signed, value(signed, price), exchange.seq);
        }
        self.cash -= exchange.rounding(&trade, side, &in_legs);
    }

    /// So many lots of it rest.
    pub(super) fn rest(mut self, lots: Lots) -> Self {
        let (instrument, side) = (self.order.instrument, self.order.side);
        let holding = self.holding(instrument);
        *holding = with_open(*holding, side, Lots::ZERO, lots);
        let relation = self.exchange.market(instrument).relation.as_ref();
        for leg in relation.into_iter().flat_map(|relation| &relation.legs) {
            let holding = self.holding(leg.instrument);
            *holding = with_leg(*holding, leg, side, Lots::ZERO, lots);
        }
        self
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

    /// The price at which the account could not keep its position, were what rests filled at its limit.
    pub(super) fn liquidation(mut self, rests: Lots) -> Option<Ticks> {
        let market = self.exchange.market(self.order.instrument);
        let Kind::Outright(_) = market.instrument.kind else { return None };
        self.trade(self.order.price, rests);
        let position = self.holding(market.id()).position;
        let margin = self.margin();
        let stake = Stake {
            net: position.net,
            carry: position.carry,
            tick_value: market.instrument.tick_value,
            cash: self.cash,
            others: margin.variation - market.variation(&position),
            maintenance: margin.maintenance,
        };
        let reach = (market.instrument.lowest, market.instrument.highest);
        stake.liquidation(market.state.settlement, reach)
    }
}
