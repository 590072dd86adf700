//! margin that is kept up with every command is the margin worked out from nothing.

use engine::Exchange;
use tests::agreement::for_engine;
use tests::view::View;
use tests::workload::Workload;
use types::{AccountFact, Event};

use crate::agreement::in_parallel;

/// A million commands in all.
const STREAMS: u64 = 40;
const LENGTH: usize = 25_000;

#[test]
fn sums_kept_up_are_sums_worked_out() {
    let told = in_parallel(1..=STREAMS, |seed| {
        let (mut exchange, mut view) = (Exchange::new(), View::default());
        let (mut events, mut told) = (Vec::new(), [0_u64; 2]);
        for command in Workload::new(seed).take(LENGTH) {
            events.clear();
            exchange.apply(&for_engine(&command, &view), &mut events);
            events.iter().for_each(|event| view.hear(event));
            exchange.audit_accounts();
            for event in &events {
                if let Event::Account { fact: AccountFact::Margin(margin), .. } = event {
                    told[usize::from(0 < margin.concentration.0)] += 1;
                }
            }
        }
        Some(told)
    });
    let sum = |at: usize| told.iter().map(|told| told[at]).sum::<u64>();
    assert!(200_000 < sum(0) && 50_000 < sum(1), "{} and {} margins", sum(0), sum(1));
}
