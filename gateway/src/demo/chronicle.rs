//! What is worth a line of its own: contracts that end, deliveries that are assigned and begin,
//! nodes that fail, bills. Told by comparing two looks at the venue.

use std::collections::BTreeMap;

use types::{InstrumentId, Invoice, ObligationReport, ObligationState};

use super::report::grouped;
use crate::summary::{FinalSettlement, Summary};

/// What has happened between two looks: the day, and a sentence.
pub(super) fn news(before: &Summary, after: &Summary) -> Vec<String> {
    let mut lines = expired(before, after);
    lines.extend(assigned(before, after));
    for report in &after.obligations {
        let earlier = before.obligations.iter().find(|o| o.obligation == report.obligation);
        lines.extend(earlier.and_then(|earlier| changed(earlier, report, after)));
    }
    let bills = after.invoices.iter().skip(before.invoices.len());
    lines.extend(bills.map(|bill| billed(bill, after)));
    lines
}

fn billed(bill: &Invoice, summary: &Summary) -> String {
    let (date, symbol, number) =
        (bill.issued.date(), symbol(summary, bill.instrument), bill.obligation.0);
    let (amount, short, damages) = (bill.amount, grouped(bill.short.0), bill.damages);
    format!(
        "{date}  {symbol} obligation {number}: billed ${amount}, {short} short, damages ${damages}"
    )
}

fn expired(before: &Summary, after: &Summary) -> Vec<String> {
    let settled = after.final_settlements.iter().skip(before.final_settlements.len());
    let line = |last: &FinalSettlement| {
        let (date, symbol, price) = (last.date, &last.symbol, types::Mills(last.price.0));
        format!(
            "{date}  {symbol} has had its last trade: ${price}, {} lots open",
            last.open_interest
        )
    };
    settled.filter(|last| last.open_interest.0 != 0).map(line).collect()
}

/// One line for each contract whose shorts and longs have been paired.
fn assigned(before: &Summary, after: &Summary) -> Vec<String> {
    let mut contracts = BTreeMap::<InstrumentId, (u64, u64)>::new();
    let known = |report: &&ObligationReport| {
        before.obligations.iter().any(|earlier| earlier.obligation == report.obligation)
    };
    for report in after.obligations.iter().filter(|report| !known(report)) {
        let (obligations, gpu_hours) = contracts.entry(report.instrument).or_default();
        *obligations += 1;
        *gpu_hours += report.due.0;
    }
    let line = |(instrument, (obligations, gpu_hours)): (InstrumentId, (u64, u64))| {
        let (date, symbol) = (after.time.date(), symbol(after, instrument));
        let pairs = if obligations == 1 { "obligation" } else { "obligations" };
        format!(
            "{date}  {symbol} assigned: {obligations} {pairs}, {} GPU-hours",
            grouped(gpu_hours)
        )
    };
    contracts.into_iter().map(line).collect()
}

fn changed(
    before: &ObligationReport,
    after: &ObligationReport,
    summary: &Summary,
) -> Option<String> {
    let what = if before.state == ObligationState::Assigned
        && after.state == ObligationState::Delivering
    {
        format!("delivery begins with {} nodes", after.nodes)
    } else {
        match (before.nodes_down.0, after.nodes_down.0) {
            (0, 0) => return None,
            (0, 1) => "a node is down".to_owned(),
            (0, down) => format!("{down} nodes are down"),
            (_, 0) => "all nodes are up again".to_owned(),
            _ => return None,
        }
    };
    let (number, symbol) = (after.obligation.0, symbol(summary, after.instrument));
    Some(format!("{}  {symbol} obligation {number}: {what}", summary.time.date()))
}

fn symbol(summary: &Summary, instrument: InstrumentId) -> &str {
    summary.symbols.get(&instrument).map_or("?", String::as_str)
}

#[cfg(test)]
mod tests;
