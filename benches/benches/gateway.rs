//! The gateway beside its floors: goals P3, P4 and P5, each as a ratio to what the machine can do at all in
//! the same run.
//!
//!     cargo bench -p benches --bench gateway -- [--quick] [--only P3,P4,P5,rates] [--hgrm FOLDER]
//!         [--spin MICROSECONDS]
//!
//! Venue and client share the machine; the client is one thread that does as little as it can. With
//! `chrt -f 10` before it nobody else takes the cores away.

use std::path::{Path, PathBuf};
use std::time::Duration;

use benches::edge::disk::Disk;
use benches::edge::echo::{self, WebSocketEcho};
use benches::edge::fan_out::{self, Audience};
use benches::edge::latency::{self, hgrm};
use benches::edge::orders::Script;
use benches::edge::throughput;
use benches::edge::venue::{Venue, number};
use benches::edge::wire::{Speech, Wire};
use hdrhistogram::Histogram;
use serde_json::Value;

/// Members, and so connections.
const MEMBERS: u32 = 1_000;
/// Bytes of a change of a book as JSON.
const DELTA: usize = 250;

/// Changes of a book that may be on their way to the slowest subscriber.
const BESIDE: usize = 64;

/// What is asked for.
struct Asked {
    quick: bool,
    only: Option<String>,
    hgrm: Option<PathBuf>,
    /// Microseconds that the threads of the sequencer look for work before they sleep.
    spin: Option<u64>,
}

impl Asked {
    fn read() -> Self {
        let words: Vec<String> = std::env::args().collect();
        let after = |flag: &str| {
            let at = words.iter().position(|word| word == flag)?;
            words.get(at + 1).cloned()
        };
        let quick = words.iter().any(|word| word == "--quick");
        let spin = after("--spin").map(|text| text.parse().expect("microseconds"));
        Self { quick, only: after("--only"), hgrm: after("--hgrm").map(PathBuf::from), spin }
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.split(',').any(|word| word == part))
    }

    fn rounds(&self, quick: usize, full: usize) -> usize {
        if self.quick { quick } else { full }
    }

    fn write(&self, name: &str, latency: &Histogram<u64>) {
        if let Some(folder) = &self.hgrm {
            std::fs::create_dir_all(folder).expect("a folder");
            let file = folder.join(format!("{name}.hgrm"));
            std::fs::write(file, hgrm(latency)).expect("room on the disk");
        }
    }
}

/// A venue, and numbers for its members and orders that are used once.
struct Bench {
    asked: Asked,
    venue: Venue,
    instrument_no: u32,
    members: u32,
    next: u32,
    runs: u32,
}

fn main() {
    let asked = Asked::read();
    let folder = tempfile::tempdir().expect("a folder");
    let members = if asked.quick { 128 } else { MEMBERS };
    let venue = Venue::open(&folder.path().join("venue"), members, |config| {
        if let Some(us) = asked.spin {
            config.spin = Duration::from_micros(us);
        }
        println!("spin: {:?}", config.spin);
    });
    let instrument_no = instrument_no(&venue);
    let mut bench = Bench { asked, venue, instrument_no, members, next: 0, runs: 0 };
    if bench.asked.wants("P3") {
        bench.one_in_flight(folder.path());
    }
    if bench.asked.wants("P4") {
        bench.throughput();
    }
    if bench.asked.wants("rates") {
        bench.rates();
    }
    if bench.asked.wants("P5") {
        bench.fan_out();
    }
    bench.venue.stop();
}

impl Bench {
    /// A connection of a member that has not been used for the longest.
    fn member(&mut self, speech: Speech) -> Wire {
        let mut wire = Wire::open(self.venue.server.trade, "/v1/trade", speech);
        wire.log_in(number(self.next % self.members));
        self.next += 1;
        wire
    }

    fn script(&mut self, speech: Speech, first: u64, count: usize) -> Script {
        self.runs += 1;
        let run = format!("r{}", self.runs);
        Script::new(speech, &run, first, count as u64, self.instrument_no)
    }

