//! Scan ranges, from all days there were. Chapter 6.

use std::collections::BTreeMap;

use types::terms::SCENARIOS;
use types::{
    Event, Instrument, InstrumentId, Leg, MarketFact, Phase, ProductId, ProductTerms, Settlement,
    Tenor, Ticks, YearMonth,
};

use super::Model;
use super::risk::losses;

/// What the scan ranges of a product are made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    /// Before the next generation, and from it on.
    base: [i128; 2],
    /// Lots that are held of a month.
    held: BTreeMap<YearMonth, i128>,
}

/// The scan ranges of a product from its first day on.
#[derive(Clone, Debug)]
pub(super) struct Days {
    today: Scan,
    tomorrow: Scan,
    /// The largest move of each day, in millionths of the price, and the range found at its end;
    /// before the next generation, and from it on.
    moves: [Vec<i128>; 2],
    base: [i128; 2],
}

impl Days {
    pub(super) fn new(product: &ProductTerms) -> Self {
        let base = [product.scan_before_ticks, product.scan_after_ticks].map(i128::from);
        let scan = Scan { base, held: BTreeMap::new() };
        Self { today: scan.clone(), tomorrow: scan, moves: [Vec::new(), Vec::new()], base }
    }
}

impl Scan {
    /// The scan range of a month.
    pub(super) fn range(&self, product: &ProductTerms, month: YearMonth) -> i128 {
        let base = self.base[if product.next_generation <= month { 1 } else { 0 }];
        let Some(interest) = product.risk.interest else { return base };
        let (from, to) = (i128::from(interest.from_lots), i128::from(interest.to_lots));
        let held = self.held.get(&month).copied().unwrap_or(0);
        if held <= from {
            base
        } else if to <= held {
            2 * base
        } else {
            up(base * (to - from + held - from), to - from)
        }
    }
}

/// The months whose losses are those of a contract.
pub(super) fn months_at_risk(product: &ProductTerms, tenor: Tenor) -> Vec<YearMonth> {
    let all = (0..tenor.months()).map(|n| tenor.first_month().plus(n));
    let count = if product.settlement == Settlement::Physical { 12 } else { 1 };
    all.take(count).collect()
}

impl Model {
    pub(super) fn scan_today(&self, product: ProductId) -> &Scan {
        &self.days[usize::from(product.0)].today
    }

    /// What days move a product's months counts for its ranges; the new prices are not booked yet.
    pub(super) fn count_moves(&mut self, prices: &[(InstrumentId, Ticks)]) {
        for (n, product) in self.terms().product.clone().iter().enumerate() {
            let Some(scan) = product.risk.scan else { continue };
            let stressed = [product.scan_before_ticks, product.scan_after_ticks];
            for side in [0, 1] {
                let mut largest = None;
                let mut highest = 0;
                for (id, price) in prices {
                    let contract = self.contract(*id);
                    let Some(Tenor::Month(month)) = contract.instrument.tenor() else { continue };
                    let is_next = product.next_generation <= month;
                    let is_here = usize::from(contract.instrument.product.0) == n;
                    if !is_here || is_next != (side == 1) {
                        continue;
                    }
                    let (was, is) = (i128::from(contract.settlement.0), i128::from(price.0));
                    let moved = up((is - was).abs() * 1_000_000, was.abs().max(1));
                    largest = largest.max(Some(moved.min(10_000_000)));
                    highest = highest.max(is.abs());
                }
                let Some(largest) = largest else { continue };
                let days = &mut self.days[n];
                days.moves[side].push(largest);
                let average = average_square(&days.moves[side]);
                let moved = up(highest * root(average) * 3_643, 1_000_000_000);
                let floor = up(highest * i128::from(scan.floor_permille), 1000);
                let range = moved.max(floor).max(i128::from(stressed[side]));
                days.base[side] = range.min(i128::from(scan.most_ticks));
            }
        }
    }

