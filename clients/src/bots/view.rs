//! What a bot knows when its turn comes, and what it may ask for. Strategies are functions from one
//! to the other and know nothing of sockets.

use std::collections::BTreeMap;

use types::{Side, Tenor, Ticks, Timestamp};

use super::prices::PricePath;

/// A listed contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contract {
    /// `H100-US-2027M01`.
    pub(super) symbol: String,
    /// `H100-US`.
    pub(super) product: String,
    /// The period it delivers in.
    pub(super) tenor: Tenor,
    /// When trading ends.
    pub(super) last_trading: Timestamp,
}

impl Contract {
    /// The contract with this symbol, or `None` when the symbol is not of the form
    /// `H100-US-2027M01`; combinations are left to others.
    #[must_use]
    pub(super) fn new(symbol: &str, last_trading: Timestamp) -> Option<Self> {
        let (product, tenor) = symbol.rsplit_once('-')?;
        let tenor = Tenor::parse(tenor)?;
        if product.contains(':') || product.matches('-').count() != 1 {
            return None;
        }
        Some(Self { symbol: symbol.to_owned(), product: product.to_owned(), tenor, last_trading })
    }

    /// Hours of trading left; 0 when it has ended.
    #[must_use]
    pub(super) fn hours_left(&self, now: Timestamp) -> i64 {
        (self.last_trading.0 - now.0).max(0) / Timestamp::HOUR
    }
}

/// A listed spread whose legs both trade: its buyer sells the near leg and buys the far one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    /// `H100-US-2027M03-2027M04`.
    pub(super) symbol: String,
    /// What its buyer sells.
    pub(super) near: Contract,
    /// What its buyer buys.
    pub(super) far: Contract,
}

/// One of the bot's own resting orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Working {
    /// The bot's name of it.
    pub(super) id: String,
    /// What it trades.
    pub(super) symbol: String,
    /// Buy or sell.
    pub(super) side: Side,
    /// At which price.
    pub(super) price: Ticks,
    /// Still open.
    pub(super) leaves: u64,
    /// Filled so far.
    pub(super) filled: u64,
    /// The bot's label: which of its quotes it is.
    pub(super) tag: Option<String>,
}

/// Everything a strategy looks at.
#[derive(Clone, Debug)]
pub(super) struct View<'a> {
    /// Market time.
    pub(super) now: Timestamp,
    /// Contracts that still trade, nearest last trading day first.
    pub(super) contracts: &'a [Contract],
    /// Spreads of them, nearest first.
    pub(super) spreads: &'a [Spread],
    /// The bot's own resting orders.
    pub(super) orders: &'a [Working],
    /// The bot's own positions, long above zero, by symbol.
    pub(super) positions: &'a BTreeMap<String, i64>,
    /// What everybody thinks GPU-hours are worth.
    pub(super) prices: &'a PricePath,
}

/// What a bot wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// A resting, post-only order.
    Quote {
        /// What to trade.
        symbol: String,
        /// Buy or sell.
        side: Side,
        /// At which price.
        price: Ticks,
        /// How much.
        lots: u64,
        /// Which quote it is.
        tag: String,
    },
    /// An order that trades at once what it can.
    Take {
        /// What to trade.
        symbol: String,
        /// Buy or sell.
        side: Side,
        /// The worst price.
        limit: Ticks,
        /// How much.
        lots: u64,
    },
    /// A new price and total quantity of a resting order.
    Amend {
        /// Which.
        id: String,
        /// The new price.
        price: Ticks,
        /// The new total quantity, filled part included.
        lots: u64,
    },
    /// The end of a resting order.
    Cancel {
        /// Which.
        id: String,
    },
}

impl View<'_> {
    /// The position in a contract.
    #[must_use]
    pub(super) fn position(&self, symbol: &str) -> i64 {
        self.positions.get(symbol).copied().unwrap_or(0)
    }

    /// What a contract is worth: the index, and for each month until the middle of its period the
    /// slope of its generation.
    #[must_use]
    pub(super) fn fair(&self, contract: &Contract) -> Option<i64> {
        let index = self.prices.index(&contract.product, self.now)?.0;
        let start = contract.tenor.first_month().since(self.now.date().month());
        let middle = i64::from(2 * start + contract.tenor.months() - 1);
        Some(index + index * slope_permyriad(&contract.product) * middle / 20_000)
    }
}

/// How much a month of waiting changes the price of a generation, in hundredths of a percent: an
/// old generation gets cheaper as the next one comes, the newest is short for a while.
fn slope_permyriad(product: &str) -> i64 {
    match product.split('-').next() {
        Some("H100") => -50,
        Some("H200") => -30,
        _ => 15,
    }
}

/// `value` and so many hundredths of a percent of it.
#[must_use]
pub(super) fn shifted(value: i64, permyriad: i64) -> Ticks {
    Ticks(value + value * permyriad / 10_000)
}
