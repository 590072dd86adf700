//! Payloads about deliveries on their way, from text to what the exchange is told.

use protocol::client::{BidHours, BondAmount, OfferNodes, Transfer};
use protocol::errors::WireError;
use types::{AccountId, Lots, Mills, NodeId, ObligationId, Ticks, Timestamp};

use super::{account, money, nodes, obligation, price_at, quantity, time};

/// An hour of an obligation.
pub(crate) fn hour(id: &str, hour_ns: &str) -> Result<(ObligationId, Timestamp), WireError> {
    Ok((obligation(id)?, time("payload.hour_ns", hour_ns)?))
}

/// Nodes that stand by, and what a GPU-hour of them costs.
pub(crate) fn offer(offer: &OfferNodes) -> Result<(Vec<NodeId>, Ticks), WireError> {
    Ok((nodes(&offer.nodes), price_at("payload.price", &offer.price)?))
}

/// How many lots of hours that are resold, and at which price.
pub(crate) fn bid(bid: &BidHours) -> Result<(Lots, Ticks), WireError> {
    Ok((quantity(&bid.lots)?, price_at("payload.price", &bid.price)?))
}

/// The rest of which window, to whom, and what that account pays.
pub(crate) fn transfer(transfer: &Transfer) -> Result<(ObligationId, AccountId, Mills), WireError> {
    let to = account("payload.to", &transfer.to)?;
    Ok((obligation(&transfer.obligation_id)?, to, money("payload.price", &transfer.price)?))
}

/// How much of a bond.
pub(crate) fn amount(bond: &BondAmount) -> Result<Mills, WireError> {
    money("payload.amount", &bond.amount)
}
