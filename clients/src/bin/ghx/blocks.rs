//! `ghx block`: trades agreed away from the book. Both sides sign the same bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clients::Error;
use protocol::client::{Block as Terms, BlockId, BlockLeg, Method, Nothing};
use protocol::decimal;
use protocol::server::{BlockList, BlockOffer, DoneResult};
use types::Side;

use crate::args::{Block, Common};
use crate::catalogue::Catalogue;
use crate::desk::{self, Desk};
use crate::failure::Failure;
use crate::legs;
use crate::table::Table;
use crate::ticket;
use crate::units;

/// One of the four.
pub(crate) async fn run(common: &Common, wanted: &Block) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    match wanted {
        Block::List => list(&mut desk).await,
        Block::Propose { legs, with, id, execute } => {
            let terms = proposed(&mut desk, legs, with, id.clone()).await?;
            propose(&mut desk, &terms, *execute).await
        }
        Block::Confirm { block, execute } => confirm(&mut desk, block, *execute).await,
        Block::Withdraw { block, execute } => withdraw(&mut desk, block, *execute).await,
    }
}

/// The account of the login.
fn account(desk: &mut Desk) -> Result<String, Failure> {
    let session = desk.client().session().map(|session| session.account.clone());
    Ok(session.ok_or_else(|| Error::Protocol("there is no login".to_owned()))?)
}

async fn proposed(
    desk: &mut Desk,
    legs: &[String],
    with: &str,
    id: Option<String>,
) -> Result<Terms, Failure> {
    let catalogue = Catalogue::load(desk).await?;
    let leg = |text: &String| {
        let (contract, value) = legs::split(text, &catalogue)?;
        self::leg(&contract.symbol, value)
    };
    let legs = legs.iter().map(leg).collect::<Result<_, Failure>>()?;
    let block_id = id.unwrap_or_else(|| ticket::new_id().replace("ghx", "b"));
    Ok(Terms { block_id, parties: [account(desk)?, with.to_owned()], legs })
}

/// `+64@2.400` buys, `-64@2.400` sells.
fn leg(symbol: &str, text: &str) -> Result<BlockLeg, Failure> {
    let (side, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (Side::Buy, rest),
        (None, Some(rest)) => (Side::Sell, rest),
        (None, None) => {
            let form = format!("{symbol}={text}: say +64@2.400 to buy, -64@2.400 to sell");
            return Err(Failure::Usage(form));
        }
    };
    let (lots, price) = legs::lots_at(rest)?;
    let (price, qty) = (decimal::price(price), decimal::lots(lots));
    Ok(BlockLeg { symbol: symbol.to_owned(), side, price, qty })
}

async fn propose(desk: &mut Desk, terms: &Terms, execute: bool) -> Result<(), Failure> {
    let payload = serde_json::to_vec(terms).expect("text and numbers are JSON");
    if !execute {
        if desk.show_unsent(terms) {
            return Ok(());
        }
        println!("block {} with {}", terms.block_id, terms.parties[1]);
        print_legs(desk, terms, |side| side).await?;
        println!("preview: nothing was signed or sent; add --execute to offer it");
        return Ok(());
    }
    let signed = desk.client().sign_block(&payload)?;
    if desk.show::<DoneResult>(Method::ProposeBlock(signed)).await?.is_some() {
        println!("block {} waits for {}", terms.block_id, terms.parties[1]);
        println!("  they agree with: ghx block confirm {} --execute", terms.block_id);
    }
    Ok(())
}

async fn print_legs(
    desk: &mut Desk,
    terms: &Terms,
    mine: impl Fn(Side) -> Side,
) -> Result<(), Failure> {
    let catalogue = Catalogue::load(desk).await?;
    let mut table = Table::new(&["contract", "you", ">price", "quantity"]);
    for leg in &terms.legs {
        let hours = catalogue.find(&leg.symbol)?.hours;
        let quantity = units::quantity(units::lots(&leg.qty)?, hours);
        table.row(&[&leg.symbol, units::side(mine(leg.side)), &leg.price, &quantity]);
    }
    table.print("no legs");
    Ok(())
}

