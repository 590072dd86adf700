//! Matching: the best price first, at one price the earlier order, or by shares. Chapters 3 and 5.
//!
//! First it is worked out what an order would do, on a copy of the book; then that is done. Whoever
//! only asks takes the first half.

use types::terms::FeeTerms;
use types::{
    AccountFact, AccountId, CancelReason, Event, FillReport, InstrumentId, LegReport, Liquidity,
    Lots, MarketFact, OrderChange, OrderId, OrderState, SelfMatch, Side, Ticks, TradeId, TradeKind,
    TransferKind,
};

use super::Model;
use super::allocation;
use super::implied::Legs;
use super::state::{Order, Trade};

/// One thing that happens to an incoming order. The resting order is as it is afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Trade {
        resting: Order,
        price: Ticks,
        lots: Lots,
    },
    /// A resting order of the same account leaves.
    Leaves {
        resting: Order,
    },
    /// A resting order of the same account falls.
    Falls {
        resting: Order,
    },
    /// The incoming order falls by so many lots.
    TakerFalls {
        lots: Lots,
    },
    /// The incoming order ends.
    TakerEnds,
}

/// What a trade came to for each of its sides.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) trade_id: TradeId,
    pub(super) price: Ticks,
    pub(super) lots: Lots,
    /// Where it becomes positions in others: their prices.
    pub(super) legs: Option<Legs>,
}

/// What an incoming order would do.
struct Rehearsal {
    taker: Order,
    book: Vec<Order>,
    turns: u64,
    has_ended: bool,
    steps: Vec<Step>,
}

impl Rehearsal {
    /// The price at which it trades next.
    fn price(&self) -> Option<Ticks> {
        let best = self.book.iter().min_by_key(|order| order.rank())?.price;
        self.taker.side.accepts(self.taker.price, best).then_some(best)
    }

    /// Orders at a price, the earliest first.
    fn queue(&self, price: Ticks) -> Vec<Order> {
        let mut queue: Vec<Order> =
            self.book.iter().filter(|order| order.price == price).copied().collect();
        queue.sort_by_key(|order| order.turn);
        queue
    }

    fn trade(&mut self, id: OrderId, lots: Lots) {
        let at = self.book.iter().position(|order| order.id == id).expect("it rests");
        let resting = &mut self.book[at];
        let price = resting.price;
        resting.fill(price, lots);
        resting.shown -= lots;
        if resting.shown == Lots::ZERO && resting.leaves() != Lots::ZERO {
            self.turns += 1;
            resting.turn = self.turns;
            resting.made_best = false;
            resting.show();
        }
        let resting = *resting;
        if resting.leaves() == Lots::ZERO {
            self.book.remove(at);
        }
        self.taker.fill(price, lots);
        self.steps.push(Step::Trade { resting, price, lots });
    }

    /// it has come to an order of its own account.
    fn meet(&mut self, own: Order) {
        match self.taker.self_match {
            SelfMatch::CancelAggressor => self.end(),
            SelfMatch::CancelResting => self.remove(own),
            SelfMatch::CancelBoth => {
                self.remove(own);
                self.end();
            }
            SelfMatch::Decrement => self.decrement(own),
        }
    }

    fn decrement(&mut self, own: Order) {
        let lots = self.taker.leaves().min(own.leaves());
        if lots == own.leaves() {
            self.remove(own);
        } else {
            let at = self.book.iter().position(|order| order.id == own.id).expect("it rests");
            self.book[at].shrink(lots);
            self.book[at].revision += 1;
            let resting = self.book[at];
            self.steps.push(Step::Falls { resting });
        }
        if lots == self.taker.leaves() {
            self.end();
        } else {
            self.taker.shrink(lots);
            self.taker.revision += 1;
            self.steps.push(Step::TakerFalls { lots });
        }
    }

    fn remove(&mut self, own: Order) {
        self.book.retain(|order| order.id != own.id);
        self.steps.push(Step::Leaves { resting: own });
    }

    fn end(&mut self) {
        self.has_ended = true;
        self.steps.push(Step::TakerEnds);
    }

    fn is_over(&self) -> bool {
        self.has_ended || self.taker.leaves() == Lots::ZERO
    }
}

