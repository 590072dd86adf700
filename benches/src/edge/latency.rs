//! Latencies: of one request at a time beside its floor, and of requests that come at a rate, counted from
//! when each was meant to be sent, so that a venue that stalls is charged for all that waited.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::io::AsyncReadExt;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::disk::Disk;
use super::frames::{Frames, Next};
use super::orders::{Heard, Script, reply_id};
use super::wire::Wire;

/// Rounds in a row on one side, and those at the start of a row that are not counted.
const ROW: usize = 50;
const WARM: usize = 5;
/// How long replies may take after the last request.
const PATIENCE: Duration = Duration::from_secs(5);

/// One at a time, and what the same would take at least.
#[derive(Debug)]
pub struct OneInFlight {
    /// From an order written to its verdict read.
    pub order: Histogram<u64>,
    /// An echo over TCP and then a small write with a sync.
    pub floor: Histogram<u64>,
    /// The echo alone.
    pub echo: Histogram<u64>,
    /// The replies.
    pub heard: Heard,
}

/// An empty histogram of nanoseconds.
///
/// # Panics
/// Never: its bounds are legal.
#[must_use]
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("these bounds are legal")
}

/// Rows of orders and rows of the floor, by turns. Cancels are not timed.
///
/// # Panics
/// When something ends early.
#[must_use]
pub fn one_in_flight(
    wire: &mut Wire,
    script: &Script,
    echo: &mut TcpStream,
    disk: &mut Disk,
) -> OneInFlight {
    let empty = histogram;
    let mut run =
        OneInFlight { order: empty(), floor: empty(), echo: empty(), heard: Heard::default() };
    for row in 0..script.len() / (2 * ROW) {
        for round in 0..ROW {
            let at = 2 * (row * ROW + round);
            let start = Instant::now();
            wire.say(script.frames(at, at + 1));
            run.heard.count(wire.hear());
            if WARM <= round {
                run.order.saturating_record(nanoseconds(start.elapsed()));
            }
            wire.say(script.frames(at + 1, at + 2));
            run.heard.count(wire.hear());
        }
        let mut bytes = [7; 180];
        for round in 0..ROW {
            let start = Instant::now();
            echo.write_all(&bytes).expect("it echoes");
            echo.read_exact(&mut bytes).expect("it echoes");
            let echoed = start.elapsed();
            disk.write();
            if WARM <= round {
                run.echo.saturating_record(nanoseconds(echoed));
                run.floor.saturating_record(nanoseconds(start.elapsed()));
            }
        }
    }
    run
}

/// A rate, and how it was answered.
#[derive(Debug)]
pub struct AtRate {
    /// From when a request was meant to be sent.
    pub latency: Histogram<u64>,
    /// Replies a second, until the last.
    pub rate: f64,
    /// The replies.
    pub heard: Heard,
    /// Requests without a reply at the end.
    pub lost: u64,
}

/// Sends `rate` requests a second over all connections in turn; request `i` of all has number `i`, and stands
/// in the script of connection `i / 2 % connections`, so that a cancel follows its order.
///
/// # Panics
/// When a connection ends.
#[must_use]
pub fn at_rate(connections: Vec<(Wire, Script)>, rate: u64) -> AtRate {
    let total: usize = connections.iter().map(|(_, script)| script.len()).sum();
    let heard_of = Arc::new(AtomicU64::new(0));
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    for (wire, script) in connections {
        writers.push((wire.stream().try_clone().expect("a second handle"), script));
        readers.push(wire);
    }
    let start = Instant::now() + Duration::from_millis(100);
    let counted = Arc::clone(&heard_of);
    let reading = thread::spawn(move || read_all(readers, start, rate, total, &counted));
    write_all(&mut writers, start, rate, total);
    let deadline = Instant::now() + PATIENCE;
    while heard_of.load(Ordering::Relaxed) < total as u64 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
    for (stream, _) in &writers {
        stream.shutdown(std::net::Shutdown::Both).expect("it is open");
    }
    let (latency, heard, last) = reading.join().expect("the readers do not fail");
    let answered = heard.done + heard.refused;
    let took = last.saturating_duration_since(start);
    let rate = answered as f64 / took.as_secs_f64().max(1e-9);
    AtRate { latency, rate, heard, lost: total as u64 - answered }
}

