//! `kill -9` of the real process while orders come in: no acknowledged order is lost, none is doubled,
//! and a request whose answer never came has one effect when it is sent again.
//!
//! The process takes a snapshot every hundred records, and every start but the first few goes on from
//! one. `GIGAHOUR_KILLS=200` says how often it is killed; `kill9.sh --kills 200` does that.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tests::prng::Prng;

use crate::sources;
use crate::venue::{SYMBOL, Wire, key_id, secret};

const MEMBER: u32 = 1001;

/// Requests that are on their way at once.
const IN_FLIGHT: usize = 8;

/// Most orders between two kills, well below what one account may have open.
const MOST_ORDERS: usize = 160;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_order_is_lost_or_doubled() {
    let kills = std::env::var("GIGAHOUR_KILLS").ok();
    let kills: u64 = kills.map_or(5, |text| text.parse().expect("a number of kills"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = build();
    let config = write_config(folder.path());
    let mut prng = Prng::new(kills);
    let (mut acknowledged, mut unanswered, mut from_snapshot) = (0, 0, 0);
    for round in 0..kills {
        let process = Process::start(&program, &config);
        let mut wire = process.log_in().await;
        let pause = Duration::from_millis(prng.below(400));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(pause);
            process.kill();
        });
        let sent = storm(&mut wire, round).await;
        killer.join().expect("it kills and ends");
        acknowledged += sent.acknowledged.len();
        unanswered += sent.unanswered.len();

        let process = Process::start(&program, &config);
        from_snapshot += u64::from(process.is_from_snapshot);
        let mut wire = process.log_in().await;
        check_nothing_is_lost_or_doubled(&mut wire, &sent).await;
        process.kill();
    }
    let verified = Command::new(&program).arg("verify").arg(folder.path().join("log")).output();
    let verified = verified.expect("the program runs");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    println!(
        "{kills} kills: {acknowledged} acknowledged, 0 lost; {unanswered} unanswered, 0 doubled; \
         {from_snapshot} starts from a snapshot"
    );
    assert!(0 < acknowledged, "the process was killed before it did anything");
    assert!(kills / 2 < from_snapshot, "only {from_snapshot} starts were from a snapshot");
}

/// The names of orders whose answer came, and of those whose answer did not.
#[derive(Default)]
struct Sent {
    acknowledged: BTreeSet<String>,
    unanswered: BTreeSet<String>,
}

/// Sends orders, several at a time, until the process is gone.
async fn storm(wire: &mut Wire, round: u64) -> Sent {
    let mut sent = Sent::default();
    for batch in 0..MOST_ORDERS / IN_FLIGHT {
        let names: Vec<String> = (0..IN_FLIGHT).map(|n| format!("k{round}-{batch}-{n}")).collect();
        for name in &names {
            sent.unanswered.insert(name.clone());
            let request = json!({
                "jsonrpc": "2.0", "id": name, "method": "order.place", "params": order(name),
            });
            if !wire.try_send(&request).await {
                return sent;
            }
        }
        let mut answers = 0;
        while answers < names.len() {
            let Some(message) = wire.hear().await else { return sent };
            let Some(name) = message["id"].as_str() else { continue };
            assert_eq!(message["result"]["state"], "open", "{message}");
            sent.unanswered.remove(name);
            sent.acknowledged.insert(name.to_owned());
            answers += 1;
        }
    }
    // It has outrun the killer; the rest of the round is to wait for it.
    wire.hear_out().await;
    sent
}

/// After a restart every acknowledged order is open, and sending the others again leaves one of each.
async fn check_nothing_is_lost_or_doubled(wire: &mut Wire, sent: &Sent) {
    let open = open_orders(wire).await;
    let lost: Vec<&String> = sent.acknowledged.difference(&open).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    for name in &sent.unanswered {
        let answer = wire.ask("order.place", order(name)).await;
        assert_eq!(answer["result"]["state"], "open", "{answer}");
        assert_eq!(answer["result"]["dup"], json!(open.contains(name)), "{answer}");
    }
    let expected: BTreeSet<String> = sent.acknowledged.union(&sent.unanswered).cloned().collect();
    assert_eq!(open_orders(wire).await, expected, "each order is there once");
    let canceled = wire.ask("order.cancel_all", json!({})).await;
    assert_eq!(canceled["result"]["canceled"], json!(expected.len()), "{canceled}");
}

