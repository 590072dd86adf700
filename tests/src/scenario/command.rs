//! Commands as a trader writes them. What this reads, `write` has written.

use types::{
    AccountId, AmendOrder, CancelReason, Command, MassCancel, NewOrder, NodeId, NodeReading,
    OrderId, OrderRef, OrderType, PhaseChange, Proof, SessionId, Side, TimeInForce, Timestamp,
};

use super::names::{Names, client_order_id, tag};
use super::words::{Problem, Words};
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
        "pledge" => pledge(account, words, names, view),
        "meter" => meter(account, words, names, view),
        other => Err(format!("an account cannot `{other}`")),
    }
}

/// Reads a command of the operator, whose verb has been read.
pub(super) fn of_operator(
    verb: &str,
    words: &mut Words<'_>,
    names: &Names,
    view: &View,
) -> Result<Command, Problem> {
    let phase = |change, words: &mut Words<'_>| {
        let instrument = Names::contract(words, view)?;
        Ok(Command::ChangePhase { instrument, change })
    };
    match verb {
        "halt" => phase(PhaseChange::Halt, words),
        "resume" => phase(PhaseChange::Resume, words),
        "expire" => phase(PhaseChange::Expire, words),
        "index" => {
            let product = names.product(words)?;
            Ok(Command::PublishIndex { product, price: words.price()? })
        }
        "deposit" => {
            let name = words.next("an account")?;
            let account = names.account(name).ok_or_else(|| format!("nobody is called {name}"))?;
            Ok(Command::Deposit { account, amount: words.dollars()? })
        }
        other => Err(format!("nothing begins with `{other}`")),
    }
}

/// Whether the operator says this.
pub(super) fn is_operator(verb: &str) -> bool {
    ["halt", "resume", "expire", "index", "deposit"].contains(&verb)
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
    let order_type =
        if words.took("market") { OrderType::Market } else { OrderType::Limit(words.price()?) };
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
        post_only: false,
        valid_until: None,
        tag: None,
    };
    while qualify(&mut order, words, names)? {}
    Ok(order)
}

/// Reads one more property of an order; false when the next word is none.
fn qualify(
    order: &mut NewOrder,
    words: &mut Words<'_>,
    names: &mut Names,
) -> Result<bool, Problem> {
    if words.took("ioc") {
        order.time_in_force = TimeInForce::Ioc;
    } else if words.took("post-only") {
        order.post_only = true;
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

fn amend(account: AccountId, words: &mut Words<'_>, view: &View) -> Result<AmendOrder, Problem> {
    let order = order_ref(words, view)?;
    let mut amend = AmendOrder { account, order, revision: None, price: None, quantity: None };
    if words.took("to") {
        let is_price = words.took("@");
        if !is_price {
            amend.quantity = Some(words.lots()?);
        }
        if is_price || words.took("@") {
            amend.price = Some(words.price()?);
        }
    }
    if words.took("revision") {
        amend.revision = Some(words.number("a revision")?);
    }
    Ok(amend)
}

/// An order by its owner's name, or by the exchange's: `id 7`, or `id-of 3` of an open order.
fn order_ref(words: &mut Words<'_>, view: &View) -> Result<OrderRef, Problem> {
    if words.took("id") {
        return words.number("an order id").map(|id| OrderRef::Exchange(OrderId(id)));
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

/// `pledge 1-8 on H100-US-2027M03 nonce 5`
fn pledge(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<Command, Problem> {
    let nodes = nodes(words.next("nodes")?)?;
    let instrument = names.contract_or_first(words, view)?;
    Ok(Command::PledgeNodes { account, instrument, nodes, proof: proof(words, names)? })
}

/// `meter 2027-03-01 00:00 1-7=8 8=3 on H100-US-2027M03 nonce 5`
fn meter(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<Command, Problem> {
    let hour = words.time()?;
    let readings = readings(words)?;
    let instrument = names.contract_or_first(words, view)?;
    Ok(Command::MeterHour { account, instrument, hour, readings, proof: proof(words, names)? })
}

/// `1-7=8 8=3`: nodes and what each delivered.
pub(super) fn readings(words: &mut Words<'_>) -> Result<Vec<NodeReading>, Problem> {
    let mut readings = Vec::new();
    while let Some((range, hours)) = words.peek().and_then(|word| word.split_once('=')) {
        words.next("a reading")?;
        let gpu_hours = hours.parse().map_err(|_| format!("`{hours}` are no GPU-hours"))?;
        readings.extend(nodes(range)?.into_iter().map(|node| NodeReading { node, gpu_hours }));
    }
    Ok(readings)
}

/// `1-4,9`: nodes by number.
fn nodes(word: &str) -> Result<Vec<NodeId>, Problem> {
    let mut nodes = Vec::new();
    for part in word.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is no node"));
        nodes.extend((number(first)?..=number(last)?).map(NodeId));
    }
    Ok(nodes)
}

fn proof(words: &mut Words<'_>, names: &mut Names) -> Result<Proof, Problem> {
    let nonce = if words.took("nonce") { words.number("a nonce")? } else { names.next_nonce() };
    Ok(Proof { payload: Vec::new(), nonce, signature: vec![0; 64] })
}
