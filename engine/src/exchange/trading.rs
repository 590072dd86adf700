//! From matches to trades: novate, pay the fee, tell both sides.

use types::terms::FeeTerms;
use types::{
    AccountFact, AccountId, CancelReason, Event, FillReport, InstrumentId, Liquidity, Lots,
    MarketFact, Mills, NetLots, OrderId, OrderState, OrderVerdict, TimeInForce, TradeId,
    TransferKind,
};

use super::orders::verdict;
use super::{Exchange, index};
use crate::book::Order;
use crate::clearing::value;
use crate::ledger::Purse;
use crate::matching::{Match, Stop, cross};

impl Exchange {
    /// Trades an order that rests nowhere for as long as prices cross; what is left of it rests or
    /// is cancelled.
    pub(super) fn trade_and_rest(
        &mut self,
        id: OrderId,
        time_in_force: TimeInForce,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        let order = *self.orders.live(id);
        let mut matches = std::mem::take(&mut self.matches);
        let market = &mut self.markets[index(order.instrument)];
        let stop = cross(&mut market.book, &mut self.orders, id, &mut matches);
        for matched in matches.drain(..) {
            self.trade(&matched, out);
        }
        self.matches = matches;
        match (stop, time_in_force) {
            (Stop::Filled, _) => verdict(&self.orders.remove(id), OrderState::Filled),
            (Stop::SelfTrade, _) => self.end(id, CancelReason::SelfTrade, out),
            (Stop::NoPrice, TimeInForce::Ioc) => self.end(id, CancelReason::ImmediateOrCancel, out),
            (Stop::NoPrice, TimeInForce::Gtc) => {
                self.markets[index(order.instrument)].book.rest(&mut self.orders, id);
                self.touched.level(order.instrument, order.side, order.price);
                verdict(self.orders.live(id), OrderState::Open)
            }
        }
    }

    fn trade(&mut self, matched: &Match, out: &mut Vec<Event>) {
        let Match { maker, taker, price, lots } = *matched;
        self.trades += 1;
        let trade_id = TradeId(self.trades);
        let window_minutes = self.terms().settlement_window_minutes;
        let now = self.now;
        let market = self.market_mut(maker.instrument);
        market.state.volume += lots;
        market.state.window.add(now, price, lots, window_minutes);
        market.tell(MarketFact::Trade { trade_id, price, lots, aggressor: taker.side }, out);
        self.touched.level(maker.instrument, maker.side, price);
        self.fill(&maker, trade_id, matched, Liquidity::Maker, out);
        self.fill(&taker, trade_id, matched, Liquidity::Taker, out);
    }

    /// One side of a trade.
    fn fill(
        &mut self,
        order: &Order,
        trade_id: TradeId,
        matched: &Match,
        liquidity: Liquidity,
        out: &mut Vec<Event>,
    ) {
        let &Match { price, lots, .. } = matched;
        let signed = lots.signed(order.side);
        let market = &self.markets[index(order.instrument)];
        let account = self.accounts.get_mut(&order.account).expect("orders have accounts");
        account.change(market, |holding| *holding.open(order.side) -= lots);
        self.take_over(order.account, order.instrument, signed, value(signed, price), self.seq);
        let state =
            if order.leaves() == Lots::ZERO { OrderState::Filled } else { OrderState::Open };
        if state == OrderState::Filled {
            self.forget_order(order, state);
        }
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
    }

    /// The fee of one side of a trade.
    pub(super) fn fee(&self, liquidity: Liquidity, lots: Lots) -> Mills {
        let fees = &self.terms().fees;
        match liquidity {
            Liquidity::Maker => FeeTerms::of(fees.maker_mills_per_lot, lots),
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
