//! A schedule of GPUs by month, and how to trade it: a base as years and quarters, since they are
//! few and liquid, the rest month by month, and all of it in slices. Who needs GPUs buys a schedule,
//! who has them sells one.

use std::collections::BTreeMap;

use types::terms::GPUS_PER_LOT;
use types::{Tenor, YearMonth};

use super::view::{Contract, View};

/// Lots of years and quarters come in whole delivery blocks.
const BLOCK: i64 = 8;

/// Lots by product and month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule(BTreeMap<String, BTreeMap<YearMonth, i64>>);

/// A line of a schedule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct BadSchedule {
    line: usize,
    fault: &'static str,
}

impl Schedule {
    /// What a lab with a growing cluster may need.
    #[must_use]
    pub fn example() -> Self {
        Self::parse(include_str!("../../bots/need.csv")).expect("a test reads it")
    }

    /// Reads lines of `product,month,gpus`, the first of them being just that. Part of a node
    /// counts as a whole one.
    ///
    /// # Errors
    /// The first line that is not of this form.
    ///
    /// ```
    /// use clients::bots::Schedule;
    /// let need = Schedule::parse("product,month,gpus\nH100-US,2027-01,60\n").unwrap();
    /// assert_eq!(need.lots("H100-US", types::YearMonth::new(2027, 1).unwrap()), 8);
    /// ```
    pub fn parse(text: &str) -> Result<Self, BadSchedule> {
        let mut lots = BTreeMap::<String, BTreeMap<YearMonth, i64>>::new();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
        for (number, line) in lines.skip(1).filter(|(_, line)| !line.trim().is_empty()) {
            let bad = |fault| BadSchedule { line: number + 1, fault };
            let [product, month, gpus] = fields(line).ok_or(bad("not product,month,gpus"))?;
            let month = YearMonth::parse(month).ok_or(bad("a month is written 2027-01"))?;
            let gpus: u32 = gpus.parse().map_err(|_| bad("GPUs are a whole number"))?;
            let nodes = u64::from(gpus).div_ceil(GPUS_PER_LOT);
            let nodes = i64::try_from(nodes).expect("an eighth of 32 bits");
            lots.entry(product.to_owned()).or_default().insert(month, nodes);
        }
        Ok(Self(lots))
    }

    /// Lots wanted of a product in a month.
    #[must_use]
    pub fn lots(&self, product: &str, month: YearMonth) -> i64 {
        self.0.get(product).and_then(|months| months.get(&month)).copied().unwrap_or(0)
    }

    /// One of `parts` equal parts of it.
    #[must_use]
    pub fn part(&self, parts: i64) -> Self {
        let share = |months: &BTreeMap<YearMonth, i64>| {
            months.iter().map(|(month, lots)| (*month, lots / parts)).collect()
        };
        Self(self.0.iter().map(|(product, months)| (product.clone(), share(months))).collect())
    }

    /// Lots to trade of each contract to have the whole schedule, given what is held already as
    /// `held` lots of a symbol. Half of the smallest month of a year is traded as that year, half
    /// of what is then left of a quarter as that quarter, the rest as months.
    pub(super) fn open(&self, view: &View, held: impl Fn(&str) -> i64) -> Vec<(Contract, i64)> {
        let mut open = Vec::new();
        for (product, months) in &self.0 {
            let mut gaps = months.clone();
            for span in [12, 3, 1] {
                let kind = |c: &&Contract| c.product == *product && c.tenor.months() == span;
                for contract in view.contracts.iter().filter(kind) {
                    let held = held(&contract.symbol);
                    let target = strip(contract.tenor, &gaps).max(held);
                    each_month(contract.tenor, |month| *gaps.entry(month).or_default() -= target);
                    open.push((contract.clone(), target - held));
                }
            }
        }
        open.retain(|(_, lots)| 0 < *lots);
        open
    }
}

fn fields(line: &str) -> Option<[&str; 3]> {
    let mut fields = line.split(',').map(str::trim);
    let three = [fields.next()?, fields.next()?, fields.next()?];
    fields.next().is_none().then_some(three)
}

fn each_month(tenor: Tenor, mut visit: impl FnMut(YearMonth)) {
    (0..tenor.months()).for_each(|n| visit(tenor.first_month().plus(n)));
}

/// How much of the gaps one contract shall fill.
fn strip(tenor: Tenor, gaps: &BTreeMap<YearMonth, i64>) -> i64 {
    let mut smallest = i64::MAX;
    each_month(tenor, |month| smallest = smallest.min(gaps.get(&month).copied().unwrap_or(0)));
    match tenor {
        Tenor::Month(_) => smallest,
        Tenor::Quarter(_) | Tenor::Year(_) => smallest / 2 / BLOCK * BLOCK,
    }
}

/// The slice of `lots` to trade in this hour so that all of it is traded a day before the end.
pub(super) fn slice(lots: i64, hours_left: i64) -> u64 {
    let hours = (hours_left - 24).max(1);
    u64::try_from((lots + hours - 1) / hours).unwrap_or(0)
}

#[cfg(test)]
mod tests;
