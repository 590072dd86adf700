//! Assignment of sellers to buyers.: anyone can work it out again.
//!
//! First the buyers in order of age, each from the smallest seller that can serve it whole; then
//! those who found none, in the same order, from what is left of the sellers in their order.

use serde::{Deserialize, Serialize};
use types::{AccountId, Lots};

/// Whole lots that an account has bought or sold for delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    /// Whose.
    pub(crate) account: AccountId,
    /// How many.
    pub(crate) lots: Lots,
    /// The command that opened the position.
    pub(crate) since: u64,
}

/// A seller who delivers so many lots to a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) seller: AccountId,
    pub(crate) buyer: AccountId,
    pub(crate) lots: Lots,
}

/// Pairs sellers and buyers, who hold as many lots as each other, oldest first.
pub(crate) fn pair(shorts: &[Claim], longs: &[Claim]) -> Vec<Pair> {
    let mut supply = shorts.to_vec();
    let mut pairs = Vec::new();
    let mut unserved = Vec::new();
    for long in longs {
        let fits = supply.iter_mut().filter(|short| long.lots <= short.lots);
        match fits.min_by_key(|short| short.lots) {
            Some(short) => pairs.push(take(short, long.account, long.lots)),
            None => unserved.push(*long),
        }
    }
    let mut sellers = supply.iter_mut().filter(|short| short.lots != Lots::ZERO);
    let mut seller = sellers.next();
    for mut long in unserved {
        while long.lots != Lots::ZERO {
            let short = seller.as_mut().expect("as many lots are sold as bought");
            let taken = take(short, long.account, long.lots.min(short.lots));
            long.lots -= taken.lots;
            if short.lots == Lots::ZERO {
                seller = sellers.next();
            }
            pairs.push(taken);
        }
    }
    pairs
}

fn take(short: &mut Claim, buyer: AccountId, lots: Lots) -> Pair {
    short.lots -= lots;
    Pair { seller: short.account, buyer, lots }
}

/// Cuts each claim to whole blocks, and then the larger side to the size of the smaller, the
/// youngest first.: what is cut ends in money. Claims come and go oldest first.
pub(crate) fn whole_blocks(shorts: &mut Vec<Claim>, longs: &mut Vec<Claim>, block: Lots) {
    for claim in shorts.iter_mut().chain(longs.iter_mut()) {
        claim.lots = Lots(claim.lots.0 - claim.lots.0 % block.0);
    }
    let total = |claims: &[Claim]| claims.iter().map(|claim| claim.lots).sum::<Lots>();
    let common = total(shorts).min(total(longs));
    for claims in [shorts, longs] {
        let mut excess = total(claims) - common;
        for claim in claims.iter_mut().rev() {
            let cut = claim.lots.min(excess);
            claim.lots -= cut;
            excess -= cut;
        }
        claims.retain(|claim| claim.lots != Lots::ZERO);
    }
}

#[cfg(test)]
mod tests;
