//! What an order would trade, with its own book and with what is implied, found without trading it.
//! step by step as goes, on what would be left of the books.

use types::{Liquidity, Lots, Mills, Ticks, Timestamp, TradeKind};

use super::Exchange;
use super::booking::Booking;
use super::implied::Implied;
use super::live::Order;
use super::novating::{InLegs, Trade};
use super::taken::Taken;
use book::{Met, Stop, Taker, reach_beyond};

/// What an order would trade at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foretold {
    pub(super) lots: Lots,
    /// Sum of price times lots.
    pub(super) notional: i128,
    /// The last price.
    pub(super) worst: Option<Ticks>,
    /// What it would pay for that.
    pub(super) fee: Mills,
    /// What would be left of it.
    pub(super) left: Lots,
    /// Why it would stop.
    pub(super) stop: Stop,
}

/// An order on its way through the books.
struct Walk<'a, 'b> {
    exchange: &'a Exchange,
    /// With what is left of it.
    order: Order,
    taken: Taken,
    /// In its own book all orders at this price, and at better ones, are gone.
    gone: Option<Ticks>,
    told: Foretold,
    booking: &'b mut Booking<'a>,
}

impl Exchange {
    /// Lets an order trade in thought, as it would at `now`, and books it.
    pub(super) fn foretell<'a>(
        &'a self,
        order: &Order,
        now: Timestamp,
        booking: &mut Booking<'a>,
    ) -> Foretold {
        let told = Foretold {
            lots: Lots::ZERO,
            notional: 0,
            worst: None,
            fee: Mills::ZERO,
            left: order.leaves(),
            stop: Stop::NoPrice,
        };
        let (taken, order) = (Taken::new(now), *order);
        let mut walk = Walk { exchange: self, order, taken, gone: None, told, booking };
        let stop = walk.trade_all();
        Foretold { left: walk.order.leaves(), stop, ..walk.told }
    }
}

impl Walk<'_, '_> {
    fn trade_all(&mut self) -> Stop {
        loop {
            let implied = self.exchange.implied_for(&self.order, Some(&self.taken));
            let limit = implied.map_or(self.order.price, |implied| implied.price);
            let before = self.order.leaves();
            let stop = self.trade_in_book(limit);
            if stop != Stop::NoPrice {
                return stop;
            }
            match implied {
                None => return stop,
                // What was found was for more lots.
                Some(_) if self.order.leaves() != before => {}
                Some(implied) => self.trade_implied(&implied),
            }
            if self.order.leaves() == Lots::ZERO {
                return Stop::Filled;
            }
        }
    }

    fn trade_in_book(&mut self, limit: Ticks) -> Stop {
        let exchange = self.exchange;
        let taker = Taker { limit, ..self.order.taker() };
        let book = &exchange.market(self.order.instrument).book;
        let mut all = Vec::new();
        let mut note = |met| all.push(met);
        let reach = reach_beyond(book, &exchange.orders.slab, &taker, self.gone, &mut note);
        for met in all {
            match met {
                Met::Trade { price, lots } => {
                    let trade = self.trade_of(price, lots, TradeKind::Book);
                    let is_combined = exchange.market(trade.instrument).instrument.is_combination();
                    let in_legs = is_combined.then(|| exchange.agreed_legs(&trade));
                    self.fill(&trade, in_legs.as_ref());
                }
                Met::Own { id, lots } => {
                    let own = exchange.orders.live(id);
                    self.booking.close(own.instrument, own.side, lots);
                }
            }
        }
        self.order.quantity = self.order.filled + reach.left;
        let is_further = |gone: &Ticks| self.order.side.accepts(*gone, limit);
        self.gone = self.gone.filter(is_further).or(Some(limit));
        reach.stop
    }

    fn trade_implied(&mut self, implied: &Implied) {
        let mut takes = Vec::new();
        let exchange = self.exchange;
        let in_legs = exchange.plan(&self.order, implied, Some(&self.taken), &mut takes);
        for take in takes {
            let mut left = take.lots;
            while left != Lots::ZERO {
                let (id, lots) = self.taken.take(exchange, (take.instrument, take.side), left);
                left -= lots;
                let maker = exchange.orders.live(id);
                if maker.account == self.order.account {
                    let trade = Trade {
                        instrument: take.instrument,
                        price: take.price,
                        lots,
                        aggressor: Some(take.side.opposite()),
                        kind: TradeKind::Implied,
                    };
                    self.booking.close(take.instrument, take.side, lots);
                    self.booking.fill(&trade, take.side, take.in_legs.as_ref());
                }
            }
            self.taken.note(take.instrument, take.price);
        }
        let trade = self.trade_of(implied.price, implied.lots, TradeKind::Implied);
        self.fill(&trade, in_legs.as_ref());
        self.order.quantity -= implied.lots;
    }

    fn trade_of(&self, price: Ticks, lots: Lots, kind: TradeKind) -> Trade {
        let Order { instrument, side, .. } = self.order;
        Trade { instrument, price, lots, aggressor: Some(side), kind }
    }

    fn fill(&mut self, trade: &Trade, in_legs: Option<&InLegs>) {
        let &Trade { instrument, price, lots, .. } = trade;
        self.told.lots += lots;
        self.told.notional += i128::from(price.0) * i128::from(lots.0);
        self.told.worst = Some(price);
        self.told.fee +=
            self.exchange.fee(Liquidity::Taker, self.exchange.lots_of_legs(instrument, lots));
        self.taken.note(instrument, price);
        self.booking.fill(trade, self.order.side, in_legs);
    }
}
