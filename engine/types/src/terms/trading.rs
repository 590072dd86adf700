//! The terms of trading: auctions, bands, breakers, and how lots are shared out.

use serde::{Deserialize, Serialize};

use super::ProductTerms;

/// Longest call of an auction.
const LONGEST_CALL: u32 = 3600;

/// Most bands of a product beyond its first.
const MOST_BANDS: usize = 8;

/// How long orders are collected before an auction, in seconds; where it is 0 there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuctionTerms {
    /// Before a new contract trades, and when a halted or closed one is opened again.
    pub opening_seconds: u32,
    /// Up to the daily settlement.
    pub settlement_seconds: u32,
    /// When a trade would have moved the price too far.
    pub volatility_seconds: u32,
    /// After the venue was down.
    pub restart_seconds: u32,
    /// The last part of each, in which no order may leave.
    pub no_cancel_seconds: u32,
}

/// How the lots of an incoming order are shared out at one price, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllocationTerms {
    /// Most lots of the order that first showed the price.
    pub top_lots: u64,
    /// Part of the rest that goes to appointed market makers.
    pub maker_permille: u32,
    /// Part of what is left then that goes by time; the remainder goes by size.
    pub fifo_permille: u32,
    /// By size, a share of fewer lots is none.
    pub smallest_lots: u64,
}

/// Spreads between two products, of their nearest months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpreadTerms {
    /// What its buyer sells: `H100-US`.
    pub near: String,
    /// What its buyer buys: `B200-US`.
    pub far: String,
    /// How many months of it are listed.
    pub months: u8,
}

/// What may be traded away from the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockTerms {
    /// Fewest lots of each leg.
    pub smallest_lots: u64,
    /// How far beyond the highest and the lowest price of the day a leg may be.
    pub range_permille: u32,
}

impl AuctionTerms {
    /// What is wrong with these terms, if anything.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let Self {
            opening_seconds, settlement_seconds, volatility_seconds, restart_seconds, ..
        } = *self;
        let calls = [opening_seconds, settlement_seconds, volatility_seconds, restart_seconds];
        if calls.iter().any(|call| LONGEST_CALL < *call) {
            return Some("the call of an auction is at most 3600 seconds");
        }
        None
    }
}

impl AllocationTerms {
    fn fault(&self) -> Option<&'static str> {
        if 1000 < self.maker_permille || 1000 < self.fifo_permille {
            return Some("maker_permille and fifo_permille are at most 1000");
        }
        None
    }
}

impl ProductTerms {
    pub(super) fn trading_fault(&self) -> Option<&'static str> {
        let mut bands = self.band_permille.into_iter().chain(self.wider_bands_permille.clone());
        let first = self.band_permille.unwrap_or(0);
        if bands.any(|band| band == 0 || 1000 < band) {
            Some("band_permille and wider_bands_permille are 1 to 1000")
        } else if !self.wider_bands_permille.is_empty()
            && (self.wider_bands_permille[0] <= first
                || first == 0
                || !self.wider_bands_permille.is_sorted_by(|one, next| one < next)
                || MOST_BANDS < self.wider_bands_permille.len())
        {
            Some(
                "wider_bands_permille are at most 8, each wider than band_permille and the one before",
            )
        } else if LONGEST_CALL < self.limit_halt_seconds {
            Some("limit_halt_seconds is at most 3600")
        } else if self.breaker_permille.is_some_and(|reach| reach == 0 || 1000 < reach) {
            Some("breaker_permille is 1 to 1000")
        } else if !(1..=60).contains(&self.breaker_minutes) {
            Some("breaker_minutes is 1 to 60")
        } else if self.block_trade.is_some_and(|block| 1000 < block.range_permille) {
            Some("range_permille of block trades is at most 1000")
        } else {
            self.allocation.and_then(|allocation| allocation.fault())
        }
    }
}

pub(super) fn an_hour() -> u32 {
    60
}
