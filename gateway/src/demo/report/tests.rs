use types::{AccountId, Kind, Lots, ObligationState, Timestamp};

use super::*;

fn obligation(number: u64, instrument: u32) -> ObligationReport {
    ObligationReport {
        obligation: ObligationId(number),
        instrument: InstrumentId(instrument),
        role: DeliveryRole::Deliver,
        lots: Lots(8),
        price: Ticks(2_281),
        state: ObligationState::Delivering,
        start: Timestamp(0),
        end: Timestamp(1),
        due: GpuHours(47_616),
        delivered: GpuHours(45_000),
        short: GpuHours(2_616),
        nodes: Lots(8),
        nodes_down: Lots(1),
        paid: Mills(0),
        damages: Mills(0),
        factor_permille: 1000,
        uncovered: Lots::ZERO,
        covered: GpuHours(0),
        waived: GpuHours(0),
        held: GpuHours(0),
    }
}

fn invoice(number: u64, instrument: u32) -> Invoice {
    Invoice {
        obligation: ObligationId(number),
        instrument: InstrumentId(instrument),
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
    }
}

fn summary(obligations: &[(u64, u32)], invoices: &[(u64, u32)]) -> Summary {
    let symbols = [(1, "H100-US-2027M01"), (2, "H200-US-2027M01"), (3, "H100-US-2027M02")];
    Summary {
        symbols: symbols.map(|(id, symbol)| (InstrumentId(id), symbol.to_owned())).into(),
        obligations: obligations.iter().map(|(o, i)| obligation(*o, *i)).collect(),
        invoices: invoices.iter().map(|(o, i)| invoice(*o, *i)).collect(),
        ..Summary::default()
    }
}

#[test]
fn a_month_is_settled_when_all_its_obligations_are_billed() {
    assert!(!is_settled(&summary(&[], &[])));
    assert!(!is_settled(&summary(&[(1, 1), (2, 2), (3, 3)], &[(1, 1)])));
    assert!(is_settled(&summary(&[(1, 1), (2, 2), (3, 3)], &[(1, 1), (2, 2)])));
}

#[test]
fn only_the_sellers_side_of_the_first_month_is_counted() {
    let mut tally = Tally::default();
    for (id, tenor) in [(1, "2027M01"), (2, "2027M02")] {
        let tenor = Tenor::parse(tenor).expect("a tenor");
        let terms = Instrument {
            id: InstrumentId(id),
            product: types::ProductId(0),
            kind: Kind::Outright(tenor),
            start: tenor.start(),
            end: tenor.end(),
            hours: tenor.hours(),
            symbol: format!("H100-US-{tenor}"),
            tick_value: types::TickValue(5_952),
            last_trading: Timestamp(0),
            lowest: Ticks(1),
            highest: Ticks(50_000),
            largest_order: Lots(1),
            reference: Ticks(2_400),
        };
        tally.count_market(InstrumentId(id), &MarketFact::Listed(Box::new(terms)));
        tally.final_prices.insert(InstrumentId(id), Ticks(2_281 + i64::from(id)));
    }
    let sellers = [obligation(1, 1), obligation(2, 2)];
    let buyers = sellers.map(|report| ObligationReport { role: DeliveryRole::Receive, ..report });
    for report in sellers.into_iter().chain(buyers) {
        let fact = AccountFact::Obligation(report);
        tally.count(&Event::Account { account: AccountId(1), acct_seq: 1, fact });
    }
    let fact = AccountFact::Invoice(invoice(1, 1));
    tally.count(&Event::Account { account: AccountId(1), acct_seq: 2, fact });

    let report = tally.report(Mills::ZERO, 9, Digest([0; 32]));
    let figures = [report.gpu_hours_due, report.gpu_hours_delivered, report.gpu_hours_short];
    assert_eq!(figures, [47_616, 45_000, 2_616]);
    assert_eq!((report.obligations, report.invoices, report.damages_mills), (1, 1, 680_576));
    assert_eq!(report.settlement_price, Some(2.282));
    let keys: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&report.json()).expect("it is JSON");
    let expected = [
        "damages_mills",
        "digest",
        "gpu_hours_delivered",
        "gpu_hours_due",
        "gpu_hours_short",
        "invoices",
        "ledger_total_mills",
        "log_records",
        "obligations",
        "settlement_price",
        "trades",
    ];
    assert!(keys.keys().eq(expected.iter()));
}

#[test]
fn thousands_are_grouped() {
    assert_eq!([0, 999, 1_000, 184_220].map(grouped), ["0", "999", "1,000", "184,220"]);
}
