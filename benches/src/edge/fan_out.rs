//! One book to many subscribers, and a ready-made frame to as many sockets that are read in the same way.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::frames::{Frames, Next, PONG, push};
use super::latency::{histogram, nanoseconds};
use super::orders::Script;
use super::venue::SYMBOL;
use super::wire::{Speech, Wire};

/// How long a change may take to arrive everywhere.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sockets that are read by one thread.
#[derive(Debug)]
pub struct Audience {
    size: u64,
    shared: Arc<Shared>,
    leave: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Messages that all of them have got.
    heard: AtomicU64,
    /// When each was meant to be sent, where that is measured; and how long they took.
    timed: Mutex<Option<Timed>>,
}

#[derive(Debug)]
struct Timed {
    start: Instant,
    every: Duration,
    /// What each had got when it began.
    before: u64,
    latency: Histogram<u64>,
}

impl Audience {
    fn of(sockets: Vec<(TcpStream, Frames)>) -> Self {
        let size = sockets.len() as u64;
        let shared = Arc::new(Shared::default());
        let (leave, left) = oneshot::channel();
        let reading = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut readers = JoinSet::new();
                for (stream, frames) in sockets {
                    stream.set_nonblocking(true).expect("a socket has this option");
                    let stream = tokio::net::TcpStream::from_std(stream).expect("within a runtime");
                    readers.spawn(read(stream, frames, Arc::clone(&reading)));
                }
                left.await.ok();
            });
        });
        Self { size, shared, leave, thread }
    }

    /// Subscribers of the book of a venue, who have its state.
    ///
    /// # Panics
    /// When the venue does not let them.
    #[must_use]
    pub fn of_book(venue: SocketAddr, size: usize) -> Self {
        let subscriber = |_| {
            let mut wire = Wire::open(venue, "/v1/md", Speech::Json);
            let channels = json!({ "channels": [format!("book.{SYMBOL}")] });
            let answer = wire.ask("subscribe", &channels);
            assert_eq!(answer["result"]["ok"].as_array().map(Vec::len), Some(1), "{answer}");
            let snapshot = wire.hear();
            assert!(snapshot.windows(10).any(|w| w == b"\"snapshot\""), "the state comes first");
            wire.into_parts()
        };
        Self::of((0..size).map(subscriber).collect())
    }

    /// Messages that all of them together have got.
    #[must_use]
    pub fn heard(&self) -> u64 {
        self.shared.heard.load(Ordering::Relaxed)
    }

    fn wait_for(&self, messages: u64) {
        let deadline = Instant::now() + PATIENCE;
        while self.heard() < messages {
            assert!(Instant::now() < deadline, "{} of {messages} have arrived", self.heard());
            thread::sleep(Duration::from_micros(20));
        }
    }

    /// Nobody listens any more.
    ///
    /// # Panics
    /// When a reader has failed.
    pub fn leave(self) {
        self.leave.send(()).expect("they listen");
        self.thread.join().expect("the readers do not fail");
    }
}

async fn read(mut stream: tokio::net::TcpStream, mut frames: Frames, shared: Arc<Shared>) {
    let mut read = vec![0; 8 << 10];
    let mut got = 0;
    while let Ok(count @ 1..) = stream.read(&mut read).await {
        frames.extend(&read[..count]);
        let mut new = 0;
        loop {
            match frames.next() {
                Next::Message(_) => new += 1,
                Next::Ping => stream.write_all(&PONG).await.expect("the server reads"),
                Next::Closed(code) => panic!("the server closed with {code}"),
                Next::More => break,
            }
        }
        if let Some(timed) = shared.timed.lock().expect("nobody panics").as_mut() {
            timed.record(got, new);
        }
        got += new;
        shared.heard.fetch_add(new, Ordering::Relaxed);
    }
}

impl Timed {
    fn record(&mut self, got: u64, new: u64) {
        let now = Instant::now();
        for message in got.max(self.before)..got + new {
            let i = u32::try_from(message - self.before).expect("a bench is short");
            let due = self.start + self.every * i;
            self.latency.saturating_record(nanoseconds(now.saturating_duration_since(due)).max(1));
        }
    }
}

