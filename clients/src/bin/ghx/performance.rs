//! What `ghx deliver` and `ghx provider` say of deliveries on their way: receipts, disputes, probes,
//! standby nodes, bids, bonds and warrants.

use protocol::client::{
    AcceptTransfer, BidHours, BondAmount, ClaimHour, Countersign, OfferNodes, Transfer,
};
use protocol::decimal;
use protocol::server::DoneResult;
use serde::Serialize;

use crate::args::{self, Common};
use crate::failure::Failure;
use crate::{desk, units};

/// The buyer signs what the seller has reported.
pub(crate) async fn countersign(common: &Common, said: &args::OfHour) -> Result<(), Failure> {
    let payload =
        Countersign { obligation_id: said.obligation.clone(), hour_ns: said.hour.0.to_string() };
    let what = format!("the receipt of {} for {}", said.hour, said.obligation);
    if is_preview(common, said.execute, &format!("you would sign {what}"), &payload) {
        return Ok(());
    }
    let mut desk = desk::trade(common).await?;
    let answer = desk.client().countersign(&said.obligation, said.hour).await?;
    done(common, &format!("signed {what}"), &answer)
}

/// The buyer says that nodes delivered less.
pub(crate) async fn dispute(common: &Common, said: &args::Claim) -> Result<(), Failure> {
    let (payload, what) = claim(said)?;
    if is_preview(common, said.of.execute, &format!("you would claim {what}"), &payload) {
        return Ok(());
    }
    let (id, hour, readings) = (&said.of.obligation, said.of.hour, &payload.readings);
    let answer = desk::trade(common).await?.client().dispute(id, hour, readings).await?;
    done(common, &format!("claimed {what}"), &answer)
}

/// What a probe has read.
pub(crate) async fn probe(common: &Common, said: &args::Claim) -> Result<(), Failure> {
    let (payload, what) = claim(said)?;
    if is_preview(common, said.of.execute, &format!("you would report {what}"), &payload) {
        return Ok(());
    }
    let (id, hour, readings) = (&said.of.obligation, said.of.hour, &payload.readings);
    let answer = desk::trade(common).await?.client().probe(id, hour, readings).await?;
    done(common, &format!("reported {what}"), &answer)
}

/// Nodes stand by.
pub(crate) async fn stand_by(common: &Common, said: &args::Standby) -> Result<(), Failure> {
    let nodes = if said.nodes == "none" { Vec::new() } else { numbers(&said.nodes)? };
    let price = decimal::price(said.price);
    let what = format!("{} nodes for {} at ${price} a GPU-hour", nodes.len(), said.symbol);
    let payload = OfferNodes { symbol: said.symbol.clone(), nodes, price };
    if is_preview(common, said.execute, &format!("you would offer {what}"), &payload) {
        return Ok(());
    }
    let mut desk = desk::trade(common).await?;
    let answer = desk.client().stand_by(&said.symbol, &payload.nodes, said.price).await?;
    done(common, &format!("offered {what}"), &answer)
}

/// A bid for hours that are resold.
pub(crate) async fn bid(common: &Common, said: &args::Bid) -> Result<(), Failure> {
    let payload = BidHours {
        symbol: said.symbol.clone(),
        lots: decimal::lots(said.lots),
        price: decimal::price(said.price),
    };
    let (lots, price) = (units::in_lots(said.lots), &payload.price);
    let what = format!("for {lots} of {} at ${price} a GPU-hour", said.symbol);
    if is_preview(common, said.execute, &format!("you would bid {what}"), &payload) {
        return Ok(());
    }
    let mut desk = desk::trade(common).await?;
    let answer = desk.client().bid_hours(&said.symbol, said.lots, said.price).await?;
    done(common, &format!("bid {what}"), &answer)
}

/// The rest of a window is offered.
pub(crate) async fn transfer(common: &Common, said: &args::Transfer) -> Result<(), Failure> {
    let payload = Transfer {
        obligation_id: said.obligation.clone(),
        to: said.to.clone(),
        price: decimal::money(said.price),
    };
    let price = units::dollars(said.price);
    let what = format!("the rest of {} to {} for {price}", said.obligation, said.to);
    if is_preview(common, said.execute, &format!("you would offer {what}"), &payload) {
        return Ok(());
    }
    let mut desk = desk::trade(common).await?;
    let answer = desk.client().transfer(&said.obligation, &said.to, said.price).await?;
    done(common, &format!("offered {what}"), &answer)
}

