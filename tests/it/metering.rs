//! The metering agent against a real venue: hours of a trace become receipts, an agent that dies and
//! comes back counts nothing twice, and what the buyer pays for is what the trace says.

use std::collections::BTreeMap;
use std::path::Path;

use clients::meter::agent::{self, Outcome};
use clients::meter::journal::Journal;
use clients::meter::nodes::Nodes;
use clients::meter::trace;
use clients::{Client, Credentials};
use protocol::client::PlaceOrder;
use types::{Date, Side, Timestamp};

use crate::venue::{Venue, key_id, secret};

const MONTH: &str = "H100-US-2027M02";
const NODES: u32 = 8;

async fn client(venue: &Venue, number: u32) -> Client {
    let url = format!("ws://{}/v1/trade", venue.server.trade);
    let credentials =
        Credentials { key_id: key_id(number), account: number, seed: secret(number).to_bytes() };
    Client::connect(&url, Some(&credentials)).await.expect("it listens")
}

async fn step(venue: &Venue, month: u8, day: u8, hour: i64) {
    let time = Date::from_civil(2027, month, day).start().plus(hour * Timestamp::HOUR);
    venue.server.operator.step(time).await.expect("it runs");
}

/// A venue on which 1001 delivers eight nodes to 1002 in February.
async fn delivering() -> (Venue, Client) {
    let venue = Venue::open().await;
    let (mut seller, mut buyer) = (client(&venue, 1001).await, client(&venue, 1002).await);
    let order = |side| PlaceOrder::limit(MONTH, "x", side, "2.400", "8");
    seller.place(order(Side::Sell)).await.expect("it rests");
    buyer.place(order(Side::Buy)).await.expect("it trades");
    let nodes: Vec<u32> = (1..=NODES).collect();
    seller.pledge(MONTH, &nodes).await.expect("they are free");
    step(&venue, 1, 18, 17).await;
    step(&venue, 1, 22, 17).await;
    step(&venue, 2, 1, 0).await;
    (venue, seller)
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("it is written");
}

/// The nodes' machines, and a trace of two days in which one of them is down for half of the first.
fn files(folder: &Path) -> (Nodes, trace::Hours) {
    let rows = (1..=NODES).map(|node| format!("{node} = \"gpu-{node}\"\n")).collect::<String>();
    let (nodes, hours) = (folder.join("nodes.toml"), folder.join("hours.csv"));
    write(&nodes, &format!("[[contract]]\nsymbol = \"{MONTH}\"\n[contract.nodes]\n{rows}"));
    let mut table = "hour,host,gpu_hours\n".to_owned();
    for (day, hour, node) in (1..=2)
        .flat_map(|day| (0..24).map(move |hour| (day, hour)))
        .flat_map(|(day, hour)| (1..=NODES).map(move |node| (day, hour, node)))
    {
        let gpu_hours = if (day, node) == (1, 3) && hour < 12 { 0 } else { 8 };
        table += &format!("2027-02-0{day}T{hour:02}:00:00Z,gpu-{node},{gpu_hours}\n");
    }
    write(&hours, &table);
    (Nodes::load(&nodes).expect("nodes"), trace::load(&hours).expect("hours"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_dies_again_and_again_posts_every_hour_once() {
    let (venue, mut seller) = delivering().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (nodes, hours) = files(folder.path());
    let path = folder.path().join("journal.json");
    let mut journal = Journal::open(&path).expect("a new one");
    let early = agent::post_trace(&mut seller, &nodes, &mut journal, &hours).await;
    assert_eq!(early.expect("asked")[0].outcome, Outcome::NotYet, "no hour is over");

    // The exchange comes to the end of the first day, and the agent is killed in the middle of its work,
    // each time a little later: at every await it may be dropped, and only the file is left of it.
    step(&venue, 2, 2, 0).await;
    let mut lives = 0;
    for polls in 1.. {
        lives += 1;
        let mut mortal = client(&venue, 1001).await;
        let mut journal = Journal::open(&path).expect("what was written");
        let work = agent::post_trace(&mut mortal, &nodes, &mut journal, &hours);
        let done = tokio::time::timeout(std::time::Duration::from_micros(polls * 700), work).await;
        if let Ok(receipts) = done {
            let receipts = receipts.expect("posted");
            assert!(receipts.iter().all(|receipt| receipt.outcome != Outcome::TooLate));
            break;
        }
    }
    assert!(2 < lives, "it was never killed");

    step(&venue, 2, 3, 0).await;
    let mut again = client(&venue, 1001).await;
    let mut journal = Journal::open(&path).expect("what was written");
    let rest = agent::post_trace(&mut again, &nodes, &mut journal, &hours).await.expect("posted");
    assert_eq!(rest.len(), 24, "only the second day is left");
    assert!(
        rest.iter().all(|receipt| (receipt.gpu_hours, &receipt.outcome) == (64, &Outcome::Posted))
    );
    let none = agent::post_trace(&mut again, &nodes, &mut journal, &hours).await.expect("asked");
    assert_eq!(none, []);

    step(&venue, 2, 4, 1).await;
    let list = again.obligations().await.expect("a list");
    let [obligation] = &list.obligations[..] else { panic!("one obligation: {list:?}") };
    let due = 49 * 64;
    // Nobody has reported the hour after the trace, which is final too.
    let delivered = 2 * 24 * 64 - 12 * 8;
    assert_eq!(obligation.delivered_gpu_hours, delivered.to_string());
    assert_eq!(obligation.shortfall_gpu_hours, (due - delivered).to_string());
    let late =
        BTreeMap::from([(hours.keys().next().copied().expect("the first"), BTreeMap::new())]);
    let mut fresh = Journal::open(&folder.path().join("fresh.json")).expect("a new one");
    let told = agent::post_trace(&mut again, &nodes, &mut fresh, &late).await.expect("asked");
    assert_eq!(told[0].outcome, Outcome::TooLate);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_of_the_machines_become_the_receipt_of_their_hour() {
    let (venue, mut seller) = delivering().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (nodes, _) = files(folder.path());
    let mut journal = Journal::open(&folder.path().join("journal.json")).expect("a new one");
    let hour = Date::from_civil(2027, 2, 1).start();
    for minute in 0..60 {
        let gpus = |node: u32| if node == 2 && minute < 30 { 0 } else { 8 };
        let sample = (1..=NODES).map(|node| (format!("gpu-{node}"), gpus(node))).collect();
        journal.count(hour.plus(minute * Timestamp::MINUTE), &sample).expect("it is written");
    }
    step(&venue, 2, 1, 1).await;
    let now = hour.plus(Timestamp::HOUR);
    let told = agent::post_seen(&mut seller, &nodes, &mut journal, now).await.expect("posted");
    assert_eq!((told.len(), told[0].gpu_hours, &told[0].outcome), (1, 60, &Outcome::Posted));
    step(&venue, 2, 2, 2).await;
    let list = seller.obligations().await.expect("a list");
    assert_eq!(list.obligations[0].delivered_gpu_hours, "60");
}
