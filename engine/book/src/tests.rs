//! Both structures tell the same about the same orders, and keep what they promise.

use std::collections::BTreeMap;

use types::{AccountId, Lots, OrderId, SelfMatch, Side, Ticks};

use crate::{
    Allocation, Book, Met, Order, Orders, Reach, Shadow, Step, Stop, Structure, Taker, cross,
    reach, reach_beyond,
};

/// A small generator of numbers, the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 8
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.below(span)).expect("a small number")
    }
}

struct Pair {
    slabs: [Orders; 2],
    books: [Book; 2],
    live: Vec<OrderId>,
}

impl Pair {
    fn new(allocation: Option<Allocation>) -> Self {
        let book = |structure| Book::new(structure).with_allocation(allocation);
        Self {
            slabs: [Orders::new(), Orders::new()],
            books: [book(Structure::Sorted), book(Structure::Ladder)],
            live: Vec::new(),
        }
    }

    /// Does the same to both and says what both say.
    fn both<T: PartialEq + std::fmt::Debug>(
        &mut self,
        mut act: impl FnMut(&mut Book, &mut Orders) -> T,
    ) -> T {
        let [one, other] = [0, 1].map(|at| act(&mut self.books[at], &mut self.slabs[at]));
        assert_eq!(one, other);
        one
    }

    fn come(&mut self, order: Order, mode: SelfMatch, rests: bool) {
        let taker = Taker {
            side: order.side,
            limit: order.price,
            leaves: order.leaves(),
            account: order.account,
            self_match: mode,
        };
        let reached = self.both(|book, orders| reach(book, orders, &taker));
        let lost = self.both(|book, orders| {
            let mut lost = BTreeMap::new();
            let mut note = |met| {
                if let Met::Own { id, lots } = met {
                    *lost.entry(id).or_insert(Lots(0)) += lots;
                }
            };
            let _ = reach_beyond(book, orders, &taker, None, &mut note);
            lost
        });
        let told = self.both(|book, orders| {
            let (mut taker, mut told) = (taker, Vec::new());
            let stop = cross(book, orders, &mut taker, |step| told.push(tell(&step)));
            (stop, taker.leaves, told)
        });
        check_reach(&reached, &told);
        assert_eq!(lost, own_lots(&told.2, mode), "{mode:?}");
        let (stop, leaves, told) = told;
        let gone: Vec<OrderId> = told.iter().filter(|t| t.3 == 0).map(|t| t.0).collect();
        self.live.retain(|id| !gone.contains(id));
        if stop == Stop::NoPrice && rests {
            let mut rest = Order { shown: leaves, hidden: Lots(0), ..order };
            if order.hidden != Lots(0) {
                rest = rest.with_peak(order.shown);
            }
            let id = self.both(|book, orders| {
                let id = orders.insert(rest);
                book.rest(orders, id);
                id
            });
            self.live.push(id);
        }
    }

    fn leave(&mut self, at: usize) {
        let id = self.live.swap_remove(at);
        self.both(|book, orders| {
            book.unrest(orders, id);
            orders.remove(id).leaves()
        });
    }

    fn shrink(&mut self, at: usize, random: &mut Random) {
        let id = self.live[at];
        let leaves = self.slabs[0].live(id).leaves().0;
        let by = Lots(random.below(leaves));
        self.both(|book, orders| book.reduce(orders, id, by));
    }

    /// Everything that can be asked of a book has one answer, and a level is the sum of its orders.
    fn check(&mut self) {
        for side in Side::BOTH {
            let depth = self.both(|book, _| book.depth(side).collect::<Vec<_>>());
            let queue = self.both(|book, orders| {
                let queue = book.queue(side, orders);
                queue.map(|(id, o)| (id, o.price, o.shown, o.is_top())).collect::<Vec<_>>()
            });
            let mut sums: BTreeMap<Ticks, Lots> = BTreeMap::new();
            for (_, price, shown, _) in &queue {
                *sums.entry(*price).or_insert(Lots(0)) += *shown;
            }
            assert_eq!(depth.iter().copied().collect::<BTreeMap<_, _>>(), sums);
            assert!(depth.is_sorted_by(|a, b| side.is_better(a.0, b.0)));
            assert_eq!(
                self.both(|book, orders| book.first(side, orders)),
                queue.first().map(|o| o.0)
            );
            assert_eq!(
                self.both(|book, orders| book.last(side, orders)),
                queue.last().map(|o| o.0)
            );
            for (price, lots) in depth {
                assert_eq!(self.both(|book, _| book.lots_at(side, price)), lots);
                assert!(self.both(|book, orders| book.at(side, price, orders).count() > 0));
            }
        }
        assert_eq!(self.slabs[0].slots(), self.slabs[1].slots());
    }
}

type Told = (OrderId, Ticks, Lots, u64, bool);

fn tell(step: &Step) -> Told {
    match *step {
        Step::Trade { id, maker, price, lots } => (id, price, lots, maker.leaves().0, true),
        Step::SelfMatch { id, resting, lots } => {
            (id, resting.price, lots, resting.leaves().0, false)
        }
    }
}

/// What own orders lose: all of them that is left, or as much as was told.
fn own_lots(told: &[Told], mode: SelfMatch) -> BTreeMap<OrderId, Lots> {
    let met = told.iter().filter(|told| !told.4 && mode != SelfMatch::CancelAggressor);
    met.map(|told| (told.0, told.2)).collect()
}

