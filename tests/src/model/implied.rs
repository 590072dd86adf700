//! Orders of several contracts that trade together.

use types::{
    Event, InstrumentId, Kind, Liquidity, Lots, MarketFact, Phase, Settlement, Side, Ticks,
    TradeKind,
};

use super::Model;
use super::matching::Made;
use super::state::{Contract, Order};

/// A contract of a relation: whoever buys so many units of each has nothing, and what the prices
/// times the weights add up to is nothing.
#[derive(Clone, Copy, Debug)]
struct Member {
    id: InstrumentId,
    units: i64,
    weight: i128,
}

/// Contracts that are worth the same together; the combination or whole comes first.
#[derive(Clone, Debug)]
struct Relation {
    is_whole: bool,
    members: Vec<Member>,
}

/// The prices of the legs of a fill: contract, lots for each lot bought, price.
pub(super) type Legs = Vec<(InstrumentId, i64, Ticks)>;

/// Lots of the best price of one side of a contract.
#[derive(Clone, Debug)]
struct Take {
    id: InstrumentId,
    side: Side,
    lots: Lots,
    legs: Option<Legs>,
}

/// What an incoming order can trade with outside its book.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) price: Ticks,
    pub(super) lots: Lots,
    takes: Vec<Take>,
    legs: Option<Legs>,
    /// Prices that the breaker must let their contracts trade at.
    prices: Vec<(InstrumentId, Ticks)>,
}

/// An incoming order, or the thought of one.
#[derive(Clone, Copy, Debug)]
struct Coming {
    id: InstrumentId,
    side: Side,
    most: u64,
}

impl Relation {
    fn member(&self, id: InstrumentId) -> Option<Member> {
        self.members.iter().find(|member| member.id == id).copied()
    }
}

impl Model {
    /// What a buyer of one lot gets of other contracts, by its nature as a combination or, while all
    /// of it is listed, a whole.
    pub(super) fn brings(&self, id: InstrumentId) -> Vec<(InstrumentId, i64)> {
        let relation = self.relation(self.contract(id));
        let members = relation.map(|relation| relation.members).unwrap_or_default();
        members.iter().skip(1).map(|leg| (leg.id, leg.units)).collect()
    }

    fn relation(&self, contract: &Contract) -> Option<Relation> {
        if contract.phase == Phase::Expired {
            return None;
        }
        let instrument = &contract.instrument;
        let tick_value = |id| i128::from(self.contract(id).instrument.tick_value.0);
        let legs: Vec<Member> = match &instrument.kind {
            Kind::Outright(tenor) => {
                let product = self.product(contract);
                if product.settlement != Settlement::Physical {
                    return None;
                }
                let find = |part| {
                    let is_part = |c: &&Contract| {
                        c.instrument.product == instrument.product
                            && c.instrument.kind == Kind::Outright(part)
                            && c.phase != Phase::Expired
                    };
                    self.contracts.iter().find(is_part).map(Contract::id)
                };
                let parts: Option<Vec<_>> = tenor.parts().map(find).collect();
                let member = |id| Member { id, units: 1, weight: tick_value(id) };
                parts?.into_iter().map(member).collect()
            }
            Kind::Spread { near, far } => vec![
                Member { id: *near, units: -1, weight: -1 },
                Member { id: *far, units: 1, weight: 1 },
            ],
            Kind::Ramp(legs) => {
                let member = |leg: &types::Leg| {
                    let (id, units) = (leg.instrument, i64::from(leg.ratio));
                    Member { id, units, weight: tick_value(id) * i128::from(units) }
                };
                legs.iter().map(member).collect()
            }
        };
        if legs.is_empty() {
            return None;
        }
        let is_spread = matches!(instrument.kind, Kind::Spread { .. });
        let total = if is_spread { 1 } else { legs.iter().map(|leg| leg.weight).sum() };
        let mut members = vec![Member { id: contract.id(), units: -1, weight: -total }];
        members.extend(legs);
        Some(Relation { is_whole: instrument.tenor().is_some(), members })
    }

