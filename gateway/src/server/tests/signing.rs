//! Logins and signatures under order flow, from the client to the log and to whoever checks it.

use clients::Client;
use protocol::client::{Login, Method, PlaceOrder, Sign};
use sequencer::{Checks, CommandLog, FileLog, FlowLine, Verified};
use types::{Attestation, Command, Side};

use super::{SYMBOL, configuration, credentials, member, venue};
use crate::said;
use crate::server::start;

fn bid(name: &str) -> PlaceOrder {
    PlaceOrder::limit(SYMBOL, name, Side::Buy, "2.3", "1")
}

fn verified(dir: &std::path::Path) -> Verified {
    let sessions = Some(said::line as FlowLine);
    let checks = Checks { sessions, ..Checks::default() };
    sequencer::verify_with(dir, &checks).expect("it is whole")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_signs_is_covered_to_its_last_command() {
    let (folder, server) = venue().await;
    let url = format!("ws://{}/v1/trade", server.trade);
    let signing = Client::connect_signing(&url, &credentials(1001), 2).await;
    let mut signing = signing.expect("the login is good");
    assert_eq!(signing.session().expect("it has").sign_every, Some(2));
    signing.place(bid("s-1")).await.expect("it rests");
    assert_eq!(signing.signed(), Some((1, 0)));
    // One that the exchange refuses counts, one that the edge refuses does not.
    let late = PlaceOrder { valid_until_ns: Some("1".to_owned()), ..bid("s-2") };
    signing.place(late).await.expect_err("it is too late");
    assert_eq!(signing.signed(), Some((2, 2)));
    signing
        .place(PlaceOrder { symbol: "NONE".to_owned(), ..bid("s-3") })
        .await
        .expect_err("no such");
    assert_eq!(signing.signed(), Some((2, 2)));
    signing.place(PlaceOrder { cod: Some(false), ..bid("s-4") }).await.expect("it rests");

    let mut silent = member(&server, 1002).await;
    silent.place(bid("t-1")).await.expect("who does not sign still trades");
    assert_eq!(silent.signed(), None);

    signing.log_out().await.expect("it is over");
    server.stop().await.expect("the log is whole");
    let sessions = verified(folder.path()).sessions.expect("they were checked");
    assert_eq!((sessions.own_key, sessions.commands, sessions.signed), (2, 4, 3));
    assert_eq!(sessions.signing.into_values().collect::<Vec<_>>(), [(3, 3)]);
    assert_eq!(sessions.first_without_login, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_of_another_key_or_over_other_commands_is_refused() {
    let (folder, server) = venue().await;
    let url = format!("ws://{}/v1/trade", server.trade);
    let client = Client::connect_signing(&url, &credentials(1001), 100).await;
    let mut client = client.expect("the login is good");
    client.place(bid("s-1")).await.expect("it rests");
    for (count, code) in [(1, 1009), (0, -32602), (2, -32602)] {
        let sign = Sign { count, sig: "AAAA".to_owned() };
        let refused = client.call(Method::Sign(sign)).await.expect_err("it is forged");
        assert_eq!(refused.code(), Some(code), "{count}");
    }
    client.sign_flow().await;
    assert_eq!(client.signed(), Some((1, 1)));
    server.stop().await.expect("the log is whole");
    let log = FileLog::open(folder.path()).expect("it is whole");
    let records = log.records(1).expect("it opens").map(|logged| logged.expect("it is whole"));
    let is_flow = |command: &Command| match command {
        Command::Attest(attestation) => matches!(**attestation, Attestation::Flow { .. }),
        _ => false,
    };
    assert_eq!(records.filter(|logged| is_flow(&logged.command.value)).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_signatures_are_wanted_whoever_owes_them_can_only_cancel() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut config = configuration(folder.path());
    config.wants_signatures = true;
    let server = start(config).await.expect("it starts");
    let url = format!("ws://{}/v1/trade", server.trade);
    let client = Client::connect_signing(&url, &credentials(1001), 1).await;
    let mut client = client.expect("the login is good");
    client.place(bid("s-1")).await.expect("it rests");
    assert_eq!(client.signed(), Some((1, 1)));
    client.stop_signing();
    client.place(bid("s-2")).await.expect("it rests");
    client.place(bid("s-3")).await.expect("it rests");
    let refused = client.place(bid("s-4")).await.expect_err("two are not signed");
    assert_eq!(refused.code(), Some(1011));
    client.cancel_all(protocol::client::CancelAll::default()).await.expect("a cancel always goes");

    let unsaid = member(&server, 1002).await;
    assert_eq!(unsaid.session().expect("it has").sign_every, Some(1_000));
    server.stop().await.expect("the log is whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_often_is_bounded() {
    let (_folder, server) = venue().await;
    let url = format!("ws://{}/v1/md", server.trade);
    for sign_every in [0, 4_097] {
        let mut client = Client::connect(&url, None).await.expect("nobody asks for a login");
        let login =
            Login { alg: "ed25519".to_owned(), sign_every: Some(sign_every), ..Login::default() };
        let refused = client.call(Method::Login(login)).await.expect_err("out of bounds");
        assert_eq!(refused.code(), Some(-32602), "{sign_every}");
    }
    server.stop().await.expect("the log is whole");
}
