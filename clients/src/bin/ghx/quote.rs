//! `ghx quote`: both sides of contracts, as a market maker gives them. Quotes end with the session they
//! came on, so the command holds them until it is interrupted, and tells what trades.

use clients::Error;
use protocol::client::{Cod, CodMode, Method, MmpSet, QuoteMass, QuoteOne, QuoteTwo};
use protocol::decimal;
use protocol::server::{BboData, DoneResult, FillData, Level, QuoteResult, QuotesResult};
use types::{Lots, Side};

use crate::args::{Common, Quote};
use crate::catalogue::Catalogue;
use crate::desk::{self, Desk};
use crate::failure::Failure;
use crate::legs;
use crate::table::Table;
use crate::ticket;
use crate::units;

/// Shows the quotes, or sends and holds them.
pub(crate) async fn run(common: &Common, wanted: &Quote) -> Result<(), Failure> {
    let mut desk = desk::trade(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let mut quotes = Vec::new();
    for text in &wanted.quotes {
        let (contract, sides) = legs::split(text, &catalogue)?;
        quotes.push(two_sides(&contract.symbol, sides)?);
    }
    let quote_id = ticket::new_id();
    let mass = QuoteMass { mmp_group: wanted.group.clone(), quote_id, quotes };
    if !wanted.execute {
        if desk.show_unsent(&mass) {
            return Ok(());
        }
        print(&mut desk, &mass.quotes, &catalogue).await?;
        println!("preview: nothing was sent; add --execute to send and hold them");
        return Ok(());
    }
    send(&mut desk, wanted, &mass).await?;
    hold(&mut desk, common, mass).await
}

/// `50@2.395/50@2.405`: an absent side stays as it is, `0` pulls it.
fn two_sides(symbol: &str, text: &str) -> Result<QuoteTwo, Failure> {
    let form =
        || Failure::Usage(format!("{symbol}={text}: it is BID/ASK, such as 50@2.395/50@2.405"));
    let (bid, ask) = text.split_once('/').ok_or_else(form)?;
    let (bid, ask) = (one_side(bid)?, one_side(ask)?);
    if let (Some(QuoteOne { price: low, .. }), Some(QuoteOne { price: high, .. })) = (&bid, &ask)
        && bid.iter().chain(&ask).all(|one| one.qty != "0")
        && ticket::price(high)? <= ticket::price(low)?
    {
        return Err(Failure::Usage(format!("{symbol}: the bid {low} is not below the ask {high}")));
    }
    if bid.is_none() && ask.is_none() {
        return Err(form());
    }
    Ok(QuoteTwo { symbol: symbol.to_owned(), bid, ask })
}

fn one_side(text: &str) -> Result<Option<QuoteOne>, Failure> {
    match text {
        "" => Ok(None),
        "0" => Ok(Some(QuoteOne { price: "0.001".to_owned(), qty: "0".to_owned() })),
        text => {
            let (lots, price) = legs::lots_at(text)?;
            Ok(Some(QuoteOne { price: decimal::price(price), qty: decimal::lots(lots) }))
        }
    }
}

/// The quotes, and what stands against them; a side that would trade at once says so.
async fn print(desk: &mut Desk, quotes: &[QuoteTwo], catalogue: &Catalogue) -> Result<(), Failure> {
    let mut table = Table::new(&["contract", "side", ">price", "quantity", ">against", ""]);
    for quote in quotes {
        let hours = catalogue.find(&quote.symbol)?.hours;
        let event = desk.state(&format!("bbo.{}", quote.symbol)).await?;
        let best: Option<BboData> = serde_json::from_value(event.data.unwrap_or_default()).ok();
        let (bid, ask) = best.map_or((None, None), |best| (best.bid, best.ask));
        for (side, name, one, against) in
            [(Side::Buy, "bid", &quote.bid, ask), (Side::Sell, "ask", &quote.ask, bid)]
        {
            let Some(one) = one else { continue };
            let lots = units::lots(&one.qty)?;
            let against = against.map_or_else(|| "none".to_owned(), |Level(price, _)| price);
            if lots == Lots::ZERO {
                table.row(&[&quote.symbol, name, "", "pulled", &against, ""]);
                continue;
            }
            let at_once =
                if crosses(side, &one.price, &against) { "would trade at once" } else { "" };
            let quantity = units::quantity(lots, hours);
            table.row(&[&quote.symbol, name, &one.price, &quantity, &against, at_once]);
        }
    }
    table.print("no quotes");
    Ok(())
}

fn crosses(side: Side, mine: &str, against: &str) -> bool {
    let both = decimal::parse_price(mine).ok().zip(decimal::parse_price(against).ok());
    both.is_some_and(|(mine, against)| against.0 * side.sign() <= mine.0 * side.sign())
}

async fn send(desk: &mut Desk, wanted: &Quote, mass: &QuoteMass) -> Result<(), Failure> {
    let cod = Cod { mode: CodMode::Cancel, grace_ms: 0 };
    desk.ask::<DoneResult>(Method::SetCod(cod)).await?;
    if let Some(lots) = wanted.protect {
        let protection = MmpSet {
            mmp_group: wanted.group.clone(),
            window_ms: wanted.window,
            qty_limit: Some(lots.to_string()),
            trade_limit: None,
            frozen_ms: 0,
        };
        desk.ask::<DoneResult>(Method::Protect(protection)).await?;
    }
    let Some(done) = desk.show::<QuotesResult>(Method::Quote(mass.clone())).await? else {
        return Ok(());
    };
    let mut refused = 0;
    for result in &done.results {
        refused += usize::from(result.error.is_some());
        println!("{}", line(result));
    }
    if refused == done.results.len() {
        let text = "no side was taken; nothing is quoted".to_owned();
        return Err(Failure::Usage(text));
    }
    Ok(())
}

fn line(result: &QuoteResult) -> String {
    let side = match result.side {
        Side::Buy => "bid",
        Side::Sell => "ask",
    };
    let lots = |text: &Option<String>| text.clone().unwrap_or_else(|| "0".to_owned());
    match &result.error {
        Some(error) => format!("{} {side}  refused: {}", result.symbol, error.text()),
        None => {
            let (rests, filled) = (lots(&result.leaves_qty), lots(&result.cum_qty));
            format!("{} {side}  rests {rests}, filled {filled}", result.symbol)
        }
    }
}

/// Until somebody interrupts it; if it cannot pull them itself the exchange does with the session.
async fn hold(desk: &mut Desk, common: &Common, mass: QuoteMass) -> Result<(), Failure> {
    eprintln!("holding the quotes; interrupt to pull them");
    desk.client().subscribe(&["orders", "fills"]).await?;
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let event = tokio::select! {
            event = desk.client().next_event() => event,
            _ = &mut interrupted => {
                // Frozen ones are gone already, and the others go with the session.
                desk.ask::<QuotesResult>(Method::Quote(pulled(mass))).await.ok();
                eprintln!("pulled");
                return Ok(());
            }
        };
        match event {
            Ok(event) if common.json => println!("{}", protocol::server::event_text(&event)),
            Ok(event) if event.kind == "fill" => print_fill(event.data.unwrap_or_default()),
            Ok(event) if event.kind == "mmp" => {
                println!("the protection has pulled the quotes; `mmp.reset` takes new ones");
            }
            Ok(_) => {}
            Err(error) => {
                eprintln!("ghx: the quotes ended with the connection");
                return Err(Error::into(error));
            }
        }
    }
}

