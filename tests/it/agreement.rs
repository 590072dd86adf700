//! The engine and a model of it, written without any of its ideas, tell the same transcript.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use engine::Exchange;
use tests::agreement::{as_scenario, first_difference, for_engine, shrink};
use tests::golden;
use tests::view::View;
use tests::workload::{MARKETS, Workload};
use types::{AccountFact, ClearingFact, Command, Event, MarketFact, Sequenced, TradeKind, Verdict};

/// Commands of one stream: about a month of the market, with the expiry of a month and a quarter.
const LENGTH: usize = 25_000;

/// Streams in a normal run, a million commands in all; `GIGAHOUR_STREAMS=400` makes it ten million.
const STREAMS: u64 = 40;

/// Streams that are looked through for what they met: each market eight times.
const WATCHED: u64 = 8 * MARKETS;

#[test]
fn engine_tells_what_the_model_tells() {
    let streams = std::env::var("GIGAHOUR_STREAMS").ok();
    let streams = streams.map_or(STREAMS, |text| text.parse().expect("a number of streams"));
    let found = in_parallel(1..=streams, |seed| {
        let log: Vec<Sequenced<Command>> = Workload::new(seed).take(LENGTH).collect();
        first_difference(&log).map(|(at, _)| (seed, at))
    });
    let Some((seed, at)) = found.into_iter().min() else { return };
    let log: Vec<Sequenced<Command>> = Workload::new(seed).take(at + 1).collect();
    let fewest = shrink(log);
    let (_, difference) = first_difference(&fewest).expect("shrinking keeps it wrong");
    panic!("seed {seed}, command {}: {difference}\n{}", at + 1, as_scenario(seed, &fewest));
}

/// A stream that never met a rule would agree about it too easily.
#[test]
fn streams_meet_every_rule_they_can() {
    let met = in_parallel(1..=WATCHED, |seed| {
        let (mut exchange, mut view) = (Exchange::new(), View::default());
        let (mut events, mut met, mut trades) = (Vec::new(), BTreeSet::new(), 0);
        for command in Workload::new(seed).take(LENGTH) {
            events.clear();
            exchange.apply(&for_engine(&command, &view), &mut events);
            events.iter().for_each(|event| view.hear(event));
            met.extend(events.iter().flat_map(kinds));
            trades += events.iter().filter(|event| is_trade(event)).count();
        }
        assert!(2_000 < trades, "seed {seed} has {trades} trades");
        Some(met)
    });
    let met: BTreeSet<String> = met.into_iter().flatten().collect();
    let met: String = met.into_iter().map(|what| what + "\n").collect();
    golden::check("workload.txt", &met);
}

/// What was found for each seed, on as many threads as there are cores.
pub(crate) fn in_parallel<T: Send>(
    seeds: std::ops::RangeInclusive<u64>,
    find: impl Fn(u64) -> Option<T> + Sync,
) -> Vec<T> {
    let (next, last) = (AtomicU64::new(*seeds.start()), *seeds.end());
    let found = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if last < seed {
                        return;
                    }
                    let one = find(seed);
                    found.lock().expect("no thread panics while it holds this").extend(one);
                }
            });
        }
    });
    found.into_inner().expect("no thread has panicked")
}

fn is_trade(event: &Event) -> bool {
    matches!(event, Event::Market { fact: MarketFact::Trade { .. }, .. })
}