fn intended(start: Instant, rate: u64, i: u64) -> Instant {
    start + Duration::from_nanos(i * 1_000_000_000 / rate)
}

fn write_all(writers: &mut [(TcpStream, Script)], start: Instant, rate: u64, total: usize) {
    let mut sent = vec![0; writers.len()];
    let mut i = 0;
    while i < total {
        let due = intended(start, rate, i as u64);
        let now = Instant::now();
        if now < due {
            thread::sleep(due - now);
        }
        let at = i / 2 % writers.len();
        let (stream, script) = &mut writers[at];
        let mut frames = script.frames(sent[at], sent[at] + 1);
        // The readers have made it non-blocking: a full socket is waited for, and that counts.
        while !frames.is_empty() {
            match stream.write(frames) {
                Ok(count) => frames = &frames[count..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => thread::yield_now(),
                Err(error) => panic!("the venue has gone: {error}"),
            }
        }
        sent[at] += 1;
        i += 1;
    }
}

fn read_all(
    wires: Vec<Wire>,
    start: Instant,
    rate: u64,
    total: usize,
    counted: &Arc<AtomicU64>,
) -> (Histogram<u64>, Heard, Instant) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut readers = JoinSet::new();
        for wire in wires {
            let counted = Arc::clone(counted);
            readers.spawn(async move {
                let (stream, frames) = wire.into_async();
                read_one(stream, frames, start, rate, &counted).await
            });
        }
        let (mut latency, mut heard, mut last) = (histogram(), Heard::default(), start);
        while let Some(read) = readers.join_next().await {
            let (one, replies, end) = read.expect("a reader does not fail");
            latency.add(one).expect("the bounds are the same");
            heard.add(replies);
            last = last.max(end);
        }
        assert!(heard.done + heard.refused <= total as u64, "each request has one reply");
        (latency, heard, last)
    })
}

async fn read_one(
    mut stream: tokio::net::TcpStream,
    mut frames: Frames,
    start: Instant,
    rate: u64,
    counted: &AtomicU64,
) -> (Histogram<u64>, Heard, Instant) {
    let (mut latency, mut heard, mut last) = (histogram(), Heard::default(), start);
    let mut read = vec![0; 16 << 10];
    while let Ok(count @ 1..) = stream.read(&mut read).await {
        let now = Instant::now();
        frames.extend(&read[..count]);
        while let Next::Message(reply) = frames.next() {
            let Some(id) = reply_id(reply) else { continue };
            let due = intended(start, rate, id);
            latency.saturating_record(nanoseconds(now.saturating_duration_since(due)).max(1));
            heard.count(reply);
            counted.fetch_add(1, Ordering::Relaxed);
            last = now;
        }
    }
    (latency, heard, last)
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).expect("a bench is shorter than 584 years")
}

/// A histogram in the format that the plotters of HdrHistogram read, in microseconds.
#[must_use]
pub fn hgrm(latency: &Histogram<u64>) -> String {
    use std::fmt::Write;
    let us = |ns: f64| ns / 1000.0;
    let mut text = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n".to_owned();
    for step in latency.iter_quantiles(5) {
        let (value, quantile) = (us(step.value_iterated_to() as f64), step.quantile_iterated_to());
        let count = latency.count_between(0, step.value_iterated_to());
        let inverse =
            if quantile < 1.0 { format!("{:.2}", 1.0 / (1.0 - quantile)) } else { "inf".into() };
        writeln!(text, "{value:12.3} {quantile:.12} {count:10} {inverse:>14}").expect("a string");
    }
    let (mean, deviation) = (us(latency.mean()), us(latency.stdev()));
    let (max, count) = (us(latency.max() as f64), latency.len());
    writeln!(text, "#[Mean    = {mean:12.3}, StdDeviation   = {deviation:12.3}]")
        .expect("a string");
    writeln!(text, "#[Max     = {max:12.3}, Total count    = {count:12}]").expect("a string");
    text
}
