use super::{Running, hexadecimal, line, message};
use crate::PAGE;
use crate::client::{Method, Request};
use crate::login::login_message;

fn method(name: &str, params: &str) -> Method {
    let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{name}","params":{params}}}"#);
    Request::parse(&text).expect("it is a request").method
}

#[test]
fn requests_that_mean_the_same_have_the_same_line() {
    let short = r#"{"symbol":"H100-US-2027M03","client_order_id":"a-1","side":"buy","type":"limit","price":"2.4","qty":"10"}"#;
    let long = r#"{"qty":"10.0","price":"2.400","type":"limit","side":"buy","symbol":"H100-US-2027M03","client_order_id":"a-1","tif":"gtc","stp":"cancel_newest","post_only":false,"reduce_only":false,"cod":true}"#;
    let said = line(&method("order.place", short), true).expect("it is order flow");
    assert_eq!(Some(&said), line(&method("order.place", long), false).as_ref());
    assert_eq!(
        said,
        r#"order.place {"client_order_id":"a-1","cod":true,"price":"2.400","qty":"10","side":"buy","symbol":"H100-US-2027M03","type":"limit"}"#
    );
    assert_ne!(Some(said), line(&method("order.place", short), false));
}

#[test]
fn every_word_of_a_request_that_counts_is_in_its_line() {
    let long = r#"{"symbol":"H100-US-2027M03","client_order_id":"a-1","side":"buy","type":"stop_limit","price":"2.4","trigger_price":"2.5","qty":"10","tif":"gtd","expire_ns":"9","post_only":true,"slide":true,"reduce_only":true,"min_qty":"1","show_qty":"2","stp":"decrement","cod":false,"valid_until_ns":"8","tag":"desk-7"}"#;
    let said = line(&method("order.place", long), true).expect("it is order flow");
    for other in [
        ("buy", "sell"),
        ("2.4", "2.3"),
        ("2.5", "2.6"),
        (r#""10""#, r#""11""#),
        (r#""9""#, r#""10""#),
        (r#""post_only":true"#, r#""post_only":false"#),
        (r#""slide":true"#, r#""slide":false"#),
        (r#""reduce_only":true"#, r#""reduce_only":false"#),
        (r#""min_qty":"1""#, r#""min_qty":"2""#),
        (r#""show_qty":"2""#, r#""show_qty":"3""#),
        ("decrement", "cancel_both"),
        (r#""cod":false"#, r#""cod":true"#),
        (r#""8""#, r#""7""#),
        ("desk-7", "desk-8"),
        ("a-1", "a-2"),
        ("M03", "M04"),
    ] {
        let changed = long.replacen(other.0, other.1, 1);
        assert_ne!(long, changed);
        assert_ne!(Some(&said), line(&method("order.place", &changed), true).as_ref(), "{other:?}");
    }
}

#[test]
fn what_is_signed_by_itself_or_changes_nothing_is_no_order_flow() {
    for (name, params) in [("ping", "{}"), ("session.logout", "{}"), ("orders.list", "{}")] {
        assert_eq!(line(&method(name, params), true), None, "{name}");
    }
}

/// The page has the lines, the hash behind each and the message that is signed.
#[test]
fn the_vector_of_the_page_is_what_is_computed() {
    let host = "gw.gigahour.example";
    let login = login_message(
        host,
        "k_01HTEST",
        "c3f1b1f0a4e84d3c9a1f6b7d2e5c8a90",
        "9f2c0d5e7b6a4c1f",
        "1772323200000000000",
    );
    let mut running = Running::of_login(&login);
    let mut seen = vec![hexadecimal(&running.hash())];
    for (name, params) in [
        (
            "order.place",
            r#"{"symbol":"H100-US-2027M03","client_order_id":"a-1","side":"buy","type":"limit","price":"2.4","qty":"10"}"#,
        ),
        ("order.cancel", r#"{"client_order_id":"a-1"}"#),
    ] {
        let said = line(&method(name, params), true).expect("it is order flow");
        running.add(&said);
        seen.push(said);
        seen.push(hexadecimal(&running.hash()));
    }
    let signed = message(host, "k_01HTEST", "s-5521", running.count(), &running.hash());
    seen.extend(String::from_utf8(signed).expect("it is text").lines().map(str::to_owned));
    for text in seen {
        assert!(PAGE.contains(&text), "the page lacks {text}");
    }
}