fn check_reach(reached: &Reach, (stop, left, told): &(Stop, Lots, Vec<Told>)) {
    let trades = || told.iter().filter(|told| told.4);
    let notional = trades().map(|t| i128::from(t.1.0) * i128::from(t.2.0)).sum();
    let lots = trades().map(|t| t.2).sum();
    let (first, worst) = (trades().next().map(|t| t.1), trades().next_back().map(|t| t.1));
    assert_eq!(*reached, Reach { lots, notional, first, worst, left: *left, stop: *stop });
}

fn order(random: &mut Random, middle: i64, spread: i64) -> Order {
    let side = if random.below(2) == 0 { Side::Buy } else { Side::Sell };
    let away = random.between(-spread / 4, spread).min(random.between(-spread / 4, spread));
    let price = Ticks(middle - side.sign() * away);
    let account = AccountId(u32::try_from(random.below(4)).expect("below 4"));
    let order = Order::new(side, price, Lots(1 + random.below(60)), account);
    let is_iceberg = random.below(6) == 0 && Lots(9) < order.leaves();
    let mut order = if is_iceberg { order.with_peak(Lots(1 + random.below(8))) } else { order };
    order.set_maker(account.0 == 3);
    order
}

fn run(seed: u64, steps: usize, spread: i64, allocation: Option<Allocation>) {
    let mut random = Random(seed * 7919 + 1);
    let mut pair = Pair::new(allocation);
    let modes = [
        SelfMatch::CancelAggressor,
        SelfMatch::CancelResting,
        SelfMatch::CancelBoth,
        SelfMatch::Decrement,
    ];
    let mut middle = 0;
    for step in 0..steps {
        middle += random.between(-spread / 8 - 1, spread / 8 + 1);
        let count = u64::try_from(pair.live.len()).expect("a length");
        match random.below(10) {
            0..6 => {
                let order = order(&mut random, middle, spread);
                let mode = modes[usize::try_from(random.below(4)).expect("below 4")];
                let rests = random.below(8) != 0;
                pair.come(order, mode, rests);
            }
            6..9 if 0 < count => {
                let at = usize::try_from(random.below(count)).expect("an index");
                pair.leave(at);
            }
            9 if 0 < count => {
                let at = usize::try_from(random.below(count)).expect("an index");
                pair.shrink(at, &mut random);
            }
            _ => {}
        }
        if step % 16 == 0 || steps < 500 {
            pair.check();
        }
    }
    pair.check();
    assert!(!pair.slabs[0].slots().0.is_empty(), "nothing ever came");
}

#[test]
fn structures_agree_near_the_touch() {
    (1..20).for_each(|seed| run(seed, 3_000, 20, None));
}

#[test]
fn structures_agree_over_wide_prices() {
    (1..10).for_each(|seed| run(seed, 3_000, 5_000, None));
    (1..10).for_each(|seed| run(seed, 3_000, 3_000_000, None));
    (1..6).for_each(|seed| run(seed, 2_000, 40_000_000_000, None));
}

#[test]
fn structures_agree_where_lots_are_shared_out() {
    let allocation =
        Allocation { top_lots: 5, maker_permille: 300, fifo_permille: 400, smallest_lots: 2 };
    (1..20).for_each(|seed| run(seed, 3_000, 12, Some(allocation)));
}

#[test]
fn an_id_never_means_another_order() {
    let mut orders = Orders::new();
    let order = Order::new(Side::Buy, Ticks(1), Lots(1), AccountId(1));
    let first = orders.insert(order);
    orders.remove(first);
    let second = orders.insert(order);
    assert_eq!(Orders::slot(first), Orders::slot(second));
    assert!(orders.get(first).is_none());
    assert!(orders.get(second).is_some());
    assert!(orders.get(OrderId(u64::MAX)).is_none());
}

#[test]
fn far_orders_cost_those_near_the_touch_nothing() {
    let (mut orders, mut book) = (Orders::new(), Book::new(Structure::Ladder));
    let mut rest = |book: &mut Book, price| {
        let id = orders.insert(Order::new(Side::Buy, Ticks(price), Lots(1), AccountId(1)));
        book.rest(&mut orders, id);
        id
    };
    let far: Vec<_> = (1..100).map(|price| rest(&mut book, price)).collect();
    let near: Vec<_> = (0..100).map(|away| rest(&mut book, 1_000_000 - away)).collect();
    assert_eq!(book.best(Side::Buy), Some(Ticks(1_000_000)));
    for id in near.iter().chain(&far) {
        book.unrest(&mut orders, *id);
    }
    assert_eq!(book.best(Side::Buy), None);
}

#[test]
fn a_shadow_is_what_the_side_would_be() {
    let mut random = Random(5);
    for _ in 0..300 {
        let (mut orders, mut book) = (Orders::new(), Book::new(Structure::Ladder));
        for _ in 0..40 {
            let mut order = order(&mut random, 500, 8);
            order.side = Side::Sell;
            let id = orders.insert(order);
            book.rest(&mut orders, id);
        }
        let (mut takes, mut seen) = (Vec::new(), Vec::new());
        let mut shadow = Shadow::new(&book, &orders, Side::Sell);
        while let Some((_, lots)) = shadow.top() {
            let most = Lots(1 + random.below(lots.0));
            seen.push((shadow.top(), shadow.first()));
            takes.push((most, shadow.trade_first(&book, &orders, most)));
        }
        for (expected, (most, taken)) in seen.into_iter().zip(takes) {
            assert_eq!((book.top(Side::Sell), book.first(Side::Sell, &orders)), expected);
            assert_eq!(book.trade_first(&mut orders, Side::Sell, most), taken);
        }
        assert_eq!(book.top(Side::Sell), None);
    }
}
