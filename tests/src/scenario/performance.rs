//! What is said of a delivery on its way: signatures, disputes, readings of probes, standby nodes, bids,
//! bonds, warrants.

use types::{
    AccountId, Command, HourClaim, Lots, NodeId, NodeReading, ObligationId, PerformanceFact,
    StandbyBid, StandbyFact, StandbyOffer,
};

use super::names::Names;
use super::words::{Problem, Words};
use super::{delivery, write};
use crate::view::View;

/// Reads what stands behind the verb.
pub(super) fn of_account(
    account: AccountId,
    verb: &str,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<Command, Problem> {
    match verb {
        "countersign" => {
            let (obligation, hour) = (obligation(words)?, words.time()?);
            Ok(Command::CountersignHour { account, obligation, hour, proof: proof(words, names)? })
        }
        "dispute" | "probe" => {
            let (obligation, hour) = (obligation(words)?, words.time()?);
            let (readings, proof) = (delivery::readings(words)?, proof(words, names)?);
            let claim = HourClaim { account, obligation, hour, readings, proof };
            Ok(if verb == "probe" {
                Command::ProbeHour(claim)
            } else {
                Command::DisputeHour(claim)
            })
        }
        "standby" => {
            let is_none = words.took("none");
            let nodes = if is_none { Vec::new() } else { delivery::nodes(words.next("nodes")?)? };
            words.expect("@")?;
            let price = words.price()?;
            let instrument = names.contract_or_first(words, view)?;
            let proof = proof(words, names)?;
            Ok(Command::OfferStandby(StandbyOffer { account, instrument, nodes, price, proof }))
        }
        "bid" => {
            let lots = words.lots()?;
            words.expect("@")?;
            let price = words.price()?;
            let instrument = names.contract_or_first(words, view)?;
            let proof = proof(words, names)?;
            Ok(Command::BidStandby(StandbyBid { account, instrument, lots, price, proof }))
        }
        "bond" => {
            let amount = words.dollars()?;
            Ok(Command::PostBond { account, amount, proof: proof(words, names)? })
        }
        "unbond" => {
            let amount = words.dollars()?;
            Ok(Command::ReleaseBond { account, amount, proof: proof(words, names)? })
        }
        "transfer" => {
            let obligation = obligation(words)?;
            words.expect("to")?;
            let name = words.next("an account")?;
            let to = names.account(name).ok_or_else(|| format!("who is {name}?"))?;
            words.expect("for")?;
            let (price, proof) = (words.dollars()?, proof(words, names)?);
            Ok(Command::TransferObligation { account, obligation, to, price, proof })
        }
        "accept" => {
            let obligation = obligation(words)?;
            Ok(Command::AcceptObligation { account, obligation, proof: proof(words, names)? })
        }
        other => Err(format!("an account cannot `{other}`")),
    }
}

fn obligation(words: &mut Words<'_>) -> Result<ObligationId, Problem> {
    words.number("an obligation").map(ObligationId)
}

fn proof(words: &mut Words<'_>, names: &mut Names) -> Result<types::Proof, Problem> {
    delivery::proof(words, names)
}

fn claimed(
    verb: &str,
    HourClaim { account, obligation, hour, readings, proof }: &HourClaim,
) -> String {
    let (read, nonce) = (read(readings), proof.nonce);
    format!("account-{} {verb} {} {hour} {read} nonce {nonce}", account.0, obligation.0)
}

/// The line of a command, as `write` gives those of all others.
pub(super) fn written(command: &Command) -> String {
    let by = |account: &AccountId| format!("account-{}", account.0);
    match command {
        Command::CountersignHour { account, obligation, hour, proof } => {
            format!("{} countersign {} {hour} nonce {}", by(account), obligation.0, proof.nonce)
        }
        Command::DisputeHour(claim) => claimed("dispute", claim),
        Command::ProbeHour(claim) => claimed("probe", claim),
        Command::AppointProbe { account, is_appointed } => {
            let verb = if *is_appointed { "appoint-probe" } else { "dismiss-probe" };
            format!("{verb} {}", by(account))
        }
        Command::WaiveHours { hub, from, until } => format!("waive {hub} {from} {until}"),
        Command::OfferStandby(StandbyOffer { account, instrument, nodes, price, proof }) => {
            format!(
                "{} standby {} @ {price} on instrument-{} nonce {}",
                by(account),
                if nodes.is_empty() { "none".to_owned() } else { listed(nodes) },
                instrument.0,
                proof.nonce
            )
        }
        Command::BidStandby(StandbyBid { account, instrument, lots, price, proof }) => format!(
            "{} bid {lots} @ {price} on instrument-{} nonce {}",
            by(account),
            instrument.0,
            proof.nonce
        ),
        Command::PostBond { account, amount, proof } => {
            format!("{} bond {amount} nonce {}", by(account), proof.nonce)
        }
        Command::ReleaseBond { account, amount, proof } => {
            format!("{} unbond {amount} nonce {}", by(account), proof.nonce)
        }
        Command::TransferObligation { account, obligation, to, price, proof } => format!(
            "{} transfer {} to {} for {price} nonce {}",
            by(account),
            obligation.0,
            by(to),
            proof.nonce
        ),
        Command::AcceptObligation { account, obligation, proof } => {
            format!("{} accept {} nonce {}", by(account), obligation.0, proof.nonce)
        }
        _ => unreachable!("the other commands are written where they belong"),
    }
}

fn read(readings: &[NodeReading]) -> String {
    write::read(readings)
}

fn listed(nodes: &[NodeId]) -> String {
    write::listed(nodes)
}

/// What happened to an obligation; told once, as its buyer hears it.
pub(super) fn told(id: AccountId, fact: &PerformanceFact, view: &View) -> Option<String> {
    use PerformanceFact as F;
    let (F::Countersigned { obligation, .. }
    | F::Disputed { obligation, .. }
    | F::Probed { obligation, .. }
    | F::Decided { obligation, .. }
    | F::Covered { obligation, .. }
    | F::CashedOut { obligation, .. }
    | F::EscrowLate { obligation, .. }
    | F::Offered { obligation, .. }
    | F::HandedOver { obligation, .. }) = fact;
    let is_buyer = view.obligations[obligation].buyer.is_some_and(|(buyer, _)| buyer == id);
    let what = match fact {
        F::Countersigned { hour, .. } => format!("countersigned {hour}"),
        F::Disputed { hour, gpu_hours, .. } => format!("disputed {hour} {gpu_hours}"),
        F::Probed { hour, gpu_hours, .. } => format!("probed {hour} {gpu_hours}"),
        F::Decided { hour, delivered, missing, .. } => {
            format!("decided {hour} delivered {delivered} missing {missing}")
        }
        F::Covered { by, lots, price, .. } => format!("covered {lots} @ {price} by {}", by.0),
        F::CashedOut { lots, damages, .. } => format!("cashed out {lots} damages {damages}"),
        F::EscrowLate { until, .. } => format!("escrow late until {until}"),
        F::Offered { to, price, .. } => {
            format!("offered to {} for {price}", view.accounts[to].name)
        }
        F::HandedOver { to, lots, price, .. } => {
            format!("handed over {lots} for {price} as {}", to.0)
        }
    };
    is_buyer.then(|| format!("obligation {} {what}", obligation.0))
}

/// What an account hears of its standby nodes, bids and bond.
pub(super) fn stands_by(name: &str, fact: &StandbyFact) -> String {
    match fact {
        StandbyFact::Offered { nodes: Lots(0), .. } => format!("{name} stands by no more"),
        StandbyFact::Offered { nodes, price, .. } => format!("{name} stands by {nodes} @ {price}"),
        StandbyFact::Bid { lots, price, .. } => format!("{name} bids {lots} @ {price}"),
        StandbyFact::Bond { balance, penalty } if penalty.0 == 0 => {
            format!("{name} bonded {balance}")
        }
        StandbyFact::Bond { balance, penalty } => {
            format!("{name} bonded {balance} penalty {penalty}")
        }
        StandbyFact::Probe { is_appointed: true } => format!("{name} probes"),
        StandbyFact::Probe { is_appointed: false } => format!("{name} probes no more"),
    }
}