/// The same contracts without a quantity.
fn pulled(mass: QuoteMass) -> QuoteMass {
    let none = |side: Option<QuoteOne>| side.map(|one| QuoteOne { qty: "0".to_owned(), ..one });
    let pull = |two: QuoteTwo| QuoteTwo { bid: none(two.bid), ask: none(two.ask), ..two };
    let quotes = mass.quotes.into_iter().map(pull).collect();
    QuoteMass { quote_id: ticket::new_id(), quotes, ..mass }
}

fn print_fill(data: serde_json::Value) {
    match serde_json::from_value::<FillData>(data) {
        Ok(fill) => {
            let side = units::side(fill.side);
            println!(
                "{} {side} {} @ {}, {} rest",
                fill.symbol, fill.qty, fill.price, fill.leaves_qty
            );
        }
        Err(error) => eprintln!("ghx: a fill that cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_given_left_as_it_is_or_pulled() {
        let both = two_sides("A", "50@2.395/40@2.405").expect("both");
        let bid = both.bid.expect("a bid");
        assert_eq!((bid.price.as_str(), bid.qty.as_str()), ("2.395", "50"));
        let ask = two_sides("A", "/40@2.405").expect("an ask");
        assert!(ask.bid.is_none() && ask.ask.is_some());
        assert_eq!(two_sides("A", "0/40@2.405").expect("both").bid.expect("a bid").qty, "0");
    }

    #[test]
    fn a_side_that_reaches_what_stands_against_it_would_trade() {
        assert!(crosses(Side::Buy, "2.400", "2.400") && !crosses(Side::Buy, "2.399", "2.400"));
        assert!(crosses(Side::Sell, "-0.020", "-0.010") && !crosses(Side::Sell, "0.010", "-0.010"));
        assert!(!crosses(Side::Buy, "2.400", "none"));
    }

    #[test]
    fn quotes_that_cannot_be_meant_are_not_sent() {
        for bad in ["50@2.395", "/", "50@2.4/50@2.4", "50@2.41/50@2.40", "50/50"] {
            assert!(matches!(two_sides("A", bad), Err(Failure::Usage(_))), "{bad}");
        }
    }
}
