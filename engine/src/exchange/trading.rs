//! An order comes to the book: it trades, and what is left of it rests or ends.

use types::terms::FeeTerms;
use types::{
    AccountFact, AccountId, CancelReason, Event, FillReport, InstrumentId, Liquidity, Lots,
    MarketFact, Mills, NetLots, OrderChange, OrderId, OrderState, Phase, Side, Ticks, TimeInForce,
    Timestamp, TradeId, TransferKind,
};

use super::live::Order;
use super::{Exchange, index};
use crate::clearing::value;
use crate::ledger::Purse;
use book::{Step, Stop};

/// Two orders, one price.
#[derive(Clone, Copy)]
pub(super) struct Trade {
    pub(super) instrument: InstrumentId,
    pub(super) price: Ticks,
    pub(super) lots: Lots,
    /// The side that came; neither in an auction.
    pub(super) aggressor: Option<Side>,
}

impl Exchange {
    /// An order comes to the book, and what it trades may bring more.
    pub(super) fn come(&mut self, id: OrderId, out: &mut Vec<Event>) {
        let order = *self.orders.live(id);
        match order.waits {
            Some(wait) => {
                let market = &mut self.markets[index(order.instrument)];
                market.stops.add(order.side, wait.trigger, id);
                let last = market.state.last;
                self.elect(order.instrument, last.as_slice(), out);
            }
            None => self.trade_and_rest(id, out),
        }
        while let Some(elected) = self.scratch.elected.pop_front() {
            self.trade_and_rest(elected, out);
        }
    }

    /// Trades an order that rests nowhere for as long as prices cross; what is left of it rests or
    /// is cancelled.
    fn trade_and_rest(&mut self, id: OrderId, out: &mut Vec<Event>) {
        if !self.cut_to_position(id, out) {
            return;
        }
        let order = *self.orders.live(id);
        let is_open = self.market(order.instrument).state.phase == Phase::Open;
        if !is_open || self.breaks(&order, out) {
            return self.join_auction(&order, out);
        }
        let mut steps = std::mem::take(&mut self.scratch.steps);
        let market = &mut self.markets[index(order.instrument)];
        let mut taker = order.taker();
        let slab = &mut self.orders.slab;
        let stop = book::cross(&mut market.book, slab, &mut taker, |step| steps.push(step));
        let mut prices = std::mem::take(&mut self.scratch.prices);
        for step in steps.drain(..) {
            self.carry_step(id, &step, &mut prices, out);
        }
        self.scratch.steps = steps;
        self.settle_rest(id, stop, out);
        self.elect(order.instrument, &prices, out);
        prices.clear();
        self.scratch.prices = prices;
    }

    fn carry_step(
        &mut self,
        taker: OrderId,
        step: &Step,
        prices: &mut Vec<Ticks>,
        out: &mut Vec<Event>,
    ) {
        match *step {
            Step::Trade { id, price, lots, .. } => {
                prices.push(price);
                let taker = self.orders.fill(taker, price, lots);
                let maker = self.orders.fill(id, price, lots);
                let instrument = maker.instrument;
                let aggressor = Some(taker.side);
                self.trade(&Trade { instrument, price, lots, aggressor }, [&maker, &taker], out);
            }
            Step::SelfMatch { id, resting, lots } => {
                let price = self.orders.live(id).price;
                let (instrument, side) = (self.orders.live(id).instrument, resting.side);
                self.touched.level(instrument, side, price);
                if self.orders.live(taker).self_match == types::SelfMatch::Decrement {
                    self.lose(id, lots, out);
                    self.lose(taker, lots, out);
                } else {
                    self.end(id, CancelReason::SelfTrade, out);
                }
            }
        }
    }

    /// an order loses lots without a trade; without any left it ends.
    fn lose(&mut self, id: OrderId, lots: Lots, out: &mut Vec<Event>) {
        let order = *self.orders.live(id);
        if order.leaves() == lots {
            return self.end(id, CancelReason::SelfTrade, out);
        }
        let mut changed = order;
        changed.quantity = order.quantity - lots;
        changed.revision += 1;
        *self.orders.live_mut(id) = changed;
        self.change_open(&changed, order.leaves(), changed.leaves());
        self.tell_order(&changed, OrderChange::Restated, Some(CancelReason::SelfTrade), out);
    }

