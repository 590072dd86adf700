//! From what a client asks to what the exchange is told: symbols become contracts, decimals become
//! ticks and lots, names become ids.
//!
//! What the shape of a request can tell is refused here; what the state of the market can tell is
//! refused by the exchange.

mod binary;
pub(crate) mod capacity;
pub(crate) mod delivery;
mod many;

use protocol::client;
use protocol::decimal::{self, Malformed};
use protocol::errors::{Code, WireError};
use types::{
    AccountId, AmendOrder, CancelReason, ClientOrderId, Date, InstrumentId, Lots, MassCancel,
    Mills, NewOrder, NodeId, NodeReading, ObligationId, Observation, OrderRef, OrderType, PostOnly,
    Qualifiers, SelfMatch, SessionId, Tag, Ticks, TimeInForce, Timestamp,
};

pub(crate) use self::binary::{binary_order, binary_order_ref};
pub(crate) use self::many::{account, block, legs, protection, quote_group, quote_request, quotes};
use crate::directory::Directory;
use crate::names;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender {
    pub(crate) account: AccountId,
    pub(crate) session: SessionId,
    /// Whether its orders end with its session unless they say otherwise.
    pub(crate) cancels_on_disconnect: bool,
}

/// Belongs to no session, so it outlives them all.
const NO_SESSION: SessionId = SessionId(0);

/// A new order.
pub(crate) fn place(
    directory: &Directory,
    sender: Sender,
    order: &client::PlaceOrder,
) -> Result<NewOrder, WireError> {
    let ends_with_session = order.cod.unwrap_or(sender.cancels_on_disconnect);
    Ok(NewOrder {
        account: sender.account,
        session: if ends_with_session { sender.session } else { NO_SESSION },
        client_order_id: client_order_id(&order.client_order_id)?,
        instrument: instrument(directory, &order.symbol)?,
        side: order.side,
        order_type: order_type(order)?,
        quantity: quantity(&order.qty)?,
        time_in_force: time_in_force(order)?,
        qualifiers: qualifiers(order)?,
        valid_until: order
            .valid_until_ns
            .as_deref()
            .map(|t| time("valid_until_ns", t))
            .transpose()?,
        tag: order.tag.as_deref().map(tag).transpose()?,
    })
}

/// How the order's price is found, with the prices that its kind needs and no others.
fn order_type(order: &client::PlaceOrder) -> Result<OrderType, WireError> {
    let limit = order.price.as_deref().map(price).transpose()?;
    let trigger = order.trigger_price.as_deref().map(trigger_price).transpose()?;
    match (order.kind, limit, trigger) {
        (client::OrderKind::Limit, Some(limit), None) => Ok(OrderType::Limit(limit)),
        (client::OrderKind::Market, None, None) => Ok(OrderType::Market),
        (client::OrderKind::MarketToLimit, None, None) => Ok(OrderType::MarketToLimit),
        (client::OrderKind::StopLimit, Some(limit), Some(trigger)) => {
            Ok(OrderType::StopLimit { trigger, limit })
        }
        (client::OrderKind::Stop, None, Some(trigger)) => Ok(OrderType::Stop { trigger }),
        (client::OrderKind::Limit, None, _) => Err(invalid("price", "a limit order has a price")),
        (client::OrderKind::StopLimit, None, _) => {
            Err(invalid("price", "a stop-limit order has a price"))
        }
        (client::OrderKind::StopLimit | client::OrderKind::Stop, _, None) => {
            Err(invalid("trigger_price", "a stop waits for a trade at a price"))
        }
        (client::OrderKind::Limit, ..) => {
            Err(invalid("trigger_price", "only a stop has a trigger"))
        }
        (client::OrderKind::Market | client::OrderKind::MarketToLimit, ..) => {
            Err(invalid("price", "a market order has no price"))
        }
        (client::OrderKind::Stop, ..) => {
            Err(invalid("price", "a stop has no price of its own; a stop_limit has"))
        }
    }
}

