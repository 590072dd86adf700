//! Commands written as the lines of a scenario, so that a failure found by machine can be read, run
//! and kept as a file.

use types::{
    AmendOrder, Command, InstrumentId, MassCancel, NewOrder, NodeId, NodeReading, OrderRef,
    OrderType, PhaseChange, Sequenced, Side, TimeInForce, Timestamp,
};

use super::names::FIRST_ACCOUNT;

/// The line of a command, with the instruments and accounts by number. `before` is the time of the
/// command before it: a scenario says when time has passed.
#[must_use]
pub fn write(command: &Sequenced<Command>, before: Timestamp) -> String {
    let line = line(&command.value);
    if command.time == before || command.value == Command::ClockAdvanced {
        return line.replace("{time}", &command.time.0.to_string());
    }
    format!("now-ns {}\n{line}", command.time.0)
}

fn line(command: &Command) -> String {
    match command {
        Command::OpenMarket(terms) => format!("# opens {}", terms.name),
        Command::ClockAdvanced => "advance to-ns {time}".to_owned(),
        Command::OpenAccount { account, .. } => {
            format!("# account-{} is number {} to open", account.0, account.0 - FIRST_ACCOUNT + 1)
        }
        Command::Deposit { account, amount } => format!("deposit account-{} {amount}", account.0),
        Command::PlaceOrder(order) => placed(order),
        Command::AmendOrder(amend) => amended(amend),
        Command::CancelOrder { account, order } => {
            format!("account-{} cancel {}", account.0, named(order))
        }
        Command::CancelOrders(which) => mass_cancel(which),
        Command::ChangePhase { instrument, change } => {
            let verb = match change {
                PhaseChange::Halt => "halt",
                PhaseChange::Resume => "resume",
                PhaseChange::Expire => "expire",
            };
            format!("{verb} {}", contract(*instrument))
        }
        Command::PublishIndex { product, price } => format!("index product-{} {price}", product.0),
        Command::PledgeNodes { account, instrument, nodes, proof } => {
            let (nodes, on) = (listed(nodes), contract(*instrument));
            format!("account-{} pledge {nodes} on {on} nonce {}", account.0, proof.nonce)
        }
        Command::MeterHour { account, instrument, hour, readings, proof } => {
            let (readings, on) = (read(readings), contract(*instrument));
            format!("account-{} meter {hour} {readings} on {on} nonce {}", account.0, proof.nonce)
        }
    }
}

fn placed(order: &NewOrder) -> String {
    let side = match order.side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    };
    let price = match order.order_type {
        OrderType::Limit(price) => price.to_string(),
        OrderType::Market => "market".to_owned(),
    };
    let (account, quantity, on) = (order.account.0, order.quantity, contract(order.instrument));
    let mut text = format!("account-{account} {side} {quantity} @ {price} on {on}");
    if order.time_in_force == TimeInForce::Ioc {
        text += " ioc";
    }
    if order.post_only {
        text += " post-only";
    }
    if let Some(deadline) = order.valid_until {
        text += &format!(" until-ns {}", deadline.0);
    }
    if let Some(tag) = order.tag {
        text += &format!(" tag {tag}");
    }
    if order.session.0 != 0 {
        text += &format!(" session {}", order.session.0);
    }
    text + &format!(" as {}", order.client_order_id)
}

fn amended(amend: &AmendOrder) -> String {
    let mut text = format!("account-{} amend {}", amend.account.0, named(&amend.order));
    if amend.quantity.is_some() || amend.price.is_some() {
        text += " to";
    }
    if let Some(quantity) = amend.quantity {
        text += &format!(" {quantity}");
    }
    if let Some(price) = amend.price {
        text += &format!(" @ {price}");
    }
    if let Some(revision) = amend.revision {
        text += &format!(" revision {revision}");
    }
    text
}

fn mass_cancel(which: &MassCancel) -> String {
    let mut text = format!("account-{} cancel all", which.account.0);
    if let Some(instrument) = which.instrument {
        text += &format!(" on {}", contract(instrument));
    }
    match which.side {
        Some(Side::Buy) => text += " buys",
        Some(Side::Sell) => text += " sells",
        None => {}
    }
    if let Some(tag) = which.tag {
        text += &format!(" tag {tag}");
    }
    if let Some(session) = which.session {
        text += &format!(" session {}", session.0);
    }
    text
}

fn contract(id: InstrumentId) -> String {
    format!("instrument-{}", id.0)
}

fn named(order: &OrderRef) -> String {
    match order {
        OrderRef::Client(name) => name.to_string(),
        OrderRef::Exchange(id) => format!("id {}", id.0),
    }
}

fn listed(nodes: &[NodeId]) -> String {
    nodes.iter().map(|node| node.0.to_string()).collect::<Vec<_>>().join(",")
}

fn read(readings: &[NodeReading]) -> String {
    readings.iter().map(|r| format!("{}={}", r.node.0, r.gpu_hours)).collect::<Vec<_>>().join(" ")
}