impl Model {
    /// What an order would do if it came to an open book now.
    fn rehearse(&self, taker: &Order) -> Rehearsal {
        let contract = self.contract(taker.instrument);
        let shares = self.product(contract).allocation;
        let against = |o: &&Order| o.is_in(taker.instrument) && o.side != taker.side;
        let book = self.orders.iter().filter(against).copied().collect();
        let (turns, steps) = (self.turns, Vec::new());
        let mut all = Rehearsal { taker: *taker, book, turns, has_ended: false, steps };
        while !all.is_over() {
            let Some(price) = all.price() else { break };
            let queue = all.queue(price);
            let own = |order: &&Order| order.account == taker.account;
            let Some(shares) = shares else {
                let first = queue[0];
                if own(&&first) {
                    all.meet(first);
                } else {
                    all.trade(first.id, first.shown.min(all.taker.leaves()));
                }
                continue;
            };
            if let Some(first) = queue.iter().find(own) {
                all.meet(*first);
                continue;
            }
            let product = contract.instrument.product;
            let makes = |id: AccountId| self.account(id).makes.contains(&product);
            let given = allocation::shares(&shares, &queue, all.taker.leaves(), makes);
            for (order, lots) in queue.iter().zip(given).filter(|(_, lots)| *lots != Lots::ZERO) {
                all.trade(order.id, lots);
            }
        }
        all
    }

    pub(super) fn steps(&self, taker: &Order) -> Vec<Step> {
        self.rehearse(taker).steps
    }

    /// The lots that would trade at once.
    pub(super) fn reach(&self, taker: &Order) -> Lots {
        let lots = |step: &Step| match step {
            Step::Trade { lots, .. } => Some(*lots),
            _ => None,
        };
        self.steps(taker).iter().filter_map(lots).sum()
    }

    /// Trades an order that is in no book as far as it goes; the rest rests or is cancelled. Gives
    /// the prices that were traded at, contract by contract.
    pub(super) fn trade(
        &mut self,
        mut taker: Order,
        out: &mut Vec<Event>,
    ) -> Vec<(InstrumentId, Ticks)> {
        let mut prices = Vec::new();
        loop {
            let package = self.implied_for(&taker);
            let before = taker.leaves();
            let limit = package.as_ref().map_or(taker.price, |package| package.price);
            let Rehearsal { steps, turns, has_ended, .. } =
                self.rehearse(&Order { price: limit, ..taker });
            self.turns = turns;
            for step in &steps {
                self.take_step(step, &mut taker, out);
                if let Step::Trade { price, .. } = step {
                    prices.push((taker.instrument, *price));
                }
            }
            if has_ended || taker.leaves() == Lots::ZERO {
                return prices;
            }
            let Some(package) = package else { break };
            if taker.leaves() == before {
                prices.extend(self.trade_package(&mut taker, &package, out));
            }
            if taker.leaves() == Lots::ZERO {
                return prices;
            }
        }
        self.rest_or_end(taker, CancelReason::ImmediateOrCancel, out);
        prices
    }

    fn take_step(&mut self, step: &Step, taker: &mut Order, out: &mut Vec<Event>) {
        match *step {
            Step::Trade { resting, price, lots } => {
                taker.fill(price, lots);
                self.put_back(resting);
                let aggressor = Some(taker.side);
                let kind = TradeKind::Book;
                let trade = self.tell_trade(taker.instrument, price, lots, aggressor, kind, out);
                let legs = self.agreed_legs(taker.instrument, price);
                let made = Made { trade_id: trade, price, lots, legs };
                self.fill(&resting, Liquidity::Maker, &made, out);
                self.fill(taker, Liquidity::Taker, &made, out);
            }
            Step::Leaves { resting } => {
                self.withdraw(resting.id, CancelReason::SelfTrade, out);
            }
            Step::Falls { resting } => {
                self.put_back(resting);
                self.touched.accounts.insert(resting.account);
                self.tell_restated(&resting, CancelReason::SelfTrade, out);
            }
            Step::TakerFalls { lots } => {
                taker.shrink(lots);
                taker.revision += 1;
                self.tell_restated(taker, CancelReason::SelfTrade, out);
            }
            Step::TakerEnds => self.end(taker, CancelReason::SelfTrade, out),
        }
    }

    /// Rests what is left of an order, or ends it if it may not rest.
    pub(super) fn rest_or_end(
        &mut self,
        order: Order,
        otherwise: CancelReason,
        out: &mut Vec<Event>,
    ) {
        if order.time_in_force.rests() {
            self.rest(order);
        } else {
            self.end(&order, otherwise, out);
        }
    }

