use protocol::client::{Login, Method, PlaceOrder};
use serde_json::{Value, json};
use types::Side;

use super::Client;
use crate::connection::script::{Link, NONCE, Venue};
use crate::{Credentials, Error};

fn key() -> Credentials {
    let seed = std::array::from_fn(|i| u8::try_from(i).expect("below 32"));
    Credentials { key_id: "k_01HTEST".to_owned(), account: 1001, seed }
}

fn order() -> PlaceOrder {
    PlaceOrder::limit("H100-US-2027M03", "mine-1", Side::Buy, "2.400", "8")
}

fn placed(is_duplicate: bool) -> Value {
    json!({
        "order_id": "O1", "client_order_id": "mine-1", "state": "open", "rev": 1, "qty": "8",
        "cum_qty": "0", "leaves_qty": "8", "avg_px": null, "eseq": 1, "acct_seq": 42,
        "dup": is_duplicate, "in_ns": "0", "eng_ns": "0", "out_ns": "0"
    })
}

async fn log_in(venue: &Venue, url: &str) -> (Client, Link, Login) {
    let key = key();
    let (client, (link, login)) = tokio::join!(Client::connect(url, Some(&key)), venue.welcome());
    (client.expect("it is let in"), link, login)
}

#[tokio::test]
async fn the_login_signs_the_challenge_for_the_host_it_called() {
    let (venue, url) = Venue::open().await;
    let (client, _link, login) = log_in(&venue, &url).await;
    assert_eq!(client.session().expect("logged in").session_id, "s-7");
    let host = url.trim_start_matches("ws://").trim_end_matches("/v1/trade");
    let signed = key().sign_login(host, NONCE, &login.client_nonce, &login.ts_ns);
    assert_eq!(login.sig, signed);
}

#[tokio::test]
async fn events_that_come_before_an_answer_are_kept_in_order() {
    let (venue, url) = Venue::open().await;
    let (mut client, mut link, _) = log_in(&venue, &url).await;
    let exchange = async {
        let (id, _) = link.hear().await;
        link.happen(40, false).await;
        link.happen(41, false).await;
        link.answer(&id, &placed(false)).await;
    };
    let (answer, ()) = tokio::join!(client.place(order()), exchange);
    assert_eq!(answer.expect("it is taken").order_id, "O1");
    let events = client.take_events();
    assert_eq!(events.iter().map(|e| e.acct_seq).collect::<Vec<_>>(), [Some(40), Some(41)]);
}

#[tokio::test]
async fn after_a_loss_it_goes_on_where_it_ended() {
    let (venue, url) = Venue::open().await;
    let (mut client, mut link, _) = log_in(&venue, &url).await;

    let exchange = async {
        let (id, _) = link.hear().await;
        link.answer(&id, &json!({ "ok": ["orders", "trades.A"], "err": [] })).await;
        link.happen(41, false).await;
        let (_, method) = link.hear().await;
        assert_eq!(method, Method::Place(order()));
        // The order is taken, and the connection is lost before the answer.
        drop(link);
    };
    let talk = async {
        client.subscribe(&["orders", "trades.A"]).await.expect("both are there");
        let lost = client.place(order()).await.expect_err("no answer comes");
        assert!(matches!(lost, Error::Closed(_)) && !lost.is_final(), "{lost}");
    };
    tokio::join!(talk, exchange);
    assert_eq!(client.take_events().len(), 1);

    let exchange = async {
        let (mut link, login) = venue.welcome().await;
        assert_eq!(login.resume_session.as_deref(), Some("s-7"));
        let (id, public) = link.hear().await;
        link.answer(&id, &json!({ "ok": ["trades.A"], "err": [] })).await;
        let (id, private) = link.hear().await;
        link.answer(&id, &json!({ "ok": ["orders"], "err": [] })).await;
        link.happen(41, true).await;
        link.happen(42, true).await;
        let (id, again) = link.hear().await;
        link.answer(&id, &placed(true)).await;
        (link, [public, private, again])
    };
    let (resent, (_link, asked)) = tokio::join!(client.resume(), exchange);
    let subscribed = asked.iter().filter_map(|method| match method {
        Method::Subscribe(wanted) => Some((wanted.channels.clone(), wanted.from_acct_seq)),
        _ => None,
    });
    assert_eq!(
        subscribed.collect::<Vec<_>>(),
        [(vec!["trades.A".to_owned()], None), (vec!["orders".to_owned()], Some(42))]
    );
    assert_eq!(asked[2], Method::Place(order()));
    let resent = resent.expect("it is let in again");
    let answer = resent[0].answer.as_ref().expect("it was done once");
    assert_eq!(answer["dup"], true);
    let events = client.take_events();
    assert_eq!(events.iter().map(|e| e.acct_seq).collect::<Vec<_>>(), [Some(42)]);
}

#[tokio::test]
async fn a_block_is_signed_as_its_bytes_are() {
    let (venue, url) = Venue::open().await;
    let (mut client, _link, _) = log_in(&venue, &url).await;
    client.number_signed_from(7);
    let payload = br#"{"block_id": "b1"}"#;
    let signed = client.sign_block(payload).expect("somebody is logged in");
    assert_eq!((signed.payload.as_str(), signed.nonce), ("eyJibG9ja19pZCI6ICJiMSJ9", 7));
    assert_eq!(signed.sig, key().sign_command("block", 7, payload));
    assert_eq!(client.sign_block(payload).expect("again").nonce, 8);
}

#[tokio::test]
async fn nobody_there_is_an_error_that_names_the_address() {
    let (venue, url) = Venue::open().await;
    drop(venue);
    let error = Client::connect(&url, None).await.expect_err("nobody listens");
    assert!(matches!(&error, Error::Connect { url: named, .. } if *named == url), "{error}");
}
