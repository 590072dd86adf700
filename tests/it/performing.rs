//! Deliveries on their way, said over the wire by the SDK and by the command line, heard by both sides, and
//! checked again from the log.

use std::path::{Path, PathBuf};
use std::process::Command as Process;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clients::{Client, Credentials};
use protocol::client::PlaceOrder;
use sequencer::{Checks, CommandLog, FileLog, verify_with};
use serde_json::{Value, json};
use tests::market;
use types::{AccountId, Command, Date, Lots, Mills, Side, Ticks, Timestamp};

use crate::capacity::signed_by;
use crate::operator::run;
use crate::sources;
use crate::venue::{Venue, Wire, account, key_id, secret};

pub(crate) const MONTH: &str = "H100-US-2027M02";

/// The seller, the buyer, a probe, a bidder and a provider that stands by.
const MEMBERS: [u32; 5] = [1001, 1002, 1003, 1004, 1005];

pub(crate) async fn client(venue: &Venue, number: u32) -> Client {
    let url = format!("ws://{}/v1/trade", venue.server.trade);
    let credentials =
        Credentials { key_id: key_id(number), account: number, seed: secret(number).to_bytes() };
    Client::connect(&url, Some(&credentials)).await.expect("it listens")
}

/// So many hours after the month has begun; below zero before it.
pub(crate) const fn hour(n: i64) -> Timestamp {
    // February 1, 2027.
    Timestamp(1_801_440_000_000_000_000 + n * Timestamp::HOUR)
}

/// A venue on which 1001 delivers eight nodes to 1002 in February, and an hour of it is over.
async fn delivering() -> Venue {
    let venue = Venue::open_with(|config| {
        config.market.delivery.performance = Some(market::performance());
        config.accounts = MEMBERS.map(account).into();
    })
    .await;
    let (mut seller, mut buyer) = (client(&venue, 1001).await, client(&venue, 1002).await);
    let order = |side| PlaceOrder::limit(MONTH, "x", side, "2.400", "8");
    seller.place(order(Side::Sell)).await.expect("it rests");
    buyer.place(order(Side::Buy)).await.expect("it trades");
    seller.pledge(MONTH, &[1, 2, 3, 4, 5, 6, 7, 8]).await.expect("they are free");
    assert_eq!(hour(0), Date::from_civil(2027, 2, 1).start());
    for time in [hour(-14 * 24 + 17), hour(-10 * 24 + 17), hour(0), hour(1)] {
        venue.server.operator.step(time).await.expect("it runs");
    }
    let probe = Command::AppointProbe { account: AccountId(1003), is_appointed: true };
    venue.server.operator.submit(probe).await.expect("it is decided");
    venue
}

async fn listening(venue: &Venue, number: u32) -> Wire {
    let mut wire = venue.member(number).await;
    wire.ask("subscribe", json!({ "channels": ["obligations"] })).await;
    wire
}

/// The next event of a kind.
async fn next(wire: &mut Wire, kind: &str) -> Value {
    loop {
        let message = wire.hear().await.expect("it goes on");
        if message["params"]["kind"] == kind {
            return message["params"]["data"].clone();
        }
    }
}