    /// What was announced holds, and what will hold is announced.
    pub(super) fn change_ranges(&mut self, out: &mut Vec<Event>) {
        for days in &mut self.days {
            days.today = days.tomorrow.clone();
        }
        for id in self.contract_ids() {
            if self.contract(id).phase != Phase::Expired {
                self.contract_mut(id).losses = self.losses_today(&self.contract(id).instrument);
            }
        }
        for n in 0..self.days.len() {
            let base = self.days[n].base;
            let held = self.lots_held(n);
            self.days[n].tomorrow = Scan { base, held };
        }
        for id in self.contract_ids() {
            if self.contract(id).phase != Phase::Expired {
                self.announce(id, out);
            }
        }
    }

    fn losses_today(&self, instrument: &Instrument) -> [i128; SCENARIOS] {
        let product = instrument.product;
        if let Some(tenor) = instrument.tenor() {
            let terms = &self.terms().product[usize::from(product.0)];
            return losses(self.terms(), terms, tenor, self.scan_today(product));
        }
        let of = |leg: &Leg| (self.contract(leg.instrument).losses, i128::from(leg.ratio));
        let legs: Vec<_> = instrument.legs().map(|leg| of(&leg)).collect();
        std::array::from_fn(|s| legs.iter().map(|(losses, ratio)| losses[s] * ratio).sum())
    }

    fn lots_held(&self, product: usize) -> BTreeMap<YearMonth, i128> {
        let terms = &self.terms().product[product];
        let mut held = BTreeMap::new();
        for contract in self.contracts.iter().filter(|c| c.phase != Phase::Expired) {
            let is_here = usize::from(contract.instrument.product.0) == product;
            let Some(tenor) = contract.instrument.tenor().filter(|_| is_here) else { continue };
            let longs = self.accounts.iter().filter_map(|a| a.positions.get(&contract.id()));
            let long: i64 = longs.map(|position| position.net.max(0)).sum();
            for month in months_at_risk(terms, tenor) {
                *held.entry(month).or_default() += i128::from(long);
            }
        }
        held
    }

    /// Says what the scan range of an outright will be, if that is something new.
    pub(super) fn announce(&mut self, id: InstrumentId, out: &mut Vec<Event>) {
        let contract = self.contract(id);
        let Some(tenor) = contract.instrument.tenor() else { return };
        let number = usize::from(contract.instrument.product.0);
        let product = &self.terms().product[number];
        let range = average(&self.days[number].tomorrow, product, tenor);
        let days = (0..=1).map(|n| self.settlement_time(self.last_hour.date().plus(n)));
        let next = days.filter(|time| self.last_hour < *time).min().expect("today or tomorrow");
        let contract = self.contract_mut(id);
        if contract.range_told != range {
            contract.range_told = range;
            contract.tell(MarketFact::ScanRange { range, from: next }, out);
        }
    }

    /// The scan range of a contract that is about to be listed.
    pub(super) fn range_today(&self, product: ProductId, tenor: Tenor) -> Ticks {
        let terms = &self.terms().product[usize::from(product.0)];
        average(self.scan_today(product), terms, tenor)
    }
}

/// Of months by hours, rounded up.
fn average(scan: &Scan, product: &ProductTerms, tenor: Tenor) -> Ticks {
    let (mut sum, mut hours) = (0, 0);
    for month in months_at_risk(product, tenor) {
        sum += scan.range(product, month) * i128::from(month.hours());
        hours += i128::from(month.hours());
    }
    Ticks(i64::try_from(up(sum, hours)).expect("a range"))
}

/// Each day counts 3 of 100, the days before it 97; rounded up every day.
fn average_square(moves: &[i128]) -> i128 {
    let mut average = 0;
    for moved in moves {
        average = up(3 * moved * moved + 97 * average, 100);
    }
    average
}

/// The smallest number whose square is not less, found by halving.
pub(super) fn root(square: i128) -> i128 {
    let (mut below, mut enough) = (-1, 1 << 62);
    while 1 < enough - below {
        let middle = i128::midpoint(below, enough);
        if square <= middle * middle {
            enough = middle;
        } else {
            below = middle;
        }
    }
    enough
}

/// A quotient of numbers that are not negative, rounded up.
pub(super) fn up(number: i128, by: i128) -> i128 {
    number / by + i128::from(number % by != 0)
}
