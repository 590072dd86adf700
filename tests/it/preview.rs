//! an order that is sent right after it was asked about is treated as foretold.

use engine::Exchange;
use tests::workload::{MARKETS, Workload};
use types::{
    AccountFact, CancelReason, Command, Event, FillReport, Liquidity, Lots, MarginReport,
    MarketFact, Mills, NewOrder, OrderChange, OrderReport, Preview, RejectReason, Ticks, TradeKind,
    TransferKind, Verdict,
};

/// How often something was seen.
#[derive(Debug, Default)]
struct Seen {
    refused: u64,
    rested: u64,
    traded: u64,
    /// How often the margin that was foretold was that of an order that rested, or traded.
    margins: [u64; 2],
    /// How often a liquidation price was foretold.
    liquidations: u64,
}

#[test]
fn what_was_foretold_happens() {
    let mut seen = Seen::default();
    for seed in 0..MARKETS {
        let mut exchange = Exchange::new();
        for command in Workload::new(seed).take(10_000) {
            let mut events = Vec::new();
            let Command::PlaceOrder(order) = &command.value else {
                exchange.apply(&command, &mut events);
                continue;
            };
            let preview = exchange.preview(order, command.time);
            exchange.apply(&command, &mut events);
            check(order, preview, &events, &mut seen);
        }
    }
    assert!(5_000 < seen.refused && 2_000 < seen.rested && 2_000 < seen.traded, "{seen:?}");
    assert!(seen.margins.iter().all(|count| 1_000 < *count), "{seen:?}");
    assert!(1_000 < seen.liquidations, "{seen:?}");
}

fn check(
    order: &NewOrder,
    preview: Result<Preview, types::Refusal>,
    events: &[Event],
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
            seen.liquidations += u64::from(preview.liquidation.is_some());
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
/// is another matter. What is implied it may trade beside what was foretold.
fn check_trades(order: &NewOrder, preview: &Preview, events: &[Event]) {
    let fills: Vec<&FillReport> = events.iter().filter_map(|event| taken(order, event)).collect();
    let notional = |fill: &&FillReport| i128::from(fill.price.0) * i128::from(fill.lots.0);
    let lots: Lots = fills.iter().map(|fill| fill.lots).sum();
    if events.iter().any(is_implied) {
        assert!(preview.fills <= lots, "{order:?} {events:?}");
        return;
    }
    assert_eq!(preview.fills, lots, "{order:?} {events:?}");
    assert_eq!(preview.notional, fills.iter().map(notional).sum());
    assert_eq!(preview.fee, fills.iter().map(|fill| fill.fee).sum::<Mills>());
    assert_eq!(preview.worst, fills.last().map(|fill| fill.price));
    let is_within = |price: Ticks| order.side.accepts(preview.limit, price);
    assert!(preview.worst.is_none_or(is_within));
}

/// The margin after is what the account is told, to the mill. Where anything else happened to it, it
/// is not compared: others of its orders that ended or traded, what was implied, a quote group.
fn check_margin(order: &NewOrder, preview: &Preview, events: &[Event], seen: &mut Seen) {
    let mut reports = events.iter().filter_map(|event| told(order, event));
    let is_new = reports.next().is_some_and(|report| report.change == OrderChange::New);
    let is_alone = reports.all(|report| {
        report.client_order_id == order.client_order_id
            && report.reason != Some(CancelReason::ReduceOnly)
    });
    let is_foretold = |event: &Event| match event {
        Event::Account { account, fact: AccountFact::Fill(fill), .. } => {
            *account != order.account || taken(order, event) == Some(fill)
        }
        Event::Account { account, fact: AccountFact::Cash(transfer), .. } => {
            *account != order.account || transfer.kind != TransferKind::Shortfall
        }
        event => !is_implied(event),
    };
    if !is_new || !is_alone || !events.iter().all(is_foretold) {
        return;
    }
    let told = events.iter().rev().find_map(|event| margin(order, event));
    assert_eq!(told.unwrap_or(preview.before), preview.after, "{order:?} {events:?}");
    seen.margins[usize::from(preview.fills != Lots::ZERO)] += 1;
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
