//! Posting: each hour of each contract once, the oldest first, until the exchange has it.

use std::collections::BTreeMap;

use types::Timestamp;

use super::Fault;
use super::journal::Journal;
use super::nodes::{Contract, Nodes};
use super::trace;
use crate::{Client, Error};

/// A clock that is further off than this meters the wrong hour now and then.
const MOST_SKEW_MS: i64 = 60_000;
/// A clock that is further off is worth a word.
const ODD_SKEW_MS: i64 = 2_000;
/// Receipts are final after a day at most a week long; older hours are not kept.
const KEPT: i64 = 8 * Timestamp::DAY;
/// Most nodes of one receipt.
const MOST_NODES: usize = 1024;

/// The hour is not over yet by the exchange's clock.
const HOUR_NOT_DUE: i32 = 7106;
/// The receipts of the hour are final.
const HOUR_FINAL: i32 = 7107;

/// What became of an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The exchange has it.
    Posted,
    /// It came too late, and what was not reported was not delivered.
    TooLate,
    /// It is not over by the exchange's clock, or not one of the delivery yet.
    NotYet,
}

/// An hour of a contract, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which contract.
    pub symbol: String,
    /// The start of the hour.
    pub hour: Timestamp,
    /// GPU-hours of all its nodes.
    pub gpu_hours: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// How far this clock is off, in words, when that is worth a word.
///
/// # Errors
/// When it is so far off that hours would be mistaken.
pub fn clock(client: &Client) -> Result<Option<String>, Fault> {
    let skew = client.session().map_or(0, |session| session.clock_skew_ms);
    if MOST_SKEW_MS < skew.abs() {
        return Err(Fault::Clock(skew));
    }
    Ok((ODD_SKEW_MS < skew.abs()).then(|| {
        format!("this clock is {skew} ms off the exchange's; near full hours minutes may be counted wrong")
    }))
}

/// Posts what was seen in every hour that is over at `now` and not posted yet.
///
/// # Errors
/// When the exchange refuses a receipt for good, cannot be reached, or the journal cannot be written.
pub async fn post_seen(
    client: &mut Client,
    nodes: &Nodes,
    journal: &mut Journal,
    now: Timestamp,
) -> Result<Vec<Receipt>, Fault> {
    let mut told = Vec::new();
    for contract in nodes.contracts() {
        let due: Vec<(Timestamp, BTreeMap<String, u8>)> = journal
            .over(&contract.symbol, now)
            .map(|(hour, hosts)| {
                (hour, hosts.iter().map(|(host, seen)| (host.clone(), seen.gpu_hours())).collect())
            })
            .collect();
        post_hours(client, contract, journal, due, &mut told).await?;
    }
    journal.forget(now.plus(-KEPT));
    Ok(told)
}

/// Posts every hour of a trace that is not posted yet, as far as the exchange takes them now.
///
/// # Errors
/// As [`post_seen`].
pub async fn post_trace(
    client: &mut Client,
    nodes: &Nodes,
    journal: &mut Journal,
    hours: &trace::Hours,
) -> Result<Vec<Receipt>, Fault> {
    let mut told = Vec::new();
    for contract in nodes.contracts() {
        let posted = journal.posted(&contract.symbol);
        let due = hours.iter().filter(|(hour, _)| posted.is_none_or(|posted| posted < **hour));
        let due = due.map(|(hour, hosts)| (*hour, hosts.clone())).collect();
        post_hours(client, contract, journal, due, &mut told).await?;
    }
    Ok(told)
}

/// The oldest first; one that cannot be posted yet keeps those behind it waiting.
async fn post_hours(
    client: &mut Client,
    contract: &Contract,
    journal: &mut Journal,
    due: Vec<(Timestamp, BTreeMap<String, u8>)>,
    told: &mut Vec<Receipt>,
) -> Result<(), Fault> {
    for (hour, hosts) in due {
        let of = |host: &String| hosts.get(host).copied().unwrap_or(0);
        let readings: Vec<(u32, u8)> =
            contract.nodes.iter().map(|(node, host)| (*node, of(host))).collect();
        let gpu_hours = readings.iter().map(|(_, hours)| u64::from(*hours)).sum();
        let outcome = post(client, &contract.symbol, hour, &readings).await?;
        let is_over = outcome != Outcome::NotYet;
        told.push(Receipt { symbol: contract.symbol.clone(), hour, gpu_hours, outcome });
        if !is_over {
            return Ok(());
        }
        journal.post(&contract.symbol, hour)?;
    }
    Ok(())
}

async fn post(
    client: &mut Client,
    symbol: &str,
    hour: Timestamp,
    readings: &[(u32, u8)],
) -> Result<Outcome, Fault> {
    for part in readings.chunks(MOST_NODES) {
        match client.meter(symbol, hour, part).await {
            Ok(_) => {}
            Err(Error::Refused { code: HOUR_NOT_DUE, .. }) => return Ok(Outcome::NotYet),
            Err(Error::Refused { code: HOUR_FINAL, .. }) => return Ok(Outcome::TooLate),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Outcome::Posted)
}
