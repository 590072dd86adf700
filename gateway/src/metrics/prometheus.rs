//! The figures as Prometheus reads them: base units, explicit buckets.

use std::fmt::Write;
use std::time::Duration;

use hdrhistogram::Histogram;
use sequencer::{AppendTimes, Stats};

use super::Figures;

/// Upper ends of the latency buckets, in microseconds.
const BUCKETS_US: [u64; 14] = [
    50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000,
    5_000_000,
];

/// What else is shown: it is known elsewhere.
pub(crate) struct Gauges {
    pub(crate) sessions: usize,
    pub(crate) pending_bytes: usize,
    pub(crate) is_ready: bool,
    pub(crate) is_disk_low: bool,
}

/// The whole page.
pub(crate) fn render(figures: &Figures, stats: &Stats, gauges: &Gauges) -> String {
    let mut page = Page::default();
    page.counter("gigahour_requests_total", "Requests read.", figures.requests);
    page.counter(
        "gigahour_request_errors_total",
        "Requests answered with an error.",
        figures.errors,
    );
    page.counter("gigahour_rate_limited_total", "Requests that came too fast.", figures.limited);
    page.counter("gigahour_frames_written_total", "Frames written.", figures.frames);
    page.counter("gigahour_bytes_written_total", "Bytes written, before framing.", figures.bytes);
    page.counter("gigahour_slow_consumers_total", "Sessions closed with 4013.", figures.slow);
    page.counter("gigahour_orders_total", "Orders accepted.", figures.orders);
    page.counter("gigahour_trades_total", "Trades.", figures.trades);
    page.gauge("gigahour_sessions", "Open sessions.", gauges.sessions as u64);
    page.gauge(
        "gigahour_pending_bytes",
        "Bytes that wait for clients.",
        gauges.pending_bytes as u64,
    );
    page.gauge("gigahour_ready", "Whether the venue takes orders.", u64::from(gauges.is_ready));
    page.gauge(
        "gigahour_disk_low",
        "Whether the disk is nearly full.",
        u64::from(gauges.is_disk_low),
    );
    page.gauge("gigahour_sequenced", "Last command applied.", stats.sequenced);
    page.gauge("gigahour_durable", "Last command that is durable.", stats.durable);
    page.gauge("gigahour_replicated", "Last command the replica has applied.", stats.replicated);
    page.gauge("gigahour_replica_lag", "Durable commands it has not.", {
        stats.durable.saturating_sub(stats.replicated)
    });
    page.gauge("gigahour_snapshot", "Last command in the newest snapshot.", stats.snapshot);
    page.counter(
        "gigahour_log_drops_failed_total",
        "Times that old records could not be removed.",
        stats.drops_failed,
    );
    page.gauge("gigahour_orders_waiting", "Queue of orders.", stats.orders_waiting as u64);
    page.gauge("gigahour_cancels_waiting", "Queue of cancels.", stats.cancels_waiting as u64);
    page.latency(&figures.latency);
    page.appends(&stats.appends);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        self.0.write_fmt(line).expect("a string takes everything");
        self.0.push('\n');
    }

    fn header(&mut self, name: &str, help: &str, kind: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.header(name, help, "counter");
        self.line(format_args!("{name} {value}"));
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.header(name, help, "gauge");
        self.line(format_args!("{name} {value}"));
    }

    fn latency(&mut self, histogram: &Histogram<u64>) {
        let name = "gigahour_request_seconds";
        self.header(name, "From a request read to its reply queued, durable.", "histogram");
        for us in BUCKETS_US {
            let count = histogram.count_between(0, us * 1000);
            let le = Duration::from_micros(us).as_secs_f64();
            self.line(format_args!("{name}_bucket{{le=\"{le}\"}} {count}"));
        }
        let count = histogram.len();
        let sum = histogram.mean() * count as f64 / 1e9;
        self.line(format_args!("{name}_bucket{{le=\"+Inf\"}} {count}"));
        self.line(format_args!("{name}_sum {sum}"));
        self.line(format_args!("{name}_count {count}"));
    }

    fn appends(&mut self, appends: &AppendTimes) {
        let name = "gigahour_log_append_seconds";
        self.header(name, "Append of a batch to the log, sync included.", "histogram");
        let mut count = 0;
        for (place, in_place) in appends.counts.iter().enumerate() {
            count += in_place;
            if let Some(bound) = AppendTimes::bound(place) {
                let le = bound.as_secs_f64();
                self.line(format_args!("{name}_bucket{{le=\"{le}\"}} {count}"));
            }
        }
        self.line(format_args!("{name}_bucket{{le=\"+Inf\"}} {count}"));
        self.line(format_args!("{name}_sum {}", appends.total.as_secs_f64()));
        self.line(format_args!("{name}_count {count}"));
    }
}

#[cfg(test)]
mod tests;
