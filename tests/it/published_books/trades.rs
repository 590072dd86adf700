//! The trades that come out when the recording's new orders trade with what rests.
//!
//! The book begins as the first broadcast. A deletion takes out whatever is left of its order, also
//! where the venue says that it was filled, and nothing else corrects the book; so what the capture
//! does not know of the time before it is missing from it for good.

use std::collections::BTreeMap;
use std::path::Path;

use types::{Lots, Side, Ticks};

use super::books::VenueBook;
use crate::recordings;

/// Trades of the venue, and how many of them come out with their price and quantity.
const PUBLISHED: usize = 575;
const COME_OUT: usize = 520;

/// How often there was a trade of so many lots at a price.
type Trades = BTreeMap<(Ticks, Lots), usize>;

pub(super) fn check(name: &str, mut book: impl VenueBook, folder: &Path) {
    let first = super::published(&folder.join("snapshots.csv.zst")).remove(&0);
    let mut seed = first;
    let (mut told, mut published) = (Trades::new(), Trades::new());
    for line in recordings::lines(&folder.join("stream.csv.zst")).skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |at: usize| fields[at].parse::<u64>().expect("a number");
        let price = || Ticks(fields[4].parse().expect("a price"));
        let side = if fields[3] == "B" { Side::Buy } else { Side::Sell };
        match fields[0] {
            "S" => seed.take().iter().flatten().zip(Side::BOTH).for_each(|(levels, side)| {
                begin(&mut book, side, levels);
            }),
            "T" => *published.entry((price(), Lots(number(5)))).or_default() += 1,
            "N" => {
                let lots = Lots(number(5));
                let mut note = |price, lots| *told.entry((price, lots)).or_default() += 1;
                let left = book.cross(side, price(), lots, &mut note);
                if left != Lots::ZERO {
                    book.rest(number(2), side, price(), left);
                }
            }
            "D" => delete(&mut book, number(2), side, price(), Lots(number(5))),
            // The trade that changed it has come out of the book, or has not.
            "X" => {}
            other => panic!("`{other}` is no kind of event"),
        }
    }
    let both =
        |(trade, count): (&(Ticks, Lots), &usize)| told.get(trade).map_or(0, |n| *count.min(n));
    let come_out: usize = published.iter().map(both).sum();
    let (all, made) = (published.values().sum::<usize>(), told.values().sum::<usize>());
    println!("{name}: {come_out} of {all} trades come out, of {made} made");
    assert_eq!(all, PUBLISHED);
    assert!(COME_OUT <= come_out, "{name}: only {come_out}");
}

/// The name of what rested at a price before the capture, out of the way of the venue's names.
fn before(side: Side, price: Ticks) -> u64 {
    let bit = 1 << if side == Side::Buy { 48 } else { 49 };
    bit + price.0.unsigned_abs()
}

/// What the first broadcast has more than the events before it left.
fn begin(book: &mut impl VenueBook, side: Side, levels: &[(Ticks, Lots)]) {
    for (price, lots) in levels {
        let here: Lots = book.queue(side, *price).into_iter().map(|(_, lots)| lots).sum();
        if here < *lots {
            book.rest(before(side, *price), side, *price, *lots - here);
        }
    }
}

fn delete(book: &mut impl VenueBook, name: u64, side: Side, price: Ticks, lots: Lots) {
    if book.left(name).is_some() {
        return book.remove(name);
    }
    let unknown = before(side, price);
    match book.left(unknown) {
        Some(left) if lots < left && lots != Lots::ZERO => book.reduce(unknown, lots),
        Some(_) if lots != Lots::ZERO => book.remove(unknown),
        Some(_) | None => {}
    }
}
