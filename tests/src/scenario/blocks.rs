//! Combinations and blocks as their members write them.

use types::{AccountId, BlockLeg, BlockTrade, Command, InstrumentId, Leg, Proof, Side};

use super::names::Names;
use super::words::{Problem, Words};
use crate::view::View;

/// `ann combine H100-US-2027M03=-1 H100-US-2027M04=1`
pub(super) fn combine(
    account: AccountId,
    words: &mut Words<'_>,
    view: &View,
) -> Result<Command, Problem> {
    let mut legs = Vec::new();
    while let Some((symbol, ratio)) = words.peek().and_then(|word| word.split_once('=')) {
        words.next("a leg")?;
        let instrument = Names::contract(&mut Words::new(symbol), view)?;
        let ratio = ratio.parse().map_err(|_| format!("`{ratio}` is no ratio"))?;
        legs.push(Leg { instrument, ratio });
    }
    Ok(Command::DefineCombination { account, legs })
}

/// `ann block bob buy 10 @ 2400 on H100-US-2027M03 sell 5 @ 2410 on H100-US-2027M04 [nonces 1 2]`
pub(super) fn block(
    account: AccountId,
    words: &mut Words<'_>,
    names: &mut Names,
    view: &View,
) -> Result<Command, Problem> {
    let other = words.next("the other member")?;
    let other = names.account(other).ok_or_else(|| format!("nobody is called {other}"))?;
    let mut legs = Vec::new();
    while let Some(side) = side(words) {
        let lots = words.lots()?;
        words.expect("@")?;
        let price = words.price()?;
        let instrument = names.contract_or_first(words, view)?;
        legs.push(BlockLeg { instrument, side, price, lots });
    }
    let nonces = if words.took("nonces") {
        [words.number("a nonce")?, words.number("a nonce")?]
    } else {
        [names.next_nonce(), names.next_nonce()]
    };
    let proofs = nonces.map(|nonce| Proof { payload: Vec::new(), nonce, signature: vec![0; 64] });
    Ok(Command::TradeBlock(Box::new(BlockTrade { parties: [account, other], legs, proofs })))
}

fn side(words: &mut Words<'_>) -> Option<Side> {
    if words.took("buy") {
        Some(Side::Buy)
    } else if words.took("sell") {
        Some(Side::Sell)
    } else {
        None
    }
}

/// What `combine` reads.
pub(super) fn combined(account: AccountId, legs: &[Leg]) -> String {
    let leg = |leg: &Leg| format!(" {}={}", written(leg.instrument), leg.ratio);
    format!("account-{} combine{}", account.0, legs.iter().map(leg).collect::<String>())
}

/// What `block` reads.
pub(super) fn agreed(block: &BlockTrade) -> String {
    let [one, other] = block.parties;
    let mut text = format!("account-{} block account-{}", one.0, other.0);
    for BlockLeg { instrument, side, price, lots } in &block.legs {
        let verb = if *side == Side::Buy { "buy" } else { "sell" };
        text += &format!(" {verb} {lots} @ {price} on {}", written(*instrument));
    }
    let [one, other] = &block.proofs;
    text + &format!(" nonces {} {}", one.nonce, other.nonce)
}

fn written(id: InstrumentId) -> String {
    format!("instrument-{}", id.0)
}
