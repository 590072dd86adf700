//! Assignment of sellers to buyers.: anyone can work it out again.
//!
//! First those who asked for each other. Then the buyers who asked for something, and after them the
//! others: in order of age, each from the smallest parcel of what it asked for that can serve it
//! whole; and those who found none, in the same order, from what is left of the parcels in their
//! order. Each step uses up a parcel or serves a buyer, so there are fewer pairs than parcels and
//! buyers together.

use serde::{Deserialize, Serialize};
use types::{AccountId, Grade, Lots, Preference};

use super::tender::Parcel;

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

/// What a buyer is still to get, and what it would like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) account: AccountId,
    pub(crate) lots: Lots,
    pub(crate) preference: Option<&'a Preference>,
}

impl Ask<'_> {
    fn asked_for_something(&self) -> bool {
        self.preference.is_some_and(|p| p.zone.is_some() || p.best_grade || p.single_fabric)
    }

    /// How far a parcel is from what was asked for; the least is the best.
    fn distance(&self, parcel: &Parcel) -> (bool, Option<Grade>) {
        let Some(asked) = self.preference else { return (false, None) };
        let is_elsewhere =
            asked.zone.is_some_and(|zone| parcel.fabric.is_none_or(|(of, _)| of != zone));
        let last = parcel.fabric.map_or(Grade::Pcie, |(_, grade)| grade);
        (is_elsewhere, asked.best_grade.then_some(last))
    }

    fn is_mutual(&self, parcel: &Parcel) -> bool {
        let seller = self.preference.and_then(|asked| asked.seller);
        seller == Some(parcel.seller) && parcel.buyer == Some(self.account)
    }
}

/// So many lots of a parcel for a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The place of the parcel.
    pub(crate) parcel: usize,
    pub(crate) buyer: AccountId,
    pub(crate) lots: Lots,
}

/// Pairs parcels and buyers, of as many lots as each other, each in its order.
pub(crate) fn pair(parcels: &[Parcel], asks: &[Ask<'_>]) -> Vec<Pair> {
    let mut table =
        Table { parcels, left: parcels.iter().map(|p| p.lots).collect(), pairs: vec![] };
    let mut asks = asks.to_vec();
    for ask in &mut asks {
        table.serve(ask, |ask, at| ask.is_mutual(&parcels[at]));
    }
    asks.sort_by_key(|ask| !ask.asked_for_something());
    let others = asks.partition_point(Ask::asked_for_something);
    let (askers, others) = asks.split_at_mut(others);
    for asks in [askers, others] {
        for ask in asks.iter_mut().filter(|ask| ask.lots != Lots::ZERO) {
            if let Some(at) = table.fitting(ask) {
                table.take(at, ask);
            }
        }
        asks.iter_mut().for_each(|ask| table.merge(ask));
    }
    table.pairs
}

/// What is left of the parcels, and the pairs so far.
struct Table<'a> {
    parcels: &'a [Parcel],
    left: Vec<Lots>,
    pairs: Vec<Pair>,
}

impl Table<'_> {
    /// Gives a buyer what there is of every parcel of this kind, in their order.
    fn serve(&mut self, ask: &mut Ask<'_>, is_meant: impl Fn(&Ask<'_>, usize) -> bool) {
        for at in 0..self.parcels.len() {
            if is_meant(ask, at) && self.left[at].min(ask.lots) != Lots::ZERO {
                self.take(at, ask);
            }
        }
    }

    /// The smallest parcel that serves a buyer whole; one further from what it asked for than others
    /// that are left only if it would rather have a single fabric.
    fn fitting(&self, ask: &Ask<'_>) -> Option<usize> {
        let fits = self.nearest(ask, |left, at| (ask.lots <= left).then_some((left, at)))?;
        let first = self.nearest(ask, |left, at| (left != Lots::ZERO).then_some(at))?;
        let [fit, least] = [fits, first].map(|at| ask.distance(&self.parcels[at]));
        let would_rather = ask.preference.is_some_and(|asked| asked.single_fabric);
        (fit == least || would_rather).then_some(fits)
    }

    /// The parcel nearest to what a buyer asked for, and then the least by `order`.
    fn nearest<K: Ord>(
        &self,
        ask: &Ask<'_>,
        order: impl Fn(Lots, usize) -> Option<K>,
    ) -> Option<usize> {
        let keyed = (0..self.parcels.len()).filter_map(|at| {
            let order = order(self.left[at], at)?;
            Some(((ask.distance(&self.parcels[at]), order), at))
        });
        keyed.min_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, at)| at)
    }

    /// Gives a buyer all that it still lacks, the nearest first.
    fn merge(&mut self, ask: &mut Ask<'_>) {
        while ask.lots != Lots::ZERO {
            let next = self.nearest(ask, |left, at| (left != Lots::ZERO).then_some(at));
            self.take(next.expect("as many lots are sold as bought"), ask);
        }
    }

    fn take(&mut self, at: usize, ask: &mut Ask<'_>) {
        let lots = self.left[at].min(ask.lots);
        self.left[at] -= lots;
        ask.lots -= lots;
        self.pairs.push(Pair { parcel: at, buyer: ask.account, lots });
    }
}

/// The number that decides between equals: what is known of a month when it expires, mixed, so that
/// nobody can know it before.
pub(crate) fn root(known: impl IntoIterator<Item = u64>) -> u64 {
    known.into_iter().fold(0, |root, number| mix(root ^ number))
}

/// The place of an account among equals.
pub(crate) fn place(root: u64, account: AccountId) -> u64 {
    mix(root ^ u64::from(account.0))
}

/// The finishing step of SplitMix64.
const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
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
