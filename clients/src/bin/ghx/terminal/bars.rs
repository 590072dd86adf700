//! Prices over time, from the trades heard: the last price of each span, drawn as blocks.

use protocol::decimal;
use protocol::server::TradeData;

/// Spans of market time, by `[` and `]`.
const SPANS: [(&str, i64); 6] =
    [("1m", 60), ("5m", 300), ("15m", 900), ("1h", 3_600), ("4h", 14_400), ("1d", 86_400)];
const SECOND: i64 = 1_000_000_000;
/// From an eighth of a line to a whole one.
const BLOCKS: [char; 8] = [
    '\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2587}', '\u{2588}',
];

/// Which span is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bars {
    span: usize,
}

impl Default for Bars {
    fn default() -> Self {
        Self { span: 3 }
    }
}

impl Bars {
    /// A shorter span.
    pub(crate) fn shorter(&mut self) {
        self.span = self.span.saturating_sub(1);
    }

    /// A longer span.
    pub(crate) fn longer(&mut self) {
        self.span = (self.span + 1).min(SPANS.len() - 1);
    }

    /// The name of the span.
    pub(crate) fn name(&self) -> &'static str {
        SPANS[self.span].0
    }

    /// Lowest and highest price, and a block for each of the last spans in which something traded, the
    /// latest to the right. A span without a trade is absent. Trades come the latest first.
    pub(crate) fn line<'a>(
        &self,
        trades: impl Iterator<Item = &'a TradeData>,
        width: usize,
    ) -> Option<(i64, i64, String)> {
        let span = SPANS[self.span].1 * SECOND;
        let mut closes: Vec<(i64, i64)> = Vec::new();
        for trade in trades {
            let at = trade.eng_ns.parse::<i64>().ok()? / span;
            let price = decimal::parse_price(&trade.price).ok()?.0;
            if closes.last().is_none_or(|(last, _)| *last != at) {
                closes.push((at, price));
            }
        }
        closes.truncate(width);
        let prices = || closes.iter().map(|(_, price)| *price);
        let (lowest, highest) = (prices().min()?, prices().max()?);
        let block = |price: i64| {
            let step = (price - lowest) * 7 / (highest - lowest).max(1);
            BLOCKS[usize::try_from(step).unwrap_or(0)]
        };
        Some((lowest, highest, prices().rev().map(block).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trade(minute: i64, price: &str) -> TradeData {
        TradeData {
            trade_id: "T1".to_owned(),
            price: price.to_owned(),
            qty: "1".to_owned(),
            taker: None,
            eseq: 1,
            eng_ns: (minute * 60 * SECOND).to_string(),
            flags: Vec::new(),
        }
    }

    #[test]
    fn the_last_price_of_each_span_is_a_block_and_an_empty_span_is_absent() {
        let trades =
            [trade(200, "2.407"), trade(70, "2.400"), trade(65, "2.499"), trade(1, "2.403")];
        let (lowest, highest, line) = Bars::default().line(trades.iter(), 10).expect("it traded");
        assert_eq!((lowest, highest), (2_400, 2_407));
        assert_eq!(line, "\u{2584}\u{2581}\u{2588}");
        assert!(Bars::default().line([].iter(), 10).is_none());
    }
}
