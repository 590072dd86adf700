//! The terms of the market, as its operator writes them in `market.toml`. They are the first
//! command of every log, so no number of the market stands in code.
//!
//! Unknown keys are refused. Units stand in the names: `_mills` is $0.001, `_permille` is 1/1000.

mod capacity;
mod clearing;
mod delivery;
mod index;
mod performance;
mod risk;
mod trading;

use serde::{Deserialize, Serialize};

use crate::{Date, Lots, Mills, Tenor, TickValue, YearMonth};

pub use capacity::{CapacityTerms, CoverageStep, FactorTerms};
pub use clearing::ClearingTerms;
pub use delivery::DeliveryTerms;
pub use index::IndexTerms;
pub use performance::PerformanceTerms;
pub use risk::{ConcentrationTerms, InterestTerms, RiskTerms, ScanTerms};
pub use trading::{AllocationTerms, AuctionTerms, BlockTerms, SpreadTerms};

/// How many margin scenarios there are.
pub const SCENARIOS: usize = 16;

/// GPUs in one lot: a node.
pub const GPUS_PER_LOT: u64 = 8;

/// Everything the operator decides about the market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketTerms {
    /// Name shown to people.
    pub name: String,
    /// Hour of the day, UTC, of the daily settlement and of the end of a last trading day; 0 to 23.
    pub settlement_hour: u8,
    /// How far back trades count for the daily settlement price; 1 to 1,440.
    pub settlement_window_minutes: u32,
    /// Days that are no business days, beside Saturdays and Sundays.
    #[serde(default)]
    pub holidays: Vec<Date>,
    /// Largest number of open orders of one account.
    pub open_orders_per_account: u32,
    /// How long orders are collected before each kind of auction.
    #[serde(default)]
    pub auction: AuctionTerms,
    /// What trading and delivery cost.
    pub fees: FeeTerms,
    /// How a contract is delivered.
    pub delivery: DeliveryTerms,
    /// How a default is cleared.
    #[serde(default)]
    pub clearing: ClearingTerms,
    /// How the reference index is worked out; the operator publishes it when absent.
    #[serde(default)]
    pub index: Option<IndexTerms>,
    /// Spreads between products that are always listed.
    #[serde(default)]
    pub spread: Vec<SpreadTerms>,
    /// Most combinations that members have listed at a time.
    #[serde(default)]
    pub member_combinations: u32,
    /// The sixteen margin scenarios.
    pub scenario: Vec<Scenario>,
    /// One entry for each generation and hub.
    pub product: Vec<ProductTerms>,
}

/// Fees; a negative one is a rebate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeTerms {
    /// Paid by the resting side of a trade, for each lot.
    pub maker_mills_per_lot: i64,
    /// Paid by the aggressor of a trade, for each lot.
    pub taker_mills_per_lot: i64,
    /// Paid by the seller on its invoice, for each GPU-hour delivered.
    pub delivery_mills_per_gpu_hour: i64,
}

/// A move of the whole curve against which collateral must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name shown to people.
    pub name: String,
    /// Move of contracts before the next generation, in sixtieths of their scan range.
    pub before_60ths: i32,
    /// Move of contracts from the next generation on, in sixtieths of their scan range.
    pub after_60ths: i32,
    /// The hubs it moves; all when empty.
    #[serde(default)]
    pub hubs: Vec<String>,
    /// The generations it moves; all when empty.
    #[serde(default)]
    pub names: Vec<String>,
}

/// How a contract ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Settlement {
    /// In GPU-hours: a tick of a lot is worth 8 GPUs x hours x one mill.
    Physical,
    /// In money at the final settlement price.
    Cash {
        /// What a tick of a lot is worth; 0 for a market without money.
        multiplier_mills: i64,
    },
    /// In money, at the average of the index over the month: the cash twin of a physical month.
    Index,
}

