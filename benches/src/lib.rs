//! What the benches share: counting what a run did, and printing it beside what it cost.
//!
//! A figure stands for nothing when most operations did not do what the bench is about, so every
//! line says how many orders were accepted, traded or refused.

pub mod edge;
pub mod flow;
pub mod peers;
pub mod race;

use std::time::Duration;

use hdrhistogram::Histogram;
use types::{Event, MarketFact, Verdict};

/// What the commands of a run came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Orders that were placed, amended or cancelled.
    pub orders: u64,
    /// Trades.
    pub trades: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Everything else.
    pub other: u64,
}

impl Done {
    /// Counts one command by its events.
    pub fn count(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Market { fact: MarketFact::Trade { .. }, .. } => self.trades += 1,
                Event::Verdict(
                    Verdict::Order(_) | Verdict::Canceled { .. } | Verdict::Quotes { .. },
                ) => self.orders += 1,
                Event::Verdict(Verdict::Refused(_)) => self.refused += 1,
                Event::Verdict(
                    Verdict::Done | Verdict::Listed(_) | Verdict::Administered { .. },
                ) => {
                    self.other += 1;
                }
                Event::MarketOpened(_)
                | Event::IndexPublished { .. }
                | Event::Administered(_)
                | Event::SupplyChanged { .. }
                | Event::HoursWaived { .. }
                | Event::IndexPrinted { .. }
                | Event::IndexLapsed { .. }
                | Event::TermsChanged { .. }
                | Event::Market { .. }
                | Event::Account { .. } => {}
            }
        }
    }

    /// Commands counted.
    #[must_use]
    pub fn commands(&self) -> u64 {
        self.orders + self.refused + self.other
    }
}

/// Prints the cost of one command and what the commands did.
///
/// # Panics
/// When the run did not trade: then it measured nothing.
pub fn report(name: &str, took: Duration, done: &Done) {
    assert!(
        0 < done.trades && done.refused < done.commands() / 2,
        "{name} does not trade: {done:?}"
    );
    let commands = done.commands();
    let each = took.as_nanos() / u128::from(commands);
    let Done { orders, trades, refused, other } = done;
    println!(
        "{name:<28} {each:>8} ns/command  {:>9} commands/s   \
         {commands} commands: {orders} about orders, {refused} refused, {other} other; {trades} trades",
        1_000_000_000 / each.max(1),
    );
}

/// Prints the distribution of latencies in nanoseconds.
pub fn report_latency(name: &str, latency: &Histogram<u64>) {
    let us = |quantile| Duration::from_nanos(latency.value_at_quantile(quantile)).as_micros();
    println!(
        "{name:<28} p50 {:>6} us   p99 {:>6} us   p99.9 {:>6} us   {} samples, one in flight",
        us(0.5),
        us(0.99),
        us(0.999),
        latency.len(),
    );
}
