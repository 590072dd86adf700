//! What the demonstration shows on the terminal: a header, one status line rewritten each second,
//! and above it a line for everything that is worth one. Where nobody watches it shows no status.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clients::bots::Pulse;
use types::Timestamp;

use super::chronicle::news;
use super::report::grouped;
use crate::summary::Summary;

/// The contract whose price the status line shows is the front month of this product.
const LEAD: &str = "H100-US";

/// Columns of a terminal that does not say how wide it is.
const COLUMNS: usize = 80;

/// The terminal.
#[derive(Debug)]
pub(super) struct Screen {
    is_terminal: bool,
    seen: Summary,
    looked: Instant,
}

/// How fast market time goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// Market seconds in a second.
    Speed(u32),
    /// As fast as the bots take their turns.
    Turns,
}

/// Where the venue can be reached, and what of it is worth saying.
#[derive(Debug)]
pub(super) struct Addresses<'a> {
    pub(super) trade: std::net::SocketAddr,
    pub(super) http: std::net::SocketAddr,
    pub(super) keys: &'a Path,
    pub(super) products: usize,
    pub(super) prices: &'a str,
}

impl Screen {
    /// Writes what is known before anything is read: this is the first thing a newcomer sees.
    pub(super) fn open(dir: &Path, pace: Pace) -> Self {
        let clock = match pace {
            Pace::Speed(speed) => {
                let seconds = 86_400.0 / f64::from(speed);
                format!("clock 1 day = {seconds:.1} s (--speed {speed})")
            }
            Pace::Turns => "clock stepped by the hour (--deterministic)".to_owned(),
        };
        println!("gigahour {}   data {}   {clock}", env!("CARGO_PKG_VERSION"), dir.display());
        let is_terminal = io::stdout().is_terminal();
        Self { is_terminal, seen: Summary::default(), looked: Instant::now() }
    }

    /// Writes where everything is.
    pub(super) fn addresses(&mut self, at: &Addresses, seen: Summary) {
        let Addresses { trade, http, .. } = at;
        println!("  page    http://{http}   trade  ws://{trade}/v1/trade");
        println!("  feed    ws://{trade}/v1/md");
        println!("  curl    curl -N 'http://{http}/v1/stream?ch=trades'");
        let (products, prices) = (at.products, at.prices);
        println!("  market  {products} products x 12 months, 8 quarters, 3 years; prices {prices}");
        println!(
            "  bots    2 makers, a lab that hedges, 2 providers, an inspector, momentum, noise, spreads"
        );
        println!("  keys    desk, lab, ... written to {} (0600)", at.keys.display());
        match seen.seq {
            0..100 => println!("  log     new"),
            seq => println!("  log     goes on from record {} at {}", grouped(seq), seen.time),
        }
        (self.seen, self.looked) = (seen, Instant::now());
    }

    /// Whether anybody watches.
    pub(super) fn is_watched(&self) -> bool {
        self.is_terminal
    }

    /// Writes what is new, and the status.
    pub(super) fn show(&mut self, summary: Summary, pulse: &Mutex<Pulse>) {
        if !self.is_terminal {
            return;
        }
        let elapsed = self.looked.elapsed();
        self.looked = Instant::now();
        let commands = summary.seq.saturating_sub(self.seen.seq);
        let mut out = String::new();
        for line in news(&self.seen, &summary) {
            out.push_str(&format!("\r\x1b[2K{line}\n"));
        }
        let pulse = pulse.lock().expect("nothing panics while it holds the pulse").clone();
        let status = status(&summary, &pulse, per_second(commands, elapsed));
        let width =
            terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| usize::from(width.0));
        out.push_str("\r\x1b[2K");
        out.extend(status.chars().take(width.saturating_sub(1)));
        print!("{out}");
        io::stdout().flush().ok();
        self.seen = summary;
    }

    /// Leaves the status line as it is and goes on below it.
    pub(super) fn close(&self) {
        if self.is_terminal {
            println!();
        }
    }
}

fn status(summary: &Summary, pulse: &Pulse, commands_per_second: u64) -> String {
    let mut parts = vec![
        day_and_hour(summary.time),
        format!("seq {} ({}/s)", grouped(summary.seq), grouped(commands_per_second)),
        format!("{} trades", grouped(summary.trades)),
    ];
    if let Some((symbol, price)) = pulse.front(LEAD) {
        parts.push(format!("{symbol} {}", types::Mills(price.0)));
    }
    let (due, delivered, _) = summary.gpu_hours();
    if due.0 != 0 {
        parts.push(format!("{:.1} % delivered", 100.0 * delivered.0 as f64 / due.0 as f64));
    }
    let wire = |quantile| pulse.latency_at(quantile).as_secs_f64() * 1000.0;
    parts.push(format!("wire p50 {:.1} p99 {:.1} ms", wire(0.5), wire(0.99)));
    parts.join("  ")
}

fn per_second(count: u64, elapsed: Duration) -> u64 {
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    count * 1000 / millis
}

/// `2026-12-17 16h`.
fn day_and_hour(time: Timestamp) -> String {
    let hour = time.0.rem_euclid(Timestamp::DAY) / Timestamp::HOUR;
    format!("{} {hour:02}h", time.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_line_says_when_how_much_and_how_fast() {
        let summary =
            Summary { seq: 184_220, time: Timestamp(0), trades: 12, ..Summary::default() };
        let line = status(&summary, &Pulse::default(), 1_431);
        assert!(line.starts_with("1970-01-01 00h  seq 184,220 (1,431/s)  12 trades"), "{line}");
        assert_eq!(per_second(500, Duration::from_millis(250)), 2_000);
        assert_eq!(per_second(500, Duration::ZERO), 500_000);
    }
}
