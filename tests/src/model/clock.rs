//! Timers: daily settlement, the price band, expiry, the cascade. Chapters 2, 4, 5, 7 and 8.

use types::event::SettlementMethod;
use types::{
    AccountFact, AccountId, CancelReason, Event, InstrumentId, Lots, MarketFact, NetLots, OrderId,
    Phase, Settlement, Side, Tenor, Ticks, Timestamp, TransferKind,
};

use super::state::{Fate, Order, Position};
use super::{Done, Model};

impl Model {
    pub(super) fn advance(&mut self, out: &mut Vec<Event>) -> Done {
        self.cancel_orders_of_suspended(out);
        while self.last_hour.plus(Timestamp::HOUR) <= self.now {
            self.last_hour = self.last_hour.plus(Timestamp::HOUR);
            let hour = self.last_hour.0.rem_euclid(Timestamp::DAY) / Timestamp::HOUR;
            if hour == i64::from(self.terms().settlement_hour) {
                self.settle(out);
                self.expire(out);
                self.list_due(out);
                self.forget();
            }
        }
        Done::Plain
    }

    fn cancel_orders_of_suspended(&mut self, out: &mut Vec<Event>) {
        let ids: Vec<AccountId> = self.accounts.iter().map(|account| account.id).collect();
        for id in ids {
            if !std::mem::take(&mut self.account_mut(id).loses_orders) {
                continue;
            }
            for order in self.orders_where(|order| order.account == id) {
                self.withdraw(order, CancelReason::Suspended, out);
            }
        }
    }

    /// A price for every contract that trades, gains and losses in cash, and the new band.
    fn settle(&mut self, out: &mut Vec<Event>) {
        let trading = self.contracts.iter().filter(|contract| contract.phase != Phase::Expired);
        let ids: Vec<InstrumentId> = trading.map(super::state::Contract::id).collect();
        let prices: Vec<_> = ids.iter().map(|id| (*id, self.settlement_price(*id))).collect();
        for (id, (price, method)) in prices {
            self.tell_settled(id, price, method, out);
            self.pay_variation(id, price, out);
            self.enforce_band(id, out);
        }
    }

    fn settlement_price(&self, id: InstrumentId) -> (Ticks, SettlementMethod) {
        let (price, method) = self.own_price(id).unwrap_or_else(|| self.neighbours_price(id));
        let instrument = &self.contract(id).instrument;
        (price.max(instrument.lowest).min(instrument.highest), method)
    }

    /// The average of the last minutes' trades, or the middle of the quotes.
    fn own_price(&self, id: InstrumentId) -> Option<(Ticks, SettlementMethod)> {
        let window = i64::from(self.terms().settlement_window_minutes) * Timestamp::MINUTE;
        let from = self.last_hour.plus(-window);
        let recent = self.trades.iter().filter(|t| t.instrument == id && from <= t.time);
        let (mut lots, mut tick_lots) = (0, 0);
        for trade in recent {
            lots += i128::from(trade.lots.0);
            tick_lots += i128::from(trade.price.0) * i128::from(trade.lots.0);
        }
        if 0 < lots {
            let half_up = (2 * tick_lots + lots).div_euclid(2 * lots);
            let price = Ticks(i64::try_from(half_up).expect("an average of prices"));
            return Some((price, SettlementMethod::Vwap));
        }
        let (bid, ask) = (self.best(id, Side::Buy)?, self.best(id, Side::Sell)?);
        Some((Ticks((bid.0 + ask.0).div_euclid(2)), SettlementMethod::MidQuote))
    }

    /// The price before, moved as the nearest contract of the product that has its own price.
    fn neighbours_price(&self, id: InstrumentId) -> (Ticks, SettlementMethod) {
        let contract = self.contract(id);
        let month = contract.instrument.tenor.first_month();
        let mut nearest: Option<(i32, i64)> = None;
        for other in self.contracts.iter().filter(|other| other.phase != Phase::Expired) {
            if other.instrument.product != contract.instrument.product {
                continue;
            }
            let Some((price, _)) = self.own_price(other.id()) else { continue };
            let distance = other.instrument.tenor.first_month().since(month).abs();
            if nearest.is_none_or(|(least, _)| distance < least) {
                nearest = Some((distance, price.0 - other.settlement.0));
            }
        }
        match nearest {
            Some((_, moved)) => (Ticks(contract.settlement.0 + moved), SettlementMethod::Neighbour),
            None => (contract.settlement, SettlementMethod::Previous),
        }
    }

