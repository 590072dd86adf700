//! `ghx spreads` and `ghx combine`: combinations of contracts, and new ones.

use clients::Error;
use protocol::client::{CombineLeg, Method};
use protocol::server::{BboData, InstrumentData, Level, ListedResult};

use crate::args::{Combine, Common};
use crate::catalogue::Catalogue;
use crate::desk::{self, Desk};
use crate::failure::Failure;
use crate::legs;
use crate::paint::{Ink, paint};
use crate::table::Table;

/// Combinations of a product, or of all, with their best quotes. What is implied is marked with `~`.
pub(crate) async fn list(common: &Common, product: Option<&str>) -> Result<(), Failure> {
    let mut desk = desk::feed(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let product = product.map(|product| catalogue.product(product)).transpose()?;
    let mut table = Table::new(&[
        "combination",
        ">bid",
        ">lots",
        ">ask",
        ">lots",
        ">settled",
        "what a buyer gets",
    ]);
    for contract in catalogue.combinations(product) {
        let quote = quote(common, &mut desk, contract).await?;
        let [bid, bid_lots, ask, ask_lots] = quote.as_ref().map_or_else(nobody, cells);
        table.row(&[
            &contract.symbol,
            &bid,
            &bid_lots,
            &ask,
            &ask_lots,
            &contract.settle,
            &legs_of(contract),
        ]);
    }
    if !common.json {
        table.print("no combination is listed; `ghx combine NEAR=-1 FAR=1` lists one");
    }
    Ok(())
}

/// The best quotes; with `--json` they are printed and not given back.
async fn quote(
    common: &Common,
    desk: &mut Desk,
    contract: &InstrumentData,
) -> Result<Option<BboData>, Failure> {
    let channel = format!("bbo.{}", contract.symbol);
    // A spread between products has a name that no channel can have.
    if protocol::channels::Channel::parse(&channel).is_err() {
        return Ok(None);
    }
    let event = desk.state(&channel).await?;
    if common.json {
        println!("{}", serde_json::to_string(&event).expect("what came as JSON is JSON"));
        return Ok(None);
    }
    let read = serde_json::from_value(event.data.unwrap_or_default());
    Ok(Some(read.map_err(|error| Error::Protocol(format!("{channel}: {error}")))?))
}

fn nobody() -> [String; 4] {
    ["none", "", "none", ""].map(str::to_owned)
}

fn cells(quote: &BboData) -> [String; 4] {
    let [bid, bid_lots] = side(quote.bid.as_ref(), quote.implied.bid.as_ref(), 1);
    let [ask, ask_lots] = side(quote.ask.as_ref(), quote.implied.ask.as_ref(), -1);
    [bid, bid_lots, ask, ask_lots]
}

/// The better of what rests and what is implied, the latter marked; `sign` is 1 where more is better.
fn side(own: Option<&Level>, implied: Option<&Level>, sign: i64) -> [String; 2] {
    let rank =
        |level: &Level| protocol::decimal::parse_price(&level.0).map_or(i64::MIN, |p| sign * p.0);
    match (own, implied) {
        (None, None) => ["none".to_owned(), String::new()],
        (Some(own), implied) if implied.is_none_or(|implied| rank(implied) <= rank(own)) => {
            [own.0.clone(), own.1.clone()]
        }
        (_, Some(implied)) => [format!("~{}", implied.0), implied.1.clone()],
        (Some(own), None) => [own.0.clone(), own.1.clone()],
    }
}

fn legs_of(contract: &InstrumentData) -> String {
    let leg = |leg: &protocol::server::LegData| format!("{:+} {}", leg.ratio, leg.symbol);
    contract.legs.iter().map(leg).collect::<Vec<_>>().join("  ")
}

/// Shows the combination, or lists it.
pub(crate) async fn run(common: &Common, wanted: &Combine) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let mut legs = Vec::new();
    for text in &wanted.legs {
        let (contract, ratio) = legs::split(text, &catalogue)?;
        legs.push(CombineLeg { symbol: contract.symbol.clone(), ratio: self::ratio(ratio)? });
    }
    let combination = protocol::client::Combine { legs };
    if !wanted.execute {
        if !desk.show_unsent(&combination) {
            show(&catalogue, &combination.legs);
        }
        return Ok(());
    }
    let method = Method::Combine(combination);
    if let Some(listed) = desk.show::<ListedResult>(method).await? {
        println!("{} is listed", listed.symbol);
        println!("  trade it with: ghx buy {} --lots 8 --limit PRICE", listed.symbol);
    }
    Ok(())
}

fn ratio(text: &str) -> Result<i32, Failure> {
    match text.parse() {
        Ok(0) | Err(_) => Err(Failure::Usage(format!("{text}: a ratio is a whole number, not 0"))),
        Ok(ratio) => Ok(ratio),
    }
}

fn show(catalogue: &Catalogue, legs: &[CombineLeg]) {
    println!("a buyer of one lot gets");
    for leg in legs {
        let verb = if leg.ratio < 0 { "sells" } else { "buys" };
        println!("  {verb:<6} {} of {}", leg.ratio.unsigned_abs(), leg.symbol);
    }
    let is_it = |contract: &&InstrumentData| {
        let same = |(known, leg): (&protocol::server::LegData, &CombineLeg)| {
            known.symbol == leg.symbol && known.ratio == leg.ratio
        };
        contract.legs.len() == legs.len() && contract.legs.iter().zip(legs).all(same)
    };
    match catalogue.combinations(None).find(is_it) {
        Some(known) => println!("it is listed already, as {}", known.symbol),
        None => {
            let text = "  preview: nothing was sent; add --execute to list it";
            println!("{}", paint(Ink::Bold, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(price: &str) -> Level {
        Level(price.to_owned(), "5".to_owned())
    }

    #[test]
    fn the_better_of_resting_and_implied_is_shown_and_the_implied_is_marked() {
        let (low, high) = (level("-0.020"), level("-0.018"));
        assert_eq!(side(Some(&low), Some(&high), 1)[0], "~-0.018");
        assert_eq!(side(Some(&low), Some(&high), -1)[0], "-0.020");
        assert_eq!(side(Some(&low), Some(&low), 1)[0], "-0.020", "the book's own comes first");
        assert_eq!(side(None, Some(&low), 1)[0], "~-0.020");
        assert_eq!(side(Some(&low), None, 1)[0], "-0.020");
        assert_eq!(side(None, None, 1)[0], "none");
    }

    #[test]
    fn a_ratio_is_a_whole_number_and_not_zero() {
        assert_eq!(ratio("-1").expect("a ratio"), -1);
        assert!(ratio("0").is_err() && ratio("0.5").is_err() && ratio("").is_err());
    }
}
