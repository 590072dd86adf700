//! Implied trades: an incoming order and orders of other contracts, all at once.

use types::instrument::MOST_LEGS;
use types::{Event, InstrumentId, Lots, OrderId, Side, Ticks, TradeKind};

use super::implied::{Implied, Via, via_turn};
use super::live::Order;
use super::novating::{InLegs, Trade};
use super::relations::{Part, Relation};
use super::taken::Taken;
use super::{Exchange, index};

/// Lots that are taken from one side of a contract, at its best price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Take {
    pub(super) instrument: InstrumentId,
    /// The side on which they rest.
    pub(super) side: Side,
    pub(super) price: Ticks,
    pub(super) lots: Lots,
    /// Of the owner of a relation: the prices of its legs.
    pub(super) in_legs: Option<InLegs>,
}

impl Exchange {
    /// Trades an incoming order with what was found for it.
    pub(super) fn trade_implied(
        &mut self,
        id: OrderId,
        implied: &Implied,
        prices: &mut Vec<(InstrumentId, Ticks)>,
        out: &mut Vec<Event>,
    ) {
        let order = *self.orders.live(id);
        let mut takes = std::mem::take(&mut self.scratch.takes);
        let in_legs = self.plan(&order, implied, None, &mut takes);
        for take in takes.drain(..) {
            self.take_from(&take, prices, out);
        }
        self.scratch.takes = takes;
        let Implied { price, lots, .. } = *implied;
        let taker = self.orders.fill(id, price, lots);
        prices.push((order.instrument, price));
        let trade = Trade {
            instrument: order.instrument,
            price,
            lots,
            aggressor: Some(order.side),
            kind: TradeKind::Implied,
        };
        self.trade_in_legs(&trade, &taker, in_legs.as_ref(), out);
    }

    /// What to take from where, of what an order that is only thought of has left. The prices of its
    /// legs, if the incoming order is for the owner of the relation.
    pub(super) fn plan(
        &self,
        order: &Order,
        implied: &Implied,
        taken: Option<&Taken>,
        takes: &mut Vec<Take>,
    ) -> Option<InLegs> {
        let instrument = order.instrument;
        let relation = self.relation(implied.owner);
        let part = relation.part(instrument);
        let turn = order.side.sign() * part.ratio.signum();
        let count = implied.lots.0 / part.lots();
        let known = |leg: &Part| {
            let via = implied.via.filter(|via| via.leg == leg.instrument).map(|via| via.price);
            via.or((leg.instrument == instrument).then_some(implied.price))
        };
        let package = Package { exchange: self, relation, turn, taken };
        let in_legs = package.legs_at(known);
        for other in relation.parts().filter(|other| other.instrument != instrument) {
            match implied.via.filter(|via| via.leg == other.instrument) {
                Some(via) => package.take_leg(count * other.lots(), via, takes),
                None => takes.push(package.take_of(&other, count, in_legs)),
            }
        }
        (implied.owner == instrument).then_some(in_legs)
    }

    /// Takes lots at the best price of a side, order by order.
    fn take_from(
        &mut self,
        take: &Take,
        prices: &mut Vec<(InstrumentId, Ticks)>,
        out: &mut Vec<Event>,
    ) {
        let &Take { instrument, side, price, in_legs, .. } = take;
        let mut left = take.lots;
        while left != Lots::ZERO {
            let book = &mut self.markets[index(instrument)].book;
            let (id, lots) = book.trade_first(&mut self.orders.slab, side, left);
            left -= lots;
            let maker = self.orders.fill(id, price, lots);
            prices.push((instrument, price));
            let aggressor = Some(side.opposite());
            let trade = Trade { instrument, price, lots, aggressor, kind: TradeKind::Implied };
            self.trade_in_legs(&trade, &maker, in_legs.as_ref(), out);
        }
    }

    /// contracts that have opened may be crossed by what others imply; the first order of
    /// each side comes again.
    pub(super) fn come_again(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for side in Side::BOTH {
            while let Some(first) = self.market(id).book.first(side, &self.orders.slab) {
                if self.implied_for(self.orders.live(first), None).is_none() {
                    break;
                }
                self.unrest(first);
                self.come(first, out);
            }
        }
    }
}

/// A relation turned one way, and what is left of the orders that rest in its contracts.
#[derive(Clone, Copy)]
struct Package<'a> {
    exchange: &'a Exchange,
    relation: &'a Relation,
    turn: i64,
    taken: Option<&'a Taken>,
}

impl Package<'_> {
    /// What to take in place of a leg, `lots` of it.
    fn take_leg(&self, lots: u64, via: Via, takes: &mut Vec<Take>) {
        let relation = self.exchange.relation(via.owner);
        let turn = via_turn(self.relation, relation, via.leg, self.turn);
        let other = Package { relation, turn, ..*self };
        let count = lots / relation.part(via.leg).lots();
        let in_legs = other.legs_at(|leg| (leg.instrument == via.leg).then_some(via.price));
        for part in relation.parts().filter(|part| part.instrument != via.leg) {
            takes.push(other.take_of(&part, count, in_legs));
        }
    }

    fn take_of(&self, part: &Part, count: u64, in_legs: InLegs) -> Take {
        let is_owner = part.instrument == self.relation.owner;
        Take {
            instrument: part.instrument,
            side: part.side(self.turn),
            price: self.best(part).expect("it was found"),
            lots: Lots(count * part.lots()),
            in_legs: is_owner.then_some(in_legs),
        }
    }

    fn best(&self, part: &Part) -> Option<Ticks> {
        let market = self.exchange.market(part.instrument);
        let top = self.exchange.top_left(market, part.side(self.turn), self.taken);
        top.map(|(price, _)| price)
    }

    /// The prices of the legs: those that are known, and the best that rest.
    fn legs_at(&self, known: impl Fn(&Part) -> Option<Ticks>) -> InLegs {
        let mut prices = [Ticks(0); MOST_LEGS];
        for (price, leg) in prices.iter_mut().zip(&self.relation.legs) {
            *price = known(leg).or_else(|| self.best(leg)).expect("it was found");
        }
        InLegs { prices }
    }
}
