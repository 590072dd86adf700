//! The terms of a market with every kind of field.

use types::terms::{
    AllocationTerms, AuctionTerms, BlockTerms, ClearingTerms, ConcentrationTerms, DeliveryTerms,
    FeeTerms, IndexTerms, InterestTerms, RiskTerms, ScanTerms, SpreadTerms,
};
use types::{Date, MarketTerms, ObservationKind, ProductTerms, Scenario, Settlement, YearMonth};

pub(super) fn terms() -> MarketTerms {
    MarketTerms {
        name: "sample".to_owned(),
        settlement_hour: 16,
        settlement_window_minutes: 30,
        holidays: vec![Date::from_civil(2027, 1, 1)],
        open_orders_per_account: 100,
        auction: AuctionTerms {
            opening_seconds: 120,
            settlement_seconds: 300,
            volatility_seconds: 120,
            restart_seconds: 60,
            no_cancel_seconds: 30,
        },
        fees: FeeTerms {
            maker_mills_per_lot: -10,
            taker_mills_per_lot: 40,
            delivery_mills_per_gpu_hour: 1,
        },
        delivery: DeliveryTerms {
            assignment_business_days: 2,
            receipt_hours: 24,
            escrow_days: 7,
            invoice_days: 2,
            tolerance_permille: 20,
            seller_index_permille: 1_300,
            performance_permille: 100,
            buyer_index_permille: 700,
            capacity: None,
            performance: None,
        },
        clearing: ClearingTerms {
            house_capital_mills: 5_000_000_000,
            fund_permille: 500,
            assessment_permille: 1_000,
            call_minutes: 60,
            slice_permille: 500,
            slice_full_lots: 50,
            slice_book_permille: 10,
            slice_seconds: 60,
            spot_month_permille: 250,
            accountability_permille: 100,
            accountability_lots: 5_000,
        },
        index: Some(IndexTerms {
            window_days: 7,
            least_per_day: 8,
            least_days: 3,
            trim_permille: 100,
            spread_permille: 2500,
            least_gpus: 1,
            kinds: vec![ObservationKind::Offer],
            cutoff_hour: 12,
            revision_days: 2,
            carry_days: 5,
        }),
        spread: vec![SpreadTerms {
            near: "H100-US".to_owned(),
            far: "B200-US".to_owned(),
            months: 3,
        }],
        member_combinations: 100,
        scenario: vec![Scenario {
            name: "up".to_owned(),
            before_60ths: 20,
            after_60ths: -60,
            hubs: vec!["US".to_owned()],
            names: Vec::new(),
        }],
        product: vec![product()],
    }
}

fn product() -> ProductTerms {
    ProductTerms {
        name: "H100".to_owned(),
        hub: "US".to_owned(),
        settlement: Settlement::Physical,
        months_listed: 12,
        quarters_listed: 8,
        years_listed: 3,
        spreads_listed: 11,
        block_trade: Some(BlockTerms { smallest_lots: 8, range_permille: 30 }),
        reference_ticks: 2_400,
        lowest_ticks: 1,
        highest_ticks: 20_000,
        band_permille: Some(150),
        wider_bands_permille: vec![200, 300],
        limit_halt_seconds: 300,
        breaker_permille: Some(50),
        breaker_minutes: 60,
        allocation: Some(AllocationTerms {
            top_lots: 10,
            maker_permille: 300,
            fifo_permille: 400,
            smallest_lots: 2,
        }),
        protection_ticks: 50,
        largest_order_lots: 1_000,
        position_limit_lots: 5_000,
        block_lots: 8,
        scan_before_ticks: 300,
        scan_after_ticks: 220,
        next_generation: YearMonth::new(2027, 9).expect("a month"),
        risk: RiskTerms {
            concentration: Some(ConcentrationTerms {
                permille: 500,
                days: 20,
                least_volume_lots: 400,
            }),
            interest: Some(InterestTerms { from_lots: 10_000, to_lots: 50_000 }),
            scan: Some(ScanTerms { floor_permille: 100, most_ticks: 3_000 }),
        },
    }
}
