//! The streams that books are run through, and what each claims its operations to be.

use types::{Side, Ticks};

use super::stream::{Activity, Depth, Maker, Shape};
use super::{Kind, Op, Stream, Tally, precise};

/// A stream with its claims.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    make: Make,
    claim: Claim,
}

#[derive(Clone, Copy, Debug)]
enum Make {
    Flow(Shape),
    /// Fifty orders rest, then one takes them all.
    Sweeps,
}

/// What must be true of a thousand operations of a stream.
#[derive(Clone, Copy, Debug)]
struct Claim {
    /// At least so many leave an order in the book.
    rested: u64,
    /// At least so many trade on arrival.
    took: u64,
    /// At least so many are cancels or modifications that find their order; none miss.
    found: u64,
}

/// How many parts, and how many operations in each.
#[derive(Clone, Copy, Debug)]
pub struct Length {
    /// Parts; an engine's figure is the middle one.
    pub parts: usize,
    /// Operations in each.
    pub operations: usize,
}

const USUAL: Claim = Claim { rested: 350, took: 80, found: 350 };

const FLOW: Shape = Shape {
    books: 1,
    resting: 1_000,
    levels: 50,
    activity: Activity::Even,
    depth: Depth::Even,
    takers: 100,
    reach: (10_000, 10_000),
    modifies: 0,
    wanders: false,
    seed: 23,
};

/// Prices wander, so that limit orders trade as well, and takers stop at their limits.
const LIVELY: Shape = Shape { wanders: true, reach: (0, 3), ..FLOW };

/// The table of the comparison.
pub const TABLE: [Scenario; 6] = [
    Scenario {
        name: "w1",
        about: "one book, 1,000 orders rest",
        make: Make::Flow(FLOW),
        claim: USUAL,
    },
    Scenario {
        name: "w2",
        about: "one book, 100,000 orders rest at 2,000 prices",
        make: Make::Flow(Shape { resting: 100_000, levels: 1_000, ..FLOW }),
        claim: USUAL,
    },
    Scenario {
        name: "w3",
        about: "400 books, 1,000,000 orders rest",
        make: Make::Flow(Shape { books: 400, resting: 1_000_000, levels: 200, ..FLOW }),
        claim: USUAL,
    },
    Scenario {
        name: "w5",
        about: "one book, each sweep takes 50 orders",
        make: Make::Sweeps,
        claim: Claim { rested: 980, took: 19, found: 0 },
    },
    Scenario {
        name: "wide",
        about: "900 books, the n-th 1/n as busy, 180,000 orders rest",
        make: Make::Flow(Shape {
            books: 900,
            resting: 180_000,
            activity: Activity::Zipf,
            ..LIVELY
        }),
        claim: USUAL,
    },
    Scenario {
        name: "public",
        about: "one book, power-law depth, a fifth modifies, 15 % of new orders take",
        make: Make::Flow(Shape {
            resting: 10_000,
            levels: 4_000,
            depth: Depth::PowerLaw,
            takers: 65,
            modifies: 214,
            ..LIVELY
        }),
        claim: Claim { rested: 500, took: 60, found: 450 },
    },
];

/// More books with 100,000 orders in all, then more orders in 100 books.
#[must_use]
pub fn growth() -> Vec<Scenario> {
    const BOOKS: [(&str, usize); 5] = [
        ("books-10", 10),
        ("books-30", 30),
        ("books-100", 100),
        ("books-300", 300),
        ("books-1000", 1_000),
    ];
    const ORDERS: [(&str, usize); 4] = [
        ("orders-1000", 1_000),
        ("orders-10000", 10_000),
        ("orders-100000", 100_000),
        ("orders-1000000", 1_000_000),
    ];
    let grown = |name, about, books, resting| {
        let make = Make::Flow(Shape { books, resting, levels: 200, ..FLOW });
        let claim = Claim { rested: 300, took: 40, found: 250 };
        Scenario { name, about, make, claim }
    };
    let books = BOOKS.map(|(name, n)| grown(name, "100,000 orders rest, over so many", n, 100_000));
    let orders = ORDERS.map(|(name, n)| grown(name, "100 books, so many orders rest", 100, n));
    books.into_iter().chain(orders).collect()
}

impl Scenario {
    /// Makes the operations.
    #[must_use]
    pub fn stream(&self, length: Length) -> Stream {
        match self.make {
            Make::Flow(shape) => Maker::new(shape).stream(length.parts, length.operations),
            Make::Sweeps => sweeps(length),
        }
    }

    /// Whether operations were what the scenario says they are.
    ///
    /// # Errors
    /// What they were not.
    pub fn check(&self, tally: &Tally, operations: usize) -> Result<(), String> {
        let permille = |count: u64| 1e3 * count_of(count) / precise(operations);
        let Claim { rested, took, found } = self.claim;
        let claims = [("rested", tally.rested, rested), ("took", tally.took, took)];
        for (what, count, least) in claims.into_iter().chain([("found", tally.found, found)]) {
            if permille(count) < count_of(least) {
                let name = self.name;
                return Err(format!("{name}: of 1,000 {:.1} {what}, not {least}", permille(count)));
            }
        }
        if tally.missed != 0 {
            return Err(format!("{}: {} cancels found nothing", self.name, tally.missed));
        }
        Ok(())
    }
}

fn count_of(count: u64) -> f64 {
    precise(usize::try_from(count).expect("counts here are small"))
}

/// Fifty orders of one lot at five prices of a side, then one of fifty lots from the other; sides
/// take turns. Around it stand 1,000 orders that are never reached.
fn sweeps(length: Length) -> Stream {
    let mut names = 0..u32::MAX;
    let mut op = |kind, side: Side, away: i64, lots| {
        let name = names.next().expect("fewer than 2^32");
        Op { kind, book: 0, name, side, price: Ticks(1_000_000 - side.sign() * away), lots }
    };
    let far = |n: i64| (if n % 2 == 0 { Side::Buy } else { Side::Sell }, 100 + n / 20);
    let before = (0..1_000).map(far).map(|(side, away)| op(Kind::Limit, side, away, 10)).collect();
    let parts = (0..length.parts).map(|_| {
        let operation = |n: usize| {
            let at = i64::try_from(n).expect("a stream is short");
            let (maker, step) = (Side::BOTH[n / 51 % 2], at % 51);
            if step < 50 {
                op(Kind::Limit, maker, 1 + step % 5, 1)
            } else {
                op(Kind::Ioc, maker.opposite(), -5, 50)
            }
        };
        (0..length.operations / 51 * 51).map(operation).collect()
    });
    let parts = parts.collect();
    let names = usize::try_from(names.start).expect("32 bits fit");
    Stream { books: 1, names, before, parts }
}