/// The rest of a window is taken.
pub(crate) async fn accept_transfer(
    common: &Common,
    said: &args::AcceptTransfer,
) -> Result<(), Failure> {
    let payload = AcceptTransfer { obligation_id: said.obligation.clone() };
    let what = format!("the rest of {}", said.obligation);
    if is_preview(common, said.execute, &format!("you would take {what}"), &payload) {
        return Ok(());
    }
    let answer = desk::trade(common).await?.client().accept_transfer(&said.obligation).await?;
    done(common, &format!("took {what}"), &answer)
}

/// Cash becomes bond, or bond cash.
pub(crate) async fn bond(common: &Common, said: &args::Bond) -> Result<(), Failure> {
    let (args::Bond::Post(how) | args::Bond::Release(how)) = said;
    let is_posted = matches!(said, args::Bond::Post(_));
    let (verb, past) = if is_posted { ("post", "posted") } else { ("release", "released") };
    let payload = BondAmount { amount: decimal::money(how.amount) };
    let what = format!("{} of bond", units::dollars(how.amount));
    if is_preview(common, how.execute, &format!("you would {verb} {what}"), &payload) {
        return Ok(());
    }
    let mut desk = desk::trade(common).await?;
    let answer = if is_posted {
        desk.client().post_bond(how.amount).await?
    } else {
        desk.client().release_bond(how.amount).await?
    };
    done(common, &format!("{past} {what}"), &answer)
}

fn claim(said: &args::Claim) -> Result<(ClaimHour, String), Failure> {
    let readings = readings(&said.readings)?;
    let (of, shown) = (&said.of, said.readings.join(" "));
    let what = format!("{shown} in the hour {} of {}", of.hour, of.obligation);
    let (obligation_id, hour_ns) = (of.obligation.clone(), of.hour.0.to_string());
    Ok((ClaimHour { obligation_id, hour_ns, readings }, what))
}

/// With `--json` what would be sent, or the answer; else words.
fn is_preview(common: &Common, execute: bool, what: &str, payload: &impl Serialize) -> bool {
    if execute {
        return false;
    }
    if common.json {
        println!("{}", serde_json::to_string(payload).expect("payloads are JSON"));
    } else {
        println!("{what}");
        println!("preview: nothing was sent; add --execute to send it");
    }
    true
}

fn done(common: &Common, what: &str, answer: &DoneResult) -> Result<(), Failure> {
    if common.json {
        println!("{}", serde_json::to_string(answer).expect("an answer is JSON"));
    } else {
        println!("{what}");
    }
    Ok(())
}

/// `1-4,9`: nodes by number.
pub(crate) fn numbers(text: &str) -> Result<Vec<u32>, Failure> {
    let mut nodes = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.parse::<u32>();
        match (number(first), number(last)) {
            (Ok(first), Ok(last)) if first <= last && last - first < 65_536 => {
                nodes.extend(first..=last);
            }
            _ => return Err(Failure::Usage(format!("`{part}` are no nodes; write 1-8,12"))),
        }
    }
    Ok(nodes)
}

/// `1-7=8 8=3`: nodes and what each of them delivered.
fn readings(words: &[String]) -> Result<Vec<(u32, u8)>, Failure> {
    let mut all = Vec::new();
    for word in words {
        let bad = || Failure::Usage(format!("`{word}` is no reading; write 1-7=8"));
        let (nodes, gpu_hours) = word.split_once('=').ok_or_else(bad)?;
        let gpu_hours: u8 = gpu_hours.parse().ok().filter(|h| *h <= 8).ok_or_else(bad)?;
        all.extend(numbers(nodes)?.into_iter().map(|node| (node, gpu_hours)));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_of_each_node_that_is_named() {
        let read = |text: &str| readings(&text.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(read("1-2=8 9=3").expect("three"), [(1, 8), (2, 8), (9, 3)]);
        for bad in ["1", "1=9", "1=-1", "x=8", "2-1=8"] {
            assert!(matches!(read(bad), Err(Failure::Usage(_))), "{bad}");
        }
    }
}
