//! Commands as a trader writes them. What this reads, `write` has written.

use types::{
    AccountId, AmendOrder, CancelReason, Command, MassCancel, NewOrder, OrderId, OrderRef,
    OrderType, PostOnly, Qualifiers, SelfMatch, SessionId, Side, TimeInForce, Timestamp,
};

use super::names::{Names, client_order_id, tag};
use super::words::{Problem, Words};
use super::{blocks, capacity, delivery, index, performance, quotes};
use crate::view::View;

/// Reads the command of an account: everything after its name.
pub(super) fn of_account(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<Command, Problem> {
    match words.next("what to do")? {
        "buy" => order(account, Side::Buy, words, names, view).map(Command::PlaceOrder),
        "sell" => order(account, Side::Sell, words, names, view).map(Command::PlaceOrder),
        "amend" => amend(account, words, view).map(Command::AmendOrder),
        "cancel" if words.took("all") => {
            mass_cancel(account, words, view).map(Command::CancelOrders)
        }
        "cancel" => Ok(Command::CancelOrder { account, order: order_ref(words, view)? }),
        "quote" => quotes::quote(account, words, names, view).map(Command::QuoteMany),
        "protect" => quotes::protect(account, words),
        "reset" => Ok(Command::ResetQuotes { account, group: tag(words)? }),
        "kill" => Ok(Command::ThrowKillSwitch { account, is_thrown: true }),
        "release" => Ok(Command::ThrowKillSwitch { account, is_thrown: false }),
        "combine" => blocks::combine(account, words, view),
        "block" => blocks::block(account, words, names, view),
        "withdraw" => {
            let amount = words.dollars()?;
            Ok(Command::Withdraw { account, amount, proof: delivery::proof(words, names)? })
        }
        "observes" => index::observe(account, words, names),
        "pledge" => delivery::pledge(account, words, names, view),
        "meter" => delivery::meter(account, words, names, view),
        other => capacity::command(account, other, words, names, view)
            .unwrap_or_else(|| performance::of_account(account, other, words, names, view)),
    }
}

fn order(
    account: AccountId,
    side: Side,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<NewOrder, Problem> {
    let quantity = words.lots()?;
    words.expect("@")?;
    let order_type = order_type(words)?;
    let instrument = names.contract_or_first(words, view)?;
    let mut order = NewOrder {
        account,
        session: SessionId(0),
        client_order_id: names.next_order(),
        instrument,
        side,
        order_type,
        quantity,
        time_in_force: TimeInForce::Gtc,
        qualifiers: Qualifiers::default(),
        valid_until: None,
        tag: None,
    };
    while qualify(&mut order, words, names)? {}
    Ok(order)
}

/// `2400`, `market`, `market-to-limit`, `2410 stop 2405`, `stop 2405`.
fn order_type(words: &mut Words<'_>) -> Result<OrderType, Problem> {
    if words.took("market") {
        return Ok(OrderType::Market);
    }
    if words.took("market-to-limit") {
        return Ok(OrderType::MarketToLimit);
    }
    if words.took("stop") {
        return Ok(OrderType::Stop { trigger: words.price()? });
    }
    let limit = words.price()?;
    if words.took("stop") {
        return Ok(OrderType::StopLimit { trigger: words.price()?, limit });
    }
    Ok(OrderType::Limit(limit))
}

/// Reads one more property of an order; false when the next word is none.
fn qualify(
    order: &mut NewOrder,
    words: &mut Words<'_>,
    names: &mut Names,
) -> Result<bool, Problem> {
    if let Some(time_in_force) = time_in_force(words)? {
        order.time_in_force = time_in_force;
        return Ok(true);
    }
    let qualifiers = &mut order.qualifiers;
    match words.peek() {
        Some("post-only") => qualifiers.post_only = Some(PostOnly::Reject),
        Some("slide") => qualifiers.post_only = Some(PostOnly::Slide),
        Some("reduce-only") => qualifiers.reduce_only = true,
        _ => return label(order, words, names),
    }
    words.next("a qualifier")?;
    Ok(true)
}

/// Reads a property of an order that has a value.
fn label(order: &mut NewOrder, words: &mut Words<'_>, names: &mut Names) -> Result<bool, Problem> {
    if words.took("minimum") {
        order.qualifiers.minimum = Some(words.lots()?);
    } else if words.took("peak") {
        order.qualifiers.peak = Some(words.lots()?);
    } else if words.took("self-match") {
        order.qualifiers.self_match = self_match(words.next("a mode")?)?;
    } else if words.took("until") {
        order.valid_until = Some(words.time()?);
    } else if words.took("until-ns") {
        order.valid_until = Some(Timestamp(words.number("nanoseconds")?));
    } else if words.took("tag") {
        order.tag = Some(tag(words)?);
    } else if words.took("session") {
        order.session = SessionId(words.number("a session")?);
    } else if words.took("as") {
        order.client_order_id = client_order_id(words)?;
        names.orders -= 1;
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn time_in_force(words: &mut Words<'_>) -> Result<Option<TimeInForce>, Problem> {
    let time_in_force = if words.took("gtd") {
        TimeInForce::Gtd(words.time()?)
    } else if words.took("gtd-ns") {
        TimeInForce::Gtd(Timestamp(words.number("nanoseconds")?))
    } else if words.took("day") {
        TimeInForce::Day
    } else if words.took("ioc") {
        TimeInForce::Ioc
    } else if words.took("fok") {
        TimeInForce::Fok
    } else {
        return Ok(None);
    };
    Ok(Some(time_in_force))
}

fn self_match(word: &str) -> Result<SelfMatch, Problem> {
    match word {
        "resting" => Ok(SelfMatch::CancelResting),
        "aggressor" => Ok(SelfMatch::CancelAggressor),
        "both" => Ok(SelfMatch::CancelBoth),
        "decrement" => Ok(SelfMatch::Decrement),
        other => Err(format!("`{other}` is no mode of self-match prevention")),
    }
}

fn amend(account: AccountId, words: &mut Words<'_>, view: &View) -> Result<AmendOrder, Problem> {
    let order = order_ref(words, view)?;
    let mut amend =
        AmendOrder { account, order, revision: None, price: None, quantity: None, trigger: None };
    if words.took("to") {
        let is_quantity = words.peek().is_some_and(|word| word.parse::<u64>().is_ok());
        if is_quantity {
            amend.quantity = Some(words.lots()?);
        }
        if words.took("@") {
            amend.price = Some(words.price()?);
        }
        if words.took("stop") {
            amend.trigger = Some(words.price()?);
        }
    }
    if words.took("revision") {
        amend.revision = Some(words.number("a revision")?);
    }
    Ok(amend)
}

/// An order by its owner's name, or by the exchange's: `id 7`, `id-of 3` of an open order, or
/// `nth 5` of all that were ever entered.
fn order_ref(words: &mut Words<'_>, view: &View) -> Result<OrderRef, Problem> {
    if words.took("id") {
        return words.number("an order id").map(|id| OrderRef::Exchange(OrderId(id)));
    }
    if words.took("nth") {
        return words.number("a count").map(|count| OrderRef::Exchange(view.entered(count)));
    }
    if words.took("id-of") {
        let name = client_order_id(words)?;
        let mut open = view.orders.iter().filter(|(_, order)| order.client_order_id == name);
        return open
            .next()
            .map(|(id, _)| OrderRef::Exchange(*id))
            .ok_or_else(|| format!("no open order is called {name}"));
    }
    client_order_id(words).map(OrderRef::Client)
}

fn mass_cancel(
    account: AccountId,
    words: &mut Words<'_>,
    view: &View,
) -> Result<MassCancel, Problem> {
    let mut which = MassCancel {
        account,
        instrument: None,
        side: None,
        tag: None,
        session: None,
        reason: CancelReason::Requested,
    };
    loop {
        if words.took("on") {
            which.instrument = Some(Names::contract(words, view)?);
        } else if words.took("buys") {
            which.side = Some(Side::Buy);
        } else if words.took("sells") {
            which.side = Some(Side::Sell);
        } else if words.took("tag") {
            which.tag = Some(tag(words)?);
        } else if words.took("session") {
            which.session = Some(SessionId(words.number("a session")?));
            which.reason = CancelReason::Disconnected;
        } else {
            return Ok(which);
        }
    }
}
