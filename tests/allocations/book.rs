//! The book: once it has its size, orders come, trade, shrink and go without a single allocation.

use allocation_counter::measure;
use book::{Book, Order, Orders, Step, Structure, Taker, cross};
use tests::prng::Prng;
use types::{AccountId, Lots, OrderId, SelfMatch, Side, Ticks};

const RESTING: usize = 2_000;
const ROUNDS: usize = 50_000;

#[test]
fn a_sorted_book_does_not_allocate() {
    check(Structure::Sorted);
}

#[test]
fn a_ladder_does_not_allocate() {
    check(Structure::Ladder);
}

/// All told: nodes, levels, everything. One deep book, and many that hold a few hundred each.
#[test]
fn a_resting_order_takes_at_most_160_bytes() {
    for (books, orders, prices) in [(1, 100_000, 1_000), (900, 200, 50)] {
        for (name, structure) in [("sorted", sorted as fn() -> Structure), ("ladder", ladder)] {
            let each = bytes_each(structure, books, orders, prices);
            println!("{name}: {books} books of {orders}: {each} bytes for a resting order");
            assert!(each <= 160, "{name}: {each} bytes");
        }
    }
}

fn sorted() -> Structure {
    Structure::Sorted
}

fn ladder() -> Structure {
    Structure::Ladder
}

fn bytes_each(structure: fn() -> Structure, books: i64, orders: i64, prices: i64) -> i64 {
    let mut kept = Vec::new();
    let cost = measure(|| {
        let mut slab = Orders::new();
        let mut all = Vec::new();
        for _ in 0..books {
            let mut book = Book::new(structure());
            for n in 0..orders {
                let side = Side::BOTH[usize::from(n % 2 == 0)];
                let price = Ticks(100_000 - side.sign() * (1 + n * 7 % prices));
                let id = slab.insert(Order::new(side, price, Lots(5), account(side)));
                book.rest(&mut slab, id);
            }
            all.push(book);
        }
        kept.push((slab, all));
    });
    cost.bytes_current / (books * orders)
}

struct Flow {
    book: Book,
    orders: Orders,
    resting: Vec<OrderId>,
    prng: Prng,
    middle: i64,
    done: Done,
}

/// A round that does nothing allocates nothing, so what was done is counted.
#[derive(Debug, Default)]
struct Done {
    rested: u64,
    canceled: u64,
    reduced: u64,
    trades: u64,
}

fn check(structure: Structure) {
    let mut flow = Flow {
        book: Book::new(structure),
        orders: Orders::new(),
        resting: Vec::with_capacity(2 * RESTING),
        prng: Prng::new(7),
        middle: 100_000,
        done: Done::default(),
    };
    flow.grow();
    (0..ROUNDS).for_each(|_| flow.round());
    flow.done = Done::default();
    let cost = measure(|| (0..ROUNDS).for_each(|_| flow.round()));
    let done = flow.done;
    let Done { rested, canceled, reduced, trades } = done;
    let is_busy = 10_000 < rested && 5_000 < canceled && 1_000 < reduced && 5_000 < trades;
    assert!(is_busy, "{done:?}");
    assert_eq!(cost.count_total, 0, "{done:?}");
}

impl Flow {
    /// Everything grows to the most that the rounds can need: an order at each price, all gone again.
    fn grow(&mut self) {
        for away in 1..400 {
            for side in Side::BOTH {
                let price = Ticks(self.middle - side.sign() * away);
                let id = self.orders.insert(Order::new(side, price, Lots(1), account(side)));
                self.book.rest(&mut self.orders, id);
                self.resting.push(id);
            }
        }
        while !self.resting.is_empty() {
            self.cancel();
        }
    }

    fn round(&mut self) {
        if self.prng.chance(20) {
            self.middle = (self.middle + self.prng.between(-3, 3)).clamp(99_900, 100_100);
        }
        let side = self.prng.pick(&Side::BOTH);
        match self.prng.below(10) {
            0..3 => self.take(side),
            3..5 => self.cancel(),
            5 => self.reduce(),
            _ if RESTING <= self.resting.len() => self.cancel(),
            _ => self.rest(side),
        }
    }

    fn rest(&mut self, side: Side) {
        let limit = Ticks(self.middle - side.sign() * self.prng.between(1, 120));
        let lots = Lots(1 + self.prng.below(9));
        let left = self.cross(side, limit, lots);
        if left == Lots::ZERO {
            return;
        }
        let order = Order::new(side, limit, left, account(side));
        let order = if self.prng.chance(200) { order.with_peak(Lots(2)) } else { order };
        let id = self.orders.insert(order);
        self.book.rest(&mut self.orders, id);
        self.resting.push(id);
        self.done.rested += 1;
    }

    fn take(&mut self, side: Side) {
        let limit = Ticks(self.middle + side.sign() * 60);
        let lots = Lots(1 + self.prng.below(12));
        self.cross(side, limit, lots);
    }

    fn cross(&mut self, side: Side, limit: Ticks, leaves: Lots) -> Lots {
        let (account, self_match) = (account(side), SelfMatch::CancelAggressor);
        let mut taker = Taker { side, limit, leaves, account, self_match };
        let trades = &mut self.done.trades;
        cross(&mut self.book, &mut self.orders, &mut taker, |step| {
            *trades += u64::from(matches!(step, Step::Trade { .. }));
        });
        taker.leaves
    }

    fn cancel(&mut self) {
        if let Some(id) = self.pick() {
            self.book.unrest(&mut self.orders, id);
            self.orders.remove(id);
            self.done.canceled += 1;
        }
    }

    fn reduce(&mut self) {
        let Some(id) = self.pick() else { return };
        if Lots(1) < self.orders.live(id).leaves() {
            self.book.reduce(&mut self.orders, id, Lots(1));
            self.done.reduced += 1;
        }
        self.resting.push(id);
    }

    /// Some order that rests; those that were filled are forgotten on the way.
    fn pick(&mut self) -> Option<OrderId> {
        while !self.resting.is_empty() {
            let count = u64::try_from(self.resting.len()).expect("few");
            let at = usize::try_from(self.prng.below(count)).expect("few");
            let id = self.resting.swap_remove(at);
            if self.orders.get(id).is_some() {
                return Some(id);
            }
        }
        None
    }
}

const fn account(side: Side) -> AccountId {
    match side {
        Side::Buy => AccountId(1),
        Side::Sell => AccountId(2),
    }
}