    /// P3: an order until its durable verdict, one in flight.
    fn one_in_flight(&mut self, folder: &Path) {
        println!("P3: order to durable verdict, one in flight (goal p50 1.25, p99 2)");
        let rounds = self.asked.rounds(200, 1_500);
        let (mut echo, mut disk) = (echo::tcp(), Disk::new(folder));
        for trial in 0..self.asked.rounds(1, 5) {
            for speech in [Speech::Json, Speech::Binary] {
                let mut wire = self.member(speech);
                let script = self.script(speech, 0, 2 * rounds);
                let run = latency::one_in_flight(&mut wire, &script, &mut echo, &mut disk);
                assert_eq!(run.heard.refused, 0, "each order rests and each cancel ends one");
                let us = |latency: &Histogram<u64>, q| latency.value_at_quantile(q) as f64 / 1e3;
                let ratio = |q| us(&run.order, q) / us(&run.floor, q);
                println!(
                    "  {speech:?}: p50 {:.0} us, p99 {:.0} us; floor p50 {:.0}, p99 {:.0} (echo {:.0}, {:.0}); \
                     ratio p50 {:.2}, p99 {:.2}; {} orders, all rested",
                    us(&run.order, 0.5),
                    us(&run.order, 0.99),
                    us(&run.floor, 0.5),
                    us(&run.floor, 0.99),
                    us(&run.echo, 0.5),
                    us(&run.echo, 0.99),
                    ratio(0.5),
                    ratio(0.99),
                    run.order.len(),
                );
                self.asked.write(&format!("one-in-flight-{speech:?}-{trial}"), &run.order);
                self.asked.write(&format!("one-in-flight-floor-{trial}"), &run.floor);
            }
        }
    }

    /// P4: messages a second beside an echo of the same messages.
    fn throughput(&mut self) {
        println!("P4: orders and cancels a second beside a WebSocket echo (goal 0.6)");
        let echo = WebSocketEcho::start();
        for connections in [1, 16, 64, 256, 1_000] {
            if self.members < connections {
                continue;
            }
            // The queue of orders has room for 16,384; what waits beyond is refused.
            for in_flight in [1, 32.min(8_192 / connections as usize)] {
                for speech in [Speech::Json, Speech::Binary] {
                    self.beside_echo(&echo, connections as usize, in_flight, speech);
                }
            }
        }
        echo.stop();
    }

    fn beside_echo(
        &mut self,
        echo: &WebSocketEcho,
        connections: usize,
        in_flight: usize,
        speech: Speech,
    ) {
        let each = (self.asked.rounds(10_000, 100_000) / connections).min(2_000);
        let each = if in_flight == 1 { each / 4 } else { each } & !1;
        let (mut best, mut floor, mut heard) = (0f64, 0f64, Default::default());
        for _ in 0..self.asked.rounds(1, 3) {
            let echoes = (0..connections)
                .map(|_| (Wire::open(echo.address, "/", speech), self.script(speech, 0, each)))
                .collect();
            floor = floor.max(throughput::run(echoes, in_flight).rate());
            let members: Vec<_> = (0..connections)
                .map(|_| (self.member(speech), self.script(speech, 0, each)))
                .collect();
            let run = throughput::run(members, in_flight);
            assert_eq!(run.heard.refused, 0, "each order rests and each cancel ends one");
            best = best.max(run.rate());
            heard = run.heard;
        }
        println!(
            "  {connections:>4} x {in_flight:>2} {speech:?}: {best:.0}/s, echo {floor:.0}/s, ratio {:.2}; \
             {} answered, half rested, half cancelled",
            best / floor,
            heard.done,
        );
    }

