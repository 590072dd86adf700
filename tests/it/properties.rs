//! What holds over the wire for any flow of orders, while its members lose their connections again and
//! again: nothing is lost and nothing is doubled.
//!
//! Ten thousand orders; `GIGAHOUR_ORDERS` says another number.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use tests::prng::Prng;
use tokio::sync::oneshot;

use crate::venue::{SYMBOL, Venue, Wire};

/// All channels of an account that are numbered, so that its events leave no gap.
const CHANNELS: [&str; 6] = ["orders", "fills", "positions", "margin", "obligations", "mmp"];

/// Orders that are sent before an answer is waited for.
const BATCH: usize = 20;

fn orders() -> usize {
    let said = std::env::var("GIGAHOUR_ORDERS").ok();
    said.map_or(10_000, |text| text.parse().expect("a number"))
}

/// A member who resends what was not answered and goes on where the stream was lost.
struct Member<'a> {
    venue: &'a Venue,
    number: u32,
    wire: Wire,
    prng: Prng,
    /// What was sent and not answered, by the name of the order.
    open: BTreeMap<String, Value>,
    /// The answers to each order that was taken.
    taken: BTreeMap<String, Vec<Value>>,
    /// All events, by their number.
    events: BTreeMap<u64, Value>,
    losses: u32,
}

impl<'a> Member<'a> {
    async fn open(venue: &'a Venue, number: u32, seed: u64) -> Self {
        let mut member = Self {
            venue,
            number,
            wire: venue.connect().await,
            prng: Prng::new(seed),
            open: BTreeMap::new(),
            taken: BTreeMap::new(),
            events: BTreeMap::new(),
            losses: 0,
        };
        member.begin().await;
        member
    }

    /// Logs in, resumes the stream and sends again what was not answered.
    async fn begin(&mut self) {
        let keep = json!({ "mode": "keep" });
        let login = self.wire.log_in_to(self.number, keep, Value::Null).await;
        assert!(login["error"].is_null(), "{login}");
        let from = self.events.last_key_value().map_or(1, |(seq, _)| seq + 1);
        let wanted = json!({ "channels": CHANNELS, "from_acct_seq": from });
        let request =
            json!({ "jsonrpc": "2.0", "id": "s", "method": "subscribe", "params": wanted });
        assert!(self.wire.try_send(&request).await);
        for request in self.open.values() {
            self.wire.try_send(request).await;
        }
    }

    /// The connection is gone, perhaps with answers in it.
    async fn lose(&mut self) {
        self.losses += 1;
        self.wire = self.venue.connect().await;
        self.begin().await;
    }

    fn order(&mut self, at: usize) -> (String, Value) {
        let name = format!("{}-{at}", self.number);
        let params = json!({
            "symbol": SYMBOL, "client_order_id": name, "type": "limit",
            "side": self.prng.pick(&["buy", "sell"]),
            "price": self.prng.pick(&["2.399", "2.400", "2.401"]),
            "qty": self.prng.between(1, 5).to_string(),
            "tif": self.prng.pick(&["gtc", "ioc"]),
        });
        let request =
            json!({ "jsonrpc": "2.0", "id": name, "method": "order.place", "params": params });
        (name, request)
    }

    /// Sends so many orders, some of them several times, and loses the connection now and then.
    async fn trade(&mut self, orders: usize) {
        for first in (0..orders).step_by(BATCH) {
            for at in first..(first + BATCH).min(orders) {
                let (name, request) = self.order(at);
                for _ in 0..self.prng.pick(&[1, 1, 1, 1, 1, 1, 1, 2, 3]) {
                    self.wire.try_send(&request).await;
                }
                self.open.insert(name, request);
            }
            if self.prng.chance(30) {
                self.lose().await;
            }
            while !self.open.is_empty() {
                self.hear().await;
            }
            if first % 400 == 0 {
                self.cancel_all().await;
            }
        }
    }

    /// The member has only so many open orders.
    async fn cancel_all(&mut self) {
        let request =
            json!({ "jsonrpc": "2.0", "id": "c", "method": "order.cancel_all", "params": {} });
        self.wire.try_send(&request).await;
        self.open.insert("c".to_owned(), request);
        while !self.open.is_empty() {
            self.hear().await;
        }
    }

