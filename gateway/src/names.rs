//! Ids as they stand on the wire: opaque to clients, told apart by a letter.

use types::{AccountId, MemberId, ObligationId, OrderId, SessionId, Side, TradeId};

pub(crate) fn account(id: AccountId) -> String {
    format!("A-{}", id.0)
}

pub(crate) fn parse_account(text: &str) -> Option<AccountId> {
    number(text, "A-").and_then(|number| u32::try_from(number).ok()).map(AccountId)
}

pub(crate) fn member(id: MemberId) -> String {
    format!("M-{}", id.0)
}

pub(crate) fn parse_member(text: &str) -> Option<MemberId> {
    number(text, "M-").and_then(|number| u32::try_from(number).ok()).map(MemberId)
}

pub(crate) fn session(id: SessionId) -> String {
    format!("s-{}", id.0)
}

pub(crate) fn parse_session(text: &str) -> Option<SessionId> {
    number(text, "s-").map(SessionId)
}

pub(crate) fn order(id: OrderId) -> String {
    format!("O{}", id.0)
}

pub(crate) fn parse_order(text: &str) -> Option<OrderId> {
    number(text, "O").map(OrderId)
}

pub(crate) fn trade(id: TradeId) -> String {
    format!("T{}", id.0)
}

pub(crate) fn parse_trade(text: &str) -> Option<TradeId> {
    number(text, "T").map(TradeId)
}

/// One side of a trade; an account that traded with itself could not have two of the same.
pub(crate) fn execution(id: TradeId, side: Side) -> String {
    match side {
        Side::Buy => format!("X{}b", id.0),
        Side::Sell => format!("X{}s", id.0),
    }
}

pub(crate) fn obligation(id: ObligationId) -> String {
    format!("OB-{}", id.0)
}

pub(crate) fn parse_obligation(text: &str) -> Option<ObligationId> {
    number(text, "OB-").map(ObligationId)
}

/// The number behind a prefix, written as we write it.
fn number(text: &str, prefix: &str) -> Option<u64> {
    let digits = text.strip_prefix(prefix)?;
    let number: u64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

#[cfg(test)]
mod tests;