const EIGHT: [(u32, u8); 8] = [(1, 8), (2, 8), (3, 8), (4, 8), (5, 8), (6, 8), (7, 8), (8, 8)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_signed_of_a_delivery_is_done_heard_and_verified() {
    let venue = delivering().await;
    let mut seller = client(&venue, 1001).await;
    let mut buyer = client(&venue, 1002).await;
    let (mut hears, mut heir) = (listening(&venue, 1002).await, listening(&venue, 1004).await);
    let mut owner = listening(&venue, 1001).await;

    seller.meter(MONTH, hour(0), &EIGHT).await.expect("the hour is over");
    buyer.countersign("OB-1", hour(0)).await.expect("it was reported");
    assert_eq!(next(&mut hears, "countersigned").await["hour_ns"], hour(0).0.to_string());
    venue.server.operator.step(hour(2)).await.expect("it runs");
    let paid = next(&mut owner, "obligation").await;
    assert_eq!(paid["paid"], "153.600", "a signed hour is paid when gaps were looked for: {paid}");

    seller.meter(MONTH, hour(1), &EIGHT).await.expect("the hour is over");
    buyer.dispute("OB-1", hour(1), &[(1, 0), (2, 6)]).await.expect("it is open");
    assert_eq!(next(&mut hears, "disputed").await["gpu_hours"], "10");
    let mut probe = client(&venue, 1003).await;
    probe.probe("OB-1", hour(1), &EIGHT).await.expect("it was appointed");
    assert_eq!(next(&mut hears, "probed").await["gpu_hours"], "64");

    seller.post_bond(Mills(5_000_000)).await.expect("its cash is free");
    assert_eq!(next(&mut owner, "bond").await["balance"], "5000.000");
    seller.release_bond(Mills(1_500)).await.expect("nothing needs it");
    assert_eq!(next(&mut owner, "bond").await["balance"], "4998.500");

    let mut spare = client(&venue, 1005).await;
    spare.stand_by(MONTH, &[21, 22], Ticks(2_600)).await.expect("they are free");
    let mut bidder = client(&venue, 1004).await;
    bidder.bid_hours(MONTH, Lots(8), Ticks(2_100)).await.expect("it may");
    let bid = json!({ "symbol": MONTH, "lots": "8", "price": "2.100" });
    assert_eq!(next(&mut heir, "bid").await, bid);

    buyer.transfer("OB-1", "A-1004", Mills(-1_000)).await.expect("it is the buyer's");
    let offered = json!({ "obligation_id": "OB-1", "to": "A-1004", "price": "-1.000" });
    assert_eq!(next(&mut heir, "offered").await, offered);
    bidder.accept_transfer("OB-1").await.expect("it was offered");
    assert_eq!(next(&mut hears, "handed_over").await["as"], "OB-2");
    let list = bidder.obligations().await.expect("a list");
    assert_eq!(list.obligations[0].obligation_id, "OB-2");

    let (dir, _folder) = venue.stop().await;
    let signatures = Some(gateway::claims::agree as sequencer::Agree);
    let checks = Checks { signatures, ..Checks::default() };
    verify_with(&dir, &checks).expect("every signature says what its command does");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_forged_or_malformed_is_not_even_sequenced() {
    let venue = delivering().await;
    let mut wire = venue.member(1002).await;
    let now = hour(0).0.to_string();
    let claim = json!({ "obligation_id": "OB-1", "hour_ns": now, "readings": [[1, 0]] });
    let bond = json!({ "amount": "5.000" });
    let good = [
        ("delivery.pledge", json!({ "symbol": MONTH, "nodes": [1] })),
        ("delivery.meter", json!({ "symbol": MONTH, "hour_ns": now, "readings": [[1, 8]] })),
        ("delivery.countersign", json!({ "obligation_id": "OB-1", "hour_ns": now })),
        ("delivery.dispute", claim.clone()),
        ("delivery.probe", claim.clone()),
        ("delivery.standby", json!({ "symbol": MONTH, "nodes": [1], "price": "2.500" })),
        ("delivery.bid", json!({ "symbol": MONTH, "lots": "8", "price": "2.500" })),
        ("delivery.transfer", json!({ "obligation_id": "OB-1", "to": "A-1004", "price": "1" })),
        ("delivery.accept_transfer", json!({ "obligation_id": "OB-1" })),
        ("bond.post", bond.clone()),
        ("bond.release", bond.clone()),
    ];
    let before = venue.digest().await;
    for (method, payload) in &good {
        let forged = signed_by(1001, 1002, method, 1, payload);
        let answer = wire.ask(method, forged).await;
        assert_eq!(answer["error"]["code"], 1009, "the key of another under {method}: {answer}");
        let other = signed_by(1002, 1002, "delivery.elect", 1, payload);
        let answer = wire.ask(method, other).await;
        assert_eq!(answer["error"]["code"], 1009, "another method under {method}: {answer}");
        let mut more = payload.clone();
        more["more"] = json!(1);
        let answer = wire.ask(method, signed_by(1002, 1002, method, 1, &more)).await;
        assert_eq!(answer["error"]["code"], 1009, "too much under {method}: {answer}");
    }
    let with = |payload: &Value, name: &str, value: Value| {
        let mut payload = payload.clone();
        payload[name] = value;
        payload
    };
    let bad = [
        ("delivery.dispute", with(&claim, "readings", json!([[1, -1]])), 1009),
        ("delivery.dispute", with(&claim, "readings", json!([[-1, 1]])), 1009),
        ("delivery.probe", with(&claim, "readings", json!([[1, 300]])), 1009),
        ("delivery.probe", with(&claim, "hour_ns", json!("-3600000000000")), -32602),
        ("delivery.dispute", with(&claim, "hour_ns", json!("4611686018427387905")), -32602),
        ("delivery.dispute", with(&claim, "obligation_id", json!("7")), -32602),
        ("bond.post", with(&bond, "amount", json!("1.0001")), -32602),
        ("bond.post", with(&bond, "amount", json!(1)), 1009),
        ("bond.release", with(&bond, "amount", json!("all")), -32602),
        ("delivery.standby", with(&good[5].1, "symbol", json!("H900-US-2027M02")), 2001),
        ("delivery.standby", with(&good[5].1, "price", json!("2.5001")), 2003),
        ("delivery.bid", with(&good[6].1, "lots", json!("-8")), -32602),
        ("delivery.transfer", with(&good[7].1, "to", json!("1004")), -32602),
    ];
    for (method, payload, expected) in &bad {
        let answer = wire.ask(method, signed_by(1002, 1002, method, 1, payload)).await;
        assert_eq!(answer["error"]["code"], *expected, "{method} {payload} got {answer}");
    }
    assert_eq!(venue.digest().await, before, "none of these was sequenced");
    let meter = signed_by(1002, 1002, "bond.post", 7, &bond);
    assert!(wire.ask("bond.post", meter.clone()).await["error"].is_null());
    assert_eq!(wire.ask("bond.post", meter).await["error"]["code"], 1010, "a nonce is good once");
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Process::new(cargo)
        .args(["build", "--quiet", "-p", "clients", "--bin", "ghx"])
        .current_dir(sources::root())
        .status();
    assert!(built.expect("cargo runs").success(), "ghx is built");
    let here = std::env::current_exe().expect("a test is a program");
    here.ancestors().nth(2).expect("target/debug/deps").join("ghx")
}

fn write_keys(folder: &Path, venue: &Venue) {
    let trade = venue.server.trade;
    let entry = |(name, number): (&str, u32)| {
        let (key, seed) = (key_id(number), STANDARD.encode(secret(number).to_bytes()));
        format!(
            "[[key]]\nname = \"{name}\"\naccount = {number}\nkey_id = \"{key}\"\nseed = \"{seed}\"\n"
        )
    };
    let names = ["seller", "buyer", "probe", "other", "spare"];
    let entries: String = names.into_iter().zip(MEMBERS).map(entry).collect();
    let text =
        format!("trade = \"ws://{trade}/v1/trade\"\nfeed = \"ws://{trade}/v1/md\"\n{entries}");
    std::fs::write(folder.join("keys.toml"), text).expect("it is written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_command_line_previews_and_then_says_it() {
    let (program, folder) = (build(), tempfile::tempdir().expect("a folder"));
    let venue = delivering().await;
    write_keys(folder.path(), &venue);
    client(&venue, 1001).await.meter(MONTH, hour(0), &EIGHT).await.expect("the hour is over");
    let ghx = |arguments: &str, is_good: bool, expected: &str| {
        let (done, said) = run(&program, folder.path(), &format!("--keys keys.toml {arguments}"));
        assert_eq!(done, is_good, "{arguments}: {said}");
        assert!(said.contains(expected), "{arguments}: {said}");
    };
    let month = "H100-US-2027M02";
    let verbs = [
        ("--as buyer deliver dispute OB-1 2027-02-01T00:00:00Z 1=0 2-3=6", "claimed 1=0 2-3=6"),
        ("--as probe provider probe OB-1 2027-02-01T00:00:00Z 1-2=8", "reported 1-2=8"),
        ("--as buyer deliver countersign OB-1 2027-02-01T00:00:00Z", "signed the receipt of"),
        ("--as seller provider bond post 5000", "posted $5,000.00 of bond"),
        ("--as seller provider bond release 12.50", "released $12.50 of bond"),
        (&format!("--as spare provider standby {month} 21-22 --price 2.6"), "offered 2 nodes"),
        (&format!("--as spare provider standby {month} none --price 2.6"), "offered 0 nodes"),
        (&format!("--as other deliver bid {month} --lots 8 --price 2.1"), "bid for 8 lots"),
        ("--as buyer deliver transfer OB-1 --to A-1004 --price -1", "the rest of OB-1 to A-1004"),
        ("--as other deliver accept-transfer OB-1", "took the rest of OB-1"),
    ];
    for (arguments, said) in &verbs {
        ghx(arguments, true, "preview: nothing was sent");
        ghx(&format!("{arguments} --json"), true, "{\"");
        ghx(&format!("{arguments} --execute"), true, said);
    }
    ghx("--as buyer deliver countersign OB-9 2027-02-01T00:00:00Z --execute --json", false, "7133");
    ghx("--as seller provider bond post 1 --execute --json", true, "{");
    ghx("deliver countersign OB-1 2027-02-01T00:30:00Z", false, "the start of an hour");
    ghx("deliver dispute OB-1 2027-02-01T00:00:00Z 1=9", false, "is no reading");
    ghx("provider probe OB-1 2027-02-01T00:00:00Z 1=-1", false, "is no reading");
    let (dir, _folder) = venue.stop().await;
    assert_eq!(performed(&dir), verbs.len() + 2, "what was executed, and no preview");
    let signatures = Some(gateway::claims::agree as sequencer::Agree);
    verify_with(&dir, &Checks { signatures, ..Checks::default() }).expect("it is signed");
}

/// How many commands of a log are about deliveries on their way.
fn performed(dir: &Path) -> usize {
    let log = FileLog::open(dir).expect("it is whole");
    let commands = log.read(1).expect("it can be read").map(|one| one.expect("a record").value);
    let is_one = |command: &Command| {
        matches!(
            command,
            Command::CountersignHour { .. }
                | Command::DisputeHour(_)
                | Command::ProbeHour(_)
                | Command::OfferStandby(_)
                | Command::BidStandby(_)
                | Command::PostBond { .. }
                | Command::ReleaseBond { .. }
                | Command::TransferObligation { .. }
                | Command::AcceptObligation { .. }
        )
    };
    commands.filter(is_one).count()
}
