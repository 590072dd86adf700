//! A market maker: rests bids and asks around a curve of its own in the contracts that matter, leans
//! against its inventory, and leaves each contract before it expires.

use rand::Rng;
use rand::rngs::StdRng;
use types::{Side, Ticks};

use super::view::{Contract, Intent, View, Working, shifted};
use super::wind_down::{is_closing, wind_down};

/// A maker stops quoting a contract so many hours before its end and trades its position away.
const WIND_DOWN_HOURS: i64 = 12;

/// Months, quarters and years quoted of each product, nearest first.
const QUOTED: [(i32, usize); 3] = [(1, 6), (3, 3), (12, 1)];

/// Its opinion of the curve stays within this of everybody's, in hundredths of a percent.
const OPINION: i64 = 120;

/// How it quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// From fair to the first price, in hundredths of a percent.
    pub(super) half_spread: i64,
    /// From one price to the next, in hundredths of a percent.
    pub(super) step: i64,
    /// Prices on each side.
    pub(super) levels: u8,
    /// Lots at the first price; the second has twice as many, and so on.
    pub(super) lots: u64,
    /// How far a lot of inventory moves its quotes, in thousandths of a percent.
    pub(super) lean: i64,
    /// A quote stays until it is so far from where it should be, in hundredths of a percent.
    pub(super) patience: i64,
}

/// A market maker.
#[derive(Debug)]
pub(super) struct Maker {
    style: Style,
    random: StdRng,
    products: Vec<String>,
    opinions: Vec<i64>,
    turn: usize,
}

/// A quote as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    side: Side,
    price: Ticks,
    lots: u64,
    tag: String,
}

impl Maker {
    /// A maker of all `products`.
    #[must_use]
    pub(super) fn new(style: Style, products: Vec<String>, random: StdRng) -> Self {
        Self { style, random, opinions: vec![0; products.len()], products, turn: 0 }
    }

    /// What to do now: one product each turn, in rotation.
    pub(super) fn act(&mut self, view: &View) -> Vec<Intent> {
        let mut intents = wind_down(view, WIND_DOWN_HOURS);
        let product = self.turn % self.products.len();
        self.turn += 1;
        let pull = self.opinions[product] / 10;
        let moved = self.opinions[product] - pull + self.random.gen_range(-18..=18);
        self.opinions[product] = moved.clamp(-OPINION, OPINION);
        for contract in quoted(view, &self.products[product]) {
            let wanted = self.wanted(view, contract, self.opinions[product]);
            let working = view.orders.iter().filter(|o| o.symbol == contract.symbol);
            intents.extend(reprice(self.style, contract, &wanted, &working.collect::<Vec<_>>()));
        }
        intents
    }

    fn wanted(&self, view: &View, contract: &Contract, opinion: i64) -> Vec<Wanted> {
        let Some(fair) = view.fair(contract) else { return Vec::new() };
        let inventory = view.position(&contract.symbol).clamp(-2_000, 2_000);
        let centre = shifted(fair, opinion - inventory * self.style.lean / 10).0;
        let level = |side: Side, level: u8| Wanted {
            side,
            price: self.price(centre, side, level),
            lots: self.style.lots * u64::from(level + 1),
            tag: tag(side, level),
        };
        let sides = |depth| Side::BOTH.map(|side| level(side, depth));
        (0..self.style.levels).flat_map(sides).collect()
    }

    fn price(&self, centre: i64, side: Side, level: u8) -> Ticks {
        let away = self.style.half_spread + self.style.step * i64::from(level);
        shifted(centre, -side.sign() * away)
    }
}

/// The contracts of a product that it quotes now.
fn quoted<'a>(view: &'a View, product: &'a str) -> impl Iterator<Item = &'a Contract> {
    QUOTED.into_iter().flat_map(move |(months, count)| {
        let open = |c: &&Contract| !is_closing(c, view.now, WIND_DOWN_HOURS);
        let kind = move |c: &&Contract| c.product == product && c.tenor.months() == months;
        view.contracts.iter().filter(kind).filter(open).take(count)
    })
}

/// `bid0`, `ask2`.
fn tag(side: Side, level: u8) -> String {
    match side {
        Side::Buy => format!("bid{level}"),
        Side::Sell => format!("ask{level}"),
    }
}

/// The way from the quotes there are to those there should be. What moves away from the other side
/// goes first, so that a maker does not meet itself.
fn reprice(
    style: Style,
    contract: &Contract,
    wanted: &[Wanted],
    working: &[&Working],
) -> Vec<Intent> {
    let mut amendments = Vec::new();
    let mut quotes = Vec::new();
    for want in wanted {
        match working.iter().find(|order| order.tag.as_deref() == Some(want.tag.as_str())) {
            Some(order) if is_good_enough(style, want, order) => {}
            Some(order) => {
                let is_forward = want.side.is_better(want.price, order.price);
                amendments.push((is_forward, amend(want, order)));
            }
            None => quotes.push(quote(contract, want)),
        }
    }
    amendments.sort_by_key(|(is_forward, _)| *is_forward);
    amendments.into_iter().map(|(_, intent)| intent).chain(quotes).collect()
}

fn is_good_enough(style: Style, want: &Wanted, order: &Working) -> bool {
    let off = (order.price.0 - want.price.0).abs() * 10_000;
    off <= want.price.0.abs() * style.patience && want.lots <= 2 * order.leaves
}

fn amend(want: &Wanted, order: &Working) -> Intent {
    Intent::Amend { id: order.id.clone(), price: want.price, lots: order.filled + want.lots }
}

fn quote(contract: &Contract, want: &Wanted) -> Intent {
    Intent::Quote {
        symbol: contract.symbol.clone(),
        side: want.side,
        price: want.price,
        lots: want.lots,
        tag: want.tag.clone(),
    }
}

#[cfg(test)]
mod tests;
