//! How the ladder is shown: which prices stand where. Rows have prices, not quotes, so nothing moves
//! when an order comes; the middle is followed only until somebody scrolls.

use types::Ticks;

/// Ticks of a row, one after the other by `g`.
const GROUPS: [i64; 6] = [1, 2, 5, 10, 20, 50];
/// Prices of each side that are shown, by `d`.
const DEPTHS: [usize; 4] = [5, 10, 20, 50];

/// Who decides which prices are in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// The market: the middle of the book comes back to the middle of the screen when it leaves it.
    Market,
    /// Whoever scrolled, until `C`, or chose.
    Scroll,
}

/// The window of prices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ladder {
    group: usize,
    /// Whether `g` has chosen the rows; until then they are as coarse as the spread wants.
    grouped: Hold,
    depth: usize,
    /// The price in the middle of the screen.
    centre: Option<Ticks>,
    /// Who decides.
    pub(crate) hold: Hold,
}

impl Default for Ladder {
    fn default() -> Self {
        Self { group: 0, grouped: Hold::Market, depth: 2, centre: None, hold: Hold::Market }
    }
}

impl Ladder {
    /// Ticks of a row.
    pub(crate) fn group(&self) -> i64 {
        GROUPS[self.group]
    }

    /// Prices of each side that are shown.
    pub(crate) fn depth(&self) -> usize {
        DEPTHS[self.depth]
    }

    /// Coarser rows, from the coarsest back to the finest.
    pub(crate) fn next_group(&mut self) {
        self.group = (self.group + 1) % GROUPS.len();
        self.grouped = Hold::Scroll;
    }

    /// More prices, from the most back to the fewest.
    pub(crate) fn next_depth(&mut self) {
        self.depth = (self.depth + 1) % DEPTHS.len();
    }

    /// Forgets the window: another contract.
    pub(crate) fn forget(&mut self) {
        (self.centre, self.hold) = (None, Hold::Market);
    }

    /// Back to the middle of the book.
    pub(crate) fn centre(&mut self) {
        self.forget();
    }

    /// Moves by rows; from now on whoever scrolls decides.
    pub(crate) fn scroll(&mut self, rows: i64) {
        if let Some(centre) = &mut self.centre {
            centre.0 += rows * GROUPS[self.group];
            self.hold = Hold::Scroll;
        }
    }

    /// Keeps the middle of the book in the middle half of the screen, unless somebody scrolled. Where
    /// nobody quotes the reference price is the middle.
    pub(crate) fn follow(
        &mut self,
        best: Option<(Ticks, Ticks)>,
        reference: Option<Ticks>,
        rows: usize,
    ) {
        let middle = best.map(|(bid, ask)| Ticks((bid.0 + ask.0) / 2)).or(reference);
        let Some(middle) = middle else { return };
        if self.centre.is_none() && self.grouped == Hold::Market {
            self.group = best.map_or(self.group, |best| coarse(best, rows));
        }
        let room = i64::try_from(rows / 4).unwrap_or(0) * self.group();
        let is_near = |centre: Ticks| (centre.0 - middle.0).abs() <= room;
        if self.hold == Hold::Market && !self.centre.is_some_and(is_near) {
            self.centre = Some(middle);
        }
    }

    /// The prices of so many rows, from the highest.
    pub(crate) fn prices(&self, rows: usize) -> Vec<Ticks> {
        let Some(centre) = self.centre else { return Vec::new() };
        let (rows, group) = (i64::try_from(rows).unwrap_or(0), self.group());
        let highest = centre.0.div_euclid(group) + rows / 2;
        (0..rows).map(|row| Ticks((highest - row) * group)).collect()
    }
}

/// The finest rows that show more of the book than its spread.
fn coarse((bid, ask): (Ticks, Ticks), rows: usize) -> usize {
    let rows = i64::try_from(rows).unwrap_or(0);
    let shows = |group: &i64| (ask.0 - bid.0) * 4 <= group * rows;
    GROUPS.iter().position(shows).unwrap_or(GROUPS.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(bid: i64, ask: i64) -> Option<(Ticks, Ticks)> {
        Some((Ticks(bid), Ticks(ask)))
    }

    #[test]
    fn rows_stand_still_while_the_middle_is_in_the_middle_half() {
        let mut ladder = Ladder::default();
        ladder.follow(at(2_399, 2_401), None, 20);
        let before = ladder.prices(20);
        assert_eq!((before[0], before[10]), (Ticks(2_410), Ticks(2_400)));
        ladder.follow(at(2_402, 2_406), None, 20);
        assert_eq!(ladder.prices(20), before);
        ladder.follow(at(2_410, 2_412), None, 20);
        assert_eq!(ladder.prices(20)[10], Ticks(2_411));
    }

    #[test]
    fn rows_are_as_coarse_as_the_spread_wants_until_somebody_chooses() {
        let mut ladder = Ladder::default();
        ladder.follow(at(2_390, 2_410), None, 20);
        assert_eq!(ladder.group(), 5);
        ladder.next_group();
        ladder.centre();
        ladder.follow(at(2_399, 2_400), None, 20);
        assert_eq!(ladder.group(), 10);
    }

    #[test]
    fn who_scrolls_stays_until_the_middle_is_asked_for() {
        let mut ladder = Ladder::default();
        ladder.follow(at(2_399, 2_401), None, 20);
        ladder.scroll(30);
        ladder.follow(at(2_410, 2_412), None, 20);
        assert_eq!(ladder.prices(20)[10], Ticks(2_430));
        ladder.centre();
        ladder.follow(at(2_410, 2_412), None, 20);
        assert_eq!(ladder.prices(20)[10], Ticks(2_411));
    }

    #[test]
    fn prices_below_zero_are_grouped_downwards() {
        let mut ladder = Ladder::default();
        ladder.next_group();
        ladder.follow(at(-21, -19), None, 3);
        assert_eq!(ladder.prices(3), [Ticks(-18), Ticks(-20), Ticks(-22)]);
    }
}
