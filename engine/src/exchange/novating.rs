//! A trade becomes fills, positions and fees.

use types::instrument::MOST_LEGS;
use types::terms::FeeTerms;
use types::{
    AccountFact, AccountId, Event, FillReport, InstrumentId, LegReport, Liquidity, Lots,
    MarketFact, Mills, NetLots, OrderState, Side, Ticks, Timestamp, TradeId, TradeKind,
    TransferKind,
};

use super::check::with_open;
use super::live::Order;
use super::{Exchange, index};
use crate::clearing::value;
use crate::ledger::Purse;

/// Two orders, one price.
#[derive(Clone, Copy)]
pub(super) struct Trade {
    pub(super) instrument: InstrumentId,
    pub(super) price: Ticks,
    pub(super) lots: Lots,
    /// The side that came; neither in an auction.
    pub(super) aggressor: Option<Side>,
    pub(super) kind: TradeKind,
}

/// A fill that becomes positions in the legs of its contract, at these prices.
#[derive(Clone, Copy, Debug)]
pub(super) struct InLegs {
    /// In the order of the legs.
    pub(super) prices: [Ticks; MOST_LEGS],
}

impl Exchange {
    /// Novates a trade: the market hears of it, then each side, maker or buyer first.
    pub(super) fn trade(&mut self, trade: &Trade, orders: [&Order; 2], out: &mut Vec<Event>) {
        let trade_id = self.tell_trade(trade, out);
        let market = self.market(trade.instrument);
        let in_legs = market.instrument.is_combination().then(|| self.agreed_legs(trade));
        for order in orders {
            self.fill(order, trade_id, trade, in_legs.as_ref(), out);
        }
    }

    /// One side of an implied trade; the others are in other contracts.
    pub(super) fn trade_in_legs(
        &mut self,
        trade: &Trade,
        order: &Order,
        in_legs: Option<&InLegs>,
        out: &mut Vec<Event>,
    ) {
        let trade_id = self.tell_trade(trade, out);
        self.fill(order, trade_id, trade, in_legs, out);
    }

    /// The market hears of a trade.
    pub(super) fn tell_trade(&mut self, trade: &Trade, out: &mut Vec<Event>) -> TradeId {
        let &Trade { instrument, price, lots, aggressor, kind } = trade;
        self.trades += 1;
        let trade_id = TradeId(self.trades);
        self.remember_trade(trade);
        let market = self.market_mut(instrument);
        market.tell(MarketFact::Trade { trade_id, price, lots, aggressor, kind }, out);
        trade_id
    }

    /// the prices of the legs when two orders of a combination trade.
    pub(super) fn agreed_legs(&self, trade: &Trade) -> InLegs {
        let relation = self.relation(trade.instrument);
        let last = |id| self.market(id).state.settlement;
        let mut prices = [Ticks(0); MOST_LEGS];
        let moved = if relation.is_weighted_in_mills() {
            let sum = relation.sum(|leg| last(leg.instrument));
            let beyond = i128::from(trade.price.0) * i128::from(relation.total) - sum;
            let ticks = beyond.div_euclid(i128::from(relation.total));
            i64::try_from(ticks).expect("as far as its price is from that of its legs")
        } else {
            0
        };
        for (price, leg) in prices.iter_mut().zip(&relation.legs) {
            *price = Ticks(last(leg.instrument).0 + moved);
        }
        if !relation.is_weighted_in_mills() {
            prices[1] = Ticks(prices[0].0 + trade.price.0);
        }
        InLegs { prices }
    }

    /// What the contract's prices to come depend on.
    fn remember_trade(&mut self, trade: &Trade) {
        let window_minutes = self.terms().settlement_window_minutes;
        let (now, next) = (self.now, self.last_hour.plus(Timestamp::HOUR));
        let market = &mut self.markets[index(trade.instrument)];
        let product = &self.terms.as_ref().expect("the market is open").product
            [usize::from(market.instrument.product.0)];
        market.state.volume += trade.lots;
        market.state.window.add(now, next, trade.price, trade.lots, window_minutes);
        market.remember_price(trade.price);
        if product.breaker_permille.is_some() && trade.aggressor.is_some() {
            market.state.extremes.add(now, trade.price, product.breaker_minutes);
        }
        let (lowest, highest) = market.band(product);
        if (trade.price == lowest || trade.price == highest) && market.wider_step(product).is_some()
        {
            self.scratch.at_edge.push(trade.instrument);
        }
    }

    /// One side of a trade.
    fn fill(
        &mut self,
        order: &Order,
        trade_id: TradeId,
        trade: &Trade,
        in_legs: Option<&InLegs>,
        out: &mut Vec<Event>,
    ) {
        let &Trade { instrument, price, lots, aggressor, .. } = trade;
        if aggressor != Some(order.side) {
            self.touched.level(instrument, order.side, order.price);
        }
        let liquidity = match aggressor {
            None => Liquidity::Auction,
            Some(side) if side == order.side => Liquidity::Taker,
            Some(_) => Liquidity::Maker,
        };
        match in_legs {
            None => self.book_fill(order, trade),
            Some(_) => self.change_open(order, order.leaves() + lots, order.leaves()),
        }
        let state =
            if order.leaves() == Lots::ZERO { OrderState::Filled } else { OrderState::Open };
        let fee = if order.account.is_of_house() {
            Mills::ZERO
        } else {
            self.fee(liquidity, self.lots_of_legs(instrument, lots))
        };
        let report = || FillReport {
            trade_id,
            order_id: order.id,
            client_order_id: order.client_order_id,
            instrument,
            side: order.side,
            price,
            lots,
            liquidity,
            fee,
            filled: order.filled,
            leaves: order.leaves(),
            state,
            tag: order.tag,
        };
        self.account_mut(order.account).tell_made(|| AccountFact::Fill(report()), out);
        if let Some(in_legs) = in_legs {
            self.fill_legs(order, trade_id, trade, in_legs, out);
        }
        self.pay_fee(order.account, fee, out);
        if let Some(group) = order.quote {
            self.count_quote(order.account, group, lots);
        }
        if state == OrderState::Filled {
            self.orders.remove(order.id);
            self.forget_order(order, state);
        }
    }

