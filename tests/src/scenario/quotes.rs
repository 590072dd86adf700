//! Quotes of market makers, and their protection.

use types::{
    AccountId, Command, Lots, MassQuote, Protection, Quote, SessionId, Side, Timestamp, TwoSided,
};

use super::names::{Names, client_order_id, tag};
use super::words::{Problem, Words, span};
use crate::view::View;

/// `quote mm bid 5 @ 2390 ask 5 @ 2410 on H200-US-2027M03 ask 2 @ 2500 as q1`
pub(super) fn quote(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<MassQuote, Problem> {
    let group = tag(words)?;
    let quote_id = names.next_order();
    let session = SessionId(0);
    let mut mass = MassQuote { account, session, quote_id, group, quotes: Vec::new() };
    loop {
        let is_named = words.peek() == Some("on");
        if is_named || is_side(words) {
            let instrument = names.contract_or_first(words, view)?;
            let (bid, ask) = (side(Side::Buy, words)?, side(Side::Sell, words)?);
            mass.quotes.push(TwoSided { instrument, bid, ask });
        } else if words.took("session") {
            mass.session = SessionId(words.number("a session")?);
        } else if words.took("as") {
            mass.quote_id = client_order_id(words)?;
            names.orders -= 1;
        } else {
            return Ok(mass);
        }
    }
}

/// What a side of a quote is called.
pub(super) const fn word(side: Side) -> &'static str {
    match side {
        Side::Buy => "bid",
        Side::Sell => "ask",
    }
}

fn is_side(words: &mut Words<'_>) -> bool {
    words.peek().is_some_and(|next| Side::BOTH.iter().any(|side| word(*side) == next))
}

fn side(side: Side, words: &mut Words<'_>) -> Result<Option<Quote>, Problem> {
    if !words.took(word(side)) {
        return Ok(None);
    }
    let quantity = words.lots()?;
    words.expect("@")?;
    Ok(Some(Quote { price: words.price()?, quantity }))
}

/// `protect mm 1s lots 50 trades 3 frozen 500ms`, `protect mm never`
pub(super) fn protect(account: AccountId, words: &mut Words<'_>) -> Result<Command, Problem> {
    let group = tag(words)?;
    if words.took("never") {
        return Ok(Command::ProtectQuotes { account, group, protection: None });
    }
    let window_ms = milliseconds(words)?;
    let mut protection = Protection { window_ms, lots: Lots::ZERO, trades: 0, frozen_ms: 0 };
    loop {
        if words.took("lots") {
            protection.lots = words.lots()?;
        } else if words.took("trades") {
            protection.trades = words.number("a number of trades")?;
        } else if words.took("frozen") {
            protection.frozen_ms = milliseconds(words)?;
        } else {
            return Ok(Command::ProtectQuotes { account, group, protection: Some(protection) });
        }
    }
}

fn milliseconds(words: &mut Words<'_>) -> Result<u32, Problem> {
    let word = words.next("a span of time")?;
    let span = span(word).map(|span| span / Timestamp::MILLISECOND);
    span.and_then(|ms| u32::try_from(ms).ok()).ok_or_else(|| format!("`{word}` is no span of time"))
}