/// One GPU generation at one hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductTerms {
    /// GPU generation: `H100`.
    pub name: String,
    /// Where it is delivered: `US`.
    pub hub: String,
    /// How its contracts end.
    pub settlement: Settlement,
    /// Months listed ahead; 1 to 36.
    pub months_listed: u8,
    /// Quarters listed ahead; 0 to 12.
    pub quarters_listed: u8,
    /// Calendar years listed ahead; 0 to 5.
    pub years_listed: u8,
    /// Spreads of a month and the next that are always listed; 0 to 35.
    #[serde(default)]
    pub spreads_listed: u8,
    /// What may be traded away from the book; nothing when absent.
    #[serde(default)]
    pub block_trade: Option<BlockTerms>,
    /// Settlement price of the first contracts, in ticks.
    pub reference_ticks: i64,
    /// Lowest price an order may ever have, in ticks.
    pub lowest_ticks: i64,
    /// Highest price an order may ever have, in ticks.
    pub highest_ticks: i64,
    /// How far an order's price may be from the last settlement price; absent for any distance.
    #[serde(default)]
    pub band_permille: Option<u32>,
    /// The bands after that one: when a trade reaches the edge of a band, the contract halts and goes
    /// on with the next.
    #[serde(default)]
    pub wider_bands_permille: Vec<u32>,
    /// How long such a halt is, in seconds.
    #[serde(default)]
    pub limit_halt_seconds: u32,
    /// How far a trade may be from every other trade of the last minutes, in permille of the
    /// settlement price; absent for any distance.
    #[serde(default)]
    pub breaker_permille: Option<u32>,
    /// How many minutes those are; 1 to 60.
    #[serde(default = "trading::an_hour")]
    pub breaker_minutes: u32,
    /// How lots are shared out at one price; by time alone when absent.
    #[serde(default)]
    pub allocation: Option<AllocationTerms>,
    /// How far beyond the best opposite price a market order may trade, in ticks.
    pub protection_ticks: i64,
    /// Largest quantity of one order.
    pub largest_order_lots: u64,
    /// Largest position of one account in one contract, either way.
    pub position_limit_lots: u64,
    /// Lots of one delivery block: the GPUs of one fabric.
    pub block_lots: u64,
    /// Price scan range of contracts before the next generation, in ticks; it is never less.
    pub scan_before_ticks: i64,
    /// Price scan range of contracts from the next generation on, in ticks; it is never less.
    pub scan_after_ticks: i64,
    /// First month in which the next generation is sold.
    pub next_generation: YearMonth,
    /// What margin depends on beside the scenarios.
    #[serde(default)]
    pub risk: RiskTerms,
}

impl ProductTerms {
    /// `H100-US`; of a cash twin `H100-US-C`.
    #[must_use]
    pub fn symbol(&self) -> String {
        let twin = if self.settlement == Settlement::Index { "-C" } else { "" };
        format!("{}-{}{twin}", self.name, self.hub)
    }

    /// `H100-US-2027M03`; of a cash twin `H100-US-2027M03-C`.
    #[must_use]
    pub fn contract(&self, tenor: Tenor) -> String {
        let twin = if self.settlement == Settlement::Index { "-C" } else { "" };
        format!("{}-{}-{tenor}{twin}", self.name, self.hub)
    }

    /// What one tick of one lot of a contract with `hours` is worth.
    #[must_use]
    pub fn tick_value(&self, hours: u32) -> TickValue {
        match self.settlement {
            Settlement::Physical | Settlement::Index => TickValue(lots_hours(hours)),
            Settlement::Cash { multiplier_mills } => TickValue(multiplier_mills),
        }
    }

    /// What is wrong with these terms, if anything.
    fn fault(&self) -> Option<String> {
        let name = |s: &str| !s.is_empty() && s.len() <= 8 && s.bytes().all(is_symbol_byte);
        let longest = self.tick_value(8784).0;
        let scan = self.widest_scan();
        let extreme =
            i128::from(self.lowest_ticks.unsigned_abs().max(self.highest_ticks.unsigned_abs()))
                .max(10 * i128::from(scan));
        let lots = i128::from(self.position_limit_lots.max(self.largest_order_lots));
        let fault = if !name(&self.name) || !name(&self.hub) {
            "name and hub are 1 to 8 characters of A-Z and 0-9"
        } else if !(1..=36).contains(&self.months_listed) {
            "months_listed is 1 to 36"
        } else if 12 < self.quarters_listed || 5 < self.years_listed {
            "quarters_listed is at most 12 and years_listed at most 5"
        } else if self.months_listed <= self.spreads_listed {
            "spreads_listed is less than months_listed"
        } else if 0 < self.years_listed && self.quarters_listed < 4 {
            "quarters_listed is at least 4 where years cascade into them"
        } else if 0 < self.quarters_listed && self.months_listed < 3 {
            "months_listed is at least 3 where quarters cascade into them"
        } else if self.settlement == Settlement::Physical && self.lowest_ticks < 0 {
            "lowest_ticks is not negative where GPU-hours are delivered"
        } else if self.settlement == Settlement::Index
            && 0 < self.quarters_listed.max(self.years_listed).max(self.spreads_listed)
        {
            "a cash twin has months only: no quarters, years or spreads"
        } else if !(self.lowest_ticks <= self.reference_ticks
            && self.reference_ticks <= self.highest_ticks)
        {
            "reference_ticks lies between lowest_ticks and highest_ticks"
        } else if let Some(fault) = self.trading_fault() {
            fault
        } else if TICK_LIMIT < extreme || TICK_LIMIT < i128::from(self.protection_ticks) {
            "prices, protection and ten scan ranges are at most 2^50 ticks"
        } else if self.protection_ticks < 0
            || self.scan_before_ticks < 0
            || self.scan_after_ticks < 0
        {
            "protection_ticks and scan ranges are not negative"
        } else if self.largest_order_lots == 0
            || self.position_limit_lots == 0
            || self.block_lots == 0
        {
            "largest_order_lots, position_limit_lots and block_lots are at least 1"
        } else if i128::from(i64::MAX) / 8 < lots || longest < 0 {
            "quantities are below 2^60 lots and a multiplier is not negative"
        } else if MONEY_LIMIT < 4 * extreme * lots * i128::from(longest) {
            "highest price x largest position x tick value must stay below 2^50 mills"
        } else {
            self.risk_fault()?
        };
        Some(fault.to_owned())
    }
}