    /// Lots of an order that were on offer become a position of its account.
    fn book_fill(&mut self, order: &Order, trade: &Trade) {
        let &Trade { instrument, price, lots, .. } = trade;
        let signed = lots.signed(order.side);
        let (carry, since) = (value(signed, price), self.seq);
        let (old, new) = (order.leaves() + lots, order.leaves());
        let market = &self.markets[index(instrument)];
        let owner = self.accounts.get_mut(&order.account).expect("orders have accounts");
        let (before, after) = owner.change(market, |holding| {
            *holding = with_open(*holding, order.side, old, new);
            holding.position.add(signed, carry, since);
        });
        if let Some(relation) = &market.relation {
            owner.change_legs(&self.markets, relation, order.side, (old, new));
        }
        self.markets[index(instrument)].count_interest(before, after);
        self.touched.position(order.account, instrument);
    }

    /// a fill becomes positions in the legs, and what its price is beyond theirs is
    /// paid to, or by, the rounding account.
    fn fill_legs(
        &mut self,
        order: &Order,
        trade_id: TradeId,
        trade: &Trade,
        in_legs: &InLegs,
        out: &mut Vec<Event>,
    ) {
        let legs = self.relation(order.instrument).legs.len();
        for (at, price) in in_legs.prices.iter().copied().enumerate().take(legs) {
            let leg = self.relation(order.instrument).legs[at];
            let side = leg.side(order.side.sign());
            let lots = Lots(trade.lots.0 * leg.lots());
            let instrument = leg.instrument;
            let report = LegReport { trade_id, instrument, side, price, lots };
            self.account_mut(order.account).tell(AccountFact::Leg(report), out);
            let signed = lots.signed(side);
            self.take_over(order.account, instrument, signed, value(signed, price), self.seq);
        }
        let due = self.rounding(trade, order.side, in_legs);
        self.pay_either_way(TransferKind::Rounding, order.account, Purse::Rounding, due, out);
    }

    /// What one side of a trade owes to the rounding account.
    pub(super) fn rounding(&self, trade: &Trade, side: Side, in_legs: &InLegs) -> Mills {
        let relation = self.relation(trade.instrument);
        if !relation.is_weighted_in_mills() {
            return Mills::ZERO;
        }
        let prices = relation.legs.iter().zip(in_legs.prices);
        let sum: i128 =
            prices.map(|(leg, price)| i128::from(leg.weight) * i128::from(price.0)).sum();
        let beyond = i128::from(trade.price.0) * i128::from(relation.total) - sum;
        Mills::from_wide(beyond * i128::from(trade.lots.signed(side).0))
    }

    /// The lots that a fee counts.
    pub(super) fn lots_of_legs(&self, instrument: InstrumentId, lots: Lots) -> Lots {
        let ratios = self.market(instrument).instrument.legs().map(|leg| leg.ratio.unsigned_abs());
        Lots(lots.0 * u64::from(ratios.sum::<u32>().max(1)))
    }

    /// The fee of one side of a trade. In an auction nobody takes.
    pub(super) fn fee(&self, liquidity: Liquidity, lots: Lots) -> Mills {
        let fees = &self.terms().fees;
        match liquidity {
            Liquidity::Maker | Liquidity::Auction => FeeTerms::of(fees.maker_mills_per_lot, lots),
            Liquidity::Taker | Liquidity::Block => FeeTerms::of(fees.taker_mills_per_lot, lots),
        }
    }

    pub(super) fn pay_fee(&mut self, account: AccountId, fee: Mills, out: &mut Vec<Event>) {
        self.pay_either_way(TransferKind::TradingFee, account, Purse::Fees, fee, out);
    }

    /// An account pays, or is paid if the amount is negative.
    fn pay_either_way(
        &mut self,
        kind: TransferKind,
        account: AccountId,
        other: Purse,
        amount: Mills,
        out: &mut Vec<Event>,
    ) {
        let cash = Purse::Cash(account);
        if Mills::ZERO <= amount {
            self.pay(kind, cash, other, amount, out);
        } else {
            self.pay(kind, other, cash, -amount, out);
        }
    }

    /// An account takes over lots of a contract carried at `carry`, opened by the command `since`.
    pub(super) fn take_over(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        lots: NetLots,
        carry: i128,
        since: u64,
    ) {
        let market = &mut self.markets[index(instrument)];
        let owner = self.accounts.get_mut(&account).expect("positions have accounts");
        let (before, after) =
            owner.change(market, |holding| holding.position.add(lots, carry, since));
        market.count_interest(before, after);
        self.touched.position(account, instrument);
    }
}
