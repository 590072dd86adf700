use protocol::client::{Method, Request};
use protocol::flow;
use types::{AccountId, Command, InstrumentId, SessionId};

use super::line;
use crate::directory::Directory;
use crate::ingress::{self, Sender};

const SYMBOL: &str = "H100-US-2027M03";

fn directory() -> Directory {
    let directory = Directory::default();
    directory.name(SYMBOL, InstrumentId(3));
    directory
}

/// What the exchange is told of a request.
fn command(directory: &Directory, method: &Method, ends_with_session: bool) -> Command {
    let account = AccountId(7);
    let sender =
        Sender { account, session: SessionId(9), cancels_on_disconnect: ends_with_session };
    let taken = "it is in order";
    match method {
        Method::Place(order) => {
            Command::PlaceOrder(ingress::place(directory, sender, order).expect(taken))
        }
        Method::Amend(amend) => Command::AmendOrder(ingress::amend(account, amend).expect(taken)),
        Method::Cancel(cancel) => {
            let (client, exchange) = (&cancel.client_order_id, &cancel.order_id);
            let order = ingress::order_ref(client.as_deref(), exchange.as_deref()).expect(taken);
            Command::CancelOrder { account, order }
        }
        Method::CancelAll(cancel) => {
            Command::CancelOrders(ingress::cancel_all(directory, account, cancel).expect(taken))
        }
        Method::Quote(mass) => {
            Command::QuoteMany(ingress::quotes(directory, sender, mass).expect(taken))
        }
        Method::Protect(set) => {
            let (group, protection) = ingress::protection(set).expect(taken);
            Command::ProtectQuotes { account, group, protection: Some(protection) }
        }
        Method::ResetQuotes(reset) => {
            let group = ingress::quote_group(&reset.mmp_group).expect(taken);
            Command::ResetQuotes { account, group }
        }
        Method::Kill(kill) => Command::ThrowKillSwitch { account, is_thrown: kill.on },
        Method::Combine(combine) => {
            let legs = ingress::legs(directory, combine).expect(taken);
            Command::DefineCombination { account, legs }
        }
        other => panic!("{} is no order flow", other.name()),
    }
}

/// Whoever sends a request and whoever finds its command in the log write the same line.
#[test]
fn a_command_of_the_log_has_the_line_of_its_request() {
    let directory = directory();
    for (name, params) in [
        (
            "order.place",
            r#"{"symbol":"S","client_order_id":"a-1","side":"buy","type":"limit","price":"2.4","qty":"10"}"#,
        ),
        (
            "order.place",
            r#"{"symbol":"S","client_order_id":"a-1","side":"sell","type":"market","qty":"10","tif":"ioc","reduce_only":true,"cod":false}"#,
        ),
        (
            "order.place",
            r#"{"symbol":"S","client_order_id":"a-1","side":"sell","type":"market_to_limit","qty":"10.0","tif":"fok","cod":true}"#,
        ),
        (
            "order.place",
            r#"{"symbol":"S","client_order_id":"a-1","side":"buy","type":"stop_limit","price":"-2.4","trigger_price":"2.50","qty":"10","tif":"gtd","expire_ns":"009","post_only":true,"slide":true,"min_qty":"1","show_qty":"2","stp":"decrement","valid_until_ns":"8","tag":"desk-7"}"#,
        ),
        (
            "order.place",
            r#"{"symbol":"S","client_order_id":"a-1","side":"buy","type":"stop","trigger_price":"2.5","qty":"10","tif":"day","post_only":true,"stp":"cancel_both"}"#,
        ),
        (
            "order.place",
            r#"{"symbol":"S","client_order_id":"a-1","side":"buy","type":"limit","price":"0","qty":"10","stp":"cancel_oldest"}"#,
        ),
        ("order.amend", r#"{"client_order_id":"a-1","rev":2,"price":"2.41","qty":"9"}"#),
        ("order.amend", r#"{"order_id":"O17","trigger_price":"2.4"}"#),
        ("order.cancel", r#"{"client_order_id":"a-1"}"#),
        ("order.cancel", r#"{"order_id":"O17"}"#),
        ("order.cancel_all", "{}"),
        ("order.cancel_all", r#"{"symbol":"S","side":"sell","tag":"desk-7"}"#),
        (
            "quote.mass",
            r#"{"mmp_group":"g","quote_id":"q-1","quotes":[{"symbol":"S","bid":{"price":"2.4","qty":"5"},"ask":{"price":"2.5","qty":"0"}},{"symbol":"S","ask":{"price":"none","qty":"0"}}]}"#,
        ),
        ("mmp.set", r#"{"mmp_group":"g","window_ms":1000}"#),
        (
            "mmp.set",
            r#"{"mmp_group":"g","window_ms":1000,"qty_limit":"0","trade_limit":0,"frozen_ms":0}"#,
        ),
        (
            "mmp.set",
            r#"{"mmp_group":"g","window_ms":1000,"qty_limit":"5","trade_limit":3,"frozen_ms":10}"#,
        ),
        ("mmp.reset", r#"{"mmp_group":"g"}"#),
        ("account.kill", r#"{"on":true}"#),
        ("account.kill", r#"{"on":false}"#),
        ("combination.define", r#"{"legs":[{"symbol":"S","ratio":-1},{"symbol":"S","ratio":2}]}"#),
    ] {
        let params = params.replace(r#""S""#, &format!("\"{SYMBOL}\""));
        let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{name}","params":{params}}}"#);
        let method = Request::parse(&text).expect(&text).method;
        for ends_with_session in [true, false] {
            let command = command(&directory, &method, ends_with_session);
            let sent = flow::line(&method, ends_with_session);
            assert!(sent.is_some(), "{text}");
            assert_eq!(sent, line(&command, &|id| directory.symbol(id)), "{text}");
        }
    }
}

#[test]
fn what_the_venue_does_by_itself_is_nobodys_flow() {
    let symbols = |_| None;
    let cancel =
        ingress::cancel_all(&directory(), AccountId(7), &protocol::client::CancelAll::default());
    let asked = cancel.expect("it is in order");
    let lost = types::MassCancel { reason: types::CancelReason::Disconnected, ..asked };
    assert!(line(&Command::CancelOrders(asked), &symbols).is_some());
    assert_eq!(line(&Command::CancelOrders(lost), &symbols), None);
    assert_eq!(line(&Command::ClockAdvanced, &symbols), None);
}
