//! The terms of clearing: the house's capital, the default fund, calls, slices. Chapter 10.

use serde::{Deserialize, Serialize};

/// Longest time to meet a call, and between two slices.
const A_DAY_IN_MINUTES: u32 = 1440;

/// Most capital of the house.
const MOST_CAPITAL: i64 = 1 << 50;

/// How a default is cleared. Without these terms nobody is called, and gains pay for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClearingTerms {
    /// What the house pays in when the market opens, and stands to lose before its members.
    pub house_capital_mills: i64,
    /// Size of the default fund, as a part of what the two largest lose together in the worst
    /// scenario; 0 for none.
    pub fund_permille: u32,
    /// What an account can be assessed for each default, as a part of its contribution.
    pub assessment_permille: u32,
    /// Time to meet a call for margin; 0 for no calls between settlements.
    pub call_minutes: u32,
    /// The part of a position that the house sells at a time; 0 for all of it.
    pub slice_permille: u32,
    /// A position of fewer lots is sold whole.
    pub slice_full_lots: u64,
    /// A slice is at most this part of what the other side of the book shows; 0 for any.
    pub slice_book_permille: u32,
    /// Least time between two slices.
    pub slice_seconds: u32,
    /// Most of the attested capacity of a product that one account may hold in its nearest month.
    pub spot_month_permille: u32,
    /// An account that holds more than this part of a contract's open interest accounts for it; 0 for
    /// no accounting.
    pub accountability_permille: u32,
    /// And more than so many lots.
    pub accountability_lots: u64,
}

impl ClearingTerms {
    /// What is wrong with these terms, if anything.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if !(0..=MOST_CAPITAL).contains(&self.house_capital_mills) {
            Some("house_capital_mills is 0 to 2^50")
        } else if 2000 < self.fund_permille || 10_000 < self.assessment_permille {
            Some("fund_permille is at most 2000 and assessment_permille at most 10000")
        } else if 1000 < self.spot_month_permille || 1000 < self.accountability_permille {
            Some("spot_month_permille and accountability_permille are at most 1000")
        } else if 1000 < self.slice_permille || 1000 < self.slice_book_permille {
            Some("slice_permille and slice_book_permille are at most 1000")
        } else if A_DAY_IN_MINUTES < self.call_minutes || A_DAY_IN_MINUTES * 60 < self.slice_seconds
        {
            Some("call_minutes and slice_seconds are at most a day")
        } else {
            None
        }
    }
}
