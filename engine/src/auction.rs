//! The price of an auction.
//!
//! Takes what each side would trade at each price and says at which price most of it does. Knows
//! nothing of orders.

use std::collections::BTreeMap;

use types::{Indicative, Lots, NetLots, Ticks};

/// What each side offers: prices and lots, in any order.
pub(crate) struct Sides<'a> {
    pub(crate) bids: &'a BTreeMap<Ticks, Lots>,
    pub(crate) asks: &'a BTreeMap<Ticks, Lots>,
}

/// A run of prices at which the same lots would be bought and sold.
#[derive(Clone, Copy)]
struct Run {
    lowest: i64,
    highest: i64,
    bought: u64,
    sold: u64,
}

impl Run {
    fn traded(&self) -> u64 {
        self.bought.min(self.sold)
    }

    fn left_over(&self) -> u64 {
        self.bought.abs_diff(self.sold)
    }
}

/// The price, and what would trade at it. `settlement` decides between prices that are as good.
pub(crate) fn strike(sides: &Sides<'_>, settlement: Ticks) -> Indicative {
    let runs = runs(sides);
    let Some(most) = runs.iter().map(Run::traded).max().filter(|most| 0 < *most) else {
        return Indicative::default();
    };
    let fullest = || runs.iter().filter(|run| run.traded() == most);
    let fewest = fullest().map(Run::left_over).min().expect("one of them trades the most");
    let mut best = fullest().filter(|run| run.left_over() == fewest);
    let first = *best.next().expect("one of them leaves the fewest over");
    let last = best.next_back().copied().unwrap_or(first);
    // Bids only fall away as the price rises, so the best runs are neighbours, and if lots are left
    // over on both sides the first run has them on the buying side.
    let price = if first.sold < first.bought && last.sold < last.bought {
        last.highest
    } else if first.bought < first.sold && last.bought < last.sold {
        first.lowest
    } else {
        settlement.0.clamp(first.lowest, last.highest)
    };
    let run = runs.iter().find(|run| run.lowest <= price && price <= run.highest);
    let run = run.expect("the runs cover every price between the first and the last");
    let signed = |lots: u64| i64::try_from(lots).expect("a book has fewer than 2^63 lots");
    Indicative {
        price: Some(Ticks(price)),
        lots: Lots(most),
        surplus: NetLots(signed(run.bought) - signed(run.sold)),
    }
}

/// From the best ask to the best bid, every price: those at which orders stand, and those between.
fn runs(sides: &Sides<'_>) -> Vec<Run> {
    let (Some((ask, _)), Some((bid, _))) =
        (sides.asks.first_key_value(), sides.bids.last_key_value())
    else {
        return Vec::new();
    };
    if bid < ask {
        return Vec::new();
    }
    let mut prices: Vec<i64> = sides.asks.range(ask..=bid).map(|(price, _)| price.0).collect();
    prices.extend(sides.bids.range(ask..=bid).map(|(price, _)| price.0));
    prices.sort_unstable();
    prices.dedup();
    let mut bought: u64 = sides.bids.range(ask..).map(|(_, lots)| lots.0).sum();
    let mut sold = 0;
    let mut runs = Vec::with_capacity(2 * prices.len());
    for (at, price) in prices.iter().enumerate() {
        let lots = |side: &BTreeMap<Ticks, Lots>| side.get(&Ticks(*price)).map_or(0, |lots| lots.0);
        sold += lots(sides.asks);
        runs.push(Run { lowest: *price, highest: *price, bought, sold });
        bought -= lots(sides.bids);
        if let Some(next) = prices.get(at + 1).filter(|next| price + 1 < **next) {
            runs.push(Run { lowest: price + 1, highest: next - 1, bought, sold });
        }
    }
    runs
}
