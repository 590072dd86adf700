use sequencer::Stats;

use super::{Gauges, render};
use crate::metrics::{Metrics, empty_histogram};

fn page(metrics: &Metrics) -> String {
    let gauges = Gauges { sessions: 3, pending_bytes: 9, is_ready: true, is_disk_low: false };
    render(&metrics.figures(), &Stats::default(), &gauges)
}

#[test]
fn latencies_fall_into_their_buckets() {
    let metrics = Metrics::default();
    let mut recorded = empty_histogram();
    for us in [40, 150, 3_000] {
        recorded.record(us * 1000).expect("within the bounds");
    }
    metrics.fold(&mut recorded);
    assert!(recorded.is_empty());

    let page = page(&metrics);
    for line in [
        "gigahour_request_seconds_bucket{le=\"0.00005\"} 1",
        "gigahour_request_seconds_bucket{le=\"0.0002\"} 2",
        "gigahour_request_seconds_bucket{le=\"0.005\"} 3",
        "gigahour_request_seconds_bucket{le=\"+Inf\"} 3",
        "gigahour_request_seconds_count 3",
        "gigahour_sessions 3",
        "gigahour_ready 1",
    ] {
        assert!(page.lines().any(|l| l == line), "{line} is not in\n{page}");
    }
}

#[test]
fn every_figure_has_its_type_and_no_account_is_named() {
    let page = page(&Metrics::default());
    let names = |prefix| page.lines().filter(move |line| line.starts_with(prefix)).count();
    assert_eq!(names("# TYPE "), names("# HELP "));
    assert!(!page.contains("account"));
    let labels: Vec<&str> =
        page.split('{').skip(1).filter(|rest| !rest.starts_with("le=")).collect();
    assert!(labels.is_empty(), "{labels:?}");
}
