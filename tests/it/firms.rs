//! Firms over the wire: what the configuration says of them, and the copy of all that happens to the
//! accounts of one.

use gateway::config::{Config, Firm, Key, KeyBounds, Scope};
use serde_json::{Value, json};
use types::{MemberId, Mills, PublicKey};

use crate::venue::{SYMBOL, Venue, Wire, account, secret};

/// Accounts 1001 and 1003 are a firm's, with limits; 1002 is nobody's. Each has a key for copies.
fn with_a_firm(config: &mut Config) {
    config.accounts.push(account(1003));
    for of in &mut config.accounts {
        let number = of.number.0;
        let public = PublicKey(secret(number).verifying_key().to_bytes());
        let (id, scopes) = (format!("f_{number}"), vec![Scope::Firm]);
        of.keys.push(Key { id, public, scopes, bounds: KeyBounds::default() });
        if number != 1002 {
            of.firm = Some(MemberId(7));
        }
    }
    config.accounts[0].credit = Some(Mills(5_500_000));
    config.firms = vec![Firm { number: MemberId(7), credit: Some(Mills(9_000_000)) }];
}

fn limit(name: &str, side: &str, price: &str, qty: &str) -> Value {
    json!({
        "symbol": SYMBOL, "client_order_id": name, "side": side, "type": "limit",
        "price": price, "qty": qty,
    })
}

async fn copy(venue: &Venue, number: u32) -> Wire {
    let mut wire = Wire::open(&format!("ws://{}/v1/drop", venue.server.trade)).await;
    let answer = wire.log_in_by(number, &format!("f_{number}")).await;
    assert_eq!(answer["result"]["scopes"], json!(["firm"]), "{answer}");
    wire
}

async fn done(wire: &mut Wire, method: &str, params: Value) -> Value {
    let answer = wire.ask(method, params).await;
    assert!(answer["error"].is_null(), "{method} got {answer}");
    answer["result"].clone()
}

/// Events of the copy up to the order of this name.
async fn until_order(wire: &mut Wire, name: &str) -> Vec<Value> {
    let mut heard = Vec::new();
    loop {
        let event = wire.hear().await.expect("it goes on")["params"].clone();
        assert_eq!(event["channel"], "dropcopy.firm", "{event}");
        let is_last = event["data"]["client_order_id"] == name;
        heard.push(event);
        if is_last {
            return heard;
        }
    }
}

