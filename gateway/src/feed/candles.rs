//! The trades of a contract by spans of time: a minute to a day, aligned to UTC. A span without a trade
//! has no candle.

use std::collections::VecDeque;

use protocol::channels::Span;
use serde::{Deserialize, Serialize};
use types::{Lots, Ticks, Timestamp};

/// Candles of each length that are kept: of minutes 16 hours that traded, of days three years.
const KEPT: usize = 1_000;

/// One span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Candle {
    /// Its first moment.
    pub(crate) start: Timestamp,
    /// The first moment after it.
    pub(crate) end: Timestamp,
    pub(crate) open: Ticks,
    pub(crate) high: Ticks,
    pub(crate) low: Ticks,
    pub(crate) close: Ticks,
    pub(crate) lots: Lots,
    /// Trades.
    pub(crate) count: u64,
    /// Sum of price times lots.
    pub(crate) notional: i128,
}

impl Candle {
    fn at(span: Span, time: Timestamp, price: Ticks) -> Self {
        let length = span.minutes() * Timestamp::MINUTE;
        let start = Timestamp(time.0.div_euclid(length) * length);
        Self {
            start,
            end: start.plus(length),
            open: price,
            high: price,
            low: price,
            close: price,
            lots: Lots::ZERO,
            count: 0,
            notional: 0,
        }
    }

    fn add(&mut self, price: Ticks, lots: Lots) {
        self.high = self.high.max(price);
        self.low = self.low.min(price);
        self.close = price;
        self.lots += lots;
        self.count += 1;
        self.notional += i128::from(price.0) * i128::from(lots.0);
    }
}

/// The candles of one contract.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Candles {
    /// In the order of [`Span::ALL`], the oldest candle first.
    spans: [VecDeque<Candle>; 6],
}

impl Candles {
    /// Counts a trade.
    pub(crate) fn trade(&mut self, price: Ticks, lots: Lots, time: Timestamp) {
        for (span, candles) in Span::ALL.into_iter().zip(&mut self.spans) {
            let new = Candle::at(span, time, price);
            if candles.back().is_none_or(|last| last.start < new.start) {
                if candles.len() == KEPT {
                    candles.pop_front();
                }
                candles.push_back(new);
            }
            if let Some(last) = candles.back_mut() {
                last.add(price, lots);
            }
        }
    }

    /// Those of one length, the oldest first.
    pub(crate) fn of(&self, span: Span) -> &VecDeque<Candle> {
        &self.spans[span as usize]
    }
}

#[cfg(test)]
mod tests;
