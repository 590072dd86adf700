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

fn instrument(id: u32, tenor: Tenor) -> Instrument {
    Instrument {
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
    }
}

#[test]
fn only_the_sellers_side_of_the_first_month_is_counted() {
    let mut tally = Tally::default();
    for (id, tenor) in [(1, "2027M01"), (2, "2027M02")] {
        let tenor = Tenor::parse(tenor).expect("a tenor");
        let terms = instrument(id, tenor);
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
    for key in ["digest", "gpu_hours_due", "ledger_total_mills", "nodes_tested", "paid_mills"] {
        assert!(keys.contains_key(key), "{key} is told");
    }
}

#[test]
fn thousands_are_grouped() {
    assert_eq!([0, 999, 1_000, 184_220].map(grouped), ["0", "999", "1,000", "184,220"]);
}

#[test]
fn what_covers_is_not_contracted_twice_and_what_two_hear_is_counted_once() {
    let mut tally = Tally::default();
    let half =
        ObligationReport { due: GpuHours(1_000), delivered: GpuHours(900), ..obligation(2, 1) };
    let half = ObligationReport { short: GpuHours(100), ..half };
    let whole = ObligationReport {
        covered: GpuHours(1_000),
        delivered: GpuHours(44_000),
        ..obligation(1, 1)
    };
    let tenor = Tenor::parse("2027M01").expect("a tenor");
    let covered = types::PerformanceFact::Covered {
        obligation: ObligationId(1),
        by: ObligationId(2),
        lots: Lots(1),
        price: Ticks(2_400),
    };
    let signed =
        types::PerformanceFact::Countersigned { obligation: ObligationId(1), hour: Timestamp(0) };
    let mut hear = |account, fact| {
        tally.count(&Event::Account { account: AccountId(account), acct_seq: 1, fact });
    };
    for account in [1, 2] {
        hear(account, AccountFact::Performance(covered));
        hear(account, AccountFact::Performance(signed));
    }
    hear(1, AccountFact::Obligation(whole));
    hear(3, AccountFact::Obligation(half));
    tally.instruments.insert(InstrumentId(1), instrument(1, tenor));
    let report = tally.report(Mills::ZERO, 9, Digest([0; 32]));
    let (due, delivered) = (report.gpu_hours_due, report.gpu_hours_delivered);
    assert_eq!((due, delivered, report.gpu_hours_short), (47_616, 44_900, 2_716));
    assert_eq!(due, delivered + report.gpu_hours_short);
    assert_eq!((report.obligations, report.gpu_hours_by_covers), (1, 900));
    assert_eq!((report.story.hours_signed, report.story.lots_covered), (1, 1));
    assert!(report.to_string().contains("44,900 delivered + 2,716 short = 47,616 contracted"));
}

#[test]
fn money_is_written_with_its_thousands() {
    let written = [0, 1, 1_182_735_795, -2_500].map(dollars);
    assert_eq!(written, ["$0.000", "$0.001", "$1,182,735.795", "-$2.500"]);
}
