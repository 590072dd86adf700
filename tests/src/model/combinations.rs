//! Combinations: which there are, and what they are worth.

use types::{
    AccountId, Detail, Event, Instrument, InstrumentId, Kind, Leg, Lots, Phase, ProductId, Refusal,
    RejectReason, Side, TickValue, Ticks,
};

use super::state::Contract;
use super::{Done, Model};

impl Model {
    pub(super) fn define(
        &mut self,
        account: AccountId,
        legs: &[Leg],
        out: &mut Vec<Event>,
    ) -> Result<Done, Refusal> {
        self.find_account(account)?;
        let bad = Refusal::from(RejectReason::BadCombination);
        if !(2..=12).contains(&legs.len()) {
            return Err(bad);
        }
        for leg in legs {
            let contract = self.find_contract(leg.instrument)?;
            if contract.phase == Phase::Expired {
                return Err(RejectReason::NotTrading.with(Detail::Phase(Phase::Expired)));
            }
        }
        let kind = self.kind(legs).ok_or(bad)?;
        if let Some(known) = self.listed(&kind) {
            return Ok(Done::Listed(known));
        }
        let most = self.terms().member_combinations;
        let live = self.contracts.iter().filter(|c| c.is_members && c.phase != Phase::Expired);
        if most as usize <= live.count() {
            return Err(RejectReason::TooManyCombinations.with(Detail::Most(u64::from(most))));
        }
        let id = self.list_combination(kind, out);
        self.contract_mut(id).is_members = true;
        Ok(Done::Listed(id))
    }

    /// A combination that trades.
    fn listed(&self, kind: &Kind) -> Option<InstrumentId> {
        let trades = self.contracts.iter().filter(|c| c.phase != Phase::Expired);
        trades.into_iter().find(|c| c.instrument.kind == *kind).map(Contract::id)
    }

    fn kind(&self, legs: &[Leg]) -> Option<Kind> {
        let of = |leg: &Leg| &self.contract(leg.instrument).instrument;
        let mut legs = legs.to_vec();
        for (at, leg) in legs.iter().enumerate() {
            of(leg).tenor()?;
            if legs[..at].iter().any(|other| other.instrument == leg.instrument) {
                return None;
            }
        }
        legs.sort_by_key(|leg| {
            let tenor = of(leg).tenor().expect("looked at above");
            (tenor.first_month(), tenor.months(), of(leg).product, leg.instrument)
        });
        let ratios: Vec<i32> = legs.iter().map(|leg| leg.ratio).collect();
        if ratios == [1, -1] || ratios == [-1, 1] {
            return self.spread(of(&legs[0]), of(&legs[1]));
        }
        let is_ramp = legs.iter().all(|leg| {
            (1..=64).contains(&leg.ratio)
                && of(leg).product == of(&legs[0]).product
                && of(leg).tick_value != TickValue(0)
        });
        let divides = |by: &i32| ratios.iter().all(|ratio| ratio % by == 0);
        let divisor = (1..=64).rev().find(divides)?;
        let total: i32 = ratios.iter().map(|ratio| ratio / divisor).sum();
        legs.iter_mut().for_each(|leg| leg.ratio /= divisor);
        (is_ramp && total <= 64).then_some(Kind::Ramp(legs))
    }

    fn spread(&self, near: &Instrument, far: &Instrument) -> Option<Kind> {
        let settlement =
            |of: &Instrument| self.terms().product[usize::from(of.product.0)].settlement;
        let is_legal = if near.product == far.product {
            near.tenor()?.months() == far.tenor()?.months()
        } else {
            near.tenor() == far.tenor() && settlement(near) == settlement(far)
        };
        is_legal.then_some(Kind::Spread { near: near.id, far: far.id })
    }

    /// The spreads that the terms want, in their order.
    pub(super) fn list_spreads(&mut self, out: &mut Vec<Event>) {
        let terms = self.terms().clone();
        let number = |n: usize| ProductId(u16::try_from(n).expect("few products"));
        let mut wanted = Vec::new();
        for (n, product) in terms.product.iter().enumerate() {
            let months = self.months(number(n));
            let pairs = months.windows(2).take(usize::from(product.spreads_listed));
            wanted.extend(pairs.map(|pair| [pair[0], pair[1]]));
        }
        for spread in &terms.spread {
            let find = |symbol: &str| {
                let at = terms.product.iter().position(|p| p.symbol() == symbol);
                number(at.expect("terms name products"))
            };
            let (one, other) = (find(&spread.near), find(&spread.far));
            for id in self.months(one).into_iter().take(usize::from(spread.months)) {
                let tenor = self.contract(id).instrument.tenor();
                let same = |c: &InstrumentId| self.contract(*c).instrument.tenor() == tenor;
                let twin = self.months(other).into_iter().find(same);
                wanted.extend(twin.map(|twin| if one < other { [id, twin] } else { [twin, id] }));
            }
        }
        for [near, far] in wanted {
            let kind = Kind::Spread { near, far };
            match self.listed(&kind) {
                Some(known) => self.contract_mut(known).is_members = false,
                None => drop(self.list_combination(kind, out)),
            }
        }
    }

    /// The months of a product that trade and that the terms want, the nearest first.
    fn months(&self, product: ProductId) -> Vec<InstrumentId> {
        let mut months: Vec<&Instrument> = self
            .contracts
            .iter()
            .filter(|c| c.instrument.product == product && c.phase != Phase::Expired)
            .map(|c| &c.instrument)
            .filter(|i| i.tenor().is_some_and(|tenor| tenor.months() == 1))
            .collect();
        months.sort_by_key(|month| month.start);
        let most = self.terms().product[usize::from(product.0)].months_listed;
        months.into_iter().take(usize::from(most)).map(|month| month.id).collect()
    }

