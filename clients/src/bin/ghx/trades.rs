//! `ghx trades`: what has traded last in a contract.

use clients::Error;
use protocol::server::TradeData;
use types::{Lots, Side};

use crate::args::Common;
use crate::catalogue::Catalogue;
use crate::desk;
use crate::failure::Failure;
use crate::table::Table;
use crate::units;

/// Prints them, the latest last, with the lots of all.
pub(crate) async fn run(common: &Common, symbol: &str, limit: usize) -> Result<(), Failure> {
    let mut desk = desk::feed(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let symbol = &catalogue.find(symbol)?.symbol;
    let event = desk.state(&format!("trades.{symbol}")).await?;
    if common.json {
        let text = serde_json::to_string(&event).expect("what came as JSON is JSON");
        println!("{text}");
        return Ok(());
    }
    let all: Vec<TradeData> = serde_json::from_value(event.data.unwrap_or_default())
        .map_err(|error| Error::Protocol(format!("the trades of {symbol}: {error}")))?;
    let latest = &all[all.len().saturating_sub(limit)..];
    let mut table = Table::new(&["market time", ">price", ">lots", "taker", "trade", ""]);
    let mut sum = Lots::ZERO;
    for trade in latest {
        sum += units::lots(&trade.qty)?;
        table.row(&[
            &units::time(&trade.eng_ns)?,
            &trade.price,
            &units::grouped(&trade.qty),
            taker(trade.taker),
            &trade.trade_id,
            &trade.flags.join(" "),
        ]);
    }
    if 1 < latest.len() {
        let count = format!("{} trades", latest.len());
        table.row(&[&count, "", &units::grouped(sum.0), "", "", ""]);
    }
    table.print("nothing has traded yet");
    Ok(())
}

/// Who came; nobody does in an auction.
pub(crate) fn taker(side: Option<Side>) -> &'static str {
    side.map_or("auction", units::side)
}
