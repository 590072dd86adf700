//! an order that is sent right after it was asked about is treated as foretold.

use engine::Exchange;
use tests::workload::Workload;
use types::{
    AccountFact, Command, Event, FillReport, Liquidity, Mills, Preview, RejectReason, Ticks,
    Verdict,
};

#[test]
fn what_was_foretold_happens() {
    let mut exchange = Exchange::new();
    let (mut refused, mut rested, mut traded) = (0, 0, 0);
    for command in Workload::new(21).take(20_000) {
        let mut events = Vec::new();
        let preview = match &command.value {
            Command::PlaceOrder(order) => Some(exchange.preview(order, command.time)),
            _ => None,
        };
        exchange.apply(&command, &mut events);
        let (Some(preview), Some(Event::Verdict(verdict))) = (preview, events.last()) else {
            continue;
        };
        match (preview, verdict) {
            (_, Verdict::Order(order)) if order.duplicate => {}
            // A preview does not look at whether the order's id was used before.
            (_, Verdict::Refused(refusal))
                if refusal.reason == RejectReason::ClientOrderIdConflict => {}
            (Err(foretold), Verdict::Refused(refusal)) => {
                refused += u64::from(foretold == *refusal);
            }
            (Ok(preview), Verdict::Order(order)) => {
                check_trades(&preview, &events, order.notional);
                check_margin(&preview, &events);
                traded += u64::from(0 < order.filled.0);
                rested += u64::from(order.filled.0 == 0);
            }
            (preview, verdict) => {
                let was_asked_before = events.len() == 1 && preview.is_ok();
                assert!(was_asked_before, "{command:?}: {preview:?} and then {verdict:?}");
            }
        }
    }
    assert!(1_000 < refused && 500 < rested && 500 < traded, "{refused} {rested} {traded}");
}

fn check_trades(preview: &Preview, events: &[Event], notional: i128) {
    let fills: Vec<&FillReport> = events.iter().filter_map(taken).collect();
    assert_eq!(preview.fills, fills.iter().map(|fill| fill.lots).sum(), "{events:?}");
    assert_eq!(preview.notional, notional);
    assert_eq!(preview.fee, fills.iter().map(|fill| fill.fee).sum::<Mills>());
    assert_eq!(preview.worst, fills.last().map(|fill| fill.price));
    let is_within = |price: Ticks| fills.iter().all(|f| f.side.accepts(preview.limit, price));
    assert!(preview.worst.is_none_or(is_within));
}

/// The margin after is that of the order resting whole. Nothing else may have happened to it.
fn check_margin(preview: &Preview, events: &[Event]) {
    if events.iter().any(|event| taken(event).is_some()) {
        return;
    }
    let told = events.iter().find_map(|event| match event {
        Event::Account { fact: AccountFact::Margin(report), .. } => Some(*report),
        _ => None,
    });
    let is_gone = events.iter().any(|event| {
        matches!(event, Event::Account { fact: AccountFact::Order(order), .. } if order.reason.is_some())
    });
    let expected = if is_gone { preview.before } else { preview.after };
    assert_eq!(told.unwrap_or(preview.before), expected);
}

fn taken(event: &Event) -> Option<&FillReport> {
    match event {
        Event::Account { fact: AccountFact::Fill(fill), .. }
            if fill.liquidity == Liquidity::Taker =>
        {
            Some(fill)
        }
        _ => None,
    }
}