    /// What becomes of the rest of an order that has traded.
    fn settle_rest(&mut self, id: OrderId, stop: Stop, out: &mut Vec<Event>) {
        let Some(order) = self.orders.get(id).copied() else { return };
        match stop {
            Stop::SelfMatch => self.end(id, CancelReason::SelfTrade, out),
            Stop::NoPrice | Stop::Filled if order.time_in_force.rests() => {
                self.orders.rewrite(&order);
                self.rest(id);
            }
            Stop::NoPrice | Stop::Filled => self.end(id, CancelReason::ImmediateOrCancel, out),
        }
    }

    /// what may rest waits in the book for the auction.
    fn join_auction(&mut self, order: &Order, out: &mut Vec<Event>) {
        match order.time_in_force {
            TimeInForce::Ioc | TimeInForce::Fok => self.end(order.id, CancelReason::Auction, out),
            TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Gtd(_) => self.rest(order.id),
        }
    }

    /// Novates a trade: the market hears of it, then each side, maker or buyer first.
    pub(super) fn trade(&mut self, trade: &Trade, orders: [&Order; 2], out: &mut Vec<Event>) {
        let &Trade { instrument, price, lots, aggressor } = trade;
        self.trades += 1;
        let trade_id = TradeId(self.trades);
        self.remember_trade(trade);
        let market = self.market_mut(instrument);
        market.tell(MarketFact::Trade { trade_id, price, lots, aggressor }, out);
        for order in orders {
            if aggressor != Some(order.side) {
                self.touched.level(instrument, order.side, order.price);
            }
            let liquidity = match aggressor {
                None => Liquidity::Auction,
                Some(side) if side == order.side => Liquidity::Taker,
                Some(_) => Liquidity::Maker,
            };
            self.fill(order, trade_id, trade, liquidity, out);
        }
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
        market.state.last = Some(trade.price);
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
        liquidity: Liquidity,
        out: &mut Vec<Event>,
    ) {
        let &Trade { price, lots, .. } = trade;
        let signed = lots.signed(order.side);
        let market = &self.markets[index(order.instrument)];
        let account = self.accounts.get_mut(&order.account).expect("orders have accounts");
        account.change(market, |holding| *holding.open(order.side) -= lots);
        self.take_over(order.account, order.instrument, signed, value(signed, price), self.seq);
        let state =
            if order.leaves() == Lots::ZERO { OrderState::Filled } else { OrderState::Open };
        let fee = self.fee(liquidity, lots);
        let report = FillReport {
            trade_id,
            order_id: order.id,
            client_order_id: order.client_order_id,
            instrument: order.instrument,
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
        self.account_mut(order.account).tell(AccountFact::Fill(report), out);
        self.pay_fee(order.account, fee, out);
        if let Some(group) = order.quote {
            self.count_quote(order.account, group, lots);
        }
        if state == OrderState::Filled {
            self.orders.remove(order.id);
            self.forget_order(order, state);
        }
    }

    /// The fee of one side of a trade. In an auction nobody takes.
    pub(super) fn fee(&self, liquidity: Liquidity, lots: Lots) -> Mills {
        let fees = &self.terms().fees;
        match liquidity {
            Liquidity::Maker | Liquidity::Auction => FeeTerms::of(fees.maker_mills_per_lot, lots),
            Liquidity::Taker => FeeTerms::of(fees.taker_mills_per_lot, lots),
        }
    }

    fn pay_fee(&mut self, account: AccountId, fee: Mills, out: &mut Vec<Event>) {
        let (cash, fees) = (Purse::Cash(account), Purse::Fees);
        if Mills::ZERO <= fee {
            self.pay(TransferKind::TradingFee, cash, fees, fee, out);
        } else {
            self.pay(TransferKind::TradingFee, fees, cash, -fee, out);
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
        let before = owner.holding(instrument).position.net;
        owner.change(market, |holding| holding.position.add(lots, carry, since));
        market.count_interest(before, owner.holding(instrument).position.net);
        self.touched.position(account, instrument);
    }
}
