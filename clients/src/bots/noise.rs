//! A noise trader: small orders without a reason, a little more often towards a flat position.

use rand::Rng;
use rand::rngs::StdRng;
use types::Side;

use super::view::{Contract, Intent, View, shifted};
use super::wind_down::{is_closing, wind_down};

/// It never has more lots than this in one contract, and leaves the contract so early.
const MOST: i64 = 40;
const WIND_DOWN_HOURS: i64 = 24;

/// It trades the contracts that end within so many hours: the half of the curve that is quoted.
const HORIZON_HOURS: i64 = 24 * 150;

/// A noise trader.
#[derive(Debug)]
pub(super) struct Noise {
    random: StdRng,
}

impl Noise {
    /// A trader that follows `random`.
    #[must_use]
    pub(super) fn new(random: StdRng) -> Self {
        Self { random }
    }

    /// What to do now.
    pub(super) fn act(&mut self, view: &View) -> Vec<Intent> {
        let mut intents = wind_down(view, WIND_DOWN_HOURS);
        let trades = |c: &&Contract| {
            !is_closing(c, view.now, WIND_DOWN_HOURS) && c.hours_left(view.now) < HORIZON_HOURS
        };
        let contracts: Vec<&Contract> = view.contracts.iter().filter(trades).collect();
        if !contracts.is_empty() {
            let contract = contracts[self.random.gen_range(0..contracts.len())];
            intents.extend(self.trade(view, contract));
        }
        intents
    }

    fn trade(&mut self, view: &View, contract: &Contract) -> Option<Intent> {
        let held = view.position(&contract.symbol).clamp(-MOST, MOST);
        let side = if self.random.gen_range(-MOST..MOST) < held { Side::Sell } else { Side::Buy };
        let lots = self.random.gen_range(1..=6);
        let limit = shifted(view.fair(contract)?, side.sign() * self.random.gen_range(0..200));
        Some(Intent::Take { symbol: contract.symbol.clone(), side, limit, lots })
    }
}
