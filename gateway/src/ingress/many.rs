//! Quotes, protections, combinations, blocks and requests for quotes.

use std::collections::BTreeSet;

use protocol::client::{Block, Combine, MmpSet, QuoteMass, QuoteOne, RequestLeg, RequestQuote};
use protocol::errors::WireError;
use types::block::MOST_BLOCK_LEGS;
use types::{
    AccountId, BlockLeg, Leg, Lots, MassQuote, Protection, Quote, QuoteGroup, Ticks, TwoSided,
};

use super::{Sender, client_order_id, instrument, invalid, price, quantity, tag};
use crate::directory::Directory;
use crate::names;
use crate::offers::Terms;
use crate::quote_requests::{LIFE_MS, QuoteRequest, WantedLeg, end_of};

/// Most members that one request is for.
const MOST_ASKED: usize = 64;

/// Quotes of a market maker. They belong to their session.
pub(crate) fn quotes(
    directory: &Directory,
    sender: Sender,
    mass: &QuoteMass,
) -> Result<MassQuote, WireError> {
    let mut quotes = Vec::with_capacity(mass.quotes.len().min(types::quote::MOST_QUOTES));
    for two in &mass.quotes {
        quotes.push(TwoSided {
            instrument: instrument(directory, &two.symbol)?,
            bid: two.bid.as_ref().map(one).transpose()?,
            ask: two.ask.as_ref().map(one).transpose()?,
        });
    }
    Ok(MassQuote {
        account: sender.account,
        session: sender.session,
        quote_id: client_order_id(&mass.quote_id)?,
        group: quote_group(&mass.mmp_group)?,
        quotes,
    })
}

fn one(quote: &QuoteOne) -> Result<Quote, WireError> {
    let quantity = if quote.qty == "0" { Lots::ZERO } else { quantity(&quote.qty)? };
    let price = if quantity == Lots::ZERO {
        price(&quote.price).unwrap_or(Ticks(0))
    } else {
        price(&quote.price)?
    };
    Ok(Quote { price, quantity })
}

/// The name of a set of quotes.
pub(crate) fn quote_group(text: &str) -> Result<QuoteGroup, WireError> {
    tag(text).map_err(|_| invalid("mmp_group", "1 to 16 characters of A-Z a-z 0-9 _ -"))
}

/// When the quotes of a group are pulled.
pub(crate) fn protection(set: &MmpSet) -> Result<(QuoteGroup, Protection), WireError> {
    let lots = set.qty_limit.as_deref().map(quantity).transpose()?;
    let protection = Protection {
        window_ms: set.window_ms,
        lots: lots.unwrap_or(Lots::ZERO),
        trades: set.trade_limit.unwrap_or(0),
        frozen_ms: set.frozen_ms,
    };
    Ok((quote_group(&set.mmp_group)?, protection))
}

/// The legs of a combination.
pub(crate) fn legs(directory: &Directory, combine: &Combine) -> Result<Vec<Leg>, WireError> {
    let leg = |leg: &protocol::client::CombineLeg| {
        Ok(Leg { instrument: instrument(directory, &leg.symbol)?, ratio: leg.ratio })
    };
    combine.legs.iter().map(leg).collect()
}

/// What two members agree on.
pub(crate) fn block(directory: &Directory, block: &Block) -> Result<Terms, WireError> {
    let leg = |leg: &protocol::client::BlockLeg| {
        Ok(BlockLeg {
            instrument: instrument(directory, &leg.symbol)?,
            side: leg.side,
            price: price(&leg.price)?,
            lots: quantity(&leg.qty)?,
        })
    };
    let [one, other] = &block.parties;
    Ok(Terms {
        name: client_order_id(&block.block_id)?,
        parties: [account("payload.parties", one)?, account("payload.parties", other)?],
        legs: block.legs.iter().map(leg).collect::<Result<_, WireError>>()?,
    })
}

/// An account by its number, `A-1001`.
pub(crate) fn account(path: &str, text: &str) -> Result<AccountId, WireError> {
    names::parse_account(text).ok_or_else(|| invalid(path, "not an account such as A-1001"))
}

/// What a member asks others for their prices of.
pub(crate) fn quote_request(
    directory: &Directory,
    requester: AccountId,
    wanted: &RequestQuote,
) -> Result<QuoteRequest, WireError> {
    let (usual, least, most) = LIFE_MS;
    let life_ms = wanted.expires_ms.unwrap_or(usual);
    if !(least..=most).contains(&life_ms) {
        return Err(invalid("expires_ms", "1000 to 600000"));
    }
    let leg = |leg: &RequestLeg| {
        Ok(WantedLeg {
            instrument: instrument(directory, &leg.symbol)?,
            side: leg.side,
            lots: quantity(&leg.qty)?,
        })
    };
    let legs = wanted.legs.iter().map(leg).collect::<Result<Vec<_>, WireError>>()?;
    let contracts: BTreeSet<_> = legs.iter().map(|leg| leg.instrument).collect();
    if !(1..=MOST_BLOCK_LEGS).contains(&legs.len()) || contracts.len() < legs.len() {
        return Err(invalid("legs", "1 to 36 contracts, each once"));
    }
    if MOST_ASKED < wanted.to.len() {
        return Err(invalid("to", "at most 64 members; everybody when absent"));
    }
    Ok(QuoteRequest {
        requester,
        name: client_order_id(&wanted.rfq_id)?,
        legs,
        told: wanted.legs.clone(),
        to: wanted.to.iter().map(|one| account("to", one)).collect::<Result<_, WireError>>()?,
        until: end_of(life_ms),
    })
}