    async fn hear(&mut self) {
        let Some(message) = self.wire.read().await else {
            panic!("closed: {:?}", self.wire.closed)
        };
        if let Some(seq) = message["params"]["acct_seq"].as_u64() {
            let known = self.events.insert(seq, message["params"].clone());
            assert!(known.is_none(), "event {seq} came twice");
            return;
        }
        let Some(name) = message["id"].as_str().filter(|name| *name != "s") else { return };
        if let Some(wait) = message["error"]["data"]["retry_after_ms"].as_u64() {
            // Two hundred refusals within ten seconds would end the session.
            tokio::time::sleep(Duration::from_millis(wait.max(100))).await;
            if let Some(request) = self.open.get(name) {
                self.wire.try_send(request).await;
            }
            return;
        }
        self.open.remove(name);
        if name == "c" {
            return;
        }
        if message["error"].is_null() {
            self.taken.entry(name.to_owned()).or_default().push(message["result"].clone());
        } else {
            assert_eq!(message["error"]["data"]["final"], json!(true), "{message}");
        }
    }

    /// Hears until the account has nothing more to say.
    async fn finish(&mut self) {
        let status = self.wire.ask("session.status", json!({})).await;
        let last = status["result"]["acct_seq"].as_u64().expect("a number");
        // What `ask` passed over is heard again.
        self.lose().await;
        while self.events.last_key_value().is_none_or(|(seq, _)| *seq < last) {
            self.hear().await;
        }
    }

    fn events(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.events.values().filter(move |event| event["kind"] == kind).map(|event| &event["data"])
    }
}

fn lots(value: &Value) -> u64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no lots: {value}"))
}

/// Each order that was taken is there once, and its fills come to what it says of itself.
fn each_order_is_there_once(member: &Member<'_>) {
    let mut new: BTreeMap<&str, u32> = BTreeMap::new();
    let mut filled: BTreeMap<&str, u64> = BTreeMap::new();
    for fill in member.events("fill") {
        let so_far = filled.entry(fill["client_order_id"].as_str().expect("a name")).or_default();
        *so_far += lots(&fill["qty"]);
        assert_eq!(*so_far, lots(&fill["cum_qty"]), "{fill}");
    }
    for order in member.events("order") {
        let name = order["client_order_id"].as_str().expect("a name");
        *new.entry(name).or_default() += u32::from(order["event"] == "new");
        if order["event"] == "canceled" {
            assert_eq!(lots(&order["cum_qty"]), filled.get(name).copied().unwrap_or(0), "{order}");
        }
    }
    for (name, answers) in &member.taken {
        assert_eq!(new.get(name.as_str()), Some(&1), "{name} is not there once");
        let ids: BTreeSet<String> = answers.iter().map(|one| one["order_id"].to_string()).collect();
        assert_eq!(ids.len(), 1, "{name} is several orders: {answers:?}");
        let first = answers.iter().filter(|answer| answer["dup"] == false).count();
        assert!(first <= 1, "{name} was done {first} times");
    }
    assert!(new.keys().all(|name| member.taken.contains_key(*name)), "an order nobody sent");
    let numbers: Vec<u64> = member.events.keys().copied().collect();
    assert!(numbers.windows(2).all(|two| two[0] + 1 == two[1]), "the stream has a gap");
}

/// Side and lots of every trade an account has part in.
fn trades(member: &Member<'_>) -> BTreeMap<String, Vec<(String, u64)>> {
    let mut trades: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
    for fill in member.events("fill") {
        let side = fill["side"].as_str().expect("a side").to_owned();
        let trade = fill["trade_id"].as_str().expect("a name").to_owned();
        trades.entry(trade).or_default().push((side, lots(&fill["qty"])));
    }
    trades
}

/// What a listener without a login has heard.
#[derive(Default)]
struct Public {
    trades: BTreeMap<String, u64>,
    has_gap: bool,
    bids: BTreeMap<String, String>,
    asks: BTreeMap<String, String>,
    last: u64,
    agreed: u32,
}

impl Public {
    fn hear(&mut self, event: &Value) {
        match event["kind"].as_str() {
            Some("trades") => {
                for trade in event["data"].as_array().expect("trades") {
                    let name = trade["trade_id"].as_str().expect("a name").to_owned();
                    assert!(self.trades.insert(name, lots(&trade["qty"])).is_none(), "{trade}");
                }
            }
            Some("gap") => self.has_gap = true,
            Some("delta" | "snapshot") if event["channel"] == format!("book.{SYMBOL}") => {
                self.apply(event);
            }
            _ => {}
        }
    }

