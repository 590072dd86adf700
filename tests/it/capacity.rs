//! Capacity over the wire: signed by its provider and its attestor, told to everybody as supply, and
//! checked again from the log.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use sequencer::{Checks, verify_with};
use serde_json::{Value, json};
use tests::market;
use types::{AccountId, Command};

use crate::venue::{SYMBOL, Venue, Wire, key_id, secret};

async fn venue() -> Venue {
    Venue::open_with(|config| config.market.delivery.capacity = Some(market::capacity())).await
}

/// What an account signs, as the key of another signs it.
pub(crate) fn signed_by(
    signer: u32,
    account: u32,
    method: &str,
    nonce: u64,
    payload: &Value,
) -> Value {
    let payload = payload.to_string().into_bytes();
    let message = protocol::login::command_message(method, &key_id(account), nonce, &payload);
    let sig = STANDARD.encode(secret(signer).sign(&message).to_bytes());
    json!({ "payload": STANDARD.encode(payload), "nonce": nonce, "sig": sig })
}

async fn ask(wire: &mut Wire, account: u32, method: &str, nonce: u64, payload: Value) -> Value {
    wire.ask(method, signed_by(account, account, method, nonce, &payload)).await
}

fn node(number: u32) -> Value {
    let gpus: Vec<String> =
        (0..8).map(|at| format!("GPU-8d6f1c9e-3b57-4a10-9f6e-{number:08x}000{at}")).collect();
    json!({
        "node": number, "product": "H100-US", "gpus": gpus, "site": "ashburn", "zone": "us-east",
        "fabric": "rail-7", "grade": "rdma_3200", "evidence": "ee".repeat(32),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_registered_attested_listed_and_verified_from_the_log() {
    let venue = venue().await;
    let mut provider = venue.member(1001).await;
    let mut probe = venue.member(1002).await;
    let register = json!({ "nodes": [node(1), node(2)] });
    let done = ask(&mut provider, 1001, "capacity.register", 1, register.clone()).await;
    assert!(done["error"].is_null(), "{done}");

    let attest = json!({ "provider": "A-1001", "nodes": [1], "until": "2027-03-31" });
    let early = ask(&mut probe, 1002, "capacity.attest", 1, attest.clone()).await;
    assert_eq!(early["error"]["code"], 7126, "{early}");
    let appoint = Command::AppointAttestor { account: AccountId(1002), is_appointed: true };
    venue.server.operator.submit(appoint).await.expect("it is decided");
    let done = ask(&mut probe, 1002, "capacity.attest", 2, attest).await;
    assert!(done["error"].is_null(), "{done}");

    let list = provider.ask("capacity.list", json!({})).await;
    let nodes = &list["result"]["nodes"];
    assert_eq!(nodes[0]["gpus"], node(1)["gpus"], "{list}");
    assert_eq!(nodes[0]["attested_until"], "2027-03-31", "{list}");
    assert_eq!(nodes[1]["attested_until"], Value::Null, "{list}");

    let mut public = venue.listen().await;
    public.ask("subscribe", json!({ "channels": ["supply.H100-US"] })).await;
    let told = loop {
        let message = public.hear().await.expect("the state comes");
        if message["params"]["kind"] == "supply" {
            break message["params"]["data"].clone();
        }
    };
    assert_eq!(told, json!({ "product": "H100-US", "registered": "2", "attested": "1" }));

    let (dir, _folder) = venue.stop().await;
    let signatures = Some(gateway::claims::agree as sequencer::Agree);
    let checks = Checks { signatures, ..Checks::default() };
    verify_with(&dir, &checks).expect("every signature says what its command does");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_forged_or_malformed_changes_nothing() {
    let venue = venue().await;
    let mut wire = venue.member(1001).await;
    let register = "capacity.register";
    let forged = signed_by(1002, 1001, register, 1, &json!({ "nodes": [node(1)] }));
    let with = |key: &str, value: Value| {
        let mut node = node(1);
        node[key] = value;
        json!({ "nodes": [node] })
    };
    let own = |method: &str, payload: Value| signed_by(1001, 1001, method, 1, &payload);
    let cases = [
        ("another's key", register, forged, 1009),
        ("another method", register, own("capacity.retire", json!({ "nodes": [node(1)] })), 1009),
        ("seven GPUs", register, own(register, with("gpus", json!(vec!["GPU-1"; 7]))), -32602),
        ("no such product", register, own(register, with("product", json!("X9-US"))), -32602),
        ("a short hash", register, own(register, with("evidence", json!("ee"))), -32602),
        ("a name too long", register, own(register, with("zone", json!("z".repeat(17)))), -32602),
        ("PCIe", register, own(register, with("grade", json!("pcie"))), 7124),
        ("no node", "capacity.retire", own("capacity.retire", json!({ "nodes": [9] })), 7121),
        (
            "no such obligation",
            "delivery.elect",
            own("delivery.elect", json!({ "obligation_id": "OB-9" })),
            7133,
        ),
        (
            "not in words",
            "delivery.accept",
            own("delivery.accept", json!({ "obligation_id": "9", "results": [[1, true]] })),
            -32602,
        ),
        (
            "a month that trades",
            "delivery.prefer",
            own("delivery.prefer", json!({ "symbol": SYMBOL, "best_grade": true })),
            7131,
        ),
        (
            "a tender too early",
            "delivery.tender",
            own("delivery.tender", json!({ "symbol": SYMBOL, "tenders": [] })),
            7131,
        ),
        (
            "nothing to replace",
            "delivery.replace",
            own("delivery.replace", json!({ "obligation_id": "OB-1", "failed": 1, "spare": 2 })),
            7133,
        ),
    ];
    for (what, method, params, expected) in cases {
        let answer = wire.ask(method, params).await;
        assert_eq!(answer["error"]["code"], expected, "{what} got {answer}");
    }
    let list = wire.ask("capacity.list", json!({})).await;
    assert_eq!(list["result"]["nodes"], json!([]), "{list}");
}
