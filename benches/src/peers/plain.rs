//! A ladder as anybody would write it first: a place for every price of a fixed range, a bitmap over
//! them, a slab of orders in lists, and an event written for whatever happens. It is what our own
//! structures must not be slower than.

use types::Side;

use crate::race::{Engine, Kind, Op, Tally};

/// Prices of a book: so many around the middle of all streams.
const PRICES: usize = 1 << 14;
const LOWEST: i64 = 1_000_000 - (PRICES as i64) / 2;
const NONE: u32 = u32::MAX;
const EVENTS: usize = 1 << 12;

#[derive(Clone, Copy)]
struct Level {
    head: u32,
    tail: u32,
    lots: u64,
}

#[derive(Clone, Copy)]
struct Order {
    lots: u32,
    price: u32,
    before: u32,
    behind: u32,
    name: u32,
}

/// The prices of a side that have orders: a bit each, and a bit for each word of them.
struct Occupied {
    words: [u64; PRICES / 64],
    groups: [u64; PRICES / 4096],
}

struct Book {
    levels: Box<[Level]>,
    sides: [Box<Occupied>; 2],
}

/// What an exchange would tell: kind, order, other order, price; lots, lots left.
type Event = ([u32; 4], [u64; 2]);

struct Plain {
    books: Vec<Book>,
    orders: Vec<Order>,
    free: Vec<u32>,
    /// Where the order of a name is.
    slots: Vec<u32>,
    /// A ring of them, which somebody would read.
    events: Box<[Event]>,
    written: usize,
}

pub(super) fn build(books: usize, names: usize) -> Box<dyn Engine> {
    let occupied = || Box::new(Occupied { words: [0; PRICES / 64], groups: [0; PRICES / 4096] });
    let empty = Level { head: NONE, tail: NONE, lots: 0 };
    let book = || Book { levels: vec![empty; PRICES].into(), sides: [occupied(), occupied()] };
    Box::new(Plain {
        books: (0..books).map(|_| book()).collect(),
        orders: Vec::new(),
        free: Vec::new(),
        slots: vec![NONE; names],
        events: vec![Event::default(); EVENTS].into(),
        written: 0,
    })
}

impl Occupied {
    fn set(&mut self, price: usize) {
        self.words[price / 64] |= 1 << (price % 64);
        self.groups[price / 4096] |= 1 << (price / 64 % 64);
    }

    fn clear(&mut self, price: usize) {
        self.words[price / 64] &= !(1 << (price % 64));
        if self.words[price / 64] == 0 {
            self.groups[price / 4096] &= !(1 << (price / 64 % 64));
        }
    }

    fn lowest(&self) -> Option<usize> {
        let group = self.groups.iter().position(|group| *group != 0)?;
        let word = group * 64 + self.groups[group].trailing_zeros() as usize;
        Some(word * 64 + self.words[word].trailing_zeros() as usize)
    }

    fn highest(&self) -> Option<usize> {
        let group = self.groups.iter().rposition(|group| *group != 0)?;
        let word = group * 64 + 63 - self.groups[group].leading_zeros() as usize;
        Some(word * 64 + 63 - self.words[word].leading_zeros() as usize)
    }
}

impl Book {
    fn best(&self, side: Side) -> Option<usize> {
        let occupied = &self.sides[side as usize];
        match side {
            Side::Buy => occupied.highest(),
            Side::Sell => occupied.lowest(),
        }
    }

    fn take_out(&mut self, orders: &mut [Order], side: Side, slot: u32) {
        let Order { lots, price, before, behind, .. } = orders[slot as usize];
        let level = &mut self.levels[price as usize];
        level.lots -= u64::from(lots);
        match before {
            NONE => level.head = behind,
            before => orders[before as usize].behind = behind,
        }
        match behind {
            NONE => level.tail = before,
            behind => orders[behind as usize].before = before,
        }
        if level.head == NONE {
            self.sides[side as usize].clear(price as usize);
        }
    }

