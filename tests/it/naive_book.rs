//! Both structures of the book do what a book of ordered maps does: the same trades with the same
//! orders, and after every step the same queues.

use std::collections::BTreeMap;

use book::{Book, Order, Orders, Step, Structure, Taker, cross};
use tests::naive_book::{NaiveBook, NaiveTrade};
use tests::prng::Prng;
use types::{AccountId, Lots, OrderId, SelfMatch, Side, Ticks};

/// Where prices come from: near each other, spread, or at both ends of what there is.
#[derive(Clone, Copy, Debug)]
enum Prices {
    Near,
    Spread,
    Ends,
}

const STEPS: u64 = 20_000;

#[test]
fn a_sorted_book_is_the_naive_one() {
    check(|| Structure::Sorted);
}

#[test]
fn a_ladder_is_the_naive_one() {
    check(|| Structure::Ladder);
}

fn check(structure: fn() -> Structure) {
    for (seed, prices) in [(1, Prices::Near), (2, Prices::Spread), (3, Prices::Ends)] {
        let mut pair = Pair::new(structure(), prices, seed);
        for step in 0..STEPS {
            pair.step();
            // Whole queues are long to compare: always the best prices, sometimes everything.
            pair.compare(if step % 100 == 0 { usize::MAX } else { 3 });
        }
        let Pair { trades, found, .. } = pair;
        assert!(STEPS / 20 < trades && STEPS / 20 < found, "{prices:?}: {trades} {found}");
    }
}

struct Pair {
    naive: NaiveBook,
    book: Book,
    orders: Orders,
    ids: BTreeMap<u64, OrderId>,
    prices: Prices,
    prng: Prng,
    middle: i64,
    names: u64,
    trades: u64,
    found: u64,
}

impl Pair {
    fn new(structure: Structure, prices: Prices, seed: u64) -> Self {
        Self {
            naive: NaiveBook::default(),
            book: Book::new(structure),
            orders: Orders::new(),
            ids: BTreeMap::new(),
            prices,
            prng: Prng::new(seed),
            middle: 0,
            names: 0,
            trades: 0,
            found: 0,
        }
    }

    fn step(&mut self) {
        self.middle += self.prng.between(-2, 2);
        match self.prng.below(10) {
            0..5 => self.enter(true),
            5 => self.enter(false),
            6..9 => self.remove(),
            _ => self.reduce(),
        }
    }

    fn price(&mut self, side: Side) -> Ticks {
        let away = side.sign() * self.prng.between(-3, 20);
        match self.prices {
            Prices::Near => Ticks(self.middle - away),
            Prices::Spread => Ticks(self.middle - away * self.prng.between(1, 100_000)),
            Prices::Ends => Ticks(match self.prng.below(4) {
                0 => 50_000_000_000 - self.prng.between(0, 3),
                1 => 1 + self.prng.between(0, 3),
                2 => -1_000_000_000 - away,
                _ => self.middle - away,
            }),
        }
    }

    fn enter(&mut self, rests: bool) {
        let side = self.prng.pick(&Side::BOTH);
        let limit = self.price(side);
        let lots = Lots(1 + self.prng.below(30));
        let (told, left) = self.cross(side, limit, lots);
        let mut expected = Vec::new();
        let naive_left = self.naive.cross(side, limit, lots, |trade| expected.push(trade));
        assert_eq!((&told, left), (&expected, naive_left));
        self.trades += u64::try_from(told.len()).expect("few");
        if rests && left != Lots::ZERO {
            self.names += 1;
            let order = Order::new(side, limit, left, account(side));
            let id = self.orders.insert(order.with_token(self.names));
            self.book.rest(&mut self.orders, id);
            self.ids.insert(self.names, id);
            self.naive.rest(self.names, side, limit, left);
        }
    }

    fn cross(&mut self, side: Side, limit: Ticks, leaves: Lots) -> (Vec<NaiveTrade>, Lots) {
        let (account, self_match) = (account(side), SelfMatch::CancelAggressor);
        let mut taker = Taker { side, limit, leaves, account, self_match };
        let mut told = Vec::new();
        cross(&mut self.book, &mut self.orders, &mut taker, |step| match step {
            Step::Trade { maker, price, lots, .. } => {
                told.push(NaiveTrade { maker: maker.token, price, lots });
            }
            Step::SelfMatch { .. } => panic!("a side is an account"),
        });
        (told, taker.leaves)
    }

    fn remove(&mut self) {
        let Some((name, id)) = self.pick() else { return };
        let left = self.orders.get(id).map(Order::leaves);
        if left.is_some() {
            self.book.unrest(&mut self.orders, id);
            self.orders.remove(id);
            self.found += 1;
        }
        assert_eq!(left, self.naive.remove(name));
        assert!(self.orders.get(id).is_none());
    }

    fn reduce(&mut self) {
        let Some((name, id)) = self.pick() else { return };
        let left = self.orders.get(id).map(Order::leaves);
        assert_eq!(left, self.naive.left(name));
        if left.is_some_and(|left| Lots(1) < left) {
            self.book.reduce(&mut self.orders, id, Lots(1));
            self.naive.reduce(name, Lots(1));
        }
    }

    /// One of the last few hundred orders, whether or not it still rests.
    fn pick(&mut self) -> Option<(u64, OrderId)> {
        let back = self.prng.below(300);
        let name = self.names.checked_sub(back)?;
        self.ids.get(&name).map(|id| (name, *id))
    }

    fn compare(&self, levels: usize) {
        if levels == usize::MAX {
            assert_eq!(self.orders.all().count(), self.naive.len());
        }
        for side in Side::BOTH {
            assert_eq!(self.book.best(side), self.naive.best(side));
            let depth: Vec<(Ticks, Lots)> = self.book.depth(side).take(levels).collect();
            let expected = self.naive.depth(side);
            assert_eq!(depth, expected[..levels.min(expected.len())]);
            for (price, lots) in depth {
                assert_eq!(self.book.lots_at(side, price), lots);
                let queue = self.book.at(side, price, &self.orders);
                let queue: Vec<(u64, Lots)> = queue.map(|(_, o)| (o.token, o.leaves())).collect();
                assert_eq!(queue, self.naive.queue(side, price));
            }
        }
    }
}

const fn account(side: Side) -> AccountId {
    match side {
        Side::Buy => AccountId(1),
        Side::Sell => AccountId(2),
    }
}
