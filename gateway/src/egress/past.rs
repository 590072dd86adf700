//! What has been: trades, candles, settlement prices and contracts, page by page, the oldest of a page
//! first. It reaches as far back as the read model keeps.

use protocol::channels::Span;
use protocol::server::{CandlePage, SettlementPage, TradePage};
use serde_json::{Value, json};
use types::{Date, Timestamp, TradeId};

use super::Publisher;
use crate::calendar;
use crate::feed::{self, Market};
use crate::names;

/// A page of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Past {
    /// Trades of a contract before this one.
    Trades { symbol: String, before: Option<TradeId>, limit: usize },
    /// Candles of a contract that began in a span of time, the end of which is not in it.
    Candles { symbol: String, span: Span, from: Timestamp, to: Timestamp, limit: usize },
    /// Settlement prices of a contract before this day.
    Settlements { symbol: String, before: Option<Date>, limit: usize },
    /// All contracts.
    Contracts,
    /// The market's calendar, as text.
    Calendar,
}

/// The contract is not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoSuchPast;

impl Publisher {
    /// One page.
    pub(super) fn past(&self, wanted: &Past) -> Result<Value, NoSuchPast> {
        let market = |symbol: &str| {
            let id = self.model.markets.find(symbol).ok_or(NoSuchPast)?;
            self.model.markets.get(id).ok_or(NoSuchPast)
        };
        Ok(match wanted {
            Past::Trades { symbol, before, limit } => {
                json!(trades(market(symbol)?, *before, *limit))
            }
            Past::Candles { symbol, span, from, to, limit } => {
                let market = market(symbol)?;
                json!(candles(market, *span, (*from, *to), *limit, self.model.time()))
            }
            Past::Settlements { symbol, before, limit } => {
                json!(settlements(market(symbol)?, *before, *limit))
            }
            Past::Calendar => json!(calendar::feed(&self.model.markets, self.model.time())),
            Past::Contracts => json!(feed::contracts(&self.model.markets)),
        })
    }
}

/// The last of a page's items, oldest first, and whether there are older ones.
fn latest<T>(found: impl DoubleEndedIterator<Item = T>, limit: usize) -> (Vec<T>, bool) {
    let mut latest = found.rev();
    let mut page: Vec<T> = latest.by_ref().take(limit).collect();
    page.reverse();
    (page, latest.next().is_some())
}

fn trades(market: &Market, before: Option<TradeId>, limit: usize) -> TradePage {
    let found = market.trades.iter().filter(|t| before.is_none_or(|before| t.trade_id < before));
    let (page, has_more) = latest(found, limit);
    let first = page.first().filter(|_| has_more);
    TradePage {
        before: first.map(|trade| names::trade(trade.trade_id)),
        trades: page.into_iter().map(feed::trade).collect(),
    }
}

fn candles(
    market: &Market,
    span: Span,
    (from, to): (Timestamp, Timestamp),
    limit: usize,
    now: Timestamp,
) -> CandlePage {
    let found = market.candles.of(span).iter().filter(|c| from <= c.start && c.start < to);
    let (page, has_more) = latest(found, limit);
    let first = page.first().filter(|_| has_more);
    CandlePage {
        before_ns: first.map(|candle| candle.start.0.to_string()),
        candles: page.into_iter().map(|candle| feed::candle(candle, now)).collect(),
    }
}

fn settlements(market: &Market, before: Option<Date>, limit: usize) -> SettlementPage {
    let found = market.settlements.iter().filter(|s| before.is_none_or(|before| s.date < before));
    let (page, has_more) = latest(found, limit);
    let first = page.first().filter(|_| has_more);
    SettlementPage {
        before: first.map(|settled| settled.date.to_string()),
        settlements: page.into_iter().map(|s| feed::settlement(market, s)).collect(),
    }
}