fn kinds(event: &Event) -> Vec<String> {
    match event {
        Event::Verdict(Verdict::Quotes { results, .. }) => {
            let refused = results.iter().filter_map(|quote| quote.result.err());
            refused.map(|refusal| format!("quote refused {}", refusal.reason.name())).collect()
        }
        Event::Verdict(Verdict::Refused(refusal)) => {
            vec![format!("refused {}", refusal.reason.name())]
        }
        Event::Verdict(Verdict::Listed(_)) => vec!["combination".to_owned()],
        Event::Verdict(Verdict::Order(order)) if order.duplicate => vec!["duplicate".to_owned()],
        Event::Market { fact, .. } => vec![kind_of_market(fact)],
        Event::Account { fact, .. } => kind_of_account(fact).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn kind_of_market(fact: &MarketFact) -> String {
    match fact {
        MarketFact::Settled { method, is_final, .. } => {
            let word = if *is_final { "finally settled" } else { "settled" };
            format!("{word} {method:?}")
        }
        MarketFact::Implied { best, .. } => {
            best.map_or("implied none", |_| "implied price").to_owned()
        }
        MarketFact::Trade { kind: TradeKind::Book, aggressor, .. } => {
            aggressor.map_or("trade in an auction", |_| "trade").to_owned()
        }
        MarketFact::Trade { kind: TradeKind::Implied, .. } => "implied trade".to_owned(),
        MarketFact::Trade { kind: TradeKind::Block, .. } => "block".to_owned(),
        MarketFact::Phase(phase) => format!("phase {phase:?}"),
        MarketFact::Listed(_) => "listed".to_owned(),
        MarketFact::Depth { .. } => "depth".to_owned(),
        MarketFact::Indicative(indicative) => {
            indicative.price.map_or("indicative none", |_| "indicative price").to_owned()
        }
        MarketFact::Band { .. } => "band".to_owned(),
        MarketFact::ScanRange { .. } => "scan range".to_owned(),
    }
}

fn kind_of_account(fact: &AccountFact) -> Option<String> {
    let kind = match fact {
        AccountFact::Suspended => "suspended".to_owned(),
        AccountFact::Clearing(fact) => kind_of_clearing(fact),
        AccountFact::Leg(_) => "leg".to_owned(),
        AccountFact::Expired { cascaded, .. } => {
            let became = if cascaded.0 == 0 { "cashed" } else { "cascaded" };
            format!("position {became}")
        }
        AccountFact::Order(report) => {
            let reason = report.reason.map(|reason| format!(" {reason:?}")).unwrap_or_default();
            format!("order {:?}{reason}", report.change)
        }
        AccountFact::Cash(transfer) => format!("cash {:?}", transfer.kind),
        AccountFact::KillSwitch { is_thrown } => {
            format!("kill switch {}", if *is_thrown { "thrown" } else { "released" })
        }
        AccountFact::Maker { is_appointed, .. } => {
            format!("maker {}", if *is_appointed { "appointed" } else { "dismissed" })
        }
        AccountFact::Reporter { .. } => "reporter".to_owned(),
        AccountFact::QuoteGroup { is_frozen, until, .. } => match (is_frozen, until) {
            (false, _) => "quotes free".to_owned(),
            (true, None) => "quotes frozen until reset".to_owned(),
            (true, Some(_)) => "quotes frozen for a time".to_owned(),
        },
        _ => return None,
    };
    Some(kind)
}

fn kind_of_clearing(fact: &ClearingFact) -> String {
    match fact {
        ClearingFact::Called { .. } => "called".to_owned(),
        ClearingFact::CallMet => "call met".to_owned(),
        ClearingFact::Moved { .. } => "position taken over".to_owned(),
        ClearingFact::Covered { by, .. } => format!("covered by {by:?}"),
        ClearingFact::Charged { by, .. } => format!("charged as {by:?}"),
        ClearingFact::GainCut { .. } => "gain cut".to_owned(),
        ClearingFact::TornUp { .. } => "position torn up".to_owned(),
        ClearingFact::Slice { .. } => "slice".to_owned(),
        ClearingFact::Accountable { .. } => "accountable".to_owned(),
        ClearingFact::Exempted { .. } => "exempted".to_owned(),
        ClearingFact::Joined { .. } => "joined a member".to_owned(),
        ClearingFact::CreditLimited { .. } => "credit limited".to_owned(),
        ClearingFact::Closed { .. } => "default closed".to_owned(),
    }
}
