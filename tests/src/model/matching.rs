//! Matching: the best price first, at one price the earlier order. Chapters 3 and 5.

use types::terms::FeeTerms;
use types::{
    AccountFact, AccountId, CancelReason, Event, FillReport, InstrumentId, Liquidity, Lots,
    MarketFact, OrderState, OrderVerdict, Side, Ticks, TimeInForce, TradeId, TransferKind,
};

use super::Model;
use super::state::{Order, Trade};

impl Model {
    /// Trades an order that rests nowhere as far as it goes; the rest rests or is cancelled.
    pub(super) fn trade(
        &mut self,
        mut taker: Order,
        time_in_force: TimeInForce,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        while taker.leaves() != Lots::ZERO {
            let Some(at) = self.next_to_trade(&taker) else {
                return self.rest_or_cancel(&taker, time_in_force, out);
            };
            if self.orders[at].account == taker.account {
                return self.end(&taker, CancelReason::SelfTrade, out);
            }
            self.trade_with(at, &mut taker, out);
        }
        taker.verdict(OrderState::Filled)
    }

    /// The resting order that an incoming one meets next.
    fn next_to_trade(&self, taker: &Order) -> Option<usize> {
        let rank = |order: &Order| match order.side {
            Side::Buy => (-order.price.0, order.turn),
            Side::Sell => (order.price.0, order.turn),
        };
        let crosses = |order: &Order| match taker.side {
            Side::Buy => order.price <= taker.price,
            Side::Sell => taker.price <= order.price,
        };
        let all = self.orders.iter().enumerate();
        let here = all.filter(|(_, order)| order.instrument == taker.instrument);
        let against = here.filter(|(_, order)| order.side != taker.side && crosses(order));
        against.min_by_key(|(_, order)| rank(order)).map(|(at, _)| at)
    }

    fn rest_or_cancel(
        &mut self,
        order: &Order,
        time_in_force: TimeInForce,
        out: &mut Vec<Event>,
    ) -> OrderVerdict {
        if time_in_force == TimeInForce::Ioc {
            return self.end(order, CancelReason::ImmediateOrCancel, out);
        }
        self.orders.push(*order);
        self.touched.levels.insert((order.instrument, order.side, order.price));
        order.verdict(OrderState::Open)
    }

    fn trade_with(&mut self, at: usize, taker: &mut Order, out: &mut Vec<Event>) {
        let price = self.orders[at].price;
        let lots = taker.leaves().min(self.orders[at].leaves());
        for order in [&mut self.orders[at], taker] {
            order.filled += lots;
            order.notional += i128::from(price.0) * i128::from(lots.0);
        }
        let maker = self.orders[at];
        if maker.leaves() == Lots::ZERO {
            self.orders.remove(at);
        }
        let instrument = taker.instrument;
        self.trades.push(Trade { time: self.now, instrument, price, lots });
        let trade_id = TradeId(u64::try_from(self.trades.len()).expect("a count"));
        let aggressor = taker.side;
        let fact = MarketFact::Trade { trade_id, price, lots, aggressor };
        self.contract_mut(instrument).tell(fact, out);
        self.touched.levels.insert((instrument, maker.side, price));
        self.fill(&maker, Liquidity::Maker, trade_id, price, lots, out);
        self.fill(taker, Liquidity::Taker, trade_id, price, lots, out);
    }

    fn fill(
        &mut self,
        order: &Order,
        liquidity: Liquidity,
        trade_id: TradeId,
        price: Ticks,
        lots: Lots,
        out: &mut Vec<Event>,
    ) {
        let net = i64::try_from(lots.0).expect("below the largest order") * order.side.sign();
        self.add_position(
            order.account,
            order.instrument,
            net,
            i128::from(net) * i128::from(price.0),
        );
        let state =
            if order.leaves() == Lots::ZERO { OrderState::Filled } else { OrderState::Open };
        if state == OrderState::Filled {
            self.set_fate(order, state);
        }
        let fees = &self.terms().fees;
        let fee = match liquidity {
            Liquidity::Maker => FeeTerms::of(fees.maker_mills_per_lot, lots),
            Liquidity::Taker => FeeTerms::of(fees.taker_mills_per_lot, lots),
        };
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
        self.move_cash(order.account, TransferKind::TradingFee, -i128::from(fee.0), out);
    }

    pub(super) fn add_position(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        net: i64,
        carry: i128,
    ) {
        let position = self.account_mut(account).positions.entry(instrument).or_default();
        position.net += net;
        position.carry += carry;
        self.touched.positions.insert((account, instrument));
        self.touched.accounts.insert(account);
    }
}
