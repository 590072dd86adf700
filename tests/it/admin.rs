//! Admins on a running venue, with the real program: what they halt, kill, limit and release, who has to
//! sign, what members hear, and what the log says afterwards.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use types::PublicKey;

use crate::durability::build;
use crate::operator::run;
use crate::venue::{SYMBOL, Venue, Wire};

fn key(folder: &Path, name: &str) -> PublicKey {
    let public = gateway::admin_key::create(&folder.join(name)).expect("a new key");
    PublicKey(STANDARD.decode(public).expect("base64").try_into().expect("32 bytes"))
}

async fn place(wire: &mut Wire, name: &str) -> Value {
    let order = json!({
        "symbol": SYMBOL, "client_order_id": name, "side": "buy", "type": "limit",
        "price": "2.390", "qty": "1",
    });
    wire.ask("order.place", order).await
}

/// The next event of a kind, whatever comes before it.
async fn next(wire: &mut Wire, kind: &str) -> Value {
    loop {
        let message = wire.hear().await.expect("it goes on");
        if message["params"]["kind"] == kind {
            return message["params"]["data"].clone();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_admins_sign_is_done_heard_and_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let admins = vec![key(folder.path(), "ann.key"), key(folder.path(), "bob.key")];
    key(folder.path(), "eve.key");
    let log = folder.path().join("log");
    let venue = Venue::open_with(|config| {
        config.admins = admins;
        config.market.delivery.performance = Some(tests::market::performance());
        config.market.delivery.capacity = Some(tests::market::capacity());
        config.data_dir = log.clone();
    })
    .await;
    let (program, url) = (build(), format!("--url http://{}", venue.server.http));
    let admin = |arguments: &str, is_good: bool, expected: &str| {
        let line = format!("admin {arguments} {url}");
        let (done, said) = run(&program, folder.path(), &line);
        assert_eq!(done, is_good, "{line}: {said}");
        assert!(said.contains(expected), "{line}: {said}");
    };
    let by_ann = "--key ann.key --reason fault";

    let mut wire = venue.member(1001).await;
    wire.ask("subscribe", json!({ "channels": ["orders"] })).await;
    place(&mut wire, "a").await;
    admin(&format!("kill --account A-1001 {by_ann}"), true, "done 1, refused 0, orders ended 1");
    assert_eq!(next(&mut wire, "by_operator").await["reason"], "fault");
    assert_eq!(place(&mut wire, "b").await["error"]["code"], 3005);
    let own = wire.ask("account.kill", json!({ "on": false })).await;
    assert_eq!(own["error"]["code"], 3010, "{own}");

    admin(&format!("unkill --account A-1001 {by_ann}"), false, "7021 TWO_ADMINS");
    admin(
        "unkill --account A-1001 --key ann.key --key eve.key --reason well",
        false,
        "1002 AUTH_FAILED",
    );
    let first = "unkill --account A-1001 --key ann.key --reason well --sign-only act.json";
    admin(first, true, "gigahour admin approve act.json");
    admin("approve act.json --key bob.key", true, "done 1, refused 0");
    admin("approve act.json --key bob.key", false, "1010 NONCE_REPLAYED");
    assert!(place(&mut wire, "c").await["error"].is_null(), "it trades again");

    admin(&format!("halt --product H100-US {by_ann}"), true, "refused 0, orders ended 0");
    assert_eq!(place(&mut wire, "d").await["error"]["code"], 2002);
    admin(&format!("halt --symbol {SYMBOL} {by_ann}"), false, "7006 BAD_PHASE_CHANGE");
    admin(&format!("resume --product H100-US {by_ann}"), true, "refused 0");
    admin(&format!("halt --product B300-US {by_ann}"), false, "7007 UNKNOWN_PRODUCT");

    admin(&format!("member --account A-1001 --firm M-7 {by_ann}"), true, "done 1");
    admin(&format!("credit --firm M-7 --most 0.001 {by_ann}"), true, "done 1");
    assert_eq!(place(&mut wire, "e").await["error"]["code"], 3003);
    admin(&format!("credit --firm M-7 {by_ann}"), true, "done 1");
    admin(&format!("kill --account A-1001 --cancel-only {by_ann}"), true, "orders ended 1");
    assert!(place(&mut wire, "f").await["error"].is_null(), "only its orders were ended");
    let firm = format!("kill --firm M-7 --cancel-only {by_ann}");
    admin(&firm, true, "done 1, refused 0, orders ended 1");
    assert!(place(&mut wire, "g").await["error"].is_null(), "it goes on trading");
    admin(&format!("kill --firm M-8 --cancel-only {by_ann}"), false, "7008 UNKNOWN_MEMBER");
    let session = format!("kill --firm M-7 --session s-1 {by_ann}");
    admin(&session, false, "-32602 INVALID_PARAMS: the account of the session");
    wire.ask("subscribe", json!({ "channels": ["system"] })).await;
    let fees = "fees --maker -0.010 --taker 0.045 --delivery 0.002";
    admin(&format!("{fees} {by_ann}"), true, "done 1");
    let told = next(&mut wire, "terms").await;
    let said = json!({ "maker": "-0.010", "taker": "0.045", "delivery": "0.002" });
    assert_eq!(told["fees"], said, "from the end of the trading day: {told}");
    let limit = "position-limit --product H100-US --lots";
    admin(&format!("{limit} 0 {by_ann}"), false, "7002 BAD_TERMS");
    admin(&format!("{limit} 3 {by_ann}"), true, "done 1");
    let told = next(&mut wire, "terms").await;
    assert_eq!(told["position_limit"], json!({ "product": "H100-US", "lots": "3" }), "{told}");
    admin(&format!("attest --product H100-US --lots 640 {by_ann}"), true, "done 1");
    admin(&format!("attestor --account A-1002 {by_ann}"), true, "done 1");
    admin(&format!("probe --account A-1002 {by_ann}"), true, "done 1");
    admin(&format!("probe --account A-1002 --dismiss {by_ann}"), true, "done 1");
    admin(
        &format!("reporter --account A-1002 --product H100-US {by_ann}"),
        false,
        "7201 INDEX_NOT_BY",
    );
    let hours = "US 2027-02-05T00:00:00Z 2027-02-05T12:00:00Z";
    admin(&format!("waive {hours} {by_ann}"), false, "7021 TWO_ADMINS");
    admin(&format!("waive {hours} {by_ann} --key bob.key"), true, "done 1");
    admin(&format!("waive {hours} --key ann.key --key eve.key --reason x"), false, "1002");
    admin(&format!("waive US 2027-02-05 2027-02-06 {by_ann}"), false, "not of the form");
    admin(
        &format!("reinstate --account A-1002 {by_ann} --key bob.key"),
        false,
        "7022 NOT_REINSTATABLE",
    );

    admin(
        &format!("log --last 100 {by_ann}"),
        true,
        "kill A-1001: {\"switched_off\":0} to {\"switched_off\":1}, 1 orders ended",
    );
    admin(
        &format!("log --last 100 {by_ann}"),
        true,
        "credit M-7: {\"credit\":1} to {\"credit\":null}",
    );
    for said in [
        "waive US 2027-02-05T00:00:00Z 2027-02-05T12:00:00Z: {\"waived_hours\":0} to {\"waived_hours\":12}",
        "probe A-1002: {\"is_appointed\":true} to {\"is_appointed\":false}",
    ] {
        admin(&format!("log --last 100 {by_ann}"), true, said);
    }
    admin("log --key eve.key --reason look", false, "1002 AUTH_FAILED");
    venue.stop().await;
    let (is_good, said) = run(&program, folder.path(), "verify log");
    assert!(is_good, "every signature holds: {said}");
}
