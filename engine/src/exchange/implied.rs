//! What orders of other contracts together offer in one.
//!
//! A package is one side of every contract of a relation: whoever trades all of them has nothing. An
//! incoming order stands for one of them, so the others must rest on the sides that go with it.

use types::{Event, InstrumentId, Lots, MarketFact, Phase, Side, Ticks};

use super::live::Order;
use super::market::{Market, Top};
use super::relations::{Part, Relation};
use super::taken::Taken;
use super::{Exchange, index};

/// What an incoming order can trade in another way than in its own book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Implied {
    pub(super) price: Ticks,
    /// Lots of the incoming order's contract.
    pub(super) lots: Lots,
    /// The owner of the relation.
    pub(super) owner: InstrumentId,
    /// The leg that does not rest but is implied itself: second generation.
    pub(super) via: Option<Via>,
}

/// A leg that another relation makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Via {
    pub(super) leg: InstrumentId,
    pub(super) owner: InstrumentId,
    pub(super) price: Ticks,
    lots: Lots,
    /// The leg's lots come in multiples of this.
    step: u64,
}

/// The order, or the thought of one, that a package is looked for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    instrument: InstrumentId,
    side: Side,
    most: Lots,
    /// What an order that is only thought of has taken already.
    taken: Option<&'a Taken>,
}

impl Exchange {
    /// The best price on the other side, resting or implied.
    pub(super) fn best_opposite(&self, market: &Market, side: Side) -> Option<Ticks> {
        let own = market.book.best(side.opposite());
        let wanted = Wanted { instrument: market.id(), side, most: Lots(u64::MAX), taken: None };
        let implied = self.best_implied(wanted, |_| true).map(|implied| implied.price);
        match (own, implied) {
            (Some(own), Some(implied)) if side.accepts(own, implied) => Some(implied),
            (own, implied) => own.or(implied),
        }
    }

    /// What an order could trade with now, outside its own book.
    pub(super) fn implied_for(&self, order: &Order, taken: Option<&Taken>) -> Option<Implied> {
        if order.reduce_only {
            return None;
        }
        let Order { instrument, side, price, .. } = *order;
        let wanted = Wanted { instrument, side, most: order.leaves(), taken };
        self.best_implied(wanted, |offer| side.accepts(price, offer))
    }

    /// The best that can be traded at once, by the first of equals.
    fn best_implied(
        &self,
        wanted: Wanted<'_>,
        is_within: impl Fn(Ticks) -> bool,
    ) -> Option<Implied> {
        let market = self.market(wanted.instrument);
        if market.related.is_empty() || market.state.phase != Phase::Open {
            return None;
        }
        let mut best: Option<Implied> = None;
        let mut offer = |implied: Implied| {
            let is_better = best.is_none_or(|best| {
                best.price != implied.price && wanted.side.accepts(best.price, implied.price)
            });
            if is_better && is_within(implied.price) && self.may_trade(wanted, &implied) {
                best = Some(implied);
            }
        };
        for owner in &market.related {
            let relation = self.relation(*owner);
            if let Some((price, lots)) = self.make(relation, wanted, None) {
                offer(Implied { price, lots, owner: *owner, via: None });
            }
        }
        for owner in &market.related {
            let relation = self.relation(*owner);
            for leg in relation.legs.iter().filter(|leg| leg.instrument != wanted.instrument) {
                for other in &self.market(leg.instrument).related {
                    let Some(via) = self.make_leg(relation, *leg, *other, wanted) else { continue };
                    if let Some((price, lots)) = self.make(relation, wanted, Some(via)) {
                        offer(Implied { price, lots, owner: *owner, via: Some(via) });
                    }
                }
            }
        }
        best
    }

    pub(super) fn relation(&self, owner: InstrumentId) -> &Relation {
        self.markets[index(owner)].relation.as_ref().expect("owners have relations")
    }

    /// Price and lots that the other contracts of a relation make.
    fn make(
        &self,
        relation: &Relation,
        wanted: Wanted<'_>,
        via: Option<Via>,
    ) -> Option<(Ticks, Lots)> {
        let part = relation.part(wanted.instrument);
        let turn = wanted.side.sign() * part.ratio.signum();
        let mut sum = 0_i128;
        let mut count = wanted.most.0 / part.lots();
        for other in relation.parts().filter(|other| other.instrument != wanted.instrument) {
            let via = via.filter(|via| via.leg == other.instrument);
            let (price, lots) = match via {
                Some(via) => (via.price, via.lots),
                None => self.rests(relation, &other, other.side(turn), wanted.taken)?,
            };
            sum += i128::from(price.0) * i128::from(other.weight);
            count = count.min(lots.0 / other.lots());
        }
        if let Some(via) = via {
            let ratio = relation.part(via.leg).lots();
            let step = via.step / common_divisor(via.step, ratio);
            count -= count % step;
        }
        let price = add_up(sum, part.weight, wanted.side)?;
        let market = self.market(wanted.instrument);
        let is_legal = market.is_in_band(self.product(market.instrument.product), price);
        (0 < count && is_legal).then(|| (price, Lots(count * part.lots())))
    }

    /// A leg of a relation, made by another one.
    fn make_leg(
        &self,
        relation: &Relation,
        leg: Part,
        other: InstrumentId,
        wanted: Wanted<'_>,
    ) -> Option<Via> {
        if other == relation.owner || other == leg.instrument {
            return None;
        }
        let owner = self.relation(other);
        if self.market(leg.instrument).state.phase != Phase::Open
            || !relation.meets_only_in(owner, leg.instrument)
        {
            return None;
        }
        let turn = wanted.side.sign() * relation.part(wanted.instrument).ratio.signum();
        let comes = leg.side(turn).opposite();
        let wanted =
            Wanted { instrument: leg.instrument, side: comes, most: Lots(u64::MAX), ..wanted };
        let (price, lots) = self.make(owner, wanted, None)?;
        let step = owner.part(leg.instrument).lots();
        Some(Via { leg: leg.instrument, owner: other, price, lots, step })
    }