fn time_in_force(order: &client::PlaceOrder) -> Result<TimeInForce, WireError> {
    let end = order.expire_ns.as_deref().map(|text| time("expire_ns", text)).transpose()?;
    match (order.tif, end) {
        (client::Tif::Gtd, Some(end)) => Ok(TimeInForce::Gtd(end)),
        (client::Tif::Gtd, None) => Err(invalid("expire_ns", "a gtd order has an end")),
        (_, Some(_)) => Err(invalid("expire_ns", "only a gtd order has an end")),
        (client::Tif::Gtc, None) => Ok(TimeInForce::Gtc),
        (client::Tif::Ioc, None) => Ok(TimeInForce::Ioc),
        (client::Tif::Fok, None) => Ok(TimeInForce::Fok),
        (client::Tif::Day, None) => Ok(TimeInForce::Day),
    }
}

fn qualifiers(order: &client::PlaceOrder) -> Result<Qualifiers, WireError> {
    let post_only = match (order.post_only, order.slide) {
        (false, false) => None,
        (true, false) => Some(PostOnly::Reject),
        (true, true) => Some(PostOnly::Slide),
        (false, true) => return Err(invalid("slide", "only a post_only order slides")),
    };
    Ok(Qualifiers {
        post_only,
        reduce_only: order.reduce_only,
        minimum: order.min_qty.as_deref().map(quantity).transpose()?,
        peak: order.show_qty.as_deref().map(quantity).transpose()?,
        self_match: match order.stp {
            client::Stp::CancelNewest => SelfMatch::CancelAggressor,
            client::Stp::CancelOldest => SelfMatch::CancelResting,
            client::Stp::CancelBoth => SelfMatch::CancelBoth,
            client::Stp::Decrement => SelfMatch::Decrement,
        },
    })
}

/// A change of an order.
pub(crate) fn amend(
    account: AccountId,
    amend: &client::AmendOrder,
) -> Result<AmendOrder, WireError> {
    Ok(AmendOrder {
        account,
        order: order_ref(amend.client_order_id.as_deref(), amend.order_id.as_deref())?,
        revision: amend.rev,
        price: amend.price.as_deref().map(price).transpose()?,
        quantity: amend.qty.as_deref().map(quantity).transpose()?,
        trigger: amend.trigger_price.as_deref().map(trigger_price).transpose()?,
    })
}

/// The end of many orders.
pub(crate) fn cancel_all(
    directory: &Directory,
    account: AccountId,
    cancel: &client::CancelAll,
) -> Result<MassCancel, WireError> {
    let symbol = cancel.symbol.as_deref();
    Ok(MassCancel {
        account,
        instrument: symbol.map(|symbol| instrument(directory, symbol)).transpose()?,
        side: cancel.side,
        tag: cancel.tag.as_deref().map(tag).transpose()?,
        session: None,
        reason: CancelReason::Requested,
    })
}

/// An order by exactly one of its names.
pub(crate) fn order_ref(
    client: Option<&str>,
    exchange: Option<&str>,
) -> Result<OrderRef, WireError> {
    match (client, exchange) {
        (Some(name), None) => client_order_id(name).map(OrderRef::Client),
        (None, Some(id)) => names::parse_order(id)
            .map(OrderRef::Exchange)
            .ok_or_else(|| invalid("order_id", "not an order id of this venue")),
        (None, None) | (Some(_), Some(_)) => {
            Err(invalid("order_id", "either `client_order_id` or `order_id`"))
        }
    }
}

/// The contract of a symbol.
pub(crate) fn instrument(directory: &Directory, symbol: &str) -> Result<InstrumentId, WireError> {
    directory.find(symbol).ok_or_else(|| WireError::new(Code::UnknownInstrument))
}

/// Nodes by number.
pub(crate) fn nodes(numbers: &[u32]) -> Vec<NodeId> {
    numbers.iter().map(|node| NodeId(*node)).collect()
}

