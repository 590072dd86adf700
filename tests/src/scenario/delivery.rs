//! Deliveries as a provider writes them: nodes pledged, hours metered.

use types::{AccountId, Command, NodeId, NodeReading, Proof};

use super::names::Names;
use super::words::{Problem, Words};
use crate::view::View;

/// `pledge 1-8 on H100-US-2027M03 nonce 5`
pub(super) fn pledge(
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
pub(super) fn meter(
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
pub(super) fn nodes(word: &str) -> Result<Vec<NodeId>, Problem> {
    let mut nodes = Vec::new();
    for part in word.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is no node"));
        nodes.extend((number(first)?..=number(last)?).map(NodeId));
    }
    Ok(nodes)
}

pub(super) fn proof(words: &mut Words<'_>, names: &mut Names) -> Result<Proof, Problem> {
    let nonce = if words.took("nonce") { words.number("a nonce")? } else { names.next_nonce() };
    Ok(Proof { payload: Vec::new(), nonce, signature: vec![0; 64] })
}