    fn tell_settled(
        &mut self,
        id: InstrumentId,
        price: Ticks,
        method: SettlementMethod,
        out: &mut Vec<Event>,
    ) {
        let at = self.last_hour;
        let longs = self.accounts.iter().filter_map(|account| account.positions.get(&id));
        let open: i64 = longs.map(|position| position.net.max(0)).sum();
        let count = u64::try_from(self.trades.len()).expect("a count");
        let since = usize::try_from(self.contract(id).settled_until).expect("a count");
        let new = self.trades[since..].iter().filter(|trade| trade.instrument == id);
        let volume: Lots = new.map(|trade| trade.lots).sum();
        let contract = self.contract_mut(id);
        contract.settled_until = count;
        let fact = MarketFact::Settled {
            price,
            date: at.date(),
            is_final: contract.instrument.last_trading <= at,
            method,
            volume,
            open_interest: Lots(open.unsigned_abs()),
        };
        contract.tell(fact, out);
    }

    /// First the losers pay, then the winners are paid.
    fn pay_variation(&mut self, id: InstrumentId, price: Ticks, out: &mut Vec<Event>) {
        let mut owed = Vec::new();
        for (account, position) in self.positions(id) {
            owed.push((account, self.contract(id).gain(position, price)));
            let carry = i128::from(position.net) * i128::from(price.0);
            self.add_position(account, id, 0, carry - position.carry);
        }
        self.contract_mut(id).settlement = price;
        for (account, gain) in owed.iter().filter(|(_, gain)| *gain < 0) {
            self.move_cash(*account, TransferKind::Variation, *gain, out);
        }
        for (account, gain) in owed.iter().filter(|(_, gain)| 0 < *gain) {
            self.move_cash(*account, TransferKind::Variation, *gain, out);
        }
    }

    /// Cancels what rests outside the new band: of bids and then of asks, from the last to trade
    /// towards the first, and then from the first on.
    fn enforce_band(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let contract = self.contract(id);
        let product = &self.terms().product[usize::from(contract.instrument.product.0)];
        let (lowest, highest) = product.band(contract.settlement);
        let outside = self.orders_where(|order| order.price < lowest || highest < order.price);
        for side in Side::BOTH {
            let here = self.orders_where(|order| order.instrument == id && order.side == side);
            let mut queue = self.in_queue_order(&here);
            let last_kept = queue.iter().rposition(|order| !outside.contains(order));
            let mut gone = queue.split_off(last_kept.map_or(0, |at| at + 1));
            gone.reverse();
            gone.extend(queue.into_iter().filter(|order| outside.contains(order)));
            for order in gone {
                self.withdraw(order, CancelReason::Band, out);
            }
        }
    }

    /// Ends trading in what has reached its last trading day, the longest periods first.
    fn expire(&mut self, out: &mut Vec<Event>) {
        let at = self.last_hour;
        let mut due: Vec<(i32, InstrumentId, Tenor)> = Vec::new();
        for contract in self.contracts.iter().filter(|contract| contract.phase != Phase::Expired) {
            let instrument = &contract.instrument;
            if instrument.last_trading <= at {
                due.push((-instrument.tenor.months(), contract.id(), instrument.tenor));
            }
        }
        due.sort_by_key(|(months, id, _)| (*months, *id));
        for (_, id, tenor) in due {
            self.end_trading(id, out);
            let product = self.contract(id).instrument.product;
            match self.terms().product[usize::from(product.0)].settlement {
                Settlement::Physical if 1 < tenor.months() => self.cascade(id, tenor, out),
                Settlement::Physical => {
                    // What cascaded into it in this hour came at the price of its whole.
                    self.pay_variation(id, self.contract(id).settlement, out);
                    self.close_in_cash(id, out);
                }
                Settlement::Cash { .. } => self.close_in_cash(id, out),
            }
        }
    }

