//! A first trade: connect, look at the book, buy one lot, hear of the fill.
//!
//! With a market running (`cargo demo`): `cargo run -p clients --example first_trade`

use clients::book::{Book, Change};
use clients::{Client, Error, keys};
use protocol::client::{PlaceOrder, Tif};
use protocol::decimal;
use protocol::server::InstrumentData;
use types::Side;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "data/demo/keys.toml".to_owned());
    let keys = keys::load(path.as_ref())?;
    let mut client = Client::connect(&keys.trade, Some(keys.of("desk")?)).await?;

    let symbol = any_open_month(&mut client).await?;
    let book = snapshot(&mut client, &symbol).await?;
    let Some((ask, lots)) = book.best(Side::Sell) else {
        println!("nobody sells {symbol} now");
        return Ok(());
    };
    println!("{symbol}: {lots} lots are offered at {}", decimal::price(ask));

    client.subscribe(&["fills"]).await?;
    let id = format!("first-{}", client.hello().server_ns);
    let mut order = PlaceOrder::limit(&symbol, &id, Side::Buy, &decimal::price(ask), "1");
    order.tif = Tif::Ioc;
    let placed = client.place(order).await?;
    println!("order {} is {}", placed.order_id, placed.state.name());
    if placed.cum_qty == "0" {
        println!("somebody was faster; try again");
        return Ok(());
    }
    loop {
        let event = client.next_event().await?;
        if event.kind == "fill" {
            println!("filled: {}", event.data.unwrap_or_default());
            return Ok(());
        }
    }
}

async fn any_open_month(client: &mut Client) -> Result<String, Error> {
    let none = || Error::Protocol("no month trades".to_owned());
    client.subscribe(&["instruments"]).await?;
    let list = client.next_event().await?.data.unwrap_or_default();
    let all: Vec<InstrumentData> = serde_json::from_value(list).map_err(|_| none())?;
    let open = all.into_iter().find(|c| c.tenor == "month" && c.phase == "open");
    client.unsubscribe(&["instruments"]).await?;
    Ok(open.ok_or_else(none)?.symbol)
}

async fn snapshot(client: &mut Client, symbol: &str) -> Result<Book, Error> {
    let channel = format!("book.{symbol}");
    client.subscribe(&[&channel]).await?;
    let mut book = Book::default();
    loop {
        let event = client.next_event().await?;
        if event.channel == channel && book.apply(&event)? == Change::Applied {
            client.unsubscribe(&[&channel]).await?;
            return Ok(book);
        }
    }
}