    fn list_combination(&mut self, kind: Kind, out: &mut Vec<Event>) -> InstrumentId {
        let id = InstrumentId(u32::try_from(self.contracts.len()).expect("few contracts"));
        let (settlement, basis) = self.worth(&kind);
        let mut instrument = self.combination(id, kind);
        instrument.reference = settlement.max(instrument.lowest).min(instrument.highest);
        let mut losses = [0; types::terms::SCENARIOS];
        for leg in instrument.legs() {
            let of_leg = self.contract(leg.instrument).losses;
            for (loss, of_leg) in losses.iter_mut().zip(of_leg) {
                *loss += of_leg * i128::from(leg.ratio);
            }
        }
        self.add_contract(instrument, losses, out);
        self.contract_mut(id).basis = basis;
        id
    }

    /// All of a combination but its settlement price.
    fn combination(&self, id: InstrumentId, kind: Kind) -> Instrument {
        let of = |id: InstrumentId| &self.contract(id).instrument;
        let mut instrument = match &kind {
            Kind::Outright(_) => unreachable!("not a combination"),
            Kind::Spread { near, far } => {
                let (near, far) = (of(*near), of(*far));
                let period = far.tenor().map(|tenor| tenor.to_string()).unwrap_or_default();
                let symbol = if near.product == far.product {
                    format!("{}-{period}", near.symbol)
                } else {
                    format!("{}:{}", near.symbol, far.symbol)
                };
                let lowest = Ticks(far.lowest.0 - near.highest.0);
                let highest = Ticks(far.highest.0 - near.lowest.0);
                Instrument { symbol, lowest, highest, ..far.clone() }
            }
            Kind::Ramp(legs) => {
                let first = of(legs[0].instrument);
                let product = &self.terms().product[usize::from(first.product.0)];
                let mut symbol = format!("{}-{}", product.name, product.hub);
                for (at, leg) in legs.iter().enumerate() {
                    symbol.push(if at == 0 { '-' } else { '_' });
                    if leg.ratio != 1 {
                        symbol += &format!("{}X", leg.ratio);
                    }
                    symbol += &of(leg.instrument).tenor().expect("an outright").to_string();
                }
                let sum = |part: fn(&Instrument) -> i64| -> i64 {
                    legs.iter().map(|leg| part(of(leg.instrument)) * i64::from(leg.ratio)).sum()
                };
                let hours = u32::try_from(sum(|i| i64::from(i.hours))).expect("few hours");
                let tick_value = TickValue(sum(|i| i.tick_value.0));
                Instrument { symbol, hours, tick_value, ..first.clone() }
            }
        };
        (instrument.id, instrument.kind) = (id, kind);
        let legs: Vec<Leg> = instrument.legs().collect();
        let parts = || legs.iter().map(|leg| of(leg.instrument));
        instrument.start = parts().map(|part| part.start).min().expect("legs");
        instrument.end = parts().map(|part| part.end).max().expect("legs");
        instrument.last_trading = parts().map(|part| part.last_trading).min().expect("legs");
        let largest = parts().map(|part| part.largest_order.0).min().expect("legs");
        let ratio = legs.iter().map(|leg| leg.ratio.unsigned_abs()).max().expect("legs");
        instrument.largest_order = Lots((largest / u64::from(ratio)).max(1));
        instrument
    }

    /// The settlement price that legs make, and what bands are parts of.
    pub(super) fn worth(&self, kind: &Kind) -> (Ticks, Ticks) {
        let price = |id: InstrumentId| self.contract(id).settlement.0;
        match kind {
            Kind::Outright(_) => unreachable!("not a combination"),
            Kind::Spread { near, far } => {
                (Ticks(price(*far) - price(*near)), Ticks(price(*far).abs() + price(*near).abs()))
            }
            Kind::Ramp(legs) => {
                let (mut sum, mut weights) = (0_i128, 0_i128);
                for leg in legs {
                    let tick_value = self.contract(leg.instrument).instrument.tick_value.0;
                    let weight = i128::from(tick_value) * i128::from(leg.ratio);
                    sum += weight * i128::from(price(leg.instrument));
                    weights += weight;
                }
                let average = i64::try_from(sum.div_euclid(weights)).expect("an average");
                (Ticks(average), Ticks(average.abs()))
            }
        }
    }

    /// A member's combination that nobody wants.
    pub(super) fn is_unused(&self, contract: &Contract) -> bool {
        let has_orders = self.orders.iter().any(|order| order.instrument == contract.id());
        contract.is_members && contract.is_idle && !has_orders
    }

    /// The position of an account with all that its orders would bring on one side.
    pub(super) fn furthest(&self, account: AccountId, id: InstrumentId, side: Side) -> i128 {
        let account = self.account(account);
        let net = account.positions.get(&id).map_or(0, |position| position.net);
        let mut reached = i128::from(net) * i128::from(side.sign());
        reached += i128::from(self.on_offer(account, id, side).0);
        for order in self.orders.iter().filter(|order| order.account == account.id) {
            for (leg, units) in self.brings(order.instrument) {
                let lots = i128::from(units * order.side.sign() * side.sign());
                if leg == id && 0 < lots {
                    reached += lots * i128::from(order.leaves().0);
                }
            }
        }
        reached
    }
}
