//! The forward curve: one price for each contract, also for those nobody quotes.
//!
//! A contract with bid and ask has their middle. A month without moves from its last settlement
//! price as far as the quoted months around it have moved from theirs, weighted by distance: with
//! March up 10 ticks and June up 40, April is up 20 and May 30. Quarters and years move as their
//! months do, weighted by hours.

use types::{Phase, ProductId, Tenor, Ticks, YearMonth};

use super::market::{Market, Markets};

/// Where a price of the curve comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The middle of bid and ask.
    Quoted,
    /// The last settlement price, moved as its neighbours moved.
    Interpolated,
    /// The last settlement price: nothing is quoted.
    Settled,
}

/// One contract of the curve.
pub(crate) struct Point<'a> {
    pub(crate) market: &'a Market,
    pub(crate) mark: Ticks,
    pub(crate) basis: Basis,
}

/// The contracts of a product that still trade, by first day, then by length.
pub(crate) fn points(markets: &Markets, product: ProductId) -> Vec<Point<'_>> {
    let mut listed: Vec<(Tenor, &Market)> = markets
        .iter()
        .filter(|m| m.instrument.product == product && m.phase != Phase::Expired)
        .filter_map(|m| Some((m.instrument.tenor()?, m)))
        .collect();
    listed.sort_by_key(|(tenor, _)| (tenor.first_month(), tenor.months()));
    let months = listed.iter().filter(|(tenor, _)| tenor.months() == 1);
    let moves: Vec<(YearMonth, i64)> =
        months.filter_map(|(tenor, m)| Some((tenor.first_month(), moved(m)?))).collect();
    listed.into_iter().map(|(tenor, market)| point(tenor, market, &moves)).collect()
}

/// What a lot of one contract is worth now: its point of the curve, where it has one.
pub(super) fn mark(markets: &Markets, market: &Market) -> (Ticks, Basis) {
    let points = points(markets, market.instrument.product);
    let own = points.iter().find(|point| point.market.instrument.id == market.instrument.id);
    match (own, market.book.middle()) {
        (Some(point), _) => (point.mark, point.basis),
        (None, Some(middle)) => (middle, Basis::Quoted),
        (None, None) => (market.settlement(), Basis::Settled),
    }
}

/// How far the middle of the quotes is from the last settlement price.
fn moved(market: &Market) -> Option<i64> {
    Some(market.book.middle()?.0 - market.settlement().0)
}

fn point<'a>(tenor: Tenor, market: &'a Market, moves: &[(YearMonth, i64)]) -> Point<'a> {
    if let Some(mark) = market.book.middle() {
        return Point { market, mark, basis: Basis::Quoted };
    }
    match move_of(tenor, moves) {
        Some(moved) => {
            let mark = Ticks(market.settlement().0 + moved);
            Point { market, mark, basis: Basis::Interpolated }
        }
        None => Point { market, mark: market.settlement(), basis: Basis::Settled },
    }
}

/// The move of a period: that of its months, weighted by their hours.
fn move_of(tenor: Tenor, moves: &[(YearMonth, i64)]) -> Option<i64> {
    let months = (0..tenor.months()).map(|n| tenor.first_month().plus(n));
    let weighted: Option<i64> =
        months.map(|m| Some(move_between(m, moves)? * i64::from(m.hours()))).sum();
    Some(weighted?.div_euclid(i64::from(tenor.hours())))
}

/// The move of a month between those of its quoted neighbours; beyond the last, the last's.
fn move_between(month: YearMonth, moves: &[(YearMonth, i64)]) -> Option<i64> {
    let later = moves.partition_point(|(quoted, _)| *quoted < month);
    match (later.checked_sub(1).map(|before| moves[before]), moves.get(later).copied()) {
        (None, None) => None,
        (Some((_, only)), None) | (None, Some((_, only))) => Some(only),
        (Some((before, a)), Some((after, b))) => {
            let (part, whole) = (month.since(before), after.since(before));
            Some(a + ((b - a) * i64::from(part)).div_euclid(i64::from(whole)))
        }
    }
}

#[cfg(test)]
mod tests;