    /// The relations that a contract belongs to, in the order in which their first was listed.
    fn relations_of(&self, id: InstrumentId) -> Vec<Relation> {
        let all = self.contracts.iter().filter_map(|contract| self.relation(contract));
        all.filter(|relation| relation.member(id).is_some()).collect()
    }

    /// Everything implied for an order: first generation, then second.
    fn packages(&self, coming: Coming) -> Vec<Package> {
        let relations = self.relations_of(coming.id);
        let mut all: Vec<Package> =
            relations.iter().filter_map(|r| self.package(r, coming, None)).collect();
        for relation in &relations {
            for leg in relation.members.iter().skip(1).filter(|leg| leg.id != coming.id) {
                for other in self.relations_of(leg.id) {
                    if other.members[0].id == leg.id || !meets_once(relation, &other, leg.id) {
                        continue;
                    }
                    all.extend(self.package(relation, coming, Some((leg.id, &other))));
                }
            }
        }
        all
    }

    /// What the other contracts of a relation make, one of them made by another relation.
    fn package(
        &self,
        relation: &Relation,
        coming: Coming,
        made: Option<(InstrumentId, &Relation)>,
    ) -> Option<Package> {
        let own = relation.member(coming.id)?;
        let turn = coming.side.sign() * own.units.signum();
        let mut count = coming.most / own.units.unsigned_abs();
        let mut quotes: Vec<(Member, Side, Ticks)> = Vec::new();
        let mut step = 1;
        for member in relation.members.iter().filter(|member| member.id != coming.id) {
            let side = side_of(turn * member.units);
            let (price, lots) = match made.filter(|(id, _)| *id == member.id) {
                Some((id, other)) => {
                    let wanted = Coming { id, side: side.opposite(), most: u64::MAX };
                    let package = self.package(other, wanted, None)?;
                    step = other.member(id).expect("a leg of both").units.unsigned_abs();
                    (package.price, package.lots)
                }
                None => self.resting(relation, *member, side)?,
            };
            count = count.min(lots.0 / member.units.unsigned_abs());
            quotes.push((*member, side, price));
        }
        if let Some((id, _)) = made {
            let units = relation.member(id).expect("a leg").units.unsigned_abs();
            while !(count * units).is_multiple_of(step) {
                count -= 1;
            }
        }
        let sum: i128 = quotes.iter().map(|(m, _, price)| m.weight * i128::from(price.0)).sum();
        let price = solve(sum, own.weight, coming.side);
        let contract = self.contract(coming.id);
        let (lowest, highest) = self.band(contract);
        let is_legal = contract.phase == Phase::Open && lowest <= price && price <= highest;
        (0 < count && is_legal).then(|| self.plan(relation, coming, price, count, &quotes, made))
    }

    fn plan(
        &self,
        relation: &Relation,
        coming: Coming,
        price: Ticks,
        count: u64,
        quotes: &[(Member, Side, Ticks)],
        made: Option<(InstrumentId, &Relation)>,
    ) -> Package {
        let price_of = |id: InstrumentId| {
            let quote = quotes.iter().find(|(member, ..)| member.id == id);
            quote.map_or(price, |(_, _, price)| *price)
        };
        let legs: Legs =
            relation.members.iter().skip(1).map(|m| (m.id, m.units, price_of(m.id))).collect();
        let owner = relation.members[0].id;
        let mut takes = Vec::new();
        let mut prices = vec![(coming.id, price)];
        for (member, side, price) in quotes {
            let lots = count * member.units.unsigned_abs();
            prices.push((member.id, *price));
            match made.filter(|(id, _)| *id == member.id) {
                Some((id, other)) => {
                    let wanted = Coming { id, side: side.opposite(), most: lots };
                    let package = self.package(other, wanted, None).expect("it was looked at");
                    assert_eq!(package.lots, Lots(lots), "whole multiples");
                    takes.extend(package.takes);
                    prices.extend(package.prices);
                }
                None => takes.push(Take {
                    id: member.id,
                    side: *side,
                    lots: Lots(lots),
                    legs: (member.id == owner).then(|| legs.clone()),
                }),
            }
        }
        let own = relation.member(coming.id).expect("it belongs to it");
        Package {
            price,
            lots: Lots(count * own.units.unsigned_abs()),
            takes,
            legs: (coming.id == owner).then_some(legs),
            prices,
        }
    }