    fn apply(&mut self, event: &Value) {
        let (seq, is_whole) =
            (event["seq"].as_u64().expect("a number"), event["kind"] == "snapshot");
        let before = (self.bids.clone(), self.asks.clone());
        if is_whole {
            self.bids.clear();
            self.asks.clear();
        } else {
            assert_eq!(event["prev_seq"].as_u64(), Some(self.last), "a gap nobody told");
        }
        for (side, levels) in [("bids", &mut self.bids), ("asks", &mut self.asks)] {
            for level in event["data"][side].as_array().expect("levels") {
                let [price, qty] = [0, 1].map(|at| level[at].as_str().expect("text").to_owned());
                if qty == "0" {
                    levels.remove(&price)
                } else {
                    levels.insert(price, qty)
                };
            }
        }
        if is_whole && seq == self.last && event["reason"] == "resync" {
            assert_eq!((&self.bids, &self.asks), (&before.0, &before.1), "deltas until {seq}");
            self.agreed += 1;
        }
        self.last = seq;
    }
}

/// Hears the book and the trades until it is told to stop, asking for a snapshot now and then.
async fn listen(venue: &Venue, mut stop: oneshot::Receiver<()>) -> Public {
    let mut wire = venue.listen().await;
    let channels = json!([format!("book.{SYMBOL}"), format!("trades.{SYMBOL}")]);
    let mut heard = Public::default();
    wire.ask("subscribe", json!({ "channels": channels })).await;
    let resync = json!({
        "jsonrpc": "2.0", "id": "r", "method": "resync",
        "params": { "channel": format!("book.{SYMBOL}") },
    });
    for count in 0_u64.. {
        if count.is_multiple_of(50) {
            wire.try_send(&resync).await;
        }
        tokio::select! {
            message = wire.read() => heard.hear(&message.expect("it goes on")["params"]),
            _ = &mut stop => break,
        }
    }
    // All that was said before the answer to this is heard before it.
    wire.try_send(&json!({ "jsonrpc": "2.0", "id": "end", "method": "ping", "params": {} })).await;
    wire.try_send(&resync).await;
    loop {
        let message = wire.read().await.expect("it goes on");
        heard.hear(&message["params"]);
        if message["params"]["reason"] == "resync" || message["error"]["code"] == json!(4001) {
            return heard;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_who_lose_their_connections_lose_and_double_nothing() {
    let venue = Venue::open().await;
    let (stop, stopped) = oneshot::channel();
    let half = orders() / 2;
    let both = async {
        let mut one = Member::open(&venue, 1001, 1).await;
        let mut other = Member::open(&venue, 1002, 2).await;
        tokio::join!(one.trade(half), other.trade(half));
        one.finish().await;
        other.finish().await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        stop.send(()).expect("it listens");
        (one, other)
    };
    let ((one, other), public) = tokio::join!(both, listen(&venue, stopped));
    for member in [&one, &other] {
        each_order_is_there_once(member);
        assert!(0 < member.losses && half / 2 < member.taken.len(), "{}", member.taken.len());
    }
    let (mine, theirs) = (trades(&one), trades(&other));
    assert!(mine.keys().eq(theirs.keys()), "a trade has two sides");
    for (trade, sides) in &mine {
        let [(side, qty)] = &sides[..] else { panic!("{trade} is filled twice: {sides:?}") };
        let [(opposite, same)] = &theirs[trade][..] else { panic!("{trade} is filled twice") };
        assert!(side != opposite && qty == same, "{trade}: {sides:?} {:?}", theirs[trade]);
    }
    let told: BTreeMap<&String, u64> = public.trades.iter().map(|(id, qty)| (id, *qty)).collect();
    assert!(told.iter().all(|(id, qty)| mine[*id][0].1 == *qty), "a trade is told as another");
    assert!(public.has_gap || told.len() == mine.len(), "{} of {}", told.len(), mine.len());
    assert!(2 < public.agreed, "{} snapshots followed their deltas", public.agreed);
    replays_are_what_was_live(&venue, &one).await;
}

/// From whatever number one begins, the same events come again.
async fn replays_are_what_was_live(venue: &Venue, member: &Member<'_>) {
    let last = *member.events.last_key_value().expect("events").0;
    let mut prng = Prng::new(3);
    for _ in 0..5 {
        let from = last - prng.below(last.min(60_000) - 1);
        let mut wire = venue.member(member.number).await;
        let wanted = json!({ "channels": CHANNELS, "from_acct_seq": from });
        wire.ask("subscribe", wanted).await;
        for seq in from..=last {
            let mut event = wire.read().await.expect("it goes on")["params"].clone();
            assert_eq!(event["replay"], json!(true), "{event}");
            let mut live = member.events[&seq].clone();
            event["replay"] = Value::Null;
            live["replay"] = Value::Null;
            assert_eq!(event, live);
        }
    }
}
