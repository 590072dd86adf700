//! A market to test with: small numbers, no fees, and the sixteen scenarios of the rulebook.

use types::terms::{
    AuctionTerms, CapacityTerms, ClearingTerms, CoverageStep, DeliveryTerms, FactorTerms, FeeTerms,
    PerformanceTerms, RiskTerms,
};
use types::{MarketTerms, ProductTerms, Scenario, Settlement, YearMonth};

/// The terms every scenario starts from: one settlement a day at 16:00 UTC, no fees, three months
/// of delivery of one product.
#[must_use]
pub fn terms(products: Vec<ProductTerms>) -> MarketTerms {
    MarketTerms {
        name: "test market".to_owned(),
        settlement_hour: 16,
        settlement_window_minutes: 30,
        holidays: Vec::new(),
        open_orders_per_account: 200,
        auction: AuctionTerms::default(),
        fees: FeeTerms {
            maker_mills_per_lot: 0,
            taker_mills_per_lot: 0,
            delivery_mills_per_gpu_hour: 0,
        },
        delivery: DeliveryTerms {
            assignment_business_days: 2,
            receipt_hours: 24,
            escrow_days: 7,
            invoice_days: 2,
            tolerance_permille: 20,
            seller_index_permille: 1300,
            performance_permille: 100,
            buyer_index_permille: 700,
            capacity: None,
            performance: None,
        },
        clearing: ClearingTerms::default(),
        index: None,
        spread: Vec::new(),
        member_combinations: 10,
        scenario: scenarios(),
        product: products,
    }
}

/// The registry as the rulebook has it: coverage of a quarter, a half and all.
#[must_use]
pub fn capacity() -> CapacityTerms {
    let step = |days, permille| CoverageStep { days, permille };
    CapacityTerms {
        pledge_opens_days: 20,
        pledge_closes_days: 5,
        coverage: vec![step(30, 250), step(20, 500), step(5, 1000)],
        uncovered_permille: 100,
        tender_days: 1,
        alternative_days: 1,
        acceptance_days: 2,
        replace_hours: 24,
        factor: FactorTerms {
            rdma_3200_permille: 1000,
            rdma_1600_permille: 960,
            rdma_800_permille: 920,
            no_rdma_permille: 850,
        },
    }
}

/// How deliveries are performed, with covers, defaults and waivers, and no bond.
#[must_use]
pub fn performance() -> PerformanceTerms {
    PerformanceTerms {
        dispute_hours: 48,
        dispute_permille: 500,
        gap_hours: 1,
        cover_limit_permille: 1300,
        seller_default_hours: 24,
        bond_mills_per_lot: 0,
        service_permille: 980,
        penalty_permille: 500,
        buyer_grace_hours: 24,
        waived_hours: 72,
    }
}

/// One GPU generation at one hub, delivered in GPU-hours, at $2.400 an hour.
#[must_use]
pub fn product(name: &str, hub: &str) -> ProductTerms {
    ProductTerms {
        name: name.to_owned(),
        hub: hub.to_owned(),
        settlement: Settlement::Physical,
        months_listed: 3,
        quarters_listed: 0,
        years_listed: 0,
        spreads_listed: 0,
        block_trade: None,
        reference_ticks: 2400,
        lowest_ticks: 0,
        highest_ticks: 20_000,
        band_permille: None,
        wider_bands_permille: Vec::new(),
        limit_halt_seconds: 0,
        breaker_permille: None,
        breaker_minutes: 60,
        allocation: None,
        protection_ticks: 50,
        largest_order_lots: 1000,
        position_limit_lots: 5000,
        block_lots: 8,
        scan_before_ticks: 300,
        scan_after_ticks: 220,
        next_generation: YearMonth::new(2027, 10).expect("October is a month"),
        risk: RiskTerms::default(),
    }
}

fn scenarios() -> Vec<Scenario> {
    let curve = |name: &str, before_60ths, after_60ths| Scenario {
        name: name.to_owned(),
        before_60ths,
        after_60ths,
        hubs: Vec::new(),
        names: Vec::new(),
    };
    let hub = |name: &str, sixtieths| Scenario {
        hubs: vec!["US".to_owned()],
        ..curve(name, sixtieths, sixtieths)
    };
    let class = |name: &str, sixtieths| Scenario {
        names: vec!["H100".to_owned()],
        ..curve(name, sixtieths, sixtieths)
    };
    vec![
        curve("up a third", 20, 20),
        curve("down a third", -20, -20),
        curve("up two thirds", 40, 40),
        curve("down two thirds", -40, -40),
        curve("up", 60, 60),
        curve("down", -60, -60),
        curve("steeper", -15, 15),
        curve("flatter", 15, -15),
        curve("next generation early", -15, -90),
        curve("next generation late", 15, 60),
        hub("US apart, up", 30),
        hub("US apart, down", -30),
        class("H100 apart, up", 30),
        class("H100 apart, down", -30),
        curve("extreme, up", 42, 42),
        curve("extreme, down", -42, -42),
    ]
}
