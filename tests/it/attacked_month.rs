//! A month under attack, over the wire. Nodes are pledged twice, receipts are forged, replayed, late, early
//! and of other people's obligations; one buyer disputes every hour, another stops paying; a provider
//! vanishes. Each ends as the rule says, and the ledger is whole.,
//!

use std::collections::BTreeMap;

use clients::{Client, Error};
use protocol::client::PlaceOrder;
use protocol::server::{DoneResult, InvoiceData};
use sequencer::{Checks, CommandLog, FileLog, verify_with};
use serde_json::{Value, json};
use tests::conservation::Conservation;
use tests::market;
use types::{AccountId, Command, DeliveryRole, Lots, Mills, ProductId, Side, Ticks, Timestamp};

use crate::capacity::signed_by;
use crate::performing::{MONTH, client, hour};
use crate::venue::{Venue, Wire, account};

/// Hours of February.
const HOURS: i64 = 672;
/// Whose buyer disputes every hour, with 24 nodes.
const HONEST: u32 = 1001;
const QUARRELSOME: u32 = 1002;
/// With 16 nodes, for a hundred hours.
const VANISHING: u32 = 1003;
const FORSAKEN: u32 = 1004;
/// Whose buyer stops paying, with 8 nodes.
const PATIENT: u32 = 1005;
const PENNILESS: u32 = 1006;
const ATTACKER: u32 = 1007;
const PROBE: u32 = 1008;
const SPARE: u32 = 1009;
const BIDDER: u32 = 1010;

/// The month on its way.
struct Attacked {
    venue: Venue,
    members: BTreeMap<u32, Client>,
    /// Bare sockets of who attacks and of whom it pretends to be.
    attacker: Wire,
    honest: Wire,
    nonce: u64,
}

impl Attacked {
    async fn open() -> Self {
        let venue = Venue::open_with(|config| {
            config.market.delivery.performance = Some(market::performance());
            config.market.clearing.house_capital_mills = 1_000_000_000;
            config.accounts = (HONEST..=BIDDER).map(account).collect();
            config.accounts[5].deposit = Mills(50_000_000);
        })
        .await;
        let mut members = BTreeMap::new();
        for number in HONEST..=BIDDER {
            members.insert(number, client(&venue, number).await);
        }
        let (attacker, honest) = (venue.member(ATTACKER).await, venue.member(HONEST).await);
        Self { venue, members, attacker, honest, nonce: 1 << 60 }
    }

    fn member(&mut self, number: u32) -> &mut Client {
        self.members.get_mut(&number).expect("it is a member")
    }

    async fn trade(&mut self, seller: u32, buyer: u32, lots: &str) {
        let order = |side| PlaceOrder::limit(MONTH, "x", side, "2.400", lots);
        self.member(seller).place(order(Side::Sell)).await.expect("it rests");
        self.member(buyer).place(order(Side::Buy)).await.expect("it trades");
    }

    async fn pledge(&mut self, seller: u32, count: u32) {
        let nodes: Vec<u32> = (1..=count).collect();
        self.member(seller).pledge(MONTH, &nodes).await.expect("they are free");
    }

    async fn step(&self, time: Timestamp) {
        self.venue.server.operator.step(time).await.expect("it runs");
    }

    async fn report(&mut self, seller: u32, count: u32, n: i64) -> Result<DoneResult, Error> {
        let readings: Vec<(u32, u8)> = (1..=count).map(|node| (node, 8)).collect();
        self.member(seller).meter(MONTH, hour(n), &readings).await
    }