    /// What rests of a contract on one side, for implied trades.
    fn rests(
        &self,
        relation: &Relation,
        part: &Part,
        side: Side,
        taken: Option<&Taken>,
    ) -> Option<(Ticks, Lots)> {
        let market = self.market(part.instrument);
        let (price, lots) = self.top_left(market, side, taken)?;
        let is_out = relation.is_whole
            && relation.owner == part.instrument
            && self.first_reduces(market, side, taken);
        (market.state.phase == Phase::Open && !is_out).then_some((price, lots))
    }

    fn first_reduces(&self, market: &Market, side: Side, taken: Option<&Taken>) -> bool {
        let first = self.first_left(market, side, taken);
        first.is_some_and(|first| self.orders.live(first).reduce_only)
    }

    /// whether the breaker lets every contract trade at its price.
    fn may_trade(&self, wanted: Wanted<'_>, implied: &Implied) -> bool {
        let (relation, taken) = (self.relation(implied.owner), wanted.taken);
        let turn = wanted.side.sign() * relation.part(wanted.instrument).ratio.signum();
        let is_let = |relation: &Relation, part: &Part, turn: i64| {
            let (price, _) =
                self.rests(relation, part, part.side(turn), taken).expect("it was found");
            self.lets_trade(part.instrument, price, taken)
        };
        let others = relation.parts().filter(|part| part.instrument != wanted.instrument);
        let mut resting =
            others.filter(|part| implied.via.is_none_or(|v| v.leg != part.instrument));
        let is_fine = self.lets_trade(wanted.instrument, implied.price, taken)
            && resting.all(|part| is_let(relation, &part, turn));
        let Some(via) = implied.via.filter(|_| is_fine) else { return is_fine };
        let other = self.relation(via.owner);
        let turn = via_turn(relation, other, via.leg, turn);
        let mut resting = other.parts().filter(|part| part.instrument != via.leg);
        self.lets_trade(via.leg, via.price, taken) && resting.all(|part| is_let(other, &part, turn))
    }

    /// What rests first on a side, as far as others are implied from it.
    fn top(&self, market: &Market, side: Side) -> Option<Top> {
        let (price, lots) = market.book.top(side)?;
        let reduces = market.relation.as_ref().is_some_and(|relation| relation.is_whole)
            && self.first_reduces(market, side, None);
        Some(Top { price, lots, reduces })
    }

    /// Whether a side looks otherwise than when this was last asked.
    pub(super) fn top_has_changed(&mut self, id: InstrumentId, side: Side) -> bool {
        let market = self.market(id);
        if market.related.is_empty() {
            return false;
        }
        let top = self.top(market, side);
        let seen = &mut self.market_mut(id).seen[side as usize];
        std::mem::replace(seen, top) != top
    }

    /// tells what is implied in contracts that share a relation with these, where it has
    /// changed.
    pub(super) fn tell_implied(&mut self, stirred: &mut Vec<InstrumentId>, out: &mut Vec<Event>) {
        if stirred.is_empty() {
            return;
        }
        for at in 0..stirred.len() {
            for owner in &self.market(stirred[at]).related {
                stirred.extend(self.relation(*owner).parts().map(|part| part.instrument));
            }
        }
        stirred.sort_unstable();
        stirred.dedup();
        for id in stirred.iter().copied() {
            for side in Side::BOTH {
                let best = self.shown_implied(id, side);
                let market = self.market_mut(id);
                let told = &mut market.state.implied[side as usize];
                if *told != best {
                    *told = best;
                    market.tell(MarketFact::Implied { side, best }, out);
                }
            }
        }
    }

    /// What is implied in a contract on one side, in first generation.
    pub(super) fn shown_implied(&self, id: InstrumentId, side: Side) -> Option<(Ticks, Lots)> {
        let market = self.market(id);
        if market.state.phase != Phase::Open {
            return None;
        }
        let (side, most) = (side.opposite(), Lots(u64::MAX));
        let wanted = Wanted { instrument: id, side, most, taken: None };
        let all = market.related.iter();
        all.filter_map(|owner| self.make(self.relation(*owner), wanted, None)).reduce(
            |best, next| {
                let is_better = best.0 != next.0 && wanted.side.accepts(best.0, next.0);
                if is_better { next } else { best }
            },
        )
    }
}

/// Which way a relation turns that makes a leg of another one, which turns so.
pub(super) fn via_turn(relation: &Relation, other: &Relation, leg: InstrumentId, turn: i64) -> i64 {
    // In the other relation the leg comes from the side on which it does not rest in this one.
    let comes = relation.part(leg).side(turn).opposite();
    comes.sign() * other.part(leg).ratio.signum()
}

/// The price of a part of this weight that makes all prices add up, rounded against whoever comes.
fn add_up(sum: i128, weight: i64, side: Side) -> Option<Ticks> {
    let weight = i128::from(weight);
    let (above, below) = (-sum * weight.signum(), weight.abs());
    let floor = above.div_euclid(below);
    let is_up = side == Side::Buy && above.rem_euclid(below) != 0;
    i64::try_from(floor + i128::from(is_up)).ok().map(Ticks)
}

fn common_divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { common_divisor(other, one % other) }
}
