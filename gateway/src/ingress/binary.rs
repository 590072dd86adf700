//! Orders in binary: their fields are ticks and lots already.

use protocol::binary::{Cancel, ClientId, Place};
use protocol::client::{OrderKind, Stp, Tif};
use protocol::errors::WireError;
use types::{
    ClientOrderId, InstrumentId, Lots, NewOrder, OrderId, OrderRef, OrderType, PostOnly,
    Qualifiers, SelfMatch, Ticks, TimeInForce, Timestamp,
};

use super::{NO_SESSION, Sender, client_order_id, invalid};

/// A new order.
pub(crate) fn binary_order(sender: Sender, place: &Place) -> Result<NewOrder, WireError> {
    let ends_with_session = place.cod.unwrap_or(sender.cancels_on_disconnect);
    Ok(NewOrder {
        account: sender.account,
        session: if ends_with_session { sender.session } else { NO_SESSION },
        client_order_id: name(&place.client_order_id)?,
        instrument: InstrumentId(place.instrument_no),
        side: place.side,
        order_type: match (place.kind, place.price) {
            (OrderKind::Limit, price) => OrderType::Limit(Ticks(price)),
            (OrderKind::Market, 0) => OrderType::Market,
            (OrderKind::MarketToLimit, 0) => OrderType::MarketToLimit,
            (OrderKind::Market | OrderKind::MarketToLimit, _) => {
                return Err(invalid("price", "a market order has no price"));
            }
            (OrderKind::StopLimit | OrderKind::Stop, _) => {
                return Err(invalid("type", "0 limit, 1 market, 2 market to limit"));
            }
        },
        quantity: Lots(place.qty),
        time_in_force: match place.tif {
            Tif::Gtc => TimeInForce::Gtc,
            Tif::Ioc => TimeInForce::Ioc,
            Tif::Fok => TimeInForce::Fok,
            Tif::Day => TimeInForce::Day,
            Tif::Gtd => return Err(invalid("tif", "0 gtc, 1 ioc, 2 fok, 3 day")),
        },
        qualifiers: qualifiers(place)?,
        valid_until: (place.valid_until_ns != 0).then_some(Timestamp(place.valid_until_ns)),
        tag: None,
    })
}

fn qualifiers(place: &Place) -> Result<Qualifiers, WireError> {
    Ok(Qualifiers {
        post_only: match (place.post_only, place.slide) {
            (false, false) => None,
            (true, false) => Some(PostOnly::Reject),
            (true, true) => Some(PostOnly::Slide),
            (false, true) => return Err(invalid("slide", "only a post_only order slides")),
        },
        reduce_only: place.reduce_only,
        minimum: None,
        peak: None,
        self_match: match place.stp {
            Stp::CancelNewest => SelfMatch::CancelAggressor,
            Stp::CancelOldest => SelfMatch::CancelResting,
            Stp::CancelBoth => SelfMatch::CancelBoth,
            Stp::Decrement => SelfMatch::Decrement,
        },
    })
}

/// An order by exactly one of its names.
pub(crate) fn binary_order_ref(cancel: &Cancel) -> Result<OrderRef, WireError> {
    let has_name = cancel.client_order_id != ClientId([0; 36]);
    match (cancel.order_id, has_name) {
        (0, true) => name(&cancel.client_order_id).map(OrderRef::Client),
        (id, false) if id != 0 => Ok(OrderRef::Exchange(OrderId(id))),
        _ => Err(invalid("order_id", "either `client_order_id` or `order_id`")),
    }
}

fn name(id: &ClientId) -> Result<ClientOrderId, WireError> {
    client_order_id(id.text().unwrap_or_default())
}
