//! Commands written as the lines of a scenario, so that a failure found by machine can be read, run
//! and kept as a file.

use types::{
    AmendOrder, Command, InstrumentId, MassCancel, MassQuote, NewOrder, NodeId, NodeReading,
    OrderRef, OrderType, Party, PostOnly, Protection, Qualifiers, Quote, SelfMatch, Sequenced,
    Side, TimeInForce, Timestamp,
};

use super::names::FIRST_ACCOUNT;
use super::{blocks, capacity, index, operator, performance, quotes};

/// The line of a command, with the instruments and accounts by number, and orders that are named by
/// the exchange by the count of orders entered. `before` is the time of the command before it: a
/// scenario says when time has passed.
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
        Command::Withdraw { account, amount, proof } => {
            format!("account-{} withdraw {amount} nonce {}", account.0, proof.nonce)
        }
        Command::AttestCapacity { product, lots } => {
            format!("attest product-{} {lots}", product.0)
        }
        Command::ExemptHedger { account, product, lots } => {
            format!("exempt account-{} product-{} {lots}", account.0, product.0)
        }
        Command::JoinMember { account, member } => {
            format!("join account-{} member-{}", account.0, member.0)
        }
        Command::LimitCredit { party, most } => {
            let most = most.map_or("none".to_owned(), |most| most.to_string());
            match party {
                Party::Account(account) => format!("credit account-{} {most}", account.0),
                Party::Member(member) => format!("credit member-{} {most}", member.0),
            }
        }
        Command::CancelMember(member) => format!("cancel member-{}", member.0),
        Command::ThrowMemberSwitch { member, is_thrown } => {
            let verb = if *is_thrown { "kill" } else { "release" };
            format!("{verb} member-{}", member.0)
        }
        Command::ChangeTerms(change) => operator::change(change),
        Command::Reinstate { account } => format!("reinstate account-{}", account.0),
        Command::Administer(act) => {
            let nonce = act.signed.first().map_or(0, |(_, proof)| proof.nonce);
            let commands: Vec<String> = act.commands.iter().map(line).collect();
            format!("signed {} nonce {nonce} {}", act.signed.len(), commands.join(" and "))
        }
        Command::PlaceOrder(order) => placed(order),
        Command::AmendOrder(amend) => amended(amend),
        Command::CancelOrder { account, order } => {
            format!("account-{} cancel {}", account.0, named(order))
        }
        Command::CancelOrders(which) => mass_cancel(which),
        Command::ChangePhase { instrument, change } => {
            format!("{} {}", operator::word(*change), contract(*instrument))
        }
        Command::ChangeBand { instrument, permille } => {
            format!("band {} {permille}", contract(*instrument))
        }
        Command::Restarted => "restarted".to_owned(),
        Command::Attest(_) => "# a session has logged in or signed".to_owned(),
        Command::DefineCombination { account, legs } => blocks::combined(*account, legs),
        Command::TradeBlock(block) => blocks::agreed(block),
        Command::AppointMaker { account, product, is_appointed } => {
            let verb = if *is_appointed { "appoint" } else { "dismiss" };
            format!("{verb} account-{} product-{}", account.0, product.0)
        }
        Command::ThrowKillSwitch { account, is_thrown } => {
            format!("account-{} {}", account.0, if *is_thrown { "kill" } else { "release" })
        }
        Command::QuoteMany(quotes) => quoted(quotes),
        Command::ProtectQuotes { account, group, protection } => {
            format!("account-{} protect {group} {}", account.0, protected(*protection))
        }
        Command::ResetQuotes { account, group } => format!("account-{} reset {group}", account.0),
        Command::PublishIndex { product, price } => format!("index product-{} {price}", product.0),
        Command::AppointReporter { account, product, is_appointed } => {
            let verb = if *is_appointed { "reporter" } else { "no-reporter" };
            format!("{verb} account-{} product-{}", account.0, product.0)
        }
        Command::ObserveIndex { account, product, date, observations, proof } => {
            let seen = index::written(observations);
            format!(
                "account-{} observes product-{} {date} {seen} nonce {}",
                account.0, product.0, proof.nonce
            )
        }
        Command::PledgeNodes { account, instrument, nodes, proof } => {
            let (nodes, on) = (listed(nodes), contract(*instrument));
            format!("account-{} pledge {nodes} on {on} nonce {}", account.0, proof.nonce)
        }
        Command::MeterHour { account, instrument, hour, readings, proof } => {
            let (readings, on) = (read(readings), contract(*instrument));
            format!("account-{} meter {hour} {readings} on {on} nonce {}", account.0, proof.nonce)
        }
        Command::RegisterNodes { .. }
        | Command::RetireNodes { .. }
        | Command::AttestNodes { .. }
        | Command::AppointAttestor { .. }
        | Command::PreferDelivery { .. }
        | Command::TenderBlocks { .. }
        | Command::ElectAlternative { .. }
        | Command::TestNodes { .. }
        | Command::ReplaceNode { .. } => capacity::written(command).expect("it is about capacity"),
        Command::CountersignHour { .. }
        | Command::DisputeHour(_)
        | Command::AppointProbe { .. }
        | Command::ProbeHour(_)
        | Command::WaiveHours { .. }
        | Command::OfferStandby { .. }
        | Command::BidStandby { .. }
        | Command::PostBond { .. }
        | Command::ReleaseBond { .. }
        | Command::TransferObligation { .. }
        | Command::AcceptObligation { .. } => performance::written(command),
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
        OrderType::MarketToLimit => "market-to-limit".to_owned(),
        OrderType::StopLimit { trigger, limit } => format!("{limit} stop {trigger}"),
        OrderType::Stop { trigger } => format!("stop {trigger}"),
    };
    let (account, quantity, on) = (order.account.0, order.quantity, contract(order.instrument));
    let mut text = format!("account-{account} {side} {quantity} @ {price} on {on}");
    match order.time_in_force {
        TimeInForce::Gtc => {}
        TimeInForce::Day => text += " day",
        TimeInForce::Gtd(end) => text += &format!(" gtd-ns {}", end.0),
        TimeInForce::Ioc => text += " ioc",
        TimeInForce::Fok => text += " fok",
    }
    text += &qualified(&order.qualifiers);
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