/// An obligation by its name on the wire.
pub(crate) fn obligation(name: &str) -> Result<ObligationId, WireError> {
    names::parse_obligation(name)
        .ok_or_else(|| invalid("payload.obligation_id", "not an obligation such as OB-7"))
}

/// Readings of an hour.
pub(crate) fn readings(readings: &[(u32, u8)]) -> Vec<NodeReading> {
    let reading =
        |(node, gpu_hours): &(u32, u8)| NodeReading { node: NodeId(*node), gpu_hours: *gpu_hours };
    readings.iter().map(reading).collect()
}

/// Prices that a reporter has seen.
pub(crate) fn observations(seen: &[client::Seen]) -> Result<Vec<Observation>, WireError> {
    let one = |seen: &client::Seen| {
        let price = decimal::parse_micros(&seen.price);
        let form = "not dollars with up to six decimals as text";
        Ok(Observation {
            reference: seen.reference,
            price: price.map_err(|_| invalid("payload.observations.price", form))?,
            gpus: seen.gpus,
            kind: seen.kind,
        })
    };
    seen.iter().map(one).collect()
}

/// Latest time that is taken: in the year 2116. Sums with any period of the market stay in range.
const LATEST_NS: i64 = 1 << 62;

/// Nanoseconds since the Unix epoch, as text.
pub(crate) fn time(path: &str, text: &str) -> Result<Timestamp, WireError> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = text.parse().ok().filter(|ns| is_plain && *ns <= LATEST_NS).map(Timestamp);
    parsed.ok_or_else(|| invalid(path, "not nanoseconds since 1970 as text, before 2116"))
}

/// A day as text.
pub(crate) fn day(path: &str, text: &str) -> Result<Date, WireError> {
    Date::parse(text).ok_or_else(|| invalid(path, "not a day as 2027-01-04"))
}

/// Money as the wire has it.
pub(crate) fn money(path: &str, text: &str) -> Result<Mills, WireError> {
    let parsed = decimal::parse_money(text);
    parsed.map_err(|_| invalid(path, "not dollars with up to three decimals as text"))
}

/// A parameter that cannot be.
pub(crate) fn invalid(path: &str, text: &str) -> WireError {
    WireError::saying(Code::InvalidParams, format!("{text}.")).with("path", path)
}

/// The sender's name of an order.
pub(crate) fn client_order_id(text: &str) -> Result<ClientOrderId, WireError> {
    let form = "1 to 36 characters of A-Z a-z 0-9 _ -";
    ClientOrderId::new(text).ok_or_else(|| invalid("client_order_id", form))
}

fn tag(text: &str) -> Result<Tag, WireError> {
    Tag::new(text).ok_or_else(|| invalid("tag", "1 to 16 characters of A-Z a-z 0-9 _ -"))
}

fn price(text: &str) -> Result<Ticks, WireError> {
    price_at("price", text)
}

fn trigger_price(text: &str) -> Result<Ticks, WireError> {
    price_at("trigger_price", text)
}

pub(crate) fn price_at(path: &'static str, text: &str) -> Result<Ticks, WireError> {
    decimal::parse_price(text).map_err(|malformed| match malformed {
        Malformed::TooFine => {
            WireError::new(Code::PriceOffTick).with("tick", decimal::price(Ticks(1)))
        }
        Malformed::NotANumber | Malformed::TooLarge => invalid(path, &malformed.to_string()),
    })
}

pub(crate) fn quantity(text: &str) -> Result<Lots, WireError> {
    decimal::parse_lots(text).map_err(|malformed| match malformed {
        Malformed::TooFine => WireError::new(Code::QtyOffLot),
        Malformed::TooLarge => WireError::new(Code::QtyTooLarge),
        Malformed::NotANumber => invalid("qty", &malformed.to_string()),
    })
}

#[cfg(test)]
mod tests;
