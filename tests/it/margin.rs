//! margin that is kept up with every command is the margin worked out from nothing.

use engine::Exchange;
use tests::agreement::for_engine;
use tests::view::View;
use tests::workload::{MARKETS, Workload};
use types::{AccountFact, Command, Event, MarginReport, Verdict};

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

/// after an order that raised margin, what is asked for is no more than what counted before it.
#[test]
fn an_order_that_raises_margin_is_within_what_counts() {
    let (mut raised, mut refused) = (0, 0);
    for seed in 0..MARKETS {
        let (mut exchange, mut view) = (Exchange::new(), View::default());
        for command in Workload::new(seed + 50).take(12_000) {
            let command = for_engine(&command, &view);
            let account = match &command.value {
                Command::PlaceOrder(order) => Some(order.account),
                Command::AmendOrder(amend) => Some(amend.account),
                _ => None,
            };
            let margin = |view: &View| -> Option<MarginReport> {
                account.and_then(|id| view.accounts.get(&id)).map(|account| account.margin)
            };
            let before = margin(&view);
            let mut events = Vec::new();
            exchange.apply(&command, &mut events);
            events.iter().for_each(|event| view.hear(event));
            let (Some(before), Some(after)) = (before, margin(&view)) else { continue };
            match events.last() {
                Some(Event::Verdict(Verdict::Order(_))) if before.initial < after.initial => {
                    assert!(after.initial <= before.available, "{command:?}: {before:?} {after:?}");
                    raised += 1;
                }
                Some(Event::Verdict(Verdict::Refused(refusal))) => {
                    assert_eq!(after, before, "{command:?}");
                    refused += u64::from(refusal.reason.name() == "INSUFFICIENT_MARGIN");
                }
                _ => {}
            }
        }
    }
    assert!(5_000 < raised && 200 < refused, "{raised} raised, {refused} refused");
}