fn qualified(qualifiers: &Qualifiers) -> String {
    let Qualifiers { post_only, reduce_only, minimum, peak, self_match } = qualifiers;
    let mut text = String::new();
    match post_only {
        Some(PostOnly::Reject) => text += " post-only",
        Some(PostOnly::Slide) => text += " slide",
        None => {}
    }
    if *reduce_only {
        text += " reduce-only";
    }
    if let Some(minimum) = minimum {
        text += &format!(" minimum {minimum}");
    }
    if let Some(peak) = peak {
        text += &format!(" peak {peak}");
    }
    match self_match {
        SelfMatch::CancelAggressor => {}
        SelfMatch::CancelResting => text += " self-match resting",
        SelfMatch::CancelBoth => text += " self-match both",
        SelfMatch::Decrement => text += " self-match decrement",
    }
    text
}

fn quoted(quotes: &MassQuote) -> String {
    let mut text = format!("account-{} quote {}", quotes.account.0, quotes.group);
    for two in &quotes.quotes {
        text += &format!(" on {}", contract(two.instrument));
        for (side, quote) in [(Side::Buy, two.bid), (Side::Sell, two.ask)] {
            if let Some(Quote { price, quantity }) = quote {
                text += &format!(" {} {quantity} @ {price}", quotes::word(side));
            }
        }
    }
    if quotes.session.0 != 0 {
        text += &format!(" session {}", quotes.session.0);
    }
    text + &format!(" as {}", quotes.quote_id)
}

fn protected(protection: Option<Protection>) -> String {
    let Some(Protection { window_ms, lots, trades, frozen_ms }) = protection else {
        return "never".to_owned();
    };
    format!("{window_ms}ms lots {lots} trades {trades} frozen {frozen_ms}ms")
}

fn amended(amend: &AmendOrder) -> String {
    let mut text = format!("account-{} amend {}", amend.account.0, named(&amend.order));
    if amend.quantity.is_some() || amend.price.is_some() || amend.trigger.is_some() {
        text += " to";
    }
    if let Some(quantity) = amend.quantity {
        text += &format!(" {quantity}");
    }
    if let Some(price) = amend.price {
        text += &format!(" @ {price}");
    }
    if let Some(trigger) = amend.trigger {
        text += &format!(" stop {trigger}");
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
        OrderRef::Exchange(count) => format!("nth {}", count.0),
    }
}

pub(super) fn listed(nodes: &[NodeId]) -> String {
    nodes.iter().map(|node| node.0.to_string()).collect::<Vec<_>>().join(",")
}

pub(super) fn read(readings: &[NodeReading]) -> String {
    readings.iter().map(|r| format!("{}={}", r.node.0, r.gpu_hours)).collect::<Vec<_>>().join(" ")
}