    /// The best price of a side, and what is shown there.
    fn resting(&self, relation: &Relation, member: Member, side: Side) -> Option<(Ticks, Lots)> {
        if self.contract(member.id).phase != Phase::Open {
            return None;
        }
        let queue = self.queue(member.id, side);
        let first = queue.first()?;
        let is_owner = relation.members[0].id == member.id;
        if relation.is_whole && is_owner && first.reduce_only {
            return None;
        }
        let level = queue.iter().filter(|order| order.price == first.price);
        Some((first.price, level.map(|order| order.shown).sum()))
    }

    /// The best of several, the first of equals, of those that the breaker lets trade.
    fn best_package(&self, coming: Coming, limit: Option<Ticks>) -> Option<Package> {
        let mut best: Option<Package> = None;
        for package in self.packages(coming) {
            let is_within = limit.is_none_or(|limit| coming.side.accepts(limit, package.price));
            let is_let = package.prices.iter().all(|(id, price)| self.lets_trade(*id, *price));
            let gain = |package: &Package| -coming.side.sign() * package.price.0;
            let is_better = best.as_ref().is_none_or(|best| gain(best) < gain(&package));
            if is_within && is_let && is_better {
                best = Some(package);
            }
        }
        best
    }

    pub(super) fn implied_for(&self, order: &Order) -> Option<Package> {
        if order.reduce_only {
            return None;
        }
        let coming = Coming { id: order.instrument, side: order.side, most: order.leaves().0 };
        self.best_package(coming, Some(order.price))
    }

    /// The best price on the other side, of the book or implied.
    pub(super) fn best_opposite(&self, id: InstrumentId, side: Side) -> Option<Ticks> {
        let coming = Coming { id, side, most: u64::MAX };
        let implied = self.best_package(coming, None).map(|package| package.price);
        let both = self.best(id, side.opposite()).into_iter().chain(implied);
        both.min_by_key(|price| side.sign() * price.0)
    }

    /// Trades an incoming order with a package. Gives the prices, contract by contract.
    pub(super) fn trade_package(
        &mut self,
        taker: &mut Order,
        package: &Package,
        out: &mut Vec<Event>,
    ) -> Vec<(InstrumentId, Ticks)> {
        let mut prices = Vec::new();
        for take in &package.takes {
            let mut left = take.lots;
            while left != Lots::ZERO {
                let mut first = self.queue(take.id, take.side)[0];
                let (price, lots) = (first.price, first.shown.min(left));
                left -= lots;
                first.fill(price, lots);
                first.shown -= lots;
                if first.shown == Lots::ZERO && first.leaves() != Lots::ZERO {
                    self.turns += 1;
                    (first.turn, first.made_best) = (self.turns, false);
                    first.show();
                }
                self.put_back(first);
                prices.push((take.id, price));
                let came = Some(take.side.opposite());
                let trade = self.tell_trade(take.id, price, lots, came, TradeKind::Implied, out);
                let made = Made { trade_id: trade, price, lots, legs: take.legs.clone() };
                self.fill(&first, Liquidity::Maker, &made, out);
            }
        }
        let Package { price, lots, .. } = *package;
        taker.fill(price, lots);
        prices.push((taker.instrument, price));
        let came = Some(taker.side);
        let trade = self.tell_trade(taker.instrument, price, lots, came, TradeKind::Implied, out);
        let made = Made { trade_id: trade, price, lots, legs: package.legs.clone() };
        self.fill(taker, Liquidity::Taker, &made, out);
        prices
    }

