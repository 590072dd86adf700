//! A spread trader: rests bids and asks in the calendar, hub and generation spreads of the near months,
//! closer than the legs alone would make them, and leaves each month before it expires.

use rand::Rng;
use rand::rngs::StdRng;
use types::{Side, Ticks};

use super::view::{Intent, Spread, View, Working};
use super::wind_down::{is_closing, wind_down};

/// It leaves a month so many hours before its end.
const WIND_DOWN_HOURS: i64 = 24;

/// Spreads quoted of each pair of products, nearest first.
const QUOTED: usize = 3;

/// From fair to its price, in hundredths of a percent of the far leg.
const HALF_SPREAD: i64 = 18;

/// Lots on each side.
const LOTS: u64 = 8;

/// A quote stays until it is so many ticks from where it should be.
const PATIENCE: i64 = 2;

/// Its opinion of a spread stays within so many ticks of everybody's.
const OPINION: i64 = 4;

/// A spread trader.
#[derive(Debug)]
pub(super) struct Spreader {
    random: StdRng,
    turn: usize,
}

impl Spreader {
    /// A trader that follows `random`.
    #[must_use]
    pub(super) fn new(random: StdRng) -> Self {
        Self { random, turn: 0 }
    }

    /// What to do now: one spread each turn, in rotation.
    pub(super) fn act(&mut self, view: &View) -> Vec<Intent> {
        let mut intents = wind_down(view, WIND_DOWN_HOURS);
        let is_ending = |spread: &Spread| {
            [&spread.near, &spread.far].iter().any(|leg| is_closing(leg, view.now, WIND_DOWN_HOURS))
        };
        for ending in view.spreads.iter().filter(|spread| is_ending(spread)) {
            let ours = view.orders.iter().filter(|order| order.symbol == ending.symbol);
            intents.extend(ours.map(|order| Intent::Cancel { id: order.id.clone() }));
        }
        let quoted = quoted(view.spreads.iter().filter(|spread| !is_ending(spread)));
        if !quoted.is_empty() {
            let spread = quoted[self.turn % quoted.len()];
            self.turn += 1;
            let opinion = self.random.gen_range(-OPINION..=OPINION);
            intents
                .extend(Side::BOTH.iter().filter_map(|side| quote(view, spread, *side, opinion)));
        }
        intents
    }
}

/// The nearest spreads of each pair of products.
fn quoted<'a>(spreads: impl Iterator<Item = &'a Spread>) -> Vec<&'a Spread> {
    let mut chosen: Vec<&Spread> = Vec::new();
    for spread in spreads {
        let is_of_pair = |other: &&&Spread| {
            other.near.product == spread.near.product && other.far.product == spread.far.product
        };
        if chosen.iter().filter(is_of_pair).count() < QUOTED {
            chosen.push(spread);
        }
    }
    chosen
}

/// What brings the quote of one side to where it should be, if it is not there.
fn quote(view: &View, spread: &Spread, side: Side, opinion: i64) -> Option<Intent> {
    let (near, far) = (view.fair(&spread.near)?, view.fair(&spread.far)?);
    let away = far * HALF_SPREAD / 10_000;
    let price = Ticks(far - near + opinion - side.sign() * away);
    let is_ours = |order: &&Working| order.symbol == spread.symbol && order.side == side;
    match view.orders.iter().find(is_ours) {
        Some(order) if (order.price.0 - price.0).abs() <= PATIENCE => None,
        Some(order) => {
            Some(Intent::Amend { id: order.id.clone(), price, lots: order.filled + LOTS })
        }
        None => {
            let (symbol, tag) = (spread.symbol.clone(), "spread".to_owned());
            Some(Intent::Quote { symbol, side, price, lots: LOTS, tag })
        }
    }
}

#[cfg(test)]
mod tests;