    fn end_trading(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for side in Side::BOTH {
            let orders = self.orders_where(|order| order.instrument == id && order.side == side);
            for order in self.in_queue_order(&orders) {
                self.withdraw(order, CancelReason::Expired, out);
            }
        }
        let contract = self.contract_mut(id);
        contract.phase = Phase::Expired;
        contract.tell(MarketFact::Phase(Phase::Expired), out);
    }

    fn close_in_cash(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for (account, position) in self.open_positions(id) {
            self.close(id, account, position, [0, 0, position.net], out);
        }
    }

    fn cascade(&mut self, id: InstrumentId, tenor: Tenor, out: &mut Vec<Event>) {
        let first = tenor.first_month();
        let mut legs: Vec<Tenor> = (0..3).map(|n| Tenor::Month(first.plus(n))).collect();
        if tenor.months() == 12 {
            legs.extend((1..4).map(|n| Tenor::Quarter(first.plus(3 * n))));
        }
        let product = self.contract(id).instrument.product;
        let leg_id = |leg: &Tenor| {
            let same = |c: &&super::state::Contract| {
                (c.instrument.product, c.instrument.tenor) == (product, *leg)
            };
            self.contracts.iter().find(same).expect("legs are listed").id()
        };
        let legs: Vec<InstrumentId> = legs.iter().map(leg_id).collect();
        for (account, position) in self.open_positions(id) {
            self.close(id, account, position, [position.net, 0, 0], out);
            for leg in &legs {
                self.add_position(account, *leg, position.net, position.carry);
            }
        }
    }

    fn close(
        &mut self,
        id: InstrumentId,
        account: AccountId,
        position: Position,
        became: [i64; 3],
        out: &mut Vec<Event>,
    ) {
        self.add_position(account, id, -position.net, -position.carry);
        let price = self.contract(id).settlement;
        let [cascaded, delivered, cashed] = became.map(NetLots);
        let fact = AccountFact::Expired { instrument: id, price, cascaded, delivered, cashed };
        self.account_mut(account).tell(fact, out);
    }

    /// Client order ids are kept for a day after their orders have ended.
    fn forget(&mut self) {
        let at = self.last_hour;
        for account in &mut self.accounts {
            account.requests.retain(|_, request| match request.fate {
                Fate::Open(_) => true,
                Fate::Refused(_, ended) | Fate::Ended(_, _, ended) => {
                    at < ended.plus(Timestamp::DAY)
                }
            });
        }
    }

    /// Positions in a contract that are held, or were since it was last settled.
    fn positions(&self, id: InstrumentId) -> Vec<(AccountId, Position)> {
        let held = |account: &super::state::Account| {
            let position = account.positions.get(&id).copied().unwrap_or_default();
            let offers = self.orders.iter().any(|o| o.account == account.id && o.instrument == id);
            let is_there = position != Position::default() || offers;
            is_there.then_some((account.id, position))
        };
        self.accounts.iter().filter_map(held).collect()
    }

    fn open_positions(&self, id: InstrumentId) -> Vec<(AccountId, Position)> {
        self.positions(id).into_iter().filter(|(_, position)| position.net != 0).collect()
    }

    fn orders_where(&self, meant: impl Fn(&Order) -> bool) -> Vec<OrderId> {
        let mut ids: Vec<OrderId> =
            self.orders.iter().filter(|order| meant(order)).map(|order| order.id).collect();
        ids.sort();
        ids
    }

    /// Orders of one side in the order in which they would trade.
    fn in_queue_order(&self, ids: &[OrderId]) -> Vec<OrderId> {
        let mut orders: Vec<&Order> =
            self.orders.iter().filter(|order| ids.contains(&order.id)).collect();
        orders.sort_by_key(|order| match order.side {
            Side::Buy => (-order.price.0, order.turn),
            Side::Sell => (order.price.0, order.turn),
        });
        orders.into_iter().map(|order| order.id).collect()
    }
}