    /// An hour that is over: what everybody says of it.
    async fn pass(&mut self, n: i64) {
        self.step(hour(n + 1)).await;
        self.report(HONEST, 24, n).await.expect("it delivers");
        let none: Vec<(u32, u8)> = (1..=24).map(|node| (node, 0)).collect();
        self.member(QUARRELSOME).dispute("OB-1", hour(n), &none).await.expect("it is open");
        if n < HOURS / 2 {
            let all: Vec<(u32, u8)> = (1..=24).map(|node| (node, 8)).collect();
            self.member(PROBE).probe("OB-1", hour(n), &all).await.expect("it was appointed");
        }
        if n < 100 {
            self.report(VANISHING, 16, n).await.expect("it delivers");
        }
        self.report(PATIENT, 8, n).await.expect("it delivers");
        // What covers begins with the hour in which it was called.
        if 102 <= n {
            self.report(SPARE, 8, n).await.expect("it covers");
        }
        if n % 96 == 95 {
            self.attack(n).await;
        }
    }

    /// Each attempt is refused for its own reason.
    async fn attack(&mut self, n: i64) {
        let double = self.member(HONEST).pledge(MONTH, &[1]).await;
        assert_eq!(code(double), 7102, "the month is assigned");
        let other = self.report(ATTACKER, 1, n).await;
        assert_eq!(code(other), 7104, "no node of its own is pledged");
        let late = self.report(HONEST, 24, n - 30).await;
        assert_eq!(code(late), 7107, "the receipts of that hour are final");
        let early = self.report(HONEST, 24, n + 1).await;
        assert_eq!(code(early), 7106, "the hour is still to come");
        let attacker = self.member(ATTACKER);
        assert_eq!(code(attacker.countersign("OB-1", hour(n)).await), 7133, "not the buyer");
        assert_eq!(code(attacker.dispute("OB-1", hour(n), &[(1, 0)]).await), 7133, "not the buyer");
        assert_eq!(code(attacker.probe("OB-1", hour(n), &[(1, 0)]).await), 7141, "no probe");
        assert_eq!(code(attacker.accept_transfer("OB-1").await), 7144, "not offered");

        let receipt = json!({
            "symbol": MONTH, "hour_ns": hour(n).0.to_string(), "readings": [[1, 8]],
        });
        let forged = signed_by(ATTACKER, HONEST, "delivery.meter", self.nonce, &receipt);
        refused(&mut self.honest, forged, 1009).await;
        let stolen = signed_by(HONEST, HONEST, "delivery.meter", self.nonce, &receipt);
        refused(&mut self.attacker, stolen.clone(), 1009).await;
        let first = self.honest.ask("delivery.meter", stolen.clone()).await;
        assert!(first["error"].is_null(), "the owner may send it: {first}");
        refused(&mut self.honest, stolen, 1010).await;
        self.nonce += 1;
    }
}

async fn refused(wire: &mut Wire, params: Value, expected: i32) {
    let answer = wire.ask("delivery.meter", params).await;
    assert_eq!(answer["error"]["code"], expected, "{answer}");
}

