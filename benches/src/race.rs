//! Order books side by side: the same operations, one clock window each, and what they came to.
//!
//! An engine is an adapter around somebody's book. It says of every operation what became of it, so
//! that a figure can be printed beside what it is a figure of, and so that engines which do not
//! agree about the trades are told apart from those that are slow.

pub mod record;
pub mod scenarios;
mod stream;
pub mod table;

use std::time::{Duration, Instant};

use types::{Side, Ticks};

/// What is done to a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Trades what it can; the rest rests.
    Limit,
    /// Trades what it can; the rest is dropped.
    Ioc,
    /// Takes an order out of its book.
    Cancel,
    /// Takes an order out and enters it again at another price or size, under the same name.
    Modify,
}

/// One operation, made before the clock starts.
#[derive(Clone, Copy, Debug)]
pub struct Op {
    /// At which price; of a cancel where the order rests.
    pub price: Ticks,
    /// The order's name: they count from 0, over all books.
    pub name: u32,
    /// In which book.
    pub book: u32,
    /// How much.
    pub lots: u32,
    /// What.
    pub kind: Kind,
    /// On which side.
    pub side: Side,
}

/// What operations came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Orders of which something rested.
    pub rested: u64,
    /// Orders that came and traded at least once.
    pub took: u64,
    /// Cancels and modifications that found their order.
    pub found: u64,
    /// Cancels and modifications that did not.
    pub missed: u64,
    /// Trades.
    pub trades: u64,
    /// Lots traded.
    pub lots: u64,
    /// Sum of price times lots of the trades, wrapping around.
    pub value: u64,
    /// Operations that an engine would not do.
    pub refused: u64,
}

impl Tally {
    /// Takes note of a trade.
    pub const fn trade(&mut self, price: u64, lots: u64) {
        self.trades += 1;
        self.lots += lots;
        self.value = self.value.wrapping_add(price.wrapping_mul(lots));
    }

    /// Takes note of an order that came: whether it traded and whether something rests.
    pub fn order(&mut self, took: bool, rests: bool) {
        self.took += u64::from(took);
        self.rested += u64::from(rests);
    }

    /// Takes note of a cancel.
    pub fn cancel(&mut self, is_found: bool) {
        self.found += u64::from(is_found);
        self.missed += u64::from(!is_found);
    }

    /// What is compared between engines.
    #[must_use]
    pub const fn trades_made(&self) -> (u64, u64, u64) {
        (self.trades, self.lots, self.value)
    }
}

/// Somebody's book, behind one interface.
pub trait Engine {
    /// Carries out one operation.
    fn apply(&mut self, op: &Op, tally: &mut Tally);

    /// Carries out many. There is one of these per engine, so that nothing is looked up per operation.
    fn run(&mut self, ops: &[Op], tally: &mut Tally) {
        for op in ops {
            self.apply(op, tally);
        }
    }
}

/// Builds an engine for so many books and so many names of orders.
pub type Build = fn(books: usize, names: usize) -> Box<dyn Engine>;

/// One stream of operations: what fills the books, then what is timed.
#[derive(Debug)]
pub struct Stream {
    /// How many books.
    pub books: usize,
    /// How many names of orders occur.
    pub names: usize,
    /// Not timed.
    pub before: Vec<Op>,
    /// Timed, in equal parts.
    pub parts: Vec<Vec<Op>>,
}

/// An engine's way through a stream.
#[derive(Clone, Debug)]
pub struct Run {
    /// Whose.
    pub engine: &'static str,
    /// Time per part.
    pub took: Vec<Duration>,
    /// What each part came to.
    pub tallies: Vec<Tally>,
    /// What filling the books came to.
    pub before: Tally,
}

impl Run {
    /// Nanoseconds per operation: of all parts the middle one and the best one.
    #[must_use]
    pub fn nanoseconds(&self, ops: usize) -> (f64, f64) {
        let mut all: Vec<Duration> = self.took.clone();
        all.sort();
        let each = |took: Duration| took.as_secs_f64() * 1e9 / precise(ops);
        (each(all[all.len() / 2]), each(all[0]))
    }

    /// All parts together.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.tallies.iter().fold(Tally::default(), |sum, part| Tally {
            rested: sum.rested + part.rested,
            took: sum.took + part.took,
            found: sum.found + part.found,
            missed: sum.missed + part.missed,
            trades: sum.trades + part.trades,
            lots: sum.lots + part.lots,
            value: sum.value.wrapping_add(part.value),
            refused: sum.refused + part.refused,
        })
    }
}

/// Runs every engine through a stream, part by part in turn, so that whatever else the machine does
/// meets all of them.
#[must_use]
pub fn race(stream: &Stream, engines: &[(&'static str, Build)]) -> Vec<Run> {
    let mut entered: Vec<(Box<dyn Engine>, Run)> = Vec::new();
    for (name, build) in engines {
        let mut engine = build(stream.books, stream.names);
        let mut before = Tally::default();
        engine.run(&stream.before, &mut before);
        let run = Run { engine: name, took: Vec::new(), tallies: Vec::new(), before };
        entered.push((engine, run));
    }
    for part in &stream.parts {
        for (engine, run) in &mut entered {
            let mut tally = Tally::default();
            let took = timed_window(engine.as_mut(), part, &mut tally);
            run.took.push(took);
            run.tallies.push(tally);
        }
    }
    entered.into_iter().map(|(_, run)| run).collect()
}

/// The one window that is timed, and the one function whose instructions `growth` counts.
#[inline(never)]
pub fn timed_window(engine: &mut dyn Engine, ops: &[Op], tally: &mut Tally) -> Duration {
    let start = Instant::now();
    engine.run(ops, tally);
    start.elapsed()
}

/// A count as a float, for a quotient that is printed.
#[must_use]
pub fn precise(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("counts here are below 2^32"))
}
