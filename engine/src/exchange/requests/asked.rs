//! What an order asked for, whole and in half the room: what is missing takes a bit, not a word.

use serde::{Deserialize, Serialize};
use types::{
    InstrumentId, Lots, NewOrder, OrderType, PostOnly, Qualifiers, SelfMatch, Side, Tag, Ticks,
    TimeInForce,
};

/// A request, without whose it is and what it is called. Two are equal when they ask for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    instrument: InstrumentId,
    side: Side,
    post_only: Option<PostOnly>,
    self_match: SelfMatch,
    /// Type, time in force, and which of the numbers below are there.
    form: u16,
    tag: Option<Tag>,
    price: Ticks,
    trigger: Ticks,
    quantity: Lots,
    minimum: Lots,
    peak: Lots,
    ends: i64,
    valid_until: i64,
}

/// The bits of `form` above those that number type and time in force.
const REDUCE_ONLY: u16 = 1 << 8;
const MINIMUM: u16 = 1 << 9;
const PEAK: u16 = 1 << 10;
const VALID_UNTIL: u16 = 1 << 11;

impl Asked {
    pub(super) fn of(order: &NewOrder) -> Self {
        let Qualifiers { post_only, reduce_only, minimum, peak, self_match } = order.qualifiers;
        let none = Ticks(0);
        let (of_type, price, trigger) = match order.order_type {
            OrderType::Limit(price) => (0, price, none),
            OrderType::Market => (1, none, none),
            OrderType::MarketToLimit => (2, none, none),
            OrderType::StopLimit { trigger, limit } => (3, limit, trigger),
            OrderType::Stop { trigger } => (4, none, trigger),
        };
        let (in_force, ends) = match order.time_in_force {
            TimeInForce::Day => (0, 0),
            TimeInForce::Gtc => (1, 0),
            TimeInForce::Gtd(end) => (2, end.0),
            TimeInForce::Ioc => (3, 0),
            TimeInForce::Fok => (4, 0),
        };
        let bit = |is_there: bool, bit: u16| if is_there { bit } else { 0 };
        Self {
            instrument: order.instrument,
            side: order.side,
            post_only,
            self_match,
            form: of_type
                | in_force << 4
                | bit(reduce_only, REDUCE_ONLY)
                | bit(minimum.is_some(), MINIMUM)
                | bit(peak.is_some(), PEAK)
                | bit(order.valid_until.is_some(), VALID_UNTIL),
            tag: order.tag,
            price,
            trigger,
            quantity: order.quantity,
            minimum: minimum.unwrap_or_default(),
            peak: peak.unwrap_or_default(),
            ends,
            valid_until: order.valid_until.map_or(0, |until| until.0),
        }
    }
}

#[cfg(test)]
mod tests;
