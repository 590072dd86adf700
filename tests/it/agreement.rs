//! The engine and a model of it, written without any of its ideas, tell the same transcript.

use std::collections::BTreeMap;

use engine::Exchange;
use tests::agreement::{as_scenario, first_difference, shrink};
use tests::golden;
use tests::workload::Workload;
use types::{AccountFact, Command, Event, MarketFact, Sequenced, Verdict};

/// Commands of one stream: about a month of the market, with the expiry of a month and a quarter.
const LENGTH: usize = 25_000;

/// Streams in a normal run; `GIGAHOUR_STREAMS=40` makes it a million commands.
const STREAMS: u64 = 8;

#[test]
fn engine_tells_what_the_model_tells() {
    let streams = std::env::var("GIGAHOUR_STREAMS").ok();
    let streams = streams.map_or(STREAMS, |text| text.parse().expect("a number of streams"));
    for seed in 1..=streams {
        let log: Vec<Sequenced<Command>> = Workload::new(seed).take(LENGTH).collect();
        let Some((at, _)) = first_difference(&log) else { continue };
        let fewest = shrink(log[..=at].to_vec());
        let (_, difference) = first_difference(&fewest).expect("shrinking keeps it wrong");
        panic!("seed {seed}, command {}: {difference}\n{}", at + 1, as_scenario(&fewest));
    }
}

/// A stream that never met a rule would agree about it too easily.
#[test]
fn streams_meet_every_rule_they_can() {
    let mut met: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 1..=STREAMS {
        let mut exchange = Exchange::new();
        let mut events = Vec::new();
        for command in Workload::new(seed).take(LENGTH) {
            events.clear();
            exchange.apply(&command, &mut events);
            for what in events.iter().filter_map(kind) {
                *met.entry(what).or_default() += 1;
            }
        }
    }
    assert!(STREAMS * 2_000 < met["trade"], "{} trades", met["trade"]);
    let met: String = met.into_keys().map(|what| what + "\n").collect();
    golden::check("workload.txt", &met);
}

fn kind(event: &Event) -> Option<String> {
    match event {
        Event::Verdict(Verdict::Refused(refusal)) => {
            Some(format!("refused {}", refusal.reason.name()))
        }
        Event::Verdict(Verdict::Order(order)) if order.duplicate => Some("duplicate".to_owned()),
        Event::Market { fact: MarketFact::Settled { method, is_final, .. }, .. } => {
            let word = if *is_final { "finally settled" } else { "settled" };
            Some(format!("{word} {method:?}"))
        }
        Event::Market { fact: MarketFact::Trade { .. }, .. } => Some("trade".to_owned()),
        Event::Market { fact: MarketFact::Phase(phase), .. } => Some(format!("phase {phase:?}")),
        Event::Account { fact: AccountFact::Suspended, .. } => Some("suspended".to_owned()),
        Event::Account { fact: AccountFact::Expired { cascaded, .. }, .. } => {
            let became = if cascaded.0 == 0 { "cashed" } else { "cascaded" };
            Some(format!("position {became}"))
        }
        Event::Account { fact: AccountFact::Order(report), .. } => {
            let reason = report.reason.map(|reason| format!(" {reason:?}")).unwrap_or_default();
            Some(format!("order {:?}{reason}", report.change))
        }
        Event::Account { fact: AccountFact::Cash(transfer), .. } => {
            Some(format!("cash {:?}", transfer.kind))
        }
        _ => None,
    }
}