async fn open_orders(wire: &mut Wire) -> BTreeSet<String> {
    let answer = wire.ask("orders.list", json!({})).await;
    let orders = answer["result"]["orders"].as_array().expect("a list of orders");
    let name = |order: &Value| order["client_order_id"].as_str().expect("a name").to_owned();
    let names: BTreeSet<String> = orders.iter().map(name).collect();
    assert_eq!(names.len(), orders.len(), "no order stands twice");
    names
}

/// One lot far below the market, which outlives its session.
fn order(name: &str) -> Value {
    json!({
        "symbol": SYMBOL, "client_order_id": name, "side": "buy", "type": "limit",
        "price": "2.300", "qty": "1", "cod": false,
    })
}

/// A venue as its operator runs it.
struct Process {
    child: Child,
    trade: String,
    /// It did not replay the whole log.
    is_from_snapshot: bool,
}

impl Process {
    /// Starts the program and waits until it says where it listens.
    fn start(program: &Path, config: &Path) -> Self {
        let mut child = Command::new(program)
            .args(["serve", "--config"])
            .arg(config)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let (mut said, mut is_from_snapshot) = (Vec::new(), false);
        let trade = loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("it ended before it listened:\n{}", said.join("\n"));
            };
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["fields"]["message"] == "listening" {
                break entry["fields"]["trade"].as_str().expect("an address").to_owned();
            }
            let fields = &entry["fields"];
            is_from_snapshot |= fields["replayed"].as_u64() < fields["records"].as_u64();
            said.push(line);
        };
        // Somebody must read what it says, or it would wait for that.
        std::thread::spawn(move || lines.count());
        Self { child, trade, is_from_snapshot }
    }

    async fn log_in(&self) -> Wire {
        let mut wire = Wire::open(&format!("ws://{}/v1/trade", self.trade)).await;
        let answer = wire.log_in(MEMBER).await;
        assert!(answer["error"].is_null(), "{answer}");
        wire
    }

    /// Ends it as a power cut would.
    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it was started here");
    }
}

/// The program as it is now, built where this test was built.
pub(crate) fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "-p", "gateway", "--bin", "gigahour"])
        .current_dir(sources::root())
        .status();
    assert!(built.expect("cargo runs").success(), "gigahour is built");
    let here = std::env::current_exe().expect("a test is a program");
    let program = here.ancestors().nth(2).expect("target/debug/deps").join("gigahour");
    assert!(program.is_file(), "{} was built", program.display());
    program
}

fn write_config(folder: &Path) -> PathBuf {
    let market = sources::root().join("gateway/market/market.toml");
    let market = market.canonicalize().expect("the market of the demo");
    let public = STANDARD.encode(secret(MEMBER).verifying_key().as_bytes());
    let text = format!(
        "data_dir = \"log\"\n\
         market = {market:?}\n\
         env = \"prod\"\n\
         trade = \"127.0.0.1:0\"\n\
         http = \"127.0.0.1:0\"\n\
         reserve_mib = 0\n\
         snapshot_every = 100\n\
         clock = {{ kind = \"scaled\", start = \"2027-01-11\", speed = 1 }}\n\
         [[account]]\n\
         number = {MEMBER}\n\
         name = \"member\"\n\
         tier = \"maker\"\n\
         deposit_mills = 100_000_000_000\n\
         key = [{{ id = {:?}, public = \"{public}\", scopes = [\"read\", \"trade\"] }}]\n",
        key_id(MEMBER)
    );
    let path = folder.join("gigahour.toml");
    std::fs::write(&path, text).expect("a temporary folder can be written");
    path
}