fn numbers(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["firm_seq"].as_u64().expect("a number")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_copy_of_a_firm_is_of_all_its_accounts_and_of_no_other() {
    let venue = Venue::open_with(with_a_firm).await;
    let [mut one, mut other, mut third] =
        [venue.member(1001).await, venue.member(1002).await, venue.member(1003).await];
    let (mut first, mut stranger) = (copy(&venue, 1001).await, copy(&venue, 1002).await);
    let wanted = json!({ "channels": ["dropcopy.firm"], "from_firm_seq": 1 });
    let answer = done(&mut stranger, "subscribe", wanted.clone()).await;
    assert_eq!(answer["err"][0]["code"], json!(1005), "{answer}");
    let mut own = venue.copy(1001).await;
    let answer = done(&mut own, "subscribe", wanted.clone()).await;
    assert_eq!(answer["err"][0]["code"], json!(1005), "its key is for its own copy: {answer}");
    let answer = done(&mut one, "subscribe", wanted.clone()).await;
    assert_eq!(answer["err"][0]["code"], json!(1005), "it is on /v1/drop: {answer}");

    done(&mut other, "order.place", limit("theirs", "sell", "2.410", "2")).await;
    done(&mut one, "order.place", limit("ours", "buy", "2.390", "1")).await;
    let answer = done(&mut first, "subscribe", wanted).await;
    assert_eq!(answer["ok"], json!(["dropcopy.firm"]), "{answer}");
    done(&mut third, "order.place", limit("also", "buy", "2.391", "1")).await;
    done(&mut other, "order.place", limit("hit", "sell", "2.391", "1")).await;
    done(&mut one, "order.place", limit("last", "buy", "2.389", "1")).await;

    let heard = until_order(&mut first, "last").await;
    assert_eq!(numbers(&heard), (1..=heard.len() as u64).collect::<Vec<_>>());
    let of = |account: &str| heard.iter().filter(|e| e["account"] == account).count();
    assert!(of("A-1002") == 0 && 0 < of("A-1001") && of("A-1001") + of("A-1003") == heard.len());
    let fill = heard.iter().find(|event| event["kind"] == "fill").expect("a fill");
    assert_eq!(
        (&fill["account"], &fill["data"]["client_order_id"]),
        (&json!("A-1003"), &json!("also"))
    );
    assert_eq!(heard[0]["kind"], "joined");
    assert!(heard[0]["replay"] == json!(true) && fill["replay"] == json!(false));

    // Whoever comes again goes on where it was.
    let mut again = copy(&venue, 1003).await;
    let from = heard.len() as u64 - 1;
    let wanted = json!({ "channels": ["dropcopy.firm"], "from_firm_seq": from });
    done(&mut again, "subscribe", wanted).await;
    assert_eq!(numbers(&until_order(&mut again, "last").await)[0], from);

    // Whoever leaves the firm hears no more of it.
    let leave = types::Command::JoinMember { account: account(1001).number, member: MemberId(8) };
    venue.server.operator.submit(leave).await.expect("it runs");
    done(&mut third, "order.place", limit("alone", "buy", "2.388", "1")).await;
    let rest = until_order(&mut again, "alone").await;
    let left = rest.iter().find(|event| event["kind"] == "joined").expect("it is told");
    assert_eq!((&left["account"], &left["data"]["member"]), (&json!("A-1001"), &json!("8")));
    done(&mut one, "order.place", limit("away", "buy", "2.387", "1")).await;
    done(&mut third, "order.place", limit("end", "buy", "2.386", "1")).await;
    let rest = until_order(&mut again, "end").await;
    assert!(rest.iter().all(|event| event["account"] == "A-1003"), "{rest:?}");
    let ping = json!({ "jsonrpc": "2.0", "id": "still", "method": "ping", "params": {} });
    let mut heard = first.say_and_hear(&ping.to_string()).await;
    while heard["id"] != "still" {
        // What was left of its own last order.
        assert_eq!(heard["params"]["kind"], "margin", "{heard}");
        assert_eq!(heard["params"]["account"], "A-1001", "{heard}");
        heard = first.hear().await.expect("it goes on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn firms_and_limits_of_the_configuration_are_in_the_log_once() {
    let venue = Venue::open_with(with_a_firm).await;
    let mut one = venue.member(1001).await;
    let mut third = venue.member(1003).await;
    let code = |answer: Value| answer["error"]["code"].clone();
    // A lot requires some 1,785 dollars: three are within the account's 5,500, five within the firm's 9,000.
    let order = limit("a", "buy", "2.390", "4");
    assert_eq!(code(one.ask("order.place", order).await), json!(3003));
    done(&mut one, "order.place", limit("b", "buy", "2.390", "3")).await;
    assert_eq!(code(third.ask("order.place", limit("a", "buy", "2.390", "3")).await), json!(3003));
    done(&mut third, "order.place", limit("b", "buy", "2.390", "2")).await;

    let lift = |party| types::Command::LimitCredit { party, most: None };
    let party = types::Party::Account(account(1001).number);
    venue.server.operator.submit(lift(party)).await.expect("it runs");
    let party = types::Party::Member(MemberId(7));
    venue.server.operator.submit(lift(party)).await.expect("it runs");
    let (data_dir, folder) = venue.stop().await;

    // What admins have said since is not undone by the next start.
    let venue = Venue::open_on_with(data_dir, with_a_firm).await;
    let mut one = venue.member(1001).await;
    done(&mut one, "order.place", limit("c", "buy", "2.390", "10")).await;
    drop(folder);
}
