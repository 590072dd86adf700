//! Implied trades: an incoming order and orders of other contracts, all at once.

use types::instrument::MOST_LEGS;
use types::{Event, InstrumentId, Lots, OrderId, Side, Ticks, TradeKind};

use super::implied::{Implied, Via, via_turn};
use super::novating::{InLegs, Trade};
use super::relations::{Part, Relation};
use super::{Exchange, index};

/// Lots that are taken from one side of a contract, at its best price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Take {
    instrument: InstrumentId,
    /// The side on which they rest.
    side: Side,
    price: Ticks,
    lots: Lots,
    /// Of the owner of a relation: the prices of its legs.
    in_legs: Option<InLegs>,
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
        let in_legs = self.plan(order.instrument, order.side, implied, &mut takes);
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

    /// What to take from where. The prices of its legs, if the incoming order is for the owner of the
    /// relation.
    fn plan(
        &self,
        instrument: InstrumentId,
        side: Side,
        implied: &Implied,
        takes: &mut Vec<Take>,
    ) -> Option<InLegs> {
        let relation = self.relation(implied.owner);
        let part = relation.part(instrument);
        let turn = side.sign() * part.ratio.signum();
        let count = implied.lots.0 / part.lots();
        let known = |leg: &Part| {
            let via = implied.via.filter(|via| via.leg == leg.instrument).map(|via| via.price);
            via.or((leg.instrument == instrument).then_some(implied.price))
        };
        let in_legs = self.legs_at(relation, turn, known);
        for other in relation.parts().filter(|other| other.instrument != instrument) {
            match implied.via.filter(|via| via.leg == other.instrument) {
                Some(via) => self.plan_leg(relation, turn, count * other.lots(), via, takes),
                None => takes.push(self.take_of(relation, &other, turn, count, in_legs)),
            }
        }
        (implied.owner == instrument).then_some(in_legs)
    }

    /// What to take in place of a leg, `lots` of it.
    fn plan_leg(&self, relation: &Relation, turn: i64, lots: u64, via: Via, takes: &mut Vec<Take>) {
        let other = self.relation(via.owner);
        let turn = via_turn(relation, other, via.leg, turn);
        let count = lots / other.part(via.leg).lots();
        let known = |leg: &Part| (leg.instrument == via.leg).then_some(via.price);
        let in_legs = self.legs_at(other, turn, known);
        for part in other.parts().filter(|part| part.instrument != via.leg) {
            takes.push(self.take_of(other, &part, turn, count, in_legs));
        }
    }

    fn take_of(
        &self,
        relation: &Relation,
        part: &Part,
        turn: i64,
        count: u64,
        in_legs: InLegs,
    ) -> Take {
        let side = part.side(turn);
        let book = &self.market(part.instrument).book;
        let is_owner = part.instrument == relation.owner;
        Take {
            instrument: part.instrument,
            side,
            price: book.best(side).expect("it was found"),
            lots: Lots(count * part.lots()),
            in_legs: is_owner.then_some(in_legs),
        }
    }

    /// The prices of a relation's legs: those that are known, and the best that rest.
    fn legs_at(
        &self,
        relation: &Relation,
        turn: i64,
        known: impl Fn(&Part) -> Option<Ticks>,
    ) -> InLegs {
        let mut prices = [Ticks(0); MOST_LEGS];
        for (price, leg) in prices.iter_mut().zip(&relation.legs) {
            let rests = || self.market(leg.instrument).book.best(leg.side(turn));
            *price = known(leg).or_else(rests).expect("it was found");
        }
        InLegs { prices }
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
                if self.implied_for(self.orders.live(first)).is_none() {
                    break;
                }
                self.unrest(first);
                self.come(first, out);
            }
        }
    }
}
