//! Makes operations: orders around a middle that wanders, cancels of orders that are there.
//!
//! The maker keeps a book of its own, so that it knows which orders rest; a cancel in a stream finds
//! its order unless the scenario wants it otherwise.

use tests::naive_book::NaiveBook;
use tests::prng::Prng;
use types::{Lots, Side, Ticks};

use super::{Kind, Op, Stream};

/// What a stream is like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// How many books.
    pub(super) books: usize,
    /// How many orders rest, over all books; kept about there.
    pub(super) resting: usize,
    /// Prices of a side, counted from the middle.
    pub(super) levels: u64,
    /// Which books the operations are about.
    pub(super) activity: Activity,
    /// How far from the middle orders rest.
    pub(super) depth: Depth,
    /// Of a thousand operations so many trade at once and leave nothing.
    pub(super) takers: u64,
    /// How far beyond the best price takers go, at least and at most.
    pub(super) reach: (i64, i64),
    /// Of a thousand so many modify.
    pub(super) modifies: u64,
    /// Whether the middle wanders.
    pub(super) wanders: bool,
    /// The same seed makes the same stream.
    pub(super) seed: u64,
}

/// Which books the operations are about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Activity {
    /// All alike.
    Even,
    /// The n-th as often as 1/n says.
    Zipf,
}

/// How far from the middle orders rest.
#[derive(Clone, Copy, Debug)]
pub(super) enum Depth {
    /// All distances alike.
    Even,
    /// Near the middle most: twice as far, a quarter as many.
    PowerLaw,
}

const MIDDLE: i64 = 1_000_000;

/// One book of the maker, and the names of the orders that may rest in it.
struct Known {
    book: NaiveBook,
    middle: i64,
    names: Vec<u32>,
}

pub(super) struct Maker {
    shape: Shape,
    prng: Prng,
    known: Vec<Known>,
    /// Sums of 1/n, in millionths.
    zipf: Vec<u64>,
    names: u32,
    resting: usize,
}

impl Maker {
    pub(super) fn new(shape: Shape) -> Self {
        let known = || Known { book: NaiveBook::default(), middle: MIDDLE, names: Vec::new() };
        let mut sum = 0;
        let books = u64::try_from(shape.books).expect("few");
        let zipf = (1..=books).map(|n| {
            sum += 1_000_000 / n;
            sum
        });
        Self {
            shape,
            prng: Prng::new(shape.seed),
            known: (0..shape.books).map(|_| known()).collect(),
            zipf: zipf.collect(),
            names: 0,
            resting: 0,
        }
    }

    /// The whole stream: the books are filled evenly, then come `parts` of `length` operations.
    pub(super) fn stream(mut self, parts: usize, length: usize) -> Stream {
        let resting = self.shape.resting;
        let before = (0..resting).map(|n| self.resting_order(n % self.shape.books)).collect();
        let parts = (0..parts).map(|_| (0..length).map(|_| self.next()).collect()).collect();
        let names = usize::try_from(self.names).expect("32 bits fit");
        Stream { books: self.shape.books, names, before, parts }
    }

    fn next(&mut self) -> Op {
        let book = self.pick_book();
        if self.shape.wanders && self.prng.chance(50) {
            self.known[book].middle += self.prng.between(-1, 1);
        }
        if self.prng.chance(self.shape.takers) {
            return self.taker(book);
        }
        if self.prng.chance(self.shape.modifies)
            && let Some(op) = self.modify(book)
        {
            return op;
        }
        // As often a cancel as an order, and more often whichever brings the count back.
        let over = self.shape.resting <= self.resting;
        if self.prng.chance(if over { 600 } else { 400 })
            && let Some(op) = self.cancel(book)
        {
            return op;
        }
        self.resting_order(book)
    }