fn code(answer: Result<DoneResult, Error>) -> i32 {
    answer.expect_err("it is refused").code().expect("by the exchange")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_attack_ends_as_the_rule_says_and_the_ledger_is_whole() {
    let mut month = Attacked::open().await;
    for (seller, buyer, lots) in
        [(HONEST, QUARRELSOME, "24"), (VANISHING, FORSAKEN, "16"), (PATIENT, PENNILESS, "8")]
    {
        month.trade(seller, buyer, lots).await;
    }
    for (seller, count) in [(HONEST, 24), (VANISHING, 16), (PATIENT, 8)] {
        month.pledge(seller, count).await;
    }
    let double = month.member(HONEST).pledge(MONTH, &[24, 25]).await;
    assert_eq!(code(double), 7103, "a node is pledged once");
    month
        .member(SPARE)
        .stand_by(MONTH, &(1..=8).collect::<Vec<_>>(), Ticks(2_600))
        .await
        .expect("free");
    month.member(BIDDER).bid_hours(MONTH, Lots(8), Ticks(2_300)).await.expect("it may");
    let operator = &month.venue.server.operator;
    let probe = Command::AppointProbe { account: AccountId(PROBE), is_appointed: true };
    let index = Command::PublishIndex { product: ProductId(0), price: Ticks(2_650) };
    for command in [probe, index] {
        operator.submit(command).await.expect("it is decided");
    }
    for time in [hour(-14 * 24 + 17), hour(-10 * 24 + 17), hour(0)] {
        month.step(time).await;
    }
    for n in 0..HOURS {
        month.pass(n).await;
    }
    month.step(hour(HOURS + 48)).await;
    ends(&mut month).await;

    let (dir, _folder) = month.venue.stop().await;
    let signatures = Some(gateway::claims::agree as sequencer::Agree);
    verify_with(&dir, &Checks { signatures, ..Checks::default() }).expect("all of it is signed");
    let (mut exchange, mut heard) = (engine::Exchange::new(), Conservation::default());
    let log = FileLog::open(&dir).expect("a log");
    for command in log.read(1).expect("it can be read") {
        let mut events = Vec::new();
        exchange.apply(&command.expect("a record"), &mut events);
        heard.check(&events);
    }
    assert_eq!(heard.hours_open(), types::GpuHours(0), "every GPU-hour has ended in one way");
    exchange.audit();
}

/// What each seller is invoiced for.
async fn ends(month: &mut Attacked) {
    let disputed = invoices(month, HONEST).await;
    // The probe read half of the hours whole; of the others the half counts, R-9.11. $0.250 for each
    // GPU-hour beyond 2 %, R-9.7.
    let half = 336 * 24 * 8;
    assert_eq!(shown(&disputed), [(129_024, half + half / 2, half / 2, 0, "7419.000".to_owned())]);

    let vanished = invoices(month, VANISHING).await;
    // Eight lots are covered from the 102nd hour on, R-9.14; the others end in money, R-9.18.
    let (delivered, covered) = (100 * 128, (HOURS - 102) * 64);
    let short = 16 * 8 * HOURS - delivered - covered;
    let (due, damages) = (16 * 8 * HOURS, vanished[0].damages.clone());
    assert_eq!(shown(&vanished), [(due, delivered, short, covered, damages)]);
    let covers = invoices(month, SPARE).await;
    assert_eq!(shown(&covers), [(covered, covered, 0, 0, "0.000".to_owned())]);

    // The buyer's money lasts for a part of the month; the rest of its hours is another's, R-9.19. The
    // seller is paid for all of them.
    let paid = invoices(month, PATIENT).await;
    assert_eq!(paid.len(), 2, "{paid:?}");
    let sum =
        |of: fn(&InvoiceData) -> &str| paid.iter().map(|bill| thousandths(of(bill))).sum::<i64>();
    assert_eq!(sum(|bill| &bill.delivered_gpu_hours), 8 * 8 * HOURS * 1000);
    assert_eq!(sum(|bill| &bill.amount), 8 * 8 * HOURS * 2_400);
    let bought = month.member(BIDDER).invoices().await.expect("a list").invoices;
    assert_eq!(bought.len(), 1, "{bought:?}");
    let none = month.member(ATTACKER).obligations().await.expect("a list").obligations;
    assert!(none.is_empty(), "{none:?}");
}

async fn invoices(month: &mut Attacked, number: u32) -> Vec<InvoiceData> {
    let list = month.member(number).invoices().await.expect("a list").invoices;
    list.into_iter().filter(|bill| bill.role == DeliveryRole::Deliver).collect()
}

/// GPU-hours due, delivered, short and covered, and damages.
fn shown(bills: &[InvoiceData]) -> Vec<(i64, i64, i64, i64, String)> {
    let number = |text: &str| text.parse::<i64>().expect("GPU-hours");
    let one = |bill: &InvoiceData| {
        (
            number(&bill.due_gpu_hours),
            number(&bill.delivered_gpu_hours),
            number(&bill.short_gpu_hours),
            number(&bill.covered_gpu_hours),
            bill.damages.clone(),
        )
    };
    bills.iter().map(one).collect()
}

fn thousandths(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, "000"));
    let number = |text: &str| text.parse::<i64>().expect("digits");
    number(whole) * 1000 + number(part)
}
