//! a year of 400 nodes whose faults were recorded in a real cluster. What the
//! exchange makes of it is what a program that shares no code with it works out, to the mill.

use std::path::Path;
use std::process::Command as Process;

use tests::conservation::Conservation;
use tests::scenario;
use types::{
    AccountFact, AccountId, Command, DeliveryRole, Event, GpuHours, InstrumentId, NodeId,
    NodeReading, Proof, Sequenced, StandbyFact, Timestamp, YearMonth,
};

use crate::recordings;

const NODES: u64 = 400;
const SELLER: AccountId = AccountId(1002);

#[test]
fn a_year_of_recorded_faults_is_settled_to_the_mill() {
    let Some(folder) = recordings::folder("gpu_node_faults_infinitehbd") else { return };
    let recorded = folder.join("hourly.csv");
    let Some(expected) = recomputed(&recorded) else {
        println!("skipped: no python3");
        return;
    };
    let mut venue = Venue::open(12);
    let missing: Vec<u64> = recordings::lines(&recorded).skip(1).map(|line| lost(&line)).collect();
    assert_eq!(missing.len(), 8_352, "hours of the record");
    let mut missing = missing.into_iter();
    for n in 0..12 {
        venue.deliver_month(n, || missing.next().unwrap_or(0));
    }
    venue.advance_to(Venue::start_of(12).plus(3 * Timestamp::DAY));
    assert_eq!(venue.months, expected.lines().collect::<Vec<_>>());
    assert_eq!(venue.heard.hours_open(), GpuHours(0));
    venue.exchange.audit();
}

/// What the independent program says.
fn recomputed(recorded: &Path) -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("recompute_delivery.py");
    let output = Process::new("python3").arg(script).arg(recorded).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("text"))
}

/// GPU-hours lost in an hour of the record, of eight in a node-hour, rounded half up.
fn lost(line: &str) -> u64 {
    let node_hours = line.split(',').nth(2).expect("node-hours lost");
    let (whole, part) = node_hours.split_once('.').unwrap_or((node_hours, "0"));
    let scale = 10_u64.pow(u32::try_from(part.len()).expect("a few digits"));
    let number = |text: &str| text.parse::<u64>().expect("digits");
    ((number(whole) * scale + number(part)) * 16 + scale) / (2 * scale)
}

/// 400 lots of every month, bought and sold.
struct Venue {
    exchange: engine::Exchange,
    heard: Conservation,
    seq: u64,
    now: Timestamp,
    nonce: u64,
    /// A line for each month that was invoiced.
    months: Vec<String>,
}

impl Venue {
    fn open(months: i32) -> Self {
        let mut text = format!(
            "terms months {months} performance 1 cover_limit 0 seller_default 0 bond 500000 block 400\n\
             list H100-US-2027M02\n\
             fund lab 100000000 provider 100000000\n\
             index H100-US 2650\n    ...\n\
             provider bond 2000000 nonce 1\n    ...\n"
        );
        for n in 0..months {
            let symbol = symbol(n);
            text += &format!("lab buy 400 @ 2400 on {symbol}\n    ...\n");
            text += &format!("provider sell 400 @ 2400 on {symbol}\n    ...\n");
            text += &format!("provider pledge 1-400 on {symbol} nonce {}\n    ...\n", n + 2);
        }
        let log = scenario::log(&text).unwrap_or_else(|failure| panic!("{failure}"));
        let mut venue = Self {
            exchange: engine::Exchange::new(),
            heard: Conservation::default(),
            seq: 0,
            now: Timestamp(0),
            nonce: 100,
            months: Vec::new(),
        };
        for Sequenced { time, value, .. } in log {
            venue.now = time;
            venue.apply(value);
        }
        venue
    }

    fn start_of(n: i32) -> Timestamp {
        month(n).first_day().start()
    }

    /// The receipts of a month, of which so many GPU-hours are missing hour by hour.
    fn deliver_month(&mut self, n: i32, mut missing: impl FnMut() -> u64) {
        let start = Self::start_of(n);
        let id = self.heard.view().contract(&symbol(n)).expect("it is listed").instrument.id;
        self.advance_to(start);
        for hour in 0..i64::from(month(n).hours()) {
            let hour = start.plus(hour * Timestamp::HOUR);
            self.advance_to(hour.plus(Timestamp::HOUR));
            self.report(id, hour, missing());
            self.every_hour_is_delivered_or_missing(id);
        }
    }

    /// The lowest nodes run, the highest are down, and one may be down for a part of the hour.
    fn report(&mut self, instrument: InstrumentId, hour: Timestamp, missing: u64) {
        let delivered = NODES * 8 - missing;
        let reading = |n: u64| NodeReading {
            node: NodeId(u32::try_from(n + 1).expect("a node")),
            gpu_hours: u8::try_from(delivered.saturating_sub(n * 8).min(8)).expect("at most 8"),
        };
        let readings = (0..NODES).map(reading).collect();
        self.nonce += 1;
        let proof = Proof { payload: Vec::new(), nonce: self.nonce, signature: vec![0; 64] };
        self.apply(Command::MeterHour { account: SELLER, instrument, hour, readings, proof });
    }

    /// In every hour that is final, what was delivered and what was missing is what was contracted.
    fn every_hour_is_delivered_or_missing(&self, id: InstrumentId) {
        let all = self.heard.view().obligations.values().map(tests::view::Ends::report);
        let report = all.into_iter().find(|report| report.instrument == id).expect("it is written");
        let hours = (self.now.0 - report.start.0) / Timestamp::HOUR - 24;
        let contracted = u64::try_from(hours.max(0)).expect("hours") * NODES * 8;
        assert_eq!(report.delivered + report.short, GpuHours(contracted));
    }

    fn advance_to(&mut self, time: Timestamp) {
        self.now = time;
        self.apply(Command::ClockAdvanced);
    }

    fn apply(&mut self, value: Command) {
        self.seq += 1;
        let command = Sequenced { seq: self.seq, time: self.now, value };
        let mut events = Vec::new();
        self.exchange.apply(&command, &mut events);
        self.heard.check(&events);
        for event in events {
            match event {
                Event::Account { fact: AccountFact::Invoice(bill), .. }
                    if bill.role == DeliveryRole::Deliver =>
                {
                    let month = month(i32::try_from(self.months.len()).expect("twelve"));
                    self.months.push(format!(
                        "{:04}M{:02} due {} delivered {} short {} tolerated {} paid {} damages {} \
                         penalty 0",
                        month.year(),
                        month.month(),
                        bill.due,
                        bill.delivered,
                        bill.short,
                        bill.tolerated,
                        bill.amount.0,
                        bill.damages.0
                    ));
                }
                Event::Account {
                    fact: AccountFact::Standby(StandbyFact::Bond { penalty, .. }),
                    ..
                } => {
                    if let Some(line) = self.months.last_mut() {
                        line.truncate(line.len() - 1);
                        *line += &penalty.0.to_string();
                    }
                }
                _ => {}
            }
        }
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
