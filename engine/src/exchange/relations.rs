//! Which contracts are worth the same together.: a combination and its legs, a quarter and its
//! months, a year and its quarters.

use types::{Instrument, InstrumentId, Kind, Phase, Settlement, Side, Tenor, Ticks};

use super::{Exchange, index};

/// A contract, the owner of the relation, and what it is made of.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) owner: InstrumentId,
    /// It is a quarter or a year, which can be held as well.
    pub(super) is_whole: bool,
    /// The weights of all legs; 1 in a spread. The owner's price times this is the sum of the legs'
    /// prices times their weights.
    pub(super) total: i64,
    pub(super) legs: Vec<Part>,
}

/// A leg of a relation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) instrument: InstrumentId,
    /// Lots of it in one lot of the owner; below zero where the owner's buyer sells it.
    pub(super) ratio: i64,
    /// What a tick of its price counts: the mills it is worth, or the ratio in a spread.
    pub(super) weight: i64,
}

impl Relation {
    /// The owner against its legs: whoever buys them all and sells it has nothing.
    fn owner_part(&self) -> Part {
        Part { instrument: self.owner, ratio: -1, weight: -self.total }
    }

    /// The owner, then the legs.
    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        std::iter::once(self.owner_part()).chain(self.legs.iter().copied())
    }

    /// A contract of the relation.
    pub(super) fn part(&self, id: InstrumentId) -> Part {
        self.parts().find(|part| part.instrument == id).expect("it belongs to the relation")
    }

    /// Whether the two have no contract in common but `shared`.
    pub(super) fn meets_only_in(&self, other: &Self, shared: InstrumentId) -> bool {
        let is_in = |id: InstrumentId| self.parts().any(|part| part.instrument == id);
        other.parts().all(|part| part.instrument == shared || !is_in(part.instrument))
    }

    /// The mills in a difference of prices times weights: none in a spread, where they are equal.
    pub(super) fn is_weighted_in_mills(&self) -> bool {
        self.legs.iter().all(|leg| 0 < leg.ratio)
    }

    /// What the owner's price would be at these prices of the legs, times `total`.
    pub(super) fn sum(&self, price_of: impl Fn(&Part) -> Ticks) -> i128 {
        let worth = |leg: &Part| i128::from(price_of(leg).0) * i128::from(leg.weight);
        self.legs.iter().map(worth).sum()
    }
}

impl Part {
    /// The side on which it rests or comes when the package turns this way.
    pub(super) fn side(&self, turn: i64) -> Side {
        if 0 < turn * self.ratio { Side::Buy } else { Side::Sell }
    }

    /// Lots of it in one lot of the owner.
    pub(super) fn lots(&self) -> u64 {
        self.ratio.unsigned_abs()
    }
}

impl Exchange {
    /// Relates every contract that trades to what it is made of, as soon as all of that is listed.
    pub(super) fn relate(&mut self) {
        for at in 0..self.markets.len() {
            let market = &self.markets[at];
            if market.relation.is_some() || market.state.phase == Phase::Expired {
                continue;
            }
            let Some(relation) = self.relation_of(&market.instrument) else { continue };
            let id = relation.owner;
            self.attach(relation);
            self.count_legs_of_orders(id);
        }
    }

    /// Relates what was related when the snapshot was taken; the orders have been counted.
    pub(super) fn relate_again(&mut self) {
        let trades = |market: &&super::Market| market.state.phase != Phase::Expired;
        let markets = self.markets.iter().filter(trades);
        let relations: Vec<Relation> =
            markets.filter_map(|market| self.relation_of(&market.instrument)).collect();
        relations.into_iter().for_each(|relation| self.attach(relation));
        self.touched = super::Touched::default();
    }

    fn attach(&mut self, relation: Relation) {
        let id = relation.owner;
        for part in relation.parts() {
            let related = &mut self.market_mut(part.instrument).related;
            let place = related.partition_point(|owner| *owner < id);
            related.insert(place, id);
            self.touched.implied(part.instrument);
        }
        let parts: Vec<_> = relation.parts().map(|part| part.instrument).collect();
        self.market_mut(id).relation = Some(relation);
        for part in parts {
            for side in Side::BOTH {
                self.top_has_changed(part, side);
            }
        }
    }

    /// The contract has expired.
    pub(super) fn unrelate(&mut self, id: InstrumentId) {
        let Some(relation) = self.market_mut(id).relation.take() else { return };
        for part in relation.parts() {
            self.market_mut(part.instrument).related.retain(|owner| *owner != id);
            self.touched.implied(part.instrument);
        }
    }

    fn relation_of(&self, instrument: &Instrument) -> Option<Relation> {
        let part = |id: InstrumentId, ratio: i32, is_mills: bool| {
            let tick_value = self.market(id).instrument.tick_value.0;
            let ratio = i64::from(ratio);
            let weight = if is_mills { ratio * tick_value } else { ratio };
            Part { instrument: id, ratio, weight }
        };
        let legs: Vec<Part> = match &instrument.kind {
            Kind::Outright(tenor) => {
                let legs = self.parts_of(instrument, *tenor)?;
                legs.into_iter().map(|leg| part(leg, 1, true)).collect()
            }
            Kind::Spread { .. } => {
                instrument.legs().map(|leg| part(leg.instrument, leg.ratio, false)).collect()
            }
            Kind::Ramp(legs) => legs.iter().map(|l| part(l.instrument, l.ratio, true)).collect(),
        };
        let is_spread = matches!(instrument.kind, Kind::Spread { .. });
        let total = if is_spread { 1 } else { legs.iter().map(|leg| leg.weight).sum() };
        let is_whole = !instrument.is_combination();
        Some(Relation { owner: instrument.id, is_whole, total, legs })
    }

    /// The contracts that a quarter or a year is made of, when all of them trade.
    pub(super) fn parts_of(
        &self,
        instrument: &Instrument,
        tenor: Tenor,
    ) -> Option<Vec<InstrumentId>> {
        let is_delivered =
            self.markets[index(instrument.id)].settlement_terms == Settlement::Physical;
        let listed = |tenor| self.listed.get(&(instrument.product, tenor)).copied();
        let trades = |id: &InstrumentId| self.market(*id).state.phase != Phase::Expired;
        let parts: Option<Vec<_>> = tenor.parts().map(|part| listed(part).filter(trades)).collect();
        parts.filter(|parts| is_delivered && !parts.is_empty())
    }
}