    /// Latency against rate, open loop, up to where it no longer keeps up.
    fn rates(&mut self) {
        println!("rates: open loop, from the intended time; 64 connections");
        for rate in [500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000, 120_000] {
            let seconds_tenths = self.asked.rounds(5, 15) as u64;
            let connections = 64;
            let total = (rate * seconds_tenths / 10).next_multiple_of(2 * connections);
            let each = total / connections;
            let members: Vec<_> = (0..connections)
                .map(|connection| {
                    (self.member(Speech::Json), self.spread(connection, connections, each))
                })
                .collect();
            let run = latency::at_rate(members, rate);
            let us = |q| run.latency.value_at_quantile(q) as f64 / 1e3;
            println!(
                "  {rate:>6}/s: got {:.0}/s, p50 {:.0} us, p90 {:.0}, p99 {:.0}, p99.9 {:.0}; {} done, {} refused, {} lost",
                run.rate,
                us(0.5),
                us(0.9),
                us(0.99),
                us(0.999),
                run.heard.done,
                run.heard.refused,
                run.lost,
            );
            assert_eq!(run.lost, 0, "every request has a reply");
            self.asked.write(&format!("rate-{rate}"), &run.latency);
            if run.rate < 0.9 * rate as f64 || 100_000.0 < us(0.99) {
                println!("  that is beyond the knee");
                break;
            }
        }
    }

    /// The messages of one of several connections: pairs `connection`, `connection + connections`, ...
    fn spread(&mut self, connection: u64, connections: u64, each: u64) -> Script {
        self.runs += 1;
        let run = format!("r{}", self.runs);
        let mut script = Script::default();
        for pair in 0..each / 2 {
            let first = 2 * (connection + pair * connections);
            script.append(Script::new(Speech::Json, &run, first, 2, self.instrument_no));
        }
        script
    }

    /// P5: one book to many subscribers.
    fn fan_out(&mut self) {
        let size = self.asked.rounds(100, 1_000);
        println!(
            "P5: one book to {size} subscribers (goal 0.8; a slow one changes the p99 by < 5 %)"
        );
        let changes = self.asked.rounds(200, 800);
        let address = self.venue.server.trade;
        let audience = Audience::of_book(address, size);
        for _ in 0..self.asked.rounds(1, 4) {
            let floor = fan_out::ready_made(size, DELTA, changes, BESIDE);
            let mut maker = self.member(Speech::Json);
            let script = self.script(Speech::Json, 0, changes);
            let rate = fan_out::book_rate(&audience, &mut maker, &script, BESIDE);
            println!(
                "  {rate:.0} messages/s with {BESIDE} changes on their way, ready-made {floor:.0}/s one by one, \
                 ratio {:.2}",
                rate / floor,
            );
            let few = (changes / 4).next_multiple_of(2);
            let floor = fan_out::ready_made(size, DELTA, few, 1);
            let script = self.script(Speech::Json, 0, few);
            let rate = fan_out::book_rate(&audience, &mut maker, &script, 1);
            println!(
                "  {rate:.0} messages/s with one, ready-made {floor:.0}/s, ratio {:.2}",
                rate / floor,
            );
        }
        let slow_rate = self.asked.rounds(50, 40);
        for _ in 0..self.asked.rounds(1, 4) {
            let mut both = Vec::new();
            for slow in [false, true] {
                let reader = slow.then(|| fan_out::slow_reader(address));
                let mut maker = self.member(Speech::Json);
                let script = self.script(Speech::Json, 0, self.asked.rounds(100, 200));
                let rate = slow_rate as u32;
                let latency = fan_out::book_latency(&audience, &mut maker, &script, rate);
                both.push(latency.value_at_quantile(0.99) as f64 / 1e3);
                self.asked.write(if slow { "fan-out-slow" } else { "fan-out" }, &latency);
                drop(reader);
            }
            let change = 100.0 * (both[1] / both[0] - 1.0);
            println!(
                "  {slow_rate} changes/s: p99 {:.0} us, beside a slow one {:.0} us ({change:+.1} %)",
                both[0], both[1]
            );
        }
        audience.leave();
    }
}

fn instrument_no(venue: &Venue) -> u32 {
    let mut wire = Wire::open(venue.server.trade, "/v1/md", Speech::Json);
    wire.ask("subscribe", &serde_json::json!({ "channels": ["instruments"] }));
    let snapshot: Value = serde_json::from_slice(wire.hear()).expect("the venue speaks JSON");
    let contracts = snapshot["params"]["data"].as_array().expect("a list of contracts");
    let ours = contracts.iter().find(|one| one["symbol"] == benches::edge::venue::SYMBOL);
    let number = ours.expect("it is listed")["instrument_no"].as_u64();
    u32::try_from(number.expect("a number")).expect("a small number")
}
