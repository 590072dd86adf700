//! an order that is sent right after it was asked about is treated as foretold.

use std::collections::BTreeSet;

use engine::Exchange;
use tests::workload::{MARKETS, Workload};
use types::{
    AccountFact, CancelReason, Command, Event, FillReport, InstrumentId, Liquidity, Lots,
    MarginReport, MarketFact, Mills, NewOrder, OrderChange, OrderReport, Preview, RejectReason,
    Ticks, TradeKind, TransferKind, Verdict,
};

/// How often something was seen.
#[derive(Debug, Default)]
struct Seen {
    refused: u64,
    rested: u64,
    traded: u64,
    /// How often the margin that was foretold was that of an order that rested, or traded.
    margins: [u64; 2],
    /// How often it was that of an order that traded by implication, met orders of its own account, or
    /// traded with one of them by implication.
    others: [u64; 3],
    /// How often a liquidation price was foretold, and of a combination.
    liquidations: [u64; 2],
}

#[test]
fn what_was_foretold_happens() {
    let mut seen = Seen::default();
    for seed in 0..MARKETS {
        let mut exchange = Exchange::new();
        let mut combinations = BTreeSet::new();
        for command in Workload::new(seed).take(10_000) {
            let mut events = Vec::new();
            let Command::PlaceOrder(order) = &command.value else {
                exchange.apply(&command, &mut events);
                combinations.extend(events.iter().filter_map(combination));
                continue;
            };
            let preview = exchange.preview(order, command.time);
            exchange.apply(&command, &mut events);
            check(order, preview, &events, &combinations, &mut seen);
        }
    }
    assert!(5_000 < seen.refused && 2_000 < seen.rested && 2_000 < seen.traded, "{seen:?}");
    assert!(seen.margins.iter().all(|count| 1_000 < *count), "{seen:?}");
    assert!(seen.others.iter().all(|count| 100 < *count), "{seen:?}");
    assert!(seen.liquidations.iter().all(|count| 1_000 < *count), "{seen:?}");
}

fn check(
    order: &NewOrder,
    preview: Result<Preview, types::Refusal>,
    events: &[Event],
    combinations: &BTreeSet<InstrumentId>,
    seen: &mut Seen,
) {
    let Some(Event::Verdict(verdict)) = events.last() else { panic!("a verdict comes last") };
    match (preview, verdict) {
        (_, Verdict::Order(order)) if order.duplicate => {}
        // A preview does not look at whether the order's id was used before.
        (_, Verdict::Refused(refusal)) if refusal.reason == RejectReason::ClientOrderIdConflict => {
        }
        (Err(foretold), Verdict::Refused(refusal)) => {
            seen.refused += u64::from(foretold == *refusal);
        }
        (Ok(preview), Verdict::Order(_)) => {
            check_trades(order, &preview, events);
            check_margin(order, &preview, events, seen);
            let is_combination = combinations.contains(&order.instrument);
            seen.liquidations[usize::from(is_combination)] +=
                u64::from(preview.liquidation.is_some());
            seen.traded += u64::from(preview.fills != Lots::ZERO);
            seen.rested += u64::from(preview.fills == Lots::ZERO);
        }
        (preview, verdict) => {
            let was_asked_before = events.len() == 1 && preview.is_ok();
            assert!(was_asked_before, "{order:?}: {preview:?} and then {verdict:?}");
        }
    }
}

/// What it takes itself, at once or elected at once; what it elects, and who takes what is left of it,
/// is another matter.
fn check_trades(order: &NewOrder, preview: &Preview, events: &[Event]) {
    let fills: Vec<&FillReport> = events.iter().filter_map(|event| taken(order, event)).collect();
    let notional = |fill: &&FillReport| i128::from(fill.price.0) * i128::from(fill.lots.0);
    let lots: Lots = fills.iter().map(|fill| fill.lots).sum();
    assert_eq!(preview.fills, lots, "{order:?} {events:?}");
    assert_eq!(preview.notional, fills.iter().map(notional).sum());
    assert_eq!(preview.fee, fills.iter().map(|fill| fill.fee).sum::<Mills>());
    assert_eq!(preview.worst, fills.last().map(|fill| fill.price));
    let is_within = |price: Ticks| order.side.accepts(preview.limit, price);
    assert!(preview.worst.is_none_or(is_within));
}

/// The margin after is what the account is told, to the mill. Where anything happened that comes only
/// after the order itself, it is not compared: stops that it elected, reduce-only orders that were cut, a
/// quote group that had traded too much, money that others paid.
fn check_margin(order: &NewOrder, preview: &Preview, events: &[Event], seen: &mut Seen) {
    let reports = || events.iter().filter_map(|event| told(order, event));
    let is_new = reports().next().is_some_and(|report| report.change == OrderChange::New);
    let is_other = |report: &&OrderReport| report.client_order_id != order.client_order_id;
    let is_own_end = |report: &OrderReport| report.reason == Some(CancelReason::SelfTrade);
    let is_foretold = |event: &Event| match event {
        Event::Account { fact: AccountFact::Order(report), .. } => {
            (report.change != OrderChange::Elected || !is_other(&report))
                && !matches!(
                    report.reason,
                    Some(CancelReason::ReduceOnly | CancelReason::Protection)
                )
        }
        Event::Account { account, fact: AccountFact::Cash(transfer), .. } => {
            *account != order.account || transfer.kind != TransferKind::Shortfall
        }
        _ => true,
    };
    if !is_new || !events.iter().all(is_foretold) {
        return;
    }
    let told = events.iter().rev().find_map(|event| margin(order, event));
    assert_eq!(told.unwrap_or(preview.before), preview.after, "{order:?} {events:?}");
    seen.margins[usize::from(preview.fills != Lots::ZERO)] += 1;
    let is_own_fill = |event: &Event| {
        let Event::Account { account, fact: AccountFact::Fill(fill), .. } = event else {
            return false;
        };
        *account == order.account && fill.client_order_id != order.client_order_id
    };
    let others = [
        events.iter().any(is_implied),
        reports().filter(is_other).any(is_own_end),
        events.iter().any(is_own_fill),
    ];
    for (count, is_seen) in seen.others.iter_mut().zip(others) {
        *count += u64::from(is_seen);
    }
}

fn combination(event: &Event) -> Option<InstrumentId> {
    match event {
        Event::Market { instrument, fact: MarketFact::Listed(listed), .. } => {
            listed.is_combination().then_some(*instrument)
        }
        _ => None,
    }
}

fn taken<'a>(order: &NewOrder, event: &'a Event) -> Option<&'a FillReport> {
    match event {
        Event::Account { account, fact: AccountFact::Fill(fill), .. }
            if *account == order.account
                && fill.client_order_id == order.client_order_id
                && fill.liquidity == Liquidity::Taker =>
        {
            Some(fill)
        }
        _ => None,
    }
}

fn is_implied(event: &Event) -> bool {
    let Event::Market { fact: MarketFact::Trade { kind, .. }, .. } = event else { return false };
    *kind == TradeKind::Implied
}

fn told<'a>(order: &NewOrder, event: &'a Event) -> Option<&'a OrderReport> {
    match event {
        Event::Account { account, fact: AccountFact::Order(report), .. }
            if *account == order.account =>
        {
            Some(report)
        }
        _ => None,
    }
}

fn margin(order: &NewOrder, event: &Event) -> Option<MarginReport> {
    match event {
        Event::Account { account, fact: AccountFact::Margin(report), .. }
            if *account == order.account =>
        {
            Some(*report)
        }
        _ => None,
    }
}