    fn pick_book(&mut self) -> usize {
        let books = u64::try_from(self.shape.books).expect("few");
        match self.shape.activity {
            Activity::Even => index(self.prng.below(books)),
            Activity::Zipf => {
                let all = *self.zipf.last().expect("at least one book");
                let at = self.prng.below(all);
                self.zipf.partition_point(|sum| *sum <= at)
            }
        }
    }

    fn distance(&mut self) -> i64 {
        let levels = self.shape.levels;
        let away = match self.shape.depth {
            Depth::Even => self.prng.below(levels),
            // 1/u - 1 for u between 0 and 1 is beyond x as often as 1/(1+x).
            Depth::PowerLaw => {
                let u = 1 + self.prng.below(1 << 20);
                ((1 << 20) / u - 1).min(levels - 1)
            }
        };
        1 + i64::try_from(away).expect("prices are near")
    }

    /// An order that does not trade unless the middle has moved towards the other side.
    fn resting_order(&mut self, book: usize) -> Op {
        let side = self.prng.pick(&Side::BOTH);
        let price = Ticks(self.known[book].middle - side.sign() * self.distance());
        let lots = 1 + u32::try_from(self.prng.below(20)).expect("few");
        self.names += 1;
        let op =
            Op { kind: Kind::Limit, book: short(book), name: self.names - 1, side, price, lots };
        self.enter(&op);
        op
    }

    /// Takes one to three orders' worth at the other side's price or a little beyond.
    fn taker(&mut self, book: usize) -> Op {
        let side = self.prng.pick(&Side::BOTH);
        let best = self.known[book].book.best(side.opposite());
        let best = best.unwrap_or(Ticks(self.known[book].middle));
        let price =
            Ticks(best.0 + side.sign() * self.prng.between(self.shape.reach.0, self.shape.reach.1));
        let lots = 1 + u32::try_from(self.prng.below(30)).expect("few");
        self.names += 1;
        let op = Op { kind: Kind::Ioc, book: short(book), name: self.names - 1, side, price, lots };
        self.cross(&op);
        op
    }

    fn cancel(&mut self, book: usize) -> Option<Op> {
        let name = self.pick_resting(book)?;
        let (side, price) = self.known[book].book.place(name.into())?;
        let left = self.known[book].book.remove(name.into())?;
        self.resting -= 1;
        let lots = u32::try_from(left.0).expect("few");
        Some(Op { kind: Kind::Cancel, book: short(book), name, side, price, lots })
    }

    fn modify(&mut self, book: usize) -> Option<Op> {
        let old = self.cancel(book)?;
        let away = self.distance();
        let price = Ticks(self.known[book].middle - old.side.sign() * away);
        let lots = 1 + u32::try_from(self.prng.below(20)).expect("few");
        let op = Op { kind: Kind::Modify, price, lots, ..old };
        self.enter(&op);
        Some(op)
    }

    /// The name of some order that rests in a book; names of filled ones are forgotten on the way.
    fn pick_resting(&mut self, book: usize) -> Option<u32> {
        let Known { book, names, .. } = &mut self.known[book];
        while !names.is_empty() {
            let at = index(self.prng.below(u64::try_from(names.len()).expect("few")));
            let name = names.swap_remove(at);
            if book.place(name.into()).is_some() {
                return Some(name);
            }
        }
        None
    }

    fn enter(&mut self, op: &Op) {
        let left = self.cross(op);
        if left != Lots::ZERO {
            let known = &mut self.known[usize::try_from(op.book).expect("few")];
            known.book.rest(op.name.into(), op.side, op.price, left);
            known.names.push(op.name);
            self.resting += 1;
        }
    }

    fn cross(&mut self, op: &Op) -> Lots {
        let book = &mut self.known[usize::try_from(op.book).expect("few")].book;
        let before = book.len();
        let left = book.cross(op.side, op.price, Lots(op.lots.into()), |_| {});
        self.resting -= before - book.len();
        left
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("a count of things in memory")
}

fn short(book: usize) -> u32 {
    u32::try_from(book).expect("few")
}
