//! the GPU leases of a real cluster over 149 days, replayed as receipts of whole GPU-hours.
//! What is delivered is what was leased, to the GPU-hour, and what fills no GPU-hour waits for the next one.

use std::path::Path;

use tests::conservation::Conservation;
use tests::scenario;
use types::{
    AccountId, Command, GpuHours, NodeId, NodeReading, Proof, Sequenced, Timestamp, YearMonth,
};

use crate::recordings;

/// Nodes of the contract: the cluster never leased more than 60 GPUs at once.
const NODES: u64 = 8;
const SELLER: AccountId = AccountId(1002);
/// Months that hold the 149 days.
const MONTHS: i32 = 5;
/// Thousandths of a GPU times seconds in a GPU-hour.
const SHARES: u64 = 3_600_000;

#[test]
fn the_leases_of_a_cluster_are_delivered_to_the_gpu_hour() {
    let Some(folder) = recordings::folder("gpu_cluster_openb_2023") else { return };
    let shares = shares(&folder.join("leases.csv"));
    assert_eq!(shares.len(), 3_585, "hours of the record");
    let all: u64 = shares.iter().sum();
    assert_eq!((all + SHARES / 20) / (SHARES / 10), 514_707, "51,470.7 GPU-hours were leased");

    let mut venue = Venue::open();
    let (mut waiting, mut reported) = (0, 0);
    for (n, leased) in (0..).zip(&shares) {
        waiting += leased;
        let whole = waiting / SHARES;
        waiting -= whole * SHARES;
        reported += whole;
        venue.report(n, whole);
    }
    venue.advance_to(month(MONTHS).first_day().start().plus(3 * Timestamp::DAY));
    let ends = venue.heard.view().obligations.values().map(tests::view::Ends::report);
    let delivered: GpuHours = ends.map(|report| report.delivered).sum();
    assert_eq!((delivered, waiting / (SHARES / 10)), (GpuHours(reported), 6));
    assert_eq!(delivered, GpuHours(51_470), "and 0.67 of a GPU-hour that fills none");
    assert_eq!(venue.heard.hours_open(), GpuHours(0));
    venue.exchange.audit();
}

/// Thousandths of a GPU times seconds that were leased in each hour since the record began.
fn shares(leases: &Path) -> Vec<u64> {
    let mut hours: Vec<u64> = Vec::new();
    for line in recordings::lines(leases).skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [_, gpus, _, _, _, _, start, end, _] = cells[..] else { panic!("a lease: {line}") };
        let (Ok(start), Ok(end)) = (start.parse::<u64>(), end.parse::<u64>()) else { continue };
        for hour in start / 3600..end.div_ceil(3600) {
            let (from, until) = (start.max(hour * 3600), end.min((hour + 1) * 3600));
            let at = usize::try_from(hour).expect("an hour");
            hours.resize(hours.len().max(at + 1), 0);
            hours[at] += thousandths(gpus) * (until - from);
        }
    }
    hours
}

fn thousandths(gpus: &str) -> u64 {
    let (whole, part) = gpus.split_once('.').unwrap_or((gpus, "0"));
    let number = |text: &str| text.parse::<u64>().expect("digits");
    assert!(part.len() <= 3, "no finer than a thousandth: {gpus}");
    number(whole) * 1000 + number(&format!("{part:0<3}"))
}

/// Eight lots of each month, bought and sold.
struct Venue {
    exchange: engine::Exchange,
    heard: Conservation,
    seq: u64,
    now: Timestamp,
}

impl Venue {
    fn open() -> Self {
        let mut text = format!(
            "terms months {MONTHS}\nlist H100-US-2027M02\nfund lab 100000000 provider 100000000\n"
        );
        for n in 0..MONTHS {
            let symbol = symbol(n);
            text += &format!("lab buy 8 @ 2400 on {symbol}\n    ...\n");
            text += &format!("provider sell 8 @ 2400 on {symbol}\n    ...\n");
            text += &format!("provider pledge 1-8 on {symbol} nonce {}\n    ...\n", n + 1);
        }
        let log = scenario::log(&text).unwrap_or_else(|failure| panic!("{failure}"));
        let (exchange, heard) = (engine::Exchange::new(), Conservation::default());
        let mut venue = Self { exchange, heard, seq: 0, now: Timestamp(0) };
        for Sequenced { time, value, .. } in log {
            venue.now = time;
            venue.apply(value);
        }
        venue
    }

    /// What the nodes delivered in an hour, the lowest first.
    fn report(&mut self, n: i64, gpu_hours: u64) {
        let hour = month(0).first_day().start().plus(n * Timestamp::HOUR);
        self.advance_to(hour.plus(Timestamp::HOUR));
        let of = hour.date().month();
        let symbol = format!("H100-US-{:04}M{:02}", of.year(), of.month());
        let instrument = self.heard.view().contract(&symbol).expect("it is listed").instrument.id;
        assert!(gpu_hours <= NODES * 8, "{gpu_hours} GPU-hours in one hour");
        let reading = |node: u64| NodeReading {
            node: NodeId(u32::try_from(node + 1).expect("a node")),
            gpu_hours: u8::try_from(gpu_hours.saturating_sub(node * 8).min(8)).expect("at most 8"),
        };
        let readings = (0..NODES).map(reading).collect();
        let nonce = 100 + n.unsigned_abs();
        let proof = Proof { payload: Vec::new(), nonce, signature: vec![0; 64] };
        self.apply(Command::MeterHour { account: SELLER, instrument, hour, readings, proof });
    }

    fn advance_to(&mut self, time: Timestamp) {
        self.now = time;
        self.apply(Command::ClockAdvanced);
    }

    fn apply(&mut self, value: Command) {
        self.seq += 1;
        let mut events = Vec::new();
        let command = Sequenced { seq: self.seq, time: self.now, value };
        self.exchange.apply(&command, &mut events);
        self.heard.check(&events);
    }
}

/// The month so many after February 2027.
fn month(n: i32) -> YearMonth {
    YearMonth::new(2027, 2).expect("February").plus(n)
}

fn symbol(n: i32) -> String {
    let month = month(n);
    format!("H100-US-{:04}M{:02}", month.year(), month.month())
}
