use types::{Date, DeliveryRole, GpuHours, Invoice, Lots, Mills, ObligationId, Ticks, Timestamp};

use super::*;
use crate::summary::FinalSettlement;

fn look(state: ObligationState, nodes_down: u64) -> Summary {
    let report = ObligationReport {
        obligation: ObligationId(7),
        instrument: InstrumentId(1),
        role: DeliveryRole::Deliver,
        lots: Lots(8),
        price: Ticks(2_281),
        state,
        start: Timestamp(0),
        end: Timestamp(1),
        due: GpuHours(47_616),
        delivered: GpuHours(0),
        short: GpuHours(0),
        nodes: Lots(8),
        nodes_down: Lots(nodes_down),
        paid: Mills::ZERO,
        damages: Mills::ZERO,
        factor_permille: 1000,
        uncovered: Lots::ZERO,
        covered: GpuHours(0),
        waived: GpuHours(0),
        held: GpuHours(0),
    };
    Summary { obligations: vec![report], ..empty() }
}

fn empty() -> Summary {
    let symbols = [(InstrumentId(1), "H100-US-2027M01".to_owned())].into();
    Summary { symbols, ..Summary::default() }
}

#[test]
fn a_delivery_is_told_from_its_assignment_on() {
    use ObligationState::{Assigned, Delivering};
    let news = |before: &Summary, after: &Summary| news(before, after).join("; ");
    let (new, running) = (look(Assigned, 0), look(Delivering, 0));
    assert_eq!(
        news(&empty(), &new),
        "1970-01-01  H100-US-2027M01 assigned: 1 obligation, 47,616 GPU-hours"
    );
    assert_eq!(
        news(&new, &running),
        "1970-01-01  H100-US-2027M01 obligation 7: delivery begins with 8 nodes"
    );
    assert_eq!(news(&running, &running), "");
    let (one, two) = (look(Delivering, 1), look(Delivering, 2));
    assert_eq!(news(&running, &one), "1970-01-01  H100-US-2027M01 obligation 7: a node is down");
    assert_eq!(news(&running, &two), "1970-01-01  H100-US-2027M01 obligation 7: 2 nodes are down");
    assert_eq!(news(&one, &two), "");
    assert_eq!(
        news(&two, &running),
        "1970-01-01  H100-US-2027M01 obligation 7: all nodes are up again"
    );
}

#[test]
fn only_contracts_somebody_held_are_told_when_they_end() {
    let end = |symbol: &str, open_interest| FinalSettlement {
        symbol: symbol.to_owned(),
        price: Ticks(2_281),
        date: Date::from_civil(2026, 12, 17),
        open_interest: Lots(open_interest),
    };
    let ends = vec![end("H100-US-2027M01", 48), end("H100-EU-2027Q1", 0)];
    let after = Summary { final_settlements: ends, ..empty() };
    assert_eq!(
        news(&empty(), &after),
        ["2026-12-17  H100-US-2027M01 has had its last trade: $2.281, 48 lots open"]
    );
}

#[test]
fn a_bill_is_told_with_its_damages() {
    let bill = Invoice {
        obligation: ObligationId(7),
        instrument: InstrumentId(1),
        role: DeliveryRole::Deliver,
        issued: Timestamp(2),
        due: GpuHours(47_616),
        delivered: GpuHours(45_000),
        short: GpuHours(2_616),
        tolerated: GpuHours(952),
        covered: GpuHours(0),
        waived: GpuHours(0),
        price: Ticks(2_281),
        amount: Mills(102_645_000),
        damages_per_gpu_hour: Mills(409),
        damages: Mills(680_576),
        fee: Mills(90_000),
    };
    let after = Summary { invoices: vec![bill], ..empty() };
    assert_eq!(
        news(&empty(), &after),
        [
            "1970-01-01  H100-US-2027M01 obligation 7: billed $102645.000, 2,616 short, damages $680.576"
        ]
    );
}
