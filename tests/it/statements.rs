//! Daily statements over the wire: told once a day, listed by days, and the same after a restart.

use serde_json::{Value, json};
use types::{Date, Timestamp};

use crate::venue::{SYMBOL, Venue, Wire};

async fn done(wire: &mut Wire, method: &str, params: Value) -> Value {
    let answer = wire.ask(method, params).await;
    assert!(answer["error"].is_null(), "{method} got {answer}");
    answer["result"].clone()
}

async fn place(wire: &mut Wire, side: &str, price: &str) {
    let order = json!({
        "symbol": SYMBOL, "client_order_id": format!("{side}1"), "side": side, "type": "limit",
        "price": price, "qty": "5",
    });
    done(wire, "order.place", order).await;
}

fn settlement(day: u8) -> Timestamp {
    Date::from_civil(2027, 1, day).start().plus(16 * Timestamp::HOUR)
}

/// The next statement that is told.
async fn told(wire: &mut Wire) -> Value {
    loop {
        let message = wire.hear().await.expect("it goes on");
        if message["params"]["kind"] == "statement" {
            return message["params"]["data"].clone();
        }
    }
}

fn mills(text: &Value) -> i64 {
    let text = text.as_str().expect("dollars").replace('.', "");
    text.parse().expect("three decimals")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_stated_listed_and_outlives_a_restart() {
    let venue = Venue::open().await;
    let (mut one, mut other) = (venue.member(1001).await, venue.member(1002).await);
    place(&mut one, "buy", "2.400").await;
    place(&mut other, "sell", "2.400").await;
    done(&mut one, "subscribe", json!({ "channels": ["margin"] })).await;
    venue.server.operator.step(settlement(11)).await.expect("it runs");
    let first = told(&mut one).await;
    venue.server.operator.step(settlement(13)).await.expect("it runs");

    assert_eq!(
        (&first["date"], &first["opening"]["cash"]),
        (&json!("2027-01-11"), &json!("0.000"))
    );
    assert_eq!(first["positions"][0]["net_qty"], "5", "{first}");
    let of_cash = |line: &&Value| line["purse"] == "cash";
    let lines = first["lines"].as_array().expect("lines");
    let moved: i64 = lines.iter().filter(of_cash).map(|line| mills(&line["amount"])).sum();
    assert_eq!(moved, mills(&first["closing"]["cash"]), "{first}");

    let all = done(&mut one, "statements.list", json!({})).await;
    let dates = |list: &Value| -> Vec<String> {
        let all = list["statements"].as_array().expect("a list").iter();
        all.map(|one| one["date"].as_str().expect("a day").to_owned()).collect()
    };
    assert_eq!(dates(&all), ["2027-01-11", "2027-01-12", "2027-01-13"]);
    assert_eq!(all["statements"][0], first);
    let days = json!({ "from": "2027-01-12", "to": "2027-01-12" });
    assert_eq!(dates(&done(&mut one, "statements.list", days).await), ["2027-01-12"]);
    let bad = one.ask("statements.list", json!({ "from": "yesterday" })).await;
    assert_eq!(
        (&bad["error"]["code"], &bad["error"]["data"]["path"]),
        (&json!(-32602), &json!("from"))
    );

    let (data_dir, _folder) = venue.stop().await;
    let venue = Venue::open_on(data_dir).await;
    let mut one = venue.member(1001).await;
    let again = done(&mut one, "statements.list", json!({})).await;
    assert_eq!(again["statements"], all["statements"], "what was stated stays so");
    venue.stop().await;
}
