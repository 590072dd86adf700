use std::path::Path;
use std::time::Duration;

use clients::book::{Book, Change};
use clients::{Client, Credentials, Event};
use ed25519_dalek::SigningKey;
use protocol::client::{CancelAll, PlaceOrder};
use protocol::server::OrderStateName;
use sequencer::Clock;
use tempfile::TempDir;
use types::{AccountId, Date, Lots, Mills, PublicKey, Side, Ticks};

use super::{Server, start};
use crate::config::{self, Account, Config, Key, Scope, Tier};

const SYMBOL: &str = "H100-US-2027M03";

fn credentials(account: u32) -> Credentials {
    let seed = [u8::try_from(account % 256).expect("below 256"); 32];
    Credentials { key_id: format!("k_{account}"), account, seed }
}

fn account(number: u32) -> Account {
    let secret = SigningKey::from_bytes(&credentials(number).seed);
    let public = PublicKey(secret.verifying_key().to_bytes());
    Account {
        number: AccountId(number),
        name: format!("member {number}"),
        tier: Tier::Standard,
        deposit: Mills(10_000_000_000),
        keys: vec![Key {
            id: credentials(number).key_id,
            public,
            scopes: vec![Scope::Read, Scope::Trade],
        }],
    }
}

fn configuration(data_dir: &Path) -> Config {
    let market = concat!(env!("CARGO_MANIFEST_DIR"), "/market/market.toml");
    let market = config::read_market(market.as_ref()).expect("the market file is good");
    let start = Date::from_civil(2027, 1, 11).start();
    let mut config = Config::local(market, data_dir.to_owned(), Clock::Stepped { start });
    config.accounts = vec![account(1001), account(1002)];
    config.reserve_bytes = 0;
    config
}

async fn venue() -> (TempDir, Server) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = start(configuration(folder.path())).await.expect("it starts");
    (folder, server)
}

async fn member(server: &Server, number: u32) -> Client {
    let url = format!("ws://{}/v1/trade", server.trade);
    Client::connect(&url, Some(&credentials(number))).await.expect("the login is good")
}

async fn next(client: &mut Client, channel: &str, kind: &str) -> Event {
    let wanted = async {
        loop {
            let event = client.next_event().await.expect("the connection lives");
            if event.channel == channel && event.kind == kind {
                return event;
            }
        }
    };
    let message = format!("a {kind} comes on {channel}");
    tokio::time::timeout(Duration::from_secs(5), wanted).await.expect(&message)
}

fn follow(book: &mut Book, event: &Event) {
    assert_eq!(book.apply(event).expect("an event of a book"), Change::Applied);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_members_trade_and_everybody_hears_it() {
    let (_folder, server) = venue().await;
    let mut seller = member(&server, 1001).await;
    let mut buyer = member(&server, 1002).await;
    let feed = format!("ws://{}/v1/md", server.trade);
    let mut public = Client::connect(&feed, None).await.expect("no login is needed");

    let channel = format!("book.{SYMBOL}");
    let trades = format!("trades.{SYMBOL}");
    public.subscribe(&[&channel, &trades]).await.expect("both are there");
    let mut book = Book::default();
    follow(&mut book, &next(&mut public, &channel, "snapshot").await);
    buyer.subscribe(&["orders", "fills", "positions"]).await.expect("all are there");

    let ask = PlaceOrder::limit(SYMBOL, "a-1", Side::Sell, "2.400", "8");
    let asked = seller.place(ask).await.expect("it rests");
    assert_eq!((asked.state, asked.leaves_qty.as_str()), (OrderStateName::Open, "8"));
    follow(&mut book, &next(&mut public, &channel, "delta").await);
    assert_eq!(book.best(Side::Sell), Some((Ticks(2400), Lots(8))));

    let bid = PlaceOrder::limit(SYMBOL, "b-1", Side::Buy, "2.410", "3");
    let bought = buyer.place(bid.clone()).await.expect("it trades");
    assert_eq!(
        (bought.state, bought.avg_px.as_deref()),
        (OrderStateName::Filled, Some("2.400000"))
    );
    follow(&mut book, &next(&mut public, &channel, "delta").await);
    assert_eq!(book.best(Side::Sell), Some((Ticks(2400), Lots(5))));
    let fill = next(&mut buyer, "fills", "fill").await;
    let trade = next(&mut public, &trades, "trades").await;
    assert_eq!(fill.data.expect("data")["trade_id"], trade.data.expect("data")[0]["trade_id"]);

    let again = buyer.place(bid).await.expect("the same request again");
    assert!(again.dup && again.order_id == bought.order_id && again.acct_seq == bought.acct_seq);
    let canceled = seller.cancel_all(CancelAll::default()).await.expect("nothing forbids it");
    assert_eq!(canceled.canceled, 1);

    let summary = server.operator.summary().await.expect("it runs");
    assert_eq!((summary.orders, summary.trades, summary.lots.0), (2, 1, 3));
    let (_, digest) = server.operator.digest().await.expect("it runs");
    let stopped = server.stop().await.expect("the log is whole");
    assert_eq!(stopped.digest, digest);
}
