//! A momentum trader: asks what a block of the front month would cost, and follows the price while
//! it runs away from its own recent mean.

use std::collections::VecDeque;

use types::{Side, Ticks};

use super::view::{Contract, Intent, View, shifted};
use super::wind_down::{is_closing, wind_down};

/// Prices it remembers.
const MEMORY: usize = 24;

/// The price has a direction when it is so far from its mean, in hundredths of a percent.
const DIRECTION: i64 = 40;

/// Lots of one trade, and the most it holds.
const LOTS: i64 = 4;
const MOST: i64 = 32;

/// It leaves a contract so many hours before its end.
const WIND_DOWN_HOURS: i64 = 24;

/// A momentum trader in one product.
#[derive(Debug)]
pub(super) struct Momentum {
    product: String,
    watched: Option<String>,
    prices: VecDeque<i64>,
}

impl Momentum {
    /// A trader of the front month of `product`.
    #[must_use]
    pub(super) fn new(product: String) -> Self {
        Self { product, watched: None, prices: VecDeque::new() }
    }

    /// The contract it watches, and the lots whose price it wants to know.
    #[must_use]
    pub(super) fn question<'a>(&self, view: &'a View) -> Option<(&'a Contract, u64)> {
        let is_front = |c: &&Contract| c.product == self.product && c.tenor.months() == 1;
        let is_open = |c: &&Contract| !is_closing(c, view.now, WIND_DOWN_HOURS);
        let front = view.contracts.iter().filter(is_front).find(is_open)?;
        Some((front, LOTS.unsigned_abs()))
    }

    /// What to do now that a block of the watched contract costs `price`.
    pub(super) fn act(&mut self, view: &View, price: Option<Ticks>) -> Vec<Intent> {
        let mut intents = wind_down(view, WIND_DOWN_HOURS);
        let Some((front, _)) = self.question(view) else { return intents };
        if self.watched.as_ref() != Some(&front.symbol) {
            self.watched = Some(front.symbol.clone());
            self.prices.clear();
        }
        if let Some(price) = price {
            intents.extend(self.follow(view, front, price.0));
        }
        intents
    }

    fn follow(&mut self, view: &View, front: &Contract, price: i64) -> Option<Intent> {
        let side = self.direction(price);
        self.prices.push_back(price);
        if MEMORY < self.prices.len() {
            self.prices.pop_front();
        }
        let side = side?;
        let room = MOST - side.sign() * view.position(&front.symbol);
        let lots = u64::try_from(room.min(LOTS)).ok().filter(|lots| 0 < *lots)?;
        let limit = shifted(price, side.sign() * DIRECTION);
        Some(Intent::Take { symbol: front.symbol.clone(), side, limit, lots })
    }

    /// Where the price runs, once there is enough of a past to tell.
    fn direction(&self, price: i64) -> Option<Side> {
        let count = i64::try_from(self.prices.len()).expect("a short memory");
        if count < 8 {
            return None;
        }
        let mean = self.prices.iter().sum::<i64>() / count;
        let away = (price - mean) * 10_000;
        if mean * DIRECTION < away {
            Some(Side::Buy)
        } else if away < -mean * DIRECTION {
            Some(Side::Sell)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