/// The furthest price; a thousand of them, for a band in permille, are still far below 2^63.
const TICK_LIMIT: i128 = 1 << 50;

/// What one position may ever be worth, with room for 4,096 of them in one account.
const MONEY_LIMIT: i128 = 1 << 50;

fn lots_hours(hours: u32) -> i64 {
    i64::from(hours) * i64::try_from(GPUS_PER_LOT).expect("eight")
}

fn is_symbol_byte(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

impl MarketTerms {
    /// What is wrong with these terms, in words, if anything; checked before a market opens, so
    /// that no order can make money overflow.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let delivery = &self.delivery;
        let mut symbols: Vec<String> = self.product.iter().map(ProductTerms::symbol).collect();
        symbols.sort();
        let fault = if 23 < self.settlement_hour {
            "settlement_hour is 0 to 23".to_owned()
        } else if !(1..=1440).contains(&self.settlement_window_minutes) {
            "settlement_window_minutes is 1 to 1440".to_owned()
        } else if self.scenario.len() != SCENARIOS {
            format!("there are {SCENARIOS} scenarios, not {}", self.scenario.len())
        } else if self
            .scenario
            .iter()
            .any(|s| 600 < s.before_60ths.unsigned_abs().max(s.after_60ths.unsigned_abs()))
        {
            "a scenario moves by at most 600 sixtieths".to_owned()
        } else if let Some(fault) = self.auction.fault() {
            fault.to_owned()
        } else if let Some(fault) = self.clearing.fault() {
            fault.to_owned()
        } else if let Some(fault) = self.index_fault() {
            fault.to_owned()
        } else if self.fees.all().iter().any(|fee| 1_000_000 < fee.unsigned_abs()) {
            "a fee is at most 1,000,000 mills".to_owned()
        } else if self.product.is_empty() || 64 < self.product.len() {
            "there are 1 to 64 products".to_owned()
        } else if symbols.windows(2).any(|pair| pair[0] == pair[1]) {
            "each product and hub stands once".to_owned()
        } else if 10_000 < self.member_combinations {
            "member_combinations is at most 10000".to_owned()
        } else if let Some(fault) = self.spread_fault() {
            fault
        } else if 1000 < delivery.tolerance_permille || 1000 < delivery.performance_permille {
            "tolerance_permille and performance_permille are at most 1000".to_owned()
        } else if !(1..=28).contains(&delivery.escrow_days) || 5 < delivery.assignment_business_days
        {
            "escrow_days is 1 to 28 and assignment_business_days at most 5".to_owned()
        } else if 168 < delivery.receipt_hours || 28 < delivery.invoice_days {
            "receipt_hours is at most 168 and invoice_days at most 28".to_owned()
        } else if i64::from(delivery.invoice_days) * 24 < i64::from(delivery.receipt_hours) {
            "the invoice comes after the last receipt is final".to_owned()
        } else if let Some(fault) = delivery.capacity_fault() {
            fault.to_owned()
        } else if let Some(fault) = delivery.performance.and_then(|terms| terms.fault(delivery)) {
            fault.to_owned()
        } else {
            return self
                .product
                .iter()
                .find_map(|p| p.fault().map(|fault| format!("{}: {fault}", p.symbol())));
        };
        Some(fault)
    }

    /// What is wrong with the index and the twins that end at it, if anything.
    fn index_fault(&self) -> Option<&'static str> {
        let is_twin = |product: &ProductTerms| product.settlement == Settlement::Index;
        match &self.index {
            Some(index) => index.fault(self.settlement_hour),
            None => self.product.iter().any(is_twin).then_some("a cash twin needs an index"),
        }
    }

    /// What is wrong with the spreads between products, if anything.
    fn spread_fault(&self) -> Option<String> {
        self.spread.iter().find_map(|spread| {
            let find = |symbol: &String| self.product.iter().find(|p| p.symbol() == *symbol);
            let pair = find(&spread.near).zip(find(&spread.far));
            let fault = match pair {
                None => "near and far are products",
                Some((near, far)) if near.symbol() == far.symbol() => "near and far are two",
                Some((near, _)) if near.settlement == Settlement::Index => "no cash twins",
                Some((near, far)) if near.settlement != far.settlement => "both end the same way",
                Some((near, far)) if near.months_listed.min(far.months_listed) < spread.months => {
                    "months is at most the months listed of both"
                }
                Some(_) => return None,
            };
            Some(format!("spread of {} and {}: {fault}", spread.near, spread.far))
        })
    }
}

impl DeliveryTerms {
    fn capacity_fault(&self) -> Option<&'static str> {
        self.capacity.as_ref()?.fault(self.assignment_business_days)
    }
}

impl FeeTerms {
    fn all(&self) -> [i64; 3] {
        [self.maker_mills_per_lot, self.taker_mills_per_lot, self.delivery_mills_per_gpu_hour]
    }

    /// The fee of `lots` at so many mills a lot.
    #[must_use]
    pub fn of(mills_per_lot: i64, lots: Lots) -> Mills {
        Mills::from_wide(i128::from(mills_per_lot) * i128::from(lots.0))
    }
}
