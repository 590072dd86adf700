//! An order book as one would write it in an afternoon: ordered maps of prices, a queue at each.
//!
//! It is here to be obviously right, and to be what a faster book is measured against. Its owner
//! names the orders; nothing is said about accounts, icebergs or money.

use std::collections::{BTreeMap, HashMap, VecDeque};

use types::{Lots, Side, Ticks};

/// A resting order met an incoming one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NaiveTrade {
    /// The name of the order that rested.
    pub maker: u64,
    /// Its price.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
}

/// The bids and the asks of one contract.
#[derive(Debug, Default)]
pub struct NaiveBook {
    bids: BTreeMap<Ticks, VecDeque<(u64, Lots)>>,
    asks: BTreeMap<Ticks, VecDeque<(u64, Lots)>>,
    places: HashMap<u64, (Side, Ticks)>,
}

impl NaiveBook {
    /// Trades with the other side while prices cross; what is left is the answer.
    pub fn cross(
        &mut self,
        side: Side,
        limit: Ticks,
        mut lots: Lots,
        mut on_trade: impl FnMut(NaiveTrade),
    ) -> Lots {
        let other = side.opposite();
        while lots != Lots::ZERO {
            let Some(price) = self.best(other).filter(|best| side.accepts(limit, *best)) else {
                break;
            };
            let queue = levels(&mut self.bids, &mut self.asks, other);
            let queue = queue.get_mut(&price).expect("the best price has a queue");
            let (maker, left) = queue.front_mut().expect("a level has orders");
            let (maker, traded) = (*maker, lots.min(*left));
            *left -= traded;
            lots -= traded;
            on_trade(NaiveTrade { maker, price, lots: traded });
            if *left == Lots::ZERO {
                self.remove(maker);
            }
        }
        lots
    }

    /// Puts an order behind all others at its price, whether or not prices cross.
    ///
    /// # Panics
    /// When an order of that name rests.
    pub fn rest(&mut self, name: u64, side: Side, price: Ticks, lots: Lots) {
        let known = self.places.insert(name, (side, price));
        assert!(known.is_none(), "order {name} rests already");
        let levels = levels(&mut self.bids, &mut self.asks, side);
        levels.entry(price).or_default().push_back((name, lots));
    }

    /// Takes an order out; how much was left of it, if it was there.
    ///
    /// # Panics
    /// When the book contradicts itself.
    pub fn remove(&mut self, name: u64) -> Option<Lots> {
        let (side, price) = self.places.remove(&name)?;
        let levels = levels(&mut self.bids, &mut self.asks, side);
        let queue = levels.get_mut(&price).expect("an order is where it was put");
        let at = queue.iter().position(|(other, _)| *other == name).expect("it is in its queue");
        let (_, left) = queue.remove(at)?;
        if queue.is_empty() {
            levels.remove(&price);
        }
        Some(left)
    }

    /// Takes so much off an order that rests with more than that; it keeps its place.
    ///
    /// # Panics
    /// When it does not rest.
    pub fn reduce(&mut self, name: u64, by: Lots) {
        let (side, price) = self.places[&name];
        let levels = levels(&mut self.bids, &mut self.asks, side);
        let queue = levels.get_mut(&price).expect("an order is where it was put");
        let order = queue.iter_mut().find(|(other, _)| *other == name);
        order.expect("it is in its queue").1 -= by;
    }

    /// The best price of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Ticks> {
        match side {
            Side::Buy => self.bids.keys().next_back().copied(),
            Side::Sell => self.asks.keys().next().copied(),
        }
    }

    /// Prices and lots of a side, best first.
    #[must_use]
    pub fn depth(&self, side: Side) -> Vec<(Ticks, Lots)> {
        let total = |(price, queue): (&Ticks, &VecDeque<(u64, Lots)>)| {
            (*price, queue.iter().map(|(_, lots)| *lots).sum())
        };
        match side {
            Side::Buy => self.bids.iter().rev().map(total).collect(),
            Side::Sell => self.asks.iter().map(total).collect(),
        }
    }

    /// The names and lots of the orders at a price, the earliest first.
    #[must_use]
    pub fn queue(&self, side: Side, price: Ticks) -> Vec<(u64, Lots)> {
        let levels = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        levels.get(&price).map_or_else(Vec::new, |queue| queue.iter().copied().collect())
    }

    /// The side and price of an order, if it rests.
    #[must_use]
    pub fn place(&self, name: u64) -> Option<(Side, Ticks)> {
        self.places.get(&name).copied()
    }

    /// What is left of an order, if it rests.
    #[must_use]
    pub fn left(&self, name: u64) -> Option<Lots> {
        let (side, price) = *self.places.get(&name)?;
        self.queue(side, price).into_iter().find(|(other, _)| *other == name).map(|(_, left)| left)
    }

    /// How many orders rest.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing rests.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// Two fields rather than a method, so that the names of the orders stay free.
fn levels<'a>(
    bids: &'a mut BTreeMap<Ticks, VecDeque<(u64, Lots)>>,
    asks: &'a mut BTreeMap<Ticks, VecDeque<(u64, Lots)>>,
    side: Side,
) -> &'a mut BTreeMap<Ticks, VecDeque<(u64, Lots)>> {
    match side {
        Side::Buy => bids,
        Side::Sell => asks,
    }
}
