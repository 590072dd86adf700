//! What is read over HTTP: pages of the past lead back to the beginning, charts get what they ask for,
//! and the documents of the protocol are those that are published.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use types::{Date, Timestamp};

use crate::venue::{SYMBOL, Venue, Wire};

/// The status and the body of an answer.
async fn get(venue: &Venue, path: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(venue.server.http).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers in text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    (status, serde_json::from_str(body).unwrap_or_else(|_| json!(body)))
}

fn start() -> Timestamp {
    Date::from_civil(2027, 1, 11).start()
}

/// One trade a minute, each a tick higher and a lot larger.
async fn trade(venue: &Venue, trades: i64) {
    let mut members: [Wire; 2] = [venue.member(1001).await, venue.member(1002).await];
    for round in 0..trades {
        for (member, side) in members.iter_mut().zip(["buy", "sell"]) {
            let order = json!({
                "symbol": SYMBOL, "client_order_id": format!("{side}{round}"), "side": side,
                "type": "limit", "price": format!("2.{}", 400 + round), "qty": (1 + round).to_string(),
            });
            let answer = member.ask("order.place", order).await;
            assert!(answer["error"].is_null(), "{answer}");
        }
        let later = start().plus((round + 1) * Timestamp::MINUTE);
        venue.server.operator.step(later).await.expect("it runs");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_trades_lead_back_to_the_first() {
    let venue = Venue::open().await;
    trade(&venue, 7).await;
    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/trades?symbol={SYMBOL}&limit=3{before}");
        let (status, page) = get(&venue, &path).await;
        assert_eq!(status, 200, "{page}");
        let qty = |trade: &Value| trade["qty"].as_str().expect("lots").to_owned();
        let mut lots: Vec<String> =
            page["trades"].as_array().expect("trades").iter().map(qty).collect();
        lots.append(&mut seen);
        seen = lots;
        match page["before"].as_str() {
            Some(trade) => before = format!("&before={trade}"),
            None => break,
        }
    }
    assert_eq!(seen, ["1", "2", "3", "4", "5", "6", "7"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn candles_and_settlements_have_pages_as_well() {
    let venue = Venue::open().await;
    trade(&venue, 7).await;
    let (_, page) = get(&venue, &format!("/v1/candles?symbol={SYMBOL}&span=1m&limit=2")).await;
    let candles = page["candles"].as_array().expect("candles");
    assert_eq!([&candles[0]["o"], &candles[1]["o"]], ["2.405", "2.406"]);
    let before = page["before_ns"].as_str().expect("there are older ones");
    let older = format!("/v1/candles?symbol={SYMBOL}&span=1m&before_ns={before}");
    let (_, page) = get(&venue, &older).await;
    assert_eq!(
        (page["candles"].as_array().map(Vec::len), &page["before_ns"]),
        (Some(5), &Value::Null)
    );
    let (_, fives) = get(&venue, &format!("/v1/candles?symbol={SYMBOL}&span=5m")).await;
    assert_eq!([&fives["candles"][0]["v"], &fives["candles"][1]["v"]], ["15", "13"]);
    assert_eq!(fives["candles"][0]["final"], json!(true));

    for day in [12, 13] {
        let later = Date::from_civil(2027, 1, day).start();
        venue.server.operator.step(later).await.expect("it runs");
    }
    let (_, page) = get(&venue, &format!("/v1/settlements?symbol={SYMBOL}&limit=1")).await;
    assert_eq!(page["settlements"][0]["date"], "2027-01-12", "{page}");
    let day = page["before"].as_str().expect("there is an older one");
    let older = format!("/v1/settlements?symbol={SYMBOL}&before={day}");
    let (_, page) = get(&venue, &older).await;
    assert_eq!(page["settlements"][0]["date"], "2027-01-11", "{page}");
    assert_eq!(page["before"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_is_refused_with_what_can() {
    let venue = Venue::open().await;
    for (path, status) in [
        ("/v1/trades?symbol=H900-US-2027M03", 404),
        ("/v1/trades", 400),
        ("/v1/trades?symbol=H100-US-2027M03&limit=0", 400),
        ("/v1/trades?symbol=H100-US-2027M03&before=7", 400),
        ("/v1/candles?symbol=H100-US-2027M03&span=2m", 400),
        ("/v1/settlements?symbol=H100-US-2027M03&before=soon", 400),
        ("/udf/symbols?symbol=H900", 404),
        ("/udf/history?symbol=H100-US-2027M03&resolution=2&from=0&to=1", 400),
    ] {
        assert_eq!(get(&venue, path).await.0, status, "{path}");
    }
    let (_, body) = get(&venue, "/v1/candles?symbol=H100-US-2027M03&span=2m").await;
    assert_eq!(body["allowed"][0], "1m", "{body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chart_gets_symbols_and_bars_in_its_own_form() {
    let venue = Venue::open().await;
    trade(&venue, 3).await;
    let (_, config) = get(&venue, "/udf/config").await;
    assert_eq!(config["supported_resolutions"][0], "1");
    let (_, symbol) = get(&venue, &format!("/udf/symbols?symbol=GIGAHOUR:{SYMBOL}")).await;
    assert_eq!((&symbol["ticker"], &symbol["pricescale"]), (&json!(SYMBOL), &json!(1000)));
    let (_, found) = get(&venue, "/udf/search?query=2027m03&limit=5").await;
    assert_eq!(found[0]["symbol"], SYMBOL, "{found}");
    let (_, time) = get(&venue, "/udf/time").await;
    let now = start().0 / Timestamp::SECOND;
    assert_eq!(time, json!(now + 180));

    let bars = format!("/udf/history?symbol={SYMBOL}&resolution=1&from={now}&to={}", now + 120);
    let (_, page) = get(&venue, &bars).await;
    assert_eq!(page["s"], "ok");
    assert_eq!((&page["t"], &page["c"]), (&json!([now, now + 60]), &json!([2.400, 2.401])));
    assert_eq!(page["v"], json!([1, 2]));
    let (_, last) = get(&venue, &format!("{bars}&countback=1")).await;
    assert_eq!(last["t"], json!([now + 60]), "the last before the end");
    let early = format!("/udf/history?symbol={SYMBOL}&resolution=1D&from=0&to=1");
    assert_eq!(get(&venue, &early).await.1["s"], "no_data");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_are_served_where_they_are_looked_for() {
    let venue = Venue::open().await;
    for path in ["/llms.txt", "/PROTOCOL.md", "/errors/2010", "/errors/-32700.md"] {
        let (status, text) = get(&venue, path).await;
        let text = text.as_str().expect("it is text");
        assert!(status == 200 && text.starts_with("# "), "{path}: {status} {text}");
    }
    for path in ["/asyncapi.json", "/schema.json"] {
        let (status, document) = get(&venue, path).await;
        let written = &protocol::published::document(&path[1..]).expect("it is written").text;
        assert_eq!((status, document.to_string()), (200, compact(written)), "{path}");
    }
    assert_eq!(get(&venue, "/errors/2").await.0, 404);
}

fn compact(text: &str) -> String {
    let value: Value = serde_json::from_str(text).expect("it is JSON");
    value.to_string()
}
