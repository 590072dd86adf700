use std::num::NonZeroU64;
use std::path::Path;
use std::time::Duration;

use clients::book::{Book, Change};
use clients::{Client, Credentials, Error, Event};
use ed25519_dalek::SigningKey;
use protocol::client::{CancelAll, CancelOrder, GetOrder, Method, PlaceOrder, Signed, Subscribe};
use protocol::decimal;
use protocol::server::OrderStateName;
use sequencer::{Clock, Derived, FileLog, FrameLog, Logged, Quarantine, Recovered, Snapshots};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use types::{AccountId, Command, Date, Lots, Mills, PublicKey, Side, Ticks};

use super::{Server, start};
use crate::config::{self, Account, Config, Key, Scope, Tier};
use crate::read_model::ReadModel;

mod signing;

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
        firm: None,
        credit: None,
        keys: vec![Key {
            id: credentials(number).key_id,
            public,
            scopes: vec![Scope::Read, Scope::Trade],
            bounds: config::KeyBounds::default(),
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

fn bid(name: &str) -> PlaceOrder {
    PlaceOrder::limit(SYMBOL, name, Side::Buy, "2.300", "1")
}

fn by_name(name: &str) -> GetOrder {
    GetOrder { client_order_id: Some(name.to_owned()), order_id: None }
}

async fn state(client: &mut Client, name: &str) -> OrderStateName {
    let found = client.get(by_name(name)).await.expect("an answer");
    found.order.expect("the order is known").state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_end_with_their_session_unless_they_say_otherwise() {
    let (_folder, server) = venue().await;
    let mut first = member(&server, 1001).await;
    first.place(bid("goes")).await.expect("it rests");
    first.place(PlaceOrder { cod: Some(false), ..bid("stays") }).await.expect("it rests");
    assert_eq!(first.status().await.expect("an answer").cod_orders, 1);

    let mut second = member(&server, 1001).await;
    second.subscribe(&["orders"]).await.expect("it is there");
    drop(first);
    let canceled = next(&mut second, "orders", "order").await.data.expect("data");
    assert_eq!(
        (&canceled["client_order_id"], &canceled["reason"]),
        (&"goes".into(), &"cod".into())
    );
    assert_eq!(state(&mut second, "stays").await, OrderStateName::Open);

    second.place(bid("logged-out")).await.expect("it rests");
    second.log_out().await.expect("an answer");
    let mut third = member(&server, 1001).await;
    assert_eq!(third.orders().await.expect("an answer").orders.len(), 2);
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_resumed_and_goes_on_without_a_seam() {
    let (_folder, server) = venue().await;
    let mut client = member(&server, 1001).await;
    client.place(bid("before")).await.expect("it rests");
    let mut other = member(&server, 1001).await;
    let channels = ["orders", "fills", "positions", "margin", "obligations"].map(str::to_owned);
    let wanted =
        Subscribe { channels: channels.to_vec(), from_acct_seq: Some(1), from_firm_seq: None };
    other.call(Method::Subscribe(wanted)).await.expect("all is kept");
    let last = client.place(bid("after")).await.expect("it rests").acct_seq;

    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let event = other.next_event().await.expect("the connection lives");
        numbers.push(event.acct_seq.expect("a private event"));
    }
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_forgets_nothing_that_was_acknowledged() {
    let (folder, server) = venue().await;
    let mut client = member(&server, 1001).await;
    let placed = client.place(PlaceOrder { cod: Some(false), ..bid("kept") }).await.expect("rests");
    let before = server.stop().await.expect("the log is whole");
    let Err(Error::Closed(reason)) = client.next_event().await else { panic!("not closed") };
    assert!(reason.contains("1012"), "{reason}");

    let server = start(configuration(folder.path())).await.expect("it starts again");
    assert_eq!(server.recovery.head, before.head);
    let (seq, digest) = server.operator.digest().await.expect("it runs");
    assert!(before.head.seq < seq && digest != before.digest, "the restart is a command as well");
    let mut client = member(&server, 1001).await;
    let again = client.place(PlaceOrder { cod: Some(false), ..bid("kept") }).await.expect("again");
    assert!(again.dup && again.order_id == placed.order_id);
    let orders = client.orders().await.expect("an answer");
    assert_eq!(orders.orders[0].order_id, placed.order_id);
    server.stop().await.expect("the log is whole");
}

/// A venue that takes a snapshot every eight records.
fn with_snapshots(data_dir: &Path) -> Config {
    let mut config = configuration(data_dir);
    config.replication.every = NonZeroU64::new(8).expect("it is not zero");
    config
}

/// Orders that rest, orders that trade and orders that are cancelled, until there is a snapshot.
async fn trade_to_a_snapshot(server: &Server, round: u32) {
    let mut seller = member(server, 1001).await;
    let mut buyer = member(server, 1002).await;
    for n in 0..4 {
        let name = |side: &str| format!("{side}{round}-{n}");
        let ask = PlaceOrder::limit(SYMBOL, &name("a"), Side::Sell, "2.400", "8");
        seller.place(PlaceOrder { cod: Some(false), ..ask }).await.expect("it rests");
        let take = PlaceOrder::limit(SYMBOL, &name("b"), Side::Buy, "2.400", "3");
        buyer.place(take).await.expect("it trades");
        let rest = PlaceOrder::limit(SYMBOL, &name("c"), Side::Buy, "2.300", "1");
        buyer.place(PlaceOrder { cod: Some(false), ..rest }).await.expect("it rests");
        let ended = CancelOrder { client_order_id: Some(name("a")), order_id: None };
        seller.cancel(ended).await.expect("it is open");
    }
    let (durable, taken) = (server.handle.stats().durable, || server.handle.stats().snapshot);
    let wait = async {
        while taken() + 8 <= durable {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("a snapshot is taken");
}

/// The read model of a directory as bytes, from its snapshots or from the log alone.
fn read_model(data_dir: &Path, snapshots: &Path) -> Vec<u8> {
    let log = FileLog::open(data_dir).expect("the venue has stopped");
    let recovered: Recovered<ReadModel> =
        sequencer::restore(&log, &Snapshots::of(snapshots), &Quarantine::default())
            .expect("the log is whole");
    assert_eq!(recovered.recovery.snapshot.is_some(), data_dir == snapshots);
    let mut saved = Vec::new();
    recovered.derived.save(&mut saved).expect("a vector takes every byte");
    saved
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_from_a_snapshot_is_what_the_whole_log_gives() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let nothing = tempfile::tempdir().expect("a temporary folder");
    for round in 0..3 {
        let server = start(with_snapshots(folder.path())).await.expect("it starts");
        assert_eq!(server.recovery.snapshot.is_some(), 0 < round);
        trade_to_a_snapshot(&server, round).await;
        server.stop().await.expect("the log is whole");
        let (short, whole) =
            (read_model(folder.path(), folder.path()), read_model(folder.path(), nothing.path()));
        assert!(short == whole, "round {round}: the read models differ");
        assert!(1_000 < whole.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_resumed_across_a_start_from_a_snapshot() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = start(with_snapshots(folder.path())).await.expect("it starts");
    trade_to_a_snapshot(&server, 1).await;
    let mut client = member(&server, 1002).await;
    client.place(PlaceOrder { cod: Some(false), ..bid("kept") }).await.expect("it rests");
    server.stop().await.expect("the log is whole");

    let server = start(with_snapshots(folder.path())).await.expect("it starts again");
    assert!(server.recovery.snapshot.is_some());
    let mut client = member(&server, 1002).await;
    let channels = ["orders", "fills", "positions", "margin", "obligations"].map(str::to_owned);
    let wanted =
        Subscribe { channels: channels.to_vec(), from_acct_seq: Some(1), from_firm_seq: None };
    client.call(Method::Subscribe(wanted)).await.expect("all is kept");
    let last = client.place(bid("after")).await.expect("it rests").acct_seq;
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let event = client.next_event().await.expect("the connection lives");
        numbers.push(event.acct_seq.expect("a private event"));
    }
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    assert_eq!(state(&mut client, "kept").await, OrderStateName::Open);
    assert_eq!(state(&mut client, "b1-0").await, OrderStateName::Filled);
    let again = client.place(PlaceOrder { cod: Some(false), ..bid("kept") }).await.expect("again");
    assert!(again.dup);
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_names_the_session_of_each_order() {
    let (folder, server) = venue().await;
    let mut client = member(&server, 1001).await;
    client.place(bid("mine")).await.expect("it rests");
    server.stop().await.expect("the log is whole");
    let log = FileLog::open(folder.path()).expect("it is whole");
    let frames = log.frames(1).expect("it opens").map(|frame| frame.expect("it is whole"));
    let (mut logins, mut orders) = (Vec::new(), 0);
    for Logged { author, command } in frames.flat_map(|frame| frame.records) {
        match command.value {
            Command::PlaceOrder(order) => {
                orders += 1;
                assert_eq!((author, &logins[..]), (order.session.0, &[author][..]));
            }
            Command::Attest(_) => logins.push(author),
            _ => assert_eq!(author, 0, "{command:?} is the venue's own"),
        }
    }
    assert_eq!(orders, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nearly_full_disk_takes_cancels_and_no_orders() {
    let (folder, server) = venue().await;
    let mut client = member(&server, 1001).await;
    client.place(PlaceOrder { cod: Some(false), ..bid("early") }).await.expect("it rests");
    server.stop().await.expect("the log is whole");

    let full = Config { reserve_bytes: u64::MAX, ..configuration(folder.path()) };
    let server = start(full).await.expect("it starts again");
    let mut client = member(&server, 1001).await;
    let refused = async {
        loop {
            match client.place(bid("late")).await {
                Ok(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                Err(error) => return error.code(),
            }
        }
    };
    let refused = tokio::time::timeout(Duration::from_secs(5), refused).await;
    assert_eq!(refused.expect("the disk is looked at each second"), Some(5002));
    let early = CancelOrder { client_order_id: Some("early".to_owned()), order_id: None };
    let canceled = client.cancel(early).await.expect("it reduces risk");
    assert_eq!(canceled.state, OrderStateName::Canceled);
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_moves_value_needs_the_signature_of_its_account() {
    let (_folder, server) = venue().await;
    let mut client = member(&server, 1001).await;
    let pledge = |nonce| Signed { payload: "e30=".to_owned(), nonce, sig: "AAAA".to_owned() };
    let error = client.call(Method::Pledge(pledge(1))).await.expect_err("no signature");
    assert_eq!(error.code(), Some(1009));
    client.number_signed_from(7);
    client.pledge(SYMBOL, &[1, 2, 3]).await.expect("the account has signed it");
    client.number_signed_from(7);
    let error = client.pledge(SYMBOL, &[4]).await.expect_err("the nonce is used");
    assert_eq!(error.code(), Some(1010));
    let before = client.margin().await.expect("it has an account").margin.cash;
    client.withdraw(Mills(1_500)).await.expect("nothing needs margin");
    let after = client.margin().await.expect("it has an account").margin.cash;
    let cash = |text: &str| decimal::parse_money(text).expect("money");
    assert_eq!(cash(&after), cash(&before) - Mills(1_500));
    let error = client.withdraw(cash(&before)).await.expect_err("it is more than there is");
    assert_eq!(error.code(), Some(3007));
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_gets_one_attempt_and_one_answer() {
    let (_folder, server) = venue().await;
    let url = format!("ws://{}/v1/trade", server.trade);
    for wrong in [
        Credentials { seed: [9; 32], ..credentials(1001) },
        Credentials { key_id: "k_unknown".to_owned(), ..credentials(1001) },
    ] {
        let refused = Client::connect(&url, Some(&wrong)).await.expect_err("not a key of ours");
        assert_eq!(refused.code(), Some(1002));
    }
    let mut nobody = Client::connect(&url, None).await.expect("a greeting");
    let refused = nobody.place(bid("a")).await.expect_err("not logged in");
    assert_eq!(refused.code(), Some(1001));
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_port_is_told_or_passed_over() {
    let (_folder, server) = venue().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let taken = Config { trade: server.trade, ..configuration(folder.path()) };
    let next_free = start(taken.clone()).await.expect("the next port is free");
    assert_ne!(next_free.trade, server.trade);
    next_free.stop().await.expect("the log is whole");

    let exact = Config { ports: config::Ports::Exact, ..taken };
    let Err(error) = start(exact).await else { panic!("it listens on a taken port") };
    assert_eq!(error.to_string(), format!("cannot listen on {}", server.trade));
    server.stop().await.expect("the log is whole");
}

async fn get(server: &Server, path: &str) -> String {
    let mut stream = TcpStream::connect(server.http).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers in text");
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operators_endpoints_answer() {
    let (_folder, server) = venue().await;
    assert!(get(&server, "/livez").await.ends_with("ok\n"));
    assert!(get(&server, "/readyz").await.starts_with("HTTP/1.1 200"));
    assert!(get(&server, "/metrics").await.contains("gigahour_ready 1"));
    assert!(get(&server, "/statusz").await.contains("\"trades\":0"));
    let socket = format!("ws://localhost:{}/v1/trade", server.trade.port());
    assert!(get(&server, "/v1/venue").await.contains(&socket));
    assert!(get(&server, "/nothing").await.starts_with("HTTP/1.1 404"));
    assert!(get(&server, "/../Cargo.toml").await.starts_with("HTTP/1.1 404"));
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_are_signed_while_it_runs_and_cover_everything_in_the_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = proof::SigningKey::generate("market.example/log").expect("a name");
    let mut config = configuration(&folder.path().join("data"));
    let file = folder.path().join("checkpoint.key");
    std::fs::write(&file, key.secret()).expect("the folder is writable");
    config.checkpoints = Some(config::Checkpoints { key: file, every: Duration::from_millis(10) });
    let data = config.data_dir.clone();
    let server = start(config).await.expect("it starts");
    let feed = format!("ws://{}/v1/md", server.trade);
    let mut public = Client::connect(&feed, None).await.expect("no login is needed");
    public.subscribe(&["checkpoint"]).await.expect("it is there");
    let mut buyer = member(&server, 1002).await;
    let before = buyer.place(bid("b-1")).await.expect("it rests").eseq;
    assert!(0 < before);

    let event = next(&mut public, "checkpoint", "checkpoint").await;
    let note = event.data.expect("data")["note"].as_str().expect("text").to_owned();
    let heard = key.public().open(&note).expect("it is signed");
    let answer = get(&server, "/v1/checkpoint").await;
    let (_, served) = answer.split_once("\r\n\r\n").expect("a body");
    let served = key.public().open(served).expect("it is signed");
    assert!(heard.size <= served.size);

    let stopped = server.stop().await.expect("the log is whole");
    let last = sequencer::proof::last_checkpoint(&data).expect("it was written down");
    let last = key.public().open(&last).expect("it is signed");
    assert_eq!((last.size, last.chain.0), (stopped.head.seq, stopped.head.chain.0));
    let checks = sequencer::Checks { checkpoint: Some(last), ..sequencer::Checks::default() };
    sequencer::verify_with(&data, &checks).expect("it is what the log comes to");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_key_nothing_is_signed() {
    let (_folder, server) = venue().await;
    assert!(get(&server, "/v1/checkpoint").await.starts_with("HTTP/1.1 404"));
}
