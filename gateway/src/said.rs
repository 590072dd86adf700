//! A command of the order flow as the line that its session signs: what a client has asked, found again
//! in what the exchange was told.

use protocol::client::{
    AmendOrder, CancelAll, CancelOrder, Combine, CombineLeg, Kill, Method, MmpReset, MmpSet,
    OrderKind, PlaceOrder, QuoteMass, QuoteOne, QuoteTwo, Stp, Tif,
};
use protocol::{decimal, flow};
use types::{
    CancelReason, Command, InstrumentId, Lots, MassCancel, MassQuote, NewOrder, OrderRef,
    OrderType, PostOnly, Protection, Quote, QuoteGroup, SelfMatch, SessionId, TimeInForce,
    Timestamp,
};

use crate::names;

/// What a contract is called; none when it is not listed.
type Symbols<'a> = &'a dyn Fn(InstrumentId) -> Option<String>;

/// The line of a command; none when it is no order flow.
#[must_use]
pub fn line(command: &Command, symbols: Symbols<'_>) -> Option<String> {
    flow::line(&method(command, symbols)?, false)
}

fn method(command: &Command, symbols: Symbols<'_>) -> Option<Method> {
    let symbol = |id: InstrumentId| symbols(id).unwrap_or_else(|| format!("#{}", id.0));
    Some(match command {
        Command::PlaceOrder(order) => Method::Place(placed(order, symbol(order.instrument))),
        Command::AmendOrder(amend) => {
            let (client_order_id, order_id) = named(&amend.order);
            Method::Amend(AmendOrder {
                client_order_id,
                order_id,
                rev: amend.revision,
                price: amend.price.map(decimal::price),
                qty: amend.quantity.map(decimal::lots),
                trigger_price: amend.trigger.map(decimal::price),
            })
        }
        Command::CancelOrder { order, .. } => {
            let (client_order_id, order_id) = named(order);
            Method::Cancel(CancelOrder { client_order_id, order_id })
        }
        Command::CancelOrders(MassCancel {
            instrument, side, tag, session: None, reason, ..
        }) if *reason == CancelReason::Requested => {
            let tag = tag.map(|tag| tag.to_string());
            Method::CancelAll(CancelAll { symbol: instrument.map(symbol), side: *side, tag })
        }
        Command::QuoteMany(quotes) => Method::Quote(quoted(quotes, symbol)),
        Command::ProtectQuotes { group, protection: Some(protection), .. } => {
            Method::Protect(protected(*group, protection))
        }
        Command::ResetQuotes { group, .. } => {
            Method::ResetQuotes(MmpReset { mmp_group: group.to_string() })
        }
        Command::ThrowKillSwitch { is_thrown, .. } => Method::Kill(Kill { on: *is_thrown }),
        Command::DefineCombination { legs, .. } => {
            let leg =
                |leg: &types::Leg| CombineLeg { symbol: symbol(leg.instrument), ratio: leg.ratio };
            Method::Combine(Combine { legs: legs.iter().map(leg).collect() })
        }
        _ => return None,
    })
}

fn placed(order: &NewOrder, symbol: String) -> PlaceOrder {
    let (kind, price, trigger) = match order.order_type {
        OrderType::Limit(limit) => (OrderKind::Limit, Some(limit), None),
        OrderType::Market => (OrderKind::Market, None, None),
        OrderType::MarketToLimit => (OrderKind::MarketToLimit, None, None),
        OrderType::StopLimit { trigger, limit } => {
            (OrderKind::StopLimit, Some(limit), Some(trigger))
        }
        OrderType::Stop { trigger } => (OrderKind::Stop, None, Some(trigger)),
    };
    let (tif, end) = match order.time_in_force {
        TimeInForce::Gtc => (Tif::Gtc, None),
        TimeInForce::Ioc => (Tif::Ioc, None),
        TimeInForce::Fok => (Tif::Fok, None),
        TimeInForce::Day => (Tif::Day, None),
        TimeInForce::Gtd(end) => (Tif::Gtd, Some(end)),
    };
    let time = |time: Timestamp| time.0.to_string();
    let rules = &order.qualifiers;
    PlaceOrder {
        symbol,
        client_order_id: order.client_order_id.to_string(),
        side: order.side,
        kind,
        price: price.map(decimal::price),
        trigger_price: trigger.map(decimal::price),
        qty: decimal::lots(order.quantity),
        tif,
        expire_ns: end.map(time),
        post_only: rules.post_only.is_some(),
        slide: rules.post_only == Some(PostOnly::Slide),
        reduce_only: rules.reduce_only,
        min_qty: rules.minimum.map(decimal::lots),
        show_qty: rules.peak.map(decimal::lots),
        stp: match rules.self_match {
            SelfMatch::CancelAggressor => Stp::CancelNewest,
            SelfMatch::CancelResting => Stp::CancelOldest,
            SelfMatch::CancelBoth => Stp::CancelBoth,
            SelfMatch::Decrement => Stp::Decrement,
        },
        cod: Some(order.session != SessionId(0)),
        valid_until_ns: order.valid_until.map(time),
        tag: order.tag.map(|tag| tag.to_string()),
    }
}

fn quoted(mass: &MassQuote, symbol: impl Fn(InstrumentId) -> String) -> QuoteMass {
    let one = |quote: Quote| QuoteOne {
        price: decimal::price(quote.price),
        qty: decimal::lots(quote.quantity),
    };
    let quotes = mass.quotes.iter().map(|two| QuoteTwo {
        symbol: symbol(two.instrument),
        bid: two.bid.map(one),
        ask: two.ask.map(one),
    });
    QuoteMass {
        mmp_group: mass.group.to_string(),
        quote_id: mass.quote_id.to_string(),
        quotes: quotes.collect(),
    }
}

fn protected(group: QuoteGroup, protection: &Protection) -> MmpSet {
    MmpSet {
        mmp_group: group.to_string(),
        window_ms: protection.window_ms,
        qty_limit: (protection.lots != Lots::ZERO).then(|| decimal::lots(protection.lots)),
        trade_limit: (protection.trades != 0).then_some(protection.trades),
        frozen_ms: protection.frozen_ms,
    }
}

fn named(order: &OrderRef) -> (Option<String>, Option<String>) {
    match order {
        OrderRef::Client(name) => (Some(name.to_string()), None),
        OrderRef::Exchange(id) => (None, Some(names::order(*id))),
    }
}

#[cfg(test)]
mod tests;
