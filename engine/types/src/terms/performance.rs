//! What follows when GPU-hours are delivered, missed or not paid. Chapter 9.

use serde::{Deserialize, Serialize};

use super::DeliveryTerms;

/// Most bond for a lot.
const MOST_BOND: i64 = 1 << 40;

/// How a delivery is performed. Without these terms hours are neither disputed, covered, waived nor
/// resold, and there are no bonds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerformanceTerms {
    /// Hours after the end of a delivery hour at which what is disputed of it is decided without a
    /// probe.
    pub dispute_hours: u8,
    /// The part of what is disputed that counts as delivered then.
    pub dispute_permille: u32,
    /// Hours after the end of a delivery hour at which a node that has shown nothing for it is
    /// covered.
    pub gap_hours: u8,
    /// A cover costs at most the index times this; 0 for no covers.
    pub cover_limit_permille: u32,
    /// Hours without any node after which a seller is in default; 0 for never.
    pub seller_default_hours: u8,
    /// Bond of a seller for each lot it delivers; 0 for none.
    pub bond_mills_per_lot: i64,
    /// The availability below which a part of the bond is lost; 0 for no penalty.
    pub service_permille: u32,
    /// The largest part of the bond that is lost.
    pub penalty_permille: u32,
    /// Hours that a buyer has to fund its escrow before its hours are resold.
    pub buyer_grace_hours: u8,
    /// Hours of a month that may be waived at one hub.
    pub waived_hours: u32,
}

impl PerformanceTerms {
    /// What is wrong with these terms, if anything.
    pub(super) fn fault(&self, delivery: &DeliveryTerms) -> Option<&'static str> {
        let invoice_hours = u32::from(delivery.invoice_days) * 24;
        let fault = if u32::from(self.dispute_hours) < u32::from(delivery.receipt_hours)
            || invoice_hours < u32::from(self.dispute_hours)
        {
            "dispute_hours lies between receipt_hours and the invoice"
        } else if 1000 < self.dispute_permille
            || 1000 < self.service_permille
            || 1000 < self.penalty_permille
        {
            "dispute_permille, service_permille and penalty_permille are at most 1000"
        } else if self.gap_hours == 0 || delivery.receipt_hours < self.gap_hours {
            "gap_hours is at least 1 and at most receipt_hours"
        } else if 10_000 < self.cover_limit_permille {
            "cover_limit_permille is at most 10000"
        } else if !(0..=MOST_BOND).contains(&self.bond_mills_per_lot) {
            "bond_mills_per_lot is not negative and at most 2^40"
        } else if 744 < self.waived_hours {
            "waived_hours is at most 744"
        } else {
            return None;
        };
        Some(fault)
    }
}
