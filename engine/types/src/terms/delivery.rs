//! The terms of the month of delivery.

use serde::{Deserialize, Serialize};

use super::{CapacityTerms, PerformanceTerms};

/// The timetable and the penalties of delivery. Chapter 9.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryTerms {
    /// Business days from the last trading day to the assignment.
    pub assignment_business_days: u8,
    /// Hours after the end of a delivery hour at which its receipts are final.
    pub receipt_hours: u8,
    /// Days of deliveries that the buyer keeps in escrow ahead.
    pub escrow_days: u8,
    /// Days from the end of the month to the invoice.
    pub invoice_days: u8,
    /// Part of the month's GPU-hours that may be missing without damages.
    pub tolerance_permille: u32,
    /// Seller's margin: the index times this, over the price.
    pub seller_index_permille: u32,
    /// Seller's margin: this part of the value still to deliver.
    pub performance_permille: u32,
    /// Buyer's margin: the price over the index times this.
    pub buyer_index_permille: u32,
    /// The registry of nodes and what depends on it; when absent nodes are pledged as they are.
    #[serde(default)]
    pub capacity: Option<CapacityTerms>,
    /// How it is performed: disputes, covers, bonds, defaults, warrants.
    #[serde(default)]
    pub performance: Option<PerformanceTerms>,
}
