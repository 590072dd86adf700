//! Five hours of a real venue's order events rebuild a book; the venue's own broadcasts of its best
//! twenty prices say whether the book is right.
//!
//! The recording has no snapshot of the orders at its start and lost a few events, so after each
//! comparison the book is brought to what was published (the data set's "resync"): what is missing
//! at a price is put there as an order of ours, called the filler of that price; what is too much
//! goes, best the order that has exactly so many lots, else the filler and then the earliest
//! orders. A difference is counted once, before that.
//!
//! The floors are what the data set's own rebuild with signed sums per price reaches: 58 levels that
//! should be gone and 116 wrong values among 200,400 compared. Without corrections nothing is shown.

mod books;
mod ours;
mod rebuilt;
mod trades;

use std::collections::BTreeMap;
use std::path::Path;

use book::Structure;
use tests::naive_book::NaiveBook;
use types::{Lots, Side, Ticks};

use crate::recordings;
use books::VenueBook;
use ours::Ours;
use rebuilt::Rebuilt;

const DEPTHS: [usize; 4] = [1, 5, 10, 20];
const FLOORS: [u64; 4] = [4_991, 4_963, 4_937, 4_874];

/// The best twenty of each side: bids, asks.
type Published = [Vec<(Ticks, Lots)>; 2];

#[test]
fn a_real_venues_books_come_out() {
    let Some(folder) = recordings::folder("bitstamp_l3_2015") else { return };
    check("naive", NaiveBook::default(), &folder);
    check("sorted", Ours::new(Structure::Sorted), &folder);
    check("ladder", Ours::new(Structure::Ladder), &folder);
}

/// The same events, but new orders trade: most of the venue's trades are those that come out.
#[test]
fn a_real_venues_trades_mostly_come_out() {
    let Some(folder) = recordings::folder("bitstamp_l3_2015") else { return };
    trades::check("naive", NaiveBook::default(), &folder);
    trades::check("sorted", Ours::new(Structure::Sorted), &folder);
    trades::check("ladder", Ours::new(Structure::Ladder), &folder);
}

fn check(name: &str, book: impl VenueBook, folder: &Path) {
    let published = published(&folder.join("snapshots.csv.zst"));
    let mut book = Rebuilt::new(book);
    let (mut compared, mut equal) = (0, [0; 4]);
    for line in recordings::lines(&folder.join("stream.csv.zst")).skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |at: usize| fields[at].parse::<u64>().expect("a number");
        if fields[0] == "S" {
            let published = &published[&number(2)];
            // The capture starts with an unknown book: the first published one is taken over.
            if book.is_begun() {
                compared += 1;
                for (at, depth) in DEPTHS.into_iter().enumerate() {
                    equal[at] += u64::from(is_equal(&book, published, depth));
                }
            }
            book.adopt(published);
        } else if fields[0] != "T" {
            let side = if fields[3] == "B" { Side::Buy } else { Side::Sell };
            let price = Ticks(fields[4].parse().expect("a price"));
            book.event(fields[0], number(2), side, price, Lots(number(5)));
        }
    }
    println!("{name}: {compared} books compared, {equal:?} equal at depths {DEPTHS:?}");
    println!("{name}: {:?}", book.counts());
    assert_eq!(compared, 5_010);
    for (equal, floor) in equal.into_iter().zip(FLOORS) {
        assert!(floor <= equal, "{name}: {equal} books are equal where {floor} should be");
    }
}

fn is_equal(book: &Rebuilt<impl VenueBook>, published: &Published, depth: usize) -> bool {
    Side::BOTH.into_iter().zip(published).all(|(side, expected)| {
        let expected = &expected[..depth.min(expected.len())];
        book.best(side, depth) == expected
    })
}

fn published(path: &Path) -> BTreeMap<u64, Published> {
    let mut all: BTreeMap<u64, Published> = BTreeMap::new();
    for line in recordings::lines(path).skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let side = usize::from(fields[1] == "S");
        let price = Ticks(fields[3].parse().expect("a price"));
        let lots = Lots(fields[4].parse().expect("a quantity"));
        let number = fields[0].parse().expect("a number");
        all.entry(number).or_default()[side].push((price, lots));
    }
    all
}