async fn list(desk: &mut Desk) -> Result<(), Failure> {
    let me = account(desk)?;
    let Some(list) = desk.show::<BlockList>(Method::ListBlocks(Nothing {})).await? else {
        return Ok(());
    };
    let mut table = Table::new(&["block", "from", "to", ">contracts", "until", "it waits for"]);
    for offer in &list.blocks {
        let terms = terms(offer)?;
        let waits = if offer.proposer == me { "them" } else { "you" };
        table.row(&[
            &offer.block_id,
            &terms.parties[0],
            &terms.parties[1],
            &terms.legs.len().to_string(),
            &units::time(&offer.expires_ns)?,
            waits,
        ]);
    }
    table.print("no block waits for its other side");
    Ok(())
}

/// What the bytes that both sides sign say.
fn terms(offer: &BlockOffer) -> Result<Terms, Failure> {
    let strange = |what: String| Error::Protocol(format!("block {}: {what}", offer.block_id));
    let bytes = STANDARD.decode(&offer.payload).map_err(|e| strange(e.to_string()))?;
    Ok(serde_json::from_slice(&bytes).map_err(|e| strange(e.to_string()))?)
}

/// The block of this name that waits.
async fn waiting(desk: &mut Desk, name: &str) -> Result<BlockOffer, Failure> {
    let list: BlockList = desk.ask(Method::ListBlocks(Nothing {})).await?;
    let found = list.blocks.into_iter().find(|offer| offer.block_id == name);
    found
        .ok_or_else(|| Failure::Usage(format!("no block {name} waits; `ghx block list` shows all")))
}

async fn confirm(desk: &mut Desk, name: &str, execute: bool) -> Result<(), Failure> {
    let offer = waiting(desk, name).await?;
    let terms = terms(&offer)?;
    if offer.proposer == account(desk)? {
        return Err(Failure::Usage(format!(
            "{name} is your own; it waits for {}",
            terms.parties[1]
        )));
    }
    if !execute {
        if desk.show_unsent(&terms) {
            return Ok(());
        }
        println!("block {name} of {}", offer.proposer);
        print_legs(desk, &terms, opposite).await?;
        println!("preview: nothing was signed or sent; add --execute to agree");
        return Ok(());
    }
    let payload = STANDARD.decode(&offer.payload).expect("it was decoded for its terms");
    let signed = desk.client().sign_block(&payload)?;
    if desk.show::<DoneResult>(Method::ConfirmBlock(signed)).await?.is_some() {
        println!("block {name} has traded");
    }
    Ok(())
}

fn opposite(side: Side) -> Side {
    match side {
        Side::Buy => Side::Sell,
        Side::Sell => Side::Buy,
    }
}

async fn withdraw(desk: &mut Desk, name: &str, execute: bool) -> Result<(), Failure> {
    let offer = waiting(desk, name).await?;
    if !execute {
        println!("block {name} of {} would be gone", offer.proposer);
        println!("preview: nothing was sent; add --execute to do it");
        return Ok(());
    }
    let which = BlockId { proposer: offer.proposer, block_id: offer.block_id };
    if desk.show::<DoneResult>(Method::WithdrawBlock(which)).await?.is_some() {
        println!("block {name} is gone");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_says_who_buys() {
        let bought = leg("A", "+64@2.400").expect("a leg");
        assert_eq!(
            (bought.side, bought.qty.as_str(), bought.price.as_str()),
            (Side::Buy, "64", "2.400")
        );
        assert_eq!(leg("A", "-64@2.4").expect("a leg").side, Side::Sell);
        assert!(matches!(leg("A", "64@2.4"), Err(Failure::Usage(_))));
    }

    #[test]
    fn what_both_sign_is_what_is_shown() {
        let offer = |payload: &str| BlockOffer {
            proposer: "A-1001".to_owned(),
            block_id: "b1".to_owned(),
            payload: STANDARD.encode(payload),
            expires_ns: "0".to_owned(),
        };
        let text = r#"{"block_id":"b1","parties":["A-1001","A-1002"],"legs":[]}"#;
        assert_eq!(terms(&offer(text)).expect("terms").parties[1], "A-1002");
        assert!(terms(&offer("{}")).is_err());
    }
}
