//! `ghx book`: the ladder of a contract, its asks above its bids.

use clients::book::{Book, Change};
use types::{Lots, Side, Ticks};

use crate::args::Common;
use crate::catalogue::Catalogue;
use crate::desk;
use crate::failure::Failure;
use crate::paint::{Ink, paint};
use crate::units;

/// Characters of the longest bar.
const BAR: u64 = 30;

/// Prints it. The checksum of the exchange must be ours.
pub(crate) async fn run(common: &Common, symbol: &str, depth: usize) -> Result<(), Failure> {
    let mut desk = desk::feed(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let contract = catalogue.find(symbol)?;
    let event = desk.state(&format!("book.{}", contract.symbol)).await?;
    let mut book = Book::default();
    if let Change::Stale(missed) = book.apply(&event)? {
        return Err(Failure::Gap(format!("the book of {} is stale: {missed:?}", contract.symbol)));
    }
    if common.json {
        let text = serde_json::to_string(&event).expect("what came as JSON is JSON");
        println!("{text}");
        return Ok(());
    }
    println!("{}  {}  settled at {}", contract.symbol, contract.phase, contract.settle);
    for line in ladder(&book, depth) {
        println!("{line}");
    }
    if let Some(line) = implied(&book) {
        println!("{line}");
    }
    let side = |side| book.levels(side).map(|(_, lots)| lots).sum::<Lots>();
    let (bids, asks) = (side(Side::Buy), side(Side::Sell));
    println!("bids {}", units::quantity(bids, contract.hours));
    println!("asks {}", units::quantity(asks, contract.hours));
    Ok(())
}

/// Asks from far to near, the spread, bids from near to far.
fn ladder(book: &Book, depth: usize) -> Vec<String> {
    let levels = |side| book.levels(side).take(depth).collect::<Vec<_>>();
    let (bids, asks) = (levels(Side::Buy), levels(Side::Sell));
    let most = bids.iter().chain(&asks).map(|(_, lots)| lots.0).max().unwrap_or(1);
    let mut lines: Vec<String> =
        asks.iter().rev().map(|level| line(*level, most, Side::Sell)).collect();
    lines.push(middle(book));
    lines.extend(bids.iter().map(|level| line(*level, most, Side::Buy)));
    lines
}

/// What orders of other contracts make, if they make anything.
fn implied(book: &Book) -> Option<String> {
    let told = |(name, side)| {
        let (price, lots) = book.implied(side)?;
        let price = protocol::decimal::price(price);
        Some(format!("{name} {} @ {price}", units::grouped(lots)))
    };
    let both: Vec<String> =
        [("bid", Side::Buy), ("ask", Side::Sell)].into_iter().filter_map(told).collect();
    (!both.is_empty()).then(|| format!("  implied by other contracts: {}", both.join(", ")))
}

fn line((price, lots): (Ticks, Lots), most: u64, side: Side) -> String {
    let (name, ink) = match side {
        Side::Buy => ("bid", Ink::Green),
        Side::Sell => ("ask", Ink::Red),
    };
    let bar = "#".repeat(length(lots.0, most));
    let price = protocol::decimal::price(price);
    format!("  {name} {price:>9} {:>8}  {}", units::grouped(lots), paint(ink, &bar))
}

fn length(lots: u64, most: u64) -> usize {
    let length = (u128::from(lots) * u128::from(BAR)).div_ceil(u128::from(most.max(1)));
    usize::try_from(length).expect("a bar is at most its longest")
}

fn middle(book: &Book) -> String {
    match (book.best(Side::Buy), book.best(Side::Sell)) {
        (Some((bid, _)), Some((ask, _))) => {
            format!("      spread {}", protocol::decimal::price(Ticks(ask.0 - bid.0)))
        }
        (None, None) => "      nobody quotes".to_owned(),
        (Some(_), None) => "      no asks".to_owned(),
        (None, Some(_)) => "      no bids".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn asks_stand_above_bids_and_the_best_stand_together() {
        let event = serde_json::from_value(json!({
            "channel": "book.A", "kind": "snapshot", "epoch": "b-1", "seq": 1,
            "data": {
                "bids": [["2.399", "10"], ["2.398", "30"]],
                "asks": [["2.401", "20"], ["2.405", "60"]],
                "implied": { "bid": ["-0.020", "5"], "ask": null }
            }
        }));
        let mut book = Book::default();
        let change = book.apply(&event.expect("an event")).expect("a snapshot");
        assert_eq!(change, Change::Applied);
        let line = implied(&book).expect("a bid is implied");
        assert_eq!(line, "  implied by other contracts: bid 5 @ -0.020");
        let bare = |line: String| line.trim_end_matches('#').trim_end().to_owned();
        let lines: Vec<String> = ladder(&book, 10).into_iter().map(bare).collect();
        assert_eq!(
            lines,
            [
                "  ask     2.405       60",
                "  ask     2.401       20",
                "      spread 0.002",
                "  bid     2.399       10",
                "  bid     2.398       30",
            ]
        );
    }

    #[test]
    fn the_largest_quantity_has_the_longest_bar_and_the_smallest_one_mark() {
        assert_eq!((length(60, 60), length(30, 60), length(1, 6000)), (30, 15, 1));
    }
}