/// Messages a second to all of them together, when each of these orders and cancels changes the book and
/// at most `beside` changes are on their way.
///
/// # Panics
/// When an order is refused or a message does not arrive.
#[must_use]
pub fn book_rate(audience: &Audience, maker: &mut Wire, script: &Script, beside: usize) -> f64 {
    let in_flight = beside.min(32);
    let before = audience.heard();
    let start = Instant::now();
    for i in 0..script.len() {
        if let Some(old) = (i as u64).checked_sub(beside as u64) {
            audience.wait_for(before + (old + 1) * audience.size);
        }
        maker.say(script.frames(i, i + 1));
        if in_flight <= i + 1 {
            maker.hear();
        }
    }
    let messages = script.len() as u64 * audience.size;
    audience.wait_for(before + messages);
    let took = start.elapsed();
    for _ in 0..script.len().min(in_flight - 1) {
        maker.hear();
    }
    messages as f64 / took.as_secs_f64()
}

/// The same with ready-made frames of so many bytes, each written to each socket in turn.
///
/// # Panics
/// When the system has not enough sockets.
#[must_use]
pub fn ready_made(size: usize, bytes: usize, count: usize, beside: usize) -> f64 {
    let (listener, mut writers) =
        (TcpListener::bind(("127.0.0.1", 0)).expect("a port"), Vec::new());
    let address = listener.local_addr().expect("a bound socket has an address");
    let mut readers = Vec::new();
    for _ in 0..size {
        readers.push((TcpStream::connect(address).expect("it listens"), Frames::default()));
        let (stream, _) = listener.accept().expect("a client");
        stream.set_nodelay(true).expect("a socket has this option");
        writers.push(stream);
    }
    let audience = Audience::of(readers);
    let mut frame = Vec::new();
    // A server's frames are not masked.
    frame.extend_from_slice(&[0x81, 126]);
    frame.extend_from_slice(&u16::try_from(bytes).expect("it is short").to_be_bytes());
    frame.resize(frame.len() + bytes, b' ');
    let start = Instant::now();
    for i in 0..count {
        if let Some(old) = (i as u64).checked_sub(beside as u64) {
            audience.wait_for((old + 1) * audience.size);
        }
        for writer in &mut writers {
            writer.write_all(&frame).expect("it reads");
        }
    }
    audience.wait_for(count as u64 * audience.size);
    let rate = (count * size) as f64 / start.elapsed().as_secs_f64();
    audience.leave();
    rate
}

/// How long each message takes to each subscriber, when the book changes at a rate.
///
/// # Panics
/// When a message does not arrive.
#[must_use]
pub fn book_latency(
    audience: &Audience,
    maker: &mut Wire,
    script: &Script,
    rate: u32,
) -> Histogram<u64> {
    let (every, before) = (Duration::from_secs(1) / rate, audience.heard());
    let start = Instant::now() + every;
    let timed = Timed { start, every, before: before / audience.size, latency: histogram() };
    *audience.shared.timed.lock().expect("nobody panics") = Some(timed);
    for i in 0..script.len() {
        let due = start + every * u32::try_from(i).expect("a bench is short");
        thread::sleep(due.saturating_duration_since(Instant::now()));
        maker.say(script.frames(i, i + 1));
        maker.hear();
    }
    audience.wait_for(before + script.len() as u64 * audience.size);
    let timed = audience.shared.timed.lock().expect("nobody panics").take();
    timed.expect("it was put there").latency
}

/// A subscriber that asks for the state of the book again and again and reads none of it.
///
/// # Panics
/// When the venue does not let it in.
#[must_use]
pub fn slow_reader(venue: SocketAddr) -> Wire {
    let mut wire = Wire::open(venue, "/v1/md", Speech::Json);
    let channels = json!({ "channels": [format!("book.{SYMBOL}")] });
    wire.ask("subscribe", &channels);
    let resync = json!({
        "jsonrpc": "2.0", "id": 1, "method": "resync",
        "params": { "channel": format!("book.{SYMBOL}") },
    });
    let mut frame = Vec::new();
    push(super::frames::TEXT, resync.to_string().as_bytes(), &mut frame);
    (0..90).for_each(|_| wire.say(&frame));
    wire
}