    fn put_last(&mut self, orders: &mut [Order], side: Side, slot: u32) {
        let Order { lots, price, .. } = orders[slot as usize];
        let level = &mut self.levels[price as usize];
        level.lots += u64::from(lots);
        orders[slot as usize].before = level.tail;
        match level.tail {
            NONE => {
                level.head = slot;
                self.sides[side as usize].set(price as usize);
            }
            tail => orders[tail as usize].behind = slot,
        }
        level.tail = slot;
    }
}

impl Plain {
    fn tell(&mut self, kind: Kind, name: u32, other: u32, price: u32, lots: u32, rest: u32) {
        let (lots, rest) = (lots.into(), rest.into());
        self.events[self.written % EVENTS] = ([kind as u32, name, other, price], [lots, rest]);
        self.written += 1;
    }

    fn cancel(&mut self, op: &Op) -> bool {
        let slot = std::mem::replace(&mut self.slots[op.name as usize], NONE);
        if slot == NONE {
            return false;
        }
        self.books[op.book as usize].take_out(&mut self.orders, op.side, slot);
        self.free.push(slot);
        let Order { price, lots, .. } = self.orders[slot as usize];
        self.tell(Kind::Cancel, op.name, NONE, price, lots, 0);
        true
    }

    /// What is left of an order that has traded what it could.
    fn cross(&mut self, op: &Op, limit: u32, tally: &mut Tally) -> u32 {
        let (mut left, resting) = (op.lots, op.side.opposite());
        while left != 0 {
            let Some(best) = self.books[op.book as usize].best(resting) else { break };
            let is_within = match op.side {
                Side::Buy => best <= limit as usize,
                Side::Sell => limit as usize <= best,
            };
            if !is_within {
                break;
            }
            let book = &mut self.books[op.book as usize];
            let slot = book.levels[best].head;
            let maker = self.orders[slot as usize];
            let lots = left.min(maker.lots);
            left -= lots;
            tally.trade((LOWEST + i64::try_from(best).expect("small")).unsigned_abs(), lots.into());
            if lots == maker.lots {
                book.take_out(&mut self.orders, resting, slot);
                self.slots[maker.name as usize] = NONE;
                self.free.push(slot);
            } else {
                book.levels[best].lots -= u64::from(lots);
                self.orders[slot as usize].lots -= lots;
            }
            self.tell(op.kind, op.name, maker.name, maker.price, lots, maker.lots - lots);
        }
        left
    }

    fn rest(&mut self, op: &Op, price: u32, lots: u32) {
        let order = Order { lots, price, before: NONE, behind: NONE, name: op.name };
        let slot = if let Some(slot) = self.free.pop() {
            self.orders[slot as usize] = order;
            slot
        } else {
            self.orders.push(order);
            u32::try_from(self.orders.len() - 1).expect("fewer than 2^32 orders")
        };
        self.slots[op.name as usize] = slot;
        self.books[op.book as usize].put_last(&mut self.orders, op.side, slot);
        self.tell(op.kind, op.name, NONE, price, lots, lots);
    }
}

impl Engine for Plain {
    fn apply(&mut self, op: &Op, tally: &mut Tally) {
        if matches!(op.kind, Kind::Cancel | Kind::Modify) {
            let is_found = self.cancel(op);
            tally.cancel(is_found);
            if op.kind == Kind::Cancel || !is_found {
                return;
            }
        }
        let highest = i64::try_from(PRICES).expect("small") - 1;
        let place = (op.price.0 - LOWEST).clamp(0, highest);
        let price = u32::try_from(place).expect("a place of the range");
        let left = self.cross(op, price, tally);
        let rests = op.kind != Kind::Ioc && left != 0;
        if rests {
            self.rest(op, price, left);
        }
        tally.order(left != op.lots, rests);
    }
}