    /// what has opened may cross what is implied.
    pub(super) fn come_again(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        for side in Side::BOTH {
            while let Some(first) = self.queue(id, side).first().copied() {
                if self.implied_for(&first).is_none() {
                    break;
                }
                self.take_out(first.id);
                self.run(first, out);
            }
        }
    }

    /// The prices of the legs when two orders of a combination trade.
    pub(super) fn agreed_legs(&self, id: InstrumentId, price: Ticks) -> Option<Legs> {
        let contract = self.contract(id);
        if contract.instrument.tenor().is_some() {
            return None;
        }
        let relation = self.relation(contract).expect("combinations have legs");
        let last = |id: InstrumentId| self.contract(id).settlement.0;
        let legs = relation.members.iter().skip(1);
        if let Kind::Spread { near, far } = contract.instrument.kind {
            let near_price = last(near);
            return Some(vec![
                (near, -1, Ticks(near_price)),
                (far, 1, Ticks(near_price + price.0)),
            ]);
        }
        let total: i128 = legs.clone().map(|leg| leg.weight).sum();
        let sum: i128 = legs.clone().map(|leg| leg.weight * i128::from(last(leg.id))).sum();
        let more = (total * i128::from(price.0) - sum).div_euclid(total);
        let more = i64::try_from(more).expect("a price");
        Some(legs.map(|leg| (leg.id, leg.units, Ticks(last(leg.id) + more))).collect())
    }

    /// What a fill at this price pays beyond the prices of its legs, for one lot bought.
    pub(super) fn beyond(&self, id: InstrumentId, price: Ticks, legs: &Legs) -> i128 {
        if matches!(self.contract(id).instrument.kind, Kind::Spread { .. }) {
            return 0;
        }
        let worth = |(leg, units, at): &(InstrumentId, i64, Ticks)| {
            let tick_value = i128::from(self.contract(*leg).instrument.tick_value.0);
            i128::from(*units) * tick_value * i128::from(price.0 - at.0)
        };
        legs.iter().map(worth).sum()
    }

    /// tells what is implied where it has changed.
    pub(super) fn tell_implied(&mut self, out: &mut Vec<Event>) {
        for id in self.contract_ids() {
            for side in Side::BOTH {
                let coming = Coming { id, side: side.opposite(), most: u64::MAX };
                let relations = self.relations_of(id);
                let all = relations.iter().filter_map(|r| self.package(r, coming, None));
                let best = all.reduce(|best, next| {
                    let is_better = side.sign() * best.price.0 < side.sign() * next.price.0;
                    if is_better { next } else { best }
                });
                let best = best.map(|package| (package.price, package.lots));
                let contract = self.contract_mut(id);
                let told = &mut contract.implied[usize::from(side == Side::Sell)];
                if *told != best {
                    *told = best;
                    contract.tell(MarketFact::Implied { side, best }, out);
                }
            }
        }
    }
}

/// Whether two relations share this contract and no other.
fn meets_once(one: &Relation, other: &Relation, id: InstrumentId) -> bool {
    let shared = other.members.iter().filter(|member| one.member(member.id).is_some());
    shared.map(|member| member.id).eq([id])
}

fn side_of(sign: i64) -> Side {
    if 0 < sign { Side::Buy } else { Side::Sell }
}

/// The price that makes the sum nothing, rounded against whoever comes.
fn solve(sum: i128, weight: i128, side: Side) -> Ticks {
    let exact = (-sum * weight.signum(), weight.abs());
    let floor = exact.0.div_euclid(exact.1);
    let is_whole = floor * exact.1 == exact.0;
    let price = if side == Side::Buy && !is_whole { floor + 1 } else { floor };
    Ticks(i64::try_from(price).expect("prices are bounded"))
}