    /// Puts an order into the book, behind all others at its price.
    pub(super) fn rest(&mut self, mut order: Order) {
        self.turns += 1;
        order.turn = self.turns;
        order.show();
        let best = self.best(order.instrument, order.side);
        order.made_best = best.is_none_or(|best| order.side.is_better(order.price, best));
        self.touched.levels.insert((order.instrument, order.side, order.price));
        self.orders.push(order);
        self.orders.sort_by_key(|order| order.id);
    }

    /// Writes down what became of a resting order.
    pub(super) fn put_back(&mut self, order: Order) {
        let at = self.orders.iter().position(|o| o.id == order.id).expect("it rests");
        self.touched.levels.insert((order.instrument, order.side, order.price));
        if order.leaves() == Lots::ZERO {
            self.orders.remove(at);
        } else {
            self.orders[at] = order;
        }
    }

    pub(super) fn tell_trade(
        &mut self,
        instrument: InstrumentId,
        price: Ticks,
        lots: Lots,
        aggressor: Option<Side>,
        kind: TradeKind,
        out: &mut Vec<Event>,
    ) -> TradeId {
        let time = self.now;
        self.trades.push(Trade { time, instrument, price, lots, is_block: false });
        let trade_id = TradeId(u64::try_from(self.trades.len()).expect("a count"));
        let is_at_edge = self.is_at_edge(instrument, price);
        let contract = self.contract_mut(instrument);
        contract.is_at_edge |= is_at_edge;
        contract.last_trade = Some(price);
        contract.window.push((time, price));
        contract.tell(MarketFact::Trade { trade_id, price, lots, aggressor, kind }, out);
        trade_id
    }

    pub(super) fn fill(
        &mut self,
        order: &Order,
        liquidity: Liquidity,
        made: &Made,
        out: &mut Vec<Event>,
    ) {
        let &Made { trade_id, price, lots, .. } = made;
        let net = i64::try_from(lots.0).expect("below the largest order") * order.side.sign();
        let state =
            if order.leaves() == Lots::ZERO { OrderState::Filled } else { OrderState::Open };
        if state == OrderState::Filled {
            self.set_fate(order, state);
        }
        let ratios = self.contract(order.instrument).instrument.legs();
        let ratios: u32 = ratios.map(|leg| leg.ratio.unsigned_abs()).sum();
        let counted = Lots(lots.0 * u64::from(ratios.max(1)));
        let fees = &self.terms().fees;
        let fee = match liquidity {
            _ if order.account.is_of_house() => types::Mills::ZERO,
            Liquidity::Maker | Liquidity::Auction => {
                FeeTerms::of(fees.maker_mills_per_lot, counted)
            }
            Liquidity::Taker | Liquidity::Block => FeeTerms::of(fees.taker_mills_per_lot, counted),
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
        match &made.legs {
            None => {
                let carry = i128::from(net) * i128::from(price.0);
                self.add_position(order.account, order.instrument, net, carry);
            }
            Some(legs) => self.fill_legs(order, made, net, legs, out),
        }
        self.move_cash(order.account, TransferKind::TradingFee, -i128::from(fee.0), out);
        self.count_for_protection(order, lots);
    }

    /// A fill becomes positions in the legs.
    fn fill_legs(
        &mut self,
        order: &Order,
        made: &Made,
        net: i64,
        legs: &Legs,
        out: &mut Vec<Event>,
    ) {
        let &Made { trade_id, price, .. } = made;
        for (instrument, units, price) in legs.iter().copied() {
            let net = net * units;
            let side = if 0 < net { Side::Buy } else { Side::Sell };
            let lots = Lots(net.unsigned_abs());
            let report = LegReport { trade_id, instrument, side, price, lots };
            self.account_mut(order.account).tell(AccountFact::Leg(report), out);
            self.add_position(
                order.account,
                instrument,
                net,
                i128::from(net) * i128::from(price.0),
            );
        }
        let due = self.beyond(order.instrument, price, legs) * i128::from(net);
        self.move_cash(order.account, TransferKind::Rounding, -due, out);
    }

    pub(super) fn tell_restated(
        &mut self,
        order: &Order,
        reason: CancelReason,
        out: &mut Vec<Event>,
    ) {
        self.touched.accounts.insert(order.account);
        self.tell_order(order, OrderChange::Restated, OrderState::Open, Some(reason), out);
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
