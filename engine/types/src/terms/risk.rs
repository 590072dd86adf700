//! The terms of margin beyond the sixteen scenarios: concentration, open interest, scan ranges that
//! follow the market. Each is absent where it does not apply.

use serde::{Deserialize, Serialize};

use super::{MONEY_LIMIT, ProductTerms};

/// Most days that daily volume is averaged over.
const MOST_DAYS: u8 = 60;

/// What margin depends on beside the scenarios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RiskTerms {
    /// What large positions add.
    pub concentration: Option<ConcentrationTerms>,
    /// How scan ranges grow with open interest.
    pub interest: Option<InterestTerms>,
    /// How scan ranges follow settlement prices.
    pub scan: Option<ScanTerms>,
}

/// What a position adds to its margin because it is large beside what trades in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcentrationTerms {
    /// The part of the scan range that counts; 1 to 2,000.
    pub permille: u32,
    /// Days whose volumes are averaged; 1 to 60.
    pub days: u8,
    /// What a contract trades in a day counts as at least so many lots; 1 or more.
    pub least_volume_lots: u64,
}

/// How much wider scan ranges are where many lots are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterestTerms {
    /// Up to this open interest of a month its scan range is what it is.
    pub from_lots: u64,
    /// From this open interest on it is twice that.
    pub to_lots: u64,
}

/// How scan ranges follow settlement prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanTerms {
    /// A scan range is at least this part of the price; at most 1,000.
    pub floor_permille: u32,
    /// And at most this.
    pub most_ticks: i64,
}

impl ProductTerms {
    /// The widest scan range that a month of the product can ever have.
    pub(super) fn widest_scan(&self) -> i64 {
        let stressed = self.scan_before_ticks.max(self.scan_after_ticks);
        let widest = self.risk.scan.map_or(stressed, |scan| scan.most_ticks);
        let times = if self.risk.interest.is_some() { 2 } else { 1 };
        widest.saturating_mul(times)
    }

    /// What is wrong with these terms, if anything; scan ranges are known to be in order.
    pub(super) fn risk_fault(&self) -> Option<&'static str> {
        let RiskTerms { concentration, interest, scan } = self.risk;
        let stressed = self.scan_before_ticks.max(self.scan_after_ticks);
        if concentration.is_some_and(|c| c.permille == 0 || 2000 < c.permille) {
            Some("permille of concentration is 1 to 2000")
        } else if concentration.is_some_and(|c| c.days == 0 || MOST_DAYS < c.days) {
            Some("days of concentration are 1 to 60")
        } else if concentration.is_some_and(|c| c.least_volume_lots == 0) {
            Some("least_volume_lots is at least 1")
        } else if concentration.is_some_and(|c| MONEY_LIMIT < self.most_concentrated(c)) {
            Some("the concentration of the largest position must stay below 2^50 mills")
        } else if interest.is_some_and(|i| i.to_lots <= i.from_lots || i64::MAX as u64 <= i.to_lots)
        {
            Some("to_lots of open interest is above from_lots")
        } else if scan.is_some_and(|scan| 1000 < scan.floor_permille) {
            Some("floor_permille of scan ranges is at most 1000")
        } else if scan.is_some_and(|scan| scan.most_ticks < stressed) {
            Some("most_ticks is no less than the scan ranges of the terms")
        } else {
            None
        }
    }

    /// More than the concentration of any position, in mills.
    fn most_concentrated(&self, terms: ConcentrationTerms) -> i128 {
        let lots = u128::from(self.position_limit_lots.max(self.largest_order_lots));
        let root = (lots / u128::from(terms.least_volume_lots) + 1).isqrt() + 1;
        let value = i128::from(self.widest_scan()) * i128::from(self.tick_value(8784).0);
        let wide = |number: u128| i128::try_from(number).expect("64 bits");
        (2 * value).saturating_mul(wide(lots)).saturating_mul(wide(root))
    }
}
